"""What an event at a step counts for: in which period it falls, whether the horizon still sees it, and discounted.

A patient who starts later than the study begins is followed for less time, so each event at patient time t counts in the
period of t + delay, once for every group that starts together. Who starts within a step starts in the middle of that time:
days and cycles then lie partly in one step of the study and partly in the next, and what happens at a moment in one of them.
Where a whole year has one factor of discounting, it is that of the year in whose period the event stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.model import EDGE, YEAR, Discounting, Grid, Timing, remembered

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Event = Literal["visit", "arrival", "moved", "cycle", "days"]
"""A visit is seen before the horizon; an arrival (on a route, at an end, in a cycle, where nobody stays) at the horizon too, and after the
start weighed by Simpson's rule where the study asks; `moved` is never weighed; a cycle counts by the study's rule; days
are those of the step that follows."""

FEW_STEPS: Final = 64  # whose weights are kept: they are asked for again and again
ENDS: Final = 1 / 3  # Simpson's weights: at both ends, at odd boundaries, at even ones
ODD: Final = 4 / 3
EVEN: Final = 2 / 3


class Weighted(NamedTuple):
    """(span, m) what m steps count for in the periods from `first` on: plain, and discounted for pounds and counts."""

    first: int
    plain: Floats
    gbp: Floats
    counts: Floats

    def __repr__(self) -> str:
        return object.__repr__(self)


class Tranche(NamedTuple):
    """Patients who start together: whole steps after the study begins, the part of a step beyond, and their share."""

    delay: int
    into: float
    share: float


class Part(NamedTuple):
    """A part of an event: how much of it counts (m,), in which step of the study (m,), and when: (m,) steps, as a float.

    `over` is how long it goes on from then, in steps; 0 for a moment.
    """

    weight: Floats
    place: Integers
    moment: Floats
    over: float


@dataclass(frozen=True, repr=False)
class PeriodWeights:
    """Weights of events for a grid under a study's time."""

    grid: Grid
    timing: Timing
    tranches: tuple[Tranche, ...]

    @property
    def last_delay(self) -> int:
        """Whole steps after the study begins at which the last patients start."""
        return max(tranche.delay for tranche in self.tranches)

    def of(self, event: Event, first: int, last: int) -> Weighted:
        """An event at the steps first … last − 1 of patient time → what it counts for in each period."""
        return self._of_few(event, first, last) if last - first <= FEW_STEPS else self._of(event, first, last)

    @remembered
    def _of_few(self, event: Event, first: int, last: int) -> Weighted:
        return self._of(event, first, last)

    def _of(self, event: Event, first: int, last: int) -> Weighted:
        steps = np.arange(first, last)
        start = int(self.grid.period_of(np.maximum(steps[:1] - 1, 0))[0])
        end = int(self.grid.period_of(steps[-1:] + self._last_reached)[0])
        shape = (end - start + 1, len(steps))
        rates = dict.fromkeys((None, self.timing.gbp, self.timing.counts))
        weights = {rate: np.zeros(shape) for rate in rates}
        for tranche in self.tranches:
            for part in self._parts(event, steps, tranche):
                period = np.clip(self.grid.period_of(part.place) - start, 0, shape[0] - 1)
                for rate, weight in weights.items():
                    weight[period, np.arange(len(steps))] += part.weight * self._factor(rate, part)
        return Weighted(start, weights[None], weights[self.timing.gbp], weights[self.timing.counts])

    def at_start(self) -> Weighted:
        """What falls once, when a patient starts, counts for in each period."""
        delays = np.array([tranche.delay for tranche in self.tranches])
        shares = np.array([tranche.share for tranche in self.tranches])
        into = np.array([tranche.into for tranche in self.tranches])
        period = self.grid.period_of(delays)
        sums = np.zeros((3, int(period.max()) + 1, 1))
        for rate, discounting in enumerate((None, self.timing.gbp, self.timing.counts)):
            np.add.at(
                sums[rate, :, 0], period, shares * self._factor(discounting, Part(shares, delays, delays + into, 0.0))
            )
        return Weighted(0, *sums)

    @property
    def _last_reached(self) -> int:
        """Steps by which the events of the last who start are late, whole steps that they lie in."""
        return max(tranche.delay + (tranche.into > 0) for tranche in self.tranches)

    def _parts(self, event: Event, steps: Integers, tranche: Tranche) -> Iterator[Part]:
        """An event of one tranche at patient time `steps`, part by part."""
        at, into, share = steps + tranche.delay, tranche.into, tranche.share
        moment: Floats = at + np.float64(into)
        if event == "days":
            spans = ((at, moment, 1.0 - into), (at + 1, np.ceil(moment), into))
            for place, since, over in spans if into else spans[:1]:
                yield Part(share * self._before(place) * self.grid.step_days * over, place, since, over)
        elif event == "cycle":
            for later, part in ((0, 1.0 - into), (1, into)) if into else ((0, 1.0),):
                weight = share * part * self._counted_until_horizon(steps, at + later)
                yield from self._told(weight, self._ending(event, steps, at + later), at + later, moment)
        elif into:  # a moment within a step belongs to no boundary
            yield Part(share * self._before(at), at, moment, 0.0)
        else:
            weight = share * self._seen(event, steps, at)
            yield from self._told(weight, self._ending(event, steps, at), at, moment)

    def _told(self, weight: Floats, ending: Floats, at: Integers, moment: Floats) -> Iterator[Part]:
        """What counts at a boundary, told in the period that ends there and in that which begins there."""
        yield Part(ending * weight, np.maximum(at - 1, 0), moment, 0.0)
        yield Part((1.0 - ending) * weight, at, moment, 0.0)

    def _before(self, at: Integers) -> Floats:
        """(m,) whether a step lies before the horizon."""
        return np.ones(len(at)) if self.grid.steps is None else (at < self.grid.steps).astype(np.float64)

    def _reached(self, at: Integers) -> Floats:
        """(m,) whether a boundary is reached by the horizon."""
        return np.ones(len(at)) if self.grid.steps is None else (at <= self.grid.steps).astype(np.float64)

    def _seen(self, event: Event, steps: Integers, at: Integers) -> Floats:
        """(m,) what a moment at a boundary counts, at patient time `steps`, calendar time `at`."""
        if event == "visit":
            return self._before(at)
        if event == "moved" or self.timing.count != "simpson":
            return self._reached(at)
        # whoever is there from the start arrives once, in full
        return self._reached(at) * np.where(steps == 0, 1.0, self._counted(steps, at))

    def _ending(self, event: Event, steps: Integers, at: Integers) -> Floats:
        """(m,) the part of an event at a boundary that belongs to the period which ends there.

        Who moves at the end of a cycle was there before; a cycle counted at its end, or half there, has passed by then.
        """
        if event == "visit" or not self.grid.cycle_steps:
            return np.zeros(len(at))
        if event in ("arrival", "moved"):
            return (steps > 0).astype(np.float64)
        usual = {"start": 0.0, "end": 1.0, "half_cycle": 0.5, "simpson": 0.5}[self.timing.count]
        return np.where(steps == 0, 0.0, np.where(at == self.grid.steps, 1.0, usual))

    def _counted_until_horizon(self, steps: Integers, at: Integers) -> Floats:
        return self._reached(at) * self._counted(steps, at)

    def _counted(self, steps: Integers, at: Integers) -> Floats:
        """(m,) weight of a boundary under the rule of counting."""
        at_start, at_horizon = steps == 0, at == self.grid.steps
        if self.timing.count == "simpson":
            return np.where(at_start | at_horizon, ENDS, np.where(at % 2 == 1, ODD, EVEN))
        lost_at_start = {"start": 0.0, "end": 1.0, "half_cycle": 0.5}[self.timing.count]
        return np.asarray(1.0 - lost_at_start * at_start - (1.0 - lost_at_start) * at_horizon)

    def _factor(self, discounting: Discounting | None, part: Part) -> Floats:
        if discounting is None:
            return np.ones(len(part.place))
        if discounting.by_year:  # of the year in whose ledger it stands; the horizon is of the last one
            last = np.iinfo(np.int64).max if self.grid.steps is None else max(self.grid.steps - 1, 0)
            return discounting.at(np.minimum(part.place, last) * np.float64(self.grid.step_days))
        days: Floats = part.moment * np.float64(self.grid.step_days)
        if not part.over:
            return discounting.at(days)
        length = part.over * self.grid.step_days
        return discounting.over(days, days + length) / length


@lru_cache(maxsize=8)
def period_weights(grid: Grid, timing: Timing) -> PeriodWeights:
    """The weights of a study; patients start together unless it has an intake.

    >>> yearly = Grid(step_days=365.0, steps=3, cycle_steps=1, period_days=365.0, whole_cycles=True)
    >>> weights = period_weights(yearly, Timing(horizon_days=3 * 365.0, count="half_cycle"))
    >>> weights.of("cycle", 0, 4).plain.sum(axis=0).tolist()
    [0.5, 1.0, 1.0, 0.5]
    """
    return PeriodWeights(grid, timing, tuple(_tranches(grid, timing)))


def _tranches(grid: Grid, timing: Timing) -> Iterator[Tranche]:
    """Who starts evenly over a time, step by step, each part in its middle."""
    for start in timing.starts(grid.period_days):
        first, last = start.from_day / grid.step_days, start.to_day / grid.step_days
        if last - first <= EDGE:
            yield Tranche(int(np.ceil(first - EDGE)), 0.0, start.share)
            continue
        edges = _edges(first, last, YEAR / grid.step_days)
        for begins, ends in pairwise(edges):
            middle = (begins + ends) / 2
            delay = int(np.floor(middle + EDGE))
            yield Tranche(delay, max(0.0, middle - delay), start.share * (ends - begins) / (last - first))


def _edges(first: float, last: float, year: float) -> list[float]:
    """From first to last, every whole step and every year between.

    >>> _edges(0.5, 3.0, 2.5)
    [0.5, 1.0, 2.0, 2.5, 3.0]
    """
    steps = np.arange(np.ceil(first), np.floor(last) + 1)
    years = np.arange(np.ceil(first / year), np.floor(last / year) + 1) * year
    between = np.sort(np.concatenate([steps, years]))
    apart = between[np.concatenate([[True], np.diff(between) > EDGE])] if len(between) else between
    inside = apart[(apart - first > EDGE) & (last - apart > EDGE)]
    return [first, *inside.tolist(), last]
