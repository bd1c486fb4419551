"""A course: a pathway compiled, and the patients who follow it. What they do on average hangs on nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity.averages import Averages
from pathway_cost.engine.activity.stepper import InTime, averages_in_time
from pathway_cost.engine.model import Model, Timing, remembered
from pathway_cost.engine.values import CohortLanes, Kinds, LaneFinder, levels_read, numbers_read
from pathway_cost.tables.cohort.cohort import CodedCohort
from pathway_cost.tables.cohort.segments import Segments

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, repr=False)
class PatientPounds:
    """Expected pounds (M,) of patients: of everybody in M bases, or of M rows of the cohort."""

    gbp: Floats
    bases: Integers | None = None
    rows: Integers | None = None


@dataclass(frozen=True, repr=False, eq=False)
class Course:
    """All that decides what some patients do, whatever it costs; what it gives is worked out once."""

    model: Model
    segments: Integers
    """(n,) segments that they are of, rising."""
    finder: LaneFinder
    """Finds lanes of the cohort that they are of."""
    wider: Course | None = None
    """The same pathway for more patients, these among them, where that is known."""
    _known: dict[Timing, Averages] = field(default_factory=dict, init=False)

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

    @cached_property
    def kinds(self) -> Kinds:
        """Lanes that do the same, whatever else tells them apart."""
        return self.lanes.kinds(levels_read(self.model))

    @property
    def rows(self) -> CohortLanes:
        """Lanes without a search for patients who are alike: where little is worked out for each, the search would take longer."""
        read = numbers_read(self.model.pathway)
        return self.finder.rows(read, self.bases) if read else self.lanes

    @remembered
    def in_time(self, timing: Timing) -> InTime:
        """The evaluator that works them out under a study's time."""
        return InTime.of(self.model, timing, self.cohort.segments)

    def followed(self, timing: Timing, price: Floats | None = None) -> tuple[Averages, PatientPounds | None]:
        """What they do on average, by base; and, given pounds a unit (U, A) by use and base, what each of them costs.

        Raises:
            EngineFaults: every share, loop and value that cannot be.
        """
        known, pounds = self.worked_out(timing), None
        if known is None or price is not None:
            known, pounds = self._worked_out(timing, price)
        self._known[timing] = known
        return known, pounds

    def worked_out(self, timing: Timing) -> Averages | None:
        """What is known already of what they do, worked out for them or, without steps in time, for more patients."""
        wide = None if self.wider is None else self.wider.worked_out(timing)
        if timing not in self._known and self.wider is not None and wide is not None and wide.ledger is None:
            self._known[timing] = wide.of(np.searchsorted(self.wider.bases, self.bases))
        return self._known.get(timing)

    def _worked_out(self, timing: Timing, price: Floats | None) -> tuple[Averages, PatientPounds | None]:
        in_time = self.in_time(timing)
        lanes = self.rows if in_time.grid is None and not timing.discounts else self.lanes
        averages, cost = averages_in_time(in_time, lanes, price)
        if cost is None:
            return averages, None
        if not lanes.who.numbers:
            return averages, PatientPounds(cost, bases=lanes.bases)
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
