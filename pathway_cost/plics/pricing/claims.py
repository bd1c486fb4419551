"""Which unit cost rule claims which cost lines of which records (R2).

A line is claimed by `where` and `activities`; it is priced when its record is also in the sums. Lines are told apart by
(event_id, ActCstID): a rule picks activities, never resources. A *sighting* is a record whose lines a rule may claim: its
own, and those attached to it. What is claimed of a line hangs on the rules that see its record and on its activity alone,
so it is told once for all records that the same rules see (`Cell`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pathway_cost.plics.pricing.kinds import codes_matched
from pathway_cost.plics.pricing.members import TAKEN
from pathway_cost.plics.pricing.usage import Usage
from pathway_cost.plics.reading import Given, Relations, asking, rows_of, sizes

if TYPE_CHECKING:
    from ibis.expr.types import Table

Status = Mapping[int, int]
"""Rule (number) → whether it takes the record, or why it leaves it out."""
Void = Collection[tuple[int, str, str]]
"""Rule (number), organisation and year of what found records but made no price."""
CELL: Final = ("organisation", "fin_year", "feed", "seen_by", "is_attached")
CLAIMED: Final = {"organisation": "string", "seen_by": "string", "rule": "int64", "ActCstID": "string"}


@dataclass(frozen=True)
class Cell:
    """The cost lines of one activity of records that are alike in place, feed and the rules that see them.

    `records` counts each record once; `size` is the sum of their pounds, each record's without its sign, `largest` and
    `second` the two largest of them. `seen` are the rules that may claim of them, `claims` those that do.
    """

    organisation: str
    fin_year: str
    feed: str
    activity: str
    seen_by: str
    is_attached: bool
    records: int
    lines: int
    gbp: Decimal
    size: Decimal
    largest: Decimal
    second: Decimal
    seen: Status
    claims: Status

    def of(self, rules: Collection[int]) -> Cell:
        """The cell as some of the rules see and claim it."""
        return replace(self, seen=_of(self.seen, rules), claims=_of(self.claims, rules))


def seen_of(relations: Relations, usage: Usage, members: Given, attached: Given) -> Given:
    """The records that each rule may claim of: rule, event_id, unit_id, status."""
    pairs = [(usage.numbers[name], feed) for name, rule in usage.rules.items() for feed in rule.attached]
    attaches = relations.given("attaches", {"rule": "int64", "feed": "string"}, pairs)
    return relations.make("seen", asking(seen_by_rules, members, attached, attaches))


def seen_by_rules(members: Table, attached: Table, attaches: Table) -> Table:
    """The members, and the records attached to them of the feeds that their rule attaches."""
    columns = ("rule", "event_id", "unit_id", "status")
    own = members.select(*columns)
    children = attached.inner_join(attaches, "feed").select("rule", "parent_id", child_id="event_id")
    parents = own.rename(parent_id="event_id")
    return own.union(parents.inner_join(children, ["rule", "parent_id"]).rename(event_id="child_id").select(*columns))


def sightings_of(relations: Relations, seen: Given, attached: Given) -> Given:
    """Every record: event_id, organisation, fin_year, feed, is_attached, and `seen_by`, each rule with its status."""
    return relations.make("sightings", asking(sighted, relations.events, seen, attached))


def sighted(events: Table, seen: Table, attached: Table) -> Table:
    """The records with `is_attached` and `seen_by`: `3:0,7:1`, rules in order."""
    told = seen.select("event_id", "rule", said=seen.rule.cast("string") + ":" + seen.status.cast("string"))
    by_record = told.group_by("event_id").agg(seen_by=told.said.group_concat(",", order_by=told.rule))
    events = events.select("event_id", "organisation", "fin_year", "feed")
    events = events.left_join(by_record, "event_id").drop("event_id_right")
    events = events.left_join(attached.select("event_id", "parent_id"), "event_id").drop("event_id_right")
    found = events.mutate(seen_by=events.seen_by.fill_null(""), is_attached=events.parent_id.notnull())
    return found.drop("parent_id")


def cells_of(relations: Relations, usage: Usage, sightings: Given) -> list[Cell]:
    """Every cost line of the extract, in one cell each, with every claim of every rule to it.

    Named activities are claimed first, then what `rest` finds left at its setting.
    """
    frame = relations.frame(asking(pounds_by_cell, sightings, relations.lines))
    frame = frame.sort_values([*CELL, "activity"], ignore_index=True)
    claimed = _Claimed(usage, relations.activity_codes)
    return [
        Cell(
            **row._asdict(), seen=(seen := _seen(row.seen_by)), claims=claimed.of(row.organisation, seen, row.activity)
        )
        for row in rows_of(frame)
    ]


def pounds_by_cell(sightings: Table, lines: Table) -> Table:
    """Records, lines and exact pounds of each activity of records that are alike in CELL, and its largest records'."""
    held = lines.group_by("event_id", "ActCstID").agg(lines=lines.count(), gbp=lines.TotCst.sum())
    held = sightings.inner_join(held.mutate(gbp=held.gbp.cast("decimal(38, 8)")), "event_id")
    return held.group_by(*CELL, activity="ActCstID").agg(
        records=held.count(), lines=held.lines.sum(), gbp=held.gbp.sum(), **sizes(held.gbp)
    )


def claimed_of(relations: Relations, cells: Iterable[Cell]) -> Given:
    """What each rule claims of the records in its sums (CLAIMED)."""
    rows = {
        (cell.organisation, cell.seen_by, rule, cell.activity)
        for cell in cells
        for rule, status in cell.claims.items()
        if status == TAKEN
    }
    return relations.given("claimed", CLAIMED, sorted(rows))


def claims_of(relations: Relations, cells: Iterable[Cell], rule: int) -> Given:
    """What one rule claims of all records that it sees, those that it leaves out of its sums too (CLAIMED)."""
    rows = {(cell.organisation, cell.seen_by, rule, cell.activity) for cell in cells if rule in cell.claims}
    return relations.given("claims_followed", CLAIMED, sorted(rows))


def lines_taken(seen: Table, sightings: Table, claimed: Table, lines: Table, component_of: Table) -> Table:
    """The cost lines of records in the sums that each rule claims: rule, unit_id, component, gbp."""
    held = lines_claimed(seen.filter(seen.status == TAKEN), sightings, claimed, lines)
    return held.inner_join(component_of, ["ActCstID", "ResCstID"]).select("rule", "unit_id", "component", "gbp")


def lines_claimed(seen: Table, sightings: Table, claimed: Table, lines: Table) -> Table:
    """The cost lines of the records given that each rule claims: rule, unit_id, event_id, ActCstID, ResCstID, gbp."""
    taken = seen.select("rule", "unit_id", "event_id")
    taken = taken.inner_join(sightings.select("event_id", "organisation", "seen_by"), "event_id")
    taken = taken.inner_join(claimed, ["organisation", "seen_by", "rule"])
    taken = taken.select("rule", "unit_id", "event_id", "ActCstID")
    held = lines.select("event_id", "ActCstID", "ResCstID", gbp="TotCst")
    return taken.inner_join(held, ["event_id", "ActCstID"])


def without_void(cells: Iterable[Cell], void: Void) -> list[Cell]:
    """The cells without the claims of rules that found records but made no price: no price carries their pounds."""
    return [
        replace(
            cell,
            claims={
                rule: status
                for rule, status in cell.claims.items()
                if (rule, cell.organisation, cell.fin_year) not in void
            },
        )
        for cell in cells
    ]


class _Claimed:
    """Which of the rules that see a record claim an activity of it."""

    def __init__(self, usage: Usage, activities: Sequence[str]) -> None:
        self._usage = usage
        self._named = {
            usage.numbers[name]: frozenset(codes_matched(activities, rule.activities))
            for name, rule in usage.rules.items()
            if not rule.takes_rest
        }
        self._companions: dict[str, dict[int, frozenset[int]]] = {}

    def of(self, organisation: str, seen: Status, activity: str) -> Status:
        named = {rule for rule in seen if activity in self._named.get(rule, ())}
        rests = {rule for rule in seen if rule not in self._named}
        if rests:
            beside = self._beside(organisation)
            rests = {rule for rule in rests if not beside[rule] & named}
        return _of(seen, named | rests)

    def _beside(self, organisation: str) -> dict[int, frozenset[int]]:
        """`rest` rule → the rules whose claims are not its own, over all settings that it stands at."""
        if organisation not in self._companions:
            self._companions[organisation] = _companions(self._usage, organisation)
        return self._companions[organisation]


def _companions(usage: Usage, organisation: str) -> dict[int, frozenset[int]]:
    numbers = usage.numbers
    rests = {numbers[name]: name for name, rule in usage.rules.items() if rule.takes_rest}
    return {
        number: frozenset(
            numbers[other]
            for site in usage.sites
            if site.rule == name
            for other in usage.companions(organisation, site)
        )
        for number, name in rests.items()
    }


def _seen(text: str) -> Status:
    """Rule → status, out of `3:0,7:1`."""
    pairs = (each.split(":") for each in text.split(",") if each)
    return {int(rule): int(status) for rule, status in pairs}


def _of(statuses: Status, rules: Collection[int]) -> Status:
    return {rule: status for rule, status in statuses.items() if rule in rules}
