"""Why the figures of two runs differ, as rows: one a difference and scenario, between the two totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import pandas as pd

from pathway_cost.earlier.comparing import ComparedRuns
from pathway_cost.earlier.moves import Move, Pence

COLUMNS: Final = ("position", "kind", "input", "old", "new", "scenario", "gbp", "change_gbp")
TOTAL, OLD, NEW = "total", "old run", "new run"
OTHER_PRICES: Final = "other prices"
PRICES_SHOWN: Final = 12
"""Prices that the terminal lists one by one."""


def rows_of_moves(compared: ComparedRuns) -> pd.DataFrame:
    """One row a difference and scenario between the old total and the new one, which they add up to exactly.

    `gbp` is what the total moved, `change_gbp` what the change from the first scenario moved; both are empty where
    they stand under other differences, or cannot be told. Nothing but totals where nothing differs.
    """
    first = compared.scenarios[0]
    old, new = ({name: pair[side] for name, pair in compared.totals.items()} for side in (0, 1))
    rows = [_Row(0, (TOTAL, OLD, "", ""), old, _changes(old, first))]
    for position, move in enumerate(compared.moves, start=1):
        said = (move.kind, move.what, move.old, move.new)
        rows.append(_Row(position, said, move.pence or {}, _changes(move.pence or {}, first)))
    last = _Row(len(rows), (TOTAL, NEW, "", ""), new, _changes(new, first))
    if compared.moves and compared.moves[-1].is_rest:
        rows[-1] = rows[-1]._replace(changes=_less(last.changes, rows[:-1]))
    listed = [*rows, last] if compared.totals else rows[1:]
    found = [cells for row in listed for cells in row.cells()]
    return pd.DataFrame(found, columns=pd.Index(COLUMNS))


class _Row(NamedTuple):
    """What stands in one place of the list, in pence of each scenario."""

    position: int
    said: tuple[str, ...]
    totals: Pence
    changes: Pence

    def cells(self) -> Iterator[tuple[object, ...]]:
        """A row a scenario; one without pounds where they are not told."""
        for name in self.totals or ("",):
            figures = (each.get(name) for each in (self.totals, self.changes))
            yield (self.position, *self.said, name, *(None if each is None else each / 100 for each in figures))


def _changes(pence: Pence, first: str) -> dict[str, int]:
    """What stands against the first scenario, where that is known."""
    return {name: each - pence[first] for name, each in pence.items() if name != first and first in pence}


def _less(whole: Pence, rows: Sequence[_Row]) -> dict[str, int]:
    """What is left of changes: prices that are told of the first scenario alone are not in it."""
    return {name: each - sum(row.changes.get(name, 0) for row in rows) for name, each in whole.items()}


def with_prices_folded(compared: ComparedRuns) -> ComparedRuns:
    """A comparison as the terminal has room for it: the prices that moved most, and all others in one line."""
    return replace(compared, moves=tuple(_folded(compared.moves)))


def _folded(moves: Sequence[Move]) -> Iterator[Move]:
    prices = [each for each in moves if each.is_price]
    folded = prices[PRICES_SHOWN:] if len(prices) > PRICES_SHOWN + 1 else []
    for each in moves:
        if each not in folded:
            yield each
        elif each is folded[0]:
            known = [one.pence for one in folded if one.pence is not None]
            together = {name: sum(one.get(name, 0) for one in known) for name in (known[0] if known else {})}
            yield Move(tuple(one for move in folded for one in move.differences), together or None, OTHER_PRICES)
