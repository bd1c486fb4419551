"""Frames as CSV: UTF-8, one line a row, every digit kept, no cell that a spreadsheet would run."""

from __future__ import annotations

from typing import Final

import pandas as pd

DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_bytes(frame: pd.DataFrame) -> bytes:
    r"""The CSV of a frame; floats to their last digit, missing cells empty.

    >>> csv_bytes(pd.DataFrame({"what": ["=1+1", "Ward"], "gbp": [0.1 + 0.2, -5.0]}))
    b"what,gbp\n'=1+1,0.30000000000000004\nWard,-5.0\n"
    """
    harmless_frame = pd.DataFrame({harmless(name): _harmless_column(frame[name]) for name in frame.columns})
    return harmless_frame.to_csv(index=False, lineterminator="\n").encode()


def harmless(cell: object) -> object:
    """Text that a spreadsheet would read as a formula gets an apostrophe in front.

    >>> harmless("=HYPERLINK(…)"), harmless("RXX"), harmless("-"), harmless(-5.0)
    ("'=HYPERLINK(…)", 'RXX', '-', -5.0)
    """
    if not isinstance(cell, str):
        return cell
    lines = cell.replace("\r\n", "\n").replace("\r", "\n")  # a bare return would start a new row
    return f"'{lines}" if len(cell) > 1 and cell.startswith(DANGEROUS) else lines


def _harmless_column(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object)
    return column.map(harmless)
