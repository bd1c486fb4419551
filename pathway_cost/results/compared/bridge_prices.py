"""What the organisations of the new result asked, or were paid, before: it parts a change of organisation from one of price."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pathway_cost import terms
from pathway_cost.results.compared.bridge_keys import (
    Floats,
    Integers,
    Words,
    found_at,
    grouped,
    matches,
    numbers,
    places,
    ratio,
    words_of,
)
from pathway_cost.results.compared.bridge_uses import STANDS, Uses, uses_apart
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.tables.prices.prices import PriceBlock


class Borne(NamedTuple):
    """n lines of the bridge: whose they are and where, and who bears them at which unit cost and price."""

    segment: Integers
    arm0: Words
    arm1: Words
    setting: Words
    use: Words
    key0: Words
    who0: Words
    who1: Words
    """By the same codes as `who0`."""
    p0: Floats


def as_listed(lines: Borne, before: CostedPathway) -> Floats:
    """For each line, the price of its new organisation in the old price table; missing where the table has none."""
    known = (lines.who0.codes >= 0) & (lines.who1.codes >= 0) & (lines.key0.codes >= 0)
    moved = np.flatnonzero(known & (lines.who0.codes != lines.who1.codes))
    prices, asked = lines.p0.copy(), [each.taken(moved) for each in (lines.arm0, lines.who1, lines.key0)]
    groups = grouped(*asked)
    for group, first in enumerate(groups.first):
        here = moved[groups.of == group]
        arm, organisation, unit_cost = (words.words[int(words.codes[first])] for words in asked)
        table = before.modelled.prices[arm]
        held = table.has(organisation, unit_cost)
        prices[here] = _by_level(table.block(organisation, unit_cost), before, lines.segment[here]) if held else np.nan
    return prices


def _by_level(block: PriceBlock, before: CostedPathway, segment: Integers) -> Floats:
    """(n,) a price at the own level of each of these segments, components summed; missing where it has none."""
    rows = before.segments.iloc[places(before.segments[terms.SEGMENT].to_numpy(), segment)]
    levels = grouped(np.zeros(len(rows)), *(words_of(rows[name]) for name in block.by))
    read = [block.read_at(tuple(rows[name].iloc[row] for name in block.by)) for row in levels.first]
    return np.array([np.nan if at is None else float(block.gbp[at].sum()) for at in read])[levels.of]


def as_paid(lines: Borne, before: CostedPathway, after: CostedPathway) -> Floats:
    """For each line, what its organisations now were paid a unit before, as pounds were measured; missing where one was not paid.

    For the same use by the same patients, else for the unit cost by all at the same level; weighed by the units now.
    """
    then, now = uses_apart(before), uses_apart(after)
    line, row = _borne_now(lines, then, now)
    asked = now.taken(row).but({terms.ARM: lines.arm0.taken(line), terms.UNIT_COST: lines.key0.taken(line)})
    here = _paid(then, asked, *STANDS, terms.UNIT_COST, terms.ORGANISATION)
    anywhere = _paid(then, asked, terms.ORGANISATION, terms.UNIT_COST, terms.LEVEL)
    quantity, each_line = asked.totals[terms.QUANTITY], grouped(line)
    gbp = np.where(quantity != 0, np.where(np.isnan(here), anywhere, here) * quantity, 0.0)
    prices = lines.p0.copy()
    prices[line[each_line.first]] = ratio(each_line.summed(gbp), each_line.summed(quantity))
    return prices


def _borne_now(lines: Borne, then: Uses, now: Uses) -> tuple[Integers, Integers]:
    """The lines that had units before, each with every use that stands there now: (line, row of `now`)."""
    had = then.taken(np.flatnonzero(then.totals[terms.QUANTITY] != 0))
    was, asked = numbers(had.columns(*STANDS), (lines.segment, lines.arm0, lines.setting, lines.use))
    line = np.flatnonzero(np.isin(asked, was))
    asked, stands = numbers((lines.segment, lines.arm1, lines.setting, lines.use), now.columns(*STANDS))
    found, row = matches(asked[line], stands)
    return line[found], row


def _paid(uses: Uses, asked: Uses, *keys: str) -> Floats:
    """For each asked use, pounds a unit of all uses with the same keys; missing where there are no such units."""
    groups = grouped(*uses.columns(*keys))
    held, wanted = numbers(uses.columns(*keys), asked.columns(*keys))
    paid = ratio(groups.summed(uses.totals[terms.GBP]), groups.summed(uses.totals[terms.QUANTITY]))
    return found_at(paid, places(held[groups.first], wanted))
