"""Patients of small groups take the levels of the nearest larger group: nothing worked out from them then tells of few."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.tables.cohort.alike_numbers import averaged
from pathway_cost.tables.cohort.cohort import CodedCohort, Recoding
from pathway_cost.tables.cohort.segments import Codes, Floats, Segments, merged

Integers = NDArray[np.intp]


@dataclass(frozen=True)
class _Groups:
    """Patients alike in place and levels, and who of them still stands by themselves."""

    place: Codes
    """(B,) where they live."""
    steps: Floats
    """(B, attributes) their levels, from 0 for the first that anybody has to 1 for the last."""
    size: Floats
    """(B,) patients; those of groups that have joined are in it."""
    into: Integers
    """(B,) the group that each has joined, or itself."""

    def nearest(self, group: np.intp, among: Integers) -> np.intp:
        """The group with the fewest levels that differ, of these the nearest levels, of these the most patients."""
        apart = np.abs(self.steps[among] - self.steps[group])
        order = np.lexsort((-self.size[among], apart.sum(axis=1).round(9), (apart > 0).sum(axis=1)))
        return np.intp(among[order[0]])

    def join(self, group: np.intp, other: np.intp) -> None:
        """One group becomes part of another."""
        self.into[self.into == group] = other
        self.size[other] += self.size[group]

    def join_small(self, standing: Integers) -> Integers:
        """The smallest first, small groups join the nearest that is large, or where none is, the nearest; who then stands."""
        while len(standing) > 1 and self.size[standing].min() < terms.LEAST:
            group = standing[np.argmin(self.size[standing])]
            standing = standing[standing != group]
            large = standing[self.size[standing] >= terms.LEAST]
            self.join(group, self.nearest(group, large if len(large) else standing))
        return standing


def recoded(cohort: CodedCohort) -> CodedCohort:
    """A cohort → the same with every small group counted as the nearest larger one, and numbers averaged over like patients.

    A group is the patients alike in place and every level. Those of groups under 8 take the levels of the nearest group
    of their place that is larger: fewest levels that differ, then the nearest levels in the order declared, each
    attribute's first to last being as far as any other's. Only where all of a place are fewer than 8 do they move to
    another. Which group that is hangs on patients and declared levels alone, never on pounds or scenarios, or two studies
    of one cohort would give each other's counts away. Each number (age) then becomes the mean of at least 8 patients of
    one group who are near in it, so that its sum stays. Fewer than 8 patients in all are counted as 8.

    Rows are counted, not weights: a weighted patient is one person's record. A table that names no patient and whose
    weights are whole numbers holds counts of patients, and these are counted.

    Returns:
        The cohort as it may be shared; the very same where every group and number is that of 8 patients or more.

    >>> from pathway_cost.tables.cohort.cohort import Cohort
    >>> patients = Cohort.from_frame({"frail": ["no"] * 9 + ["yes"] * 2, "age": [60.0] * 8 + [71.0] * 3})
    >>> coded = patients.coded({"frail": ("no", "yes")}, {"age": (0, 110)}, {"all": None})
    >>> recoded(coded).segments.labels[["frail", "rows"]].values.tolist(), recoded(coded).numbers["age"].tolist()
    ([['no', 11]], [63.0, 63.0, 63.0, 63.0, 63.0, 63.0, 63.0, 63.0, 63.0, 63.0, 63.0])
    """
    counted = _counted(cohort)
    size = _sums(cohort.base, counted)
    groups = _joined(cohort.segments, size)
    kept, base = np.unique(groups.into[cohort.base], return_inverse=True)
    numbers = averaged(base, cohort.numbers, cohort.weight, counted, least=terms.LEAST)
    as_eight = max(counted.sum(), cohort.weight.sum()) < terms.LEAST
    weight = cohort.weight * (terms.LEAST / cohort.weight.sum()) if as_eight else cohort.weight
    moved = groups.into != np.arange(len(groups.into))
    changed = tuple(name for name, each in numbers.items() if not np.array_equal(each, cohort.numbers[name]))
    if not (moved.any() or changed or as_eight):
        return cohort
    told = Recoding(
        small=np.flatnonzero(moved),
        into=np.searchsorted(kept, groups.into[moved]),
        patients=size[moved],
        averaged=changed,
        as_eight=as_eight,
    )
    segments = merged(cohort.segments, kept, _sums(base, weight), np.bincount(base))
    return replace(cohort, segments=segments, weight=weight, base=base.astype(np.int32), numbers=numbers, recoding=told)


def _counted(cohort: CodedCohort) -> Floats:
    """(N,) patients whom each row counts for: one, or in a table of counts its weight."""
    of_counts = not cohort.has_ids and bool((cohort.weight == np.floor(cohort.weight)).all())
    return cohort.weight if of_counts else np.ones(len(cohort.weight))


def _joined(segments: Segments, size: Floats) -> _Groups:
    """Small groups joined with others of their place, and what is left of a place that is small with other places."""
    first = segments.of_base[:, 0]
    levels = [codes[first] for codes in segments.codes.values()]
    steps = np.column_stack([codes / max(codes.max(), 1) for codes in levels] or [np.zeros(len(first))])
    groups = _Groups(segments.place_code[first], steps, size.copy(), np.arange(len(first)))
    standing = [groups.join_small(np.flatnonzero(groups.place == place)) for place in np.unique(groups.place)]
    groups.join_small(np.concatenate(standing))
    return groups


def _sums(base: NDArray[np.integer], each: Floats) -> Floats:
    """(B,) what the rows of each base come to."""
    return np.bincount(base, weights=each).astype(np.float64, copy=False)
