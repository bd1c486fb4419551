"""A course: a pathway compiled, and the patients who follow it. What they do on average hangs on nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity.averages import Averages, averages_of, tally_of_bases
from pathway_cost.engine.activity.cell_worth import coefficients_of
from pathway_cost.engine.activity.own_numbers import ordered_patients, tally_of_patients
from pathway_cost.engine.activity.stepper import InTime, averages_in_time
from pathway_cost.engine.model import Model, Timing, is_plain, remembered
from pathway_cost.engine.values import Bases, CohortLanes, LaneFinder, evaluated_bases, lanes_of_bases, numbers_read
from pathway_cost.errors import EngineFaults, Problem, Together, raise_if_any
from pathway_cost.tables.cohort.cohort import CodedCohort
from pathway_cost.tables.cohort.segments import Segments

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class PatientPounds:
    """Expected pounds (M,) of patients: of everybody in M bases, or of M rows of the cohort."""

    gbp: Floats
    bases: Integers | None = None
    rows: Integers | None = None


@dataclass(frozen=True, eq=False)
class Course:
    """All that decides what some patients do, whatever it costs; what it gives is worked out once."""

    model: Model
    segments: Integers
    """(n,) segments that they are of, rising."""
    finder: LaneFinder
    """Finds lanes of the cohort that they are of."""
    _known: dict[Timing, Averages] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def bases(self) -> Integers:
        """(A,) bases that they are of, rising."""
        return bases_of(self.cohort.segments, self.segments)

    @property
    def cohort(self) -> CodedCohort:
        """The patients of the case, these among them."""
        return self.finder.cohort

    @cached_property
    def lanes(self) -> CohortLanes:
        """The different patients, by the numbers that the pathway reads."""
        return self.finder.of(numbers_read(self.model.pathway), self.bases.tobytes())

    @remembered
    def in_time(self, timing: Timing) -> InTime:
        """The evaluator that works them out under a study's time."""
        return InTime.of(self.model, timing, self.cohort.segments)

    def followed(self, timing: Timing, price: Floats | None = None) -> tuple[Averages, PatientPounds | None]:
        """What they do on average, by base; and, given pounds a unit (U, A) by use and base, what each of them costs.

        Raises:
            EngineFaults: every share, loop and value that cannot be.
        """
        known, pounds = self._known.get(timing), None
        plain = is_plain(self.model.pathway, timing)
        if plain and not self.model.per_patient:
            known = known or self._all_alike()
            pounds = None if price is None else PatientPounds((known.quantity * price).sum(axis=0), bases=self.bases)
        elif known is None or price is not None:
            known, pounds = self._one_by_one(price) if plain else self._lane_by_lane(timing, price)
        self._known[timing] = known
        return known, pounds

    @cached_property
    def _evaluated(self) -> tuple[Bases, list[Problem]]:
        lanes = lanes_of_bases(self.model.pathway, self.cohort.segments).only(self.bases)
        return evaluated_bases(self.model, lanes, self.cohort.segments)

    def _all_alike(self) -> Averages:
        """Where all patients of a base are alike."""
        bases, problems = self._evaluated
        raise_if_any(problems, EngineFaults)
        return averages_of(self.model, bases, tally_of_bases(self.model, bases, self.cohort.segments))

    def _one_by_one(self, price: Floats | None) -> tuple[Averages, PatientPounds | None]:
        """Where every patient has numbers of their own."""
        bases, problems = self._evaluated
        faults = Together(EngineFaults)
        faults.problems += problems
        with faults:
            patients = ordered_patients(self.cohort, bases)
            worth = None if price is None else coefficients_of(self.model, bases, price)
            tally, cost = tally_of_patients(self.model, bases, patients, self.cohort.segments, coefficients=worth)
        faults.raise_if_any()
        pounds = None if cost is None else PatientPounds(cost, rows=patients.row)
        return averages_of(self.model, bases, tally), pounds

    def _lane_by_lane(self, timing: Timing, price: Floats | None) -> tuple[Averages, PatientPounds | None]:
        """In time, or where prices change with the patient: each lane followed."""
        lanes = self.lanes
        averages, cost = averages_in_time(self.in_time(timing), lanes, price)
        if cost is None:
            return averages, None
        held = np.flatnonzero(lanes.lane_of >= 0)
        return averages, PatientPounds(cost[lanes.lane_of[held]], rows=held)


def base_of_segments(segments: Segments) -> Integers:
    """(K,) base of each segment."""
    base = np.zeros(len(segments.weight), dtype=np.int64)
    base[segments.of_base] = np.arange(len(segments.of_base))[:, None]
    return base


def bases_of(segments: Segments, chosen: Integers) -> Integers:
    """(A,) bases of some segments, rising."""
    return np.unique(base_of_segments(segments)[chosen])
