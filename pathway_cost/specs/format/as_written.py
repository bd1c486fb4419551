"""Values and parameters as files write them, each with where it stands: of a pathway, and of its scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, get_args

from pathway_cost.specs.format.base import Spec
from pathway_cost.specs.format.listed_once import once
from pathway_cost.specs.format.names import Standing, Stated
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.scenario import Scenario
from pathway_cost.specs.format.values import ByLevel, BySteps, Excess, Fixed, Formula, Named, Parameter
from pathway_cost.specs.format.verbs import SetParameter, SetStay

_VALUES = (Fixed, Named, ByLevel, BySteps, Formula, Excess)
_STANDINGS: Mapping[str, Standing] = {name: name for name in get_args(Standing)}
"""Field of a spec → how the value in it stands, where the field says so."""


class StatedParameter(NamedTuple):
    """A parameter where it is written: by the pathway, or by a scenario."""

    item: str
    name: str
    parameter: Parameter


def stated_parameters(pathway: Pathway, scenarios: Mapping[str, Scenario]) -> Iterator[StatedParameter]:
    """Every parameter as written, a scenario's new value with the unit of the old."""
    for name, parameter in pathway.parameters.items():
        yield StatedParameter(f"parameters.{name}", name, parameter)
    for key, scenario in scenarios.items():
        units = {name: old.unit for name, old in {**pathway.parameters, **scenario.parameters}.items()}
        for name, parameter in scenario.parameters.items():
            yield StatedParameter(f"{key}.parameters.{name}", name, parameter)
        for index, change in enumerate(scenario.changes):
            if isinstance(change, SetParameter):
                name, unit = change.set_parameter, change.to.unit or units.get(change.set_parameter)
                yield StatedParameter(f"{key}.changes.{index}.to", name, change.to.model_copy(update={"unit": unit}))


@once
def values_in(scenario: Scenario) -> tuple[Stated, ...]:
    """Every value anywhere in a scenario, with its place (`item`) and what kind of number it is."""
    return tuple(_values_in(scenario))


def _values_in(given: Any, item: str = "", kind: Standing = "parameter") -> Iterator[Stated]:
    if isinstance(given, _VALUES):
        yield Stated(item, kind, given)
    elif isinstance(given, Spec):
        for name in type(given).model_fields:
            inner: Standing = "stay" if isinstance(given, SetStay) else _STANDINGS.get(name, "parameter")
            yield from _values_in(getattr(given, name), f"{item}.{name}".lstrip("."), inner)
    elif isinstance(given, dict):
        for name, entry in given.items():
            yield from _values_in(entry, f"{item}.{name}", kind)
    elif isinstance(given, tuple):
        for index, entry in enumerate(given):
            yield from _values_in(entry, f"{item}.{index}", kind)
