"""Frames of costs that were measured: what they say of one thing must agree. One rule a function, all faults together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.cube import Cube
from pathway_cost.errors import Problem, Where, first_few
from pathway_cost.results.costed.basis import Basis

WEIGHTS: Final = (terms.SEGMENT, terms.ARM, "share", terms.PATIENTS)
VISIT_ROWS: Final = (terms.SEGMENT, terms.ARM, terms.SETTING, terms.PATIENTS, terms.VISITS, "reached")


def frames_at_odds(
    cube: Cube, visits: pd.DataFrame, segments: pd.DataFrame, weights: pd.DataFrame, basis: Basis
) -> Iterator[Problem]:
    """Every fault of the frames of a measured result; a model's frames come from one working and need no such check."""
    missing = [*_columns_missing("weights", weights, WEIGHTS), *_columns_missing("visit_rows", visits, VISIT_ROWS)]
    if missing:
        yield from missing
        return
    yield from _not_finite(weights, visits)
    yield from _unknown_segments(cube, visits, segments, weights)
    yield from _other_patients(cube, weights)
    yield from _settings_without_visits(cube, visits)
    yield from _pounds_without_units(cube)
    yield from _discounted_otherwise(cube, basis)


def _columns_missing(name: str, frame: pd.DataFrame, needed: Iterable[str]) -> list[Problem]:
    absent = [column for column in needed if column not in frame]
    return [_fault("measured_column_missing", f"there is no column {column!r}", name) for column in absent]


def _not_finite(weights: pd.DataFrame, visits: pd.DataFrame) -> Iterator[Problem]:
    for name, frame, columns in (
        ("weights", weights, ["share", terms.PATIENTS]),
        ("visit_rows", visits, [terms.PATIENTS, terms.VISITS, "reached"]),
    ):
        for column in columns:
            values = frame[column].to_numpy(np.float64)
            if not (np.isfinite(values) & (values >= 0)).all():
                yield _fault("measured_number_missing", f"{column} holds numbers that are missing or below 0", name)


def _unknown_segments(
    cube: Cube, visits: pd.DataFrame, segments: pd.DataFrame, weights: pd.DataFrame
) -> Iterator[Problem]:
    known = set(segments[terms.SEGMENT])
    for name, frame in (("cube", cube.frame), ("visit_rows", visits), ("weights", weights)):
        unknown = set(frame[terms.SEGMENT]) - known
        if unknown:
            what = f"segments that are not among the result's: {_some(unknown)}"
            yield _fault("segment_not_in_result", what, name)


def _other_patients(cube: Cube, weights: pd.DataFrame) -> Iterator[Problem]:
    keys = [terms.SEGMENT, terms.ARM]
    said = cube.frame[[*keys, terms.PATIENTS]].astype({terms.ARM: "str"}).drop_duplicates()
    weighed = weights[[*keys, terms.PATIENTS]].astype({terms.ARM: "str"})
    both = said.merge(weighed, on=keys, how="left", suffixes=("", "_weighed"))
    far = ~np.isclose(both[terms.PATIENTS], both[f"{terms.PATIENTS}_weighed"], rtol=terms.RELATIVE_TOLERANCE, atol=0)
    if far.any():
        what = f"the patients of segments {_some(both.loc[far, terms.SEGMENT])} are not those of the weights"
        yield _fault("patients_differ_from_weights", what, "cube")


def _settings_without_visits(cube: Cube, visits: pd.DataFrame) -> Iterator[Problem]:
    missing = set(cube.frame[terms.SETTING].astype("str")) - set(visits[terms.SETTING].astype("str"))
    if missing:
        what = f"pounds fall at settings that nobody is said to visit: {_some(missing)}"
        yield _fault(
            "setting_without_visits", what, "visit_rows", "say how many visits there were, 0 if none were counted"
        )


def _pounds_without_units(cube: Cube) -> Iterator[Problem]:
    frame = cube.frame
    bare = frame.loc[(frame[terms.QUANTITY] == 0) & (frame[terms.GBP] != 0), terms.USE]
    if len(bare):
        what = f"£{frame.loc[bare.index, terms.GBP].sum():,.2f} without any quantity: {_some(bare.astype('str'))}"
        yield _fault("pounds_without_units", what, "cube", "give a lump sum or a credit the quantity 1")


def _discounted_otherwise(cube: Cube, basis: Basis) -> Iterator[Problem]:
    told = basis.pounds_discounted or basis.counts_discounted
    if bool(told) != (terms.PRESENT_VALUE_GBP in cube.frame):
        holds = "holds discounted pounds" if not told else "holds none"
        what = f"the cube {holds}, and the basis says {told or 'undiscounted'}"
        yield _fault("discounted_otherwise", what, "stands_on")


def _fault(rule: str, what: str, item: str, remedy: str | None = None) -> Problem:
    return Problem(rule, what, Where(item=item), remedy=remedy)


def _some(names: Iterable[object]) -> str:
    return first_few(sorted({str(name) for name in names}))
