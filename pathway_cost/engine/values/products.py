"""Sums of products that come out the same to the last bit on any number of threads.

A linear algebra library splits a large product over the cores, and where it splits decides how the terms are rounded
together. These add in one fixed order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def product(left: Floats, right: Floats) -> Floats:
    """What `left @ right` is: (…, n) with (n,) → (…), or (m, n) with (n, k) → (m, k).

    >>> product(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([10.0, 1.0])).tolist()
    [12.0, 34.0]
    """
    return np.asarray(np.einsum("...n,n->..." if right.ndim == 1 else "mn,nk->mk", left, right))


def dot(left: Floats, right: Floats) -> float:
    """The sum of the products of two (n,) arrays.

    >>> dot(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    11.0
    """
    return float(np.einsum("n,n->", left, right))


def convolution(one: Floats, other: Floats) -> Floats:
    """The convolution of two series: at each lag, the sum of the products of entries whose lags add up to it.

    >>> convolution(np.array([0.5, 0.5]), np.array([1.0, 2.0, 4.0])).tolist()
    [0.5, 1.5, 3.0, 2.0]
    """
    if len(other) > len(one):
        one, other = other, one
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(one, len(other) - 1), len(other))
    return product(windows, other[::-1])
