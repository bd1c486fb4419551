"""Finding one's way in a workbook, and printing it: links both ways, filters on every list, as few pages as can be read."""

import io
import re

import openpyxl
import pytest

from pathway_cost.reports.workbook.paper import _pages
from pathway_cost.reports.workbook.workbook import workbook_bytes
from tests.reports.workbook import live_study
from tests.reports.workbook.test_moves import price_cells


@pytest.fixture(scope="module")
def hips_book():
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(live_study.hips())))


def links(sheet):
    """Cell → where it leads."""
    return {cell.coordinate: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}


def pointed(location):
    """Sheet and row of a place."""
    name, row = re.fullmatch(r"'?([^'!]+)'?!\$?[A-Z]+\$?(\d+)", location).groups()
    return name, int(row)


# --- links ---------------------------------------------------------------------------------------------------------
def test_every_sheet_leads_to_the_first_and_back(explored_book, plain_book):
    for book in (explored_book, plain_book):
        first, *others = book.worksheets
        there = {pointed(where)[0] for where in links(first).values()}
        assert {sheet.title for sheet in others} <= there
        for sheet in others:
            assert links(sheet)["A4"] == "'Summary'!A1"
            assert sheet["A4"].value == "‹ Summary"


def test_a_row_of_the_check_leads_to_its_price_and_the_price_to_its_first_row(hips_book):
    check, prices = hips_book["Check"], hips_book["Unit costs"]
    rows = {row[0].row: key for key, row in price_cells(prices).items()}
    leads = {cell: pointed(where) for cell, where in links(check).items() if cell.startswith("O")}
    found = {}
    for cell, (name, row) in leads.items():
        line = [each.value or "" for each in check[int(cell[1:])]]
        organisation, unit_cost, level, component = rows[row]
        assert (name, line[5], line[3], line[6]) == ("Unit costs", organisation, unit_cost, level)
        assert line[7] == component or component == "unsplit"
        assert f"$F${row}" in line[10]
        assert f"$H${row}" in line[12]
        found.setdefault(rows[row], int(cell[1:]))
    back = {rows[int(cell[1:])]: pointed(where)[1] for cell, where in links(prices).items() if cell.startswith("I")}
    assert back == found
    assert len(back) == len(live_study.PRICES)


# --- cells to fill -------------------------------------------------------------------------------------------------
def test_cells_to_fill_are_told_by_colour_lock_and_note(hips_book):
    prices = hips_book["Unit costs"]
    assert "pounds a unit of the study's price year" in prices["G5"].comment.text
    for row in price_cells(prices).values():
        assert (row[6].value, row[6].protection.locked, row[5].protection.locked) == (None, False, True)
        assert row[6].fill.fgColor.rgb != row[5].fill.fgColor.rgb
    rules = {str(rule.sqref): rule for rule in prices.data_validations.dataValidation}
    assert rules["F6:F13"].error == "This is the run's figure. Type yours in the green cell beside it."
    assert rules["G6:G13"].prompt == "A number: pounds a unit, in the study's price year. Empty: the run's price."


# --- filters -------------------------------------------------------------------------------------------------------
def test_every_list_has_filters(explored_book):
    """That of a sheet on its first list, one of its own on each list below."""
    for sheet in explored_book:
        if sheet.title in ("Summary", "Your changes"):
            continue
        assert sheet.auto_filter.ref.startswith("A"), sheet.title
        heads = [
            row[0].row
            for row in sheet.iter_rows(max_col=1)
            if row[0].fill.fgColor.rgb == "FF005EB8" and sheet.cell(row[0].row + 1, 1).value is not None
        ]
        first, *others = heads
        assert int(re.match(r"A(\d+)", sheet.auto_filter.ref)[1]) == first
        assert sorted(int(re.match(r"A(\d+)", table.ref)[1]) for table in sheet.tables.values()) == others, sheet.title


def test_a_filter_leaves_the_total_in_sight(plain_book):
    for name in ("Setting", "Organisation", "Component", "Segment"):
        sheet = plain_book[name]
        last = int(sheet.auto_filter.ref.rsplit("$", 1)[-1].rsplit(":", 1)[-1].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        assert sheet.cell(last + 1, 1).value == "Total"


# --- paper ---------------------------------------------------------------------------------------------------------
def last_printed(sheet):
    return int(re.search(r"(\d+)'?$", str(sheet.print_area))[1])


def test_long_lists_are_not_printed_and_the_sheet_says_so(explored_book, plain_book):
    total = next(cell.row for cell in plain_book["Segment"]["A"] if cell.value == "Total")
    assert last_printed(plain_book["Segment"]) == total
    assert last_printed(plain_book["Check"]) == 10
    curves = next(
        cell.row for cell in explored_book["Draws"]["A"] if str(cell.value).startswith("How often a scenario")
    )
    assert last_printed(explored_book["Draws"]) < curves
    for sheet in (plain_book["Segment"], plain_book["Check"], explored_book["Draws"]):
        assert "Long lists are not printed." in sheet["A2"].value
    assert "not printed" not in plain_book["Setting"]["A2"].value


def test_what_is_printed_first_has_the_label_above_it(explored_book):
    """Where the first list is for the screen, its title and that data are made up stand on paper all the same."""
    profile = explored_book["Profile"]
    assert profile.print_title_rows == "$1:$3"
    first = int(re.search(r"\$A\$(\d+):", str(profile.print_area))[1])
    assert profile.cell(first, 1).value == "By period and organisation"


def test_paper_stands_upright_where_that_takes_fewer_pages():
    assert _pages(80, 900.0, 784.0, 537.0) == 2
    assert _pages(80, 900.0, 537.0, 784.0) == 1
