"""A CSV table as batches of text columns under our names. Nothing of a cell ever reaches a message."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from pathway_cost.plics.reading.raw import clean
from pathway_cost.tables.reading import may_hold_lines, swallowed_by

_BLOCK: Final = 8 << 20
_DATABASE_NULL: Final = "NULL"
"""What databases write into CSV where there is nothing."""
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NOT_UTF8: Final = "its text is not UTF-8 (Windows-1252, perhaps, with a £ or an accent; in Excel: save as CSV UTF-8)"


class NotATable(Exception):  # carried to where the fault is worded
    """The file is no CSV table: `what`, and the row where it is known (the header is row 1)."""

    def __init__(self, what: str, row: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.row = row


def column_names(path: Path) -> list[str]:
    """Names in the first row."""
    reader = _opened(path, None, _Rows())
    try:
        return list(reader.schema.names)
    except UnicodeError as error:
        fault = _worded(error)
    raise fault


def batches(path: Path, columns: Mapping[str, str]) -> Iterator[tuple[int, dict[str, pa.Array]]]:
    """Some thousand rows at a time: rows before the batch, and our name → text (space trimmed, empty is null)."""
    rows = _Rows()
    reader, before = _opened(path, sorted(set(columns.values())), rows), 0
    while (batch := _next(reader)) is not None:
        if rows.uneven is not None:
            raise NotATable("a row has more or fewer cells than the header", rows.uneven)
        if batch.num_rows:
            yield before, {ours: _cells(batch.column(theirs)) for ours, theirs in columns.items()}
        before += batch.num_rows
    if rows.uneven is not None:
        raise NotATable("a row has more or fewer cells than the header", rows.uneven)
    if may_hold_lines(path, before):
        _no_row_swallowed(path)


def _no_row_swallowed(path: Path) -> None:
    """Look at every column for a quote that was never closed and holds rows: their pounds would be lost."""
    reader, before = _opened(path, column_names(path), _Rows()), 0
    while (batch := _next(reader)) is not None:
        found = swallowed_by(batch)
        if found:
            first = min(found)
            raise NotATable("a quote that is not closed swallows the rows after it", before + first + 2)
        before += batch.num_rows


def _cells(column: pa.Array) -> pa.Array:
    cells = clean(column)
    return pc.if_else(pc.equal(cells, _DATABASE_NULL), pa.scalar(None, pa.string()), cells)


class _Rows:
    """Remembers the first row that does not fit; its text is not looked at."""

    def __init__(self) -> None:
        self.uneven: int | None = None

    def skip(self, row: pacsv.InvalidRow) -> str:
        if self.uneven is None:
            self.uneven = row.number
        return "skip"


def _opened(path: Path, include: list[str] | None, rows: _Rows) -> pacsv.CSVStreamingReader:
    convert = pacsv.ConvertOptions(include_columns=include, strings_can_be_null=False)
    if include is not None:
        convert.column_types = dict.fromkeys(include, pa.string())
    try:
        return pacsv.open_csv(
            path,
            read_options=pacsv.ReadOptions(use_threads=False, block_size=_BLOCK, encoding=_encoding(path)),
            parse_options=pacsv.ParseOptions(newlines_in_values=True, invalid_row_handler=rows.skip),
            convert_options=convert,
        )
    except (pa.ArrowException, UnicodeError) as error:
        fault = _worded(error)
    raise fault


def _encoding(path: Path) -> str:
    """UTF-8, or UTF-16 where a mark or the zero half of the first letter says so."""
    with path.open("rb") as file:
        start = file.read(2)
    if start in _UTF16:
        return "utf-16"
    return "utf-16-le" if start[1:] == b"\0" else "utf-16-be" if start[:1] == b"\0" else "utf8"


def _next(reader: pacsv.CSVStreamingReader) -> pa.RecordBatch | None:
    try:
        return reader.read_next_batch()
    except StopIteration:
        return None
    except (pa.ArrowException, UnicodeError) as error:
        fault = _worded(error)
    raise fault


def _worded(error: Exception) -> NotATable:
    """The library's error in our words: its own may quote a row."""
    if isinstance(error, UnicodeError) or "UTF8" in str(error):
        return NotATable(_NOT_UTF8)
    if "Empty CSV" in str(error):
        return NotATable("it holds no rows")
    return NotATable("it cannot be read as a comma-separated table")
