"""Faults of a cohort: one rule a function. Rows are named by number, patients never."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.errors import Form, Problem, Where, nearest_cell
from pathway_cost.tables.cohort.segments import Codes, Floats
from pathway_cost.tables.reading import (
    Known,
    are_nhs_numbers,
    cells_wrong,
    not_text,
    numbers_of,
    rises,
    text_of,
    unknown_values,
    without_invisible,
)
from pathway_cost.tables.reading import numbers_wrong as no_numbers

MOST_PATIENTS: Final = 70_000_000
MOST_SAID: Final = 1e12  # of a sum that may be a patient's number only its size is told
SHARES_CLOSE: Final = 1e-9
ID_REMEDY: Final = "give each row its own id, or leave the column out"
TWICE_REMEDY: Final = "give each row its own id, or use `weight` for patients alike"
WEIGHT_REMEDY: Final = "a weight says how many patients the row stands for: 0 or more"


def is_empty(frame: pd.DataFrame, file: str) -> list[Problem]:
    """A cohort without patients."""
    return (
        [
            Problem(
                "cohort_is_empty",
                "the cohort has no rows",
                Where(file=file),
                remedy="give one row a patient, or weighted rows",
            )
        ]
        if frame.empty
        else []
    )


def ids_wrong(frame: pd.DataFrame, file: str) -> list[Problem]:
    """Ids that are no text, blank, or given to two rows."""
    if terms.PATIENT_ID not in frame.columns or frame.empty:
        return []
    ids = text_of(frame[terms.PATIENT_ID])
    if ids is None:
        return [not_text(terms.PATIENT_ID, file)]
    seen = without_invisible(ids)
    blank = (ids.isna() | (seen == "")).to_numpy(dtype=bool, na_value=True)
    problems = cells_wrong(blank, "id_missing", "a patient has no id", terms.PATIENT_ID, file, remedy=ID_REMEDY)
    twice = _given_before(ids) & ~blank
    problems += cells_wrong(
        twice, "id_given_twice", "an id was given to an earlier row too", terms.PATIENT_ID, file, remedy=TWICE_REMEDY
    )
    alike = np.zeros(len(ids), dtype=bool) if seen is ids else seen.duplicated().to_numpy() & ~twice & ~blank
    what = "an id differs from an earlier row's by spaces or invisible signs only"
    return problems + cells_wrong(
        alike, "id_given_twice", what, terms.PATIENT_ID, file, remedy=f"take them out; {TWICE_REMEDY}"
    )


def weights_wrong(frame: pd.DataFrame, file: str) -> list[Problem]:
    """Weights that are no finite numbers, negative, or all 0."""
    if terms.WEIGHT not in frame.columns or frame.empty:
        return []
    weights, bad = numbers_of(frame[terms.WEIGHT])
    problems = no_numbers(
        frame[terms.WEIGHT],
        bad,
        "weight_is_not_a_number",
        "the weight is not a finite number",
        file=file,
        remedy=WEIGHT_REMEDY,
    )
    problems += cells_wrong(
        weights < 0, "weight_is_negative", "the weight is below 0", terms.WEIGHT, file, remedy=WEIGHT_REMEDY
    )
    if not problems and not weights.any():
        problems = [Problem("cohort_is_empty", "every weight is 0", Where(file=file, item=terms.WEIGHT))]
    return problems


def too_many_patients(frame: pd.DataFrame, file: str) -> list[Problem]:
    """Weights that sum to more patients than there are people."""
    if terms.WEIGHT not in frame.columns or frame.empty:
        return []
    weights, _ = numbers_of(frame[terms.WEIGHT])
    patients = float(np.nansum(weights[np.isfinite(weights)]))
    if patients <= MOST_PATIENTS:
        return []
    row = int(np.nanargmax(weights))
    least = min(10.0 ** math.floor(math.log10(patients)), MOST_SAID) if patients < math.inf else MOST_SAID
    what = f"the weights sum to over {least:,.0f} patients, more than live in the United Kingdom; row {row + 1:,} has the most"
    where = Where(file=file, row=row + 1, item=terms.WEIGHT)
    return [Problem("too_many_patients", what, where, remedy=WEIGHT_REMEDY)]


COHORT_CHECKS: Final = (is_empty, ids_wrong, weights_wrong, too_many_patients)


def column_missing(frame: pd.DataFrame, name: str, file: str) -> list[Problem]:
    """The cohort lacks an attribute of the pathway."""
    if name in frame.columns:
        return []
    nearest = nearest_cell(name, frame.columns, Form.HEADER)
    remedy = "add the column, or name theirs in `columns:`"
    return [
        Problem("attribute_missing", f"the cohort has no column {name!r}", Where(file=file, item=name), nearest, remedy)
    ]


def levels_of(column: pd.Series, name: str, levels: tuple[str, ...], file: str) -> tuple[Codes, list[Problem]]:
    """(N,) position of each row's level among the declared ones, and the rows that have none of them."""
    coded = isinstance(column.dtype, pd.CategoricalDtype) and pd.api.types.is_string_dtype(column.cat.categories)
    if not coded:
        text = text_of(column)
        if text is None:
            return np.zeros(len(column), dtype=np.int32), [not_text(name, file)]
        column = text
    found, words = pd.factorize(column)
    position = {level: number for number, level in enumerate(levels)}
    known = np.array([position.get(word, -1) for word in words] + [-1], dtype=np.int32)
    codes = known[found]
    missing = found == -1
    if "" not in position:
        blank = np.flatnonzero(np.asarray(words == "", dtype=bool))
        missing |= np.isin(found, blank) if len(blank) else False
    problems = cells_wrong(missing, "level_missing", f"{name!r} is blank", name, file)
    unknown = unknown_values((codes == -1) & ~missing, found, list(words), _known(name, levels, file))
    return codes, problems + unknown


def numbers_wrong(
    column: pd.Series, values: Floats, bad: NDArray[np.bool_], bounds: tuple[float | None, float | None], file: str
) -> list[Problem]:
    """Numbers that are none, or outside the attribute's range."""
    (low, high), name = bounds, str(column.name)
    problems = no_numbers(column, bad, "attribute_is_not_a_number", f"{name!r} is not a number", file=file)
    patients = are_nhs_numbers(values)
    problems += cells_wrong(patients, "attribute_is_nhs_number", f"{name!r} is an NHS number", name, file)
    outside = np.zeros(len(values), dtype=bool)
    if low is not None:
        outside |= values < low
    if high is not None:
        outside |= values > high
    span = f"{'…' if low is None else f'{low:g}'} to {'…' if high is None else f'{high:g}'}"
    return problems + cells_wrong(
        outside & ~bad & ~patients, "attribute_out_of_range", f"{name!r} is outside {span}", name, file
    )


def places_and_shares(places: Mapping[str, float | None], *, by_column: bool, file: str) -> list[Problem]:
    """Where patients live is said once: by the cohort's place column, or by shares that sum to 1."""
    given = [share for share in places.values() if share is not None]
    where = Where(file=file, item=terms.PLACE)
    if not places:
        remedy = "name one, such as `all`, with its organisations"
        return [Problem("no_place", "the footprint has no place", Where(item="footprint"), remedy=remedy)]
    if by_column:
        remedy = "leave `share:` out of the footprint, or the place column out of the cohort"
        return (
            [
                Problem(
                    "place_said_twice",
                    "the cohort has a place column and the footprint has shares",
                    where,
                    remedy=remedy,
                )
            ]
            if given
            else []
        )
    if len(places) == 1 and not given:
        return []
    if len(given) < len(places):
        names = ", ".join(place for place, share in places.items() if share is None)
        remedy = "add a place column to the cohort, or a `share:` to every place of the footprint"
        return [Problem("place_not_said", f"nothing says which patients live in {names}", where, remedy=remedy)]
    if abs(sum(given) - 1) > SHARES_CLOSE or min(given) < 0:
        return [Problem("place_shares_do_not_sum", f"the shares of the places sum to {sum(given):.10g}, not 1", where)]
    return []


def _given_before(ids: pd.Series) -> NDArray[np.bool_]:
    """Rows whose id an earlier row has; ids in rising order, as most tables have them, need no hashing."""
    if rises(ids):
        return np.zeros(len(ids), dtype=bool)
    return ids.duplicated().to_numpy()


def _known(name: str, levels: tuple[str, ...], file: str) -> Known:
    """What a column of levels, or of places, should hold."""
    what = "place" if name == terms.PLACE else "level"
    remedy = f"the {what}s are {', '.join(levels[:12])}{' …' if len(levels) > 12 else ''}"
    return Known(levels, file, name, f"{what}_unknown", f"no {what} of {name!r}", remedy)
