"""The cohort: codes as text, faults with row numbers, segments that do not depend on the order of patients."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathway_cost.errors import TableFaults
from pathway_cost.tables.cohort.cohort import Cohort

LEVELS = {"frail": ("no", "yes"), "band": ("under_60", "60_69", "70_plus")}
ALL = {"all": None}


def coded(frame, levels=LEVELS, numbers=None, places=None):
    return Cohort.from_frame(frame).coded(levels, numbers or {}, places or ALL)


def problems(make):
    with pytest.raises(TableFaults) as raised:
        make()
    return raised.value.problems


def patients(count=4, **columns):
    plain = {"frail": ["no", "yes"] * (count // 2), "band": ["60_69"] * count}
    return plain | columns


# --- segments ----------------------------------------------------------------------------------------------------------
def test_segments_are_the_combinations_that_occur():
    cohort = coded({"frail": ["yes", "no", "yes"], "band": ["60_69", "under_60", "60_69"], "weight": [2.0, 1.0, 0.5]})
    labels = cohort.segments.labels
    assert labels.to_numpy().tolist() == [[0, "all", "no", "under_60", 1], [1, "all", "yes", "60_69", 2]]
    assert labels.columns.tolist() == ["segment", "place", "frail", "band", "rows"]
    assert cohort.segments.weight.tolist() == [1.0, 2.5]
    assert (cohort.row.tolist(), cohort.base.tolist()) == ([1, 2, 0], [0, 1, 1])
    assert cohort.weight.tolist() == [1.0, 0.5, 2.0]
    assert {name: codes.tolist() for name, codes in cohort.segments.codes.items()} == {"frail": [0, 1], "band": [0, 1]}
    assert cohort.segments.of_base.tolist() == [[0], [1]]


def test_a_pathway_without_attributes_has_one_segment():
    cohort = coded({"patient_id": ["a", "b"]}, levels={})
    assert cohort.segments.weight.tolist() == [2.0]
    assert cohort.base.tolist() == [0, 0]


def test_a_place_column_is_part_of_the_base():
    frame = patients(place=["south", "north", "south", "north"])
    cohort = coded(frame, places={"north": None, "south": None})
    assert cohort.segments.labels[["place", "frail"]].to_numpy().tolist() == [["north", "yes"], ["south", "no"]]
    assert cohort.segments.places == ("north", "south")
    assert cohort.segments.place_code.tolist() == [0, 1]
    assert cohort.segments.place_share.tolist() == [1.0]
    assert cohort.segments.of_base.shape == (2, 1)


def test_without_a_place_column_every_base_is_split_by_the_shares():
    cohort = coded(patients(), places={"north": 0.25, "south": 0.75})
    segments = cohort.segments
    assert segments.labels[["place", "frail"]].to_numpy().tolist() == [
        ["north", "no"], ["north", "yes"], ["south", "no"], ["south", "yes"],
    ]  # fmt: skip
    assert segments.weight.tolist() == [0.5, 0.5, 1.5, 1.5]
    assert segments.of_base.tolist() == [[0, 2], [1, 3]]
    for base, row in enumerate(segments.of_base):
        assert segments.weight[row].sum() == np.bincount(cohort.base)[base]
        assert segments.place_code[row].tolist() == [0, 1]


def test_a_place_of_no_patients_is_no_segment():
    segments = coded(patients(), places={"north": 0.0, "south": 1.0}).segments
    assert segments.places == ("south",)
    assert set(segments.labels["place"]) == {"south"}


def test_one_footprint_for_all_places_ignores_the_place_column():
    assert set(coded(patients(place=["x"] * 4)).segments.labels["place"]) == {"all"}


@pytest.mark.parametrize(
    ("columns", "places", "rule"),
    [
        ({}, {"north": None, "south": None}, "place_not_said"),
        ({}, {"north": 0.5, "south": None}, "place_not_said"),
        ({}, {"north": 0.5, "south": 0.4}, "place_shares_do_not_sum"),
        ({"place": ["north"] * 4}, {"north": 0.5, "south": 0.5}, "place_said_twice"),
        ({"place": ["nroth"] * 4}, {"north": None, "south": None}, "place_unknown"),
    ],
)
def test_where_patients_live_is_said_once(columns, places, rule):
    assert [problem.rule for problem in problems(lambda: coded(patients(**columns), places=places))] == [rule]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.sampled_from(LEVELS["frail"]), st.sampled_from(LEVELS["band"]), st.integers(0, 3)),
        min_size=1,
        max_size=40,
    ),
    st.randoms(),
)
def test_the_order_of_patients_is_nothing_and_weights_equal_repetition(rows, random):
    weighted = [row for row in rows if row[2]] or [("no", "60_69", 1)]
    repeated = [row[:2] for row in weighted for _ in range(row[2])]
    random.shuffle(repeated)
    first = coded(pd.DataFrame(weighted, columns=["frail", "band", "weight"])).segments
    second = coded(pd.DataFrame(repeated, columns=["frail", "band"])).segments
    np.testing.assert_array_equal(first.weight, second.weight)
    assert first.labels.drop(columns="rows").equals(second.labels.drop(columns="rows"))


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_every_row_is_in_the_segment_of_its_own_levels(attributes, levels, seed):
    random = np.random.default_rng(seed)
    words = tuple(f"l{number}" for number in range(levels))
    frame = pd.DataFrame({f"a{number}": random.choice(words, 30) for number in range(attributes)})
    cohort = coded(frame, levels=dict.fromkeys(frame.columns, words))
    segment = cohort.segments.of_base[cohort.base, 0]
    for name in frame.columns:
        assert cohort.segments.labels[name].to_numpy()[segment].tolist() == frame[name][cohort.row].tolist()
    assert cohort.segments.weight.sum() == 30
    assert cohort.segments.weight.min() > 0


# --- codes and faults ----------------------------------------------------------------------------------------------------
def test_an_id_may_be_na_and_a_level_too():
    cohort = coded({"patient_id": ["NA", "0100", "5E1"], "frail": ["NA", "no", "NA"]}, levels={"frail": ("no", "NA")})
    assert list(cohort.patient_id) == ["0100", "5E1", "NA"]
    assert cohort.segments.labels["rows"].tolist() == [1, 2]


def test_whole_numbers_as_ids_are_their_text():
    assert list(coded(patients(patient_id=[7, 3, 11, 5])).patient_id) == ["11", "3", "5", "7"]


def test_without_ids_rows_are_numbered_from_1():
    assert coded(patients()).patient_id.tolist() == [1, 2, 3, 4]


def test_a_level_with_a_blank_behind_it_is_another_level():
    frame = {"frail": ["frail"] * 3 + ["Frail "] * 7 + ["frail"]}
    (problem,) = problems(lambda: coded(frame, levels={"frail": ("frail", "fit")}))
    assert problem.rule == "level_unknown"
    assert "'Frail ' in rows 4, 5, 6, 7, 8 and 2 more (7 rows)" in problem.what
    assert problem.nearest == "frail"
    assert problem.where.row == 4


def test_numbers_as_levels_are_their_text_and_fractions_are_refused():
    assert coded({"fifth": [1, 5, 5]}, levels={"fifth": tuple("12345")}).segments.labels["fifth"].tolist() == ["1", "5"]
    assert [p.rule for p in problems(lambda: coded({"fifth": [1.0, 5.0]}, levels={"fifth": tuple("12345")}))] == [
        "code_is_not_text"
    ]


def test_categories_are_levels():
    frame = pd.DataFrame({"frail": pd.Categorical(["yes", "no", "yes"])})
    cohort = coded(frame, levels={"frail": ("no", "yes")})
    assert (cohort.row.tolist(), cohort.base.tolist()) == ([1, 0, 2], [0, 1, 1])


@pytest.mark.parametrize(
    ("columns", "rule", "row"),
    [
        ({"patient_id": ["a", "b", "a", "b"]}, "id_given_twice", 3),
        ({"patient_id": ["a", "", None, "b"]}, "id_missing", 2),
        ({"weight": ["1", "one", "1", "1"]}, "weight_is_not_a_number", 2),
        ({"weight": [1, 1, np.inf, 1]}, "weight_is_not_a_number", 3),
        ({"weight": [1, -1, 1, 1]}, "weight_is_negative", 2),
        ({"weight": [0, 0, 0, 0]}, "cohort_is_empty", None),
        ({"frail": ["no", "", "no", "yes"]}, "level_missing", 2),
        ({"frail": ["no", None, "no", "yes"]}, "level_missing", 2),
        ({"age": ["60", "old", "70", "80"]}, "attribute_is_not_a_number", 2),
        ({"age": ["60", "", "70", "80"]}, "attribute_is_not_a_number", 2),
        ({"age": [60, 70, 80, 130]}, "attribute_out_of_range", 4),
    ],
)
def test_faults_have_row_numbers(columns, rule, row):
    given_columns = patients(**({"age": [60, 70, 80, 90]} | columns))
    (problem,) = problems(lambda: coded(given_columns, numbers={"age": (0, 110)}))
    assert (problem.rule, problem.where.row) == (rule, row)


def test_a_weight_may_be_0_for_some():
    assert coded(patients(weight=[0, 1, 1, 0])).segments.weight.tolist() == [1.0, 1.0]


def test_numbers_are_kept_a_row():
    cohort = coded(patients(age=["60", "71.5", "80", "1e2"]), numbers={"age": (None, 110)})
    assert np.array([60.0, 71.5, 80.0, 100.0])[cohort.row].tolist() == cohort.numbers["age"].tolist()


def test_no_rows_and_missing_columns():
    assert [p.rule for p in problems(lambda: coded({"frail": []}))] == ["cohort_is_empty"]
    found = problems(lambda: coded({"Frail": ["no"], "age": [60]}, numbers={"weight_kg": (0, 300)}))
    assert [(p.rule, p.nearest) for p in found] == [
        ("attribute_missing", "Frail"), ("attribute_missing", None), ("attribute_missing", None),
    ]  # fmt: skip


def test_all_faults_arrive_together():
    frame = patients(age=["x", "1", "1", "1"], band=["60_69", "x", "x", "60_69"])
    assert {p.rule for p in problems(lambda: coded(frame, numbers={"age": (0, 110)}))} == {
        "level_unknown", "attribute_is_not_a_number",
    }  # fmt: skip


def test_no_message_carries_an_identifier():
    ids = ["943 476 5919", "9434765919", "943 476 5919"]
    text = str(TableFaults(problems(lambda: Cohort.from_frame({"patient_id": ids}))))
    assert "943" not in text
    mistaken = str(TableFaults(problems(lambda: coded({"frail": ids}, levels={"frail": ("no", "yes")}))))
    assert "943" not in mistaken


def test_many_unknown_levels_are_counted():
    frame = {"frail": [f"word{number}" for number in range(100)]}
    found = problems(lambda: coded(frame, levels={"frail": ("no", "yes")}))
    (problem,) = found
    assert problem.what == (
        "rows 1, 2, 3, 4, 5 and 95 more (100 rows) hold 100 values (a text of one word) that are no level of 'frail'"
    )


def test_many_slips_are_each_told_and_then_counted():
    slips = ["Frial", "frail", "FRAIL", "Frail ", "Frai", "Fraill", "rail"]
    found = problems(lambda: coded({"frail": [*slips, "John Smith"]}, levels={"frail": ("no", "Frail")}))
    assert [problem.nearest for problem in found] == ["Frail"] * 5 + [None]
    assert found[0].what == "'Frial' in row 1 is no level of 'frail'"
    assert found[-1].what.startswith("rows 6, 7, 8 hold 3 values")
    assert "Smith" not in str(TableFaults(found))


def test_alike_patients():
    cohort = Cohort.alike(100, {"age": 60, "frail": "no"}).coded({"frail": ("no", "yes")}, {"age": (0, 110)}, ALL)
    assert cohort.segments.weight.tolist() == [100.0]
    assert cohort.numbers["age"].tolist() == [60.0]


def test_the_frame_given_is_not_changed():
    frame = pd.DataFrame(patients(weight=["1"] * 4))
    before = frame.copy()
    coded(frame)
    pd.testing.assert_frame_equal(frame, before)
