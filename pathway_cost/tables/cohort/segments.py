"""Segments: the patients alike in place and every level attribute. Empty combinations are no segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.handed_out import hands_out

ROWS: Final = "rows"  # rows of the cohort in the segment, whatever they weigh

Codes = NDArray[np.int32]
Floats = NDArray[np.float64]


@hands_out("labels", "weight", "codes", "place_code", "of_base", "place_share")
@dataclass(frozen=True, repr=False, eq=False)
class Segments:
    """K segments, ordered by place and then by attribute and level as declared, whatever the order of patients.

    Where the cohort says where patients live, each of its B bases (place × attributes) is one segment and P = 1.
    Where it does not, each base (attributes) is split over P places by their shares, so K = B × P.
    """

    labels: pd.DataFrame
    """(K rows) segment (0 … K−1), place, one column an attribute, rows."""
    weight: Floats
    """(K,) patients."""
    codes: Mapping[str, Codes]
    """Attribute → (K,) position of the level in the declared order."""
    places: tuple[str, ...]
    """Places that any patient lives in, in the declared order."""
    place_code: Codes
    """(K,) position in `places`."""
    of_base: Codes
    """(B, P) segment of base b in the p-th place it is split over."""
    place_share: Floats
    """(P,) share of each base that lives there; sums to 1."""
    declared: Mapping[str, int] = field(default_factory=dict)
    """Attribute → how many levels it has, whether anybody has them or not."""


def make_segments(
    bases: Codes,
    columns: Mapping[str, tuple[str, ...]],
    *,
    base_weight: Floats,
    base_rows: NDArray[np.int64],
    places: Sequence[str],
    shares: Floats | None,
) -> Segments:
    """Segments out of bases (rows alike in place and levels) and the share of each that lives in each place.

    Args:
        bases: (B, A) codes of each base; A columns as in `columns`, after the place's code where `shares` is None.
        columns: attribute → its levels.
        base_weight: (B,) patients.
        base_rows: (B,) rows of the cohort.
        places: names of the places.
        shares: (P,) shares of the places, or None where the first column of `bases` says the place.
    """
    count = len(bases)
    if shares is None:
        place_code, attributes, share = bases[:, 0], bases[:, 1:], np.ones(1)
        of_base = np.arange(count, dtype=np.int32)[:, None]
    else:
        split = len(shares)
        place_code = np.repeat(np.arange(split, dtype=np.int32), count)
        attributes, share = np.tile(bases, (split, 1)), shares
        of_base = np.arange(split * count, dtype=np.int32).reshape(split, count).T
        base_weight = np.repeat(shares, count) * np.tile(base_weight, split)
        base_rows = np.tile(base_rows, split)
    codes = {name: attributes[:, position].astype(np.int32) for position, name in enumerate(columns)}
    labels = {terms.SEGMENT: np.arange(len(place_code)), terms.PLACE: _named(places, place_code)}
    labels |= {name: _named(levels, codes[name]) for name, levels in columns.items()}
    frame = pd.DataFrame(labels | {ROWS: base_rows})
    return Segments(
        frame,
        base_weight,
        codes,
        tuple(places),
        place_code.astype(np.int32),
        np.ascontiguousarray(of_base),
        share,
        {name: len(levels) for name, levels in columns.items()},
    )


def merged(segments: Segments, kept: NDArray[np.intp], base_weight: Floats, base_rows: NDArray[np.int64]) -> Segments:
    """Segments of some of the bases only, with other patients in them.

    Args:
        segments: of all bases.
        kept: bases that stay, rising.
        base_weight: (kept,) patients.
        base_rows: (kept,) rows of the cohort.
    """
    chosen = np.sort(segments.of_base[kept], axis=None)
    number = np.zeros(len(segments.labels), dtype=np.int32)
    number[chosen] = np.arange(len(chosen))
    of_base = number[segments.of_base[kept]]
    weight, rows = np.empty(len(chosen)), np.empty(len(chosen), dtype=np.int64)
    weight[of_base] = base_weight[:, None] * segments.place_share
    rows[of_base] = base_rows[:, None]
    labels = segments.labels.iloc[chosen].reset_index(drop=True)
    return Segments(
        labels.assign(**{terms.SEGMENT: np.arange(len(chosen)), ROWS: rows}),
        weight,
        {name: codes[chosen] for name, codes in segments.codes.items()},
        segments.places,
        segments.place_code[chosen],
        np.ascontiguousarray(of_base),
        segments.place_share,
        segments.declared,
    )


def group_rows(columns: Sequence[tuple[Codes, int]], rows: int) -> tuple[Codes, Codes]:
    """The group of each row, and the codes of each group: rows alike in every column are one group, in order of the codes.

    Args:
        columns: (codes (N,), how many codes there are) a column.
        rows: N, for no columns at all: one group.

    Returns:
        the group of each row (N,), and the codes of each group (B, columns).

    >>> group, codes = group_rows([(np.array([1, 0, 1], np.int32), 2), (np.array([0, 2, 0], np.int32), 3)], 3)
    >>> group.tolist(), codes.tolist()
    ([1, 0, 1], [[0, 2], [1, 0]])
    """
    group = np.zeros(rows, dtype=np.int32)
    codes = np.zeros((1, 0), dtype=np.int32)
    for column, size in columns:
        combined = group.astype(np.int64) * size + column
        present, group = _dense(combined, len(codes) * size)
        codes = np.column_stack([codes[present // size], present % size]).astype(np.int32)
    return group, codes


def _dense(numbers: NDArray[np.int64], bound: int) -> tuple[NDArray[np.int64], Codes]:
    """The numbers that occur, in order, and the position of each row's number among them."""
    if bound > 4 * len(numbers) + 1024:
        present, position = np.unique(numbers, return_inverse=True)
        return present, position.astype(np.int32)
    occurs = np.bincount(numbers, minlength=bound) > 0
    return np.flatnonzero(occurs), (np.cumsum(occurs, dtype=np.int32) - 1)[numbers]


def _named(names: Sequence[str], codes: NDArray[np.integer]) -> pd.Series:
    return pd.Series(names, dtype="str").take(codes).reset_index(drop=True)
