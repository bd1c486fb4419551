"""Ids of patients that a workbook holds as numbers: counted from 1 they are ids, as in any other file."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from pathway_cost.errors import TableFaults
from pathway_cost.tables.reading.files import read_noted
from tests.tables.reading.test_workbook_cells import opendocument


def cohort(folder, ids, head="patient_id"):
    book = openpyxl.Workbook()
    for row in [[head, "place"], *([each, "north"] for each in ids)]:
        book.active.append(row)
    book.save(folder / "c.xlsx")
    return folder / "c.xlsx"


@pytest.mark.parametrize("head", ["patient_id", "Number"])
def test_whole_numbers_are_ids(tmp_path, head):
    columns = {"patient_id": head}
    table = read_noted(cohort(tmp_path, [1, 2, "A3"], head), columns=columns, codes=["patient_id", "place"]).table
    assert table["patient_id"].tolist() == ["1", "2", "A3"]


def test_an_open_document_too(tmp_path):
    numbers = [("", [(f'office:value-type="float" office:value="{each}"', str(each))]) for each in (1, 2)]
    found = read_noted(opendocument(tmp_path, ("", [("", "patient_id")]), *numbers), codes=["patient_id"]).table
    assert found["patient_id"].tolist() == ["1", "2"]


@pytest.mark.parametrize(
    "cell", [1.5, dt.date(2024, 6, 3), True, 10**15], ids=["fraction", "date", "truth", "too long"]
)
def test_what_is_no_id_stays_a_fault(tmp_path, cell):
    with pytest.raises(TableFaults, match=r"cell A3 holds .* where a code of 'patient_id' is due"):
        read_noted(cohort(tmp_path, [1, cell]), codes=["patient_id"])


def test_other_codes_stay_text(tmp_path):
    with pytest.raises(TableFaults, match="cell A2 holds a number where a code of 'organisation' is due"):
        read_noted(cohort(tmp_path, [1], "organisation"), codes=["patient_id", "organisation"])
