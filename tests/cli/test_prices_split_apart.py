"""Components of one price that stand in two tables, or for an organisation and for any: the part not counted is told."""

from __future__ import annotations

import pytest

import pathway_cost as pc
from pathway_cost.errors import Severity
from tests.cli.toy_study import TOTAL_GBP, edit, write_study

HEADER = "unit_cost,organisation,component,value_gbp,unit,covers,price_year,source\n"
OTHERS = """\
gp.consult,RZP,,40,contact,whole,2024-25,Made up
ward.bed_day,RXX,,450,bed_day,part,2024-25,Made up
physio.contact,RYY,,80,contact,whole,2024-25,Made up
"""
PAY = "theatre.knee,RXX,pay,3000,episode,part,2024-25,Made up\n"
NONPAY = "theatre.knee,RXX,nonpay,2000,episode,part,2024-25,Made up\n"
PAY_ONLY_GBP = TOTAL_GBP - 2000 * (90 * 0.6 / 0.99 + 10 * 0.6 / 0.95)
"""By hand: every operation £2,000 of nonpay too cheap."""


@pytest.fixture
def run(tmp_path):
    """Runs the toy study with a first and a second table of prices."""

    def of(first, second=None):
        path = write_study(tmp_path / "study", extracts=False)
        (path.parent / "prices.csv").write_text(HEADER + first, encoding="utf-8")
        if second is not None:
            (path.parent / "second.csv").write_text(HEADER + second, encoding="utf-8")
            edit(path.parent, "study.yaml", "prices.csv\n", "prices.csv\n  - table: second.csv\n")
        return pc.run(path)

    return of


def told(result):
    return [str(note) for note in result.notes if note.rule == "price_split_apart"]


def test_components_of_one_set_are_summed(run):
    result = run(OTHERS + PAY + NONPAY)
    assert result["baseline"].total_gbp == pytest.approx(TOTAL_GBP)
    assert not told(result)


def test_components_in_two_sets_are_told_in_pounds(run):
    result = run(OTHERS + PAY, NONPAY)
    assert result["baseline"].total_gbp == pytest.approx(PAY_ONLY_GBP)
    [text] = told(result)
    assert (
        "second.csv row 1 (theatre.knee): nonpay £2,000.00 of theatre.knee of RXX in second.csv is not counted" in text
    )
    assert "theatre.knee of RXX in prices.csv answers with pay £3,000.00" in text
    assert all(note.severity is Severity.WARNING for note in result.notes if note.rule == "price_split_apart")


def test_a_component_for_any_organisation_is_told_in_pounds(run):
    result = run(OTHERS + PAY + NONPAY.replace("RXX", ""))
    assert result["baseline"].total_gbp == pytest.approx(PAY_ONLY_GBP)
    [text] = told(result)
    assert "prices.csv row 5 (theatre.knee): nonpay £2,000.00 of theatre.knee of any organisation" in text


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (PAY + NONPAY, PAY.replace("RXX", "") + NONPAY.replace("RXX", "")),
        (PAY.replace("pay,3000", ",5000"), PAY + NONPAY),
        (PAY + NONPAY, PAY.replace("pay,3000", ",9000")),
        (PAY + NONPAY, NONPAY),
    ],
)
def test_a_whole_price_that_stands_behind_is_ordinary(run, first, second):
    result = run(OTHERS + first, second)
    assert result["baseline"].total_gbp == pytest.approx(TOTAL_GBP)
    assert not told(result)
