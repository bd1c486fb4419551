"""Tables out of files: every cell as it was written, and faults that name the row or the cell."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pandas as pd
import pytest

from pathway_cost.errors import TableFaults
from pathway_cost.tables.reading.columns import as_pandas
from pathway_cost.tables.reading.files import read_noted, read_shipped

AWKWARD = ["NA", "0100", "5E1", "Frail ", "", "no, thanks"]


def rules(raised):
    return [problem.rule for problem in raised.value.problems]


def test_csv_cells_stay_as_written(tmp_path):
    path = tmp_path / "cohort.csv"
    path.write_text("code,n\n" + "\n".join(f'"{code}",1' for code in AWKWARD) + "\n", encoding="utf-8-sig")
    table = read_noted(path).table
    assert table["code"].tolist() == AWKWARD
    assert table["n"].tolist() == ["1"] * len(AWKWARD)


def test_parquet_keeps_its_types(tmp_path):
    path = tmp_path / "cohort.parquet"
    pd.DataFrame({"code": AWKWARD, "age": range(6)}).to_parquet(path)
    table = read_noted(path, columns={"years": "age"}).table
    assert table["code"].tolist() == AWKWARD
    assert table["years"].tolist() == [0, 1, 2, 3, 4, 5]


def workbook(path, rows, sheet="prices"):
    book = openpyxl.Workbook()
    book.active.title = "notes"
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(row)
    book.save(path)
    return f"{path}#{sheet}"


def test_workbook_cells_as_text(tmp_path):
    where = workbook(
        tmp_path / "b.xlsx", [["code", "gbp", "on"], ["NA", 450, dt.date(2026, 4, 1)], ["0100", 0.25, "x"]]
    )
    table = read_noted(where, codes=["code"]).table
    assert table.to_numpy().tolist() == [["NA", "450", "2026-04-01"], ["0100", "0.25", "x"]]


def test_number_or_date_in_a_code_column_names_the_cell(tmp_path):
    where = workbook(tmp_path / "b.xlsx", [["gbp", "their code"], [1, 100], [2, "0100"], [3, dt.date(2026, 4, 1)]])
    with pytest.raises(TableFaults, match="cell B2 holds a number") as raised:
        read_noted(where, columns={"code": "their code"}, codes=["code"])
    assert "cell B4 holds a date" in str(raised.value)
    assert rules(raised) == ["cell_is_not_text"] * 2


def test_workbook_without_a_sheet_name_reads_the_first_and_an_unknown_sheet_is_named(tmp_path):
    where = workbook(tmp_path / "b.xlsx", [["a"], ["1"]])
    with pytest.raises(TableFaults, match="nearest: 'prices'"):
        read_noted(where.replace("#prices", "#price"))


def test_blank_cells_keep_their_place_and_blank_rows_at_the_end_go(tmp_path):
    where = workbook(tmp_path / "b.xlsx", [["a", "b"], ["1", None], [None, "x"], ["2", "y"], [None, None]])
    assert read_noted(where).table["a"].tolist() == ["1", "", "2"]


def test_ragged_rows_are_named_by_number_without_what_they_hold(tmp_path):
    path = tmp_path / "cohort.csv"
    path.write_text("patient_id,frail\nA1,no\n9434765919\nA3,no,yes\n")
    with pytest.raises(TableFaults) as raised:
        read_noted(path)
    assert [problem.where.row for problem in raised.value.problems] == [2, 3]
    assert "9434765919" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("a.csv", b"", "table_is_empty"),
        ("a.csv", b"code,code\n1,2\n", "column_named_twice"),
        ("a.csv", b"code,\n1,2\n", "column_without_name"),
        ("a.csv", b"code\n\xff\xfe\n", "file_is_not_utf8"),
        ("a.csv", b"co\xa3de\n1\n", "file_is_not_utf8"),
        ("a.parquet", b"PAR1 cut short", "file_is_not_parquet"),
        ("a.xlsx", b"no workbook", "file_is_not_a_workbook"),
        ("a.txt", b"x", "file_type_unknown"),
    ],
)
def test_unreadable_files(tmp_path, name, content, rule):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TableFaults) as raised:
        read_noted(tmp_path / name)
    assert rules(raised) == [rule]


def test_a_missing_file_names_the_nearest(tmp_path):
    (tmp_path / "cohort.csv").write_text("a\n1\n")
    with pytest.raises(TableFaults, match=r"nearest: 'cohort.csv'"):
        read_noted(tmp_path / "cohor.csv")


def test_columns_that_are_not_there_name_the_nearest(tmp_path):
    (tmp_path / "cohort.csv").write_text("Patient,frail\nx,no\n")
    with pytest.raises(TableFaults, match="nearest: 'Patient'"):
        read_noted(tmp_path / "cohort.csv", columns={"patient_id": "Patiant"})


def test_a_name_that_would_be_there_twice(tmp_path):
    (tmp_path / "cohort.csv").write_text("patient_id,nhs\nx,y\n")
    with pytest.raises(TableFaults, match="already has a column 'patient_id'"):
        read_noted(tmp_path / "cohort.csv", columns={"patient_id": "nhs"})


def test_parquet_code_column_must_be_text(tmp_path):
    pd.DataFrame({"code": [1.5]}).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(TableFaults) as raised:
        read_noted(tmp_path / "a.parquet", codes=["code"])
    assert rules(raised) == ["code_is_not_text"]


def test_any_dataframe_eager_or_lazy():
    duckdb = pytest.importorskip("duckdb")
    arrow = pytest.importorskip("pyarrow").table({"frail": ["no", "NA"], "age": [60, 70]})
    lazy = duckdb.sql("select * from arrow")
    for guest in (arrow, lazy, arrow.to_pandas().set_index("age", drop=False)):
        frame = as_pandas(guest)
        assert frame["frail"].tolist() == ["no", "NA"]
        assert frame.index.tolist() == [0, 1]


def test_shipped_tables_are_text():
    table = read_shipped("price_index.csv")
    assert table.loc[0, "rate"] == "0.0040"
