"""Rows of a cube in groups that are told as one: its keys as integers, and the frame of a cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms

Floats = NDArray[np.float64]
Integers = NDArray[np.integer]

T = TypeVar("T")

LARGEST: Final = 2**62  # numbers of combined keys are kept below


class Codes(NamedTuple):
    """(n,) position of each row's key among `size`; −1 where it has none."""

    codes: Integers
    size: int

    def __repr__(self) -> str:
        return object.__repr__(self)


@dataclass(frozen=True, repr=False, eq=False)
class Keys:
    """The keys of a cube's rows, read once as integers and as groups; many cubes may have the same."""

    frame: pd.DataFrame
    """Columns `terms.CUBE_KEYS`."""

    @cached_property
    def columns(self) -> dict[str, Any]:
        """Its columns by name, for frames that have more beside them."""
        return {name: self.frame[name].array for name in terms.CUBE_KEYS}

    @cached_property
    def differ(self) -> bool:
        """Whether no two rows have the same keys."""
        return bool(pd.Index(self.together(terms.CUBE_KEYS)).is_unique)

    @cached_property
    def repeats(self) -> NDArray[np.bool_]:
        """(n,) rows of a use that has a row before: another of its components."""
        uses = [key for key in terms.CUBE_KEYS if key != terms.COMPONENT]
        return np.asarray(pd.Index(self.together(uses)).duplicated())

    def of(self, name: str) -> Codes:
        """One column as integers."""
        return self._once(name, lambda: _codes(self.frame[name]))

    def has(self, name: str) -> NDArray[np.bool_] | None:
        """(n,) rows that have a key, where some have none; None where all have one, and every cut has all pounds."""
        return self._once(("has", name), lambda: None if (has := self.of(name).codes >= 0).all() else has)

    def groups(self, cuts: Sequence[str]) -> Groups:
        """The rows in groups by some keys, in the order first met; by period, each group is told in every one."""
        return self._once(tuple(cuts), lambda: Groups.of(self, cuts))

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

    @cached_property
    def _known(self) -> dict[object, Any]:
        return {}

    def _once(self, asked: object, make: Callable[[], T]) -> T:
        if asked not in self._known:
            self._known[asked] = make()
        found: T = self._known[asked]
        return found


def words_in(column: pd.Series) -> set[str]:
    """The different words of a column."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return {str(column.cat.categories[code]) for code in np.unique(column.cat.codes) if code >= 0}
    return set(column.astype("str"))


def _codes(column: pd.Series) -> Codes:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return Codes(column.cat.codes.to_numpy(np.int64), len(column.cat.categories))
    codes, different = pd.factorize(column)
    return Codes(codes, len(different))


@dataclass(frozen=True, repr=False, eq=False)
class Groups:
    """The rows of a frame in groups: (n,) the group of each, and the keys of each group."""

    cuts: tuple[str, ...]
    keys: pd.DataFrame
    group: NDArray[np.integer]

    @cached_property
    def _in_order(self) -> pd.CategoricalIndex:
        groups = pd.CategoricalDtype(pd.RangeIndex(len(self.keys)))
        return pd.CategoricalIndex(pd.Categorical.from_codes(self.group, dtype=groups, validate=False))

    def sums(self, values: Floats) -> Floats:
        """(n,) figures of the rows → (groups,) sums."""
        return np.asarray(pd.Series(values, copy=False).groupby(self._in_order, observed=False).sum())

    @classmethod
    def of(cls, known: Keys, cuts: Sequence[str]) -> Groups:
        """See `Keys.groups`."""
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
