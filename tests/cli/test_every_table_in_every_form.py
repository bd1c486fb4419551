"""Every table that a study names, as CSV, workbook and Parquet: the same pounds, or the user is told."""

from __future__ import annotations

import io
import json

import openpyxl
import pandas as pd
import pytest

import pathway_cost as pc
from tests.cli.refusals import refused
from tests.cli.toy_study import ALL_PRICES, COHORT, TOTAL_GBP, edit, good, run_cli, write_study

REPORT = "report_per: [surgery]"
COMPONENTS = "ActCstID,ResCstID,component,description\nTHR*,*,theatre,Theatres\n*,*,ward,\n"
POSTCODES = "postcode,lsoa,deprivation_fifth\nZZ99 3WZ,E01,2\n"
DRAWS = "los\n4\n4\n"
INDEX = "index,price_year,rate,edition,source,grade\nnhscii,2024-25,0.05,2025,Made up,local\n"
MFF = "organisation,factor\nRXX,1.1\n"

SEEN = "los: {value: 4, se: 0.2, unit: day}"
NAMED = {
    "cohort": (COHORT, "cohort: cohort.csv", "cohort: {}", "frail"),
    "prices": (ALL_PRICES, "table: prices.csv", "table: {}", "organisation"),
    "index": (INDEX, REPORT, f"{REPORT}\nprice_index: {{{{file: {{}}}}}}", "grade"),
    "mff": (MFF, REPORT, f"{REPORT}\nmff: {{}}", "organisation"),
    "draws": (DRAWS, REPORT, f"{REPORT}\nuncertainty: {{{{table: {{}}}}}}", "los"),
    "components": (COMPONENTS, "rules: rules.yaml", "rules: rules.yaml, components: {}", "description"),
    "postcodes": (POSTCODES, "rules: rules.yaml", "rules: rules.yaml, postcodes: {}", "lsoa"),
}
"""Table → its text, the line of the study that names it, how it is named, a column that may be left out."""
OF_EXTRACTS = ("components", "postcodes")


def as_file(text, folder, form):
    """The text of a table as a file of this form; what the study calls it."""
    table = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)
    match form:
        case "csv":
            (folder / "given.csv").write_text(text, encoding="utf-8")
        case "xlsx":
            table.to_excel(folder / "given.xlsx", index=False, sheet_name="Sheet")
        case "parquet":
            table.to_parquet(folder / "given.parquet")
        case "indexed":
            table.set_index(table.columns[0]).to_parquet(folder / "given.parquet")
            return "given.parquet"
    return f"given.{form}"


def study_with(folder, name, form, change=lambda text: text):
    """The toy study with one of its tables in this form."""
    text, old, new, _ = NAMED[name]
    study = write_study(folder, extracts=name in OF_EXTRACTS)
    edit(folder, "study.yaml", old, new.format(as_file(change(text), folder, form)))
    if name == "draws":
        edit(folder, "pathway.yaml", "los: {value: 4, unit: day}", SEEN)
    return study


def heading(name, change):
    """Changes one name of the header."""
    return lambda text: text.replace(name, change(name), 1)


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "indexed"])
@pytest.mark.parametrize("name", NAMED)
def test_the_same_pounds(name, form, tmp_path):
    result = pc.run(study_with(tmp_path, name, form))
    assert result["baseline"].total_gbp == pytest.approx(TOTAL_GBP, abs=0.005)
    assert not [note for note in result.notes if note.rule in {"column_unused", "hidden_cells_read"}]


@pytest.mark.parametrize(
    ("form", "slip"), [("csv", lambda name: f" {name}"), ("xlsx", str.upper), ("indexed", str.upper)]
)
@pytest.mark.parametrize("name", [name for name in NAMED if name != "mff"])
def test_a_slip_in_a_header_is_refused(name, slip, form, tmp_path):
    study = study_with(tmp_path, name, form, heading(NAMED[name][3], slip))
    message = refused(run_cli("run", study, "--out", tmp_path / "out")) if form in {"csv", "xlsx"} else ""
    ran = run_cli("check", study)
    assert ran.code == 2
    assert "nearest: " in ran.err
    assert NAMED[name][3] in ran.err
    assert form not in {"csv", "xlsx"} or message == ran.err
    assert not (tmp_path / "out").exists()


WITH_WARD = {name: text.replace("\n", ",ward 7\n").replace(",ward 7", ",ward", 1) for name, (text, *_) in NAMED.items()}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("name", [name for name in NAMED if name != "draws"])
def test_another_column_is_noted_in_terminal_and_record(name, form, tmp_path):
    study = study_with(tmp_path, name, form, lambda _: WITH_WARD[name])
    ran = good("run", study, "--out", tmp_path / "out")
    said = f"given.{form}: not read: the column 'ward'"
    assert ran.said.count(said) == 1
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert json.dumps(record).count("not read: the column 'ward'") == 1
    assert said in good("check", study).said


@pytest.mark.parametrize("name", NAMED)
def test_hidden_rows_are_read_and_noted(name, tmp_path):
    study = study_with(tmp_path, name, "xlsx")
    book = openpyxl.load_workbook(tmp_path / "given.xlsx")
    book.active.row_dimensions[2].hidden = True
    book.save(tmp_path / "given.xlsx")
    result = pc.run(study)
    assert result["baseline"].total_gbp == pytest.approx(TOTAL_GBP, abs=0.005)
    said = [str(note) for note in result.notes if note.rule == "hidden_cells_read"]
    assert len(said) == 1
    assert "1 hidden or filtered row of the sheet (2)" in said[0]
    assert "1 hidden or filtered row" in good("check", study).said


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("cohort", "C3"),
        ("prices", "B3"),
        ("index", "C2"),
        ("mff", "B2"),
        ("draws", "A2"),
        ("components", "C2"),
        ("postcodes", "B2"),
    ],
)
def test_an_error_of_the_workbook_is_refused(name, place, tmp_path):
    study = study_with(tmp_path, name, "xlsx")
    book = openpyxl.load_workbook(tmp_path / "given.xlsx")
    book.active[place] = "#N/A"
    book.active[place].data_type = "e"
    book.save(tmp_path / "given.xlsx")
    message = refused(run_cli("run", study, "--out", tmp_path / "out"))
    assert f"given.xlsx#Sheet ({place}): cell {place} holds an error (#N/A)" in message


SEPARATED = {name: text.replace(",", ";") for name, (text, *_) in NAMED.items() if name != "draws"}


@pytest.mark.parametrize("name", SEPARATED)
def test_another_separator_is_refused(name, tmp_path):
    message = refused(
        run_cli("run", study_with(tmp_path, name, "csv", lambda _: SEPARATED[name]), "--out", tmp_path / "out")
    )
    assert message.count("\n") == 2
    assert "given.csv: the cells are separated by semicolons" in message


@pytest.mark.parametrize("name", NAMED)
def test_utf16_is_refused(name, tmp_path):
    study = study_with(tmp_path, name, "csv")
    text = (tmp_path / "given.csv").read_text(encoding="utf-8")
    (tmp_path / "given.csv").write_text(text, encoding="utf-16")
    assert "given.csv: the file is UTF-16 text" in refused(run_cli("run", study, "--out", tmp_path / "out"))
