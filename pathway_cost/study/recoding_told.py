"""What is said of patients who are costed as others: how many, and how far totals may move, as far as that tells of nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.errors import PathwayCostError, Problem, Severity

if TYPE_CHECKING:
    from pathway_cost.study.kept_answers import Answers, CostedPathway
    from pathway_cost.tables.cohort.recode import Recoding

Floats = NDArray[np.float64]
STEPS: Final = tuple(digit * 10.0**power for power in range(-3, 2) for digit in (1, 2, 5))
"""Percent of a total that it may be said to move by less than."""
ROUNDED: Final = 5
"""Patients are told to the nearest of these: NHS England's method for counts of 8 and more."""


def recoding_notes(
    recoding: Recoding | None, costed: Mapping[str, CostedPathway] | None = None, exact: Answers | None = None
) -> list[Problem]:
    """A sentence on patients who are costed as others, the same wherever it may not tell how many; none of made-up patients.

    Args:
        recoding: whom it is about.
        costed: scenario → what the patients as they are told cost.
        exact: what costs the patients as they are, where that is to be compared.
    """
    if recoding is None:
        return []
    least, few, counted = terms.LEAST, recoding.few_in_all, _how_many(recoding)
    words = [f"{counted or f'patients of groups under {least}'} are costed as their nearest larger group"]
    if few:
        words.insert(0, f"the cohort has fewer than {least} patients, and what is told is of {least} like them")
    if recoding.patients.numbers:
        words.append(
            f"one {' and '.join(recoding.patients.numbers)} typical of {least} or more stands for each of them"
        )
    if costed is not None and exact is not None and counted:
        words += _moved(recoding, costed, exact)
    remedy = "pool them with other patients before pounds are shared" if few else None
    severity = Severity.WARNING if few else Severity.NOTE
    return [Problem(terms.SMALL_GROUPS, "; ".join(words), remedy=remedy, severity=severity)]


def _how_many(recoding: Recoding) -> str:
    """Patients and groups, where they leave open how many are in a group.

    Small groups that were pooled are seen in what is shown, so it is those told as a large one that must be left open.
    """
    told_as_large = recoding.size[recoding.joins_large]
    least, most = len(told_as_large), (terms.LEAST - 1) * len(told_as_large)
    if not least + terms.LEAST <= told_as_large.sum() <= most - terms.LEAST:
        return ""
    patients = ROUNDED * round(float(recoding.size.sum()) / ROUNDED)
    return f"about {patients:,} patients in {len(recoding.small):,} small groups"


def _moved(recoding: Recoding, costed: Mapping[str, CostedPathway], exact: Answers) -> Iterator[str]:
    """How far a total may have moved: no nearer than any numbers of patients in so many small groups allow."""
    try:
        pairs = [(each, exact.costed(name)[1]) for name, each in costed.items()]
    except PathwayCostError:  # it would be told of patients as they are
        return
    most = max(_most_moved(recoding, *pair) for pair in pairs)
    step = next((each for each in STEPS if each > 100 * most), None)
    if step is None:
        yield f"a total may move by {STEPS[-1]:g}% or more: groups are too small for these attributes"
    else:
        yield f"no total moves by more than {step:g}%"


def _most_moved(recoding: Recoding, costed: CostedPathway, exact: CostedPathway) -> float:
    """The most by which a total may have moved, as a share of it."""
    apart = np.abs(_pounds_a_patient(costed)[recoding.told_as] - _pounds_a_patient(exact)[recoding.small])
    gbp = max((terms.LEAST - 1) * float(apart.sum()), abs(costed.total_gbp - exact.total_gbp))
    return gbp / (abs(costed.total_gbp) or np.inf)


def _pounds_a_patient(costed: CostedPathway) -> Floats:
    """(B,) pounds a patient of each base of a result's own cohort."""
    assert costed.cohort is not None
    segments = costed.cohort.segments
    gbp = costed.by(terms.SEGMENT).set_index(terms.SEGMENT)[terms.GBP]
    each = gbp.reindex(range(len(segments.weight)), fill_value=0.0).to_numpy()[segments.of_base].sum(axis=1)
    weight = segments.weight[segments.of_base].sum(axis=1)
    return np.asarray(np.divide(each, weight, out=np.zeros(len(each)), where=weight > 0), dtype=np.float64)
