"""`workbook.xlsx`: what an accountant opens. Numbers unrounded, sources beside them, and a check sheet that recalculates."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from pathway_cost.reports.workbook.chance_sheets import OWN_BLOCKS
from pathway_cost.reports.workbook.check_sheet import Check, write_check
from pathway_cost.reports.workbook.cut_sheets import write_cut
from pathway_cost.reports.workbook.plain_sheets import write_plain
from pathway_cost.reports.workbook.price_sheet import PriceCells, write_prices
from pathway_cost.reports.workbook.sheet_grid import Book
from pathway_cost.reports.workbook.summary_sheet import write_summary
from pathway_cost.reports.workbook.your_changes import write_changes
from pathway_cost.results.frames import SHEETS, YOUR_CHANGES, RunResult

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
    first, *others = SHEETS
    summary = book.sheet(first, book.story.lead, heading=result.title)
    check = Check.of(book)
    changes = next(each for each in others if each.name == YOUR_CHANGES)
    asked = book.sheet(changes, book.note(changes)) if book.has(YOUR_CHANGES) else None
    prices = _middle(book, check)
    write_summary(book, summary, check, None if asked is None else write_changes(book, asked, check, prices))
    workbook.close()
    return held.getvalue()


def _middle(book: Book, check: Check) -> PriceCells:
    """Write every sheet but the first and that of the reader's changes, in order; gives where the prices stand."""
    prices = PriceCells({}, "")
    for sheet in SHEETS[1:]:
        if sheet.name == "Unit costs":
            prices = write_prices(book, sheet, check.first_rows())
        elif sheet.name == "Check":
            write_check(book, sheet, check, prices.cells)
        elif sheet.side_by_side:
            write_cut(book, sheet)
        elif sheet.name != YOUR_CHANGES:
            write_plain(book, sheet, OWN_BLOCKS)
    return prices
