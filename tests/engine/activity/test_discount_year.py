"""A year's present value is its pounds × one factor: the discount year of what happens is the year in whose ledger it stands."""

import hypothesis.strategies as some
import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from pathway_cost.engine.draws.parameter_table import stated
from pathway_cost.engine.model.timing import Timing
from tests.engine.activity.test_time_laws import FEW, any_pathway, people
from tests.engine.activity.test_time_laws import PRICES as DAYS_PRICES
from tests.engine.chance_toy import Toy
from tests.engine.time_toy import YEAR, chain, days, flat, years
from tests.engine.toy import cost, pathway_of, prices_of
from tests.engine.walk.test_sampled import sampled

SHIFT = {"start_of_year": 0.0, "mid_year": 0.5, "end_of_year": 1.0}
COUNTS = ["start", "end", "half_cycle", "simpson"]
WHEN = some.sampled_from(list(SHIFT))
ONE = {"year": 1.0}
MONTHS = {"cycle": "month", "routes": {"well": {"well": "rest", "died": 0}}}
SUM = {"start_of_year": 12.0, "mid_year": 12 / 1.035**0.5, "end_of_year": 12 / 1.035}


def assert_years_have_one_factor(ledger, rate, when):
    year = np.floor((ledger["period"] - 1) * _period_days(ledger) / YEAR + 1e-6)
    factor = (1 + rate) ** -(year + SHIFT[when])
    assert ledger["present_value_gbp"].to_numpy() == pytest.approx(
        (ledger["gbp"] * factor).to_numpy(), rel=1e-10, abs=1e-9
    )


def _period_days(ledger):
    return ledger.attrs["period_days"]


def ledger_of(evaluation):
    periods = evaluation.cube.periods
    found = evaluation.cube.by("use", "period")
    found.attrs["period_days"] = periods.to_day[0] - periods.from_day[0]
    return found


# --- by hand -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", ["start", "end", "half_cycle", "simpson"])
@pytest.mark.parametrize("when", SHIFT)
def test_a_pound_a_month_over_twelve_months(count, when):
    """£1 at the end of each of 12 months at 3.5% is £12.00 from the start of the year, and not £11.97, whatever is counted."""
    found = cost(chain(**MONTHS), 1, ONE, timing=years(1, count=count, gbp=flat(0.035, when)))
    assert found.cube.frame["present_value_gbp"].sum() == pytest.approx(SUM[when], rel=1e-12)


def test_the_second_year_has_its_own_factor():
    """£1 at the end of each of 24 months: 12 + 12 ÷ 1.035 = £23.594203, the present value of the years £12 and £12."""
    found = cost(chain(**MONTHS), 1, ONE, timing=years(2, count="end", period="year", gbp=flat(0.035, "start_of_year")))
    ledger = ledger_of(found)
    assert ledger["gbp"].tolist() == pytest.approx([12, 12], rel=1e-12)
    assert ledger["present_value_gbp"].tolist() == pytest.approx([12, 12 / 1.035], rel=1e-12)
    assert found.cube.frame["present_value_gbp"].sum() == pytest.approx(23.594203, abs=5e-7)


def test_a_death_at_the_end_of_the_year_is_of_that_year():
    """Half die at the end of month 12 (£100 each, by the route): in the ledger of year 1, at its factor."""
    death = {
        "share": {"by": "years", "steps": {0: 0, 0.9: 0.5, 1: 0}},
        "uses": [{"unit_cost": "death", "role": "acute"}],
    }
    pathway = chain(cycle="month", routes={"well": {"well": "rest", "died": death}})
    found = cost(pathway, 1, {"year": 0, "death": 100}, timing=years(2, gbp=flat(0.1, "start_of_year"), period="year"))
    by_year = found.cube.by("period")
    assert by_year[["gbp", "present_value_gbp"]].to_numpy().tolist() == [[pytest.approx(50, rel=1e-12)] * 2, [0, 0]]


def test_a_horizon_of_one_year_is_of_that_year():
    """Home on day 365 (£70): the horizon of one year belongs to it, and is not discounted from its start."""
    pathway = {
        "start": {"ward": 1}, "settings": {"ward": {"role": "acute", "stay": 365}}, "routes": {"ward": {"home": 1}},
        "ends": {"home": {"role": "acute", "uses": [{"unit_cost": "journey"}]}},
    }  # fmt: skip
    found = cost(pathway, 1, {"journey": 70}, timing=years(1, gbp=flat(0.1, "start_of_year")))
    assert found.cube.frame["present_value_gbp"].sum() == pytest.approx(70, rel=1e-12)


# --- the law -------------------------------------------------------------------------------------------------------------
@some.composite
def cycles(draw):
    """Well, ill and dead by months or years; care each cycle, once on arriving, on the way, at the end and once a patient."""
    die, fall = draw(some.floats(0, 0.4)), draw(some.floats(0, 0.5))
    care = [{"unit_cost": "care", "per": "cycle", "quantity": draw(some.sampled_from([1, {"formula": "1 + years"}]))}]
    onset = {"share": fall, "uses": [{"unit_cost": "onset", "role": "acute"}]}
    return {
        "cycle": draw(some.sampled_from(["month", "year"])),
        "start": {"door": 1},
        "settings": {
            "door": {"role": "acute", "uses": [{"unit_cost": "seen"}]},
            "well": {"role": "acute", "stay": "cycle", "uses": care},
            "ill": {"role": "acute", "stay": "cycle", "uses": [*care, {"unit_cost": "seen", "per": "visit"}]},
        },
        "routes": {
            "door": {"well": 1}, "well": {"died": die, "ill": onset, "well": "rest"},
            "ill": {"died": die, "well": 0.2, "ill": "rest"},
        },
        "ends": {"died": {"role": "acute", "uses": [{"unit_cost": "death"}]}},
    }  # fmt: skip


CARE = {"care": 100.0, "onset": 40.0, "seen": 7.0, "death": 900.0}
INTAKES = some.sampled_from(
    [{}, {"intake_over_days": YEAR}, {"intake_over_days": 200.0}, {"intake_shares": (0.3, 0.7)}]
)


@FEW
@given(cycles(), some.integers(2, 5), some.sampled_from(COUNTS), WHEN, INTAKES, some.sampled_from(["year", "month"]))
def test_a_period_of_cycles_has_the_factor_of_its_year(pathway, horizon, count, when, intake, period):
    intake = {} if count == "simpson" else intake
    timing = years(horizon, count=count, gbp=flat(0.07, when), period=period, **intake)
    found = cost(pathway, 3, CARE, timing=timing)
    assert_years_have_one_factor(ledger_of(found), 0.07, when)
    assert ledger_of(found)["present_value_gbp"].sum() == pytest.approx(found.cube.frame["present_value_gbp"].sum())


@FEW
@given(
    any_pathway, some.sampled_from([700.0, 730.0, 1000.0, 3 * YEAR]), WHEN, some.sampled_from([None, 300.0, 365.0]),
    some.sampled_from([None, "day", "week", "month"]),
)  # fmt: skip
def test_a_year_of_stays_has_its_factor(pathway, horizon, when, intake, step):
    """Steps that do not divide the year stand in it with all their days."""
    timing = days(horizon, gbp=flat(0.5, when), intake_over_days=intake, step=step, period="year")
    found = cost(pathway, people([("low", 50, 1), ("high", 70, 2)]), DAYS_PRICES, timing=timing)
    assert_years_have_one_factor(ledger_of(found), 0.5, when)


@FEW
@given(cycles(), some.integers(1, 3), some.sampled_from(COUNTS), WHEN)
def test_draws_have_the_same_present_value(pathway, horizon, count, when):
    toy = toy_of(pathway, years(horizon, count=count, gbp=flat(0.07, when)))
    costed = toy.costed("baseline").cube.frame
    sums = toy.recoster().at(stated(2)).sums["baseline"]
    assert sums.present == pytest.approx([costed["present_value_gbp"].sum()] * 2, rel=1e-10)


def toy_of(pathway, timing, prices=CARE):
    return Toy(pathway_of(pathway), pd.DataFrame([{"weight": 3.0}]), prices_of(prices), timing=timing)


# --- sampled patients ----------------------------------------------------------------------------------------------------
KERNELS = {"numpy": 10**9, "compiled": 0}  # walkers from which on the compiled walk is taken


@pytest.fixture(params=KERNELS)
def kernel(request, monkeypatch):
    monkeypatch.setattr("pathway_cost.engine.walk.walk.MANY", KERNELS[request.param])
    return request.param


@pytest.mark.parametrize("count", ["start", "end", "half_cycle"])
@pytest.mark.parametrize("when", SHIFT)
def test_sampled_patients_have_the_factors_of_the_ledger(kernel, count, when):
    """Nobody dies by chance, so every walker's present value is the expected one: £1 each month."""
    pathway = chain(**MONTHS)
    for horizon in (1, 2):
        toy = toy_of(pathway, years(horizon, count=count, gbp=flat(0.035, when)), ONE)
        expected = toy.costed("baseline").cube.frame["present_value_gbp"].sum()
        walked = sampled(toy, walkers=40)
        assert walked.present_value_gbp == pytest.approx([expected / 3] * 40, rel=1e-12)


def test_sampled_stays_have_the_factor_of_the_year_they_begin_in(kernel):
    """A ward entered on day 364.5 (£500) is of the first year, and home on day 400 (£70) of the second."""
    pathway = {
        "start": {"gp": 1},
        "settings": {
            "gp": {"role": "acute", "stay": 364.5},
            "ward": {"role": "acute", "stay": 35.5, "uses": [{"unit_cost": "spell"}]},
        },
        "routes": {"gp": {"ward": 1}, "ward": {"home": 1}},
        "ends": {"home": {"role": "acute", "uses": [{"unit_cost": "journey"}]}},
    }
    timing = Timing(horizon_days=3 * YEAR, gbp=flat(0.1, "start_of_year"))
    toy = toy_of(pathway, timing, {"spell": 500, "journey": 70})
    assert sampled(toy, walkers=10).present_value_gbp == pytest.approx([500 + 70 / 1.1] * 10, rel=1e-12)
