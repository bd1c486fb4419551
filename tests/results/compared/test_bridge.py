"""R19, by hand and by chance."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathway_cost.results.compared.bridge import FACTORS, MORE, SIDES, TOGETHER, factor_parts
from pathway_cost.results.compared.bridge_lines import bridge_lines, paired_arms
from pathway_cost.results.compared.comparison import Comparison
from tests.results.results_toy import Care, baseline, costed, scenario

WARD = ("ward", "bed_day")


def care(v=1.0, q=4.0, p=500.0, who="RXX", **prices):
    return Care({"ward": v}, {WARD: ("bed_day", who, q)}, {(who, "bed_day"): {"unsplit": p}} | prices)


def bridge(before, after):
    frame = Comparison(before, after).bridge()
    assert frame["gbp"].sum() == pytest.approx(after.total_gbp - before.total_gbp)
    assert frame["factor"].iloc[-1] == "one-off costs"
    return {row.factor: round(row.gbp, 2) for row in frame.itertuples() if row.gbp}


def test_worked_case():
    """v 1 → 0.8, q 4 → 3, p 500 → 550: −400, −500, +200, interaction +20, total −£680.00."""
    parts = bridge(baseline(care()), scenario("shorter", care(0.8, 3, 550)))
    assert parts["routing"] == -400.00
    assert parts["quantity"] == -500.00
    assert parts["unit cost"] == 200.00
    assert parts["interaction: routing × quantity"] == 100.00
    assert parts["interaction: routing × unit cost"] == -40.00
    assert parts["interaction: quantity × unit cost"] == -50.00
    assert parts[MORE] == 10.00
    assert sum(parts.values()) == -680.00


def test_more_patients_are_patients():
    """100 patients become 120: 20 × £2,000."""
    parts = bridge(baseline(care(), base=[100.0]), scenario("more", care(), base=[100.0], volume={"taken": [1.2]}))
    assert parts == {"patients": 40_000.00}


def test_an_added_setting_is_all_routing():
    """The hub takes half: ward 1 → 0.5 visits (−£1,000), hub 0 → 0.5 visits of 2 × £300 (+£300)."""
    hub = Care(
        {"ward": 0.5, "hub": 0.5},
        {WARD: ("bed_day", "RXX", 4), ("hub", "hub_day"): ("hub_day", "RXX", 2)},
        {("RXX", "bed_day"): {"unsplit": 500.0}, ("RXX", "hub_day"): {"unsplit": 300.0}},
    )
    assert bridge(baseline(care()), scenario("hub", hub)) == {"routing": -700.00}
    assert bridge(scenario("hub", hub), baseline(care())) == {"routing": 700.00}


def test_an_added_use_is_all_quantity():
    """Two physio contacts of £60 at a setting that was there: +£120."""
    physio = Care(
        {"ward": 1.0},
        {WARD: ("bed_day", "RXX", 4), ("ward", "physio"): ("physio", "RXX", 2)},
        {("RXX", "bed_day"): {"unsplit": 500.0}, ("RXX", "physio"): {"unsplit": 60.0}},
    )
    assert bridge(baseline(care()), scenario("physio", physio)) == {"quantity": 120.00}
    assert bridge(scenario("physio", physio), baseline(care())) == {"quantity": -120.00}


def test_a_use_added_to_a_route_is_quantity_and_a_new_route_is_routing():
    route = {("ward", "back"): 0.2}
    conveyed = {("ward", "to back: convey"): ("convey", "RXX", 1)}
    prices = {("RXX", "bed_day"): {"unsplit": 500.0}, ("RXX", "convey"): {"unsplit": 300.0}}
    ward = {WARD: ("bed_day", "RXX", 4)}
    without_route = Care({"ward": 1.0}, ward, prices)
    without_use = Care({"ward": 1.0}, ward, prices, route)
    with_both = Care({"ward": 1.0}, ward | conveyed, prices, route)
    assert bridge(baseline(without_use), scenario("conveyed", with_both)) == {"quantity": 60.00}
    assert bridge(baseline(without_route), scenario("new_way", with_both)) == {"routing": 60.00}


def test_another_organisation_then_another_price():
    """RXX £500 → RYY, which had £450 in the old table (4 × −50) and has £480 now (4 × +30)."""
    before = Care({"ward": 1.0}, {WARD: ("bed_day", "RXX", 4)}, {
        ("RXX", "bed_day"): {"unsplit": 500.0}, ("RYY", "bed_day"): {"nursing": 400.0, "drugs": 50.0},
    })  # fmt: skip
    parts = bridge(baseline(before), scenario("moved", care(p=480.0, who="RYY")))
    assert parts == {"organisation": -200.00, "unit cost": 120.00}


def test_an_organisation_without_an_old_price_is_both_together():
    assert bridge(baseline(care()), scenario("moved", care(p=480.0, who="RYY"))) == {TOGETHER: -80.00}


def test_a_use_once_a_patient_is_not_moved_by_routing():
    """Visits 1 → 2; the one assessment a patient stays one."""
    once = frozenset({("ward", "assess")})
    uses = {WARD: ("bed_day", "RXX", 4), ("ward", "assess"): ("assess", "RXX", 1)}
    prices = {("RXX", "bed_day"): {"unsplit": 500.0}, ("RXX", "assess"): {"unsplit": 90.0}}
    one, two = Care({"ward": 1.0}, uses, prices, once=once), Care({"ward": 2.0}, uses, prices, once=once)
    without = Care({"ward": 2.0}, {WARD: uses[WARD]}, prices)
    assert bridge(baseline(one), scenario("twice", two)) == {"routing": 2_000.00}
    assert bridge(baseline(without), scenario("assess", two)) == {"quantity": 90.00}


def test_counts_have_no_pounds_in_the_bridge():
    counted = Care({"ward": 1.0}, {WARD: ("bed_day", "RXX", 4), ("ward", "operation"): ("count:operation", "RXX", 1)}, {
        ("RXX", "bed_day"): {"unsplit": 500.0},
    })  # fmt: skip
    assert bridge(baseline(care()), scenario("counted", counted)) == {}


def test_baseline_is_split_into_the_scenarios_arms_by_weight():
    """70 of 100 are taken and stay 3 days, not 4: 70 × −£500; nothing else moves."""
    before = baseline(care(), base=[100.0])
    after = costed(
        "shorter",
        {"not_taken": care(), "taken": care(q=3.0)},
        base=[100.0],
        shares={"not_taken": [0.3], "taken": [0.7]},
        scenarios={"taken": ("shorter",)},
    )
    assert bridge(before, after) == {"quantity": -35_000.00}


def test_volume_in_one_arm_does_not_move_patients_between_arms():
    """Taken patients (50 of 100) become 60: +10 patients × £2,000, split by the shares before the change of volume."""
    before = baseline(care(), base=[100.0])
    after = costed(
        "more",
        {"not_taken": care(), "taken": care()},
        base=[100.0],
        shares={"not_taken": [0.5], "taken": [0.5]},
        volume={"taken": [1.2]},
        scenarios={"taken": ("more",)},
    )
    assert bridge(before, after) == {"patients": 20_000.00}


def test_a_composition_keeps_whoever_took_the_first_scenario():
    """A (4 → 3 days) taken by half in both; B (price −£50) is added for 40% of each half."""
    a, b, both = care(q=3.0), care(p=450.0), care(q=3.0, p=450.0)
    first = costed(
        "a", {"not_taken": care(), "taken": a}, base=[100.0],
        shares={"not_taken": [0.5], "taken": [0.5]}, scenarios={"taken": ("a",)},
    )  # fmt: skip
    arms = {"not_taken": care(), "taken:a": a, "taken:b": b, "taken:a+b": both}
    second = costed(
        "a+b", arms, base=[100.0], shares={"not_taken": [0.3], "taken:a": [0.3], "taken:b": [0.2], "taken:a+b": [0.2]},
        scenarios={"taken:a": ("a",), "taken:b": ("b",), "taken:a+b": ("a", "b")},
    )  # fmt: skip
    assert bridge(first, second) == {"unit cost": -(20 * 4 * 50.0 + 20 * 3 * 50.0)}
    pairs = paired_arms(first, second)
    assert set(zip(pairs.arm0, pairs.arm1, strict=True)) == {
        ("not_taken", "not_taken"), ("not_taken", "taken:b"), ("taken", "taken:a"), ("taken", "taken:a+b"),
    }  # fmt: skip
    assert pairs["w0"].sum() == pytest.approx(100.0)


def test_patients_who_no_longer_start():
    parts = bridge(baseline(care(), base=[10.0]), scenario("none", care(q=9.0), base=[10.0], volume={"taken": [0.0]}))
    assert parts == {"patients": -20_000.00}


def test_nothing_changed():
    frame = Comparison(baseline(care()), scenario("same", care())).bridge()
    assert frame["factor"].tolist() == [*FACTORS, "one-off costs"]
    assert (frame["gbp"] == 0.0).all()


# --- the law: the bridge always closes ------------------------------------------------------------------------------
amounts = st.floats(0.0, 1000.0).map(lambda amount: round(amount, 3))


@st.composite
def cares(draw):
    """Any settings, any uses there, any organisation, and prices for some of the others."""
    visits = draw(st.dictionaries(st.sampled_from(["gp", "ward", "hub"]), amounts, min_size=1))
    sites = [(setting, use) for setting in visits for use in ("one", "two", "three")]
    chosen = draw(st.lists(st.sampled_from(sites), min_size=1, unique=True))
    uses = {
        site: (draw(st.sampled_from([site[1], "shared"])), draw(st.sampled_from(["RXX", "RYY"])), draw(amounts))
        for site in chosen
    }
    prices = {(who, key): {"nursing": draw(amounts), "drugs": draw(amounts)} for key, who, _ in uses.values()}
    for key in draw(st.sets(st.sampled_from(["one", "two", "three", "shared"]))):
        prices.setdefault((draw(st.sampled_from(["RXX", "RYY"])), key), {"unsplit": draw(amounts)})
    once = frozenset(draw(st.sets(st.sampled_from(chosen), max_size=1)))
    return Care(visits, uses, prices, once=once)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(*[amounts] * 8, st.one_of(st.just(float("nan")), amounts)), min_size=1, max_size=8))
def test_any_lines_close(rows):
    lines = pd.DataFrame(rows, columns=[*(side for side in SIDES if side != "p_old"), "p_old"])
    was, now = ((lines[f"w{n}"] * lines[f"v{n}"] * lines[f"q{n}"] * lines[f"p{n}"]).sum() for n in (0, 1))
    parts = factor_parts(lines).values()
    assert abs(sum(parts) - (now - was)) <= 1e-9 * (was + now + sum(map(abs, parts)))


@settings(max_examples=20, deadline=None)
@given(cares(), cares(), cares(), st.floats(0, 1), st.lists(st.floats(0, 3), min_size=2, max_size=2))
def test_the_bridge_closes(before, untouched, after, uptake, volume):
    first = baseline(before, base=[10.0, 90.0])
    second = costed(
        "any",
        {"not_taken": untouched, "taken": after},
        base=[10.0, 90.0],
        shares={"not_taken": [1 - uptake] * 2, "taken": [uptake] * 2},
        volume={"taken": volume},
        scenarios={"taken": ("any",)},
    )
    lines = bridge_lines(first, second)
    assert np.isfinite(lines[["w0", "w1", "v0", "v1", "q0", "q1", "p0", "p1"]].to_numpy()).all()
    was, now = first.cube.total_gbp, second.cube.total_gbp
    assert (lines.w0 * lines.v0 * lines.q0 * lines.p0).sum() == pytest.approx(was, rel=1e-9, abs=1e-9)
    assert (lines.w1 * lines.v1 * lines.q1 * lines.p1).sum() == pytest.approx(now, rel=1e-9, abs=1e-9)
    parts = factor_parts(lines)
    assert abs(sum(parts.values()) - (now - was)) <= 1e-9 * (was + now + sum(map(abs, parts.values())))
