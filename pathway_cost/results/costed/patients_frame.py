"""Expected cost of each patient of the cohort, by scenario. Patient identifiers stay in these frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.costed.patient_costs import EXPECTED_COST_GBP

SCENARIO: Final = "scenario"


def patients_frame(costed: Mapping[str, CostedPathway]) -> pd.DataFrame:
    """One row a patient and scenario: patient_id, scenario (categorical), expected_cost_gbp; scenario after scenario.

    Patients stand by their ids, whatever the order of the table; without ids, by their rows.
    """
    frames = {name: _by_id(each) for name, each in costed.items()}
    patients = pd.concat([frame[terms.PATIENT_ID] for frame in frames.values()], ignore_index=True)
    codes = np.repeat(np.arange(len(frames)), [len(frame) for frame in frames.values()])
    return pd.DataFrame(
        {
            terms.PATIENT_ID: patients,
            SCENARIO: pd.Categorical.from_codes(codes, categories=pd.Index(list(frames))),
            EXPECTED_COST_GBP: np.concatenate([frame[EXPECTED_COST_GBP].to_numpy() for frame in frames.values()]),
        }
    )


def _by_id(costed: CostedPathway) -> pd.DataFrame:
    cohort = costed.cohort
    return costed.patient_costs() if cohort is None or not cohort.has_ids else costed.each_patient.costs_in_order()
