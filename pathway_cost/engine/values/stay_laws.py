"""How long people stay: discounting transform, days beyond a point, second moment and lattice of seven laws.

Every lane has a law, a mean and a standard deviation in days. A mean of 0 is no stay at all, whatever the law; a
standard deviation of 0 makes any law fixed. Geometric stays are whole days 1, 2, 3 … with a daily chance 1/mean of
leaving, so their mean is at least 1. Axes: R lanes, K points in time, n values of an empirical table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.values import spread
from pathway_cost.engine.values.products import dot, product

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

FIXED: Final = 0
LOGNORMAL: Final = 1
GAMMA: Final = 2
WEIBULL: Final = 3
EXPONENTIAL: Final = 4
GEOMETRIC: Final = 5
EMPIRICAL: Final = 6

MOST_LAGS: Final = 1_000_000
BLOCK: Final = 1024  # lanes integrated together
ON_GRID: Final = 1e-9  # a lag this close to a whole one is that one


class Stays(NamedTuple):
    """The stay of each of R lanes: its law, mean and standard deviation.

    law (R,) one of the codes above; mean (R,) days; sd (R,) days, read for lognormal, gamma and Weibull only (the other
    laws' follow from the mean); table (R,) index into tables, −1 if none; tables: (values (n,), shares (n,) adding up
    to 1), moved in proportion to the lane's mean.
    """

    law: Integers
    mean: Floats
    sd: Floats
    table: Integers
    tables: tuple[tuple[Floats, Floats], ...] = ()


Law = Callable[[Stays, Floats], Floats]


def fixed(lanes: int, days: float) -> Stays:
    """The stays of lanes who all stay exactly so many days."""
    return Stays(np.full(lanes, FIXED), np.full(lanes, days), np.zeros(lanes), np.full(lanes, -1))


def transform(stays: Stays, rate: float | Floats) -> Floats:
    """E[exp(−rate × T)]: what £1 at the end of the stay is worth at its start.

    Args:
        stays: R lanes.
        rate: per day, ≥ 0, continuously compounded; one for all or (R,).

    Returns:
        (R,) factors between 0 and 1.

    >>> stays = Stays(np.array([FIXED, EXPONENTIAL]), np.array([10.0, 10.0]), np.zeros(2), np.array([-1, -1]))
    >>> transform(stays, 0.1).round(6).tolist()
    [0.367879, 0.5]
    """
    return _by_law(stays, np.broadcast_to(np.asarray(rate, dtype=np.float64), stays.mean.shape), _TRANSFORMS)


def mean_excess(stays: Stays, over: float | Floats) -> Floats:
    """E[max(0, T − over)] in days.

    Args:
        stays: R lanes.
        over: days; one for all, (R,), or (K, R).

    Returns:
        Days in the shape of `over`, at least (R,).

    >>> stays = Stays(np.array([GEOMETRIC, GAMMA]), np.array([2.0, 2.0]), np.array([0.0, 2.0]), np.array([-1, -1]))
    >>> mean_excess(stays, 1.0).round(6).tolist()
    [1.0, 1.213061]
    """
    over = np.asarray(over, dtype=np.float64)
    over = np.broadcast_to(over, np.broadcast_shapes(over.shape, stays.mean.shape))
    found = _by_law(stays, np.where(over > 0, over, 1.0), _EXCESSES)
    return np.where(over > 0, found, stays.mean - over)


def second_moment(stays: Stays) -> Floats:
    """E[T²] in days squared, (R,).

    >>> second_moment(Stays(np.array([EXPONENTIAL]), np.array([3.0]), np.zeros(1), np.array([-1]))).tolist()
    [18.0]
    """
    return _by_law(stays, np.zeros_like(stays.mean), _SECOND_MOMENTS)


def lattice(stays: Stays, step: float, length: int) -> Floats:
    """The stays on a grid of lags: each patient shared between the two lags around the stay, so that the mean is kept.

    Args:
        stays: R lanes.
        step: days between lags.
        length: number of lags, from 0.

    Returns:
        (length, R) shares; patients beyond the last lag are not in them.

    >>> stays = Stays(np.array([FIXED, FIXED]), np.array([2.0, 1.25]), np.zeros(2), np.array([-1, -1]))
    >>> lattice(stays, 1.0, 3).T.tolist()
    [[0.0, 0.0, 1.0], [0.0, 0.75, 0.25]]
    """
    shares = np.zeros((length, len(stays.mean)))
    for law, lanes, part in _laws(stays):
        if law in (FIXED, EMPIRICAL):
            shares[:, lanes] = _points_on_lags(part, step, length)
        else:
            shares[:, lanes] = _second_differences(part, step, length)
    return shares


def lags_needed(stays: Stays, step: float, tail: float = 1e-13) -> int:
    """The number of lags beyond which `lattice` would leave less than `tail` of the patients of any lane.

    >>> lags_needed(Stays(np.array([FIXED]), np.array([2.0]), np.zeros(1), np.array([-1])), 1.0)
    3
    """
    low, high = 0, 1
    while high < MOST_LAGS and _left(stays, step, high) >= tail:
        low, high = high, 2 * high
    high = min(high, MOST_LAGS)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _left(stays, step, middle) >= tail else (low, middle)
    return high


def _left(stays: Stays, step: float, lags: int) -> float:
    """The largest share of a lane's patients that lags 0 … lags − 1 do not hold."""
    ends = mean_excess(stays, np.array([[lags - 1.0], [float(lags)]]) * step)
    return float(np.max((ends[0] - ends[1]) / step, initial=0.0))


def laws_in_force(stays: Stays) -> Integers:
    """(R,) the law that each lane follows: fixed where it has no spread.

    >>> laws_in_force(Stays(np.array([GAMMA, GAMMA]), np.array([2.0, 2.0]), np.array([0.0, 1.0]), np.array([-1, -1])))
    array([0, 2])
    """
    spreads = np.isin(stays.law, (LOGNORMAL, GAMMA, WEIBULL))
    return np.where((stays.mean == 0) | (spreads & (stays.sd == 0)), FIXED, stays.law)


def _laws(stays: Stays) -> Iterator[tuple[int, Integers, Stays]]:
    """Each law in force (each table apart), its lanes, and the stays of those lanes."""
    law = laws_in_force(stays)
    table = np.where(law == EMPIRICAL, stays.table, -1)
    for code, number in sorted(set(zip(law.tolist(), table.tolist(), strict=True))):
        lanes = np.flatnonzero((law == code) & (table == number))
        yield code, lanes, Stays(law[lanes], stays.mean[lanes], stays.sd[lanes], table[lanes], stays.tables)


def _by_law(stays: Stays, given: Floats, functions: Mapping[int, Law]) -> Floats:
    """Each lane by its law's function; given (…, R) → (…, R)."""
    found = np.empty(given.shape)
    for law, lanes, part in _laws(stays):
        found[..., lanes] = functions[law](part, given[..., lanes])
    return found


def _moved(part: Stays) -> tuple[Floats, Floats]:
    """(R, n) values of each lane and their (n,) shares, all lanes having one table; a fixed stay has one value."""
    if len(part.mean) == 0 or part.table[0] < 0:
        return part.mean[:, None], np.ones(1)
    values, shares = part.tables[part.table[0]]
    return np.multiply.outer(part.mean, values / dot(values, shares)), shares


def _points_on_lags(part: Stays, step: float, length: int) -> Floats:
    moved, weights = _moved(part)
    lag = moved / step
    lag = np.where(np.abs(lag - np.rint(lag)) <= ON_GRID, np.rint(lag), lag)
    low = np.floor(lag)
    shares = np.zeros((length + 2, len(part.mean)))
    lanes = np.broadcast_to(np.arange(len(part.mean))[:, None], lag.shape)
    first = np.minimum(low, length).astype(np.int64)
    np.add.at(shares, (first, lanes), weights * (1 - (lag - low)))
    np.add.at(shares, (first + 1, lanes), weights * (lag - low))
    return shares[:length]


def _second_differences(part: Stays, step: float, length: int) -> Floats:
    over = np.broadcast_to(np.arange(length + 1.0)[:, None] * step, (length + 1, len(part.mean)))
    excess = mean_excess(part, over)
    beyond = np.vstack([np.ones(len(part.mean)), (excess[:-1] - excess[1:]) / step])
    return np.asarray(np.maximum(0.0, beyond[:-1] - beyond[1:]))


def _points_excess(part: Stays, over: Floats) -> Floats:
    moved, shares = _moved(part)
    return product(np.maximum(0.0, moved - over[..., None]), shares)


def _lognormal_excess(part: Stays, over: Floats) -> Floats:
    return part.sd * spread.lognormal_excess(part.mean / part.sd, over / part.sd, 1.0)


def _gamma_excess(part: Stays, over: Floats) -> Floats:
    return part.sd * spread.gamma_excess(part.mean / part.sd, over / part.sd, 1.0)


def _weibull_excess(part: Stays, over: Floats) -> Floats:
    return spread.weibull_excess(part.mean, over, spread.weibull_shape(part.mean / part.sd, 1.0))


def _exponential_excess(part: Stays, over: Floats) -> Floats:
    return spread.exponential_excess(part.mean, over)


def _geometric_excess(part: Stays, over: Floats) -> Floats:
    """Between whole days the excess falls in a straight line: only those who stay longer than the day count."""
    day = np.floor(over)
    with np.errstate(divide="ignore", invalid="ignore"):
        still = np.where(day > 0, np.exp(day * np.log1p(-1.0 / part.mean)), 1.0)
    return np.asarray(still * (part.mean - (over - day)))


def _points_transform(part: Stays, rate: Floats) -> Floats:
    moved, shares = _moved(part)
    return product(np.exp(-rate[:, None] * moved), shares)


def _gamma_transform(part: Stays, rate: Floats) -> Floats:
    scale = part.sd * (part.sd / part.mean)
    return np.asarray(np.exp(-part.mean / scale * np.log1p(rate * scale)))


def _lognormal_transform(part: Stays, rate: Floats) -> Floats:
    """The trapezoid rule over normal scores, with steps fine enough for the widest lane (error below 1e-15)."""
    width = np.sqrt(np.log1p((part.sd / part.mean) ** 2))
    apart = 0.25 / max(1.0, float(width.max()))
    scores = np.arange(-20.0, 10.0, apart)
    weights = np.exp(-(scores**2) / 2) * (apart / np.sqrt(2 * np.pi))
    scaled = np.log(part.mean) - width**2 / 2
    return _integrated(
        rate, lambda lanes: np.exp(scaled[lanes, None] + np.multiply.outer(width[lanes], scores)), weights
    )


def _weibull_transform(part: Stays, rate: Floats) -> Floats:
    """The trapezoid rule over the log of (T/scale)^shape, which is exponential (error below 1e-15)."""
    from scipy.special import gammaln  # half a second that most pathways do not need

    shape = spread.weibull_shape(part.mean / part.sd, 1.0)
    apart = 0.2 * min(1.0, float(shape.min()))
    logs = np.arange(-60.0, 4.0, apart)
    weights = np.exp(logs - np.exp(logs)) * apart
    scaled = np.log(part.mean) - gammaln(1 + 1 / shape)
    return _integrated(rate, lambda lanes: np.exp(scaled[lanes, None] + np.divide.outer(logs, shape[lanes]).T), weights)


def _integrated(rate: Floats, days: Callable[[slice], Floats], weights: Floats) -> Floats:
    """Σ over nodes of weight × exp(−rate × days): (R,), in blocks of lanes."""
    found = np.empty(len(rate))
    for first in range(0, len(rate), BLOCK):
        lanes = slice(first, first + BLOCK)
        found[lanes] = product(np.exp(-rate[lanes, None] * days(lanes)), weights)
    return found


def _exponential_transform(part: Stays, rate: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + rate * part.mean))


def _geometric_transform(part: Stays, rate: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + part.mean * np.expm1(rate)))


def _points_second(part: Stays, _: Floats) -> Floats:
    moved, shares = _moved(part)
    return product(moved**2, shares)


def _spread_second(part: Stays, _: Floats) -> Floats:
    return np.asarray(part.mean**2 + part.sd**2)


def _exponential_second(part: Stays, _: Floats) -> Floats:
    return np.asarray(2 * part.mean**2)


def _geometric_second(part: Stays, _: Floats) -> Floats:
    return np.asarray(part.mean * (2 * part.mean - 1))


_TRANSFORMS: Final[Mapping[int, Law]] = {
    FIXED: _points_transform,
    LOGNORMAL: _lognormal_transform,
    GAMMA: _gamma_transform,
    WEIBULL: _weibull_transform,
    EXPONENTIAL: _exponential_transform,
    GEOMETRIC: _geometric_transform,
    EMPIRICAL: _points_transform,
}
_EXCESSES: Final[Mapping[int, Law]] = {
    FIXED: _points_excess,
    LOGNORMAL: _lognormal_excess,
    GAMMA: _gamma_excess,
    WEIBULL: _weibull_excess,
    EXPONENTIAL: _exponential_excess,
    GEOMETRIC: _geometric_excess,
    EMPIRICAL: _points_excess,
}
_SECOND_MOMENTS: Final[Mapping[int, Law]] = {
    FIXED: _points_second,
    LOGNORMAL: _spread_second,
    GAMMA: _spread_second,
    WEIBULL: _spread_second,
    EXPONENTIAL: _exponential_second,
    GEOMETRIC: _geometric_second,
    EMPIRICAL: _points_second,
}
