"""Extracts of organisations that the study does not ask for never leave the answer to placeholders in silence."""

from __future__ import annotations

import pytest

import pathway_cost as pc
from pathway_cost.errors import PathwayCostError, Severity
from tests.cli.toy_study import APC, PRICES, TOTAL_GBP, edit, write_study

ANY = "theatre.knee,,1000,episode,part,2024-25,Made up\nward.bed_day,RXX,450,bed_day,part,2024-25,Made up\n"
PLACEHOLDER_GBP = 90 * (40 + 0.6 / 0.99 * (2800 + 0.1 * 240)) + 10 * (40 + 0.6 / 0.95 * (2800 + 0.5 * 240))
"""By hand: £1,000 of theatre for anyone in place of RXX's £5,000, with 4 × £450 of its ward."""


@pytest.fixture
def folder(tmp_path):
    """The toy study with a placeholder for the theatre and an own price of the ward in its table."""
    folder = write_study(tmp_path / "study").parent
    (folder / "prices.csv").write_text(PRICES + ANY, encoding="utf-8")
    return folder


def of_organisation(folder, code):
    text = (folder / APC).read_text(encoding="utf-8")
    (folder / APC).write_text(text.replace(">RXX<", f">{code}<"), encoding="utf-8")


def notes(result, rule):
    return [str(note) for note in result.notes if note.rule == rule and note.severity is Severity.NOTE]


def faults(folder):
    with pytest.raises(PathwayCostError) as raised:
        pc.run(folder / "study.yaml")
    return [str(problem) for problem in raised.value.problems]


def test_extracts_that_answer_are_silent(folder):
    result = pc.run(folder / "study.yaml")
    assert result["baseline"].total_gbp == pytest.approx(TOTAL_GBP)
    assert not notes(result, "organisations_of_no_role") + notes(result, "organisation_without_prices")


def test_pounds_of_no_role_are_told(folder):
    of_organisation(folder, "RXY")
    result = pc.run(folder / "study.yaml")
    assert result["baseline"].total_gbp == pytest.approx(PLACEHOLDER_GBP)
    [told] = notes(result, "organisations_of_no_role")
    assert "3 records and £20,400.00 of the extract are of organisations that play no role" in told
    assert "RXY (3 records, £20,400.00)" in told


def test_an_answer_for_any_organisation_is_told_though_it_has_other_prices(folder):
    of_organisation(folder, "RXY")
    [told] = notes(pc.run(folder / "study.yaml"), "organisation_without_prices")
    assert "no set has a price of its own for RXX (theatre.knee), though others have theirs" in told


def test_an_organisation_that_folds_to_one_asked_for_is_refused(folder):
    of_organisation(folder, "rxx")
    [fault] = faults(folder)
    assert "organisation 'rxx' is 'RXX' but for its case" in fault


def test_extracts_none_of_whose_prices_is_taken_are_refused(folder):
    of_organisation(folder, "RXY")
    edit(folder, "study.yaml", '"plics/*.xml"', APC)
    (folder / "prices.csv").write_text(f"{PRICES}{ANY}physio.contact,,80,contact,whole,2024-25,Made up\n")
    [fault] = faults(folder)
    assert "unit_costs.0.plics" in fault
    assert "none of the prices that its rules make is taken" in fault
    assert "theatre.knee of RXY, ward.bed_day of RXY" in fault


def test_extracts_that_stand_behind_a_table_are_no_fault(folder):
    own = "theatre.knee,RXX,1000,episode,part,2024-25,Made up\nward.bed_day,RXX,450,bed_day,part,2024-25,Made up\n"
    (folder / "prices.csv").write_text(PRICES + own + "physio.contact,RYY,80,contact,whole,2024-25,Made up\n")
    edit(folder, "study.yaml", "  - table: prices.csv\n", "")
    edit(folder, "study.yaml", "unit_costs:\n", "unit_costs:\n  - table: prices.csv\n")
    assert pc.run(folder / "study.yaml")["baseline"].total_gbp == pytest.approx(PLACEHOLDER_GBP)


def test_an_organisation_that_lends_its_prices_plays_a_part(folder):
    of_organisation(folder, "RXY")
    edit(folder, "study.yaml", "rules: rules.yaml}", "rules: rules.yaml}\n    borrow: {RXX: RXY}")
    result = pc.run(folder / "study.yaml")
    assert result["baseline"].total_gbp == pytest.approx(TOTAL_GBP)
    assert not notes(result, "organisations_of_no_role")
