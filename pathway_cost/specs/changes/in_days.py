"""Stays and waits given in weeks, months, years or hours, turned into days everywhere: pathway, scenarios, study."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.nearness import folded
from pathway_cost.specs.changes.parameters import scaled_limits, scaled_value
from pathway_cost.specs.format import (
    DAYS_AT,
    TIMES,
    AddParameter,
    AnyChange,
    Fixed,
    Named,
    Parameter,
    Pathway,
    Scenario,
    SetParameter,
    Study,
    is_share_unit,
    leaves,
    named_at,
    names_read,
    not_convertible,
    read_otherwise,
    shown_number,
    stays_not_in_days,
    time_unit,
    values_in,
)

Units = Mapping[str, str]
"""Parameter → the unit of time it was given in, other than a day."""


@dataclass(frozen=True, repr=False)
class InDays:
    """A pathway and its scenarios with every stay and wait in days; what was converted; notes and faults about it."""

    pathway: Pathway
    scenarios: tuple[Scenario, ...]
    units: Units
    notes: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


def in_days(pathway: Pathway, scenarios: Sequence[Scenario] = ()) -> InDays:
    """The same pathway and scenarios in days: parameters in another unit of time that stand as a stay or wait.

    Value, limits, standard error, spread and what scenarios set or add are all multiplied. What cannot be converted
    is left as it is, with a fault: a parameter that something else reads too, or a named law.

    >>> ward = Pathway.model_validate({
    ...     "pathway": "ward", "roles": {}, "start": "ward", "ends": ["home"],
    ...     "parameters": {"los": {"value": 4, "unit": "week"}},
    ...     "settings": {"ward": {"stay": "los"}}, "routes": {"ward": {"home": "rest"}}})
    >>> found = in_days(ward)
    >>> found.pathway.parameters["los"].value, found.notes[0].what
    (Fixed(number=28.0), 'stays and waits are counted in days: los 4 week = 28 day')
    """
    units = {name: unit for name, unit in stays_not_in_days(pathway).items() if not not_convertible(pathway, name)}
    read = [_of_scenario(pathway, scenario) for scenario in scenarios]
    for found, _ in read:
        units |= found
    converted = _pathway(pathway, units)
    stays = frozenset(named_at(pathway, DAYS_AT) | set(units))
    changed = tuple(_scenario(pathway, scenario, units, stays) for scenario in scenarios)
    problems = [
        *(problem for _, faults in read for problem in faults),
        *(problem for scenario in scenarios for problem in _read_in_formulas(scenario, units)),
        *(problem for scenario in scenarios for problem in changes_in_another_unit(pathway, scenario, stays)),
    ]
    notes = [
        *_note(pathway, converted),
        *(note for pair in zip(scenarios, changed, strict=True) for note in _notes_of(*pair)),
    ]
    return InDays(converted, changed, units, tuple(notes), tuple(problems))


def study_in_days(study: Study, units: Units) -> Study:
    """The study with what it says of the converted parameters in days: bounds of levers, alternative values."""
    if not units or not (study.sensitivity or study.evidence_sets):
        return study
    changed: dict[str, Any] = {
        "evidence_sets": {
            name: {key: number * _factor(units, key) for key, number in values.items()}
            for name, values in study.evidence_sets.items()
        }
    }
    if study.sensitivity is not None:
        levers = tuple(
            lever.model_copy(
                update={
                    bound: None
                    if (number := getattr(lever, bound)) is None
                    else number * _factor(units, lever.parameter)
                    for bound in ("low", "high")
                }
            )
            for lever in study.sensitivity.break_even
        )
        changed["sensitivity"] = study.sensitivity.model_copy(update={"break_even": levers})
    return Study.model_validate(study.model_copy(update=changed))


def draws_of_another_unit(study: Study, units: Units) -> list[Problem]:
    """Own draws beside a parameter that is converted: a table of draws does not say its units."""
    if not units or study.uncertainty is None or study.uncertainty.table is None:
        return []
    given = ", ".join(f"{name} in units of a {unit}" for name, unit in sorted(units.items()))
    what = f"a table of draws does not say its units, and the pathway gives {given}"
    where = Where(item="uncertainty.table")
    return [Problem("draws_of_another_unit", what, where, remedy="give it in days, in the pathway and in the table")]


# --- what is converted ---------------------------------------------------------------------------------------------------
def _of_scenario(pathway: Pathway, scenario: Scenario) -> tuple[dict[str, str], list[Problem]]:
    """Parameters (the pathway's or its own) that a scenario lets stand as a stay, in another unit of time, and faults."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for item, name in _stands_as_days(scenario):
        parameter = scenario.parameters.get(name) or pathway.parameters.get(name)
        unit = None if parameter is None else time_unit(parameter.unit)
        if parameter is None or unit in (None, "day"):
            continue
        other = None if name in scenario.parameters else read_otherwise(pathway, name)
        if other is None and parameter.distribution is None:
            found[name] = str(unit)
        else:
            why = (
                f"{other} reads it, where it is no stay or wait"
                if other
                else "its `distribution` does not say in which unit"
            )
            what = f"{name!r} is a stay or wait here, in units of a {unit}, and {why}"
            where = Where(item=f"{scenario.scenario}.{item}")
            problems.append(Problem("stay_unit_used_otherwise", what, where, remedy="give it in days"))
    return found, problems


def _stands_as_days(scenario: Scenario) -> Iterator[tuple[str, str]]:
    for stated in values_in(scenario):
        if stated.kind in DAYS_AT:
            for item, value in leaves(stated.value, stated.item):
                if isinstance(value, Named):
                    yield item, value.name


def _read_in_formulas(scenario: Scenario, units: Units) -> Iterator[Problem]:
    """A scenario reads a converted parameter in a formula or a quantity, as if it were in its own unit."""
    for stated in values_in(scenario):
        for item, value in leaves(stated.value, stated.item):
            stands = stated.kind in DAYS_AT and isinstance(value, Named)
            for name in sorted(names_read(value) & set(units)) if not stands else ():
                what = f"{name!r} is a stay or wait given in units of a {units[name]}, and is read here too"
                where = Where(item=f"{scenario.scenario}.{item}")
                yield Problem("stay_unit_used_otherwise", what, where, remedy="give it in days")


def changes_in_another_unit(pathway: Pathway, scenario: Scenario, stays: Collection[str]) -> Iterator[Problem]:
    """A parameter set in another unit than the pathway gives it in, or changed by what is in another unit of time."""
    for index, change in enumerate(scenario.changes):
        if not isinstance(change, SetParameter | AddParameter):
            continue
        name = change.set_parameter if isinstance(change, SetParameter) else change.add_parameter
        declared = scenario.parameters.get(name) or pathway.parameters.get(name)
        given = None if declared is None else declared.unit
        stated = change.to.unit if isinstance(change, SetParameter) else None
        where = Where(item=f"{scenario.scenario}.changes.{index}.{'to' if isinstance(change, SetParameter) else 'by'}")
        if given and stated and not _convert(given, stated, is_stay=name in stays):
            what = f"the unit of {name!r} is {given!r}, and it is set in {stated!r}"
            yield Problem("changed_in_another_unit", what, where, remedy=f"give it in {given}")
        unit = time_unit(stated or given)
        value = change.to.value if isinstance(change, SetParameter) else change.by
        for other in sorted(names_read(value)) if value is not None and unit is not None else ():
            read = scenario.parameters.get(other) or pathway.parameters.get(other)
            its = None if read is None else time_unit(read.unit)
            if its not in (None, unit):
                what = f"{name!r} is in {unit}s, and {other!r}, which changes it, in {its}s"
                yield Problem("changed_in_another_unit", what, where, remedy="give both in days")


def _convert(given: str, stated: str, *, is_stay: bool) -> bool:
    """Whether a parameter in one unit may be set in another: the same unit, or times of a stay, which are converted."""
    one, other = time_unit(given), time_unit(stated)
    if one is not None and other is not None:
        return is_stay or one == other
    return folded(given) == folded(stated) or (is_share_unit(given) and is_share_unit(stated))


# --- converting ----------------------------------------------------------------------------------------------------------
def _factor(units: Units, name: str | None) -> float:
    return TIMES[units[name]] if name is not None and name in units else 1.0


def _pathway(pathway: Pathway, units: Units) -> Pathway:
    named = {
        name: _parameter(pathway.parameters[name], unit) for name, unit in units.items() if name in pathway.parameters
    }
    return (
        pathway.model_copy(update={"parameters": type(pathway.parameters)({**pathway.parameters, **named})})
        if named
        else pathway
    )


def _parameter(parameter: Parameter, unit: str) -> Parameter:
    """A parameter in days; a row of counts, or a named law, as it is."""
    if parameter.value is None or parameter.distribution is not None:
        return parameter
    factor = TIMES[unit]
    scaled = {"value": scaled_value(parameter.value, Fixed(number=factor)), **scaled_limits(parameter, factor)}
    return parameter.model_copy(update={**scaled, "unit": "day"})


def _scenario(pathway: Pathway, scenario: Scenario, units: Units, stays: frozenset[str]) -> Scenario:
    own = {name: _parameter(scenario.parameters[name], units[name]) for name in scenario.parameters if name in units}
    changes = tuple(_change(change, pathway, scenario, stays) for change in scenario.changes)
    if not own and all(new is old for new, old in zip(changes, scenario.changes, strict=True)):
        return scenario
    parameters = type(scenario.parameters)({**scenario.parameters, **own})
    return scenario.model_copy(update={"parameters": parameters, "changes": changes})


def _change(change: AnyChange, pathway: Pathway, scenario: Scenario, stays: frozenset[str]) -> AnyChange:
    """A change of a parameter that stands as a stay: in its own unit where it states one, else in the parameter's."""
    name = change.set_parameter if isinstance(change, SetParameter) else getattr(change, "add_parameter", "")
    if name not in stays:
        return change
    declared = scenario.parameters.get(name) or pathway.parameters.get(name)
    stated = change.to.unit if isinstance(change, SetParameter) else None
    unit = time_unit(stated or (None if declared is None else declared.unit))
    if unit in (None, "day"):
        return change
    if isinstance(change, SetParameter):
        return change.model_copy(update={"to": _parameter(change.to, str(unit))})
    assert isinstance(change, AddParameter)
    return change.model_copy(update={"by": scaled_value(change.by, Fixed(number=TIMES[str(unit)]))})


# --- saying so -----------------------------------------------------------------------------------------------------------
def _note(before: Pathway, after: Pathway) -> list[Problem]:
    names = [name for name in before.parameters if before.parameters[name] is not after.parameters[name]]
    said = [(f"parameters.{name}.unit", _said(name, before.parameters[name], after.parameters[name])) for name in names]
    return _told(said)


def _notes_of(before: Scenario, after: Scenario) -> list[Problem]:
    name = before.scenario
    said = [
        (f"{name}.parameters.{key}.unit", _said(key, before.parameters[key], after.parameters[key]))
        for key in before.parameters
        if before.parameters[key] is not after.parameters[key]
    ]
    for index, (old, new) in enumerate(zip(before.changes, after.changes, strict=True)):
        if isinstance(old, SetParameter) and isinstance(new, SetParameter) and old.to is not new.to:
            said.append((f"{name}.changes.{index}.to", _said(old.set_parameter, old.to, new.to)))
        elif isinstance(old, AddParameter) and isinstance(new, AddParameter) and old.by is not new.by:
            said.append((f"{name}.changes.{index}.by", f"the amount added to {old.add_parameter}"))
    return _told(said)


def _said(name: str, before: Parameter, after: Parameter) -> str:
    unit = time_unit(before.unit)
    if isinstance(before.value, Fixed) and isinstance(after.value, Fixed):
        given = f"{shown_number(before.value.number)}{f' {unit}' if before.unit else ''}"
        return f"{name} {given} = {shown_number(after.value.number)} day"
    return f"{name} (1 {unit} = {shown_number(TIMES[str(unit)])} day)"


def _told(said: Sequence[tuple[str, str]]) -> list[Problem]:
    """One note a file."""
    if not said:
        return []
    what = f"stays and waits are counted in days: {', '.join(text for _, text in said)}"
    return [Problem("stays_in_days", what, Where(item=said[0][0]), severity=Severity.NOTE)]
