"""Financial years: read in the three ways the NHS writes them, written in one."""

from __future__ import annotations

import re

from pathway_cost import terms
from pathway_cost.errors import Form, may_show

_YEAR = re.compile(r"(?:FY)?(\d{4})[-/](\d{2})")


def price_year(text: str) -> str:
    """A financial year written `2024-25`, from `2024/25`, `2024-25` or `FY2024-25`.

    Raises:
        ValueError: the text is no financial year, or its two halves do not follow each other, or nobody has prices of it.

    >>> price_year("FY2024-25"), price_year("2024/25"), price_year("1999-00")
    ('2024-25', '2024-25', '1999-00')
    """
    found = _YEAR.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not a financial year such as 2024-25")
    start = int(found[1])
    if (start + 1) % 100 != int(found[2]):
        raise ValueError(f"{text!r} is not a financial year: after {start} comes {_written(start)}")
    if not terms.FIRST_YEAR <= start <= terms.LAST_YEAR:
        raise ValueError(f"{text!r} is no year that a price could be of: {terms.FIRST_YEAR} to {terms.LAST_YEAR}")
    return _written(start)


def year_wrong(text: str) -> str | None:
    """Why a cell is no financial year, as a message may say it; None where it is one.

    >>> year_wrong("2024-26"), year_wrong("15/06/1950"), year_wrong("2024-25")
    ("'2024-26' is not a financial year: after 2024 comes 2024-25", 'not a financial year such as 2024-25', None)
    """
    try:
        price_year(text)
    except ValueError as error:
        return str(error) if may_show(text, Form.YEAR) else "not a financial year such as 2024-25"
    return None


def years_after(first: str, last: str) -> list[str]:
    """Every financial year after `first`, up to and with `last`; none when `last` is not later.

    >>> years_after("2021-22", "2023-24")
    ['2022-23', '2023-24']
    """
    return [_written(start) for start in range(int(first[:4]) + 1, int(last[:4]) + 1)]


def _written(start: int) -> str:
    return f"{start}-{(start + 1) % 100:02d}"
