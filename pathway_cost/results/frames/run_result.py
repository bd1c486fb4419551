"""What a run hands over: every scenario costed, and the frames that reports read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from pathway_cost.engine.pounds.effects import ChangeEffect
from pathway_cost.engine.walk.sampled import Sampled
from pathway_cost.errors import ComparisonFaults, Problem, Where, nearest_name, raise_if_any
from pathway_cost.results.chance.explored import Explored
from pathway_cost.results.compared.comparison import Comparison
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.costed.patients_frame import patients_frame
from pathway_cost.results.frames.frames import Tables


@dataclass(frozen=True, eq=False)
class RunResult(Mapping[str, CostedPathway]):
    """Scenario name → CostedPathway, in the order compared; the first is what the others are compared with.

    The frames (`summary`, `by_setting`, …) are copies: numbers only, unrounded, `_gbp` in pounds of the study's
    price year, `_pct` in percent. Nothing here reads or writes files.
    """

    study_name: str
    title: str
    costed: Mapping[str, CostedPathway]
    tables: Tables
    record: Mapping[str, Any]
    notes: tuple[Problem, ...] = ()
    synthetic: bool = False
    steps: Mapping[str, tuple[ChangeEffect, ...]] = field(default_factory=dict)
    """Scenario → its total after each of its changes in order, for the bridge by change."""
    explored: Explored = field(default_factory=Explored)
    """What time, chance and alternatives say; empty where the study does not ask."""
    sampled: Mapping[str, Sampled] = field(default_factory=dict)
    """Scenario → its sampled patients, the same people in each; empty without `walk:`."""

    def __post_init__(self) -> None:
        unlike = [name for name, costed in self.costed.items() if costed.scenario != name]
        if unlike:
            raise ValueError(f"each result stands under its own name, and these do not: {unlike}")

    def __getitem__(self, scenario: str) -> CostedPathway:
        return self.costed[scenario]

    def __iter__(self) -> Iterator[str]:
        return iter(self.costed)

    def __len__(self) -> int:
        return len(self.costed)

    @property
    def compared(self) -> tuple[str, ...]:
        """The names in order; the first is the one compared with."""
        return tuple(self.costed)

    def compare(self, from_scenario: str, to_scenario: str) -> Comparison:
        """Two scenarios of this run side by side.

        Raises:
            ComparisonFaults: a name that was not costed.
        """
        raise_if_any(map(self._not_costed, {from_scenario, to_scenario} - set(self)), ComparisonFaults)
        return Comparison(self[from_scenario], self[to_scenario], steps=self.steps.get(to_scenario, ()))

    def _not_costed(self, scenario: str) -> Problem:
        near = nearest_name(scenario, self)
        return Problem("scenario_not_costed", f"{scenario!r} was not costed", Where(item="compare"), near)

    def patients_frame(self) -> pd.DataFrame:
        """One row a patient and scenario: patient_id, scenario (categorical), expected_cost_gbp.

        An expected cost is an average over what may happen to patients alike in every attribute, so its
        percentiles say nothing of how patients differ (see `CostedPathway.percentiles`).
        """
        return patients_frame(self.costed)

    @property
    def summary(self) -> pd.DataFrame:
        """Scenario × denominator: pounds, patients, change against the first scenario (volume and rate apart)."""
        return self.tables.summary.copy()

    @property
    def by_setting(self) -> pd.DataFrame:
        """Scenario × setting (and end): visits and pounds."""
        return self.tables.by_setting.copy()

    @property
    def by_organisation(self) -> pd.DataFrame:
        """Scenario × organisation × role: pounds."""
        return self.tables.by_organisation.copy()

    @property
    def by_component(self) -> pd.DataFrame:
        """Scenario × component: pounds."""
        return self.tables.by_component.copy()

    @property
    def by_segment(self) -> pd.DataFrame:
        """Scenario × segment with its place and attribute levels: patients and pounds, per patient of the segment."""
        return self.tables.by_segment.copy()

    @property
    def bridge(self) -> pd.DataFrame:
        """Scenario × factor: the change from the first scenario, factor by factor; one-off costs last."""
        return self.tables.bridge.copy()

    @property
    def beside(self) -> pd.DataFrame:
        """Pounds that belong to no patient, never in cost per patient."""
        return self.tables.beside.copy()

    @property
    def unit_costs_used(self) -> pd.DataFrame:
        """Every price with its source, and the baseline pounds that rest on it."""
        return self.tables.unit_costs_used.copy()

    @property
    def coverage(self) -> pd.DataFrame:
        """PLICS pounds by class of claim, with the total of each organisation and year, and the difference."""
        return self.tables.coverage.copy()

    @property
    def assumptions(self) -> pd.DataFrame:
        """Every number of the pathways with its uncertainty, grade and source."""
        return self.tables.assumptions.copy()

    @property
    def changes(self) -> pd.DataFrame:
        """Every value a scenario changed, old and new."""
        return self.tables.changes.copy()
