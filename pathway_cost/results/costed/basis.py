"""On what basis figures stand: price year, horizon, counting, discounting, intake; results of unlike bases are not compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pathway_cost.engine.model import YEAR, Discounting, Timing

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


@dataclass(frozen=True)
class Basis:
    """The year whose pounds these are, and over which time they are counted; `str` gives all but the year in words.

    >>> str(Basis("2024-25"))
    'whole pathway, per start, undiscounted, no horizon'
    >>> str(Basis("2024-25", horizon_days=365.0, intake="patients start in 2 periods"))
    '1 year from the start of the study, per start, undiscounted, patients start in 2 periods'
    """

    price_year: str
    """Written 2024-25."""
    horizon_days: float | None = None
    """How long patients are followed; None until their pathways end."""
    counting: str = ""
    """At which boundaries cycles are counted, in words; empty where nothing comes in cycles."""
    pounds_discounted: str = ""
    """Rate and time of discounting, in words; empty where a later pound counts as much as an early one."""
    counts_discounted: str = ""
    """The same of what is counted and not priced."""
    intake: str = ""
    """When patients start, in words; empty where all start at once."""

    def __str__(self) -> str:
        discounted = [
            f"{what} discounted at {words}"
            for what, words in (("pounds", self.pounds_discounted), ("counts", self.counts_discounted))
            if words
        ]
        ending = "no horizon" if self.horizon_days is None else ""
        parts = [self._horizon, "per start", self.counting, *(discounted or ["undiscounted"]), ending, self.intake]
        return ", ".join(part for part in parts if part)

    @property
    def _horizon(self) -> str:
        if self.horizon_days is None:
            return "whole pathway"
        start = "the start of the study" if self.intake else "the start"
        return f"{days_text(self.horizon_days)} from {start}"


def basis_of(timing: Timing, price_year: str, *, cycles: bool = False) -> Basis:
    """The basis of a study's time and price year; it tells the way of counting where the pathway has cycles.

    >>> str(basis_of(Timing(horizon_days=730.0, gbp=Discounting(((0.0, 0.035),))), "2024-25", cycles=True))
    '2 years from the start, per start, cycles counted at their start, pounds discounted at 3.5% a year (each instant)'
    """
    return Basis(
        price_year=price_year,
        horizon_days=timing.horizon_days,
        counting=COUNTING[timing.count] if timing.horizon_days is not None and cycles else "",
        pounds_discounted=_discounted(timing.gbp),
        counts_discounted=_discounted(timing.counts),
        intake=_intake(timing),
    )


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


def _discounted(discounting: Discounting | None) -> str:
    if discounting is None:
        return ""
    rates = " then ".join(f"{100 * rate:g}%" for _, rate in discounting.rates[:3])
    return f"{rates} a year ({WHEN[discounting.when]})"


def _intake(timing: Timing) -> str:
    if timing.intake_over_days is not None:
        return f"patients start evenly over {days_text(timing.intake_over_days)}"
    return f"patients start in {len(timing.intake_shares)} periods" if timing.intake_shares else ""
