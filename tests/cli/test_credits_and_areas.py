"""What is told and what is not: a credit within a price, a difference accepted that is not there, areas nobody has."""

from __future__ import annotations

import pytest

import pathway_cost as pc
from pathway_cost.errors import Severity
from tests.cli.refusals import refused
from tests.cli.toy_study import ALL_PRICES, APC, TOTAL_GBP, edit, run_cli, write_study

HEADER, GP, THEATRE, WARD, PHYSIO = ALL_PRICES.splitlines()
XML = APC.removeprefix("plics/")


def notes(study, rule):
    return [note for note in pc.run(study).notes if note.rule == rule]


# --- credits ---------------------------------------------------------------------------------------------------------
def with_credit(folder, pounds, allowed=""):
    """The toy study without extracts, theatre as £5,000 and a credit, allowed or not."""
    study = write_study(folder / "study", extracts=False)
    rows = [f"{row},," for row in (GP, THEATRE, WARD, PHYSIO)]
    rows += [f"{THEATRE.replace('5000', pounds)},credit,{allowed}"]
    (study.parent / "prices.csv").write_text(
        "\n".join([f"{HEADER},component,negative", *rows]) + "\n", encoding="utf-8"
    )
    return study


def test_a_credit_that_is_allowed_is_ordinary(tmp_path):
    study = with_credit(tmp_path, "-100", "allowed")
    operations = 90 * 0.6 / 0.99 + 10 * 0.6 / 0.95
    assert pc.run(study)["baseline"].total_gbp == pytest.approx(TOTAL_GBP - 100 * operations)
    assert notes(study, "price_below_zero") == []


@pytest.mark.parametrize("pounds", ["-100", "-5200"])
def test_a_sign_that_slipped_in_one_component_is_a_warning(tmp_path, pounds):
    (warning,) = notes(with_credit(tmp_path, pounds), "price_below_zero")
    assert warning.severity is Severity.WARNING
    said = f"theatre.knee of RXX −£{-float(pounds):,.2f} per episode (row 5)"
    assert f"1 price of prices.csv is below £0: {said}" in warning.what


# --- differences accepted --------------------------------------------------------------------------------------------
def accepting(folder, difference):
    study = write_study(folder / "study")
    line = f"rules: rules.yaml, accept: [{{file: {XML}, {difference}, reason: agreed}}]"
    edit(study.parent, "study.yaml", "rules: rules.yaml", line)
    return study


@pytest.mark.parametrize(
    ("difference", "said"), [("difference_gbp: -5", "−£5.00"), ("difference_records: 2", "2 records")]
)
def test_a_difference_that_is_not_there_is_a_note(tmp_path, difference, said):
    study = accepting(tmp_path, difference)
    (note,) = notes(study, "accept_names_no_difference")
    assert note.severity is Severity.NOTE
    assert (note.where.file, note.what) == (XML, f"`accept:` names a difference of {said} that the file does not have")
    assert pc.run(study)["baseline"].total_gbp == pytest.approx(TOTAL_GBP)


def test_a_difference_that_is_there_is_accepted(tmp_path):
    study = accepting(tmp_path, "difference_gbp: -0.01")
    edit(study.parent, APC, "<TotalCosts>20400<", "<TotalCosts>20400.01<")
    assert notes(study, "accept_names_no_difference") == []


# --- areas -----------------------------------------------------------------------------------------------------------
def with_areas(folder, *rows):
    study = write_study(folder / "study")
    table = "\n".join(["postcode,lsoa,deprivation_fifth", *rows]) + "\n"
    (study.parent / "areas.csv").write_text(table, encoding="utf-8")
    edit(study.parent, "study.yaml", "rules: rules.yaml", "rules: rules.yaml, postcodes: areas.csv")
    return study


def test_postcodes_that_no_record_has_are_a_warning(tmp_path):
    (warning,) = notes(with_areas(tmp_path, "AA99 3WZ,E01,1", "AA99 4QX,E02,"), "no_postcode_matches")
    assert warning.severity is Severity.WARNING
    assert warning.what.startswith("none of the 2 postcodes of the table is that of a record (")


def test_postcodes_of_some_records_say_nothing(tmp_path):
    study = with_areas(tmp_path, "AA99 3WZ,E01,1", "ZZ99 4QX,E02,5", "ZZ99 7VB,E03,")
    assert [note.rule for note in pc.run(study).notes if "postcode" in note.rule] == []


@pytest.mark.parametrize("fifth", ["10", "0", "1.5", "-1"])
def test_a_fifth_that_is_none_is_a_fault(tmp_path, fifth):
    study = with_areas(tmp_path, "ZZ99 3WZ,E01,1", f"ZZ99 4QX,E02,{fifth}")
    message = refused(run_cli("run", study, "--out", tmp_path / "out"))
    assert "areas.csv row 2 (deprivation_fifth): the deprivation fifth is not a number from 1 to 5: row 2" in message
