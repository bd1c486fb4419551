"""Which unit cost rule claims which cost lines of which records (R2).

A line is claimed by `where` and `activities`; it is priced when its record is also in the sums. Lines are told apart by
(event_id, ActCstID): a rule picks activities, never resources. A *sighting* is a record whose lines a rule may claim: its
own, and those attached to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pathway_cost.plics.pricing.usage import Usage
from pathway_cost.plics.reading.relations import Relations
from pathway_cost.tables.reading import matches

if TYPE_CHECKING:
    from ibis.expr.types import Table


@dataclass(frozen=True)
class Claims:
    """The records that each rule may claim of (sightings), and the lines that it claims.

    `seen`: rule, event_id, unit_id, organisation, fin_year, status. `lines`: the same and ActCstID.
    """

    seen: Table
    lines: Table


def claims_of(
    relations: Relations,
    usage: Usage,
    members: Table,
    attached: Table,
    *,
    organisations: Sequence[str],
    codes: Sequence[str],
) -> Claims:
    """Every claim of every rule: named activities first, then what `rest` finds left at its setting.

    `codes` are the ActCstID of the extract.
    """
    seen = relations.keep("seen", _seen(relations, usage, members, attached))
    named = seen.inner_join(relations.activities.select("event_id", "ActCstID"), "event_id")
    named = named.inner_join(_activities_of(relations, usage, codes), ["rule", "ActCstID"])
    if not any(rule.takes_rest for rule in usage.rules.values()):
        return Claims(seen, relations.keep("claims", named))
    named = relations.keep("claims_named", named)
    return Claims(seen, relations.keep("claims", named.union(_rest(relations, usage, seen, named, organisations))))


def _seen(relations: Relations, usage: Usage, members: Table, attached: Table) -> Table:
    columns = ("rule", "event_id", "unit_id", "organisation", "fin_year", "status")
    own = members.select(*columns)
    pairs = [(usage.numbers[name], feed) for name, rule in usage.rules.items() for feed in rule.attached]
    if not pairs:
        return own
    attaches = relations.small("attaches", {"rule": "int64", "feed": "string"}, pairs)
    children = attached.inner_join(attaches, "feed").select("rule", "parent_id", child_id="event_id")
    parents = own.rename(parent_id="event_id")
    return own.union(parents.inner_join(children, ["rule", "parent_id"]).rename(event_id="child_id").select(*columns))


def _activities_of(relations: Relations, usage: Usage, codes: Sequence[str]) -> Table:
    rows = [
        (usage.numbers[name], code)
        for name, rule in usage.rules.items()
        if not rule.takes_rest
        for code in codes
        if any(matches(code, pattern) for pattern in rule.activities)
    ]
    return relations.small("activities_of_rules", {"rule": "int64", "ActCstID": "string"}, rows)


def _rest(relations: Relations, usage: Usage, seen: Table, named: Table, organisations: Sequence[str]) -> Table:
    rests = [(number,) for name, number in usage.numbers.items() if usage.rules[name].takes_rest]
    takers = relations.small("rest_rules", {"rule": "int64"}, rests)
    lines = seen.semi_join(takers, "rule").inner_join(relations.activities.select("event_id", "ActCstID"), "event_id")
    columns = {"organisation": "string", "rule": "int64", "rest": "int64"}
    companions = relations.small("companions", columns, _companions(usage, organisations))
    taken = named.inner_join(companions, ["organisation", "rule"])
    taken = taken.select("event_id", "ActCstID", rule=taken.rest).distinct()
    return lines.anti_join(taken, ["rule", "event_id", "ActCstID"]).select(*named.columns)


def _companions(usage: Usage, organisations: Sequence[str]) -> list[tuple[str, int, int]]:
    """(organisation, rule, rest): the rule's claims are not `rest`'s. Over all settings that the rest rule stands at."""
    rests = [site for site in usage.sites if usage.rules[site.rule].takes_rest]
    found = {
        (organisation, usage.numbers[name], usage.numbers[rest.rule])
        for organisation in organisations
        for rest in rests
        for name in usage.companions(organisation, rest)
    }
    return sorted(found)
