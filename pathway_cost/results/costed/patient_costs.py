"""Expected cost of each patient of the cohort under one scenario. Patient identifiers stay in this frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.engine.values.products import product
from pathway_cost.errors import EngineFaults, Problem
from pathway_cost.tables.cohort.cohort import CodedCohort

if TYPE_CHECKING:
    from pathway_cost.results.costed.costed import CostedPathway

EXPECTED_COST_GBP: Final = "expected_cost_gbp"


def patient_costs(costed: CostedPathway) -> pd.DataFrame:
    """One row a patient, in the order of the cohort's table: patient_id (its row number where it has none), expected_cost_gbp.

    Raises:
        EngineFaults: the cohort, or the cost of each patient where patients of a segment differ, was not kept.
    """
    cohort = costed.cohort
    if cohort is None:
        raise _not_kept("the patients were not kept with the result", "cost the pathway from a cohort")
    return costs_in_order(costed, cohort).iloc[np.argsort(cohort.row)].reset_index(drop=True)


def costs_in_order(costed: CostedPathway, cohort: CodedCohort) -> pd.DataFrame:
    """One row a patient, in the order of the coded cohort: patient_id, expected_cost_gbp."""
    ids = cohort.patient_id if cohort.has_ids else cohort.row + 1
    return pd.DataFrame({terms.PATIENT_ID: ids, EXPECTED_COST_GBP: _expected(costed, cohort)}, copy=False)


def _expected(costed: CostedPathway, cohort: CodedCohort) -> NDArray[np.float64]:
    """Pounds of each patient, shape (N,): as kept with the result, else the cost a patient of the patient's segment."""
    if costed.patient_cost is not None:
        return costed.patient_cost
    if costed.model is None:
        raise _not_kept("what each patient cost was measured and not kept", "keep `patient_cost` with the result")
    if cohort.numbers:
        raise _not_kept(
            "the cost of each patient was not kept, and patients of one segment may differ by "
            + ", ".join(cohort.numbers),
            "cost with `keep_patients=True`",
        )
    segments = cohort.segments
    base = product(_segment_cost(costed, len(segments.labels))[segments.of_base], segments.place_share)
    return np.asarray(base[cohort.base], dtype=np.float64)


def _segment_cost(costed: CostedPathway, count: int) -> NDArray[np.float64]:
    """Pounds a patient of each segment, shape (K,): its arms' costs by the share of it in each, whatever the volume."""
    keys = [terms.SEGMENT, terms.ARM]
    gbp = costed.cube.by("segment", "arm")
    arms = costed.weights.merge(gbp, on=keys, how="left").fillna({terms.GBP: 0.0})
    arms = arms[arms["share"] > 0]
    patients = arms[terms.PATIENTS].to_numpy(np.float64)
    each = arms[terms.GBP].to_numpy() / np.where(patients > 0, patients, np.nan)
    mixed = arms["share"].to_numpy(np.float64) * each
    summed = np.bincount(arms[terms.SEGMENT].to_numpy(np.int64), mixed, minlength=count)
    return np.asarray(summed, dtype=np.float64)


def _not_kept(what: str, remedy: str) -> EngineFaults:
    return EngineFaults([Problem("patients_not_kept", what, remedy=remedy)], stage="results")
