"""A row that is the sum of the others: a total filled in at the bottom of a table, which would count everything twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from pathway_cost.errors import Problem, Severity, Where

TOTAL_WORDS: Final = ("total", "totals", "grand total", "subtotal", "sub total", "sub-total")
"""What stands in the first cells of a total row, folded."""
FEWEST_OTHERS: Final = 2
"""Rows that a total row at the bottom sums up; a row elsewhere may be as large as two others by chance."""
FEWEST_OTHERS_ELSEWHERE: Final = 4


def reads_total(text: str) -> bool:
    """Whether a cell is the label of a total row.

    >>> reads_total(" Grand Total:"), reads_total("theatre")
    (True, False)
    """
    return " ".join(text.casefold().split()).rstrip(":") in TOTAL_WORDS


def is_total(largest: Decimal, everything: Decimal, *, others: int, is_last: bool) -> bool:
    """Whether the largest of some amounts is the sum of the others, of which there are enough to tell.

    >>> is_total(Decimal(2000), Decimal(4000), others=2, is_last=True)
    True
    >>> is_total(Decimal(2), Decimal(4), others=2, is_last=True)    # one, one and two patients
    False
    """
    enough = others >= (FEWEST_OTHERS if is_last else FEWEST_OTHERS_ELSEWHERE)
    return enough and largest > others + 1 and 2 * largest == everything


def total_row(what: str, shown: str, where: Where, *, labelled: bool = False) -> Problem:
    """The row in words: a fault where a cell of it reads so, else a warning."""
    said = "reads Total" if labelled else f"is the sum of all the others ({shown})"
    return Problem(
        "total_row",
        f"{what} {said}: a total row counts everything twice",
        where,
        remedy="take the row out" if labelled else "take the row out if it is a total",
        severity=Severity.ERROR if labelled else Severity.WARNING,
    )
