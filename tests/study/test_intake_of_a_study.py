"""A study with an intake, through the public door: whose uptake counted is told, and whose ledger it is."""

import json

import pytest
from python_calamine import CalamineWorkbook

import pathway_cost as pc
from pathway_cost.errors import SpecFaults
from tests.asked_study import WARD, run, write

CARE = WARD | {
    "parameters": {"los": {"value": 730, "unit": "day", "low": 700, "high": 760}},
    "routes": {"ward": {"home": 1}},
}
RAMP = {
    "scenario": "ramp", "uptake": {"2026-27": 0.4, "2027-28": 0.7}, "changes": [{"scale_unit_cost": "ward.day", "by": 0.9}],
}  # fmt: skip
LATER = {
    "scenario": "later", "uptake": {"2027-28": 0.2}, "changes": [{"scale_unit_cost": "ward.day", "by": 0.8}],
}  # fmt: skip
THREE = {"horizon": "6 years", "intake": {"over": "3 years"}}
ONE_PATIENT = 730 * 450.0


def notes(result, rule="uptake_of_a_year"):
    return [str(note) for note in result.notes if note.rule == rule]


def test_each_year_s_uptake_is_told_and_recorded(tmp_path):
    found = run(tmp_path, CARE, RAMP, **THREE)
    assert found["ramp"].cost_per_patient_gbp == pytest.approx(ONE_PATIENT * (1 - 0.1 * 0.6), rel=1e-9)
    assert found.record["uptakes"] == {"ramp": {"2026-27": 0.4, "2027-28": 0.7, "2028-29": 0.7}}
    (note,) = notes(found)
    for words in (
        "40% of those who start in 2026-27, 70% of those who start in 2027-28", "2027-28 is the last year stated",
        "2026-27, is taken to be the first of the intake", "`intake: {first_year: …}`",
    ):  # fmt: skip
        assert words in note


def test_the_first_year_is_as_stated(tmp_path):
    found = run(tmp_path, CARE, RAMP, horizon="6 years", intake={"over": "3 years", "first_year": "2027-28"})
    assert found["ramp"].cost_per_patient_gbp == pytest.approx(ONE_PATIENT * (1 - 0.1 * 0.7), rel=1e-9)
    assert "taken to be" not in notes(found)[0]


def test_a_year_for_all_is_told(tmp_path):
    found = run(tmp_path, CARE, RAMP, **THREE, uptake_year="2026-27")
    assert found["ramp"].cost_per_patient_gbp == pytest.approx(ONE_PATIENT * (1 - 0.1 * 0.4), rel=1e-9)
    assert found.record["uptakes"] == {"ramp": 0.4}
    assert "of 2026-27 for all, whenever they start" in notes(found)[0]


def test_all_scenarios_begin_in_one_year(tmp_path):
    """The study's first year is the earliest that any scenario states; one that begins later says 0 before, or is a fault."""
    with pytest.raises(SpecFaults) as raised:
        run(tmp_path / "fault", CARE, RAMP, LATER, **THREE)
    assert "later: no uptake is stated for 2026-27" in str(raised.value)
    assert "add `2026-27: 0` to the uptake of later" in str(raised.value)
    told = LATER | {"uptake": {"2026-27": 0, "2027-28": 0.2}}
    found = run(tmp_path / "told", CARE, RAMP, told, **THREE)
    assert found["later"].cost_per_patient_gbp == pytest.approx(ONE_PATIENT * (1 - 0.2 * 0.4 / 3), rel=1e-9)


def test_an_unreadable_first_year_is_a_fault(tmp_path):
    with pytest.raises(SpecFaults, match="'2026' is not a financial year"):
        run(tmp_path, CARE, RAMP, horizon="6 years", intake={"over": "3 years", "first_year": "2026"})


def test_draws_and_attribution_follow_the_ramp(tmp_path):
    """The stay is drawn, and 0.6 of the patients cost 19% less in each draw: 10% by the stay, then 9% by the price."""
    both = RAMP | {"changes": [{"scale_stay": "ward", "by": 0.9}, {"scale_unit_cost": "ward.day", "by": 0.9}]}
    found = run(tmp_path, CARE, both, **THREE, uncertainty={"draws": 50, "seed": 1}, attribution=True)
    rows = found.uncertainty.set_index(["scenario", "measure"])
    whole = rows.loc[("baseline", "total_gbp"), "mean"]
    assert rows.loc[("ramp", "change_total_gbp"), "mean"] == pytest.approx(-0.6 * 0.19 * whole, rel=1e-9)
    change = found["ramp"].total_gbp - found["baseline"].total_gbp
    effects = found.attribution
    assert effects["ordered_gbp"].tolist() == pytest.approx([change * 10 / 19, change * 9 / 19], rel=1e-9)
    assert change == pytest.approx(-0.6 * 0.19 * 100 * ONE_PATIENT, rel=1e-9)


def test_the_ledger_says_that_it_is_of_these_starters_only(tmp_path):
    """CSV, workbook and page; no period is called a year and nothing more."""
    pc.write(run(tmp_path, CARE, RAMP, **THREE), tmp_path / "out")
    for name in ("profile", "profile_by_organisation"):
        head, first = (tmp_path / "out" / f"{name}.csv").read_text(encoding="utf-8").splitlines()[:2]
        assert head.endswith(",of")
        assert first.endswith(",these starters only")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "These starters only: nobody who started before is there on the first day" in page
    assert "Year 1 of these starters" in page
    assert "In each organisation's books" not in page
    sheet = CalamineWorkbook.from_path(tmp_path / "out" / "workbook.xlsx").get_sheet_by_name("Profile").to_python()
    cells = [str(cell) for row in sheet for cell in row]
    for table in ("By period and setting", "By period and organisation", "Modelled change so far"):
        assert any(cell.startswith(f"{table}, of these starters only: no organisation's period") for cell in cells)
    assert "Year 1 of these starters" in cells
    assert "Year 1" not in cells
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["basis"].endswith(
        "evenly over 3 years"
    )


def test_without_an_intake_nothing_of_the_kind_is_said(tmp_path):
    pc.write(run(tmp_path, CARE, RAMP, horizon="3 years"), tmp_path / "out")
    assert "these starters" not in (tmp_path / "out" / "profile.csv").read_text(encoding="utf-8")
    assert "hese starters" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_patients_present_are_whole_patients_in_months_of_30_and_31_days(tmp_path):
    """100 in care all year: 100 in every month, and the pounds of its 30 or 31 days."""
    found = run(tmp_path, CARE, horizon="1 year").profile
    ward = found[found["setting"].astype(str) == "ward"]
    assert ward["patients_present"].tolist() == pytest.approx([100.0] * 12, rel=1e-12)
    assert ward["gbp"].tolist()[:2] == pytest.approx([100 * 31 * 450, 100 * 30 * 450], rel=1e-12)


@pytest.mark.parametrize(("count", "present"), [("start", [100, 50]), ("end", [50, 25]), ("half_cycle", [75, 37.5])])
def test_patients_present_are_those_whose_pounds_count(tmp_path, count, present):
    """Half leave each year; £450 a year counted: the row's pounds are its patients present × £450."""
    pathway = {
        "cycle": "year", "start": {"ill": 1}, "ends": ["died"], "routes": {"ill": {"died": 0.5, "ill": "rest"}},
        "settings": {"ill": {"role": "acute", "stay": "cycle", "uses": [{"unit_cost": "ward.day", "per": "cycle"}]}},
    }  # fmt: skip
    found = run(tmp_path, pathway, horizon="2 years", count=count, period="year").profile
    ill = found[found["setting"].astype(str) == "ill"]
    assert ill["patients_present"].tolist() == pytest.approx(present, rel=1e-12)
    assert ill["gbp"].tolist() == pytest.approx([450.0 * each for each in present], rel=1e-12)


def test_everybody_still_there_is_a_note_and_no_fault(tmp_path):
    """A year of 100 in care, with sampled patients and draws: 365 × £450 = £164,250 each, whoever draws or walks."""
    asked = {"walk": {"patients": 200, "seed": 1}, "uncertainty": {"draws": 20, "seed": 1}, "horizon": "1 year"}
    found = run(tmp_path, CARE, RAMP, **asked)
    assert found["baseline"].cost_per_patient_gbp == pytest.approx(164_250, rel=1e-12)
    summary = found.distribution_summary.set_index("scenario")
    assert summary.loc["baseline", "mean"] == pytest.approx(164_250, rel=1e-9)
    draws = found.uncertainty.set_index(["scenario", "measure"])
    assert draws.loc[("baseline", "cost_per_patient_gbp"), "mean"] == pytest.approx(164_250, rel=1e-9)
    assert notes(found, "nobody_moves") == [
        "horizon: everybody is still where they started at the horizon of 365 days: what comes later is in no figure"
    ]


def test_a_check_reads_the_first_year(tmp_path):
    """What costing refuses, a check refuses without costing."""
    path = write(tmp_path, CARE, RAMP, horizon="6 years", intake={"over": "3 years", "first_year": "2025-26"})
    with pytest.raises(SpecFaults, match="no uptake is stated for 2025-26"):
        pc.check(path)
