"""Where a user wrote the prices of a set, so that a message can name the row or the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pathway_cost.errors import Where
from pathway_cost.tables.reading.columns import rows_text


@dataclass(frozen=True, eq=False)
class Written:
    """For each row of a set: its number in the user's table, and whether a negative price is meant there.

    `item` is set where the prices are no table but entries of the study (`unit_costs.2.prices`).
    """

    file: str
    rows: NDArray[np.int64]
    """Numbers from 0 of the rows below the header."""
    negative: NDArray[np.bool_]
    item: str = ""

    @property
    def name(self) -> str:
        """What a message calls it."""
        return self.file or self.item

    def taken(self, order: NDArray[np.int64]) -> Written:
        """The same for the rows in another order."""
        return replace(self, rows=self.rows[order], negative=self.negative[order])

    def place(self, at: int, key: str) -> Where:
        """Where the row at a position of the set stands."""
        if self.item:
            return Where(item=f"{self.item}.{key}")
        return Where(file=self.file, row=int(self.rows[at]) + 1, item=key)

    def rows_at(self, positions: Sequence[int]) -> str:
        """The rows at some positions, in words: `row 3`; nothing for entries of the study."""
        return "" if self.item else rows_text(sorted(int(self.rows[at]) for at in positions))
