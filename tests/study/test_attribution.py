"""What each change of a composition is to be thanked for: by hand, and summing to the change both ways."""

from __future__ import annotations

import pytest

from tests.asked_study import WARD, row, run

# 4 days at £450 each visit, 100 patients, nobody comes back.
PLAIN = {
    **WARD,
    "parameters": {"los": {"value": 4, "unit": "day"}, "p_back": {"value": 0.0, "unit": "share"}},
}
SHORTER = {"scale_stay": "ward", "by": 0.5, "evidence": {"grade": "trial", "source": "Made up"}}
CHEAPER = {"scale_unit_cost": "ward.day", "by": 0.8, "evidence": {"grade": "expert", "source": "Made up"}}
BOTH = {"scenario": "both", "changes": [SHORTER, CHEAPER]}
FIRST = {"scenario": "first", "changes": [SHORTER]}
SECOND = {"scenario": "second", "changes": [CHEAPER]}


def shares(frame, scenario):
    return frame[frame["scenario"] == scenario]


def assert_sums(result, scenario, headline="total_gbp"):
    rows = shares(result.attribution, scenario)
    change = getattr(result[scenario], headline) - getattr(result["baseline"], headline)
    assert rows["ordered_gbp"].sum() == pytest.approx(change, abs=0.005)
    assert rows["shapley_gbp"].sum() == pytest.approx(change, abs=0.005)
    assert (rows["standard_error_gbp"] == 0).all()


def test_two_changes_by_hand(tmp_path):
    """£180,000; halved £90,000; a fifth off £144,000; both £72,000. In order −90,000 and −18,000; free of order
    (−90,000 − 72,000) ÷ 2 = −81,000 and (−36,000 − 18,000) ÷ 2 = −27,000."""
    result = run(tmp_path, PLAIN, BOTH, evidence_weights={"trial": 1.0, "expert": 0.5})
    rows = shares(result.attribution, "both")
    assert rows["ordered_gbp"].tolist() == pytest.approx([-90_000, -18_000])
    assert rows["shapley_gbp"].tolist() == pytest.approx([-81_000, -27_000])
    assert rows["grade"].tolist() == ["trial", "expert"]
    assert rows["factor"].tolist() == [1.0, 0.5]
    assert rows["weighted_gbp"].tolist() == pytest.approx([-81_000, -13_500])
    assert_sums(result, "both")


def test_changes_of_two_scenarios_together(tmp_path):
    result = run(tmp_path, PLAIN, FIRST, SECOND, compare=["baseline", "first", "second", "first+second"])
    frame = result.attribution
    assert set(frame["scenario"]) == {"first+second"}
    assert frame["shapley_gbp"].tolist() == pytest.approx([-81_000, -27_000])
    assert frame["position"].tolist() == [1, 2]


def test_the_order_written_moves_only_the_share_in_order(tmp_path):
    turned = {"scenario": "both", "changes": [CHEAPER, SHORTER]}
    frame = run(tmp_path, PLAIN, turned).attribution
    assert frame["ordered_gbp"].tolist() == pytest.approx([-36_000, -72_000])
    assert frame["shapley_gbp"].tolist() == pytest.approx([-27_000, -81_000])


def test_uptake_volume_and_discounting_are_in_it(tmp_path):
    """60% take it, and a tenth more patients come; the shares are of the present value."""
    more = {
        "scenario": "more",
        "uptake": 0.6,
        "changes": [SHORTER, {"scale_patients": {}, "by": 1.1}, {"set_parameter": "p_back", "to": 0.02}],
    }
    back = {**PLAIN, "parameters": {**PLAIN["parameters"], "p_back": {"value": 0.1, "unit": "share"}}}
    result = run(tmp_path, back, more, horizon="30 days", discount={"gbp": 0.3})
    assert_sums(result, "more", "present_value_gbp")
    volume = row(shares(result.attribution, "more"), position=2)
    assert volume["shapley_gbp"] > 0


def test_changes_that_only_work_together_are_one(tmp_path):
    """0.5 and 0.5 become 0.8 and 0.2: either alone does not sum to 1."""
    dear = {"role": "acute", "uses": [{"unit_cost": "ward.day", "quantity": 9}]}
    split = {
        "parameters": {"p_home": {"value": 0.5, "unit": "share"}, "p_dear": {"value": 0.5, "unit": "share"}},
        "start": {"ward": 1},
        "settings": {"ward": {"role": "acute", "uses": [{"unit_cost": "ward.day"}]}, "dear": dear},
        "routes": {"ward": {"home": "p_home", "dear": "p_dear"}, "dear": {"home": 1}},
    }
    moved = {
        "scenario": "moved",
        "changes": [{"set_parameter": "p_home", "to": 0.8}, CHEAPER, {"set_parameter": "p_dear", "to": 0.2}],
    }
    result = run(tmp_path, split, moved)
    rows = shares(result.attribution, "moved")
    assert len(rows) == 2
    assert any(" + " in what for what in rows["change"])
    assert_sums(result, "moved")


def test_one_change_alone_is_not_shared_out(tmp_path):
    assert run(tmp_path, PLAIN, FIRST).attribution.empty


def test_nobody_asks(tmp_path):
    assert run(tmp_path, PLAIN, BOTH, attribution=False).attribution.empty
