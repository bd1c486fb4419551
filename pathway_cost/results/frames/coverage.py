"""Where every PLICS pound went: the claim table, the total of each organisation and year, and the difference."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from typing import Final

import pandas as pd

from pathway_cost.privacy.suppression import HIDDEN, SUM_HIDDEN

TOTAL: Final = "total"
DIFFERENCE: Final = "difference"
PLACE: Final = ["organisation", "fin_year"]
WORDS: Final = [*PLACE, "feed", "class", "rules", "activity"]
FIGURES: Final = ["records", "lines", "gbp"]
HIDING: Final = {"hidden", "sum_hidden", "total_hidden"}
"""Columns of claims: whether a row, the sum of its class and the total of its place are hidden."""
TOGETHER: Final = "hidden together"
"""Class of the row that sums what is hidden of the classes whose sums are hidden."""
SEVERAL: Final = "(hidden together)"
"""Activity of a row that sums hidden rows."""


def coverage(claims: pd.DataFrame | None, backcast: pd.DataFrame | None, *, to_share: bool = False) -> pd.DataFrame:
    """The claim table, then for each organisation and year two rows: class `total` and class `difference`.

    The total sums the classes; the difference is the pounds in the files less that total, missing where no back-cast
    was made. Records are not added up: one record may have lines in several classes. Without PLICS, no rows. Of what is
    handed on, figures that must be hidden are missing, a column `hidden` names them where any are, and rows of what is
    hidden together keep the pounds summing to the total.
    """
    if claims is None or claims.empty:
        return pd.DataFrame()
    hides = to_share and set(claims.columns) >= HIDING and bool(claims["hidden"].any())
    blocks: list[pd.DataFrame] = []
    for place, rows in claims.groupby(PLACE, sort=False):
        shown = _without_hidden(rows) if hides else rows[[*WORDS, *FIGURES]].astype(object)
        blocks += [shown, _proof(place, rows, backcast, hidden=hides)]
    table = pd.concat(blocks, ignore_index=True)
    return table.astype(dict.fromkeys(WORDS, "str") | {"records": "Int64", "lines": "Int64"})


def _proof(
    place: tuple[Hashable, ...], rows: pd.DataFrame, backcast: pd.DataFrame | None, *, hidden: bool
) -> pd.DataFrame:
    here = dict(zip(PLACE, place, strict=True)) | {"feed": "", "rules": "", "activity": ""}
    total = here | {"class": TOTAL, "lines": int(rows["lines"].sum()), "gbp": sum(rows["gbp"], Decimal(0))}
    difference = here | {"class": DIFFERENCE, "gbp": _difference(place, backcast)}
    if hidden and rows["hidden"].any():
        total |= {"lines": None, HIDDEN: "lines"}
    if hidden and rows["total_hidden"].any():
        total |= {"gbp": None, HIDDEN: ", ".join([*FIGURES[1:], SUM_HIDDEN])}
    columns = [*WORDS, *FIGURES, *([HIDDEN] if hidden else [])]
    proof = pd.DataFrame([total, difference], columns=columns, dtype=object)
    return proof.fillna({HIDDEN: ""}) if hidden else proof


def _without_hidden(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of one organisation and year: hidden figures missing and named, then what is hidden together."""
    shown = rows[[*WORDS, *FIGURES]].astype(object)
    shown[FIGURES] = shown[FIGURES].where(~rows["hidden"], None)
    named = [
        [*FIGURES] * own + [SUM_HIDDEN] * of_class
        for own, of_class in zip(rows["hidden"], rows["sum_hidden"], strict=True)
    ]
    shown = shown.assign(**{HIDDEN: [", ".join(names) for names in named]})
    return pd.concat([shown, _together(rows)], ignore_index=True)


def _together(rows: pd.DataFrame) -> pd.DataFrame:
    """Pounds of hidden rows: of each class whose sum is shown, then of all other classes as one; none without a total.

    Their lines are not told: a record has whole numbers of lines that other rows show, and they would count the records.
    """
    of = rows["class"].where(~rows["sum_hidden"], TOGETHER)[rows["hidden"] & ~rows["total_hidden"]]
    here = dict(zip(PLACE, rows[PLACE].iloc[0], strict=True)) | {
        "feed": "",
        "rules": "",
        "activity": SEVERAL,
        HIDDEN: "records, lines",
    }
    made = [
        here | {"class": name, "gbp": sum(some["gbp"], Decimal(0))}
        for name, some in rows.loc[of.index].groupby(of, sort=False)
    ]
    return pd.DataFrame(made, columns=[*WORDS, *FIGURES, HIDDEN], dtype=object)


def _difference(place: tuple[Hashable, ...], backcast: pd.DataFrame | None) -> Decimal | None:
    if backcast is None or backcast.empty:
        return None
    row = backcast[(backcast["organisation"] == place[0]) & (backcast["fin_year"] == place[1])]
    return None if row.empty else row["difference"].iloc[0]
