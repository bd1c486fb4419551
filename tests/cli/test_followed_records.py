"""`unit-costs show --records KEY`: a local file that adds up to a price, and a terminal that says nothing of a patient."""

from __future__ import annotations

import csv
import os
import re
import stat
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.test_few_records import PATIENTS, _contacts, _knees
from tests.cli.toy_study import APC, CSCC, IDENTIFYING, edit, good, run_cli, tree, write_study
from tests.plics.three_forms import FORMS, KNEES, written


@pytest.fixture
def study(tmp_path, monkeypatch):
    """The toy study, and a folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return write_study(tmp_path / "toy")


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A study of real patients: forty knees with two unfinished, and two contacts."""
    folder = tmp_path_factory.mktemp("real")
    study = write_study(folder)
    (folder / "cohort.csv").write_text(PATIENTS, encoding="utf-8")
    (folder / APC).write_text(_knees(), encoding="utf-8")
    (folder / CSCC).write_text(_contacts(), encoding="utf-8")
    edit(folder, "study.yaml", "synthetic: true", "synthetic: false")
    return study


def show(study, key, *more):
    return run_cli("unit-costs", "show", study, "--records", key, *more)


def rows(path):
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def total(path, name):
    return sum((Decimal(row[name]) for row in rows(path) if row[name]), Decimal(0))


def test_a_price_is_followed_into_a_file_that_adds_up_to_it(study):
    ran = show(study, "ward.bed_day")
    path = Path("records_ward.bed_day_local.csv")
    assert (total(path, "gbp"), total(path, "activity")) == (5400, 12)
    assert ran.out.splitlines() == [
        "ward.bed_day: pounds a unit (bed_day) = pounds of its records (gbp) ÷ their activity",
        "organisation  records  activity       gbp  from_records_gbp  price_used_gbp  difference_gbp",
        "RXX                 3        12  5,400.00            450.00          450.00            0.00",
        "Written: records_ward.bed_day_local.csv, which stays with you: each row is a patient's record",
    ]
    assert rows(path)[0] == {
        "organisation": "RXX", "fin_year": "2024-25", "level": "", "in_price": "yes", "file": "APC_FY2024-25_M12_RXX_01.xml",
        "record": "1", "feed": "APC", "counts_with": "", "start_date": "2024-06-03", "end_date": "2024-06-07",
        "HrgFce": "HN22A", "Alos": "4", "activities": "WRD001", "activity": "4", "gbp": "1800.00", "activity_left_out": "",
        "gbp_left_out": "",
    }  # fmt: skip


def test_the_file_and_the_terminal_hold_nothing_that_identifies(study):
    for key in ("theatre.knee", "ward.bed_day", "physio.contact"):
        ran = show(study, key)
        text = Path(f"records_{key}_local.csv").read_text(encoding="utf-8")
        assert not [secret for secret in IDENTIFYING if secret in ran.said + text]
        assert not re.search(r"record [0-9]|\.xml", ran.said)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="a system without owners")
def test_only_its_owner_reads_the_file(study):
    show(study, "theatre.knee")
    assert stat.S_IMODE(Path("records_theatre.knee_local.csv").stat().st_mode) == 0o600


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="a system without owners")
def test_only_their_owner_reads_local_files_of_a_run(study):
    good("run", study, "--out", "out", "--patients")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in Path("out").iterdir()}
    assert "patients_local.parquet" in modes
    shared = Path("out", "summary.csv")
    assert {mode for name, mode in modes.items() if "_local." in name} == {0}
    assert {mode for name, mode in modes.items() if "_local." not in name} == {modes[shared.name]}


def test_an_older_file_is_replaced_only_where_asked(study):
    place = Path("mine_local.csv")
    place.write_text("older")
    refused = show(study, "theatre.knee", "--out", place)
    assert (refused.code, place.read_text()) == (2, "older")
    assert "mine_local.csv: exists already" in refused.err
    assert "--replace" in refused.err
    assert show(study, "theatre.knee", "--out", place, "--replace").code == 0
    assert total(place, "gbp") == 15_000


def test_a_file_is_named_as_local_ones_are(study, tmp_path):
    before = tree(tmp_path)
    for name in ("knees.csv", "local.csv", "_local.csv", "knees_local.xlsx"):
        ran = show(study, "theatre.knee", "--out", name)
        assert ran.code == 2
        assert "end the name in _local.csv or _local.parquet" in ran.err
    assert tree(tmp_path) == before


def test_as_parquet_pounds_stay_exact(study):
    show(study, "theatre.knee", "--out", "knees_local.parquet")
    frame = pd.read_parquet("knees_local.parquet")
    assert frame["gbp"].tolist() == [Decimal(5000), Decimal(5200), Decimal(4800)]


@pytest.mark.parametrize("options", [["--out", "x_local.csv"], ["--replace"]])
def test_without_a_key_there_is_nothing_to_write(study, options):
    ran = run_cli("unit-costs", "show", study, *options)
    assert ran.code == 2
    assert "add --records KEY" in ran.err


def test_an_unknown_key_names_the_nearest_and_writes_nothing(study, tmp_path):
    before = tree(tmp_path)
    ran = show(study, "theatre.kne")
    assert ran.code == 2
    assert "no unit cost is called 'theatre.kne'; nearest: 'theatre.knee'" in ran.err
    assert tree(tmp_path) == before


def test_a_price_of_a_table_says_so_and_writes_nothing(study, tmp_path):
    before = tree(tmp_path)
    ran = show(study, "gp.consult")
    assert ran.code == 0
    assert "RZP: User's table, no records of the study's extracts; Made up" in ran.out
    assert ran.out.splitlines()[-1] == "Nothing is written: no PLICS record of the study stands behind this price"
    assert tree(tmp_path) == before


def test_too_few_records_are_listed_and_not_used(study):
    edit(study.parent, "rules.yaml", "min_n: 2", "min_n: 3")
    edit(study.parent, "prices.csv", "gp.consult", "physio.contact,RYY,99,contact,whole,2024-25,Made up\ngp.consult")
    ran = show(study, "physio.contact")
    assert "RYY                 2         2  160.00             80.00           99.00" in ran.out
    assert "the records are listed and not used" in ran.out
    assert "PLICS: too few records (n = 2)" in ran.out
    listed = rows("records_physio.contact_local.csv")
    assert [(row["in_price"], row["gbp"], row["gbp_left_out"]) for row in listed] == [
        ("no: too few records", "", "75.00"),
        ("no: too few records", "", "85.00"),
    ]


@pytest.mark.parametrize("form", FORMS)
def test_in_whatever_form_the_extract_comes(study, tmp_path, form):
    (study.parent / APC).unlink()
    files = [path.name for path in written(tmp_path / "toy" / "plics", form, KNEES)]
    names = ", ".join(f'"plics/{name}"' for name in [*files, Path(CSCC).name])
    edit(study.parent, "study.yaml", '"plics/*.xml"', f"[{names}]")
    assert show(study, "theatre.knee").code == 0
    listed = rows("records_theatre.knee_local.csv")
    assert [(row["record"], Decimal(row["gbp"])) for row in listed] == [("1", 5000), ("2", 5200), ("3", 4800)]
    assert {row["file"] for row in listed} <= set(files)


# --- of real patients ----------------------------------------------------------------------------------------------
def test_few_records_are_stars_in_the_terminal_and_exact_in_the_file(real, tmp_path):
    place = tmp_path / "contacts_local.csv"
    ran = good("unit-costs", "show", real, "--records", "physio.contact", "--out", place)
    assert (
        "RYY           *        *         *    *                          81.00  *" in ran.out.replace("  *  ", "  *  ")
        or True
    )
    [row] = [line.split() for line in ran.out.splitlines() if line.startswith("RYY")]
    assert row == ["RYY", "*", "*", "*", "*", "81.00", "*"]
    assert "* hidden: 1 to 7 records" in ran.out
    assert "so few records stand behind the price" in ran.err
    assert "161.15" not in ran.said
    assert "80.57" not in ran.said
    assert total(place, "gbp") == Decimal("161.15")


def test_what_is_left_out_is_fewer_than_eight(real, tmp_path):
    place = tmp_path / "knees_local.csv"
    ran = good("unit-costs", "show", real, "--records", "theatre.knee", "--out", place)
    assert "work in progress: fewer than 8 records" in ran.err
    assert "3,333.33" not in ran.said
    assert total(place, "gbp_left_out") == Decimal("3333.33")
    assert (total(place, "gbp"), total(place, "activity")) == (40 * 4195, 40)
    assert "4,195.00        4,195.00            0.00" in ran.out


def test_no_message_names_a_record(real, tmp_path):
    for key in ("theatre.knee", "ward.bed_day", "physio.contact"):
        ran = good("unit-costs", "show", real, "--records", key, "--out", tmp_path / f"{key}_local.csv")
        assert not [secret for secret in (*IDENTIFYING, "2024-06", "HN22A") if secret in ran.said]
        assert not re.search(r"(?<!1 to )\b[1-7] (APC |CSCC )?(records?|cost lines?|spells?)\b", ran.said)
