"""An intake is evenly spread over its time: whatever the step, the pounds are those of the integral over all starts."""

import pytest

from pathway_cost.engine.model.discounting import Discounting
from pathway_cost.engine.model.timing import Timing
from tests.engine.time_toy import MONTH, YEAR, chain, presence, years
from tests.engine.toy import cost

STAY = {
    "start": {"home": 1}, "settings": {"home": {"role": "acute", "stay": 2 * YEAR, "uses": [{"unit_cost": "day", "per": "day"}]}},
    "routes": {"home": {"died": 1}}, "ends": ["died"],
}  # fmt: skip
DAILY = {"day": 50_000 / YEAR}
FOREVER = {"well": {"well": "rest", "died": 0}}


def close(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-6)


def by_period(evaluation, measure="gbp"):
    return evaluation.cube.by("period")[measure].tolist()


@pytest.mark.parametrize("step", ["day", "week", "month", "year"])
def test_two_years_of_care_for_those_who_start_over_twelve_months(step):
    """100 starts, £50,000 a year: £2.5m, £5.0m and £2.5m; from the beginning of each week it would be £2.55m and £2.45m."""
    timing = years(4, step=step, period="year", intake_over_days=YEAR)
    found = cost(STAY, 100, DAILY, timing=timing)
    assert by_period(found) == close([2_500_000, 5_000_000, 2_500_000, 0])
    assert presence(found)["home"] == close([50 * YEAR, 100 * YEAR, 50 * YEAR, 0])


@pytest.mark.parametrize("step", ["day", "week", "month"])
def test_the_horizon_cuts_those_who_start_late_short(step):
    """Over one year: ∫ (1 − t) dt = half a year each."""
    found = cost(STAY, 100, DAILY, timing=years(1, step=step, intake_over_days=YEAR))
    assert found.cube.total_gbp == close(2_500_000)


@pytest.mark.parametrize("count", ["start", "end", "half_cycle"])
@pytest.mark.parametrize("cycle", ["week", "month", "year"])
def test_cycles_lie_where_their_time_does(count, cycle):
    """Nobody leaves, £1 a cycle, starts over a year, two years: half a year's cycles, then a whole year's, at every count."""
    pathway = chain(cycle=cycle, routes=FOREVER)
    length = {"week": 7.0, "month": MONTH, "year": YEAR}[cycle]
    horizon = 104 * 7.0 if cycle == "week" else 2 * YEAR
    timing = Timing(
        horizon_days=horizon, count=count, period="year" if cycle != "week" else None, intake_over_days=horizon / 2
    )
    found = cost(pathway, 1, {"year": 1}, timing=timing)
    assert found.cube.total_gbp == close(0.75 * horizon / length)
    if cycle != "week":
        assert by_period(found) == close([0.5 * YEAR / length, YEAR / length])
        assert presence(found)["well"] == close([0.5 * YEAR, YEAR])


def test_cycles_beside_days():
    """Thirty days of waiting, then months of £1: who starts in the course of the year has, on average, 24 − 1 − 6 months."""
    pathway = chain(cycle="month", routes=FOREVER | {"wait": {"well": 1}}, start={"wait": 1})
    pathway["settings"] = pathway["settings"] | {"wait": {"stay": MONTH}}
    timing = years(2, step="day", intake_over_days=YEAR)
    found = cost(pathway, 1, {"year": 1}, timing=timing)
    # the cycle under way at the horizon has begun, and counts whole: half a cycle more
    assert found.cube.total_gbp == pytest.approx(17.5, rel=0.01)


def test_what_happens_at_a_moment_is_of_the_step_it_lies_in():
    """A visit on day 10 for those who start evenly over the first 4 days: a quarter on each of days 10 to 13."""
    pathway = {
        "start": {"gp": 1}, "settings": {"gp": {"stay": 10}, "ward": {"role": "acute", "stay": 5, "uses": [{"unit_cost": "spell"}]}},
        "routes": {"gp": {"ward": 1}, "ward": {"home": 1}},
    }  # fmt: skip
    timing = Timing(horizon_days=12.0, period="day", intake_over_days=4.0)
    found = cost(pathway, 4, {"spell": 1}, timing=timing)
    assert by_period(found)[10:] == close([1, 1])
    assert found.cube.total_gbp == close(2)


def test_who_arrives_after_the_horizon_for_starting_late_is_not_there():
    """A journey on day 10, horizon 12, starts over the first 4 days: those of day 3 travel in the course of day 13."""
    journey = {"home": {"share": 1, "uses": [{"unit_cost": "journey", "role": "acute"}]}}
    pathway = {"start": {"gp": 1}, "settings": {"gp": {"stay": 10}}, "routes": {"gp": journey}}
    found = cost(pathway, 4, {"journey": 1}, timing=Timing(horizon_days=12.0, period="day", intake_over_days=4.0))
    assert by_period(found)[10:] == close([1, 1])


def test_a_death_at_the_end_of_a_cycle_that_ends_within_a_year_is_of_that_year():
    """Yearly cycles of those who start over a year: half die, a year after they started, in the course of the second year."""
    pathway = chain(routes={"well": {"well": "rest", "died": {"by": "cycle", "steps": {0: 0.5, 1: 0}}}})
    found = cost(pathway, 8, {"year": 1}, timing=years(3, intake_over_days=YEAR))
    assert presence(found, "visits")["died"] == close([0, 4, 0])
    assert by_period(found) == close([4, 6, 4])


def test_an_intake_within_one_cycle_starts_in_its_middle():
    """Yearly cycles of £1, starts over six months, two years: a quarter of the first and of the last cycle lie outside."""
    found = cost(chain(routes=FOREVER), 1, {"year": 1}, timing=years(2, intake_over_days=YEAR / 2))
    assert by_period(found) == close([0.75, 1])


def test_part_of_a_step_at_the_end():
    """Ten days of starts in steps of a week: seven tenths start in the middle of week 1, three on day 8.5; 5 days before day 28."""
    found = cost(
        STAY, 1, {"day": 1}, timing=Timing(horizon_days=28.0, step="week", period="week", intake_over_days=10.0)
    )
    assert found.cube.total_gbp == close(28 - 5)


def test_later_starts_are_discounted_from_when_they_start():
    """A year's £1 at the moment of starting, over two years at 10% exact and monthly steps: the mean of 1.1^−t, to 1 in 10⁵."""
    pathway = {
        "start": {"gp": 1},
        "settings": {"gp": {"role": "acute", "uses": [{"unit_cost": "seen"}]}},
        "routes": {"gp": {"home": 1}},
    }
    timing = years(3, step="month", intake_over_days=2 * YEAR, gbp=Discounting(((0.0, 0.1),)))
    found = cost(pathway, 1, {"seen": 1}, timing=timing)
    force = 0.0953101798043249
    assert found.cube.frame["present_value_gbp"].sum() == pytest.approx((1 - 1.1**-2) / (2 * force), rel=1e-5)


def test_shares_by_period_start_with_their_periods():
    """Half start with the first year and half with the second: 3 and 2 years of £50,000 cut at their two-year stay."""
    found = cost(STAY, 100, DAILY, timing=years(3, period="year", intake_shares=(0.5, 0.5)))
    assert by_period(found) == close([2_500_000, 5_000_000, 2_500_000])
