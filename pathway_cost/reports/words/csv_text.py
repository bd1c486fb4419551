"""Frames as CSV: UTF-8, one line a row, every digit kept, no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Final

import numpy as np
import pandas as pd

from pathway_cost.privacy.legible import legible

DANGEROUS: Final = (*"=+-@＝＋－＠", "\t", "\n")


def csv_bytes(frame: pd.DataFrame) -> bytes:
    r"""The CSV of a frame; floats to their last digit, missing cells empty.

    >>> csv_bytes(pd.DataFrame({"what": ["=1+1", "Ward"], "gbp": [0.1 + 0.2, -5.0]}))
    b"what,gbp\n'=1+1,0.30000000000000004\nWard,-5.0\n"
    """
    held = StringIO(newline="")
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(map(harmless, frame.columns))
    writer.writerows(zip(*(_cells(column) for _, column in frame.items()), strict=True))
    return held.getvalue().encode()


def harmless(cell: object) -> object:
    """Text without unseen signs; what a spreadsheet would read as a formula gets an apostrophe in front.

    >>> harmless("=HYPERLINK(…)"), harmless("RXX"), harmless("-"), harmless(-5.0)
    ("'=HYPERLINK(…)", 'RXX', '-', -5.0)
    """
    if not isinstance(cell, str):
        return cell
    text = legible(cell)
    return f"'{text}" if len(text) > 1 and text.startswith(DANGEROUS) else text


def _cells(column: pd.Series) -> list[object]:
    """The cells of a column as they are written: harmless, and nothing for what is missing."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iufb":
        return [None if cell != cell else cell for cell in column.tolist()]  # noqa: PLR0124 - not a number
    days = pd.api.types.is_datetime64_any_dtype(column.dtype)
    cells = column.astype("str").tolist() if days else column.tolist()
    return [harmless(cell) if there else None for cell, there in zip(cells, column.notna().tolist(), strict=True)]
