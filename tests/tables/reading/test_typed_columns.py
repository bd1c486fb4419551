"""Columns of other types than ours: a duration is no number of patients, a row label may be an id."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from pathway_cost.errors import PathwayCostError, TableFaults
from pathway_cost.tables.cohort.cohort import Cohort
from pathway_cost.tables.prices.unit_costs import UnitCosts
from pathway_cost.tables.reading.columns import as_pandas, numbers_of
from pathway_cost.tables.reading.files import read_noted
from tests.tables.readers import READERS

NUMERIC = [name for name, reader in READERS.items() if reader.numeric]
NO_NUMBERS = {
    "duration": pa.array([40, 10], pa.duration("s")),
    "duration of ns": pa.array([40, 10], pa.duration("ns")),
    "day": pa.array([dt.date(2024, 4, 1)] * 2),
    "time stamp": pa.array([dt.datetime(2024, 4, 1, tzinfo=dt.UTC)] * 2),
    "time of day": pa.array([dt.time(4), dt.time(5)]),
    "truth": pa.array([True, True]),
    "list": pa.array([[40], [10]]),
    "record": pa.array([{"n": 40}, {"n": 10}]),
    "bytes": pa.array([b"40", b"10"]),
    "word": pa.array(["forty", "ten"]),
}
NUMBERS = {
    "decimal": pa.array([Decimal("40.00"), Decimal("10.00")]),
    "whole": pa.array([40, 10], pa.int8()),
    "unsigned": pa.array([40, 10], pa.uint32()),
    "half": pa.array([40, 10], pa.float32()),
    "text": pa.array(["40", "10"]),
    "dictionary": pa.array(["40", "10"]).dictionary_encode(),
}


def given(reader, column):
    """The reader's table with another column of numbers, in Arrow."""
    cells = len(next(iter(reader.table.values())))
    return pa.table({**{name: pa.array(texts) for name, texts in reader.table.items()}, reader.numeric: column[:cells]})


def doors(table, folder):
    """The table out of a Parquet file, as a pandas frame, and with pandas' Arrow types."""
    parquet.write_table(table, folder / "t.parquet")
    yield read_noted(folder / "t.parquet").table
    yield table.to_pandas()
    yield table.to_pandas(types_mapper=pd.ArrowDtype)
    yield table


@pytest.mark.parametrize("kind", NO_NUMBERS)
@pytest.mark.parametrize("name", NUMERIC)
def test_what_is_no_number_is_a_fault(name, kind, tmp_path):
    reader = READERS[name]
    for table in doors(given(reader, NO_NUMBERS[kind]), tmp_path):
        if name == "own draws" and isinstance(table, pa.Table):
            continue
        with pytest.raises(PathwayCostError) as raised:
            reader.read(table)
        assert [problem.where.item for problem in raised.value.problems] == [reader.numeric]


@pytest.mark.parametrize("kind", NUMBERS)
def test_numbers_of_every_type_are_the_same_numbers(kind, tmp_path):
    reader = READERS["cohort"]
    for table in doors(given(reader, NUMBERS[kind]), tmp_path):
        (_, weights, _), notes = reader.read(table)
        assert weights == [40, 10]
        assert notes == ()


@pytest.mark.parametrize(
    "cells", [[True, 2], [np.True_, 2.0], [1 + 0j, 2], [dt.timedelta(seconds=3), 2], [pd.Timedelta("3s"), 2], [b"1", 2]]
)
def test_one_cell_of_another_type_among_numbers(cells):
    numbers, bad = numbers_of(pd.Series(cells, dtype=object))
    assert bad.tolist() == [True, False]
    assert numbers[1] == 2


def test_complex_numbers_and_periods_are_none():
    assert numbers_of(pd.Series([1 + 2j]))[1].all()
    assert numbers_of(pd.Series(pd.period_range("2024", periods=2, freq="Y")))[1].all()


# --- row labels ----------------------------------------------------------------------------------------------------
PEOPLE = pd.DataFrame(
    {"patient_id": ["A1", "A2", "A3"], "frail": ["no", "yes", "no"], "age": [60, 71, 80], "weight": [40.0, 10.0, 50.0]}
)


def through_parquet(frame, folder):
    frame.to_parquet(folder / "t.parquet")
    return read_noted(folder / "t.parquet").table


@pytest.mark.parametrize("door", [lambda frame, _: frame, through_parquet])
@pytest.mark.parametrize(
    "labels", [["patient_id"], ["patient_id", "frail"], ["weight"], ["frail", "weight", "patient_id"]]
)
def test_named_row_labels_are_columns(labels, door, tmp_path):
    cohort = Cohort.from_frame(door(PEOPLE.set_index(labels), tmp_path))
    assert cohort.patients == 100
    coded = cohort.coded({"frail": ("no", "yes")}, {"age": (0, 110)}, {"all": None})
    assert coded.notes == ()
    assert coded.has_ids
    assert sorted(coded.patient_id) == ["A1", "A2", "A3"]


@pytest.mark.parametrize("door", [lambda frame, _: frame, through_parquet])
@pytest.mark.parametrize("numbers", [[7, 9, 8], [0, 1, 2]])
def test_named_labels_that_are_numbers_are_ids(numbers, door, tmp_path):
    labels = pd.Index(numbers, name="patient_id")
    cohort = Cohort.from_frame(door(PEOPLE.drop(columns="patient_id").set_axis(labels), tmp_path))
    coded = cohort.coded({"frail": ("no", "yes")}, {"age": (0, 110)}, {"all": None})
    assert sorted(coded.patient_id) == sorted(map(str, numbers))


@pytest.mark.parametrize("door", [lambda frame, _: frame, through_parquet])
def test_labels_that_only_count_are_no_data(door, tmp_path):
    for frame in (
        PEOPLE[PEOPLE["age"] > 65],
        PEOPLE.iloc[::2],
        PEOPLE.iloc[::-1],
        pd.concat([PEOPLE, PEOPLE]).iloc[1:4],
    ):
        assert as_pandas(door(frame, tmp_path)).columns.tolist() == PEOPLE.columns.tolist()


@pytest.mark.parametrize("door", [lambda frame, _: frame, through_parquet])
def test_other_labels_without_a_name_are_told(door, tmp_path):
    frame = PEOPLE.drop(columns="patient_id").set_axis(["A1", "A2", "A3"])
    coded = Cohort.from_frame(door(frame, tmp_path)).coded({"frail": ("no", "yes")}, {"age": (0, 110)}, {"all": None})
    assert [str(note) for note in coded.notes] == ["cohort: not read: the column 'row label'"]


def test_labels_beside_a_column_of_their_name():
    same = PEOPLE.set_index("patient_id", drop=False)
    assert as_pandas(same).columns.tolist() == PEOPLE.columns.tolist()
    with pytest.raises(TableFaults, match="both called 'patient_id', and differ"):
        as_pandas(same.assign(patient_id=["B1", "B2", "B3"]))


# --- ids -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("other", ["A1 ", " A1", "A\u00a01", "A1\u200b", "\ufeffA1", "A1\t", "A 1"])
def test_ids_that_differ_by_what_nobody_sees_are_one_id_given_twice(other):
    with pytest.raises(TableFaults) as raised:
        Cohort.from_frame({"patient_id": ["A1", "A2", other], "weight": [1, 2, 3]})
    (problem,) = raised.value.problems
    assert (problem.rule, problem.where.row) == ("id_given_twice", 3)
    assert "A1" not in str(problem)


@pytest.mark.parametrize("ids", [["A1", "a1"], ["Æ1", "Ø1"], [" A1", "A2"], ["A-1", "A1"]])
def test_other_ids_are_two_patients(ids):
    assert Cohort.from_frame({"patient_id": ids}).patients == 2


@pytest.mark.parametrize("blank", ["", " ", "\u200b", "\u00a0\ufeff"])
def test_an_id_of_what_nobody_sees_is_blank(blank):
    with pytest.raises(TableFaults, match="a patient has no id: row 1"):
        Cohort.from_frame({"patient_id": [blank, "A2"]})


@pytest.mark.parametrize("name", [name for name in READERS if name != "postcodes"])
def test_two_columns_of_one_name_in_a_frame(name):
    reader = READERS[name]
    frame = pd.DataFrame(reader.table)
    column = frame.columns[-1]
    with pytest.raises(PathwayCostError, match=f"two columns are called '{column}'"):
        reader.read(pd.concat([frame, frame[[column]]], axis=1))


def test_a_whole_number_beyond_every_float_is_none():
    numbers, bad = numbers_of(pd.Series([10**400, 7], dtype=object))
    assert bad.tolist() == [True, False]
    assert numbers[1] == 7


def test_arrows_dictionaries_in_pandas_are_what_they_hold():
    words = pa.table({"frail": pa.array(["no", "yes"]).dictionary_encode()}).to_pandas(types_mapper=pd.ArrowDtype)
    assert as_pandas(words)["frail"].tolist() == ["no", "yes"]
    assert pa.types.is_string(as_pandas(words)["frail"].dtype.pyarrow_dtype)
    assert pa.types.is_dictionary(words["frail"].dtype.pyarrow_dtype)


@pytest.mark.parametrize("mapper", [None, pd.ArrowDtype])
def test_lists_that_nobody_reads_keep_nobody_from_costing(mapper):
    table = pa.table({"frail": ["no", "yes"], "weight": [2, 3], "codes": [["A"], ["B", "C"]]}).to_pandas(
        types_mapper=mapper
    )
    coded = Cohort.from_frame(table).coded({"frail": ("no", "yes")}, {}, {"all": None})
    assert coded.weight.sum() == 5


def test_row_labels_without_a_name_may_be_the_column_that_is_missing():
    prices = pd.DataFrame({"value_gbp": [7]}, index=["ward.day"])
    with pytest.raises(TableFaults, match=r"no column 'unit_cost'; name the row labels \(`frame\.rename_axis"):
        UnitCosts.from_frame(prices)
    with pytest.raises(TableFaults, match="no column 'unit_cost'\n"):
        UnitCosts.from_frame(prices.reset_index(drop=True))


@pytest.mark.parametrize(
    "levels", [["1", "2"], [1, 2], pd.Index([1, 2], dtype="Int64"), pd.Index([1, 2], dtype="uint8")]
)
def test_levels_in_categories_are_those_of_text(levels):
    imd = pd.Categorical.from_codes([1, 0, 1], levels)
    coded = Cohort.from_frame({"imd": imd}).coded({"imd": ("1", "2")}, {}, {"all": None})
    assert coded.segments.labels["imd"].tolist() == ["1", "2"]
    assert coded.segments.weight.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("levels", [[1, 2], pd.Index([1, 2], dtype="uint8"), [True, False]])
def test_a_category_that_is_missing_is_told_at_its_row(levels):
    gaps = pd.Categorical.from_codes([0, -1], levels)
    with pytest.raises(TableFaults, match=r"the weight is not a finite number: rows? .*2"):
        Cohort.from_frame({"weight": gaps})
    if not isinstance(levels, list) or levels[0] is not True:
        with pytest.raises(TableFaults, match=r"^table: 1 fault\n.*'imd' is blank: row 2$"):
            Cohort.from_frame({"imd": gaps}).coded({"imd": ("1", "2")}, {}, {"all": None})
