"""Cells of a workbook: what they say as text, and which of them are numbers or dates where a code is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, Final

from pathway_cost.errors import PLACES_SHOWN, Problem, Where

MOST_DIGITS: Final = 10**15
"""From here on a workbook does not hold every whole number."""


def cell_text(cell: Any) -> str:
    """The cell as text: whole numbers without a point, dates as 2026-04-01.

    >>> [cell_text(cell) for cell in ("Frail ", 100.0, 0.25, True, "")]
    ['Frail ', '100', '0.25', 'true', '']
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def cell_name(row: int, column: int) -> str:
    """The name of a cell, both counted from 0.

    >>> cell_name(6, 1), cell_name(0, 27)
    ('B7', 'AB1')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def wrong_cells(
    rows: list[list[Any]], header: list[str], codes: Collection[str], file: str, *, numbered: str | None = None
) -> list[Problem]:
    """Cells below the header that hold a number, a date or a truth value where a code is due.

    Args:
        rows: the cells below the header.
        header: the names of the columns.
        codes: columns that hold codes.
        file: the file's name.
        numbered: the column of codes that may be whole numbers, such as ids counted from 1.

    >>> len(wrong_cells([[1.0], ["A"], [2.5]], ["id"], ["id"], "c.xlsx", numbered="id"))
    1
    """
    problems = []
    for column, name in enumerate(header):
        if name not in codes:
            continue
        may_count = name == numbered
        wrong = [row for row, cells in enumerate(rows) if not _is_code(cells[column], may_count=may_count)]
        problems += [
            _wrong_cell(rows[row][column], cell_name(row + 1, column), name, file) for row in wrong[:PLACES_SHOWN]
        ]
        if len(wrong) > PLACES_SHOWN:
            more = f"{len(wrong) - PLACES_SHOWN:,} more cells of {name!r} hold no text where a code is due"
            problems.append(Problem("cell_is_not_text", more, Where(file=file, item=name)))
    return problems


def _is_code(cell: Any, *, may_count: bool) -> bool:
    """Whether a cell holds text, or a whole number where codes may be counted."""
    if isinstance(cell, str) or not may_count or isinstance(cell, bool):
        return isinstance(cell, str)
    return isinstance(cell, int | float) and float(cell).is_integer() and abs(cell) < MOST_DIGITS


def _wrong_cell(cell: Any, place: str, name: str, file: str) -> Problem:
    kinds = ((dt.date | dt.time | dt.timedelta, "a date"), (bool, "true or false"))
    found = next((words for kind, words in kinds if isinstance(cell, kind)), "a number")
    return Problem(
        "cell_is_not_text",
        f"cell {place} holds {found} where a code of {name!r} is due",
        Where(file=file, item=place),
        remedy="format the column as Text and type the code again",
    )
