"""A workbook of several sheets, none of which is named: which one is read is told."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest

from pathway_cost.errors import Severity
from pathway_cost.tables.reading.files import read_noted
from pathway_cost.tables.reading.sheets_beside import opens_on


def workbook(folder, *sheets, opens=0, hidden=()):
    """A workbook of named sheets, each with its patients; an empty sheet for None."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, patients in sheets:
        sheet = book.create_sheet(name)
        for row in [] if patients is None else [["weight"], [patients]]:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    book.active = opens
    book.save(folder / "c.xlsx")
    return folder / "c.xlsx"


def read(path, sheet=""):
    table, notes = read_noted(f"{path}{sheet}")
    return table["weight"].tolist(), [(note.severity, str(note)) for note in notes]


def test_the_sheet_that_the_workbook_opens_on_is_another(tmp_path):
    weight, notes = read(workbook(tmp_path, ("old", 400), ("new", 40), ("more", 1), opens=1))
    assert weight == ["400"]
    said = (
        "c.xlsx: no sheet is named: 'old' is read, and not 'new', 'more'; the workbook opens on 'new'; "
        "name the sheet: `c.xlsx#new`"
    )
    assert notes == [(Severity.WARNING, said)]


def test_the_sheet_that_is_read_is_the_one_that_opens(tmp_path):
    weight, notes = read(workbook(tmp_path, ("new", 40), ("old", 400)))
    said = "c.xlsx: no sheet is named: 'new' is read, and not 'old'; name the sheet: `c.xlsx#new`"
    assert (weight, notes) == (["40"], [(Severity.NOTE, said)])


@pytest.mark.parametrize(
    ("sheets", "how", "sheet"),
    [
        ([("new", 40)], {}, ""),
        ([("new", 40), ("Sheet2", None), ("Sheet3", None)], {"opens": 1}, ""),
        ([("new", 40), ("lists", 3)], {"hidden": ["lists"]}, ""),
        ([("old", 400), ("new", 40)], {"opens": 0}, "#new"),
    ],
    ids=["one sheet", "empty ones", "hidden", "named"],
)
def test_ordinary_workbooks_say_nothing(tmp_path, sheets, how, sheet):
    assert read(workbook(tmp_path, *sheets, **how), sheet) == (["40"], [])


def test_open_documents_say_what_they_open_on(tmp_path):
    with zipfile.ZipFile(tmp_path / "c.ods", "w") as book:
        book.writestr("settings.xml", '<c><config:config-item config:name="ActiveTable">new</config:config-item></c>')
    assert opens_on(tmp_path / "c.ods", ["old", "new"]) == "new"
