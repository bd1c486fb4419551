"""Made-up people, and chance in whole numbers and days of 2024/25."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

YEAR_START: Final = date(2024, 4, 1)
YEAR_END: Final = date(2025, 3, 31)


class Patient(NamedTuple):
    """A made-up person."""

    nhs_number: str
    postcode: str
    born: date
    sex: str

    def fields(self, *, postcode: bool = True) -> dict[str, str | None]:
        """The elements that say who."""
        where = {"Postcd": self.postcode} if postcode else {}
        return {"NHSNo": self.nhs_number, "NhsSt": "01", **where, "DoB": self.born.isoformat(), "Gendr": self.sex}


def patients(chance: random.Random, count: int) -> Iterator[Patient]:
    """Test NHS numbers with correct check digits (999 xxx xxxx), pseudo postcodes, ages 45 to 90."""
    serial = 100_000
    for _ in range(count):
        serial, digit = next_check_digit(serial)
        born = date(1934, 1, 1) + timedelta(days=whole(chance, 0, 45 * 365))
        postcode = ("ZZ99 3CZ", "ZZ99 3VZ", "ZZ99 3WZ")[whole(chance, 0, 2)]
        yield Patient(f"999{serial}{digit}", postcode, born, "12"[whole(chance, 0, 99) > 42])


def next_check_digit(serial: int) -> tuple[int, int]:
    """The next serial after this one that has a check digit, and the digit (modulus 11)."""
    while True:
        serial += 1
        weighted = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), f"999{serial}", strict=True))
        digit = (11 - weighted % 11) % 11
        if digit < 10:
            return serial, digit


def whole(chance: random.Random, low: int, high: int) -> int:
    """A whole number from low to high, both possible."""
    return low + int(chance.random() * (high - low + 1))


def a_day(chance: random.Random, *, room: int = 0) -> date:
    """A day of 2024/25 that leaves room for a stay."""
    return YEAR_START + timedelta(days=whole(chance, 0, (YEAR_END - YEAR_START).days - room))
