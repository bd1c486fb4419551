"""A ledger's rows through the public door: each says the days whose pounds it holds."""

from __future__ import annotations

import pytest

import pathway_cost as pc
from tests.asked_study import run, write

HOME = {
    "parameters": {"los": {"value": 9000, "unit": "day"}},
    "start": {"ward": 1},
    "settings": {"ward": {"role": "acute", "stay": "los", "uses": [{"unit_cost": "ward.day", "per": "day"}]}},
    "routes": {"ward": {"home": 1}},
}
"""A home in which 100 people stay for longer than anybody looks, at £450 a day."""
A_DAY = 45_000.0


@pytest.mark.parametrize(
    ("time", "days"),
    [
        ({"horizon": "550 weeks"}, 365),
        ({"horizon": "4 years", "period": "week"}, 7),
        ({"horizon": "200 weeks", "period": "month"}, None),  # no step divides both: the row says its days
        ({"horizon": "4100 days", "period": "month"}, None),
    ],
)
def test_a_period_holds_the_pounds_of_its_days(tmp_path, time, days):
    rows = run(tmp_path, HOME, **time).profile.query("setting == 'ward'")
    assert rows["gbp"].to_numpy() == pytest.approx(A_DAY * (rows["to_day"] - rows["from_day"]).to_numpy())
    assert rows["from_day"].tolist()[1:] == pytest.approx(rows["to_day"].tolist()[:-1])
    assert days is None or rows["to_day"].iloc[0] == days


def test_a_baseline_without_pounds_has_its_page(tmp_path):
    pathway = HOME | {"start": {"door": 1}, "settings": {"door": {"role": "acute"}} | HOME["settings"]}
    pathway["routes"] = {"door": {"ward": "p_in", "home": "rest"}} | HOME["routes"]
    pathway["parameters"] = HOME["parameters"] | {
        "los": {"value": 10, "unit": "day"},
        "p_in": {"value": 0, "unit": "share"},
    }
    service = {"scenario": "service", "changes": [{"add_parameter": "p_in", "by": 0.1}]}
    result = pc.run(write(tmp_path, pathway, service))
    assert result["baseline"].total_gbp == 0
    assert result["service"].total_gbp == pytest.approx(100 * 0.1 * 10 * 450)
    pc.write(result, tmp_path / "out")
    assert "£45,000" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
