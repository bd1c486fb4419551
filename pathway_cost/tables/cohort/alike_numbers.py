"""Numbers of patients, such as age, averaged over several who are near in them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]


def averaged(
    group: Integers, numbers: Mapping[str, Floats], weight: Floats, counted: Floats, *, least: int
) -> dict[str, Floats]:
    """Every number of every patient → the mean of at least so many patients of the group who are near in all numbers.

    A group is halved at a number, as evenly as numbers that are the same allow, as long as both halves have enough.

    Args:
        group: (N,) which group each row is of.
        numbers: name → (N,).
        weight: (N,) patients a row stands for in the mean.
        counted: (N,) patients a row counts for.
        least: how many are enough.

    >>> ages = np.array([50.0, 52.0, 70.0, 74.0, 75.0])
    >>> averaged(np.zeros(5, np.intp), {"age": ages}, np.ones(5), np.ones(5), least=2)["age"].tolist()
    [51.0, 51.0, 73.0, 73.0, 73.0]
    """
    if not numbers:
        return {}
    halves, found = True, group
    while halves:
        before = found.max()
        for each in numbers.values():
            found = _halved(found, each, counted, least)
        halves = found.max() > before
    return {name: _means(found, each, weight) for name, each in numbers.items()}


def _halved(group: Integers, number: Floats, counted: Floats, least: int) -> Integers:
    """Each group cut in two at a number where both parts have enough: the upper part is a group of its own."""
    order = np.lexsort((number, group))
    of, at = group[order], number[order]
    up_to = np.cumsum(counted[order])
    total = np.bincount(group, weights=counted)
    before = np.cumsum(total) - total
    left = up_to - before[of]
    right = total[of] - left
    ends = np.flatnonzero((of[1:] == of[:-1]) & (at[1:] > at[:-1]))
    ends = ends[(left[ends] >= least) & (right[ends] >= least)]
    if not len(ends):
        return group
    ends = ends[np.lexsort((np.abs(left[ends] - right[ends]), of[ends]))]
    cut, first = np.unique(of[ends], return_index=True)
    last = np.full(len(total), len(order))
    last[cut] = ends[first]
    name = np.zeros(len(total), dtype=np.intp)
    name[cut] = np.arange(len(total), len(total) + len(cut))
    above = np.arange(len(order)) > last[of]
    found = group.copy()
    found[order[above]] = name[of[above]]
    return found


def _means(group: Integers, number: Floats, weight: Floats) -> Floats:
    """(N,) the mean of each row's group; the very number where all have it, or where nobody has weight."""
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    low, high = (at.reduceat(number[order], starts) for at in (np.minimum, np.maximum))
    sums = np.bincount(group, weights=weight)
    whole = np.bincount(group, weights=weight * number)
    means = np.divide(whole, sums, out=low.copy(), where=(sums > 0) & (high > low))
    return np.asarray(np.clip(means, low, high)[group], dtype=np.float64)
