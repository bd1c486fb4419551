"""A name, a date of birth, a postcode or an NHS number in any column of any table: no message and no file holds it."""

from __future__ import annotations

import csv
import tempfile
import traceback
import unicodedata
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import pathway_cost as pc
from pathway_cost.errors import PathwayCostError
from tests.cli.toy_study import ALL_PRICES, APC, COHORT, CSCC, NHS_NUMBERS, edit, run_cli, write_study

NAMES = ("John Smith", "SMITH, John", "Ann-Marie O'Neill", "van der Berg", "mr j smith")
BORN = ("15 Jun 1950", "1951-03-17", "17/03/1951", "15JUN1950", "17.3.51", "June 15 1950")
HOMES = ("LS1 4AB", "LS14AB", "zz99 3wz", "LS1 4AB Leeds")
NUMBER = NHS_NUMBERS[0]
NUMBERS = (
    NUMBER, f"{NUMBER[:3]} {NUMBER[3:6]} {NUMBER[6:]}", "-".join((NUMBER[:3], NUMBER[3:6], NUMBER[6:])),
    "\u200b".join((NUMBER[:3], NUMBER[3:6], NUMBER[6:])), NUMBER[:5] + "\u00ad" + NUMBER[5:],
    "".join(chr(ord(digit) + 0xFEE0) for digit in NUMBER), f"{NUMBER[:3]}\u00a0{NUMBER[3:6]}\u00a0{NUMBER[6:]}",
)  # fmt: skip
PLANTED = (*NAMES, *BORN, *HOMES, *NUMBERS)
RUNS = settings(max_examples=25, deadline=None)

WIDE_PRICES = """\
unit_cost,organisation,level,component,value_gbp,unit,covers,price_year,basis,mff,n,se_total,source,licence,grade,accepted,price_index,negative,note
"""
OWN_WORDS = ("source", "licence")
"""Columns that a report prints as they stand: the user's own words on where a price is from."""

ADMITTED = (
    "OrgId",
    "Pod",
    "EpiNo",
    "EpType",
    "Tfc",
    "HrgFce",
    "HrgSpl",
    "Gendr",
    "Alos",
    "ActCstID",
    "ResCstID",
    "ActCnt",
)
CONTACTS = (
    "OrgId", "TeamType", "ConsultType", "CCSubject", "CMedium", "LocCode", "GPTherapyInd", "ChsCcy", "ClinDuration",
    "ActCstID", "ResCstID", "ActCnt",
)  # fmt: skip
HEADS = ("OrgSubmittingID", "FinYr", "FeedType", "NoOfActivityRecords", "TotalCosts")
ONE_WORD = ("Smith", "SMITH", "smith", "O'Neill", "Smith-Jones")
"""Names that a column of codes with digits refuses; in a column of words they cannot be told from words."""


def ways_of(text):
    """The text, and how it would read once what nobody sees is taken out."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    return {text, plain, plain.replace(" ", "") if plain[0].isdigit() else plain}


def written(folder):
    """Everything a run wrote, what is packed in a workbook too."""
    for path in folder.rglob("*"):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                yield from (book.read(name).decode("utf-8", "replace") for name in book.namelist())
        elif path.is_file():
            yield path.read_bytes().decode("utf-8", "replace")


def raised_by(study):
    """What the same study raises in Python: the error, its repr and its chain."""
    with pytest.raises(PathwayCostError) as raised:
        pc.run(study)
    return "\n".join([*traceback.format_exception(raised.value), repr(raised.value), *map(repr, raised.value.problems)])


def left_of(study):
    """Everything that a check and a run of a study leave behind."""
    out = study.parent / "out"
    ran = run_cli("run", study, "--out", out)
    assert ran.code in (0, 2), ran.err
    return "\n".join([ran.said, *written(out)]) if ran.code == 0 else "\n".join([ran.said, raised_by(study)])


def assert_untold(study, planted):
    left = left_of(study)
    assert [way for way in ways_of(planted) if way in left] == []


def rows_of(text):
    return list(csv.reader(text.splitlines()))


def save(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def planted_in(rows, column, text, *, every):
    """The table with a text in one column: in row 0 (the header), in the first row below, or in every one."""
    below = range(1, len(rows)) if every else [1]
    return [[*row[:column], text, *row[column + 1 :]] if number in below else row for number, row in enumerate(rows)]


def wide_prices():
    header = rows_of(WIDE_PRICES)[0]
    narrow, *below = rows_of(ALL_PRICES)
    filled = {"component": "pay", "basis": "table", "n": "40", "se_total": "1", "grade": "local", "accepted": "yes"}
    return [
        header,
        *([(filled | dict(zip(narrow, row, strict=True))).get(name, "") for name in header] for row in below),
    ]


def toy(folder, *, extracts):
    return write_study(Path(folder) / "study", extracts=extracts)


@RUNS
@given(st.sampled_from(["patient_id", "frail", "weight", "ward"]), st.sampled_from((*PLANTED, "Smith")), st.booleans())
def test_no_cell_of_a_cohort_is_told(column, text, every):
    with tempfile.TemporaryDirectory() as folder:
        study = toy(folder, extracts=False)
        rows = [[*row, "ward" if number == 0 else "A"] for number, row in enumerate(rows_of(COHORT))]
        save(study.parent / "cohort.csv", planted_in(rows, rows[0].index(column), text, every=every))
        assert_untold(study, text)


@RUNS
@given(st.sampled_from(rows_of(WIDE_PRICES)[0]), st.sampled_from(PLANTED), st.booleans())
def test_no_cell_of_a_price_table_is_told(column, text, every):
    if column in OWN_WORDS and text not in NUMBERS:
        return
    with tempfile.TemporaryDirectory() as folder:
        study = toy(folder, extracts=False)
        rows = wide_prices()
        save(study.parent / "prices.csv", planted_in(rows, rows[0].index(column), text, every=every))
        assert_untold(study, text)


@RUNS
@given(st.sampled_from(["cohort.csv", "prices.csv"]), st.integers(0, 4), st.sampled_from(PLANTED))
def test_no_header_is_told_that_may_be_a_patient(name, column, text):
    """In the place of one of the first three columns; beside them; twice beside them."""
    with tempfile.TemporaryDirectory() as folder:
        study = toy(folder, extracts=False)
        header, *below = rows_of((study.parent / name).read_text())
        more = [text] * max(column - 2, 0)
        first = header if more else [*header[:column], text, *header[column + 1 :]]
        save(study.parent / name, [[*first, *more], *([*row, *more] for row in below)])
        assert_untold(study, text)


@RUNS
@given(
    st.sampled_from([*((APC, name) for name in (*ADMITTED, *HEADS)), *((CSCC, name) for name in CONTACTS)]),
    st.sampled_from((*PLANTED, *ONE_WORD)),
    st.booleans(),
)
@example((APC, "ActCstID"), NUMBER, True)
@example((APC, "ResCstID"), "Smith", False)
def test_no_code_of_an_extract_is_told_that_is_none(place, text, every):
    file, element = place
    if text in ("SMITH", "smith") and element in ("OrgId", "Pod", "OrgSubmittingID", "FeedType", "ChsCcy"):
        return  # five capitals may be an organisation or a point of delivery
    with tempfile.TemporaryDirectory() as folder:
        study = toy(folder, extracts=True)
        path = study.parent / file
        start, end = f"<{element}>", f"</{element}>"
        first, *others = path.read_text().split(start)
        assert others
        changed = [
            f"{text}{end}{rest.partition(end)[2]}" if every or not at else rest for at, rest in enumerate(others)
        ]
        path.write_text(start.join([first, *changed]), encoding="utf-8")
        assert_untold(study, text)


WIDE = """\
row,OrgId,FinYr,EpStDte,EpEnDte,EpType,Pod,Tfc,HrgFce,HrgSpl,Alos,ActCstID,ActCnt,ResCstID,TotCst
1,RXX,2024/25,2024-06-03,2024-06-07,3,EL,110,HN22A,HN22A,4,THR001,90,CPF002,5000
1,RXX,2024/25,2024-06-03,2024-06-07,3,EL,110,HN22A,HN22A,4,WRD001,4,CPF005,1800
2,RXX,2024/25,2024-06-03,2024-06-05,3,EL,110,HN22A,HN22A,2,THR001,90,CPF002,5200
2,RXX,2024/25,2024-06-03,2024-06-05,3,EL,110,HN22A,HN22A,2,WRD001,2,CPF005,900
"""


@RUNS
@given(st.sampled_from(rows_of(WIDE)[0]), st.sampled_from(PLANTED), st.booleans(), st.booleans())
def test_no_cell_of_an_extract_written_as_a_table_is_told(column, text, every, as_header):
    with tempfile.TemporaryDirectory() as folder:
        study = toy(folder, extracts=True)
        for name in (APC, CSCC):
            (study.parent / name).unlink()
        columns = "columns: {ActivityRowID: row}"
        edit(
            study.parent,
            "study.yaml",
            '{files: "plics/*.xml", rules: rules.yaml}',
            f'{{files: "plics/*.csv", rules: rules.yaml, {columns}}}',
        )
        (study.parent / "prices.csv").write_text(ALL_PRICES, encoding="utf-8")
        rows = rows_of(WIDE)
        at = rows[0].index(column)
        made = (
            [[*rows[0][:at], text, *rows[0][at + 1 :]], *rows[1:]]
            if as_header
            else planted_in(rows, at, text, every=every)
        )
        save(study.parent / "plics" / "wide_apc.csv", made)
        assert_untold(study, text)


def test_names_and_dates_of_birth_in_a_level_column(tmp_path):
    study = toy(tmp_path, extracts=False)
    (study.parent / "cohort.csv").write_text(
        "patient_id,frail,weight\nA,John Smith,40\nB,15 Jun 1950,10\nC,LS1 4AB Leeds,3\n", encoding="utf-8"
    )
    ran = run_cli("run", study, "--out", tmp_path / "out")
    assert ran.code == 2
    assert ran.said == (
        "table: 1 fault\n"
        "  - cohort.csv row 1 (frail): rows 1, 2, 3 hold 3 values (a text of two words, a date, a text of three words) that "
        "are no level of 'frail'; the levels are no, Frail\n"
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "cohort.csv",
            "PERSON-88002,Frail",
            "PERSON-88002,Frial",
            "'Frial' in row 2 is no level of 'frail'; nearest: 'Frail'",
        ),
        ("cohort.csv", "weight", "wieght", "the column 'wieght' is not read; nearest: 'weight'"),
        ("prices.csv", "ward.bed_day,", "ward.bed_dya,", "'ward.bed_dya'"),
        (
            "prices.csv",
            "theatre.knee,RXX",
            "Theatre.Knee,RXX",
            "the unit_cost 'Theatre.Knee' is 'theatre.knee' but for its case",
        ),
        (
            "prices.csv",
            "physio.contact,RYY,80,contact,whole",
            "physio.contact,RYY,80,contact,whoel",
            "'whoel' in row 4 is none of whole, part; nearest: 'whole'",
        ),
    ],
)
def test_a_slip_is_shown_with_what_was_meant(tmp_path, file, old, new, said):
    study = toy(tmp_path, extracts=False)
    edit(study.parent, file, old, new)
    assert said in run_cli("check", study).said


def test_a_code_that_is_none_is_a_fault_by_its_place(tmp_path):
    study = toy(tmp_path, extracts=True)
    edit(study.parent, APC, "<TotCst>5200</TotCst>", "<TotCst>5200</TotCst>")
    text = (study.parent / APC).read_text().replace("THR001", NUMBER)
    (study.parent / APC).write_text(text, encoding="utf-8")
    ran = run_cli("run", study, "--out", tmp_path / "out")
    assert ran.code == 2
    assert (
        "APC_FY2024-25_M12_RXX_01.xml row 1 (ActCstID): ActCstID does not have the form of a code of this column: "
        "record 1 activity 1, record 2 activity 1, record 3 activity 1; check which column is mapped to it" in ran.said
    )


@pytest.mark.parametrize("text", [*PLANTED, *ONE_WORD])
def test_frames_are_looked_at_as_files_are(text):
    prices = pd.DataFrame(rows_of(ALL_PRICES)[1:], columns=rows_of(ALL_PRICES)[0])
    with pytest.raises(PathwayCostError) as raised:
        pc.UnitCosts.from_frame(
            prices.assign(component=[text, "pay", "pay", "pay"], covers=[text, "part", "part", "whole"])
        )
    said = "\n".join([str(raised.value), repr(raised.value.problems)])
    assert [way for way in ways_of(text) if way in said] == []
