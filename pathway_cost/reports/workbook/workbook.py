"""`workbook.xlsx`: what an accountant opens. Numbers unrounded, sources beside them, and a check sheet that recalculates."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from pathway_cost.results.frames.run_result import RunResult

MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed day, so that the same run writes the same bytes


def workbook_bytes(result: RunResult) -> bytes:
    """The whole workbook; text that begins with = + - @ stays text, and no cell becomes a link."""
    import xlsxwriter

    from pathway_cost.reports.workbook.chance_sheets import write_chance
    from pathway_cost.reports.workbook.check_sheet import write_check
    from pathway_cost.reports.workbook.middle_sheets import write_bridge, write_cuts, write_prices, write_registers
    from pathway_cost.reports.workbook.sheet_grid import Book
    from pathway_cost.reports.workbook.summary_sheet import write_summary

    held = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(held, options)
    workbook.set_properties({"title": result.title, "author": "pathway-cost", "created": MADE})
    workbook.set_size(2400, 1500)
    book = Book(workbook, result)
    summary = book.sheet("Summary", book.story.lead, heading=result.title)
    write_cuts(book)
    write_bridge(book)
    write_chance(book)
    prices = write_prices(book)
    write_registers(book)
    differences = write_check(book, prices)
    write_summary(book, summary, differences)
    workbook.close()
    return held.getvalue()
