"""Rows of a table in which nothing is written: at the end they are left out, between others they are told."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost.errors import Problem, TableFaults, Where
from pathway_cost.tables.reading.columns import first_row, rows_text


def without_blank_rows(table: pd.DataFrame, file: str) -> pd.DataFrame:
    """The table without the blank rows at its end.

    Raises:
        TableFaults: blank rows lie between others.

    >>> without_blank_rows(pd.DataFrame({"a": ["1", "", ""], "b": ["x", " ", ""]}), "t.csv").values.tolist()
    [['1', 'x']]
    """
    blank = blank_rows(table)
    if not blank.any():
        return table
    height = int(np.flatnonzero(~blank).max(initial=-1)) + 1
    between = blank[:height]
    if between.any():
        several = between.sum() > 1
        what = f"{rows_text(between)} {'are' if several else 'is'} blank"
        remedy = "delete the blank rows: nobody can tell what they stand for"
        raise TableFaults([Problem("row_is_blank", what, Where(file=file, row=first_row(between)), remedy=remedy)])
    return table.iloc[:height]


def blank_rows(table: pd.DataFrame) -> NDArray[np.bool_]:
    """(N,) rows whose every cell is missing, empty or spaces; later columns are looked at only where the first are."""
    at = np.arange(len(table))
    for place in range(table.shape[1]):
        if not len(at):
            break
        at = at[_is_blank(table.iloc[at, place])]
    blank = np.zeros(len(table), dtype=bool)
    blank[at] = bool(table.shape[1])
    return blank


def _is_blank(column: pd.Series) -> NDArray[np.bool_]:
    missing: NDArray[np.bool_] = column.isna().to_numpy(dtype=bool, copy=True)
    if isinstance(column.dtype, pd.StringDtype):
        missing |= (column.str.strip() == "").to_numpy(dtype=bool, na_value=False)
    if column.dtype == object:
        missing |= np.array([isinstance(cell, str) and not cell.strip() for cell in column], dtype=bool)
    return missing
