"""Which records a unit cost rule picks, what each adds to the denominator, and at which level it stands (R1, R5).

A *member* is a record that a rule's `where` picks: rule, event_id, unit_id (the record, or the first episode of its
spell), organisation, fin_year, status, denominator, level. Rules are numbers here: their position in `Usage.rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Final

from pathway_cost.plics.pricing.derive import level_of
from pathway_cost.plics.pricing.usage import Usage
from pathway_cost.plics.reading.closed_lists import COMPLETE
from pathway_cost.plics.reading.relations import Relations
from pathway_cost.specs.format import Derive, Rule
from pathway_cost.tables.reading import is_pattern

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, StringValue, Table, Value

    Measure = tuple[Value | int, Value | int]  # status, denominator

TAKEN: Final = 0
"""Status: the record is in both sums."""
OPEN: Final = 1
"""Status: the episode, or one of its spell's, is not complete: work in progress."""
ZERO_DAYS: Final = 2
"""Status: a stay of no days, left out of both sums."""


def members(relations: Relations, usage: Usage, derives: Mapping[str, Derive]) -> Table:
    """Every record that any rule picks, once a rule."""
    attributes = dict.fromkeys(name for rule in usage.rules.values() for name in rule.by)
    levels = {name: _levels_of(relations, name, derives[name]) for name in attributes}
    any_spell = any(rule.per == "spell" for rule in usage.rules.values())
    spells = relations.keep("spells", with_spells(relations.events)) if any_spell else relations.events
    picked = [
        _of_spells(spells, rule, number, derives, levels)
        if rule.per == "spell"
        else _of_records(relations, rule, number, derives, levels)
        for rule, number in zip(usage.rules.values(), usage.numbers.values(), strict=True)
    ]
    return relations.keep("members", reduce(lambda left, right: left.union(right), picked))


def with_spells(events: Table) -> Table:
    """APC episodes with `unit_id` (the first episode of their spell) and `whole` (every episode of it is complete).

    A spell is (organisation, fin_year, spell_key); a record without a spell number is its own spell. The first episode
    is the earliest start, then EpiNo, then by turn.
    """
    import ibis

    episodes = events.filter(events.feed == "APC")
    keyed = episodes.mutate(spell=episodes.spell_key.fill_null("record " + episodes.event_id.cast("string")))
    order = [keyed.start_date.asc(nulls_first=False), keyed.EpiNo.asc(nulls_first=False), keyed.turn, keyed.event_id]
    of_spell = ibis.window(group_by=["organisation", "fin_year", "spell"], order_by=order)
    return keyed.mutate(unit_id=keyed.event_id.first().over(of_spell), whole=_complete(keyed).all().over(of_spell))


def picks(column: Value, codes: Iterable[str]) -> BooleanValue:
    """Whether the column holds one of the codes; `*` at the end of a code matches any rest, a blank matches none."""
    text, given = column.cast("string"), tuple(codes)
    exact = [code for code in given if not is_pattern(code)]
    tests = [text.startswith(code[:-1]) for code in given if is_pattern(code)]
    return reduce(or_, [*tests, text.isin(exact)] if exact else tests)


def _of_records(
    relations: Relations, rule: Rule, number: int, derives: Mapping[str, Derive], levels: Mapping[str, Table]
) -> Table:
    """The records `where` picks, each its own unit."""
    events = relations.events
    chosen = events.filter(reduce(and_, [events.feed == rule.feed, *_tests(events, rule)]))
    chosen = _with_levels(_with_counts(chosen, rule, relations), rule, derives, levels)
    status, denominator = MEASURES[rule.per](chosen, rule)
    return _members(
        chosen, number, unit_id=chosen.event_id, status=status, denominator=denominator, level=_level(chosen, rule)
    )


def _of_spells(
    spells: Table, rule: Rule, number: int, derives: Mapping[str, Derive], levels: Mapping[str, Table]
) -> Table:
    """All episodes of the spells whose first episode `where` picks; its codes give the level, it counts 1."""
    import ibis

    first = spells.filter(reduce(and_, [spells.event_id == spells.unit_id, *_tests(spells, rule)]))
    heads = _with_levels(first, rule, derives, levels)
    episodes = spells.inner_join(heads.select("unit_id", level=_level(heads, rule)), "unit_id")
    is_first = episodes.event_id == episodes.unit_id
    status, denominator = ibis.ifelse(episodes.whole, TAKEN, OPEN), ibis.ifelse(is_first, 1, 0)
    return _members(
        episodes, number, unit_id=episodes.unit_id, status=status, denominator=denominator, level=episodes.level
    )


def _members(
    records: Table, number: int, *, unit_id: Value, status: Value | int, denominator: Value | int, level: Value
) -> Table:
    import ibis

    return records.select(
        "event_id",
        "organisation",
        "fin_year",
        rule=ibis.literal(number, "int64"),
        unit_id=unit_id,
        status=ibis.literal(status, "int64") if isinstance(status, int) else status.cast("int64"),
        denominator=ibis.literal(1.0) if isinstance(denominator, int) else denominator.cast("float64"),
        level=level,
    )


def _tests(events: Table, rule: Rule) -> list[BooleanValue]:
    return [picks(events[column], codes) for column, codes in rule.where.items()]


def _complete(events: Table) -> BooleanValue:
    return events.EpType.fill_null("") == COMPLETE


def _one_each(_chosen: Table, _rule: Rule) -> Measure:
    return TAKEN, 1


def _episodes(chosen: Table, _rule: Rule) -> Measure:
    import ibis

    return ibis.ifelse(_complete(chosen), TAKEN, OPEN), 1


def _bed_days(chosen: Table, rule: Rule) -> Measure:
    """In-year days of any episode, complete or not; a critical care record is one day."""
    import ibis

    if rule.feed == "SWC":
        return TAKEN, 1
    nights = chosen.end_date.delta(chosen.start_date, unit="day")
    days = (nights if rule.days == "nights" else chosen.Alos).fill_null(0)
    none = days <= 0
    if rule.zero_day is not None:
        return TAKEN, ibis.ifelse(none, rule.zero_day, days)
    return ibis.ifelse(none, ZERO_DAYS, TAKEN), days


def _items(chosen: Table, _rule: Rule) -> Measure:
    """ActCnt summed over the record's activities where above 0, else one item."""
    import ibis

    return TAKEN, ibis.ifelse(chosen.counted.fill_null(0) > 0, chosen.counted, 1)


def _activity_counts(chosen: Table, _rule: Rule) -> Measure:
    return TAKEN, chosen.counted.fill_null(0)


MEASURES: Final[Mapping[str, Callable[[Table, Rule], Measure]]] = {
    "episode": _episodes,
    "bed_day": _bed_days,
    "attendance": _one_each,
    "contact": _one_each,
    "journey": _one_each,
    "item": _items,
    "activity_count": _activity_counts,
}
"""What `per:` divides by; `spell` picks whole spells and stands apart."""


def _with_counts(chosen: Table, rule: Rule, relations: Relations) -> Table:
    """The records with `counted`: the count of one activity, or of all for items."""
    counts = relations.counts
    if rule.per == "activity_count":
        counts = counts.filter(counts.ActCstID == rule.count_of).select("event_id", "counted")
    elif rule.per == "item":
        counts = counts.group_by("event_id").agg(counted=counts.counted.sum())
    else:
        return chosen
    return chosen.left_join(counts, "event_id").drop("event_id_right")


def _levels_of(relations: Relations, attribute: str, derive: Derive) -> Table:
    """Value of the record's column → level, for every value there is; a missing value is ""."""
    values = relations.frame(relations.events.select(value=_text(relations.events[derive.source])).distinct())["value"]
    rows = [(value, level) for value in values if (level := level_of(value, derive)) is not None]
    return relations.small(f"levels_of_{attribute}", {"value": "string", "found": "string"}, sorted(rows))


def _with_levels(chosen: Table, rule: Rule, derives: Mapping[str, Derive], levels: Mapping[str, Table]) -> Table:
    """The records with a column `level_of_<attribute>` for each attribute of `by`."""
    for name in rule.by:
        found = levels[name].select("value", **{f"level_of_{name}": levels[name].found})
        source = chosen[derives[name].source]
        chosen = chosen.left_join(found, _text(source) == found.value).drop("value")
    return chosen


def _level(chosen: Table, rule: Rule) -> StringValue:
    """The level text; null where the rule has no levels or the record none of them."""
    import ibis

    if not rule.by:
        return ibis.literal(None, "string")
    return reduce(lambda left, right: left + "|" + right, [f"{name}=" + chosen[f"level_of_{name}"] for name in rule.by])


def _text(column: Value) -> StringValue:
    return column.cast("string").fill_null("")
