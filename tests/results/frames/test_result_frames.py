"""The frames of a run: columns as in the CSV, pounds that sum."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from pathway_cost.errors import EngineFaults
from pathway_cost.plics.pricing.classes import CLAIM_COLUMNS
from pathway_cost.results.frames.catalogue import TABLES
from pathway_cost.results.frames.coverage import coverage
from pathway_cost.results.frames.tables_of_run import assemble
from pathway_cost.specs.changes.revise import ChangedValue
from pathway_cost.specs.format.scenario import OneOff
from tests.results.results_toy import Care, baseline, costed, scenario

USES = {
    ("surgery", "theatre"): ("theatre", "RXX", 1),
    ("ward", "bed_day"): ("bed_day", "RYY", 4),
    ("ward", "operation"): ("count:operation", "RXX", 1),
}
PRICES = {("RXX", "theatre"): {"medical": 3000.0, "implants": 2000.0}, ("RYY", "bed_day"): {"unsplit": 450.0}}
BASE = {"base": [60.0, 40.0], "attributes": {"frail": ["no", "yes"]}}
LEAD = OneOff(id="lead", role="acute", year="2026-27", gbp=60_000, what="project lead")
CHANGE = ChangedValue("fewer", 1, "set_share", "routes.gp.surgery.share", "0.8", "0.4", "expert", None)


def stay(surgery: float, ward: float) -> Care:
    return Care({"surgery": surgery, "ward": ward}, USES, PRICES)


@pytest.fixture(scope="module")
def run():
    """Baseline £6,160 a patient. Day case, only for the fit 60: £5,000 × 0.8 = £4,000; fewer: £2,000 + £1,080."""
    day_case = costed(
        "day_case",
        {
            "not_eligible": stay(0.8, 1.2),
            "taken": Care({"surgery": 0.8}, {("surgery", "theatre"): USES["surgery", "theatre"]}, PRICES),
        },
        shares={"not_eligible": [0.0, 1.0], "taken": [1.0, 0.0]},
        scenarios={"taken": ("day_case",)},
        **BASE,
    )
    fewer = scenario("fewer", stay(0.4, 0.6), one_offs=(LEAD,), values=(CHANGE,), **BASE)
    return {"baseline": baseline(stay(0.8, 1.2), **BASE), "day_case": day_case, "fewer": fewer}


@pytest.fixture(scope="module")
def tables(run):
    return assemble(run, report_per=["surgery"])


def row(frame, **keys):
    chosen = frame[np.logical_and.reduce([frame[name] == value for name, value in keys.items()])]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_summary(tables):
    first = row(tables.summary, scenario="baseline", per="patient")
    assert first.total_gbp == pytest.approx(616_000.00)
    assert pd.isna(first.change_total_gbp)
    assert first.denominator == "patients who start"
    assert first.basis == "whole pathway, per start, undiscounted, no horizon"
    fewer = row(tables.summary, scenario="fewer", per="patient")
    assert fewer.change_total_gbp == pytest.approx(-308_000.00)
    assert fewer.change_per_patient_gbp == pytest.approx(-3_080.00)
    assert (fewer.change_volume_gbp, fewer.change_rate_gbp) == pytest.approx((0.0, -308_000.00))
    assert fewer.change_pct == pytest.approx(-50.0)
    assert fewer.one_off_gbp == 60_000.00


def test_without_discounting_the_present_value_is_empty(tables):
    present = ["present_value_gbp", "present_value_per_patient_gbp", "change_present_value_gbp"]
    assert list(tables.summary.columns)[-3:] == present
    assert tables.summary[present].isna().all(axis=None)
    assert (tables.summary[present].dtypes == "float64").all()


def test_fewer_operations_cost_less_a_referral_and_the_same_a_knee(tables):
    """R22: £6,160 → £3,080 a patient starting, and £7,700 an operated patient in both."""
    knees = tables.summary[tables.summary["per"] == "surgery"].set_index("scenario")
    assert knees.loc["baseline", "cost_per_patient_gbp"] == pytest.approx(7_700.00)
    assert knees.loc["fewer", "cost_per_patient_gbp"] == pytest.approx(7_700.00)
    assert knees.loc["fewer", "patients_change"] == pytest.approx(-40.0)
    assert knees.loc["fewer", "change_volume_gbp"] == pytest.approx(-308_000.00)


def test_eligible_patients_are_the_same_in_every_scenario(tables):
    eligible = tables.summary[tables.summary["per"] == "eligible patient"].set_index("scenario")
    assert eligible["patients"].tolist() == [60.0, 60.0, 60.0]
    assert eligible["cost_per_patient_gbp"].tolist() == pytest.approx([6_160.00, 4_000.00, 3_080.00])
    assert eligible.loc["day_case", "change_total_gbp"] == pytest.approx(-60 * 2_160.00)
    assert eligible.loc["baseline", "denominator"] == "patients who start and are eligible for day_case"


def test_a_denominator_that_no_scenario_has(run):
    with pytest.raises(EngineFaults, match="no setting 'hospice'"):
        assemble(run, report_per=["hospice"])


@pytest.mark.parametrize("cut", ["by_setting", "by_organisation", "by_component", "by_segment"])
def test_cuts_sum_to_the_total_and_the_change(tables, run, cut):
    frame = getattr(tables, cut)
    for name, each in run.items():
        mine = frame[frame["scenario"] == name]
        assert mine["gbp"].sum() == pytest.approx(each.total_gbp)
        if name == "baseline":
            assert mine["change_gbp"].isna().all()
        else:
            assert mine["change_gbp"].sum() == pytest.approx(each.total_gbp - 616_000.00)


def test_by_setting(tables):
    ward = row(tables.by_setting, scenario="day_case", setting="ward")
    assert (ward.title, ward.visits, ward.gbp, ward.change_gbp) == (
        "Ward",
        48.0,
        pytest.approx(86_400.00),
        pytest.approx(-129_600.00),
    )
    assert ward.gbp_per_patient == pytest.approx(864.00)


def test_by_segment_shows_the_levels(tables):
    assert list(tables.by_segment.columns) == [
        "scenario",
        "segment",
        "place",
        "frail",
        "patients",
        "gbp",
        "gbp_per_patient",
        "change_gbp",
    ]
    fit = row(tables.by_segment, scenario="day_case", frail="no")
    assert (fit.patients, fit.gbp_per_patient) == (60.0, pytest.approx(4_000.00))


def test_components_leave_counts_out(tables):
    assert set(tables.by_component["component"]) == {"medical", "implants", "unsplit"}


def test_bridge(tables):
    fewer = tables.bridge[tables.bridge["scenario"] == "fewer"].set_index("factor")
    assert fewer.loc["routing", "gbp"] == pytest.approx(-308_000.00)
    assert fewer.loc["one-off costs", "gbp"] == 60_000.00
    assert (fewer["from_scenario"] == "baseline").all()
    assert (fewer["level"] == "segment × arm × setting × use").all()
    assert fewer["position"].tolist() == list(range(1, len(fewer) + 1))


def test_beside_and_changes(tables):
    assert tables.beside.iloc[0].to_dict() == {
        "scenario": "fewer", "kind": "one-off", "id": "lead", "role": "acute", "organisation": "RXX", "year": "2026-27",
        "gbp": 60_000.0, "what": "project lead", "grade": "assumption",
    }  # fmt: skip
    assert tables.changes.iloc[0][["verb", "old", "new"]].tolist() == ["set_share", "0.8", "0.4"]


def test_unit_costs_used(tables):
    used = tables.unit_costs_used
    assert used["baseline_gbp"].sum() == pytest.approx(616_000.00)
    assert used["share_of_pounds"].sum() == pytest.approx(1.0)
    implants = row(used, component="implants")
    assert (implants.title, implants.value_gbp, implants.baseline_gbp) == (
        "Theatre",
        2_000.0,
        pytest.approx(160_000.00),
    )


def test_a_price_that_only_a_scenario_uses_is_listed_without_baseline_pounds(run):
    hub = Care({"hub": 1.0}, {("hub", "day"): ("hub.day", "RZZ", 1)}, {("RZZ", "hub.day"): {"unsplit": 300.0}})
    used = assemble(run | {"hub": scenario("hub", hub, **BASE)}).unit_costs_used
    assert row(used, unit_cost="hub.day").baseline_gbp == 0.0
    assert used["baseline_gbp"].sum() == pytest.approx(616_000.00)


def test_one_scenario_alone(run):
    tables = assemble({"baseline": run["baseline"]})
    assert tables.bridge.empty
    assert list(tables.bridge.columns) == [column.name for column in TABLES["bridge"].columns]
    assert tables.coverage.empty


# --- coverage ------------------------------------------------------------------------------------------------------
def test_coverage_adds_the_total_and_the_difference_to_the_penny():
    """R2: knees £20,400 priced, £2,700 unpriced: £23,100 in the files."""
    claims = pd.DataFrame(
        [("RXX", "2024-25", "APC", "priced once", "theatre", "THR001", 3, 3, Decimal("15000.01")),
         ("RXX", "2024-25", "APC", "no price carries", "", "IMG001", 3, 9, Decimal("2700.00"))],
        columns=CLAIM_COLUMNS,
    )  # fmt: skip
    backcast = pd.DataFrame({"organisation": ["RXX"], "fin_year": ["2024-25"], "difference": [Decimal("0.00")]})
    frame = coverage(claims, backcast)
    assert frame["class"].tolist() == ["priced once", "no price carries", "total", "difference"]
    assert frame["gbp"].tolist() == [Decimal("15000.01"), Decimal("2700.00"), Decimal("17700.01"), Decimal("0.00")]
    assert frame["lines"].tolist()[2] == 12
    assert pd.isna(frame["records"].iloc[2])


def test_coverage_without_a_back_cast_has_an_unknown_difference():
    claims = pd.DataFrame(
        [("RXX", "2024-25", "APC", "priced once", "theatre", "THR001", 3, 3, Decimal(1))], columns=CLAIM_COLUMNS
    )
    assert coverage(claims, None)["gbp"].iloc[-1] is None
