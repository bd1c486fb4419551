"""Two changes to one thing inside one scenario: a fault, because the order of lines must not decide pounds."""

from __future__ import annotations

import itertools

from pathway_cost.errors import Problem, Where
from pathway_cost.specs.format import AnyChange, ScaleUnitCost, Scenario, SetPrice, Target


def two_changes_to_one_thing(scenario: Scenario) -> list[Problem]:
    """Every pair of changes whose targets meet."""
    return [
        Problem(
            "two_changes_to_one_thing",
            f"{second.verb} changes what {first.verb} (change {at + 1}) changes: {_thing(first.target)}",
            Where(item=f"changes.{here}.{second.verb}"),
            remedy="keep one of the two, or make two scenarios and compose them with +",
        )
        for (at, first), (here, second) in itertools.combinations(enumerate(scenario.changes), 2)
        if meet(first.target, second.target) or set_and_scaled(first, second) or set_and_scaled(second, first)
    ]


def meet(one: Target, other: Target) -> bool:
    """Whether two targets name one thing. Scaled prices multiply, so only the same scope twice is a fault."""
    same_family = one[0] == other[0]
    return same_family and all(a == b or a is None or b is None for a, b in zip(one[1], other[1], strict=True))


def set_and_scaled(one: AnyChange, other: AnyChange) -> bool:
    """Whether a price is set and also scaled, so that the order of the two lines would decide pounds."""
    if not (isinstance(one, SetPrice) and isinstance(other, ScaleUnitCost)):
        return False
    set_scope, scaled = one.set_price, other.scale_unit_cost
    organisations = {set_scope.organisation, scaled.organisation}
    if len(organisations) > 1 and None not in organisations:
        return False
    any_key = scaled.unit_cost is None and scaled.component in (None, one.to.component)
    return scaled.unit_cost == set_scope.unit_cost or any_key


def _thing(given: Target) -> str:
    return " ".join([given[0], *(part for part in given[1] if part)])
