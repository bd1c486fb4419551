"""The lanes of a cohort: each base once for every different set of numbers, with the share of its patients in each.

Nothing is averaged before it is worked out; lanes are then summed into the bases they belong to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.model import Model, remembered
from pathway_cost.engine.values.lanes import Lanes, lanes_of_bases
from pathway_cost.specs.format import (
    Pathway,
    level_attributes,
    names_read,
    numeric_attributes,
    once_whatever_numbers,
    rests_on,
    values_of,
)
from pathway_cost.tables.cohort.cohort import CodedCohort

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Kinds(NamedTuple):
    """Lanes that are alike: one of each kind (K,), and the kind of each lane (R,)."""

    one: Integers
    kind_of: Integers

    def __repr__(self) -> str:
        return object.__repr__(self)


@dataclass(frozen=True, repr=False)
class CohortLanes:
    """The R lanes of some patients of a cohort, who belong to A bases.

    `who` says who each lane is, `position` (R,) its base among `bases`, `weight` (R,) its share of the base's
    patients; `lane_of` (N,) is the lane of each row of the cohort, −1 where it is in none of them.
    """

    who: Lanes
    position: Integers
    weight: Floats
    bases: Integers
    """(A,) bases that the lanes belong to, rising."""
    lane_of: Integers

    @property
    def count(self) -> int:
        """R."""
        return len(self.position)

    def to_bases(self, by_lane: Floats) -> Floats:
        """(…, R) figures a patient of each lane → (…, A) a patient of each base."""
        if np.array_equal(self.position, np.arange(len(self.bases))):
            return by_lane
        sums = np.zeros((len(self.bases), *by_lane.shape[:-1]))
        np.add.at(sums, self.position, np.moveaxis(by_lane * self.weight, -1, 0))
        return np.moveaxis(sums, 0, -1)

    def kinds(self, levels: Sequence[str]) -> Kinds:
        """Lanes alike in some level attributes and in every number are of one kind."""
        keys = [*(self.who.codes[name] for name in levels), *self.who.numbers.values()]
        if not keys:
            return Kinds(np.zeros(1, dtype=np.int64), np.zeros(self.count, dtype=np.int64))
        order = np.lexsort(keys)
        new = np.zeros(self.count, dtype=np.bool_)
        new[:1] = True
        for key in keys:
            new[1:] |= key[order[1:]] != key[order[:-1]]
        if new.all():
            return Kinds(np.arange(self.count), np.arange(self.count))
        kind_of = np.empty(self.count, dtype=np.int64)
        kind_of[order] = np.cumsum(new) - 1
        return Kinds(order[new], kind_of)

    def parts(self, most: int) -> Iterator[tuple[slice, Lanes]]:
        """The lanes in parts of at most `most`, each with its place among all."""
        for first in range(0, self.count, max(1, most)):
            part = slice(first, min(first + max(1, most), self.count))
            yield part, self.who.only(part)


@dataclass(frozen=True, repr=False, eq=False)
class LaneFinder:
    """Finds the lanes of a cohort, in the words of a pathway, each set of them once."""

    pathway: Pathway
    cohort: CodedCohort

    @remembered
    def of(self, numbers: tuple[str, ...], bases: bytes) -> CohortLanes:
        """The lanes of some bases by the numbers that are read; `bases` as the bytes of (A,) integers."""
        return lanes_of(self.pathway, self.cohort, np.frombuffer(bases, dtype=np.int64), numbers)

    def rows(self, numbers: tuple[str, ...], bases: Integers) -> CohortLanes:
        """Every row of some bases as a lane of its own, which takes no search for those that are alike."""
        return rows_of(self.pathway, self.cohort, bases, numbers)


def rows_of(pathway: Pathway, cohort: CodedCohort, bases: Integers, read: Sequence[str]) -> CohortLanes:
    """A cohort and some of its bases → lanes: every row apart, in the order of the bases, though some may be alike."""
    position = _positions(cohort, bases)
    small = position.astype(np.uint16 if len(bases) < np.iinfo(np.uint16).max else np.uint64)  # −1 comes last
    row = np.argsort(small, kind="stable")[: np.count_nonzero(position >= 0)]
    at, weight = position[row], cohort.weight[row]
    in_base = np.bincount(at, weight, minlength=len(bases))
    share = weight / np.where(in_base > 0, in_base, 1.0)[at]
    lane_of = np.full(len(position), -1, dtype=np.int64)
    lane_of[row] = np.arange(len(row))
    who = lanes_of_bases(pathway, cohort.segments).only(bases).repeated(np.bincount(at, minlength=len(bases)))
    return CohortLanes(
        replace(who, numbers={name: cohort.numbers[name][row] for name in read}), at, share, bases, lane_of
    )


def _positions(cohort: CodedCohort, bases: Integers) -> Integers:
    """(N,) position of the base of each row among some, −1 where it is none of them."""
    position_of = np.full(len(cohort.segments.of_base), -1, dtype=np.int64)
    position_of[bases] = np.arange(len(bases))
    return position_of[cohort.base]


def lanes_of(pathway: Pathway, cohort: CodedCohort, bases: Integers, read: Sequence[str]) -> CohortLanes:
    """A cohort and some of its bases → lanes: each base once for every different set of the numbers that are read."""
    lanes = lanes_of_bases(pathway, cohort.segments).only(bases)
    numbers = {name: cohort.numbers[name] for name in read}
    position = _positions(cohort, bases)
    if not numbers:
        return CohortLanes(lanes, np.arange(len(bases)), np.ones(len(bases)), bases, position)
    return _by_numbers(lanes, bases, position, cohort.weight, numbers)


def _by_numbers(
    lanes: Lanes, bases: Integers, position: Integers, weight: Floats, numbers: Mapping[str, Floats]
) -> CohortLanes:
    held = np.flatnonzero(position >= 0)
    keys: list[NDArray[np.generic]] = [position[held], *(values[held] for values in numbers.values())]
    order = np.lexsort(keys[::-1])  # by base, then by the numbers as they are named
    first = np.zeros(len(held), dtype=np.bool_)
    first[:1] = True
    for key in keys:
        first[1:] |= key[order[1:]] != key[order[:-1]]
    lane = np.empty(len(held), dtype=np.int64)
    lane[order] = np.cumsum(first) - 1
    found = order[first]
    at = position[held[found]]
    patients = np.bincount(lane, weight[held], minlength=len(at))
    in_base = np.bincount(at, patients, minlength=len(bases))
    share = np.divide(patients, in_base[at], out=np.zeros(len(at)), where=in_base[at] > 0)
    lane_of = np.full(len(position), -1, dtype=np.int64)
    lane_of[held] = lane
    who = replace(lanes.only(at), numbers={name: values[held[found]] for name, values in numbers.items()})
    return CohortLanes(who, at, share, bases, lane_of)


def numbers_read(pathway: Pathway) -> tuple[str, ...]:
    """Numeric attributes that any value rests on."""
    read = _read_of_patients(pathway)
    return tuple(name for name in numeric_attributes(pathway) if name in read)


def levels_read(model: Model) -> tuple[str, ...]:
    """Level attributes that what patients do hangs on: in a value, at the start, or in who has a use."""
    pathway = model.pathway
    asked = {pathway.start.column, *(name for line in model.lines for name in line.only)}
    read = _read_of_patients(pathway) | asked
    return tuple(name for name in level_attributes(pathway) if name in read)


@once_whatever_numbers
def _read_of_patients(pathway: Pathway) -> frozenset[str]:
    return rests_on(pathway, frozenset[str]().union(*(names_read(stated.value) for stated in values_of(pathway))))
