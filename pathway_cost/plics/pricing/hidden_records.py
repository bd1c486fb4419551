"""What of an extract's records is not handed on: rows of its claim table, and how many records stand behind a price (R46)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from pathway_cost.plics.pricing.classes import HIDING
from pathway_cost.plics.pricing.statistics import Pool
from pathway_cost.plics.reading import rows_of
from pathway_cost.suppression import Cell, is_dominated, suppressed

Place = tuple[str, str]
"""Organisation and financial year."""
PoolKey = tuple[str, str, str, str]
"""Rule, organisation, financial year and level."""


@dataclass(frozen=True)
class Withheld:
    """Places where anything of the claim table is hidden or its total is, and pools whose records are not counted aloud."""

    places: frozenset[Place] = frozenset()
    totals: frozenset[Place] = frozenset()
    pools: frozenset[PoolKey] = frozenset()

    def of_place(self, organisation: Hashable, fin_year: Hashable) -> bool:
        """Whether anything of an organisation's year is hidden."""
        return (organisation, fin_year) in self.places

    def of_rule(self, rule: str, organisation: str, fin_year: str) -> bool:
        """Whether the records of a rule are hidden, over all or at any level."""
        return any(key[:3] == (rule, organisation, fin_year) for key in self.pools)

    def of_organisation(self, organisation: str) -> bool:
        """Whether anything of an organisation is hidden, in any year."""
        return any(place[0] == organisation for place in self.places)


def with_hidden(sums: pd.DataFrame) -> pd.DataFrame:
    """The sums of classes (as `class_sums` gives them) with HIDING, worked out for each organisation and year."""
    hiding = pd.DataFrame(False, index=sums.index, columns=list(HIDING))
    for _, rows in sums.groupby(["organisation", "fin_year"], sort=False):
        found = suppressed([_row_cell(row) for row in rows.to_dict("records")])
        hiding.loc[rows.index, "hidden"] = [at in found.cells for at in range(len(rows))]
        hiding.loc[rows.index, "sum_hidden"] = rows["class"].isin(found.parts)
        hiding.loc[rows.index, "total_hidden"] = found.total
    return sums.join(hiding)


def _row_cell(row: Mapping[Hashable, object]) -> Cell:
    size, largest, second = (float(str(row[name])) for name in ("size", "largest", "second"))
    return Cell(
        records=int(str(row["records"])),
        lines=int(str(row["lines"])),
        gbp=float(str(row["gbp"])),
        largest_gbp=largest,
        dominated=is_dominated(size, largest, second),
        part=str(row["class"]),
    )


def withheld_of(sums: pd.DataFrame, pools: Sequence[Pool], names: Sequence[str]) -> Withheld:
    """What is withheld, `sums` being those of `with_hidden`: a price's records where they are few, or a row of them is hidden.

    `names` are those of the rules, by their number.
    """
    hidden = sums[sums["hidden"]]
    rules = {(names[rule], row.organisation, row.fin_year) for row in rows_of(hidden) for rule in row.priced_by}
    found: set[PoolKey] = set()
    for key, some in groupby(pools, key=lambda pool: (pool.rule, pool.organisation, pool.fin_year)):
        found |= _of_one_price(list(some), whole=key in rules)
    return Withheld(_places(hidden), _places(sums[sums["total_hidden"]]), frozenset(found))


def _of_one_price(pools: Sequence[Pool], *, whole: bool) -> set[PoolKey]:
    """The hidden pools of one price: all its levels where it is hidden itself, else those that its total would give back."""
    keys = [(pool.rule, pool.organisation, pool.fin_year, pool.level) for pool in pools]
    parents, levels = _parted(pools)
    if whole or any(pool.few for pool in parents):
        return set(keys)
    found = suppressed([*map(_pool_cell, levels), *_without_level(parents, levels)])
    if found.total:
        return set(keys)
    by_level = {pool.level for at, pool in enumerate(levels) if at in found.cells}
    return {key for key in keys if key[3] in by_level}


def _parted(pools: Iterable[Pool]) -> tuple[list[Pool], list[Pool]]:
    """The pool of all records, and those of levels."""
    every = list(pools)
    return [pool for pool in every if not pool.level], [pool for pool in every if pool.level]


def _pool_cell(pool: Pool) -> Cell:
    return Cell(pool.n, pool.n, float(pool.total), pool.largest_gbp, pool.dominated)


def _without_level(parents: Collection[Pool], levels: Collection[Pool]) -> list[Cell]:
    """The records that stand at no level: the total less the levels."""
    records = sum(pool.n for pool in parents) - sum(pool.n for pool in levels)
    gbp = sum(float(pool.total) for pool in parents) - sum(float(pool.total) for pool in levels)
    return [Cell(records, records, gbp)] if levels and records > 0 else []


def _places(rows: pd.DataFrame) -> frozenset[Place]:
    return frozenset(zip(rows["organisation"], rows["fin_year"], strict=True))
