"""Two changes to one thing inside one scenario: a fault, because the order of lines must not decide pounds."""

from __future__ import annotations

import itertools

from pathway_cost.errors import Problem, Where
from pathway_cost.specs.format import (
    AddParameter,
    AddPatients,
    AddRoute,
    AddSetting,
    AddUse,
    AnyChange,
    PriceScope,
    RemoveRoute,
    RemoveSetting,
    RemoveUse,
    ReplaceSetting,
    ScaleParameter,
    ScalePatients,
    ScaleQuantity,
    ScaleStay,
    ScaleUnitCost,
    Scenario,
    SetFootprint,
    SetParameter,
    SetPrice,
    SetQuantity,
    SetRole,
    SetShare,
    SetStart,
    SetStay,
    SetUnitCost,
    Site,
)

NONE = ""  # the target has no such part; None stands for all
Target = tuple[str, tuple[str | None, ...]]
"""What a change is about: a family, and the name of one thing in it."""


def two_changes_to_one_thing(scenario: Scenario) -> list[Problem]:
    """Every pair of changes whose targets meet."""
    return [
        Problem(
            "two_changes_to_one_thing",
            f"{second.verb} changes what {first.verb} (change {at + 1}) changes: {_thing(target(first))}",
            Where(item=f"changes.{here}.{second.verb}"),
            remedy="keep one of the two, or make two scenarios and compose them with +",
        )
        for (at, first), (here, second) in itertools.combinations(enumerate(scenario.changes), 2)
        if meet(target(first), target(second)) or set_and_scaled(first, second) or set_and_scaled(second, first)
    ]


def target(change: AnyChange) -> Target:  # noqa: PLR0911 - one a verb
    """The thing a change is about."""
    match change:
        case SetParameter():
            return "parameter", (change.set_parameter,)
        case ScaleParameter():
            return "parameter", (change.scale_parameter,)
        case AddParameter():
            return "parameter", (change.add_parameter,)
        case SetShare():
            return "route", _site(change.set_share)[:2]
        case AddRoute():
            return "route", _site(change.add_route)[:2]
        case RemoveRoute():
            return "route", _site(change.remove_route)[:2]
        case AddSetting():
            return "setting", (change.add_setting,)
        case ReplaceSetting():
            return "setting", (change.replace_setting,)
        case RemoveSetting():
            return "setting", (change.remove_setting,)
        case _:
            return _target_of_use_or_beside(change)


def _target_of_use_or_beside(change: AnyChange) -> Target:  # noqa: PLR0911, PLR0912 - one a verb
    match change:
        case AddUse():
            return "use", (*_site(change.add_use)[:2], change.use.label)
        case RemoveUse():
            return "use", _site(change.remove_use)
        case SetQuantity():
            return "use", _site(change.set_quantity)
        case ScaleQuantity():
            return "use", _site(change.scale_quantity)
        case SetUnitCost():
            return "unit cost of", _site(change.set_unit_cost)
        case SetRole():
            return "role of", _site(change.set_role)
        case SetStay():
            return "stay of", (change.set_stay.setting, change.set_stay.route)
        case ScaleStay():
            return "stay of", (change.scale_stay.setting, change.scale_stay.route)
        case ScaleUnitCost():
            return "scaled price", tuple(part or NONE for part in _scope(change.scale_unit_cost))
        case SetPrice():
            return "price", _scope(change.set_price)
        case SetStart():
            return "start", ()
        case ScalePatients():
            return "patients", (repr(sorted(change.scale_patients.where.items())), change.scale_patients.place or NONE)
        case AddPatients():
            return "patients", (repr(sorted(change.add_patients.where.items())), change.add_patients.place or NONE)
        case SetFootprint():
            return "organisation of", (change.set_footprint.role, change.set_footprint.place)
    raise AssertionError(change.verb)  # pragma: no cover: every verb is above


def _site(site: Site) -> tuple[str, str, str]:
    return site.setting, site.route or NONE, site.use or NONE


def _scope(scope: PriceScope) -> tuple[str | None, ...]:
    return scope.unit_cost, scope.component, scope.organisation


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
