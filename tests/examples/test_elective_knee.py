"""The library's elective knee and the example that runs it: sound specs, the promised occurrences, and pounds by hand."""

import importlib.util
import shutil
from pathlib import Path

import pandas as pd
import pytest

import pathway_cost as pc
from pathway_cost.study.load import load_study
from pathway_cost.study.lone_specs import check_file, is_study
from pathway_cost.tables.cohort.cohort_make import make_cohort
from pathway_cost.tables.reading.files import read_noted

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "pathways" / "elective_knee"
EXAMPLE = ROOT / "examples" / "elective_knee"
SPECS = sorted([*LIBRARY.rglob("*.yaml"), *EXAMPLE.glob("*.yaml")])


def by_hand():
    spec = importlib.util.spec_from_file_location("knee_by_hand", Path(__file__).with_name("knee_by_hand.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def result():
    return pc.run(EXAMPLE / "study.yaml")


@pytest.mark.parametrize("path", SPECS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_spec_is_sound(path):
    load_study(path) if is_study(path) else check_file(path)


def test_every_number_has_a_grade_and_published_ones_a_source():
    pathway = pc.load_pathway("elective_knee")
    for name, parameter in pathway.parameters.items():
        evidence = parameter.evidence or pathway.evidence
        assert evidence.grade in ("published", "assumption"), name
        assert evidence.grade == "assumption" or evidence.source, name


def test_cohort_is_drawn_from_the_segments():
    drawn = make_cohort(read_noted(EXAMPLE / "segments.csv").table, patients=50_000, seed=7)
    pd.testing.assert_frame_equal(pd.read_parquet(EXAMPLE / "cohort.parquet"), drawn, check_dtype=False)


def test_engine_and_hand_agree(result):
    for name, (pounds, _) in by_hand().totals().items():
        assert result[name].total_gbp == pytest.approx(pounds, rel=1e-9), name


def test_cost_per_operation_agrees(result):
    summary = result.summary.set_index(["scenario", "per"])
    for name, (pounds, operated) in by_hand().totals().items():
        row = summary.loc[(name, "surgery")]
        assert row["patients"] == pytest.approx(operated, rel=1e-9)
        assert row["cost_per_patient_gbp"] == pytest.approx(pounds / operated, rel=1e-9)


def test_prices_come_from_where_they_should(result):
    used = result.unit_costs_used.groupby(["organisation", "unit_cost"])["basis"].first()
    assert (
        used["SYA", "theatre.knee"]
        == used["SYA", "ward.orthopaedic.bed_day"]
        == used["SYC", "physio.contact"]
        == "plics"
    )
    assert used["SYA", "revision.knee"] == "national", "14 records are too few"
    assert used["SYB", "knee.episode"] == "national", "the bundle falls back whole"
    assert not {("SYB", "theatre.knee"), ("SYB", "implant.knee"), ("SYB", "ward.orthopaedic.bed_day")} & set(used.index)
    assert used["SYC", "joint_school.session"] == used["SYA", "imaging.xray"] == "national", "no extract holds them"
    assert used["SYP", "gp.consult"] == used["SYC", "ic.bed_day"] == "prices"


def test_a_knee_is_priced_by_its_bundle_or_by_its_episode_never_both(result):
    pounds = result.unit_costs_used.groupby(["organisation", "unit_cost"])["baseline_gbp"].sum()
    assert pounds["SYB", "knee.episode"] > 0
    assert pounds.get(("SYA", "knee.episode"), 0) == 0
    assert pounds["SYA", "theatre.knee"] > pounds["SYA", "implant.knee"] > 0


def test_assumed_prices_say_so(result):
    used = result.unit_costs_used.drop_duplicates("unit_cost").set_index("unit_cost")
    assumed = used.loc[["gp.consult", "ic.bed_day", "ward.bed_day.delayed"]]
    assert set(assumed["grade"]) == {"assumption"}


def test_every_pound_of_the_extracts_is_in_one_class(result):
    totals = result.coverage[result.coverage["class"] == "total"]
    assert (totals["gbp"].astype(float) > 0).all()


def test_published_cost_of_a_knee_is_near(result):
    """NJR-HES: £7,805 in the first year at 2016/17 prices, about £10,000 at 2024/25; pounds after the GP and clinic."""
    after = [
        "surgery",
        "inpatient_stay",
        "day_case_stay",
        "ward_delay",
        "home",
        "home_day_case",
        "ed",
        "readmission",
        "review",
        "revision",
    ]
    rows = result.by_setting.query("scenario == 'baseline'").set_index("setting")
    hospital = rows.loc[after, "gbp"].sum() / rows.loc["surgery", "visits"]
    assert 9_000 < hospital < 10_500


def test_triage_does_not_save_by_operating_on_fewer(result):
    operations = result.summary.query("per == 'surgery'").set_index("scenario")["patients"]
    assert operations["msk_triage"] == pytest.approx(operations["baseline"], rel=0.002)


def test_the_study_to_start_from_runs_at_national_prices():
    started = pc.run(LIBRARY / "study.yaml")
    per_operation = started.summary.set_index(["scenario", "per"]).loc[("baseline", "surgery"), "cost_per_patient_gbp"]
    assert 13_000 < per_operation < 15_000
    assert set(started.unit_costs_used["basis"]) == {"national", "prices"}


def test_enhanced_recovery_saves_the_last_days(tmp_path):
    """A trial saw £757 a patient (314 to 1,201); the slope of SYA's ward says 2.085 days × £360 = £750."""
    home = tmp_path / "examples" / "elective_knee"
    shutil.copytree(EXAMPLE, home)
    shutil.copytree(LIBRARY, tmp_path / "pathways" / "elective_knee")
    study = (home / "study.yaml").read_text(encoding="utf-8")
    study = study.replace("[day_case, msk_triage]", "[enhanced_recovery]")
    study = study.replace("[baseline, day_case, msk_triage, day_case+msk_triage]", "[baseline, enhanced_recovery]")
    (home / "study.yaml").write_text(study, encoding="utf-8")
    result = pc.run(home / "study.yaml")
    by_place = result.by_segment.query("scenario == 'enhanced_recovery'")
    change = by_place.groupby("place")["change_gbp"].sum()
    cohort = pd.read_parquet(EXAMPLE / "cohort.parquet").query("place == 'town' and frail == 'no'")
    operated = 0.119796 * 0.92
    same_day = cohort["complexity"].map({"low": 0.1031, "medium": 0.0298, "high": 0.0131})
    taken = 0.5 * (operated * (1 - same_day)).sum()
    assert -change["town"] / taken == pytest.approx(750, abs=10)
    assert change["coast"] == pytest.approx(0, abs=1e-6), "a whole episode has no days to save"
