"""Rows of a cube in groups that are told as one: its keys as integers, and the frame of a cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms

Floats = NDArray[np.float64]
Integers = NDArray[np.integer]

LARGEST: Final = 2**62  # numbers of combined keys are kept below


class Codes(NamedTuple):
    """(n,) position of each row's key among `size`; −1 where it has none."""

    codes: Integers
    size: int


@dataclass(frozen=True, eq=False)
class Keys:
    """The keys of a frame as integers, each column read once."""

    frame: pd.DataFrame

    @cached_property
    def _known(self) -> dict[str, Codes]:
        return {}

    def of(self, name: str) -> Codes:
        """One column as integers."""
        if name not in self._known:
            self._known[name] = _codes(self.frame[name])
        return self._known[name]

    def together(self, names: Sequence[str]) -> Integers:
        """(n,) a number for each row, the same where all of these keys are."""
        number, size = np.zeros(len(self.frame), dtype=np.int64), 1
        for name in names:
            codes, count = self.of(name)
            if size > LARGEST // (count + 1):
                number, different = pd.factorize(number)
                size = len(different)
            number = number * (count + 1) + codes
            size *= count + 1
        return number


def _codes(column: pd.Series) -> Codes:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return Codes(column.cat.codes.to_numpy(np.int64), len(column.cat.categories))
    codes, different = pd.factorize(column)
    return Codes(codes, len(different))


@dataclass(frozen=True, eq=False)
class Groups:
    """The rows of a frame in groups: (n,) the group of each, and the keys of each group."""

    cuts: tuple[str, ...]
    keys: pd.DataFrame
    group: NDArray[np.integer]

    @classmethod
    def of(cls, known: Keys, cuts: Sequence[str]) -> Groups:
        """The groups of a frame by `cuts`, in the order first met; by period, each group is told in every one."""
        names = [cut for cut in cuts if cut != terms.PERIOD]
        rows = len(known.frame)
        if not names:
            return cls(tuple(cuts), pd.DataFrame(index=range(1)), np.zeros(rows, dtype=np.int64))
        group, different = pd.factorize(known.together(names))
        first = np.zeros(len(different), dtype=np.int64)
        first[group[::-1]] = np.arange(rows)[::-1]
        return cls(tuple(cuts), known.frame[names].take(first).reset_index(drop=True), group)

    @property
    def by_period(self) -> bool:
        """Whether each group is told by period."""
        return terms.PERIOD in self.cuts

    def told(self, found: Mapping[str, Floats]) -> pd.DataFrame:
        """Figures (groups,) or (groups, P) → the frame of the cut."""
        if not self.by_period:
            return self.keys.assign(**found)
        groups, periods = next(iter(found.values())).shape
        group, period = np.divmod(np.arange(groups * periods), max(periods, 1))
        if self.cuts[0] == terms.PERIOD:
            period, group = np.divmod(np.arange(groups * periods), max(groups, 1))
        rows = self.keys.iloc[group].reset_index(drop=True).assign(**{terms.PERIOD: period + 1})
        return rows[list(self.cuts)].assign(**{name: figures[group, period] for name, figures in found.items()})
