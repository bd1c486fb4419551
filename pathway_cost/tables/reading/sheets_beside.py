"""The sheets of a workbook beside the one that is read where nobody names one: told, so that the wrong one is seen."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any, Final

from pathway_cost.errors import Problem, Severity, Where, first_few
from pathway_cost.tables.reading.ods_look import look_at_ods
from pathway_cost.tables.reading.sheet_look import holds_something

_ACTIVE_TAB: Final = re.compile(rb'<(?:\w+:)?workbookView\b[^>]*?\sactiveTab="(\d+)"')
_ACTIVE_TABLE: Final = re.compile(r'config:name="ActiveTable"[^>]*>([^<]*)<')
_OPENS: Final = {".xlsx", ".xlsm"}


def sheets_beside(path: Path, book: Any, read: str) -> list[Problem]:
    """What to say of the other visible sheets that hold something; a warning where the workbook opens on one of them.

    Args:
        path: the workbook.
        book: the same, opened.
        read: the sheet that is read.
    """
    others = [name for name in _visible(book) if name != read and _holds(path, book, name)]
    if not others:
        return []
    active = opens_on(path, book.sheet_names)
    beside = others if active not in others else [active, *(name for name in others if name != active)]
    opened = f"; the workbook opens on {active!r}" if active in others else ""
    what = f"no sheet is named: {read!r} is read, and not {first_few(beside, said=repr)}{opened}"
    severity = Severity.WARNING if active in others else Severity.NOTE
    remedy = f"name the sheet: `{path.name}#{beside[0] if opened else read}`"
    return [Problem("sheet_not_named", what, Where(file=path.name), remedy=remedy, severity=severity)]


def opens_on(path: Path, names: list[str]) -> str | None:
    """The sheet that a workbook shows when it is opened; None where it does not say."""
    try:
        if path.suffix.lower() in _OPENS:
            return _active_tab(path, names)
        return _active_table(path) if path.suffix.lower() == ".ods" else None
    except (zipfile.BadZipFile, OSError, KeyError, ValueError):
        return None


def _active_tab(path: Path, names: list[str]) -> str | None:
    with zipfile.ZipFile(path) as book:
        found = _ACTIVE_TAB.search(book.read("xl/workbook.xml"))
    at = int(found[1]) if found else 0
    return names[at] if at < len(names) else None


def _active_table(path: Path) -> str | None:
    with zipfile.ZipFile(path) as book:
        found = _ACTIVE_TABLE.search(book.read("settings.xml").decode())
    return found[1] if found else None


def _visible(book: Any) -> list[str]:
    """Sheets of cells that a reader of the workbook sees."""
    return [
        each.name
        for each in book.sheets_metadata
        if str(each.visible).endswith(".Visible") and str(each.typ).endswith(".WorkSheet")
    ]


def _holds(path: Path, book: Any, name: str) -> bool:
    """Whether a sheet holds anything; looked up in the file, for one cell far away would ask for all the memory."""
    if path.suffix.lower() in _OPENS:
        return holds_something(path, name)
    if path.suffix.lower() == ".ods":
        return look_at_ods(path, name).filled > 0
    return bool(book.get_sheet_by_name(name).total_height)
