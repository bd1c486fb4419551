"""The page's section of uses: how many of what at which price make the pounds, each figure a link to where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from pathway_cost import terms
from pathway_cost.reports.page.evidence_sections import price_anchors
from pathway_cost.reports.page.page_table import Column, table
from pathway_cost.reports.words import (
    NOTHING,
    Html,
    Names,
    change_words,
    count,
    is_missing,
    joined,
    pounds,
    rows_of,
    shown_cut,
    shown_totals,
    signed_pounds,
    tag,
    title,
    undiscounted,
)
from pathway_cost.results.frames import RunResult

KEYS: Final = [terms.SETTING, terms.USE, terms.UNIT_COST, terms.ORGANISATION, terms.LEVEL]
MOST_USES: Final = 200  # lines on the page; the workbook's check sheet has them all

Key = tuple[str, ...]


def uses_section(result: RunResult, names: Names) -> Html:
    """Every use of the first scenario as quantity × price, and what the others change."""
    frames = [_uses(result, scenario) for scenario in result.compared]
    every = pd.concat(frames, ignore_index=True)
    first, *others = result.compared
    shown = shown_cut(result, every, KEYS)
    shown = shown.loc[[key for key in shown.index if shown.loc[key].any()]]
    held = frames[0].set_index(KEYS)
    priced = dict(zip(held.index.tolist(), held[[terms.QUANTITY, terms.GBP]].to_numpy().tolist(), strict=True))
    prices, anchors = _called(result), price_anchors(result)
    dearest = shown.abs().max(axis=1).sort_values(ascending=False, kind="stable").index[:MOST_USES]
    seen: set[str] = set()
    drawn = shown.loc[shown.index.isin(dearest)]
    cells = [
        [*_words(key, names, prices, anchors, seen), *_figures(priced.get(key, [0.0, 0.0]), row, result)]
        for key, row in zip(drawn.index.tolist(), rows_of(drawn), strict=True)
    ]
    columns = [
        Column("Setting", figures=False), Column("Use", figures=False), Column("Organisation", figures=False),
        Column("Quantity"), Column("× price"), Column(f"= pounds, {names.scenario(first)}"),
        *(Column(f"{names.scenario(name)}: {change_words(result).lower()}") for name in others),
    ]  # fmt: skip
    more = "" if len(shown) <= MOST_USES else f"; the {MOST_USES} dearest of {len(shown):,}, the rest in the workbook"
    totals = shown_totals(result)
    total = [
        "Total",
        "",
        "",
        "",
        "",
        pounds(totals[first], 0),
        *(signed_pounds(totals[name] - totals[first], 0) for name in others),
    ]
    caption = f"Quantity × price = pounds{undiscounted(result)}, whole pounds, by use{more}. A use leads to its price"
    made = table(caption, columns, cells, total=total if not more else None)
    rest = sorted(set(map(str, result.by_setting["setting"])) - seen)  # of those every figure is in the workbook
    return joined([*(tag("span", id=use_anchor(name)) for name in rest), made])


def _uses(result: RunResult, scenario: str) -> pd.DataFrame:
    """One scenario's uses that have a price: KEYS, quantity, gbp, scenario."""
    lines = result[scenario].lines()
    lines = lines[~lines[terms.UNIT_COST].astype("str").str.startswith(terms.COUNT_PREFIX)]
    lines = lines.astype(dict.fromkeys(KEYS, "str"))
    sums = lines.groupby(KEYS, sort=False).agg({terms.QUANTITY: "max", terms.GBP: "sum"})  # alike in every component
    return sums.reset_index().assign(scenario=scenario)


def _called(result: RunResult) -> Mapping[str, str]:
    """Unit cost → its title."""
    used = result.unit_costs_used
    return {
        str(key): str(given)
        for key, given in zip(used["unit_cost"], used["title"], strict=True)
        if not is_missing(given)
    }


def _words(
    key: Key, names: Names, prices: Mapping[str, str], anchors: Mapping[Key, str], seen: set[str]
) -> list[object]:
    """Setting (an anchor where it is met first), use (a link to its price), organisation."""
    setting, use, unit_cost, organisation, level = key
    anchor = None if setting in seen else use_anchor(setting)
    seen.add(setting)
    called = prices.get(unit_cost) or title(unit_cost)
    called += "" if use == unit_cost else f" ({title(use).lower()})"
    called += f", {level}" if level else ""
    href = anchors.get((organisation, unit_cost, level), "prices")
    return [
        tag("span", names.setting(setting), id=anchor),
        tag("a", called, href=f"#{href}"),
        names.organisation(organisation),
    ]


def use_anchor(setting: str) -> str:
    """Where the uses of a setting begin."""
    return f"uses-of-{setting}"


def _figures(priced: Sequence[float], row: Mapping[str, float], result: RunResult) -> list[str]:
    """Quantity, price and pounds of the first scenario, what the others change; dashes where it has none of them."""
    (quantity, gbp), (first, *others) = priced, result.compared
    made = [count(quantity), pounds(gbp / quantity)] if quantity else [NOTHING, NOTHING]
    return [*made, pounds(row[first], 0), *(signed_pounds(row[name] - row[first], 0) for name in others)]
