"""What a scenario means for its pathway: every rule, all faults together, each at its line of the scenario's file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pathway_cost import terms
from pathway_cost.errors import Problem, Severity, Where, nearest_name
from pathway_cost.specs.changes.in_days import in_days
from pathway_cost.specs.changes.revise import Revised, amends_another_pathway, try_revise
from pathway_cost.specs.checks import of_evidence, of_levels, of_names
from pathway_cost.specs.checks.of_pathway import check_pathway
from pathway_cost.specs.checks.of_prices import hardly_meant
from pathway_cost.specs.format import (
    ALWAYS,
    AddPatients,
    Pathway,
    Scenario,
    conditions_on_no_level,
    financial_year,
    shown_number,
    values_in,
)

__all__ = ["check_pathway", "check_revised", "check_scenario"]


def check_scenario(pathway: Pathway, scenario: Scenario) -> list[Problem]:
    """Every fault, warning and note of a scenario and of the pathway it makes, items ready for `Source.place`."""
    if problems := amends_another_pathway(pathway, scenario):
        return problems
    days = in_days(pathway, [scenario])
    pathway, scenario = days.pathway, days.scenarios[0]
    revised, refused = try_revise(pathway, [scenario])
    return [
        *reserved_scenario_name(scenario),
        *eligible_on_no_level(pathway, scenario),
        *uptake_year_unreadable(scenario),
        *one_off_of_no_role(pathway, scenario),
        *one_off_in_no_year(scenario),
        *(replace(each, where=_within(scenario, each.where)) for each in days.problems),
        *hardly_meant(scenario),
        *added_by_uptake(scenario),
        *refused,
        *check_revised(pathway, revised, [scenario]),
        *change_without_difference(revised),
    ]


def _within(scenario: Scenario, where: Where) -> Where:
    """The place in the scenario's own file."""
    return Where(item=(where.item or "").removeprefix(f"{scenario.scenario}."))


def reserved_scenario_name(scenario: Scenario) -> list[Problem]:
    """A scenario called like something else."""
    if scenario.scenario not in terms.RESERVED_NAMES:
        return []
    what = f"{scenario.scenario!r} is a word of the format"
    return [Problem("reserved_scenario_name", what, Where(item="scenario"), remedy="choose another name")]


def eligible_on_no_level(pathway: Pathway, scenario: Scenario) -> list[Problem]:
    """`eligible:` names an attribute or a level that is not there."""
    return conditions_on_no_level(pathway, scenario.eligible, "eligible", "eligible_on_no_level")


def uptake_year_unreadable(scenario: Scenario) -> list[Problem]:
    """An uptake for something that is no financial year."""
    years = [(f"uptake.{year}", year) for year in scenario.uptake if year != ALWAYS]
    return _unreadable_years("uptake_year_unreadable", years)


def one_off_in_no_year(scenario: Scenario) -> list[Problem]:
    """A one-off cost in something that is no financial year."""
    years = [(f"one_off_costs.{index}.year", cost.year) for index, cost in enumerate(scenario.one_off_costs)]
    return _unreadable_years("one_off_in_no_year", years)


def added_by_uptake(scenario: Scenario) -> list[Problem]:
    """A number of patients to add beside an uptake below 1: so much of it is added as take the scenario up."""
    uptakes = [share for share in scenario.uptake.values() if share < 1]
    most = max(scenario.uptake.values())
    return [
        Problem(
            "added_by_uptake",
            f"add_patients {shown_number(change.patients)} follows the uptake, as every change does: at {most:.0%} it adds "
            f"{shown_number(most * change.patients)}",
            Where(item=f"changes.{index}.add_patients"),
            remedy="add patients in a scenario of its own, with an uptake of 1, if all of them are meant",
            severity=Severity.NOTE,
            about=(("scenario", scenario.scenario),),
        )
        for index, change in enumerate(scenario.changes)
        if uptakes and isinstance(change, AddPatients)
    ]


def _unreadable_years(rule: str, years: Sequence[tuple[str, str]]) -> list[Problem]:
    found = []
    for item, year in years:
        try:
            financial_year(year)
        except ValueError as error:
            found.append(Problem(rule, str(error), Where(item=item)))
    return found


def one_off_of_no_role(pathway: Pathway, scenario: Scenario) -> list[Problem]:
    """A one-off cost of a role that is not there."""
    roles = {**pathway.roles, **scenario.roles}
    return [
        Problem(
            "one_off_of_no_role",
            f"there is no role {cost.role!r}",
            Where(item=f"one_off_costs.{index}.role"),
            nearest_name(cost.role, roles),
        )
        for index, cost in enumerate(scenario.one_off_costs)
        if cost.role not in roles
    ]


def change_without_difference(revised: Revised) -> list[Problem]:
    """A change that leaves things as they are."""
    return [
        Problem(
            "change_without_difference",
            f"{line.verb} leaves {line.item} as it is: {line.old}",
            Where(item=f"changes.{line.position - 1}.{line.verb}"),
            remedy="remove it",
            severity=Severity.WARNING,
            about=(("scenario", line.scenario),),
        )
        for line in revised.values
        if line.position > 0 and line.old == line.new
    ]


def check_revised(pathway: Pathway, revised: Revised, scenarios: Sequence[Scenario]) -> list[Problem]:
    """What is wrong with the pathway after the changes and was not before (warnings are the baseline's alone).

    Names and levels in a single scenario's own values are found first, at their line; the rest of the faults stand at
    the change that made them.
    """
    own = [] if len(scenarios) > 1 else _faults_of_values(revised.pathway, scenarios[0])
    before = {(problem.rule, problem.what) for problem in [*check_pathway(pathway), *own]}
    return own + [
        _at_its_change(problem, revised)
        for problem in check_pathway(revised.pathway)
        if problem.severity is Severity.ERROR and (problem.rule, problem.what) not in before
    ]


def _at_its_change(problem: Problem, revised: Revised) -> Problem:
    """A fault of the revised pathway, at the last change of the item it is about."""
    item = problem.where.item or ""
    makers = [line for line in revised.values if line.position > 0 and _is_about(line.item, item)]
    where = Where(item=f"changes.{makers[-1].position - 1}.{item}" if makers else "changes")
    return replace(problem, what=f"after the changes, {item}: {problem.what}", where=where)


def _is_about(changed: str, item: str) -> bool:
    """Whether a change of one item explains a fault of another: settings are changed with their routes."""
    place = ".".join(changed.replace("settings.", "routes.", 1).split(".")[:2])
    return item in (changed, place) or item.startswith((f"{changed}.", f"{place}.")) or changed.startswith(f"{item}.")


def _faults_of_values(pathway: Pathway, scenario: Scenario) -> list[Problem]:
    """Names, levels and formulas of the values a scenario writes, looked up in the pathway it makes."""
    return [
        problem
        for stated in values_in(scenario)
        for problem in [
            *of_names.unknown_names_in(pathway, stated),
            *of_names.unreadable_formulas_in(stated),
            *of_names.by_without_levels_in(pathway, stated),
            *of_levels.unknown_levels_in(pathway, stated),
            *of_levels.missing_levels_in(pathway, stated),
            *of_evidence.spreads_bent_in(pathway, stated),
            *of_evidence.excesses_without_spread_in(pathway, stated),
        ]
    ]
