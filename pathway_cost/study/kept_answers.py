"""What a case costs and all that is asked of it beside, each worked out when first asked for and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from pathway_cost.engine.draws import Recoster
from pathway_cost.engine.model import Case, Scenarios, remembered, undone
from pathway_cost.engine.pounds.cost import cost_scenario
from pathway_cost.engine.pounds.effects import ChangeEffect, changes_undone, effects_of_changes
from pathway_cost.engine.pounds.evaluation import Evaluation
from pathway_cost.engine.pounds.lives import Lives
from pathway_cost.engine.walk.sampled import Sampled
from pathway_cost.errors import ComparisonFaults, Problem, Where, nearest_name, raise_if_any
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.costed.from_engine import costed_of
from pathway_cost.study.attribution import attribution_frame
from pathway_cost.study.checked_study import LoadedStudy
from pathway_cost.study.draws import draws_of, uncertainty_frames
from pathway_cost.study.levers import break_even_frame
from pathway_cost.study.questions import moves_numbers
from pathway_cost.study.sampling import distribution_frames, sampled
from pathway_cost.study.single_numbers import single_frames

if TYPE_CHECKING:
    from pathway_cost.results.chance.drawn import EveryDraw
    from pathway_cost.specs.format import Study


__all__ = ["Answers", "ChangeEffect", "CostedPathway", "OfChance", "Sampled"]


class OfChance(NamedTuple):
    """What a study asks of time, chance and alternatives."""

    tables: Mapping[str, pd.DataFrame]
    sampled: Mapping[str, Sampled]
    """Scenario → its sampled patients."""
    notes: tuple[Problem, ...] = ()
    draws: EveryDraw | None = None
    """The draws, one by one, where there are any."""


@dataclass(frozen=True, repr=False, eq=False)
class Answers:
    """What a case costs, scenario by scenario, and whatever else is asked of it."""

    lives: Lives
    keep_patients: bool = False
    """Whether results keep the expected pounds of every patient."""
    before: Answers | None = None
    """What answers for the scenarios that are `as_before`."""
    as_before: frozenset[str] = frozenset()
    synthetic: bool = False
    """Whether the patients or prices are made up: results say so."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Scenario → what its results call it."""

    @property
    def case(self) -> Case:
        """What is costed."""
        return self.lives.case

    @property
    def results(self) -> dict[str, CostedPathway]:
        """Scenario → what it costs, in the order compared, each to have."""
        return {name: self.result(name) for name in self.case.compositions}

    def result(self, scenario: str) -> CostedPathway:
        """What a scenario costs; who writes in its frames changes no other answer."""
        return self.costed(scenario)[1]

    @remembered
    def costed(self, scenario: str) -> tuple[Evaluation, CostedPathway]:
        """What a scenario costs, as the engine gives it and as a result.

        Raises:
            ComparisonFaults: a name that is not compared.
            PathwayCostError: what cannot be costed.
        """
        if self.before is not None and scenario in self.as_before:
            return self.before.costed(scenario)
        raise_if_any(self.not_compared(scenario), ComparisonFaults)
        scenarios = self.case.compositions[scenario]
        evaluation = cost_scenario(self.lives, scenarios, name=scenario, keep_patients=self.keep_patients)
        return evaluation, costed_of(evaluation, self.case.cohort, synthetic=self.synthetic, titles=self.titles)

    @remembered
    def steps(self, scenario: str) -> tuple[ChangeEffect, ...]:
        """The total of a scenario after each of its changes.

        Raises:
            EngineFaults: changes that move nothing, a scenario that reaches nobody.
        """
        evaluation, _ = self.costed(scenario)
        return effects_of_changes(self.lives, self.case.compositions[scenario], evaluation)

    @cached_property
    def recoster(self) -> Recoster:
        """Its scenarios at other numbers, made once for all that moves them."""
        return Recoster(self.lives, self.case.compositions)

    def not_compared(self, scenario: str) -> list[Problem]:
        """A name that is none of those compared."""
        known = self.case.compositions
        if isinstance(scenario, str) and scenario in known:
            return []
        near, remedy = nearest_name(str(scenario), known), f"ask for one of {', '.join(known)}"
        return [Problem("scenario_not_compared", f"the study does not compare {scenario!r}", Where(), near, remedy)]

    def undoing(self, scenario: str, where: Where) -> tuple[Problem, ...]:
        """The warnings of a composition that undoes itself, with its total in either order.

        Args:
            scenario: the composition.
            where: what the study calls it.

        Raises:
            EngineFaults: changes that move nothing, a scenario that reaches nobody.
        """
        steps, scenarios = self.steps(scenario), self.case.compositions[scenario]

        def total_of(order: Scenarios) -> float:
            return cost_scenario(self.lives.briefly(), order, tell=False).cube.total_gbp

        undoing = undone(self.case, scenarios, where=where, total_of=total_of)
        return (*undoing, *changes_undone(scenario, steps, where))

    # --- time, chance and alternatives -------------------------------------------------------------------------------
    def of_chance(self, loaded: LoadedStudy) -> OfChance:
        """All that a study asks of them: the same lives again, at other numbers, by chance, or in part."""
        study, costed = loaded.study, self.results
        if moves_numbers(study):
            self.recoster.check()
        moved = single_frames(study, self.recoster)
        draws = draws_of(loaded, self.recoster)
        drawn = uncertainty_frames(study, draws, self.recoster, costed)
        asked = {
            "break_even": break_even_frame(study, self.recoster, costed),
            "attribution": attribution_frame(study, self.lives, costed),
            **moved,
            **drawn,
        }
        walked = sampled(study.walk, self.lives)
        tables = {**asked, **distribution_frames(walked, costed)}
        return OfChance(tables, walked) if draws is None else OfChance(tables, walked, draws.notes, draws.every)

    def draws(self, loaded: LoadedStudy) -> pd.DataFrame:
        """Every scenario at every draw of a study that draws."""
        self.recoster.check()
        found = draws_of(loaded, self.recoster)
        assert found is not None
        return found.every.frame()

    def tornado(self, study: Study) -> pd.DataFrame:
        """The change of every scenario with one number at a time at either end of its range."""
        self.recoster.check()
        return single_frames(study, self.recoster).get("tornado", pd.DataFrame())

    def break_even(self, study: Study) -> pd.DataFrame:
        """How far numbers must move before a scenario costs no more."""
        self.recoster.check()
        return break_even_frame(study, self.recoster, self.results)

    def attribution(self, study: Study) -> pd.DataFrame:
        """The change of each composition shared out among its changes."""
        return attribution_frame(study, self.lives, self.results)

    def walked(self, study: Study) -> dict[str, Sampled]:
        """Scenario → its sampled patients."""
        return sampled(study.walk, self.lives)
