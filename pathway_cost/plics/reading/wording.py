"""Words for messages of the reader: pounds with their sign in front, names that cannot be a patient's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

_SHOWN: Final = 8  # names that are listed; the rest is counted
_SHOWABLE: Final = re.compile(r"(?:\{other\})?(?:[A-Za-z_]{1,40}|v\d{1,2}\.\d{1,2}-\d{4})", re.ASCII)

PUT_RIGHT: Final = "put the extract right, or have it made again"


def pounds(amount: Decimal | None, *, signed: bool = False, exact: bool = False) -> str:
    """Pounds for a reader: two places, or every place the amount has.

    >>> pounds(Decimal("-1234.5")), pounds(Decimal("0.01000000"), signed=True, exact=True)
    ('−£1,234.50', '+£0.01')
    """
    value = amount or Decimal(0)
    sign = "−" if value < 0 else "+" if signed else ""
    digits = f"{abs(value):,f}" if exact else f"{abs(value):,.2f}"
    whole, _, part = digits.partition(".")
    return f"{sign}£{whole}.{part.rstrip('0').ljust(2, '0')}"


def plain_names(names: Iterable[str]) -> str:
    """Names of elements or columns; what may be something else (digits in it, long) is not shown.

    >>> plain_names(["HrgFce", "9434765919", "OrgId"])
    'HrgFce, (not shown), OrgId'
    """
    listed = [name if _SHOWABLE.fullmatch(name) else "(not shown)" for name in names]
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return ", ".join(dict.fromkeys(listed[:_SHOWN])) + more if listed else "none"


def counted(number: float, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "record"), counted(1234, "record")
    ('1 record', '1,234 records')
    """
    return f"{number:,.0f} {noun}{'' if number == 1 else 's'}"
