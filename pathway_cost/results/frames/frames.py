"""The frames of a run: numbers only, one row a line of the CSV, columns in the CSV's order."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import pandas as pd

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "summary": (
        "scenario", "per", "patients", "cost_per_patient_gbp", "total_gbp", "change_per_patient_gbp",
        "change_total_gbp", "change_volume_gbp", "change_rate_gbp", "change_pct", "patients_change",
        "one_off_gbp", "denominator", "basis", "present_value_gbp", "present_value_per_patient_gbp",
        "change_present_value_gbp",
    ),
    "by_setting": (
        "scenario", "setting", "title", "visits", "visits_per_patient", "gbp", "gbp_per_patient", "change_gbp",
    ),
    "by_organisation": ("scenario", "organisation", "role", "gbp", "gbp_per_patient", "change_gbp"),
    "by_component": ("scenario", "component", "gbp", "gbp_per_patient", "change_gbp"),
    "by_segment": ("scenario", "segment", "place", "patients", "gbp", "gbp_per_patient", "change_gbp"),
    "bridge": ("scenario", "from_scenario", "position", "factor", "gbp", "level"),
    "beside": ("scenario", "kind", "id", "role", "organisation", "year", "gbp", "what", "grade"),
    "unit_costs_used": (
        "organisation", "unit_cost", "title", "level", "component", "value_gbp", "unit", "covers", "price_year",
        "source_price_year", "uplift_factor", "basis", "mff", "n", "se_total", "source", "licence", "grade",
        "fallback", "baseline_gbp", "share_of_pounds",
    ),
    "coverage": ("organisation", "fin_year", "feed", "class", "rules", "activity", "records", "lines", "gbp"),
    "assumptions": ("item", "value", "unit", "low", "high", "uncertainty", "grade", "source", "note"),
    "changes": ("scenario", "position", "verb", "item", "old", "new", "grade", "source"),
}  # fmt: skip
"""Frame → its columns in order; `by_segment` has the cohort's level attributes between place and patients."""


@dataclass(frozen=True)
class Tables:
    """Every frame of a run, checked once for its columns."""

    summary: pd.DataFrame
    by_setting: pd.DataFrame
    by_organisation: pd.DataFrame
    by_component: pd.DataFrame
    by_segment: pd.DataFrame
    bridge: pd.DataFrame
    beside: pd.DataFrame
    unit_costs_used: pd.DataFrame
    coverage: pd.DataFrame
    assumptions: pd.DataFrame
    changes: pd.DataFrame

    def __post_init__(self) -> None:
        for name in (field.name for field in fields(self)):
            _check_columns(name, list(getattr(self, name).columns))


def _check_columns(name: str, found: list[str]) -> None:
    wanted = list(COLUMNS[name])
    if name == "by_segment":
        found = [*found[:3], *found[-4:]]
    if found != wanted:
        raise ValueError(f"frame {name!r} has the columns {found}, not {wanted}")
