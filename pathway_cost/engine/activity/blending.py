"""Averages of patients who start in years of different uptake, blended into those of all: exactly, as weights of their sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity.averages import Averages, Ledger, with_periods

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NAMES: Final = ("starts", "visits", "moved", "quantity", "paid", "present")
BY_PERIOD: Final = ("quantity", "paid", "present", "visits", "days")


class Blended(NamedTuple):
    """Averages of groups that are alike, and (n,) the group of each segment."""

    averages: Averages
    base: Integers


def blended(parts: Sequence[Averages], base: Integers, patients: Floats) -> Blended:
    """Averages of those who start in each part of the years → those of all who start.

    Args:
        parts: averages by base of those who start in each part of the years.
        base: (n,) base of each segment.
        patients: (parts, n) patients of each segment who start in each part.
    """
    if len(parts) == 1:
        return Blended(parts[0], base)
    total = patients.sum(axis=0)
    share = patients / np.where(total > 0, total, 1.0)
    groups, group = np.unique(np.vstack([base[None], share]), axis=1, return_inverse=True)
    return Blended(_weighed(parts, groups[0].astype(np.int64), groups[1:]), group.ravel())


def _weighed(parts: Sequence[Averages], base: Integers, share: Floats) -> Averages:
    """Averages by group, each a base and (parts, groups) the share of its patients in each part."""
    figures = {name: _sum([getattr(part, name) for part in parts], base, share) for name in NAMES}
    ledgers = [part.ledger for part in parts if part.ledger is not None]
    by_period = {name: _sum([getattr(each, name) for each in ledgers], base, share) for name in BY_PERIOD if ledgers}

    def reached(node: int) -> Floats:
        return _sum([part.reached(node)[None] for part in parts], base, share).ravel()

    return Averages(**figures, reached=reached, ledger=Ledger(ledgers[0].grid, **by_period) if ledgers else None)


def _sum(figures: Sequence[Floats], base: Integers, share: Floats) -> Floats:
    """(…, groups) figures by base weighed; (…, P, A) ones with as many periods as the longest."""
    periods = max(each.shape[1] for each in figures)
    weighed = [with_periods(each, periods)[..., base] * part for each, part in zip(figures, share, strict=True)]
    return np.asarray(sum(weighed[1:], start=weighed[0]))
