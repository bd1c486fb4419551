"""The records behind a price, one by one, by hand: their exact sums are the price, and what is left out stands beside."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathway_cost.plics.pricing import followed as followed_module
from pathway_cost.plics.pricing.followed import Followed
from tests.plics.price_extracts import Ledger, price, rules_of, value


def listed(ledger, rules, key, *, used=("RXX",), organisations=("RXX",), keyed=False, **asked):
    """The list of records of a key, and the prices beside."""
    prices = price(ledger, rules, follow=key, **asked)
    return prices.followed.listed(key, organisations, used, keyed=keyed), prices


def sums(frame):
    return frame["activity"].dropna().sum(), frame["gbp"].dropna().sum()


def ward_days():
    """R1's stays: (2, £1,000) (4, £1,600) (6, £2,800) and £300 of no day."""
    made = Ledger()
    for days, gbp in ((2, 1000), (4, 1600), (6, 2800), (0, 300)):
        made.record("APC", {"WRD001": gbp, "THR001": 77}, Alos=days, HrgFce="HN22A", start_date="2024-05-01")
    return made


def test_days_by_hand_and_the_stay_of_no_day_beside():
    rules = {"ward": {"feed": "APC", "per": "bed_day", "activities": "WRD001", "where": {"HrgFce": "HN22*"}}}
    frame, prices = listed(ward_days(), rules, "ward")
    assert list(frame.columns) == [
        "organisation", "fin_year", "level", "in_price", "file", "record", "feed", "counts_with", "start_date", "end_date",
        "HrgFce", "Alos", "activities", "activity", "gbp", "activity_left_out", "gbp_left_out",
    ]  # fmt: skip
    assert frame["in_price"].tolist() == ["yes", "yes", "yes", "no: zero days"]
    assert frame["record"].tolist() == [1, 2, 3, 4]
    assert list(map(str, frame["gbp"][:3])) == ["1000.00", "1600.00", "2800.00"]
    assert sums(frame) == (12, 5400)
    assert value(prices, "ward") == 450
    assert frame["gbp_left_out"].dropna().tolist() == [300]


def test_half_a_day_is_half_a_day():
    rules = {"ward": {"feed": "APC", "per": "bed_day", "activities": "WRD001", "zero_day": 0.5}}
    frame, _ = listed(ward_days(), rules, "ward")
    assert str(frame["activity"][3]) == "0.5"
    assert sums(frame) == (Decimal("12.5"), 5700)


def test_work_in_progress_is_listed_with_its_pounds():
    made = ward_days()
    made.record("APC", {"THR001": 999.99}, EpType="1", HrgFce="HN22A")
    frame, prices = listed(made, {"theatre": {"feed": "APC", "per": "episode", "activities": "THR*"}}, "theatre")
    assert sums(frame) == (4, 308)
    assert value(prices, "theatre") == 77
    [left] = frame[frame["in_price"] == "no: work in progress"].to_dict("records")
    assert (left["activity_left_out"], left["gbp_left_out"], left["gbp"]) == (1, Decimal("999.99"), None)


def test_a_record_without_the_activity_counts_and_brings_nothing():
    made = Ledger()
    made.record("APC", {"THR001": 5000})
    made.record("APC", {"WRD001": 450})
    frame, prices = listed(made, {"theatre": {"feed": "APC", "per": "episode", "activities": "THR*"}}, "theatre")
    assert frame["gbp"].tolist() == [5000, 0]
    assert sums(frame) == (2, value(prices, "theatre") * 2)


def test_episodes_count_with_the_first_of_their_spell():
    made = Ledger()
    for start, gbp in (("2024-05-04", 300), ("2024-05-01", 100)):
        made.record("APC", {"WRD001": gbp}, spell_key="s", start_date=start, end_date=start)
    made.record("APC", {"WRD001": 500}, spell_key="other")
    frame, prices = listed(made, {"spell": {"feed": "APC", "per": "spell"}}, "spell")
    assert frame[["record", "activity", "counts_with"]].to_numpy().tolist() == [
        [1, 0, "frame record 2"],
        [2, 1, ""],
        [3, 1, ""],
    ]
    assert sums(frame) == (2, 900)
    assert value(prices, "spell") == 450


def test_attached_records_stand_below_the_one_that_they_count_with():
    made = Ledger()
    made.record("APC", {"THR001": 400}, plemi_key="p", start_date="2024-05-02", end_date="2024-05-05")
    made.record("SI", {"DEV001": 50}, plemi_key="p", start_date="2024-05-03", end_date="2024-05-03")
    made.record("SI", {"DEV001": 60}, plemi_key="of nobody", start_date="2024-05-03", end_date="2024-05-03")
    rule = {"feed": "APC", "per": "episode", "activities": ["THR*", "DEV001"], "attached": ["SI"]}
    frame, prices = listed(made, {"theatre": rule}, "theatre")
    assert frame[["feed", "activity", "gbp", "counts_with"]].to_numpy().tolist() == [
        ["APC", 1, 400, ""],
        ["SI", 0, 50, "frame record 1"],
    ]
    assert sums(frame) == (1, value(prices, "theatre"))


def test_a_count_is_of_one_activity_and_told_once():
    made = Ledger()
    for minutes, gbp in ((60, 1200), (30, 600)):
        pounds = {("THR001", "CPF001"): gbp, ("THR001", "CPF002"): 0, "THR002": 100}
        made.record("APC", pounds, counts={"THR001": minutes, "THR002": 7})
    rule = {"feed": "APC", "per": "activity_count", "count_of": "THR001", "activities": ["THR001"], "unit": "minute"}
    frame, prices = listed(made, {"minute": rule}, "minute")
    assert frame["activity"].tolist() == [60, 30]
    assert sums(frame) == (90, 1800)
    assert value(prices, "minute") == 20


def test_levels_add_up_to_their_own_prices_and_a_record_of_none_to_the_whole():
    made = Ledger()
    for code, gbp in (("HN22A", 9000), ("HN22A", 7000), ("HN22B", 4000), ("HN22Z", 1000)):
        made.record("APC", {"THR001": gbp}, HrgFce=code)
    rules = rules_of(
        {"theatre": {"feed": "APC", "per": "episode", "by": ["complexity"]}},
        derive={"complexity": {"from": "HrgFce", "HN22A": "high", "HN22B": "low"}},
    )
    frame, prices = listed(made, rules, "theatre")
    assert sums(frame) == (4, 21000)
    assert value(prices, "theatre") == 5250
    of_level = frame.groupby("level")[["activity", "gbp"]].sum()
    assert of_level.loc["complexity=high"].tolist() == [2, 16000]
    assert value(prices, "theatre", level="complexity=high") == 8000
    assert frame["level"].isna().tolist() == [False, False, False, True]


def test_a_slope_is_the_line_through_the_records_listed():
    made = Ledger()
    for days, gbp in ((1, 1300), (2, 1700), (4, 2300), (9, 4500)):
        made.record("APC", {"WRD001": gbp}, Alos=days)
    rules = {"ward": {"feed": "APC", "per": "bed_day", "method": "slope"}}
    prices = price(made, rules, follow="ward.bed_day")
    day, admission = (prices.followed.price(f"ward.{part}", "RXX") for part in ("bed_day", "admission"))
    found = prices.followed.sums(day)
    assert (found.units, found.activity, found.gbp) == (4, 16, 9800)
    assert (found.day, found.admission) == (400, 850)  # Σ(d − 4)c ÷ Σ(d − 4)² = 15,200 ÷ 38; (9,800 − 400 × 16) ÷ 4
    assert prices.followed.given_by(day, found) == pytest.approx(value(prices, "ward.bed_day"), rel=1e-12)
    assert prices.followed.given_by(admission, found) == pytest.approx(value(prices, "ward.admission"), rel=1e-12)


def test_an_older_year_and_too_few_say_so():
    made = ward_days()
    made.record("APC", {"THR001": 50}, fin_year="2023-24")
    rules = {"theatre": {"feed": "APC", "per": "episode", "activities": "THR*", "min_n": 5}}
    frame, _ = listed(made, rules, "theatre", used=())
    assert frame["in_price"].tolist() == ["no: an older year"] + ["no: too few records"] * 4
    assert sums(frame) == (0, 0)
    assert frame["gbp_left_out"].sum() == 358


def test_only_those_asked_for_are_listed():
    made = ward_days()
    made.record("APC", {"THR001": 50}, organisation="RZZ")
    frame, _ = listed(made, {"theatre": {"feed": "APC", "per": "episode"}}, "theatre")
    assert set(frame["organisation"]) == {"RXX"}


def test_the_own_key_of_a_record_is_told_where_it_can_be_found_again():
    made = Ledger()
    made.record("APC", {"THR001": 50}, record_key="5f2a")
    rules = {"theatre": {"feed": "APC", "per": "episode"}}
    assert "record_key" not in listed(made, rules, "theatre")[0]
    assert listed(made, rules, "theatre", keyed=True)[0]["record_key"].tolist() == ["5f2a"]


def test_no_rule_has_the_key():
    prices = price(ward_days(), {"theatre": {"feed": "APC", "per": "episode"}}, follow="gp.consult")
    assert prices.followed is None


def test_sums_that_are_not_those_of_the_price_are_a_fault_of_ours(monkeypatch):
    real = followed_module.sums_of
    monkeypatch.setattr(followed_module, "sums_of", lambda frame, *columns: real(frame.iloc[1:], *columns))
    with pytest.raises(AssertionError, match="the records of theatre at RXX do not add up to its price"):
        price(ward_days(), {"theatre": {"feed": "APC", "per": "episode"}}, follow="theatre")


RULES = {
    "theatre": {"feed": "APC", "per": "episode", "activities": ["THR*", "DEV*"], "attached": ["SI"]},
    "ward": {"feed": "APC", "per": "bed_day", "activities": "WRD001", "zero_day": 0.5},
    "spell": {"feed": "APC", "per": "spell", "where": {"Pod": "EL"}, "activities": "rest"},
    "device": {"feed": "SI", "per": "item"},
}
PENCE = st.integers(-50_000, 500_000).map(lambda pence: Decimal(pence) / 100)
RECORDS = st.lists(
    st.tuples(
        st.sampled_from(["EL", "DC"]), st.integers(0, 5), st.sampled_from("1333"), st.sampled_from("abc"), PENCE, PENCE
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=8)
@given(RECORDS, st.lists(st.tuples(st.sampled_from("abc"), PENCE), max_size=5))
def test_whatever_the_records_their_sums_are_the_price(records, items):
    made = Ledger()
    for at, (pod, days, kind, patient, theatre, ward) in enumerate(records):
        made.record("APC", {"THR001": theatre, "WRD001": ward, "IMG001": theatre}, Pod=pod, Alos=days, EpType=kind,
                    plemi_key=patient, spell_key=f"{patient}{at // 2}", start_date="2024-05-02", end_date="2024-05-05")  # fmt: skip
    for patient, gbp in items:
        made.record("SI", {"DEV001": gbp}, plemi_key=patient, start_date="2024-05-03", end_date="2024-05-03")
    for key in RULES:
        prices = price(made, RULES, follow=key)
        frame = prices.followed.listed(key, ["RXX"], ["RXX"], keyed=False)
        activity, gbp = sums(frame) if len(frame) else (0, 0)
        found = prices.unit_costs.frame.query("unit_cost == @key")["value_gbp"]
        assert not len(found) or float(gbp / activity) == pytest.approx(found.sum(), rel=1e-12, abs=1e-9)
        assert isinstance(prices.followed, Followed)
        assert len(frame) == len(pd.unique(frame["record"]))
