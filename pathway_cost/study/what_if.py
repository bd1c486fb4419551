"""A study with some of its numbers changed, another scenario beside, or another question: checked as if its files said so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pathway_cost import terms
from pathway_cost.errors import Problem, SpecFaults, Where, nearest_name, raise_if_any
from pathway_cost.specs.format import (
    FrozenMap,
    Parameter,
    Pathway,
    Scenario,
    SetParameter,
    Study,
    with_parameters_moved,
)
from pathway_cost.specs.reading.given_specs import given_spec, plain_tree
from pathway_cost.specs.reading.read_specs import Loaded
from pathway_cost.study.checked_study import LoadedStudy, checked

ChangesGiven = Sequence[Mapping[str, Any]] | Mapping[str, Any] | Scenario
"""Changes one after the other, or a whole scenario."""

WHAT_IF: Final = "what_if"


def named_values(given: Any) -> dict[str, Any]:
    """What is said of parameters → name → value, numbers of numpy as plain ones; a Series says it as a mapping does.

    Raises:
        SpecFaults: what names nothing, names that are no text.
    """
    if not hasattr(given, "items"):
        what, remedy = f"a {type(given).__name__} names no parameters", 'give name → value: `{"p_readmit": 0.06}`'
        raise SpecFaults([Problem("no_parameters", what, Where(item=WHAT_IF), remedy=remedy)], stage="shape")
    values = dict(given.items())
    raise_if_any((_no_text(name) for name in values if not isinstance(name, str)), SpecFaults, stage="shape")
    return {name: plain_tree(value) for name, value in values.items()}


def _no_text(name: Any) -> Problem:
    return Problem("name_not_text", f"the name of a parameter is text; {name!r} is not", Where(item=WHAT_IF))


def with_parameters(loaded: LoadedStudy, given: Mapping[str, Any]) -> LoadedStudy:
    """The study with other values of some parameters.

    Args:
        loaded: the study.
        given: name → number, or whatever a parameter's file entry may say (`{"value": …, "low": …, "high": …}`,
            `{"counts": …}`); what is not said stays. `scenario.name` is the version that a scenario states itself; a plain
            name is the pathway's, or where the pathway has none that of every scenario that states it.

    Raises:
        SpecFaults: names that are not there, values that the files could not hold either, and whatever the study's checks
            then find; all together, stage by stage.
    """
    problems, misshapen = list[Problem](), False
    sources = list(loaded.sources)
    for name, value in given.items():
        at = _places(loaded, name)
        if not at:
            problems.append(_unknown(loaded, name))
        for position, parameter in at:
            try:
                sources[position] = _edited(sources[position], parameter, value)
            except SpecFaults as faults:
                problems += map(sources[position].source.place, faults.problems)
                misshapen = True
    raise_if_any(problems, SpecFaults, stage="shape" if misshapen else "meaning")
    return checked(loaded, sources)


def _places(loaded: LoadedStudy, name: str) -> list[tuple[int, str]]:
    """(position among the sources, parameter) of every place where a name is stated."""
    scenario, _, own = name.partition(".")
    found = [
        (position, own if spec.scenario == scenario and own else name)
        for position, each in enumerate(loaded.sources)
        if isinstance(spec := each.spec, Scenario)
        and (name in _stated(spec) or (spec.scenario == scenario and own in _stated(spec)))
    ]
    if name in loaded.sources[1].spec.parameters:
        return [(1, name)]
    return found


def _stated(scenario: Scenario) -> dict[str, Parameter]:
    """The parameters that a scenario gives values of its own; what a change sets wins."""
    set_by = {each.set_parameter: each.to for each in scenario.changes if isinstance(each, SetParameter)}
    return {**scenario.parameters, **set_by}


def _edited(loaded: Loaded[Any], name: str, value: Any) -> Loaded[Any]:
    """A pathway or scenario with another value of one of its parameters."""
    spec = loaded.spec
    if isinstance(spec, Pathway):
        new = _valued(spec.parameters[name], value, f"parameters.{name}")
        return replace(loaded, spec=with_parameters_moved(spec, {name: new}))
    at = [position for position, each in enumerate(spec.changes) if getattr(each, "set_parameter", None) == name]
    if not at:
        new = _valued(spec.parameters[name], value, f"parameters.{name}")
        return replace(loaded, spec=spec.model_copy(update={"parameters": FrozenMap(spec.parameters | {name: new})}))
    changes = list(spec.changes)
    new = _valued(changes[at[-1]].to, value, f"changes.{at[-1]}.to")
    changes[at[-1]] = changes[at[-1]].model_copy(update={"to": new})
    return replace(loaded, spec=spec.model_copy(update={"changes": tuple(changes)}))


def _valued(old: Parameter, value: Any, item: str) -> Parameter:
    """A parameter with another value; all that is not said stays."""
    said = value if isinstance(value, Mapping) and value.keys() & Parameter.model_fields.keys() else {"value": value}
    kept = {name: getattr(old, name) for name in old.model_fields_set if getattr(old, name) is not None}
    try:
        return given_spec({**kept, **said}, Parameter).spec
    except SpecFaults as faults:
        raise SpecFaults(replace(each, where=_below(item, each.where)) for each in faults.problems) from None


def _below(item: str, where: Where) -> Where:
    return Where(item=item if where.item is None else f"{item}.{where.item}")


def _unknown(loaded: LoadedStudy, name: str) -> Problem:
    known = dict.fromkeys(loaded.sources[1].spec.parameters)
    for each in loaded.sources:
        if isinstance(each.spec, Scenario):
            known |= dict.fromkeys(f"{each.spec.scenario}.{own}" for own in _stated(each.spec))
    what = f"neither the pathway nor a scenario of the study has a parameter {name!r}"
    return Problem("unknown_parameter", what, Where(item=f"{WHAT_IF}.{name}"), nearest_name(name, known))


def with_scenario(loaded: LoadedStudy, given: ChangesGiven, after: str) -> LoadedStudy:
    """The study comparing another scenario with what it is composed after.

    Args:
        loaded: the study.
        given: changes one after the other, or a whole scenario as a file would state it; what it is called, amends and its
            evidence may be left out.
        after: the composition that it is composed after.

    Raises:
        SpecFaults: changes that a file could not hold either, or that do not fit the pathway.
    """
    study = loaded.sources[0].spec
    made = _scenario(loaded, given)
    name = made.spec.scenario
    composed = name if after == terms.BASELINE else f"{after}+{name}"
    compare = tuple(dict.fromkeys([terms.BASELINE, after, composed]))
    asked = study.model_copy(update={"scenarios": (*study.scenarios, name), "compare": compare})
    count = 2 + len(loaded.scenarios)
    sources = [replace(loaded.sources[0], spec=asked), *loaded.sources[1:count], made, *loaded.sources[count:]]
    return checked(loaded, sources)


def _scenario(loaded: LoadedStudy, given: ChangesGiven) -> Loaded[Scenario]:
    """A scenario as it is given; `what_if`, `what_if_2`, … where it has no name."""
    if isinstance(given, Scenario | str) or not isinstance(given, Iterable):
        return given_spec(given, Scenario, WHAT_IF)
    names = (WHAT_IF, *(f"{WHAT_IF}_{number}" for number in range(2, 2 + len(loaded.scenarios))))
    free = next(name for name in names if name not in loaded.scenarios)
    stated = given if isinstance(given, Mapping) else {"changes": list(given)}
    tree = {"scenario": free, "amends": loaded.sources[1].spec.pathway, **stated}
    return given_spec(tree, Scenario, WHAT_IF if "scenario" in stated else free)


def with_question(loaded: LoadedStudy, **asked: Any) -> LoadedStudy:
    """The study asking something else: `uncertainty`, `sensitivity`, `walk`, … as its file would say it.

    Raises:
        SpecFaults: questions that a file could not ask either.
    """
    study = loaded.sources[0].spec
    tree = {**{name: getattr(study, name) for name in study.model_fields_set}, **asked}
    made = given_spec(tree, Study)
    return checked(loaded, [replace(loaded.sources[0], spec=made.spec), *loaded.sources[1:]])
