"""Sampled patients of a study: the same people walk under every scenario, and how their costs differ."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd

from pathway_cost.engine.pounds.lives import Lives
from pathway_cost.engine.walk.sampled import Sampled, sample_scenario
from pathway_cost.engine.walk.walkers import cast_of
from pathway_cost.results.chance.distribution import distribution, in_order, spread_of
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.specs.format import Walk


def sampled(asked: Walk | None, lives: Lives) -> dict[str, Sampled]:
    """Scenario → its sampled patients; nothing where the study asks for no walk."""
    if asked is None:
        return {}
    case = lives.case
    cast = cast_of(case.cohort, asked.patients, asked.seed)
    return {name: sample_scenario(lives, scenarios, cast) for name, scenarios in case.compositions.items()}


def distribution_frames(found: Mapping[str, Sampled], costed: Mapping[str, CostedPathway]) -> dict[str, pd.DataFrame]:
    """How the undiscounted cost of sampled patients differs: a histogram, and mean, sd and percentiles beside the exact ones.

    Args:
        found: scenario → sampled patients, the same in each.
        costed: scenario → expected costs.

    Returns:
        distribution: scenario, from_gbp, to_gbp, patients, share. distribution_summary: scenario, mean, sd, percentiles,
        share_of_cost_of_dearest_5pct, se_mean, walkers, exact_mean, exact_sd (missing where patients are followed through
        time), change_mean and change_se (the paired difference from the first scenario, patient by patient).
    """
    if not found:
        return {}
    first = next(iter(found.values()))

    def told(name: str) -> tuple[pd.DataFrame, dict[str, Any]]:
        each, exact = found[name], costed[name]
        ordered = in_order(each.gbp, each.weight)
        row = {
            "scenario": name,
            **spread_of(*ordered)._asdict(),
            "walkers": len(each.gbp),
            "exact_mean": exact.cost_per_patient_gbp,
            "exact_sd": np.nan if exact.modelled.variance is None else exact.sd_per_patient_gbp,
            **_paired(first, each),
        }
        return distribution(*ordered).assign(scenario=name), row

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # mostly sorting and summing, which numpy does side by side
        histograms, rows = zip(*pool.map(told, found), strict=True)
    columns = ["scenario", "from_gbp", "to_gbp", "patients", "share"]
    return {
        "distribution": pd.concat(histograms, ignore_index=True)[columns],
        "distribution_summary": pd.DataFrame(list(rows)),
    }


def _paired(first: Sampled, each: Sampled) -> dict[str, float]:
    """The mean change a patient and its standard error, where the same patients weigh the same."""
    if each is first or not np.array_equal(first.weight, each.weight):
        return {"change_mean": np.nan, "change_se": np.nan}
    spread = spread_of(each.gbp - first.gbp, each.weight)
    return {"change_mean": spread.mean, "change_se": spread.se_mean}
