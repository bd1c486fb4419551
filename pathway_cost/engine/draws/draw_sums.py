"""Totals at rows of draws: added up line by line, and block after block of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pathway_cost import terms

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Sums:
    """Totals of one scenario at D rows.

    gbp and present (D,) pounds, undiscounted and discounted; by {cut: {name: (D,)}} undiscounted pounds by organisation
    and setting, and what is counted; periods (P, D) pounds, discounted where the study discounts, 0 periods in closed
    form.
    """

    patients: float
    gbp: Floats
    present: Floats
    by: Mapping[str, Mapping[str, Floats]]
    periods: Floats


@dataclass(repr=False)
class Adding:
    """Pounds of one composition, line after line; figures by period (P, D)."""

    patients: float
    draws: int
    gbp: Floats | None = None
    present: Floats | None = None
    by: dict[str, dict[str, Floats]] = field(
        default_factory=lambda: {terms.ORGANISATION: {}, terms.SETTING: {}, "count": {}}
    )

    def pounds(self, organisation: str, setting: str, paid: Floats, present: Floats) -> None:
        """Add the pounds of one more line (P, D)."""
        self.gbp = paid if self.gbp is None else _longer_sum(self.gbp, paid)
        self.present = present if self.present is None else _longer_sum(self.present, present)
        self._cut(terms.ORGANISATION, organisation, paid.sum(axis=0))
        self._cut(terms.SETTING, setting, paid.sum(axis=0))

    def count(self, name: str, units: Floats) -> None:
        """Add the units of one more thing counted (D,)."""
        self._cut("count", name, units)

    def done(self) -> Sums:
        """The totals of all that was added."""
        nothing = np.zeros((1, self.draws))
        gbp = nothing if self.gbp is None else self.gbp
        present = nothing if self.present is None else self.present
        return Sums(self.patients, gbp.sum(axis=0), present.sum(axis=0), self.by, present)

    def _cut(self, cut: str, name: str, figures: Floats) -> None:
        before = self.by[cut].get(name)
        self.by[cut][name] = figures if before is None else before + figures


def joined(pieces: Sequence[Sums]) -> Sums:
    """Totals of blocks of rows → those of all rows, block after block."""
    if len(pieces) == 1:
        return pieces[0]
    periods = max(len(piece.periods) for piece in pieces)
    by = {
        cut: {
            name: np.concatenate([piece.by[cut].get(name, np.zeros(len(piece.gbp))) for piece in pieces])
            for name in dict.fromkeys(name for piece in pieces for name in piece.by[cut])
        }
        for cut in pieces[0].by
    }
    return Sums(
        pieces[0].patients,
        np.concatenate([piece.gbp for piece in pieces]),
        np.concatenate([piece.present for piece in pieces]),
        by,
        np.concatenate([with_periods(piece.periods, periods) for piece in pieces], axis=1),
    )


def with_periods(figures: Floats, periods: int) -> Floats:
    """(P, D) figures by period with zeros up to so many periods."""
    return np.pad(figures, ((0, periods - len(figures)), (0, 0)))


def _longer_sum(one: Floats, other: Floats) -> Floats:
    """(P, D) the sum of figures by period, one of which may have more periods."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    total = longer.copy()
    total[: len(shorter)] += shorter
    return total
