"""How people write numbers that are none here: a decimal comma, £, %, spaces; what to write instead."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost.errors import Problem, is_small_number
from pathway_cost.tables.reading.faults import cells_wrong

_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?|-?\.\d+")
_DECIMAL_COMMA: Final = re.compile(r"-?\d{1,3}(?:\.\d{3})+,\d+|-?\d+,\d{1,2}|-?\d+,\d{4,}|-?0,\d+|-?\d{4,},\d+")
_THOUSANDS: Final = re.compile(r"-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_SPACED: Final = re.compile(r"-?\d{1,3}(?:[\s'\u2019]\d{3})+(?:[.,]\d+)?")
_ERROR: Final = re.compile(
    r"#(?:N/A|(?:REF|VALUE|DIV/0|NUM|NULL|SPILL|CALC|FIELD|BLOCKED|CONNECT|UNKNOWN|BUSY|GETTING_DATA)!?|NAME\?)"
)


def form_of(text: str) -> tuple[str, str] | None:
    """What keeps a text from being a number, and what to write instead; None where it is nothing like one.

    >>> form_of("5000,50"), form_of("£5,000")
    (('a decimal comma', '5000.50'), ('a £ sign and commas between thousands', '5000'))
    >>> form_of("7.5%"), form_of("(120)"), form_of("sixty") is None
    (('a % sign', '0.075'), ('brackets for a negative number', '-120'), True)
    """
    left, kinds = text.strip(), []
    if _ERROR.fullmatch(left):
        return f"the workbook's error {left}", "the number"
    if "£" in left:
        left, kinds = left.replace("£", "").strip(), ["a £ sign"]
    if left.endswith("%"):
        left, kinds = left[:-1].strip(), [*kinds, "a % sign"]
    if left.startswith("(") and left.endswith(")"):
        left, kinds = f"-{left[1:-1].strip()}", [*kinds, "brackets for a negative number"]
    if left.startswith("\u2212"):
        left, kinds = f"-{left[1:]}", [*kinds, "a minus sign that is no hyphen"]
    if left.endswith("-"):
        left, kinds = f"-{left[:-1].strip()}", [*kinds, "a minus sign at the end"]
    if _SPACED.fullmatch(left):
        left, kinds = re.sub(r"[\s'\u2019]", "", left).replace(",", "."), [*kinds, "spaces between thousands"]
    elif _THOUSANDS.fullmatch(left):
        left, kinds = left.replace(",", ""), [*kinds, "commas between thousands"]
    elif _DECIMAL_COMMA.fullmatch(left):
        left, kinds = left.replace(".", "").replace(",", "."), [*kinds, "a decimal comma"]
    if not kinds or not left.isascii() or not _NUMBER.fullmatch(left):
        return None
    return " and ".join(kinds), f"{float(left) / 100:.10g}" if "a % sign" in kinds else left


def numbers_wrong(
    column: pd.Series,
    bad: NDArray[np.bool_],
    rule: str,
    what: str,
    *,
    file: str,
    may_show: bool = False,
    remedy: str | None = None,
) -> list[Problem]:
    """The rows of a column that hold no number as one fault, which says how the first of them is written.

    Args:
        column: the cells; its name is the column's.
        bad: (N,) which of them are wrong.
        rule: name of the check.
        what: what is wrong.
        file: the table's name.
        may_show: whether the cell itself may be printed: never from a table of patients.
        remedy: what to do where the cell is nothing like a number.
    """
    name = str(column.name)
    if not bad.any():
        return []
    cell = str(column.iloc[int(np.argmax(bad))]).strip()
    found = form_of(cell)
    if found is None:
        return cells_wrong(bad, rule, what, name, file, remedy=remedy)
    form, instead = found
    may_show = may_show and is_small_number(cell)
    said = f"{what}, {cell!r} has {form}" if may_show else f"{what}, the first has {form}"
    write = f"write {instead if may_show else form_of_words(form)}"
    return cells_wrong(bad, rule, said, name, file, remedy=write if remedy is None else f"{write}; {remedy}")


def form_of_words(form: str) -> str:
    """An example of how to write a number, for a cell that may not be shown.

    >>> form_of_words("a decimal comma"), form_of_words("a % sign")
    ('numbers such as 1234.5', '5% as 0.05')
    """
    return "5% as 0.05" if "%" in form else "numbers such as 1234.5"
