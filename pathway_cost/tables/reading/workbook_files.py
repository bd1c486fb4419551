"""A sheet of a workbook as a table of texts; what its cells hide is a fault where it decides, else a note."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import (
    PLACES_SHOWN,
    Problem,
    Severity,
    TableFaults,
    Where,
    first_few,
    header_said,
    may_identify,
    nearest_name,
    raise_if_any,
)
from pathway_cost.tables.reading.cells import cell_name, cell_text, wrong_cells
from pathway_cost.tables.reading.headers import LOOKED_AT, header_wrong
from pathway_cost.tables.reading.noted import Noted
from pathway_cost.tables.reading.ods_look import is_whole, look_at_ods
from pathway_cost.tables.reading.sheet_look import Area, Cell, SheetLook, look_at_sheet
from pathway_cost.tables.reading.sheets_beside import sheets_beside

LOOKS: Final = {".xlsx": look_at_sheet, ".xlsm": look_at_sheet, ".ods": look_at_ods}
AMOUNTS: Final = {terms.VALUE_GBP, terms.SE_TOTAL, terms.N, terms.WEIGHT}
"""Columns whose numbers are no shares of anything."""
TOO_LARGE: Final = "Cell limit"  # what calamine says of an .ods file that would be nearly empty and too large
Rows = list[list[Any]]


def read_sheet(
    path: Path,
    sheet: str | None,
    codes: Collection[str],
    reads: Collection[str] | None,
    *,
    numbered: str | None = None,
) -> Noted:
    """One sheet as text, and what is hidden in it.

    Args:
        path: the workbook.
        sheet: the sheet's name; the first when left out.
        codes: columns that hold codes: a number or a date in one of their cells is a fault.
        reads: columns in which an error, a formula never calculated or a merged cell is a fault; every one for None.
        numbered: the column of codes that may be whole numbers.

    Raises:
        TableFaults: no such sheet, a sheet that cannot be read, its header, or cells that decide and hold no value.
    """
    book = open_workbook(path)
    raise_if_any(_no_sheet(book, path.name), TableFaults)
    name = sheet or book.sheet_names[0]
    if name not in book.sheet_names:
        problem = Problem("sheet_missing", f"there is no sheet {name!r}", Where(file=path.name), nearest_name(name, book.sheet_names),
                          f"the sheets are {', '.join(book.sheet_names)}")  # fmt: skip
        raise TableFaults([problem])
    file = f"{path.name}#{name}"
    look = _look(path, name)
    rows = _trimmed(_with_errors(_cells(book, name, look, file), look))
    header = [cell_text(cell) for cell in rows[0]] if rows else []
    below = [[cell_text(cell) for cell in row] for row in rows[1 : LOOKED_AT + 1]]
    raise_if_any(header_wrong(header, below, file), TableFaults)
    decide = [place for place, column in enumerate(header) if reads is None or column in reads]
    raise_if_any(_without_value(look, rows, decide, file), TableFaults)
    raise_if_any(wrong_cells(rows[1:], header, codes, file, numbered=numbered), TableFaults)
    table = pd.DataFrame([[cell_text(cell) for cell in row] for row in rows[1:]], columns=header, dtype="str")
    notes = [] if sheet else sheets_beside(path, book, name)
    notes += [*_hidden(look, header, _is_hidden(book, name), file), *_percentages(look, header, file)]
    return Noted(table, tuple(notes if path.suffix.lower() in LOOKS else [*notes, _not_looked_into(file)]))


def open_workbook(path: Path) -> Any:
    """The workbook, or a fault that it is none."""
    from python_calamine import CalamineError, CalamineWorkbook

    if path.suffix.lower() == ".ods" and not is_whole(path):
        raise TableFaults([_no_workbook(path)])
    try:
        return CalamineWorkbook.from_path(path)
    except CalamineError as error:
        is_large = TOO_LARGE in str(error)
        raise TableFaults([_far_away("a cell", path.name) if is_large else _no_workbook(path)]) from None


def _no_workbook(path: Path) -> Problem:
    return Problem("file_is_not_a_workbook", "the file cannot be read as a workbook", Where(file=path.name))


def _no_sheet(book: Any, file: str) -> list[Problem]:
    return [] if book.sheet_names else [Problem("sheet_missing", "the workbook has no sheet", Where(file=file))]


def every_sheet(path: Path) -> dict[str, Rows]:
    """Sheet → its rows of cells, typed as the workbook types them, from the first that holds anything; errors as text."""
    book = open_workbook(path)
    found = {}
    for name in book.sheet_names:
        look = _look(path, name)
        rows = _with_errors(_cells(book, name, look, f"{path.name}#{name}"), look)
        first = next((number for number, row in enumerate(rows) if any(cell != "" for cell in row)), len(rows))
        found[name] = rows[first:]
    return found


def _look(path: Path, sheet: str) -> SheetLook:
    look = LOOKS.get(path.suffix.lower())
    return SheetLook() if look is None else look(path, sheet)


def _cells(book: Any, name: str, look: SheetLook, file: str) -> Rows:
    """The rows of a sheet from its first cell; cells far away and errors that nobody knows are faults."""
    from python_calamine import CalamineError

    if look.far is not None:
        place = cell_name(*look.far)
        raise TableFaults([_far_away(f"cell {place}", file, place)])
    if look.is_broken:
        raise TableFaults(_unreadable(look, file))
    try:
        rows: Rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except CalamineError:
        raise TableFaults(_unreadable(look, file)) from None
    return rows


def _far_away(cell: str, file: str, place: str | None = None) -> Problem:
    what = f"{cell} holds something, far from the table: the sheet would be nearly empty and too large"
    remedy = "delete what lies outside the table (Ctrl+End shows the last cell)"
    return Problem("cell_far_away", what, Where(file=file, item=place), remedy=remedy)


def _unreadable(look: SheetLook, file: str) -> list[Problem]:
    """Why a sheet cannot be read: an error that nobody knows, or a file that is broken."""
    if look.errors:
        return _listed(look.errors, "cell_holds_an_error", "an error", file, look.errors)
    what = "the sheet cannot be read: the workbook is broken, or written by a program that does not keep to its form"
    return [Problem("sheet_unreadable", what, Where(file=file), remedy="open it in Excel and save it again, or as CSV")]


def _trimmed(rows: Rows) -> Rows:
    """Without the blank rows below and the blank columns to the right; cells keep their place."""
    height = max((number for number, row in enumerate(rows, start=1) if any(cell != "" for cell in row)), default=0)
    width = max((number for row in rows for number, cell in enumerate(row, start=1) if cell != ""), default=0)
    return [row[:width] for row in rows[:height]]


# --- cells that hold no value --------------------------------------------------------------------------------------
def _without_value(look: SheetLook, rows: Rows, decide: Collection[int], file: str) -> list[Problem]:
    """Errors, formulas never calculated and merged cells in columns that decide."""
    width = len(rows[0]) if rows else 0
    wanted = set(decide)
    errors = [cell for cell in sorted(look.errors) if cell.column in wanted or (cell.row == 0 and cell.column < width)]
    empty = [cell for cell in look.not_calculated if cell.column in wanted]
    return [
        *_listed(errors, "cell_holds_an_error", "an error", file, look.errors),
        *_listed(empty, "formula_not_calculated", "a formula that was never calculated", file),
        *_merged(look.merged, rows, wanted, file),
    ]


def _listed(
    cells: Iterable[Cell], rule: str, what: str, file: str, errors: dict[Cell, str] | None = None
) -> list[Problem]:
    """Cells of one kind as one fault, the first of them by name."""
    found = list(cells)
    if not found:
        return []
    names = first_few(found, said=lambda cell: cell_name(*cell))
    said = f"cell{'s' if len(found) > 1 else ''} {names} hold{'' if len(found) > 1 else 's'} {what}"
    if errors is not None:
        kinds = dict.fromkeys(errors[cell] for cell in found[:PLACES_SHOWN] if _is_error(errors[cell]))
        said += f" ({', '.join(kinds)})" if kinds else ""
        remedy = "put the formula right, or write the value"
    else:
        remedy = "open the workbook in Excel, let it calculate and save it, or write the values"
    return [Problem(rule, said, Where(file=file, item=cell_name(*found[0])), remedy=remedy)]


def _is_error(text: str) -> bool:
    """Whether a text is a workbook's word for an error, which its makers write with #."""
    return text.startswith("#") and not may_identify(text)


def _merged(areas: Sequence[Area], rows: Rows, decide: Collection[int], file: str) -> list[Problem]:
    """Merged cells below the header: only the first of each holds the value, the others read as blank."""
    below = [area for area in areas if area.last.row > 0 and area.first.row < len(rows)]
    told = [area for area in below if any(place in decide for place in range(area.first.column, area.last.column + 1))]
    if not told:
        return []
    names = first_few(told, said=lambda area: f"{cell_name(*area.first)}:{cell_name(*area.last)}")
    what = f"the cells {names} are merged: only the first of them holds the value"
    remedy = "unmerge them and write the value into each row"
    return [Problem("cells_merged", what, Where(file=file, item=cell_name(*told[0].first)), remedy=remedy)]


def _with_errors(rows: Rows, look: SheetLook) -> Rows:
    """The rows with errors as text, which otherwise read as blank."""
    for cell, text in look.errors.items():
        if cell.row < len(rows) and cell.column < len(rows[cell.row]):
            rows[cell.row][cell.column] = text
    return rows


# --- what is hidden ------------------------------------------------------------------------------------------------
def _is_hidden(book: Any, name: str) -> bool:
    sheet = next((each for each in book.sheets_metadata if each.name == name), None)
    return sheet is not None and not str(sheet.visible).endswith(".Visible")


def _hidden(look: SheetLook, header: Sequence[str], is_hidden: bool, file: str) -> list[Problem]:  # noqa: FBT001
    """One note about the rows, columns or the whole sheet that a reader of the workbook does not see."""
    rows = [row + 1 for row in look.hidden_rows if row > 0]
    columns = [header_said(header[column], column) for column in look.hidden_columns if column < len(header)]
    said = ["the sheet is hidden"] if is_hidden else []
    if rows:
        listed = ", ".join(map(str, rows[:PLACES_SHOWN])) + (" …" if len(rows) > PLACES_SHOWN else "")
        several = len(rows) > 1
        said.append(f"{len(rows):,} hidden or filtered row{'s' if several else ''} of the sheet ({listed})")
    if columns:
        listed = ", ".join(columns[:PLACES_SHOWN]) + (" …" if len(columns) > PLACES_SHOWN else "")
        said.append(f"the hidden column{'s' if len(columns) > 1 else ''} {listed}")
    if not said:
        return []
    what = f"read like the rest: {'; '.join(said)}"
    remedy = "delete what must not count"
    return [Problem("hidden_cells_read", what, Where(file=file), remedy=remedy, severity=Severity.NOTE)]


def _percentages(look: SheetLook, header: Sequence[str], file: str) -> list[Problem]:
    """Pounds and patients that show as a percentage: one warning."""
    amounts = {place for place, name in enumerate(header) if name in AMOUNTS}
    found = [cell for cell in look.percentages if cell.column in amounts and cell.row > 0]
    return [
        replace(each, severity=Severity.WARNING, remedy="format the column as numbers, and look what they should be")
        for each in _listed(found, "cell_shows_percent", "a percentage: what shows as 35% is read as 0.35", file)
    ]


def _not_looked_into(file: str) -> Problem:
    """A workbook of the old kind, in which an error reads as a blank cell and nothing tells what is hidden."""
    what = "errors, hidden rows and merged cells of an .xls file cannot be told from blank and ordinary ones"
    return Problem("old_workbook", what, Where(file=file), remedy="save it as .xlsx", severity=Severity.NOTE)
