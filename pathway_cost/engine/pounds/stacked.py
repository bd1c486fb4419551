"""Columns of long tables in pieces: numbers as arrays, words as codes, put under each other at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class Words(NamedTuple):
    """A column of words: each row's word is `words[codes]`."""

    words: tuple[str, ...]
    codes: NDArray[np.integer]

    def __repr__(self) -> str:
        return object.__repr__(self)

    def repeated(self, times: int) -> Words:
        """Every row so many times, one after the other."""
        return Words(self.words, np.repeat(self.codes, times))

    def tiled(self, times: int) -> Words:
        """The whole column so many times."""
        return Words(self.words, np.tile(self.codes, times))

    def taken(self, rows: NDArray[np.integer]) -> Words:
        """Some of the rows."""
        return Words(self.words, self.codes[rows])


Column = Words | NDArray[Any]


def constant(word: str, rows: int) -> Words:
    """The same word in every row."""
    return Words((word,), np.zeros(rows, dtype=np.int32))


def stacked(pieces: Sequence[Mapping[str, Column]], columns: Sequence[str]) -> pd.DataFrame:
    """The pieces under each other, words as categoricals. There is at least one piece.

    >>> piece = {"setting": constant("ward", 2), "visits": np.array([1.0, 2.0])}
    >>> stacked([piece, piece | {"setting": constant("home", 2)}], ["setting", "visits"])["setting"].tolist()
    ['ward', 'ward', 'home', 'home']
    """
    return pd.DataFrame({name: _stacked([piece[name] for piece in pieces]) for name in columns}, copy=False)


def categorical(codes: NDArray[np.integer], words: Sequence[str]) -> pd.Categorical:
    """Codes and the words they stand for → a categorical column."""
    return pd.Categorical.from_codes(codes, dtype=_dtype(tuple(words)), validate=False)


def put_under(parts: Sequence[Words]) -> Words:
    """Columns of words under each other: every word once, in the order first named.

    >>> tuple(put_under([constant("ward", 1), Words(("home", "ward"), np.array([1, 0]))]))
    (('ward', 'home'), array([0, 0, 1], dtype=int32))
    """
    code = {word: code for code, word in enumerate(dict.fromkeys(word for part in parts for word in part.words))}
    codes = [np.array([code[word] for word in part.words], dtype=np.int32)[part.codes] for part in parts]
    return Words(tuple(code), np.concatenate([np.zeros(0, dtype=np.int32), *codes]))


def _stacked(parts: Sequence[Column]) -> Any:
    words = [part for part in parts if isinstance(part, Words)]
    if not words:
        return np.concatenate([part for part in parts if not isinstance(part, Words)])
    together = put_under(words)
    return categorical(together.codes, together.words)


@lru_cache(maxsize=256)
def _dtype(words: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(pd.Index(list(words), dtype="str"))
