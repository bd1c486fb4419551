"""Counts over an extract's records and lines that the proofs and notes of pricing need: pounds, records, codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from pathway_cost.errors import Problem, Where
from pathway_cost.plics.pricing.claims import Cell
from pathway_cost.plics.pricing.kinds import values_of
from pathway_cost.plics.pricing.members import TAKEN
from pathway_cost.plics.pricing.pooled_prices import Price
from pathway_cost.plics.pricing.statistics import Pool
from pathway_cost.plics.pricing.usage import Usage
from pathway_cost.plics.reading import Given, Relations, asking, counted, rows_of

if TYPE_CHECKING:
    from ibis.expr.types import Table


def unsound(relations: Relations) -> list[Problem]:
    """Events that share a number, or cost lines of no event: their pounds would be copied or lost."""
    events = relations.frame(asking(rows_and_numbers, relations.events)).iloc[0]
    lines = int(relations.frame(asking(lines_of_no_event, relations.lines, relations.events))["lines"].iloc[0])
    repeated = int(events["rows"] - events["ids"])
    problems = []
    if repeated:
        problems.append(
            Problem("event_repeated", f"{counted(repeated, 'event')} share their event_id", Where(item="events"))
        )
    if lines:
        what = f"{counted(lines, 'cost line')} of no event"
        problems.append(Problem("lines_without_event", what, Where(item="cost_lines")))
    return problems


def rows_and_numbers(events: Table) -> Table:
    """How many events there are, and how many numbers they have."""
    return events.agg(rows=events.count(), ids=events.event_id.nunique())


def lines_of_no_event(lines: Table, events: Table) -> Table:
    """How many cost lines there are of no event."""
    lost = lines.anti_join(events, "event_id")
    return lost.agg(lines=lost.count())


def pounds_in(relations: Relations) -> dict[tuple[str, str], Decimal]:
    """(organisation, fin_year) → all pounds of the extract, straight from the cost lines."""
    sums = relations.frame(asking(pounds_by_place, relations.lines, relations.events))
    return {(row.organisation, row.fin_year): row.gbp for row in rows_of(sums)}


def pounds_by_place(lines: Table, events: Table) -> Table:
    """All pounds by organisation and year."""
    costs = lines.select("event_id", "TotCst")
    costs = costs.inner_join(events.select("event_id", "organisation", "fin_year"), "event_id")
    return costs.group_by("organisation", "fin_year").agg(gbp=costs.TotCst.sum())


def where_values(relations: Relations, usage: Usage) -> dict[tuple[str, str], Sequence[str]]:
    """(feed, column) that some `where` reads → the values there are."""
    asked = dict.fromkeys((rule.feed, column) for rule in usage.rules.values() for column in rule.where)
    return {key: values_of(relations.kinds, *key) for key in asked}


def record_counts(relations: Relations, members: Given) -> pd.DataFrame:
    """Records and units that each rule picks, by organisation, fin_year, status and whether they have a level."""
    table = relations.frame(asking(records_and_units, members))
    return table.sort_values(["rule", "organisation", "fin_year", "status"], ignore_index=True)


def records_and_units(members: Table) -> Table:
    """Records and units by rule, organisation, fin_year, status and whether they have a level."""
    is_unit = (members.event_id == members.unit_id).cast("int64")
    grouped = members.group_by("rule", "organisation", "fin_year", "status", has_level=members.level.notnull())  # noqa: PD004  (Ibis has no notna)
    return grouped.agg(records=members.count(), units=is_unit.sum())


def left_out(counts: pd.DataFrame, cells: Iterable[Cell]) -> pd.DataFrame:
    """Records that each rule picks and leaves out of its sums, by status, and the pounds they would bring."""
    place = ["rule", "organisation", "fin_year", "status"]
    records: pd.DataFrame = counts[counts["status"] != TAKEN].groupby(place)["records"].sum().reset_index()
    gbp: dict[tuple[int, str, str, int], Decimal] = {}
    for cell in cells:
        for rule, status in cell.claims.items():
            key = (rule, cell.organisation, cell.fin_year, status)
            gbp[key] = gbp.get(key, Decimal(0)) + cell.gbp
    brought = [gbp.get(key, Decimal(0)) for key in records[place].itertuples(index=False, name=None)]
    return records.assign(gbp=pd.Series(brought, dtype=object))


def void_of(usage: Usage, pools: Iterable[Pool], prices: Iterable[Price]) -> set[tuple[int, str, str]]:
    """Rule (number), organisation and year of what found records but made no price."""
    priced = {(price.rule, price.organisation, price.fin_year) for price in prices if price.level == ""}
    found = {(pool.rule, pool.organisation, pool.fin_year) for pool in pools if pool.level == ""}
    return {(usage.numbers[rule], organisation, year) for rule, organisation, year in found - priced}
