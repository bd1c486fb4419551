"""The cost cube, the contract between who makes pounds and who reads them: a long table, when it falls, and its cuts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.cube_groups import Groups, Keys, words_in
from pathway_cost.errors import EngineFaults, Problem
from pathway_cost.handed_out import hands_out

__all__ = ["FALLS_AS", "Cube", "Keys", "Periods", "counted", "hands_out", "shares_of", "words_in"]

Floats = NDArray[np.float64]


FALLS_AS: Final = {
    terms.QUANTITY: terms.QUANTITY,
    terms.DISCOUNTED_QUANTITY: terms.PRESENT_VALUE_GBP,
    terms.GBP: terms.GBP,
    terms.PRESENT_VALUE_GBP: terms.PRESENT_VALUE_GBP,
}
"""Measure → whose shares by period it has: what is discounted is discounted alike."""


@hands_out("from_day", "to_day", "pattern", "quantity", "gbp", "present_value_gbp")
@dataclass(frozen=True, repr=False, eq=False)
class Periods:
    """When the rows of a cube fall: P periods, and the m patterns in which rows are spread over them.

    A factor beside the rows, never rows of its own. Each of `quantity`, `gbp` and `present_value_gbp` is (m, P): the share of
    a row's figure that falls in each period. It sums to 1, or is 0 throughout where the row has nothing of it.
    """

    from_day: Floats
    """(P,) day on which each period begins."""
    to_day: Floats
    """(P,) day on which it ends."""
    pattern: NDArray[np.integer]
    """(n,) which of the m patterns each row of the cube has."""
    quantity: Floats
    gbp: Floats
    present_value_gbp: Floats

    def __post_init__(self) -> None:
        count = len(self.quantity)
        if len(self.to_day) != len(self.from_day) or not ((self.pattern >= 0) & (self.pattern < count)).all():
            raise ValueError(f"periods that begin and do not end, or rows of none of the {count} patterns")
        for name in (terms.QUANTITY, terms.GBP, terms.PRESENT_VALUE_GBP):
            shares = getattr(self, name)
            sums = np.abs(shares.sum(axis=1) - 1.0) <= terms.RELATIVE_TOLERANCE
            whole = (sums | ~shares.any(axis=1)).all() and (shares >= -terms.RELATIVE_TOLERANCE).all()
            if shares.shape != (count, len(self.from_day)) or not whole:
                raise ValueError(f"the shares of {name} in {len(self.from_day)} periods do not sum to the whole")


def shares_of(figures: Floats) -> Floats:
    """(m, P) figures by period → the share of each row's sum; 0 where that is 0.

    >>> shares_of(np.array([[300.0, 100.0], [0.0, 0.0]])).tolist()
    [[0.75, 0.25], [0.0, 0.0]]
    """
    whole = figures.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(figures, whole, out=np.zeros_like(figures), where=whole != 0))


def counted(frame: pd.DataFrame) -> pd.Series:
    """For each row of a cube, whether it is something counted and not priced (`count:…`)."""
    keys = [key for key in frame[terms.UNIT_COST].unique() if key.startswith(terms.COUNT_PREFIX)]
    return frame[terms.UNIT_COST].isin(keys)


@hands_out("frame")
@dataclass(frozen=True, repr=False)
class Cube:
    """Segment × arm × setting × use × component, with patients, visits, quantity and pounds; and when they fall.

    `patients`, `visits` and `quantity` repeat over the rows they belong to (components, uses), so only
    `gbp` may be summed over the whole frame; `quantities()` is the cut that sums quantity once. By period there are
    pounds and quantity alone: the patients of one period are those of the next, and do not add.

    >>> row = dict(segment=0, arm="everyone", place="all", setting="ward", use="ward.day",
    ...            unit_cost="ward.day", level="", component="nursing", role="acute", organisation="RXX",
    ...            patients=10.0, visits=10.0, quantity=40.0, gbp=18_000.0)
    >>> frame = pd.DataFrame([row, row | {"component": "medical", "gbp": 2_000.0}])
    >>> cube = Cube(frame)
    >>> cube.total_gbp
    20000.0
    >>> cube.by("setting")["gbp"].tolist()
    [20000.0]
    >>> cube.quantities("unit_cost")["quantity"].tolist()
    [40.0]
    >>> share = np.array([[0.75, 0.25]])
    >>> years = Periods(np.array([0.0, 365]), np.array([365.0, 730]), np.array([0, 0]), share, share, share)
    >>> Cube(frame, years).by("component", "period").to_numpy().tolist()
    [['nursing', 1, 13500.0], ['nursing', 2, 4500.0], ['medical', 1, 1500.0], ['medical', 2, 500.0]]
    """

    frame: pd.DataFrame
    periods: Periods | None = None
    """When it falls, where patients are followed through time."""
    keys: Keys | None = None
    """Its keys as they were read for another cube that has the same."""

    def __repr__(self) -> str:
        """How many rows it has; the pounds stand in them."""
        return f"Cube of {len(self.frame):,} rows"

    def __post_init__(self) -> None:
        missing = [name for name in terms.CUBE_COLUMNS if name not in self.frame.columns]
        if missing:
            raise ValueError(f"a cube needs the columns {missing}")
        discounted = [name for name in terms.DISCOUNTED_MEASURES if name in self.frame.columns]
        for measure in (*terms.CUBE_MEASURES, *discounted):
            values = self.frame[measure].to_numpy(dtype=np.float64)
            if not np.isfinite(values).all():
                raise ValueError(f"cube column {measure!r} holds numbers that are not finite")
        if not self._keys.differ:
            raise ValueError("two cube rows have the same keys: their pounds would be counted twice")
        if self.periods is not None:
            self._check_periods(self.periods)

    @cached_property
    def _keys(self) -> Keys:
        return self.keys or Keys(self.frame[list(terms.CUBE_KEYS)])

    @property
    def total_gbp(self) -> float:
        """All pounds, summed once over the finest rows."""
        return float(self.frame[terms.GBP].sum())

    @property
    def components(self) -> tuple[str, ...]:
        """What the money buys: the components that have pounds, in the order first met."""
        priced = self.frame.loc[~counted(self.frame), terms.COMPONENT]
        return tuple(map(str, priced.unique()))

    @property
    def known_periods(self) -> Periods:
        """When the pounds fall.

        Raises:
            EngineFaults: nobody was followed through time.
        """
        if self.periods is None:
            what = (
                "these pounds are those of a whole pathway: nobody was followed through time, so that none has a period"
            )
            remedy = "give the study a `horizon:` or a `period:`"
            raise EngineFaults([Problem("no_periods", what, remedy=remedy)], stage="results")
        return self.periods

    def by(self, *cuts: terms.Cut | str, price_factors: Mapping[str, Floats] | None = None) -> pd.DataFrame:
        """Pounds by any keys of the cube and `period`: a copy, one row a combination, columns `cuts` + `gbp`.

        A discounted cube also gives `present_value_gbp`. Periods are told in order, those without pounds too: outermost
        where `period` comes first, else within each combination of the other keys.

        Args:
            cuts: keys of the cube, and `period`.
            price_factors: each of `components` → (P,) what its prices are multiplied by in each period; then
                `repriced_gbp` too.

        Raises:
            EngineFaults: periods or price factors are asked for, and nobody was followed through time.
        """
        groups = self._keys.groups(cuts)
        found = {
            measure: self._summed(groups, self.frame[measure].to_numpy(), measure)
            for measure in (terms.GBP, terms.PRESENT_VALUE_GBP)
            if measure in self.frame
        }
        if price_factors is not None:
            found[terms.REPRICED_GBP] = self._repriced(groups, price_factors)
        return groups.told(found)

    def quantities(self, *cuts: terms.Cut) -> pd.DataFrame:
        """Quantity by any keys but component, each use counted once: columns `cuts` + `quantity` (and discounted)."""
        if terms.COMPONENT in cuts:
            raise ValueError("quantity is not split by component; ask gbp by component instead")
        repeats, groups = self._keys.repeats, self._keys.groups(cuts)
        found = {
            measure: self._summed(groups, np.where(repeats, 0.0, self.frame[measure].to_numpy()), measure)
            for measure in (terms.QUANTITY, terms.DISCOUNTED_QUANTITY)
            if measure in self.frame
        }
        return groups.told(found)

    def check_cuts(self) -> None:
        """Refuse a cube of which any cut does not sum to the total; its periods do by what they are.

        Raises:
            ArithmeticError: one does not (our fault): a key is missing from some row.
        """
        gbp, total = self.frame[terms.GBP].to_numpy(), self.total_gbp
        scale = float(np.abs(gbp).sum())
        for cut in terms.CUBE_CUTS:
            if self._keys.has(cut) is None:
                continue
            parts = float(gbp[self._keys.has(cut)].sum())
            if not abs(parts - total) <= terms.RELATIVE_TOLERANCE * scale:
                raise ArithmeticError(f"the cut by {cut} sums to £{parts:,.2f}, not £{total:,.2f}")

    def _check_periods(self, periods: Periods) -> None:
        """Every row that has something of a figure has it in some period."""
        if len(periods.pattern) != len(self.frame):
            raise ValueError(f"{len(periods.pattern)} of {len(self.frame)} cube rows fall in periods")
        for measure, falls_as in FALLS_AS.items():
            nowhere = ~getattr(periods, falls_as).any(axis=1)[periods.pattern]
            if measure in self.frame and (nowhere & (self.frame[measure].to_numpy() != 0)).any():
                raise ValueError(f"some rows of the cube have {measure} that falls in no period")

    def _summed(self, groups: Groups, values: Floats, measure: str) -> Floats:
        """(n,) figures of the rows → (groups,) sums, or (groups, P) where they are told by period."""
        if not groups.by_period:
            return groups.sums(values)
        return self._spread(groups, values, getattr(self.known_periods, FALLS_AS[measure]))

    def _spread(self, groups: Groups, values: Floats, shares: Floats) -> Floats:
        """(n,) figures of the rows → (groups, P) what falls in each period."""
        from scipy.sparse import csr_array

        shape = (len(groups.keys), len(shares))
        return np.asarray(csr_array((values, (groups.group, self.known_periods.pattern)), shape=shape) @ shares)

    def _repriced(self, groups: Groups, price_factors: Mapping[str, Floats]) -> Floats:
        """The pounds of each group at prices that move by component and period."""
        gbp, component = self.frame[terms.GBP].to_numpy(), self.frame[terms.COMPONENT].astype("str").to_numpy()
        shares = self.known_periods.gbp
        parts = [
            self._spread(groups, np.where(component == name, gbp, 0.0), shares * factor)
            for name, factor in price_factors.items()
        ]
        repriced: Floats = np.sum(parts, axis=0)
        return repriced if groups.by_period else repriced.sum(axis=1)
