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
from pathway_cost.reports.workbook.paper import fit, set_up
from pathway_cost.results.frames import SHEETS, YOUR_CHANGES, Column, RunResult, Sheet, Table, what_moves

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
WIDTHS: Final = {"text": 22, "long": 48, "pounds": 16, "change": 16, "count": 12, "whole": 11, "ratio": 11, "share": 10}
LINE: Final = 13.0  # points of a line of text
LETTERS_A_UNIT: Final = 1.15  # letters that fit a unit of a column's width, on average
HEADER_ROW: Final = 4  # title, note, label, links, then the headings
LONGEST_TEXT: Final = 32_000  # letters that a cell holds
LABEL_COLUMNS: Final = 6
MOST_ROWS: Final = 200_000
SPACE: Final[dict[str, Any]] = {"indent": 1, "align": "left"}
BLUE, DARK, SOFT, AMBER = "#005eb8", "#003087", "#4c6272", "#ffe4a8"


class Book:
    """A workbook being written: what it tells, and its formats."""

    def __init__(self, workbook: Workbook, result: RunResult) -> None:
        self.workbook = workbook
        self.result = result
        self.chance = Chance.of(result)
        self.names = self.chance.names
        self.story = Story.of(result)
        self.moves = what_moves(result)
        """What of the run may be changed in the workbook."""
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

    def sheet(self, of: Sheet, note: str, *, heading: str | None = None) -> Worksheet:
        """A new sheet: title, note, label, links, set up to print landscape one page wide."""
        sheet = self.workbook.add_worksheet(of.name)
        set_up(sheet, self.title, large=of.large)
        sheet.set_row(0, 18.75)
        put(
            sheet,
            0,
            0,
            heading or f"{of.name}: {self.result.title}",
            self.style(bold=True, font_size=14, font_color=DARK, text_wrap=False),
        )
        put(sheet, 1, 0, note, self.style(font_color=SOFT, text_wrap=False))
        if self.story.synthetic:
            label = f"SYNTHETIC DATA. {self.story.synthetic}"
            stripe = self.style(bold=True, bg_color=AMBER, text_wrap=False)
            for column in range(LABEL_COLUMNS):
                put(sheet, 2, column, None if column else label, stripe)
        self._links(sheet, of)
        return sheet

    def printed(self, sheet: Worksheet, widths: Iterable[float], rows: tuple[int, int]) -> None:
        """Print these rows, from the first to the last, on as few pages as can be read."""
        fit(sheet, list(widths), *rows)

    def _links(self, sheet: Worksheet, of: Sheet) -> None:
        """Ways back to the first sheet and on to those beside."""
        first = SHEETS[0].name
        names = [*((first,) if of.name != first else ()), *(name for name in of.links if self.has(name))]
        for at, name in enumerate(names):
            link(self, sheet, (HEADER_ROW - 1, at), f"'{name}'!A1", f"{'‹' if name == first else '›'} {name}")

    def has(self, name: str) -> bool:
        """Whether the workbook has what may be a sheet: that of changes only where something may be changed."""
        return name != YOUR_CHANGES or self.moves.any

    def note(self, sheet: Sheet, lead: str = "") -> str:
        """What is said under a sheet's title: what leads it, its note, the price year, which pounds."""
        year = f" {self.price_year}" if sheet.dated else ""
        pounds = f" {sheet.discounted}" if sheet.discounted and is_discounted(self.result) else ""
        long = " Long lists are not printed." if sheet.on_screen else ""
        return f"{f'{lead}. ' if sheet.led and lead else ''}{sheet.note}{long}{year}{pounds}"

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
        for at, (column, style) in enumerate(zip(columns, self._heads(columns), strict=True)):
            put(sheet, row, at, column.heading, style)
            if sized:
                sheet.set_column(at, at, width_of(column))
        sheet.set_row(row, LINE * max(lines_of(column.heading, width_of(column) * 0.8) for column in columns) + 4)

    def plain_headings(self, sheet: Worksheet, row: int, columns: Sequence[Column]) -> None:
        """Headings of a few lines over columns that another list has sized."""
        for at, column in enumerate(columns):
            place = {"align": "right"} if column.kind in NUMBER_FORMATS else SPACE if at else {}
            put(sheet, row, at, column.heading, self.style(bold=True, bottom=1, text_wrap=False, **place))

    def _heads(self, columns: Sequence[Column]) -> list[Format]:
        """The format of each heading of a table."""
        shown = [column.kind in NUMBER_FORMATS for column in columns]
        look: dict[str, Any] = {"bold": True, "font_color": "#ffffff", "bg_color": BLUE, "valign": "vcenter"}
        return [
            self.style(**look, align="right" if each else "left", indent=0 if each or not at else 1)
            for at, each in enumerate(shown)
        ]

    def heading(self, sheet: Worksheet, row: int, words: str) -> None:
        """The heading of a part of a sheet."""
        put(sheet, row, 0, words, self.style(bold=True, font_size=12, font_color=DARK, text_wrap=False))
        sheet.set_row(row, 16.5)

    def paragraph(self, sheet: Worksheet, row: int, text: str, columns: Sequence[Column], **extra: Any) -> None:
        """Write words across all columns, on as many lines as they need."""
        style = self.style(**extra)
        sheet.merge_range(row, 0, row, len(columns) - 1, "", style)
        put(sheet, row, 0, text, style)
        sheet.set_row(row, LINE * lines_of(text, sum(map(width_of, columns))) + 3)

    def table(
        self, sheet: Worksheet, frame: pd.DataFrame, columns: Sequence[Column], *, row: int = HEADER_ROW, frozen: int = 1,
        sized: bool = True, filtered: bool = True,
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
        elif filtered:
            self._filtered(sheet, columns, row, last)
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

    def _filtered(self, sheet: Worksheet, columns: Sequence[Column], row: int, last: int) -> None:
        """Filters on a list that is not the first of its sheet; none where two columns have one heading."""
        headings = [legible(column.heading) for column in columns]
        if last > row and len({each.lower() for each in headings}) == len(headings) and max(map(len, headings)) < 256:
            named = [
                {"header": heading, "header_format": style}
                for heading, style in zip(headings, self._heads(columns), strict=True)
            ]
            sheet.add_table(row, 0, last, len(columns) - 1, {"style": None, "columns": named})

    def _styles(self, columns: Sequence[Column], *, stands_out: bool) -> list[Format]:
        """The format of each cell of a row; in a column of figures a star, too, stands at the right."""
        extra = {"bg_color": AMBER} if stands_out else {}
        spaces = [_space(each.kind, first=not at) for at, each in enumerate(columns)]
        return [self.style(each.kind, **extra, **space) for each, space in zip(columns, spaces, strict=True)]


def _space(kind: str, *, first: bool) -> Mapping[str, Any]:
    """Where a cell's content stands."""
    if kind in NUMBER_FORMATS:
        return {} if kind == "number" else {"align": "right"}
    return {} if first else SPACE


def _assumed(frame: pd.DataFrame, columns: Sequence[Column]) -> list[bool]:
    """Whether each row's evidence is an assumption."""
    grades = [column.name for column in columns if column.kind == "grade"]
    return (frame[grades] == "assumption").any(axis=1).tolist() if grades else [False] * len(frame)


def _lines(value: object, width: float) -> int:
    """How many lines a cell's text takes."""
    return lines_of(value, width) if isinstance(value, str) and _room(value) > width else 1


def _room(text: str) -> float:
    """How many letters' room a text takes: capitals are wide."""
    return len(text) + 0.3 * sum(map(str.isupper, text))


def width_of(column: Column) -> float:
    """Letters that a column holds: as declared, else by its kind."""
    return column.width or WIDTHS.get(column.kind, 14)


def lines_of(text: str, width: float) -> int:
    """Lines that text takes in a column so many letters wide.

    >>> lines_of("first orthopaedic appointment", 15)
    2
    """
    return min(max(math.ceil((_room(text) - 1) / (width * LETTERS_A_UNIT)), 1), 12)


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


def link(book: Book, sheet: Worksheet, cell: tuple[int, int], target: str, words: str, **extra: Any) -> None:
    """A cell that leads to another of the workbook."""
    style = book.style(font_color=BLUE, underline=1, text_wrap=False, **extra)
    sheet.write_url(*cell, f"internal:{target}", style, words)


def put_sum(sheet: Worksheet, cell: tuple[int, int], rows: tuple[int, int], value: float, style: Format) -> None:
    """A live sum of the rows above in the same column, with its value."""
    from xlsxwriter.utility import xl_range

    row, column = cell
    span = xl_range(rows[0], column, rows[1], column)
    sheet.write_formula(row, column, f"=SUM({span})", style, value)
