"""Numbers of patients, such as age, told as one that is typical of several who are near in them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]


def typical(group: Integers, numbers: Mapping[str, Floats], counted: Floats, *, least: int) -> dict[str, Floats]:
    """Every number of every patient → the median of at least so many patients of the group who are near in all numbers.

    A group is halved at a number, as evenly as numbers that are the same allow, as long as both halves have enough. The
    median, not the mean: of whole numbers a mean gives back how many have which.

    Args:
        group: (N,) which group each row is of.
        numbers: name → (N,).
        counted: (N,) patients a row counts for, no more than one where it is a patient's record.
        least: how many are enough.

    >>> ages = np.array([50.0, 52.0, 70.0, 74.0, 75.0])
    >>> typical(np.zeros(5, np.intp), {"age": ages}, np.ones(5), least=2)["age"].tolist()
    [50.0, 50.0, 74.0, 74.0, 74.0]
    """
    if not numbers:
        return {}
    halves, found = True, group
    while halves:
        before = found.max()
        for each in numbers.values():
            found = _halved(found, each, counted, least)
        halves = found.max() > before
    return {name: _medians(found, each, counted) for name, each in numbers.items()}


def two_figures(numbers: Floats) -> Floats:
    """Numbers to their first two figures.

    >>> two_figures(np.array([87.25, 0.0, 104.0])).tolist()
    [87.0, 0.0, 100.0]
    """
    return np.array([float(f"{each:.1e}") for each in numbers])


def _halved(group: Integers, number: Floats, counted: Floats, least: int) -> Integers:
    """Each group cut in two at a number where both parts have enough: the upper part is a group of its own."""
    order = np.lexsort((number, group))
    of, at = group[order], number[order]
    left, total = _counted_up(group, order, counted)
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


def _medians(group: Integers, number: Floats, counted: Floats) -> Floats:
    """(N,) of each row's group the number that half its patients do not exceed."""
    order = np.lexsort((number, group))
    of = group[order]
    left, total = _counted_up(group, order, counted)
    half = np.flatnonzero(left >= total[of] / 2)
    reached, first = np.unique(of[half], return_index=True)
    median = np.zeros(len(total))
    median[reached] = number[order][half[first]]
    return np.asarray(median[group], dtype=np.float64)


def _counted_up(group: Integers, order: Integers, counted: Floats) -> tuple[Floats, Floats]:
    """(N,) patients of the group up to each row in order, and (groups,) all of each."""
    total = np.bincount(group, weights=counted).astype(np.float64, copy=False)
    return np.cumsum(counted[order]) - (np.cumsum(total) - total)[group[order]], total
