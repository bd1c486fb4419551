"""SI and SWC records go to one parent, or to none; and their pounds are never in two prices."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from pathway_cost.errors import PlicsFaults
from tests.plics.price_extracts import Ledger, at, pounds, price, rows, told, value

APC = {"feed": "APC", "where": {"Pod": "A"}, "per": "episode", "attached": ["SI"]}
OTHER = {"feed": "APC", "where": {"Pod": "B"}, "per": "episode", "attached": ["SI"]}
OP = {"feed": "OP", "per": "attendance", "attached": ["SI"]}
EC = {"feed": "EC", "per": "attendance", "attached": ["SI"]}
RULES = {"a": APC, "b": OTHER, "op": OP, "ec": EC}


def parent(
    ledger: Ledger, feed: str = "APC", pod: str = "A", start: str = "2024-05-01", end: str = "2024-05-05", **columns
):
    ledger.record(feed, {"WRD001": 100}, Pod=pod, plemi_key="p", start_date=start, end_date=end, **columns)


def device(ledger: Ledger, day: str = "2024-05-03", **columns):
    ledger.record("SI", {"DEV001": 7}, start_date=day, **({"plemi_key": "p"} | columns))


def who(ledger: Ledger) -> str:
    """The rule whose price holds the device's £7."""
    prices = price(ledger, RULES)
    found = prices.claims[prices.claims["feed"] == "SI"]
    return found["rules"].iloc[0] or found["class"].iloc[0]


def test_admitted_care_comes_before_outpatients_and_emergency():
    ledger = Ledger()
    parent(ledger, "EC")
    parent(ledger, "OP")
    parent(ledger, "APC", start="2024-06-01", end="2024-06-02")
    device(ledger)
    assert who(ledger) == "a"


def test_outpatients_come_before_emergency():
    ledger = Ledger()
    parent(ledger, "EC")
    parent(ledger, "OP", start="2024-07-01")
    device(ledger)
    assert who(ledger) == "op"


@pytest.mark.parametrize("day", ["2024-06-01", "2024-06-03", "2024-06-05"])
def test_the_episode_that_holds_the_day_is_the_parent(day):
    ledger = Ledger()
    parent(ledger, pod="A", start="2024-05-01", end="2024-05-05")
    parent(ledger, pod="B", start="2024-06-01", end="2024-06-05")
    device(ledger, day)
    assert who(ledger) == "b"


def test_else_the_earliest_start():
    ledger = Ledger()
    parent(ledger, pod="A", start="2024-06-01", end="2024-06-05")
    parent(ledger, pod="B", start="2024-05-01", end="2024-05-05")
    device(ledger, "2024-09-01")
    assert who(ledger) == "b"


def test_of_two_that_hold_the_day_the_one_that_starts_earlier():
    ledger = Ledger()
    parent(ledger, pod="A", start="2024-05-02")
    parent(ledger, pod="B", start="2024-05-01")
    device(ledger)
    assert who(ledger) == "b"


@pytest.mark.parametrize("pods", ["AB", "BA"])
def test_of_two_that_start_together_it_is_what_they_hold_that_decides_not_their_place(pods):
    tied = Ledger()
    for pod in pods:
        parent(tied, pod=pod)
    device(tied)
    assert who(tied) == "a"


@pytest.mark.parametrize("spells", ["rs", "sr"])
def test_of_two_alike_in_all_they_hold_it_is_the_rest_of_their_spells(spells):
    """Both episodes are the same to the letter; only one spell goes on to another ward, and its pounds are per spell."""
    tied = Ledger()
    for spell in spells:
        parent(tied, pod="A", spell_key=spell)
    tied.record(
        "APC", {"WRD001": 50}, Pod="A", spell_key="s", start_date="2024-05-05", end_date="2024-05-09", EpType="1"
    )
    device(tied)
    prices = price(tied, {"a": {"feed": "APC", "per": "spell", "attached": ["SI"]}})
    assert (value(prices, "a"), pounds(prices, "work in progress")) == (107.0, Decimal(150))


@pytest.mark.parametrize(
    "columns",
    [{"plemi_key": None}, {"plemi_key": ""}, {"organisation": "RYY"}, {"plemi_key": "q"}, {"fin_year": "2023-24"}],
)
def test_without_a_parent_of_the_organisation_it_is_an_orphan(columns):
    ledger = Ledger()
    parent(ledger)
    ledger.record("APC", {"WRD001": 1}, Pod="A", plemi_key="")
    device(ledger, **columns)
    assert who(ledger) == "orphan SI/SWC"


def test_attached_and_orphan_pounds_are_all_pounds():
    ledger = Ledger()
    parent(ledger)
    parent(ledger, start="2024-05-02")
    for _ in range(3):
        device(ledger)
    device(ledger, plemi_key=None)
    ledger.record("SWC", {"WRD002": 2400}, plemi_key="p", start_date="2024-05-02")
    prices = price(ledger, RULES)
    table = prices.attached.sort_values(["feed", "is_attached"])[
        ["feed", "is_attached", "records", "gbp"]
    ].values.tolist()
    assert table == [["SI", False, 1, Decimal(7)], ["SI", True, 3, Decimal(21)], ["SWC", True, 1, Decimal(2400)]]
    assert value(prices, "a") == 110.50  # (200 + 21) / 2: two parents never hold one device
    assert told(prices, "orphan_records") == ["RXX 2024-25: 1 SI record, £7.00, attached to no APC, OP or EC record"]
    assert pounds(prices, "outside the rules") == Decimal(2400)


def test_a_rule_sees_only_the_activities_it_names_of_attached_lines():
    ledger = Ledger()
    parent(ledger)
    device(ledger)
    prices = price(ledger, {"a": APC | {"activities": ["WRD*"]}}, sites=at("ward", "a"))
    assert value(prices, "a") == 100.00
    assert pounds(prices, "no price carries") == Decimal(7)


def test_rest_takes_attached_lines_that_no_companion_takes():
    ledger = Ledger()
    parent(ledger)
    device(ledger)
    rules = {"a": APC | {"activities": ["WRD*"], "attached": []}, "rest": APC | {"activities": "rest"}}
    assert value(price(ledger, rules, sites=at("ward", *rules)), "rest") == 7.00


CRITICAL = {"feed": "SWC", "per": "bed_day"}
WITH_CRITICAL = {"feed": "APC", "per": "episode", "attached": ["SWC"]}


def faults(rules, sites, upstream):
    ledger = Ledger()
    parent(ledger)
    ledger.record("SWC", {"WRD002": 2400}, plemi_key="p", start_date="2024-05-02")
    try:
        price(ledger, rules, sites=sites, upstream=upstream)
    except PlicsFaults as fault:
        return [problem.rule for problem in fault.problems]
    return []


@pytest.mark.parametrize(
    ("episode_at", "episode_role", "upstream", "expected"),
    [
        ("critical_care", "acute", {}, ["attached_and_priced"]),
        ("ward", "acute", {"critical_care": frozenset({"ward", "gp"})}, ["attached_and_priced"]),
        ("ward", "acute", {"ward": frozenset({"critical_care"})}, []),
        ("ward", "community", {"critical_care": frozenset({"ward"})}, []),
    ],
)
def test_critical_care_priced_and_attached_at_or_before_its_setting_is_refused(
    episode_at, episode_role, upstream, expected
):
    rules = {"critical_care.day": CRITICAL, "episode": WITH_CRITICAL}
    sites = [*at("critical_care", "critical_care.day"), *at(episode_at, "episode", role=episode_role)]
    assert faults(rules, sites, upstream) == expected
    allowed = rules | {"episode": WITH_CRITICAL | {"overlap": "allowed", "reason": "shown twice on purpose"}}
    assert faults(allowed, sites, upstream) == []


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (2, 3, 0, 1, 4), (4, 1, 0, 3, 2)])
def test_twin_spells_are_told_apart_by_what_hangs_on_their_other_episodes(order):
    """Two episodes alike in all share the PLEMI of one item; the other episode of one of their spells has an item too."""
    episodes = [("sa", "p", "1"), ("sa", "q", "2"), ("sb", "p", "1"), ("sb", "r", "2"), ("sc", "z", "1")]
    ledger = Ledger()
    for place in order:
        spell, plemi, number = episodes[place]
        ledger.record("APC", {"WRD001": 170 if spell == "sc" else 100}, spell_key=spell, plemi_key=plemi, EpiNo=number,
                      start_date="2024-06-03", end_date="2024-06-12")  # fmt: skip
    for plemi, gbp in (("p", 50), ("q", 70)):
        ledger.record("SI", {"DEV001": gbp}, plemi_key=plemi, start_date="2024-06-05")
    prices = price(ledger, {"a": {"feed": "APC", "per": "spell", "attached": ["SI"]}})
    spells = np.array([200 + 70, 200 + 50, 170])  # the item of p goes to the spell without the item of q
    assert rows(prices, "a")["se_total"].iloc[0] == pytest.approx(spells.std(ddof=1) / 3**0.5, rel=1e-12)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_activity_in_one_piece_or_in_two_tells_records_apart(order):
    ledger = Ledger()
    for place in order:
        number = ledger.record("APC", {("WRD001", "CPF001"): 60, ("WRD001", "CPF005"): 40}, counts={"WRD001": 3},
                               plemi_key="p", start_date="2024-06-03", end_date="2024-06-12")  # fmt: skip
        for piece, line in enumerate(line for line in ledger.lines if line["event_id"] == number):
            line["activity_no"] = 1 + piece * place
    ledger.record("SI", {"DEV001": 70}, plemi_key="p", start_date="2024-06-05")
    ledger.lines[-1]["activity_no"] = 1
    rule = {"feed": "APC", "per": "activity_count", "count_of": "WRD001", "attached": ["SI"]}
    found = rows(price(ledger, {"a": rule}), "a")["se_total"].iloc[0]
    ratio, records = 270 / 9, ((170, 6), (100, 3))  # counted 3 in one piece, 3 and 3 in two, which has the item
    off = sum((gbp - ratio * count) ** 2 for gbp, count in records)
    assert found == pytest.approx((off / 2) ** 0.5 / (9 / 2), rel=1e-12)
