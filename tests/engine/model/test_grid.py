"""The grid of time by hand: steps, periods, and what a boundary counts for."""

import numpy as np
import pytest

from pathway_cost.engine.activity.period_weights import period_weights
from pathway_cost.engine.model.grid import grid_of
from pathway_cost.engine.model.timing import Timing
from tests.engine.time_toy import MONTH, YEAR, beside_days, chain, days, flat, years
from tests.engine.toy import cost, pathway_of

WARD = {"start": {"ward": 1}, "settings": {"ward": {"stay": 5}}, "routes": {"ward": {"home": 1}}}


def grid(timing, given=WARD):
    return grid_of(pathway_of(given), timing)


@pytest.mark.parametrize(
    ("timing", "step", "steps", "period"),
    [
        (days(30), 1, 30, MONTH),
        (years(1), 1, 365, MONTH),
        (years(2), 1, 730, YEAR),
        (Timing(horizon_days=6 * MONTH), 1 + 1 / 72, 180, MONTH),  # 182.5 days are no whole number
        (years(3), YEAR / 52, 156, YEAR),
        (years(10), YEAR / 52, 520, YEAR),
        (years(20), MONTH, 240, YEAR),
        (years(20, step="week"), YEAR / 52, 1040, YEAR),
        (years(20, step="day"), 1, 7300, YEAR),
        (years(20, period="month"), MONTH, 240, MONTH),
        (days(1000), 5, 200, YEAR),  # the longest from a week down that divides 1,000 days and 365
        (days(3850), 5, 770, YEAR),
        (days(4100, period="month"), 4100 / 135, 135, MONTH),  # none does
        (Timing(period="year"), 1, None, YEAR),
    ],
)
def test_steps(timing, step, steps, period):
    found = grid(timing)
    assert (found.step_days, found.period_days) == pytest.approx((step, period), rel=1e-12)
    assert found.steps == steps
    assert (found.cycle_steps, found.whole_cycles) == (0, False)


def test_cycles_alone_are_one_step_each():
    found = grid(years(20), chain())
    assert (found.step_days, found.steps, found.cycle_steps, found.whole_cycles) == (YEAR, 20, 1, True)
    assert grid(Timing(horizon_days=2 * YEAR, period="month"), chain()).period_days == YEAR


def test_cycles_beside_days_are_whole_steps():
    found = grid(years(1), beside_days(cycle="month"))
    assert (found.cycle_steps, found.steps) == (30, 360)
    assert grid(years(20), beside_days()).cycle_steps == 12


def test_periods_begin_on_whole_days():
    """Months of 365/12 days begin on day 0, 31, 61, 92; the horizon itself is of the last one."""
    found = grid(years(1))
    assert found.first_step_of(np.arange(4)).tolist() == [0, 31, 61, 92]
    assert found.period_of(np.array([0, 30, 31, 60, 61, 364, 365, 800])).tolist() == [0, 0, 1, 1, 2, 11, 11, 11]
    assert found.periods == 12


def weights(timing, event, first, last, given=WARD):
    found = period_weights(grid(timing, given), timing).of(event, first, last)
    return found.plain.sum(axis=0).tolist()


@pytest.mark.parametrize(
    ("rule", "cycle", "arrival"),
    [
        ("start", [1, 1, 1, 1, 0], [1, 1, 1, 1, 1]),
        ("end", [0, 1, 1, 1, 1], [1, 1, 1, 1, 1]),
        ("half_cycle", [0.5, 1, 1, 1, 0.5], [1, 1, 1, 1, 1]),
        ("simpson", [1 / 3, 4 / 3, 2 / 3, 4 / 3, 1 / 3], [1, 4 / 3, 2 / 3, 4 / 3, 1 / 3]),
    ],
)
def test_boundaries_of_four_cycles(rule, cycle, arrival):
    timing = years(4, count=rule)
    for event, expected in (
        ("cycle", cycle),
        ("arrival", arrival),
        ("moved", [1] * 5),
        ("visit", [1, 1, 1, 1, 0]),
        ("days", [365, 365, 365, 365, 0]),
    ):
        found = weights(timing, event, 0, 5, chain())
        assert found == pytest.approx(expected, rel=1e-15), event


def test_who_starts_later_is_followed_for_less_time():
    """Half start in the second year of three: their third year is beyond the horizon."""
    timing = years(3, intake_shares=(0.5, 0.5), count="half_cycle", gbp=flat(0.1))
    found = period_weights(grid(timing, chain()), timing).of("cycle", 0, 4)
    by_year = [[0.25, 0.25, 0, 0], [0.25, 0.25 + 0.25, 0.25, 0], [0, 0.25, 0.25 + 0.25, 0.25]]
    assert found.plain == pytest.approx(np.array(by_year), rel=1e-15)
    assert found.gbp[2, 2] == pytest.approx(0.25 / 1.21 + 0.25 / 1.331, rel=1e-14)


@pytest.mark.parametrize(("count", "first", "last"), [("start", 100, 25), ("end", 50, 12.5), ("half_cycle", 75, 18.75)])
def test_a_year_of_the_ledger_holds_what_happens_in_it(count, first, last):
    """Half die each year: 100, 50, 25 begin a year, 12.5 are left at the horizon; those who die in a year die in it."""
    pathway = {
        "cycle": "year", "start": "ill", "ends": ["died"], "routes": {"ill": {"died": 0.5, "ill": "rest"}},
        "settings": {"ill": {"role": "acute", "stay": "cycle", "uses": [{"unit_cost": "year", "per": "cycle"}]}},
    }  # fmt: skip
    found = cost(pathway, 100, {"year": 1}, timing=years(3, count=count))
    assert found.cube.by("period")["gbp"].tolist() == pytest.approx([first, first / 2, last], rel=1e-12)
    died = found.presence[found.presence["setting"] == "died"]
    assert died["visits"].tolist() == pytest.approx([50, 25, 12.5], rel=1e-12)


def test_an_intake_sums_to_everybody():
    for timing in (years(2, intake_over_days=YEAR), years(2, intake_shares=(0.2, 0.0, 0.8), period="month")):
        at_start = period_weights(grid(timing), timing).at_start()
        assert at_start.plain.sum() == pytest.approx(1, rel=1e-13)
        assert np.array_equal(at_start.plain, at_start.gbp)
