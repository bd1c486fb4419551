"""Mean excess over a threshold, E[max(0, X − over)], of stays that differ between patients: closed forms.

The mean may differ by lane; the spread is the parameter's. Lognormal: Black's formula. Gamma and Weibull: incomplete
gamma functions (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions, volume 1).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.values.products import dot, product

Floats = NDArray[np.float64]

STEPS = 80  # halvings of the bracket of a Weibull shape: below the last bit of a float


def lognormal_excess(mean: Floats, over: Floats, sd: float) -> Floats:
    """E[max(0, X − over)] of a lognormal with this mean and sd, over > 0.

    >>> lognormal_excess(np.array([4.65]), np.array([5.0]), 2.83).round(4).tolist()
    [0.9002]
    """
    from scipy.special import ndtr  # half a second that most pathways do not need

    width = np.sqrt(np.log1p((sd / mean) ** 2))
    above = np.log(mean / over) / width + width / 2
    return np.asarray(mean * ndtr(above) - over * ndtr(above - width))


def gamma_excess(mean: Floats, over: Floats, sd: float) -> Floats:
    """E[max(0, X − over)] of a gamma with this mean and sd, over > 0.

    >>> gamma_excess(np.array([2.0]), np.array([1.0]), 2.0).round(6).tolist()  # exponential: 2 exp(−1/2)
    [1.213061]
    """
    from scipy.special import gammaincc  # half a second that most pathways do not need

    shape = (mean / sd) ** 2
    scaled = over * shape / mean
    return np.asarray(mean * gammaincc(shape + 1, scaled) - over * gammaincc(shape, scaled))


def weibull_excess(mean: Floats, over: Floats, shape: Floats) -> Floats:
    """E[max(0, X − over)] of a Weibull with this mean and shape, over > 0.

    >>> weibull_excess(np.array([2.0]), np.array([1.0]), np.array([1.0])).round(6).tolist()  # exponential
    [1.213061]
    """
    from scipy.special import gammaincc  # half a second that most pathways do not need

    scale = mean / _gamma(1 + 1 / shape)
    return np.asarray(mean * gammaincc(1 / shape, (over / scale) ** shape))


def weibull_shape(mean: Floats, sd: float) -> Floats:
    """The shape of the Weibull with this mean and sd, by halving: the coefficient of variation falls with the shape.

    >>> weibull_shape(np.array([2.0]), 2.0).round(9).tolist()
    [1.0]
    """
    wanted = np.log1p((sd / mean) ** 2)
    low, high = np.full_like(mean, np.log(0.05)), np.full_like(mean, np.log(500.0))
    for _ in range(STEPS):
        middle = (low + high) / 2
        spread = np.log(_gamma(1 + 2 * np.exp(-middle))) - 2 * np.log(_gamma(1 + np.exp(-middle)))
        low, high = np.where(spread > wanted, middle, low), np.where(spread > wanted, high, middle)
    return np.asarray(np.exp((low + high) / 2))


def exponential_excess(mean: Floats, over: Floats) -> Floats:
    """E[max(0, X − over)] of an exponential with this mean, over > 0.

    >>> exponential_excess(np.array([2.0]), np.array([1.0])).round(6).tolist()
    [1.213061]
    """
    return np.asarray(mean * np.exp(-over / mean))


def empirical_excess(mean: Floats, over: Floats, shares: Mapping[float, float]) -> Floats:
    """E[max(0, X − over)] of values seen in these shares of patients, moved in proportion to the mean.

    >>> empirical_excess(np.array([4.0]), np.array([5.0]), {2.0: 0.5, 6.0: 0.5}).tolist()
    [0.5]
    """
    stays, weights = np.array(list(shares), dtype=np.float64), np.array(list(shares.values()))
    moved = np.multiply.outer(mean, stays / dot(stays, weights))
    return product(np.maximum(0.0, moved - np.asarray(over)[..., None]), weights)


def _gamma(values: Floats) -> Floats:
    from scipy.special import gamma  # half a second that most pathways do not need

    return np.asarray(gamma(values))
