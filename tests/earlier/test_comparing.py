"""Why the figures of two runs differ: each input alone moves what the engine says, and together they add up to the penny."""

from __future__ import annotations

import json

import pytest

import pathway_cost as pc
from pathway_cost.earlier.comparing import compare_folders
from pathway_cost.earlier.why_told import lines_of_moves
from pathway_cost.errors import OutputFaults
from pathway_cost.reports.words import csv_bytes
from tests.cli.toy_study import edit
from tests.earlier.two_runs import Months, adds_up, moved


@pytest.fixture
def months(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Months(tmp_path)


def moves_of_totals(old, new, scenario="baseline"):
    return apart(old[scenario].total_gbp, new[scenario].total_gbp)


def apart(old, new):
    """How far two totals lie apart, each to the penny."""
    return round(round(new, 2) - round(old, 2), 2)


# --- one at a time -------------------------------------------------------------------------------------------------
def test_nothing_differs_between_a_folder_and_itself_or_a_copy(months):
    months.run()
    assert months.compared().moves == ()
    assert compare_folders(months.out_old, months.out_old).moves == ()


def test_one_price_moves_its_quantity_times_the_difference(months):
    months.edit(
        "prices.csv",
        "gp.consult,RZP,40,contact,whole,2024-25,Made up",
        "gp.consult,RZP,42.5,contact,whole,2024-25,Contract",
    )
    months.run()
    rows = months.rows()
    found = moved(rows)
    assert found.pop(("file", "prices.csv")) is None
    assert found == {("price", "gp.consult at RZP"): 100 * 2.5}  # every patient sees the GP once
    row = rows[rows["kind"] == "price"].iloc[0]
    assert row["old"] == "£40.00 per contact (Made up; 2024-25)"
    assert row["new"] == "£42.50 per contact (Contract; 2024-25)"
    assert moved(rows, "shorter_stay", "change_gbp")["price", "gp.consult at RZP"] == 0
    assert adds_up(rows)


def test_one_number_moves_what_the_what_if_of_the_engine_says(months):
    months.edit("pathway.yaml", "los: {value: 4,", "los: {value: 5,")
    old, _new = months.run()
    expected = pc.prepare(months.old / "study.yaml").what_if({"los": 5})
    for name in ("baseline", "shorter_stay"):
        assert moved(months.rows(), name) == {
            ("number", "los"): apart(old[name].total_gbp, expected.cost(name).total_gbp)
        }
    assert list(months.rows().query("kind == 'number'")[["old", "new"]].iloc[0]) == ["4", "5"]


def test_a_number_of_one_level_is_told_by_its_level(months):
    months.edit("pathway.yaml", "{no: 0.1, Frail: 0.5}", "{no: 0.1, Frail: 0.6}")
    old, new = months.run()
    row = months.rows().query("kind == 'number' and scenario == 'baseline'").iloc[0]
    assert (row["input"], row["old"], row["new"]) == ("p_rehab", "Frail 0.5", "Frail 0.6")
    assert row["gbp"] == moves_of_totals(old, new)


def test_the_uptake_moves_a_scenario_and_not_the_baseline(months):
    months.edit("shorter_stay.yaml", "changes:", "uptake: 0.5\nchanges:")
    old, new = months.run()
    assert moved(months.rows()) == {("uptake", "shorter_stay: uptake"): 0}
    half = moved(months.rows(), "shorter_stay")["uptake", "shorter_stay: uptake"]
    assert half == moves_of_totals(old, new, "shorter_stay")
    saved = old["baseline"].total_gbp - old["shorter_stay"].total_gbp
    assert half == pytest.approx(saved / 2, abs=0.01)


def test_a_change_of_a_scenario_is_told_with_what_it_changes(months):
    months.edit("shorter_stay.yaml", "by: 0.75", "by: 0.5")
    old, new = months.run()
    name = "shorter_stay: change 1 (scale_stay surgery)"
    assert moved(months.rows(), "shorter_stay") == {("scenario", name): moves_of_totals(old, new, "shorter_stay")}


def test_another_number_of_changes_is_one_difference(months):
    months.edit("shorter_stay.yaml", "by: 0.75}", "by: 0.75}\n  - {set_parameter: p_return, to: 0.05}")
    old, new = months.run()
    assert moved(months.rows(), "shorter_stay") == {
        ("scenario", "shorter_stay: changes"): moves_of_totals(old, new, "shorter_stay")
    }


def test_more_patients_of_a_file_that_lies_there_still(months):
    months.edit("cohort.csv", "PERSON-88001,no,40", "PERSON-88001,no,44")
    old, new = months.run()
    rows = months.rows()
    assert moved(rows) == {("patients", "cohort.csv"): moves_of_totals(old, new)}
    row = rows[rows["kind"] == "patients"].iloc[0]
    assert (row["old"][:12], row["new"][:12]) == ("100 patients", "104 patients")


def test_patients_of_a_file_that_is_gone_are_the_remainder_by_name(months):
    months.edit("cohort.csv", "PERSON-88001,no,40", "PERSON-88001,no,44").edit(
        "pathway.yaml", "los: {value: 4,", "los: {value: 5,"
    )
    old, new = months.run()
    months.forget(months.old)
    rows = months.rows()
    found = moved(rows)
    assert found["patients", "cohort.csv"] is None
    back = pc.prepare(months.new / "study.yaml").what_if({"los": 4}).cost("baseline").total_gbp
    assert found["number", "los"] == apart(back, new["baseline"].total_gbp)
    assert found["remainder", "cohort.csv"] == apart(old["baseline"].total_gbp, back)
    assert adds_up(rows)


def test_patients_written_in_the_study(months):
    months.both("study.yaml", "cohort: cohort.csv", "cohort: {patients: 100, frail: Frail}")
    months.edit("study.yaml", "patients: 100", "patients: 150")
    old, _new = months.run()
    months.forget(months.old)
    assert moved(months.rows()) == {("patients", "cohort"): round(old["baseline"].total_gbp / 2, 2)}


def test_an_organisation_that_another_place_uses_brings_its_price_along(months):
    months.both(
        "prices.csv",
        "theatre.knee,RXX,5000,episode,part,2024-25,Made up\n",
        "theatre.knee,RXX,5000,episode,part,2024-25,Made up\ntheatre.knee,RQQ,6000,episode,part,2024-25,Made up\n",
    )
    months.both(
        "prices.csv", "ward.bed_day,RXX,450", "ward.bed_day,RQQ,450,bed_day,part,2024-25,Made up\nward.bed_day,RXX,450"
    )
    edit(months.old, "study.yaml", '"RXX"', '"RQQ"')
    old, new = months.run()
    assert moved(months.rows()) == {("footprint", "all"): moves_of_totals(old, new)}
    row = months.rows().query("kind == 'footprint'").iloc[0]
    assert (row["old"], row["new"]) == ("roles.acute RQQ", "roles.acute RXX")


def test_a_horizon_is_a_setting(months):
    months.edit("study.yaml", "price_year: 2024-25", "price_year: 2024-25\nhorizon: 30 days")
    old, new = months.run()
    assert moved(months.rows()) == {("setting", "horizon"): moves_of_totals(old, new)}


def test_what_no_expected_total_rests_on_moves_nothing(months):
    months.edit("study.yaml", "report_per: [surgery]", "report_per: [rehab]\nuncertainty: {draws: 50, seed: 3}")
    months.both("pathway.yaml", "p_return: {value: 0.1,", "p_return: {value: 0.1, low: 0.05, high: 0.2,")
    months.run()
    assert moved(months.rows()) == {("setting", "report_per"): 0, ("setting", "uncertainty"): 0}


# --- several -------------------------------------------------------------------------------------------------------
def all_at_once(months):
    months.edit("prices.csv", "gp.consult,RZP,40", "gp.consult,RZP,41").edit(
        "prices.csv", "ward.bed_day,RXX,450", "ward.bed_day,RXX,470"
    )
    months.edit("pathway.yaml", "los: {value: 4,", "los: {value: 5,").edit(
        "pathway.yaml", "p_return: {value: 0.1,", "p_return: {value: 0.15,"
    )
    months.edit("shorter_stay.yaml", "by: 0.75", "by: 0.5").edit(
        "shorter_stay.yaml", "changes:", "uptake: 0.6\nchanges:"
    )
    months.edit("cohort.csv", "PERSON-88001,no,40", "PERSON-88001,no,47")
    months.edit("study.yaml", "price_year: 2024-25", "price_year: 2024-25\nhorizon: 60 days")
    return months.run()


@pytest.mark.parametrize("gone", [(), ("old",), ("new",), ("old", "new")])
def test_all_together_add_up_to_the_penny_whatever_lies_there_still(gone, months):
    old, new = all_at_once(months)
    months.forget(*(getattr(months, each) for each in gone))
    rows = months.rows()
    assert adds_up(rows)
    for name in ("baseline", "shorter_stay"):
        total = rows[(rows["kind"] == "total") & (rows["scenario"] == name)]["gbp"].tolist()
        assert total == [round(old[name].total_gbp, 2), round(new[name].total_gbp, 2)]
    kinds = list(dict.fromkeys(rows["kind"]))
    order = ["total", "patients", "number", "scenario", "uptake", "price", "setting", "file", "remainder"]
    assert kinds == [each for each in order if each != "remainder" or gone]


@pytest.mark.parametrize("gone", ["old", "new"])
def test_whichever_study_is_there_the_pounds_are_the_same(gone, months):
    months.edit("prices.csv", "ward.bed_day,RXX,450", "ward.bed_day,RXX,470")
    months.edit("pathway.yaml", "los: {value: 4,", "los: {value: 5,")
    months.run()
    both = moved(months.rows())
    days = 90 * 0.6 / 0.99 + 10 * 0.6 / 0.95  # operations, of each a day more
    assert both["number", "los"] == pytest.approx(days * 450, abs=0.01)
    assert both["price", "ward.bed_day at RXX"] == pytest.approx(days * 5 * 20, abs=0.01)  # in the new quantities
    months.forget(getattr(months, gone))
    assert moved(months.rows()) == both


def test_without_either_study_prices_move_the_pounds_that_rest_on_them(months):
    months.edit("prices.csv", "gp.consult,RZP,40", "gp.consult,RZP,41").edit(
        "prices.csv", "ward.bed_day,RXX,450", "ward.bed_day,RXX,470"
    )
    old, new = months.run()
    both = moved(months.rows())
    months.forget(months.old, months.new)
    rows = months.rows()
    assert {name: gbp for name, gbp in moved(rows).items() if name[0] != "remainder"} == both
    assert moved(rows, "shorter_stay")["remainder", "prices.csv"] == moves_of_totals(old, new, "shorter_stay")
    assert adds_up(rows)
    assert "Neither study can be costed again" in " ".join(months.compared().told)


def test_shares_that_cannot_move_one_by_one_move_together(months):
    months.both(
        "pathway.yaml",
        "  p_return:",
        "  to_home: {value: 0.4, unit: share}\n  to_knee: {value: 0.6, unit: share}\n  p_return:",
    )
    months.both("pathway.yaml", "gp: {surgery: 0.6, home: 0.4}", "gp: {surgery: to_knee, home: to_home}")
    months.edit("pathway.yaml", "to_home: {value: 0.4", "to_home: {value: 0.3").edit(
        "pathway.yaml", "to_knee: {value: 0.6", "to_knee: {value: 0.7"
    )
    old, new = months.run()
    assert moved(months.rows()) == {("number", "to_home, to_knee"): moves_of_totals(old, new)}


def test_what_cannot_be_put_back_holds_up_nothing_else(months):
    months.both(
        "pathway.yaml",
        "  p_return:",
        "  to_home: {value: 0.4, unit: share}\n  to_knee: {value: 0.6, unit: share}\n  p_return:",
    )
    months.both("pathway.yaml", "gp: {surgery: 0.6, home: 0.4}", "gp: {surgery: to_knee, home: to_home}")
    months.edit("pathway.yaml", "to_home: {value: 0.4", "to_home: {value: 0.3")
    months.edit("pathway.yaml", "to_knee: {value: 0.6", "to_knee: {value: 0.7")
    months.edit("pathway.yaml", "[no, Frail]", "[no, weak]").edit("pathway.yaml", "Frail: 0.5", "weak: 0.5")
    months.edit("cohort.csv", "Frail", "weak").edit("cohort.csv", "PERSON-88001,no,40", "PERSON-88001,no,44")
    months.run()
    months.forget(months.old)  # with it the patients who are called frail
    rows = months.rows()
    found = moved(rows)
    assert found["number", "to_home, to_knee"] > 60_000
    assert found["remainder", "cohort.csv, p_rehab, attributes.frail"] == pytest.approx(
        4 * (40 + 0.6 / 0.99 * (6800 + 0.1 * 240)), abs=0.02
    )
    assert adds_up(rows)


def test_another_structure_is_put_back_whole(months):
    months.edit("pathway.yaml", "quantity: 3}", "quantity: 4}").edit(
        "pathway.yaml", "gp: {surgery: 0.6, home: 0.4}", "gp: {surgery: 0.5, home: 0.5}"
    )
    months.run()
    rows = months.rows()
    assert set(moved(rows)) == {("pathway", "settings.rehab"), ("pathway", "routes.gp")}
    assert adds_up(rows)


def test_the_rows_are_the_same_bytes_each_time(months):
    all_at_once(months)
    assert csv_bytes(months.rows()) == csv_bytes(months.rows())
    header, first, *_ = csv_bytes(months.rows()).decode().splitlines()
    assert header == "position,kind,input,old,new,scenario,gbp,change_gbp"
    assert first == "0,total,old run,,,baseline,419923.44,"


def test_the_present_value_where_both_discount(months):
    months.both("study.yaml", "price_year: 2024-25", "price_year: 2024-25\nhorizon: 5 years\ndiscount: {gbp: 0.035}")
    months.edit("study.yaml", "gbp: 0.035", "gbp: 0.015").edit("prices.csv", "gp.consult,RZP,40", "gp.consult,RZP,41")
    old, _new = months.run()
    compared = months.compared()
    assert compared.measure == "present_value_gbp"
    rows = months.rows()
    assert rows["gbp"].iloc[0] == round(old["baseline"].present_value_gbp, 2)
    assert moved(rows)["price", "gp.consult at RZP"] == 100
    assert adds_up(rows)


def test_a_scenario_in_one_run_only_is_told(months):
    months.edit("study.yaml", "compare: [baseline, shorter_stay]", "compare: [baseline]")
    months.run()
    rows = months.rows()
    assert moved(rows) == {("scenario", "shorter_stay"): None}
    assert set(rows["scenario"]) == {"baseline", ""}
    assert rows.query("kind == 'scenario'")[["old", "new"]].values.tolist() == [["compared", "not compared"]]


# --- what cannot be told -------------------------------------------------------------------------------------------
def test_pounds_of_unlike_years_are_not_subtracted(months):
    for name in ("study.yaml", "prices.csv"):
        text = (months.new / name).read_text()
        (months.new / name).write_text(text.replace("2024-25", "2025-26"))
    months.edit("pathway.yaml", "los: {value: 4,", "los: {value: 5,")
    months.run()
    compared = months.compared()
    assert compared.totals == {}
    assert all(move.pence is None for move in compared.moves)
    assert months.rows()["gbp"].isna().all()
    assert "total" not in set(months.rows()["kind"])
    assert "Pounds of 2024-25 and of 2025-26 are not subtracted" in " ".join(compared.told)
    assert ("number", "los") in moved(months.rows())


def older(folder):
    """The record of a folder as it was before records kept what specs state."""
    record = json.loads((folder / "run.json").read_text())
    del record["specs"]
    (folder / "run.json").write_text(json.dumps(record))


def test_an_older_folder_is_read_with_its_files_where_they_are_as_they_were(months):
    months.edit("pathway.yaml", "los: {value: 4,", "los: {value: 5,")
    old, new = months.run()
    older(months.out_old)
    assert moved(months.rows()) == {("number", "los"): moves_of_totals(old, new)}


def test_an_older_folder_without_its_files_is_told_what_it_lacks(months):
    months.edit("pathway.yaml", "los: {value: 4,", "los: {value: 5,").edit(
        "prices.csv", "gp.consult,RZP,40", "gp.consult,RZP,41"
    )
    old, new = months.run()
    older(months.out_old)
    months.forget(months.old)
    compared = months.compared()
    assert "whose record does not hold the pathway's numbers and scenarios" in compared.told[0]
    found = moved(months.rows())
    assert found["price", "gp.consult at RZP"] == 100
    assert found["file", "pathway.yaml"] is None
    assert found["remainder", "pathway.yaml"] == round(moves_of_totals(old, new) - 100, 2)
    assert adds_up(months.rows())


def test_another_version_that_costs_otherwise_is_the_remainder(months):
    months.edit("prices.csv", "gp.consult,RZP,40", "gp.consult,RZP,41")
    months.run()
    record = json.loads((months.out_old / "run.json").read_text())
    record["versions"]["numpy"] = "1.0"
    record["totals"]["baseline"]["total_gbp"] -= 12.5
    (months.out_old / "run.json").write_text(json.dumps(record))
    found = moved(months.rows())
    assert found == {
        ("price", "gp.consult at RZP"): 100, ("file", "prices.csv"): None, ("version", "numpy"): None,
        ("remainder", "numpy"): 12.5,
    }  # fmt: skip


def test_a_total_that_nothing_recorded_explains_is_a_remainder_without_a_name(months):
    months.run()
    record = json.loads((months.out_old / "run.json").read_text())
    record["totals"]["baseline"]["total_gbp"] -= 12.5
    (months.out_old / "run.json").write_text(json.dumps(record))
    compared = months.compared()
    assert [(move.called, move.what, move.pence["baseline"]) for move in compared.moves] == [("remainder", "", 1250)]
    assert "1 remainder: nothing that is recorded explains it" in lines_of_moves(compared)


def test_a_withheld_hash_of_the_cohort_cannot_be_told(months):
    months.edit("cohort.csv", "PERSON-88001,no,40", "PERSON-88001,no,44")
    old, new = months.run()
    for folder in (months.out_old, months.out_new):
        record = json.loads((folder / "run.json").read_text())
        record["inputs"]["cohort.csv"] = "withheld"
        (folder / "run.json").write_text(json.dumps(record))
    name = "cohort.csv: whether it is the same cannot be told, its hash is withheld"
    assert moved(months.rows()) == {("patients", name): None, ("remainder", name): moves_of_totals(old, new)}


# --- refusals ------------------------------------------------------------------------------------------------------
def refused(*folders):
    with pytest.raises(OutputFaults) as caught:
        compare_folders(*folders)
    assert caught.value.stage == "compare"
    return str(caught.value)


def test_a_folder_that_is_none_of_ours(months):
    months.run()
    assert "holds no run record of ours; name the folder that `run` wrote" in refused(months.out_old, months.new)
    assert "is no folder" in refused(months.out_old, months.new / "nowhere")


def test_another_pathway_or_study(months):
    months.edit("study.yaml", "study: toy_options", "study: toy_option")
    months.run()
    message = refused(months.out_old, months.out_new)
    assert "is of the study 'toy_option', and" in message
    assert "nearest: 'toy_options'" in message
    assert "compare two runs of one study" in message


@pytest.mark.parametrize(
    "damage",
    [
        {"totals": None}, {"totals": {}}, {"totals": {"baseline": {"total_gbp": "much"}}}, {"compared": []}, {"settings": 3},
        {"settings": {}}, {"specs": []}, {"specs": {"pathway": 1}}, {"price_year": None}, {"inputs": None},
    ],
)  # fmt: skip
def test_a_damaged_record(damage, months):
    months.run()
    record = json.loads((months.out_new / "run.json").read_text()) | damage
    (months.out_new / "run.json").write_text(json.dumps(record))
    assert "run.json: is not as a run writes it; run the study anew" in refused(months.out_old, months.out_new)


def test_prices_that_were_edited_or_are_gone(months):
    months.run()
    edit(months.out_old, "unit_costs_used.csv", "40.0", "41.0")
    (months.out_new / "unit_costs_used.csv").unlink()
    assert "unit_costs_used.csv: is not as the run wrote it" in refused(months.out_old, months.out_new)
    assert "unit_costs_used.csv: is not there any more" in refused(months.out_new, months.out_new)
