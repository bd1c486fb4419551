"""The summary: every scenario per patient, per eligible patient and per setting asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from pathway_cost import terms
from pathway_cost.results.comparison import volume_and_rate
from pathway_cost.results.costed import CostedPathway
from pathway_cost.results.denominators import PerPatient, change_pct, eligible_segments
from pathway_cost.results.tables import COLUMNS

ELIGIBLE = "eligible patient"
Costed = Mapping[str, CostedPathway]


def summary(costed: Costed, report_per: Sequence[str] = ()) -> pd.DataFrame:
    """One row a denominator and scenario; changes are against the first scenario of the same denominator.

    `change_pct` is the change of `total_gbp` in percent. Volume (patients more × what one cost) and rate (the rest)
    sum to the change of the total. `one_off_gbp` is in no other column.
    """
    rows = [row for each in _denominators(costed, report_per) for row in _rows(costed, each)]
    return pd.DataFrame(rows, columns=list(COLUMNS["summary"]))


def _denominators(costed: Costed, report_per: Sequence[str]) -> Iterator[list[PerPatient]]:
    """For each denominator, what it is in every scenario."""
    yield [each.per_patient() for each in costed.values()]
    groups = _eligible_groups(costed)
    for segments, names in groups.items():
        per = ELIGIBLE if len(groups) == 1 else f"{ELIGIBLE} ({', '.join(names)})"
        words = f"patients eligible for {' or '.join(names)}: weight sum"
        yield [replace(each.per_eligible(segments), per=per, denominator=words) for each in costed.values()]
    for setting in report_per:
        yield [_per_setting(each, setting, costed) for each in costed.values()]


def _eligible_groups(costed: Costed) -> dict[frozenset[int], list[str]]:
    """Segments that are eligible where others are not → the scenarios they are eligible for."""
    groups: dict[frozenset[int], list[str]] = {}
    for name, each in costed.items():
        segments = eligible_segments(each.evaluation)
        if 0 < len(segments) < each.evaluation.segments[terms.SEGMENT].nunique():
            groups.setdefault(segments, []).append(name)
    return groups


def _per_setting(each: CostedPathway, setting: str, costed: Costed) -> PerPatient:
    """A setting that only other scenarios have is reached by nobody here."""
    elsewhere = any(setting in other.visits[terms.SETTING].to_list() for other in costed.values())
    if elsewhere and setting not in each.visits[terms.SETTING].to_list():
        return PerPatient(setting, 0.0, each.total_gbp, f"patients expected to reach {setting} at least once")
    return each.per_setting(setting)


def _rows(costed: Costed, denominators: Sequence[PerPatient]) -> Iterator[dict[str, object]]:
    first = denominators[0]
    for position, (each, here) in enumerate(zip(costed.values(), denominators, strict=True)):
        yield {
            "scenario": each.scenario,
            "per": here.per,
            "patients": here.patients,
            "cost_per_patient_gbp": here.cost_per_patient_gbp,
            "total_gbp": here.total_gbp,
            **(_changes(first, here) if position else {}),
            "one_off_gbp": each.one_off_gbp,
            "denominator": here.denominator,
            "basis": each.basis,
        }


def _changes(first: PerPatient, here: PerPatient) -> dict[str, float]:
    split = volume_and_rate(first.total_gbp, first.patients, here.total_gbp, here.patients)
    return {
        "change_per_patient_gbp": here.cost_per_patient_gbp - first.cost_per_patient_gbp,
        "change_total_gbp": here.total_gbp - first.total_gbp,
        "change_volume_gbp": split.volume_gbp,
        "change_rate_gbp": split.rate_gbp,
        "change_pct": change_pct(first.total_gbp, here.total_gbp),
        "patients_change": split.patients_change,
    }
