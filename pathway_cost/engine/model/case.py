"""A case: what is costed, before any price is known. What scenarios make of it is worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.model.arms import volume_of_arms
from pathway_cost.engine.model.footprint import Footprint
from pathway_cost.engine.model.memory import remembered
from pathway_cost.engine.model.starters import SplitByStart, split_by_start
from pathway_cost.engine.model.timing import WHOLE, Timing, timing_for
from pathway_cost.specs.changes.revise import Revised, revise
from pathway_cost.specs.format import Pathway, Scenario
from pathway_cost.tables.cohort.cohort import CodedCohort
from pathway_cost.tables.cohort.segments import Segments

Scenarios = tuple[Scenario, ...]
"""Scenarios composed, in order; none for the baseline."""


@dataclass(frozen=True, repr=False, eq=False)
class Case:
    """A pathway and its patients, who provides what where, over which time, and what is compared. Prices are found for it."""

    pathway: Pathway
    """The baseline's; its names have been checked."""
    cohort: CodedCohort
    """N patients in K segments, in the pathway's words."""
    footprint: Footprint
    compositions: Mapping[str, Scenarios]
    """Name → scenarios; the first is what the others are compared with."""
    stated_timing: Timing = WHOLE
    """Horizon, counting, discounting and intake as the study says; the whole pathway, undiscounted, when left out."""
    uptake_year: str | None = None
    """Financial year whose uptake counts for all; when None, the last stated, or where patients start over time that of the
    year in which each starts."""

    @property
    def segments(self) -> Segments:
        """The patients alike in place and every level."""
        return self.cohort.segments

    @cached_property
    def timing(self) -> Timing:
        """The study's time, stepped through in every scenario where one of those compared needs it."""
        return timing_for([self.revised(each).pathway for each in self.compositions.values()], self.stated_timing)

    @remembered
    def revised(self, scenarios: Scenarios) -> Revised:
        """The pathway under some scenarios, and what they change outside it.

        Raises:
            SpecFaults: changes that do not fit the pathway.
        """
        return revise(self.pathway, scenarios)

    @remembered
    def split(self, scenarios: Scenarios) -> SplitByStart:
        """The arms of a composition and the share of each segment in each; by year of start where uptake differs.

        Raises:
            EngineFaults: too many scenarios taken in part, an uptake asked for before its first year.
        """
        return split_by_start(self.pathway, scenarios, self.segments, self.stated_timing, self.uptake_year)

    @remembered
    def patients(self, scenarios: Scenarios) -> NDArray[np.float64]:
        """(arms, K) patients of each segment, if all were in the arm, after any change of volume.

        Raises:
            EngineFaults: a change of patients of whom there are none, or of more than there are.
        """
        arms, changes = self.split(scenarios).whole, self.revised(scenarios).patients
        return self.segments.weight * volume_of_arms(arms, scenarios, changes, self.segments)
