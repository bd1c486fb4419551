"""`workbook.xlsx`: what an accountant opens. Numbers unrounded, sources beside them, and a check sheet that recalculates."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pathway_cost.reports.workbook.chance_sheets import OWN_BLOCKS
from pathway_cost.reports.workbook.check_sheet import PriceCells, write_check
from pathway_cost.reports.workbook.middle_sheets import write_cut, write_prices
from pathway_cost.reports.workbook.plain_sheets import write_plain
from pathway_cost.reports.workbook.sheet_grid import Book
from pathway_cost.reports.workbook.summary_sheet import SUMMARY_SHEET, write_summary
from pathway_cost.results.frames import SHEETS, RunResult

MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed day, so that the same run writes the same bytes


class PlainWorksheet(Worksheet):  # type: ignore[misc]  # untyped
    """A sheet that looks for newer functions, which a file holds under other names, only in formulas that call any."""

    def _prepare_formula(self, formula: str, *given: bool, **more: bool) -> str:
        prepared: str = (
            super()._prepare_formula(formula, *given, **more) if "(" in formula else formula.removeprefix("=")
        )
        return prepared


def workbook_bytes(result: RunResult) -> bytes:
    """The whole workbook; text that begins with = + - @ stays text, and no cell becomes a link."""
    held = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(held, options)
    workbook.worksheet_class = PlainWorksheet
    workbook.set_size(2400, 1500)
    book = Book(workbook, result)
    workbook.set_properties({"title": book.title, "author": "pathway-cost", "created": MADE})
    summary = book.sheet(SUMMARY_SHEET, book.story.lead, heading=result.title)
    write_summary(book, summary, _others(book))
    workbook.close()
    return held.getvalue()


def _others(book: Book) -> dict[str, str]:
    """Write every sheet but the first, in order; gives where the check sheet's live differences stand."""
    prices: PriceCells = {}
    differences: dict[str, str] = {}
    for sheet in SHEETS:
        if sheet.name == "Unit costs":
            prices = write_prices(book, sheet)
        elif sheet.name == "Check":
            differences = write_check(book, sheet, prices)
        elif sheet.side_by_side:
            write_cut(book, sheet)
        elif sheet.name != SUMMARY_SHEET:
            write_plain(book, sheet, OWN_BLOCKS)
    return differences
