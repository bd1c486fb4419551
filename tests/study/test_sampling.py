"""Sampled patients of a whole study, beside the exact figures."""

from __future__ import annotations

import numpy as np
import pytest

from tests.asked_study import DAYS, ONCE, WARD, row, run

LESS = {"scenario": "less", "changes": [{"scale_unit_cost": "ward.day", "by": 0.9}]}
HALF = {"scenario": "half", "uptake": 0.5, "changes": [{"scale_stay": "ward", "by": 0.5}]}
WALK = {"patients": 4000, "seed": 5}


def test_beside_the_exact_mean_and_sd(tmp_path):
    """R6: one patient's cost has sd £1,273.50."""
    result = run(tmp_path, ONCE, walk={"patients": 40_000, "seed": 5})
    found = row(result.distribution_summary, scenario="baseline")
    assert found["exact_mean"] == pytest.approx(4.65 * 450)
    assert found["exact_sd"] == pytest.approx(1273.50)
    assert found["mean"] == pytest.approx(found["exact_mean"], abs=4 * found["se_mean"])
    assert found["sd"] == pytest.approx(1273.50, rel=0.05)
    assert found["walkers"] == 40_000


def test_the_histogram_holds_everybody(tmp_path):
    result = run(tmp_path, WARD, LESS, HALF, walk=WALK)
    for _, bins in result.distribution.groupby("scenario"):
        assert bins["patients"].sum() == pytest.approx(100)
        assert bins["share"].sum() == pytest.approx(1)


def test_a_price_changes_every_patient_alike(tmp_path):
    """A tenth less for each: the mean change is a tenth of the mean, and its error a tenth of the mean's."""
    frame = run(tmp_path, WARD, LESS, walk=WALK).distribution_summary
    before, after = row(frame, scenario="baseline"), row(frame, scenario="less")
    assert after["change_mean"] == pytest.approx(-0.1 * before["mean"], rel=1e-9)
    assert after["change_se"] == pytest.approx(0.1 * before["se_mean"], rel=1e-9)
    for point in ("p5", "p50", "p99", "sd"):
        assert after[point] == pytest.approx(0.9 * before[point], rel=1e-9)
    assert np.isnan(before["change_mean"])


def test_the_paired_change_is_that_of_the_run(tmp_path):
    result = run(tmp_path, WARD, HALF, walk=WALK)
    found = row(result.distribution_summary, scenario="half")
    change = result["half"].cost_per_patient_gbp - result["baseline"].cost_per_patient_gbp
    assert found["change_mean"] == pytest.approx(change, abs=4 * found["change_se"])
    assert found["exact_sd"] == pytest.approx(result["half"].sd_per_patient_gbp)


def test_followed_through_time_there_is_no_exact_sd(tmp_path):
    result = run(tmp_path, WARD, HALF, walk=WALK, horizon="10 days", discount={"gbp": 0.1})
    for name in result:
        found = row(result.distribution_summary, scenario=name)
        assert np.isnan(found["exact_sd"])
        assert found["mean"] == pytest.approx(result[name].cost_per_patient_gbp, abs=4 * found["se_mean"])
        sampled = result.sampled[name]
        assert sampled.cube.total_gbp == pytest.approx(sampled.weight @ sampled.gbp, rel=1e-9)
        assert (sampled.present_value_gbp <= sampled.gbp).all()
        assert sampled.days.max() <= 10


def test_another_volume_has_no_paired_change(tmp_path):
    more = {"scenario": "more", "changes": [{"scale_patients": {}, "by": 1.5}]}
    found = row(run(tmp_path, WARD, more, walk=WALK).distribution_summary, scenario="more")
    assert np.isnan(found["change_mean"])


def test_without_a_walk_there_is_none(tmp_path):
    result = run(tmp_path, WARD, prices=DAYS)
    assert result.sampled == {}
    assert result.distribution.empty
