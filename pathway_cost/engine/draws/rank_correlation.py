"""Parameters that tend to be high together: a Gaussian copula of the rank correlations asked for.

Probabilities become normals, the normals are mixed so that they correlate, and become probabilities again: each
parameter keeps its own law. Spearman's rank r of two parameters is Pearson's 2 sin(π r ÷ 6) of their normals.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.values import product
from pathway_cost.errors import EngineFaults, Problem, Where, raise_if_any
from pathway_cost.specs.format import Correlation

Floats = NDArray[np.float64]

CLOSE = 1e-10  # how far below 0 rounding may take an eigenvalue
STEPS = 1000  # of a rank in a remedy: three decimals, towards what is possible


@dataclass(frozen=True, repr=False)
class Mixing:
    """How normals of their own are mixed into normals that correlate."""

    names: tuple[str, ...]
    """The correlated names, in order of first mention: K."""
    lower: Floats
    """(K, K) lower triangular: row k mixes the normals of the first k names."""

    def mixed(self, name: str, plain: Callable[[str], Floats]) -> Floats:
        """(D,) probabilities of a name, from the uncorrelated probabilities (D,) of every name it depends on."""
        if name not in self.names or self.lower[self.names.index(name), self.names.index(name)] == 1:
            return plain(name)
        from scipy.special import ndtr, ndtri  # a fifth of a second that runs without draws do not need

        weights = self.lower[self.names.index(name)]
        normals = sum(weight * ndtri(plain(each)) for each, weight in zip(self.names, weights, strict=True) if weight)
        return np.asarray(ndtr(normals))


def cannot_all_hold(correlations: Sequence[Correlation]) -> list[Problem]:
    """Correlations that contradict one another: names the pair whose weakening mends them with the least change."""
    names = _names(correlations)
    matrix = _matrix(names, correlations)
    if not names or np.linalg.eigvalsh(matrix).min() >= -CLOSE:
        return []
    ways = [
        (abs(possible - each.rank), place, possible)
        for place, each in enumerate(correlations)
        if (possible := _nearest_rank(names, matrix, each)) is not None
    ]
    if not ways:
        return [_nothing_mends(names, matrix, correlations)]
    _, place, possible = min(ways)
    first, second = correlations[place].between
    what = f"the correlations contradict one another: {first!r} and {second!r} cannot have a rank of {correlations[place].rank:g}"
    return [
        _problem(place, what, f"the nearest rank it can have beside the others is {possible:g}", names, correlations)
    ]


def mixing_of(correlations: Sequence[Correlation]) -> Mixing:
    """Rank correlations → how normals are mixed to have them. Raises EngineFaults where they cannot all hold.

    >>> mixing_of([]).names
    ()
    """
    raise_if_any(cannot_all_hold(correlations), EngineFaults)
    names = _names(correlations)
    return Mixing(names, _cholesky(_matrix(names, correlations)))


def _names(correlations: Iterable[Correlation]) -> tuple[str, ...]:
    """Every name, in order of first mention."""
    return tuple(dict.fromkeys(name for each in correlations for name in each.between))


def _matrix(names: tuple[str, ...], correlations: Iterable[Correlation]) -> Floats:
    """(K, K) Pearson correlations of the normals; pairs that nobody mentions are 0."""
    matrix = np.eye(len(names))
    for each in correlations:
        first, second = (names.index(name) for name in each.between)
        matrix[first, second] = matrix[second, first] = 2 * math.sin(math.pi * each.rank / 6)
    return matrix


def _cholesky(matrix: Floats) -> Floats:
    """(K, K) lower triangular L with L Lᵀ = matrix; a name that follows from those before it has 0 on the diagonal."""
    lower = np.zeros_like(matrix)
    for column in range(len(matrix)):
        rest = matrix[column:, column] - product(lower[column:, :column], lower[column, :column])
        if rest[0] > CLOSE:
            lower[column:, column] = rest / math.sqrt(rest[0])
    return lower


def _nearest_rank(names: tuple[str, ...], matrix: Floats, each: Correlation) -> float | None:
    """The rank nearest to that of a pair at which all correlations hold, to three decimals; None where there is none."""
    first, second = (names.index(name) for name in each.between)
    between = _possible(matrix, first, second)
    if between is None:
        return None
    low, high = (6 / math.pi * math.asin(min(max(end, -1.0), 1.0) / 2) for end in between)
    inside = math.floor(high * STEPS) / STEPS if each.rank > high else math.ceil(low * STEPS) / STEPS
    return inside if low <= inside <= high else None


def _possible(matrix: Floats, first: int, second: int) -> tuple[float, float] | None:
    """Between what the correlation of two normals must lie, all others as they are: by what is left of each (Schur)."""
    others = [place for place in range(len(matrix)) if place not in (first, second)]
    held = matrix[np.ix_(others, others)]
    if others and np.linalg.eigvalsh(held).min() <= CLOSE:
        return None
    ends = matrix[np.ix_(others, [first, second])]
    explained = ends.T @ np.linalg.solve(held, ends)
    left = 1 - np.diag(explained)
    if left.min() < 0:
        return None
    room = math.sqrt(float(left[0] * left[1]))
    return float(explained[0, 1]) - room, float(explained[0, 1]) + room


def _nothing_mends(names: tuple[str, ...], matrix: Floats, correlations: Sequence[Correlation]) -> Problem:
    """No single pair is to blame: the one that pulls most against the rest."""
    worst = np.linalg.eigh(matrix)[1][:, 0]

    def pull(place: int) -> float:
        first, second = (names.index(name) for name in correlations[place].between)
        return float(worst[first] * worst[second] * matrix[first, second])

    place = min(range(len(correlations)), key=pull)
    first, second = correlations[place].between
    what = f"the correlations contradict one another, {first!r} and {second!r} most"
    return _problem(place, what, "bring several of them nearer to 0", names, correlations)


def _problem(
    place: int, what: str, remedy: str, names: tuple[str, ...], correlations: Sequence[Correlation]
) -> Problem:
    """The fault at its pair; pairs of the same group that nobody mentions are named, for they count as 0."""
    stated = {frozenset(each.between) for each in correlations}
    mine = correlations[place].between
    silent = [
        f"{name} and {mate}"
        for name in mine
        for mate in names
        if mate not in mine and frozenset((name, mate)) not in stated
        if any({mate, other} in stated for other in mine)
    ]
    also = f", or say how {silent[0]} move together (left out is 0)" if silent else ""
    return Problem(
        "correlations_contradict", what, Where(item=f"uncertainty.correlations.{place}"), None, remedy + also
    )
