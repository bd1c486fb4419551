"""Cells that a reader may fill: how they look, what they take, and what stands in force beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pathway_cost.reports.workbook.sheet_grid import SOFT, Book
from pathway_cost.results.frames import WhyNot

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell = tuple[int, int]

OPEN: Final = {"bg_color": "#dff3e4", "border": 1, "border_color": "#007f3b", "font_color": "#003087", "locked": False}
SHUT: Final = {"bg_color": "#eef1f3", "font_color": SOFT}
IN_FORCE: Final = {"font_color": SOFT}
TAKES: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "price": ("{0}>=-1E+99", {"criteria": "between", "minimum": -1e99, "maximum": 1e99}),
    "uptake": ("AND({0}>=0,{0}<=1)", {"criteria": "between", "minimum": 0, "maximum": 1}),
    "patients": ("{0}>0", {"criteria": ">", "value": 0}),
}
"""Kind of input → a test that its cell can be used, and the rule by which one is typed."""
MESSAGES: Final = {
    "price": "A number: pounds a unit, in the study's price year. Empty: the run's price.",
    "uptake": "A share from 0% to 100%. Empty: the run's uptake.",
    "patients": "A number above 0. Empty: as many as in the run.",
}
REASONS: Final[Mapping[WhyNot, str]] = {
    "measured": "Not here: these costs were measured, and hang on no price and no uptake.",
    "nobody": "Not here: nobody takes it in the run, so that what it costs is not known.",
    "by_year": "Not here: its uptake is another in each year in which patients start.",
    "same_patients": "Not here: the same patients take it as take another scenario (uptake_with).",
    "apart": "Not here: the run does not cost the same patients without it. Compare what stands without it, too.",
    "adds_patients": "Not here: a scenario adds a number of patients, which does not grow with the others.",
    "own_price": "Not here: a scenario makes this price. Change it in the scenario.",
    "unclear": "Not here: how pounds hang on this price is not told by the figures. Change it in the study.",
}


def open_cells(book: Book, sheet: Worksheet, cells: Sequence[Cell], number: str, takes: str) -> None:
    """Empty cells to fill, which say what they take."""
    said = MESSAGES[takes]
    _cells(book, sheet, cells, (number, OPEN), {"validate": "decimal", **TAKES[takes][1]}, ("Not this", said))


def shut_cells(book: Book, sheet: Worksheet, cells: Sequence[Cell], number: str, why: WhyNot) -> None:
    """Cells that are not to be filled, which say why."""
    _cells(book, sheet, cells, (number, SHUT), {"validate": "custom", "value": "=FALSE"}, ("Not here", REASONS[why]))


def _cells(  # noqa: PLR0917
    book: Book, sheet: Worksheet, cells: Sequence[Cell], look: tuple[str, Mapping[str, Any]], rule: Mapping[str, Any],
    said: tuple[str, str],
) -> None:  # fmt: skip
    """Empty cells of one look under one rule, which is written once for all."""
    number, extra = look
    for cell in cells:
        sheet.write_blank(*cell, None, book.style(number, **extra))
    if cells:
        title, words = said
        told = {"input_message": words, "error_title": title, "error_message": words, "ignore_blank": True}
        spans = [[*first, *last] for first, last in _spans(cells)]
        sheet.data_validation(*spans[0], {**rule, **told, "other_cells": spans[1:]})


def _spans(cells: Sequence[Cell]) -> list[tuple[Cell, Cell]]:
    """Cells of one column → first and last of those that follow one another.

    >>> _spans([(5, 6), (6, 6), (9, 6)])
    [((5, 6), (6, 6)), ((9, 6), (9, 6))]
    """
    spans: list[tuple[Cell, Cell]] = []
    for cell in sorted(cells):
        if spans and cell == (spans[-1][1][0] + 1, cell[1]):
            spans[-1] = (spans[-1][0], cell)
        else:
            spans.append((cell, cell))
    return spans


def kept_cells(sheet: Worksheet, first: Cell, last: Cell) -> None:
    """Cells with figures of the run: another is typed beside them, never over them."""
    said = "This is the run's figure. Type yours in the green cell beside it."
    rule = {"validate": "custom", "value": "=FALSE", "ignore_blank": False, "error_title": "The run's figure"}
    sheet.data_validation(*first, *last, {**rule, "error_message": said})


def in_force(yours: str, engine: str, takes: str | None) -> str:
    """The formula of what is in force: the run's where nothing is typed; an error, seen everywhere, where that cannot be used.

    >>> in_force("C8", "B8", "patients")
    '=IF(ISBLANK(C8),B8,IF(ISNUMBER(C8),IF(C8>0,C8,NA()),NA()))'
    >>> in_force("C8", "B8", None)
    '=IF(ISBLANK(C8),B8,NA())'
    """
    if takes is None:
        return f"=IF(ISBLANK({yours}),{engine},NA())"
    fits = TAKES[takes][0].format(yours)
    return f"=IF(ISBLANK({yours}),{engine},IF(ISNUMBER({yours}),IF({fits},{yours},NA()),NA()))"


def stand_out(book: Book, sheet: Worksheet, first: Cell, last: Cell) -> None:
    """Let cells in force stand out where the cell to their left is filled."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    rule = {"type": "formula", "criteria": f"=NOT(ISBLANK({xl_rowcol_to_cell(first[0], first[1] - 1)}))"}
    sheet.conditional_format(
        *first, *last, {**rule, "format": book.workbook.add_format({"bold": True, "font_color": "#007f3b"})}
    )


def soft(book: Book, number: str) -> Format:
    """How a figure in force looks."""
    return book.style(number, **IN_FORCE)
