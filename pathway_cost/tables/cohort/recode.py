"""Patients of small groups take the levels of the nearest larger group: nothing worked out from them then tells of few."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.tables.cohort.alike_numbers import two_figures, typical
from pathway_cost.tables.cohort.cohort import CodedCohort
from pathway_cost.tables.cohort.segments import Codes, Floats, Segments, group_rows, merged

Integers = NDArray[np.intp]


@dataclass(frozen=True, repr=False, eq=False)
class Recoding:
    """What a cohort that may be shared was made of. It is of the patients as they are, and stays with whoever holds them."""

    patients: CodedCohort
    """As they are."""
    small: Integers
    """(S,) bases of theirs with fewer than 8."""
    told_as: Integers
    """(S,) the base of the recoded cohort that each is told as."""
    size: Floats
    """(S,) patients in each."""
    joins_large: NDArray[np.bool_]
    """(S,) whether it is told as a group that was large already; the others are pooled."""
    few_in_all: bool
    """Whether they are fewer than 8 in all."""


def recoded(cohort: CodedCohort) -> tuple[CodedCohort, Recoding]:
    """A cohort → the same with small groups told as the nearest larger one, without ids and rows of their own; and what it was.

    A group is the patients alike in place and every level. In the order declared, those under 8 join the nearest group of their
    place: fewest levels that differ, then the nearest levels as declared, each attribute's first to last being as far as
    any other's. They take its levels where it has 8 or more, else the levels declared first, until no group is under 8.
    Only where all of a place are fewer than 8 do they join another place. Which group that is hangs on patients and
    declared levels alone, never on pounds or scenarios, so that other prices send nobody elsewhere. Of each number (age)
    one that is typical of at least 8 patients of a group who are near in it stands for all of them. Patients who are then
    alike are one row. Fewer than 8 patients in all are told as 8, their numbers to two figures.

    Rows are counted, not weights: a weighted patient is one person's record, and counts the less the more others weigh. A
    table that names no patient, whose weights are whole numbers and no two of whose rows are alike holds counts of
    patients, and these are counted.

    >>> from pathway_cost.tables.cohort.cohort import Cohort
    >>> patients = Cohort.from_frame({"frail": ["no"] * 9 + ["yes"] * 2, "age": [60.0] * 8 + [71.0] * 3})
    >>> coded = patients.coded({"frail": ("no", "yes")}, {"age": (0, 110)}, {"all": None})
    >>> shared, _ = recoded(coded)
    >>> shared.weight.tolist(), shared.segments.labels["frail"].tolist(), shared.numbers["age"].tolist()
    ([11.0], ['no'], [60.0])
    """
    are_counts = _holds_counts(cohort)
    counted = cohort.weight if are_counts else (cohort.weight > 0).astype(np.float64)
    weighed = [_sums(cohort.base, each) for each in (cohort.weight, cohort.weight ** (1 if are_counts else 2))]
    into, size, few = _joined(cohort.segments, *weighed), _size(*weighed), bool(counted.sum() < terms.LEAST)
    kept, base = np.unique(into[cohort.base], return_inverse=True)
    numbers = typical(base, cohort.numbers, counted, least=terms.LEAST)
    shown = {name: two_figures(each) for name, each in numbers.items()} if few else numbers
    small = np.flatnonzero(size < terms.LEAST)
    recoding = Recoding(
        patients=cohort,
        small=small,
        told_as=np.searchsorted(kept, into[small]),
        size=size[small],
        joins_large=size[into[small]] >= terms.LEAST,
        few_in_all=few,
    )
    return _alike_as_one(cohort, kept, base, shown, few=few), recoding


def _holds_counts(cohort: CodedCohort) -> bool:
    """Whether each row is a count of patients who are alike, and none is one patient's record."""
    are_whole = not cohort.has_ids and bool((cohort.weight == np.floor(cohort.weight)).all())
    return are_whole and len(_rows_alike(cohort.base, cohort.numbers)[1]) == len(cohort.base)


def _size(counted: Floats, squared: Floats) -> Floats:
    """How many patients weigh as much as these do: their number where all weigh alike, one where one weighs all (Kish).

    Source: L. Kish, Survey Sampling, 1965: the effective size of a weighted sample, (Σw)² ÷ Σw².
    """
    counted, squared = np.asarray(counted, np.float64), np.asarray(squared, np.float64)
    return np.divide(counted**2, squared, out=np.zeros(counted.shape), where=squared > 0).round(9)


def _joined(segments: Segments, counted: Floats, squared: Floats) -> Integers:
    """(B,) the base whose levels each base is told with."""
    first = segments.of_base[:, 0]
    levels = [segments.codes[name][first] / max(count - 1, 1) for name, count in segments.declared.items()]
    place = segments.place_code[first]
    groups = _Groups(np.column_stack(levels or [np.zeros(len(first))]), counted, squared, np.arange(len(first)))
    standing = [groups.join_small(np.flatnonzero(place == each)) for each in np.unique(place)]
    groups.join_small(np.concatenate(standing))
    return groups.into


@dataclass
class _Groups:
    """Patients alike in place and levels, and who of them still stands by themselves."""

    steps: Floats
    """(B, attributes) their levels, from 0 for the first declared to 1 for the last."""
    counted: Floats
    """(B,) the weights of their patients; those of groups that have joined are in it."""
    squared: Floats
    """(B,) the same of each patient's weight squared."""
    into: Integers
    """(B,) the group that each has joined, or itself."""

    def __post_init__(self) -> None:
        self.counted, self.squared = self.counted.copy(), self.squared.copy()
        self.size = _size(self.counted, self.squared)

    def join_small(self, standing: Integers) -> Integers:
        """One after the other, small groups join the nearest until none is small, or one is left; who then stands, rising."""
        while len(standing) > 1:
            is_small = self.size[standing] < terms.LEAST
            if not is_small.any():
                break
            at = int(np.argmax(is_small))
            group, others = standing[at], np.delete(standing, at)
            nearest = self.nearest(group, others)
            stays = nearest if self.size[nearest] >= terms.LEAST else min(group, nearest)
            goes = group if stays == nearest else nearest
            self._join(goes, stays)
            standing = standing[standing != goes]
        return standing

    def nearest(self, group: np.intp, among: Integers) -> np.intp:
        """The group with the fewest levels that differ, of these the nearest levels, of these the first as declared."""
        apart = np.abs(self.steps[among] - self.steps[group])
        far = (apart > 0).sum(axis=1) * (apart.shape[1] + 1.0) + apart.sum(axis=1).round(9)
        return np.intp(among[np.argmin(far)])

    def _join(self, group: np.intp, other: np.intp) -> None:
        self.into[self.into == group] = other
        self.counted[other] += self.counted[group]
        self.squared[other] += self.squared[group]
        self.size[other] = _size(self.counted[other], self.squared[other])


def _alike_as_one(
    cohort: CodedCohort, kept: Integers, base: Integers, numbers: Mapping[str, Floats], *, few: bool
) -> CodedCohort:
    """A cohort whose rows are patients alike in base and numbers, in a fixed order, with the base of each and no id."""
    row, first = _rows_alike(base, numbers)
    weight = _sums(row, cohort.weight)
    if few and weight.sum() < terms.LEAST:
        weight = np.full(1, float(terms.LEAST)) if len(weight) == 1 else weight * (terms.LEAST / weight.sum())
    of = base[first].astype(np.int32)
    return replace(
        cohort,
        segments=merged(cohort.segments, kept, _sums(of, weight), np.bincount(of)),
        patient_id=np.arange(1, len(first) + 1),
        weight=weight,
        base=of,
        numbers={name: each[first] for name, each in numbers.items()},
        row=np.arange(len(first)),
        is_recoded=True,
    )


def _rows_alike(base: NDArray[np.integer], numbers: Mapping[str, Floats]) -> tuple[Codes, Integers]:
    """(N,) which patients alike in base and numbers each is one of, and the first of each, in order of base and numbers."""
    columns = [(base.astype(np.int32), int(base.max()) + 1)]
    for each in numbers.values():
        values, code = np.unique(each, return_inverse=True)
        columns.append((code.astype(np.int32), len(values)))
    row, _ = group_rows(columns, len(base))
    return row, np.unique(row, return_index=True)[1]


def _sums(of: NDArray[np.integer], each: Floats) -> Floats:
    """What the rows of each group come to."""
    return np.bincount(of, weights=each).astype(np.float64, copy=False)
