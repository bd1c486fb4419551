"""What a run record holds is read as the run meant it: numbers that name steps, keys, and parts that somebody spoilt."""

from __future__ import annotations

import json

import pytest

from pathway_cost.earlier.comparing import compare_folders
from pathway_cost.errors import OutputFaults
from tests.cli.toy_study import edit, run_cli, write_study
from tests.earlier.two_runs import Months, adds_up, moved

BY_AGE = "los: {by: age, steps: {18: 3, 70.5: 6}, unit: day}"
OBSERVED = "los: {value: 4, unit: day, spread: {empirical: {2: 0.5, 6: 0.5}}}"


@pytest.fixture
def months(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Months(tmp_path)


# --- numbers that name entries -------------------------------------------------------------------------------------
@pytest.mark.parametrize("gone", ["old", "new"])
def test_a_number_in_steps_is_put_back(gone, months):
    """A record names steps by texts, where files name them by numbers."""
    months.both("pathway.yaml", "  frail: {", "  age: {number: year, low: 18, high: 110}\n  frail: {")
    months.both("pathway.yaml", "los: {value: 4, unit: day}", BY_AGE)
    months.both("cohort.csv", "patient_id,frail,weight", "patient_id,frail,weight,age")
    for row, age in (("PERSON-88001,no,40", 60), ("PERSON-88002,Frail,10", 80), ("NA,no,50", 71)):
        months.both("cohort.csv", row, f"{row},{age}")
    months.edit("pathway.yaml", "70.5: 6", "70.5: 7.5")
    old, new = months.run()
    months.forget(getattr(months, gone))
    rows = months.rows()
    assert adds_up(rows)
    assert list(moved(rows)) == [("number", "los")]
    assert moved(rows)["number", "los"] == pytest.approx(
        new["baseline"].total_gbp - old["baseline"].total_gbp, abs=0.011
    )
    row = rows[rows["kind"] == "number"].iloc[0]
    assert (row["old"], row["new"]) == ("steps.70.5 6", "steps.70.5 7.5")


def test_observed_stays_are_put_back(months):
    months.edit("pathway.yaml", "los: {value: 4, unit: day}", OBSERVED)
    months.run()
    rows = months.rows()
    assert adds_up(rows)
    assert moved(rows) == {("number", "los"): 0}


def test_steps_of_a_record_are_those_of_the_file(months):
    """Where one record lacks what was stated, the file is read in its place: nothing differs."""
    months.both("pathway.yaml", "los: {value: 4, unit: day}", OBSERVED)
    months.run()
    record = json.loads((months.out_old / "run.json").read_text())
    del record["specs"]
    (months.out_old / "run.json").write_text(json.dumps(record))
    assert months.compared().moves == ()


# --- what only one run's names fit ---------------------------------------------------------------------------------
@pytest.mark.parametrize("gone", ["old", "new"])
@pytest.mark.parametrize("side", ["old", "new"])
def test_an_organisation_called_by_name_in_one_run_only_is_put_back(side, gone, months):
    """What reports call it moves no pound, and is asked of no study in which it plays no role."""
    folder = getattr(months, side)
    edit(folder, "study.yaml", '"RZP"', '"RZQ"')
    edit(folder, "study.yaml", "cohort:", 'organisations: {"RZQ": {name: Hill Surgery}}\ncohort:')
    edit(folder, "prices.csv", "gp.consult,RZP,40", "gp.consult,RZQ,44")
    months.run()
    months.forget(getattr(months, gone))
    rows = months.rows()
    assert adds_up(rows)
    found = moved(rows)
    assert found.pop(("file", "prices.csv")) is None
    assert found == {("footprint", "all"): 400 if side == "new" else -400, ("setting", "organisations"): 0}


def test_what_is_reported_of_one_run_only_is_put_back(months):
    months.edit("pathway.yaml", "quantity: 3", "quantity: contacts")
    months.edit("pathway.yaml", "  los: {", "  contacts: {value: 4, unit: contact}\n  los: {")
    months.edit("study.yaml", "cohort:", "evidence_sets: {more: {contacts: 5}}\ncohort:")
    months.run()
    rows = months.rows()
    assert adds_up(rows)
    assert moved(rows)["number", "contacts"] == 0
    assert moved(rows)["pathway", "settings.rehab"] > 0


# --- a record that somebody spoilt ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("settings", "cohort", "attributes"), "x"),
        (("settings", "cohort", "file"), ["cohort.csv"]),
        (("settings", "unit_costs", 0, "plics"), None),
        (("settings", "unit_costs", 0, "plics"), {}),
        (("settings", "unit_costs", 0, "plics", "rules"), 3),
        (("settings", "unit_costs", 0, "plics", "files"), [3]),
        (("specs", "pathway", "parameters"), ["los"]),
        (("specs", "scenarios", "shorter_stay"), "x"),
    ],
)
@pytest.mark.parametrize("side", ["out_old", "out_new"])
def test_a_part_that_is_not_as_a_run_writes_it(side, path, value, months):
    for folder in (months.old, months.new):
        edit(
            folder, "study.yaml", "unit_costs:\n", 'unit_costs:\n  - plics: {files: "plics/*.xml", rules: rules.yaml}\n'
        )
    months.run()
    record = json.loads((getattr(months, side) / "run.json").read_text())
    *above, last = path
    place = record
    for name in above:
        place = place[name]
    place[last] = value
    (getattr(months, side) / "run.json").write_text(json.dumps(record))
    with pytest.raises(OutputFaults, match=r"run.json: is not as a run writes it"):
        months.compared()


# --- keys and studies that are named -------------------------------------------------------------------------------
def test_a_key_of_neither_run_is_refused(months):
    """Never in silence a remainder in the place of every pound."""
    months.edit("pathway.yaml", "los: {value: 4,", "los: {value: 5,")
    months.run()
    with pytest.raises(OutputFaults) as found:
        compare_folders(months.out_old, months.out_new, key=b"k" * 32)
    assert str(found.value).splitlines()[1:] == [
        "  - run.json: neither run hashed patients' identifiers with this key; leave the key out, or give that of the runs"
    ]


def test_why_neither_study_can_be_costed_is_said_once(months):
    """Without the key of both runs, say."""
    for folder in (months.old, months.new):
        write_study(folder)
    months.edit("pathway.yaml", "los: {value: 4,", "los: {value: 5,")
    months.run()
    for folder in (months.out_old, months.out_new):
        record = json.loads((folder / "run.json").read_text())
        (folder / "run.json").write_text(json.dumps(record | {"key_fingerprint": "0" * 16}))
    [told] = [each for each in months.compared().told if each.startswith("Neither study")]
    assert told.count("the run hashed patients' identifiers with a key") == 1


@pytest.mark.parametrize("command", [["compare", "october", "november"], ["verify", "november"]])
def test_a_study_that_is_named_and_is_not_there_is_refused(command, months):
    ran = run_cli(*command, "--study", "nowhere.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "File 'nowhere.yaml' does not exist." in ran.err
