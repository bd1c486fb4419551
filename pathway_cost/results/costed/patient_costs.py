"""Expected cost of each patient of the cohort under one scenario. Patient identifiers stay in this frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.cube import Cube, hands_out
from pathway_cost.engine.values import product
from pathway_cost.errors import EngineFaults, Problem
from pathway_cost.tables.cohort.cohort import CodedCohort

EXPECTED_COST_GBP: Final = "expected_cost_gbp"


@hands_out("kept", "weights")
@dataclass(frozen=True, repr=False, eq=False)
class EachPatient:
    """What a result knows of its patients one by one."""

    cohort: CodedCohort | None
    kept: NDArray[np.float64] | None
    """(N,) £ a patient in the order of the cohort, where kept."""
    cube: Cube
    weights: pd.DataFrame
    is_expected: bool
    """Whether a model expects the pounds, so that patients of one segment who are alike cost the same."""

    def costs(self) -> pd.DataFrame:
        """One row a patient, in the order of the cohort's table: patient_id (its row number where it has none), expected_cost_gbp.

        Raises:
            EngineFaults: the cohort, or the cost of each patient where patients of a segment differ, was not kept.
        """
        cohort = self._cohort
        return self.costs_in_order().iloc[np.argsort(cohort.row)].reset_index(drop=True)

    def costs_in_order(self) -> pd.DataFrame:
        """The same in the order of the coded cohort."""
        cohort = self._cohort
        ids = cohort.patient_id if cohort.has_ids else cohort.row + 1
        return pd.DataFrame({terms.PATIENT_ID: ids, EXPECTED_COST_GBP: self._expected(cohort)}, copy=False)

    @property
    def _cohort(self) -> CodedCohort:
        if self.cohort is None:
            raise _not_kept("the patients were not kept with the result", "cost the pathway from a cohort")
        if self.cohort.is_recoded:
            what = "patients of small groups are costed as others, so no patient has their own costs here"
            raise _not_kept(
                what, "run the study with `keep_patients=True` and ask its `patients_frame()` or `exact` results"
            )
        return self.cohort

    def _expected(self, cohort: CodedCohort) -> NDArray[np.float64]:
        """Pounds of each patient, shape (N,): as kept with the result, else the cost a patient of the patient's segment."""
        if self.kept is not None:
            return self.kept
        if not self.is_expected:
            raise _not_kept("what each patient cost was measured and not kept", "keep `patient_cost` with the result")
        if cohort.numbers:
            raise _not_kept(
                "the cost of each patient was not kept, and patients of one segment may differ by "
                + ", ".join(cohort.numbers),
                "cost with `keep_patients=True`",
            )
        segments = cohort.segments
        base = product(self._segment_cost(len(segments.labels))[segments.of_base], segments.place_share)
        return np.asarray(base[cohort.base], dtype=np.float64)

    def _segment_cost(self, count: int) -> NDArray[np.float64]:
        """Pounds a patient of each segment, shape (K,): its arms' costs by the share of it in each, whatever the volume."""
        gbp = self.cube.by("segment", "arm")
        arms = self.weights.merge(gbp, on=[terms.SEGMENT, terms.ARM], how="left").fillna({terms.GBP: 0.0})
        arms = arms[arms["share"] > 0]
        patients = arms[terms.PATIENTS].to_numpy(np.float64)
        each = arms[terms.GBP].to_numpy() / np.where(patients > 0, patients, np.nan)
        mixed = arms["share"].to_numpy(np.float64) * each
        summed = np.bincount(arms[terms.SEGMENT].to_numpy(np.int64), mixed, minlength=count)
        return np.asarray(summed, dtype=np.float64)


def _not_kept(what: str, remedy: str) -> EngineFaults:
    return EngineFaults([Problem("patients_not_kept", what, remedy=remedy)], stage="results")
