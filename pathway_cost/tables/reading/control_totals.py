"""Control totals that a user types against what a file holds: the same to the penny and to the record, or a fault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Protocol

import pandas as pd

from pathway_cost.errors import Problem, TableFaults, Where, raise_if_any

HALF: Final = Decimal("0.005")
"""A difference below this is the rounding of what was typed to a penny."""


class Expected(Protocol):
    """What was typed: None where nothing was."""

    @property
    def gbp(self) -> float | None:
        """Sum of its pounds."""

    @property
    def patients(self) -> float | None:
        """Sum of its weights."""

    @property
    def records(self) -> int | None:
        """Its rows."""


@dataclass(frozen=True)
class Held:
    """The pounds, patients and records that a file holds, each where it is known."""

    gbp: Decimal | None = None
    patients: Decimal | None = None
    records: int | None = None


def totals_differ(expected: Expected | None, held: Held, where: Where) -> list[Problem]:
    """One fault with what was expected, found, and the difference; none where nothing was typed.

    >>> @dataclass
    ... class Typed:
    ...     gbp: float | None = None
    ...     patients: float | None = None
    ...     records: int | None = None
    >>> print(totals_differ(Typed(patients=2000), Held(patients=Decimal(4000), records=3), Where("cohort.csv"))[0].what)
    not the control total: patients expected 2,000, found 4,000 (+2,000)
    >>> totals_differ(Typed(gbp=0.3), Held(gbp=Decimal("0.30")), Where("prices.csv"))
    []
    """
    if expected is None:
        return []
    pairs = {
        "pounds": (_exact(expected.gbp), held.gbp, "£"),
        "patients": (_exact(expected.patients), held.patients, ""),
        "records": (_exact(expected.records), _exact(held.records), ""),
    }
    parts = [
        _differs(name, typed, found, sign)
        for name, (typed, found, sign) in pairs.items()
        if typed is not None and found is not None and abs(found - typed) >= HALF
    ]
    remedy = "put the file right, or the control total in `expect:`"
    return (
        [Problem("control_total_differs", f"not the control total: {'; '.join(parts)}", where, remedy=remedy)]
        if parts
        else []
    )


def must_hold(expected: Expected | None, held: Held, file: str) -> None:
    """Raise TableFaults where a file does not hold what was typed."""
    raise_if_any(totals_differ(expected, held, Where(file)), TableFaults)


def sum_of(column: Iterable[Any]) -> Decimal | None:
    """The exact sum of a column as it was written; None where a cell is no number.

    >>> sum_of(pd.Series(["0.1", "0.2", ""])), sum_of(["n/a"])
    (Decimal('0.3'), None)
    """
    try:
        cells = [str(cell).strip() for cell in column if not pd.isna(cell)]
        total = sum((Decimal(cell.replace(",", "").removeprefix("£")) for cell in cells if cell), Decimal(0))
    except InvalidOperation:
        return None
    return total if total.is_finite() else None


def _exact(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def _differs(name: str, typed: Decimal, found: Decimal, sign: str) -> str:
    difference = found - typed
    return (
        f"{name} expected {_said(typed, sign)}, found {_said(found, sign)} "
        f"({'−' if difference < 0 else '+'}{_said(abs(difference), sign)})"
    )


def _said(number: Decimal, sign: str) -> str:
    if sign:
        return f"{'−' if number < 0 else ''}{sign}{abs(number):,.2f}" if _to_the_penny(number) else f"{sign}{number:,f}"
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _to_the_penny(number: Decimal) -> bool:
    return number == number.quantize(Decimal("0.01")) if abs(number) < Decimal(10) ** 20 else False
