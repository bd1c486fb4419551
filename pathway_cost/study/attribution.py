"""The change of each composition shared out among its changes: in order, free of order, and weighted by evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from pathway_cost.engine.draws import Recoster, stated
from pathway_cost.engine.model import Scenarios
from pathway_cost.engine.pounds.effects import changes_of, keeping
from pathway_cost.engine.pounds.lives import Lives
from pathway_cost.errors import PathwayCostError
from pathway_cost.results.chance.evidence_weights import TOTAL, evidence_weighted
from pathway_cost.results.chance.shapley import Change, attribution
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.specs.format import Study
from pathway_cost.tables.cohort.cohort import CodedCohort

ALONE: Final = "only"
QUICK_CHANGES: Final = 6  # 64 costings
QUICK_PATIENTS: Final = 20_000  # with numbers of their own


def attribution_frame(study: Study, lives: Lives, costed: Mapping[str, CostedPathway]) -> pd.DataFrame:
    """The change of each composition shared out among its changes, if two or more; unasked only where that is quick.

    Args:
        study: whether it asks, and how much of a change's effect counts by the grade of its evidence.
        lives: of the case, at some prices.
        costed: composition → result.

    Returns:
        scenario, position, change, ordered_gbp, shapley_gbp, standard_error_gbp, grade, factor, weighted_gbp; all in the
        headline's pounds, and each of the first two summing to the change.
    """
    if study.attribution is False:
        return pd.DataFrame()
    case, weights = lives.case, {str(grade): part for grade, part in study.evidence_weights.items()}
    frames = [
        _shared_out(name, lives, scenarios, costed[name])
        for name, scenarios in case.compositions.items()
        if sum(len(scenario.changes) for scenario in scenarios) > 1
        and (study.attribution or _is_quick(scenarios, case.cohort))
    ]
    if not frames:
        return pd.DataFrame()
    frame = pd.concat(frames, ignore_index=True)
    weighted = evidence_weighted(frame, weights)
    weighted = weighted[weighted["change"] != TOTAL].reset_index(drop=True)
    return frame.assign(factor=weighted["factor"], weighted_gbp=weighted["weighted_gbp"])


def _shared_out(name: str, lives: Lives, scenarios: Scenarios, costed: CostedPathway) -> pd.DataFrame:
    changes = changes_of(scenarios)

    def total_with(made: frozenset[int]) -> float | None:
        try:
            recoster = Recoster(lives.briefly(), {ALONE: keeping(scenarios, [changes[at] for at in made])})
            found = recoster.at(stated())
        except PathwayCostError:
            return None
        if any(rows.any() for rows in found.wrong.values()):
            return None
        sums = found.sums[ALONE]
        return float((sums.present if recoster.discounts else sums.gbp)[0])

    grades = _grades(costed)
    listed = [
        Change(each.what, grades.get((scenarios[each.scenario].scenario, each.position + 1), "assumption"))
        for each in changes
    ]
    return attribution(name, listed, total_with)


def _grades(costed: CostedPathway) -> dict[tuple[str, int], str]:
    """(scenario, position) → the grade of the change's evidence."""
    return {(value.scenario, value.position): value.grade for value in costed.modelled.values}  # noqa: PD011 (a field)


def _is_quick(scenarios: Scenarios, cohort: CodedCohort) -> bool:
    """Whether every set of the changes can be costed without anybody waiting."""
    changes = sum(len(scenario.changes) for scenario in scenarios)
    return changes <= QUICK_CHANGES and (len(cohort.base) <= QUICK_PATIENTS or not cohort.numbers)
