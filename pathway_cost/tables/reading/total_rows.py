"""A row that is the sum of the others: a total filled in at the bottom of a table, which would count everything twice."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.tables.reading.columns import first_row, rows_text

TOTAL_WORDS: Final = ("total", "totals", "grand total", "subtotal", "sub total", "sub-total")
"""What stands in the first cells of a total row, folded."""
SUM_WORDS: Final = ("all", "sum", "overall", "all patients", "everyone", "all organisations")
"""What may be the label of a total row, folded: it is one where its amount is the sum of the others."""
FEWEST_OTHERS: Final = 3
"""Rows that an unnamed row at the bottom sums up, where it is a total; two of them where it is a large number."""
LARGE: Final = 1000
"""From here on a number is hardly the sum of two others by chance."""
FEWEST_OTHERS_OF_NAMED: Final = 4
"""The same of a row that has an identifier of its own, or stands elsewhere: it may be as large as two others by chance."""
_TAKE_OUT: Final = "take the row out"
_PLACES: Final = 6  # of weights that a workbook divided


def reads_total(text: str) -> bool:
    """Whether a cell is the label of a total row.

    >>> reads_total(" Grand Total:"), reads_total("theatre")
    (True, False)
    """
    return " ".join(text.casefold().split()).rstrip(":") in TOTAL_WORDS


def may_read_total(text: str) -> bool:
    """Whether a cell may be the label of a total row.

    >>> may_read_total("All patients"), may_read_total("Alloa")
    (True, False)
    """
    return reads_total(text) or " ".join(text.casefold().split()).rstrip(":") in SUM_WORDS


def is_total(largest: Decimal, everything: Decimal, *, others: int, is_unnamed: bool) -> bool:
    """Whether the largest of some amounts is the sum of the others, of which there are enough to tell.

    >>> is_total(Decimal(2000), Decimal(4000), others=2, is_unnamed=True)
    True
    >>> is_total(Decimal(50), Decimal(100), others=2, is_unnamed=True)    # 40, 10 and 50 patients
    False
    """
    fewest = FEWEST_OTHERS if is_unnamed else FEWEST_OTHERS_OF_NAMED
    enough = others >= fewest - (is_unnamed and largest >= LARGE)
    return enough and largest > others + 1 and 2 * largest == everything


def total_row(what: str, shown: str, where: Where) -> Problem:
    """The warning of a row that is the sum of all the others."""
    said = f"{what} is the sum of all the others ({shown}): a total row counts everything twice"
    return Problem("total_row", said, where, remedy=f"{_TAKE_OUT} if it is a total", severity=Severity.WARNING)


def rows_reading_total(table: pd.DataFrame, labels: Sequence[str], file: str) -> list[Problem]:
    """The fault of rows one of whose labels reads `Total`.

    >>> table = pd.DataFrame({"patient_id": ["A", "B", "Total"]})
    >>> [problem.where.row for problem in rows_reading_total(table, ["patient_id"], "cohort.csv")]
    [3]
    """
    columns = {name: _reading_total(table[name]) for name in labels if name in table.columns}
    found = {name: rows for name, rows in columns.items() if rows.any()}
    return [
        Problem(
            "total_row",
            f"{rows_text(rows)} {'reads' if rows.sum() == 1 else 'read'} Total: a total row counts everything twice",
            Where(file=file, row=first_row(rows), item=name),
            remedy=_TAKE_OUT,
        )
        for name, rows in found.items()
    ]


def total_of_weights(table: pd.DataFrame, weight: NDArray[np.float64], file: str) -> list[Problem]:
    """Total rows of a cohort: a label that reads so, or a last weight that is the sum of the others."""
    if terms.WEIGHT not in table.columns or not len(weight):
        return []
    row = int(np.argmax(weight))
    largest, everything = (Decimal(str(round(number, _PLACES))) for number in (weight[row], math.fsum(weight)))
    labelled = rows_reading_total(table, (terms.PATIENT_ID, terms.PLACE), file)
    if not labelled and 2 * largest == everything:
        labelled = _sum_by_label(table, row, file)
    is_unnamed = row == len(weight) - 1 and terms.PATIENT_ID not in table.columns
    if labelled or not is_total(largest, everything, others=len(weight) - 1, is_unnamed=is_unnamed):
        return labelled
    where = Where(file=file, row=row + 1, item=terms.WEIGHT)
    return [total_row(f"the weight of row {row + 1:,}", _patients(largest.normalize()), where)]


def _patients(count: Decimal) -> str:
    """How many patients, where they are not so few that a note must not tell."""
    return f"fewer than {terms.LEAST} patients" if count < terms.LEAST else f"{count:,f} patients"


def _sum_by_label(table: pd.DataFrame, row: int, file: str) -> list[Problem]:
    """The fault of a row that holds as many patients as all the others, and alone says that it stands for them."""
    for name in (terms.PATIENT_ID, terms.PLACE):
        label = str(table[name].iloc[row]) if name in table.columns else ""
        if may_read_total(label) and (table[name].astype("str") == label).sum() == 1:
            what = f"row {row + 1:,} reads {label.strip()} and is the sum of all the others: it counts everything twice"
            return [Problem("total_row", what, Where(file=file, row=row + 1, item=name), remedy=_TAKE_OUT)]
    return []


def rows_repeated(table: pd.DataFrame, weight: NDArray[np.float64], file: str) -> list[Problem]:
    """The note of weighted rows that an earlier row holds word for word, where no ids tell them apart."""
    if terms.WEIGHT not in table.columns or terms.PATIENT_ID in table.columns:
        return []
    nested = [name for name in table.columns if _is_nested(table[name])]
    again = table.astype(dict.fromkeys(nested, "str")).duplicated().to_numpy() & (weight > 1)
    if not again.any():
        return []
    patients = Decimal(str(round(math.fsum(weight[again]), _PLACES))).normalize()
    several = again.sum() > 1
    what = f"{again.sum():,} row{'s say' if several else ' says'} the same as another row: {_patients(patients)}"
    remedy = "take out what is in twice"
    return [Problem("rows_repeated", what, Where(file=file, item=terms.WEIGHT), remedy=remedy, severity=Severity.NOTE)]


def _is_nested(column: pd.Series) -> bool:
    """Whether a column's cells are lists or records, which cannot be compared as they are."""
    import pyarrow as pa

    if isinstance(column.dtype, pd.ArrowDtype):
        return bool(pa.types.is_nested(column.dtype.pyarrow_dtype))
    return column.dtype == object and not all(isinstance(cell, Hashable) for cell in column)


def totals_among_prices(prices: pd.DataFrame, file: str) -> list[Problem]:
    """Rows of a set of unit costs that read `Total`, and a price without component that is the sum of its components."""
    price = [terms.ORGANISATION, terms.UNIT_COST, terms.LEVEL]
    sums = prices.groupby(price, sort=False)[terms.VALUE_GBP].transform("sum")
    size = prices.groupby(price, sort=False)[terms.VALUE_GBP].transform("size")
    is_sum = np.isclose(2 * prices[terms.VALUE_GBP].to_numpy(), sums.to_numpy(), rtol=1e-12, atol=0.005)
    words = [name for name in pd.unique(prices[terms.COMPONENT]) if name == terms.UNSPLIT or may_read_total(str(name))]
    several = ((size > 2) & (sums != 0) & prices[terms.COMPONENT].isin(words)).to_numpy()
    rows = is_sum & several
    labelled = rows_reading_total(prices, (terms.UNIT_COST, terms.COMPONENT, terms.ORGANISATION), file)
    if labelled or not rows.any():
        return labelled
    what = f"{rows_text(rows)}: the price without a component is the sum of its components, and would count them twice"
    where = Where(file=file, row=first_row(rows), item=terms.COMPONENT)
    return [Problem("total_row", what, where, remedy=_TAKE_OUT)]


def _reading_total(column: pd.Series) -> NDArray[np.bool_]:
    if not pd.api.types.is_string_dtype(column) and column.dtype != object:
        return np.zeros(len(column), dtype=bool)
    words = [word for word in pd.unique(column) if isinstance(word, str) and "total" in word.casefold()]
    return column.isin([word for word in words if reads_total(word)]).to_numpy(dtype=bool)
