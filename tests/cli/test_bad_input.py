"""Input that is wrong: one clear message and exit code 2; nothing written, no traceback, no patient in sight."""

from __future__ import annotations

import os

import pytest

from tests.cli.refusals import bombed, both, cut, edited, holding, refused, workbook
from tests.cli.toy_study import (
    APC,
    BIRTHDAYS,
    NAMESPACE,
    NHS_NUMBERS,
    PATHWAY,
    POSTCODES,
    edit,
    line_of,
    run_cli,
    tree,
    write_study,
)

BACK = "rehab: {surgery: p_return, home: rest}"
SHORTEN = "{scale_stay: surgery, by: 0.75}"
XML = "APC_FY2024-25_M12_RXX_01.xml"
PUT_RIGHT = "put the extract right, or have it made again"

EXTRACTS = {
    "cut short": (cut(APC, at="</MessageBody>"), None, [f"{XML}:95: the file ends before", "cut short", PUT_RIGHT]),
    "cut inside a date of birth": (cut(APC, at=BIRTHDAYS[1][5:]), None, [XML, "cut short", PUT_RIGHT]),
    "an entity bomb": (bombed, (APC, "<!DOCTYPE"), ["declares a document type", "refused unread", PUT_RIGHT]),
    "a foreign namespace": (
        edited(APC, NAMESPACE, "http://vendor.example/plics"), None,
        [f"{XML}: the namespace 'http://vendor.example/plics' is not one of", 'write `layouts: {"http://vendor.example'],
    ),
    "a cost that is missing": (
        edited(APC, "\n<TotCst>5200</TotCst>", ""), None, [f"{XML} row 2 (TotCst)", "is missing", "record 2 activity 1", PUT_RIGHT],
    ),
    "a cost that is nil": (edited(APC, ">5200</TotCst>", ' xsi:nil="true"></TotCst>'), None, [f"{XML} row 2 (TotCst)", "is missing"]),
    "a cost with a comma": (edited(APC, ">5200<", ">5,200<"), None, [f"{XML} row 2 (TotCst)", "not pounds", PUT_RIGHT]),
    "an NHS number for a cost": (edited(APC, ">5200<", f">{NHS_NUMBERS[2]}.x<"), None, [f"{XML} row 2 (TotCst)", "not pounds"]),
    "a date of birth for a count": (
        edited(APC, "<ActCnt>2</ActCnt>", f"<ActCnt>{BIRTHDAYS[0]}</ActCnt>"), None, [f"{XML} row 2 (ActCnt)", "not a whole number"],
    ),
    "a postcode for a date": (
        edited(APC, "<EpEnDte>2024-06-05<", f"<EpEnDte>{POSTCODES[0]}<"), None, [f"{XML} row 2 (EpEnDte)", "not a date", "YYYY-MM-DD"],
    ),
    "a total off by a penny": (
        edited(APC, "<TotalCosts>20400<", "<TotalCosts>20400.01<"), None,
        [f"{XML}: the lines sum to £20,400.00, the header says £20,400.01 (−£0.01)", f'accept: [{{file: "{XML}", difference_gbp: -0.01'],
    ),
    "a record count off": (
        edited(APC, "<NoOfActivityRecords>3<", "<NoOfActivityRecords>4<"), None,
        ["records read: 3, in the header: 4 (-1)", "difference_records: -1"],
    ),
    "an unknown feed": (edited(APC, "<FeedType>APC<", "<FeedType>APX<"), None, [f"{XML} (FeedType): the feed is 'APX'", "leave this file out"]),
    "no file of that pattern": (edited("study.yaml", "plics/*.xml", "plcs/*.xml"), None, ["plcs/*.xml: no file fits this pattern"]),
    "two rules that claim one line": (
        edited("rules.yaml", '["WRD001"]', '["WRD001", "THR*"]'), ("rules.yaml", "ward.bed_day"),
        ["'theatre.knee' and 'ward.bed_day' both price the same lines at setting 'surgery'", "3 records, 3 lines, £15,000.00",
         "write `overlap: allowed` with a `reason`"],
    ),
}  # fmt: skip

SPECS = {
    "a key given twice": (
        edited("pathway.yaml", "  acute: {kind: acute}\n", "  acute: {kind: acute}\n  acute: {kind: police}\n"), ("pathway.yaml", "police"),
        ["'acute' is given twice", "the first is on line 6"],
    ),
    "an unquoted code": (edited("rules.yaml", '"A08A1"', "0100"), ("rules.yaml", "0100"), ["text is needed", 'quote it: "0100"']),
    "an unquoted organisation": (edited("study.yaml", '"RXX"', "5E1"), ("study.yaml", "5E1"), ["read as a number", 'quote it: "5E1"']),
    "shares of 0.99": (
        edited("pathway.yaml", "home: 0.4", "home: 0.39"), ("pathway.yaml", "home: 0.39"), ["the shares of 'gp' sum to 0.99", "let one take `rest`"],
    ),
    "shares of 0.99 for one level": (
        edited("pathway.yaml", "{surgery: 0.6,", "{surgery: {by: frail, values: {no: 0.6, Frail: 0.59}},"), ("pathway.yaml", "Frail: 0.59"),
        ["the shares leaving gp sum to 0.99, not 1 (frail=Frail)", "let one route take `rest`"],
    ),
    "a loop without exit": (
        edited("pathway.yaml", BACK, "rehab: {surgery: 1}", "{rehab: p_rehab, home: rest}", "{rehab: 1}"), ("pathway.yaml", "surgery: {rehab: 1}"),
        ["no end can be reached from 'surgery', 'rehab'", "add a route that leads to an end"],
    ),
    "a loop without exit for one level": (
        edited("pathway.yaml", "value: 0.1", "value: 1", "Frail: 0.5", "Frail: 1"), ("pathway.yaml", "surgery: {rehab: p_rehab"),
        ["nobody leaves the loop surgery → rehab → surgery (frail=Frail)", "towards an end"],
    ),
    "a share of 1.0000001 round a loop": (
        edited("pathway.yaml", "value: 0.1", "value: 1.0000001", BACK, "rehab: {surgery: p_return}"), ("pathway.yaml", "value: 1.0000001"),
        ["1.0000001 is not a share between 0 and 1"],
    ),
    "a loop that hardly ends": (
        edited("pathway.yaml", "value: 0.1", "value: 0.9999999", "no: 0.1", "no: 0.9999999"), ("pathway.yaml", "surgery: {rehab: p_rehab"),
        ["more than 10,000 visits to surgery", "loop surgery → rehab → surgery (frail=no)", "look at its shares"],
    ),
    "a unit cost that is not declared": (
        edited("pathway.yaml", "{unit_cost: theatre.knee}", "{unit_cost: theatre.kne}"), ("pathway.yaml", "{unit_cost: theatre.kne}"),
        ["unit cost 'theatre.kne' is not declared", "nearest: 'theatre.knee'", "declare it"],
    ),
    "a scenario for another pathway": (
        edited("shorter_stay.yaml", "amends: toy_knee", "amends: toy_hip"), ("shorter_stay.yaml", "toy_hip"),
        ["the scenario amends 'toy_hip'; this pathway is 'toy_knee'", "write `amends: toy_knee`"],
    ),
    "a change that moves nothing": (
        edited("shorter_stay.yaml", SHORTEN, "{scale_stay: surgery, by: 1}"), ("shorter_stay.yaml", "by: 1}"),
        ["change 1 (scale_stay surgery) moves no quantity, pound, visit or patient", "take it out"],
    ),
    "a change to prices of £0.00": (
        both(edited("shorter_stay.yaml", SHORTEN, "{scale_unit_cost: ward.bed_day, by: 0.9}"), edited("prices.csv", ",450,", ",0,")),
        ("shorter_stay.yaml", "scale_unit_cost"), ["the change reaches £0.00: ward.bed_day at RXX", "remove it, or name prices above £0.00"],
    ),
    "a change to a component no price has": (
        edited("shorter_stay.yaml", SHORTEN, "{scale_unit_cost: {component: implants}, by: 0.9}"), ("shorter_stay.yaml", "implants"),
        ["no price in scope has the component implants", "state how the price divides: `split:"],
    ),
    "an unknown scenario in compare": (
        edited("study.yaml", "[baseline, shorter_stay]", "[baseline, shortr_stay]"), ("study.yaml", "shortr_stay"),
        ["there is no scenario 'shortr_stay'", "nearest: 'shorter_stay'"],
    ),
    "a scenario listed twice": (
        edited("study.yaml", "[shorter_stay.yaml]", "[shorter_stay.yaml, shorter_stay.yaml]"), ("study.yaml", "scenarios:"),
        ["shorter_stay.yaml is listed twice", "take one out"],
    ),
    "a scenario file that is missing": (
        edited("study.yaml", "[shorter_stay.yaml]", "[shorter_sta.yaml]"), ("study.yaml", "scenarios:"),
        ["there is no file 'shorter_sta.yaml'", "nearest: 'shorter_stay.yaml'", "relative to the study's folder"],
    ),
    "a pathway that is missing": (
        edited("study.yaml", "pathway: pathway.yaml", "pathway: elective_nee"), ("study.yaml", "elective_nee"),
        ["no pathway 'elective_nee'", "nearest: 'elective_knee'", "`pathway-cost pathways` lists"],
    ),
    "an unknown field": (edited("study.yaml", "report_per:", "report_pr:"), ("study.yaml", "report_pr"), ["unknown field 'report_pr'", "nearest: 'report_per'"]),
    "an unknown verb": (edited("shorter_stay.yaml", "scale_stay:", "scale_stays:"), ("shorter_stay.yaml", "scale_stays"), ["one verb", "nearest: 'scale_stay'"]),
    "a pathway for a study": (holding("study.yaml", PATHWAY), None, ["study.yaml:1:1: this is a pathway file; a study file is needed here"]),
    "an empty study": (holding("study.yaml", ""), None, ["study.yaml:1:1: the file is empty"]),
    "binary garbage for a study": (holding("study.yaml", bytes(range(256)) * 40), None, ["study.yaml: line 2 holds bytes that are not UTF-8", "save the file as UTF-8"]),
    "a control character": (holding("study.yaml", "study: toy\x07\n"), None, ["study.yaml:1:11: a control character", "remove it"]),
    "60 levels of nesting": (holding("study.yaml", f"study: {'[' * 60}{']' * 60}\n"), None, ["study.yaml:1:57: more than 50 levels", "write it flatter"]),
    "6 MB of YAML": (holding("study.yaml", f"# {'x' * 6_000_000}\n"), None, ["study.yaml: the file has 6,000,003 bytes", "at most 5,000,000"]),
}  # fmt: skip

TABLES = {
    "a price in another year": (
        edited("prices.csv", "40,contact,whole,2024-25", "40,contact,whole,2026-27"), None,
        ["study.yaml (price_index.rates.nhscii)", "no growth into 2026-27", "wanted for gp.consult of RZP (prices.csv)",
         "add to the study `price_index: {rates: {nhscii: {2026-27: 0.03}}}`", "line `nhscii,2026-27,0.03"],
    ),
    "no price for a key": (
        edited("prices.csv", "gp.consult,", "gp.consultation,"), ("pathway.yaml", "gp.consult: "),
        ["no set prices gp.consult (per contact, whole) for RZP", "prices.csv: no such key", "nearest: 'gp.consultation'", "add a row"],
    ),
    "a price of another unit": (
        edited("prices.csv", "80,contact", "80,hour"), ("pathway.yaml", "physio.contact: "), ["priced per hour, not per contact"],
    ),
    "a price that is no number": (edited("prices.csv", ",450,", ",four-fifty,"), None, ["prices.csv row 3 (value_gbp)", "not a finite number"]),
    "a price table without its pounds": (edited("prices.csv", "value_gbp", "value_gb"), None, ["prices.csv (value_gbp)", "no column 'value_gbp'", "nearest: 'value_gb'"]),
    "a price table that is missing": (edited("study.yaml", "table: prices.csv", "table: price.csv"), None, ["price.csv: there is no file", "nearest: 'prices.csv'"]),
    "the level `Frail `": (
        edited("cohort.csv", "PERSON-88002,Frail,", "PERSON-88002,Frail ,"), None,
        ["cohort.csv row 2 (frail): 'Frail ' in row 2 is no level of 'frail'", "nearest: 'Frail'", "the levels are no, Frail"],
    ),
    "an NHS number for a level": (edited("cohort.csv", "PERSON-88002,Frail,", f"Frail,{NHS_NUMBERS[1]},"), None, ["cohort.csv row 2 (frail): (not shown) in row 2"]),
    "a postcode for a level": (edited("cohort.csv", "PERSON-88002,Frail,", f"Frail,{POSTCODES[1]},"), None, ["cohort.csv row 2 (frail): (not shown) in row 2"]),
    "a local id for a level": (edited("cohort.csv", "PERSON-88002,Frail,", "Frail,PERSON-88002,"), None, ["cohort.csv row 2 (frail): (not shown) in row 2"]),
    "an empty cohort": (holding("cohort.csv", "patient_id,frail,weight\n"), None, ["cohort.csv: the cohort has no rows", "one row a patient"]),
    "a cohort of 0 bytes": (holding("cohort.csv", ""), None, ["cohort.csv: the table has no header row"]),
    "a missing column": (edited("cohort.csv", ",frail,", ",frial,"), None, ["cohort.csv (frail): the cohort has no column 'frail'", "nearest: 'frial'", "`columns:`"]),
    "a negative weight": (edited("cohort.csv", "NA,no,50", "NA,no,-50"), None, ["cohort.csv row 3 (weight): the weight is below 0", "0 or more"]),
    "a weight that is no number": (edited("cohort.csv", "NA,no,50", f"NA,no,{POSTCODES[0]}"), None, ["cohort.csv row 3 (weight): the weight is not a finite number"]),
    "an id given twice": (edited("cohort.csv", "PERSON-88002,", "PERSON-88001,"), None, ["cohort.csv row 2 (patient_id)", "given to an earlier row too", "its own id"]),
    "a blank id": (edited("cohort.csv", "PERSON-88002,", " ,"), None, ["cohort.csv row 2 (patient_id): a patient has no id", "its own id"]),
    "a row cut short": (edited("cohort.csv", "PERSON-88002,Frail,10", "PERSON-88002,Frail"), None, ["cohort.csv row 2: the row has 2 cells, the header 3"]),
    "a wrong sheet": (workbook, None, ["cohort.xlsx: there is no sheet 'Cohort 2023'", "nearest: 'Cohort 2024'", "the sheets are Cohort 2024"]),
}  # fmt: skip


def check_case(case, tmp_path, scratch, *, extracts):
    breaks, at, says = case
    folder = tmp_path / "study"
    study = write_study(folder, extracts=extracts)
    breaks(folder)
    before = tree(folder)
    message = refused(run_cli("run", study, "--out", folder / "out")).replace(f"{folder}{os.sep}", "")
    missing = [words for words in says if words not in message]
    assert not missing, f"{missing} not in: {message}"
    if at is not None:
        file, line = at[0].rpartition("/")[2], line_of(folder, *at)
        assert f"- {file}:{line}:" in message, message
    assert tree(folder) == before
    assert not tree(scratch)


@pytest.mark.parametrize("name", EXTRACTS)
def test_extracts(name, tmp_path, scratch):
    check_case(EXTRACTS[name], tmp_path, scratch, extracts=True)


@pytest.mark.parametrize("name", SPECS)
def test_specs(name, tmp_path, scratch):
    check_case(SPECS[name], tmp_path, scratch, extracts=name == "an unquoted code")


@pytest.mark.parametrize("name", TABLES)
def test_tables(name, tmp_path, scratch):
    check_case(TABLES[name], tmp_path, scratch, extracts=False)


def test_several_faults_of_a_stage_arrive_together(tmp_path):
    study = write_study(tmp_path, extracts=False)
    edit(tmp_path, "pathway.yaml", "home: 0.4", "home: 0.39")
    edit(tmp_path, "shorter_stay.yaml", "surgery", "surgry")
    edit(tmp_path, "study.yaml", "[surgery]", "[surgry]")
    message = refused(run_cli("run", study, "--out", tmp_path / "out"))
    assert message.startswith("meaning: 3 faults")
