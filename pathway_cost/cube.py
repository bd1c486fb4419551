"""The cost cube, the contract between who makes pounds and who reads them: a long table, checked, and its cuts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pathway_cost import terms


@dataclass(frozen=True)
class Cube:
    """Segment × arm × setting × use × component, with patients, visits, quantity and pounds.

    `patients`, `visits` and `quantity` repeat over the rows they belong to (components, uses), so only
    `gbp` may be summed over the whole frame; `quantities()` is the cut that sums quantity once.

    >>> row = dict(segment=0, arm="everyone", place="all", setting="ward", use="ward.day",
    ...            unit_cost="ward.day", level="", component="nursing", role="acute", organisation="RXX",
    ...            patients=10.0, visits=10.0, quantity=40.0, gbp=18_000.0)
    >>> cube = Cube(pd.DataFrame([row, row | {"component": "medical", "gbp": 2_000.0}]))
    >>> cube.total_gbp
    20000.0
    >>> cube.by("setting")["gbp"].tolist()
    [20000.0]
    >>> cube.quantities("unit_cost")["quantity"].tolist()
    [40.0]
    """

    frame: pd.DataFrame

    def __post_init__(self) -> None:
        missing = [name for name in terms.CUBE_COLUMNS if name not in self.frame.columns]
        if missing:
            raise ValueError(f"a cube needs the columns {missing}")
        discounted = [name for name in terms.DISCOUNTED_MEASURES if name in self.frame.columns]
        for measure in (*terms.CUBE_MEASURES, *discounted):
            values = self.frame[measure].to_numpy(dtype=np.float64)
            if not np.isfinite(values).all():
                raise ValueError(f"cube column {measure!r} holds numbers that are not finite")
        if self.frame.duplicated(list(terms.CUBE_KEYS)).any():
            raise ValueError("two cube rows have the same keys: their pounds would be counted twice")

    @property
    def total_gbp(self) -> float:
        """All pounds, summed once over the finest rows."""
        return float(self.frame[terms.GBP].sum())

    def by(self, *cuts: terms.Cut) -> pd.DataFrame:
        """Pounds by any keys of the cube: a copy, one row a combination, columns `cuts` + `gbp`."""
        return self.frame.groupby(list(cuts), sort=False, observed=True)[terms.GBP].sum().reset_index()

    def quantities(self, *cuts: terms.Cut) -> pd.DataFrame:
        """Quantity by any keys but component, each use counted once: columns `cuts` + `quantity` (and discounted)."""
        if terms.COMPONENT in cuts:
            raise ValueError("quantity is not split by component; ask gbp by component instead")
        uses = [key for key in terms.CUBE_KEYS if key != terms.COMPONENT]
        once = self.frame.drop_duplicates(uses)
        measures = [name for name in (terms.QUANTITY, terms.DISCOUNTED_QUANTITY) if name in once]
        return once.groupby(list(cuts), sort=False, observed=True)[measures].sum().reset_index()

    def check_cuts(self) -> None:
        """Refuse a cube of which any cut does not sum to the total.

        Raises:
            ArithmeticError: one does not (our fault): a key is missing from some row.
        """
        scale = float(np.abs(self.frame[terms.GBP].to_numpy()).sum())
        for cut in terms.CUTS:
            parts = self.frame.groupby(cut, sort=False, observed=True)[terms.GBP].sum()
            if not abs(float(parts.sum()) - self.total_gbp) <= terms.RELATIVE_TOLERANCE * scale:
                raise ArithmeticError(f"the cut by {cut} sums to £{parts.sum():,.2f}, not £{self.total_gbp:,.2f}")
