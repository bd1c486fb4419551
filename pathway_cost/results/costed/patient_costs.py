"""Expected cost of each patient of the cohort under one scenario. Patient identifiers stay in this frame."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.engine.pounds.evaluation import Evaluation
from pathway_cost.engine.values.products import product
from pathway_cost.errors import EngineFaults, Problem
from pathway_cost.tables.cohort.cohort import CodedCohort

EXPECTED_COST_GBP: Final = "expected_cost_gbp"


def patient_costs(evaluation: Evaluation, cohort: CodedCohort | None) -> pd.DataFrame:
    """One row a patient, in the order of the cohort's table: patient_id (its row number where it has none), expected_cost_gbp.

    Raises:
        EngineFaults: the cohort, or the cost of each patient where patients of a segment differ, was not kept.
    """
    if cohort is None:
        raise _not_kept("the patients were not kept with the result", "cost the pathway from a cohort")
    return costs_in_order(evaluation, cohort).iloc[np.argsort(cohort.row)].reset_index(drop=True)


def costs_in_order(evaluation: Evaluation, cohort: CodedCohort) -> pd.DataFrame:
    """In the order of the coded cohort."""
    ids = cohort.patient_id if cohort.has_ids else cohort.row + 1
    return pd.DataFrame({terms.PATIENT_ID: ids, EXPECTED_COST_GBP: _expected(evaluation, cohort)}, copy=False)


def _expected(evaluation: Evaluation, cohort: CodedCohort) -> NDArray[np.float64]:
    """(N,) as the engine gave it, else the cost a patient of each segment, looked up."""
    if evaluation.patient_cost is not None:
        return evaluation.patient_cost
    if cohort.numbers:
        raise _not_kept(
            "the cost of each patient was not kept, and patients of one segment may differ by "
            + ", ".join(cohort.numbers),
            "cost with `keep_patients=True`",
        )
    segments = cohort.segments
    base = product(_segment_cost(evaluation, len(segments.labels))[segments.of_base], segments.place_share)
    return np.asarray(base[cohort.base], dtype=np.float64)


def _segment_cost(evaluation: Evaluation, count: int) -> NDArray[np.float64]:
    """(K,) pounds a patient: the arms' costs by the share of the segment in each, whatever the volume."""
    keys = [terms.SEGMENT, terms.ARM]
    gbp = evaluation.cube.by("segment", "arm")
    arms = evaluation.weights.merge(gbp, on=keys, how="left").fillna({terms.GBP: 0.0})
    arms = arms[arms["share"] > 0]
    patients = arms[terms.PATIENTS].to_numpy(np.float64)
    each = arms[terms.GBP].to_numpy() / np.where(patients > 0, patients, np.nan)
    mixed = arms["share"].to_numpy(np.float64) * each
    summed = np.bincount(arms[terms.SEGMENT].to_numpy(np.int64), mixed, minlength=count)
    return np.asarray(summed, dtype=np.float64)


def _not_kept(what: str, remedy: str) -> EngineFaults:
    return EngineFaults([Problem("patients_not_kept", what, remedy=remedy)], stage="results")
