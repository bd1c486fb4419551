"""What a run hands over: every scenario costed, and the frames that reports read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pandas as pd

from pathway_cost.display import DrawsItself
from pathway_cost.engine.pounds.effects import ChangeEffect
from pathway_cost.engine.walk.sampled import Sampled
from pathway_cost.errors import ComparisonFaults, Problem, Where, first_few, nearest_name, raise_if_any
from pathway_cost.results.chance.drawn import EveryDraw
from pathway_cost.results.compared.comparison import Comparison
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.costed.patients_frame import patients_frame
from pathway_cost.results.frames.frames import Tables
from pathway_cost.results.frames.rule_text import RuleText
from pathway_cost.results.frames.table_names import TableNames
from pathway_cost.results.frames.tables_of_run import assemble


@dataclass(frozen=True, eq=False)
class RunResult(TableNames, DrawsItself, Mapping[str, CostedPathway]):
    """Scenario name → CostedPathway, in the order compared; the first is what the others are compared with.

    Every table of the catalogue is read by its name (`summary`, `by_setting`, `tornado`, …) and is a copy: numbers only,
    unrounded, `_gbp` in pounds of the study's price year, `_pct` in percent; without rows where the study does not ask
    for it. When pounds fall is told by `profile`, `profile_by_organisation` and `fan`, and by
    `result[name].by("period", …)`. Nothing here reads or writes files.
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
    drawn: EveryDraw | None = None
    """Every draw of the study's uncertainty; None where it asks for none."""
    sampled: Mapping[str, Sampled] = field(default_factory=dict)
    """Scenario → its sampled patients, the same people in each; empty without `walk:`."""
    rule_texts: Mapping[tuple[str, str], RuleText] = field(default_factory=dict)
    """(organisation, unit cost) → the rule of the price, where PLICS records make it."""

    exact: Mapping[str, CostedPathway] = field(default_factory=dict, repr=False)
    """Scenario → what the patients as they are cost, where patients were kept and some are costed as others: for files that
    stay where they are written."""

    def __post_init__(self) -> None:
        unlike = [name for name, costed in self.costed.items() if costed.scenario != name]
        if unlike:
            raise ValueError(f"each result stands under its own name, and these do not: {unlike}")
        said = {"titles": self.record.get("titles", {}), "synthetic": self.synthetic}  # wherever one of them is shown
        object.__setattr__(self, "costed", {name: replace(each, **said) for name, each in self.costed.items()})

    def __getitem__(self, scenario: str) -> CostedPathway:
        return self.costed[scenario]

    def __iter__(self) -> Iterator[str]:
        return iter(self.costed)

    def __len__(self) -> int:
        return len(self.costed)

    def __repr__(self) -> str:
        """Its study and scenarios; figures stand in its tables."""
        return f"RunResult of {self.study_name}: {first_few(self.compared)}"

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
        return Comparison(self[from_scenario], self[to_scenario], partial(self._steps_of, to_scenario))

    def _steps_of(self, scenario: str) -> tuple[ChangeEffect, ...]:
        return self.steps.get(scenario, ())

    def _not_costed(self, scenario: str) -> Problem:
        near = nearest_name(scenario, self)
        return Problem("scenario_not_costed", f"{scenario!r} was not costed", Where(item="compare"), near)

    @property
    def draws(self) -> pd.DataFrame:
        """One row a draw and scenario: draw, scenario, patients, gbp, gbp_per_patient and what was drawn; see `EveryDraw`.

        Without rows where the study asks for no draws.
        """
        return pd.DataFrame() if self.drawn is None else self.drawn.frame()

    def patients_frame(self) -> pd.DataFrame:
        """One row a patient and scenario: patient_id, scenario (categorical), expected_cost_gbp.

        An expected cost is an average over what may happen to patients alike in every attribute, so its
        percentiles say nothing of how patients differ (see `CostedPathway.percentiles`).
        """
        return patients_frame(self.exact or self.costed)

    def exact_tables(self) -> Tables:
        """The cuts and the summary of the patients as they are, where patients were kept and some are costed as others."""
        if not self.exact:
            return Tables({})
        return assemble(self.exact, report_per=self.record.get("settings", {}).get("report_per", ()))

    def _called(self, name: str) -> pd.DataFrame:
        found: pd.DataFrame = getattr(self.tables, name)
        return found

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tables]
