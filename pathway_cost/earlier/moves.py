"""What differences moved, in whole pence: their parts add up exactly to the move of each total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost.earlier.differences import NOT_USED, Difference, How, Kind
from pathway_cost.earlier.earlier_run import EarlierRun
from pathway_cost.earlier.putting_back import Costs, Step

REMAINDER: Final = "remainder"
ROUNDING: Final = "rounding"
ROUNDED: Final = 1.5
"""Pence by which whole pence of two totals and of their parts may lie apart."""
Floats = NDArray[np.float64]
Pence = Mapping[str, int]
"""Scenario → pence."""
Known = dict[tuple[Difference, ...], dict[str, int]]
"""Differences that were put back together → scenario → pence."""


@dataclass(frozen=True, eq=False)
class Move:
    """One difference, or several that could only be put back together, and what they moved."""

    differences: tuple[Difference, ...]
    pence: Pence | None = None
    """Scenario → pence of its total; None where they stand under other differences, or cannot be told."""
    called: str = ""
    """What it is called where it is no one difference."""

    @property
    def is_rest(self) -> bool:
        """Whether it is what nothing else explains."""
        return self.called in (REMAINDER, ROUNDING)

    @property
    def is_price(self) -> bool:
        """Whether it is one price."""
        return len(self.differences) == 1 and self.differences[0].price is not None

    @property
    def kind(self) -> str:
        """What kind of input it is."""
        return self.called or " and ".join(dict.fromkeys(each.kind for each in self.differences))

    @property
    def what(self) -> str:
        """Which inputs."""
        return ", ".join(each.what for each in self.differences)

    @property
    def old(self) -> str:
        """What they were."""
        return "; ".join(each.old for each in self.differences)

    @property
    def new(self) -> str:
        """What they are."""
        return "; ".join(each.new for each in self.differences)


def pence(gbp: float) -> int:
    """Pounds → whole pence."""
    return round(gbp * 100)


def moved_pence(steps: Sequence[Step], scenarios: Sequence[str], *, reverse: bool) -> Known:
    """What each step moved from old to new; of prices that were put back by themselves, what each of them moved.

    Args:
        steps: one after the other.
        scenarios: whose totals.
        reverse: whether they lead from the new values to the old ones.
    """
    found: Known = {}
    for each in steps:
        before, after = (each.after, each.before) if reverse else (each.before, each.after)
        moved = {name: pence(after.totals[name]) - pence(before.totals[name]) for name in scenarios}
        prices = [one for one in each.differences if one.price is not None]
        parts = _by_price(prices, before, after, scenarios)
        is_told_apart = len(prices) == len(each.differences) and all(
            abs(parts[name].sum() - moved[name]) <= ROUNDED for name in scenarios
        )
        found |= _shared(prices, parts, moved) if is_told_apart else {each.differences: moved}
    return found


def _by_price(prices: Sequence[Difference], before: Costs, after: Costs, scenarios: Sequence[str]) -> dict[str, Floats]:
    """Scenario → pence that each price moved, not yet whole."""
    keys = [each.price for each in prices if each.price is not None]
    return {name: np.array([100 * (after.of(name, key) - before.of(name, key)) for key in keys]) for name in scenarios}


def _shared(prices: Sequence[Difference], parts: Mapping[str, Floats], moved: Pence) -> Known:
    """What each price moved, in whole pence that sum to what all moved; what is the same in two scenarios stays the same."""
    first = next(iter(moved))
    whole = {first: whole_parts(parts[first], moved[first])}
    for name in moved:
        if name != first:
            whole[name] = whole[first] + whole_parts(parts[name] - parts[first], moved[name] - moved[first])
    return {(each,): {name: int(whole[name][at]) for name in moved} for at, each in enumerate(prices)}


def whole_parts(parts: Floats, total: int) -> Floats:
    """Parts rounded so that they sum to a whole total; those nearest to the next whole number bear what is left over.

    >>> whole_parts(np.array([10.4, 20.45, 5.0]), 36).tolist()
    [10.0, 21.0, 5.0]
    """
    rounded = np.rint(parts)
    over = int(total - rounded.sum())
    bearers = np.argsort(-np.sign(over) * (parts - rounded), kind="stable")
    rounded[bearers[np.arange(abs(over)) % max(len(parts), 1)]] += np.sign(over)
    return rounded + 0.0


def prices_alone(differences: Sequence[Difference], old: EarlierRun, new: EarlierRun, scenario: str) -> Known:
    """What each price moved of the first scenario's undiscounted pounds that rest on it in the new run: pounds × (1 − old ÷ new)."""
    found: Known = {}
    for each in differences:
        if each.price is not None and each.price in old.prices and each.price in new.prices:
            moved = new.prices[each.price].moved_from(old.prices[each.price])
            if moved is not None:
                found[(each,)] = {scenario: pence(moved)}
    return found


def moves_of(
    differences: Sequence[Difference],
    totals: Mapping[str, tuple[int, int]],
    known: Known,
) -> tuple[Move, ...]:
    """Every difference with what it moved, in order, and what is left of the move of each total.

    Args:
        differences: all of them.
        totals: scenario → old and new, in pence.
        known: what is known of some.
    """
    of_each = {each: group for group in known for each in group}
    nothing = dict.fromkeys(totals, 0)
    moves = []
    for group in dict.fromkeys(of_each.get(each, (each,)) for each in differences):
        pence_of = nothing if group[0].how is How.NOTHING else None
        moves.append(Move(tuple(each for each in differences if each in group), known.get(group, pence_of)))
    rest = {
        name: new - old - sum(each.pence.get(name, 0) for each in moves if each.pence is not None)
        for name, (old, new) in totals.items()
    }
    kept = [each for each in moves if not _is_unused(each)]
    return (*sorted(kept, key=partial(_place, first=next(iter(totals), ""))), *_remainder(kept, rest))


def _place(move: Move, first: str) -> tuple[int, int]:
    """Where a move stands: by kind as they were put back; prices, which were put back at once, the largest first."""
    kinds, price = list(Kind), move.differences[0].price
    size = 0 if price is None else -abs((move.pence or {}).get(first, 0))
    return max(kinds.index(each.kind) for each in move.differences), size


def _is_unused(move: Move) -> bool:
    """Whether it is a price that only one run used, and moved nothing: other differences say why."""
    return NOT_USED in (move.old, move.new) and not any((move.pence or {}).values())


def _remainder(moves: Sequence[Move], rest: Pence) -> list[Move]:
    """What is left, under the names of what could not be put back; nothing where nothing is."""
    is_told = all(each.pence is None or each.pence.keys() == rest.keys() for each in moves)
    if is_told and not any(rest.values()):
        return []
    without = [each.differences[0] for each in moves if each.pence is None]
    left = tuple(each for each in without if each.how is not How.TOLD)
    told = tuple(each for each in without if each.kind is not Kind.SCENARIO)
    if is_told and not left and max(map(abs, rest.values())) <= 1:
        return [Move((), rest, ROUNDING)]
    return [Move(left or told, rest, REMAINDER)]
