"""Which cells of a user's table a message may show: what is near to a declared name, and codes; never what may be a patient's.

A column in the wrong place may hold anything. So a cell is shown for what it is, not for what it is not: it is a name of
the pathway or the study but for a slip, or it has the form that the codes of its column have.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from typing import Final

from pathway_cost.nearness import is_near

NOT_SHOWN: Final = "(not shown)"
MOST_DIGITS: Final = 6
"""Digits of a code; an NHS number has ten, a date of birth eight."""

_LOCAL_ID: Final = re.compile(r"\d{5}")
_POSTCODE: Final = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?[\s._/-]?\d[A-Z]{2}", re.IGNORECASE | re.ASCII)
_MONTHS: Final = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DATE: Final = re.compile(
    rf"\d{{1,4}}[-./]\d{{1,2}}[-./]\d{{1,4}}|\d{{1,2}}(?:st|nd|rd|th)?[-./\s]*(?:{_MONTHS})|(?:{_MONTHS})[a-z]*\s+\d",
    re.IGNORECASE | re.ASCII,
)
_TEN_DIGITS: Final = re.compile(r"(?<!\d)\d(?:[\s-]{0,2}\d){9}(?!\d)", re.ASCII)
_NUMBER: Final = re.compile(r"[-+£(]?\s*[\d][\d\s.,-]*[%)]?")


class Form(Enum):
    """What the cells of a column look like where they are what they should be."""

    HEADER = r"[A-Za-z_][A-Za-z0-9_]*"
    """The name of a column, in one word."""
    KEY = r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*"
    """A unit cost key."""
    NAME = r"[a-z][a-z0-9_]*"
    """A component, a unit, an index, an attribute."""
    LEVEL = r"[a-z0-9<>][a-z0-9_.<>+-]*"
    """A level of an attribute."""
    ORGANISATION = r"\*|[A-Z0-9]{2,5}|[A-Z]\d{5}"
    """An organisation's code; a practice's is a letter and five digits."""
    LEVELS = r"[a-z][a-z0-9_]*=[a-z0-9<>][a-z0-9_.<>+-]*(?:\|[a-z][a-z0-9_]*=[a-z0-9<>][a-z0-9_.<>+-]*)*"
    """A level as a price table writes it: `complexity=high|frail=no`."""
    COMPONENT = r"[A-Za-z][A-Za-z0-9_]*(?:[-./&+][A-Za-z0-9_]+)*"
    """A component of a price."""
    YEAR = r"(?:FY)?(?!19\d{2}[-/](?:0[1-9]|1[0-2]))\d{4}[-/]\d{2}|20\d{2}|\d{2}[-/]\d{2}"
    """A financial year, or what may have been meant for one; 1950-06 may be a month of birth."""
    DRAWN = r"unit_cost:(?:\*|[A-Z0-9]{2,5}):[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*"
    """The column of draws that multiplies a price."""
    PATTERN = r"\*|[A-Z]{1,4}\d{0,4}[A-Z]?\d?\*?"
    """A code of the collection, or the beginning of several."""


def may_show(text: str, form: Form | None = None, near: Iterable[str] = ()) -> bool:
    """Whether a message may show a cell: it is one of some declared names but for a slip, or a code of its column.

    >>> may_show("Frial", near=["no", "Frail"]), may_show("John Smith", near=["no", "Frail"])
    (True, False)
    >>> [may_show(text, Form.ORGANISATION) for text in ("RXX", "LS14AB", "9434765919", "Ann")]
    [True, False, False, False]
    """
    return (form is not None and _has_form(text, form)) or any(text == name or is_near(text, name) for name in near)


def shown(text: object, form: Form | None = None, near: Iterable[str] = ()) -> str:
    """A cell in quotation marks as a message may print it.

    >>> shown("ward_name", Form.HEADER), shown("John Smith", Form.HEADER)
    ("'ward_name'", '(not shown)')
    """
    return repr(str(text)) if may_show(str(text), form, near) else NOT_SHOWN


def told(text: object, form: Form | None = None, near: Iterable[str] = ()) -> str:
    """A cell as a message may print it, without quotation marks.

    >>> told("gp.consult", Form.KEY), told("John Smith", Form.KEY)
    ('gp.consult', '(not shown)')
    """
    return str(text) if may_show(str(text), form, near) else NOT_SHOWN


def header_said(name: str, place: int, near: Iterable[str] = ()) -> str:
    """The name of a column as a message may print it, else its number; `place` counts from 0.

    A table without a header row has the first patient in its place.

    >>> header_said("ward_name", 2), header_said("John Smith", 2), header_said("Weight ", 2, ["weight"])
    ("'ward_name'", 'number 3 (not shown)', "'Weight '")
    """
    return repr(name) if may_show(name, Form.HEADER, near) else f"number {place + 1} {NOT_SHOWN}"


def may_identify(text: str) -> bool:
    """Whether a text may be a patient's number, date of birth, postcode or name, whatever else it may be.

    A blank within, a sign that is not of plain ASCII, many digits, a date or a postcode.

    >>> [may_identify(text) for text in ("943 476 5919", "P00417", "ls14ab", "15jun1950", "O\u200bK")]
    [True, True, True, True, True]
    >>> may_identify("HN22A"), may_identify("THR001")
    (False, False)
    """
    return (
        not (text.isascii() and text.isprintable())
        or " " in text
        or sum(map(str.isdigit, text)) > MOST_DIGITS
        or _LOCAL_ID.search(text) is not None
        or _POSTCODE.fullmatch(text) is not None
        or _DATE.search(text) is not None
    )


def holds_nhs_number(text: str) -> bool:
    """Whether somewhere in a text there are ten digits that pass the check of an NHS number, in groups or not.

    Source of the check digit: NHS Data Dictionary, NHS number.

    >>> holds_nhs_number("Ward list, 943 476 5919"), holds_nhs_number("NCC 2024/25, 9434765918 lines")
    (True, False)
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    return any(_passes([int(sign) for sign in found if sign.isdigit()]) for found in _TEN_DIGITS.findall(plain))


def _passes(digits: list[int]) -> bool:
    check = 11 - sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return digits[9] == (0 if check == 11 else check)


def is_small_number(text: str) -> bool:
    """Whether a text is a number with so few digits that it may be a price, and no number of a patient.

    >>> is_small_number("£5,000.50"), is_small_number("943 476 5919"), is_small_number("12.06.50")
    (True, False, False)
    """
    few = sum(map(str.isdigit, text)) <= MOST_DIGITS + 1
    return few and _DATE.search(text) is None and not any(sign.isalpha() for sign in text)


def kind_of(text: str) -> str:
    """What a cell that is not shown looks like, in words.

    >>> [kind_of(text) for text in ("John Smith", "15 Jun 1950", "9434765919")]
    ['a text of two words', 'a date', 'a number']
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if _DATE.search(plain):
        return "a date"
    if _NUMBER.fullmatch(plain):
        return "a number"
    words = len(plain.split())
    return (
        f"a text of {('no', 'one', 'two', 'three')[words] if words <= 3 else 'several'} word{'' if words == 1 else 's'}"
    )


_PRACTICE: Final = re.compile(r"[A-Z]\d{5}", re.ASCII)
_PATTERNS: Final = {form: re.compile(form.value, re.ASCII) for form in Form}
LONGEST: Final = 60


@lru_cache(maxsize=4096)
def _has_form(text: str, form: Form) -> bool:
    if form is Form.ORGANISATION and _PRACTICE.fullmatch(text):
        return True
    return len(text) <= LONGEST and _PATTERNS[form].fullmatch(text) is not None and not may_identify(text)
