"""The share of the eligible who are treated the new way, in one financial year."""

from __future__ import annotations

from collections.abc import Iterable

from pathway_cost.specs.format.durations import financial_year
from pathway_cost.specs.format.scenario import ALWAYS, Scenario


def uptake_in(scenario: Scenario, year: str | None) -> float:
    """The uptake of a year: the latest stated at or before it; the last stated where no year is asked for.

    Raises ValueError for a year before the first stated.

    >>> ramp = Scenario(scenario="day_case", amends="knee", uptake={"2026-27": 0.3, "2028-29": 1.0})
    >>> uptake_in(ramp, "2027-28"), uptake_in(ramp, None)
    (0.3, 1.0)
    """
    by_year = {financial_year(stated): share for stated, share in scenario.uptake.items() if stated != ALWAYS}
    if not by_year:
        return scenario.uptake[ALWAYS]
    asked = max(by_year) if year is None else financial_year(year)
    stated = [known for known in by_year if known <= asked]
    if not stated:
        raise ValueError(f"{scenario.scenario}: no uptake is stated for {asked}; the first year is {min(by_year)}")
    return by_year[max(stated)]


def first_stated(scenarios: Iterable[Scenario]) -> str | None:
    """The earliest financial year for which any of these states its uptake; None where none does by year.

    >>> first_stated([Scenario(scenario="day_case", amends="knee", uptake={"2026/27": 0.3, "2028-29": 1.0})])
    '2026-27'
    """
    years = (year for scenario in scenarios for year in scenario.uptake if year != ALWAYS)
    return min((financial_year(year) for year in years), default=None)
