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
STEPS: Final = tuple(
    digit * 10.0**power for power in range(-3, 2) for digit in (1, 2, 5)
)  # percent that a move is told to


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
        words.append(_moved(cohort.recoding, costed, exact))
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
    """How far the total moves, in steps so wide that no group's patients can be worked back from it."""
    before, moved = exact.total_gbp, costed.total_gbp - exact.total_gbp
    if not before:
        return "the total stays £0"
    patients = float(recoding.patients.sum()) if _how_many(recoding) else None
    a_patient = _pounds_a_patient(costed)[recoding.into] - _pounds_a_patient(exact)[recoding.small]
    for step in STEPS:
        told = round(100 * moved / before / step) * step
        low, high = ((told + end * step / 2) / 100 * before for end in (-1, 1))
        if _leaves_open(a_patient, low, high, patients):
            words = f"{told:+.{_places(step)}f}".replace("-", "−")
            return f"the total moves by {words}%" if told else f"the total moves by less than {step / 2:g}%"
    return "how far the total moves is not told, for it would tell how many they are"


def _places(step: float) -> int:
    return max(0, -int(np.floor(np.log10(step) + 1e-9)))


def _pounds_a_patient(costed: CostedPathway) -> Floats:
    """(B,) pounds a patient of each base of a result's own cohort."""
    assert costed.cohort is not None
    segments = costed.cohort.segments
    gbp = costed.by(terms.SEGMENT).set_index(terms.SEGMENT)[terms.GBP]
    each = gbp.reindex(range(len(segments.weight)), fill_value=0.0).to_numpy()[segments.of_base].sum(axis=1)
    weight = segments.weight[segments.of_base].sum(axis=1)
    return np.asarray(np.divide(each, weight, out=np.zeros(len(each)), where=weight > 0), dtype=np.float64)


def _leaves_open(a_patient: Floats, low: float, high: float, patients: float | None) -> bool:
    """Whether each group may hold 8 patients more or fewer, by all that is told of all together.

    Args:
        a_patient: (S,) pounds by which a patient of each group moves the total.
        low: the least pounds that all may move it by.
        high: the most.
        patients: how many are in all the groups; None where that is not told.
    """
    return all(
        _span(gbp, np.delete(a_patient, at), low, high, patients) >= terms.LEAST for at, gbp in enumerate(a_patient)
    )


def _span(gbp: float, others: Floats, low: float, high: float, patients: float | None) -> float:
    """How far apart the fewest and the most patients of one group can be.

    With x of them the others move the total by what is left, and that lies between the least and the most that they can:
    two inequalities in x.
    """
    if patients is None:
        least = -np.inf if (others < 0).any() else 0.0
        most = np.inf if (others > 0).any() else 0.0
        bounds = [(gbp, high - least), (-gbp, most - low)]
    else:
        least, most = (
            float(pick(others, initial=0.0)) if not len(others) else float(pick(others)) for pick in (np.min, np.max)
        )
        bounds = [(gbp - least, high - patients * least), (most - gbp, patients * most - low)]
    fewest, greatest = 0.0, np.inf if patients is None else patients
    for slope, limit in bounds:
        if slope > 0:
            greatest = min(greatest, limit / slope)
        elif slope < 0:
            fewest = max(fewest, limit / slope)
    return greatest - fewest
