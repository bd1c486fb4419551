"""`pathway-cost run`: what it prints where, what it writes, its exit codes."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from pathway_cost import costing
from pathway_cost.study import kept_answers
from tests.cli.toy_study import TOTAL_GBP, edit, good, run_cli, tree, write_study


def test_run_prints_results_on_stdout_and_notes_on_stderr(costed):
    ran, _, out = costed
    assert ran.code == 0, ran.err
    assert "baseline" in ran.out
    assert "shorter_stay" in ran.out
    assert f"£{TOTAL_GBP:,.0f}" in ran.out
    assert f"Written: {out / 'workbook.xlsx'}" in ran.out
    assert all(line.startswith(("note: ", "warning: ")) for line in ran.err.splitlines())
    assert "warning: " in ran.err


def test_run_leaves_every_file_and_the_pounds_by_hand(costed):
    _, _, out = costed
    assert sorted(path.name for path in out.iterdir()) == [
        "beside.csv", "bridge.csv", "by_attribute.csv", "by_component.csv", "by_organisation.csv", "by_segment.csv", "by_setting.csv",
        "coverage.csv", "patients_local.parquet", "report.html", "run.json", "summary.csv", "unit_costs_used.csv",
        "workbook.xlsx",
    ]  # fmt: skip
    summary = pd.read_csv(out / "summary.csv")
    assert summary["total_gbp"][0] == pytest.approx(TOTAL_GBP, rel=1e-12)
    for cut in ("by_setting", "by_organisation", "by_component", "by_segment"):
        frame = pd.read_csv(out / f"{cut}.csv")
        assert frame.loc[frame["scenario"] == "baseline", "gbp"].sum() == pytest.approx(TOTAL_GBP, rel=1e-12)


def test_a_year_sees_the_whole_of_a_short_pathway(study, tmp_path):
    """Followed day by day for a year and not discounted, the pounds are those of the whole pathway."""
    edit(study.parent, "study.yaml", "report_per: [surgery]", "report_per: [surgery]\nhorizon: 1 year")
    good("run", study, "--out", tmp_path / "out")
    summary = pd.read_csv(tmp_path / "out" / "summary.csv")
    assert summary["total_gbp"][0] == pytest.approx(TOTAL_GBP, rel=1e-12)
    assert summary["basis"][0].startswith("1 year from the start, per start")


def test_a_study_that_discounts_leads_with_the_present_value(study, tmp_path):
    time = "report_per: [surgery]\nhorizon: 1 year\ndiscount: {gbp: 0.035}"
    edit(study.parent, "study.yaml", "report_per: [surgery]", time)
    ran = good("run", study, "--out", tmp_path / "out")
    assert "present value, pounds of" in ran.out
    summary = pd.read_csv(tmp_path / "out" / "summary.csv").set_index(["per", "scenario"])
    assert 0.99 * TOTAL_GBP < summary.loc[("patient", "baseline"), "present_value_gbp"] < TOTAL_GBP
    operated = summary.loc[("surgery", "baseline")]
    assert operated["present_value_per_patient_gbp"] * operated["patients"] == pytest.approx(
        operated["present_value_gbp"]
    )
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert (record["evaluator"], record["step_days"], record["seed"]) == ("profile", 1.0, None)
    assert (tmp_path / "out" / "profile.csv").is_file()


def test_questions_of_a_study_leave_their_tables_and_seeds(study, tmp_path):
    asked = "report_per: [surgery]\nuncertainty: {draws: 20, seed: 9}\nwalk: {patients: 200, seed: 4}"
    edit(study.parent, "study.yaml", "report_per: [surgery]", asked)
    good("run", study, "--out", tmp_path / "out")
    left = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"distribution.csv", "distribution_summary.csv", "uncertainty.csv", "acceptability.csv"} <= left
    assert not {"tornado.csv", "profile.csv", "fan.csv"} & left
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert (record["evaluator"], record["step_days"], record["seed"], record["walk_seed"]) == ("expected", None, 9, 4)
    assert set(record["files"]) == left - {"run.json"}
    good("run", study, "--out", tmp_path / "out", "--replace")


def test_the_same_study_leaves_the_same_bytes_wherever_it_lies(study, tmp_path):
    other = write_study(tmp_path / "elsewhere" / "deep", extracts=False)
    good("run", study, "--out", tmp_path / "one")
    good("run", other, "--out", tmp_path / "two")
    first, second = tree(tmp_path / "one"), tree(tmp_path / "two")
    assert [name for name in first if first[name] != second[name]] == []


def test_replace_takes_the_place_of_a_folder_of_ours(study, tmp_path):
    out = tmp_path / "out"
    good("run", study, "--out", out, "--patients")
    assert run_cli("run", study, "--out", out).code == 2
    good("run", study, "--out", out, "--replace")
    assert not (out / "patients_local.parquet").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "study"]


def test_dry_run_checks_all_and_writes_nothing(study, tmp_path):
    before = tree(tmp_path)
    ran = good("run", study, "--dry-run", "--out", tmp_path / "out")
    assert ran.out.startswith(f"{study}: no fault in 7 files, 100 patients in 2 segments, 4 prices, ")
    assert "Nothing was costed, so these were not looked at: whether every change moves anything; " in ran.out
    assert "warning: " in ran.err
    edit(study.parent, "cohort.csv", "NA,no,50", "NA,no,-50")
    assert run_cli("run", study, "--dry-run").code == 2
    edit(study.parent, "cohort.csv", "NA,no,-50", "NA,no,50")
    assert tree(tmp_path) == before


def test_nothing_is_costed_and_nothing_drawn_by_a_dry_run(study, monkeypatch):
    def costed(*_, **__):
        raise AssertionError("a check costs nothing")

    edit(study.parent, "study.yaml", "report_per:", "uncertainty: {draws: 50}\nwalk: {patients: 100}\nreport_per:")
    for name in (
        "cost_scenario",
        "effects_of_changes",
        "draws_of",
        "single_frames",
        "break_even_frame",
        "attribution_frame",
        "sampled",
    ):
        monkeypatch.setattr(kept_answers, name, costed)
    assert "the draws; what each change does; sampled patients; " in good("run", study, "--dry-run").out


def test_a_note_of_a_file_is_told_with_its_path_and_written_without(study, tmp_path):
    edit(study.parent, "pathway.yaml", "los: {value: 4, unit: day}",
         'los: {value: 4, unit: day, evidence: {grade: local, source: Made up, period: "30 days"}}')  # fmt: skip
    assert f"warning: {study.with_name('pathway.yaml')}:" in good("check", study).err
    good("run", study, "--out", tmp_path / "out")
    notes = json.loads((tmp_path / "out" / "run.json").read_text())["notes"]
    assert "pathway.yaml" in {note["where"].get("file") for note in notes}
    written = [path for path in (tmp_path / "out").iterdir() if str(tmp_path).encode() in path.read_bytes()]
    assert written == []


def test_a_dry_run_says_when_a_scenario_reaches_nobody(study):
    edit(study.parent, "shorter_stay.yaml", "changes:", "eligible: {frail: Frail}\nchanges:")
    edit(study.parent, "cohort.csv", "PERSON-88002,Frail,10", "PERSON-88002,no,10")
    ran = run_cli("run", study, "--dry-run")
    assert ran.code == 2
    assert "no patient of the cohort is eligible" in ran.err


@pytest.mark.parametrize("gbp", ["0", "-80"])
def test_a_study_of_no_pounds_or_of_credits_has_its_page(gbp, study, tmp_path):
    text = (study.parent / "prices.csv").read_text()
    for price in (",40,", ",5000,", ",450,", ",80,") if gbp == "0" else (",80,",):
        text = text.replace(price, f",{gbp},")
    (study.parent / "prices.csv").write_text(text)
    edit(study.parent, "study.yaml", "scenarios: [shorter_stay.yaml]\ncompare: [baseline, shorter_stay]\n", "")
    good("run", study, "--out", tmp_path / "out")
    total = pd.read_csv(tmp_path / "out" / "summary.csv")["total_gbp"].iloc[0]
    assert total == 0 if gbp == "0" else total > 0


def test_strict_turns_warnings_into_faults(study, tmp_path):
    ran = run_cli("run", study, "--out", tmp_path / "out", "--strict")
    assert ran.code == 2
    assert ran.err.startswith("strict: 1 fault\n")
    assert f"  - {study.with_name('pathway.yaml')}:" in ran.err
    assert "selection" in ran.err
    assert not (tmp_path / "out").exists()
    edit(study.parent, "pathway.yaml", "p_rehab: {by: frail, values: {no: 0.1, Frail: 0.5}", "p_rehab: {value: 0.1")
    good("run", study, "--out", tmp_path / "out", "--strict")


def test_run_needs_a_place_for_its_results(study):
    ran = run_cli("run", study)
    assert ran.code == 2
    assert "--out FOLDER" in ran.err


def test_a_fault_of_ours_is_exit_1_with_what_to_send_and_no_data(study, tmp_path, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("PERSON-88001 of £1,234")

    monkeypatch.setattr(costing, "run", broken)
    before = tree(tmp_path)
    ran = run_cli("run", study, "--out", tmp_path / "out")
    assert (ran.code, ran.out) == (1, "")
    assert "our fault, not yours" in ran.err
    assert "Please open an issue with these lines" in ran.err
    assert "ZeroDivisionError at" in ran.err
    for word in ("Traceback", "PERSON-88001", "1,234", "File "):
        assert word not in ran.err
    assert tree(tmp_path) == before


def test_an_interrupted_run_leaves_nothing(study, tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("pathway_cost.reports.workbook.workbook.workbook_bytes", interrupted)
    before = tree(tmp_path)
    ran = run_cli("run", study, "--out", tmp_path / "out")
    assert ran.code == 130
    assert ran.err.strip() == "Stopped."
    assert tree(tmp_path) == before


def test_a_key_that_is_short_is_refused_and_never_printed(study, tmp_path):
    (tmp_path / "key").write_text("tooshort")
    ran = run_cli("run", study, "--dry-run", "--key-file", tmp_path / "key")
    assert ran.code == 2
    assert "has 8 bytes; 32 are needed" in ran.err
    assert "tooshort" not in ran.err
    (tmp_path / "key").write_text("k" * 40)
    assert "kkk" not in good("run", study, "--dry-run", "--key-file", tmp_path / "key").said


def test_extracts_may_be_named_by_an_absolute_pattern(tmp_path):
    study = write_study(tmp_path / "town")
    edit(study.parent, "study.yaml", '"plics/*.xml"', f'"{study.parent}/plics/*.xml"')
    good("run", study, "--out", tmp_path / "out")
    inputs = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["inputs"]
    assert any(name.endswith(".xml") for name in inputs)
