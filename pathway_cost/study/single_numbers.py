"""Single numbers of a study moved: one parameter at a time, two together, all at once; and named sets of evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pathway_cost.engine.draws import ParameterTable, Recoster, at_levels, impossible
from pathway_cost.engine.model import Case
from pathway_cost.errors import EngineFaults, Problem, Where
from pathway_cost.results.chance import sensitivity
from pathway_cost.results.chance.drawn import DrawnTotals
from pathway_cost.results.chance.uncertain import UncertainParameter, uncertain_parameters
from pathway_cost.specs.format import Parameter, Study
from pathway_cost.study.recosting import in_use, possible_totals, side_by_side, stated_by, totals_of


def single_frames(study: Study, recoster: Recoster) -> dict[str, pd.DataFrame]:
    """The frames of numbers moved: one at a time (tornado), two (grid), all at once (extremes); evidence sets."""
    frames: dict[str, pd.DataFrame] = {}
    case = recoster.lives.case

    def evaluate(rows: Sequence[Mapping[str, float]]) -> DrawnTotals:
        return possible_totals(recoster, at_levels(rows))

    asked = study.sensitivity
    if asked is not None and len(case.compositions) > 1:  # all of it is about a change
        pairs = [tuple(_uncertain(case, name) for name in pair) for pair in asked.two_way]
        frames |= sensitivity.numbers_moved(evaluate, *_moved(recoster, asked.one_way), pairs)
    if study.evidence_sets:
        items = ["", *(f"evidence_sets.{name}" for name in study.evidence_sets)]  # as stated, then set by set
        own_names = {name for scenarios in case.compositions.values() for name in stated_by(case, scenarios)}
        evidence = _Evidence(recoster, frozenset(own_names & case.pathway.parameters.keys()))
        frames["evidence_sets"] = sensitivity.evidence_sets(
            lambda rows: evidence.at(dict(zip(items, rows, strict=True))), study.evidence_sets
        )
    return frames


@dataclass(frozen=True, repr=False)
class _Evidence:
    """Named values of the pathway's parameters; a number that a scenario sets itself (`own`) stays as the scenario says."""

    recoster: Recoster
    own: frozenset[str]

    def at(self, sets: Mapping[str, Mapping[str, float]]) -> DrawnTotals:
        """Totals set by set, by their place in the study."""
        return side_by_side([self._one(item, values) for item, values in sets.items()])

    def _one(self, item: str, values: Mapping[str, float]) -> DrawnTotals:
        given = {name: np.array([value]) for name, value in values.items()}
        found = self.recoster.at(
            ParameterTable(1, lambda _: None, given, self.recoster.lives.case.pathway.parameters, self.own)
        )
        if impossible(found, 1).any():
            what = f"with these values the shares exceed 1 (or fall below 0) at {', '.join(found.wrong)}"
            remedy = "give values that can be true together"
            raise EngineFaults([Problem("evidence_set_exceeds_one", what, Where(item=item), remedy=remedy)])
        return totals_of(found, discounts=self.recoster.discounts)


def _moved(
    recoster: Recoster, asked: str | tuple[str, ...]
) -> tuple[list[UncertainParameter], dict[str, list[UncertainParameter]]]:
    """The parameters to move: the baseline's, and by composition those that its scenarios state themselves."""
    if asked == "none":
        return [], {}
    wanted = None if asked == "all" else set(asked)

    def chosen(parameters: Mapping[str, Parameter]) -> list[UncertainParameter]:
        names = (each for each in uncertain_parameters(parameters))
        return [
            each for each in names if wanted is None or each.name in wanted or each.name.partition(".")[0] in wanted
        ]

    case = recoster.lives.case
    used = in_use(recoster.pathways, case.pathway.parameters)
    return chosen(used), {name: chosen(stated_by(case, each)) for name, each in case.compositions.items()}


def _uncertain(case: Case, name: str) -> UncertainParameter:
    """The baseline's version where that is uncertain, else that of the first scenario with one."""
    versions = [case.pathway.parameters, *(stated_by(case, each) for each in case.compositions.values())]
    return next(each for version in versions for each in uncertain_parameters(version) if each.name == name)
