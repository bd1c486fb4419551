"""Sheets of plain tables, one under another: each cell is called and written as its column's kind says."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from pathway_cost.reports.words import BASES, CLASSES, FACTORS, is_missing, named, starred, title
from pathway_cost.reports.workbook.sheet_grid import HEADER_ROW, NUMBER_FORMATS, Book, width_of
from pathway_cost.results.frames import TABLES, Column, Sheet, Table

THESE_STARTERS: Final = ", of these starters only: no organisation's period"


@dataclass(frozen=True, repr=False)
class Block:
    """A table of a sheet: its heading, its rows in words, and its columns."""

    heading: str
    rows: pd.DataFrame
    columns: Sequence[Column]
    table: str = ""
    """The name of the table."""


OwnBlocks = Mapping[str, Callable[[Book, Table], list[Block]]]
"""Table → what a sheet shows of it, where that is not its rows as they are."""


def write_plain(book: Book, sheet: Sheet, own_blocks: OwnBlocks) -> None:
    """Write the tables of a sheet one under another, in columns as wide as any of them needs; no sheet without any."""
    blocks = list(_blocks(book, sheet, own_blocks))
    if not blocks:
        return
    first, *others = blocks
    widths = _widths(blocks)
    there = any(len(block.rows) for block in blocks)
    note = book.note(sheet, first.heading) if there else sheet.without or book.note(sheet)
    made = book.sheet(sheet, book.with_meaning(note, tables_on(sheet)))
    end = book.table(made, first.rows, _fitted(first.columns, widths))
    spans = [(0, end - 1)]
    if others:  # the first table's headings must not hang over the tables below it, on screen or in print
        made.freeze_panes(HEADER_ROW, 1)
        made.repeat_rows(0, 2)  # with the label, whichever rows are printed
    for block in others:
        book.heading(made, end + 1, block.heading)
        top = end + 1
        end = book.table(made, block.rows, _fitted(block.columns, widths), row=end + 2)
        spans.append((top, end - 1))
    paper = [span for span, block in zip(spans, blocks, strict=True) if block.table not in sheet.on_screen] or spans
    book.printed(made, widths, (paper[0][0], paper[-1][1]))


def tables_on(sheet: Sheet) -> list[Table]:
    """The tables that a sheet shows."""
    return [table for table in TABLES.values() if table.sheet == sheet.name]


def _blocks(book: Book, sheet: Sheet, own_blocks: OwnBlocks) -> Iterator[Block]:
    for table in tables_on(sheet):
        made = own_blocks[table.name](book, table) if table.name in own_blocks else [plain_block(book, table)]
        yield from (replace(block, table=table.name) for block in made if table.always or len(block.rows))


def plain_block(book: Book, table: Table) -> Block:
    """A table as it is, in words."""
    rows, columns = book.result.tables[table.name], book.called(table.sheet_columns())
    whose = any(column.kind == "period" for column in columns) and book.chance.of_starters
    return Block(f"{table.holds}{THESE_STARTERS if whose else ''}", in_words(book, rows, columns), columns)


def in_words(book: Book, rows: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """The columns of a sheet, names turned into what they are called."""
    cells = {column.name: _cells(book, rows, column) for column in columns}
    return pd.DataFrame(cells, dtype=object)


def _cells(book: Book, rows: pd.DataFrame, column: Column) -> list[object]:
    if column.kind == "period":
        spans = rows[["period", "from_day", "to_day"]].itertuples(index=False)
        return [book.chance.period(*span) for span in spans]
    values: list[object] = starred(rows)[column.name].tolist()
    if column.kind in NUMBER_FORMATS:
        return [None if isinstance(value, float) and math.isinf(value) else value for value in values]
    call = None if column.as_written else _callers(book).get(column.kind)
    return values if call is None else [None if is_missing(value) else call(value) for value in values]


def _callers(book: Book) -> Mapping[str, Callable[[object], object]]:
    """Kind of column → what one of its names is called."""
    names = book.names
    return {
        "scenario": lambda name: names.scenario(str(name)),
        "setting": lambda name: names.setting(str(name)),
        "organisation": lambda code: names.organisation(str(code)),
        "role": lambda name: names.role(str(name)),
        "attribute": lambda name: names.attribute(str(name)),
        "title": lambda name: title(str(name)),
        "parameter": lambda name: book.chance.called(str(name)),
        "factor": lambda factor: named(factor, FACTORS),
        "claim": lambda kind: named(kind, CLASSES),
        "basis": lambda basis: named(basis, BASES),
        "verdict": bool,
    }


def _widths(blocks: Sequence[Block]) -> list[float]:
    """The width of each column: the widest that any of these tables wants."""
    most = max(len(block.columns) for block in blocks)
    return [max(width_of(block.columns[at]) for block in blocks if at < len(block.columns)) for at in range(most)]


def _fitted(columns: Sequence[Column], widths: Sequence[float]) -> list[Column]:
    return [replace(column, width=width) for column, width in zip(columns, widths, strict=False)]
