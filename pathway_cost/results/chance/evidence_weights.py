"""The evidence-weighted case beside the sponsor's: each change's pounds times a factor for the grade of its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import ComparisonFaults, Problem, Where, nearest_name, raise_if_any

DEFAULT_WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {"trial": 1.0, "published": 0.8, "local": 0.7, "expert": 0.5, "assumption": 0.3}
)
"""Grade → factor. The factors are themselves assumptions: no source states them. A study's `evidence_weights:` moves
them."""
TOTAL: Final = "total"
COLUMNS: Final = ("scenario", "change", "grade", "gbp", "factor", "weighted_gbp")


def evidence_weighted(attributed: pd.DataFrame, weights: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Weigh each change's share of the pounds by its evidence; more and fewer pounds alike.

    Args:
        attributed: scenario, change, shapley_gbp, grade, as `attribution` gives; several scenarios may follow each other.
        weights: grade → factor in [0, 1], in place of DEFAULT_WEIGHTS; grades left out keep their default.

    Returns:
        scenario, change, grade, gbp, factor, weighted_gbp; last in each scenario a row `total` without grade, whose
        factor is weighted_gbp ÷ gbp (missing where gbp is 0).

    Raises:
        ComparisonFaults: a weight of an unknown grade or outside [0, 1]; a change of unknown grade.

    >>> rows = [("day_case", "scale_stay surgery", -70.0, "local"), ("day_case", "set_share surgery.home", -170.0, "trial")]
    >>> frame = evidence_weighted(pd.DataFrame(rows, columns=["scenario", "change", "shapley_gbp", "grade"]))
    >>> frame.weighted_gbp.round(2).tolist()
    [-49.0, -170.0, -219.0]
    """
    grades = attributed["grade"].unique().tolist()
    raise_if_any([*_wrong_weights(weights or {}), *_wrong_grades(grades)], ComparisonFaults, stage="evidence weights")
    factors = {**DEFAULT_WEIGHTS, **(weights or {})}
    rows = attributed[["scenario", "change", "grade"]].assign(gbp=attributed["shapley_gbp"])
    rows["factor"] = rows["grade"].map(factors).astype(np.float64)
    rows["weighted_gbp"] = rows["gbp"] * rows["factor"]
    parts = [part for _, each in rows.groupby("scenario", sort=False) for part in (each, _total_row(each))]
    return pd.concat(parts, ignore_index=True) if parts else rows


def _total_row(rows: pd.DataFrame) -> pd.DataFrame:
    gbp, weighted = float(rows["gbp"].sum()), float(rows["weighted_gbp"].sum())
    factor = weighted / gbp if gbp else np.nan
    return pd.DataFrame([(rows["scenario"].iloc[0], TOTAL, "", gbp, factor, weighted)], columns=list(COLUMNS))


def _wrong_weights(weights: Mapping[str, float]) -> Iterator[Problem]:
    for grade, factor in weights.items():
        where = Where(item=f"evidence_weights.{grade}")
        if grade not in DEFAULT_WEIGHTS:
            what = f"{grade!r} is no grade of evidence"
            yield Problem("weight_of_unknown_grade", what, where, nearest_name(grade, DEFAULT_WEIGHTS), _GRADES)
        if not 0 <= factor <= 1:
            what = f"the weight {factor} lies outside [0, 1]"
            yield Problem("weight_outside_0_to_1", what, where, remedy="1 takes the pounds in full, 0 not at all")


def _wrong_grades(grades: list[str]) -> Iterator[Problem]:
    for grade in grades:
        if grade not in DEFAULT_WEIGHTS:
            what = f"a change carries the grade {grade!r}, which has no weight"
            yield Problem("change_of_unknown_grade", what, nearest=nearest_name(grade, DEFAULT_WEIGHTS), remedy=_GRADES)


_GRADES: Final = f"grades are {', '.join(grade.value for grade in terms.Grade)}"
