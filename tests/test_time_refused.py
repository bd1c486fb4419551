"""What time cannot be: each refused at the public door with one clear message, its place and the remedy."""

import pandas as pd
import pytest

import pathway_cost as pc
from pathway_cost.errors import EngineFaults, PathwayCostError, SpecFaults

PRICES = pd.DataFrame(
    [
        {
            "unit_cost": "care", "organisation": "*", "value_gbp": 100.0, "unit": "contact", "covers": "whole",
            "price_year": "2024-25", "source": "by hand", "basis": "table",
        }
    ]
)  # fmt: skip
CYCLES = {
    "pathway": "toy",
    "roles": {"acute": {"kind": "acute"}},
    "unit_costs": {"care": {"unit": "contact", "covers": "whole"}},
    "cycle": "year",
    "start": {"well": 1},
    "settings": {"well": {"role": "acute", "stay": "cycle", "uses": [{"unit_cost": "care", "per": "cycle"}]}},
    "routes": {"well": {"well": "rest", "died": 0.2}},
    "ends": ["died"],
}


def cycles(**more):
    return CYCLES | more


def setting(use=None, stay="cycle"):
    return {"settings": {"well": {"role": "acute", "stay": stay, "uses": [{"unit_cost": "care"} | (use or {})]}}}


def ward(stay, **more):
    """One setting of some days."""
    use = {"unit_cost": "care", "per": "day"}
    days = {"settings": {"well": {"role": "acute", "stay": "los", "uses": [use]}}, "routes": {"well": {"died": 1}}}
    return (
        {name: value for name, value in CYCLES.items() if name != "cycle"} | days | {"parameters": {"los": stay}} | more
    )


def priced_by(factor):
    return {"unit_costs": {"care": {"unit": "contact", "covers": "whole", "price_factor": factor}}}


def costed(given, **time):
    pathway = pc.load_pathway(given)
    return pc.cost_pathway(
        pathway, pc.Cohort.alike(1), pc.UnitCosts.from_frame(PRICES), {"all": {"acute": "RXX"}}, price_year="2024-25",
        **time,
    )  # fmt: skip


def refused(given, **time):
    with pytest.raises(PathwayCostError) as raised:
        costed(given, **time)
    return raised.value


NOTHING_USED = {
    "settings": {"well": {"stay": "los"}},
    "ends": {"died": {"role": "acute", "uses": [{"unit_cost": "care"}]}},
}
BELOW = {"formula": "2 - 5"}
DISCOUNT = {"discount": {"gbp": 0.035}}
YEARS_2, YEARS_5 = {"horizon": "2 years"}, {"horizon": "5 years"}

REFUSED = {
    # stays and waits
    "stay_below_0": (ward(BELOW), YEARS_2, EngineFaults, "settings.well.stay", "the value is -3", "never below 0"),
    "stay_below_0_discounted": (ward(BELOW), DISCOUNT, EngineFaults, "settings.well.stay", "-3", "never below 0"),
    "wait_below_0": (
        ward(3, routes={"well": {"died": {"share": 1, "wait": BELOW}}}), YEARS_2, EngineFaults, "routes.well.died.wait",
        "-3", "never below 0",
    ),
    "bare_sd": (ward({"value": 4, "sd": 2}), YEARS_2, SpecFaults, "parameters.los", "`sd` alone", "`se: …`"),
    "geometric_below_a_day": (
        ward({"value": 0.5, "spread": {"geometric": {}}}), YEARS_2, EngineFaults, "settings.well.stay", "0.5", "exponential",
    ),
    "clock_in_a_stay": (
        ward({"formula": "9 - years"}), YEARS_2, SpecFaults, "settings.well.stay", "'years'", "let shares, quantities",
    ),
    "cycle_in_a_sum": (
        cycles(**setting({"per": "visit"}, {"formula": "2 * cycle"})), YEARS_2, SpecFaults, "settings.well.stay",
        "'cycle'", "let shares, quantities",
    ),
    "stay_on_a_way_out_of_a_cycle": (
        cycles(routes={"well": {"well": "rest", "died": {"share": 0.2, "stay": 3}}}), YEARS_2, SpecFaults,
        "routes.well.died.stay", "whole cycles", "`wait:`",
    ),
    # horizons
    "horizon_before_the_first_cycle": (
        cycles(), {"horizon": "6 months"}, SpecFaults, "horizon", "ends before the first cycle", "at least 1 year",
    ),
    "horizon_before_the_first_stay": (
        ward(30, **NOTHING_USED), {"horizon": "14 days"}, EngineFaults, "horizon", "nobody has moved or used", "can end",
    ),
    "horizon_of_part_cycles": (
        cycles(), {"horizon": "30 months"}, SpecFaults, "horizon", "2.5 cycles of a year", "write `horizon: 2 years`",
    ),
    "horizon_without_unit": (cycles(), {"horizon": "20"}, SpecFaults, "horizon", "'20'", "`30 days`"),
    "horizon_of_nothing": (cycles(), {"horizon": "0 years"}, SpecFaults, "horizon", "longer than nothing", ""),
    "never_ends": (
        cycles(routes={"well": {"well": 1, "died": 0}}), {}, EngineFaults, "routes.well", "nobody leaves the loop",
        "a route towards an end",
    ),
    "never_ends_through_time": (
        cycles(routes={"well": {"well": 1, "died": 0}}), {"discount": {"gbp": "green_book"}}, EngineFaults, "horizon",
        "100% of the patients are still on the way after 200 years", "give the study a horizon",
    ),
    "loop_without_time": (
        ward(0, routes={"well": {"well": 1, "died": 0}}), YEARS_2, EngineFaults, "routes.well", "more than 20,000 times",
        "give one of its settings a stay",
    ),
    # discounts
    "rate_in_tenths_of_a_percent": (
        cycles(), {"discount": {"gbp": 35}}, SpecFaults, "discount.gbp", "found 35: did you mean 3.5%", "Write 0.035",
    ),
    "rate_in_percent": (
        cycles(), {"discount": {"gbp": 3.5}}, SpecFaults, "discount.gbp", "did you mean 3.5%", "Write 0.035",
    ),
    "rate_with_its_sign": (
        cycles(), {"discount": {"counts": "1.5%"}}, SpecFaults, "discount.counts", "did you mean 1.5%", "Write 0.015",
    ),
    "rate_below_0": (cycles(), {"discount": {"gbp": -0.01}}, SpecFaults, "discount.gbp", "[0, 1)", "found -0.01"),
    "rate_of_no_schedule": (
        cycles(), {"discount": {"gbp": "greenbook"}}, SpecFaults, "discount.gbp", "'greenbook'", "`green_book`",
    ),
    "timing_of_no_kind": (
        cycles(), {"discount": {"gbp": 0.035, "timing": "middle"}}, SpecFaults, "discount.timing", "'middle'", "mid_year",
    ),
    # counting
    "count_without_horizon": (cycles(), {"count": "end"}, SpecFaults, "count", "boundaries 0…N of a horizon", "none"),
    "count_of_no_kind": (cycles(), {"count": "halfcycle"} | YEARS_2, SpecFaults, "count", "'halfcycle'", "half_cycle"),
    "use_in_a_cycle_unclear": (
        cycles(**setting()), YEARS_2, SpecFaults, "settings.well.uses.0", "does not say how often", "`per: cycle`",
    ),
    "use_per_cycle_elsewhere": (
        ward(3, cycle="year", **setting({"per": "cycle"}, 3)), YEARS_2, SpecFaults, "settings.well.uses.0.per",
        "this is none", "`per: visit`",
    ),
    "simpson_beside_days": (
        cycles(
            start={"ward": 1}, settings=CYCLES["settings"] | {"ward": {"stay": 3}},
            routes=CYCLES["routes"] | {"ward": {"well": 1}},
        ),
        {"horizon": "4 years", "count": "simpson"}, SpecFaults, "count", "days elsewhere too", "`half_cycle`",
    ),
    # the clock
    "years_in_a_setting_of_days": (
        ward(3, **setting({"quantity": {"formula": "1 + years_in_setting"}}, 3)), YEARS_2, SpecFaults,
        "settings.well.uses.0.quantity", "told by cycles", "`stay: cycle`",
    ),
    "price_by_years_in_a_setting_of_days": (
        ward(3, **priced_by({"formula": "1 + years_in_setting"})), YEARS_2, SpecFaults, "unit_costs.care.price_factor",
        "told by cycles", "`stay: cycle`",
    ),
    "price_below_0": (
        cycles(**priced_by({"formula": "1 - years"})), YEARS_5, EngineFaults, "unit_costs.care.price_factor", "-1",
        "never below 0",
    ),
    "share_that_grows_beyond_1": (
        cycles(routes={"well": {"well": "rest", "died": {"formula": "years * 0.4"}}}), YEARS_5, EngineFaults,
        "routes.well.died.share", "the share is 1.2", "between 0 and 1",
    ),
    "year_below_the_first_step": (
        cycles(routes={"well": {"well": "rest", "died": {"by": "years", "steps": {1: 0.4}}}}), YEARS_5, EngineFaults,
        "routes.well.died.share", "years is 0 here", "add a step at or below 0",
    ),
    # intake
    "intake_beyond_the_horizon": (
        cycles(), {"intake": {"over": "3 years"}} | YEARS_2, EngineFaults, "intake", "start only after the horizon",
        "a longer horizon",
    ),
    "intake_by_period_beyond_the_horizon": (
        cycles(), {"intake": {"shares": [0.5, 0.25, 0.25]}} | YEARS_2, EngineFaults, "intake", "after the horizon",
        "a longer horizon",
    ),
    "intake_of_half_the_patients": (
        cycles(), {"intake": {"shares": [0.25, 0.25]}} | YEARS_2, SpecFaults, "intake", "sum to 1", "",
    ),
    "intake_told_twice": (
        cycles(), {"intake": {"over": "1 year", "shares": [1]}} | YEARS_2, SpecFaults, "intake", "`over:`", "`shares:`",
    ),
    "intake_with_simpson": (
        cycles(), {"intake": {"over": "1 year"}, "count": "simpson"} | YEARS_2, SpecFaults, "intake", "start together", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "time", "kind", "place", "what", "remedy"), REFUSED.values(), ids=REFUSED)
def test_one_clear_message(given, time, kind, place, what, remedy):
    error = refused(given, **time)
    assert type(error) is kind
    (problem,) = error.problems
    assert problem.where.item == place
    assert what in str(problem)
    assert remedy in str(problem)


def test_faults_of_time_come_together():
    error = refused(CYCLES, discount={"gbp": 35, "counts": 1.5}, horizon="0 years")
    assert [problem.where.item for problem in error.problems] == ["horizon", "discount.gbp", "discount.counts"]


def test_what_is_on_the_edge_is_no_fault():
    """A horizon of exactly one cycle; a stay that ends with the horizon or goes on; an intake to the last day, or within a cycle."""
    assert costed(CYCLES, horizon="12 months").cost_per_patient_gbp == pytest.approx(100)
    assert costed(ward(14), horizon="14 days").cost_per_patient_gbp == pytest.approx(1_400)
    assert costed(ward(30), horizon="14 days").cost_per_patient_gbp == pytest.approx(1_400)
    assert costed(CYCLES, horizon="2 years", intake={"over": "2 years"}).cost_per_patient_gbp == pytest.approx(95)
    assert costed(CYCLES, horizon="2 years", intake={"over": "6 months"}).cost_per_patient_gbp == pytest.approx(160)
    two = ward({"formula": "a + b"}) | {
        "parameters": {
            "a": {"value": 2, "spread": {"gamma": {"sd": 1}}},
            "b": {"value": 3, "spread": {"lognormal": {"sd": 1}}},
            "los": {"formula": "a + b"},
        }
    }
    assert costed(two, horizon="1 year").cost_per_patient_gbp == pytest.approx(500, rel=1e-9)


@pytest.mark.parametrize("count", ["end", "half_cycle", "simpson"])
def test_days_in_a_setting_that_repeats_are_not_counted_by_its_boundaries(count):
    given = cycles(**setting({"per": "day"}))
    (problem,) = refused(given, horizon="4 years", count=count).problems
    assert problem.rule == "count_beside_days"
    assert "care of well is used by the day" in problem.what
    assert costed(given, horizon="4 years").total_gbp == pytest.approx(36_500 * (1 + 0.8 + 0.64 + 0.512))
