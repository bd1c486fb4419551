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
    "an NHS number for a level": (edited("cohort.csv", "PERSON-88002,Frail,", f"Frail,{NHS_NUMBERS[1]},"), None, ["cohort.csv row 2 (frail): row 2 holds a number that is no level of 'frail'", "the levels are no, Frail"]),
    "a postcode for a level": (edited("cohort.csv", "PERSON-88002,Frail,", f"Frail,{POSTCODES[1]},"), None, ["cohort.csv row 2 (frail): row 2 holds a text of two words that is no level of 'frail'"]),
    "a local id for a level": (edited("cohort.csv", "PERSON-88002,Frail,", "Frail,PERSON-88002,"), None, ["cohort.csv row 2 (frail): row 2 holds a text of one word that is no level of 'frail'"]),
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

GP, LOS, REPORT = "    uses: [{unit_cost: gp.consult}]\n", "los: {value: 4, unit: day}", "report_per: [surgery]"


def in_time(*lines):
    return edited("study.yaml", REPORT, "\n".join([REPORT, *lines]))


TIMES = {
    "a discount rate of 35": (in_time("discount: {gbp: 35}"), ("study.yaml", "discount:"), ["did you mean 3.5%? Write 0.035"]),
    "a horizon that is no time": (in_time("horizon: 2 yers"), ("study.yaml", "horizon:"), ["'2 yers' is not a time such as `30 days`"]),
    "a horizon before anything happens": (
        both(edited("pathway.yaml", GP, "    stay: 30\n"), in_time("horizon: 14 days")), ("study.yaml", "horizon:"),
        ["nobody has moved or used anything within the horizon of 14 days", "in which something is used, or the first stay can end"],
    ),
    "an intake beyond the horizon": (
        in_time("horizon: 1 year", "intake: {over: 18 months}"), ("study.yaml", "intake:"),
        ["some patients start only after the horizon of 365 days", "an intake that ends before it"],
    ),
    "a count without a horizon": (in_time("count: half_cycle"), ("study.yaml", "count:"), ["boundaries 0…N of a horizon"]),
    "a stay below 0": (
        both(edited("pathway.yaml", "stay: los", 'stay: {formula: "los - 9"}'), in_time("horizon: 1 year")),
        ("pathway.yaml", "stay:"), ["the value is -5 (frail=no; frail=Frail)", "never below 0"],
    ),
    "a bare standard deviation": (edited("pathway.yaml", LOS, "los: {value: 4, sd: 2, unit: day}"), ("pathway.yaml", "sd: 2"), ["`sd` alone could mean two things"]),
    "a clock word in a stay": (
        edited("shorter_stay.yaml", SHORTEN, '{set_stay: surgery, to: {formula: "4 - years"}}'), ("shorter_stay.yaml", "set_stay"),
        ["a stay does not depend on the clock word 'years'", "let shares, quantities or prices depend on time"],
    ),
    "cost behaviour": (in_time("behaviour: behaviour.csv"), ("study.yaml", "behaviour:"), ["not computed yet", "remove `behaviour`"]),
}  # fmt: skip

UNSURE = edited(
    "pathway.yaml", LOS, "los: {value: 4, se: 0.2, unit: day}", "{value: 0.1, unit: share}", "{value: 0.1, se: 0.02, unit: share}",
    "physio.contact, quantity: 3}", "physio.contact, quantity: contacts}", "parameters:\n", "parameters:\n  contacts: {value: 3, se: 0.5}\n",
)  # fmt: skip
ASTRAY = "[{between: [los, p_return], rank: 0.9}, {between: [los, contacts], rank: 0.9}, {between: [p_return, contacts], rank: -0.9}]"


def asking(line, *breaks):
    """A study of uncertain numbers that asks for this."""
    return both(UNSURE, in_time(line), *breaks)


ASKED = {
    "correlations that contradict one another": (
        asking(f"uncertainty: {{draws: 50, correlations: {ASTRAY}}}"), ("study.yaml", "uncertainty:"),
        ["the correlations contradict one another: 'los' and 'p_return' cannot have a rank of 0.9", "the nearest rank"],
    ),
    "a rank of 1.5": (
        asking("uncertainty: {correlations: [{between: [los, contacts], rank: 1.5}]}"), ("study.yaml", "uncertainty:"), ["1.5"],
    ),
    "a correlation of what is not drawn": (
        asking("uncertainty: {correlations: [{between: [los, contcts], rank: 0.5}]}"), ("study.yaml", "uncertainty:"), ["nearest: 'contacts'"],
    ),
    "draws whose shares exceed 1": (
        asking("uncertainty: {draws: 300}", edited("pathway.yaml", "{value: 0.1, se: 0.02, unit: share}", "{value: 0.5, se: 0.2, unit: share}",
               "rehab: {surgery: p_return, home: rest}", "rehab: {surgery: p_return, gp: 0.3, home: rest}")),
        ("pathway.yaml", "rehab: {surgery: p_return"), ["of 300 draws; drawn there: p_return", "`counts:`", "excess_shares: redraw"],
    ),
    "one draw": (asking("uncertainty: {draws: 1}"), ("study.yaml", "uncertainty:"), ["1 draw shows no uncertainty", "1000 is usual"]),
    "own draws beside ours": (
        asking("uncertainty: {table: draws.csv, seed: 3}"), ("study.yaml", "uncertainty:"), ["the rows of the table are the draws", "remove it"],
    ),
    "own draws that are not there": (asking("uncertainty: {table: drawn.csv}"), None, ["drawn.csv: there is no file"]),
    "own draws of no parameter": (
        asking("uncertainty: {table: draws.csv}", holding("draws.csv", "los,contcts\n4,3\n")), None, ["draws.csv (contcts)", "nearest: 'contacts'"],
    ),
    "own draws with a word": (
        asking("uncertainty: {table: draws.csv}", holding("draws.csv", "los\n4\nfour\n")), None, ["draws.csv row 2 (los): not a finite number"],
    ),
    "a share of 0 with limits": (
        both(UNSURE, in_time("uncertainty: {draws: 50}"), edited("pathway.yaml", "no: 0.1, Frail: 0.5}", "no: p_none, Frail: 0.5}",
             "parameters:\n", "parameters:\n  p_none: {value: 0, low: 0, high: 0.1, unit: share}\n")),
        ("pathway.yaml", "p_none: {"), ["the least it can be", "interval: range"],
    ),
    "limits of a table in a scenario": (
        both(UNSURE, in_time("uncertainty: {draws: 50}"), edited("shorter_stay.yaml", SHORTEN,
             "{set_parameter: p_rehab, to: {value: {by: frail, values: {no: 0.05, Frail: 0.4}}, low: 0.01, high: 0.5}}")),
        ("shorter_stay.yaml", "set_parameter"), ["is not one number", "a parameter of its own"],
    ),
    "a tornado of no parameter": (asking("sensitivity: {one_way: [loss]}"), ("study.yaml", "sensitivity:"), ["no parameter 'loss'", "nearest: 'los'"]),
    "a grid of what is sure": (asking("sensitivity: {two_way: [[los, p_rehab]]}"), ("study.yaml", "sensitivity:"), ["how unsure 'p_rehab' is"]),
    "a lever of nothing": (asking("sensitivity: {break_even: [{low: 1, high: 2}]}"), ("study.yaml", "sensitivity:"), ["exactly one of `parameter`, `stay`"]),
    "an unknown lever": (asking("sensitivity: {break_even: [{paramter: los}]}"), ("study.yaml", "sensitivity:"), ["unknown field 'paramter'", "nearest: 'parameter'"]),
    "a lever of no parameter": (asking("sensitivity: {break_even: [{parameter: loss}]}"), ("study.yaml", "sensitivity:"), ["nearest: 'los'"]),
    "a lever of no setting": (asking("sensitivity: {break_even: [{stay: surgry}]}"), ("study.yaml", "sensitivity:"), ["nearest: 'surgery'"]),
    "a lever of a setting without a stay": (asking("sensitivity: {break_even: [{stay: gp}]}"), ("study.yaml", "sensitivity:"), ["'gp' has no stay"]),
    "a lever of no unit cost": (asking("sensitivity: {break_even: [{unit_cost: ward.bedday}]}"), ("study.yaml", "sensitivity:"), ["nearest: 'ward.bed_day'"]),
    "a band that does not hold the value": (
        asking("sensitivity: {break_even: [{parameter: los, low: 5, high: 6}]}"), ("study.yaml", "sensitivity:"), ["'los', which is 4, does not lie between 5 and 6"],
    ),
    "an evidence set of no parameter": (asking("evidence_sets: {trial: {loss: 3}}"), ("study.yaml", "evidence_sets:"), ["nearest: 'los'"]),
    "an evidence set with a stay below 0": (asking("evidence_sets: {trial: {los: -3}}"), ("pathway.yaml", "stay: los"), ["-3", "never below 0"]),
    "an evidence weight in percent": (asking("evidence_weights: {local: 70}"), ("study.yaml", "evidence_weights:"), ["found 70", "write 0.7"]),
    "a walk with an intake": (
        both(in_time("walk: {patients: 100}", "horizon: 1 year", "intake: {over: 6 months}")), ("study.yaml", "walk:"), ["remove `walk:`, or `intake:`"],
    ),
    "a walk by Simpson's rule": (
        in_time("walk: {patients: 100}", "horizon: 1 year", "count: simpson"), ("study.yaml", "walk:"), ["use `count: half_cycle`"],
    ),
    "a negative mean stay": (edited("pathway.yaml", LOS, "los: {value: -4, unit: day}"), ("pathway.yaml", "stay: los"), ["-4", "never below 0"]),
    "a negative mean stay that is drawn": (
        both(edited("pathway.yaml", LOS, "los: {value: -4, se: 1, unit: day}"), in_time("uncertainty: {draws: 50}")), ("pathway.yaml", "stay: los"), ["never below 0"],
    ),
}  # fmt: skip


ONLY_COSTING_TELLS = {
    "draws whose shares exceed 1", "an evidence set with a stay below 0", "a horizon before anything happens",
    "a change that moves nothing",
    "a pathway for a study",  # by itself it is a sound pathway
}  # fmt: skip
"""What `check` has not looked at, and says so."""


def check_case(name, case, tmp_path, scratch, *, extracts):
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
    checked = run_cli("check", study)
    assert (checked.code == 0) == (name in ONLY_COSTING_TELLS), message
    assert checked.code == 0 or checked.err.replace(f"{folder}{os.sep}", "") == message
    assert tree(folder) == before
    assert not tree(scratch)


@pytest.mark.parametrize("name", EXTRACTS)
def test_extracts(name, tmp_path, scratch):
    check_case(name, EXTRACTS[name], tmp_path, scratch, extracts=True)


@pytest.mark.parametrize("name", SPECS)
def test_specs(name, tmp_path, scratch):
    check_case(name, SPECS[name], tmp_path, scratch, extracts=name == "an unquoted code")


@pytest.mark.parametrize("name", TABLES)
def test_tables(name, tmp_path, scratch):
    check_case(name, TABLES[name], tmp_path, scratch, extracts=False)


@pytest.mark.parametrize("name", TIMES)
def test_times(name, tmp_path, scratch):
    check_case(name, TIMES[name], tmp_path, scratch, extracts=False)


@pytest.mark.parametrize("name", ASKED)
def test_what_is_asked_of_chance(name, tmp_path, scratch):
    check_case(name, ASKED[name], tmp_path, scratch, extracts=False)


@pytest.mark.parametrize(
    "line", ["evidence_weights: {local: 70}", "sensitivity: {break_even: [{stay: gp}]}", "walk: {patients: 0}"]
)
def test_check_finds_what_run_would(line, tmp_path):
    study = write_study(tmp_path, extracts=False)
    in_time(line)(tmp_path)
    message = refused(run_cli("check", study))
    assert f"study.yaml:{line_of(tmp_path, 'study.yaml', line)}:" in message


def test_several_faults_of_a_stage_arrive_together(tmp_path):
    study = write_study(tmp_path, extracts=False)
    edit(tmp_path, "pathway.yaml", "home: 0.4", "home: 0.39")
    edit(tmp_path, "shorter_stay.yaml", "surgery", "surgry")
    edit(tmp_path, "study.yaml", "[surgery]", "[surgry]")
    message = refused(run_cli("run", study, "--out", tmp_path / "out"))
    assert message.startswith("meaning: 3 faults")
