"""Words for units, where they decide pounds: of times, of shares, and of what a price is paid for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pathway_cost.nearness import folded, is_near
from pathway_cost.specs.format.durations import DAYS

TIMES: Final = {"hour": 1 / 24} | DAYS
"""Unit of a stay or wait → its days."""
PERCENT: Final = ("percent", "%", "per cent", "percentage", "pct", "percentage point", "percentage points")
SHARES: Final = ("share", "probability", "proportion", "fraction", "chance", "risk", "rate", "ratio", "1")

DAY_LIKE: Final = ("bed_day", "day", "night")
WITHIN_A_DAY: Final = ("minute", "hour")
PRICE_TIMES: Final = {"minute": 1 / 1440} | TIMES | dict.fromkeys(DAY_LIKE, 1.0)
"""Unit of a price that is a time → its days."""
ONCE_A_RECORD: Final = ("episode", "spell", "admission", "discharge", "stay", "referral")
"""Units of a price that is paid once for a record, however long it lasts."""
OTHERS: Final = (
    "attendance", "contact", "visit", "journey", "item", "session", "assessment", "appointment", "procedure",
)  # fmt: skip
PRICE_UNITS: Final = (*PRICE_TIMES, *ONCE_A_RECORD, *OTHERS)
PARTS: Final = ("half", "part", "quarter")
"""A half_day is no day."""
LETTERS: Final = 5  # a unit must have before one letter off is a slip: a cast is no case


def time_unit(text: str | None) -> str | None:
    """The unit of a stay or wait, in the singular; a day where none is stated; None where the word is no such unit.

    >>> time_unit("weeks"), time_unit(None), time_unit("Week"), time_unit("night")
    ('week', 'day', None, None)
    """
    word = "day" if text is None else text.removesuffix("s")
    return word if word in TIMES else None


def is_share_unit(text: str | None) -> bool:
    """Whether a unit is that of a share, however it goes on; nothing stated is.

    >>> is_share_unit("share of patients"), is_share_unit("percent"), is_share_unit(None)
    (True, False, True)
    """
    return text is None or text.split()[0] in SHARES


def is_percent(text: str | None) -> bool:
    """Whether a unit says that 30 means 0.3.

    >>> is_percent("%"), is_percent("per cent"), is_percent("share")
    (True, True, False)
    """
    return text is not None and folded(text).replace("_", " ") in PERCENT


def price_time(unit: str) -> str | None:
    """The time that a price is paid for, also in a unit of one's own that ends in one; None where it is no time.

    >>> price_time("week"), price_time("care_week"), price_time("staff_hour"), price_time("half_day"), price_time("contact")
    ('week', 'week', 'hour', None, None)
    """
    if unit in PRICE_TIMES:
        return unit
    *before, last = unit.split("_")
    return last if before and before[0] not in PARTS and last in PRICE_TIMES else None


def price_unit_meant(unit: str) -> str | None:
    """The unit of a price that a word nearly is; None where it is one, or a unit of its own.

    >>> price_unit_meant("beday"), price_unit_meant("contacts"), price_unit_meant("bed_day"), price_unit_meant("cast")
    ('bed_day', 'contact', None, None)
    """
    if unit in PRICE_UNITS:
        return None
    return next((known for known in PRICE_UNITS if _is_slip(unit, known)), None)


def _is_slip(unit: str, known: str) -> bool:
    if unit == f"{known}s" or folded(unit) == folded(known):
        return True
    one, other = unit.replace("_", ""), known.replace("_", "")
    return one == other or (len(known) >= LETTERS and is_near(one, other))


def listed(words: Iterable[str]) -> str:
    """Words in one line: `hour, day, week`."""
    return ", ".join(words)
