"""The worked cases of the costing rules, penny for penny."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.plics.price_extracts import Ledger, at, pounds, price, rows, rules_of, told, value

WARD = {"feed": "APC", "activities": ["WRD001"], "per": "bed_day"}


def stays(*days_and_pounds: tuple[int, int]) -> Ledger:
    ledger = Ledger()
    for days, gbp in days_and_pounds:
        ledger.record("APC", {"WRD001": gbp}, Alos=days)
    return ledger


def test_bed_day_is_a_ratio_of_sums_without_stays_of_no_days():
    # (1,000 + 1,600 + 2,800) / (2 + 4 + 6) = 450.00; residuals 100, -200, 100: sqrt(60,000/2/3)/4 = 25.00
    prices = price(stays((2, 1000), (4, 1600), (6, 2800), (0, 300)), {"ward.bed_day": WARD})
    assert value(prices, "ward.bed_day") == 450.00
    assert rows(prices, "ward.bed_day")[["n", "se_total", "unit"]].values.tolist() == [
        [3.0, pytest.approx(25.0), "bed_day"]
    ]
    assert told(prices, "zero_day_stays") == ["RXX 2024-25: zero-day: 1 record, £300.00"]
    assert pounds(prices, "zero-day stays") == Decimal(300)


def test_zero_day_gives_days_to_stays_of_no_days():
    prices = price(stays((2, 1000), (4, 1600), (6, 2800), (0, 300)), {"ward.bed_day": WARD | {"zero_day": 0.5}})
    assert value(prices, "ward.bed_day") == 456.0  # 5,700 / 12.5
    assert pounds(prices, "zero-day stays") == 0


def test_theatre_minutes_are_those_of_one_activity():
    # a case of £5,400 and 90 minutes is £60 a minute, not £20 over the minutes of all three activities
    ledger = Ledger()
    minutes = {"THR001": 90, "THR002": 90, "THR003": 90}
    ledger.record(
        "APC", {("THR001", "CPF001"): 2000, ("THR001", "CPF002"): 400, "THR002": 1000, "THR003": 2000}, counts=minutes
    )
    rule = {"feed": "APC", "activities": ["THR*"], "per": "activity_count", "count_of": "THR001", "unit": "minute"}
    prices = price(ledger, {"theatre.minute": rule})
    assert value(prices, "theatre.minute") == 60.00
    assert set(rows(prices, "theatre.minute")["unit"]) == {"minute"}


def three_knees() -> Ledger:
    ledger = Ledger()
    for theatre, ward, days, other in ((5000, 1800, 4, 900), (5200, 900, 2, 700), (4800, 2700, 6, 1100)):
        ledger.record("APC", {"THR001": theatre, "WRD001": ward, "PAT001": other}, Alos=days, HrgFce="HN22A")
    return ledger


KNEE = {"feed": "APC", "where": {"HrgFce": "HN22*"}}
THEATRE_AND_WARD = {
    "theatre.knee": KNEE | {"activities": ["THR*"], "per": "episode"},
    "ward.bed_day": KNEE | {"activities": ["WRD001"], "per": "bed_day"},
}


def test_pounds_that_no_price_carries_are_shown():
    prices = price(three_knees(), THEATRE_AND_WARD, sites=at("surgery", *THEATRE_AND_WARD))
    assert value(prices, "theatre.knee") == 5000.00
    assert value(prices, "ward.bed_day") == 450.00
    assert 3 * value(prices, "theatre.knee") + 12 * value(prices, "ward.bed_day") == 20_400.00
    assert pounds(prices, "priced once") == Decimal(20_400)
    assert pounds(prices, "no price carries") == Decimal(2_700)
    (gap,) = told(prices, "unpriced_pounds")
    assert gap == (
        "RXX 2024-25: pounds of these patients that no price carries at 'surgery': £2,700.00 of £23,100.00 (11.7%): "
        "PAT001 £2,700.00"
    )


def test_rest_makes_a_setting_complete():
    rules = THEATRE_AND_WARD | {"knee.other": KNEE | {"activities": "rest", "per": "episode"}}
    prices = price(three_knees(), rules, sites=at("surgery", *rules))
    assert value(prices, "knee.other") == 900.00
    assert 3 * (value(prices, "theatre.knee") + 900) + 12 * value(prices, "ward.bed_day") == 23_100.00
    assert pounds(prices, "priced once") == Decimal(23_100)
    assert pounds(prices, "no price carries") == 0
    assert prices.gaps.empty
    assert told(prices, "unpriced_pounds") == []


def test_critical_care_stays_out_of_a_ward_day():
    # 100 stays of 4 days at £450 a day, 3 patients with 2 critical days at £2,400: £450, not £486
    ledger = Ledger()
    for number in range(100):
        ledger.record(
            "APC", {"WRD001": 1800}, Alos=4, plemi_key=f"p{number}", start_date="2024-05-01", end_date="2024-05-08"
        )
    for number in range(3):
        for day in ("2024-05-02", "2024-05-03"):
            ledger.record("SWC", {"WRD001": 2400}, plemi_key=f"p{number}", start_date=day)
    rules = {"ward.bed_day": {"feed": "APC", "per": "bed_day"}, "critical_care.day": {"feed": "SWC", "per": "bed_day"}}
    prices = price(ledger, rules, sites=[*at("ward", "ward.bed_day"), *at("critical_care", "critical_care.day")])
    assert value(prices, "ward.bed_day") == 450.00
    assert value(prices, "critical_care.day") == 2400.00
    assert prices.backcast["pounds_in"].tolist() == [Decimal("194400.00000000")]
    assert prices.backcast["priced_once"].tolist() == [Decimal("194400.00000000")]


def test_attached_pounds_are_priced_with_their_parent_once():
    ledger = Ledger()
    for number in range(100):
        ledger.record("APC", {"WRD001": 1800}, plemi_key=f"p{number}", start_date="2024-05-01", end_date="2024-05-08")
    for number in (0, 0, 1, 1, 2, 2):
        ledger.record("SWC", {"WRD001": 2400}, plemi_key=f"p{number}", start_date="2024-05-02")
    ledger.record("SI", {"DEV001": 77}, plemi_key="nobody", start_date="2024-05-02")
    prices = price(ledger, {"episode": {"feed": "APC", "per": "episode", "attached": ["SWC", "SI"]}})
    assert value(prices, "episode") == 1944.00  # (180,000 + 14,400) / 100
    assert pounds(prices, "orphan SI/SWC") == Decimal(77)


def test_slope_prices_the_day_and_the_admission():
    # (2 days, £2,000), (4 days, £2,400): slope £200 a day and £1,600 an admission; ratio 4,400 / 6 = £733.33
    ledger = stays((2, 2000), (4, 2400))
    slope = price(ledger, {"ward": WARD | {"method": "slope"}})
    assert value(slope, "ward.bed_day") == 200.00
    assert value(slope, "ward.admission") == 1600.00
    assert rows(slope, "ward.admission")["unit"].tolist() == ["episode"]
    ratio = price(ledger, {"ward": WARD})
    assert round(value(ratio, "ward"), 2) == 733.33


def test_case_mix_prices_by_level():
    # 70 simple knees of £8,000 and 30 complex ones of £12,000: the mean £9,200 hides both
    ledger = Ledger()
    for number in range(100):
        simple = number < 70
        ledger.record("APC", {"THR001": 8000 if simple else 12000}, HrgFce="HN22E" if simple else "HN22A")
    rules = rules_of(
        {"knee": KNEE | {"per": "episode", "by": ["complexity"]}},
        derive={"complexity": {"from": "HrgFce", "HN22A": "complex", "*": "simple"}},
        min_n=30.0,
    )
    prices = price(ledger, rules)
    assert value(prices, "knee") == 9200.00
    assert value(prices, "knee", level="complexity=simple") == 8000.00
    assert value(prices, "knee", level="complexity=complex") == 12000.00
    assert prices.unit_costs.frame["n"].tolist() == [100.0, 30.0, 70.0]


def test_standard_error_is_of_the_total_and_repeated_on_each_component():
    # totals 100, 200, 300: sd 100, se 100/sqrt(3), whatever the split into components
    ledger = Ledger()
    for theatre, ward in ((40, 60), (150, 50), (10, 290)):
        ledger.record("APC", {"THR001": theatre, "WRD001": ward})
    frame = rows(price(ledger, {"episode": {"feed": "APC", "per": "episode"}}), "episode")
    assert frame["se_total"].tolist() == pytest.approx([100 / 3**0.5] * len(frame))
    assert len(frame) > 1


def test_standard_error_of_a_spell_is_clustered_by_spell():
    # spells of £1,000 + £500, £900, £2,400: n = 3, mean £1,600, sd sqrt((100^2 + 700^2 + 800^2)/2)
    ledger = Ledger()
    for spell, gbp in (("a", 1000), ("a", 500), ("b", 900), ("c", 2400)):
        ledger.record("APC", {"WRD001": gbp}, spell_key=spell)
    prices = price(ledger, {"spell": {"feed": "APC", "per": "spell"}})
    assert value(prices, "spell") == 1600.00
    assert rows(prices, "spell")[["n", "se_total"]].values.tolist() == [[3.0, pytest.approx((570_000 / 3) ** 0.5)]]
