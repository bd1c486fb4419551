"""Patients apart by the year in which they start, where uptake differs by year: that of their own year is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from pathway_cost.engine.model.arms import Split, joined_splits, split_into_arms
from pathway_cost.engine.model.discounting import YEAR
from pathway_cost.engine.model.grid import EDGE, grid_of
from pathway_cost.engine.model.timing import Starting, Timing
from pathway_cost.specs.format import ALWAYS, Pathway, Scenario, first_stated, uptake_in, year_after
from pathway_cost.tables.cohort.segments import Segments

ALL: Final = 1.0


@dataclass(frozen=True, repr=False)
class Starters:
    """Some of the patients who start: their share of all, when they do, and the financial year whose uptake is theirs."""

    share: float
    timing: Timing
    uptake_year: str | None


@dataclass(frozen=True, repr=False)
class StartersSplit:
    """Starters, and the arms they are split into: the same arms for all starters of a composition."""

    starters: Starters
    split: Split


@dataclass(frozen=True, repr=False)
class SplitByStart:
    """The arms of a composition over all who start, and of those whose uptake is that of one year."""

    whole: Split
    apart: tuple[StartersSplit, ...]

    @property
    def years(self) -> tuple[str | None, ...]:
        """The years whose uptake counts; None is the last stated."""
        return tuple(each.starters.uptake_year for each in self.apart)


def split_by_start(
    pathway: Pathway, scenarios: Sequence[Scenario], segments: Segments, timing: Timing, uptake_year: str | None
) -> SplitByStart:
    """A composition's arms and the share of each segment in each, apart by the year whose uptake counts.

    Raises:
        EngineFaults: as `split_into_arms`.
    """
    starters = starters_of(pathway, scenarios, timing, uptake_year)
    splits = [split_into_arms(scenarios, segments, each.uptake_year) for each in starters]
    whole, aligned = joined_splits(scenarios, splits, [each.share for each in starters])
    return SplitByStart(whole, tuple(StartersSplit(*pair) for pair in zip(starters, aligned, strict=True)))


def starters_of(
    pathway: Pathway, scenarios: Sequence[Scenario], timing: Timing, uptake_year: str | None
) -> tuple[Starters, ...]:
    """Patients apart by the uptake of the year they start in; all together where a year is stated, or there is no intake.

    >>> from pathway_cost.study.lone_specs import load_pathway
    >>> ramp = Scenario(scenario="day_case", amends="knee", uptake={"2026-27": 0.4, "2027-28": 0.7})
    >>> apart = starters_of(load_pathway("elective_knee"), [ramp], Timing(intake_over_days=730.0), None)
    >>> [(each.share, each.uptake_year) for each in apart]
    [(0.5, '2026-27'), (0.5, '2027-28')]
    """
    ramps = [scenario for scenario in scenarios if ALWAYS not in scenario.uptake]
    if not timing.has_intake or uptake_year is not None or not ramps:
        return (Starters(ALL, timing, uptake_year),)
    apart: dict[tuple[float | None, ...], tuple[str, list[Starting]]] = {}
    for named, starting in starts_by_year(pathway, ramps, timing).items():
        apart.setdefault(tuple(_known(each, named) for each in ramps), (named, []))[1].extend(starting)
    if len(apart) == 1:
        return tuple(Starters(ALL, timing, named) for named, _ in apart.values())
    return tuple(_starters(timing, named, starting) for named, starting in apart.values())


def starts_by_year(pathway: Pathway, scenarios: Sequence[Scenario], timing: Timing) -> dict[str, list[Starting]]:
    """Financial year → who starts in it; the first is the intake's, or else the first for which uptake is stated."""
    first = timing.first_year or first_stated(scenarios)
    if first is None:
        return {}
    starts = by_year(timing.starts(grid_of(pathway, timing).period_days))
    return {year_after(first, number): starting for number, starting in enumerate(starts) if starting}


def by_year(starts: Sequence[Starting]) -> list[list[Starting]]:
    """Who starts in the first, second, … year of the study; an even start over several years is cut where they end.

    >>> [[tuple(part) for part in year] for year in by_year([Starting(0.0, 730.0, 1.0)])]
    [[(0.0, 365.0, 0.5)], [(365.0, 730.0, 0.5)]]
    """
    years: list[list[Starting]] = []
    for start in starts:
        year = int(start.from_day / YEAR + EDGE)
        while True:
            begins, ends = max(start.from_day, year * YEAR), min(start.to_day, (year + 1) * YEAR)
            years += [[] for _ in range(year + 1 - len(years))]
            if start.to_day - start.from_day <= EDGE:
                years[year].append(start)
                break
            part = start.share * (ends - begins) / (start.to_day - start.from_day)
            years[year].append(Starting(begins, ends, part))
            if start.to_day <= ends + EDGE:
                break
            year += 1
    return years


def _known(scenario: Scenario, year: str) -> float | None:
    """The uptake of a year; None before the first stated, which is refused where patients are split."""
    try:
        return uptake_in(scenario, year)
    except ValueError:
        return None


def _starters(timing: Timing, named: str, starting: Sequence[Starting]) -> Starters:
    """Those who start then, as if they were all."""
    share = sum(each.share for each in starting)
    parts = tuple(each._replace(share=each.share / share) for each in starting)
    return Starters(share, replace(timing, starting=parts), named)
