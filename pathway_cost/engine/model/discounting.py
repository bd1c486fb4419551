"""What later pounds count for: a declining or flat yearly rate, at every instant or by the year.

A year is 365 days. `exact` discounts each instant, (1 + rate)^(−years); the others give a whole year one factor: that
of its start, middle or end.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
When = Literal["exact", "start_of_year", "mid_year", "end_of_year"]

YEAR: Final = 365.0
_SHIFT: Final = {"start_of_year": 0.0, "mid_year": 0.5, "end_of_year": 1.0}
_EDGE: Final = 1e-9  # of a year: a boundary computed as 2.9999999999 years is the start of the fourth


@dataclass(frozen=True)
class Discounting:
    """Yearly discount rates by the year from which each holds (the first from 0), and which moment of a year counts.

    >>> green = Discounting(((0.0, 0.035), (30.0, 0.03), (75.0, 0.025)))
    >>> green.at(np.array([0.0, 365.0, 31 * 365.0])).round(6).tolist()   # 1.035^-30 ÷ 1.03 in the last
    [1.0, 0.966184, 0.345901]
    >>> float(Discounting(((0.0, 0.035),), "start_of_year").over(np.array([0.0]), np.array([730.0]))[0].round(4))
    717.657
    """

    rates: tuple[tuple[float, float], ...]
    when: When = "exact"

    @property
    def flat_daily(self) -> float | None:
        """The one force of interest a day, ln(1 + rate) ÷ 365; None where factors are not exponential."""
        return float(np.log1p(self.rates[0][1])) / YEAR if self.when == "exact" and len(self.rates) == 1 else None

    @property
    def by_year(self) -> bool:
        """Whether a whole year has one factor."""
        return self.when != "exact"

    def at(self, days: Floats) -> Floats:
        """Days → the discount factors of pounds that fall on them; any shape."""
        years: Floats = np.asarray(days, dtype=np.float64) / YEAR
        if self.when != "exact":
            years = np.floor(years + _EDGE) + _SHIFT[self.when]
        return np.exp(-self._force(years))

    def over(self, first: Floats, last: Floats) -> Floats:
        """Days counted from `first` to `last`, each worth its discount factor (its integral); any shape."""
        return self._days_counted(np.asarray(last)) - self._days_counted(np.asarray(first))

    @cached_property
    def _starts(self) -> Floats:
        return np.array([start for start, _ in self.rates])

    @cached_property
    def _forces(self) -> Floats:
        """Force of interest a year in each stretch."""
        return np.log1p([rate for _, rate in self.rates])

    @cached_property
    def _before(self) -> Floats:
        """The force gathered before each stretch."""
        return np.concatenate([[0.0], np.cumsum(self._forces[:-1] * np.diff(self._starts))])

    def _stretch(self, years: Floats) -> NDArray[np.int64]:
        return np.clip(np.searchsorted(self._starts, years, side="right") - 1, 0, None)

    def _force(self, years: Floats) -> Floats:
        stretch = self._stretch(years)
        return np.asarray(self._before[stretch] + self._forces[stretch] * (years - self._starts[stretch]))

    def _days_counted(self, days: Floats) -> Floats:
        """The factors of all days up to each, added up."""
        years = days / YEAR
        return YEAR * (self._exact_integral(years) if self.when == "exact" else self._yearly_integral(years))

    def _exact_integral(self, years: Floats) -> Floats:
        ends = np.concatenate([self._starts[1:], [np.inf]])
        whole = np.array(
            [
                _stretch_integral(*each)
                for each in zip(self._before[:-1], self._forces[:-1], np.diff(self._starts), strict=True)
            ]
        )
        gathered = np.concatenate([[0.0], np.cumsum(whole)])
        stretch = self._stretch(years)
        inside = np.minimum(years, ends[stretch]) - self._starts[stretch]
        return np.asarray(gathered[stretch] + _stretch_integral(self._before[stretch], self._forces[stretch], inside))

    def _yearly_integral(self, years: Floats) -> Floats:
        most = int(np.max(years, initial=0.0)) + 2
        factors = self.at(np.arange(most, dtype=np.float64) * YEAR)
        gathered = np.concatenate([[0.0], np.cumsum(factors)])
        whole = np.floor(years).astype(np.int64)
        return np.asarray(gathered[whole] + factors[whole] * (years - whole))


def _stretch_integral(before: Floats, force: Floats, years: Floats) -> Floats:
    """∫ exp(−before − force·s) ds over `years`; a force of 0 counts every day in full.

    So does one below the normal floats: it has too few digits left to be divided by.
    """
    tells = force >= np.finfo(np.float64).tiny
    some = np.where(tells, force, 1.0)
    return np.asarray(np.exp(-before) * np.where(tells, -np.expm1(-some * years) / some, years))
