"""Lines of a national schedule, checked: one row a department and currency code."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import Problem, TableFaults, raise_if_any
from pathway_cost.tables.reading import (
    cells_unreadable,
    cells_wrong,
    columns_missing,
    not_text,
    numbers_of,
    numbers_wrong,
    parted,
    price_year,
    text_of,
    year_wrong,
)

DEPARTMENT: Final = "department"
CODE: Final = "code"
DESCRIPTION: Final = "description"
ACTIVITY: Final = "activity"
UNIT_COST_GBP: Final = "unit_cost_gbp"
DERIVED: Final = "derived"  # yes: a mean that the schedule does not print
NATIONAL_COLUMNS: Final = (
    DEPARTMENT, CODE, DESCRIPTION, terms.UNIT, ACTIVITY, UNIT_COST_GBP, terms.PRICE_YEAR, terms.SOURCE, DERIVED,
)  # fmt: skip
TEXTS: Final = (DEPARTMENT, CODE, terms.UNIT, terms.PRICE_YEAR, terms.SOURCE)  # may not be blank
HIDDEN: Final = "hidden"  # True: the schedule hides the activity, so the line has no price
HIDDEN_WORDS: Final = ("", "*")
NOT_STATED: Final = "not stated"  # activity that was not read: the line has a price but enters no mean


def schedule_lines(given: pd.DataFrame, file: str) -> pd.DataFrame:
    """The lines in `NATIONAL_COLUMNS` and `hidden`; activity and unit cost are numbers, missing where there is none.

    Raises:
        TableFaults: every fault of the table, with row numbers.
    """
    raise_if_any(columns_missing(given, NATIONAL_COLUMNS, file), TableFaults)
    texts, problems = parted({name: _text(given[name], name, file) for name in NATIONAL_COLUMNS})
    raise_if_any(problems, TableFaults)
    lines = pd.DataFrame(texts)
    lines[HIDDEN] = lines[ACTIVITY].isin(HIDDEN_WORDS)
    read, problems = parted(
        {
            ACTIVITY: _numbers(lines[ACTIVITY], file),
            UNIT_COST_GBP: _numbers(lines[UNIT_COST_GBP], file),
            terms.PRICE_YEAR: _years(lines[terms.PRICE_YEAR], file),
        }
    )
    raise_if_any([*problems, *_repeated(lines, file)], TableFaults)
    return lines.assign(**read)


def _text(column: pd.Series, name: str, file: str) -> tuple[pd.Series, list[Problem]]:
    text = column.map(_number_text) if name in (ACTIVITY, UNIT_COST_GBP) else text_of(column)
    if text is None:
        return pd.Series("", index=column.index, dtype="str"), [not_text(name, file)]
    blank = text.isna().to_numpy() & (name in TEXTS)
    return text.astype("str").fillna(""), cells_wrong(blank, "value_missing", f"{name!r} is blank", name, file)


def _number_text(cell: object) -> str:
    return "" if cell is None or (isinstance(cell, float) and np.isnan(cell)) or cell is pd.NA else str(cell).strip()


def _numbers(text: pd.Series, file: str) -> tuple[pd.Series, list[Problem]]:
    numbers, bad = numbers_of(text)
    bad &= ~text.isin([*HIDDEN_WORDS, NOT_STATED]).to_numpy()
    what = f"{text.name!r} is neither a number nor hidden (*)"
    faults = numbers_wrong(text, bad, "value_is_not_a_number", what, file=file, may_show=True)
    return pd.Series(numbers, index=text.index), faults


def _years(text: pd.Series, file: str) -> tuple[pd.Series, list[Problem]]:
    problems = cells_unreadable(text, year_wrong, "price_year_unreadable", file)
    return text if problems else text.map(price_year), problems


def _repeated(lines: pd.DataFrame, file: str) -> list[Problem]:
    rows = lines.duplicated([DEPARTMENT, CODE]).to_numpy()
    return cells_wrong(rows, "line_given_twice", "the department has an earlier line of this code", CODE, file)
