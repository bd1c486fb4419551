"""Time by hand: what is counted, when, and what it is then worth."""

import pandas as pd
import pytest

from pathway_cost.engine.model.timing import WHOLE, Timing
from tests.engine.time_toy import (
    MONTH,
    YEAR,
    chain,
    days,
    flat,
    pounds,
    presence,
    quantity,
    three_states,
    years,
)
from tests.engine.toy import cost, prices_of, scenario_of, seen, visits

SEEN = {"count": "seen"}


def close(value):
    return pytest.approx(value, rel=1e-12, abs=1e-12)


# --- at which boundaries a cycle counts ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "counted"),
    [
        ("start", 1 + 0.8 + 0.64),
        ("end", 0.8 + 0.64 + 0.512),
        ("half_cycle", 0.5 + 0.8 + 0.64 + 0.512 / 2),
    ],
)
def test_three_cycles(rule, counted):
    assert pounds(chain(), years(3, count=rule), {"year": 100})[0] == close(100 * counted)


def test_simpson_over_four_cycles():
    counted = (1 + 4 * 0.8 + 2 * 0.64 + 4 * 0.512 + 0.4096) / 3
    assert pounds(chain(), years(4, count="simpson"), {"year": 100})[0] == close(100 * counted)


@pytest.mark.parametrize(
    ("rule", "present"),
    [
        ("start", 1 + 0.8 / 1.1 + 0.64 / 1.21),
        ("end", 0.8 / 1.1 + 0.64 / 1.21 + 0.512 / 1.331),
        ("half_cycle", 0.5 + 0.8 / 1.1 + 0.64 / 1.21 + 0.256 / 1.331),
    ],
)
def test_each_boundary_is_discounted_at_itself(rule, present):
    assert pounds(chain(), years(3, count=rule, gbp=flat(0.1)), {"year": 100})[1] == close(100 * present)


def test_cycles_to_an_end_without_a_horizon():
    """1 ÷ 0.2 years; discounted at 10%: 1 ÷ (1 − 0.8 ÷ 1.1); through time the same."""
    for timing in (Timing(gbp=flat(0.1)), Timing(gbp=flat(0.1), stepped=True), Timing(gbp=flat(0.1), period="year")):
        assert pounds(chain(), timing, {"year": 100}) == pytest.approx((500, 100 / (1 - 0.8 / 1.1)), rel=1e-10)


def test_the_quantity_is_that_of_the_boundary_counted():
    """Quantity 1 + years: at the starts 1, 2, 3; at the ends 2, 3, 4."""
    use = {"unit_cost": "year", "per": "cycle", "quantity": {"formula": "1 + years"}}
    grows = chain(settings={"well": {"role": "acute", "stay": "cycle", "uses": [use]}})
    assert pounds(grows, years(3), {"year": 1})[0] == close(1 + 2 * 0.8 + 3 * 0.64)
    assert pounds(grows, years(3, count="end"), {"year": 1})[0] == close(2 * 0.8 + 3 * 0.64 + 4 * 0.512)


# --- what falls once -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rule", ["start", "end", "half_cycle"])
def test_arrivals_count_once_whatever_the_rule(rule):
    """Into ill: 0.3, 0.15, 0.075; to died: 0.2, 0.22, 0.182."""
    pathway = three_states(
        {"count": "onset"}, on_route=[{"count": "move"}], at_end=[{"count": "death"}, {"unit_cost": "burial"}]
    )
    found = cost(pathway, 1, {"burial": 1_000}, timing=years(3, count=rule))
    assert quantity(found, "count:onset") == close(0.525)
    assert quantity(found, "count:move") == close(0.525)
    assert quantity(found, "count:death") == close(0.602)
    assert found.cube.total_gbp == close(602)


def test_simpson_weighs_a_move_like_the_boundary_it_arrives_at():
    """0.3 at the middle boundary (4/3), 0.15 at the last (1/3)."""
    pathway = three_states({"count": "onset"}, on_route=[{"count": "move"}], at_end=[{"count": "death"}])
    found = cost(pathway, 1, timing=years(2, count="simpson"))
    assert quantity(found, "count:onset") == close(0.45)
    assert quantity(found, "count:move") == close(0.45)
    assert quantity(found, "count:death") == close(0.2 * 4 / 3 + 0.22 / 3)


@pytest.mark.parametrize("rule", ["start", "end", "half_cycle", "simpson"])
def test_whoever_starts_arrives_once(rule):
    """£300 on arriving: all of it for everybody, not the third that a boundary at the start would weigh."""
    uses = [{"unit_cost": "diagnosis"}, {"count": "once", "per": "patient"}]
    found = cost(
        chain(settings={"well": {"role": "acute", "stay": "cycle", "uses": uses}}), 10, {"diagnosis": 300},
        timing=years(2, count=rule),
    )  # fmt: skip
    assert found.cube.total_gbp == close(3_000)
    assert quantity(found, "count:once") == close(10)


def test_days_of_cycles_to_the_horizon():
    """Ill in the second year 0.3, in the third 0.33; at the horizon nobody spends a day any more."""
    found = cost(three_states({"count": "day", "per": "day"}), 1, timing=years(3, count="end"))
    assert quantity(found, "count:day") == close(365 * (0.3 + 0.33))


# --- stays, waits and the horizon ----------------------------------------------------------------------------------------
def visit_and_stay(stay, *, wait=None, before=2):
    """GP for some days, a route with a wait, a ward for some days, home."""
    way = {"share": 1, "uses": [{"count": "moved"}]}
    if wait is not None:
        way = {"share": 1, "wait": wait, "uses": [{"count": "moved"}, {"count": "waiting", "per": "day"}]}
    return {
        "start": {"gp": 1},
        "settings": {
            "gp": {"stay": before, "uses": [{"count": "gp_day", "per": "day"}]},
            "ward": {"role": "acute", "stay": stay, "uses": [{"count": "day", "per": "day"}, {"unit_cost": "spell"}]},
        },
        "routes": {"gp": {"ward": way}, "ward": {"home": 1}},
        "ends": {"home": {"uses": [{"count": "home"}]}},
    }


COUNTS = ("gp_day", "moved", "waiting", "day", "home")


def counted(pathway, timing):
    found = cost(pathway, 1, {"spell": 500}, timing=timing)
    return {name: quantity(found, f"count:{name}") for name in COUNTS} | {"gbp": found.cube.total_gbp}


@pytest.mark.parametrize(
    ("horizon", "expected"),
    [
        (2, {"gp_day": 2, "moved": 0, "waiting": 0, "day": 0, "home": 0, "gbp": 0}),
        (5, {"gp_day": 2, "moved": 0, "waiting": 3, "day": 0, "home": 0, "gbp": 0}),
        (12, {"gp_day": 2, "moved": 1, "waiting": 10, "day": 0, "home": 0, "gbp": 0}),
        (13, {"gp_day": 2, "moved": 1, "waiting": 10, "day": 1, "home": 0, "gbp": 500}),
        (41, {"gp_day": 2, "moved": 1, "waiting": 10, "day": 29, "home": 0, "gbp": 500}),
        (42, {"gp_day": 2, "moved": 1, "waiting": 10, "day": 30, "home": 1, "gbp": 500}),
        (365, {"gp_day": 2, "moved": 1, "waiting": 10, "day": 30, "home": 1, "gbp": 500}),
    ],
)
def test_days_are_counted_to_the_horizon(horizon, expected):
    """Two days, a wait of ten, thirty in the ward. Who arrives on the last boundary has moved, and has used no care."""
    pathway = visit_and_stay(30, wait=10)
    pathway["routes"]["gp"] |= {"home": {"share": 0}}
    if horizon < 12:  # somebody has to move
        pathway["routes"]["gp"]["left"] = {"to": "home", "share": 0, "stay": 0}
        pathway["start"] = {"gp": 1, "nobody": 0}
        pathway["settings"]["nobody"] = {}
        pathway["routes"]["nobody"] = {"home": 1}
        pathway["routes"]["gp"]["ward"]["share"] = 0.5
        pathway["routes"]["gp"]["left"]["share"] = 0.5
        expected = {name: value / 2 for name, value in expected.items()} | {"home": 0.5}
    assert counted(pathway, days(horizon)) == close(expected)


def test_a_year_is_followed_day_by_day():
    """A stay of 364 days ends a day before the year does; one of 365 with it."""
    for before, day in ((364, 1), (365, 0), (100, 30)):
        found = counted(visit_and_stay(30, before=before), years(1))
        assert (found["moved"], found["day"]) == close((1, day))


def test_discount_of_days_visits_and_ends():
    """At 10% a year: a visit on day 2, home on day 32, thirty days between them, each at its own instant."""
    found = cost(visit_and_stay(30), 1, {"spell": 500}, timing=days(60, gbp=flat(0.1), counts=flat(0.1)))
    worth = found.cube.frame.set_index("use")["discounted_quantity"]
    daily = 1.1 ** (-1 / 365)
    assert worth["spell"] == close(daily**2)
    assert worth["home"] == close(daily**32)
    assert worth["day"] == pytest.approx((daily**2 - daily**32) / (0.09531017980432493 / 365), rel=1e-12)
    assert found.cube.frame["present_value_gbp"].sum() == close(500 * daily**2)


@pytest.mark.parametrize(
    ("when", "at"), [("exact", 0.4), ("start_of_year", 0.0), ("mid_year", 0.5), ("end_of_year", 1.0)]
)
def test_pounds_of_a_year_by_the_timing_of_discounting(when, at):
    """A spell on day 146 (0.4 of a year), and another on day 146 of the second year."""
    for day, year in ((146, 0), (511, 1)):
        gbp, present = pounds(visit_and_stay(30, before=day), years(2, gbp=flat(0.1, when)), {"spell": 500})
        assert (gbp, present) == close((500, 500 * 1.1 ** -(year + at)))


def test_no_stay_passes_at_once():
    """Triage and scan take no time: the ward begins on day 0; half of triage goes round again."""
    pathway = visit_and_stay(5)
    pathway["settings"] |= {"triage": {"uses": [SEEN]}, "scan": {}}
    pathway["routes"] |= {"triage": {"triage": 0.5, "scan": "rest"}, "scan": {"ward": 1}}
    pathway["start"] = {"triage": 1}
    found = cost(pathway, 1, {"spell": 500}, timing=days(5))
    assert quantity(found, "count:seen") == close(2)
    assert (quantity(found, "count:day"), quantity(found, "count:home")) == close((5, 1))
    assert visits(found) == close({"gp": 0, "ward": 1, "triage": 2, "scan": 1, "home": 1})


def test_each_way_out_has_its_own_stay():
    """Half leave after 2 days, half after 10: within 6 days the first have gone, the others stay 6."""
    pathway = {
        "start": {"ward": 1},
        "settings": {"ward": {"stay": 10, "uses": [{"count": "day", "per": "day"}]}},
        "routes": {"ward": {"home": {"share": 0.5, "stay": 2}, "rehab": 0.5}},
        "ends": ["home", "rehab"],
    }
    found = cost(pathway, 1, timing=days(6))
    assert quantity(found, "count:day") == close(0.5 * 2 + 0.5 * 6)
    assert visits(found) == close({"ward": 1, "home": 0.5, "rehab": 0})


def test_how_many_come_at_least_once():
    """0.4 come back every ten days: on day 25 the third round has reached the ward, and 0.128 are in it."""
    pathway = {
        "start": {"gp": 1},
        "settings": {"gp": {"stay": 5}, "ward": {"stay": 5}},
        "routes": {"gp": {"ward": 0.8, "home": "rest"}, "ward": {"gp": 0.5, "home": "rest"}},
    }
    frame = seen(cost(pathway, 1, timing=days(26))).set_index("setting")
    assert frame["visits"].to_dict() == close({"gp": 1 + 0.4 + 0.16, "ward": 0.8 * (1 + 0.4 + 0.16), "home": 1 - 0.128})
    assert frame["reached"].to_dict() == close({"gp": 1, "ward": 0.8, "home": 1 - 0.128})


# --- values that change with time -------------------------------------------------------------------------------------
def with_factor(factor, **more):
    return chain(unit_costs={"year": {"unit": "contact", "covers": "part", "price_factor": factor}}, **more)


def test_a_price_that_grows():
    """2% dearer each year: the quantity stays, the pounds follow."""
    found = cost(with_factor({"formula": "1.02 ** years"}), 1, {"year": 100}, timing=years(3, gbp=flat(0.1)))
    assert quantity(found, "year") == close(2.44)
    assert found.cube.total_gbp == close(100 * (1 + 0.8 * 1.02 + 0.64 * 1.0404))
    present = found.cube.frame["present_value_gbp"].sum()
    assert present == close(100 * (1 + 0.8 * 1.02 / 1.1 + 0.64 * 1.0404 / 1.21))


AGE = {"age": {"number": "year"}}


@pytest.mark.parametrize("timing", [WHOLE, Timing(stepped=True), Timing(gbp=flat(0.0))])
def test_a_price_by_age(timing):
    """Half as dear again from 65: 5 years at £100, 5 years at £150, £100 for three patients of 60."""
    pathway = with_factor({"by": "age", "steps": {0: 1, 65: 1.5}}, attributes=AGE)
    people = pd.DataFrame({"age": [60.0, 70.0], "weight": [3.0, 1.0]})
    found = cost(pathway, people, {"year": 100}, timing=timing, keep_patients=True)
    assert found.cube.total_gbp == pytest.approx(3 * 500 + 750, rel=1e-10)
    assert found.patient_cost.tolist() == pytest.approx([500, 750], rel=1e-10)
    assert quantity(found, "year") == pytest.approx(20, rel=1e-10)


def test_an_age_that_advances():
    """64, 65, 66: twice as dear from 65; and from 66 half of them die."""
    pathway = with_factor(
        {"by": "age_now", "steps": {0: 1, 65: 2}},
        attributes=AGE,
        parameters={"age_now": {"formula": "age + years"}},
        routes={"well": {"well": "rest", "died": {"by": "age_now", "steps": {0: 0.2, 65: 0.5}}}},
    )
    people = pd.DataFrame({"age": [64.0, 80.0]})
    found = cost(pathway, people, {"year": 100}, timing=years(3), keep_patients=True)
    assert found.patient_cost.tolist() == close([100 * (1 + 2 * 0.8 + 2 * 0.4), 200 * (1 + 0.5 + 0.25)])


def test_every_way_out_by_the_clock():
    """A tenth dies in the first year, a fifth in the second, 0.3 in the third."""
    ways = {"well": {"formula": "0.9 - years / 10"}, "died": {"formula": "(1 + years) / 10"}}
    found = cost(chain(routes={"well": ways}), 1, {"year": 100}, timing=years(3))
    assert found.cube.total_gbp == close(100 * (1 + 0.9 + 0.72))
    assert visits(found)["died"] == close(1 - 0.504)


def test_a_share_by_the_clock_is_that_of_the_day_the_visit_begins():
    """From the second year on half are readmitted: those who arrive on day 0 never, those of day 365 half."""
    pathway = visit_and_stay(10, before=365)
    readmitted = {"by": "years", "steps": {0: 0, 1: 0.5}}
    pathway["routes"]["ward"] = {"ward": readmitted, "home": "rest"}
    assert quantity(cost(pathway, 1, {"spell": 500}, timing=days(700, step="day")), "spell") == pytest.approx(
        2, rel=1e-9
    )
    pathway["start"] = {"ward": 1}
    assert quantity(cost(pathway, 1, {"spell": 500}, timing=days(700, step="day")), "spell") == close(1)


BY_STAY = {0: 0.1, 1: 0.3, 2: 0.5}
COST_BY_STAY = {0: 5, 1: 3, 2: 2}


def with_duration():
    """Ill: the chance to die, and the contacts, by years in the illness; a fifth of them recover each year."""
    use = {"unit_cost": "contact", "per": "cycle", "quantity": {"by": "years_in_setting", "steps": COST_BY_STAY}}
    return {
        "cycle": "year",
        "start": {"well": 0.7, "ill": 0.3},
        "settings": {"well": {"stay": "cycle"}, "ill": {"role": "acute", "stay": "cycle", "uses": [use, {"count": "onset", "per": "visit"}]}},
        "routes": {
            "well": {"well": "rest", "ill": 0.4},
            "ill": {"ill": "rest", "well": 0.2, "died": {"by": "years_in_setting", "steps": BY_STAY}},
        },
        "ends": ["died"],
    }  # fmt: skip


def as_tunnel():
    """The same, the years of illness written as settings of their own."""
    ill = {
        f"ill_{year}": {
            "role": "acute", "stay": "cycle",
            "uses": [{"unit_cost": "contact", "per": "cycle", "quantity": COST_BY_STAY[year]},
                     *([{"count": "onset", "per": "visit"}] if year == 0 else [])],
        }
        for year in BY_STAY
    }  # fmt: skip
    ways = {f"ill_{year}": {f"ill_{min(year + 1, 2)}": "rest", "well": 0.2, "died": BY_STAY[year]} for year in BY_STAY}
    return {
        "cycle": "year",
        "start": {"well": 0.7, "ill_0": 0.3},
        "settings": {"well": {"stay": "cycle"}, **ill},
        "routes": {"well": {"well": "rest", "ill_0": 0.4}, **ways},
        "ends": ["died"],
    }


@pytest.mark.parametrize(
    "timing",
    [
        years(6, gbp=flat(0.035), counts=flat(0.015)),
        years(7, count="half_cycle", gbp=flat(0.035)),
        years(8, count="simpson"),
        years(5, intake_over_days=2 * YEAR),
    ],
)
def test_years_in_a_setting_are_a_tunnel(timing):
    """Whoever recovers and falls ill again begins anew."""
    one, other = (cost(pathway, 100, {"contact": 80}, timing=timing) for pathway in (with_duration(), as_tunnel()))
    for measure in ("gbp", "quantity", *(["present_value_gbp"] if timing.discounts else [])):
        assert one.cube.frame[measure].sum() == pytest.approx(other.cube.frame[measure].sum(), rel=1e-12)
    assert quantity(one, "count:onset") == close(quantity(other, "count:onset"))
    assert visits(one)["died"] == close(visits(other)["died"])
    assert one.model.reached("ill").sum() == close(other.model.reached("ill_0").sum())


# --- staying -------------------------------------------------------------------------------------------------------------
def test_two_ways_of_staying():
    """A bad year (0.3) and a good one (0.5) are both staying: nobody arrives anew, and nobody's years begin again."""
    use = {"unit_cost": "year", "per": "cycle", "quantity": {"by": "years_in_setting", "steps": {0: 1, 1: 2, 2: 4}}}
    ways = {
        "good": {"to": "well", "share": "rest"},
        "bad": {"to": "well", "share": 0.3, "uses": [{"count": "bad"}]},
        "died": 0.2,
    }
    pathway = chain(
        settings={"well": {"role": "acute", "stay": "cycle", "uses": [use, {"count": "arrival", "per": "visit"}]}},
        routes={"well": ways},
    )
    found = cost(pathway, 1, {"year": 100}, timing=years(3))
    assert found.cube.total_gbp == close(100 * (1 + 2 * 0.8 + 4 * 0.64))
    assert quantity(found, "count:bad") == close(0.3 * (1 + 0.8 + 0.64))
    assert quantity(found, "count:arrival") == close(1)
    assert visits(found)["well"] == close(1)


def test_two_ways_of_staying_without_a_horizon():
    pathway = chain(
        settings={"well": {"stay": "cycle", "uses": [{"count": "arrival", "per": "visit"}]}},
        routes={"well": {"good": {"to": "well", "share": "rest"}, "bad": {"to": "well", "share": 0.3}, "died": 0.2}},
    )
    for timing in (WHOLE, Timing(stepped=True)):
        found = cost(pathway, 1, timing=timing)
        assert quantity(found, "count:arrival") == pytest.approx(1, rel=1e-10)
        assert visits(found) == pytest.approx({"well": 1, "died": 1}, rel=1e-10)


def test_going_away_and_coming_back_is_leaving():
    """Half go abroad for 73 days each year and come back: they arrive anew, and spend the 73 days elsewhere."""
    uses = [{"count": "arrival", "per": "visit"}, {"count": "day", "per": "day"}, {"count": "cycle", "per": "cycle"}]
    pathway = chain(
        settings={
            "well": {"stay": "cycle", "uses": uses},
            "abroad": {"stay": 73, "uses": [{"count": "abroad", "per": "day"}]},
        },
        routes={"well": {"abroad": 0.5, "died": "rest"}, "abroad": {"well": 1}},
    )
    for timing in (WHOLE, Timing(stepped=True, step="day"), years(90)):
        found = cost(pathway, 1, timing=timing)
        assert quantity(found, "count:arrival") == pytest.approx(2, rel=1e-9)
        assert quantity(found, "count:cycle") == pytest.approx(2, rel=1e-9)
        assert quantity(found, "count:day") == pytest.approx(2 * 365, rel=1e-9)
        assert quantity(found, "count:abroad") == pytest.approx(73, rel=1e-9)


# --- who, where ------------------------------------------------------------------------------------------------------------
def test_only_some_levels_use_it():
    uses = [{"unit_cost": "year", "per": "cycle", "only": {"frail": ["yes"]}}]
    pathway = chain(
        attributes={"frail": {"levels": ["no", "yes"]}},
        settings={"well": {"role": "acute", "stay": "cycle", "uses": uses}},
    )
    people = pd.DataFrame({"frail": ["no", "yes"], "weight": [5.0, 2.0]})
    assert pounds(pathway, years(3), {"year": 100}, people)[0] == close(2 * 244)


def test_places_share_the_patients():
    places = {"town": {"acute": "RXX"}, "coast": {"acute": "RYY"}}
    found = cost(
        chain(), 10, {"year": 100}, timing=years(3), footprint=places, shares={"town": 0.25, "coast": 0.75},
        keep_patients=True,
    )  # fmt: skip
    pounds_of = found.cube.by("organisation").set_index("organisation")["gbp"].to_dict()
    assert pounds_of == close({"RXX": 610.0, "RYY": 1830.0})
    assert found.patient_cost.tolist() == close([244.0])


# --- patients who start over time ----------------------------------------------------------------------------------------
def test_an_intake_over_twelve_months():
    """Monthly cycles, nobody leaves, two years: those of month k start in its middle and are followed for 18 months on average."""
    pathway = chain(cycle="month", routes={"well": {"well": "rest", "died": 0}})
    timing = Timing(horizon_days=24 * MONTH, period="month", intake_over_days=12 * MONTH)
    found = cost(pathway, 12, {"year": 1}, timing=timing)
    assert found.cube.total_gbp == close(12 * 18)
    by_month = found.cube.by("period")["gbp"].tolist()
    assert by_month == close([min(month - 0.5, 12) for month in range(1, 25)])
    assert presence(found)["well"] == close([min(month - 0.5, 12) * MONTH for month in range(1, 25)])


def test_an_intake_in_shares_by_year_is_discounted_by_the_calendar():
    timing = years(3, intake_shares=(0.5, 0.5), gbp=flat(0.1))
    routes = {"well": {"well": "rest", "died": 0}}
    gbp, present = pounds(chain(routes=routes), timing, {"year": 100})
    assert gbp == close(100 * (0.5 * 3 + 0.5 * 2))
    assert present == close(50 * (1 + 1 / 1.1 + 1 / 1.21) + 50 * (1 / 1.1 + 1 / 1.21))


def test_an_intake_over_a_year_and_a_half():
    """Two thirds start in the middle of the first year, one third in that of the second's first half: the mean of 3 − t."""
    timing = years(3, intake_over_days=1.5 * YEAR)
    gbp, _ = pounds(chain(routes={"well": {"well": "rest", "died": 0}}), timing, {"year": 300})
    assert gbp == close(300 * (2 / 3 * 2.5 + 1 / 3 * 1.75))


def test_an_intake_by_month_begins_with_the_month():
    """Who starts in the second month starts on day 31, the first whole day of it."""
    timing = Timing(horizon_days=YEAR, intake_shares=(0.5, 0.5))
    found = cost(visit_and_stay(30), 2, {"spell": 500}, timing=timing)
    assert presence(found, "visits")["gp"][:3] == close([1, 1, 0])
    assert presence(found)["gp"][:3] == close([2, 2, 0])


def test_the_ledger_tells_when():
    """GP on the first two days of the first month; the ward from day 2 to 32, which is two days into the second."""
    found = cost(visit_and_stay(30), 1, {"spell": 500}, timing=Timing(horizon_days=YEAR))
    at = presence(found)
    assert (at["gp"][0], at["ward"][:3]) == (close(2), close([29, 1, 0]))
    assert presence(found, "visits")["home"][:3] == close([0, 1, 0])
    assert found.cube.by("period")["gbp"].tolist() == close([500, *[0] * 11])


# --- scenarios -------------------------------------------------------------------------------------------------------------
def test_a_scenario_that_reads_the_clock_has_the_others_followed_too():
    """From the second year on half die: 1 + 0.8 ÷ 0.5 = 2.6 years instead of 5; half of the patients live so."""
    late = {"set_share": {"setting": "well", "route": "died"}, "to": {"by": "years", "steps": {0: 0.2, 1: 0.5}}}
    scenario = scenario_of({"uptake": 0.5, "changes": [late]})
    found = cost(chain(), 10, {"year": 100}, [scenario], keep_patients=True)
    assert found.cube.total_gbp == pytest.approx(10 * (0.5 * 500 + 0.5 * 260), rel=1e-10)
    assert found.patient_cost.tolist() == pytest.approx([380], rel=1e-10)
    assert found.cube.by("period")["gbp"].sum() == pytest.approx(3_800, rel=1e-10)
    by_arm = found.cube.by("arm").set_index("arm")["gbp"].to_dict()
    assert by_arm == pytest.approx({"not_taken": 2_500, "taken": 1_300}, rel=1e-10)


# --- bundles ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("per", "stand_ins"), [("cycle", 1 + 0.8 + 0.64), ("visit", 1)])
def test_what_stands_in_for_a_bundle_falls_when_its_parts_do(per, stand_ins):
    """Where a part falls on arriving, so does what stands in for all parts; else once a cycle."""
    uses = [{"unit_cost": "theatre", "per": per}, {"unit_cost": "day", "per": "day"}]
    declared = {"unit": "contact", "covers": "part", "bundle": "episode"}
    pathway = chain(
        settings={"well": {"role": "acute", "stay": "cycle", "uses": uses}},
        unit_costs={"theatre": declared, "day": declared, "whole": {"unit": "contact", "covers": "whole"}},
        bundles={"episode": {"replaced_by": "whole"}},
    )
    prices = prices_of({"whole": 1_000}, replaced={("RXX", "episode")})
    for timing, expected in ((years(3), stand_ins), (Timing(gbp=flat(0.0)), stand_ins if per == "visit" else 5)):
        assert cost(pathway, 1, prices, timing=timing).cube.total_gbp == close(1_000 * expected)


# --- which evaluator -----------------------------------------------------------------------------------------------------
def test_the_green_book_needs_to_follow_patients_through_time():
    from pathway_cost.engine.model.discounting import Discounting
    from pathway_cost.tables.prices.discount_schedules import GREEN_BOOK

    found = cost(chain(), 1, {"year": 100}, timing=Timing(gbp=Discounting(GREEN_BOOK["gbp"].rates)))
    assert found.model.evaluator == "profile"

    def factor(year):
        return 1.035 ** -min(year, 30) * 1.03 ** -min(max(year - 30, 0), 45) * 1.025 ** -max(year - 75, 0)

    worth = sum(0.8**year * factor(year) for year in range(200))
    assert found.cube.frame["present_value_gbp"].sum() == pytest.approx(100 * worth, rel=1e-10)


def test_discounts_at_a_flat_rate_need_not():
    """A stay that is exponential with a mean of 100 days: its end is worth 1 ÷ (1 + 100 × ln 1.1 ÷ 365)."""
    pathway = visit_and_stay("los") | {
        "parameters": {"los": {"value": 100, "spread": {"exponential": {}}}},
        "start": {"ward": 1},
    }
    found = cost(pathway, 1, {"spell": 500}, timing=Timing(counts=flat(0.1)))
    assert found.model.evaluator == "expected"
    rate = 0.09531017980432493 / 365
    worth = found.cube.frame.set_index("use")["discounted_quantity"]
    assert worth["home"] == close(1 / (1 + 100 * rate))
    assert worth["day"] == pytest.approx((1 - 1 / (1 + 100 * rate)) / rate, rel=1e-12)
    assert found.cube.frame["present_value_gbp"].sum() == close(500)


def test_stays_shorter_than_a_step_are_told():
    """Two days at the GP are within a step of a week, ten on the ward are not."""
    pathway = {
        "start": "gp",
        "settings": {
            "gp": {"stay": 2},
            "ward": {"role": "acute", "stay": 10, "uses": [{"unit_cost": "day", "per": "day"}]},
        },
        "routes": {"gp": {"ward": 1}, "ward": {"home": 1}},
        "ends": ["home"],
    }
    by_week, by_day = (
        [note.what for note in cost(pathway, 1, {"day": 1}, timing=Timing(horizon_days=365.0, step=step)).notes]
        for step in ("week", "day")
    )
    assert [what for what in by_week if "settings.gp" in what and "settings.ward" not in what]
    assert not [what for what in by_day if "steps" in what]
