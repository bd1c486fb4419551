"""What `per:` divides by, feed by feed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pathway_cost.errors import PlicsFaults
from tests.plics.price_extracts import Ledger, pounds, price, rows, rules_of, told, value


def test_open_episodes_are_work_in_progress():
    ledger = Ledger()
    for kind, gbp in (("3", 1000), ("3", 3000), ("1", 70), ("2", 20), ("4", 9), (None, 1)):
        ledger.record("APC", {"WRD001": gbp}, EpType=kind)
    prices = price(ledger, {"episode": {"feed": "APC", "per": "episode"}})
    assert value(prices, "episode") == 2000.00
    assert pounds(prices, "work in progress") == Decimal(100)
    assert told(prices, "work_in_progress") == ["RXX 2024-25: work in progress: 4 records, £100.00"]


def test_bed_days_count_open_episodes():
    ledger = Ledger()
    ledger.record("APC", {"WRD001": 1000}, EpType="3", Alos=2)
    ledger.record("APC", {"WRD001": 2000}, EpType="2", Alos=4)
    assert value(price(ledger, {"day": {"feed": "APC", "per": "bed_day"}}), "day") == 500.00


def test_nights_are_the_difference_of_the_dates():
    ledger = Ledger()
    ledger.record("APC", {"WRD001": 1000}, Alos=9, start_date="2024-05-30", end_date="2024-06-03")
    ledger.record("APC", {"WRD001": 500}, Alos=9, start_date="2024-05-30", end_date="2024-05-30")
    ledger.record("APC", {"WRD001": 70}, Alos=9, start_date="2024-05-30")
    prices = price(ledger, {"day": {"feed": "APC", "per": "bed_day", "days": "nights"}})
    assert value(prices, "day") == 250.00
    assert pounds(prices, "zero-day stays") == Decimal(570)


def test_a_spell_holds_all_its_episodes_and_is_picked_by_the_first():
    ledger = Ledger()
    ledger.record("APC", {"WRD001": 500}, spell_key="a", HrgFce="AA01", start_date="2024-05-03")
    ledger.record("APC", {"WRD001": 900}, spell_key="a", HrgFce="HN22", start_date="2024-05-01")
    ledger.record("APC", {"WRD001": 8}, spell_key="b", HrgFce="AA01", EpiNo="01", start_date="2024-05-01")
    ledger.record("APC", {"WRD001": 16}, spell_key="b", HrgFce="HN22", EpiNo="02", start_date="2024-05-01")
    ledger.record("APC", {"WRD001": 200}, HrgFce="HN22")
    ledger.record("APC", {"WRD001": 400}, HrgFce="HN22")
    prices = price(ledger, {"spell": {"feed": "APC", "where": {"HrgFce": "HN22"}, "per": "spell"}})
    assert value(prices, "spell") == round(2000 / 3, 9)  # 1,400 + 200 + 400 over three spells
    assert set(rows(prices, "spell")["n"]) == {3.0}
    assert "3 spells" in rows(prices, "spell")["source"].iloc[0]
    assert pounds(prices, "outside the rules") == Decimal(24)


def test_a_spell_with_an_open_episode_is_work_in_progress_whole():
    ledger = Ledger()
    ledger.record("APC", {"WRD001": 500}, spell_key="a", start_date="2024-05-01")
    ledger.record("APC", {"WRD001": 900}, spell_key="a", start_date="2024-05-02", EpType="2")
    ledger.record("APC", {"WRD001": 100}, spell_key="b")
    ledger.record("APC", {"WRD001": 300}, spell_key="a", organisation="RYY")
    prices = price(ledger, {"spell": {"feed": "APC", "per": "spell"}})
    assert value(prices, "spell") == 100.00
    assert value(prices, "spell", "RYY") == 300.00
    assert pounds(prices, "work in progress") == Decimal(1400)


@pytest.mark.parametrize(
    ("feed", "per", "expected"),
    [("EC", "attendance", 150.0), ("OP", "attendance", 150.0), ("CSCC", "contact", 150.0), ("SWC", "bed_day", 150.0)],
)
def test_one_a_record(feed, per, expected):
    ledger = Ledger()
    for gbp in (100, 200):
        ledger.record(feed, {"OUT001": gbp}, counts={"OUT001": 7})
    prices = price(ledger, {"key": {"feed": feed, "per": per}})
    assert value(prices, "key") == expected
    assert set(rows(prices, "key")["unit"]) == {per}


def test_items_are_counted_where_a_count_is_given():
    ledger = Ledger()
    ledger.record("SI", {("DIM001", "CPF001"): 60, ("DIM001", "CPF002"): 40}, counts={"DIM001": 4})
    ledger.record("SI", {"DIM001": 20}, counts={"DIM001": 0})
    assert value(price(ledger, {"scan": {"feed": "SI", "per": "item"}}), "scan") == 24.00  # 120 / (4 + 1)


def test_a_count_is_taken_once_whatever_the_resources():
    ledger = Ledger()
    ledger.record("APC", {("THR001", "CPF001"): 60, ("THR001", "CPF002"): 40, "WRD001": 900}, counts={"THR001": 4})
    ledger.record("APC", {"THR001": 100, "WRD001": 900}, counts={"THR001": 1})
    rule = {"feed": "APC", "activities": ["THR*"], "per": "activity_count", "count_of": "THR001"}
    prices = price(ledger, {"theatre.minute": rule})
    assert value(prices, "theatre.minute") == 40.00
    assert set(rows(prices, "theatre.minute")["unit"]) == {"activity_count"}


def test_nothing_to_divide_by_is_no_price():
    ledger = Ledger()
    ledger.record("APC", {"THR001": 100}, counts={"THR001": 0})
    rule = {"feed": "APC", "per": "activity_count", "count_of": "THR001"}
    prices = price(ledger, {"theatre.minute": rule})
    assert prices.unit_costs.frame.empty
    assert told(prices, "pool_without_price") == ["RXX 2024-25: 1 record, no price: £100.00 and a denominator of 0"]
    assert pounds(prices, "no price carries") == Decimal(100)


def test_records_without_the_activity_make_no_price():
    ledger = Ledger()
    ledger.record("APC", {"WRD001": 100})
    prices = price(ledger, {"theatre": {"feed": "APC", "activities": ["THR*"], "per": "episode"}})
    assert prices.unit_costs.frame.empty
    assert told(prices, "pool_without_price") == ["RXX 2024-25: 1 record, no price: no cost line of these activities"]
    assert told(prices, "activity_matches_nothing") == ["no cost line has the activity 'THR*'"]


@pytest.mark.parametrize(
    ("feed", "per"), [("OP", "episode"), ("EC", "contact"), ("APC", "journey"), ("CSCC", "bed_day")]
)
def test_a_feed_without_such_a_denominator_is_a_fault(feed, per):
    with pytest.raises(PlicsFaults) as fault:
        price(three_feeds(), {"key": {"feed": feed, "per": per}})
    assert [problem.rule for problem in fault.value.problems] == ["denominator_not_of_feed"]


def test_credits_lower_the_price():
    ledger = Ledger()
    ledger.record("OP", {("OUT001", "CPF001"): "-20.00000001", ("OUT001", "CPF002"): 70})
    ledger.record("OP", {"OUT001": 50})
    assert value(price(ledger, {"op": {"feed": "OP", "per": "attendance"}}), "op") == 49.999999995


def test_the_newest_year_is_the_price():
    ledger = three_feeds()
    ledger.record("OP", {"OUT001": 900}, fin_year="2023-24")
    prices = price(ledger, {"op": {"feed": "OP", "per": "attendance"}})
    assert value(prices, "op") == 20.00
    assert set(rows(prices, "op")["price_year"]) == {"2024-25"}
    assert told(prices, "older_years_not_used") == ["RXX: the price is of 2024-25, the newest year; not used: 2023-24"]
    assert prices.backcast["price_difference"].tolist() == [0, 0]


def test_a_price_says_where_it_comes_from():
    frame = rows(price(three_feeds(), {"op": {"feed": "OP", "per": "attendance"}}), "op")
    assert frame[["source", "basis", "mff", "licence", "grade", "covers"]].values.tolist() == [
        ["PLICS OP RXX FY2024-25, rule op, 1 record", "plics", "in", "", "local", "part"]
    ]


@pytest.mark.parametrize(("given", "accepted"), [({"min_n": 2.0}, True), ({"min_n": 3.0}, False), ({}, False)])
def test_a_price_of_few_records_is_marked(given, accepted):
    ledger = Ledger()
    for _ in range(2):
        ledger.record("OP", {"OUT001": 50})
    rules = rules_of({"op": {"feed": "OP", "per": "attendance"} | given}, min_n=30.0)
    assert set(rows(price(ledger, rules), "op")["accepted"]) == {accepted}
    rules = rules_of({"op": {"feed": "OP", "per": "attendance", "accept_small": True}}, min_n=30.0)
    assert set(rows(price(ledger, rules), "op")["accepted"]) == {True}


def three_feeds() -> Ledger:
    ledger = Ledger()
    for feed, gbp in (("APC", 10), ("OP", 20), ("EC", 30)):
        ledger.record(feed, {"OUT001": gbp}, Alos=1)
    return ledger
