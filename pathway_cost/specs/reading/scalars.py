"""What an unquoted word of YAML 1.2 is: nothing, a flag, a number, a date; else text."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

_NULL = re.compile(r"~|null|Null|NULL|")
_FLAG = re.compile(r"true|True|TRUE|false|False|FALSE")
_WHOLE = re.compile(r"[-+]?[0-9]{1,40}|0o[0-7]{1,40}|0x[0-9a-fA-F]{1,40}")
_FRACTION = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([Tt ].*)?")
_BASES = {"0x": 16, "0o": 8}


def plain_scalar(text: str, *, quoted: bool = False) -> Any:
    """A scalar by the YAML 1.2 core schema, and dates; anything quoted is text.

    >>> [plain_scalar(text) for text in ("no", "0100", "5E1", "60_69", "1:30", "true", "")]
    ['no', 100, 50.0, '60_69', '1:30', True, None]
    """
    if quoted:
        return text
    if _NULL.fullmatch(text):
        return None
    if _FLAG.fullmatch(text):
        return text.lower() == "true"
    return _date(text) if _DATE.fullmatch(text) else _number(text)


def _number(text: str) -> float | str:
    if _WHOLE.fullmatch(text):
        return int(text, _BASES.get(text[:2], 10))
    if _FRACTION.fullmatch(text):
        return float(text)
    return float(text.replace(".", "").lower()) if _NOT_FINITE.fullmatch(text) else text


def _date(text: str) -> dt.date | str:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return text
