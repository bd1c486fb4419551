"""A whole run of real patients: no file that is handed on holds figures of few PLICS records; a made-up twin holds all."""

from __future__ import annotations

import csv
import json
import re
from decimal import Decimal

import openpyxl
import pytest

from tests.cli import toy_study
from tests.cli.toy_study import edit, good, write_study

PATIENTS = "patient_id,frail\n" + "".join(f"P{at:03d},{'Frail' if at < 10 else 'no'}\n" for at in range(100))
"""Ten frail patients and ninety others: no group of them is small."""
THEATRE = [Decimal(4000 + 10 * number) for number in range(40)]
"""Forty knees, £4,195 on average, each with £1,800 of ward."""
IMAGING = {0: "321.17", 1: "289.30", 2: "305.03"}
"""Of three of them, beside: £915.50 that no price carries."""
CONTACTS = ("75.10", "86.05")
"""£161.15: £80.575 a contact."""
UNFINISHED = ("1111.11", "2222.22")
SECRETS = ("915.50", "915.5", "321.17", "161.15", "80.575", "3333.33", "1111.11", "2222.22")
"""Pounds of fewer than eight records, summed or one by one."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """What a run of real patients leaves and says, and what its made-up twin does."""
    found = {}
    for name in ("real", "made_up"):
        folder = tmp_path_factory.mktemp(name)
        write_study(folder)
        (folder / "cohort.csv").write_text(PATIENTS, encoding="utf-8")
        (folder / toy_study.APC).write_text(_knees(), encoding="utf-8")
        (folder / toy_study.CSCC).write_text(_contacts(), encoding="utf-8")
        if name == "real":
            edit(folder, "study.yaml", "synthetic: true", "synthetic: false")
        ran = good("run", folder / "study.yaml", "--out", folder / "out")
        found[name] = folder / "out", ran
    return found


def _knees():
    records = []
    for number, theatre in enumerate(THEATRE):
        lines = [("THR001", 90, "CPF002", str(theatre)), ("WRD001", 4, "CPF005", "1800")]
        lines += [("IMG001", 1, "CPF003", IMAGING[number])] if number in IMAGING else []
        records.append(_knee(number, lines, EpType="3"))
    records += [_knee(50 + number, [("THR001", 9, "CPF002", gbp)], EpType="1") for number, gbp in enumerate(UNFINISHED)]
    return toy_study._extract("APC", "RXX", records)


def _knee(number, lines, **changes):
    fields = {
        "OrgId": "RXX", "PLEMI": f"PLEMI{88001 + number}", "CDSID": f"CDS{88000001 + number}", "NHSNo": None, "NhsSt": "07",
        "Postcd": None, "DoB": None, "Gendr": "2", "PathId": None, "PatOrgId": None, "Pod": "EL",
        "HSpellNo": f"SPELL{88001 + number}", "EpiNo": "01", "EpStDte": "2024-06-03", "EpEnDte": "2024-06-07", "Tfc": "110",
        "CFBand": None, "HrgFce": "HN22A", "HrgSpl": "HN22A", "Alos": "4", **changes,
    }  # fmt: skip
    return toy_study._activity(fields, lines), sum((Decimal(line[3]) for line in lines), Decimal(0))


def _contacts():
    return toy_study._extract("CSCC", "RYY", [toy_study._contact(number, gbp) for number, gbp in enumerate(CONTACTS)])


def rows(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def everything(folder):
    """File → all its text; of the workbook the text and figures of every cell, live formulas with their values."""
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.suffix != ".xlsx"}
    book = openpyxl.load_workbook(folder / "workbook.xlsx", data_only=True)
    found["workbook.xlsx"] = "\n".join(
        str(cell) for sheet in book for row in sheet.values for cell in row if cell is not None
    )
    return found


# --- of real patients ----------------------------------------------------------------------------------------------
def test_no_file_holds_pounds_of_fewer_than_eight_records(folders):
    folder, ran = folders["real"]
    for name, text in {**everything(folder), "the terminal": ran.out + ran.err}.items():
        plain = text.replace(",", "") if name.endswith((".html", ".json")) else text
        for secret in SECRETS:
            assert not re.search(rf"(?<![\d.]){re.escape(secret)}0*(?!\d)", plain), f"{secret} stands in {name}"


def test_no_file_counts_fewer_than_eight_records(folders):
    folder, ran = folders["real"]
    for name in ("coverage.csv", "unit_costs_used.csv"):
        for row in rows(folder, name):
            counts = [row[column] for column in ("records", "lines", "n") if row.get(column)]
            assert not [count for count in counts if count != "*" and float(count) < 8], row
    for name, text in {**everything(folder), "the terminal": ran.err}.items():
        assert not re.search(r"(?<!1 to )\b[1-7] (APC |CSCC )?(records?|cost lines?|spells?)\b", text), name
        assert not re.search(r"n = [1-7]\b", text), name


def test_what_is_hidden_is_a_star_and_shown_pounds_still_sum(folders):
    covered = rows(folders["real"][0], "coverage.csv")
    stars = [(row["class"], row["activity"]) for row in covered if row["gbp"] == "*"]
    assert ("no price carries", "IMG001") in stars
    assert ("work in progress", "THR001") in stars
    assert [name for name, _ in stars].count("total") == 1  # of the two contacts; of the knees it is shown
    of_knees = {row["class"]: row for row in covered if row["organisation"] == "RXX" and row["gbp"] != "*"}
    whole = sum(THEATRE) + 40 * 1800 + Decimal("915.50") + Decimal("3333.33")
    assert Decimal(of_knees["total"]["gbp"]) == whole
    shown = [Decimal(row["gbp"]) for name, row in of_knees.items() if name not in ("total", "difference")]
    assert sum(shown) == whole
    assert Decimal(of_knees["difference"]["gbp"]) == 0


def test_a_price_of_two_contacts_is_two_figures_wherever_it_is_used(folders):
    folder, ran = folders["real"]
    [contact] = [row for row in rows(folder, "unit_costs_used.csv") if row["unit_cost"] == "physio.contact"]
    assert (contact["value_gbp"], contact["n"], contact["se_total"]) == ("81.0", "*", "*")
    assert contact["source"] == "PLICS CSCC RYY FY2024-25, rule physio.contact, number of records hidden"
    [use] = [
        row
        for row in rows(folder, "by_organisation.csv")
        if row["organisation"] == "RYY" and row["scenario"] == "baseline"
    ]
    patients = 0.6 / 0.99 * 0.1 * 90 + 0.6 / 0.95 * 0.5 * 10
    assert float(use["gbp"]) == pytest.approx(81 * 3 * patients)
    assert "warning: rules.physio.contact: RYY 2024-25: so few records stand behind the price" in ran.err


def test_page_workbook_and_record_say_what_a_star_means(folders):
    folder, _ = folders["real"]
    meaning = "* hidden: 1 to 7 records, or few records make nearly all the pounds, and what would give those back"
    found = everything(folder)
    assert all(meaning in found[name] for name in ("report.html", "workbook.xlsx"))
    tables = json.loads(found["run.json"])["tables"]
    told = {
        name: [column["name"] for column in tables[name]["columns"] if column.get("hidden") == meaning]
        for name in tables
    }
    sheet = openpyxl.load_workbook(folder / "workbook.xlsx")["Coverage"]
    cells = [[cell for cell in row if cell == "*"] for row in sheet.values]
    assert [len(row) for row in cells if row] == [
        3,
        3,
        3,
        3,
        2,
        1,
        3,
        2,
    ]  # knees, what is hidden together, total, contacts, total
    assert {name: columns for name, columns in told.items() if columns} == {
        "coverage.csv": ["records", "lines", "gbp"],
        "unit_costs_used.csv": ["n", "se_total"],
    }


def test_notes_say_fewer_than_eight(folders):
    folder, ran = folders["real"]
    notes = [note["what"] for note in json.loads((folder / "run.json").read_text(encoding="utf-8"))["notes"]]
    assert "RXX 2024-25: work in progress: fewer than 8 records" in notes
    assert all(note in ran.err for note in notes)


def test_totals_that_somebody_typed_stay_in_the_study(folders, tmp_path):
    folder = folders["real"][0].parent
    old = 'plics: {files: "plics/*.xml", rules: rules.yaml}'
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    (folder / "typed.yaml").write_text(
        text.replace(old, old[:-1] + ", expect: [{file: CSCC_FY2024-25_M12_RYY_01.xml, gbp: 161.15, records: 2}]}"),
        encoding="utf-8",
    )
    good("run", folder / "typed.yaml", "--out", tmp_path / "out")
    assert "161.15" not in (tmp_path / "out" / "run.json").read_text(encoding="utf-8")


def test_a_table_of_prices_hides_the_same_and_is_read_back(folders, tmp_path):
    folder = folders["real"][0].parent
    good("unit-costs", "make", folder / "study.yaml", "--out", tmp_path / "prices.csv")
    made = {row["unit_cost"]: row for row in rows(tmp_path, "prices.csv")}
    contact = made["physio.contact"]
    assert (contact["value_gbp"], contact["n"], contact["se_total"]) == ("81.0", "", "")
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    old = 'plics: {files: "plics/*.xml", rules: rules.yaml}'
    (folder / "from_table.yaml").write_text(text.replace(old, f"table: {tmp_path / 'prices.csv'}"), encoding="utf-8")
    good("run", folder / "from_table.yaml", "--out", tmp_path / "out")
    [read] = [row for row in rows(tmp_path / "out", "unit_costs_used.csv") if row["unit_cost"] == "physio.contact"]
    assert (read["value_gbp"], read["n"], read["se_total"]) == ("81.0", "*", "*")


# --- made up -------------------------------------------------------------------------------------------------------
def test_of_a_made_up_twin_nothing_is_hidden(folders):
    folder, ran = folders["made_up"]
    found = everything(folder)
    assert not any("* hidden" in text for text in found.values())
    covered = {(row["organisation"], row["class"], row["activity"]): row for row in rows(folder, "coverage.csv")}
    imaging = covered["RXX", "no price carries", "IMG001"]
    assert (imaging["records"], imaging["lines"], Decimal(imaging["gbp"])) == ("3", "3", Decimal("915.50"))
    [contact] = [row for row in rows(folder, "unit_costs_used.csv") if row["unit_cost"] == "physio.contact"]
    assert (contact["value_gbp"], contact["n"]) == ("80.575", "2.0")
    assert contact["source"].endswith("rule physio.contact, 2 records")
    assert "work in progress: 2 records, £3,333.33" in ran.err
