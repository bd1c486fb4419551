"""What a cut says beside its pounds: the patients there, the place and attributes of a segment, the days of a period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.cube import Cube
from pathway_cost.results.costed.denominators import patients_by

PATIENT_CUTS: Final = (
    terms.SEGMENT,
    terms.ARM,
    terms.PLACE,
)  # these, and attributes, part the patients, not only the pounds


def with_patients(
    cut: pd.DataFrame, cuts: Sequence[str], weights: pd.DataFrame, segments: pd.DataFrame
) -> pd.DataFrame:
    """A cut with `gbp_per_patient`: of the patients there (then also `patients`) where patients are parted, else of all."""
    groups = [name for name in cuts if name in PATIENT_CUTS or name not in terms.CUTS]
    if groups:
        cut = cut.merge(patients_by(weights, segments, groups), on=groups, how="left")
    everybody = float(weights[terms.PATIENTS].sum())
    patients = cut[terms.PATIENTS].to_numpy(np.float64) if groups else np.full(len(cut), everybody)
    return cut.assign(gbp_per_patient=cut[terms.GBP].to_numpy() / np.where(patients > 0, patients, np.nan))


def with_labels(cut: pd.DataFrame, cuts: Sequence[str], segments: pd.DataFrame) -> pd.DataFrame:
    """A cut by segment with each segment's place and attributes; any other as it is."""
    if terms.SEGMENT not in cuts:
        return cut
    known = [terms.PATIENTS, "rows", *(column for column in cut.columns if column != terms.SEGMENT)]
    return segments.drop(columns=known, errors="ignore").merge(cut, on=terms.SEGMENT, how="right")


def with_days(cut: pd.DataFrame, cuts: Sequence[str], cube: Cube) -> pd.DataFrame:
    """A cut by period with the days on which each begins and ends; any other as it is."""
    if terms.PERIOD not in cuts:
        return cut
    periods, at = cube.known_periods, cut[terms.PERIOD].to_numpy(np.int64) - 1
    after = cut.columns.to_list().index(terms.PERIOD) + 1
    before, beyond = cut.iloc[:, :after], cut.iloc[:, after:]
    return pd.concat([before.assign(from_day=periods.from_day[at], to_day=periods.to_day[at]), beyond], axis=1)
