"""A result from what the engine gave for a scenario: the model's figures in the form that measured ones have too."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pathway_cost.engine.model import most_changed
from pathway_cost.engine.pounds.evaluation import Evaluation
from pathway_cost.results.costed.basis import basis_of
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.tables.cohort.cohort import CodedCohort

NO_TITLES: Final[Mapping[str, str]] = MappingProxyType({})


def costed_of(
    evaluation: Evaluation,
    cohort: CodedCohort | None = None,
    *,
    synthetic: bool = False,
    titles: Mapping[str, str] = NO_TITLES,
) -> CostedPathway:
    """A result from what the engine gave for a scenario, and the scenario's patients.

    Args:
        evaluation: what the engine gave.
        cohort: the patients.
        synthetic: whether patients or prices are made up.
        titles: scenario → what it is called.
    """
    model, arm = evaluation.model, most_changed(evaluation.arms)
    cycles = model.pathways[arm].cycle is not None
    return CostedPathway(
        scenario=evaluation.name,
        cube=evaluation.cube,
        visit_rows=evaluation.visits,
        flow_rows=evaluation.flows,
        segments=evaluation.segments,
        weights=evaluation.weights,
        stands_on=basis_of(model.timing, model.prices[arm].price_year, cycles=cycles),
        arms=evaluation.arms,
        one_offs=evaluation.one_offs,
        notes=evaluation.notes,
        presence=evaluation.presence,
        cohort=cohort,
        patient_cost=evaluation.patient_cost,
        model=model,
        synthetic=synthetic,
        titles=titles,
    )
