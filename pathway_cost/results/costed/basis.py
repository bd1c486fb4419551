"""On what basis figures stand: horizon, counting, discounting, intake; two results of unlike bases are not compared."""

from __future__ import annotations

from typing import Final

from pathway_cost.engine.model.discounting import YEAR, Discounting
from pathway_cost.engine.model.timing import Timing

WHEN: Final = {
    "exact": "each instant",
    "start_of_year": "each year from its start",
    "mid_year": "each year from its middle",
    "end_of_year": "each year from its end",
}
COUNTING: Final = {
    "start": "cycles counted at their start",
    "end": "cycles counted at their end",
    "half_cycle": "cycles counted half at their start and half at their end",
    "simpson": "cycles counted by Simpson's rule",
}


def basis_of(timing: Timing, *, cycles: bool = False) -> str:
    """The basis in words; with the way of counting where the pathway has cycles.

    >>> basis_of(Timing())
    'whole pathway, per start, undiscounted, no horizon'
    >>> basis_of(Timing(horizon_days=730.0, gbp=Discounting(((0.0, 0.035),))), cycles=True)
    '2 years from the start, per start, cycles counted at their start, pounds discounted at 3.5% a year (each instant)'
    """
    parts = [_horizon(timing), "per start"]
    if timing.horizon_days is not None and cycles:
        parts.append(COUNTING[timing.count])
    parts += [
        f"{what} discounted at {_rates(discounting)} a year ({WHEN[discounting.when]})"
        for what, discounting in (("pounds", timing.gbp), ("counts", timing.counts))
        if discounting is not None
    ]
    if not timing.discounts:
        parts.append("undiscounted")
    if timing.horizon_days is None:
        parts.append("no horizon")
    return ", ".join([*parts, *_intake(timing)])


def _horizon(timing: Timing) -> str:
    if timing.horizon_days is None:
        return "whole pathway"
    start = "the start of the study" if timing.has_intake else "the start"
    return f"{days_text(timing.horizon_days)} from {start}"


def days_text(days: float) -> str:
    """Days in the largest unit that holds them whole.

    >>> days_text(730.0), days_text(365 / 12), days_text(30.0)
    ('2 years', '1 month', '30 days')
    """
    for unit, size in (("year", YEAR), ("month", YEAR / 12)):
        count = days / size
        if round(count) and abs(count - round(count)) < 1e-6:
            return f"{round(count)} {unit}{'s' if round(count) > 1 else ''}"
    return f"{days:g} day{'s' if days != 1 else ''}"


def _rates(discounting: Discounting) -> str:
    return " then ".join(f"{100 * rate:g}%" for _, rate in discounting.rates[:3])


def _intake(timing: Timing) -> list[str]:
    if timing.intake_over_days is not None:
        return [f"patients start evenly over {days_text(timing.intake_over_days)}"]
    return [f"patients start in {len(timing.intake_shares)} periods"] if timing.intake_shares else []
