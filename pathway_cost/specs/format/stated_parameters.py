"""Every parameter where it is written: by a pathway, or by a scenario that declares one or gives one another value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.scenario import Scenario, SetParameter
from pathway_cost.specs.format.values import Parameter


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
