"""Why the figures of two runs differ, as it is read: a table of pounds and a list of inputs, and the same as rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from textwrap import shorten
from typing import NamedTuple

import pandas as pd

from pathway_cost.earlier.comparing import ComparedRuns
from pathway_cost.earlier.moves import Move, Pence
from pathway_cost.errors import first_few
from pathway_cost.privacy.legible import one_line
from pathway_cost.reports.words import NOTHING, pounds, signed_pounds

LABEL = 52  # letters of the name of an input beside its pounds
COLUMNS = ("position", "kind", "input", "old", "new", "scenario", "gbp", "change_gbp")
PRICES_SHOWN = 12  # prices that the terminal lists one by one
TOTAL, OLD, NEW = "total", "old run", "new run"
OTHER_PRICES = "other prices"


# --- rows ----------------------------------------------------------------------------------------------------------
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
    found = [cells for row in (*rows, last) for cells in row.cells()]
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


# --- lines ---------------------------------------------------------------------------------------------------------
def lines_of_moves(compared: ComparedRuns) -> str:
    """The comparison for the terminal."""
    kind = "present value, pounds" if compared.measure == "present_value_gbp" else "pounds"
    year = compared.new.year if compared.totals else f"{compared.old.year} and {compared.new.year}"
    head = f"{compared.new.record['study']}: {compared.old.folder} → {compared.new.folder}, {kind} of {year}"
    lines = [head, *(one_line(each) for each in compared.told if compared.moves)]
    if not compared.moves:
        return f"{head}\nNothing differs."
    short = replace(compared, moves=tuple(_folded(compared.moves)))
    if compared.totals:
        lines += ["", *_table(short, "Total", changes=False)]
        if len(compared.scenarios) > 1:
            lines += ["", *_table(short, f"Change from {compared.scenarios[0]}", changes=True)]
    return "\n".join([*lines, "", "What differs", *_listed(short.moves)])


def _folded(moves: Sequence[Move]) -> Iterator[Move]:
    """The moves as the terminal has room for them: the prices that moved most, and all others in one line."""
    prices = [each for each in moves if each.is_price]
    folded = prices[PRICES_SHOWN:] if len(prices) > PRICES_SHOWN + 1 else []
    for each in moves:
        if each not in folded:
            yield each
        elif each is folded[0]:
            known = [one.pence for one in folded if one.pence is not None]
            together = {name: sum(one.get(name, 0) for one in known) for name in (known[0] if known else {})}
            yield Move(tuple(one for move in folded for one in move.differences), together or None, OTHER_PRICES)


def _table(compared: ComparedRuns, heading: str, *, changes: bool) -> Iterator[str]:
    """A line a difference, a column a scenario; what moves no pound of its own is not in it."""
    names = compared.scenarios[1:] if changes else compared.scenarios
    wide = [max(17, len(name) + 2) for name in names]
    rows = rows_of_moves(compared).astype(object)
    rows = rows.where(rows.notna(), None)
    yield heading.ljust(LABEL) + "".join(name.rjust(width) for name, width in zip(names, wide, strict=True))
    for position, here in rows.groupby("position", sort=True):
        figures = dict(zip(here["scenario"], here["change_gbp" if changes else "gbp"], strict=True))
        kind, said = here["kind"].iloc[0], here["input"].iloc[0]
        if any(figures.get(name) is not None for name in names):
            write = pounds if kind == TOTAL and not changes else signed_pounds
            cells = [NOTHING if figures.get(name) is None else write(figures[name]) for name in names]
            label = said if kind == TOTAL else _label(int(str(position)), kind, said)
            yield label.ljust(LABEL) + "".join(cell.rjust(width) for cell, width in zip(cells, wide, strict=True))


def _label(position: int, kind: str, what: str) -> str:
    return shorten(one_line(f"{position} {kind}: {what}"), LABEL - 1, placeholder="…")


def _listed(moves: Sequence[Move]) -> Iterator[str]:
    """Every difference with its old and its new value."""
    for position, move in enumerate(moves, start=1):
        if move.is_rest:
            yield one_line(f"{position:>3} {move.called}: {move.what or 'nothing that is recorded explains it'}")
        elif move.called:
            names = first_few([each.what for each in move.differences])
            yield one_line(f"{position:>3} {move.called}: {names} (`--out` writes them all)")
        else:
            yield from (
                one_line(f"{position:>3} {each.kind}: {each.what}: {each.old} → {each.new}")
                for each in move.differences
            )
            yield from ["    (these could only be put back together)"] * (len(move.differences) > 1)
