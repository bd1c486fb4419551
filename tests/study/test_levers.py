"""Break-even of a whole study: at the value found, a run of its own changes nothing."""

from __future__ import annotations

import numpy as np
import pytest

from pathway_cost.errors import EngineFaults
from tests.asked_study import WARD, alone, row, run
from tests.engine.chance_toy import PATHWAY as RICH
from tests.engine.chance_toy import PEOPLE, PRICES

# A day case at £1,500 that fewer come back from, against a ward at £450 a day.
PRICED = {"ward.day": 450.0, "case": 1500.0}
CASE = {
    **WARD,
    "unit_costs": {"case": {"unit": "contact", "covers": "part"}},
}
DAY_CASE = {
    "scenario": "day_case",
    "parameters": {"kept": {"value": 0.3, "low": 0.1, "high": 0.5, "unit": "share"}},
    "changes": [
        {"add_use": "ward", "use": {"unit_cost": "case"}},
        {"scale_stay": "ward", "by": "kept"},
    ],
}
OFTEN = {
    "scenario": "often",
    "changes": [{"scale_parameter": "los", "by": 0.5}, {"add_use": "ward", "use": {"unit_cost": "case"}}],
}


def levers(folder, *scenarios, pathway=CASE, prices=PRICED, asked, **more):
    asked = {"one_way": "none", "break_even": asked}
    result = run(folder, pathway, *scenarios, prices=prices, sensitivity=asked, **more)
    return result.break_even, result


def total_change(*scenarios, pathway=CASE, prices=PRICED):
    """The change in pounds of these scenarios together."""
    return alone(pathway, *scenarios, prices=prices).total_gbp - alone(pathway, prices=prices).total_gbp


def with_parameter(name, value):
    old = CASE["parameters"][name]
    return {**CASE, "parameters": {**CASE["parameters"], name: {"value": value, "unit": old["unit"]}}}


def test_a_parameter_of_the_pathway(tmp_path):
    """0.7 of the days at £450 are worth £1,500 a visit: 4.7619 days, the same with whatever comes back."""
    frame, _ = levers(tmp_path, DAY_CASE, asked=[{"parameter": "los", "low": 4, "high": 6}])
    found = row(frame, scenario="day_case", lever="los")
    assert found["stated"] == 4.65
    assert found["break_even"] == pytest.approx(1500 / (0.7 * 450), rel=1e-9)
    assert found["within_plausible"]
    assert total_change(DAY_CASE, pathway=with_parameter("los", found["break_even"])) == pytest.approx(0, abs=1e-6)


def test_a_parameter_that_the_scenario_sets_moves_for_its_takers_only(tmp_path):
    """0.8 of the days, and p come back: 0.8 ÷ (1 − p) = 1 ÷ 0.9, so p = 0.28, however many take it up."""
    risky = {
        "scenario": "risky",
        "uptake": 0.4,
        "changes": [
            {"scale_stay": "ward", "by": 0.8},
            {"set_parameter": "p_back", "to": {"value": 0.2, "low": 0.15, "high": 0.3, "unit": "share"}},
        ],
    }
    frame, _ = levers(tmp_path, risky, asked=[{"parameter": "p_back"}])
    found = row(frame, scenario="risky", lever="p_back")
    assert found["stated"] == 0.2
    assert found["break_even"] == pytest.approx(0.28, rel=1e-9)
    assert found["within_plausible"]
    least = 100 * 0.4 * 4.65 * 450 * (0.8 - 1 / 0.9)  # nobody comes back
    assert found["best_change_gbp"] == pytest.approx(least, rel=1e-9)


def test_a_parameter_that_the_scenario_declares(tmp_path):
    """1 − 1,500 ÷ (4.65 × 450) of the days may be kept."""
    frame, _ = levers(tmp_path, DAY_CASE, asked=[{"parameter": "kept"}])
    found = row(frame, scenario="day_case", lever="kept")
    assert found["break_even"] == pytest.approx(1 - 1500 / (4.65 * 450), rel=1e-9)
    assert (found["plausible_low"], found["plausible_high"]) == pytest.approx((0.1, 0.5), abs=0.03)
    own = {**DAY_CASE, "parameters": {"kept": {"value": found["break_even"]}}}
    assert total_change(own) == pytest.approx(0, abs=1e-6)


def test_a_parameter_that_the_scenario_scales(tmp_path):
    """Half the days at whatever the stay is: £1,500 is half of 6.67 days. As stated, the change is the run's."""
    frame, result = levers(tmp_path, OFTEN, asked=[{"parameter": "los"}])
    found = row(frame, scenario="often", lever="los")
    assert found["break_even"] == pytest.approx(2 * 1500 / 450, rel=1e-9)
    assert total_change(OFTEN, pathway=with_parameter("los", found["break_even"])) == pytest.approx(0, abs=1e-6)
    assert result["often"].total_gbp > result["baseline"].total_gbp


def test_a_parameter_that_the_scenario_sets(tmp_path):
    """The scenario's stay alone moves; the baseline's is as it was."""
    own = {
        "scenario": "own",
        "changes": [{"set_parameter": "los", "to": 3.0}, {"add_use": "ward", "use": {"unit_cost": "case"}}],
    }
    frame, _ = levers(tmp_path, own, asked=[{"parameter": "los"}])
    found = row(frame, scenario="own", lever="los")
    assert found["stated"] == 3.0
    assert found["break_even"] == pytest.approx(4.65 - 1500 / 450, rel=1e-9)
    own["changes"][0]["to"] = found["break_even"]
    assert total_change(own) == pytest.approx(0, abs=1e-6)


def test_a_parameter_that_only_one_scenario_has(tmp_path):
    frame, _ = levers(tmp_path, DAY_CASE, OFTEN, asked=[{"parameter": "kept"}])
    assert frame["scenario"].tolist() == ["day_case"]


def test_a_price(tmp_path):
    """£1,500 × m = 0.7 × 4.65 × £450."""
    frame, _ = levers(
        tmp_path, DAY_CASE, asked=[{"unit_cost": "case", "low": 0.9, "high": 1.1}, {"unit_cost": "ward.day"}]
    )
    found = row(frame, scenario="day_case", lever="unit_cost case")
    assert found["break_even"] == pytest.approx(0.7 * 4.65 * 450 / 1500, rel=1e-9)
    assert found["stated"] == 1.0
    dear = PRICED | {"case": 1500 * found["break_even"]}
    assert total_change(DAY_CASE, prices=dear) == pytest.approx(0, abs=1e-6)
    ward = row(frame, scenario="day_case", lever="unit_cost ward.day")["break_even"]
    assert total_change(DAY_CASE, prices=PRICED | {"ward.day": 450 * ward}) == pytest.approx(0, abs=1e-6)


def test_a_stay_in_the_scenario(tmp_path):
    """The scenario's 1.395 days may shrink further: to 4.65 − 1,500 ÷ 450 = 1.3167."""
    frame, _ = levers(tmp_path, DAY_CASE, asked=[{"stay": "ward"}])
    found = row(frame, scenario="day_case", lever="stay ward")
    assert found["break_even"] == pytest.approx((4.65 - 1500 / 450) / (0.3 * 4.65), rel=1e-9)
    more = {"scenario": "more", "changes": [{"scale_stay": "ward", "by": found["break_even"]}]}
    assert total_change(DAY_CASE, more) == pytest.approx(0, abs=1e-6)


def test_a_stay_of_a_setting_that_one_scenario_adds(tmp_path):
    hotel = {
        "scenario": "hotel",
        "changes": [
            {"add_setting": "hotel", "setting": {"role": "acute", "stay": 2, "uses": [{"unit_cost": "case", "per": "day", "quantity": 0.1}]}, "routes": {"home": 1}},
            {"add_route": {"setting": "ward", "route": "hotel"}, "route": {"share": 0.5}},
            {"scale_stay": "ward", "by": 0.9},
        ],
    }  # fmt: skip
    frame, _ = levers(tmp_path, DAY_CASE, hotel, asked=[{"stay": "hotel"}])
    assert np.isnan(row(frame, scenario="day_case", lever="stay hotel")["break_even"])
    assert row(frame, scenario="hotel", lever="stay hotel")["break_even"] > 0


def test_volume(tmp_path):
    """£60,000 once, and each of 100 patients £627.75 ÷ 0.9 less: 86 of them pay it back."""
    lead = {"scenario": "lead", "changes": [{"scale_stay": "ward", "by": 0.7}]}
    lead["one_off_costs"] = [{"id": "lead", "role": "acute", "year": "2024-25", "gbp": 60000, "what": "project lead"}]
    frame, result = levers(tmp_path, lead, asked=[{"volume": True}])
    found = row(frame, scenario="lead", lever="volume")
    assert found["stated"] == 100
    assert found["break_even"] == pytest.approx(60000 / (0.3 * 4.65 * 450 / 0.9), rel=1e-9)
    saved = result["baseline"].total_gbp - result["lead"].total_gbp
    assert saved / 100 * found["break_even"] == pytest.approx(60000, abs=1e-6)


def test_without_a_break_even_the_best_within_reach_is_told(tmp_path):
    less = {"scenario": "less", "changes": [{"scale_stay": "ward", "by": 0.8}]}
    frame, _ = levers(tmp_path, less, pathway=WARD, prices={"ward.day": 450.0}, asked=[{"parameter": "p_back"}])
    found = row(frame, scenario="less", lever="p_back")
    assert np.isnan(found["break_even"])
    assert found["best_change_gbp"] < 0


def test_shares_that_cannot_be_are_passed_over(tmp_path):
    """Beside 0.3 who go far at most 0.7 come back: above that there is no change to look at."""
    far = {**CASE, "routes": {"ward": {"ward": "p_back", "far": {"to": "home", "share": 0.3}, "home": "rest"}}}
    case = {
        "scenario": "case",
        "changes": [{"add_use": "ward", "use": {"unit_cost": "case"}}, {"scale_stay": "ward", "by": 0.9}],
    }
    frame, _ = levers(tmp_path, case, pathway=far, asked=[{"parameter": "p_back"}])
    found = row(frame, scenario="case", lever="p_back")
    assert np.isnan(found["break_even"])
    assert found["best_value"] <= 0.7


@pytest.mark.parametrize(
    "lever", [{"parameter": "p_back"}, {"parameter": "los"}, {"unit_cost": "ward.day"}, {"stay": "ward"}]
)
def test_discounted_within_a_horizon_and_with_uptake(tmp_path, lever):
    """At the break-even the present values of both are the same."""
    case = {
        "scenario": "case",
        "uptake": 0.4,
        "changes": [{"add_use": "ward", "use": {"unit_cost": "case"}}, {"scale_stay": "ward", "by": 0.3}],
    }
    time = {"horizon": "60 days", "discount": {"gbp": 0.2}}
    frame, _ = levers(tmp_path, case, asked=[lever], **time)
    found = frame.iloc[0]["break_even"]
    if np.isnan(found):
        assert lever == {"parameter": "p_back"}
        return
    pathway, prices = CASE, PRICED
    if "parameter" in lever:
        size = {"spread": {"lognormal": {"sd": 2.83 * found / 4.65}}}
        pathway = {**CASE, "parameters": {**CASE["parameters"], "los": {"value": found, "unit": "day", **size}}}
    elif "unit_cost" in lever:
        prices = PRICED | {"ward.day": 450 * found}
    else:
        case["changes"][1]["by"] = 0.3 * found
    before, after = (alone(pathway, *each, prices=prices, **time).present_value_gbp for each in ([], [case]))
    assert after == pytest.approx(before, abs=1e-6)


def test_as_stated_every_lever_gives_the_change_of_the_run(tmp_path):
    """The best within reach is never worse than the run; a lever that moves nothing stays where it is."""
    people = tmp_path / "people.csv"
    tmp_path.mkdir(exist_ok=True)
    rows = zip(*PEOPLE.values(), strict=True)
    people.write_text("\n".join([",".join(PEOPLE), *(",".join(map(str, each)) for each in rows)]))
    flat = {key: sum(price.values()) if isinstance(price, dict) else price for key, price in PRICES.items()}
    shorter = {"scenario": "shorter", "uptake": 0.6, "changes": [{"scale_stay": "ward", "by": 0.8}]}
    asked = [
        {"parameter": "los"},
        {"parameter": "p_back"},
        {"unit_cost": "theatre"},
        {"stay": "ward"},
        {"stay": "rehab"},
    ]
    frame, result = levers(tmp_path, shorter, pathway=RICH, prices=flat, asked=asked, cohort="people.csv")
    change = result["shorter"].total_gbp - result["baseline"].total_gbp
    assert (frame["best_change_gbp"] <= change + 1e-6).all()
    theatre = row(frame, scenario="shorter", lever="unit_cost theatre")
    assert theatre["best_change_gbp"] == pytest.approx(change, rel=1e-9)


def test_a_price_that_a_bundle_replaced(tmp_path):
    bundled = {
        **WARD,
        "unit_costs": {
            "ward.day": {"unit": "contact", "covers": "part", "bundle": "stay"},
            "whole": {"unit": "contact", "covers": "whole"},
        },
        "bundles": {"stay": {"replaced_by": "whole"}},
        "settings": {"ward": {"role": "acute", "stay": "los", "uses": [{"unit_cost": "ward.day", "per": "day"}, {"count": "admission"}]}},
    }  # fmt: skip
    back = {"scenario": "back", "changes": [{"scale_parameter": "p_back", "by": 0.5}]}
    with pytest.raises(EngineFaults, match=r"nobody pays a price of 'whole'.*name one of ward\.day"):
        levers(tmp_path, back, pathway=bundled, prices={"ward.day": 450.0}, asked=[{"unit_cost": "whole"}])
