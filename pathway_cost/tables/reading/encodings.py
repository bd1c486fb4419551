"""Text that is not UTF-8: which encoding it looks like, and on which line it is seen."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pathway_cost.errors import Problem, Where

UTF8: Final = "save it as CSV UTF-8"
_MARKS: Final = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"PK\x03\x04", ""), (b"\x1f\x8b", ""))
_LOOKED_AT: Final = 4096  # bytes in which the zeros of UTF-16 are seen


def not_utf8(path: Path, *, whole: bool = True) -> list[Problem]:
    """The fault of a file that is not UTF-8 text; nothing where it is.

    Args:
        path: the file.
        whole: look at every line; otherwise at the beginning only, which tells UTF-16 and packed files.
    """
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    for mark, kind in _MARKS:
        if start.startswith(mark):
            return [_fault(path, f"the file is {kind} text" if kind else "the file is packed or a workbook, not text")]
    if b"\x00" in start:
        return [_fault(path, "the file is UTF-16 text, or no text at all")]
    return _first_bad_line(path) if whole else []


def _first_bad_line(path: Path) -> list[Problem]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                what = f"line {number} holds bytes that are not UTF-8: it may be Windows-1252, Excel's plain CSV"
                return [_fault(path, what, number)]
    return []


def _fault(path: Path, what: str, line: int | None = None) -> Problem:
    return Problem("file_is_not_utf8", what, Where(file=path.name, line=line), remedy=UTF8)
