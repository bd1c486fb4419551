"""A price followed into its records: which of them it is of, which it leaves out and why, and that they add up to it."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from pathway_cost.plics.pricing.members import OPEN, TAKEN, ZERO_DAYS
from pathway_cost.plics.pricing.pooled_prices import Price
from pathway_cost.plics.pricing.record_sums import NOTHING, PENCE, RecordSums, in_pool, sums_of, trimmed
from pathway_cost.plics.pricing.statistics import Pool

__all__ = ["Followed", "Price"]

PoolKey = tuple[str, str, str, str]
"""Rule, organisation, financial year and level."""
ALIKE: Final = 1e-12
IN_PRICE: Final = "yes"
LEFT_OUT: Final = {OPEN: "no: work in progress", ZERO_DAYS: "no: zero days"}
PLACE: Final = ("organisation", "fin_year", "level", "in_price", "file", "record")
TOLD: Final = ("feed", "counts_with", "start_date", "end_date")
SUMS: Final = ("activities", "activity", "gbp", "activity_left_out", "gbp_left_out")
"""Columns of the list of records; `activity` and `gbp` are those of the price, empty where a record is left out of it."""


@dataclass(frozen=True, repr=False)
class Followed:
    """All records that the rule of a price sees, and the pools that its prices are made of.

    `records` are as `records_of` gives them, `columns` the codes among their columns that the rule reads; `prices` are those of
    the rule as they are handed on, levels and all; `withheld` are the pools whose number of records is not told; `sums_of_pools` are
    exact.
    """

    name: str
    columns: tuple[str, ...]
    records: pd.DataFrame
    pools: tuple[Pool, ...]
    withheld: Collection[PoolKey]
    sums_of_pools: Mapping[PoolKey, RecordSums]
    prices: tuple[Price, ...] = ()

    @classmethod
    def of(
        cls,
        name: str,
        columns: tuple[str, ...],
        records: pd.DataFrame,
        pools: Iterable[Pool],
        withheld: Collection[PoolKey],
    ) -> Followed:
        """The records that a rule sees, held against its pools: as many, and to the last digit the pounds, as prices are made of.

        Raises:
            AssertionError: they are not, which is a fault of ours.
        """
        own = tuple(pool for pool in pools if pool.rule == name)
        taken = records[records["status"] == TAKEN]
        sums = {_key(pool): sums_of(in_pool(taken, *_key(pool)[1:]), "denominator", "gbp") for pool in own}
        for pool in own:
            _prove(pool, sums[_key(pool)])
        return cls(name, columns, records, own, withheld, sums)

    def price(self, key: str, organisation: str, level: str = "") -> Price | None:
        """The price of a key at an organisation's level; None where its records make none."""
        asked = (key, organisation, level)
        return next((each for each in self.prices if (each.key, each.organisation, each.level) == asked), None)

    def sums(self, price: Price) -> RecordSums:
        """What the records of a price come to; those of a level that no record has come to nothing."""
        return self.sums_of_pools.get(price.pool, NOTHING)

    def given_by(self, price: Price, sums: RecordSums) -> float | None:
        """The price that the records give: pounds ÷ activity, or a day or an admission of the line through them."""
        is_line = price.key != self.name
        given = sums.ratio if not is_line else sums.day if price.unit == "bed_day" else sums.admission
        return None if given is None else float(given)

    def is_few(self, price: Price) -> bool:
        """Whether so few records stand behind a price, or its level, that nothing exact of them is told."""
        return price.few or any(pool.few for pool in self.pools if _key(pool) == price.pool)

    def is_hidden(self, price: Price) -> bool:
        """Whether it is not told how many records stand behind a price, or its level."""
        return price.hidden or price.pool in self.withheld or self.is_few(price)

    def listed(self, key: str, organisations: Collection[str], used: Collection[str], *, keyed: bool) -> pd.DataFrame:
        """The records of some organisations, a row each: PLACE, the record's own key where one is known, TOLD, codes, SUMS.

        Args:
            key: the unit cost.
            organisations: whose records.
            used: the organisations whose price of it is used.
            keyed: whether `record_key` is a hash under a key of the user's, so that it can be found again.
        """
        chosen = self.records[self.records["organisation"].isin(list(organisations))]
        places = zip(chosen["organisation"], chosen["fin_year"], chosen["status"], strict=True)
        why = [self._in_price(key, *place, used=used) for place in places]
        inside = pd.Series([each == IN_PRICE for each in why], index=chosen.index, dtype=bool)
        brought = {
            "activity": chosen["denominator"].map(trimmed),
            "gbp": chosen["gbp"].map(lambda gbp: trimmed(gbp, PENCE)),
        }
        activity = brought["activity"].where(brought["activity"].notna() | ~inside, trimmed(0))
        told = chosen.assign(
            in_price=why,
            counts_with=self._counts_with(chosen),
            activity=activity.where(inside, None),
            gbp=brought["gbp"].where(inside, None),
            activity_left_out=brought["activity"].where(~inside, None),
            gbp_left_out=brought["gbp"].where(~inside, None),
        )
        return told[[*PLACE, *(["record_key"] if keyed else []), *TOLD, *self.columns, *SUMS]]

    def _in_price(self, key: str, organisation: str, fin_year: str, status: int, *, used: Collection[str]) -> str:
        """Whether records are in the price that is used, or why not."""
        price = self.price(key, organisation)
        if status in LEFT_OUT:
            return LEFT_OUT[status]
        if price is None:
            return "no: they make no price"
        if fin_year != price.fin_year:
            return "no: an older year"
        if organisation in used:
            return IN_PRICE
        return "no: another price is used" if price.accepted else "no: too few records"

    @staticmethod
    def _counts_with(records: pd.DataFrame) -> pd.Series[str]:
        """The record that each record counts with, where it is another: the first of its spell, or the one it is attached to."""
        own = records["event_id"] == records["unit_id"]
        said = records["file"].astype(str) + " record " + records["record"].astype(str)
        of_unit = dict(zip(records.loc[own, "unit_id"], said[own], strict=True))
        return records["unit_id"].map(of_unit).where(~own, "")


def _key(pool: Pool) -> PoolKey:
    return (pool.rule, pool.organisation, pool.fin_year, pool.level)


def _prove(pool: Pool, sums: RecordSums) -> None:
    same = math.isclose(float(sums.activity), pool.denominator, rel_tol=ALIKE, abs_tol=ALIKE)
    if not same or (sums.units, sums.gbp) != (pool.n, pool.total):
        raise AssertionError(f"the records of {pool.rule} at {pool.organisation} do not add up to its price")
