"""Rows of the smaller tables that nothing asks for are told: market forces, indices, components, lenders, rules."""

from __future__ import annotations

import pytest

import pathway_cost as pc
from pathway_cost.errors import Severity
from tests.cli.refusals import refused
from tests.cli.toy_study import edit, run_cli, write_study

NAMED = ("name", "names_", "table_", "rates_", "lender_")


@pytest.fixture
def study(tmp_path):
    return write_study(tmp_path / "study", extracts=False)


@pytest.fixture
def extracts(tmp_path):
    return write_study(tmp_path / "study")


def table(study, name, header, *rows):
    (study.parent / name).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def beside(study, text):
    with study.open("a", encoding="utf-8") as file:
        file.write(text + "\n")


def told(study, severity=None):
    notes = [note for note in pc.run(study).notes if note.rule.startswith(NAMED)]
    return [note for note in notes if severity in (None, note.severity)]


def refusal(study, tmp_path):
    return refused(run_cli("run", study, "--out", tmp_path / "out"))


# --- market forces -----------------------------------------------------------------------------------------------------------
def factors(study, *organisations):
    table(study, "mff.csv", "organisation,factor", *(f"{name},1.1" for name in organisations))
    beside(study, "mff: mff.csv")


def test_factors_of_the_studys_organisations_are_silent(study):
    factors(study, "RXX", "RYY")
    assert told(study) == []


def test_a_factor_written_another_way_is_refused(study, tmp_path):
    factors(study, "RYY", "rxx ")
    assert "mff.csv row 2 (organisation): the organisation 'rxx ' is 'RXX'" in refusal(study, tmp_path)


def test_a_national_list_of_factors_is_one_note(study):
    factors(study, "RXX", *(f"RQ{number}" for number in range(9)))
    (note,) = told(study)
    assert note.severity is Severity.NOTE
    assert note.what == "9 of 10 names are not asked for: RQ0 (row 2), RQ1 (row 3), RQ2 (row 4) and 6 more"


def test_factors_of_nobody_here_are_refused(study, tmp_path):
    factors(study, "RQQ", "RQR")
    assert "mff.csv: the study asks for none of the rows here: RQQ (row 1), RQR (row 2)" in refusal(study, tmp_path)


# --- price indices -----------------------------------------------------------------------------------------------------------
def index(study, *names):
    table(
        study,
        "index.csv",
        "index,price_year,rate",
        *(f"{name},20{20 + row}-{21 + row},0.03" for row, name in enumerate(names)),
    )
    beside(study, "price_index: {file: index.csv}")


def test_an_index_that_serves_a_kind_is_silent(study):
    index(study, "nhscii", "pss")
    assert told(study) == []


def test_an_index_written_another_way_is_refused(study, tmp_path):
    index(study, "nhscii", "NHSCII")
    assert "index.csv row 2 (index): the index 'NHSCII' is 'nhscii'" in refusal(study, tmp_path)


def test_an_index_one_letter_off_is_a_warning(study):
    index(study, "nhsci", "pss")
    (warning,) = told(study)
    assert (warning.severity, warning.where.row, warning.nearest) == (Severity.WARNING, 1, "nhscii")


def test_an_index_of_a_near_name_beside_the_one_that_serves_is_a_note(study):
    index(study, "nhscii", "nhsci")
    assert [note.severity for note in told(study)] == [Severity.NOTE]


def test_an_index_that_serves_nobody_is_a_note(study):
    index(study, "nhscii", "brewers")
    (note,) = told(study)
    assert "1 of 2 names are not asked for: brewers (row 2)" in note.what


@pytest.mark.parametrize(("name", "severity"), [("nhsci", Severity.WARNING), ("brewers", Severity.NOTE)])
def test_rates_in_the_study_for_an_index_nobody_uses(study, name, severity):
    beside(study, f"price_index: {{rates: {{{name}: {{2024-25: 0.03}}}}}}")
    (note,) = told(study)
    assert (note.rule, note.severity) == ("rates_of_no_index", severity)


def test_rates_of_an_index_that_a_kind_names_are_silent(study):
    beside(study, "price_index: {kinds: {police: brewers}, rates: {brewers: {2024-25: 0.03}}}")
    assert told(study) == []


# --- components -----------------------------------------------------------------------------------------------------------
def components(study, *rows):
    table(study, "components.csv", "ActCstID,ResCstID,component", *rows)
    edit(study.parent, "study.yaml", "rules: rules.yaml", "rules: rules.yaml, components: components.csv")


ALL = ("THR*,*,theatre", "WRD*,*,ward", "COM*,*,physio")


def test_components_of_the_extracts_are_silent(extracts):
    components(extracts, *ALL, "*,CPF002,medical", "*,*,other")
    assert told(extracts) == []


@pytest.mark.parametrize("line", ["thr001,*,theatre", "THR001 ,*,theatre", "*,cpf002,medical", "wrd*,*,ward"])
def test_a_code_written_another_way_is_refused(extracts, tmp_path, line):
    components(extracts, line, *ALL)
    assert "components.csv row 1 (" in refusal(extracts, tmp_path)


def test_components_that_the_extracts_lack_are_one_note(extracts):
    components(extracts, *ALL, "DEV*,*,implants", "THR*,CPF999,other")
    (note,) = told(extracts)
    assert "2 of 5 lines are of no cost line of the extracts: DEV* * (row 4), THR* CPF999 (row 5)" in note.what


def test_components_of_other_extracts_are_refused(extracts, tmp_path):
    components(extracts, "DEV*,*,implants")
    assert "components.csv: no line here is of a cost line of the extracts" in refusal(extracts, tmp_path)


# --- lenders and rules -----------------------------------------------------------------------------------------------------
def test_a_lender_without_prices_is_a_warning(study):
    edit(study.parent, "study.yaml", "table: prices.csv", "table: prices.csv\n    borrow: {RYY: RQQ}")
    (warning,) = told(study)
    assert "prices.csv has no price of 'RQQ', from whom RYY borrows" in warning.what
    assert warning.severity is Severity.WARNING


def test_a_lender_written_another_way_is_refused(study, tmp_path):
    edit(study.parent, "study.yaml", "table: prices.csv", 'table: prices.csv\n    borrow: {RYY: "RXX "}')
    assert "'RXX '" in refusal(study, tmp_path)


def test_a_misspelt_rule_is_named_where_its_price_is_missing(extracts, tmp_path):
    edit(extracts.parent, "rules.yaml", "theatre.knee:", "theatre.kne:")
    message = refusal(extracts, tmp_path)
    assert "no set prices theatre.knee" in message
    assert "nearest: 'theatre.kne'; call the rule 'theatre.kne' of rules.yaml 'theatre.knee'" in message
