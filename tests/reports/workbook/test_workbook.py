"""What an accountant opens: text is text, numbers are whole, the check sheet recalculates to the engine's total."""

import io
import zipfile
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pathway_cost.reports.workbook.check_sheet import check_lines
from pathway_cost.reports.workbook.workbook import PlainWorksheet, workbook_bytes
from pathway_cost.results.frames.frames import Tables
from tests.reports.recalculate import recalculated

SHEETS = [
    "Summary", "Your changes", "Setting", "Organisation", "Component", "Segment", "Bridge", "Unit costs", "Assumptions", "Changes",
    "Beside", "Coverage", "Check",
]  # fmt: skip
SCENARIOS = ["Baseline", "Day case", "Msk triage", "Day case + Msk triage"]


@pytest.fixture(scope="module")
def made(files_of_the_run):
    return files_of_the_run["workbook.xlsx"]


@pytest.fixture(scope="module")
def book(plain_book):
    return plain_book


@pytest.fixture(scope="module")
def values(made):
    return openpyxl.load_workbook(io.BytesIO(made), data_only=True)


def texts(sheet):
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def check_totals(sheet, column):
    return {sheet.cell(row, 1).value: sheet.cell(row, column).value for row in range(6, 10)}


def test_sheets_in_order(book):
    assert book.sheetnames == SHEETS


def test_every_sheet_says_that_data_are_synthetic(book):
    assert all(sheet["A3"].value.startswith("SYNTHETIC DATA") for sheet in book)


def test_formulas_are_held_as_a_file_holds_them():
    """As the library would hold them; a sum of cells alone is not searched for functions that have other names there."""
    formulas = ("=A2*B2", "='Unit costs'!$F$5", "=SUM(A2:B2)", "=XLOOKUP(1,A2:A3,B2:B3)")
    held = {}
    for kind in (PlainWorksheet, Worksheet):
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
            sheet = workbook.add_worksheet(worksheet_class=kind)
            for row, formula in enumerate(formulas):
                sheet.write_formula(row, 3, formula)
        held[kind] = zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml")
    assert held[PlainWorksheet] == held[Worksheet]
    assert b"<f>A2*B2</f>" in held[PlainWorksheet]
    assert b"_xlfn.XLOOKUP(" in held[PlainWorksheet]


def test_page_one_tells_all(values, result):
    said = " | ".join(texts(values["Summary"]))
    for words in (result.title, "Elective knee replacement", "2024-25", "patients who start", "whole pathway, per start",
                  "One-off cost, beside", "are in no price at", "priced at the average day", "not cash", "Modelled change"):  # fmt: skip
        assert words in said
    assert "saving" not in said.lower()
    numbers = [cell.value for row in values["Summary"].iter_rows() for cell in row if isinstance(cell.value, float)]
    assert all(
        any(each == pytest.approx(result[name].total_gbp, rel=1e-14) for each in numbers) for name in result.compared
    )


def test_formulas_carry_their_value(values, result):
    check = values["Check"]
    assert list(check_totals(check, 3)) == SCENARIOS
    for name, total in zip(result.compared, check_totals(check, 3).values(), strict=True):
        assert total == pytest.approx(result[name].total_gbp, rel=1e-12)
    assert set(check_totals(check, 6).values()) == {"agrees"}


def test_check_prices_point_into_the_unit_costs(book):
    check, prices = book["Check"], book["Unit costs"]
    row = next(
        row for row in check.iter_rows(min_row=13) if row[3].value == "theatre.knee" and row[7].value == "implants"
    )
    formula = row[10].value
    assert formula.startswith("='Unit costs'!$F$")
    pointed = int(formula.rsplit("$", 1)[1])
    assert [prices.cell(pointed, at).value for at in (1, 2, 5, 6)] == ["RXX", "theatre.knee", "implants", 1_492.6]
    assert row[11].value == f"=I{row[0].row}*J{row[0].row}*K{row[0].row}"
    assert row[12].value == formula.replace("$F$", "$H$")
    assert row[13].value == f"=I{row[0].row}*J{row[0].row}*M{row[0].row}"


CONSULT = ("GP1", "gp.consult", "", "medical")


def line_of(result, follows, times, value, why=""):
    """The check line of GP consultations, where they follow a price in use of that value."""
    rows = result["baseline"].lines()
    row = rows[rows["unit_cost"] == "gp.consult"].assign(follows=follows, times=times)
    [line] = check_lines(row, {CONSULT: value}, {CONSULT: why})
    return line


def test_a_check_line_follows_a_price_in_use(result):
    same, twice = line_of(result, "medical", 1.0, 46.0), line_of(result, "medical", 2.0, 23.0)
    assert (same.follows, same.price, same.product) == (CONSULT, 46.0, pytest.approx(3_450_000))
    assert (twice.follows, twice.price, twice.note) == (CONSULT, 46.0, "Unit costs × 2")


def test_a_check_line_of_a_price_that_a_scenario_sets_follows_none(result):
    """Not even where it is the price in use: another there would leave this one as it is."""
    for value in (46.0, 50.0):
        line = line_of(result, "", float("nan"), value)
        assert (line.follows, line.price, line.note) == (None, pytest.approx(46.0), "changed by the scenario")
        assert line.product == pytest.approx(3_450_000)
    assert line_of(result, "", float("nan"), 46.0, why="own_price").follows == CONSULT


def test_a_quantity_without_visits_is_still_checked(result):
    row = result["baseline"].lines().head(1).assign(visits=0.0, follows="", times=float("nan"))
    [line] = check_lines(row, {}, {})
    assert (line.visits, line.per_visit, line.note) == (75_000.0, 1.0, "pounds ÷ quantity")
    assert line.product == pytest.approx(3_450_000)


def test_recalculated_check_sheet_reaches_the_engine(made, result, tmp_path):
    (tmp_path / "workbook.xlsx").write_bytes(made)
    check = openpyxl.load_workbook(recalculated(tmp_path / "workbook.xlsx", tmp_path), data_only=True)["Check"]
    for name, total in zip(result.compared, check_totals(check, 3).values(), strict=True):
        assert total == pytest.approx(result[name].total_gbp, rel=1e-9)
    assert set(check_totals(check, 6).values()) == {"agrees"}


def test_the_check_sheet_is_live(result, tmp_path, made):
    """A price £10 higher typed beside the run's moves the sum by £10 × its quantity; the run's own figures agree all the same."""
    changed = openpyxl.load_workbook(io.BytesIO(made))
    row = next(
        row
        for row in changed["Unit costs"].iter_rows(min_row=6)
        if row[0].value == "GP1" and row[1].value == "gp.consult"
    )
    assert [cell.value for cell in changed["Unit costs"][5]][5:8] == ["Pounds a unit", "Your price", "Price in force"]
    row[6].value = row[5].value + 10
    changed.save(tmp_path / "changed.xlsx")
    check = openpyxl.load_workbook(recalculated(tmp_path / "changed.xlsx", tmp_path), data_only=True)["Check"]
    assert check_totals(check, 3)["Baseline"] == pytest.approx(result["baseline"].total_gbp)
    assert check_totals(check, 7)["Baseline"] == pytest.approx(result["baseline"].total_gbp + 10 * 75_000)
    assert check_totals(check, 8)["Baseline"] == pytest.approx(10 * 75_000)
    assert set(check_totals(check, 6).values()) == {"agrees"}


def test_cut_totals_are_live_sums_of_the_engines_total(book, values, result):
    for name in ("Setting", "Organisation", "Component", "Segment"):
        rows = list(values[name].iter_rows(min_row=5))
        total = next(row for row in rows if row[0].value == "Total")
        formula = book[name][total[0].row]
        sums = {
            cell.column: cell.value
            for cell in formula
            if isinstance(cell.value, str) and cell.value.startswith("=SUM(")
        }
        assert len(sums) == 7
        found = [values[name].cell(total[0].row, column).value for column in sums][:4]
        assert found == pytest.approx([result[each].total_gbp for each in result.compared], rel=1e-9)


def test_assumptions_stand_out(book):
    sheet = book["Assumptions"]
    fills = {row[6].value: row[0].fill.fgColor.rgb for row in sheet.iter_rows(min_row=5) if row[6].value}
    assert fills["assumption"] != fills["published"]


@pytest.fixture(scope="module")
def long_and_hostile(hostile):
    """With a title too long for a footer, ampersands in it, and a text too long for a cell."""
    beside = hostile.beside
    tables = Tables({**hostile.tables, "beside": pd.concat([beside, beside.tail(1).assign(what="x" * 40_000)])})
    return workbook_bytes(replace(hostile, title=hostile.title * 40, tables=tables))


def test_text_never_becomes_a_formula_or_a_link(long_and_hostile):
    made = long_and_hostile
    book = openpyxl.load_workbook(io.BytesIO(made))
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if cell.data_type == "f":
                assert sheet.title in {
                    "Check",
                    "Setting",
                    "Organisation",
                    "Component",
                    "Segment",
                    "Summary",
                    "Your changes",
                    "Unit costs",
                }
                assert "HYPERLINK" not in cell.value
    assert '=HYPERLINK("http://evil.example","click")' in texts(book["Beside"])
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        links = [name for name in parts.namelist() if name.endswith(".rels")]
        assert not any(b'TargetMode="External"' in parts.read(name) for name in links)


def test_long_text_and_a_footer_with_an_ampersand(long_and_hostile):
    book = openpyxl.load_workbook(io.BytesIO(long_and_hostile))
    assert any(len(text) == 32_000 for text in texts(book["Beside"]))
