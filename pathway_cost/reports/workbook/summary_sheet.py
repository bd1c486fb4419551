"""The first sheet: what was costed, the headline, warnings, and what lies behind."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pathway_cost.errors import Severity
from pathway_cost.reports.words import HEADLINE, MODELLED_CHANGE, change_words, full_cost, is_discounted, title
from pathway_cost.reports.workbook.sheet_grid import AMBER, SOFT, Book, Field, put
from pathway_cost.results.frames.run_result import RunResult

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.worksheet import Worksheet

SHEETS: Final = {
    "Setting": "pounds and visits by kind of care",
    "Organisation": "pounds by organisation and role",
    "Component": "pounds by what the money buys",
    "Segment": "pounds by patients alike in place and attributes",
    "Bridge": "why the figures change, factor by factor",
    "Draws": "intervals, how often a scenario costs no more, what knowing more is worth",
    "Tornado": "single numbers at the ends of their ranges, two together, sets of evidence",
    "Profile": "pounds by period, setting and organisation",
    "Break-even": "how far a number must move for a scenario to cost no more",
    "Attribution": "which change does what",
    "Distribution": "what sampled patients cost",
    "Unit costs": "every price with its source",
    "Assumptions": "every number of the pathway, how sure it is",
    "Changes": "every value a scenario changes",
    "Beside": "pounds of no patient: one-off costs",
    "Coverage": "what PLICS pounds the prices carry",
    "Check": "every pound again, in live formulas",
}
FIELDS: Final = (
    Field("scenario", "Scenario", width=30), Field("patients", "Patients", "whole", 14),
    Field("cost_per_patient_gbp", "Cost per patient", "pounds", 17),
    Field("change_per_patient_gbp", f"{MODELLED_CHANGE} per patient", "change", 17),
    Field("change_pct", f"{MODELLED_CHANGE}, %", "percent", 12), Field("total_gbp", "Total cost", "pounds", 20),
    Field("change_total_gbp", f"{MODELLED_CHANGE}, total", "change", 19),
    Field("change_volume_gbp", "of which volume", "change", 17),
    Field("change_rate_gbp", "of which cost per patient", "change", 19),
    Field("one_off_gbp", "One-off cost, beside", "pounds", 16),
)  # fmt: skip
PRESENT: Final = (
    Field("scenario", "Scenario", width=30), Field("patients", "Patients", "whole", 14),
    Field("present_value_per_patient_gbp", "Present value per patient", "pounds", 17),
    Field("change_per_patient", f"{MODELLED_CHANGE} per patient", "change", 17),
    Field("change_pct", f"{MODELLED_CHANGE}, %", "percent", 12),
    Field("present_value_gbp", "Present value, total", "pounds", 20),
    Field("change_present_value_gbp", f"{MODELLED_CHANGE}, total", "change", 19),
)  # fmt: skip
OTHERS: Final = (
    Field("scenario", "Scenario", width=30), Field("patients", "Their number", "count"),
    Field("cost_per_patient_gbp", "Cost per one of them", "pounds"),
    Field("change_per_patient_gbp", MODELLED_CHANGE, "change"), Field("change_pct", "Change of the pounds, %", "percent"),
    Field("total_gbp", "Pounds divided", "pounds"), Field("denominator", "Denominator", width=19),
)  # fmt: skip


def write_summary(book: Book, sheet: Worksheet, differences: Mapping[str, str]) -> None:
    """Fill the sheet; `differences` is where the check sheet's live differences stand."""
    basis = [f"{name}: {words}" for name, words in book.story.basis]
    row = _facts(book, sheet, 4)
    row = _headline(book, sheet, row + 1)
    row = _lines(book, sheet, row + 1, ("Warnings", *_warnings(book.result)))
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
    row = book.table(sheet, frame, _called(FIELDS, book.result), row=row + 1)
    book.paragraph(sheet, row, full_cost(book.result), FIELDS, font_color=SOFT)
    return row + 1


def _present_values(book: Book, sheet: Worksheet, row: int, frame: pd.DataFrame) -> int:
    """The headline of a study that discounts, then the heading of the undiscounted pounds."""
    book.paragraph(sheet, row + 1, HEADLINE, FIELDS, font_color=SOFT)
    each = frame["present_value_per_patient_gbp"]
    change, total = frame["change_present_value_gbp"], frame["present_value_gbp"].iloc[0]
    frame = frame.assign(
        change_per_patient=(each - each.iloc[0]).mask(change.isna()), change_pct=100 * change / (total or math.nan)
    )
    row = book.table(sheet, frame, _called(PRESENT, book.result), row=row + 2, sized=False)
    book.heading(sheet, row + 1, "The same, undiscounted")
    return row + 1


def _called(fields: Sequence[Field], result: RunResult) -> list[Field]:
    """Columns with a difference called what it is: modelled, or only a change where costs were measured."""
    words = change_words(result)
    return [replace(field, heading=field.heading.replace(MODELLED_CHANGE, words)) for field in fields]


def _warnings(result: RunResult) -> list[str]:
    order = sorted(result.notes, key=lambda note: note.severity is Severity.NOTE)
    return [f"{note.severity.value.title()}: {note}" for note in order] or ["The checks found nothing to warn of."]


def _lines(book: Book, sheet: Worksheet, row: int, words: Sequence[str]) -> int:
    """A heading and its lines; warnings stand out."""
    heading, *lines = words
    book.heading(sheet, row, heading)
    for place, line in enumerate(lines, start=row + 1):
        stands_out = {"bg_color": AMBER} if line.startswith("Warning: ") else {}
        book.paragraph(sheet, place, line, FIELDS, **stands_out)
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
    fields = _called(OTHERS, book.result)
    return book.table(sheet, frame.assign(scenario=called), fields, row=row + 1, sized=False)


def _contents(book: Book, sheet: Worksheet, row: int) -> int:
    book.heading(sheet, row, "Sheets")
    link = book.style(font_color="#005eb8", underline=1, text_wrap=False)
    sheets = [(name, SHEETS[name]) for name in SHEETS if book.workbook.get_worksheet_by_name(name) is not None]
    for place, (name, words) in enumerate(sheets, start=row + 1):
        sheet.write_url(place, 0, f"internal:'{name}'!A1", link, name)
        put(sheet, place, 1, words, book.style(text_wrap=False))
    return row + 1 + len(sheets)
