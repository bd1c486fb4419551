"""Which paper a sheet is printed on, and how much of it: as few pages as can be read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

A4, A3 = 9, 8
ROW_HEIGHT: Final = 12.75  # points, where a row has one line
LEAST: Final = 0.55  # of the letters' size: smaller ones are not read
SIDES: Final = (537.0, 784.0, 1112.0)  # points that margins leave: A4 across, A4 along and A3 across, A3 along


def set_up(sheet: Worksheet, title: str, *, large: bool) -> None:
    """A sheet printed landscape, one page wide; the title at its foot."""
    sheet.set_default_row(ROW_HEIGHT)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(A3 if large else A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&L&8{footer_text(title)}&C&8&A&R&8Page &P of &N")


def fit(sheet: Worksheet, widths: Sequence[float], first: int, last: int) -> None:
    """Print the rows from the first to the last: upright where that takes fewer pages and stays legible, and on A3 if they are many."""
    sheet.print_area(first, 0, last, len(widths) - 1)
    across = sum(0.75 * (7 * width + 5) for width in widths)
    short, long, longest = SIDES
    lying, upright = (_pages(last - first + 1, across, *sides) for sides in ((long, short), (short, long)))
    if upright < lying and short / across >= LEAST:
        sheet.set_portrait()
    elif lying > 2 and _pages(last - first + 1, across, long, longest) < lying:
        sheet.set_portrait()
        sheet.set_paper(A3)


def _pages(rows: int, across: float, wide: float, high: float) -> int:
    """Pages that so many rows take, fitted to the width.

    >>> [_pages(80, 900.0, 784.0, 537.0), _pages(80, 900.0, 537.0, 784.0)]
    [2, 1]
    """
    return math.ceil(1.05 * rows * ROW_HEIGHT * min(wide / across, 1.0) / high)


def footer_text(text: str) -> str:
    """Words that are safe in a footer, where & begins a code.

    >>> footer_text("Knees & hips")
    'Knees && hips'
    """
    return text.replace("&", "&&")[:180]
