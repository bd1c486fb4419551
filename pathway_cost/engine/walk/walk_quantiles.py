"""Inverse distribution functions with mean 1 as lines between knots, which lie closer and closer towards both tails.

1,025 knots at u = i/1,024; then four levels of 513 knots for the lower tail, level l over u from 0 to 32⁻ˡ; then the
same over 1 − u for the upper tail. Quantiles up to 0.999 are right to 0.04%, standard deviations to 0.02%.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.values import stay_laws, weibull_shape

Floats = NDArray[np.float64]

MIDDLE: Final = 1024  # intervals between 0 and 1
ZOOM: Final = 32  # each level of a tail is so much narrower than the one before
LEVELS: Final = 4
FINE: Final = 512  # intervals of a level
TAIL: Final = 1.0 / ZOOM
_LAST: Final = TAIL**LEVELS / FINE  # the share of patients beyond the last knot but one


class _Law(NamedTuple):
    """With mean 1: lower(w) is the w-quantile, upper(w) the (1 − w)-quantile, tail_second(w) E[Z²; Z > upper(w)]."""

    lower: Callable[[Floats], Floats]
    upper: Callable[[Floats], Floats]
    tail_second: Callable[[float], float]


@lru_cache(maxsize=256)
def knots_of(law: int, variation: float) -> Floats:
    """Knots of Z for a law with this coefficient of variation (the exponential has its own).

    The line has mean 1 exactly, and its last piece the law's own second moment.

    >>> knots = knots_of(stay_laws.EXPONENTIAL, 1.0)
    >>> knots[512].round(5), len(knots)  # the median: ln 2
    (np.float64(0.69315), 5129)
    """
    inverse = _inverse(law, variation)
    middle = np.arange(MIDDLE + 1) / MIDDLE
    half = MIDDLE // 2
    found = np.concatenate([inverse.lower(middle[: half + 1]), inverse.upper(1 - middle[half + 1 :])])
    tails = [_tail(inverse.lower), _tail(inverse.upper)]
    tails[1][-1, 0] = _last_knot(tails[1][-1, 1], inverse.tail_second(_LAST))
    levels = np.concatenate(tails)
    return np.concatenate([_finite(found), _finite(levels.ravel())]) / _mean(found, levels)


def _tail(inverse: Callable[[Floats], Floats]) -> Floats:
    """(LEVELS, FINE + 1) knots from the very end inwards."""
    along = np.arange(FINE + 1) / FINE
    return inverse(np.multiply.outer(TAIL ** np.arange(1.0, LEVELS + 1), along))


def _last_knot(knot: float, second: float) -> float:
    """Where the last piece ends: from z₀ to z over a share δ, the second moment is δ (z₀² + z₀ z + z²)/3."""
    wanted = 3 * second / _LAST - knot**2
    return float((np.sqrt(knot**2 + 4 * wanted) - knot) / 2)


def _finite(knots: Floats) -> Floats:
    """Knots that a deeper level stands for are never read, but must be numbers."""
    return np.where(np.isfinite(knots), knots, 0.0)


def _mean(middle: Floats, levels: Floats) -> float:
    """The mean of the line, each level counting only where no deeper one stands for it."""
    cut = MIDDLE // ZOOM
    total = _area(middle[cut : MIDDLE - cut + 1], 1 / MIDDLE)
    for number, knots in enumerate(levels):
        level = number % LEVELS + 1
        skipped = 0 if level == LEVELS else FINE // ZOOM
        total += _area(knots[skipped:], TAIL**level / FINE)
    return total


def _area(knots: Floats, apart: float) -> float:
    return float((knots.sum() - (knots[0] + knots[-1]) / 2) * apart)


def _inverse(law: int, variation: float) -> _Law:
    if law == stay_laws.LOGNORMAL:
        return _lognormal(variation)
    if law == stay_laws.GAMMA:
        return _gamma(variation)
    if law == stay_laws.WEIBULL:
        return _weibull(float(weibull_shape(np.array([1.0]), variation)[0]))
    return _weibull(1.0)


def _lognormal(variation: float) -> _Law:
    from scipy.special import ndtr, ndtri  # half a second that most pathways do not need

    width = np.sqrt(np.log1p(variation**2))
    return _Law(
        lambda share: np.exp(width * ndtri(share) - width**2 / 2),
        lambda share: np.exp(-width * ndtri(share) - width**2 / 2),
        lambda share: float(np.exp(width**2) * ndtr(2 * width + ndtri(share))),
    )


def _gamma(variation: float) -> _Law:
    from scipy.special import gammaincc, gammainccinv, gammaincinv  # as above

    shape = variation**-2
    return _Law(
        lambda share: np.asarray(gammaincinv(shape, share) / shape),
        lambda share: np.asarray(gammainccinv(shape, share) / shape),
        lambda share: float((shape + 1) / shape * gammaincc(shape + 2, gammainccinv(shape, share))),
    )


def _weibull(shape: float) -> _Law:
    from scipy.special import gamma, gammaincc  # as above

    scale = 1 / gamma(1 + 1 / shape)

    def upper(share: Floats) -> Floats:
        with np.errstate(divide="ignore"):
            return np.asarray(scale * (-np.log(share)) ** (1 / shape))

    return _Law(
        lambda share: np.asarray(scale * (-np.log1p(-share)) ** (1 / shape)),
        upper,
        lambda share: float(scale**2 * gamma(1 + 2 / shape) * gammaincc(1 + 2 / shape, -np.log(share))),
    )
