"""The first sheet: what was costed, the headline, warnings, and what lies behind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pathway_cost.reports.words import (
    FULL_COST,
    HEADLINE,
    MODELLED_CHANGE,
    NOTHING_TO_WARN_OF,
    Findings,
    full_cost,
    is_discounted,
    plain_notes,
    title,
)
from pathway_cost.reports.workbook.check_sheet import Check
from pathway_cost.reports.workbook.sheet_grid import AMBER, HEADER_ROW, LINE, SOFT, Book, lines_of, link, put, width_of
from pathway_cost.reports.workbook.your_changes import NOTHING, Answers
from pathway_cost.results.frames import ANSWERS, SHEETS, TABLES, Column

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.worksheet import Worksheet

TABLE: Final = TABLES["summary"]
SUMMARY_SHEET: Final = TABLE.sheet
COLUMNS: Final = tuple(
    TABLE[name]
    for name in (
        "scenario", "patients", "cost_per_patient_gbp", "change_per_patient_gbp", "change_pct", "total_gbp", "change_total_gbp",
        "change_volume_gbp", "change_rate_gbp", "one_off_gbp",
    )
)  # fmt: skip
PRESENT: Final = (
    TABLE["scenario"], TABLE["patients"], TABLE["present_value_per_patient_gbp"],
    replace(TABLE["change_per_patient_gbp"], name="change_per_patient"), TABLE["change_pct"], TABLE["present_value_gbp"],
    TABLE["change_present_value_gbp"],
)  # fmt: skip
OTHERS: Final = (
    TABLE["scenario"], Column("patients", "Their number", "count"), Column("cost_per_patient_gbp", "Cost per one of them", "pounds"),
    Column("change_per_patient_gbp", MODELLED_CHANGE, "change"), Column("change_pct", "Change of the pounds, %", "percent"),
    Column("total_gbp", "Pounds divided", "pounds"), TABLE["denominator"],
)  # fmt: skip
YOURS: Final = (
    "scenario", "each", "each_yours", "each_moved", "patients_yours", "total", "total_yours", "total_moved", "change",
    "change_yours", "change_moved",
)  # fmt: skip


def write_summary(book: Book, sheet: Worksheet, check: Check, answers: Answers | None) -> None:
    """Fill the sheet; `answers` is where what follows from the reader's changes stands, where there may be any."""
    basis = [f"{name}: {words}" for name, words in book.story.basis]
    row = _answer(book, sheet, HEADER_ROW)
    row = _facts(book, sheet, row + 1)
    row = _headline(book, sheet, row + 1)
    row = row if answers is None else _yours(book, sheet, row + 1, answers)
    row = _lines(book, sheet, row + 1, ("Warnings", *_warnings(book)))
    row = _denominators(book, sheet, row + 1)
    row = _checks(book, sheet, row + 1, check)
    row = _contents(book, sheet, row + 1)
    _lines(book, sheet, row + 1, ("Basis", *basis, *book.story.footer))


def _answer(book: Book, sheet: Worksheet, row: int) -> int:
    """The question and its answer, in the sentences of the page."""
    found = Findings.of(book.result)
    told = [f"{each.called}: {' '.join(each.sentences)}" for each in found.each]
    return _lines(book, sheet, row, (found.question, f"{found.now} {FULL_COST}", *told))


def _facts(book: Book, sheet: Worksheet, row: int) -> int:
    for name, words in book.story.facts:
        put(sheet, row, 0, name, book.style(font_color=SOFT))
        put(sheet, row, 1, words, book.style(bold=True, text_wrap=False))
        row += 1
    return row


def _headline(book: Book, sheet: Worksheet, row: int) -> int:
    book.heading(sheet, row, "What each model of care costs")
    frame = book.result.summary
    frame = frame[frame["per"] == "patient"]
    frame = frame.assign(scenario=frame["scenario"].map(book.names.scenario))
    row = _present_values(book, sheet, row, frame) if is_discounted(book.result) else row
    row = book.table(sheet, frame, book.called(COLUMNS), row=row + 1, filtered=False)
    book.paragraph(sheet, row, full_cost(book.result), COLUMNS, font_color=SOFT)
    return row + 1


def _present_values(book: Book, sheet: Worksheet, row: int, frame: pd.DataFrame) -> int:
    """The headline of a study that discounts, then the heading of the undiscounted pounds."""
    book.paragraph(sheet, row + 1, HEADLINE, COLUMNS, font_color=SOFT)
    each = frame["present_value_per_patient_gbp"]
    change, total = frame["change_present_value_gbp"], frame["present_value_gbp"].iloc[0]
    frame = frame.assign(
        change_per_patient=(each - each.iloc[0]).mask(change.isna()), change_pct=100 * change / (total or math.nan)
    )
    row = book.table(sheet, frame, book.called(PRESENT), row=row + 2, sized=False, filtered=False)
    book.heading(sheet, row + 1, "The same, undiscounted")
    return row + 1


def _warnings(book: Book) -> list[str]:
    """In plain words, warnings first; the page holds the checks' own."""
    notes = [note for group in plain_notes(book.result, book.names) for note in group.notes]
    order = sorted(notes, key=lambda note: not note.is_warning)
    return [f"{note.severity.value.title()}: {note.plain}" for note in order] or [NOTHING_TO_WARN_OF]


def _lines(book: Book, sheet: Worksheet, row: int, words: Sequence[str]) -> int:
    """A heading and its lines; warnings stand out."""
    heading, *lines = words
    book.heading(sheet, row, heading)
    for place, line in enumerate(lines, start=row + 1):
        stands_out = {"bg_color": AMBER} if line.startswith("Warning: ") else {}
        book.paragraph(sheet, place, line, COLUMNS, **stands_out)
    return row + 1 + len(lines)


def _yours(book: Book, sheet: Worksheet, row: int, answers: Answers) -> int:
    """The run, the reader's changes and the difference, live."""
    link(book, sheet, (row, 0), "'Your changes'!A1", "With your changes", font_size=12, bold=True)
    sheet.write_formula(row, 1, f"={answers.status}", book.style(font_color=SOFT, text_wrap=False), NOTHING)
    columns = [column for name in YOURS for column in ANSWERS if column.name == name]
    sheet.set_row(row, 16.5)
    book.headings(sheet, row + 1, book.called(columns), sized=False)
    sheet.set_column(len(COLUMNS), len(COLUMNS), 17)
    first, *_ = book.result.compared
    for place, name in enumerate(book.result.compared, start=row + 2):
        costed = book.result[name]
        change = None if name == first else costed.total_gbp - book.result[first].total_gbp
        each = costed.cost_per_patient_gbp if costed.patients else None
        values = {
            "each": each, "each_yours": each, "patients_yours": costed.patients, "total": costed.total_gbp,
            "total_yours": costed.total_gbp, "change": change, "change_yours": change,
            "each_moved": None if each is None else 0.0, "total_moved": 0.0, "change_moved": None if change is None else 0.0,
        }  # fmt: skip
        put(sheet, place, 0, book.names.scenario(name), book.style())
        sheet.set_row(place, LINE * lines_of(book.names.scenario(name), width_of(COLUMNS[0])) + 2)
        for at, column in enumerate(columns[1:], start=1):
            style = book.style(column.kind, bold=column.name.endswith("_yours"))
            if values[column.name] is not None:
                sheet.write_formula(place, at, f"={answers.cell(name, column.name)}", style, values[column.name])
    return row + 2 + len(book.result.compared)


def _checks(book: Book, sheet: Worksheet, row: int, check: Check) -> int:
    book.heading(sheet, row, "Check sheet less engine, live")
    for place, name in enumerate(book.result.compared, start=row + 1):
        put(sheet, place, 0, book.names.scenario(name), book.style())
        sheet.write_formula(place, 1, f"={check.total_cells(name)[1]}", book.style("pounds"), 0.0)
    return row + 1 + len(book.result.compared)


def _denominators(book: Book, sheet: Worksheet, row: int) -> int:
    frame, names = book.result.summary, book.names
    frame = frame[frame["per"] != "patient"]
    if frame.empty:
        return row - 1
    book.heading(sheet, row, "Other denominators")
    called = [
        f"{names.scenario(name)}, per {title(per).lower()}"
        for name, per in zip(frame["scenario"], frame["per"], strict=True)
    ]
    columns = book.called(OTHERS)
    return book.table(sheet, frame.assign(scenario=called), columns, row=row + 1, sized=False)


def _contents(book: Book, sheet: Worksheet, row: int) -> int:
    book.heading(sheet, row, "Sheets")
    others = [each for each in SHEETS if each.name != SUMMARY_SHEET]
    there = [each for each in others if book.workbook.get_worksheet_by_name(each.name) is not None]
    for place, each in enumerate(there, start=row + 1):
        link(book, sheet, (place, 0), f"'{each.name}'!A1", each.name)
        put(sheet, place, 1, each.holds, book.style(text_wrap=False))
    return row + 1 + len(there)
