"""Dataframes go the way of files: what is not read is told beside the costed pathway, what is misspelt is refused."""

from __future__ import annotations

import io

import pandas as pd
import pytest

import pathway_cost as pc
from pathway_cost.errors import TableFaults
from pathway_cost.tables.prices.unit_costs import UnitCosts
from tests.cli.toy_study import ALL_PRICES, COHORT, TOTAL_GBP, write_study

FOOTPRINT = {"all": {"primary_care": "RZP", "acute": "RXX", "community": "RYY"}}


def frame(text):
    return pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)


def costed(folder, people, prices):
    pathway = pc.load_pathway(write_study(folder).parent / "pathway.yaml")
    sets = UnitCosts.from_frame(prices, name="our prices")
    return pc.cost_pathway(pathway, pc.Cohort.from_frame(people), sets, FOOTPRINT, price_year="2024-25")


def test_the_same_pounds_and_nothing_to_say(tmp_path):
    found = costed(tmp_path, frame(COHORT), frame(ALL_PRICES))
    assert found.total_gbp == pytest.approx(TOTAL_GBP, abs=0.005)
    assert not [note for note in found.notes if note.rule == "column_unused"]


def test_columns_that_are_not_read_are_told(tmp_path):
    people, prices = frame(COHORT).assign(ward="x"), frame(ALL_PRICES).assign(comment="y")
    found = costed(tmp_path, people.set_index("patient_id"), prices)
    assert found.total_gbp == pytest.approx(TOTAL_GBP, abs=0.005)
    said = [str(note) for note in found.notes if note.rule == "column_unused"]
    assert said == ["cohort: not read: the column 'ward'", "our prices: not read: the column 'comment'"]


def test_a_weight_that_is_nearly_one_is_refused(tmp_path):
    """Three patients of £12,762 where 100 of £419,923 are meant."""
    for name in ("Weight", "weights", "wieght", " weight"):
        with pytest.raises(TableFaults, match="nearest: 'weight'"):
            costed(tmp_path, frame(COHORT).rename(columns={"weight": name}), frame(ALL_PRICES))
