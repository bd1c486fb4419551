"""Laws of pricing on random small extracts, and the same prices as one record at a time gives."""

from __future__ import annotations

import os
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from pathway_cost.errors import PlicsFaults
from tests.plics.price_extracts import Ledger, price, rules_of
from tests.plics.price_oracle import Oracle

CODES = ("HN22A", "HN22B", "EB03A", None)
ACTIVITIES = ("THR001", "THR002", "WRD001", "PAT001", "DEV001")
EXAMPLES = int(os.environ.get("PRICE_EXAMPLES", "6"))
SLOW = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])

money = st.integers(-2_000_00000000, 9_000_00000000).map(lambda n: Decimal(n) / 100_000_000)
dates = st.integers(1, 6).map(lambda day: f"2024-05-{day:02d}")
patterns = st.lists(st.sampled_from(["THR*", "THR001", "WRD001", "PAT*", "*"]), min_size=1, max_size=2)


@st.composite
def ledgers(draw) -> Ledger:
    ledger = Ledger()
    for _ in range(draw(st.integers(1, 25))):
        feed = draw(st.sampled_from(["APC", "APC", "APC", "OP", "SI", "SWC"]))
        start, end = sorted((draw(dates), draw(dates)))
        pounds = draw(
            st.dictionaries(
                st.tuples(st.sampled_from(ACTIVITIES), st.sampled_from(["CPF001", "CSC004"])), money, max_size=5
            )
        )
        columns = {
            "organisation": draw(st.sampled_from(["RXX", "RYY", "RZZ"])),
            "fin_year": draw(st.sampled_from(["2024-25", "2024-25", "2023-24"])),
            "plemi_key": draw(st.sampled_from(["p", "q", None])),
            "spell_key": draw(st.sampled_from(["a", "b", None])) if feed == "APC" else None,
            "HrgFce": draw(st.sampled_from(CODES)),
            "start_date": start,
            "end_date": end,
            "Alos": draw(st.integers(0, 4)) if feed == "APC" else None,
        } | ({"EpType": draw(st.sampled_from(["3", "3", "3", "1"]))} if feed == "APC" else {})
        counts = {activity: draw(st.integers(0, 3)) for activity, _ in pounds}
        ledger.record(feed, pounds, counts=counts, **columns)
    assume(ledger.lines)
    return ledger


@st.composite
def rule(draw) -> dict:
    feed = draw(st.sampled_from(["APC", "APC", "OP", "SI", "SWC"]))
    per = draw(st.sampled_from({"APC": ["episode", "spell", "bed_day", "activity_count"], "OP": ["attendance", "activity_count"],
                                "SI": ["item"], "SWC": ["bed_day"]}[feed]))  # fmt: skip
    made = {
        "feed": feed,
        "per": per,
        "where": draw(st.sampled_from([{}, {"HrgFce": ["HN22*"]}, {"HrgFce": ["EB03A", "HN22B"]}])),
    }
    made["activities"] = draw(st.one_of(st.just("rest"), patterns))
    if per == "activity_count":
        made["count_of"] = "THR001"
    if feed in ("APC", "OP") and per != "bed_day":
        made["attached"] = draw(st.sampled_from([[], ["SI"], ["SI", "SWC"]]))
    if per == "bed_day" and feed == "APC" and draw(st.booleans()):
        made["zero_day"] = 0.5
    return made


def one_year(ledger: Ledger) -> Ledger:
    for event in ledger.events:
        event["fin_year"] = "2024-25"
    return ledger


@SLOW
@given(ledgers(), st.lists(rule(), min_size=1, max_size=4), st.lists(st.sampled_from("st"), min_size=4, max_size=4))
def test_prices_and_classes_are_those_of_one_record_at_a_time(ledger, listed, places):
    ledger = one_year(ledger)
    allowed = {"overlap": "allowed", "reason": "a test of pounds that stand in two prices"}
    rules = {f"r{number}": made for number, made in enumerate(listed)}
    sites = [(place, name) for place, name in zip(places, rules, strict=False)]
    oracle = Oracle(ledger, rules, sites)
    prices = price(
        ledger,
        rules_of({name: made | allowed for name, made in rules.items()}),
        sites=[(s, "acute", r) for s, r in sites],
    )
    frame = prices.unit_costs.frame
    for row in prices.backcast.itertuples():
        classes = oracle.classes(row.organisation)
        found = prices.claims[prices.claims["organisation"] == row.organisation]
        assert found.groupby("class")["gbp"].sum().to_dict() == classes
        assert row.overlap == oracle.overlap(row.organisation)
        for name in rules:
            pounds, denominator, n = oracle.pool(name, row.organisation)
            chosen = frame[(frame["unit_cost"] == name) & (frame["organisation"] == row.organisation)]
            assert len(chosen) > 0 or not oracle.has_price(name, row.organisation)
            if len(chosen):
                assert float(chosen["value_gbp"].sum()) * float(denominator) == pytest.approx(float(pounds), abs=0.001)
                assert set(chosen["n"]) == {n}


@SLOW
@given(ledgers(), st.lists(rule(), min_size=1, max_size=4))
def test_pounds_in_are_all_accounted_for_to_the_penny(ledger, listed):
    prices = price(ledger, {f"r{number}": made for number, made in enumerate(listed)})
    backcast = prices.backcast
    assert sum(backcast["pounds_in"], Decimal(0)) == sum((line["TotCst"] for line in ledger.lines), Decimal(0))
    assert set(backcast["difference"]) == {Decimal(0)}
    assert set(backcast["price_difference"]) == {Decimal(0)}
    assert prices.claims["lines"].sum() == len(ledger.lines)
    attached = sum((prices.attached["gbp"]), Decimal(0))
    children = {event["event_id"] for event in ledger.events if event["feed"] in ("SI", "SWC")}
    assert attached == sum((line["TotCst"] for line in ledger.lines if line["event_id"] in children), Decimal(0))


@SLOW
@given(ledgers(), st.lists(rule(), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_records_and_of_cost_lines_is_nothing(ledger, listed, random):
    """To the last bit: prices, standard errors, slopes, classes and notes."""
    slope = {"feed": "APC", "per": "bed_day", "method": "slope", "zero_day": 0.1, "activities": ["*"]}
    rules = {f"r{number}": made for number, made in enumerate(listed)} | {"slope": slope}
    one, other = price(ledger, rules), price(shuffled(ledger, random), rules)
    pd.testing.assert_frame_equal(one.unit_costs.frame, other.unit_costs.frame, check_exact=True)
    pd.testing.assert_frame_equal(one.claims, other.claims)
    assert one.notes == other.notes


def shuffled(ledger: Ledger, random) -> Ledger:
    """The same records and lines in another order, the records numbered anew."""
    events, lines = random.sample(ledger.events, len(ledger.events)), random.sample(ledger.lines, len(ledger.lines))
    number = {event["event_id"]: place for place, event in enumerate(events)}
    mixed = [[row | {"event_id": number[row["event_id"]]} for row in rows] for rows in (events, lines)]
    return Ledger(*mixed)


@SLOW
@given(ledgers(), st.lists(rule(), min_size=2, max_size=3))
def test_two_rules_that_price_a_line_at_one_setting_are_always_refused(ledger, listed):
    ledger = one_year(ledger)
    rules = {f"r{number}": made | {"attached": []} for number, made in enumerate(listed)}
    sites = [("s", name) for name in rules]
    try:
        price(ledger, rules, sites=[(setting, "acute", name) for setting, name in sites])
        found = set()
    except PlicsFaults as fault:
        found = {problem.rule for problem in fault.problems}
    assert found == ({"lines_claimed_twice"} if Oracle(ledger, rules, sites).clashes() else set())
