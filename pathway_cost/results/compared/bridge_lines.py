"""Two results side by side, line by line, as the bridge needs them (R19).

Arms are paired first: of the scenarios that both results know, a patient follows the same ones in both; about the
others they are independent, so an arm of one side is split over the arms it may meet by their shares of the segment
(the baseline's one arm, over all arms of the scenario). Then every use of either side becomes one line, and what a
side cannot know it borrows: without visits, the other's quantity, price and organisation; without the use, its price.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.results.compared.bridge import SIDES
from pathway_cost.results.compared.bridge_uses import (
    USE_KEYS,
    WAY,
    once_a_patient,
    passed,
    sites_in,
    uses_apart,
    uses_of,
    way_of,
)
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.tables.prices.prices import Prices

PAIR: Final = [terms.SEGMENT, "arm0", "arm1"]
LINE: Final = [*PAIR, terms.SETTING, terms.USE]


def bridge_lines(before: CostedPathway, after: CostedPathway) -> pd.DataFrame:
    """Two results as one frame: a row a segment × pair of arms × setting × use, with `w0 w1 v0 v1 q0 q1 p0 p_old p1`."""
    pairs = paired_arms(before, after)
    lines = _paired_uses(before, pairs, "0").merge(_paired_uses(after, pairs, "1"), on=LINE, how="outer")
    lines = lines.merge(pairs, on=PAIR)
    lines[WAY] = way_of(lines[terms.USE])
    once = sites_in(lines, [*once_a_patient(before), *once_a_patient(after)])
    lines = _visits_filled(lines, before, "0", once=once)
    lines = _visits_filled(lines, after, "1", once=once)
    lines = _borrowed(lines)
    old = _as_listed(lines, before) if before.model is not None else _as_paid(lines, before, after)
    return lines.assign(p_old=old)[[*LINE, *SIDES]]


# --- arms ----------------------------------------------------------------------------------------------------------
def paired_arms(before: CostedPathway, after: CostedPathway) -> pd.DataFrame:
    """Segment × arm before × arm after, with the patients w0 and w1; an arm without a counterpart stands alone."""
    shared = _scenarios(before) & _scenarios(after)
    keys = [terms.SEGMENT, "follows"]
    pairs = _arms(before, shared, "0").merge(_arms(after, shared, "1"), on=keys, how="outer")
    weights = pairs[PAIR].fillna({"arm0": "", "arm1": ""})
    weights["w0"] = (pairs["patients0"] * pairs["part1"].fillna(1.0)).fillna(0.0)
    weights["w1"] = (pairs["patients1"] * pairs["part0"].fillna(1.0)).fillna(0.0)
    return weights[(weights["w0"] > 0) | (weights["w1"] > 0)].reset_index(drop=True)


def _scenarios(costed: CostedPathway) -> frozenset[str]:
    return frozenset(scenario for arm in costed.arms for scenario in arm.scenarios)


def _arms(costed: CostedPathway, shared: frozenset[str], side: str) -> pd.DataFrame:
    """Each arm, the shared scenarios it follows, and its part of the segment's patients who follow those."""
    follows = {arm.name: "+".join(sorted(shared.intersection(arm.scenarios))) for arm in costed.arms}
    weights = costed.weights.astype({terms.ARM: "str"})
    arms = weights[weights["share"] > 0]
    arms = arms.assign(follows=arms[terms.ARM].map(follows))
    arms["part"] = arms["share"] / arms.groupby([terms.SEGMENT, "follows"])["share"].transform("sum")
    names = {terms.ARM: f"arm{side}", terms.PATIENTS: f"patients{side}", "part": f"part{side}"}
    return arms.rename(columns=names)[[terms.SEGMENT, "follows", *names.values()]]


# --- the two sides -------------------------------------------------------------------------------------------------
def _paired_uses(costed: CostedPathway, pairs: pd.DataFrame, side: str) -> pd.DataFrame:
    """The uses of one result, repeated for each pair its arm is in."""
    named = {name: f"{name}{side}" for name in (terms.ARM, "v", "q", "p", "key", "who")}
    return pairs[PAIR].merge(uses_of(costed).rename(columns=named), on=[terms.SEGMENT, f"arm{side}"])


def _visits_filled(lines: pd.DataFrame, costed: CostedPathway, side: str, *, once: np.ndarray) -> pd.DataFrame:
    """The lines, and for a side that lacks a use the visits of its setting or route (none where it lacks these too)."""
    ways = passed(costed).rename(columns={terms.ARM: f"arm{side}", "v": "passing"})
    found = lines.merge(ways, on=[terms.SEGMENT, f"arm{side}", terms.SETTING, WAY], how="left")["passing"].to_numpy()
    passing = np.where(once & np.isfinite(found), 1.0, np.nan_to_num(found))
    lacks = lines[f"key{side}"].isna().to_numpy()
    return lines.assign(
        **{
            f"v{side}": np.where(lacks, passing, lines[f"v{side}"]),
            f"q{side}": np.where(lacks & (passing > 0), 0.0, lines[f"q{side}"]),
        }
    )


def _borrowed(lines: pd.DataFrame) -> pd.DataFrame:
    """The lines, with what a side cannot know taken from the other: visits, quantity, then price, organisation and key."""
    new: dict[str, pd.Series] = {}
    for side, other in (("0", "1"), ("1", "0")):
        visits_known = lines[f"w{side}"] > 0
        quantity_known = visits_known & (lines[f"v{side}"] > 0)
        price_known = quantity_known & (lines[f"q{side}"] != 0) & lines[f"key{side}"].notna()
        known = {"v": visits_known, "q": quantity_known, "p": price_known, "who": price_known, "key": price_known}
        new |= {name + side: lines[name + side].where(rows, lines[name + other]) for name, rows in known.items()}
    numbers = ["v0", "v1", "q0", "q1", "p0", "p1"]
    return lines.assign(**new).fillna(dict.fromkeys(numbers, 0.0))


# --- the old table -------------------------------------------------------------------------------------------------
def _as_listed(lines: pd.DataFrame, before: CostedPathway) -> np.ndarray:
    """For each line, the price of its new organisation in the old price table; missing where the table has none."""
    prices = lines["p0"].to_numpy(np.float64, copy=True)
    moved = (lines["who0"] != lines["who1"]).to_numpy() & lines["who0"].notna().to_numpy()
    labels = before.segments.set_index(terms.SEGMENT)
    for (arm, who, key), rows in lines[moved].groupby(["arm0", "who1", "key0"]):
        old = _price_by_segment(before.modelled.prices[str(arm)], str(who), str(key), labels)
        prices[lines.index.get_indexer(rows.index)] = rows[terms.SEGMENT].map(old).to_numpy(np.float64)
    return prices


def _as_paid(lines: pd.DataFrame, before: CostedPathway, after: CostedPathway) -> np.ndarray:
    """For each line, what its organisations now were paid a unit before, as pounds were measured; missing where one was not paid.

    For the same use by the same patients, else for the unit cost by all at the same level; weighed by the units now.
    """
    then, now = (uses_apart(each).reset_index() for each in (before, after))
    use = [terms.SETTING, terms.USE]
    had = then.loc[then[terms.QUANTITY] != 0, USE_KEYS].drop_duplicates().rename(columns={terms.ARM: "arm0"})
    asked = lines[[*LINE, "key0"]].reset_index(names="line").merge(had, on=[terms.SEGMENT, "arm0", *use])
    asked = asked.merge(now.rename(columns={terms.ARM: "arm1"}), on=[terms.SEGMENT, "arm1", *use])
    asked = asked.assign(**{terms.ARM: asked["arm0"], terms.UNIT_COST: asked["key0"]})
    here = [*USE_KEYS, terms.UNIT_COST, terms.ORGANISATION]
    anywhere = [terms.ORGANISATION, terms.UNIT_COST, terms.LEVEL]
    paid = _paid_by(then, here, asked).fillna(_paid_by(then, anywhere, asked))
    quantity = asked[terms.QUANTITY]
    summed = asked.assign(gbp=(paid * quantity).where(quantity != 0, 0.0)).groupby("line")
    each = summed[terms.GBP].agg(lambda gbp: gbp.sum(skipna=False)) / summed[terms.QUANTITY].sum()
    prices = lines["p0"].to_numpy(np.float64, copy=True)
    prices[lines.index.get_indexer(each.index)] = each.to_numpy()
    return prices


def _paid_by(uses: pd.DataFrame, keys: list[str], asked: pd.DataFrame) -> pd.Series:
    """For each row of `asked`, pounds a unit of all uses with the same `keys`; missing where there are no such units."""
    sums = uses.groupby(keys, sort=False)[[terms.GBP, terms.QUANTITY]].sum()
    paid = sums[terms.GBP] / sums[terms.QUANTITY].where(sums[terms.QUANTITY] != 0)
    return paid.reindex(pd.MultiIndex.from_frame(asked[keys])).set_axis(asked.index)


def _price_by_segment(prices: Prices, organisation: str, unit_cost: str, labels: pd.DataFrame) -> dict[int, float]:
    """An organisation's price for each segment at the segment's own level: segment → pounds a unit, components summed."""
    if not prices.has(organisation, unit_cost):
        return {}
    block = prices.block(organisation, unit_cost)
    levels = zip(*(labels[name] for name in block.by), strict=True) if block.by else iter([()] * len(labels))
    read = {segment: block.read_at(tuple(level)) for segment, level in zip(labels.index, levels, strict=True)}
    return {segment: float(block.gbp[at].sum()) for segment, at in read.items() if at is not None}
