"""Discounting by hand: instants, years by one factor, schedules that decline."""

import hypothesis.strategies as some
import numpy as np
import pytest
from hypothesis import given, settings

from pathway_cost.engine.model.discounting import YEAR, Discounting
from pathway_cost.tables.prices.discount_schedules import GREEN_BOOK

RATE = 0.035
DAILY = np.log(1 + RATE) / YEAR


def flat(when):
    return Discounting(((0.0, RATE),), when)


def at(discounting, *days):
    return discounting.at(np.array(days, dtype=np.float64)).tolist()


def over(discounting, first, last):
    return float(discounting.over(np.array([first], dtype=np.float64), np.array([last], dtype=np.float64))[0])


@pytest.mark.parametrize(
    ("when", "years"),
    [
        ("exact", [0, 364 / 365, 1, 366 / 365, 2]),
        ("start_of_year", [0, 0, 1, 1, 2]),
        ("mid_year", [0.5, 0.5, 1.5, 1.5, 2.5]),
        ("end_of_year", [1, 1, 2, 2, 3]),
    ],
)
def test_factors_around_the_turn_of_the_year(when, years):
    assert at(flat(when), 0, 364, 365, 366, 730) == pytest.approx([1.035**-year for year in years], rel=1e-13)


def test_a_boundary_that_is_computed_a_hair_early_is_of_the_new_year():
    day = 36 * (YEAR / 12) * (1 - 1e-12)
    assert at(flat("start_of_year"), day) == pytest.approx([1.035**-3], rel=1e-13)


@pytest.mark.parametrize(
    ("when", "worth"),
    [
        ("exact", (1.035**-0.5 - 1.035**-1.5) / DAILY),
        ("start_of_year", 182.5 + 182.5 / 1.035),
        ("mid_year", 1.035**-0.5 * (182.5 + 182.5 / 1.035)),
        ("end_of_year", (182.5 + 182.5 / 1.035) / 1.035),
    ],
)
def test_days_across_the_turn_of_the_year(when, worth):
    """From half a year to a year and a half."""
    assert over(flat(when), 182.5, 547.5) == pytest.approx(worth, rel=1e-12)


def test_the_green_book_declines_after_30_and_75_years():
    """3.5%, then 3.0% from the 31st year and 2.5% from the 76th; of health 1.5% to begin with."""
    pounds = Discounting(GREEN_BOOK["gbp"].rates)
    worth = [1.035**-30, 1.035**-30 / 1.03, 1.035**-30 * 1.03**-45, 1.035**-30 * 1.03**-45 / 1.025]
    assert at(pounds, 30 * YEAR, 31 * YEAR, 75 * YEAR, 76 * YEAR) == pytest.approx(worth, rel=1e-12)
    assert [rate for _, rate in GREEN_BOOK["gbp"].rates[:3]] == [0.035, 0.03, 0.025]
    assert GREEN_BOOK["counts"].rates[0] == (0.0, 0.015)


def test_days_across_a_decline_of_the_rate():
    """Half a year at 3.5% and half a year at 3.0%, around the 30th."""
    pounds = Discounting(GREEN_BOOK["gbp"].rates)
    before = (1.035**-29.5 - 1.035**-30) / np.log(1.035)
    after = 1.035**-30 * (1 - 1.03**-0.5) / np.log(1.03)
    assert over(pounds, 29.5 * YEAR, 30.5 * YEAR) == pytest.approx(YEAR * (before + after), rel=1e-11)


def test_a_rate_of_nothing_counts_every_day():
    nothing = Discounting(((0.0, 0.0), (10.0, 0.05)))
    assert over(nothing, 0, 10 * YEAR) == pytest.approx(10 * YEAR, rel=1e-13)
    assert at(nothing, 11 * YEAR) == pytest.approx([1 / 1.05], rel=1e-13)


@pytest.mark.parametrize("rate", [5e-324, 2e-323, 1e-310, 2.3e-308])
def test_a_rate_too_small_to_tell_from_nothing_counts_every_day(rate):
    """Floats this small have few digits, or one: 1.5 times the smallest is twice it."""
    assert over(Discounting(((0.0, rate),)), 0, 1.5 * YEAR) == pytest.approx(1.5 * YEAR, rel=1e-13)


def test_only_one_rate_at_every_instant_is_exponential():
    assert flat("exact").flat_daily == pytest.approx(DAILY, rel=1e-14)
    assert flat("mid_year").flat_daily is None
    assert Discounting(GREEN_BOOK["gbp"].rates).flat_daily is None


whens = some.sampled_from(["exact", "start_of_year", "mid_year", "end_of_year"])


@settings(max_examples=30, deadline=None)
@given(whens, some.floats(0, 0.2), some.floats(0, 60), some.floats(0, 60))
def test_factors_fall_and_days_add_up(when, rate, one, other):
    """Later days count no more than earlier; a time in two parts is worth the two together."""
    discounting = Discounting(((0.0, rate), (20.0, rate / 2)), when)
    first, last = sorted((YEAR * one, YEAR * other))
    factors = at(discounting, 0, first, last)
    assert 1 >= factors[0] >= factors[1] >= factors[2] > 0
    assert over(discounting, 0, first) + over(discounting, first, last) == pytest.approx(
        over(discounting, 0, last), rel=1e-11, abs=1e-9
    )
    assert over(discounting, first, last) <= factors[1] * (last - first) * (1 + 1e-9) + 1e-6
