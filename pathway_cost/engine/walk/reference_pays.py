"""What is paid, counted and discounted in the reference walk: for a moment or for days, of (m,) walkers at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.walk.walk_tables import (
    AT_END,
    AT_START,
    BY_LINES,
    BY_YEAR_THAT_ENDS,
    SOON,
    Counts,
    Tallies,
    Walked,
    WalkTables,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Discount(NamedTuple):
    """A rate at which tallies are discounted, and where they are added up; pounds (n,) where it is that of pounds."""

    cumulative: Floats
    factor: Floats
    factor_by: int
    wanted: Collection[str]
    tallies: Tallies
    gbp: Floats | None


class Item(NamedTuple):
    """What is paid for: a tally, where in it, and the price of one, (m,) each."""

    tally: str
    where: Integers | tuple[Integers, Integers]
    price: Floats


class Payments(NamedTuple):
    """Where what walkers use is paid for, counted and discounted at each rate."""

    tables: WalkTables
    walked: Walked
    discounts: tuple[Discount, ...]

    @classmethod
    def of(cls, tables: WalkTables, walked: Walked, counts: Counts | None) -> Payments:
        """None made yet; `counts` is what is counted, and discounted beside the pounds."""
        found = []
        if walked.discounted is not None:
            curves = tables.discount_cumulative, tables.discount_factor, tables.factor_by
            found.append(Discount(*curves, Tallies._fields, walked.discounted, walked.present_gbp))
        if counts is not None and walked.counted is not None:
            found.append(Discount(*counts, walked.counted, None))
        return cls(tables, walked, tuple(found))

    def once(self, who: Integers, item: Item, amount: Floats, ending: Floats) -> None:
        """Pounds of this moment; where cycles pass, `ending` of them are of the year that ends there."""
        time, horizon = self.walked.days[who], self.tables.horizon
        self._paid(who, item, amount, lambda rate: amount * _factor(rate, time, ending, horizon))

    def for_days(self, who: Integers, item: Item, inside: Floats, start: Floats, stop: Floats) -> None:
        """Pounds of the days from start to stop, of which so many count."""
        self._paid(who, item, inside, lambda rate: _read(rate.cumulative, stop) - _read(rate.cumulative, start))

    def _paid(self, who: Integers, item: Item, amount: Floats, discounted_at: Callable[[Discount], Floats]) -> None:
        """What it costs and counts, now and discounted at each rate."""
        self.walked.gbp[who] += item.price * amount
        np.add.at(getattr(self.walked.tallies, item.tally), item.where, amount)
        for rate in self.discounts:
            if item.tally in rate.wanted:
                discounted = discounted_at(rate)
                np.add.at(getattr(rate.tallies, item.tally), item.where, discounted)
                if rate.gbp is not None:
                    rate.gbp[who] += item.price * discounted


def cycle_weights(tables: WalkTables, time: Floats) -> Floats:
    """How much of a cycle that starts at this time counts."""
    if tables.counting == AT_START:
        return np.where(time < tables.horizon, 1.0, 0.0)
    if tables.counting == AT_END:
        return np.where(time > 0, 1.0, 0.0)
    return np.where((time > 0) & (time < tables.horizon), 1.0, 0.5)


def cycle_endings(tables: WalkTables, time: Floats) -> Floats:
    """How much of a cycle counted at this time is of the year that ends there."""
    usual = 0.0 if tables.counting == AT_START else 1.0 if tables.counting == AT_END else 0.5
    return np.where(time == 0, 0.0, np.where(time >= tables.horizon, 1.0, usual))


def _factor(rate: Discount, time: Floats, ending: Floats, horizon: float) -> Floats:
    """What a moment counts for."""
    curve = rate.factor
    if rate.factor_by == BY_LINES:
        return _read(curve, time)
    most = len(curve) - 1
    ends = curve[np.clip(np.ceil(time - SOON).astype(np.int64) - 1, 0, most)]
    begins = curve[np.minimum((time + SOON).astype(np.int64), most)]
    part = ending if rate.factor_by == BY_YEAR_THAT_ENDS else np.zeros(len(time))
    part = np.where(time >= horizon, 1.0, part)  # the horizon is of the last year
    return np.asarray(part * ends + (1.0 - part) * begins)


def _read(curve: Floats, time: Floats) -> Floats:
    """By straight lines between whole days."""
    day = np.minimum(time, len(curve) - 2.0).astype(np.int64)
    return np.asarray(curve[day] + (time - day) * (curve[day + 1] - curve[day]))
