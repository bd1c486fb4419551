"""The component map (R9), and synthetic cohorts."""

from __future__ import annotations

import pandas as pd
import pytest

from pathway_cost.errors import TableFaults
from pathway_cost.tables.cohort.cohort import Cohort
from pathway_cost.tables.cohort.cohort_make import make_cohort
from pathway_cost.tables.prices.components import ComponentMap

SEGMENTS = {
    "place": ["north", "north", "south"],
    "frail": ["no", "yes", "no"],
    "share": ["0.5", "0.2", "0.3"],
    "age_low": ["60", "75", "60"],
    "age_high": ["74", "95", "60"],
}


# --- components ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("activity", "resource", "component"),
    [
        ("THR002", "CPF001", "theatre"),
        ("THR002", "CSC004", "overheads"),
        ("DIM001", "CPF001", "imaging"),
        ("PHA003", "CPF023", "drugs"),
        ("WRD001", "CPF001", "ward"),
        ("QQQ001", "CPF001", "unmapped"),
    ],
)
def test_the_shipped_map(activity, resource, component):
    assert ComponentMap.shipped().component(activity, resource) == component


def test_every_shipped_reading_says_that_it_is_no_official_name():
    assert ComponentMap.shipped().frame["description"].str.contains("not an official name").all()


def test_the_first_line_that_matches_counts():
    lines = {
        "ActCstID": ["THR001", "THR*", "*"],
        "ResCstID": ["*", "CPF*", "*"],
        "component": ["first", "second", "third"],
    }
    mapped = ComponentMap.from_frame(lines)
    pairs = [("THR001", "CPF001"), ("THR002", "CPF001"), ("THR002", "CSC004")]
    assert [mapped.component(*pair) for pair in pairs] == ["first", "second", "third"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"component": ["Theatre!"]}, "component_is_no_name"),
        ({"ResCstID": [""]}, "value_missing"),
        ({"ActCstID": [1.5]}, "code_is_not_text"),
    ],
)
def test_faulty_maps(change, rule):
    with pytest.raises(TableFaults) as raised:
        ComponentMap.from_frame({"ActCstID": ["A"], "ResCstID": ["*"], "component": ["a"]} | change)
    assert [problem.rule for problem in raised.value.problems] == [rule]


# --- synthetic cohorts -----------------------------------------------------------------------------------------------------
def test_the_same_seed_draws_the_same_cohort():
    first = make_cohort(SEGMENTS, patients=500, seed=7)
    pd.testing.assert_frame_equal(first, make_cohort(SEGMENTS, patients=500, seed=7))
    assert not first.equals(make_cohort(SEGMENTS, patients=500, seed=8))


def test_patients_follow_their_segment():
    cohort = make_cohort(SEGMENTS, patients=20_000, seed=1)
    assert cohort.columns.tolist() == ["patient_id", "place", "frail", "age"]
    assert cohort["patient_id"].iloc[[0, -1]].tolist() == ["S000001", "S020000"]
    frail = cohort[cohort["frail"] == "yes"]
    assert (frail["age"].min(), frail["age"].max()) == (75, 95)
    assert set(cohort.loc[cohort["place"] == "south", "age"]) == {60}
    assert len(frail) / len(cohort) == pytest.approx(0.2, abs=0.01)


def test_what_is_drawn_is_a_cohort():
    cohort = Cohort.from_frame(make_cohort(SEGMENTS, patients=100, seed=1))
    coded = cohort.coded({"frail": ("no", "yes")}, {"age": (0, 110)}, {"north": None, "south": None})
    assert coded.segments.weight.sum() == 100


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"share": ["0.5", "0.2", "0.2"]}, "shares_do_not_sum"),
        ({"share": ["0.5", "x", "0.5"]}, "share_is_not_a_share"),
        ({"share": ["1.5", "-0.5", "0"]}, "share_is_not_a_share"),
        ({"frail": ["no", "", "no"]}, "level_missing"),
        ({"age_low": ["80", "75", "60"]}, "low_above_high"),
        ({"age_low": ["60.5", "75", "60"]}, "number_is_not_whole"),
        ({"bmi_low": ["1", "1", "1"]}, "column_missing"),
    ],
)
def test_faulty_segments(change, rule):
    with pytest.raises(TableFaults) as raised:
        make_cohort(SEGMENTS | change, patients=10, seed=1)
    assert [problem.rule for problem in raised.value.problems] == [rule]


def test_no_patients_and_no_share():
    with pytest.raises(TableFaults, match="0 patients"):
        make_cohort(SEGMENTS, patients=0, seed=1)
    with pytest.raises(TableFaults, match="no column 'share'"):
        make_cohort({"frail": ["no"]}, patients=1, seed=1)
