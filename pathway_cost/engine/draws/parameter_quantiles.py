"""The value of a law at a probability."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost.specs.format import Law, in_sds

Floats = NDArray[np.float64]


def law_quantile(law: Law, level: Floats) -> Floats:
    """The value of a law at probabilities.

    Args:
        law: the law.
        level: (D,) probabilities between 0 and 1.

    Returns:
        (D,) values, which rise with the probability.

    >>> law_quantile(Law("uniform", 0, 0, 2, 6), np.array([0.0, 0.25, 1.0])).tolist()
    [2.0, 3.0, 6.0]
    """
    return np.asarray(_QUANTILES[law.name](law, level))


def _beta(law: Law, level: Floats) -> Floats:
    from scipy.special import betaincinv  # a fifth of a second that runs without draws do not need

    return np.asarray(law.low + (law.high - law.low) * betaincinv(law.first, law.second, level))


def _gamma(law: Law, level: Floats) -> Floats:
    from scipy.special import gammaincinv  # a fifth of a second that runs without draws do not need

    return np.asarray(law.second * gammaincinv(law.first, level))


def _lognormal(law: Law, level: Floats) -> Floats:
    from scipy.special import ndtri  # a fifth of a second that runs without draws do not need

    return np.asarray(np.exp(law.first + law.second * ndtri(level)))


def _normal(law: Law, level: Floats) -> Floats:
    from scipy.special import ndtr, ndtri  # a fifth of a second that runs without draws do not need

    below, above = ndtr(in_sds(law, law.low)), ndtr(in_sds(law, law.high))
    inside = law.first + law.second * ndtri(below + level * (above - below))
    return np.asarray(np.clip(inside, law.low, law.high))


def _triangular(law: Law, level: Floats) -> Floats:
    likely, width = law.first, law.high - law.low
    rising = law.low + np.sqrt(level * width * (likely - law.low))
    falling = law.high - np.sqrt((1 - level) * width * (law.high - likely))
    return np.where(level * width < likely - law.low, rising, falling)


def _uniform(law: Law, level: Floats) -> Floats:
    return law.low + (law.high - law.low) * level


_QUANTILES: Final[Mapping[str, Callable[[Law, Floats], Floats]]] = {
    "beta": _beta,
    "gamma": _gamma,
    "lognormal": _lognormal,
    "normal": _normal,
    "triangular": _triangular,
    "uniform": _uniform,
}
