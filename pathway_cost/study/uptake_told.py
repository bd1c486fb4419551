"""Which uptake counted where a scenario states it by year: what is recorded, and what a reader is told."""

from __future__ import annotations

from collections.abc import Iterable

from pathway_cost.engine.model import Case, starts_by_year
from pathway_cost.errors import Fact, Problem, Severity, Where
from pathway_cost.specs.format import ALWAYS, Scenario, financial_year, uptake_in


def uptake_used(scenario: Scenario, case: Case) -> float | dict[str, float]:
    """The uptake that counted; by the years in which patients start, where each has its own."""
    if ALWAYS in scenario.uptake or not case.stated_timing.has_intake or case.uptake_year is not None:
        return uptake_in(scenario, case.uptake_year)
    years = starts_by_year(case.pathway, [scenario], case.stated_timing)
    return {year: uptake_in(scenario, year) for year in years}


def uptake_notes(scenarios: Iterable[Scenario], case: Case, *, stated: bool) -> list[Problem]:
    """The uptake that counted, of each scenario that states it by year.

    Args:
        scenarios: of a study or composition.
        case: with the first year of its intake, and the one year asked for, if any.
        stated: whether the first year of the intake was, and not taken from the uptakes.
    """
    found = []
    for each in scenarios:
        if ALWAYS in each.uptake:
            continue
        used = uptake_used(each, case)
        what, remedy = (
            _of_each_year(each, used, stated=stated)
            if isinstance(used, dict)
            else _of_one_year(each, used, case.uptake_year, intake=case.stated_timing.has_intake)
        )
        found.append(
            Problem(
                "uptake_of_a_year",
                what,
                Where(item=each.scenario),
                remedy=remedy,
                severity=Severity.NOTE,
                about=_about(each, used, case.uptake_year),
            )
        )
    return found


def _about(scenario: Scenario, used: float | dict[str, float], asked: str | None) -> tuple[Fact, ...]:
    if isinstance(used, dict):
        return (("scenario", scenario.scenario),)
    return ("scenario", scenario.scenario), ("uptake", used), ("year", asked or max(scenario.uptake))


def _of_each_year(scenario: Scenario, used: dict[str, float], *, stated: bool) -> tuple[str, str]:
    shares = ", ".join(f"{share:.0%} of those who start in {year}" for year, share in used.items())
    last = max(financial_year(year) for year in scenario.uptake)
    after = f"; {last} is the last year stated, and holds after it" if max(used) > last else ""
    assumed = "" if stated else f"; the first year stated, {min(used)}, is taken to be the first of the intake"
    remedy = "`intake: {first_year: …}` picks another, `uptake_year:` one year for all"
    return f"uptake {shares}{after}{assumed}", remedy


def _of_one_year(scenario: Scenario, used: float, asked: str | None, *, intake: bool) -> tuple[str, str]:
    what = f"uptake {used:.0%}: of {asked or max(scenario.uptake)}"
    what += (" for all, whenever they start" if intake else "") if asked else ", the last year stated"
    return what, "`uptake_year:` in the study picks another"
