"""The questions that every extract is asked are shipped as Ibis writes them, and pricing asks no others."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pathway_cost.plics.reading import asked_of_extracts
from tests.plics.price_extracts import price, value
from tests.plics.pricing.asked_by_ibis import RULES, as_ibis_writes_them, ledger

EXAMPLE = Path(__file__).parents[3] / "examples" / "elective_knee" / "study.yaml"


def test_every_question_is_shipped_as_ibis_writes_it():
    assert json.loads(asked_of_extracts.SHIPPED.read_text(encoding="utf-8")) == as_ibis_writes_them()


def test_the_example_is_priced_without_ibis():
    code = (
        f"import sys; from pathway_cost import unit_costs_from; unit_costs_from({str(EXAMPLE)!r}); "
        "assert 'duckdb' in sys.modules; assert 'ibis' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("is_shipped", [True, False], ids=["shipped", "by Ibis"])
def test_a_price_is_the_same_by_the_shipped_question_and_by_ibis(is_shipped, monkeypatch):
    if not is_shipped:
        monkeypatch.setattr(asked_of_extracts, "_shipped", dict)
    prices = price(ledger(), RULES)
    assert value(prices, "ward") == 120  # two stays of £300 over 2 + 3 days
    assert value(prices, "theatre") == 425  # two of £400, and the device of £50 attached to one of them
    assert value(prices, "spell") == 1400  # both episodes, all their lines
    assert value(prices, "device") == 50


def test_columns_that_the_shipped_questions_do_not_hold_are_asked_by_ibis(monkeypatch):
    columns = ("Pod", "EpType", "EpiNo", "Tfc", "CFBand", "HrgFce", "HrgSpl", "EpGro", "PartCost")
    monkeypatch.setattr("pathway_cost.plics.reading.relations.MANY_ASKED", 2)
    where = {name: "X" for name in columns if name != "EpType"} | {"EpType": "3"}
    made = ledger()
    made.record("APC", {"THR001": 90}, **where)
    assert value(price(made, {"one": {"feed": "APC", "per": "episode", "where": where}}), "one") == 90
