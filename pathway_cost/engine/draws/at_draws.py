"""Every scenario at every row of a table of parameter values: block by block of rows, reduced at once to totals and cuts.

Every lane of the cohort is a lane again at each row of the table; what its patients do is worked out once a block and
shared by the scenarios that live alike, so every difference is between the same draws. No array is patients × draws.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.engine.activity.averages import Paid
from pathway_cost.engine.activity.course import Course, base_of_segments
from pathway_cost.engine.activity.stepper import InTime
from pathway_cost.engine.draws.draw_sums import Adding, Sums, joined
from pathway_cost.engine.draws.parameter_table import unit_cost_name
from pathway_cost.engine.draws.price_errors import PriceErrors, errors_beyond_numbers
from pathway_cost.engine.draws.read_once import ReadOnce
from pathway_cost.engine.draws.rows_together import Rows
from pathway_cost.engine.model import Scenarios, StartersSplit, Timing, UseLine, remembered, timing_for
from pathway_cost.engine.pounds.lives import Life, Lives
from pathway_cost.engine.values import Exceeding, Kinds, product
from pathway_cost.errors import EngineFaults, raise_if_any
from pathway_cost.specs.format import Pathway
from pathway_cost.tables.prices.prices import Prices

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FEW: Final = 2000  # lanes × rows up to which looking for lanes that are alike takes longer than working them all out
HELD: Final = 2_000_000  # lanes × rows held at once of one line
MANY: Final = 1000  # rows from which on threads pay


@dataclass(frozen=True, repr=False)
class AtDraws:
    """The totals of all scenarios at the same D rows; `wrong` {item: (D,)} rows whose shares there could not be."""

    sums: Mapping[str, Sums]
    wrong: Mapping[str, NDArray[np.bool_]]


@dataclass(frozen=True, repr=False, eq=False)
class Recoster:
    """Costs compositions of a case again at tables of parameter values; nothing is worked out before it is asked for.

    What is asked of it raises what `cost_scenario` would raise.
    """

    lives: Lives
    compositions: Mapping[str, Scenarios]
    adjust: Callable[[Pathway], Pathway] | None = None
    """Changes once more the pathway of patients under any scenario, for what a lever does."""
    errors: PriceErrors = field(default_factory=PriceErrors)

    @cached_property
    def timing(self) -> Timing:
        """The time of the case, stepped through in every composition where one needs it."""
        case = self.lives.case
        return timing_for([case.revised(each).pathway for each in self.compositions.values()], case.timing)

    @property
    def discounts(self) -> bool:
        """Whether later pounds count less."""
        return self.timing.gbp is not None

    @cached_property
    def patients(self) -> dict[str, float]:
        """Composition → patients who start."""
        case = self.lives.case
        return {
            name: float((case.split(each).whole.share * case.patients(each)).sum())
            for name, each in self.compositions.items()
        }

    @cached_property
    def parts(self) -> dict[str, list[_Part]]:
        """Composition → its patients by life and, where uptake differs by year, by when they start."""
        return {name: list(self._parts(scenarios)) for name, scenarios in self.compositions.items()}

    def _parts(self, scenarios: Scenarios) -> Iterator[_Part]:
        patients = self.lives.case.patients(scenarios)
        here = [self._adjusted(life) for life in self.lives.of(scenarios)]
        for each in self.lives.case.split(scenarios).apart:
            for life in here:
                yield self._part(life, each, patients * each.starters.share)

    def _adjusted(self, life: Life) -> Life:
        return life if self.adjust is None or not life.scenarios else self.lives.under(life, self.adjust(life.pathway))

    def check(self) -> None:
        """Find what is wrong whatever the values of the parameters, before any of them is tried.

        Raises:
            EngineFaults: what `cost_scenario` would raise as stated; a standard error so far above its price that no price
                can be drawn.
        """
        _ = self.parts
        raise_if_any(errors_beyond_numbers(self.errors.of(self.lives.prices)), EngineFaults)

    @cached_property
    def priced(self) -> dict[tuple[str, str], float]:
        """(organisation, unit cost) in use → standard error ÷ price, the largest of any composition."""
        lines = (
            line for parts in self.parts.values() for part in parts for line in part.lines if not line.line.is_count
        )
        errors: dict[tuple[str, str], float] = {}
        for line in lines:
            organisation, unit_cost, error = line.price
            errors[organisation, unit_cost] = max(errors.get((organisation, unit_cost), 0.0), error)
        return errors

    @cached_property
    def pathways(self) -> tuple[Pathway, ...]:
        """The different pathways that patients live, in the order of the compositions."""
        return tuple(
            dict.fromkeys(part.followed.course.model.pathway for parts in self.parts.values() for part in parts)
        )

    def at(self, table: Rows) -> AtDraws:
        """A table of parameter values → the totals of every composition at each of its rows."""
        kinds = {followed: followed.kinds(table.count) for followed in self._all_followed}
        wrong: dict[str, NDArray[np.bool_]] = {}
        pieces: dict[str, list[Sums]] = {name: [] for name in self.parts}
        for block in self._blocks(table.count):
            rows = ReadOnce(table.rows(block))
            if rows.count >= MANY:
                self._read_ahead(rows)
            worked = {followed: followed.used(rows, kind) for followed, kind in kinds.items()}
            for name, parts in self.parts.items():
                sums = Adding(self.patients[name], rows.count)
                for part in parts:
                    part.add(sums, worked[part.followed][0], rows, kinds[part.followed])
                pieces[name].append(sums.done())
            for _, exceeding in worked.values():
                for item, lanes in exceeding.items.items():
                    there = wrong.setdefault(item, np.zeros(table.count, dtype=np.bool_))
                    there[block] |= lanes.reshape(rows.count, -1).any(axis=1)
        return AtDraws({name: joined(each) for name, each in pieces.items()}, wrong)

    def _read_ahead(self, rows: ReadOnce) -> None:
        """Everything drawn at once, on as many cores as there are: laws are inverted outside the interpreter's lock."""
        lines = (line for parts in self.parts.values() for part in parts for line in part.lines)
        prices = dict.fromkeys(line.price for line in lines if rows.reads(line.name))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            deque(pool.map(lambda price: rows.multiplier(*price), prices), maxlen=0)
            for followed in self._all_followed:
                drawn = followed.course.model.pathway.parameters
                deque(pool.map(rows.reading(drawn), drawn), maxlen=0)

    def _part(self, life: Life, apart: StartersSplit, patients: Floats) -> _Part:
        followed = self._followed(life.course, replace(apart.starters.timing, stepped=self.timing.stepped))
        weight = (apart.split.share * patients)[apart.split.under(life.scenarios)].sum(axis=0)
        return _Part(followed, tuple(_weighed(life, weight, self.errors)))

    @remembered
    def _followed(self, course: Course, timing: Timing) -> _Followed:
        return _Followed(course, timing)

    @property
    def _all_followed(self) -> list[_Followed]:
        return list(dict.fromkeys(part.followed for parts in self.parts.values() for part in parts))

    def _blocks(self, count: int) -> Iterator[slice]:
        size = max(1, min(each.most_rows(count) for each in self._all_followed))
        for first in range(0, count, size):
            yield slice(first, min(first + size, count))


@dataclass(frozen=True, repr=False, eq=False)
class _Followed:
    """A course followed under one time: what its patients use is worked out once a block of rows, whoever pays."""

    course: Course
    timing: Timing

    @property
    def in_time(self) -> InTime:
        """How the patients are followed."""
        return self.course.in_time(self.timing)

    def kinds(self, rows: int) -> Kinds:
        """Lanes that do the same, told apart by one of each; where there is little to work out, every lane is one."""
        everyone = np.arange(self.course.lanes.count)
        return Kinds(everyone, everyone) if rows * len(everyone) <= FEW else self.course.kinds

    def most_rows(self, rows: int) -> int:
        """The most of so many rows that are worked on together, for the memory they need."""
        kinds = max(1, len(self.kinds(rows).one))
        return min(self.in_time.most_lanes // kinds, HELD // max(1, self.course.lanes.count))

    def used(self, table: ReadOnce, kinds: Kinds) -> tuple[Paid, Exceeding]:
        """What every kind of lane uses at every row of the table, and those whose shares there cannot be."""
        try:
            return self._used(table, kinds.one)
        except EngineFaults:
            if len(kinds.one) < self.course.lanes.count:  # once more, to name everybody whom the faults are of
                self._used(table, np.arange(self.course.lanes.count))
            raise

    def _used(self, table: ReadOnce, lanes: Integers) -> tuple[Paid, Exceeding]:
        everyone = self.course.lanes.who.only(np.tile(lanes, table.count))  # rows of the table outermost
        drawn = table.values(self.course.model.pathway.parameters)
        drawn_lanes = everyone.with_given({name: np.repeat(values, len(lanes)) for name, values in drawn.items()})
        exceeding = Exceeding(np.zeros(drawn_lanes.count, dtype=np.bool_))
        return self.in_time.paid(drawn_lanes, exceeding), exceeding


def _worth(used: Floats, worth: Floats, kinds: Kinds) -> Floats:
    """(P, D × K) used by every kind of lane at every row → (P, D), each of the (R,) lanes being worth so much."""
    by_kind = used.reshape(len(used), -1, len(kinds.one))
    if len(kinds.one) == len(worth):
        return product(by_kind, worth)
    return np.stack([product(period.take(kinds.kind_of, axis=1), worth) for period in by_kind])


@dataclass(frozen=True, repr=False)
class _Weighed:
    """One use at one organisation: pounds (or patients, for what is counted) that a unit of each lane is worth (R,)."""

    number: int
    line: UseLine
    organisation: str
    worth: Floats
    prices: Prices
    errors: PriceErrors

    @property
    def name(self) -> str:
        """The name under which its price is drawn."""
        return unit_cost_name(self.organisation, self.line.unit_cost)

    @property
    def price(self) -> tuple[str, str, float]:
        """Whose price of what, and its standard error ÷ price."""
        error = self.errors.of(self.prices).get((self.organisation, self.line.unit_cost), 0.0)
        return self.organisation, self.line.unit_cost, error

    def multiplier(self, table: ReadOnce) -> Floats | None:
        """What its price is multiplied by; None where it does not vary."""
        return table.multiplier(*self.price) if table.reads(self.name) else None


@dataclass(frozen=True, repr=False)
class _Part:
    """The patients of a composition who live under one set of scenarios."""

    followed: _Followed
    lines: tuple[_Weighed, ...]

    def add(self, sums: Adding, used: Paid, table: ReadOnce, kinds: Kinds) -> None:
        """Add their pounds at every row of the table."""
        for each in self.lines:
            paid = _worth(used.paid[each.number], each.worth, kinds)
            if each.line.is_count:
                sums.count(each.line.unit_cost.removeprefix(terms.COUNT_PREFIX), paid.sum(axis=0))
                continue
            by = each.multiplier(table)
            later = used.present is not used.paid
            present = _worth(used.present[each.number], each.worth, kinds) if later else paid
            pounds = (paid, present) if by is None else (paid * by, present * by)
            sums.pounds(each.organisation, each.line.setting, *pounds)


def _weighed(life: Life, weight: Floats, errors: PriceErrors) -> Iterator[_Weighed]:
    lanes = life.course.lanes
    base = np.searchsorted(lanes.bases, base_of_segments(life.course.cohort.segments))
    for priced in life.priced:
        each = weight[priced.segments] * (1.0 if priced.line.is_count else priced.gbp.sum(axis=1))
        by_base = np.bincount(base[priced.segments], each, minlength=len(lanes.bases))
        worth = by_base[lanes.position] * lanes.weight
        yield _Weighed(priced.number, priced.line, priced.organisation, worth, life.prices, errors)
