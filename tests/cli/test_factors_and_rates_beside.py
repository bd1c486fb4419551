"""A market forces table that lacks an organisation is told, and growth that is stated twice is refused."""

from __future__ import annotations

import pytest

import pathway_cost as pc
from pathway_cost.errors import Severity, TableFaults
from tests.cli.toy_study import TOTAL_GBP, edit, write_study

PRICES = """\
unit_cost,organisation,value_gbp,unit,covers,price_year,mff,price_index,source
gp.consult,RZP,40,contact,whole,2024-25,national,,Made up
theatre.knee,RXX,5000,episode,part,2024-25,in,,Made up
ward.bed_day,RXX,450,bed_day,part,2024-25,in,,Made up
physio.contact,RYY,80,contact,whole,2024-25,national,,Made up
"""
OPERATIONS = 90 * 0.6 / 0.99 * 0.1 + 10 * 0.6 / 0.95 * 0.5
"""Patients of rehabilitation, by hand; each has 3 contacts."""


@pytest.fixture
def study(tmp_path):
    """The toy study with two prices of the national level and a table of market forces."""
    path = write_study(tmp_path / "study", extracts=False)
    (path.parent / "prices.csv").write_text(PRICES, encoding="utf-8")
    edit(path.parent, "study.yaml", "unit_costs:\n", "mff: mff.csv\nunit_costs:\n")
    return path


def factors(study, *rows):
    (study.parent / "mff.csv").write_text("\n".join(["organisation,factor", *rows, ""]), encoding="utf-8")
    return pc.run(study)


def test_an_organisation_without_a_factor_is_told(study):
    result = factors(study, "RYY,1.1")
    assert result["baseline"].total_gbp == pytest.approx(TOTAL_GBP + OPERATIONS * 3 * 80 * 0.1)
    [note] = [note for note in result.notes if note.rule == "factor_lacking"]
    assert note.severity is Severity.NOTE
    assert "mff.csv: no factor of RZP, so national prices count there as they are" in str(note)


def test_factors_of_all_national_prices_are_silent(study):
    result = factors(study, "RYY,1.1", "RZP,1.05")
    assert result["baseline"].total_gbp == pytest.approx(TOTAL_GBP + OPERATIONS * 3 * 80 * 0.1 + 100 * 40 * 0.05)
    assert not [note for note in result.notes if note.rule == "factor_lacking"]


@pytest.mark.parametrize(("rate", "refused"), [("0.2", True), ("0.1", False)])
def test_growth_stated_twice_must_be_one_growth(study, rate, refused):
    folder = study.parent
    (folder / "index.csv").write_text(
        "index,price_year,rate,edition,source,grade\ntown,2024-25,0.1,final,Made up,assumption\n", encoding="utf-8"
    )
    edit(folder, "prices.csv", "40,contact,whole,2024-25,national,,", "40,contact,whole,2023-24,national,town,")
    edit(
        folder, "study.yaml", "unit_costs:\n",
        f"price_index: {{file: index.csv, rates: {{town: {{2024-25: {rate}}}}}}}\nunit_costs:\n",
    )  # fmt: skip
    if not refused:
        result = factors(study, "RYY,1", "RZP,1")
        assert result["baseline"].total_gbp == pytest.approx(TOTAL_GBP + 100 * 40 * 0.1)
        return
    with pytest.raises(TableFaults, match=r"growth is 0\.2 here and 0\.1 in index\.csv: only one of them can count"):
        factors(study, "RYY,1", "RZP,1")
