"""Day and admission by least squares."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from tests.plics.price_extracts import Ledger, at, pounds, price, rows, rules_of, told, value

WARD = {"feed": "APC", "activities": ["WRD*", "THR*"], "per": "bed_day", "method": "slope"}


def stays(*records: tuple[int, float, float]) -> Ledger:
    ledger = Ledger()
    for days, ward, theatre in records:
        ledger.record("APC", {"WRD001": ward, "THR001": theatre}, Alos=days)
    return ledger


def test_the_line_is_that_of_least_squares_and_components_add_up():
    records = [(1, 700, 50), (3, 1500, 10), (4, 1600, 90), (8, 3100, 70)]
    prices = price(stays(*records), {"ward": WARD})
    days, totals = np.array([r[0] for r in records]), np.array([r[1] + r[2] for r in records])
    slope, intercept = np.polyfit(days, totals, 1)
    assert value(prices, "ward.bed_day") == pytest.approx(slope)
    assert value(prices, "ward.admission") == pytest.approx(intercept)
    assert set(rows(prices, "ward.bed_day")["component"]) == {"theatre", "ward"}
    residual = totals - intercept - slope * days
    variance = (residual**2).sum() / 2
    spread = ((days - days.mean()) ** 2).sum()
    assert rows(prices, "ward.bed_day")["se_total"].iloc[0] == pytest.approx((variance / spread) ** 0.5)
    expected = (variance * (1 / 4 + days.mean() ** 2 / spread)) ** 0.5
    assert rows(prices, "ward.admission")["se_total"].iloc[0] == pytest.approx(expected)


def test_day_and_admission_give_the_pounds_back():
    prices = price(stays((2, 2000, 0), (4, 2500, 0), (9, 4000, 7)), {"ward": WARD}, keys=["ward.bed_day"])
    assert prices.backcast[["priced_once", "price_difference"]].values.tolist() == [[Decimal(8507), Decimal(0)]]
    assert prices.unit_costs.keys == ("ward.bed_day", "ward.admission")


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ([(2, 2000, 0), (4, 1000, 0)], "a day would be −£500.00"),
        ([(2, 100, 0), (4, 1000, 0)], "an admission would be −£800.00"),
        ([(2, 100, 0), (2, 1000, 0)], "all stays are equally long"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(records, reason):
    prices = price(stays(*records), {"ward": WARD}, sites=at("ward", "ward.bed_day", "ward.admission"))
    assert prices.unit_costs.frame.empty
    assert told(prices, "slope_refused") == [f"RXX 2024-25: no price by slope, {reason} (n = 2)"]
    assert pounds(prices, "no price carries") == sum(Decimal(ward) for _, ward, _ in records)


def test_too_few_records_are_refused_unless_accepted():
    ledger = stays((2, 2000, 0), (4, 2400, 0))
    rules = rules_of({"ward": WARD}, min_n=30.0)
    assert told(price(ledger, rules), "slope_refused") == [
        "RXX 2024-25: no price by slope, fewer than 30 records (n = 2)"
    ]
    accepted = rules_of({"ward": WARD | {"accept_small": True}}, min_n=30.0)
    assert value(price(ledger, accepted), "ward.bed_day") == 200.00


@pytest.mark.parametrize("size", [0.0004, 1.0, 1_000_000_000.0])
def test_credits_that_cancel_costs_of_any_size_are_no_trouble(size):
    """Each record's ward pounds are taken back as theatre pounds but for 4p and 1p a day; each component has its own line."""
    records = [(days, round(days * size, 8), round(0.04 + 0.01 * days - days * size, 8)) for days in (1, 2, 4, 9)]
    line = WARD | {"overlap": "allowed", "reason": "a test"}
    prices = price(stays(*records), {"ward": WARD | {"method": "ratio"}, "line": line})
    by = rows(prices, "line.bed_day").set_index("component")["value_gbp"]
    assert by.tolist() == pytest.approx([0.01 - size, size], rel=1e-9)
    ratio = (4 * 0.04 + 16 * 0.01) / 16
    off = np.array([0.04 + 0.01 * days - ratio * days for days, _, _ in records])
    expected = ((off**2).sum() / 3 / 4) ** 0.5 / 4
    assert rows(prices, "ward")["se_total"].iloc[0] == pytest.approx(expected, rel=1e-9)
