"""What each change of a composition is to be thanked for: in the order written, and free of any order (Shapley).

A change's free share is what it adds on average over every order in which the changes could be made. Changes that
cannot be costed apart (shares that only together sum to 1) are first joined, and count as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from math import factorial, fsum
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.engine.values import dot
from pathway_cost.results.chance.drawn import Floats

MOST_EXACT: Final = 12  # players whose every coalition is costed: 2¹² totals
PERMUTATIONS: Final = 256
COLUMNS: Final = (
    "scenario", "position", "change", "ordered_gbp", "shapley_gbp", "standard_error_gbp", "grade",
)  # fmt: skip
GRADES: Final = tuple(grade.value for grade in terms.Grade)

TotalWith: TypeAlias = Callable[[frozenset[int]], float | None]
"""Total pounds with only these changes (numbered from 0) made; None where they cannot be costed alone."""
Player: TypeAlias = tuple[int, ...]
"""Changes that count as one, in order."""


class Change(NamedTuple):
    """One change of a composition and how well it is supported."""

    what: str
    grade: str


class Shares(NamedTuple):
    """Pounds a player, and their standard error (0 where exact), each of shape (players,)."""

    gbp: Floats
    standard_error_gbp: Floats


class _Unworkable(Exception):
    """A coalition of players that cannot be costed."""

    def __init__(self, coalition: frozenset[Player]) -> None:
        super().__init__(coalition)
        self.coalition = coalition


def attribution(
    scenario: str,
    changes: Sequence[Change],
    total_with: TotalWith,
    *,
    groups: Sequence[Player] = (),
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> pd.DataFrame:
    """Share the change of a composition out among its changes, in both ways; each way sums to the whole.

    Args:
        scenario: name of the composition.
        changes: in the order made.
        total_with: asked once for any set of changes.
        groups: changes known to work only together, joined from the start.
        permutations: orders sampled where there are more than 12 players; half are the others reversed.
        seed: of the sampled orders.

    Returns:
        scenario, position (of the last change joined, from 1), change (joined ones with ` + `), ordered_gbp (after those
        before it), shapley_gbp, standard_error_gbp (of sampling orders; 0 when exact), grade (the weakest joined).

    Raises:
        ValueError: the totals without any change, or with all, cannot be worked out.

    >>> totals = {(): 1000.0, (0,): 900.0, (1,): 800.0, (0, 1): 760.0}
    >>> changes = [Change("scale_stay surgery", "local"), Change("set_share surgery.home", "trial")]
    >>> frame = attribution("day_case", changes, lambda made: totals[tuple(sorted(made))])
    >>> frame[["ordered_gbp", "shapley_gbp"]].to_numpy().tolist()
    [[-100.0, -70.0], [-140.0, -170.0]]
    """
    total_with = _once(total_with)
    players, shares = shapley(total_with, len(changes), groups=groups, permutations=permutations, seed=seed)
    in_order = ordered(total_with, players)
    rows = [
        (scenario, player[-1] + 1, " + ".join(changes[at].what for at in player), *figures, _weakest(changes, player))
        for player, *figures in zip(players, in_order.tolist(), *(part.tolist() for part in shares), strict=True)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def ordered(total_with: TotalWith, players: Sequence[Player]) -> Floats:
    """What each player adds after those before it, in pounds, shape (players,); they sum to the whole change.

    Args:
        total_with: the total with any set of changes.
        players: in order; no set of them may be unworkable.

    >>> ordered(lambda made: 100.0 - 10.0 * len(made), [(0,), (1, 2)]).tolist()
    [-10.0, -20.0]
    """
    totals = _totals_along(total_with, players)
    return _closed(np.diff(totals), totals)


def shapley(
    total_with: TotalWith,
    changes: int,
    *,
    groups: Sequence[Player] = (),
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> tuple[tuple[Player, ...], Shares]:
    """What each player adds on average over all orders, exact to 12 players and sampled above.

    Whenever a set of players cannot be costed, it is cut down to the smallest unworkable set within it, that set is
    joined with the fewest others (the earliest of equals) that make it workable, and the work starts again; totals
    already known are kept.

    Args:
        total_with: the total with any set of changes.
        changes: how many there are.
        groups: changes joined from the start.
        permutations: orders sampled above 12 players; half are the others reversed.
        seed: of the sampled orders.

    Returns:
        The players, ordered by their last change, and their shares, which sum to the whole change.

    Raises:
        ValueError: the totals without any change, or with all, cannot be worked out.

    >>> players, shares = shapley(lambda made: 100.0 if len(made) < 2 else 90.0, 2)
    >>> players, shares.gbp.tolist()
    (((0,), (1,)), [-5.0, -5.0])
    """
    total_with, players = _once(total_with), _joined([(at,) for at in range(changes)], groups)
    if any(total_with(frozenset(made)) is None for made in ((), range(changes))):
        raise ValueError("the total without any change, or with all of them, cannot be worked out")
    while True:
        try:
            return tuple(players), _shares(total_with, players, permutations, seed)
        except _Unworkable as fault:
            players = _joined(players, [_workable(total_with, players, fault.coalition)])


# --- players -----------------------------------------------------------------------------------------------------
def _once(total_with: TotalWith) -> TotalWith:
    """The function of totals, made to work out each set of players only once."""
    known: dict[frozenset[int], float | None] = {}

    def remembered(made: frozenset[int]) -> float | None:
        if made not in known:
            known[made] = total_with(made)
        return known[made]

    return remembered


def _joined(players: Sequence[Player], groups: Sequence[Player]) -> list[Player]:
    """The players, with all that share a change with one of the groups made one player; ordered by their last change."""
    for group in groups:
        touched = [player for player in players if set(player) & set(group)]
        whole = tuple(sorted({change for player in touched for change in player}))
        players = [player for player in players if player not in touched] + ([whole] if whole else [])
    return sorted(players, key=lambda player: player[-1])


def _workable(total_with: TotalWith, players: Sequence[Player], coalition: frozenset[Player]) -> Player:
    """The changes of a smallest unworkable part of a coalition, with the fewest others that make it workable."""
    for player in sorted(coalition):
        if _total(total_with, coalition - {player}) is None:
            coalition -= {player}
    others = [player for player in players if player not in coalition]
    more = (joined for count in range(1, len(others) + 1) for joined in combinations(others, count))
    added = next(joined for joined in more if _total(total_with, coalition | set(joined)) is not None)
    return tuple(sorted(change for player in (*coalition, *added) for change in player))


def _total(total_with: TotalWith, coalition: frozenset[Player]) -> float | None:
    return total_with(frozenset(change for player in coalition for change in player))


def _worth(total_with: TotalWith, coalition: frozenset[Player]) -> float:
    total = _total(total_with, coalition)
    if total is None:
        raise _Unworkable(coalition)
    return total


def _weakest(changes: Sequence[Change], player: Player) -> str:
    """The weakest grade of the changes joined; a word that is no grade is weaker than all."""
    grades = [changes[at].grade for at in player]
    return max(grades, key=lambda grade: GRADES.index(grade) if grade in GRADES else len(GRADES))


# --- shares ------------------------------------------------------------------------------------------------------
def _shares(total_with: TotalWith, players: Sequence[Player], permutations: int, seed: int) -> Shares:
    if len(players) <= MOST_EXACT:
        return Shares(_exact(total_with, players), np.zeros(len(players)))
    return _sampled(total_with, players, permutations, seed)


def _exact(total_with: TotalWith, players: Sequence[Player]) -> Floats:
    """Averages over all orders from every coalition's total, shape (players,)."""
    count = len(players)
    totals = np.array([_worth(total_with, coalition) for coalition in _coalitions(players)])
    numbers = np.arange(2**count)
    sizes = np.bitwise_count(numbers)
    weights = np.array([factorial(size) * factorial(count - 1 - size) / factorial(count) for size in range(count)])
    without = [numbers[numbers >> player & 1 == 0] for player in range(count)]
    parts = [dot(weights[sizes[at]], totals[at | 1 << player] - totals[at]) for player, at in enumerate(without)]
    return _closed(np.array(parts), totals)


def _coalitions(players: Sequence[Player]) -> Iterator[frozenset[Player]]:
    """Every coalition; player p is in number c where bit p of c is set."""
    for number in range(2 ** len(players)):
        yield frozenset(player for at, player in enumerate(players) if number >> at & 1)


def _sampled(total_with: TotalWith, players: Sequence[Player], permutations: int, seed: int) -> Shares:
    """Averages over sampled orders, each taken forwards and backwards; the error is that of the pairs' mean."""
    draw, count = np.random.default_rng(seed), len(players)
    forwards = [draw.permutation(count) for _ in range(max(2, permutations // 2))]
    orders = np.array([each for order in forwards for each in (order, order[::-1])])
    totals = np.array([_totals_along(total_with, [players[at] for at in order]) for order in orders])
    added = np.empty(orders.shape)
    np.put_along_axis(added, orders, np.diff(totals, axis=1), axis=1)
    pairs = added.reshape(-1, 2, count).mean(axis=1)
    return Shares(_closed(pairs.mean(axis=0), totals), pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs)))


def _totals_along(total_with: TotalWith, order: Sequence[Player]) -> Floats:
    """The total with none, the first, the first two … of the players, shape (players + 1,)."""
    return np.array([_worth(total_with, frozenset(order[:count])) for count in range(len(order) + 1)])


def _closed(parts: Floats, totals: Floats) -> Floats:
    """The parts, with the dust of floating point on the largest, so that they sum to the last total less the first.

    Raises:
        ArithmeticError: more than dust is missing (our fault).
    """
    if not len(parts):
        return parts
    whole = totals.flat[-1] - totals.flat[0]
    parts, missing = parts.copy(), whole - fsum(parts)
    if not abs(missing) <= terms.RELATIVE_TOLERANCE * np.abs(totals).max():
        raise ArithmeticError(f"the shares sum to {fsum(parts)!r}, the change is {whole!r}")
    parts[np.abs(parts).argmax()] += missing
    return parts
