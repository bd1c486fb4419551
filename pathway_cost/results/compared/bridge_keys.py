"""Rows of tables by their keys, as numbers: which have the same keys, what these sum to, and which belong together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost.engine.pounds.stacked import Column, Words, categorical

__all__ = [
    "LARGEST",
    "Column",
    "Floats",
    "Groups",
    "Integers",
    "Words",
    "categorical",
    "either",
    "found_at",
    "grouped",
    "in_shared_words",
    "matches",
    "numbers",
    "places",
    "ratio",
    "that",
    "words_of",
]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
LARGEST: Final = 2**62


class Groups(NamedTuple):
    """n rows in g groups, in the order first met."""

    of: Integers
    """(n,) the group of each row."""
    first: Integers
    """(g,) the first row of each group."""

    def summed(self, values: Floats) -> Floats:
        """(n,) values of the rows → (g,) sums; missing where one of them is."""
        return np.asarray(pd.Series(values).groupby(self.of, sort=False).sum(skipna=False), dtype=np.float64)


def words_of(column: pd.Series) -> Words:
    """A column of words as codes: −1 where there is none."""
    values = column.array if isinstance(column.array, pd.Categorical) else pd.Categorical(column)
    return Words(tuple(map(str, values.categories.tolist())), values.codes)


def that(words: Words, is_meant: Callable[[str], bool]) -> NDArray[np.bool_]:
    """For each row, whether its word is meant; no word is not."""
    meant: NDArray[np.bool_] = np.array([*map(is_meant, words.words), False])[words.codes]
    return meant


def in_shared_words(columns: Sequence[Words]) -> list[Words]:
    """Columns of words, each coded by its own → all coded by the same, in alphabetical order."""
    shared = tuple(sorted({word for column in columns for word in column.words}))
    number = {word: code for code, word in enumerate(shared)}
    return [
        Words(shared, np.array([*(number[word] for word in column.words), -1], dtype=np.int64)[column.codes])
        for column in columns
    ]


def numbers(*tables: Sequence[Column]) -> list[Integers]:
    """Tables of the same key columns → a number for each row of each: equal for equal keys, and rising as these do.

    >>> ward = Words(("ward", "hub"), np.array([0, 1, 0]))
    >>> [table.tolist() for table in numbers([np.array([7, 7, 8]), ward], [np.array([7]), Words(("ward",), np.array([0]))])]
    [[2, 1, 5], [2]]
    """
    number, size = np.zeros(sum(_rows(table[0]) for table in tables), dtype=np.int64), 1
    for columns in zip(*tables, strict=True):
        codes, different = _codes(columns)
        if size * different > LARGEST:
            number, size = _ranks(number)
        number, size = number * different + codes, size * different
    ends = np.cumsum([_rows(table[0]) for table in tables])
    return np.split(number, ends[:-1])


def _rows(column: Column) -> int:
    return len(column.codes if isinstance(column, Words) else column)


def _codes(columns: Sequence[Column]) -> tuple[Integers, int]:
    """One key of several tables → its codes, one table after the other, and how many there may be."""
    words = [column for column in columns if isinstance(column, Words)]
    if not words:
        return _ranks(np.concatenate([column for column in columns if not isinstance(column, Words)]))
    shared = in_shared_words(words)
    return np.concatenate([column.codes for column in shared]) + 1, len(shared[0].words) + 1


def _ranks(values: NDArray[Any]) -> tuple[Integers, int]:
    ranks, different = pd.factorize(values, sort=True)
    return ranks.astype(np.int64), len(different)


def grouped(*keys: Column) -> Groups:
    """Rows with the same keys, together."""
    of, different = pd.factorize(numbers(keys)[0])
    first = np.zeros(len(different), dtype=np.int64)
    first[of[::-1]] = np.arange(len(of))[::-1]
    return Groups(of.astype(np.int64), first)


def places(numbers_held: Integers, wanted: Integers) -> Integers:
    """For each wanted number, the row that holds it, −1 where none does; no two rows hold the same."""
    return pd.Index(numbers_held).get_indexer(pd.Index(wanted)).astype(np.int64)


def matches(first: Integers, second: Integers) -> tuple[Integers, Integers]:
    """Every pair of rows with the same number, as (row of the first, row of the second), in the order of the first.

    >>> [rows.tolist() for rows in matches(np.array([5, 9, 5]), np.array([5, 7, 5]))]
    [[0, 0, 2, 2], [0, 2, 0, 2]]
    """
    order = np.argsort(second, kind="stable")
    low, high = (np.searchsorted(second[order], first, side=side) for side in ("left", "right"))
    count = high - low
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(np.arange(len(first)), count), order[np.repeat(low, count) + within]


def found_at(values: Floats, rows: Integers) -> Floats:
    """The values at some rows; missing at row −1."""
    return np.append(values, np.nan)[rows]


def either(values: tuple[NDArray[Any], NDArray[Any]], rows: tuple[Integers, Integers]) -> NDArray[Any]:
    """The first values at some rows, or at row −1 the second at theirs."""
    first, second = (np.append(each, 0)[row] for each, row in zip(values, rows, strict=True))
    return np.where(rows[0] >= 0, first, second)


def ratio(above: Floats, below: Floats) -> Floats:
    """Above ÷ below; missing where there is nothing to divide by."""
    quotient: Floats = np.divide(above, below, out=np.full(len(above), np.nan), where=below != 0)
    return quotient
