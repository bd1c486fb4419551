"""Two versions of the same files held against each other: which agree byte for byte, and which figures moved by how much."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from pathway_cost.reports.files.run_json import LOCAL

Cells = Mapping[tuple[str, str], Any]
"""(column or item, row or "") → what stands there."""

POUNDS: Final = "expected_cost_gbp"
PATIENT_COLUMNS: Final = ("patient_id", "scenario", POUNDS)
"""Columns of the one file that holds patients: of them only the pounds are ever shown."""
TAGS: Final = re.compile(r"<[^>]*>")
DERIVED: Final = "files."
"""Entries of a run record that only say that other files differ."""


@dataclass(frozen=True)
class Moved:
    """What moved in one column, sheet or item of a file: how many cells, and the one that moved most."""

    file: str
    item: str
    cells: int
    row: str
    old: Any
    new: Any

    @property
    def relative(self) -> float | None:
        """How far the figure moved, of the larger of the two; None for what is no finite figure."""
        distance = _distance(self.old, self.new)
        return distance if math.isfinite(distance) else None

    def __str__(self) -> str:
        """The column and how far it moved, in one line.

        >>> print(Moved("summary.csv", "total_gbp", 2, "row 3", 100.0, 101.0))
        summary.csv: total_gbp moved in 2 cells, most in row 3: 100.0 → 101.0 (0.99% of itself)
        """
        if not self.item:
            return f"{self.file}: {self.old} → {self.new}"
        place = f"{self.file}: {self.item}"
        many = "moved" if self.cells == 1 else f"moved in {self.cells:,} cells, most"
        at = f" in {self.row}" if self.row else ""
        by = "" if self.relative is None else f" ({self.relative:.2g} of itself)"
        by = f" ({self.relative:.2%} of itself)" if self.relative is not None and self.relative >= 1e-4 else by
        return f"{place} {many}{at}: {_shown(self.old)} → {_shown(self.new)}{by}"


def moved(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[Moved]:
    """Everything that differs between two sets of files; nothing where all agree byte for byte.

    >>> [str(each) for each in moved({"a.csv": b"x,gbp\\nward,1.0\\n"}, {"a.csv": b"x,gbp\\nward,2.0\\n"})]
    ['a.csv: gbp moved in row 1: 1.0 → 2.0 (50.00% of itself)']
    """
    found: list[Moved] = []
    for file in sorted(old.keys() | new.keys()):
        if file not in new:
            found.append(Moved(file, "", 1, "", "there", "not there"))
        elif file not in old:
            found.append(Moved(file, "", 1, "", "not there", "there"))
        elif old[file] != new[file]:
            found += _in_file(file, old[file], new[file])
    return found


def _in_file(file: str, old: bytes, new: bytes) -> list[Moved]:
    is_exact = LOCAL in file and file.endswith(".csv")  # of small numbers not even a move is said
    read = None if is_exact else READERS.get(PurePath(file).suffix)
    try:
        cells = None if read is None else (read(old), read(new))
    except Exception:  # noqa: BLE001 - a file that cannot be read any more differs, whatever is wrong with it
        cells = None
    found = [] if cells is None else list(_compared(file, *cells))
    return found or [Moved(file, "", 1, "", f"{len(old):,} bytes", f"{len(new):,} other bytes")]


def _compared(file: str, old: Cells, new: Cells) -> Iterator[Moved]:
    by_item: dict[str, list[tuple[str, Any, Any]]] = {}
    for item, row in dict.fromkeys([*old, *new]):
        before, after = old.get((item, row), _NOTHING), new.get((item, row), _NOTHING)
        if not _same(before, after):
            by_item.setdefault(item, []).append((row, before, after))
    for item, cells in by_item.items():
        yield Moved(file, item, len(cells), *max(cells, key=lambda cell: _distance(*cell[1:])))


# --- readers -------------------------------------------------------------------------------------------------------
def _csv_cells(content: bytes) -> Cells:
    header, *rows = csv.reader(io.StringIO(content.decode()))
    return {
        (name, f"row {number}"): _figure(cell)
        for number, row in enumerate(rows, start=1)
        for name, cell in zip(header, row, strict=True)
    }


def _json_cells(content: bytes) -> Cells:
    return {(name, ""): value for name, value in _leaves(json.loads(content), "") if not name.startswith(DERIVED)}


def _leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not isinstance(value, dict | list):
        yield name, value
    for key, each in inner:
        yield from _leaves(each, f"{name}.{key}" if name else str(key))


def _parquet_cells(content: bytes) -> Cells:
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(content))
    return {
        (name if name in PATIENT_COLUMNS else "another column", f"row {number}"): cell
        if name == POUNDS
        else _Unsaid(cell)
        for name, column in zip(table.column_names, table.columns, strict=True)
        for number, cell in enumerate(column.to_pylist(), start=1)
    }


def _workbook_cells(content: bytes) -> Cells:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {
        (name, f"row {number} column {place}"): cell
        for name in book.sheet_names
        for number, row in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), start=1)
        for place, cell in enumerate(row, start=1)
    }


def _page_cells(content: bytes) -> Cells:
    text = [line.strip() for line in TAGS.sub("\n", content.decode()).splitlines()]
    return {("its text", f"line {number}"): line for number, line in enumerate(filter(None, text), start=1)}


READERS: Final[Mapping[str, Callable[[bytes], Cells]]] = {
    ".csv": _csv_cells,
    ".json": _json_cells,
    ".parquet": _parquet_cells,
    ".xlsx": _workbook_cells,
    ".html": _page_cells,
}


# --- cells ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Unsaid:
    """What identifies a patient: compared, never shown."""

    value: Any

    def __str__(self) -> str:
        return "…"


_NOTHING: Final = "nothing"


def _figure(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(one: Any, other: Any) -> bool:
    both_missing = _is_figure(one) and _is_figure(other) and one != one and other != other  # noqa: PLR0124 - not a number
    return both_missing or bool(one == other)


def _distance(one: Any, other: Any) -> float:
    """How far two figures are apart, of the larger; what is no finite figure is further apart than any."""
    if not (_is_figure(one) and _is_figure(other)):
        return float("inf")
    try:
        apart, size = abs(float(one) - float(other)), max(abs(float(one)), abs(float(other)))
    except OverflowError:  # a whole number beyond all floats
        return float("inf")
    return apart / size if math.isfinite(size) and size > 0 else 0.0 if apart == 0 else float("inf")


def _shown(value: Any) -> str:
    text = "".join(character if character.isprintable() else "�" for character in str(value))
    return f"{text[:60]}…" if len(text) > 60 else text
