"""Records added up again, from a table of them alone: their exact sums, and the price that these give."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, localcontext
from typing import Any, Final, NamedTuple

import pandas as pd

DIGITS: Final = 80
"""Enough that no sum or product of pounds and days is rounded."""
PENCE: Final = 2


class RecordSums(NamedTuple):
    """How many units there are (records, or spells), what they are divided by, their pounds, and the line through them."""

    units: int
    activity: Decimal
    gbp: Decimal
    activity_squared: Decimal
    activity_gbp: Decimal

    @property
    def ratio(self) -> Decimal | None:
        """Pounds ÷ activity; None where there is none.

        >>> knees = pd.DataFrame({"event_id": [1, 2], "unit_id": [1, 2], "activity": [2, 4], "gbp": [1000, 1700]})
        >>> sums_of(knees, "activity", "gbp").ratio
        Decimal('450')
        """
        return self.gbp / self.activity if self.activity else None

    @property
    def day(self) -> Decimal | None:
        """Pounds a day by least squares over the records, pounds = a + b × days; None where all stays are equally long.

        >>> stays = pd.DataFrame({"event_id": [1, 2], "unit_id": [1, 2], "days": [2, 4], "gbp": [2000, 2400]})
        >>> line = sums_of(stays, "days", "gbp")
        >>> line.day, line.admission
        (Decimal('200'), Decimal('1600'))
        """
        with localcontext(Context(DIGITS)):
            spread = self.units * self.activity_squared - self.activity * self.activity
            return (self.units * self.activity_gbp - self.activity * self.gbp) / spread if spread else None

    @property
    def admission(self) -> Decimal | None:
        """Pounds an admission by the same line."""
        day = self.day
        return None if day is None else (self.gbp - day * self.activity) / self.units


NOTHING: Final = RecordSums(0, Decimal(0), Decimal(0), Decimal(0), Decimal(0))


def sums_of(records: pd.DataFrame, activity: str, gbp: str) -> RecordSums:
    """The exact sums of two columns of decimals; `event_id` and `unit_id` tell which records stand for a unit."""
    units = int((records["event_id"] == records["unit_id"]).sum())
    with localcontext(Context(DIGITS)):
        pairs = [(_exact(each), _exact(pounds)) for each, pounds in zip(records[activity], records[gbp], strict=True)]
        return RecordSums(
            units,
            _sum(each for each, _ in pairs),
            _sum(pounds for _, pounds in pairs),
            _sum(each * each for each, _ in pairs),
            _sum(each * pounds for each, pounds in pairs),
        )


def in_pool(records: pd.DataFrame, organisation: str, fin_year: str, level: str) -> pd.DataFrame:
    """The records of one organisation, year and level; level "" is every record."""
    chosen = (records["organisation"] == organisation) & (records["fin_year"] == fin_year)
    found: pd.DataFrame = records[chosen & (records["level"] == level) if level else chosen]
    return found


def trimmed(number: Any, places: int = 0) -> Decimal | None:
    """A decimal without zeros at its end, but for so many places; None for what is missing.

    >>> str(trimmed(Decimal("4000.00000000"), PENCE)), str(trimmed(Decimal("0.50"))), str(trimmed(Decimal("0E-8"), PENCE))
    ('4000.00', '0.5', '0.00')
    """
    if pd.isna(number):
        return None
    with localcontext(Context(DIGITS)):
        short = Decimal(number).normalize()
        exponent = short.as_tuple().exponent
        return short.quantize(Decimal(1).scaleb(-places)) if int(exponent) > -places else short


def _exact(cell: Any) -> Decimal:
    return Decimal(0) if pd.isna(cell) else Decimal(cell)


def _sum(terms: Iterable[Decimal]) -> Decimal:
    return sum(terms, Decimal(0))
