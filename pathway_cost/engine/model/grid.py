"""The grid of time: how long a step is, how many there are to the horizon, and which period a step belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.model.discounting import YEAR
from pathway_cost.engine.model.timing import Timing, Unit
from pathway_cost.specs.format import DAYS, Pathway, in_cycles_only

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

EDGE: Final = 1e-6  # of a step or period: what is computed as 2.999999999 is 3
DAILY_WITHIN: Final = 2 * YEAR  # days of a horizon that is followed day by day
WEEKLY_WITHIN: Final = 10 * YEAR
FINER: Final = 8  # times as many steps as wanted, at most, so that a period holds whole steps
LONGEST: Final = 200 * YEAR  # days after which nobody can still be on the way


@dataclass(frozen=True)
class Grid:
    """Time in steps of `step_days`; boundary t is t steps after the start.

    >>> year = Grid(step_days=1.0, steps=365, cycle_steps=0, period_days=365 / 12, whole_cycles=False)
    >>> year.periods, year.first_step_of(np.arange(3)).tolist(), year.period_of(np.array([30, 31, 365])).tolist()
    (12, [0, 31, 61], [0, 1, 11])
    """

    step_days: float
    steps: int | None
    """Steps to the horizon; None without one."""
    cycle_steps: int
    """Steps a cycle; 0 where the pathway has none."""
    period_days: float
    whole_cycles: bool
    """Whether every step is one cycle, so that all boundaries are those of cycles."""

    @property
    def most_steps(self) -> int:
        """Steps to the horizon; without one, those after which nobody can still be on the way."""
        return round(LONGEST / self.step_days) if self.steps is None else self.steps

    @property
    def period_steps(self) -> int:
        """Steps of the longest period: how many are worked on together."""
        return max(1, int(np.ceil(self.period_days / self.step_days - EDGE)))

    def period_of(self, steps: Integers) -> Integers:
        """The period (from 0) of what falls at each boundary; the horizon itself is of the last period."""
        last = np.iinfo(np.int64).max if self.steps is None else max(self.steps - 1, 0)
        return np.floor(np.minimum(steps, last) * self.step_days / self.period_days + EDGE).astype(np.int64)

    def first_step_of(self, periods: Integers) -> Integers:
        """The boundary with which each period (from 0) begins."""
        return np.asarray(np.ceil(periods * (self.period_days / self.step_days) - EDGE), dtype=np.int64)

    def days_of(self, periods: Integers) -> tuple[Floats, Floats]:
        """The days on which each period (from 0) begins and ends: of its steps, where they do not divide it."""
        end = np.inf if self.steps is None else self.steps * self.step_days
        return self._first_day_of(periods), np.minimum(self._first_day_of(periods + 1), end)

    def days_followed_in(self, periods: Integers) -> Floats:
        """The days of the whole steps that fall into each period (from 0): a month of days has 30 or 31."""
        begins, ends = self.first_step_of(periods), self.first_step_of(periods + 1)
        return np.asarray((ends if self.steps is None else np.minimum(ends, self.steps)) - begins) * self.step_days

    def _first_day_of(self, periods: Integers) -> Floats:
        """With steps of a day at most, to the day."""
        stated: Floats = periods * np.float64(self.period_days)
        begins: Floats = self.first_step_of(periods) * np.float64(self.step_days)
        near = 1.0 + EDGE if self.step_days <= 1 else EDGE * self.step_days
        return np.where(np.abs(begins - stated) < near, stated, begins)

    @property
    def periods(self) -> int | None:
        """How many periods the horizon has; None without one."""
        return None if self.steps is None else int(self.period_of(np.array([self.steps]))[0]) + 1


def grid_of(pathway: Pathway, timing: Timing) -> Grid:
    """The steps and periods in which a pathway's patients are followed; each cycle is whole steps.

    Where patients spend time nowhere but in settings that repeat every cycle, a cycle is one step.

    Args:
        pathway: whose cycle the grid must hit.
        timing: horizon, step and period wanted.
    """
    period_days = DAYS[timing.period or _usual_period(timing)]
    wanted = DAYS[timing.step or _usual_step(timing)]
    has_cycles = pathway.cycle is not None and any(setting.is_cycle for setting in pathway.settings.values())
    if has_cycles:
        assert pathway.cycle is not None
        cycle = DAYS[pathway.cycle]
        per_cycle = 1 if in_cycles_only(pathway) else max(1, round(cycle / wanted))
        step = cycle / per_cycle
        return Grid(step, _steps(timing, step), per_cycle, max(period_days, step), per_cycle == 1)
    step = _even_step(timing, wanted, period_days)
    return Grid(step, _steps(timing, step), 0, max(period_days, step), whole_cycles=False)


def _usual_period(timing: Timing) -> Unit:
    return "month" if timing.horizon_days is not None and timing.horizon_days < 2 * YEAR - EDGE else "year"


def _usual_step(timing: Timing) -> Unit:
    horizon = timing.horizon_days
    if horizon is None or horizon <= DAILY_WITHIN + EDGE:
        return "day"
    return "week" if horizon <= WEEKLY_WITHIN + EDGE else "month"


def _even_step(timing: Timing, wanted: float, period_days: float) -> float:
    """A whole day; else a step near the wanted one that divides the period and the horizon, else the horizon alone."""
    horizon = timing.horizon_days
    if wanted == 1 and (horizon is None or abs(horizon - round(horizon)) <= EDGE):
        return 1.0
    step = period_days / max(1, round(period_days / wanted))
    if horizon is None or abs(horizon / step - round(horizon / step)) <= EDGE:
        return step
    fewest = max(1, round(horizon / wanted))
    counts = np.arange(fewest, fewest * FINER + 1)
    a_period = counts * (period_days / horizon)
    even = counts[np.abs(a_period - np.round(a_period)) <= EDGE]
    return horizon / int(even[0] if len(even) else fewest)


def _steps(timing: Timing, step: float) -> int | None:
    return None if timing.horizon_days is None else max(1, round(timing.horizon_days / step))
