"""Standard errors of prices, as shares of the price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from pathway_cost import terms
from pathway_cost.engine.model import remembered
from pathway_cost.errors import Problem, Where
from pathway_cost.tables.prices.prices import Prices

MOST_RELATIVE: Final = 1e3  # standard error ÷ price up to which a gamma can be worked out


@dataclass(frozen=True, eq=False)
class PriceErrors:
    """The standard errors of prices, those of each set looked up once."""

    @remembered
    def of(self, prices: Prices) -> Mapping[tuple[str, str], float]:
        """As `relative_errors`."""
        return relative_errors(prices)


def relative_errors(prices: Prices) -> dict[tuple[str, str], float]:
    """(organisation, unit cost) → standard error ÷ price; of several levels, pooled by the records behind each."""
    totals, named = prices.totals(), [terms.ORGANISATION, terms.UNIT_COST]
    known = totals[totals[terms.SE_TOTAL].notna() & (totals[terms.VALUE_GBP] != 0)]
    whole = known[terms.LEVEL] == ""
    chosen = known[whole | ~whole.groupby([known[name] for name in named]).transform("any")]
    records = chosen[terms.N].fillna(1.0).astype(np.float64)
    pounds, squared = records * chosen[terms.VALUE_GBP].abs(), (records * chosen[terms.SE_TOTAL]) ** 2
    sums = chosen[named].assign(pounds=pounds, squared=squared).groupby(named, sort=False, observed=True).sum()
    errors = np.sqrt(sums["squared"]) / sums["pounds"]
    return {(str(organisation), str(key)): float(error) for (organisation, key), error in errors.items()}


def errors_beyond_numbers(errors: Mapping[tuple[str, str], float]) -> Iterator[Problem]:
    """Standard errors of prices that are a thousand times the price and more: no price can be drawn."""
    for (organisation, key), error in errors.items():
        if error <= MOST_RELATIVE:
            continue
        what = (
            f"{key} of {organisation}: a standard error of {error:.3g} times the price cannot be: no price can be drawn"
        )
        remedy = "give the standard error of the mean price, in pounds"
        yield Problem("price_error_beyond_numbers", what, Where(item=f"unit_costs.{key}"), remedy=remedy)
