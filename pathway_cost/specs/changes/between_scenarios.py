"""Two scenarios of a composition that change one thing: one of them undoes the other, and their order decides pounds.

Inside one scenario that is a fault (see `conflicts`). Two that only multiply or add work on what the other leaves.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from pathway_cost.specs.changes.conflicts import meet, set_and_scaled
from pathway_cost.specs.format import (
    NONE,
    AnyChange,
    RemoveRoute,
    RemoveSetting,
    RemoveUse,
    ReplaceSetting,
    Scenario,
    SetStart,
)

SCALED_BY: Final = {
    "set_parameter": "scale_parameter",
    "set_stay": "scale_stay",
    "set_quantity": "scale_quantity",
    "set_price": "scale_unit_cost",
    "set_share": "scale_parameter (the share as a parameter)",
}
"""Verb that sets → the verb that works on what the other scenario leaves."""
INSIDE_SETTING: Final = ("route", "use", "unit cost of", "role of", "stay of")
SAID_BESIDE: Final = {"evidence", "note", "title", "source", "rationale"}


class At(NamedTuple):
    """A change where it stands: its scenario, and its place there from 1."""

    scenario: str
    position: int
    change: AnyChange


class Clash(NamedTuple):
    """Two changes of one thing by two scenarios, in the order in which they are made."""

    first: At
    later: At

    @property
    def undoes(self) -> bool:
        """Whether the later undoes the first in this order; else it would be undone in the other."""
        return settles(self.later.change)


def clashes(scenarios: Sequence[Scenario]) -> list[Clash]:
    """Every two changes of one thing by two of the scenarios, of which at least one settles it by itself.

    >>> def sets(name, to):
    ...     change = {"set_parameter": "p_readmit", "to": to}
    ...     return Scenario(scenario=name, amends="knee", changes=[change])
    >>> [(clash.first.scenario, clash.later.scenario) for clash in clashes([sets("a", 0.3), sets("b", 0.4)])]
    [('a', 'b')]
    >>> clashes([sets("a", 0.3), sets("b", 0.3)])
    []
    """
    return [
        Clash(first, later)
        for one, other in itertools.combinations(scenarios, 2)
        for first, later in itertools.product(_changes(one), _changes(other))
        if clash(first.change, later.change)
    ]


def changed_by_two(scenarios: Sequence[Scenario]) -> frozenset[tuple[str, int]]:
    """Scenario and place (from 1) of every change of a thing that another of the scenarios changes too."""
    return frozenset(
        (at.scenario, at.position)
        for one, other in itertools.combinations(scenarios, 2)
        for pair in itertools.product(_changes(one), _changes(other))
        if meet(pair[0].change.target, pair[1].change.target) or clash(pair[0].change, pair[1].change)
        for at in pair
    )


def clash(first: AnyChange, later: AnyChange) -> bool:
    """Whether two changes are of one thing, and one of them settles it whatever the other did."""
    if _holds(first, later) or _holds(later, first):
        return True
    if not (settles(first) or settles(later)):
        return False
    if set_and_scaled(first, later) or set_and_scaled(later, first):
        return True
    return meet(first.target, later.target) and not _side_by_side(first, later) and not _same(first, later)


def settles(change: AnyChange) -> bool:
    """Whether a change leaves nothing of what was there: it sets, replaces or removes."""
    return change.verb.startswith(("set_", "replace_", "remove_"))


def _changes(scenario: Scenario) -> list[At]:
    return [At(scenario.scenario, number, change) for number, change in enumerate(scenario.changes, start=1)]


def _holds(whole: AnyChange, part: AnyChange) -> bool:
    """Whether a change removes or replaces what holds the thing that another changes."""
    family, names = part.target
    if isinstance(whole, RemoveSetting | ReplaceSetting):
        keeps_routes = isinstance(whole, ReplaceSetting) and whole.routes is None
        on_a_route = family == "route" or (len(names) > 1 and names[1] not in (NONE, None))
        return family in INSIDE_SETTING and names[0] == whole.target[1][0] and not (keeps_routes and on_a_route)
    if isinstance(whole, RemoveRoute):
        return family in INSIDE_SETTING[1:] and names[:2] == whole.target[1]
    return isinstance(whole, RemoveUse) and family in ("unit cost of", "role of") and names == whole.target[1]


def _side_by_side(first: AnyChange, later: AnyChange) -> bool:
    """Whether a setting's stay is set and that of one way out of it: each stands, whatever the order."""
    one, other = first.target, later.target
    return one[0] == "stay of" and settles(first) and settles(later) and one != other


def _same(first: AnyChange, later: AnyChange) -> bool:
    return first.verb == later.verb and _meant(first) == _meant(later)


def _meant(change: AnyChange) -> Any:
    """What a change puts there, without where and without what is only said beside it."""
    where = set() if isinstance(change, SetStart) else {change.verb}
    fields = change.model_dump(exclude={*where, *SAID_BESIDE})
    return {
        name: {key: part for key, part in given.items() if key not in SAID_BESIDE} if isinstance(given, dict) else given
        for name, given in fields.items()
    }
