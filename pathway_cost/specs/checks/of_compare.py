"""What a study compares: compositions that fit together, uptakes that are known. One rule a function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from pathway_cost import terms
from pathway_cost.errors import Problem, Where, nearest_name
from pathway_cost.specs.changes.revise import try_revise
from pathway_cost.specs.checks.of_scenario import check_revised
from pathway_cost.specs.format import (
    ALWAYS,
    Pathway,
    Scenario,
    Study,
    financial_year,
    first_stated,
    is_financial_year,
    uptake_in,
)

Scenarios = Mapping[str, Scenario]
MOST_PARTIAL_UPTAKES = 6


def compositions(study: Study, scenarios: Scenarios) -> dict[str, tuple[str, ...]]:
    """Name → the scenarios it is made of, in order: what `compare` says, else baseline and each scenario."""
    names = study.compare or (terms.BASELINE, *scenarios)
    return {name: () if name == terms.BASELINE else tuple(name.split("+")) for name in names}


def compare_with_no_scenario(study: Study, scenarios: Scenarios) -> list[Problem]:
    """A comparison of scenarios that the study does not list, or of one with itself."""
    known = [terms.BASELINE, *scenarios]
    found = []
    for index, name in enumerate(study.compare):
        where = Where(item=f"compare.{index}")
        parts = name.split("+")
        for part in parts:
            if part not in (known if len(parts) == 1 else scenarios):
                what = f"there is no scenario {part!r}"
                if part == terms.BASELINE:
                    what = "the baseline is the pathway without changes: it is no part of a composition"
                near = None if part == terms.BASELINE else nearest_name(part, known)
                found.append(Problem("compare_with_no_scenario", what, where, near))
        found += [
            Problem("compare_with_no_scenario", f"{name!r} holds {part!r} {count} times", where)
            for part, count in Counter(parts).items()
            if count > 1
        ]
    return found


def compared_twice(study: Study) -> list[Problem]:
    """One comparison listed twice."""
    return [
        Problem("compared_twice", f"{name!r} is listed {count} times", Where(item="compare"), remedy="list it once")
        for name, count in Counter(study.compare).items()
        if count > 1
    ]


def composition_does_not_fit(study: Study, pathway: Pathway, scenarios: Scenarios) -> list[Problem]:
    """Scenarios that cannot be made one after the other, or make a pathway with faults."""
    found: list[Problem] = []
    for name, parts in compositions(study, scenarios).items():
        if len(parts) < 2 or not all(part in scenarios for part in parts):
            continue
        order = [scenarios[part] for part in parts]
        if any(try_revise(pathway, [scenario])[1] for scenario in order):
            continue  # faults of a single scenario are said once, at its own line
        revised, refused = try_revise(pathway, order)
        where = Where(item=f"compare.{study.compare.index(name)}")
        problems = [*refused, *check_revised(pathway, revised, order)]
        found += [replace(problem, where=where, what=f"{name}: {problem.what}") for problem in problems]
    return found


def too_many_partial_uptakes(study: Study, scenarios: Scenarios) -> list[Problem]:
    """A composition in which more than six scenarios reach only part of the eligible: too many mixtures."""
    found = []
    for name, parts in compositions(study, scenarios).items():
        partial = [part for part in parts if part in scenarios and min(scenarios[part].uptake.values()) < 1]
        if len(partial) > MOST_PARTIAL_UPTAKES:
            what = f"{name!r} has {len(partial)} scenarios with an uptake below 1; at most {MOST_PARTIAL_UPTAKES}"
            found.append(Problem("too_many_partial_uptakes", what, Where(item="compare"), remedy="compose fewer"))
    return found


def uptake_with_no_scenario(scenarios: Scenarios) -> list[Problem]:
    """`uptake_with:` names a scenario that the study does not list."""
    return [
        Problem(
            "uptake_with_no_scenario",
            f"{name}: `uptake_with` names {other!r}, which is no other scenario of the study",
            Where(item="scenarios"),
            nearest_name(other, [known for known in scenarios if known != name]),
        )
        for name, scenario in scenarios.items()
        for other in scenario.uptake_with
        if other not in scenarios or other == name
    ]


def uptake_not_stated(study: Study, scenarios: Scenarios) -> list[Problem]:
    """A scenario that has no uptake yet in the study's `uptake_year`, or when the first patients of an intake start."""
    readable = [each for each in scenarios.values() if all(is_financial_year(y) for y in each.uptake if y != ALWAYS)]
    asked, item = study.uptake_year, "uptake_year"
    if asked is None and study.intake is not None:
        asked, item = study.intake.first_year or first_stated(readable), "intake"
    if asked is None or not is_financial_year(asked):
        return []
    found = []
    for scenario in readable:
        try:
            uptake_in(scenario, asked)
        except ValueError as error:
            found.append(Problem("uptake_not_stated", str(error), Where(item=item), remedy=_not_yet(scenario, asked)))
    return found


def _not_yet(scenario: Scenario, year: str) -> str:
    return f"add `{financial_year(year)}: 0` to the uptake of {scenario.scenario}"
