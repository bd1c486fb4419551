"""The first sheet: what was costed, the headline, warnings, and what lies behind."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pathway_cost.reports.words import (
    HEADLINE,
    MODELLED_CHANGE,
    NOTHING_TO_WARN_OF,
    full_cost,
    is_discounted,
    plain_notes,
    title,
)
from pathway_cost.reports.workbook.sheet_grid import AMBER, SOFT, Book, put
from pathway_cost.results.frames import SHEETS, TABLES, Column

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


def write_summary(book: Book, sheet: Worksheet, differences: Mapping[str, str]) -> None:
    """Fill the sheet; `differences` is where the check sheet's live differences stand."""
    basis = [f"{name}: {words}" for name, words in book.story.basis]
    row = _facts(book, sheet, 4)
    row = _headline(book, sheet, row + 1)
    row = _lines(book, sheet, row + 1, ("Warnings", *_warnings(book)))
    row = _denominators(book, sheet, row + 1)
    row = _checks(book, sheet, row + 1, differences)
    row = _contents(book, sheet, row + 1)
    _lines(book, sheet, row + 1, ("Basis", *basis, *book.story.footer))


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
    row = book.table(sheet, frame, book.called(COLUMNS), row=row + 1)
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
    row = book.table(sheet, frame, book.called(PRESENT), row=row + 2, sized=False)
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


def _checks(book: Book, sheet: Worksheet, row: int, differences: Mapping[str, str]) -> int:
    book.heading(sheet, row, "Check sheet less engine, live")
    for place, name in enumerate(book.result.compared, start=row + 1):
        put(sheet, place, 0, book.names.scenario(name), book.style())
        sheet.write_formula(place, 1, differences[name], book.style("pounds"), 0.0)
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
    link = book.style(font_color="#005eb8", underline=1, text_wrap=False)
    others = [each for each in SHEETS if each.name != SUMMARY_SHEET]
    there = [each for each in others if book.workbook.get_worksheet_by_name(each.name) is not None]
    for place, each in enumerate(there, start=row + 1):
        sheet.write_url(place, 0, f"internal:'{each.name}'!A1", link, each.name)
        put(sheet, place, 1, each.holds, book.style(text_wrap=False))
    return row + 1 + len(there)
