"""What is said of patients who are costed as others: how many, and how far the total moves, as far as that tells of nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.errors import Problem, Severity

if TYPE_CHECKING:
    from pathway_cost.results.costed.costed import CostedPathway
    from pathway_cost.tables.cohort.cohort import CodedCohort, Recoding

Floats = NDArray[np.float64]
STEPS: Final = tuple(digit * 10.0**power for power in range(-3, 2) for digit in (1, 2, 5))
"""Percent that a total may be said to move by less than."""


def recoding_note(
    cohort: CodedCohort, costed: CostedPathway | None = None, exact: CostedPathway | None = None
) -> list[Problem]:
    """A sentence on patients who are costed as others; none where nobody is.

    Args:
        cohort: the patients as all that may be shared is worked out from them.
        costed: what they cost.
        exact: what the patients as they are cost, where known.
    """
    if cohort.recoding is None:
        return []
    words = list(_whom(cohort.recoding))
    if costed is not None and exact is not None and not cohort.recoding.as_eight:
        words += filter(None, [_moved(cohort.recoding, costed, exact)])
    few = cohort.recoding.as_eight
    remedy = "pool them with other patients before pounds are shared" if few else None
    return [
        Problem(
            terms.SMALL_GROUPS, "; ".join(words), remedy=remedy, severity=Severity.WARNING if few else Severity.NOTE
        )
    ]


def _whom(recoding: Recoding) -> Iterator[str]:
    if recoding.as_eight:
        yield f"the cohort has fewer than {terms.LEAST} patients, and every count and total is that of {terms.LEAST} like them"
    if len(recoding.small):
        who = _how_many(recoding) or f"patients of groups under {terms.LEAST}"
        yield f"{who} are costed as their nearest larger group"
    if recoding.averaged:
        yield f"{' and '.join(recoding.averaged)}: the mean of at least {terms.LEAST} patients alike stands for each of them"


def _how_many(recoding: Recoding) -> str:
    """Patients and groups, where they leave open how many are in a group."""
    patients, groups = round(float(recoding.patients.sum())), len(recoding.small)
    is_open = patients - groups >= terms.LEAST and groups * (terms.LEAST - 1) - patients >= terms.LEAST
    return f"{patients:,} patients in {groups:,} small groups" if is_open else ""


def _moved(recoding: Recoding, costed: CostedPathway, exact: CostedPathway) -> str:
    """How far the total may have moved: no nearer than every number of patients that is not told apart allows anyway."""
    moved = costed.total_gbp - exact.total_gbp
    apart = np.abs(_pounds_a_patient(costed)[recoding.into] - _pounds_a_patient(exact)[recoding.small])
    most = recoding.patients.sum() if _how_many(recoding) else terms.LEAST * len(recoding.small)
    share = 100 * max(abs(moved), most * apart.max(initial=0.0)) / (exact.total_gbp or np.inf)
    step = next((each for each in STEPS if each > share), None)
    return "" if step is None else f"the total moves by less than {step:g}%"


def _pounds_a_patient(costed: CostedPathway) -> Floats:
    """(B,) pounds a patient of each base of a result's own cohort."""
    assert costed.cohort is not None
    segments = costed.cohort.segments
    gbp = costed.by(terms.SEGMENT).set_index(terms.SEGMENT)[terms.GBP]
    each = gbp.reindex(range(len(segments.weight)), fill_value=0.0).to_numpy()[segments.of_base].sum(axis=1)
    weight = segments.weight[segments.of_base].sum(axis=1)
    return np.asarray(np.divide(each, weight, out=np.zeros(len(each)), where=weight > 0), dtype=np.float64)
