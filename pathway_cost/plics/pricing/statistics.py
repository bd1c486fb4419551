"""The pounds, denominators and spread behind each price, by rule, organisation, year and level (R1, R27).

Pounds are summed as exact decimals; the *sum* is cast to a double, then divided. Squares and products of deviations are
divided by their pool's sums of absolutes and rounded to decimals one by one, so that their sums too are free of the order in
which threads add.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from pathway_cost.plics.pricing.claims import lines_taken
from pathway_cost.plics.pricing.members import TAKEN
from pathway_cost.plics.pricing.usage import Usage
from pathway_cost.plics.reading import Given, Relations, asking, rows_of, sizes
from pathway_cost.privacy.suppression import is_dominated, is_few

if TYPE_CHECKING:
    from ibis.expr.types import FloatingColumn, FloatingValue, Table

POOL: Final = ("rule", "organisation", "fin_year", "level")
_POOL_OF: Final = attrgetter(*POOL)
DENOMINATOR: Final = "decimal(38, 15)"
SMALL: Final = "decimal(38, 34)"  # terms divided by their pool's sums of absolutes come to 4 at most


@dataclass(frozen=True)
class Pool:
    """The records behind one price: n records (or spells) i with pounds c and denominators d.

    `gbp` is Σ c by component, exact. `off_ratio` is Σ (c − R d)², `spread_d` Σ (d − d̄)², `spread_c` Σ (c − c̄)² and
    `spread_dc` Σ (d − d̄) c by component. Level "" is all records of the rule.
    """

    rule: str
    organisation: str
    fin_year: str
    level: str
    n: int
    denominator: float
    gbp: Mapping[str, Decimal]
    off_ratio: float
    spread_d: float
    spread_c: float
    spread_dc: Mapping[str, float]
    largest_gbp: float = 0.0
    """Pounds of the largest record, without their sign."""
    dominated: bool = False
    """Whether that record makes nearly all of them."""

    @property
    def few(self) -> bool:
        """Whether so few records stand behind it that nothing exact of them is handed on."""
        return self.dominated or is_few(self.n)

    @property
    def total(self) -> Decimal:
        """All pounds of the pool: Σ c over all components."""
        return sum(self.gbp.values(), Decimal(0))

    @property
    def ratio_se(self) -> float:
        """Standard error of pounds a unit; sd/√n where each record counts 1; not a number below two records.

        √(Σ(c − R d)²/(n−1)/n) ÷ d̄. Sampling error only: allocation choices are not in it.
        """
        if self.n < 2 or self.denominator <= 0:
            return math.nan
        return math.sqrt(self.off_ratio / (self.n - 1) / self.n) / (self.denominator / self.n)


def pools_of(relations: Relations, usage: Usage, members: Given, claims: Sequence[Given]) -> tuple[Pool, ...]:
    """Every pool that holds a record, ordered by rule, organisation, year, level.

    `claims` are what rules see, every record by who sees it, and what is claimed of it, as `lines_taken` asks for them.
    """
    pounds = relations.make("unit_pounds", asking(unit_pounds, *claims, relations.lines, relations.component_of))
    units = relations.make("units", asking(units_priced, members, pounds))
    spread = relations.frame(asking(spread_of, units)).sort_values(list(POOL))
    by_component = relations.frame(asking(by_components, units, pounds)).sort_values([*POOL, "component"])
    pounds_of = {pool: list(rows) for pool, rows in groupby(rows_of(by_component), key=_POOL_OF)}
    names = list(usage.rules)
    return tuple(_pool(row, pounds_of.get(_POOL_OF(row), ()), names) for row in rows_of(spread))


def unit_pounds(seen: Table, sightings: Table, claimed: Table, lines: Table, component_of: Table) -> Table:
    """Pounds claimed by rule, unit and component."""
    taken = lines_taken(seen, sightings, claimed, lines, component_of)
    return taken.group_by("rule", "unit_id", "component").agg(gbp=taken.gbp.sum())


def units_priced(members: Table, pounds: Table) -> Table:
    """rule, organisation, fin_year, unit_id, level, d, gbp, size: once as part of all records, once at its level.

    `size` is Σ |pounds| by component, which no credit takes from.
    """
    import ibis

    taken = members.filter(members.status == TAKEN)
    units = taken.group_by("rule", "organisation", "fin_year", "unit_id").agg(
        level=taken.level.max(), d=taken.denominator.cast(DENOMINATOR).sum()
    )
    claimed = pounds.group_by("rule", "unit_id").agg(gbp=pounds.gbp.sum(), size=pounds.gbp.abs().sum())
    joined = units.left_join(claimed, ["rule", "unit_id"])
    pounds_of = {name: joined[name].fill_null(Decimal(0)).cast("decimal(38, 8)") for name in ("gbp", "size")}
    units = joined.select(*units.columns, **pounds_of)
    return units.mutate(level=ibis.literal("")).union(units.filter(units.level.notnull()))


def _totals(units: Table) -> Table:
    """POOL, n, sum_d, sum_c, and what terms of d and c are divided by (`size_d`, `size_c`): exact sums as doubles."""
    sums = units.group_by(*POOL).agg(
        n=units.count(),
        sum_d=units.d.sum().cast("float64"),
        sum_c=units.gbp.sum().cast("float64"),
        size_c=units["size"].sum().cast("float64"),
    )
    return sums.mutate(size_c=sums.size_c.nullif(0).fill_null(1.0), size_d=sums.sum_d.nullif(0).fill_null(1.0))


def spread_of(units: Table) -> Table:
    """n, sum of d, the sums of squares of each pool (see `Pool`), and its largest records' pounds."""
    totals = _totals(units)
    joined = units.inner_join(totals, list(POOL))
    c, d, n = joined.gbp.cast("float64"), joined.d.cast("float64"), joined.n
    off = (c - joined.sum_c / joined.sum_d.nullif(0) * d) / joined.size_c
    off_d, off_c = (d - joined.sum_d / n) / joined.size_d, (c - joined.sum_c / n) / joined.size_c
    size_c, size_d = joined.size_c.max(), joined.size_d.max()
    return joined.group_by(*POOL).agg(
        n=n.max(),
        sum_d=joined.sum_d.max(),
        off_ratio=_summed(off * off) * size_c * size_c,
        spread_d=_summed(off_d * off_d) * size_d * size_d,
        spread_c=_summed(off_c * off_c) * size_c * size_c,
        **sizes(joined.gbp),
    )


def by_components(units: Table, pounds: Table) -> Table:
    """Pounds and Σ (d − d̄) c of each component of each pool."""
    totals = _totals(units)
    scales = totals.select(*POOL, "size_c", "size_d", mean_d=totals.sum_d / totals.n)
    units = units.select(*POOL, "unit_id", "d").inner_join(scales, list(POOL))
    joined = units.inner_join(pounds, ["rule", "unit_id"])
    off_d = (joined.d.cast("float64") - joined.mean_d) / joined.size_d
    share = joined.gbp.cast("float64") / joined.size_c
    return joined.group_by(*POOL, "component").agg(
        gbp=joined.gbp.sum(), spread_dc=_summed(off_d * share) * joined.size_c.max() * joined.size_d.max()
    )


def _summed(terms: FloatingColumn) -> FloatingValue:
    """The sum of small terms, each rounded to a decimal first: the same in whatever order they are added."""
    return terms.cast(SMALL).sum().cast("float64")


def _pool(row: Any, pounds: Sequence[Any], names: Sequence[str]) -> Pool:
    return Pool(
        rule=names[row.rule],
        organisation=row.organisation,
        fin_year=row.fin_year,
        level=row.level,
        n=int(row.n),
        denominator=float(row.sum_d),
        gbp={str(each.component): each.gbp for each in pounds},
        off_ratio=float(row.off_ratio),
        spread_d=float(row.spread_d),
        spread_c=float(row.spread_c),
        spread_dc={str(each.component): float(each.spread_dc) for each in pounds},
        largest_gbp=float(row.largest),
        dominated=is_dominated(row.size, row.largest, row.second),
    )
