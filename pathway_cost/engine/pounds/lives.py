"""What the patients under some of the scenarios live with: their course, prices and footprint, each made once."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pathway_cost.cube_groups import Keys
from pathway_cost.engine.activity.course import Course, base_of_segments
from pathway_cost.engine.model import (
    Case,
    Footprint,
    Model,
    Scenarios,
    UseLine,
    changed_footprint,
    compiled,
    days_without_stay,
    remembered,
    remembered_few,
    roles_without_organisation,
    with_stand_ins,
)
from pathway_cost.engine.pounds.lines import PricedLine, priced_lines
from pathway_cost.engine.pounds.priced_rows import PricedRows, RowsUsed, keys_of, rows_of
from pathway_cost.engine.values import LaneFinder
from pathway_cost.errors import Problem
from pathway_cost.specs.changes.beside import PriceChange
from pathway_cost.specs.format import Pathway, level_attributes, outline_of
from pathway_cost.tables.prices.prices import Prices

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
FlatFootprint = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""A footprint as tuples, so that it can be looked up by."""
Order = tuple[tuple[str, ...], ...]
"""What the order of rows hangs on, which equal pathways may hold in another order."""


@dataclass(frozen=True, repr=False, eq=False)
class Life:
    """What patients under certain scenarios live with: their course, prices and footprint."""

    scenarios: tuple[str, ...]
    course: Course
    prices: Prices
    footprint: Footprint
    parts: Parts

    @property
    def pathway(self) -> Pathway:
        """The pathway with the changes in force."""
        return self.course.model.pathway

    @property
    def segments(self) -> Integers:
        """(n,) segments with patients here, rising."""
        return self.course.segments

    @property
    def misfits(self) -> list[Problem]:
        """Its faults: days that nothing counts, and roles that nobody plays."""
        return [*days_without_stay(self.pathway), *roles_without_organisation(self.pathway, self.footprint)]

    @property
    def priced(self) -> tuple[PricedLine, ...]:
        """Pounds a unit of every use, by organisation and segment.

        Raises:
            EngineFaults: a price has levels, and none of them is a segment's.
            PriceFaults: the prices do not hold a key.
        """
        return self.parts.priced(*self._paid_for)

    @property
    def rows(self) -> PricedRows:
        """The same as rows of the cube."""
        return self.parts.rows(*self._paid_for)

    @property
    def _paid_for(self) -> tuple[tuple[UseLine, ...], Prices, FlatFootprint, bytes]:
        lines = tuple(line.unvalued for line in self.course.model.lines)
        footprint = tuple((place, tuple(roles.items())) for place, roles in self.footprint.items())
        return lines, self.prices, footprint, self.segments.tobytes()

    @cached_property
    def price_by_base(self) -> Floats:
        """(U, A) pounds a unit over all components, averaged over the places a base is split over."""
        segments = self.course.cohort.segments
        share = np.ones(len(segments.weight))
        share[segments.of_base] = segments.place_share
        position = np.searchsorted(self.course.bases, base_of_segments(segments))
        price = np.zeros((len(self.course.model.lines), len(self.course.bases)))
        for line in self.priced:
            np.add.at(price[line.number], position[line.segments], line.gbp.sum(axis=1) * share[line.segments])
        return price


@dataclass(frozen=True, repr=False, eq=False)
class Parts:
    """What lives are made of, whatever the prices: lanes of the cohort, and pathways compiled."""

    finder: LaneFinder

    @remembered
    def model(self, pathway: Pathway, order: Order) -> Model:
        """The pathway as integers, which no number of a parameter changes."""
        first = outline_of(pathway).pathway
        return compiled(pathway) if first is pathway else replace(self.model(first, order), pathway=pathway)

    @remembered_few
    def changed(self, prices: Prices, changes: tuple[PriceChange, ...]) -> Prices:
        """Some prices after a scenario's price changes; the same prices where there are none.

        Raises:
            PriceFaults: price changes that reach nothing.
        """
        return prices.changed(changes) if changes else prices

    @remembered_few
    def priced(
        self, lines: tuple[UseLine, ...], prices: Prices, footprint: FlatFootprint, chosen: bytes
    ) -> tuple[PricedLine, ...]:
        """Pounds a unit of some uses, by organisation and segment; `chosen` as the bytes of (n,) integers."""
        levels, roles = level_attributes(self.finder.pathway), {place: dict(each) for place, each in footprint}
        segments, here = self.finder.cohort.segments, np.frombuffer(chosen, dtype=np.int64)
        return tuple(priced_lines(lines, levels, prices, roles, segments=segments, chosen=here))

    @remembered_few
    def rows(self, lines: tuple[UseLine, ...], prices: Prices, footprint: FlatFootprint, chosen: bytes) -> PricedRows:
        """The same as rows of the cube."""
        return rows_of(self.priced(lines, prices, footprint, chosen), self.finder.cohort.segments)

    @remembered_few
    def keys(self, used: tuple[RowsUsed, ...]) -> Keys:
        """The keys of a cube that has these rows."""
        return keys_of(used)


@dataclass(frozen=True, repr=False, eq=False)
class Made:
    """What was made so far: parts, and courses and lives by all that decides them."""

    parts: Parts
    courses: MutableMapping[tuple[Pathway, Order, frozenset[tuple[str, str]], bytes], Course] = field(
        default_factory=dict
    )
    lives: MutableMapping[tuple[Scenarios, bytes], Life] = field(default_factory=dict)

    def over(self) -> Made:
        """The same, to which lives and courses may be added that are not kept here; parts, which are small, are."""
        return replace(self, courses=ChainMap({}, self.courses), lives=ChainMap({}, self.lives))


@dataclass(frozen=True, repr=False, eq=False)
class Lives:
    """The lives of a case at some prices: what is alike in all that decides it is worked out once, and handed on."""

    case: Case
    prices: Prices
    """Pounds a unit of every organisation and key that any scenario needs."""
    before: Made | None = None
    """What was made before, where that is known."""

    @cached_property
    def _made(self) -> Made:
        return self.before or Made(Parts(LaneFinder(self.case.pathway, self.case.cohort)))

    def briefly(self) -> Lives:
        """The same lives, for sets of scenarios that are needed once: what is made for them is not kept here."""
        return Lives(self.case, self.prices, self._made.over())

    def keys(self, used: Sequence[RowsUsed]) -> Keys:
        """Rows of priced lines → the keys of a cube, the same for all cubes that have these rows."""
        return self._made.parts.keys(tuple(used))

    def without_lives(self) -> Made:
        """What was made whatever pathways and prices say, for other lives of the same patients."""
        return Made(self._made.parts)

    def of(self, scenarios: Scenarios) -> tuple[Life, ...]:
        """Scenarios in order → one life for each different set of them that some arm is under.

        Raises:
            SpecFaults: changes that do not fit the pathway.
            PriceFaults: price changes that reach nothing.
        """
        split = self.case.split(scenarios).whole
        lives = []
        for names in dict.fromkeys(arm.scenarios for arm in split.arms):
            here = sum(share for arm, share in zip(split.arms, split.share, strict=True) if arm.scenarios == names)
            taken = tuple(scenario for scenario in scenarios if scenario.scenario in names)
            lives.append(self._life(taken, np.flatnonzero(np.asarray(here) > 0)))
        return tuple(lives)

    def under(self, life: Life, pathway: Pathway) -> Life:
        """The same life under another pathway."""
        course = self._course(pathway, life.prices.replaced, life.segments)
        return Life(life.scenarios, course, life.prices, life.footprint, life.parts)

    def _life(self, taken: Scenarios, segments: Integers) -> Life:
        key, known = (taken, segments.tobytes()), self._made.lives
        if key not in known:
            revised = self.case.revised(taken)
            prices = self._made.parts.changed(self.prices, revised.prices)
            footprint = changed_footprint(self.case.footprint, revised.footprint)
            names = tuple(scenario.scenario for scenario in taken)
            course = self._course(revised.pathway, prices.replaced, segments)
            known[key] = Life(names, course, prices, footprint, self._made.parts)
        return known[key]

    def _course(self, pathway: Pathway, replaced: frozenset[tuple[str, str]], segments: Integers) -> Course:
        order, known = _order(pathway), self._made.courses
        key = (pathway, order, replaced, segments.tobytes())
        if key not in known:
            parts = self._made.parts
            everybody = np.arange(len(self.case.segments.weight)).tobytes()
            wider, model = known.get((pathway, order, replaced, everybody)), parts.model(pathway, order)
            known[key] = Course(with_stand_ins(model, replaced), segments, parts.finder, wider)
        return known[key]


def _order(pathway: Pathway) -> Order:
    """The names of a pathway's parts, in the order they stand."""
    counts = [each.counts for each in pathway.parameters.values() if each.counts is not None]
    parts: list[Mapping[str, object]] = [pathway.parameters, pathway.start.shares, pathway.settings, pathway.ends]
    return tuple(tuple(part) for part in (*parts, pathway.routes, *pathway.routes.values(), *counts))
