"""What a study asks of single numbers and of chance: sensitivity, evidence sets and weights, the walk. One rule a function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pathway_cost import terms
from pathway_cost.errors import Problem, Severity, Where, nearest_name
from pathway_cost.specs.changes.revise import try_revise
from pathway_cost.specs.checks.of_break_even import lever_problems
from pathway_cost.specs.checks.of_correlations import not_drawn
from pathway_cost.specs.format import (
    Fixed,
    Pathway,
    Scenario,
    StatedParameter,
    Study,
    Value,
    is_uncertain,
    names_read,
    prior_of,
    rests_on,
    shown_number,
    stated_parameters,
    uses_of,
)

Scenarios = Mapping[str, Scenario]

SHOWN = 3  # uses named in one message


def check_exploring(study: Study, pathway: Pathway, scenarios: Scenarios) -> list[Problem]:
    """Every fault of the questions a study asks beside its draws, its items ready for `Source.place`."""
    stated = list(stated_parameters(pathway, scenarios))
    return [
        *sensitivity_of_no_change(study),
        *one_way_of_what_is_not_drawn(study, stated),
        *two_way_of_what_is_not_drawn(study, stated),
        *two_way_of_one_parameter(study),
        *lever_problems(study, pathway, scenarios),
        *evidence_set_of_no_parameter(study, stated),
        *evidence_set_of_no_number(study, stated),
        *evidence_weight_out_of_range(study),
        *walk_problems(study, pathway, scenarios),
    ]


def sensitivity_of_no_change(study: Study) -> list[Problem]:
    """Sensitivity of the change of a scenario, where no scenario is compared."""
    if study.sensitivity is None or (study.scenarios and set(study.compare or ["some"]) != {terms.BASELINE}):
        return []
    what = "sensitivity is about the change a scenario makes, and no scenario is compared: nothing is worked out"
    remedy = "compare a scenario, or remove `sensitivity:`"
    where = Where(item="sensitivity")
    return [Problem("sensitivity_of_no_change", what, where, remedy=remedy, severity=Severity.WARNING)]


# --- one or two parameters ---------------------------------------------------------------------------------------
def one_way_of_what_is_not_drawn(study: Study, stated: list[StatedParameter]) -> list[Problem]:
    """A parameter to be read at the ends of its interval that does not exist, or has no interval."""
    asked = study.sensitivity.one_way if study.sensitivity is not None else "none"
    if isinstance(asked, str):
        return []
    drawn = _numbers_drawn(stated) | _rows_drawn(stated)
    return [
        not_drawn(
            "one_way_of_what_is_not_drawn", name, Where(item=f"sensitivity.one_way.{place}"), drawn, _names(stated)
        )
        for place, name in enumerate(asked)
        if name not in drawn
    ]


def two_way_of_what_is_not_drawn(study: Study, stated: list[StatedParameter]) -> list[Problem]:
    """A pair with a name that is not one number with an interval."""
    drawn, rows = _numbers_drawn(stated), _rows_drawn(stated)
    found = []
    for place, pair in enumerate(study.sensitivity.two_way if study.sensitivity is not None else ()):
        for name in dict.fromkeys(pair):
            where = Where(item=f"sensitivity.two_way.{place}")
            if name in rows:
                what = f"{name!r} is a row of counts, and not one number"
                shares = ", ".join(sorted(each for each in drawn if each.startswith(f"{name}.")))
                found.append(
                    Problem("two_way_of_what_is_not_drawn", what, where, remedy=f"name one of its shares: {shares}")
                )
            elif name not in drawn:
                found.append(not_drawn("two_way_of_what_is_not_drawn", name, where, drawn, _names(stated)))
    return found


def two_way_of_one_parameter(study: Study) -> list[Problem]:
    """A pair of one parameter with itself."""
    return [
        Problem(
            "two_way_of_one_parameter",
            f"{pair[0]!r} stands twice in one pair",
            Where(item=f"sensitivity.two_way.{place}"),
            remedy="name another parameter, or read it under `one_way:`",
        )
        for place, pair in enumerate(study.sensitivity.two_way if study.sensitivity is not None else ())
        if pair[0] == pair[1]
    ]


# --- evidence ----------------------------------------------------------------------------------------------------
def evidence_set_of_no_parameter(study: Study, stated: list[StatedParameter]) -> list[Problem]:
    """An evidence set that gives a value to nothing."""
    known = _names(stated)
    return [
        Problem(
            "evidence_set_of_no_parameter",
            f"there is no parameter {name!r}",
            Where(item=f"evidence_sets.{group}.{name}"),
            nearest_name(name, known),
        )
        for group, name in _evidence_names(study)
        if name not in known
    ]


def evidence_set_of_no_number(study: Study, stated: list[StatedParameter]) -> list[Problem]:
    """An evidence set that gives one number to what is not one number."""
    shares = _shares(stated)
    return [
        Problem(
            "evidence_set_of_no_number",
            f"{name!r} is a share of a row of counts, which moves with the others of its row"
            if name in shares
            else f"{name!r} is not one plain number, so one number cannot stand in for it",
            Where(item=f"evidence_sets.{group}.{name}"),
            remedy="make a parameter of the number that the evidence is about",
        )
        for group, name in _evidence_names(study)
        if name in shares or name in _names_of_no_number(stated)
    ]


def evidence_weight_out_of_range(study: Study) -> list[Problem]:
    """A grade of evidence of which less than nothing, or more than all, is counted."""
    return [
        Problem(
            "evidence_weight_out_of_range",
            f"the part of an effect that is counted lies between 0 and 1; found {shown_number(weight)}",
            Where(item=f"evidence_weights.{grade}"),
            remedy=f"write {shown_number(weight / 100)}" if 1 < weight <= 100 else None,
        )
        for grade, weight in study.evidence_weights.items()
        if not 0 <= weight <= 1
    ]


def _evidence_names(study: Study) -> Iterator[tuple[str, str]]:
    for group, values in study.evidence_sets.items():
        for name in values:
            yield group, name


# --- sampled patients ---------------------------------------------------------------------------------------------
def walk_problems(study: Study, pathway: Pathway, scenarios: Scenarios) -> list[Problem]:
    """Every fault and warning of a study's sampled patients; none where it asks for none."""
    if study.walk is None:
        return []
    pathways = [pathway, *(try_revise(pathway, [scenario])[0].pathway for scenario in scenarios.values())]
    return [
        *walk_with_intake(study),
        *walk_with_simpson(study),
        *walk_without_spread(pathways),
    ]


def walk_with_intake(study: Study) -> list[Problem]:
    """Sampled patients who would start over time."""
    if study.intake is None:
        return []
    what = "sampled patients all start together; an intake over time is not computed for them"
    return [Problem("walk_with_intake", what, Where(item="walk"), remedy="remove `walk:`, or `intake:`")]


def walk_with_simpson(study: Study) -> list[Problem]:
    """Sampled patients counted by Simpson's rule."""
    if study.count != "simpson":
        return []
    what = "Simpson's rule weighs boundaries and not patients; it is not computed for sampled patients"
    return [Problem("walk_with_simpson", what, Where(item="walk"), remedy="remove `walk:`, or use `count: half_cycle`")]


def walk_without_spread(pathways: list[Pathway]) -> list[Problem]:
    """A quantity that rests on a spread between patients: only stays and waits are drawn, so everybody has the mean."""
    found = {
        at.use.label: None for pathway in pathways for at in uses_of(pathway) if _has_spread(pathway, at.use.quantity)
    }
    if not found:
        return []
    what = f"sampled patients differ in their stays and waits only; of these quantities everybody has the mean: {_some(found)}"
    remedy = "where it counts days of a stay, write `per: day`"
    where = Where(item="walk")
    return [Problem("walk_without_spread", what, where, remedy=remedy, severity=Severity.WARNING)]


def _has_spread(pathway: Pathway, value: Value) -> bool:
    read = rests_on(pathway, names_read(value))
    return any(pathway.parameters[name].spread is not None for name in read if name in pathway.parameters)


def _some(names: Iterable[str]) -> str:
    listed = sorted(names)
    return ", ".join(listed[:SHOWN]) + (f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else "")


# --- names -------------------------------------------------------------------------------------------------------
def _names(stated: list[StatedParameter]) -> set[str]:
    return {each.name for each in stated} | _shares(stated)


def _shares(stated: list[StatedParameter]) -> set[str]:
    return {f"{each.name}.{goal}" for each in stated for goal in each.parameter.counts or {}}


def _names_of_no_number(stated: list[StatedParameter]) -> set[str]:
    """Parameters that are not one plain number anywhere."""
    plain = {each.name for each in stated if isinstance(each.parameter.value, Fixed)}
    return {each.name for each in stated} - plain


def _rows_drawn(stated: list[StatedParameter]) -> set[str]:
    return {each.name for each in stated if each.parameter.counts is not None and is_uncertain(each.parameter)}


def _numbers_drawn(stated: list[StatedParameter]) -> set[str]:
    """Single numbers with an interval: uncertain parameters, and shares of counts that somebody took."""
    plain = {each.name for each in stated if each.parameter.counts is None and is_uncertain(each.parameter)}
    shares = {
        f"{each.name}.{goal}"
        for each in stated
        for goal, count in (each.parameter.counts or {}).items()
        if is_uncertain(each.parameter) and count + prior_of(each.parameter) > 0
    }
    return plain | shares
