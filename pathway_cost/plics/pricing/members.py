"""Which records a unit cost rule picks, what each adds to the denominator, and at which level it stands (R1, R5).

A *member* is a record that a rule's `where` picks: rule, event_id, unit_id (the record, or the first episode of its
spell), organisation, fin_year, status, denominator, level. Rules are numbers here: their position in `Usage.rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from pathway_cost.plics.pricing.kinds import kinds_picked
from pathway_cost.plics.pricing.usage import Usage
from pathway_cost.plics.reading import COMPLETE, Given, Relations, asking
from pathway_cost.specs.format import Derive, Rule

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Table, Value

TAKEN: Final = 0
"""Status: the record is in both sums."""
OPEN: Final = 1
"""Status: the episode, or one of its spell's, is not complete: work in progress."""
ZERO_DAYS: Final = 2
"""Status: a stay of no days, left out of both sums."""

ONE, EPISODE, ALOS, NIGHTS, ITEM, ACTIVITY = "one", "episode", "alos", "nights", "item", "activity_count"
"""What a record is divided by: 1; 1 where it is complete; in-year days, of any episode; nights; items, 1 at least; a count.

A critical care record is one day.
"""
COUNTS: Final = (ITEM, ACTIVITY)
SPELLS, COUNTED, RECORDS = "picked_spells", "picked_counted", "picked_records"
ALL: Final = "(all)"
PICKED: Final = {
    "kind": "int64", "rule": "int64", "level": "string", "measure": "string", "zero_day": "float64",
    "count_of": "string",
}  # fmt: skip


def members(relations: Relations, usage: Usage, derives: Mapping[str, Derive]) -> Given:
    """Every record that any rule picks, once a rule."""
    picked = {name: _picked(relations, usage, derives, name) for name in (SPELLS, COUNTED, RECORDS)}
    found = relations.make("members", asking(of_records, relations.events, picked[RECORDS]))
    if any(_group(rule) == SPELLS for rule in usage.rules.values()):
        relations.add(found, asking(of_spells, relations.events, picked[SPELLS]))
    if any(_group(rule) == COUNTED for rule in usage.rules.values()):
        relations.add(found, asking(of_counted, relations.events, picked[COUNTED], relations.lines))
    return found


def _group(rule: Rule) -> str:
    """How the records of a rule are found: whole spells, records with counts of their lines, or records alone."""
    return SPELLS if rule.per == "spell" else COUNTED if rule.per in COUNTS else RECORDS


def _picked(relations: Relations, usage: Usage, derives: Mapping[str, Derive], group: str) -> Given:
    """The kinds of record that each rule of a group picks (PICKED)."""
    numbers = usage.numbers
    rows = [
        (kind, numbers[key], level, _measure(rule), rule.zero_day, rule.count_of or ALL)
        for key, rule in usage.rules.items()
        if _group(rule) == group
        for kind, level in kinds_picked(relations.kinds, rule, derives)
    ]
    return relations.given(group, PICKED, rows)


def _measure(rule: Rule) -> str:
    if rule.per == "bed_day":
        return ONE if rule.feed == "SWC" else NIGHTS if rule.days == "nights" else ALOS
    return rule.per if rule.per in (EPISODE, *COUNTS) else ONE


def of_records(events: Table, picked: Table) -> Table:
    """The records of the kinds that are picked, each its own unit."""
    import ibis

    chosen = events.inner_join(picked, "kind")
    nights = chosen.end_date.delta(chosen.start_date, unit="day")
    days = ibis.ifelse(chosen.measure == NIGHTS, nights, chosen.Alos).fill_null(0)
    is_stay = chosen.measure.isin((ALOS, NIGHTS))
    is_empty = is_stay & (days <= 0)
    is_open = (chosen.measure == EPISODE) & ~_complete(chosen)
    return _members(
        chosen,
        unit_id=chosen.event_id,
        status=ibis.cases((is_open, OPEN), (is_empty & chosen.zero_day.isnull(), ZERO_DAYS), else_=TAKEN),
        denominator=ibis.cases((is_empty, chosen.zero_day), (is_stay, days.cast("float64")), else_=1.0),
    )


def of_counted(events: Table, picked: Table, lines: Table) -> Table:
    """The records of the kinds that are picked by rules that count: ActCnt once for each CstActivity, whatever its resources."""
    import ibis

    once = lines.group_by("event_id", "activity_no", "ActCstID").agg(counted=lines.ActCnt.max())
    of_one = once.group_by("event_id", count_of="ActCstID").agg(counted=once.counted.sum())
    of_all = once.group_by("event_id", count_of=ibis.literal(ALL)).agg(counted=once.counted.sum())
    chosen = events.inner_join(picked, "kind").left_join(of_one.union(of_all), ["event_id", "count_of"])
    counted = chosen.counted.fill_null(0)
    is_count = (chosen.measure == ACTIVITY) | (counted > 0)
    return _members(
        chosen,
        unit_id=chosen.event_id,
        status=ibis.literal(TAKEN),
        denominator=ibis.ifelse(is_count, counted.cast("float64"), 1.0),
    )


def with_spells(events: Table) -> Table:
    """APC episodes with `unit_id` (the first episode of their spell), its `first_kind` and `whole`: all of it is complete.

    A spell is (organisation, fin_year, spell_key); a record without a spell number is its own spell. The first episode
    is the earliest start, then EpiNo, then by turn.
    """
    import ibis

    episodes = events.filter(events.feed == "APC")
    keyed = episodes.mutate(spell=episodes.spell_key.fill_null("record " + episodes.event_id.cast("string")))
    order = [keyed.start_date.asc(nulls_first=False), keyed.EpiNo.asc(nulls_first=False), keyed.turn, keyed.event_id]
    of_spell = ibis.window(group_by=["organisation", "fin_year", "spell"], order_by=order)
    return keyed.mutate(
        unit_id=keyed.event_id.first().over(of_spell),
        first_kind=keyed.kind.first().over(of_spell),
        whole=_complete(keyed).all().over(of_spell),
    )


def of_spells(events: Table, picked: Table) -> Table:
    """All episodes of the spells whose first episode is of a kind picked; its codes give the level, it counts 1."""
    import ibis

    spells = with_spells(events)
    episodes = spells.inner_join(picked, spells.first_kind == picked.kind)
    return _members(
        episodes,
        unit_id=episodes.unit_id,
        status=ibis.ifelse(episodes.whole, TAKEN, OPEN),
        denominator=ibis.ifelse(episodes.event_id == episodes.unit_id, 1.0, 0.0),
    )


def _members(records: Table, *, unit_id: Value, status: Value, denominator: Value) -> Table:
    return records.select(
        "event_id", "organisation", "fin_year", "rule", "level", unit_id=unit_id, status=status.cast("int64"),
        denominator=denominator,
    )  # fmt: skip


def _complete(events: Table) -> BooleanValue:
    return events.EpType.fill_null("") == COMPLETE
