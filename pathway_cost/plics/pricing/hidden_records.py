"""What of an extract's records is not handed on: rows of its claim table, and how many records stand behind a price (R46)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import pandas as pd

from pathway_cost.plics.pricing.classes import HIDING, IN_PROGRESS, ZERO_DAY_STAYS
from pathway_cost.plics.pricing.statistics import Pool
from pathway_cost.plics.pricing.usage import Usage
from pathway_cost.plics.reading import rows_of
from pathway_cost.privacy.suppression import Cell, is_dominated, is_few, suppressed

LEFT_OUT: Final = "left out"
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
        hiding.loc[rows.index, "hidden"] = _with_kin(rows, found.cells)
        hiding.loc[rows.index, "sum_hidden"] = rows["class"].isin(found.parts)
        hiding.loc[rows.index, "total_hidden"] = found.total
    return sums.join(hiding)


def _with_kin(rows: pd.DataFrame, hidden: Collection[int]) -> list[bool]:
    """Whether each row is hidden: those that are, and rows whose records would give them back.

    A partner is of as many records as the rows beside it, so all with its number in its feed and class are hidden with it.
    Records that are left out of the sums are those of one rule less those of another of the same `where`: where any are
    hidden, all of the feed are.
    """
    kin = [
        (feed, LEFT_OUT) if name in (IN_PROGRESS, ZERO_DAY_STAYS) else (feed, name, records)
        for feed, name, records in rows[["feed", "class", "records"]].itertuples(index=False, name=None)
    ]
    known = {kin[at] for at in hidden if LEFT_OUT in kin[at] or not is_few(float(kin[at][-1]))}
    return [at in hidden or each in known for at, each in enumerate(kin)]


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


def withheld_of(sums: pd.DataFrame, pools: Sequence[Pool], usage: Usage) -> Withheld:
    """What is withheld, `sums` being those of `with_hidden`.

    A price's records are where they are few, or a row of them is hidden, or that is so of a price of the same records.
    """
    hidden, names = sums[sums["hidden"]], list(usage.rules)
    own = {(names[rule], row.organisation, row.fin_year) for row in rows_of(hidden) for rule in row.priced_by}
    own |= {_key(pool)[:3] for pool in pools if pool.few and not pool.level}
    alike = {name: some for some in usage.alike for name in some}
    whole = {(other, *place) for name, *place in own for other in alike[name]}
    found: set[PoolKey] = set()
    for key, of_price in groupby(pools, key=lambda pool: _key(pool)[:3]):
        some = list(of_price)
        found |= set(map(_key, some)) if key in whole else _levels_hidden(some)
    return Withheld(_places(hidden), _places(sums[sums["total_hidden"]]), frozenset(found))


def _key(pool: Pool) -> PoolKey:
    """What tells a pool from others."""
    return (pool.rule, pool.organisation, pool.fin_year, pool.level)


def _levels_hidden(pools: Sequence[Pool]) -> set[PoolKey]:
    """The pools of one price that its total would give back; all of them where nothing protects them."""
    parents, levels = _parted(pools)
    found = suppressed([*map(_pool_cell, levels), *_without_level(parents, levels)])
    hidden = {pool.level for at, pool in enumerate(levels) if at in found.cells}
    return {_key(pool) for pool in pools if found.total or pool.level in hidden}


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
