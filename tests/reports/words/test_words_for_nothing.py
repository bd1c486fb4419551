"""Levels called `none`, `nan` or `NA` are levels like any other, in every file that is written and by every reader."""

from __future__ import annotations

import csv
import json

import openpyxl
import pandas as pd
import pytest

import pathway_cost as pc
from pathway_cost.reports.words.csv_text import csv_bytes
from pathway_cost.reports.words.words import NOTHING, is_missing, plain
from tests.cli.toy_study import edit, run_cli, write_study

WORDS = ["none", "nan", "null", "NA", "None", "true", "-", "total", "N/A", "<NA>", "NaT"]
PEOPLE = {word: 10 + place for place, word in enumerate(WORDS)}
EXTRA = 70  # pounds a knee of each of these, over that of the others


def listed(items):
    return ", ".join(f'"{item}"' for item in items)


def study_of_words(folder, reader):
    """A study whose levels are the words, each priced by its own row; its cohort is read by that reader."""
    study = write_study(folder, extracts=False)
    edit(folder, "pathway.yaml", "levels: [no, Frail]", f"levels: [{listed(WORDS)}]")
    edit(folder, "pathway.yaml", "{no: 0.1, Frail: 0.5}", "{" + ", ".join(f'"{word}": 0.1' for word in WORDS) + "}")
    people = pd.DataFrame(
        {"patient_id": [f"P{at}" for at in range(len(WORDS))], "frail": WORDS, "weight": PEOPLE.values()}
    )
    if reader == "csv":
        people.to_csv(folder / "cohort.csv", index=False)
    elif reader == "xlsx":
        people.to_excel(folder / "cohort.xlsx", index=False)
    else:
        people.to_parquet(folder / "cohort.parquet")
    edit(folder, "study.yaml", "cohort.csv", f"cohort.{reader}")
    rows = (folder / "prices.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"{rows[0]},level", *(f"{row}," for row in rows[1:] if not row.startswith("physio"))]
    rows += [
        f"physio.contact,RYY,{80 + EXTRA * at},contact,whole,2024-25,Made up,frail={word}"
        for at, word in enumerate(WORDS)
    ]
    (folder / "prices.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return study


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    ran = run_cli("run", study_of_words(folder, "csv"), "--out", folder / "out")
    assert ran.code == 0, ran.err
    return folder / "out"


def test_the_csv(written):
    with (written / "by_segment.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["scenario"] == "baseline"]
    assert people_and_extras(rows) == AS_STATED


@pytest.mark.parametrize("reader", ["xlsx", "parquet"])
def test_every_reader(tmp_path, reader):
    study = study_of_words(tmp_path, reader)
    edit(tmp_path, "study.yaml", "compare: [baseline, shorter_stay]", "compare: [baseline]")
    segments = pc.run(pc.load_study(study)).by_segment
    assert people_and_extras(segments[segments["scenario"] == "baseline"].to_dict("records")) == AS_STATED


def people_and_extras(rows):
    """Patients of each word, and pounds a patient more than those of "none"."""
    each = {row["frail"]: float(row["gbp_per_patient"]) for row in rows}
    return {row["frail"]: float(row["patients"]) for row in rows}, [each[word] - each["none"] for word in WORDS]


CONTACTS = 0.6 / 0.99 * 0.1 * 3  # a patient
AS_STATED = PEOPLE, pytest.approx([CONTACTS * EXTRA * at for at in range(len(WORDS))])


def test_the_workbook(written):
    book = openpyxl.load_workbook(written / "workbook.xlsx", read_only=True, data_only=True)
    held = {name: [cell for row in book[name].iter_rows(values_only=True) for cell in row] for name in book.sheetnames}
    book.close()
    for word in WORDS:
        assert held["Segment"].count(word) >= 2, word  # in the baseline and in the scenario
        assert f"frail={word}" in held["Unit costs"]


def test_the_page_and_the_record(written):
    page = (written / "report.html").read_text(encoding="utf-8")
    assert all(f"frail={word}".replace("<", "&lt;").replace(">", "&gt;") in page for word in WORDS)
    record = json.loads((written / "run.json").read_text(encoding="utf-8"))
    assert record["totals"]["baseline"]["patients"] == sum(PEOPLE.values())


@pytest.mark.parametrize("nothing", [None, float("nan"), "", pd.NA, pd.NaT])
def test_nothing_is_a_dash(nothing):
    assert is_missing(nothing)
    assert plain(nothing) == NOTHING


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_something(word):
    assert plain(word) == word
    assert csv_bytes(pd.DataFrame({"level": [word]})).decode().splitlines()[1] == word
