"""The prices that a run used, read again from its table: what each was, where it came from, and the pounds on it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pandas as pd

from pathway_cost import terms
from pathway_cost.tables.prices.prices import PRICE_COLUMNS, PRICE_DEFAULTS, SOURCE_PRICE_YEAR, UPLIFT_FACTOR

PriceKey = tuple[str, str]
"""Organisation and unit cost."""
_GBP: Final = "baseline_gbp"
_FIGURES: Final = (terms.VALUE_GBP, UPLIFT_FACTOR, terms.N, terms.SE_TOTAL, _GBP)
_SAME: Final = [terms.LEVEL, terms.COMPONENT, terms.VALUE_GBP, terms.SOURCE, SOURCE_PRICE_YEAR, terms.UNIT]


@dataclass(frozen=True, repr=False, eq=False)
class UsedPrice:
    """One price of one organisation."""

    rows: pd.DataFrame
    """One a level and component, with the first scenario's pounds on each."""

    @property
    def frame(self) -> pd.DataFrame:
        """Its rows as prices are kept."""
        return self.rows[list(PRICE_COLUMNS)]

    @property
    def unit(self) -> str:
        """What it is a price of."""
        return str(self.rows[terms.UNIT].iloc[0])

    @property
    def sources(self) -> list[str]:
        """Where it came from."""
        return list(dict.fromkeys(self.rows[terms.SOURCE]))

    @property
    def years(self) -> list[str]:
        """The years it was published in."""
        return list(dict.fromkeys(self.rows[SOURCE_PRICE_YEAR]))

    @property
    def is_used(self) -> bool:
        """Whether pounds of the first scenario rest on it."""
        return bool(self.rows[_GBP].any())

    @cached_property
    def by_level(self) -> dict[str, tuple[float, float]]:
        """Level → pounds a unit over all components, and the first scenario's pounds."""
        sums = self.rows.groupby(terms.LEVEL)[[terms.VALUE_GBP, _GBP]].sum()
        return {str(row.Index): (float(row[1]), float(row[2])) for row in sums.itertuples()}

    def is_same(self, other: UsedPrice) -> bool:
        """Whether another is the same price of the same source."""
        rows = (sorted(map(tuple, each.rows[_SAME].to_numpy().tolist())) for each in (self, other))
        return next(rows) == next(rows)

    def moved_from(self, old: UsedPrice) -> float | None:
        """What it moved from another price in its own quantities: pounds × (1 − old ÷ new); None where those cannot be told."""
        before, after = old.by_level, self.by_level
        if before.keys() != after.keys() or not all(price for price, _ in after.values()):
            return None
        return sum(gbp * (1 - before[level][0] / price) for level, (price, gbp) in after.items())


def used_prices(text: str) -> dict[PriceKey, UsedPrice]:
    """The table of prices in use → each price, without what a scenario's change made."""
    found = list(csv.DictReader(io.StringIO(text)))
    if not found:
        return {}
    rows = _whole(pd.DataFrame(found), list(found[0]))
    rows = rows[rows[terms.BASIS] != str(terms.Basis.CHANGED)]
    grouped = rows.groupby([terms.ORGANISATION, terms.UNIT_COST], sort=False)
    return {(str(organisation), str(key)): UsedPrice(each) for (organisation, key), each in grouped}


def _whole(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Rows with every column that prices have: the table leaves out what its words of the source say."""
    missing = [name for name in (*PRICE_COLUMNS, _GBP) if name not in columns]
    rows = rows.assign(**{name: PRICE_DEFAULTS.get(name, "") for name in missing})
    return rows.assign(**{name: pd.to_numeric(rows[name], errors="coerce") for name in _FIGURES})
