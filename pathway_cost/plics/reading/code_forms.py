"""Code columns whose cells are no codes: a column mapped wrongly may hold a patient's number, date of birth or name.

Such a cell is a fault by its place, never its content, so that no price, note or table of a run can hold it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pathway_cost.errors import NOT_SHOWN, Problem, may_identify
from pathway_cost.tables.reading import TOTAL_WORDS, cells_wrong

NO_CODE: Final = "does not have the form of a code of this column"
REMEDY: Final = "check which column is mapped to it (`columns:`): names, dates and patients' numbers are no codes"

_LONGEST: Final = 20
_CODE: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/+*-]*[A-Za-z0-9+*])?", re.ASCII)
_WORD: Final = re.compile(r"[a-z]{4}", re.ASCII)
"""More small letters on end than codes have that somebody wrote in small letters: a name."""
_DECLARED: Final = {
    "UnCur": re.compile(r"PHCD\d{5}", re.ASCII | re.IGNORECASE),
    "OrgId": re.compile(r"[A-Z]\d{5}", re.ASCII),
    "organisation": re.compile(r"[A-Z]\d{5}", re.ASCII),
    "ChsCcy": re.compile(r"N\d{2}[A-Z]{1,2}", re.ASCII | re.IGNORECASE),
}
"""Codes that look like something else: drugs and practices have five digits on end, nursing contacts such as N02AF read like postcodes."""
_ORGANISATIONS: Final = frozenset({"OrgId", "organisation"})
_ORGANISATION: Final = re.compile(r"[A-Z0-9]{2,6}|[a-z]{2,3}|[a-z]{0,3}\d[a-z0-9]{1,4}", re.ASCII)
_HAVE_DIGITS: Final = (
    "ActCstID", "ResCstID", "HrgFce", "HrgSpl", "HRG", "UnHRG", "UnCur", "Tfc", "EpiNo", "EpType", "CCPerType", "CCUF",
)  # fmt: skip
_MOST_LETTERS: Final = {"Pod": 5, "ChsCcy": 6} | dict.fromkeys(_HAVE_DIGITS, 2)
"""Column → most letters of a code without a digit; NA stands in any for what is not known."""
_LETTERS: Final = 3
"""The same of the other columns."""


def no_codes(values: pa.Array, column: str) -> pa.Array | None:
    """Which cells do not have the form of a code of their column; None where all have it.

    Missing is not wrong, and the label of a total row is another fault.

    >>> no_codes(pa.array(["THR001", "9434765919", None]), "ActCstID").to_pylist()
    [False, True, False]
    >>> no_codes(pa.array(["THR001", None]), "ActCstID") is None
    True
    """
    distinct = pc.drop_null(pc.unique(values)).to_pylist()
    wrong = [text for text in distinct if not is_code(text, column) and text.lower() not in TOTAL_WORDS]
    return pc.is_in(values, value_set=pa.array(wrong, pa.string())) if wrong else None


def no_codes_in(frame: pd.DataFrame, columns: Iterable[str]) -> list[Problem]:
    """The faults of a frame's code columns, by their rows."""
    problems = []
    for name in columns:
        if name in frame:
            wrong = no_codes(pa.array(frame[name], type=pa.string(), from_pandas=True), name)
            rows = np.zeros(len(frame), dtype=bool) if wrong is None else wrong.to_numpy(zero_copy_only=False)
            problems += cells_wrong(rows, "no_code", f"{name} {NO_CODE}", name, "frame", remedy=REMEDY)
    return problems


@lru_cache(maxsize=65_536)
def is_code(text: str, column: str) -> bool:
    """Whether a text has the form of a code of a column: capitals and digits, no blank, nothing that may identify.

    >>> [is_code(text, "HrgFce") for text in ("HN22A", "hn22a", "9434765919", "1951-03-17", "Smith")]
    [True, True, False, False, False]
    >>> is_code("NELTR", "Pod"), is_code("Smith", "Pod"), is_code("RXX", "OrgId"), is_code("N02AF", "ChsCcy")
    (True, False, True, True)
    """
    if column in _DECLARED and _DECLARED[column].fullmatch(text):
        return True
    if may_identify(text) or len(text) > _LONGEST:
        return False
    if column in _ORGANISATIONS:
        return _ORGANISATION.fullmatch(text) is not None
    if _CODE.fullmatch(text) is None or _WORD.search(text):
        return False
    has_digit = any(map(str.isdigit, text))
    return has_digit or (len(text) <= _MOST_LETTERS.get(column, _LETTERS) and text in (text.upper(), text.lower()))


def code_shown(text: str, column: str) -> str:
    """A record's value in quotation marks as a message may print it: a code of its column, and nothing else.

    >>> code_shown("HN22A", "HrgFce"), code_shown("E01000001", "lsoa")
    ("'HN22A'", '(not shown)')
    """
    return repr(text) if is_code(text, column) else NOT_SHOWN
