"""What a period of a run is called: year 3, month 7, or its days."""

from __future__ import annotations

from pathway_cost.reports.words.words import number

YEAR = 365.0
LENGTHS = ((YEAR, "Year"), (YEAR / 12, "Month"), (7.0, "Week"), (1.0, "Day"))


def period_name(period: int, from_day: float, to_day: float, *, of: str = "") -> str:
    """The name of a period; a last one that is cut short says so, and `of` whom it is where that is no organisation's year.

    >>> period_name(1, 0.0, 365.0), period_name(2, 365.0 / 12, 365.0 / 6)
    ('Year 1', 'Month 2')
    >>> period_name(3, 730.0, 1000.0)
    'Year 3, to day 1,000'
    >>> period_name(2, 50.0, 90.0)
    'Days 50 to 90'
    >>> period_name(1, 0.0, 365.0, of="these starters")
    'Year 1 of these starters'
    """
    whose = f" of {of}" if of else ""
    for length, unit in LENGTHS:
        if abs(from_day - (period - 1) * length) < 0.5 and (period > 1 or to_day >= length - 0.5):
            whole = abs(to_day - period * length) < 0.5
            if whole or to_day < period * length:
                return f"{unit} {period}{whose}" + ("" if whole else f", to day {number(to_day)}")
    return f"Days {number(from_day)} to {number(to_day)}{whose}"
