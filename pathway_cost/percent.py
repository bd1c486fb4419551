"""Percentages written where a share or a rate is due: what was meant, said in one way everywhere."""

from __future__ import annotations

from typing import Final

SURELY_PERCENT: Final = 2
"""From here on a number where a share is due is a percentage; 1.2 may be a ratio or a slip."""

SURELY_NO_FACTOR: Final = 10
"""From here on what something is multiplied by is perhaps a percentage; nothing is planned to grow tenfold."""


def meant(number: float, *, lost_point: bool = False) -> str:
    """What somebody meant who wrote 30 for 30%, as the end of a message; nothing where it is no percentage.

    Args:
        number: what was written where it cannot stand.
        lost_point: whether 35 may be 3.5% without its point, as yearly rates are never 35%.

    >>> meant(30), meant(-5), meant(35, lost_point=True)
    (': did you mean 30%? Write 0.3', '', ': did you mean 3.5%? Write 0.035')
    """
    without_point = lost_point and 20 <= number < 100 and number % 1 == 0
    share = number / 1000 if without_point else number / 100
    return f": did you mean {share * 100:g}%? Write {share:g}" if 0 < share <= 1 else ""


def times_hardly_meant(times: float) -> str:
    """What somebody meant who multiplies by 75 for 75%, as the end of a message; nothing where it may be a factor.

    >>> times_hardly_meant(75), times_hardly_meant(110), times_hardly_meant(1.5)
    (': did you mean 75%? Write 0.75', ': did you mean 110%? Write 1.1', '')
    """
    return f": did you mean {times:.12g}%? Write {times / 100:.12g}" if times >= SURELY_NO_FACTOR else ""


def written_as_percent(text: str) -> str | None:
    """The share that a text such as `30%` or `30 percent` stands for, as it is written here; None for other texts.

    >>> written_as_percent("30%"), written_as_percent("7.5 percent"), written_as_percent("los")
    ('0.3', '0.075', None)
    """
    number, _, rest = text.strip().partition("%") if "%" in text else text.strip().partition("percent")
    if rest.strip() or number.strip() == text.strip():
        return None
    try:
        return f"{float(number) / 100:.12g}"
    except ValueError:
        return None


def growth_fault(rate: float) -> str:
    """Why a number is no growth of prices into one year; nothing where it is one.

    >>> growth_fault(3.0), growth_fault(0.03)
    ('growth into a year lies above -1 and below 1; found 3: did you mean 3%? Write 0.03', '')
    """
    if -1 < rate < 1:
        return ""
    return f"growth into a year lies above -1 and below 1; found {rate:g}{meant(rate)}"


def share_fault(share: float) -> str:
    """Why a number is no share; nothing where it is one.

    >>> share_fault(30), share_fault(0.3)
    ('30 is not a share between 0 and 1: did you mean 30%? Write 0.3', '')
    """
    if 0 <= share <= 1:
        return ""
    return f"{share:.12g} is not a share between 0 and 1{meant(share) if share >= SURELY_PERCENT else ''}"
