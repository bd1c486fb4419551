"""A change of a scenario handed to the function that makes it: parameters, routes, settings, stays, uses."""

from __future__ import annotations

from pathway_cost.specs.changes import parameters, routes, settings, stays, uses
from pathway_cost.specs.changes.edit import Edit
from pathway_cost.specs.format import (
    AddParameter,
    AddRoute,
    AddSetting,
    AddUse,
    AnyChange,
    Pathway,
    RemoveRoute,
    RemoveSetting,
    RemoveUse,
    ReplaceSetting,
    ScaleParameter,
    ScaleQuantity,
    ScaleStay,
    Scenario,
    SetParameter,
    SetQuantity,
    SetRole,
    SetShare,
    SetStart,
    SetStay,
    SetUnitCost,
)


def edited(pathway: Pathway, change: AnyChange, scenario: Scenario) -> Edit:  # noqa: PLR0911 - one a verb
    """The pathway after a change of the graph or its numbers."""
    match change:
        case SetParameter():
            return parameters.set_parameter(pathway, change, scenario)
        case ScaleParameter():
            return parameters.scale_parameter(pathway, change, scenario)
        case AddParameter():
            return parameters.add_parameter(pathway, change, scenario)
        case SetShare():
            return routes.set_share(pathway, change)
        case AddRoute():
            return routes.add_route(pathway, change)
        case RemoveRoute():
            return routes.remove_route(pathway, change)
        case SetStart():
            return routes.set_start(pathway, change)
        case AddSetting():
            return settings.add_setting(pathway, change)
        case ReplaceSetting():
            return settings.replace_setting(pathway, change)
        case RemoveSetting():
            return settings.remove_setting(pathway, change)
        case _:
            return _edited_use(pathway, change)


def _edited_use(pathway: Pathway, change: AnyChange) -> Edit:  # noqa: PLR0911 - one a verb
    match change:
        case AddUse():
            return uses.add_use(pathway, change)
        case RemoveUse():
            return uses.remove_use(pathway, change)
        case SetQuantity():
            return uses.set_quantity(pathway, change)
        case ScaleQuantity():
            return uses.scale_quantity(pathway, change)
        case SetUnitCost():
            return uses.set_unit_cost(pathway, change)
        case SetRole():
            return uses.set_role(pathway, change)
        case SetStay():
            return stays.set_stay(pathway, change)
        case ScaleStay():
            return stays.scale_stay(pathway, change)
    raise AssertionError(change.verb)  # pragma: no cover: every verb is above or in `beside`
