"""The claim table: each line of the extract in exactly one class, and what no price carries at each setting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pandas as pd

from pathway_cost import terms
from pathway_cost.plics.pricing.claims import Cell, Status
from pathway_cost.plics.pricing.members import OPEN, TAKEN, ZERO_DAYS
from pathway_cost.plics.pricing.usage import Usage
from pathway_cost.plics.reading import Given, Relations, asking, rows_of

if TYPE_CHECKING:
    from ibis.expr.types import Table

PRICED_ONCE: Final = "priced once"
PRICED_MORE: Final = "priced more than once"
UNPRICED: Final = "no price carries"
OUTSIDE: Final = "outside the rules"
IN_PROGRESS: Final = "work in progress"
ZERO_DAY_STAYS: Final = "zero-day stays"
ORPHANS: Final = "orphan SI/SWC"
CLASSES: Final = (PRICED_ONCE, PRICED_MORE, UNPRICED, OUTSIDE, IN_PROGRESS, ZERO_DAY_STAYS, ORPHANS)

NO_RULE: Final = -1
RULE_COLUMNS: Final = ("first_rule", "last_rule", "rules")
CLAIM_COLUMNS: Final = ("organisation", "fin_year", "feed", "class", "rules", "activity", "records", "lines", "gbp")
OF_RECORDS: Final = ("size", "largest", "second", "priced_by")
HIDING: Final = ("hidden", "sum_hidden", "total_hidden")
"""Whether a row, the sum of its class, and the total of its organisation and year are not handed on."""
CLASH_COLUMNS: Final = ("organisation", "setting", "first", "second", "records", "lines", "gbp")
GAP_PLACE: Final = ["setting", "organisation", "fin_year"]
GAP_COLUMNS: Final = ("setting", "organisation", "fin_year", "activity", "records", "lines", "gbp", "setting_gbp")


@dataclass
class Sums:
    """Records, lines and exact pounds of several cells, their two largest records, and the rules that price them."""

    records: int = 0
    lines: int = 0
    gbp: Decimal = Decimal(0)
    size: Decimal = Decimal(0)
    largest: Decimal = Decimal(0)
    second: Decimal = Decimal(0)
    priced_by: frozenset[int] = frozenset()

    def add(self, cell: Cell) -> None:
        """Count one cell more."""
        self.records += cell.records
        self.lines += cell.lines
        self.gbp += cell.gbp
        self.size += cell.size
        self.second, self.largest = sorted((self.largest, self.second, cell.largest, cell.second))[-2:]


def class_sums(cells: Iterable[Cell], usage: Usage) -> pd.DataFrame:
    """Records, lines and exact pounds by organisation, fin_year, feed, class, activity and rules in use (RULE_COLUMNS).

    A line is priced when a rule in use claims it and its record is in the sums. A record that every rule leaves out
    (open, or of no days) stays whole in that class; of a record that some rule takes, each line stands by itself. Beside
    them OF_RECORDS: what tells whether the row may be handed on, and whose prices it is of.
    """
    sums: dict[tuple[object, ...], Sums] = {}
    used = _Used(usage)
    for whole in cells:
        cell = whole.of(used[whole.organisation])
        key = (cell.organisation, cell.fin_year, cell.feed, _class_of(cell), *_rules_of(cell.claims), cell.activity)
        sums.setdefault(key, Sums()).add(cell)
        sums[key].priced_by |= {rule for rule, status in whole.claims.items() if status == TAKEN}  # in use or not
    told = ["records", "lines", "gbp", *OF_RECORDS]
    rows = [(*key, *(getattr(each, name) for name in told)) for key, each in sums.items()]
    columns = ["organisation", "fin_year", "feed", "class", *RULE_COLUMNS, "activity", *told]
    return pd.DataFrame(rows, columns=columns)


class _Used(dict[str, Collection[int]]):
    """Organisation → the rules (numbers) that its roles use: their claims count in its claim table."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage

    def __missing__(self, organisation: str) -> Collection[int]:
        numbers = self._usage.numbers
        self[organisation] = frozenset(numbers[name] for name in self._usage.rules_at(organisation))
        return self[organisation]


def _class_of(cell: Cell) -> str:
    """The class of the lines of a cell, by the rules in use."""
    claimed, seen = list(cell.claims.values()), set(cell.seen.values())
    if TAKEN in claimed:
        return PRICED_MORE if claimed.count(TAKEN) > 1 else PRICED_ONCE
    for status, name in ((OPEN, IN_PROGRESS), (ZERO_DAYS, ZERO_DAY_STAYS)):
        if status in claimed:
            return name
    for status, name in ((TAKEN, UNPRICED), (OPEN, IN_PROGRESS), (ZERO_DAYS, ZERO_DAY_STAYS)):
        if status in seen:
            return name
    return ORPHANS if cell.feed in terms.CHILD_FEEDS and not cell.is_attached else OUTSIDE


def _rules_of(claims: Status) -> tuple[int, int, int]:
    """First and last of the rules that price a line, or would if its record were in the sums, and how many they are."""
    taken = [rule for rule, status in claims.items() if status == TAKEN] or list(claims)
    return (min(taken), max(taken), len(taken)) if taken else (NO_RULE, NO_RULE, 0)


def claim_table(sums: pd.DataFrame, usage: Usage) -> pd.DataFrame:
    """The claim table (CLAIM_COLUMNS), with what of it is hidden (HIDING): exact pounds by class, rules and activity."""
    names = list(usage.rules)
    rules = [rules_text(names, *numbers) for numbers in zip(*(sums[name] for name in RULE_COLUMNS), strict=True)]
    table = sums.assign(rules=rules, place=sums["class"].map(CLASSES.index))
    table = table.sort_values(["organisation", "fin_year", "place", "feed", "rules", "activity"], ignore_index=True)
    return table[[*CLAIM_COLUMNS, *(name for name in HIDING if name in table)]]


def overlaps(sums: pd.DataFrame) -> dict[tuple[str, str], Decimal]:
    """(organisation, fin_year) → pounds that more than one price holds, each time but the first."""
    found: dict[tuple[str, str], Decimal] = {}
    for row in rows_of(sums[sums["class"] == PRICED_MORE]):
        place = (row.organisation, row.fin_year)
        found[place] = found.get(place, Decimal(0)) + row.gbp * (row.rules - 1)
    return found


def clashes(relations: Relations, usage: Usage, sightings: Given, cells: Sequence[Cell]) -> pd.DataFrame:
    """Lines that two rules of one setting both price (CLASH_COLUMNS; `first` and `second` are rule numbers)."""
    numbers = usage.numbers
    pairs = {org: usage.pairs(org) for org in {cell.organisation for cell in cells}}
    rows = {
        (cell.organisation, cell.seen_by, cell.activity, pair.setting, numbers[pair.first], numbers[pair.second])
        for cell in cells
        for pair in pairs[cell.organisation]
        if all(cell.claims.get(numbers[rule]) == TAKEN for rule in (pair.first, pair.second))
    }
    if not rows:
        return pd.DataFrame(columns=list(CLASH_COLUMNS))
    columns = {"organisation": "string", "seen_by": "string", "ActCstID": "string", "setting": "string", "first": "int64",
               "second": "int64"}  # fmt: skip
    clashing = relations.given("clashing", columns, sorted(rows))
    sums = relations.frame(asking(pounds_clashing, sightings, relations.lines, clashing))
    return sums.sort_values(list(CLASH_COLUMNS[:4]), ignore_index=True)


def pounds_clashing(sightings: Table, lines: Table, clashing: Table) -> Table:
    """CLASH_COLUMNS."""
    records = sightings.select("event_id", "organisation", "seen_by")
    held = records.inner_join(lines.select("event_id", "ActCstID", "TotCst"), "event_id")
    held = held.inner_join(clashing, ["organisation", "seen_by", "ActCstID"])
    return held.group_by(*CLASH_COLUMNS[:4]).agg(
        records=held.event_id.nunique(), lines=held.count(), gbp=held.TotCst.sum()
    )


def gaps(usage: Usage, cells: Sequence[Cell]) -> pd.DataFrame:
    """Pounds without a price at each setting (GAP_COLUMNS): of records that its rules take, what none of them claims.

    `setting_gbp` is all pounds of those records.
    """
    at = {org: _rules_at(usage, org) for org in {cell.organisation for cell in cells}}
    left: dict[tuple[str, str, str, str], Sums] = {}
    whole: dict[tuple[str, str, str], Decimal] = {}
    for cell in cells:
        for setting, rules in at[cell.organisation].items():
            if any(cell.seen.get(rule) == TAKEN for rule in rules):
                place = (setting, cell.organisation, cell.fin_year)
                whole[place] = whole.get(place, Decimal(0)) + cell.gbp
                if not rules & cell.claims.keys():
                    left.setdefault((*place, cell.activity), Sums()).add(cell)
    rows = [(*key, each.records, each.lines, each.gbp, whole[key[:3]]) for key, each in sorted(left.items())]
    return pd.DataFrame(rows, columns=list(GAP_COLUMNS))


def _rules_at(usage: Usage, organisation: str) -> dict[str, set[int]]:
    """Setting → the rules (numbers) that stand there, of the roles that the organisation plays."""
    numbers, found = usage.numbers, dict[str, set[int]]()
    for site in usage.sites_at(organisation):
        found.setdefault(site.setting, set()).add(numbers[site.rule])
    return found


def rules_text(names: Sequence[str], first: int, last: int, count: int) -> str:
    """The rules of a line as the claim table writes them.

    >>> rules_text(["theatre", "ward", "rest"], 0, 2, 2), rules_text(["theatre", "ward", "rest"], 0, 2, 3)
    ('theatre + rest', 'theatre + rest and 1 more')
    """
    if count < 1:
        return ""
    text = names[first] if count == 1 else f"{names[first]} + {names[last]}"
    return f"{text} and {count - 2} more" if count > 2 else text
