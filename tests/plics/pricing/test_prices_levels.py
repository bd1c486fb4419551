"""Case mix in the price: levels read from the record, and what a level borrows when few records stand behind it."""

from __future__ import annotations

import pytest

from pathway_cost.errors import PlicsFaults
from tests.plics.price_extracts import Ledger, price, rows, rules_of, told, value

KNEE = {"feed": "APC", "per": "episode", "by": ["complexity"]}
COMPLEXITY = {"from": "HrgFce", "HN22A": "high", "HN22B": "high", "*": "usual"}


def knees(high: int, usual: int, **columns) -> Ledger:
    ledger = Ledger()
    for _ in range(high):
        ledger.record("APC", {"THR001": 9000, "WRD001": 3000}, HrgFce="HN22A", **columns)
    for _ in range(usual):
        ledger.record("APC", {"THR001": 6000}, HrgFce="HN22E", **columns)
    return ledger


def knee_rules(rule: dict | None = None, **file):
    return rules_of({"knee": KNEE | (rule or {})}, **({"derive": {"complexity": COMPLEXITY}} | file))


def test_each_level_has_its_price_and_the_same_components():
    prices = price(knees(2, 4), knee_rules())
    assert value(prices, "knee") == 8000.00
    assert value(prices, "knee", level="complexity=high") == 12000.00
    assert value(prices, "knee", level="complexity=usual") == 6000.00
    split = rows(prices, "knee", level="complexity=usual").set_index("component")["value_gbp"]
    assert split.to_dict() == {"theatre": 6000.0, "ward": 0.0}


def test_a_level_of_few_records_borrows_its_parents_mean_and_says_so():
    prices = price(knees(2, 30), knee_rules(min_n=30.0))
    high = rows(prices, "knee", level="complexity=high")
    assert value(prices, "knee", level="complexity=high") == pytest.approx(value(prices, "knee"))
    assert set(high["n"]) == {2.0}
    assert set(high["accepted"]) == {True}
    assert set(high["source"]) == {"PLICS APC RXX FY2024-25, rule knee, 2 records: mean of all 32 records"}
    assert told(prices, "level_borrowed") == ["RXX, complexity=high: n = 2; mean of all 32 records"]
    assert value(prices, "knee", level="complexity=usual") == 6000.00


def test_the_national_ratio_scales_what_is_borrowed():
    ratio = {("knee", "complexity=high"): 1.25}
    prices = price(knees(2, 30), knee_rules(min_n=30.0), national_ratio=ratio)
    parent = rows(prices, "knee")
    high = rows(prices, "knee", level="complexity=high")
    assert value(prices, "knee", level="complexity=high") == pytest.approx(value(prices, "knee") * 1.25)
    assert high["se_total"].iloc[0] == pytest.approx(parent["se_total"].iloc[0] * 1.25)
    assert high["source"].iloc[0].endswith("mean of all 32 records × the national ratio 1.25")


def test_a_level_nobody_has_borrows_too():
    prices = price(knees(0, 30), knee_rules())
    assert value(prices, "knee", level="complexity=high") == 6000.00
    assert set(rows(prices, "knee", level="complexity=high")["n"]) == {0.0}


def test_accept_small_keeps_the_levels_own_price():
    prices = price(knees(2, 30), knee_rules({"accept_small": True}, min_n=30.0))
    assert value(prices, "knee", level="complexity=high") == 12000.00


def test_a_borrowed_price_is_accepted_only_when_its_parent_is():
    prices = price(knees(2, 3), knee_rules(min_n=30.0))
    assert not prices.unit_costs.frame["accepted"].any()


def test_records_at_no_level_are_in_the_price_over_all_only():
    derive = {"complexity": {"from": "HrgFce", "HN22A": "high"}}
    prices = price(knees(2, 4), knee_rules(derive=derive))
    assert value(prices, "knee") == 8000.00
    assert value(prices, "knee", level="complexity=high") == 12000.00
    assert told(prices, "records_without_level") == ["RXX 2024-25: 4 records at no level of complexity"]


def test_two_attributes_and_age_at_the_start():
    ledger = Ledger()
    for age, code, gbp in ((64, "HN22A", 100), (65, "HN22A", 200), (90, "HN22E", 300), (17, "HN22E", 400)):
        ledger.record("APC", {"THR001": gbp}, age=age, HrgFce=code)
    derive = {"complexity": COMPLEXITY, "age_band": {"from": "age", "18": "adult", "65": "older"}}
    prices = price(ledger, rules_of({"knee": KNEE | {"by": ["complexity", "age_band"]}}, derive=derive))
    assert value(prices, "knee", level="complexity=high|age_band=adult") == 100.00
    assert value(prices, "knee", level="complexity=high|age_band=older") == 200.00
    assert value(prices, "knee", level="complexity=usual|age_band=older") == 300.00
    assert value(prices, "knee", level="complexity=usual|age_band=adult") == 250.00  # nobody: the mean of all
    assert told(prices, "records_without_level") == ["RXX 2024-25: 1 record at no level of complexity, age_band"]


def test_a_spell_has_the_level_of_its_first_episode():
    ledger = Ledger()
    ledger.record("APC", {"THR001": 100}, HrgFce="HN22E", spell_key="a", start_date="2024-05-02")
    ledger.record("APC", {"THR001": 900}, HrgFce="HN22A", spell_key="a", start_date="2024-05-01")
    ledger.record("APC", {"THR001": 50}, HrgFce="HN22E", spell_key="b", start_date="2024-05-01")
    prices = price(ledger, knee_rules({"per": "spell"}))
    assert value(prices, "knee", level="complexity=high") == 1000.00
    assert value(prices, "knee", level="complexity=usual") == 50.00


@pytest.mark.parametrize(
    ("derive", "fault"),
    [
        ({"frailty": COMPLEXITY}, "attribute_not_derived"),
        ({"complexity": COMPLEXITY | {"from": "HrgFec"}}, "column_unknown"),
        ({"complexity": {"from": "age", "old": "high"}}, "age_band_is_not_a_number"),
    ],
)
def test_levels_that_cannot_be_read_are_refused(derive, fault):
    with pytest.raises(PlicsFaults) as faults:
        price(knees(1, 1), knee_rules(derive=derive))
    assert [problem.rule for problem in faults.value.problems] == [fault]
