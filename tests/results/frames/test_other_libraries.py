"""Frames of results as Arrow and polars: the same cells, and a clear word where polars is not there."""

from __future__ import annotations

import builtins
import sys

import pandas as pd
import pyarrow as pa
import pytest

import pathway_cost as pc
from pathway_cost.results.frames.frames import Tables
from tests.asked_study import WARD, run
from tests.results.costed.test_by_period import ward


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return run(tmp_path_factory.mktemp("drawn"), WARD, uncertainty={"draws": 4, "seed": 3})


def test_every_table_as_arrow(result):
    tables = result.tables.to_arrow()
    assert set(tables) == set(result.tables)
    for name, table in tables.items():
        assert isinstance(table, pa.Table)
        pd.testing.assert_frame_equal(table.to_pandas(), result.tables[name])


def test_every_table_as_polars(result):
    polars = pytest.importorskip("polars")
    tables = result.tables.to_polars()
    assert isinstance(tables["summary"], polars.DataFrame)
    assert tables["summary"]["total_gbp"].to_list() == result.summary["total_gbp"].tolist()
    assert pc.to_polars(ward().by("frail", "period"))["gbp"].sum() == pytest.approx(ward().total_gbp)


def test_any_frame_as_arrow():
    found = pc.to_arrow(ward().by("frail"))
    assert found.column("gbp").to_pylist() == ward().by("frail")["gbp"].tolist()


def test_without_polars_the_remedy_is_told(monkeypatch):
    real = builtins.__import__

    def without(name, *given, **named):
        if name.startswith("polars"):
            raise ModuleNotFoundError(name)
        return real(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    for name in [each for each in sys.modules if each.split(".")[0] == "polars"]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ModuleNotFoundError, match="polars is not installed: `pip install polars`"):
        Tables({}).to_polars()


def test_a_column_of_numbers_and_words_is_text():
    frame = pd.DataFrame({"value": [0.25, "low 0.1, high 0.4", None], "gbp": [1.5, 2.0, 3.0]})
    found = pc.to_arrow(frame)
    assert found.column("value").to_pylist() == ["0.25", "low 0.1, high 0.4", None]
    assert found.column("gbp").to_pylist() == [1.5, 2.0, 3.0]
    assert frame["value"].tolist()[0] == 0.25  # the frame given stays as it was


def test_a_run_of_a_pathway_with_tables_of_numbers_goes_to_other_libraries():
    result = pc.run("examples/elective_knee/study.yaml")
    values = result.tables.to_arrow()["assumptions"].column("value").to_pylist()
    assert values == [None if pd.isna(value) else str(value) for value in result.assumptions["value"]]
    pytest.importorskip("polars")
    assert result.tables.to_polars()["summary"]["total_gbp"].to_list() == result.summary["total_gbp"].tolist()


@pytest.mark.parametrize("wrong", [None, [1], pd.Series([1]), ward()])
def test_what_is_no_frame_is_said(wrong):
    with pytest.raises(
        TypeError, match=r"is no dataframe: give one of a result's frames, such as `result\.by_setting`"
    ):
        pc.to_arrow(wrong)
