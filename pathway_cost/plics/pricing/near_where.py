"""Pounds that a rule would price if codes were written as it asks for them: named, so that none falls out unseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Final

from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.plics.pricing.kinds import codes_matched, values_of
from pathway_cost.plics.pricing.usage import Usage
from pathway_cost.plics.reading import Relations, Told, bracketed, code_shown, either, near_codes, those, verb
from pathway_cost.specs.format import Derive, Rule

if TYPE_CHECKING:
    from ibis.expr.types import Table

RULE: Final = "code_nearly_matches"
ACTIVITY: Final = "ActCstID"
_SHOWN: Final = 4
Values = Mapping[tuple[str, str], Sequence[str]]


def records_nearly_picked(relations: Relations, usage: Usage, values: Values) -> list[Problem]:
    """Records that `where` passes over for the way a code is written; `values` is (feed, column) → the codes there are."""
    problems = []
    for names in usage.alike:
        rule = usage.rules[names[0]]
        near = {column: near_codes(values[rule.feed, column], codes) for column, codes in rule.where.items()}
        if any(near.values()):
            records, gbp = _nearly_picked(relations, rule, values, near)
            problems += [_passed_over(names, rule, near, records, gbp)] if records else []
    return problems


def levels_nearly_met(relations: Relations, usage: Usage, derives: Mapping[str, Derive]) -> list[Problem]:
    """Codes that `derive:` names in another way: their records stand at another level, or at none."""
    problems = []
    for name in dict.fromkeys(name for rule in usage.rules.values() for name in rule.by):
        source, feeds = derives[name].source, sorted({rule.feed for rule in usage.rules.values() if name in rule.by})
        asked = [code for code in derives[name].levels if code != "*"]
        found = {value for feed in feeds for value in values_of(relations.kinds, feed, source)}
        near = {} if source == "age" else near_codes(sorted(found), asked)
        if near:
            every = relations.every_record()
            some = every.filter(every.feed.isin(feeds))
            records, gbp = _sums(relations, some.filter(some[source].cast("string").isin(list(near))))
            what = f" {source} {_pairs(near, source)} `derive:` names, and stand at another level or at none"
            problems.append(_warning(_who_have(records, "record", gbp) + what, f"derive.{name}"))
    return problems


def activities_nearly_claimed(relations: Relations, usage: Usage, codes: Sequence[str]) -> list[Problem]:
    """Cost lines that a rule passes over for the way their activity is written; `codes` are those of the extract."""
    problems = []
    for name, rule in usage.rules.items():
        asked = [*rule.activities, *([rule.count_of] if rule.count_of else [])]
        near = {} if rule.takes_rest else near_codes(codes, asked)
        if near:
            events = relations.events.relation
            of_feed = events.filter(events.feed == rule.feed).select("event_id")
            lines = relations.lines.relation.semi_join(of_feed, "event_id")
            lines = lines.filter(lines.ActCstID.isin(list(near)))
            asks = lines.agg(lines=lines.count(), gbp=lines.TotCst.sum(), records=lines.event_id.nunique())
            sums = relations.database.frame(asks).iloc[0]
            if sums["lines"]:
                problems.append(_lines_passed_over(name, near, int(sums["lines"]), int(sums["records"]), sums["gbp"]))
    return problems


def _lines_passed_over(name: str, near: Mapping[str, str], lines: int, records: int, gbp: Decimal) -> Problem:
    exactly, of_few = _who_have(lines, "cost line", gbp).what, those(records, "record").shared
    said = either(records, exactly, f"cost lines of {of_few} have")
    return _warning(said + f" the activity {_pairs(near, ACTIVITY)} the rule asks for", f"rules.{name}.activities")


def _nearly_picked(
    relations: Relations, rule: Rule, values: Values, near: Mapping[str, Mapping[str, str]]
) -> tuple[int, Decimal]:
    """Records that would be picked and are not, and all their pounds."""
    events = relations.every_record()
    exact = {column: sorted(codes_matched(values[rule.feed, column], codes)) for column, codes in rule.where.items()}
    either = [events[column].cast("string").isin([*exact[column], *near[column]]) for column in rule.where]
    picked = [events[column].cast("string").isin(exact[column]) for column in rule.where]
    return _sums(relations, events.filter(events.feed == rule.feed, *either).filter(~reduce(and_, picked)))


def _sums(relations: Relations, records: Table) -> tuple[int, Decimal]:
    some = records.select("event_id")
    lines = relations.lines.relation.semi_join(some, "event_id")
    gbp = relations.database.frame(lines.agg(gbp=lines.TotCst.sum()))["gbp"].iloc[0]
    return relations.database.value(some.count()), gbp if isinstance(gbp, Decimal) else Decimal(0)


def _passed_over(
    names: Sequence[str], rule: Rule, near: Mapping[str, Mapping[str, str]], records: int, gbp: Decimal
) -> Problem:
    columns = [column for column, found in near.items() if found]
    said = " and ".join(f"{column} {_pairs(near[column], column)} `where` asks for" for column in columns)
    others = f"s {', '.join(names)}" if len(names) > 1 else ""

    what = f" {said}: outside the rule{others}"
    return _warning(_who_have(records, f"{rule.feed} record", gbp) + what, f"rules.{names[0]}.where.{columns[0]}")


def _pairs(near: Mapping[str, str], column: str) -> str:
    """Codes there are, and the codes asked for."""
    pairs = [f"{code_shown(value, column)} where {code!r} is what" for value, code in near.items()]
    return ", ".join(pairs[:_SHOWN]) + (f" and {len(pairs) - _SHOWN:,} more that" if len(pairs) > _SHOWN else "")


def _who_have(number: int, noun: str, gbp: Decimal) -> Told:
    return bracketed(number, noun, gbp) + " " + verb(number, "has", "have")


def _warning(said: Told, item: str) -> Problem:
    remedy = "write the code as it is in the extract, or name both"
    what, shared = said.both
    return Problem(RULE, what, Where(item=item), remedy=remedy, severity=Severity.WARNING, shared=shared)
