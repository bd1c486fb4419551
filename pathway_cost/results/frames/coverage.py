"""Where every PLICS pound went: the claim table, the total of each organisation and year, and the difference."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from typing import Final

import pandas as pd

TOTAL: Final = "total"
DIFFERENCE: Final = "difference"
PLACE: Final = ["organisation", "fin_year"]
WORDS: Final = [*PLACE, "feed", "class", "rules", "activity"]


def coverage(claims: pd.DataFrame | None, backcast: pd.DataFrame | None) -> pd.DataFrame:
    """The claim table, then for each organisation and year two rows: class `total` and class `difference`.

    The total sums the classes; the difference is the pounds in the files less that total, missing where no back-cast
    was made. Records are not added up: one record may have lines in several classes. Without PLICS, no rows.
    """
    if claims is None or claims.empty:
        return pd.DataFrame()
    blocks: list[pd.DataFrame] = []
    for place, rows in claims.groupby(PLACE, sort=False):
        blocks += [rows.astype(object), _proof(place, rows, backcast)]
    table = pd.concat(blocks, ignore_index=True)
    return table.astype(dict.fromkeys(WORDS, "str") | {"records": "Int64", "lines": "Int64"})


def _proof(place: tuple[Hashable, ...], rows: pd.DataFrame, backcast: pd.DataFrame | None) -> pd.DataFrame:
    here = dict(zip(PLACE, place, strict=True)) | {"feed": "", "rules": "", "activity": ""}
    total = here | {"class": TOTAL, "lines": int(rows["lines"].sum()), "gbp": sum(rows["gbp"], Decimal(0))}
    difference = here | {"class": DIFFERENCE, "gbp": _difference(place, backcast)}
    return pd.DataFrame([total, difference], columns=rows.columns, dtype=object)


def _difference(place: tuple[Hashable, ...], backcast: pd.DataFrame | None) -> Decimal | None:
    if backcast is None or backcast.empty:
        return None
    row = backcast[(backcast["organisation"] == place[0]) & (backcast["fin_year"] == place[1])]
    return None if row.empty else row["difference"].iloc[0]
