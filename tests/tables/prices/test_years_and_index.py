"""Price years and indices: growth compounds (R13)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathway_cost.errors import PriceFaults, TableFaults
from pathway_cost.tables.prices.price_index import PriceIndex
from pathway_cost.tables.reading.years import price_year, years_after

SHIPPED = PriceIndex.shipped()
YEARS = ["2015-16", *years_after("2015-16", "2023-24")]


@pytest.mark.parametrize("text", ["2024-25", "2024/25", "FY2024-25", "FY2024/25", " 2024-25 "])
def test_a_year_is_read_three_ways_and_written_one(text):
    assert price_year(text) == "2024-25"


@pytest.mark.parametrize("text", ["2024", "2024-26", "2024-2025", "24-25", "", "FY24/25"])
def test_no_year(text):
    with pytest.raises(ValueError, match=r"no financial year|not a financial year"):
        price_year(text)


def test_the_century_turns():
    assert years_after("1998-99", "2000-01") == ["1999-00", "2000-01"]


def test_growth_compounds_and_is_never_added():
    # £1,000 of 2021/22 in 2023/24: 1,000 × 1.0732 × 1.0431 = £1,119.45; adding 7.32% and 4.31% would say £1,116.30
    brought = 1000 * SHIPPED.factor("nhscii", "2021-22", "2023-24").factor
    assert round(brought, 2) == 1119.45
    assert round(brought, 2) != 1116.30


def test_several_years_of_an_extract():
    # £1,000 of 2022/23 and £500 of 2023/24 at 2023/24: 1,043.10 + 500 = £1,543.10, of which uplift £43.10 (R16)
    assert round(1000 * SHIPPED.factor("nhscii", "2022-23", "2023-24").factor + 500, 2) == 1543.10


def test_downwards_divides():
    down = SHIPPED.factor("nhscii", "2023-24", "2021-22").factor
    assert down == pytest.approx(1 / (1.0732 * 1.0431), rel=1e-15)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(YEARS), st.sampled_from(YEARS), st.sampled_from(YEARS))
def test_factors_chain_and_return(first, middle, last):
    direct = SHIPPED.factor("nhscii", first, last).factor
    chained = SHIPPED.factor("nhscii", first, middle).factor * SHIPPED.factor("nhscii", middle, last).factor
    assert chained == pytest.approx(direct, rel=1e-12)
    assert direct * SHIPPED.factor("nhscii", last, first).factor == pytest.approx(1, rel=1e-12)


def test_a_missing_year_names_itself_and_shows_the_line_to_add():
    with pytest.raises(PriceFaults) as raised:
        SHIPPED.factor("nhscii", "2023-24", "2025-26")
    text = str(raised.value)
    assert "no growth into 2024-25" in text
    assert "no growth into 2025-26" in text
    assert "price_index: {rates: {nhscii: {2024-25:" in text
    assert "nhscii,2024-25," in text


def test_an_unknown_index_names_the_nearest():
    with pytest.raises(PriceFaults, match="nearest: 'nhscii'"):
        SHIPPED.factor("nhsci", "2022-23", "2023-24")


def test_kinds_of_organisation():
    assert [SHIPPED.of_kind(kind) for kind in ("acute", "primary_care", "council", "police", "vcse", "supplier")] == [
        "nhscii", "nhscii", "pss", None, None, None,
    ]  # fmt: skip
    assert SHIPPED.with_kinds({"police": "nhscii"}).of_kind("police") == "nhscii"
    assert SHIPPED.of_kind("police") is None


def test_rates_a_user_adds_are_an_assumption_and_replace_the_shipped():
    index = SHIPPED.with_rates({"nhscii": {"2024/25": 0.03, "2023-24": 0.05}})
    steps = index.factor("nhscii", "2022-23", "2024-25").steps
    assert [(step.year, step.rate, step.grade) for step in steps] == [
        ("2023-24", 0.05, "assumption"),
        ("2024-25", 0.03, "assumption"),
    ]


def test_no_rates_change_nothing():
    assert SHIPPED.with_rates({}) is SHIPPED


def test_rates_from_a_table_carry_their_grade():
    table = {
        "index": ["police"],
        "price_year": ["FY2024-25"],
        "rate": ["0.02"],
        "grade": ["published"],
        "edition": ["1"],
    }
    assert SHIPPED.with_rates(table).factor("police", "2023-24", "2024-25").steps[0].grade == "published"


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        ({"index": ["a"], "price_year": ["2024-25"]}, "column_missing"),
        ({"index": ["a"], "price_year": ["2024"], "rate": ["0.1"]}, "price_year_unreadable"),
        ({"index": ["a"], "price_year": ["2024-25"], "rate": ["3%"]}, "rate_is_not_a_number"),
        ({"index": ["a"], "price_year": ["2024-25"], "rate": ["-1"]}, "rate_is_no_growth"),
        ({"index": [""], "price_year": ["2024-25"], "rate": ["0"]}, "value_missing"),
        ({"index": ["a", "a"], "price_year": ["2024-25", "2024/25"], "rate": ["0", "0"]}, "rate_given_twice"),
    ],
)
def test_faulty_rates(table, rule):
    with pytest.raises(TableFaults) as raised:
        SHIPPED.with_rates(table)
    assert [problem.rule for problem in raised.value.problems] == [rule]
