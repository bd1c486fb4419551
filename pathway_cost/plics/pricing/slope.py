"""A day and an admission priced by least squares over the records, cost = a + b × days (R23)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pathway_cost.plics.pricing.statistics import Pool


@dataclass(frozen=True)
class Slope:
    """Pounds an admission (a) and a day (b), by component; each component by its own line, so that they add up."""

    admission: Mapping[str, float]
    day: Mapping[str, float]
    admission_se: float
    day_se: float


def slope_of(pool: Pool) -> Slope | None:
    """The line through the pool's records, or None where all stays are equally long.

    a × records + b × days = the pounds, for each component. Standard errors need three records.

    >>> from decimal import Decimal
    >>> pool = Pool("ward", "RXX", "2024-25", "", n=2, denominator=6.0, gbp={"nursing": Decimal(4400)},
    ...             off_ratio=0.0, spread_d=2.0, spread_c=80_000.0, spread_dc={"nursing": 400.0})
    >>> line = slope_of(pool)
    >>> line.day, line.admission
    ({'nursing': 200.0}, {'nursing': 1600.0})
    """
    if pool.n < 2 or pool.spread_d <= 0:
        return None
    day = {component: pool.spread_dc[component] / pool.spread_d for component in pool.gbp}
    admission = {c: (float(gbp) - day[c] * pool.denominator) / pool.n for c, gbp in pool.gbp.items()}
    variance = _residual_variance(pool, sum(day.values()))
    mean = pool.denominator / pool.n
    return Slope(
        admission,
        day,
        math.sqrt(variance * (1 / pool.n + mean * mean / pool.spread_d)),
        math.sqrt(variance / pool.spread_d),
    )


def _residual_variance(pool: Pool, day_gbp: float) -> float:
    if pool.n < 3:
        return math.nan
    return max(0.0, pool.spread_c - day_gbp * day_gbp * pool.spread_d) / (pool.n - 2)
