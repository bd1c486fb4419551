"""What an event at a step counts for: in which period it falls, whether the horizon still sees it, and discounted.

A patient who starts later than the study begins is followed for less time, so each event at patient time t counts in the
period of t + delay, once for every group that starts together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.discounting import Discounting
from pathway_cost.engine.grid import EDGE, Grid
from pathway_cost.engine.timing import Timing

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Event = Literal["visit", "arrival", "moved", "cycle", "days"]
"""A visit is seen before the horizon; an arrival (on a route, at an end, in a cycle, where nobody stays) at the horizon too, and after the
start weighed by Simpson's rule where the study asks; `moved` is never weighed; a cycle counts by the study's rule; days
are those of the step that follows."""

ENDS: Final = 1 / 3  # Simpson's weights: at both ends, at odd boundaries, at even ones
ODD: Final = 4 / 3
EVEN: Final = 2 / 3


class Weighted(NamedTuple):
    """(span, m) what m steps count for in the periods from `first` on: plain, and discounted for pounds and counts."""

    first: int
    plain: Floats
    gbp: Floats
    counts: Floats


class Tranche(NamedTuple):
    """Patients who start together: steps after the study begins, and their share."""

    delay: int
    share: float


@dataclass(frozen=True)
class PeriodWeights:
    """Weights of events for a grid under a study's time."""

    grid: Grid
    timing: Timing
    tranches: tuple[Tranche, ...]

    @property
    def last_delay(self) -> int:
        """Steps after which nobody starts any more."""
        return max(tranche.delay for tranche in self.tranches)

    def of(self, event: Event, first: int, last: int) -> Weighted:
        """Weights of the steps first … last − 1 of patient time."""
        steps = np.arange(first, last)
        start = int(self.grid.period_of(np.maximum(steps[:1] - 1, 0))[0])
        end = int(self.grid.period_of(steps[-1:] + self.last_delay)[0])
        shape = (end - start + 1, len(steps))
        plain, gbp, counts = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        for tranche in self.tranches:
            at = steps + tranche.delay
            weight, ending = tranche.share * self._seen(event, steps, at), self._ending(event, steps, at)
            for part, place in ((ending, np.maximum(at - 1, 0)), (1.0 - ending, at)):
                period = np.clip(self.grid.period_of(place) - start, 0, len(plain) - 1)
                where = (period, np.arange(len(steps)))
                plain[where] += part * weight
                gbp[where] += part * weight * self._factor(self.timing.gbp, event, at)
                counts[where] += part * weight * self._factor(self.timing.counts, event, at)
        return Weighted(start, plain, gbp, counts)

    def at_start(self) -> Weighted:
        """Weights of what falls once, when a patient starts."""
        delays = np.array([tranche.delay for tranche in self.tranches])
        shares = np.array([tranche.share for tranche in self.tranches])
        period = self.grid.period_of(delays)
        sums = np.zeros((3, int(period.max()) + 1, 1))
        for kind, discounting in enumerate((None, self.timing.gbp, self.timing.counts)):
            np.add.at(sums[kind, :, 0], period, shares * self._factor(discounting, "moved", delays))
        return Weighted(0, *sums)

    def _seen(self, event: Event, steps: Integers, at: Integers) -> Floats:
        """(m,) what the event counts at patient time `steps`, calendar time `at`."""
        horizon = self.grid.steps
        before = np.ones(len(at)) if horizon is None else (at < horizon).astype(np.float64)
        reached = np.ones(len(at)) if horizon is None else (at <= horizon).astype(np.float64)
        if event == "days":
            return before * self.grid.step_days
        if event == "visit":
            return before
        if event == "moved" or (event == "arrival" and self.timing.count != "simpson"):
            return reached
        if event == "arrival":  # whoever is there from the start arrives once, in full
            return reached * np.where(steps == 0, 1.0, self._counted(steps, at))
        return reached * self._counted(steps, at)

    def _ending(self, event: Event, steps: Integers, at: Integers) -> Floats:
        """(m,) the part of an event at a boundary that belongs to the period which ends there.

        Who moves at the end of a cycle was there before; a cycle counted at its end, or half there, has passed by then.
        """
        if event in ("days", "visit") or not self.grid.cycle_steps:
            return np.zeros(len(at))
        if event in ("arrival", "moved"):
            return (steps > 0).astype(np.float64)
        usual = {"start": 0.0, "end": 1.0, "half_cycle": 0.5, "simpson": 0.5}[self.timing.count]
        return np.where(steps == 0, 0.0, np.where(at == self.grid.steps, 1.0, usual))

    def _counted(self, steps: Integers, at: Integers) -> Floats:
        """(m,) weight of a boundary under the rule of counting."""
        at_start, at_horizon = steps == 0, at == self.grid.steps
        if self.timing.count == "simpson":
            return np.where(at_start | at_horizon, ENDS, np.where(at % 2 == 1, ODD, EVEN))
        lost_at_start = {"start": 0.0, "end": 1.0, "half_cycle": 0.5}[self.timing.count]
        return np.asarray(1.0 - lost_at_start * at_start - (1.0 - lost_at_start) * at_horizon)

    def _factor(self, discounting: Discounting | None, event: Event, at: Integers) -> Floats:
        if discounting is None:
            return np.ones(len(at))
        days: Floats = at * np.float64(self.grid.step_days)
        if event != "days":
            return discounting.at(days)
        return discounting.over(days, days + self.grid.step_days) / self.grid.step_days


def period_weights(grid: Grid, timing: Timing) -> PeriodWeights:
    """The weights of a study; patients start together unless it has an intake.

    >>> yearly = Grid(step_days=365.0, steps=3, cycle_steps=1, period_days=365.0, whole_cycles=True)
    >>> weights = period_weights(yearly, Timing(horizon_days=3 * 365.0, count="half_cycle"))
    >>> weights.of("cycle", 0, 4).plain.sum(axis=0).tolist()
    [0.5, 1.0, 1.0, 0.5]
    """
    return PeriodWeights(grid, timing, tuple(_tranches(grid, timing)))


def _tranches(grid: Grid, timing: Timing) -> list[Tranche]:
    if timing.intake_over_days is not None:
        every = max(1, grid.cycle_steps)  # patients of a cycle start with it
        over = timing.intake_over_days / (grid.step_days * every)
        parts = np.minimum(1.0, over - np.arange(max(1, int(np.ceil(over - EDGE)))))
        return [Tranche(number * every, share) for number, share in enumerate((parts / parts.sum()).tolist())]
    if timing.intake_shares:
        first = grid.first_step_of(np.arange(len(timing.intake_shares))).tolist()
        return [Tranche(start, share) for start, share in zip(first, timing.intake_shares, strict=True) if share > 0]
    return [Tranche(0, 1.0)]
