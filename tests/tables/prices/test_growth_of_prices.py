"""Growth of 3 for 3% would make prices four times what they are: a fault wherever it is written."""

from __future__ import annotations

import pytest

import pathway_cost as pc
from pathway_cost.errors import SpecFaults, TableFaults
from pathway_cost.tables.prices.price_index import PriceIndex
from tests.cli.refusals import refused
from tests.cli.toy_study import edit, run_cli, write_study


@pytest.fixture
def study(tmp_path):
    """The toy study with a GP price of the year before: £40 × 1.03 = £41.20."""
    path = write_study(tmp_path / "study", extracts=False)
    edit(
        path.parent, "prices.csv", "gp.consult,RZP,40,contact,whole,2024-25", "gp.consult,RZP,40,contact,whole,2023-24"
    )
    return path


def rates(study, given):
    with study.open("a", encoding="utf-8") as file:
        file.write(f"price_index: {given}\n")


def test_three_percent_is_written_so(study):
    rates(study, "{rates: {nhscii: {2024-25: 0.03}}}")
    prices = pc.run(study)["baseline"].modelled.prices["everyone"]
    assert prices.block("RZP", "gp.consult").gbp[()].sum() == pytest.approx(41.20)


@pytest.mark.parametrize(("growth", "meant"), [("3", "0.03"), ("7.32", "0.0732"), ("1", "0.01")])
def test_percent_in_the_study_is_refused(study, tmp_path, growth, meant):
    rates(study, f"{{rates: {{nhscii: {{2024-25: {growth}}}}}}}")
    message = refused(run_cli("run", study, "--out", tmp_path / "out"))
    assert f"found {growth}: did you mean {growth}%? Write {meant}" in message
    assert "price_index.rates.nhscii.2024-25" in message


def test_percent_in_a_table_is_refused(study, tmp_path):
    (study.parent / "index.csv").write_text(
        "index,price_year,rate\nnhscii,2023-24,0.04\nnhscii,2024-25,3.0\n", encoding="utf-8"
    )
    rates(study, "{file: index.csv}")
    message = refused(run_cli("run", study, "--out", tmp_path / "out"))
    assert (
        "index.csv row 2 (rate): growth into a year lies above -1 and below 1; found 3: did you mean 3%? Write 0.03"
        in message
    )


@pytest.mark.parametrize("rate", [3, 1.0, -1, -2.5])
def test_what_is_no_growth_is_refused_from_python(rate):
    with pytest.raises(TableFaults, match=f"found {rate:g}"):
        PriceIndex.shipped().with_rates({"nhscii": {"2024-25": rate}})


@pytest.mark.parametrize("rate", [-0.99, 0, 0.99])
def test_what_is_growth_is_taken(rate):
    index = PriceIndex.shipped().with_rates({"nhscii": {"2024-25": rate}})
    assert index.factor("nhscii", "2023-24", "2024-25").factor == pytest.approx(1 + rate)


def test_a_share_of_a_place_in_percent_is_refused(study):
    edit(study.parent, "study.yaml", "all: {primary_care", "all: {share: 30, primary_care")
    with pytest.raises(SpecFaults, match=r"must be at most 1: did you mean 30%\? Write 0\.3"):
        pc.load_study(study)
