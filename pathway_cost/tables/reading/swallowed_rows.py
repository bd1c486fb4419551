"""Rows of a CSV that one quote too many has swallowed into a cell: they would be lost without a word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from pathway_cost.errors import PLACES_SHOWN, Problem, Where

_SEPARATOR: Final = re.compile(r",(?! )")  # prose has a space after its commas, rows have none
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_PIECE: Final = 1 << 22


def rows_swallowed(table: Any, path: Path) -> list[Problem]:
    """Cells of several lines whose first and last line look like rows of the table; a note of several lines does not.

    Args:
        table: what was read, in Arrow, all text.
        path: the file it came from.
    """
    if not _has(path, b'"'):
        return []
    return [
        Problem(
            "quote_not_closed",
            f"a quote opened in row {row + 1} swallows the {_rows(count)} after it",
            Where(file=path.name, row=row + 1),
            remedy="close the quote or take it out; a cell of several lines must not look like rows",
        )
        for row, count in sorted(swallowed_by(table).items())[:PLACES_SHOWN]
    ]


def swallowed_by(table: Any) -> dict[int, int]:
    """Row from 0 → how many rows after it one of its cells has swallowed.

    Args:
        table: an Arrow table or batch with every column of the file, all text.
    """
    width = table.num_columns
    found: dict[int, int] = {}
    for place in range(width):
        for row, cell in _of_several_lines(table.column(place)):
            lines = _LINE_END.split(cell.rstrip("\r\n"))
            if _looks_swallowed(lines, before=place, after=width - place - 1):
                found.setdefault(row, len(lines) - 1)
    return found


def may_hold_lines(path: Path, rows: int) -> bool:
    """Whether a file of so many rows below its header has more lines than that, and quotes that can hold them.

    Args:
        path: the file.
        rows: rows that were read.
    """
    lines, quoted = 0, False
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            lines += piece.count(b"\n") or piece.count(b"\r")
            quoted = quoted or b'"' in piece
    return quoted and lines > rows + 1


def _looks_swallowed(lines: list[str], *, before: int, after: int) -> bool:
    """Whether the first and the last line of a cell, with the cells beside it, are as long as a row.

    >>> _looks_swallowed(["no,60", "A2,yes,70", "A3,no"], before=1, after=1)
    True
    >>> _looks_swallowed(["seen on ward, well", "home"], before=2, after=0)
    False
    """
    if len(lines) < 2:
        return False
    width = before + 1 + after
    first, last = (len(_SEPARATOR.split(line)) for line in (lines[0], lines[-1]))
    return before + first >= width and last + after >= width


def _of_several_lines(column: Any) -> list[tuple[int, str]]:
    import pyarrow.compute as pc

    several = pc.indices_nonzero(pc.match_substring_regex(column, "[\r\n]"))
    return [(row, column[row].as_py()) for row in several.to_pylist()]


def _has(path: Path, sign: bytes) -> bool:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if sign in piece:
                return True
    return False


def _rows(count: int) -> str:
    return "row" if count == 1 else f"{count:,} rows"
