"""Times written in words: `30 days`, `1 year`. A year is 365 days, a month 365/12."""

from __future__ import annotations

import re

from pathway_cost import terms

DAYS = {"day": 1.0, "week": 7.0, "month": 365 / 12, "year": 365.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(day|week|month|year)s?")
_FINANCIAL_YEAR = re.compile(r"(?:FY)?(\d{4})[-/](\d{2})")


def duration_days(text: str) -> float:
    """The days of a duration. Raises ValueError in plain words.

    >>> duration_days("30 days"), duration_days("1 year"), duration_days("12 months")
    (30.0, 365.0, 365.0)
    """
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(f"{text!r} is not a time such as `30 days`, `6 months` or `1 year`")
    return float(match[1]) * DAYS[match[2]]


def financial_year(text: str) -> str:
    """A financial year, written 2024-25. Raises ValueError in plain words.

    >>> financial_year("2024/25"), financial_year("FY2024-25")
    ('2024-25', '2024-25')
    """
    match = _FINANCIAL_YEAR.fullmatch(text.strip())
    if match is None or (int(match[1]) + 1) % 100 != int(match[2]):
        raise ValueError(f"{text!r} is not a financial year such as 2024-25")
    if not terms.FIRST_YEAR <= int(match[1]) <= terms.LAST_YEAR:
        raise ValueError(f"{text!r} is no year of the NHS: {terms.FIRST_YEAR} to {terms.LAST_YEAR}")
    return f"{match[1]}-{match[2]}"


def year_after(text: str, years: int) -> str:
    """The financial year so many years after another, written 2024-25.

    >>> year_after("2024/25", 3), year_after("2099-00", 0)
    ('2027-28', '2099-00')
    """
    first = int(financial_year(text)[:4]) + years
    return f"{first}-{(first + 1) % 100:02}"


def is_financial_year(text: str) -> bool:
    """Whether a text is a financial year.

    >>> is_financial_year("2024-25"), is_financial_year("2024-26")
    (True, False)
    """
    try:
        financial_year(text)
    except ValueError:
        return False
    return True
