"""Words and money: how numbers read on paper. Strings are born here and in the files beside this one."""

from __future__ import annotations

import math
import numbers
from typing import Final

MINUS: Final = "−"
NOTHING: Final = "–"  # a cell that has no figure, such as the change of the baseline
_MISSING: Final = frozenset({"NAType", "NaTType"})  # what pandas keeps where there is nothing

GRADES: Final = {
    "trial": "Trial",
    "published": "Published",
    "local": "Local data",
    "expert": "Expert view",
    "assumption": "Assumption",
}
CLASSES: Final = {
    "priced once": "Priced once",
    "priced more than once": "Priced more than once",
    "no price carries": "These patients' pounds that no price carries",
    "outside the rules": "Outside the rules",
    "work in progress": "Work in progress",
    "zero-day stays": "Stays of no day",
    "orphan SI/SWC": "SI and SWC without a parent record",
    "hidden together": "Hidden, of several classes",
}
FACTORS: Final = {
    "patients": "Patients (volume)",
    "routing": "Routing (who goes where)",
    "quantity": "Quantity per visit",
    "organisation": "Organisation that provides it",
    "unit cost": "Unit cost",
    "organisation and unit cost together": "Organisation and unit cost together",
    "interaction": "Interaction",
}
BASES: Final = {
    "plics": "PLICS",
    "pack": "Partner's cost pack",
    "national": "National Schedule",
    "table": "User's table",
    "prices": "Written in the study",
    "changed by the scenario": "Changed by the scenario",
}


def is_missing(value: object) -> bool:
    """Whether a cell holds nothing. No word means that: a level may be called `none`, `nan` or `NA`.

    >>> is_missing(None), is_missing(float("nan")), is_missing(0.0), is_missing(""), is_missing("none")
    (True, True, False, True, False)
    """
    if isinstance(value, numbers.Real):
        return math.isnan(value)
    return value is None or type(value).__name__ in _MISSING or (isinstance(value, str) and not value)


def pounds(value: float | None, digits: int = 2) -> str:
    """Pounds with thousands and pence.

    >>> pounds(-1234.5), pounds(0.001), pounds(None)
    ('−£1,234.50', '£0.00', '–')
    """
    if value is None or math.isnan(value):
        return NOTHING
    text = f"{abs(value):,.{digits}f}"
    return f"{MINUS if value < 0 and _has_digit(text) else ''}£{text}"


def signed_pounds(value: float | None, digits: int = 2) -> str:
    """Pounds of a change: the sign is always written, except for nothing.

    >>> signed_pounds(1234.5), signed_pounds(-0.001), signed_pounds(-70)
    ('+£1,234.50', '£0.00', '−£70.00')
    """
    text = pounds(value, digits)
    grows = value is not None and value > 0 and _has_digit(text)
    return f"+{text}" if grows else text


def short_pounds(value: float, *, signed: bool = False) -> str:
    """Pounds for a chart: three or four figures.

    >>> short_pounds(312_400_000), short_pounds(-31_240), short_pounds(512.4), short_pounds(1200, signed=True)
    ('£312.4m', '−£31.2k', '£512', '+£1,200')
    >>> short_pounds(999_960), short_pounds(999_960_000), short_pounds(9_999.6)
    ('£1.00m', '£1.00bn', '£10.0k')
    """
    size = abs(value)
    if round(size, -5) >= 1e9:
        text, unit = f"{size / 1e9:,.2f}", "bn"
    elif round(size, -2) >= 1e6:
        text, unit = f"{size / 1e6:,.{1 if round(size, -4) >= 1e7 else 2}f}", "m"
    elif round(size) >= 1e4:
        text, unit = f"{size / 1e3:,.1f}", "k"
    else:
        text, unit = f"{size:,.0f}", ""
    if not _has_digit(text):
        return "£0"
    sign = MINUS if value < 0 else "+" if signed else ""
    return f"{sign}£{text}{unit}"


def told_pounds(value: float) -> str:
    """Pounds as they are said in a sentence, without a sign: two or three figures of what is large.

    >>> told_pounds(-2_462_169.56), told_pounds(35_000), told_pounds(-49.24), told_pounds(4.003), told_pounds(4.25)
    ('£2.46m', '£35,000', '£49', '£4', '£4.25')
    >>> told_pounds(999_600), told_pounds(999_400)
    ('£1.00m', '£999,000')
    """
    size = abs(value)
    if round(size, -3) >= 1e6:
        return short_pounds(max(size, 1e6))
    return pounds(round(size, -3 if size >= 1e4 else 2), 0 if size >= 10 or abs(size - round(size)) < 0.005 else 2)


def number(value: float | None, digits: int = 0) -> str:
    """A count with thousands.

    >>> number(50_000.0), number(-0.25, 2)
    ('50,000', '−0.25')
    """
    if value is None or math.isnan(value):
        return NOTHING
    text = f"{abs(value):,.{digits}f}"
    return f"{MINUS if value < 0 and _has_digit(text) else ''}{text}"


def count(value: float | None) -> str:
    """Expected patients or visits: whole where they are many, one decimal where they are few.

    >>> count(50_000.4), count(12.34), count(3.0)
    ('50,000', '12.3', '3')
    >>> count(24_957.5), count(24_957.499999999996)  # the same number, summed in another order
    ('24,958', '24,958')
    """
    value = value if value is None else float(f"{value:.12g}")
    few = value is not None and abs(value) < 100 and value != round(value)
    return number(value, 1 if few else 0)


def is_one(people: float) -> bool:
    """Whether so many are told as 1.

    >>> is_one(1.0), is_one(1.4)
    (True, False)
    """
    return count(people) == "1"


def percent(share: float | None, digits: int = 1, *, signed: bool = False) -> str:
    """A share as a percentage.

    >>> percent(0.0312), percent(-0.0312, signed=True), percent(0.02, signed=True)
    ('3.1%', '−3.1%', '+2.0%')
    """
    if share is None or math.isnan(share):
        return NOTHING
    text = f"{abs(share) * 100:,.{digits}f}%"
    if not _has_digit(text):
        return text
    return f"{MINUS if share < 0 else '+' if signed else ''}{text}"


def plain(value: object) -> str:
    """Any cell as text: numbers without noise, missing as a dash.

    >>> plain(0.05), plain(4.65000), plain("local"), plain(None), plain(12000.0)
    ('0.05', '4.65', 'local', '–', '12,000')
    """
    if is_missing(value):
        return NOTHING
    if isinstance(value, float):
        return number(value) if value == round(value) else f"{value:,.6g}".replace("-", MINUS)
    return str(value)


def brief(value: object) -> str:
    """A number that is read, not copied: four figures, thousands whole.

    >>> brief(0.00321334), brief(397.572), brief(1234.5), brief(4), brief(None)
    ('0.003213', '397.6', '1,234', '4', '–')
    """
    if is_missing(value):
        return NOTHING
    size = float(str(value))
    return number(size) if abs(size) >= 1000 else f"{size:.4g}".replace("-", MINUS)


def title(name: str) -> str:
    """A name as it is written in files (`day_case`), as a heading (`Day case`).

    >>> title("community_rehab"), title("day_case+msk_triage"), title("ward.bed_day")
    ('Community rehab', 'Day case + msk triage', 'Ward bed day')
    """
    text = name.replace("+", " + ").replace("_", " ").replace(".", " ").strip()
    return text[:1].upper() + text[1:]


def named(value: object, words: dict[str, str]) -> str:
    """The plain words for a term, or the term as a heading where none are listed.

    >>> named("routing", FACTORS), named("routing × unit cost", FACTORS)
    ('Routing (who goes where)', 'Routing × unit cost')
    """
    text = str(value)
    return words.get(text, title(text))


def _has_digit(text: str) -> bool:
    return any(character in "123456789" for character in text)
