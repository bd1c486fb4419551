"""The commands beside `run`: check, schema, the library, extracts, prices, cohorts."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pathway_cost.specs.reading.library import library_pathways
from pathway_cost.specs.reading.read_specs import load_document
from tests.cli.toy_study import APC, CSCC, TOTAL_GBP, edit, good, run_cli, tree, write_study
from tests.specs.reading.test_schema import accepts

ROOT = Path(__file__).parents[2]


# --- check, schema, library ------------------------------------------------------------------------------------------------
def test_check_reads_each_kind_of_file(costed):
    _, study, _ = costed
    files = [study.with_name(name) for name in ("pathway.yaml", "shorter_stay.yaml", "rules.yaml")]
    assert good("check", *files).out == "".join(f"{file}: no fault in the file itself\n" for file in files)


def test_check_of_a_study_is_a_dry_run(costed):
    _, study, _ = costed
    checked = good("check", study)
    assert checked == good("run", study, "--dry-run")
    assert checked.out == (
        f"{study}: no fault in 11 files, 100 patients in 2 segments, 4 prices, and every share, stay, quantity and loop of "
        "baseline, shorter_stay.\nNothing was costed, so these were not looked at: whether every change moves anything; "
        "what each change does; that every cut sums to the total.\n"
    )


def test_check_goes_on_after_a_fault(study):
    edit(study.parent, "pathway.yaml", "home: 0.4", "home: 0.39")
    ran = run_cli("check", study.with_name("pathway.yaml"), study.with_name("rules.yaml"), study.with_name("gone.yaml"))
    assert ran.code == 2
    assert ran.out == f"{study.with_name('rules.yaml')}: no fault in the file itself\n"
    assert "sum to 0.99" in ran.err
    assert "gone.yaml: there is no such file" in ran.err


def test_check_says_when_a_scenario_has_no_pathway_to_be_checked_against(study):
    study.with_name("pathway.yaml").unlink()
    assert "its names are not checked" in good("check", study.with_name("shorter_stay.yaml")).err


SHIPPED = {
    "pathway": [each.file for each in library_pathways()],
    "scenario": [file for each in library_pathways() for file in each.scenarios],
    "study": [*ROOT.glob("examples/*/study.yaml"), *ROOT.glob("pathways/*/study.yaml")],
    "rules": [*ROOT.glob("examples/*/unit_cost_rules.yaml")],
}


@pytest.mark.parametrize("kind", SHIPPED)
def test_schema_takes_every_file_that_ships(kind):
    schema = json.loads(good("schema", kind).out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SHIPPED[kind]
    for file in SHIPPED[kind]:
        assert accepts(schema, load_document(file).tree, schema), file


def test_pathways_lists_the_library():
    listed = good("pathways").out
    for each in library_pathways():
        assert each.name in listed
        assert each.title in listed


def test_pathways_show_draws_mermaid():
    drawn = good("pathways", "show", "elective_knee").out
    assert "flowchart LR" in drawn
    assert drawn.count("subgraph") == drawn.count("\n  end\n")
    assert "nearest: 'elective_knee'" in run_cli("pathways", "show", "elective_kne").err


@pytest.mark.parametrize("topic", [each.name for each in library_pathways()])
def test_new_gives_a_study_that_runs(topic, tmp_path):
    ran = good("new", topic, tmp_path / "mine")
    assert f"pathway-cost run {tmp_path / 'mine' / 'study.yaml'}" in ran.out
    before = tree(tmp_path)
    again = run_cli("new", topic, tmp_path / "mine")
    assert again.code == 2
    assert "exists already" in again.err
    assert tree(tmp_path) == before
    good("run", tmp_path / "mine" / "study.yaml", "--out", tmp_path / "mine" / "out")
    assert run_cli("new", f"{topic}s", tmp_path / "other").code == 2


# --- extracts and prices -----------------------------------------------------------------------------------------------------
def test_plics_read_and_check(costed, tmp_path):
    _, study, _ = costed
    files = [study.parent / APC, study.parent / CSCC]
    checked = good("plics", "check", *files)
    assert "20,400.00" in checked.out
    ran = good("plics", "read", study.parent / "plics" / "*.xml", "--out", tmp_path / "store")
    assert ran.out.startswith(checked.out)
    assert sorted(path.name for path in (tmp_path / "store").iterdir()) == [
        "controls.csv",
        "cost_lines.parquet",
        "events.parquet",
    ]
    assert float(pd.read_parquet(tmp_path / "store" / "cost_lines.parquet")["TotCst"].sum()) == 20_560
    assert "exists already" in run_cli("plics", "read", *files, "--out", tmp_path / "store").err


def test_plics_read_of_a_bad_extract_leaves_nothing(tmp_path):
    folder = tmp_path / "study"
    write_study(folder)
    edit(folder, APC, ">5200<", ">-<")
    before = tree(tmp_path)
    for command in (["plics", "check", folder / APC], ["plics", "read", folder / APC, "--out", tmp_path / "store"]):
        ran = run_cli(*command)
        assert (ran.code, ran.out) == (2, "")
        assert "row 2 (TotCst)" in ran.err
    assert tree(tmp_path) == before


def test_unit_costs_made_answer_as_a_table(costed, tmp_path):
    _, study, _ = costed
    made = tmp_path / "made.csv"
    assert good("unit-costs", "make", study, "--out", made).out == f"Written: {made} (3 rows)\n"
    prices = pd.read_csv(made).set_index("unit_cost")["value_gbp"].to_dict()
    assert prices == {"theatre.knee": 5000.0, "ward.bed_day": 450.0, "physio.contact": 80.0}
    assert "exists already" in run_cli("unit-costs", "make", study, "--out", made).err
    other = write_study(tmp_path / "study")
    edit(tmp_path / "study", "study.yaml", '  - plics: {files: "plics/*.xml", rules: rules.yaml}', f"  - table: {made}")
    assert f"£{TOTAL_GBP:,.0f}" in good("run", other, "--out", tmp_path / "out").out


def test_unit_costs_show_says_where_each_price_is_from(costed, study):
    shown = good("unit-costs", "show", costed[1]).out
    for words in ("theatre.knee", "5,000.00", "rule theatre.knee, 3 records", "gp.consult", "PLICS: no such key"):
        assert words in shown
    ran = run_cli("unit-costs", "make", study, "--out", study.with_name("made.csv"))
    assert ran.code == 2
    assert "no `plics:` set" in ran.err


def test_national_import_reads_the_published_layout(tmp_path):
    book, line = openpyxl.Workbook(), "HN22A - Very Major Knee Procedures, CC Score 8+"
    book.active.title = "Summary HRG"
    for row in [
        [None, "Elective Inpatients"],
        ["Currency", "Activity", "Unit cost", "Cost"],
        [line, 100, 9000.5, 900_050.0],
    ]:
        book.active.append(row)
    book.save(tmp_path / "schedule.xlsx")
    table = tmp_path / "ncc.csv"
    ran = good("national", "import", tmp_path / "schedule.xlsx", "--year", "2024/25", "--out", table)
    assert ran.out == f"Written: {table} (1 lines)\n"
    study = write_study(tmp_path / "study", extracts=False)
    edit(tmp_path / "study", "study.yaml", "  - table: prices.csv", f"  - table: prices.csv\n  - national: {table}")
    edit(tmp_path / "study", "prices.csv", "theatre.knee,RXX,5000,episode,part,2024-25,Made up\n", "")
    line = 'theatre.knee: {unit: episode, covers: whole, national: {department: Elective Inpatients, code: "HN22A"}}'
    edit(tmp_path / "study", "pathway.yaml", "theatre.knee: {unit: episode, covers: part}", line)
    ward = "unit: bed_day, covers: part, overlap: allowed, reason: Days beyond those of the schedule"
    edit(tmp_path / "study", "pathway.yaml", "unit: bed_day, covers: part", ward)
    assert "9,000.50" in good("unit-costs", "show", study).out
    wrong = run_cli("national", "import", tmp_path / "schedule.xlsx", "--year", "2024", "--out", tmp_path / "x.csv")
    assert wrong.code == 2
    assert "'2024' is no financial year" in wrong.err


def test_cohort_make_is_seeded(tmp_path):
    (tmp_path / "segments.csv").write_text("frail,share,age_low,age_high\nno,0.8,60,70\nFrail,0.2,71,90\n")

    def made(name, seed):
        good("cohort", "make", tmp_path / "segments.csv", "--patients", 500, "--seed", seed, "--out", tmp_path / name)
        return (tmp_path / name).read_bytes()

    assert made("one.csv", 7) == made("two.csv", 7) != made("three.csv", 8)
    assert made("one.parquet", 7) == made("two.parquet", 7)
    drawn = pd.read_csv(tmp_path / "one.csv")
    assert (len(drawn), drawn["patient_id"].nunique()) == (500, 500)
    assert drawn.groupby("frail")["age"].agg(["min", "max"]).loc["no"].between(60, 70).all()
    for arguments in (
        ["segment.csv", "--out", "x.csv"],
        ["segments.csv", "--out", "one.csv"],
        ["segments.csv", "--out", "x.txt"],
    ):
        file, option, out = arguments
        assert (
            run_cli("cohort", "make", tmp_path / file, "--patients", 5, "--seed", 7, option, tmp_path / out).code == 2
        )
