"""A price followed into its records, as the terminal tells it: the table that adds up, and what else there is to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import pandas as pd

from pathway_cost.reports.words.hidden_figures import MEANING, STAR, starred
from pathway_cost.reports.words.words import BASES, is_missing, number, pounds

SHOWN: Final = (
    "organisation", "level", "records", "activity", "gbp", "from_records_gbp", "times", "price_used_gbp", "difference_gbp",
)  # fmt: skip
COUNTED: Final = ("records", "activity")


def followed_heading(unit_cost: str, unit: str, reconciled: pd.DataFrame) -> str:
    """What the table shows.

    >>> ward = pd.DataFrame({"day_gbp": [None], "price_from": [""]})
    >>> followed_heading("ward.bed_day", "bed_day", ward)
    'ward.bed_day: pounds a unit (bed_day) = pounds of its records (gbp) ÷ their activity'
    >>> followed_heading("gp.consult", "visit", ward.assign(price_from="study"))
    'gp.consult: pounds a unit (visit), which no record makes'
    """
    named = f"{unit_cost}: pounds a unit ({unit})"
    if (reconciled["price_from"] != "").all():
        return f"{named}, which no record makes"
    if reconciled["day_gbp"].notna().any():
        return f"{named} = by least squares, gbp = a × records + b × activity"
    return f"{named} = pounds of its records (gbp) ÷ their activity"


def followed_table(reconciled: pd.DataFrame) -> pd.DataFrame:
    """The reconciliation (`RECONCILED` in study/followed_price.py) as it is shown: hidden figures as stars, counts whole.

    >>> frame = pd.DataFrame({"organisation": ["RXX"], "level": [""], "records": [3], "activity": [12.0], "gbp": [5400.0],
    ...                       "from_records_gbp": [450.0], "times": [1.0], "price_used_gbp": [450.0],
    ...                       "difference_gbp": [0.0], "hidden": [""]})
    >>> followed_table(frame).to_dict("records")[0]
    {'organisation': 'RXX', 'records': 3, 'activity': 12, 'gbp': 5400.0, 'from_records_gbp': 450.0, 'price_used_gbp': 450.0, 'difference_gbp': 0.0}
    """
    shown = starred(reconciled)
    without = [
        name for name, plain in (("level", ""), ("times", 1.0)) if (shown[name].isna() | (shown[name] == plain)).all()
    ]
    whole = {name: pd.Series([_whole(cell) for cell in shown[name]], shown.index, dtype=object) for name in COUNTED}
    return shown.assign(**whole)[[name for name in SHOWN if name not in without]]


def followed_lines(reconciled: pd.DataFrame) -> list[str]:
    """What stands below the table: lines through records, prices that no records make, and what a star means."""
    rows: Sequence[dict[Any, Any]] = reconciled.to_dict("records")
    stars = [MEANING] if (starred(reconciled) == STAR).any(axis=None) else []
    return [line for row in rows for line in _lines(row)] + stars


def _lines(row: dict[Any, Any]) -> Iterator[str]:
    where = ", ".join(filter(None, (row["organisation"], row["level"])))
    line = [row[name] for name in ("records", "admission_gbp", "activity", "day_gbp", "gbp")]
    if not any(map(is_missing, line)):
        records, admission, days, day, gbp = line
        made = f"{number(records)} × {pounds(admission)} + {number(days, _digits(days))} days × {pounds(day)}"
        yield f"{where}: {made} = {pounds(gbp)}, by the line through the records"
    basis = BASES.get(row["price_from"], row["price_from"])
    said = [f"{basis}, no records of the study's extracts" if basis else "", row["how"]]
    if any(said):
        yield f"{where}: {'; '.join(filter(None, said))}"


def _digits(days: float) -> int:
    return 0 if float(days).is_integer() else 1


def _whole(cell: Any) -> Any:
    """A count without its point where it is whole."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
