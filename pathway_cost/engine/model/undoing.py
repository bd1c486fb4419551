"""The warning of a composition that undoes itself: what is set twice, to what, who wins, and what either order costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from pathway_cost.engine.model.arms import Arm
from pathway_cost.engine.model.case import Case, Scenarios
from pathway_cost.errors import PathwayCostError, Problem, Severity, Where
from pathway_cost.specs.changes.between_scenarios import SCALED_BY, At, Clash, clashes
from pathway_cost.specs.changes.revise import ChangedValue
from pathway_cost.specs.format import AddPatients, AnyChange, value_text

TotalOf = Callable[[Scenarios], float]
"""Pounds of a composition in the order given."""

SHOWN: Final = 3


def undone(case: Case, scenarios: Scenarios, *, where: Where, total_of: TotalOf | None = None) -> tuple[Problem, ...]:
    """One warning of a composition whose scenarios undo one another for some patients; none where they do not.

    Args:
        case: says who lives under which of them: scenarios that no patient takes together do not meet.
        scenarios: composed in order.
        where: what the study calls the composition.
        total_of: what an order costs; left out where nothing is costed.
    """
    found = [each for each in clashes(scenarios) if _meet_in(each, case.split(scenarios).whole.arms)]
    if not found:
        return ()
    told = _Told(case.revised(scenarios).values)
    what = "; ".join(told.clash(each) for each in found[:SHOWN])
    more = f"; and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
    costs = "" if total_of is None else f": {_both_orders(scenarios, total_of)}"
    return (
        Problem(
            "composition_undoes_itself",
            f"{_name(scenarios)}: {what}{more}{costs}",
            where,
            remedy=_remedy(found),
            severity=Severity.WARNING,
            about=(("scenario", "+".join(each.scenario for each in scenarios)),),
        ),
    )


def _meet_in(clash: Clash, arms: Iterable[Arm]) -> bool:
    names = {clash.first.scenario, clash.later.scenario}
    return any(names <= set(arm.scenarios) for arm in arms)


class _Told:
    """What each change does, in words."""

    def __init__(self, values: Iterable[ChangedValue]) -> None:
        self.texts = {(line.scenario, line.position): (line.item, line.new) for line in values}

    def clash(self, clash: Clash) -> str:
        """Who does what to which item, in order, and who wins."""
        first, later = clash
        item, same = self.item(first), self.item(first) == self.item(later)
        text = f"{first.scenario} {self.does(first, item)}, then {later.scenario} "
        text += self.does(later, "it" if same else self.item(later))
        if clash.undoes:
            return f"{text}: {later.scenario}, the later, wins"
        return f"{text}: in the other order {first.scenario} would undo that"

    def item(self, at: At) -> str:
        return self.texts[at.scenario, at.position][0].removeprefix("parameters.")

    def does(self, at: At, item: str) -> str:
        change, new = at.change, self.texts[at.scenario, at.position][1]
        match change.verb.partition("_")[0]:
            case "set":
                return f"sets {item} to {new}"
            case "scale":
                return f"multiplies {item} by {_by(change)}"
            case "add":
                return f"adds {_by(change)} to {item}"
            case "replace":
                return f"replaces {item}"
            case _:
                return f"removes {item}"


def _by(change: AnyChange) -> str:
    if isinstance(change, AddPatients):
        return f"{change.patients:g}"
    by = getattr(change, "by", None)
    if by is None:
        return "something"
    return f"{by:g}" if isinstance(by, float | int) else value_text(by)


def _both_orders(scenarios: Scenarios, total_of: TotalOf) -> str:
    turned = tuple(reversed(scenarios))
    try:
        other = f"and £{total_of(turned):,.2f} as {_name(turned)}"
    except PathwayCostError:
        other = f"and cannot be made as {_name(turned)}"
    return f"the total is £{total_of(scenarios):,.2f} in this order {other}"


def _name(scenarios: Scenarios) -> str:
    return "+".join(scenario.scenario for scenario in scenarios)


def _remedy(found: Sequence[Clash]) -> str:
    verbs = [at.change.verb for clash in found for at in clash]
    scaled = dict.fromkeys(SCALED_BY[verb] for verb in verbs if verb in SCALED_BY)
    if scaled:
        return f"write {' or '.join(scaled)}, which works on what the other leaves; or compose only one of the two"
    return "compose only one of the two"
