"""What an average patient of each base does: visits, ways and quantities per patient who starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.model import Grid

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Reached = Callable[[int], Floats]
"""Node → (A,) who come there at least once, per patient who starts; where that takes time, worked out when asked."""


@dataclass(frozen=True, repr=False)
class Ledger:
    """Averages period by period, per patient who starts.

    quantity, paid, present (U, P, A); visits (V, P, A); days (S, P, A) present.
    """

    grid: Grid
    quantity: Floats
    paid: Floats
    present: Floats
    visits: Floats
    days: Floats


@dataclass(frozen=True, repr=False)
class Averages:
    """What an average patient of each base does, per patient who starts.

    starts, visits (V, A); moved (E, A) along edges; quantity (U, A) of every use.

    `reached` says for a node who comes there at least once. `paid` is quantity × what the price is multiplied by, `present` the same discounted (counts at their own rate), both
    (U, A); quantity itself where prices hold and nothing is discounted.
    """

    starts: Floats
    visits: Floats
    reached: Reached
    moved: Floats
    quantity: Floats
    paid: Floats
    present: Floats
    ledger: Ledger | None = None

    def of(self, bases: Integers) -> Averages:
        """The averages of some bases, by their positions; without a ledger."""
        figures = {id(each): each[:, bases] for each in (self.starts, self.visits, self.moved, self.quantity)}
        for each in (self.paid, self.present):
            figures.setdefault(id(each), each[:, bases])
        return Averages(
            starts=figures[id(self.starts)],
            visits=figures[id(self.visits)],
            reached=partial(_reached, self.reached, bases),
            moved=figures[id(self.moved)],
            quantity=figures[id(self.quantity)],
            paid=figures[id(self.paid)],
            present=figures[id(self.present)],
        )


def _reached(of_more: Callable[[int], Floats], bases: Integers, node: int) -> Floats:
    """Who comes at least once, of some of the bases."""
    return of_more(node)[bases]


class Paid(NamedTuple):
    """(U, P, R) units × what the price is multiplied by, by period, and the same discounted."""

    paid: Floats
    present: Floats


def with_periods(figures: Floats, periods: int) -> Floats:
    """(…, P, R) figures by period with zeros up to so many periods; figures without periods as they are."""
    return np.pad(figures, ((0, 0), (0, periods - figures.shape[1]), (0, 0))) if figures.ndim > 2 else figures
