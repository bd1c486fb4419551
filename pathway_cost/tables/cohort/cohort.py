"""The patients: who they are at the start, as a checked table, and as codes and segments for one pathway."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.errors import Problem, TableFaults, in_short, raise_if_any
from pathway_cost.tables.cohort import cohort_checks as checks
from pathway_cost.tables.cohort.patient_order import Integers, patient_order
from pathway_cost.tables.cohort.segments import Codes, Floats, Segments, group_rows, make_segments
from pathway_cost.tables.reading import (
    RENAME_OR_NAME,
    columns_misspelt,
    columns_unused,
    handed_out,
    hands_out,
    numbers_of,
    own_frame,
    parted,
    rows_repeated,
    text_of,
    total_of_weights,
)

Bounds = tuple[float | None, float | None]
OWN_COLUMNS: Final = (terms.PATIENT_ID, terms.PLACE, terms.WEIGHT)  # beside the attributes


@hands_out("patient_id", "weight", "base", "numbers", "row")
@dataclass(frozen=True, repr=False, eq=False)
class CodedCohort:
    """A cohort coded for one pathway: the segments, weight and numbers of each of its N rows. Patients' ids stay here.

    Rows stand in the order of `patient_order`, so that nothing worked out hangs on the order of the table.
    """

    segments: Segments
    patient_id: NDArray[Any] | pd.Series
    """(N,) text, or numbers from 1 where the table names no patient."""
    weight: Floats
    """(N,) patients a row stands for."""
    base: Codes
    """(N,) base of each row; `segments.of_base[base]` is its segment in each place."""
    numbers: Mapping[str, Floats]
    """Numeric attribute → (N,)."""
    row: Integers
    """(N,) row of the table, from 0."""
    notes: tuple[Problem, ...] = ()
    """What there is to say of the table."""
    is_recoded: bool = False
    """Whether it may be shared: its rows are groups of 8 or more patients, of whom the small are told as others."""

    @property
    def has_ids(self) -> bool:
        """Whether the table names its patients."""
        return self.patient_id.dtype.kind not in "iu"


@hands_out("frame")
@dataclass(frozen=True, repr=False, eq=False)
class Cohort:
    """One row a patient, or a weighted row for several alike.

    Columns: patient_id (row number when absent), place, weight (1 when absent), and the attributes. Make it with
    `from_frame` or `alike`; `coded` checks it against a pathway's attributes.
    """

    frame: pd.DataFrame
    name: str = "cohort"
    notes: tuple[Problem, ...] = ()
    """What its reader had to say of it."""

    def __repr__(self) -> str:
        """Its name and size; few patients are not counted."""
        patients = f"{self.patients:,.0f}" if self.patients >= terms.LEAST else f"fewer than {terms.LEAST}"
        return in_short(f"Cohort of {patients} patients ({self.name}), {len(self.frame.columns):,} columns")

    @classmethod
    def from_frame(cls, frame: Any, *, name: str = "cohort", notes: Iterable[Problem] = ()) -> Cohort:
        """A cohort out of any dataframe, eager or lazy, which is copied; named row labels of pandas are columns.

        Args:
            frame: the table.
            name: the file it came from, for messages.
            notes: what its reader has to say of it.

        Raises:
            TableFaults: no rows; ids blank or given twice; weights that are not numbers, negative, or all 0; a column
                such as `Weight`, which would be read if it were written right.

        >>> patients = {"patient_id": ["NA", "0100"], "frail": ["yes", "no"], "weight": ["2", "1"]}
        >>> Cohort.from_frame(patients).patients
        3.0
        """
        return cls.kept_as(own_frame(frame), name=name, notes=notes)

    @classmethod
    def kept_as(cls, frame: pd.DataFrame, *, name: str = "cohort", notes: Iterable[Problem] = ()) -> Cohort:
        """A cohort out of a table that nobody else writes in, as it is; else as `from_frame`."""
        cohort = cls(frame, name, tuple(notes))
        problems = columns_misspelt(cohort.frame, OWN_COLUMNS, name, remedy=RENAME_OR_NAME)
        problems += [problem for check in checks.COHORT_CHECKS for problem in check(cohort.frame, name)]
        raise_if_any(problems, TableFaults)
        return cohort

    @classmethod
    def alike(cls, patients: float, attributes: Mapping[str, str | float] | None = None) -> Cohort:
        """So many patients who are all alike.

        >>> Cohort.alike(100, {"age": 60, "frail": "no"}).patients
        100.0
        """
        return cls.from_frame(
            pd.DataFrame({terms.WEIGHT: [patients], **{name: [at] for name, at in (attributes or {}).items()}})
        )

    @cached_property
    def weight(self) -> Floats:
        """(N,) patients a row stands for."""
        frame = self.frame
        weight = numbers_of(frame[terms.WEIGHT])[0] if terms.WEIGHT in frame.columns else np.ones(len(frame))
        read: Floats = handed_out(weight)
        return read

    @property
    def patients(self) -> float:
        """Patients: the sum of the weights."""
        return float(np.sort(self.weight).sum())

    @property
    def has_places(self) -> bool:
        """Whether the table says where each patient lives."""
        return terms.PLACE in self.frame.columns

    def coded(
        self, levels: Mapping[str, tuple[str, ...]], numbers: Mapping[str, Bounds], places: Mapping[str, float | None]
    ) -> CodedCohort:
        """This cohort coded for one pathway: levels as positions, numbers in their range, like patients as segments.

        Args:
            levels: level attribute → its levels, in order.
            numbers: numeric attribute → (low, high), either may be None.
            places: the footprint's places → share of every segment that lives there, or None where the cohort says.
                With the one place `all`, a place column is not used.

        Raises:
            TableFaults: every fault of the table: a column that is missing or whose name is nearly right, a level or
                place that is not declared (row numbers, how many, and the nearest level), a number that is none or out
                of range, shares that do not sum to 1.

        >>> cohort = Cohort.from_frame({"frail": ["no", "yes", "no"], "age": [60, 71, 80]})
        >>> coded = cohort.coded({"frail": ("no", "yes")}, {"age": (0, 110)}, {"all": None})
        >>> coded.segments.labels[["frail", "rows"]].values.tolist()
        [['no', 2], ['yes', 1]]
        """
        by_column = self.has_places and set(places) != {terms.ALL_PLACES}
        asked = ({terms.PLACE: tuple(places)} if by_column else {}) | dict(levels)
        coded, in_levels = parted({name: self._coded_levels(name, words) for name, words in asked.items()})
        measured, in_numbers = parted({name: self._measured(name, bounds) for name, bounds in numbers.items()})
        known = (*OWN_COLUMNS, *(name for name in (*levels, *numbers) if name in self.frame.columns))
        problems = [
            *checks.places_and_shares(places, by_column=by_column, file=self.name),
            *in_levels,
            *in_numbers,
            *columns_unused(self.frame, known, self.name, remedy=RENAME_OR_NAME),
            *total_of_weights(self.frame, self.weight, self.name),
            *rows_repeated(self.frame, self.weight, self.name),
        ]
        notes = raise_if_any(problems, TableFaults)
        base, bases = group_rows([(codes, len(asked[name])) for name, codes in coded.items()], len(self.frame))
        ids = self._ids()
        row = patient_order(ids, base, measured.values(), self.weight)
        base, weight = base[row], self.weight[row]
        segments = make_segments(
            bases,
            dict(levels),
            base_weight=np.bincount(base, weights=weight, minlength=len(bases)).astype(np.float64, copy=False),
            base_rows=np.bincount(base, minlength=len(bases)),
            **_lived_in(places, by_column=by_column),
        )
        named = np.arange(1, len(row) + 1) if ids is None else ids.take(row)
        taken = {name: each[row] for name, each in measured.items()}
        rows: dict[str, Any] = handed_out(
            {"patient_id": named, "weight": weight, "base": base, "numbers": taken, "row": row}
        )
        return CodedCohort(segments, notes=(*self.notes, *notes), **rows)

    def _ids(self) -> pd.Series | None:
        if terms.PATIENT_ID not in self.frame.columns:
            return None
        ids = text_of(self.frame[terms.PATIENT_ID])
        assert ids is not None  # the constructor has seen to it
        return ids

    def _coded_levels(self, name: str, levels: tuple[str, ...]) -> tuple[Codes, list[Problem]]:
        missing = checks.column_missing(self.frame, name, self.name)
        if missing:
            return np.zeros(len(self.frame), dtype=np.int32), missing
        return checks.levels_of(self.frame[name], name, levels, self.name)

    def _measured(self, name: str, bounds: Bounds) -> tuple[Floats, list[Problem]]:
        missing = checks.column_missing(self.frame, name, self.name)
        if missing:
            return np.zeros(len(self.frame)), missing
        values, bad = numbers_of(self.frame[name])
        return values, checks.numbers_wrong(self.frame[name], values, bad, bounds, self.name)


def _lived_in(places: Mapping[str, float | None], *, by_column: bool) -> dict[str, Any]:
    """The names of the places, and their shares where no column says them; a place of share 0 is left out."""
    if by_column:
        return {"places": tuple(places), "shares": None}
    shares = {place: 1.0 if share is None else float(share) for place, share in places.items() if share != 0}
    return {"places": tuple(shares), "shares": np.array(list(shares.values()))}
