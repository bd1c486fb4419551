"""Counts over an extract's records and lines that the proofs and notes of pricing need: pounds, records, codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from pathway_cost.errors import Problem, Where
from pathway_cost.plics.pricing.claims import Claims
from pathway_cost.plics.pricing.members import TAKEN
from pathway_cost.plics.pricing.pooled_prices import Price
from pathway_cost.plics.pricing.statistics import Pool
from pathway_cost.plics.pricing.usage import Usage
from pathway_cost.plics.reading.relations import Relations, rows_of
from pathway_cost.plics.reading.wording import counted

if TYPE_CHECKING:
    from ibis.expr.types import Table


def unsound(relations: Relations) -> list[Problem]:
    """Events that share a number, or cost lines of no event: their pounds would be copied or lost."""
    events = relations.events
    counts = relations.frame(events.agg(rows=events.count(), ids=events.event_id.nunique()))
    repeated = int(counts["rows"].iloc[0] - counts["ids"].iloc[0])
    lines = relations.database.value(relations.pounds.anti_join(events, "event_id").count())
    problems = []
    if repeated:
        problems.append(
            Problem("event_repeated", f"{counted(repeated, 'event')} share their event_id", Where(item="events"))
        )
    if lines:
        what = f"{counted(lines, 'cost line')} of no event"
        problems.append(Problem("lines_without_event", what, Where(item="cost_lines")))
    return problems


def pounds_in(relations: Relations) -> dict[tuple[str, str], Decimal]:
    """(organisation, fin_year) → all pounds of the extract, straight from the cost lines."""
    lines = relations.pounds.inner_join(relations.events.select("event_id", "organisation", "fin_year"), "event_id")
    sums = relations.frame(lines.group_by("organisation", "fin_year").agg(gbp=lines.TotCst.sum()))
    return {(row.organisation, row.fin_year): row.gbp for row in rows_of(sums)}


def records_in(relations: Relations) -> dict[str, int]:
    """Organisation → its records."""
    events = relations.events
    counts = relations.frame(events.group_by("organisation").agg(records=events.count()))
    return {row.organisation: int(row.records) for row in rows_of(counts)}


def feeds(relations: Relations) -> list[str]:
    """Feeds that the extract holds."""
    return sorted(relations.frame(relations.events.select("feed").distinct())["feed"])


def activity_codes(relations: Relations) -> list[str]:
    """Every ActCstID of the extract."""
    return sorted(relations.frame(relations.activities.select("ActCstID").distinct())["ActCstID"])


def values_of(relations: Relations, usage: Usage) -> dict[tuple[str, str], Sequence[str]]:
    """(feed, column) that some `where` reads → the values there are."""
    asked = dict.fromkeys((rule.feed, column) for rule in usage.rules.values() for column in rule.where)
    found: dict[tuple[str, str], Sequence[str]] = {}
    for column in dict.fromkeys(column for _, column in asked):
        values = relations.frame(
            relations.events.select("feed", value=relations.events[column].cast("string")).distinct()
        )
        for feed, rows in values.dropna().groupby("feed"):
            found[str(feed), column] = sorted(rows["value"])
    return {key: found.get(key, ()) for key in asked}


def record_counts(relations: Relations, members: Table) -> pd.DataFrame:
    """Records and units that each rule picks, by organisation, fin_year, status and whether they have a level."""
    is_unit = (members.event_id == members.unit_id).cast("int64")
    grouped = members.group_by("rule", "organisation", "fin_year", "status", has_level=members.level.notnull())  # noqa: PD004  (Ibis has no notna)
    table = relations.frame(grouped.agg(records=members.count(), units=is_unit.sum()))
    return table.sort_values(["rule", "organisation", "fin_year", "status"], ignore_index=True)


def left_out(relations: Relations, counts: pd.DataFrame, claims: Claims) -> pd.DataFrame:
    """Records that each rule picks and leaves out of its sums, by status, and the pounds they would bring."""
    place = ["rule", "organisation", "fin_year", "status"]
    records: pd.DataFrame = counts[counts["status"] != TAKEN].groupby(place)["records"].sum().reset_index()
    if records.empty:
        return records.assign(gbp=[])
    lines = claims.lines.filter(claims.lines.status != TAKEN)
    cells = lines.inner_join(relations.activities.select("event_id", "ActCstID", "gbp"), ["event_id", "ActCstID"])
    sums = relations.frame(cells.group_by(*place).agg(gbp=cells.gbp.sum()))
    table = records.merge(sums, on=place, how="left")
    return table.assign(gbp=table["gbp"].where(table["gbp"].notna(), Decimal(0)))


def without_void(
    relations: Relations, usage: Usage, claims: Claims, pools: Iterable[Pool], prices: Iterable[Price]
) -> Claims:
    """The claims without those of rules that found records but made no price: no price carries their pounds."""
    priced = {(price.rule, price.organisation, price.fin_year) for price in prices if price.level == ""}
    void = {(p.rule, p.organisation, p.fin_year) for p in pools if p.level == ""} - priced
    if not void:
        return claims
    columns = {"rule": "int64", "organisation": "string", "fin_year": "string"}
    rows = sorted((usage.numbers[rule], organisation, fin_year) for rule, organisation, fin_year in void)
    return Claims(claims.seen, claims.lines.anti_join(relations.small("void", columns, rows), list(columns)))


def used_rules(relations: Relations, usage: Usage, organisations: Iterable[str]) -> Table:
    """The rules that each organisation's roles use (organisation, rule): their claims count in its claim table."""
    rows = [(org, usage.numbers[name]) for org in organisations for name in usage.rules_at(org)]
    return relations.small("used_rules", {"organisation": "string", "rule": "int64"}, rows)
