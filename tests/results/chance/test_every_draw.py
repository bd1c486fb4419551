"""Every draw as a table: the pounds of each scenario at it, and what was drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pathway_cost.results.chance.drawn import DrawnTotals, EveryDraw
from tests.asked_study import DAYS, WARD, row, run

HALF = {"scenario": "half", "changes": [{"scale_stay": "ward", "by": 0.5}]}


def test_a_row_a_draw_and_scenario_with_what_was_drawn(tmp_path):
    """100 patients come 1 ÷ (1 − p) times, for so many days at a price that is uncertain too."""
    result = run(tmp_path, WARD, HALF, errors={"ward.day": 45}, uncertainty={"draws": 30, "seed": 7})
    draws = result.draws
    assert list(draws)[:5] == ["draw", "scenario", "patients", "gbp", "gbp_per_patient"]
    assert draws[["draw", "scenario"]].to_numpy().tolist()[:3] == [[1, "baseline"], [1, "half"], [2, "baseline"]]
    assert len(draws) == 30 * 2
    price = DAYS["ward.day"] * draws["unit_cost:RXX:ward.day"]
    by_hand = 100 / (1 - draws["p_back"]) * draws["los"] * price * np.where(draws["scenario"] == "half", 0.5, 1)
    assert draws["gbp"].to_numpy() == pytest.approx(by_hand.to_numpy())
    assert draws["gbp_per_patient"].to_numpy() == pytest.approx(by_hand.to_numpy() / 100)
    pounds = {name: each["gbp"].to_numpy() for name, each in draws.groupby("scenario")}
    change = pounds["half"] - pounds["baseline"]
    told = row(result.uncertainty, scenario="half", measure="change_total_gbp")
    assert change.mean() == pytest.approx(told["mean"])
    assert np.percentile(change, 97.5) == pytest.approx(told["p97_5"])


def test_as_many_as_were_drawn_whatever_the_cohort(tmp_path):
    own = pd.DataFrame({"los": [4.0, 5.0, 6.0]})
    own.to_csv(tmp_path / "draws.csv", index=False)
    draws = run(tmp_path, WARD, cohort={"patients": 12345}, uncertainty={"table": "draws.csv"}).draws
    assert draws["los"].tolist() == own["los"].tolist()
    assert set(draws) == {"draw", "scenario", "patients", "gbp", "gbp_per_patient", "los"}


def test_no_rows_where_nothing_is_drawn(tmp_path):
    assert run(tmp_path, WARD).draws.empty


def test_present_values_stand_beside_the_pounds():
    totals = DrawnTotals(("a", "b"), np.array([1.0, 2.0]), np.array([[8.0], [9.0]]), np.array([[4.0], [6.0]]))
    found = EveryDraw(totals, {"gbp": np.array([0.5])}).frame()
    assert found.to_dict("records") == [
        {"draw": 1, "scenario": "a", "patients": 1, "gbp": 8, "present_value_gbp": 4, "gbp_per_patient": 4, "drawn:gbp": 0.5},
        {"draw": 1, "scenario": "b", "patients": 2, "gbp": 9, "present_value_gbp": 6, "gbp_per_patient": 3, "drawn:gbp": 0.5},
    ]  # fmt: skip
