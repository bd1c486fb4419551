"""What is called from Python says what is wrong with what it was given, and keeps what was told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import pathway_cost as pc
from pathway_cost.errors import ComparisonFaults, PriceFaults, Severity, TableFaults
from tests.specs.checks.test_units import PRICES, cost, scenario, ward

NO_TABLES = {
    "a list of rows": ([{"age": 60}, {"age": 71}], "a list is no table"),
    "a path": ("cohort.csv", "a str is no table"),
    "nothing": (None, "a NoneType is no table"),
    "numbers": (np.ones((2, 2)), "a ndarray is no table"),
    "one column": (pd.Series([1, 2]), "a Series is no table"),
    "columns of unlike length": ({"age": [60, 71], "frail": ["no"]}, "do not have one value a row each"),
    "one row without lists": ({"age": 60}, "do not have one value a row each"),
}


@pytest.mark.parametrize(("given", "said"), NO_TABLES.values(), ids=list(NO_TABLES))
@pytest.mark.parametrize("reader", [pc.Cohort.from_frame, pc.UnitCosts.from_frame])
def test_what_is_no_table_is_said(reader, given, said):
    with pytest.raises(TableFaults) as raised:
        reader(given)
    assert said in str(raised.value)
    assert "give a dataframe, or column → values" in str(raised.value)


def test_a_share_of_a_place_that_is_not_there():
    with pytest.raises(TableFaults, match="shares: the footprint has no place 'al'; nearest: 'all'"):
        cost(shares={"al": 1})
    assert cost(shares={"all": 1}).total_gbp == pytest.approx(1800)


@pytest.mark.parametrize("given", [None, "RXX", {"acute": "RXX"}, [{"acute": "RXX"}]], ids=str)
def test_a_footprint_that_says_no_place_and_role(given):
    with pytest.raises(
        TableFaults, match=r'footprint: the footprint is no place → role → organisation; write {"all": '
    ):
        pc.cost_pathway(pc.load_pathway(ward()), pc.Cohort.alike(1), [], given, price_year="2024-25")


@pytest.mark.parametrize("given", ["many", None, -1, float("nan")])
def test_patients_alike_of_whom_there_are_no_number(given):
    with pytest.raises(TableFaults, match="a weight says how many patients the row stands for: 0 or more"):
        pc.Cohort.alike(given)


@pytest.mark.parametrize("given", [None, "day_case", 1800.0])
def test_what_is_no_result_is_not_compared(given):
    costed = cost()
    for pair in ((costed, given), (given, costed)):
        with pytest.raises(ComparisonFaults, match=f"a {type(given).__name__} is no result; give what was costed"):
            pc.compare(*pair)


@pytest.mark.parametrize("year", [2024, 2024.0, None])
def test_a_price_year_that_is_no_text(year):
    pathway = pc.load_pathway(ward())
    cohort = pc.Cohort.from_frame({"frail": ["no"], "weeks": [4], "age": [70]})
    with pytest.raises(
        PriceFaults, match=f"price_year: {year} is not a financial year written as text; write '2024-25'"
    ):
        pc.cost_pathway(pathway, cohort, [], {"all": {"acute": "RXX"}}, price_year=year)


def test_warnings_of_what_was_costed_can_be_read():
    costed = cost(prices=PRICES | {"bed": (-450, "bed_day")})
    (warning,) = (note for note in costed.notes if note.severity is Severity.WARNING)
    assert "below £0" in warning.what
    assert [n.rule for n in cost(scenarios=[scenario({"scale_stay": "ward", "by": 75})]).notes][:1]
