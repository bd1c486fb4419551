"""A CSV file as a table of texts, every cell as it was written; what is no CSV of ours is told once, with what to do."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pathway_cost.errors import PLACES_SHOWN, Problem, TableFaults, Where, raise_if_any
from pathway_cost.tables.reading.encodings import not_utf8
from pathway_cost.tables.reading.headers import LOOKED_AT, header_row, header_wrong
from pathway_cost.tables.reading.swallowed_rows import rows_swallowed

SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
SAVE_AS: Final = (
    "save it as CSV with commas between cells and a point in numbers (in Excel: CSV UTF-8, comma delimited)"
)


def read_csv(path: Path) -> pd.DataFrame:
    """The rows of a CSV file as text, blank cells as "".

    Raises:
        TableFaults: it is not UTF-8 text, its cells are not separated by commas, its header is not in row 1 or wrong, a
            row has too few or too many cells, or a quote that is never closed swallows rows.
    """
    raise_if_any(not_utf8(path, whole=False), TableFaults)
    header, *below = _first_rows(path) or [[]]
    raise_if_any(_separated_otherwise(path) or _far_below(header, below, path.name), TableFaults)
    table, refused = _read(path, header)
    raise_if_any(_ragged(refused, table.num_rows, path.name), TableFaults)
    raise_if_any(rows_swallowed(table, path), TableFaults)
    frame: pd.DataFrame = table.to_pandas()
    frame = without_blank_end(frame)
    raise_if_any(header_wrong([str(name) for name in frame.columns], [], path.name), TableFaults)
    return frame


def without_blank_end(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without columns to the right that have neither a name nor a cell.

    >>> without_blank_end(pd.DataFrame([["1", ""], ["2", ""]], columns=["a", ""])).columns.tolist()
    ['a']
    """
    width = frame.shape[1]
    while width and not str(frame.columns[width - 1]).strip() and not frame.iloc[:, width - 1].str.strip().any():
        width -= 1
    return frame.iloc[:, :width]


def _first_rows(path: Path) -> list[list[str]]:
    """The header and the rows below it in which another header is looked for."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [list(row) for row in itertools.islice(csv.reader(file), LOOKED_AT + 1)]
    except UnicodeDecodeError:
        raise TableFaults(not_utf8(path)) from None
    except csv.Error:
        raise TableFaults([_not_csv(path, "")]) from None


def _separated_otherwise(path: Path) -> list[Problem]:
    """A first line that says that cells are not separated by commas."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        line = file.readline(100_000).rstrip("\r\n")
    where = Where(file=path.name)
    if line.lower().startswith("sep=") and len(line) <= len("sep=\t"):
        what = f"the first line is Excel's {line!r}, not the header"
        return [Problem("header_not_in_first_row", what, where, remedy=f"delete the line; {SAVE_AS}")]
    found = max(SEPARATORS, key=line.count)
    if line.count(found) <= line.count(","):
        return []
    sign = "a tab" if found == "\t" else f"`{found}`"
    what = f"the cells are separated by {SEPARATORS[found]} ({sign}), not by commas"
    return [Problem("file_separated_otherwise", what, where, remedy=SAVE_AS)]


def _far_below(header: list[str], below: list[list[str]], file: str) -> list[Problem]:
    """A header that is not in row 1: told before the rows that then have another length."""
    return header_wrong(header, below, file) if not header or header_row(header, below) is not None else []


def _read(path: Path, header: list[str]) -> tuple[Any, list[Any]]:
    """The table in Arrow, and the rows that have another number of cells than the header, with their numbers."""
    from pyarrow import csv as arrow_csv
    from pyarrow import lib, string

    refused: list[Any] = []

    def note(row: Any) -> str:
        refused.append(row)
        return "skip"

    def read(*, threads: bool) -> Any:
        refused.clear()
        return arrow_csv.read_csv(
            path,
            read_options=arrow_csv.ReadOptions(use_threads=threads),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(header, string()), strings_can_be_null=False, null_values=[]
            ),
        )

    try:
        table = read(threads=True)
        if refused:  # only the serial reader knows row numbers
            table = read(threads=False)
    except lib.ArrowInvalid as error:
        raise TableFaults([_not_csv(path, str(error))]) from None
    return table, refused


def _ragged(refused: list[Any], read: int, file: str) -> list[Problem]:
    """Rows with too few or too many cells. What they hold stays out of the message."""
    if not refused:
        return []
    lengths = {row.actual_columns for row in refused}
    wanted = refused[0].expected_columns
    if not read and lengths == {wanted + 1}:
        what = f"every row has {wanted + 1} cells, the header {wanted}"
        remedy = "give each column a name, delete row names, and write numbers without commas"
        return [Problem("row_of_another_length", what, Where(file=file), remedy=remedy)]
    problems = [
        Problem(
            "row_of_another_length",
            f"the row has {row.actual_columns} cells, the header {row.expected_columns}",
            Where(file=file, row=row.number - 1 if row.number else None),
            remedy="quote cells that hold commas, close every quote, and write numbers without commas",
        )
        for row in refused[:PLACES_SHOWN]
    ]
    if len(refused) > PLACES_SHOWN:
        more = f"{len(refused) - PLACES_SHOWN:,} more rows have another number of cells than the header"
        problems.append(Problem("row_of_another_length", more, Where(file=file)))
    return problems


def _not_csv(path: Path, reason: str) -> Problem:
    if "UTF8" in reason:
        return not_utf8(path)[0]
    return Problem(
        "file_is_not_csv",
        "the file cannot be read as CSV",
        Where(file=path.name),
        remedy="close every quote, and save it as CSV UTF-8",
    )
