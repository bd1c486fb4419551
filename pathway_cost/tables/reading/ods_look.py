"""What a sheet of an OpenDocument workbook hides: errors, percentages, hidden and merged cells, cells far away."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from pathway_cost.tables.reading.sheet_look import Area, Bounds, Cell, SheetLook, is_well_formed

_CELLS = ("table-cell", "covered-table-cell")
_MOST = 1 << 24  # no sheet has more rows or columns


def look_at_ods(path: Path, sheet: str) -> SheetLook:
    """A look at one sheet of an .ods file; an empty one where the file is broken.

    Args:
        path: the workbook.
        sheet: the sheet's name.
    """
    from lxml import etree

    try:
        with zipfile.ZipFile(path) as book, book.open("content.xml") as file:
            steps = etree.iterparse(file, events=("start", "end"), resolve_entities=False)
            return _look(steps, sheet)
    except (zipfile.BadZipFile, OSError, KeyError, ValueError, etree.XMLSyntaxError):
        return SheetLook()


def is_whole(path: Path) -> bool:
    """Whether the content of an .ods file is well formed: its reader waits for ever for the end of one that is not."""
    try:
        with zipfile.ZipFile(path) as book:
            return is_well_formed(book, "content.xml")
    except (zipfile.BadZipFile, OSError, KeyError):
        return False


def _look(steps: Any, sheet: str) -> SheetLook:
    look, bounds, inside, row, column = SheetLook(), Bounds(), False, 0, 0
    for event, element in steps:
        name = _local(element.tag)
        if event == "start":
            inside = (_attribute(element, "name") == sheet) if name == "table" else inside
            continue
        if inside and name == "table-column":
            times = _times(element, "number-columns-repeated")
            if _attribute(element, "visibility") in {"collapse", "filter"} and times < _MOST >> 10:
                look.hidden_columns += range(column, column + times)
            column += times
        if inside and name == "table-row":
            row += _take_row(element, row, look, bounds)
            element.clear()
    look.far = bounds.far(look.filled)
    return look


def _take_row(element: Any, row: int, look: SheetLook, bounds: Bounds) -> int:
    """One row as often as it is repeated; how often that is."""
    times, column, filled = _times(element, "number-rows-repeated"), 0, 0
    for each in element:
        if not isinstance(each.tag, str) or _local(each.tag) not in _CELLS:
            continue
        repeated = _times(each, "number-columns-repeated")
        if _attribute(each, "value-type") is not None or len(each):
            filled += repeated
            bounds.take(Cell(row + times - 1, column + repeated - 1))
            _take_cell(each, Cell(row, column), look)
            if _attribute(each, "value-type") == "percentage":
                look.percentages += [Cell(row, at) for at in range(column, column + min(repeated, _MOST >> 10))]
        elif _attribute(each, "formula") is not None:
            look.not_calculated.append(Cell(row, column))
        column += repeated
    look.filled += filled * times
    if filled and _attribute(element, "visibility") in {"collapse", "filter"}:
        look.hidden_rows += range(row, row + times)
    return times


def _take_cell(element: Any, cell: Cell, look: SheetLook) -> None:
    down, right = _times(element, "number-rows-spanned"), _times(element, "number-columns-spanned")
    if down > 1 or right > 1:
        look.merged.append(Area(cell, Cell(cell.row + down - 1, cell.column + right - 1)))
    if any(key.endswith("calcext:1.0}value-type") and value == "error" for key, value in element.attrib.items()):
        look.errors[cell] = "".join(element.itertext()).strip()


def _times(element: Any, name: str) -> int:
    return min(max(int(_attribute(element, name) or 1), 1), _MOST)


def _attribute(element: Any, name: str) -> str | None:
    """An attribute of the table or office names, whatever they are called here."""
    found = (value for key, value in element.attrib.items() if key.rpartition("}")[2] == name and "calcext" not in key)
    return next(found, None)


def _local(tag: Any) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
