"""Tables out of files: CSV, Parquet or `file.xlsx#sheet`. The one place of this package that opens them."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import Problem, TableFaults, Where, nearest_name, raise_if_any
from pathway_cost.tables.reading.blank_rows import without_blank_rows
from pathway_cost.tables.reading.columns import renamed, text_of
from pathway_cost.tables.reading.csv_files import read_csv
from pathway_cost.tables.reading.encodings import not_utf8
from pathway_cost.tables.reading.faults import not_text
from pathway_cost.tables.reading.indices import with_index_columns
from pathway_cost.tables.reading.noted import Noted
from pathway_cost.tables.reading.workbook_files import every_sheet, read_sheet


def read_noted(
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    codes: Collection[str] = (),
    reads: Collection[str] | None = None,
) -> Noted:
    """A user's table, every cell as it was written (`NA`, `0100`, `5E1` and `Frail ` survive), and what to say of it.

    CSV and workbook cells come as text (blank cells as ""); Parquet keeps its types. Blank rows at the end are left out.

    Args:
        path: `.csv`, `.parquet`, or a workbook and its sheet: `prices.xlsx#2024-25` (the first sheet when left out).
        columns: our name → theirs.
        codes: columns (our names) that hold codes: a number or a date in one of their cells is a fault that names
            the cell; whole numbers in `patient_id` are ids.
        reads: columns (our names) that are read; every one when left out. A cell without a value in another column,
            such as a workbook's error, decides nothing.

    Returns:
        The table, and notes: rows, columns or sheets of a workbook that are hidden and read like the rest.

    Raises:
        TableFaults: the file is missing, unreadable or of another type; a row has too few or too many cells, or is
            blank; a column is absent, unnamed or named twice; a code column holds a number or a date.
    """
    named, sheet = _file_and_sheet(path)
    raise_if_any(_not_there(named), TableFaults)
    kind, theirs = named.suffix.lower(), columns or {}
    if kind == ".csv":
        return _rows_of(Noted(renamed(read_csv(named), theirs, file=named.name)), named.name)
    if kind in {".parquet", ".pq"}:
        return noted_frame(_read_parquet(named), named.name, columns=theirs, codes=codes)
    if kind in {".xlsx", ".xlsm", ".xls", ".ods"}:
        asked = None if reads is None else {theirs.get(name, name) for name in reads}
        ids = theirs.get(terms.PATIENT_ID, terms.PATIENT_ID)
        found = read_sheet(named, sheet, {theirs.get(name, name) for name in codes}, asked, numbered=ids)
        file = named.name if sheet is None else f"{named.name}#{sheet}"
        return _rows_of(found._replace(table=renamed(found.table, theirs, file=file)), file)
    raise TableFaults([Problem("file_type_unknown", f"{named.suffix!r} is no table we read", Where(file=named.name),
                               remedy="save it as .csv, .parquet or .xlsx")])  # fmt: skip


def noted_frame(
    frame: pd.DataFrame, name: str, *, columns: Mapping[str, str] | None = None, codes: Collection[str] = ()
) -> Noted:
    """A typed table out of a Parquet file or from memory, as `read_noted` gives one; messages call it by its name."""
    table = renamed(frame, columns or {}, file=name)
    raise_if_any(_columns_not_text(table, codes, name), TableFaults)
    return _rows_of(Noted(table), name)


def read_shipped(name: str) -> pd.DataFrame:
    """A table that ships in `pathway_cost/data`, all text, blank cells as ""."""
    text = shipped_file(name).read_text(encoding="utf-8")
    header, *rows = csv.reader(text.splitlines())
    return pd.DataFrame(rows, columns=header, dtype="str")


def shipped_file(name: str) -> Path:
    """The file of a table that ships in `pathway_cost/data`."""
    return Path(__file__).resolve().parents[2] / "data" / name


def read_rows(path: str | Path) -> dict[str, list[list[Any]]]:
    """Every sheet of a workbook as rows of cells, typed as the workbook types them; a CSV as one sheet of text."""
    named, _ = _file_and_sheet(path)
    raise_if_any(_not_there(named), TableFaults)
    if named.suffix.lower() == ".csv":
        raise_if_any(not_utf8(named), TableFaults)
        with named.open(encoding="utf-8-sig", newline="") as file:
            return {named.stem: [list(row) for row in csv.reader(file)]}
    return every_sheet(named)


def _rows_of(found: Noted, file: str) -> Noted:
    """The table without blank rows at its end; blank rows between others are a fault."""
    return found._replace(table=without_blank_rows(found.table, file))


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
    return with_index_columns(table)


def _columns_not_text(table: pd.DataFrame, codes: Collection[str], file: str) -> list[Problem]:
    return [not_text(name, file) for name in codes if name in table.columns and text_of(table[name]) is None]
