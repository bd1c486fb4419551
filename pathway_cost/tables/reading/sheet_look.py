"""What a workbook's sheet holds that its cells do not say: errors, formulas never calculated, percentages, what is hidden.

The sheet is looked at as it lies in the file, a piece at a time, before anything makes a table of it: one cell far away
would ask for all the memory there is.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, NamedTuple
from xml.parsers import expat

_PIECE: Final = 1 << 20
_TEXTS: Final = "xl/sharedStrings.xml"
_STYLES: Final = "xl/styles.xml"
_PERCENT: Final = frozenset({"9", "10"})  # formats of numbers that every workbook has: 0% and 0.00%
_TELLING: Final = re.compile(rb't="e"|hidden=|<(?:\w+:)?(?:f|mergeCell)[\s>/]')
_VALUE: Final = re.compile(rb"<(?:\w+:)?(?:v|is)>")
_LONGEST_TAG: Final = 64
_ROW: Final = re.compile(rb'<row\s[^>]*?\br="([0-9]+)"')
_COLUMN: Final = re.compile(rb'\sr="([A-Z]{1,3})(?=[0-9])')
FAR_AREA: Final = 4_000_000
"""Cells of the smallest table around all that a sheet holds, above which it must not be nearly empty."""
SPARSE: Final = 20
"""Empty cells beside each one that holds something, which make a large sheet one with cells far away."""


class Cell(NamedTuple):
    """A cell's place, both counted from 0."""

    row: int
    column: int


ORIGIN: Final = Cell(0, 0)


class Area(NamedTuple):
    """A block of cells, ends included."""

    first: Cell
    last: Cell


@dataclass
class SheetLook:
    """What a look at a sheet tells; rows and columns from 0."""

    errors: dict[Cell, str] = field(default_factory=dict)
    """Cells that hold an error of the workbook, and which."""
    not_calculated: list[Cell] = field(default_factory=list)
    """Formulas without a value: the workbook was never calculated."""
    hidden_rows: list[int] = field(default_factory=list)
    """Hidden or filtered rows that hold something."""
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    percentages: list[Cell] = field(default_factory=list)
    """Numbers that show as a percentage: 35% holds 0.35."""
    filled: int = 0
    """Cells that hold something; 0 where nobody had to count."""
    far: Cell | None = None
    """The cell that makes a nearly empty table of the sheet."""
    is_broken: bool = False
    """Whether the sheet is not well formed, so that cells may be lost or hold what they do not say."""


def look_at_sheet(path: Path, sheet: str) -> SheetLook:
    """A look at one sheet of an .xlsx or .xlsm file; an empty one where the file is of another kind or broken.

    Args:
        path: the workbook.
        sheet: the sheet's name.
    """
    try:
        with zipfile.ZipFile(path) as book:
            part = _part_of(book, sheet)
            if part is None:
                return SheetLook()
            broken = not all(is_well_formed(book, each) for each in (part, _TEXTS) if each in book.namelist())
            shown = _percent_styles(book)
            if broken or _tells(book, part, shown):
                return replace(_full_look(book, part, shown), is_broken=broken)
            return SheetLook()
    except (zipfile.BadZipFile, OSError, KeyError, ValueError):
        return SheetLook()


def holds_something(path: Path, sheet: str) -> bool:
    """Whether any cell of a sheet of an .xlsx or .xlsm file holds a value or a text."""
    try:
        with zipfile.ZipFile(path) as book:
            part = _part_of(book, sheet)
            return part is not None and _has_value(book, part)
    except (zipfile.BadZipFile, OSError, KeyError):
        return False


def _has_value(book: zipfile.ZipFile, part: str) -> bool:
    left = b""
    with book.open(part) as file:
        while piece := file.read(_PIECE):
            if _VALUE.search(left + piece):
                return True
            left = piece[-_LONGEST_TAG:]
    return False


def is_well_formed(book: zipfile.ZipFile, part: str) -> bool:
    """Whether a file inside a workbook is well-formed XML."""
    parser = expat.ParserCreate()
    try:
        with book.open(part) as file:
            parser.ParseFile(file)
    except expat.ExpatError:
        return False
    return True


def column_number(letters: str) -> int:
    """The number of a column from 0.

    >>> column_number("A"), column_number("AB"), column_number("XFD")
    (0, 27, 16383)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


# --- where the sheet lies ------------------------------------------------------------------------------------------
def _part_of(book: zipfile.ZipFile, sheet: str) -> str | None:
    """The file inside the workbook that holds a sheet."""
    from lxml import etree

    root = next((name for name in book.namelist() if name.casefold() == "xl/workbook.xml"), None)
    if root is None:
        return None
    try:
        named = [each for each in etree.fromstring(book.read(root)).iter("{*}sheet") if each.get("name") == sheet]
        links = etree.fromstring(book.read(posixpath.join(posixpath.dirname(root), "_rels/workbook.xml.rels")))
    except etree.XMLSyntaxError:
        return None
    if not named:
        return None
    identity = next((value for key, value in named[0].attrib.items() if key.endswith("}id")), None)
    target = next((link.get("Target") for link in links if link.get("Id") == identity), None)
    if target is None:
        return None
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def _tells(book: zipfile.ZipFile, part: str, shown: Collection[str]) -> bool:
    """Whether a quick look finds something to tell: most sheets hold nothing of the kind."""
    cells = places = bottom = right = 0
    styled = re.compile(rb'\ss="(?:%s)"' % "|".join(sorted(shown)).encode()) if shown else None
    left = b""
    with book.open(part) as file:
        while piece := file.read(_PIECE):
            text = left + piece
            end = text.rfind(b"<") if len(piece) == _PIECE else len(text)
            text, left = text[:end], text[end:]
            if _TELLING.search(text) or (styled is not None and styled.search(text)):
                return True
            columns = _COLUMN.findall(text)
            cells += sum(map(text.count, (b"<c ", b"<c>", b"<c/>")))
            places += len(columns)
            right = max(right, *map(column_number, {name.decode() for name in columns} | {"A"}))
            bottom = max(bottom, *map(int, _ROW.findall(text)[-1:]), 0)
    return cells != places or bottom * (right + 1) > FAR_AREA


def _percent_styles(book: zipfile.ZipFile) -> frozenset[str]:
    """The styles of cells whose numbers show as a percentage."""
    from lxml import etree

    if _STYLES not in book.namelist():
        return frozenset()
    try:
        styles = etree.fromstring(book.read(_STYLES))
    except etree.XMLSyntaxError:
        return frozenset()  # whoever reads the cells says so
    own = {each.get("numFmtId") for each in styles.iter("{*}numFmt") if "%" in each.get("formatCode", "")}
    cells = styles.find("{*}cellXfs")
    kinds = [] if cells is None else [each.get("numFmtId") for each in cells]
    return frozenset(str(number) for number, kind in enumerate(kinds) if kind in own | _PERCENT)


# --- a full look ---------------------------------------------------------------------------------------------------
def _full_look(book: zipfile.ZipFile, part: str, shown: Collection[str]) -> SheetLook:
    from lxml import etree

    look, bounds = SheetLook(), Bounds()
    with book.open(part) as file:
        steps = etree.iterparse(file, tag=("{*}row", "{*}col", "{*}mergeCell"), resolve_entities=False)
        try:
            for _, element in steps:
                _take(element, look, bounds, shown)
                element.clear(keep_tail=False)
                while element.getprevious() is not None:
                    del element.getparent()[0]
        except etree.XMLSyntaxError:
            pass  # whoever reads the cells says so
    look.far = bounds.far(look.filled)
    return look


@dataclass
class Bounds:
    """How far the cells reach that hold something."""

    row: int = -1
    column: int = -1
    lowest: Cell = ORIGIN
    rightmost: Cell = ORIGIN

    def take(self, cell: Cell) -> None:
        """A cell that holds something."""
        if cell.row > self.lowest.row:
            self.lowest = cell
        if cell.column > self.rightmost.column:
            self.rightmost = cell

    def far(self, filled: int) -> Cell | None:
        """The cell that makes the table around all cells large and nearly empty; None where none does."""
        area = (self.lowest.row + 1) * (self.rightmost.column + 1)
        if area <= max(FAR_AREA, SPARSE * filled):
            return None
        return self.rightmost if self.rightmost.column >= self.lowest.column + 1 else self.lowest


def _take(element: Any, look: SheetLook, bounds: Bounds, shown: Collection[str]) -> None:
    match element.tag.rpartition("}")[2]:
        case "row":
            _take_row(element, look, bounds, shown)
        case "col" if _is_true(element.get("hidden")):
            first, last = int(element.get("min", 1)), int(element.get("max", 1))
            look.hidden_columns += range(first - 1, min(last, 16_384))
        case "mergeCell":
            look.merged += _area(element.get("ref", ""))


def _take_row(element: Any, look: SheetLook, bounds: Bounds, shown: Collection[str]) -> None:
    bounds.row = int(element.get("r", bounds.row + 2)) - 1
    bounds.column = -1
    before = look.filled
    for each in element:
        if not isinstance(each.tag, str) or each.tag.rpartition("}")[2] != "c":
            continue
        named = re.fullmatch(r"([A-Z]+)(\d+)", each.get("r", ""))
        bounds.column = column_number(named[1]) if named else bounds.column + 1
        cell = Cell(bounds.row, bounds.column)
        _take_cell(each, cell, look, bounds)
        if each.get("s") in shown and each.get("t", "n") == "n" and len(each):
            look.percentages.append(cell)
    if _is_true(element.get("hidden")) and look.filled > before:
        look.hidden_rows.append(bounds.row)


def _take_cell(element: Any, cell: Cell, look: SheetLook, bounds: Bounds) -> None:
    parts = {part.tag.rpartition("}")[2]: part for part in element if isinstance(part.tag, str)}
    said = parts.get("v", parts.get("is"))
    if "f" in parts and element.get("t") != "str" and (said is None or not (said.text or len(said))):
        look.not_calculated.append(cell)
    if not parts:
        return
    if element.get("t") == "e":
        look.errors[cell] = (parts["v"].text or "") if "v" in parts else ""
    look.filled += 1
    bounds.take(cell)


def _area(text: str) -> list[Area]:
    found = re.fullmatch(r"([A-Z]+)(\d+):([A-Z]+)(\d+)", text)
    if found is None:
        return []
    return [Area(Cell(int(found[2]) - 1, column_number(found[1])), Cell(int(found[4]) - 1, column_number(found[3])))]


def _is_true(text: str | None) -> bool:
    return text in {"1", "true"}
