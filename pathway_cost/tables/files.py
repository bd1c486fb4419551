"""Tables out of files: CSV, Parquet or `file.xlsx#sheet`. The one place of this package that opens them."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from pathway_cost.errors import Problem, TableFaults, Where, nearest_name, raise_if_any
from pathway_cost.tables.cells import cell_text, wrong_cells
from pathway_cost.tables.columns import ROWS_SHOWN, renamed, shown, text_of
from pathway_cost.tables.faults import not_text


def read_table(
    path: str | Path, *, columns: Mapping[str, str] | None = None, codes: Collection[str] = ()
) -> pd.DataFrame:
    """A user's table, every cell as it was written: `NA`, `0100`, `5E1` and `Frail ` survive.

    CSV and workbook cells come as text (blank cells as ""); Parquet keeps its types.

    Args:
        path: `.csv`, `.parquet`, or a workbook and its sheet: `prices.xlsx#2024-25` (the first sheet when left out).
        columns: our name → theirs.
        codes: columns (our names) that hold codes: a number or a date in one of their cells is a fault that names
            the cell.

    Raises:
        TableFaults: the file is missing, unreadable or of another type; a row has too few or too many cells; a column
            is absent, unnamed or named twice; a code column holds a number or a date.
    """
    named, sheet = _file_and_sheet(path)
    raise_if_any(_not_there(named), TableFaults)
    kind = named.suffix.lower()
    if kind == ".csv":
        table = renamed(_read_csv(named), columns or {}, file=named.name)
    elif kind in {".parquet", ".pq"}:
        table = renamed(_read_parquet(named), columns or {}, file=named.name)
        raise_if_any(_columns_not_text(table, codes, named.name), TableFaults)
    elif kind in {".xlsx", ".xlsm", ".xls", ".ods"}:
        theirs = {(columns or {}).get(name, name) for name in codes}
        table = renamed(_read_sheet(named, sheet, theirs), columns or {}, file=str(path))
    else:
        raise TableFaults([Problem("file_type_unknown", f"{named.suffix!r} is no table we read", Where(file=named.name),
                                   remedy="save it as .csv, .parquet or .xlsx")])  # fmt: skip
    return table


def read_shipped(name: str) -> pd.DataFrame:
    """A table that ships in `pathway_cost/data`, all text, blank cells as ""."""
    text = shipped_file(name).read_text(encoding="utf-8")
    header, *rows = csv.reader(text.splitlines())
    return pd.DataFrame(rows, columns=header, dtype="str")


def shipped_file(name: str) -> Path:
    """The file of a table that ships in `pathway_cost/data`."""
    return Path(__file__).resolve().parent.parent / "data" / name


def read_rows(path: str | Path) -> dict[str, list[list[Any]]]:
    """Every sheet of a workbook as rows of cells, typed as the workbook types them; a CSV as one sheet of text."""
    named, _ = _file_and_sheet(path)
    raise_if_any(_not_there(named), TableFaults)
    if named.suffix.lower() == ".csv":
        with named.open(encoding="utf-8-sig", newline="") as file:
            return {named.stem: [list(row) for row in csv.reader(file)]}
    book = _open_workbook(named)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def _file_and_sheet(path: str | Path) -> tuple[Path, str | None]:
    name, hash_, sheet = str(path).partition("#")
    return (Path(name), sheet) if hash_ and not Path(path).exists() else (Path(path), None)


def _not_there(path: Path) -> list[Problem]:
    if path.is_file():
        return []
    beside = [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else []
    return [
        Problem(
            "file_missing", f"there is no file {str(path)!r}", Where(file=path.name), nearest_name(path.name, beside)
        )
    ]


# --- CSV -----------------------------------------------------------------------------------------------------------
def _read_csv(path: Path) -> pd.DataFrame:
    from pyarrow import csv as arrow_csv
    from pyarrow import lib, string

    header = _header(path)
    refused: list[Any] = []

    def note(row: Any) -> str:
        refused.append(row)
        return "skip"

    def read(*, threads: bool) -> pd.DataFrame:
        refused.clear()
        table = arrow_csv.read_csv(
            path,
            read_options=arrow_csv.ReadOptions(use_threads=threads),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(header, string()), strings_can_be_null=False, null_values=[]
            ),
        )
        frame: pd.DataFrame = table.to_pandas()
        return frame

    try:
        table = read(threads=True)
        if refused:  # only the serial reader knows row numbers
            read(threads=False)
    except lib.ArrowInvalid as error:
        raise TableFaults([_not_csv(path, str(error))]) from None
    raise_if_any(_ragged(refused, path.name), TableFaults)
    return table


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader(file), [])
    except (UnicodeDecodeError, csv.Error):
        raise TableFaults([_not_csv(path, "UTF8")]) from None
    raise_if_any(_bad_header(header, path.name), TableFaults)
    return header


def _bad_header(header: list[str], file: str) -> list[Problem]:
    if not header:
        return [Problem("table_is_empty", "the table has no header row", Where(file=file))]
    problems = [
        Problem(
            "column_without_name",
            f"column {number} of the header has no name",
            Where(file=file, item=f"column {number}"),
        )
        for number, name in enumerate(header, start=1)
        if not name.strip()
    ]
    twice = {name for name in header if name.strip() and header.count(name) > 1}
    return problems + [
        Problem("column_named_twice", f"the header names {shown(name)} twice", Where(file=file))
        for name in sorted(twice)
    ]


def _ragged(refused: list[Any], file: str) -> list[Problem]:
    """Rows with too few or too many cells. What they hold stays out of the message."""
    problems = [
        Problem(
            "row_of_another_length",
            f"the row has {row.actual_columns} cells, the header {row.expected_columns}",
            Where(file=file, row=row.number - 1 if row.number else None),
            remedy="quote cells that hold commas",
        )
        for row in refused[:ROWS_SHOWN]
    ]
    if len(refused) > ROWS_SHOWN:
        more = f"{len(refused) - ROWS_SHOWN:,} more rows have another number of cells than the header"
        problems.append(Problem("row_of_another_length", more, Where(file=file)))
    return problems


def _not_csv(path: Path, reason: str) -> Problem:
    if "UTF8" in reason or "utf" in reason.lower():
        return Problem(
            "file_is_not_utf8", "the file is not UTF-8 text", Where(file=path.name), remedy="save it as CSV UTF-8"
        )
    return Problem(
        "file_is_not_csv", "the file cannot be read as CSV", Where(file=path.name), remedy="save it as CSV UTF-8"
    )


# --- Parquet -------------------------------------------------------------------------------------------------------
def _read_parquet(path: Path) -> pd.DataFrame:
    from pyarrow import ArrowException, parquet

    try:
        table: pd.DataFrame = parquet.read_table(path).to_pandas()
    except (ArrowException, OSError):
        problem = Problem(
            "file_is_not_parquet", "the file cannot be read as Parquet; it may be cut short", Where(file=path.name)
        )
        raise TableFaults([problem]) from None
    return table


def _columns_not_text(table: pd.DataFrame, codes: Collection[str], file: str) -> list[Problem]:
    return [not_text(name, file) for name in codes if name in table.columns and text_of(table[name]) is None]


# --- workbooks -----------------------------------------------------------------------------------------------------
def _open_workbook(path: Path) -> Any:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_path(path)
    except CalamineError:
        problem = Problem("file_is_not_a_workbook", "the file cannot be read as a workbook", Where(file=path.name))
        raise TableFaults([problem]) from None


def _read_sheet(path: Path, sheet: str | None, codes: Collection[str]) -> pd.DataFrame:
    book = _open_workbook(path)
    name = sheet or book.sheet_names[0]
    if name not in book.sheet_names:
        problem = Problem("sheet_missing", f"there is no sheet {name!r}", Where(file=path.name), nearest_name(name, book.sheet_names),
                          f"the sheets are {', '.join(book.sheet_names)}")  # fmt: skip
        raise TableFaults([problem])
    return _from_cells(
        _trimmed(book.get_sheet_by_name(name).to_python(skip_empty_area=False)), f"{path.name}#{name}", codes
    )


def _trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    """Without the blank rows below and the blank columns to the right; cells keep their place."""
    height = max((number for number, row in enumerate(rows, start=1) if any(cell != "" for cell in row)), default=0)
    width = max((number for row in rows for number, cell in enumerate(row, start=1) if cell != ""), default=0)
    return [row[:width] for row in rows[:height]]


def _from_cells(rows: list[list[Any]], file: str, codes: Collection[str]) -> pd.DataFrame:
    header = [cell_text(cell) for cell in rows[0]] if rows else []
    raise_if_any(_bad_header(header, file), TableFaults)
    raise_if_any(wrong_cells(rows[1:], header, codes, file), TableFaults)
    return pd.DataFrame([[cell_text(cell) for cell in row] for row in rows[1:]], columns=header, dtype="str")
