"""A set of unit costs is checked once, with every fault."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pathway_cost.errors import TableFaults
from pathway_cost.tables.prices.unit_costs import SET_COLUMNS, UnitCosts


def rows(**columns):
    plain = {
        "unit_cost": ["ward.bed_day", "ward.bed_day"],
        "component": ["nursing", "medical"],
        "value_gbp": [350.0, 100.0],
        "unit": ["bed_day", "bed_day"],
        "covers": ["part", "part"],
        "price_year": ["2024-25", "2024-25"],
        "source": ["PLICS", "PLICS"],
    }
    return pd.DataFrame(plain | columns)


def faults(**columns):
    with pytest.raises(TableFaults) as raised:
        UnitCosts.from_frame(rows(**columns), name="ours")
    return [problem.rule for problem in raised.value.problems]


def test_optional_columns_are_filled():
    frame = UnitCosts.from_frame(rows(), name="ours").frame
    assert tuple(frame.columns) == SET_COLUMNS
    first = frame.iloc[0]
    assert (first.organisation, first.level, first.basis, first.mff, first.grade) == (
        "*",
        "",
        "table",
        "national",
        "assumption",
    )
    assert np.isnan(first.n)
    assert first.accepted


def test_a_named_organisations_price_is_at_its_own_price_level():
    frame = UnitCosts.from_frame(rows(organisation=["RXX", "RXX"]), name="ours").frame
    assert frame["mff"].tolist() == ["in", "in"]


def test_organisation_codes_like_na_survive():
    assert (
        UnitCosts.from_frame(rows(organisation=["NA", "NA"]), name="ours").frame["organisation"].tolist() == ["NA"] * 2
    )


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ({"component": ["nursing", "nursing"]}, "price_given_twice"),
        ({"unit": ["bed_day", "episode"]}, "price_stated_twice"),
        ({"price_year": ["2024-25", "2023-24"]}, "price_stated_twice"),
        ({"covers": ["half", "half"]}, "word_unknown"),
        ({"price_year": ["2024", "2024"]}, "price_year_unreadable"),
        ({"value_gbp": ["450", "four"]}, "value_is_not_a_number"),
        ({"value_gbp": [np.inf, 1]}, "value_is_not_a_number"),
        ({"n": ["many", "few"]}, "value_is_not_a_number"),
        ({"source": ["PLICS", None]}, "value_missing"),
        ({"unit_cost": [1.5, 2.5]}, "code_is_not_text"),
        ({"level": ["high", ""]}, "level_unreadable"),
        ({"level": ["complexity=high", "frail=no"]}, "levels_of_unlike_attributes"),
        ({"accepted": ["perhaps", "yes"]}, "accepted_is_not_yes_or_no"),
    ],
)
def test_one_fault_each(columns, rule):
    assert set(faults(**columns)) == {rule}


def test_all_faults_arrive_together():
    assert set(faults(covers=["half", "part"], value_gbp=["x", "1"], source=["", "y"])) == {
        "word_unknown", "value_is_not_a_number", "value_missing",
    }  # fmt: skip


def test_missing_columns_name_the_nearest_and_an_empty_table_is_a_fault():
    with pytest.raises(TableFaults, match="nearest: 'value_gb'"):
        UnitCosts.from_frame(rows().rename(columns={"value_gbp": "value_gb"}), name="ours")
    with pytest.raises(TableFaults, match="no rows"):
        UnitCosts.from_frame(rows().iloc[:0], name="ours")


def test_the_frame_given_is_not_changed():
    given = rows(price_year=["2024/25", "2024/25"])
    before = given.copy()
    UnitCosts.from_frame(given, name="ours")
    pd.testing.assert_frame_equal(given, before)
