"""Faults that every table may have: a column that is missing, cells that are wrong. Rows are named by number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost.errors import Form, Problem, Where, nearest_cell
from pathway_cost.tables.reading.columns import first_row, rows_text
from pathway_cost.tables.reading.indices import ROW_LABEL

T = TypeVar("T")


def columns_missing(table: pd.DataFrame, needed: Iterable[str], file: str) -> list[Problem]:
    """Needed columns that are absent; or, where all are there, no rows."""
    names = [str(name) for name in table.columns]
    remedy = "name the row labels (`frame.rename_axis(…)`) where they hold it" if ROW_LABEL in names else None
    problems = [
        Problem(
            "column_missing",
            f"the table has no column {name!r}",
            Where(file=file, item=name),
            nearest_cell(name, names, Form.HEADER),
            remedy,
        )
        for name in needed
        if name not in names
    ]
    return problems or ([Problem("table_is_empty", "the table has no rows", Where(file=file))] if table.empty else [])


def cells_wrong(
    rows: NDArray[np.bool_], rule: str, what: str, column: str, file: str, *, remedy: str | None = None
) -> list[Problem]:
    """The marked rows of one column as one fault; none where no row is marked."""
    if not rows.any():
        return []
    return [
        Problem(rule, f"{what}: {rows_text(rows)}", Where(file=file, row=first_row(rows), item=column), remedy=remedy)
    ]


def cells_unreadable(column: pd.Series, wrong: Callable[[str], str | None], rule: str, file: str) -> list[Problem]:
    """The texts of a column that cannot be read, rows of one reason as one fault.

    Args:
        column: the cells, all text; its name is the column's.
        wrong: from a text to why it cannot be read; None where it can.
        rule: name of the check.
        file: the table's name.
    """
    why = {text: said for text in column.unique() if (said := wrong(text)) is not None}
    return [
        problem
        for said in dict.fromkeys(why.values())
        for rows in [column.isin([text for text, each in why.items() if each == said]).to_numpy(dtype=bool)]
        for problem in cells_wrong(rows, rule, said, str(column.name), file)
    ]


def not_text(column: str, file: str) -> Problem:
    """A column of codes that holds numbers, dates or a mixture."""
    what = f"{column!r} holds numbers, dates or a mixture, not text"
    remedy = "write codes as text, so that 0100, 5E1 and NA survive"
    return Problem("code_is_not_text", what, Where(file=file, item=column), remedy=remedy)


def parted(columns: Mapping[str, tuple[T, list[Problem]]]) -> tuple[dict[str, T], list[Problem]]:
    """Columns that were each read with their faults: the values by name, and the faults of all in order.

    >>> parted({"age": ([60, 71], []), "frail": (["no", ""], [Problem("level_missing", "'frail' is blank")])})
    ({'age': [60, 71], 'frail': ['no', '']}, [Problem(rule='level_missing', ...)])
    """
    values = {name: value for name, (value, _) in columns.items()}
    return values, [problem for _, problems in columns.values() for problem in problems]
