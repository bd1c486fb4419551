"""The header of a table: names in the first row, each once; a title above it and row names beside it are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pathway_cost.errors import Form, Problem, Where, may_show

LOOKED_AT: Final = 20
"""Rows below the first in which a header is looked for."""

Rows = Sequence[Sequence[str]]


def header_wrong(header: Sequence[str], below: Rows, file: str) -> list[Problem]:
    """Faults of a header, given the first rows below it: it is not in row 1, a column has no name, a name is there twice.

    >>> str(header_wrong(["Prices", ""], [["", ""], ["unit_cost", "unit"]], "prices.csv")[0])
    'prices.csv: the header is not in row 1; row 3 looks like it; delete the rows above it'
    >>> header_wrong(["", "unit_cost"], [], "prices.csv")[0].what
    'the first column has no name: row names, as pandas and R write them'
    """
    where = Where(file=file)
    nameless = [number for number, name in enumerate(header, start=1) if not name.strip()]
    row = header_row(header, below)
    if row is not None:
        what = f"the header is not in row 1; row {row} looks like it"
        return [Problem("header_not_in_first_row", what, where, remedy="delete the rows above it")]
    if len(nameless) == len(header):
        return [Problem("table_is_empty", "the table has no header row", where)]
    return [*_nameless(nameless, file), *_twice(header, file)]


def header_row(header: Sequence[str], below: Rows) -> int | None:
    """The row that looks like the header where the first does not; None where none does.

    A header names at least two columns and twice as many as the first row does, by words, each once and without a gap.
    """
    named = sum(bool(name.strip()) for name in header)
    for row, cells in enumerate(below[:LOOKED_AT], start=2):
        names = _without_blank_end(cells)
        if len(names) >= max(2, 2 * named) and _are_names(names):
            return row
    return None


def _without_blank_end(cells: Sequence[str]) -> list[str]:
    end = max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)
    return [cell.strip() for cell in cells[:end]]


def _are_names(cells: Sequence[str]) -> bool:
    return all(cell and not cell[0].isdigit() for cell in cells) and len(set(cells)) == len(cells)


def _nameless(numbers: list[int], file: str) -> list[Problem]:
    """Columns without a name, all in one fault."""
    if not numbers:
        return []
    where = Where(file=file, item=f"column {numbers[0]}")
    if numbers == [1]:
        what = "the first column has no name: row names, as pandas and R write them"
        remedy = "delete the column (pandas: `index=False`, R: `row.names = FALSE`), or give it a name"
        return [Problem("column_without_name", what, where, remedy=remedy)]
    several = len(numbers) > 1
    listed = ", ".join(map(str, numbers[:10])) + (" …" if len(numbers) > 10 else "")
    what = f"column{'s' if several else ''} {listed} of the header {'have' if several else 'has'} no name"
    return [Problem("column_without_name", what, where, remedy="name the columns in row 1, or delete them")]


def _twice(header: Sequence[str], file: str) -> list[Problem]:
    twice = {name for name in header if name.strip() and header.count(name) > 1}
    return [Problem("column_named_twice", _said_twice(name, header), Where(file=file)) for name in sorted(twice)]


def _said_twice(name: str, header: Sequence[str]) -> str:
    if may_show(name, Form.HEADER):
        return f"the header names {name!r} twice"
    return f"columns {', '.join(str(at) for at, other in enumerate(header, start=1) if other == name)} have one name"
