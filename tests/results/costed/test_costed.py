import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathway_cost.cube import Cube
from pathway_cost.errors import EngineFaults
from tests.results.results_toy import Care, baseline, costed, scenario

KNEE = Care(
    visits={"surgery": 0.8, "ward": 1.2},
    uses={
        ("surgery", "theatre"): ("theatre", "RXX", 1),
        ("ward", "bed_day"): ("bed_day", "RYY", 4),
        ("ward", "operation"): ("count:operation", "RXX", 1),
    },
    prices={("RXX", "theatre"): {"medical": 3000.0, "implants": 2000.0}, ("RYY", "bed_day"): {"unsplit": 450.0}},
)
"""A patient: 0.8 × £5,000 + 1.2 × 4 × £450 = £4,000 + £2,160 = £6,160."""


def knees(**more):
    return baseline(KNEE, base=[60.0, 40.0], attributes={"frail": ["no", "yes"]}, **more)


def test_total_and_per_patient():
    result = knees()
    assert result.scenario == "baseline"
    assert result.price_year == "2024-25"
    assert result.patients == 100.0
    assert result.total_gbp == pytest.approx(616_000.00)
    assert result.cost_per_patient_gbp == pytest.approx(6_160.00)
    assert result.basis == "whole pathway, per start, undiscounted, no horizon"


@pytest.mark.parametrize(
    ("cut", "pounds"),
    [
        ("setting", {"surgery": 400_000, "ward": 216_000}),
        ("component", {"medical": 240_000, "implants": 160_000, "unsplit": 216_000, "count": 0}),
        ("organisation", {"RXX": 400_000, "RYY": 216_000}),
        ("unit_cost", {"theatre": 400_000, "bed_day": 216_000, "count:operation": 0}),
        ("arm", {"everyone": 616_000}),
    ],
)
def test_cuts(cut, pounds):
    frame = knees().by(cut)
    found = dict(zip(frame[cut], frame["gbp"].round(6), strict=True))
    assert {key: found.get(key, 0) for key in pounds} == pounds
    assert frame["gbp_per_patient"].sum() == pytest.approx(6_160.00)


def test_a_segment_is_divided_by_its_own_patients_and_named():
    frame = knees().by("segment")
    assert frame[["segment", "place", "frail", "patients"]].to_numpy().tolist() == [
        [0, "all", "no", 60.0],
        [1, "all", "yes", 40.0],
    ]
    assert frame["gbp_per_patient"].tolist() == pytest.approx([6_160.00, 6_160.00])
    twice = knees().by("segment", "setting")
    assert twice["gbp"].sum() == pytest.approx(616_000.00)
    assert list(twice.columns) == ["segment", "place", "frail", "setting", "gbp", "patients", "gbp_per_patient"]


def test_a_frame_is_a_copy():
    result = knees()
    frame = result.by("setting")
    frame["gbp"] = 0.0
    assert result.by("setting")["gbp"].sum() == pytest.approx(616_000.00)


def test_a_word_that_is_no_cut():
    with pytest.raises(ValueError, match="cut by one or more of segment"):
        knees().by("ward")
    with pytest.raises(ValueError, match="cut by"):
        knees().by()


def test_quantities_never_add_unlike_units():
    frame = knees().quantities("setting").set_index("unit_cost")
    assert frame.loc["bed_day", "quantity"] == pytest.approx(480.0)
    assert frame.loc["theatre", "quantity"] == pytest.approx(80.0)
    assert frame.loc["theatre", "unit"] == "visit"
    assert frame.loc["count:operation", ["unit", "quantity_per_patient"]].tolist() == ["count", pytest.approx(1.2)]


def test_lines_are_ratios_of_sums():
    lines = knees().lines().set_index(["use", "component"])
    ward = lines.loc["bed_day", "unsplit"]
    assert [ward.visits, ward.quantity, ward.quantity_per_visit, ward.price_gbp, ward.gbp] == pytest.approx(
        [120, 480, 4, 450, 216_000]
    )
    assert lines["gbp"].sum() == pytest.approx(616_000.00)


def test_no_visits_gives_no_ratio():
    unused = Care({"ward": 0.0}, {("ward", "bed_day"): ("bed_day", "RXX", 4)}, {("RXX", "bed_day"): {"unsplit": 450.0}})
    line = baseline(unused).lines().iloc[0]
    assert line.gbp == 0.0
    assert np.isnan(line.quantity_per_visit)
    assert np.isnan(line.price_gbp)


def test_visits_and_flows():
    visits = knees().visits.set_index("setting")
    assert visits.loc["ward", ["visits", "visits_per_patient", "reached"]].tolist() == [120.0, 1.2, 100.0]
    routed = Care(KNEE.visits, KNEE.uses, KNEE.prices, {("surgery", "ward"): 0.5})
    assert baseline(routed, base=[100.0]).flows["patients_moved"].tolist() == [50.0]


def test_per_setting_divides_the_whole_by_the_patients_reaching_it():
    """£616,000 over 80 patients operated is £7,700; the ward is reached by 100, whoever comes twice."""
    result = knees()
    assert result.per_setting("surgery").cost_per_patient_gbp == pytest.approx(7_700.00)
    assert result.per_setting("surgery").denominator == "patients expected to reach surgery at least once"
    assert result.per_setting("ward").cost_per_patient_gbp == pytest.approx(6_160.00)
    with pytest.raises(EngineFaults, match="nearest: 'surgery'"):
        result.per_setting("surgry")


def test_per_eligible_patient():
    """Segment 0 (60 patients) is eligible: £6,160 each; the others are left out of pounds and patients."""
    result = costed(
        "day_case",
        {"not_eligible": KNEE, "taken": KNEE},
        base=[60.0, 40.0],
        shares={"not_eligible": [0.0, 1.0], "taken": [1.0, 0.0]},
        scenarios={"taken": ("day_case",)},
    )
    eligible = result.per_eligible()
    assert (eligible.patients, eligible.total_gbp) == (60.0, pytest.approx(369_600.00))
    assert eligible.cost_per_patient_gbp == pytest.approx(6_160.00)


def test_nobody_starting_has_no_cost_a_patient():
    assert np.isnan(scenario("none", KNEE, volume={"taken": [0.0]}).cost_per_patient_gbp)


def test_percentiles_are_refused_with_the_reason():
    with pytest.raises(EngineFaults, match="not between patients"):
        knees().percentiles(0.5)


def test_a_cut_that_loses_pounds_is_our_fault():
    frame = knees().cube.frame.astype({"organisation": "object"})
    frame.loc[0, "organisation"] = None
    with pytest.raises(ArithmeticError, match="cut by organisation"):
        Cube(frame).check_cuts()


gbp = st.floats(0, 1e6)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 3), st.floats(0, 9), gbp, gbp), min_size=1, max_size=4),
    st.lists(st.floats(0.1, 1e5), min_size=1, max_size=3),
)
def test_every_cut_sums_to_the_total(settings_, base):
    care = Care(
        {f"s{number}": visits for number, (visits, *_) in enumerate(settings_)},
        {
            (f"s{number}", "use"): (f"key{number % 2}", "RXX" if number else "RYY", q)
            for number, (_, q, *_) in enumerate(settings_)
        },
        {
            (who, f"key{number}"): {"nursing": settings_[0][2], "drugs": settings_[0][3]}
            for number in (0, 1)
            for who in ("RXX", "RYY")
        },
    )
    result = baseline(care, base=base)
    for cut in ("segment", "arm", "place", "setting", "use", "unit_cost", "component", "role", "organisation"):
        parts = result.by(cut)["gbp"]
        assert abs(parts.sum() - result.total_gbp) <= 1e-9 * parts.abs().sum()
    assert isinstance(result.by("setting", "component"), pd.DataFrame)
