"""Which figures of a table of counts must not be handed on, so that nobody can work out what a few people cost.

A cell is hidden by itself where it is of 1 to 7 records, or where all but its two largest are less than a tenth of the
largest: whoever knows the second could then tell the first. A sum that is shown gives a lone hidden cell back, so others
are hidden with it. Of the hidden cells of a sum a reader is taken to know the lines, the pounds and what a line of each
costs: counts and pounds both give an equation, and what a cell may then be is worked out exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from pathway_cost.terms import LEAST

__all__ = ["HIDDEN", "LEAST", "SUM_HIDDEN", "Cell", "Hidden", "is_dominated", "is_few", "ranges", "suppressed"]

LEAST_REST: Final = 0.1
"""Share of the largest record's pounds that all but the two largest must reach."""
HIDDEN: Final = "hidden"
"""Column of a frame: the names of the columns whose cells are hidden in its row, joined by `, `."""
SUM_HIDDEN: Final = "sum of the class"
"""Stands among those names where the sum of the class of the row is hidden."""
_NOISE: Final = 1e-9
Pounds = TypeVar("Pounds", float, Decimal)


def is_few(records: float) -> bool:
    """Whether a count is of 1 to 7 records.

    >>> [is_few(records) for records in (0, 1, 7, 8)]
    [False, True, True, False]
    """
    return 0 < records < LEAST


def is_dominated(size: Pounds, largest: Pounds, second: Pounds) -> bool:
    """Whether one record makes nearly all the pounds; `size` is the sum of the records' pounds, each without its sign.

    >>> is_dominated(300_000, 270_000, 12_000), is_dominated(300_000, 200_000, 12_000), is_dominated(0, 0, 0)
    (True, False, False)
    """
    return float(size - largest - second) < LEAST_REST * float(largest)


@dataclass(frozen=True)
class Cell:
    """One figure of a table: its records and lines, its pounds, and the sum within the table that it belongs to."""

    records: int
    lines: int
    gbp: float
    largest_gbp: float = 0.0
    """Pounds of its largest record, without their sign."""
    dominated: bool = False
    part: str = ""
    """Cells of one part are summed where a reader sees it."""

    @property
    def alone(self) -> bool:
        """Whether it is hidden by itself."""
        return is_few(self.records) or self.dominated

    @property
    def least_range(self) -> float:
        """Lines between the fewest and the most that a reader must hold possible: those of eight records.

        Of a cell that one record makes, also those of a tenth of its pounds.
        """
        of_records = LEAST * self.lines / self.records
        if not self.dominated:
            return of_records
        a_line = abs(self.gbp) / self.lines
        return max(of_records, LEAST_REST * self.largest_gbp / a_line) if a_line else np.inf


@dataclass(frozen=True)
class Hidden:
    """What is hidden of a table: cells by their place, parts whose sum is hidden, and whether its total is."""

    cells: frozenset[int] = frozenset()
    parts: frozenset[str] = frozenset()
    total: bool = False


def suppressed(cells: Sequence[Cell]) -> Hidden:
    """What must be hidden of a table whose total is shown, and whose parts are summed where that gives nothing away.

    A part is protected by itself where it can be, and its sum is shown. What is left is protected together, against the
    total. Where nothing does, all rows are hidden, and the total too.

    >>> cells = [Cell(n, n, 100.0 * n) for n in (120, 90, 60, 40, 5)]
    >>> hidden = suppressed(cells)
    >>> sorted(cells[at].records for at in hidden.cells), hidden.total
    ([5, 40], False)
    """
    if not any(cell.alone for cell in cells):
        return Hidden()
    table = _Table(cells)
    for part in table.parts:
        table.close(part)
    if table.protected():
        return Hidden(frozenset(table.hidden), frozenset(table.open))
    return Hidden(frozenset(range(len(cells))), frozenset(table.parts), total=True)


@dataclass
class _Table:
    """A table while more and more of it is hidden: cells by part, hidden cells, and parts whose sum is hidden."""

    cells: Sequence[Cell]
    hidden: set[int] = field(default_factory=set)
    open: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.parts = list(dict.fromkeys(cell.part for cell in self.cells))
        self.hidden = {at for at, cell in enumerate(self.cells) if cell.alone}

    def close(self, part: str) -> None:
        """Protect a part within its own sum; where that cannot be, its sum is hidden."""
        mine = self._of(part)
        own = self.hidden & mine
        if not own:
            return
        found = _with_partners(self.cells, own, ({at} for at in self._in_order(mine - own)))
        if found is None:
            self.open.add(part)
        else:
            self.hidden |= found

    def protected(self) -> bool:
        """Protect all parts whose sum is hidden together, opening others where need be; whether that can be done."""
        if not self.open:
            return True
        own = {at for part in self.open for at in self._of(part) & self.hidden}
        others = set(range(len(self.cells))) - own
        partners = ({at} | (self._of(self.cells[at].part) & self.hidden) for at in self._in_order(others))
        found = _with_partners(self.cells, own, partners)
        if found is not None:
            self.hidden |= found
            self.open |= {self.cells[at].part for at in found}
        return found is not None

    def _of(self, part: str) -> set[int]:
        return {at for at, cell in enumerate(self.cells) if cell.part == part}

    def _in_order(self, places: Collection[int]) -> list[int]:
        """Those that are hidden already, then the smallest first."""
        return sorted(places, key=lambda at: (at not in self.hidden, self.cells[at].records, at))


def _with_partners(cells: Sequence[Cell], own: set[int], partners: Iterable[set[int]]) -> set[int] | None:
    """Hidden cells with as many partners as they need: the first that is enough, else the one that helps most, and again."""
    found, left = set(own), list(partners)
    while (reached := _reached(cells, found)) < 1.0:
        if not left:
            return None
        found |= left.pop(_best(cells, found, left, reached))
    return found


def _best(cells: Sequence[Cell], found: set[int], partners: Sequence[set[int]], reached: float) -> int:
    """The place of the partner to take next."""
    best, most = 0, reached
    for at, partner in enumerate(partners):
        much = _reached(cells, found | partner)
        if much >= 1.0:
            return at
        if much > most:
            best, most = at, much
    return best


def _reached(cells: Sequence[Cell], places: Collection[int]) -> float:
    """How much of the range that they need the hidden cells have, of each at most all: 1 where nothing can be worked out.

    Their sum can be: it must not be one of nothing but cells that are hidden by themselves.
    """
    some = [cells[at] for at in places]
    widths = ranges([cell.lines for cell in some], [cell.gbp for cell in some]).tolist()
    shares = [min(width / cell.least_range, 1.0) for cell, width in zip(some, widths, strict=True) if cell.alone]
    enough = min(shares) >= 1.0 and len(shares) < len(some)
    return 1.0 if enough else sum(shares) / (len(shares) + 1)


def ranges(lines: Sequence[float], gbp: Sequence[float]) -> NDArray[np.float64]:
    """Lines of hidden cells → between how many lines each may lie, to whom knows both sums and what a line of each costs.

    Two equations: an extreme is reached where two cells at most hold all lines, so it can be written down.

    >>> ranges([120, 90], [1200, 1800]).tolist(), ranges([40, 5], [4000, 500]).tolist()
    ([0.0, 0.0], [45.0, 45.0])
    """
    count, pounds = np.asarray(lines, np.float64), np.asarray(gbp, np.float64)
    if len(count) < 2:
        return np.zeros(len(count))
    a_line = pounds / count
    off = a_line - pounds.sum() / count.sum()
    off[np.abs(off) <= _NOISE * np.abs(a_line).max()] = 0.0
    widest: NDArray[np.float64] = (_most(off) - _least(off)) * count.sum()
    return widest


def _most(off: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest share of all lines that each may have, the others being those farthest on the other side of the mean."""
    return np.where(off == 0, 1.0, _share(off, np.where(off > 0, off.min(), off.max())))


def _least(off: NDArray[np.float64]) -> NDArray[np.float64]:
    """The least share of all lines that each may have: nothing, unless all others cost more, or all less, than the mean."""
    below, above = np.full(len(off), off.min()), np.full(len(off), off.max())
    order = np.argsort(off, kind="stable")
    below[order[0]], above[order[-1]] = off[order[1]], off[order[-2]]
    return np.where(below > 0, _share(off, below), np.where(above < 0, _share(off, above), 0.0))


def _share(off: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of all lines that a cell has where it and another one hold them all."""
    apart = other - off
    return np.divide(other, apart, out=np.zeros(len(off)), where=apart != 0)
