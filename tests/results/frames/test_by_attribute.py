"""By attribute: each attribute parts all patients and all pounds by its levels, in the order in which they are declared."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pathway_cost as pc
from pathway_cost.results.frames.cuts import by_attribute
from pathway_cost.results.frames.tables_of_run import assemble
from tests.results.compared.test_bridge import cares
from tests.results.results_toy import baseline, costed

WARD = {
    "pathway": "ward",
    "roles": {"acute": {"kind": "acute"}},
    "attributes": {"age": {"levels": ["young", "old", "oldest"]}, "frail": {"levels": ["no", "yes"]}},
    "unit_costs": {"bed": {"unit": "bed_day", "covers": "whole"}},
    "parameters": {"los": {"value": {"by": "frail", "values": {"no": 2, "yes": 4}}, "unit": "day"}},
    "start": "ward",
    "ends": ["home"],
    "settings": {"ward": {"role": "acute", "stay": "los", "uses": [{"unit_cost": "bed", "per": "day"}]}},
    "routes": {"ward": {"home": "rest"}},
}
PATIENTS = {"age": ["young", "old", "old"], "frail": ["yes", "no", "yes"], "weight": [20, 30, 10]}
BED = {"unit_cost": ["bed"], "value_gbp": [450], "unit": ["bed_day"], "covers": ["whole"], "price_year": ["2024-25"],
       "source": ["made up"]}  # fmt: skip
SHORTER = {
    "scenario": "shorter",
    "eligible": {"frail": ["yes"]},
    "uptake": 0.5,
    "changes": [{"scale_stay": "ward", "by": 0.5}],
}
MORE = {"scenario": "more", "eligible": {"frail": ["yes"]}, "changes": [{"scale_patients": {}, "by": 1.5}]}
FIGURES = ["patients", "gbp", "gbp_per_patient", "change_gbp"]


def ward(*scenarios, pathway=WARD, patients=PATIENTS):
    loaded = [pc.load_scenario({"amends": "ward"} | each) for each in scenarios]
    return pc.cost_pathway(
        pc.load_pathway(pathway), pc.Cohort.from_frame(patients), pc.UnitCosts.from_frame(BED), {"all": {"acute": "RXX"}},
        scenarios=loaded, price_year="2024-25",
    )  # fmt: skip


@pytest.fixture(scope="module")
def frame():
    made = {"baseline": ward(), "shorter": ward(SHORTER), "more": ward(MORE)}
    rows = assemble(made).by_attribute.groupby("scenario")
    return {name: each.set_index(["attribute", "level"])[FIGURES] for name, each in rows}


def test_worked_case(frame):
    """£450 a day: 20 young and frail 4 days, 30 old and fit 2, 10 old and frail 4: £36,000 + £27,000 + £18,000."""
    found = frame["baseline"][FIGURES[:3]]
    assert found.loc["age"].to_numpy().tolist() == [[20.0, 36_000.00, 1_800.00], [40.0, 45_000.00, 1_125.00]]
    assert found.loc["frail"].to_numpy().tolist() == [[30.0, 27_000.00, 900.00], [30.0, 54_000.00, 1_800.00]]
    assert frame["baseline"]["change_gbp"].isna().all()


def test_the_change_falls_where_the_patients_are_who_are_reached(frame):
    """Half of the frail stay half as long: a quarter of £54,000, of which two thirds are the young's."""
    changes = frame["shorter"]["change_gbp"]
    assert changes["frail"].tolist() == pytest.approx([0.00, -13_500.00])
    assert changes["age"].tolist() == pytest.approx([-9_000.00, -4_500.00])


def test_more_patients_are_patients_of_their_level(frame):
    found = frame["more"]
    assert found.loc["frail"].to_numpy().tolist() == [
        [30.0, 27_000.00, 900.00, 0.00],
        [45.0, 81_000.00, 1_800.00, 27_000.00],
    ]
    assert found.loc["age", "patients"].tolist() == [30.0, 45.0]


def test_levels_stand_as_declared_and_those_of_nobody_are_left_out(frame):
    """The first patients, young, are frail: `no` comes first all the same."""
    assert frame["baseline"].index.tolist() == [("age", "young"), ("age", "old"), ("frail", "no"), ("frail", "yes")]


def test_without_attributes_there_is_nothing():
    alike = WARD | {"attributes": {}, "parameters": {"los": {"value": 2, "unit": "day"}}}
    tables = assemble({"baseline": ward(pathway=alike, patients={"weight": [60]})})
    assert tables.by_attribute.empty
    assert "by_attribute" not in tables.written()


@settings(max_examples=30, deadline=None)
@given(cares(), cares(), st.data())
def test_every_attribute_holds_all_patients_and_all_pounds(before, after, data):
    base = data.draw(st.lists(st.floats(0.1, 1e5), min_size=1, max_size=6))
    levels = st.lists(st.sampled_from(["a", "b", "c", "NA", ""]), min_size=len(base), max_size=len(base))
    volume = data.draw(st.lists(st.floats(0.5, 2.0), min_size=len(base), max_size=len(base)))
    attributes = {"one": data.draw(levels), "two": data.draw(levels)}
    made = {
        "baseline": baseline(before, base=base, attributes=attributes),
        "any": costed("any", {"taken": after}, base=base, attributes=attributes, volume={"taken": volume}),
    }
    change = made["any"].total_gbp - made["baseline"].total_gbp
    for (name, attribute), rows in by_attribute(made).groupby(["scenario", "attribute"]):
        whole = made[name]
        assert set(rows["level"]) == set(attributes[attribute])
        assert rows["gbp"].sum() == pytest.approx(whole.total_gbp, rel=1e-9)
        assert rows["patients"].sum() == pytest.approx(whole.patients, rel=1e-9)
        moved = 0.0 if name == "baseline" else change
        scale = made["any"].total_gbp + made["baseline"].total_gbp
        assert np.isclose(rows["change_gbp"].sum(), moved, rtol=0, atol=1e-9 * scale)


def test_measured_levels_stand_in_the_order_of_their_categories():
    result = ward()
    labels = pd.Categorical(["yes", "no", "yes"], categories=["no", "yes"])
    seen = result.visit_rows.assign(reached=result.visit_rows["visits"])
    measured = replace(result, model=None, visit_rows=seen, segments=result.segments.assign(frail=labels))
    levels = assemble({"baseline": measured}).by_attribute.set_index("attribute").loc["frail", "level"]
    assert levels.tolist() == ["no", "yes"]
