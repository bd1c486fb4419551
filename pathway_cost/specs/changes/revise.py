"""A pathway with the changes of a scenario, or of several in order. Nothing is changed in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from pathway_cost.errors import Problem, SpecFaults, Where, nearest_name
from pathway_cost.specs.changes.apply import edited
from pathway_cost.specs.changes.beside import FootprintChange, PatientChange, PriceChange, beside
from pathway_cost.specs.changes.conflicts import two_changes_to_one_thing
from pathway_cost.specs.changes.edit import ChangeFaultError
from pathway_cost.specs.changes.parameters import parameter_text
from pathway_cost.specs.format import (
    AddUse,
    AnyChange,
    Evidence,
    OneOff,
    Parameter,
    Pathway,
    Scenario,
    SetParameter,
    names_read,
    once,
    outline_of,
    rests_on,
    values_in,
    with_parameters_moved,
)


@dataclass(frozen=True)
class ChangedValue:
    """One changed value, as text, for the change register: `position` counts a scenario's changes from 1.

    What the scenario itself declares (parameters, roles, unit costs) has position 0.
    """

    scenario: str
    position: int
    verb: str
    item: str
    old: str
    new: str
    grade: str
    source: str | None


@dataclass(frozen=True, repr=False)
class Revised:
    """A pathway after its scenarios, and what they change outside it."""

    pathway: Pathway
    prices: tuple[PriceChange, ...] = ()
    patients: tuple[PatientChange, ...] = ()
    footprint: tuple[FootprintChange, ...] = ()
    one_offs: tuple[OneOff, ...] = ()
    values: tuple[ChangedValue, ...] = ()


def revise(pathway: Pathway, scenarios: Sequence[Scenario]) -> Revised:
    """The pathway with the changes of scenarios in their order: each applies to the result of those before it.

    Raises SpecFaults (meaning) with every unknown target, conflict and misfit, the nearest valid name and a
    remedy. Names that the new values read are not looked up here: `check_pathway` the result.

    >>> knee = Pathway.model_validate({
    ...     "pathway": "knee", "roles": {"acute": {"kind": "acute"}}, "start": "ward", "ends": ["home"],
    ...     "settings": {"ward": {"role": "acute", "stay": 4}}, "routes": {"ward": {"home": "rest"}}})
    >>> shorter = Scenario(scenario="shorter", amends="knee", changes=[{"scale_stay": "ward", "by": 0.5}])
    >>> [(line.item, line.old, line.new) for line in revise(knee, [shorter]).values]
    [('settings.ward.stay', '4', '2')]
    """
    revised, problems = try_revise(pathway, scenarios)
    if problems:
        raise SpecFaults(problems, stage="meaning")
    return revised


def try_revise(pathway: Pathway, scenarios: Sequence[Scenario]) -> tuple[Revised, tuple[Problem, ...]]:
    """As far as the changes can be made, with the problems of the rest."""
    return _tried(pathway, *scenarios)


@once
def _tried(pathway: Pathway, *scenarios: Scenario) -> tuple[Revised, tuple[Problem, ...]]:
    outline, moved = outline_of(pathway)
    if moved and not any(moved & rests_on(outline, _names_in(scenario)) for scenario in scenarios):
        revised, problems = _tried(outline, *scenarios)
        numbers = {name: pathway.parameters[name] for name in moved}
        return replace(revised, pathway=with_parameters_moved(revised.pathway, numbers)), problems
    return _one_by_one(pathway, scenarios)


@once
def _names_in(scenario: Scenario) -> frozenset[str]:
    """The parameters that a scenario declares or changes, and all that its values read."""
    verbs = ("set_parameter", "scale_parameter", "add_parameter")
    changed = (getattr(change, verb) for change in scenario.changes for verb in verbs if hasattr(change, verb))
    return frozenset(scenario.parameters).union(changed, *(names_read(each.value) for each in values_in(scenario)))


def _one_by_one(pathway: Pathway, scenarios: Sequence[Scenario]) -> tuple[Revised, tuple[Problem, ...]]:
    revised = Revised(pathway)
    problems: list[Problem] = []
    for scenario in scenarios:
        revised, found = _with_scenario(revised, scenario)
        problems += found
    if not problems:
        revised, problems = _revalidated(revised)
    return revised, tuple(problems)


def _with_scenario(revised: Revised, scenario: Scenario) -> tuple[Revised, list[Problem]]:
    problems = [*amends_another_pathway(revised.pathway, scenario), *two_changes_to_one_thing(scenario)]
    revised, found = _with_declared(revised, scenario)
    problems += found
    for index, change in enumerate(scenario.changes):
        try:
            revised = _with_change(revised, change, scenario, index + 1)
        except ChangeFaultError as fault:
            problems += _placed(fault, change, index)
    revised, found = _with_one_offs(revised, scenario)
    return revised, [replace(problem, what=f"{scenario.scenario}: {problem.what}") for problem in [*problems, *found]]


def amends_another_pathway(pathway: Pathway, scenario: Scenario) -> list[Problem]:
    """A scenario changes the pathway it names, and no other."""
    if scenario.amends == pathway.pathway:
        return []
    what = f"the scenario amends {scenario.amends!r}; this pathway is {pathway.pathway!r}"
    near = nearest_name(scenario.amends, [pathway.pathway])
    remedy = f"take the scenario out, or write `amends: {pathway.pathway}` if it fits"
    return [Problem("amends_another_pathway", what, Where(item="amends"), near, remedy)]


def _placed(fault: ChangeFaultError, change: AnyChange, index: int) -> list[Problem]:
    here = f"changes.{index}.{fault.field or change.verb}"
    items = [
        (problem, here if problem.where.item is None else f"{here}.{problem.where.item}") for problem in fault.problems
    ]
    return [replace(problem, where=Where(item=item)) for problem, item in items]


def _with_declared(revised: Revised, scenario: Scenario) -> tuple[Revised, list[Problem]]:
    """The scenario's own parameters, roles and unit costs, which its changes may use."""
    own: dict[str, dict[str, Any]] = {
        "parameters": {
            name: parameter.model_copy(update={"evidence": parameter.evidence or scenario.evidence})
            for name, parameter in scenario.parameters.items()
        },
        "roles": dict(scenario.roles),
        "unit_costs": dict(scenario.unit_costs),
    }
    pathway, problems = revised.pathway, list[Problem]()
    for field, entries in own.items():
        known = getattr(pathway, field)
        problems += [
            Problem(
                "declared_twice",
                f"{field}.{name} is declared already, otherwise",
                Where(item=f"{field}.{name}"),
                remedy="give it another name, or change the one that is there",
            )
            for name, entry in entries.items()
            if name in known and known[name] != entry
        ]
        pathway = pathway.model_copy(update={field: {**known, **entries, **known}})
    new = [name for name in scenario.parameters if name not in revised.pathway.parameters]
    values = [_declared(scenario, name, pathway.parameters[name]) for name in new]
    return replace(revised, pathway=pathway, values=(*revised.values, *values)), problems


def _declared(scenario: Scenario, name: str, parameter: Parameter) -> ChangedValue:
    evidence = parameter.evidence or scenario.evidence
    text = parameter_text(parameter)
    return ChangedValue(scenario.scenario, 0, "declare", f"parameters.{name}", "", text, *_graded(evidence))


def _graded(evidence: Evidence) -> tuple[str, str | None]:
    return evidence.grade, evidence.source


def _with_change(revised: Revised, change: AnyChange, scenario: Scenario, position: int) -> Revised:
    evidence = _evidence(change, scenario)
    outside = beside(revised.pathway, change, scenario=scenario.scenario, position=position, evidence=evidence)
    if outside is None:
        edit = edited(revised.pathway, change, scenario)
        revised, item, old, new = replace(revised, pathway=edit.pathway), edit.item, edit.old, edit.new
    else:
        moved, item, new = outside
        revised, old = _with_outside(revised, moved), ""
    line = ChangedValue(scenario.scenario, position, change.verb, item, old, new, *_graded(evidence))
    return replace(revised, values=(*revised.values, line))


def _with_outside(revised: Revised, moved: PriceChange | PatientChange | FootprintChange) -> Revised:
    if isinstance(moved, PriceChange):
        return replace(revised, prices=(*revised.prices, moved))
    if isinstance(moved, PatientChange):
        return replace(revised, patients=(*revised.patients, moved))
    return replace(revised, footprint=(*revised.footprint, moved))


def _evidence(change: AnyChange, scenario: Scenario) -> Evidence:
    inside = change.to.evidence if isinstance(change, SetParameter) else None
    inside = change.use.evidence if isinstance(change, AddUse) else inside
    return inside or change.evidence or scenario.evidence


def _with_one_offs(revised: Revised, scenario: Scenario) -> tuple[Revised, list[Problem]]:
    """One-off costs: an id that several scenarios share counts once."""
    known = {cost.id: cost for cost in revised.one_offs}
    problems = []
    for index, cost in enumerate(scenario.one_off_costs):
        own = cost.model_copy(update={"evidence": cost.evidence or scenario.evidence})
        same = known.setdefault(cost.id, own)
        if same.model_copy(update={"evidence": own.evidence}) != own:
            what = f"one-off cost {cost.id!r} is given twice, with different figures"
            item = f"one_off_costs.{index}.id"
            problems.append(Problem("one_off_differs", what, Where(item=item), remedy="give it another id"))
    return replace(revised, one_offs=tuple(known.values())), problems


def _revalidated(revised: Revised) -> tuple[Revised, list[Problem]]:
    """The pathway checked as if it had been read from a file."""
    try:
        return replace(revised, pathway=Pathway.model_validate(revised.pathway)), []
    except ValidationError as error:
        return revised, [
            Problem(
                "revised_pathway_is_misshapen",
                f"after the changes, {'.'.join(str(part) for part in details['loc'])}: {details['msg']}",
            )
            for details in error.errors(include_url=False)
        ]
