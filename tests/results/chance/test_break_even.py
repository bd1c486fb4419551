from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway_cost.results.chance.break_even import Lever, break_even, one_by_one


class Asked:
    """A change in pounds that remembers how it was asked."""

    def __init__(self, change):
        self.change, self.calls = change, []

    def __call__(self, values):
        self.calls.append(values)
        return self.change(values)


def row_of(change, *, stated=0.3, low=0.0, high=1.0, **more):
    return break_even({"hub": [Lever("uptake", stated, low, high, change, **more)]}).iloc[0]


def test_a_straight_line_by_hand():
    """£100,000 of set-up less £250,000 × uptake: even at 0.4, a third more than the stated 0.3."""
    row = row_of(lambda x: 100_000 - 250_000 * x, title="Uptake", unit="share", plausible_low=0.2, plausible_high=0.5)
    assert row.break_even == pytest.approx(0.4, rel=1e-9)
    assert row.move_pct == pytest.approx(100 / 3)
    assert row.within_plausible is np.True_
    assert (row.best_value, row.best_change_gbp, row.crossings) == (1.0, -150_000.0, 1)
    assert row[["scenario", "lever", "title", "unit", "stated"]].tolist() == ["hub", "uptake", "Uptake", "share", 0.3]


def test_without_a_break_even_the_best_within_bounds_stands():
    row = row_of(lambda x: 100_000 - 50_000 * x)
    assert np.isnan(row.break_even)
    assert np.isnan(row.move_pct)
    assert row.crossings == 0
    assert (row.best_value, row.best_change_gbp) == (1.0, 50_000.0)
    frame = break_even({"hub": [Lever("uptake", 0.3, 0.0, 1.0, lambda x: 1 + x)]})
    assert frame["within_plausible"].isna().all()
    assert frame["within_plausible"].dtype == "boolean"


def test_of_several_crossings_the_nearest():
    """(x − 0.1)(x − 0.25)(x − 0.9): from 0.3 the nearest is 0.25."""
    row = row_of(lambda x: 1e6 * (x - 0.1) * (x - 0.25) * (x - 0.9))
    assert row.break_even == pytest.approx(0.25, rel=1e-9)
    assert row.crossings == 3


def test_the_nearest_may_lie_on_either_side():
    change = Asked(lambda x: (x - 0.21) * (x - 0.37))
    assert row_of(change, stated=0.3).break_even == pytest.approx(0.37, rel=1e-9)
    assert row_of(change, stated=0.28).break_even == pytest.approx(0.21, rel=1e-9)


def test_a_scenario_that_is_even_already_need_not_move():
    row = row_of(lambda x: 1_000 * (x - 0.3))
    assert (row.break_even, row.move_pct) == (pytest.approx(0.3), pytest.approx(0.0, abs=1e-9))
    flat = row_of(lambda x: 0.0 * x)
    assert (flat.break_even, flat.move_pct, flat.best_value) == (0.3, 0.0, 0.3)


def test_a_step_breaks_even_where_it_falls():
    """A ward closes at an uptake of 0.6137: £10,000 dearer below, £40,000 less above."""
    row = row_of(lambda x: np.where(x < 0.6137, 10_000.0, -40_000.0))
    assert row.break_even == pytest.approx(0.6137, rel=1e-9)
    assert row.crossings == 1


def test_a_stretch_without_a_change_breaks_even_at_its_near_end():
    row = row_of(lambda x: np.maximum(0.0, 0.71 - x) * 1e6)
    assert row.break_even == pytest.approx(0.71, rel=1e-6)
    assert (row.best_change_gbp, row.crossings) == (0.0, 1)


def test_a_dip_between_two_points_is_seen():
    """£100 below nothing only within ±0.005 of 0.5125, which lies halfway between two of the 41 points."""
    row = row_of(lambda x: (x - 0.5125) ** 2 * 4e6 - 100.0, stated=0.1)
    assert row.break_even == pytest.approx(0.5075, rel=1e-9)
    assert row.crossings == 2


def test_values_that_cannot_be_costed_are_passed_over():
    row = row_of(lambda x: np.where(x > 0.8, np.nan, 70_000 - 100_000 * x))
    assert row.break_even == pytest.approx(0.7, rel=1e-9)
    assert row.best_value == pytest.approx(0.8)
    never = row_of(lambda x: np.full(len(x), np.nan))
    assert np.isnan([never.break_even, never.best_value, never.best_change_gbp]).all()
    assert never.crossings == 0


def test_plausible_ends():
    def verdict(low, high):
        return row_of(lambda x: 100 - 250 * x, plausible_low=low, plausible_high=high).within_plausible

    assert verdict(0.2, 0.5)
    assert verdict(0.4, 0.5)
    assert not verdict(0.41, 0.5)
    assert not verdict(0.1, 0.39)
    frame = break_even({"hub": [Lever("uptake", 0.3, 0.0, 1.0, lambda x: 100 - 250 * x, plausible_low=0.2)]})
    assert frame["within_plausible"].isna().all()


def test_few_calls_each_of_many_values():
    change = Asked(lambda x: 1e6 * np.exp(-3 * x) - 2e5)
    row = row_of(change)
    assert row.break_even == pytest.approx(np.log(5) / 3, rel=1e-9)
    assert len(change.calls) <= 6
    assert 41 <= len(change.calls[0]) <= 42


def test_a_stated_value_of_nothing_has_no_move_in_percent():
    row = row_of(lambda x: 10 - 40 * x, stated=0.0)
    assert row.break_even == pytest.approx(0.25)
    assert np.isnan(row.move_pct)


def test_levers_keep_their_order_and_scenario():
    levers = [Lever(name, 0.5, 0.0, 1.0, lambda x: x - 0.2) for name in ("stay", "uptake")]
    frame = break_even({"hub": levers, "triage": levers[:1]})
    assert frame[["scenario", "lever"]].to_numpy().tolist() == [["hub", "stay"], ["hub", "uptake"], ["triage", "stay"]]
    assert break_even({}).empty


@pytest.mark.parametrize("bounds", [(0.4, 1.0), (0.0, 0.2), (0.0, np.inf), (1.0, 0.0), (np.nan, 1.0)])
def test_bounds_must_hold_the_stated_value(bounds):
    with pytest.raises(ValueError, match="is not within finite bounds"):
        Lever("uptake", 0.3, *bounds, lambda x: x)


@given(st.floats(-50, 150), st.floats(0.1, 1e6), st.sampled_from([-1.0, 1.0]), st.floats(1.0, 99.0))
def test_a_straight_line_is_even_where_it_is_nothing(root, slope, sign, stated):
    row = row_of(lambda x: sign * slope * (x - root), stated=stated, low=0.0, high=100.0)
    if 0 <= root <= 100:
        assert row.break_even == pytest.approx(root, rel=1e-9, abs=1e-7)
    elif not -1e-6 <= root <= 100 + 1e-6:
        assert np.isnan(row.break_even)


@given(st.floats(0.05, 0.95), st.floats(1.1, 6.0), st.floats(1.0, 1e8))
def test_a_curve_that_only_falls(root, power, scale):
    row = row_of(lambda x: scale * (root**power - x**power))
    assert row.break_even == pytest.approx(root, rel=1e-8)


def test_levers_take_their_looks_together():
    """Two scenarios with two levers each: as many rounds as the longest alone, and each finds what it finds alone."""
    levers = {
        name: [
            Lever("uptake", 0.3, 0.0, 1.0, lambda x, cost=cost: cost - 250_000 * x**2),
            Lever("stay", 0.5, 0.0, 1.0, lambda x, cost=cost: 2 * cost - 90_000 * x),
        ]
        for name, cost in (("hub", 40_000.0), ("virtual", 60_000.0))
    }
    rounds = []

    def changes(looks):
        rounds.append(len(looks))
        return one_by_one(looks)

    frame = break_even(levers, changes)
    assert frame.equals(break_even(levers))
    assert frame["break_even"].tolist()[::2] == pytest.approx([0.4, 0.24**0.5], rel=1e-9)
    assert rounds[0] == 4
    alone = []
    for name, each in levers.items():
        for lever in each:
            asked = Asked(lever.change_at)
            break_even({name: [replace(lever, change_at=asked)]})
            alone.append(len(asked.calls))
    assert len(rounds) == max(alone)
    assert sum(rounds) == sum(alone)
