"""Sheets that print and cannot be tricked: formats, titles, tables; text is always written as text."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from pathway_cost.reports.words import (
    MEANING,
    MODELLED_CHANGE,
    Chance,
    Story,
    change_words,
    hidden_columns,
    is_discounted,
    is_missing,
    legible,
)
from pathway_cost.results.frames import Column, RunResult, Sheet, Table

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

FONT: Final = {"font_name": "Arial", "font_size": 10, "valign": "top"}
NUMBER_FORMATS: Final[dict[str, str]] = {
    "pounds": "£#,##0.00;[Red]-£#,##0.00",
    "change": "+£#,##0.00;-£#,##0.00;£0.00",
    "count": "#,##0.0",
    "whole": "#,##0",
    "ratio": "0.0000",
    "share": "0.0%",
    "percent": '+0.0"%";-0.0"%";0.0"%"',
    "number": "General",
}
WIDTHS: Final = {"text": 22, "long": 48, "pounds": 17, "change": 17, "count": 12, "whole": 11, "ratio": 11, "share": 10}
LINE: Final = 13.0  # points of a line of text
LETTERS_A_UNIT: Final = 1.1  # letters that fit a unit of a column's width, on average
HEADER_ROW: Final = 3  # title, note, label, then the headings
LONGEST_TEXT: Final = 32_000  # letters that a cell holds
LABEL_COLUMNS: Final = 6
MOST_ROWS: Final = 200_000
SPACE: Final = {"indent": 1, "align": "left"}
A4, A3 = 9, 8
BLUE, DARK, SOFT, AMBER = "#005eb8", "#003087", "#4c6272", "#ffe4a8"


class Book:
    """A workbook being written: what it tells, and its formats."""

    def __init__(self, workbook: Workbook, result: RunResult) -> None:
        self.workbook = workbook
        self.result = result
        self.chance = Chance.of(result)
        self.names = self.chance.names
        self.story = Story.of(result)
        self.price_year = f"Price year {self.story.price_year}."
        """Said on every sheet whose pounds are all of the study's year."""
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._asked: dict[tuple[Any, ...], Format] = {}

    def style(self, kind: str = "text", **extra: Any) -> Format:
        """A format; each made once, however it is asked for."""
        asked = (kind, *extra.items())
        if asked not in self._asked:
            self._asked[asked] = self._format(kind, extra)
        return self._asked[asked]

    def _format(self, kind: str, extra: Mapping[str, Any]) -> Format:
        wanted: dict[str, Any] = {**FONT}
        if kind in NUMBER_FORMATS:
            wanted["num_format"] = NUMBER_FORMATS[kind]
        if kind not in NUMBER_FORMATS or kind == "number":  # a number's column may hold words too
            wanted["text_wrap"] = True
        wanted.update(extra)
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(wanted)
        return self._formats[key]

    @property
    def title(self) -> str:
        """The study's, as it may be shown."""
        return legible(self.result.title)

    def sheet(self, name: str, note: str, *, heading: str | None = None, paper: int = A4) -> Worksheet:
        """A new sheet: title, note, label, set up to print landscape one page wide."""
        sheet = self.workbook.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(paper)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer(f"&L&8{footer_text(self.title)}&C&8&A&R&8Page &P of &N")
        put(
            sheet,
            0,
            0,
            heading or f"{name}: {self.result.title}",
            self.style(bold=True, font_size=14, font_color=DARK, text_wrap=False),
        )
        put(sheet, 1, 0, note, self.style(font_color=SOFT, text_wrap=False))
        if self.story.synthetic:
            label = f"SYNTHETIC DATA. {self.story.synthetic}"
            stripe = self.style(bold=True, bg_color=AMBER, text_wrap=False)
            for column in range(LABEL_COLUMNS):
                put(sheet, 2, column, None if column else label, stripe)
        return sheet

    def note(self, sheet: Sheet, lead: str = "") -> str:
        """What is said under a sheet's title: what leads it, its note, the price year, which pounds."""
        year = f" {self.price_year}" if sheet.dated else ""
        pounds = f" {sheet.discounted}" if sheet.discounted and is_discounted(self.result) else ""
        return f"{f'{lead}. ' if sheet.led and lead else ''}{sheet.note}{year}{pounds}"

    def with_meaning(self, note: str, tables: Iterable[Table]) -> str:
        """The note of a sheet, with what a star means where one of its tables hides figures."""
        hides = any(hidden_columns(self.result.tables[table.name]) for table in tables)
        return f"{note} {MEANING}." if hides else note

    def called(self, columns: Iterable[Column]) -> list[Column]:
        """Columns with a difference called what it is: modelled, or only a change where costs were measured."""
        words = change_words(self.result)
        return [replace(column, heading=column.heading.replace(MODELLED_CHANGE, words)) for column in columns]

    def headings(self, sheet: Worksheet, row: int, columns: Sequence[Column], *, sized: bool = True) -> None:
        """Headings and, unless a table above has set them, column widths."""
        for at, column in enumerate(columns):
            shown = column.kind in NUMBER_FORMATS
            style = self.style(bold=True, font_color="#ffffff", bg_color=BLUE, valign="vcenter",
                               align="right" if shown else "left", indent=0 if shown or not at else 1)  # fmt: skip
            put(sheet, row, at, column.heading, style)
            if sized:
                sheet.set_column(at, at, width_of(column))
        sheet.set_row(row, LINE * max(lines_of(column.heading, width_of(column) * 0.8) for column in columns) + 6)

    def heading(self, sheet: Worksheet, row: int, words: str) -> None:
        """The heading of a part of a sheet."""
        put(sheet, row, 0, words, self.style(bold=True, font_size=12, font_color=DARK, text_wrap=False))

    def paragraph(self, sheet: Worksheet, row: int, text: str, columns: Sequence[Column], **extra: Any) -> None:
        """Write words across all columns, on as many lines as they need."""
        style = self.style(**extra)
        sheet.merge_range(row, 0, row, len(columns) - 1, "", style)
        put(sheet, row, 0, text, style)
        sheet.set_row(row, LINE * lines_of(text, sum(map(width_of, columns))) + 3)

    def table(
        self, sheet: Worksheet, frame: pd.DataFrame, columns: Sequence[Column], *, row: int = HEADER_ROW, frozen: int = 1,
        sized: bool = True,
    ) -> int:  # fmt: skip
        """Write a frame under its headings, rows that rest on assumption standing out; gives the row after the last."""
        self.headings(sheet, row, columns, sized=sized)
        shown = frame.head(MOST_ROWS)
        cells = zip(*(shown[column.name].tolist() for column in columns), strict=True)
        styles = {stands_out: self._styles(columns, stands_out=stands_out) for stands_out in (False, True)}
        widths = [width_of(column) for column in columns]
        for place, (stands_out, values) in enumerate(zip(_assumed(shown, columns), cells, strict=True), start=row + 1):
            for at, (value, style) in enumerate(zip(values, styles[stands_out], strict=True)):
                put(sheet, place, at, value, style)
            deep = max(map(_lines, values, widths))
            if deep > 1:
                sheet.set_row(place, LINE * deep + 2)
        last = row + len(shown)
        if row == HEADER_ROW:
            sheet.freeze_panes(row + 1, frozen)
            sheet.repeat_rows(row)
            sheet.autofilter(row, 0, max(last, row), len(columns) - 1)
        if len(frame) > MOST_ROWS:
            put(
                sheet,
                last + 1,
                0,
                f"{len(frame) - MOST_ROWS:,} more rows are in the CSV beside this workbook",
                self.style(bold=True),
            )
            last += 1
        return last + 1

    def _styles(self, columns: Sequence[Column], *, stands_out: bool) -> list[Format]:
        """The format of each cell of a row."""
        extra = {"bg_color": AMBER} if stands_out else {}
        spaces = [{} if each.kind in NUMBER_FORMATS or not at else SPACE for at, each in enumerate(columns)]
        return [self.style(each.kind, **extra, **space) for each, space in zip(columns, spaces, strict=True)]


def _assumed(frame: pd.DataFrame, columns: Sequence[Column]) -> list[bool]:
    """Whether each row's evidence is an assumption."""
    grades = [column.name for column in columns if column.kind == "grade"]
    return (frame[grades] == "assumption").any(axis=1).tolist() if grades else [False] * len(frame)


def _lines(value: object, width: float) -> int:
    """How many lines a cell's text takes."""
    return lines_of(value, width) if isinstance(value, str) and len(value) > width else 1


def width_of(column: Column) -> float:
    """Letters that a column holds: as declared, else by its kind."""
    return column.width or WIDTHS.get(column.kind, 14)


def lines_of(text: str, width: float) -> int:
    """Lines that text takes in a column so many letters wide.

    >>> lines_of("first orthopaedic appointment", 15)
    2
    """
    return min(max(math.ceil((len(text) - 1) / (width * LETTERS_A_UNIT)), 1), 12)


def put(sheet: Worksheet, row: int, column: int, value: object, style: Format) -> None:
    """One cell: numbers as numbers, nothing as nothing, all else as text that can never be a formula."""
    if isinstance(value, str) and value:
        sheet.write_string(row, column, legible(value)[:LONGEST_TEXT], style)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "yes" if value else "no", style)
    elif isinstance(value, numbers.Real | Decimal) and math.isfinite(value):
        sheet.write_number(row, column, float(value), style)
    elif is_missing(value):
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write_string(row, column, legible(str(value))[:LONGEST_TEXT], style)


def put_sum(sheet: Worksheet, cell: tuple[int, int], rows: tuple[int, int], value: float, style: Format) -> None:
    """A live sum of the rows above in the same column, with its value."""
    from xlsxwriter.utility import xl_range

    row, column = cell
    span = xl_range(rows[0], column, rows[1], column)
    sheet.write_formula(row, column, f"=SUM({span})", style, value)


def footer_text(text: str) -> str:
    """Words that are safe in a footer, where & begins a code.

    >>> footer_text("Knees & hips")
    'Knees && hips'
    """
    return text.replace("&", "&&")[:180]
