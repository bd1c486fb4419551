"""Who walks: every row of the cohort by its share, where each lives, and which scenarios each takes.

A walker's draws hang on the patient, never on the row: the same patients walk in every scenario, take up the same
scenarios and live in the same place, whatever the order of the cohort.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost.engine.model import is_eligible, same_patients
from pathway_cost.engine.walk.walk_random import APART, FREE, key_of, uniforms
from pathway_cost.specs.format import Scenario, uptake_in
from pathway_cost.tables.cohort.cohort import CodedCohort
from pathway_cost.tables.cohort.segments import Codes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Keys = NDArray[np.uint64]

PLACE: Final = FREE
TAKES: Final = FREE + 1


@dataclass(frozen=True, repr=False)
class Cast:
    """n walkers: row (n,) of the cohort, key (n,) of their draws, segment (n,).

    Each stands for `weights[weight_code]` patients; weights (W,) are the different ones, weight_code (n,).
    """

    row: Integers
    key: Keys
    weights: Floats
    weight_code: Codes
    segment: Integers
    seed: int

    @cached_property
    def weight(self) -> Floats:
        """(n,) patients each walker stands for."""
        return self.weights[self.weight_code]


def cast_of(cohort: CodedCohort, patients: int, seed: int) -> Cast:
    """A cohort → its walkers, at least so many, each row's by its share of the weight.

    Args:
        cohort: the patients.
        patients: how many walk, at least; every row with any weight walks.
        seed: of the walk.
    """
    times = np.ceil(patients * cohort.weight / cohort.weight.sum() - 1e-9).astype(np.int64)
    times = np.where(cohort.weight > 0, np.maximum(times, 1), 0)
    row = np.repeat(np.arange(len(times)), times)
    again = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    key = _patient_keys(cohort.patient_id)[row] + again.astype(np.uint64) * np.uint64(APART)
    each = np.divide(cohort.weight, times, out=np.zeros(len(times)), where=times > 0)
    weights, code = (each[:1], np.zeros(len(each), np.int64)) if _alike(each) else np.unique(each, return_inverse=True)
    segments = cohort.segments
    split = np.zeros(len(row), dtype=np.int64)
    if len(segments.place_share) > 1:
        drawn = uniforms(seed, key, key_of("place"), purpose=PLACE)
        split = np.searchsorted(np.cumsum(segments.place_share)[:-1], drawn, side="right")
    segment = segments.of_base[cohort.base[row], split].astype(np.int64)
    return Cast(row, key, weights, code.astype(np.int32)[row], segment, seed)


def taken_by(
    cast: Cast, scenarios: Sequence[Scenario], cohort: CodedCohort, uptake_year: str | None
) -> NDArray[np.bool_]:
    """(scenarios, n) which scenarios each walker takes: eligible, and their own draw below the uptake."""
    taken = np.zeros((len(scenarios), len(cast.row)), dtype=np.bool_)
    place = {scenario.scenario: number for number, scenario in enumerate(scenarios)}
    for group in same_patients(scenarios):
        leader = min(scenario.scenario for scenario in group)
        uptake = {scenario.scenario: uptake_in(scenario, uptake_year) for scenario in group}
        drawn = np.zeros(1)
        if any(0 < share < 1 for share in uptake.values()):
            drawn = uniforms(cast.seed, cast.key, key_of(leader), purpose=TAKES)
        for scenario in group:
            eligible = is_eligible(scenario, cohort.segments)[cast.segment]
            taken[place[scenario.scenario]] = eligible & (drawn < uptake[scenario.scenario])
    return taken


def _alike(values: Floats) -> bool:
    return bool(len(values)) and bool((values == values[0]).all())


def _patient_keys(identifiers: NDArray[Any] | pd.Series) -> Keys:
    """(N,) keys of the patients: of their identifiers, or of their numbers where they have none."""
    values = np.asarray(identifiers)
    if values.dtype.kind in "iu":
        return values.astype(np.uint64)
    return pd.util.hash_array(values.astype(object), categorize=False).astype(np.uint64)
