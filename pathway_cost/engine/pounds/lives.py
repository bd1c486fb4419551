"""What the patients under some of the scenarios live with: their course, prices and footprint, each made once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity.course import Course, base_of_segments, bases_of
from pathway_cost.engine.model import (
    Case,
    Footprint,
    Model,
    Scenarios,
    changed_footprint,
    compiled,
    days_without_stay,
    remembered,
    roles_without_organisation,
    with_stand_ins,
)
from pathway_cost.engine.pounds.lines import PricedLine, priced_lines
from pathway_cost.engine.values import LaneFinder, numbers_read
from pathway_cost.errors import Problem
from pathway_cost.specs.format import Pathway
from pathway_cost.tables.prices.prices import Prices

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Life:
    """What patients under certain scenarios live with: their course, prices and footprint."""

    scenarios: tuple[str, ...]
    course: Course
    prices: Prices
    footprint: Footprint

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

    @cached_property
    def priced(self) -> tuple[PricedLine, ...]:
        """Pounds a unit of every use, by organisation and segment.

        Raises:
            EngineFaults: a price has levels, and none of them is a segment's.
            PriceFaults: the prices do not hold a key.
        """
        segments = self.course.cohort.segments
        return tuple(priced_lines(self.course.model, self.prices, self.footprint, segments, self.segments))

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


@dataclass(frozen=True, eq=False)
class Lives:
    """The lives of a case at some prices: what is alike in all that decides it is worked out once, and handed on."""

    case: Case
    prices: Prices
    """Pounds a unit of every organisation and key that any scenario needs."""

    @remembered
    def of(self, scenarios: Scenarios) -> tuple[Life, ...]:
        """One life for each different set of scenarios that some arm is under.

        Raises:
            SpecFaults: changes that do not fit the pathway.
            PriceFaults: price changes that reach nothing.
        """
        split = self.case.split(scenarios).whole
        lives = []
        for names in dict.fromkeys(arm.scenarios for arm in split.arms):
            here = sum(share for arm, share in zip(split.arms, split.share, strict=True) if arm.scenarios == names)
            taken = tuple(scenario for scenario in scenarios if scenario.scenario in names)
            lives.append(self._life(taken, np.flatnonzero(np.asarray(here) > 0).tobytes()))
        return tuple(lives)

    def under(self, life: Life, pathway: Pathway) -> Life:
        """The same life under another pathway."""
        course = self._course(pathway, life.prices.replaced, life.segments.tobytes())
        return Life(life.scenarios, course, life.prices, life.footprint)

    @remembered
    def _life(self, taken: Scenarios, segments: bytes) -> Life:
        revised, prices = self.case.revised(taken), self._changed_prices(taken)
        footprint = changed_footprint(self.case.footprint, revised.footprint)
        names = tuple(scenario.scenario for scenario in taken)
        return Life(names, self._course(revised.pathway, prices.replaced, segments), prices, footprint)

    @remembered
    def _changed_prices(self, taken: Scenarios) -> Prices:
        changes = self.case.revised(taken).prices
        return self.prices.changed(changes) if changes else self.prices

    @remembered
    def _course(self, pathway: Pathway, replaced: frozenset[tuple[str, str]], segments: bytes) -> Course:
        chosen = np.frombuffer(segments, dtype=np.int64)
        numbers, bases = numbers_read(pathway), bases_of(self.case.segments, chosen).tobytes()
        model = with_stand_ins(self._compiled(pathway), replaced)
        return Course(model, self.case.cohort, chosen, partial(self._lanes.of, numbers, bases))

    @remembered
    def _compiled(self, pathway: Pathway) -> Model:
        return compiled(pathway)

    @cached_property
    def _lanes(self) -> LaneFinder:
        return LaneFinder(self.case.pathway, self.case.cohort)
