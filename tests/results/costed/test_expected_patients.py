import numpy as np
import pandas as pd
import pytest

from pathway_cost.errors import EngineFaults
from pathway_cost.results.costed.from_engine import costed_of
from pathway_cost.results.costed.patients_frame import patients_frame
from pathway_cost.tables.cohort.cohort import Cohort
from tests.results.results_toy import Care, evaluation


def care(days):
    return Care(
        {"ward": 1.0}, {("ward", "bed_day"): ("bed_day", "RXX", days)}, {("RXX", "bed_day"): {"unsplit": 450.0}}
    )


def cohort(numbers=None):
    patients = {
        "patient_id": ["NA", "0100", "5E1"],
        "frail": ["no", "yes", "no"],
        "weight": [1.0, 2.0, 1.0],
        "age": [60, 70, 80],
    }
    return Cohort.from_frame(patients).coded({"frail": ("no", "yes")}, numbers or {}, {"all": None})


def test_patients_of_a_segment_cost_alike():
    result = costed_of(evaluation("baseline", {"everyone": care(4)}, base=[2.0, 2.0]), cohort())
    frame = result.patient_costs()
    assert frame["patient_id"].tolist() == ["NA", "0100", "5E1"]
    assert frame["expected_cost_gbp"].tolist() == pytest.approx([1_800.00] * 3)


def test_arms_are_mixed_by_their_share_whatever_the_volume():
    """The fit are taken by 40%: 0.6 × £1,800 + 0.4 × £900 = £1,440; twice as many of them start, and cost the same."""
    shares = {"not_taken": [0.6, 1.0], "taken": [0.4, 0.0]}
    for volume in ({}, {"taken": [2.0, 1.0]}):
        mixed = evaluation("a", {"not_taken": care(4), "taken": care(2)}, base=[2.0, 2.0], shares=shares, volume=volume)
        costs = costed_of(mixed, cohort()).patient_costs()["expected_cost_gbp"]
        assert costs.tolist() == pytest.approx([1_440.00, 1_800.00, 1_440.00])


def test_patients_who_no_longer_start_have_no_known_cost():
    gone = evaluation("none", {"taken": care(4)}, base=[2.0, 2.0], volume={"taken": [0.0, 1.0]})
    costs = costed_of(gone, cohort()).patient_costs()["expected_cost_gbp"]
    assert np.isnan(costs[0])
    assert costs[1] == pytest.approx(1_800.00)


def test_costs_that_were_not_kept_are_not_guessed():
    result = costed_of(evaluation("baseline", {"everyone": care(4)}, base=[2.0, 2.0]), cohort({"age": (0, 110)}))
    with pytest.raises(EngineFaults, match="patients of one segment may differ by age"):
        result.patient_costs()
    with pytest.raises(EngineFaults, match="were not kept"):
        costed_of(evaluation("baseline", {"everyone": care(4)})).patient_costs()


def test_all_scenarios_one_under_the_other():
    results = {
        name: costed_of(evaluation(name, {"everyone": care(days)}, base=[2.0, 2.0]), cohort())
        for name, days in (("baseline", 4), ("shorter", 2))
    }
    frame = patients_frame(results)
    assert list(frame.columns) == ["patient_id", "scenario", "expected_cost_gbp"]
    assert isinstance(frame["scenario"].dtype, pd.CategoricalDtype)
    assert frame.groupby("scenario", observed=True)["expected_cost_gbp"].sum().to_dict() == {
        "baseline": 5_400.0,
        "shorter": 2_700.0,
    }
