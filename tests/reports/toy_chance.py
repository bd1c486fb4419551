"""Frames of time, chance and uncertainty made by hand, in pounds worked from round numbers, beside the run made by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from pathway_cost.results.frames.frames import Tables
from tests.reports import toy

OTHERS = toy.NAMES[1:]
CHANGE = {"day_case": -9_500_000.0, "msk_triage": 1_250_000.0, "day_case+msk_triage": -8_000_000.0}
PATIENTS = 50_000.0
BASE = 160_000_000.0
YEARS = 5


def with_frames(result, frames):
    """The same run with these frames."""
    return replace(result, tables=Tables({**result.tables, **frames}))


def discounted(result, worth=0.9):
    """The same run, had its pounds been discounted: every one of them worth as much."""
    summary = result.summary
    present = {
        "present_value_gbp": summary["total_gbp"] * worth,
        "present_value_per_patient_gbp": summary["cost_per_patient_gbp"] * worth,
        "change_present_value_gbp": summary["change_total_gbp"] * worth,
    }
    schedules = [{"of": "gbp", "schedule": "green_book", "edition": "2026-02", "source": "HM Treasury, The Green Book"}]
    record = dict(result.record) | {"discount_schedules": schedules}
    return replace(result, tables=Tables({**result.tables, "summary": summary.assign(**present)}), record=record)


def frames():
    made = (
        uncertainty, acceptability, information, tornado, grid, extremes, break_even, evidence_sets, attribution, profile,
        profile_by_organisation, fan, distribution, distribution_summary,
    )  # fmt: skip
    return {each.__name__: each() for each in made}


def spread_row(scenario, measure, of, mean, sd, less):
    return {
        "scenario": scenario, "measure": measure, "of": of, "mean": mean, "sd": sd, "p2_5": mean - 2 * sd, "p25": mean - 0.7 * sd,
        "p50": mean, "p75": mean + 0.7 * sd, "p97_5": mean + 2 * sd, "probability_less": less, "se_mean": sd / 40, "draws": 1600,
        "basis": "gbp",
    }  # fmt: skip


def uncertainty():
    rows = []
    for name in toy.NAMES:
        total = BASE + CHANGE.get(name, 0.0)
        rows += [
            spread_row(name, "cost_per_patient_gbp", "", total / PATIENTS, 60.0, np.nan),
            spread_row(name, "total_gbp", "", total, 3_000_000.0, np.nan),
        ]
        if name in CHANGE:
            less = 0.991 if CHANGE[name] < 0 else 0.183
            rows += [
                spread_row(name, "change_per_patient_gbp", "", CHANGE[name] / PATIENTS, 28.0, less),
                spread_row(name, "change_total_gbp", "", CHANGE[name], 1_400_000.0, less),
                spread_row(name, "change_gbp", "RXX", CHANGE[name] * 1.25, 1_500_000.0, less),
                spread_row(name, "change_gbp", "RYY", -CHANGE[name] * 0.25, 400_000.0, 1 - less),
            ]
    return pd.DataFrame(rows)


def acceptability():
    rows = []
    for name in OTHERS:
        middle = CHANGE[name] / PATIENTS
        for threshold in np.arange(-300.0, 101.0, 4.0):
            share = 0.5 * (1 + math.erf((threshold - middle) / 28.0 / math.sqrt(2)))
            rows.append({"scenario": name, "threshold_gbp": threshold, "probability": share})
    return pd.DataFrame(rows)


def information():
    rows = [
        ("everything", "", 1.84, 92_000.0, 1.0),
        ("day_surgery", "same_day_share", 1.2, 60_000.0, 60 / 92),
        ("after_surgery", "los, p_readmit", 0.1, 5_000.0, 5 / 92),
    ]
    columns = ["group", "parameters", "evppi_per_patient_gbp", "evppi_total_gbp", "share_of_evpi"]
    return pd.DataFrame(rows, columns=columns)


PARAMETERS = (
    ("same_day_share", "Share of operations done as day cases", "share", 0.2, 0.35, 0.5, 4_000_000.0, -4_100_000.0),
    ("los", "Days on the ward after an inpatient knee replacement", "day", 3.6, 4.1, 4.6, 900_000.0, -950_000.0),
    ("p_readmit", "Readmission within thirty days", "share", 0.03, 0.05, 0.07, -500_000.0, 480_000.0),
    ("rehab_visits", "", "visit", 4.0, 6.0, 9.0, 260_000.0, 120_000.0),
    ("triage_share", "Referrals that community triage sees first", "share", 0.3, 0.5, 0.7, -200_000.0, 240_000.0),
)


def tornado():
    more = [
        (f"minor_{at}", f"Minor number {at}", "ratio", 0.9, 1.0, 1.1, 90_000.0 / at, -90_000.0 / at)
        for at in range(1, 11)
    ]
    rows = [
        {
            "scenario": name, "parameter": parameter, "title": words, "unit": unit, "low": low, "value": value, "high": high,
            "change_at_low_gbp": CHANGE[name] + below, "change_at_high_gbp": CHANGE[name] + above, "change_gbp": CHANGE[name],
            "swing_gbp": abs(above - below),
        }
        for name in OTHERS
        for parameter, words, unit, low, value, high, below, above in [*PARAMETERS, *more]
    ]  # fmt: skip
    return pd.DataFrame(rows)


def grid():
    rows = [
        {
            "scenario": "day_case", "parameter_1": "same_day_share", "value_1": share, "parameter_2": "los", "value_2": los,
            "change_gbp": -30_000_000.0 * (share - 0.03) - 2_000_000.0 * (los - 4.1),
        }
        for share in (0.0, 0.1, 0.2, 0.35, 0.5)
        for los in (3.6, 3.85, 4.1, 4.35, 4.6)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def extremes():
    rows = [(name, case, CHANGE[name] + by) for name in OTHERS for case, by in (("best", -6e6), ("worst", 6.2e6))]
    return pd.DataFrame(rows, columns=["scenario", "case", "change_gbp"])


def break_even():
    columns = [
        "scenario", "lever", "title", "unit", "stated", "break_even", "move_pct", "plausible_low", "plausible_high",
        "within_plausible", "best_value", "best_change_gbp", "crossings",
    ]  # fmt: skip
    rows = [
        ("day_case", "same_day_share", "Share of operations done as day cases", "share", 0.35, 0.0125, -96.428571, 0.2, 0.5, False, 1.0, -29e6, 1),
        ("day_case", "los", "Days on the ward", "day", 4.1, np.nan, np.nan, 3.6, 4.6, None, 8.2, -14e6, 0),
        ("day_case", "p_readmit_day_case", "Readmission after a day case", "share", 0.03, 0.061, 103.3333, 0.02, 0.08, True, 0.0, -12e6, 2),
        ("msk_triage", "volume", "Patients a year", "patient", 50_000.0, 61_500.0, 23.0, np.nan, np.nan, None, 100_000.0, -2e6, 1),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def evidence_sets():
    rows = []
    for name, factor in (("as_stated", 1.0), ("audit_2021", 0.6), ("network_view", 1.1)):
        for scenario in toy.NAMES:
            change = CHANGE.get(scenario, np.nan) * factor
            total = BASE + (0.0 if math.isnan(change) else change)
            rows.append((scenario, name, total / PATIENTS, total, change))
    return pd.DataFrame(rows, columns=["scenario", "set", "cost_per_patient_gbp", "total_gbp", "change_total_gbp"])


def attribution():
    columns = [
        "scenario", "position", "change", "ordered_gbp", "shapley_gbp", "standard_error_gbp", "grade", "factor", "weighted_gbp",
    ]  # fmt: skip
    rows = [
        ("day_case+msk_triage", 1, "day_case: set_parameter same_day_share", -9_500_000.4, -9_000_000.25, 0.0, "assumption", 0.3, -2_700_000.075),
        ("day_case+msk_triage", 2, "day_case: scale_stay surgery", -250_000.3, -300_000.5, 0.0, "trial", 1.0, -300_000.5),
        ("day_case+msk_triage", 3, "msk_triage: set_share gp.msk_triage", 1_750_000.7, 1_300_000.75, 0.0, "expert", 0.5, 650_000.375),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def yearly(scenario, year):
    """Pounds of a year: most fall in the first; a scenario's change likewise."""
    share = (0.7, 0.12, 0.08, 0.06, 0.04)[year - 1]
    return (
        BASE + CHANGE.get(scenario, 0.0) * (1.6 if year == 1 else 0.0) - CHANGE.get(scenario, 0.0) * 0.05 * year
    ) * share


def profile():
    rows = []
    for name in toy.NAMES:
        for year in range(1, YEARS + 1):
            for setting, part in (("surgery", 0.8), ("rehab", 0.2)):
                gbp = yearly(name, year) * part
                rows.append(
                    (
                        name,
                        year,
                        (year - 1) * 365.0,
                        year * 365.0,
                        setting,
                        1_000.0 / year,
                        50.0 / year,
                        gbp,
                        gbp / 1.035**year,
                    )
                )
    columns = [
        "scenario",
        "period",
        "from_day",
        "to_day",
        "setting",
        "visits",
        "patients_present",
        "gbp",
        "present_value_gbp",
    ]
    return pd.DataFrame(rows, columns=columns)


def profile_by_organisation():
    rows = [
        (
            name,
            year,
            (year - 1) * 365.0,
            year * 365.0,
            organisation,
            yearly(name, year) * part,
            yearly(name, year) * part / 1.035**year,
        )
        for name in toy.NAMES
        for year in range(1, YEARS + 1)
        for organisation, part in (("RXX", 0.6), ("RYY", 0.3), ("E10", 0.1))
    ]
    columns = ["scenario", "period", "from_day", "to_day", "organisation", "gbp", "present_value_gbp"]
    return pd.DataFrame(rows, columns=columns)


def fan():
    rows = []
    for name in OTHERS:
        so_far = 0.0
        for year in range(1, YEARS + 1):
            so_far += yearly(name, year) - yearly("baseline", year)
            sd = 900_000.0 * math.sqrt(year)
            points = (
                so_far,
                so_far - 2 * sd,
                so_far - 0.7 * sd,
                so_far + 0.05 * sd,
                so_far + 0.75 * sd,
                so_far + 2.1 * sd,
            )
            rows.append((name, year, (year - 1) * 365.0, year * 365.0, *points))
    return pd.DataFrame(
        rows, columns=["scenario", "period", "from_day", "to_day", "mean", "p2_5", "p25", "p50", "p75", "p97_5"]
    )


def distribution():
    rows = []
    edges = np.arange(0.0, 24_001.0, 500.0)
    for place, name in enumerate(toy.NAMES):
        middles = (edges[:-1] + edges[1:]) / 2
        heights = np.exp(-middles / 900) + 0.16 * np.exp(-(((middles - 8_500 + 700 * place) / 2_300) ** 2))
        shares = heights / heights.sum() * 0.995
        rows += [(name, a, b, s * 200_000, s) for a, b, s in zip(edges[:-1], edges[1:], shares, strict=True)]
        rows.append((name, 24_000.0, np.inf, 1_000.0, 0.005))
    return pd.DataFrame(rows, columns=["scenario", "from_gbp", "to_gbp", "patients", "share"])


def distribution_summary():
    columns = [
        "scenario", "mean", "sd", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99", "share_of_cost_of_dearest_5pct",
        "se_mean", "walkers", "exact_mean", "exact_sd", "change_mean", "change_se",
    ]  # fmt: skip
    rows = [
        (name, 3_200.0 - 150 * place, 4_100.0, 80.0, 120.0, 300.0, 1_100.0 - 40 * place, 6_200.0, 9_800.0, 11_900.0 - 300 * place, 18_700.0, 0.231, 9.17, 200_000,
         3_197.86 - 150 * place, np.nan, np.nan, np.nan)
        for place, name in enumerate(toy.NAMES)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
