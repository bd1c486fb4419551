"""The summary: every scenario per patient, per eligible patient and per setting asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import nan
from typing import NamedTuple

import pandas as pd

from pathway_cost import terms
from pathway_cost.results.compared.comparison import volume_and_rate
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.costed.denominators import PerPatient, change_pct, eligible_segments

ELIGIBLE = "eligible patient"
PRESENT_VALUES = ("present_value_gbp", "present_value_per_patient_gbp", "change_present_value_gbp")
Costed = Mapping[str, CostedPathway]


class _Denominator(NamedTuple):
    """What is divided by in each scenario, and whose pounds: everybody's where no segments are named."""

    by_scenario: list[PerPatient]
    segments: frozenset[int] | None = None


def summary(costed: Costed, report_per: Sequence[str] = ()) -> pd.DataFrame:
    """One row a denominator and scenario; changes are against the first scenario of the same denominator.

    `change_pct` is the change of `total_gbp` in percent. Volume (patients more × what one cost) and rate (the rest)
    sum to the change of the total. `one_off_gbp` is in no other column. All but the last three columns are undiscounted;
    those are the present value, and empty where the study does not discount pounds.
    """
    rows = [row for each in _denominators(costed, report_per) for row in _rows(costed, each)]
    return pd.DataFrame(rows).astype(dict.fromkeys(PRESENT_VALUES, "float64"))


def _denominators(costed: Costed, report_per: Sequence[str]) -> Iterator[_Denominator]:
    """For each denominator, what it is in every scenario."""
    yield _Denominator([each.per_patient() for each in costed.values()])
    groups = _eligible_groups(costed)
    for segments, names in groups.items():
        per = ELIGIBLE if len(groups) == 1 else f"{ELIGIBLE} ({', '.join(names)})"
        words = f"patients who start and are eligible for {' or '.join(names)}"
        eligible = [replace(each.per_eligible(segments), per=per, denominator=words) for each in costed.values()]
        yield _Denominator(eligible, segments)
    settings = [set(map(str, each.visit_rows[terms.SETTING].unique())) for each in costed.values()]
    for setting in report_per:
        has = [setting in known for known in settings]
        yield _Denominator(
            [
                each.per_setting(setting) if here or not any(has) else _by_nobody(each, setting)
                for each, here in zip(costed.values(), has, strict=True)
            ]
        )


def _eligible_groups(costed: Costed) -> dict[frozenset[int], list[str]]:
    """Segments that are eligible where others are not → the scenarios they are eligible for."""
    groups: dict[frozenset[int], list[str]] = {}
    for name, each in costed.items():
        segments = eligible_segments(each.weights)
        if 0 < len(segments) < each.segments[terms.SEGMENT].nunique():
            groups.setdefault(segments, []).append(name)
    return groups


def _by_nobody(each: CostedPathway, setting: str) -> PerPatient:
    """One scenario's pounds by the patients who reach a setting that only others have: none."""
    return PerPatient(setting, 0.0, each.total_gbp, f"patients expected to reach {setting} at least once")


def _rows(costed: Costed, denominator: _Denominator) -> Iterator[dict[str, object]]:
    first = denominator.by_scenario[0]
    present = [_present_value(each, denominator.segments) for each in costed.values()]
    for position, (each, here) in enumerate(zip(costed.values(), denominator.by_scenario, strict=True)):
        changes = _changes(first, here)
        yield {
            "scenario": each.scenario,
            "per": here.per,
            "patients": here.patients,
            "cost_per_patient_gbp": here.cost_per_patient_gbp,
            "total_gbp": here.total_gbp,
            **(changes if position else dict.fromkeys(changes, nan)),
            "one_off_gbp": each.one_off_gbp,
            "denominator": here.denominator,
            "basis": each.basis,
            "present_value_gbp": present[position],
            "present_value_per_patient_gbp": replace(here, total_gbp=present[position]).cost_per_patient_gbp,
            "change_present_value_gbp": present[position] - present[0] if position else nan,
        }


def _present_value(each: CostedPathway, segments: frozenset[int] | None) -> float:
    """Discounted pounds of the patients of these segments; missing where pounds are not discounted."""
    if not each.stands_on.pounds_discounted:
        return nan
    frame = each.cube.frame
    whose = frame if segments is None else frame[frame[terms.SEGMENT].isin(list(segments))]
    return float(whose[terms.PRESENT_VALUE_GBP].sum())


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
