"""Every command: its help, its exit codes, what it prints where, what it writes, and what it does not even import."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import openpyxl
import pandas as pd
import pytest

from pathway_cost import costing
from pathway_cost.specs.library import library_pathways
from pathway_cost.specs.load import load_document
from tests.cli.commands_page import PAGE, commands, help_of, page
from tests.cli.toy_study import APC, CSCC, TOTAL_GBP, edit, run_cli, tree, write_study
from tests.specs.test_schema import accepts

ROOT = Path(__file__).parents[2]
HEAVY = {
    "numpy", "pandas", "pydantic", "pyarrow", "ibis", "duckdb", "lxml", "plotly", "networkx", "ruamel.yaml", "numba",
    "scipy", "narwhals", "xlsxwriter", "python_calamine", "rich",
}  # fmt: skip
NAMES = dict(commands())


@pytest.fixture(scope="module")
def costed(tmp_path_factory):
    """The toy study, run once with extracts: what it said, its folder, its results."""
    folder = tmp_path_factory.mktemp("toy")
    study = write_study(folder / "study")
    return run_cli("run", study, "--out", folder / "out", "--patients"), study, folder / "out"


@pytest.fixture
def study(tmp_path):
    return write_study(tmp_path / "study", extracts=False)


def good(*arguments):
    ran = run_cli(*arguments)
    assert ran.code == 0, ran.err
    return ran


# --- help -----------------------------------------------------------------------------------------------------------------
def test_the_page_of_commands_is_not_stale():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.cli.commands_page"


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_an_example(name):
    text = help_of(name, NAMES[name])
    examples = re.findall(r"^ +(pathway-cost .*)$", text.partition("Example:")[2], re.MULTILINE)
    assert examples
    for example in examples:
        words, command = shlex.split(example)[1:], NAMES["pathway-cost"]
        while isinstance(command, click.Group) and words and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        known = {option for parameter in command.params for option in parameter.opts} | {">"}
        assert {word for word in words if word.startswith("--")} <= known, example
        assert any(example.startswith(name) for example in examples)
        files = [word for word in words if word.startswith(("examples/", "pathways/"))]
        assert all(list(ROOT.glob(file)) for file in files), example


@pytest.mark.parametrize("name", NAMES)
def test_every_option_says_what_it_is_for(name):
    options = [each for each in NAMES[name].params if isinstance(each, click.Option)]
    assert all(each.help for each in options)


def test_help_is_printed_on_stdout_and_usage_faults_on_stderr():
    assert good("--help").out.startswith("Usage: pathway-cost")
    assert good("run", "-h").err == ""
    for wrong in (["runn"], ["run"], ["run", "--replce"], ["schema", "pathwy"], ["cohort", "make"]):
        ran = run_cli(*wrong)
        assert (ran.code, ran.out) == (2, "")
        assert "Usage: pathway-cost" in ran.err
    assert "Did you mean 'run'" in run_cli("runn").err


def imported(code, *arguments, cwd=ROOT):
    """The heavy packages in memory after some Python code, and its last line of output."""
    tail = f"import sys\nprint(sorted({HEAVY!r} & set(sys.modules)))"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}\n{tail}", *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=cwd, env=environment,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return set(json.loads(ran.stdout.splitlines()[-1].replace("'", '"')))


def test_importing_the_package_imports_nothing_heavy():
    assert imported("import pathway_cost\nassert 'run' in dir(pathway_cost)") == set()


def test_help_of_every_command_imports_nothing_heavy():
    calls = [[*name.split()[1:], "--help"] for name in NAMES]
    assert (
        imported(f"from pathway_cost.cli import main\nfor call in {calls!r}: assert main._exit_code(call) == 0")
        == set()
    )


def test_a_study_without_extracts_imports_neither_ibis_nor_duckdb(study, tmp_path):
    found = imported(
        "import sys\nfrom pathway_cost.cli import main\nassert main._exit_code(sys.argv[1:]) == 0",
        "run", study, "--out", tmp_path / "out",
    )  # fmt: skip
    assert {"numpy", "pandas", "pydantic"} <= found
    assert not {"ibis", "duckdb", "lxml", "numba"} & found


def test_python_m_works_from_any_folder(study):
    ran = subprocess.run(
        [sys.executable, "-m", "pathway_cost", "check", "study.yaml"],
        capture_output=True, text=True, check=False, cwd=study.parent, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "study.yaml: no fault\n", "")


def test_a_terminal_without_our_characters_stops_no_command(study):
    edit(study.parent, "pathway.yaml", "title: Knee replacement", "title: Knee → replacement")
    for call in (
        ["pathways", "show", study.with_name("pathway.yaml")],
        ["schema", "pathway"],
        ["unit-costs", "show", study],
    ):
        ran = subprocess.run(
            [sys.executable, "-m", "pathway_cost", *map(str, call)],
            capture_output=True, check=False, env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "cp1252"},
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout.decode("cp1252")


# --- run ----------------------------------------------------------------------------------------------------------------
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
        "beside.csv", "bridge.csv", "by_component.csv", "by_organisation.csv", "by_segment.csv", "by_setting.csv",
        "coverage.csv", "patients_local.parquet", "report.html", "run.json", "summary.csv", "unit_costs_used.csv",
        "workbook.xlsx",
    ]  # fmt: skip
    summary = pd.read_csv(out / "summary.csv")
    assert summary["total_gbp"][0] == pytest.approx(TOTAL_GBP, rel=1e-12)
    for cut in ("by_setting", "by_organisation", "by_component", "by_segment"):
        frame = pd.read_csv(out / f"{cut}.csv")
        assert frame.loc[frame["scenario"] == "baseline", "gbp"].sum() == pytest.approx(TOTAL_GBP, rel=1e-12)


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
    assert ran.out == f"{study}: no fault; nothing costed, nothing written.\n"
    assert "warning: " in ran.err
    edit(study.parent, "cohort.csv", "NA,no,50", "NA,no,-50")
    assert run_cli("run", study, "--dry-run").code == 2
    edit(study.parent, "cohort.csv", "NA,no,-50", "NA,no,50")
    assert tree(tmp_path) == before


def test_strict_turns_warnings_into_faults(study, tmp_path):
    ran = run_cli("run", study, "--out", tmp_path / "out", "--strict")
    assert ran.code == 2
    assert ran.err.startswith("strict: 1 fault\n")
    assert "pathway.yaml:" in ran.err
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

    monkeypatch.setattr("pathway_cost.reports.workbook.workbook_bytes", interrupted)
    before = tree(tmp_path)
    ran = run_cli("run", study, "--out", tmp_path / "out")
    assert ran.code == 2
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


# --- check, schema, library ------------------------------------------------------------------------------------------------
def test_check_reads_each_kind_of_file(costed):
    _, study, _ = costed
    files = [study.with_name(name) for name in ("study.yaml", "pathway.yaml", "shorter_stay.yaml", "rules.yaml")]
    assert good("check", *files).out == "".join(f"{file}: no fault\n" for file in files)


def test_check_goes_on_after_a_fault(study):
    edit(study.parent, "pathway.yaml", "home: 0.4", "home: 0.39")
    ran = run_cli("check", study.with_name("pathway.yaml"), study.with_name("rules.yaml"), study.with_name("gone.yaml"))
    assert ran.code == 2
    assert ran.out == f"{study.with_name('rules.yaml')}: no fault\n"
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
