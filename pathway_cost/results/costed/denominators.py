"""What "per patient" divides by, and the words that say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pathway_cost import terms


@dataclass(frozen=True)
class PerPatient:
    """Pounds and the patients they are divided by.

    >>> PerPatient("patient", 100.0, 900_000.0, "patients who start").cost_per_patient_gbp
    9000.0
    """

    per: str
    """`patient`, `eligible patient` or the name of a setting."""
    patients: float
    total_gbp: float
    denominator: str

    @property
    def cost_per_patient_gbp(self) -> float:
        """Pounds a patient; missing where there is none to divide by."""
        return self.total_gbp / self.patients if self.patients else float("nan")


def eligible_segments(weights: pd.DataFrame) -> frozenset[int]:
    """The numbers of the segments that a scenario reaches at all, from the `weights` of its result."""
    reached = (weights[terms.ARM].astype("str") != terms.ARM_NOT_ELIGIBLE) & (weights["share"] > 0)
    return frozenset(int(segment) for segment in weights.loc[reached, terms.SEGMENT].unique())


def patients_by(weights: pd.DataFrame, segments: pd.DataFrame, groups: Sequence[str]) -> pd.DataFrame:
    """Patients starting by segment, arm, place or attribute, from a result's frames: columns `groups` + `patients`."""
    known = [terms.SEGMENT, *(name for name in groups if name not in (terms.SEGMENT, terms.ARM))]
    placed = weights.merge(segments[known], on=terms.SEGMENT)
    return placed.groupby(list(groups), sort=False, observed=True)[terms.PATIENTS].sum().reset_index()


def change_pct(before: float, after: float) -> float:
    """The change from one figure to another in percent of the first; missing where that is 0.

    >>> change_pct(900_000.0, 960_000.0)
    6.666666666666667
    """
    return 100.0 * (after - before) / before if before else np.nan
