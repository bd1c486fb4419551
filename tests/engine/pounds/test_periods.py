"""When the pounds of a cube fall: by hand, against pounds worked out without a cube, and as laws of every cut."""

from itertools import combinations

import hypothesis.strategies as some
import numpy as np
import pytest
from hypothesis import given

from pathway_cost import terms
from pathway_cost.engine.draws.at_draws import Recoster
from pathway_cost.engine.draws.parameter_table import stated
from pathway_cost.engine.model.timing import Timing
from pathway_cost.engine.pounds.cost import cost_scenario
from tests.engine.activity.test_time_laws import FEW, PRICES, any_pathway, close, cohorts, people
from tests.engine.time_toy import YEAR, chain, days, flat, years
from tests.engine.toy import cost, lives_of, scenario_of

HALVING = chain(routes={"well": {"well": "rest", "died": 0.5}})
CARE = {"year": {"nursing": 300.0, "medical": 100.0}}
TIMES = some.sampled_from(
    [
        days(60, period="week"),
        days(60, period="day", gbp=flat(0.1)),
        days(500, period="month", gbp=flat(0.2, "start_of_year"), intake_over_days=100.0),
        days(45, period="year"),
        Timing(stepped=True, period="week"),
    ]
)


# --- by hand -------------------------------------------------------------------------------------------------------------
def test_whose_nursing_falls_in_the_second_year():
    """100 are well in year 1, 50 in year 2, 25 in year 3; a quarter live at the coast: year 2 is 12.5 × £300 there."""
    places = {"town": {"acute": "RXX"}, "coast": {"acute": "RYY"}}
    shares = {"town": 0.75, "coast": 0.25}
    timing = years(3, gbp=flat(0.1, "start_of_year"))
    cube = cost(HALVING, 100, CARE, timing=timing, footprint=places, shares=shares).cube
    told = cube.by("organisation", "component", "period").set_index(["organisation", "component", "period"])
    assert told.loc[("RYY", "nursing", 2), "gbp"] == pytest.approx(3_750, rel=1e-12)
    assert told.loc[("RXX", "nursing", 2), "gbp"] == pytest.approx(11_250, rel=1e-12)
    assert told.loc[("RYY", "nursing", 2), "present_value_gbp"] == pytest.approx(3_750 / 1.1, rel=1e-12)
    units = cube.quantities("organisation", "period").set_index(["organisation", "period"])["quantity"]
    assert units["RYY"].tolist() == pytest.approx([25, 12.5, 6.25], rel=1e-12)


def test_prices_that_move_by_component_and_year():
    """Nursing 5% dearer each year, medical as it is: £40,000, £20,000 + 5% of £15,000, £10,000 + 10.25% of £7,500."""
    cube = cost(HALVING, 100, CARE, timing=years(3)).cube
    factors = {"nursing": 1.05 ** np.arange(3), "medical": [1.0, 1.0, 1.0]}
    told = cube.by("period", price_factors=factors)
    assert told["gbp"].tolist() == pytest.approx([40_000, 20_000, 10_000], rel=1e-12)
    assert told["repriced_gbp"].tolist() == pytest.approx([40_000, 20_750, 10_768.75], rel=1e-12)
    by_component = cube.by("component", price_factors=factors).set_index("component")["repriced_gbp"]
    assert by_component.to_dict() == pytest.approx({"nursing": 54_018.75, "medical": 17_500}, rel=1e-12)


def test_units_and_pounds_fall_apart_where_a_price_moves():
    """£400 in the first year, half of it from then on: 100, 50 and 25 units at £400, £200 and £200, and discounted so."""
    falling = {"unit": "contact", "covers": "part", "price_factor": {"by": "years", "steps": {0: 1, 1: 0.5}}}
    timing = years(3, gbp=flat(0.1, "start_of_year"))
    cube = cost(HALVING | {"unit_costs": {"year": falling}}, 100, CARE, timing=timing).cube
    units = cube.quantities("period")
    assert units["quantity"].tolist() == pytest.approx([100, 50, 25], rel=1e-12)
    assert units["discounted_quantity"].tolist() == pytest.approx(
        [100, 25 / 1.1, 12.5 / 1.21], rel=1e-12
    )  # as pounds are
    told = cube.by("period")
    assert told["gbp"].tolist() == pytest.approx([40_000, 10_000, 5_000], rel=1e-12)
    assert told["present_value_gbp"].tolist() == pytest.approx([40_000, 10_000 / 1.1, 5_000 / 1.21], rel=1e-12)


def test_each_arm_has_its_own_periods():
    """Half of the patients die at a quarter a year instead: 50, 25 and 12.5 beside 50, 37.5 and 28.125, at £400."""
    longer = scenario_of({"uptake": 0.5, "changes": [{"set_share": {"setting": "well", "route": "died"}, "to": 0.25}]})
    told = (
        cost(HALVING, 100, CARE, [longer], timing=years(3)).cube.by("arm", "period").set_index(["arm", "period"])["gbp"]
    )
    assert told["not_taken"].tolist() == pytest.approx([20_000, 10_000, 5_000], rel=1e-12)
    assert told["taken"].tolist() == pytest.approx([20_000, 15_000, 11_250], rel=1e-12)


# --- laws ----------------------------------------------------------------------------------------------------------------
@FEW
@given(any_pathway, cohorts, TIMES)
def test_every_cut_by_period_sums_to_the_cut(pathway, rows, timing):
    cube = cost(pathway, people(rows), PRICES, timing=timing).cube
    for cuts in [(), *((cut,) for cut in terms.CUBE_CUTS), *combinations(("setting", "component", "organisation"), 2)]:
        for found, measures in ((cube.by, ("gbp", "present_value_gbp")), (cube.quantities, ("quantity",))):
            if found == cube.quantities and "component" in cuts:
                continue
            told, whole = found("period", *cuts), found(*cuts)
            for measure in set(measures) & set(whole):
                summed = (
                    told.groupby(list(cuts), sort=False, observed=True)[measure].sum() if cuts else told[measure].sum()
                )
                assert close(
                    summed.tolist() if cuts else summed, whole[measure].tolist() if cuts else whole[measure][0]
                )


@FEW
@given(any_pathway, cohorts, TIMES)
def test_pounds_by_period_are_those_worked_out_without_a_cube(pathway, rows, timing):
    """Draws add pounds up from what patients use, lane by lane; at the numbers as stated they are the same."""
    lives = lives_of(pathway, people(rows), PRICES, timing=timing)
    told = cost_scenario(lives, ()).cube.by("period")
    drawn = Recoster(lives, {"baseline": ()}).at(stated(1)).sums["baseline"].periods[:, 0]
    assert close(told.get("present_value_gbp", told["gbp"]).tolist(), drawn.tolist())


@FEW
@given(any_pathway, cohorts, TIMES)
def test_counted_days_by_period_are_those_of_who_is_present(pathway, rows, timing):
    found = cost(pathway, people(rows), PRICES, timing=timing)
    days_counted = found.cube.quantities("unit_cost", "setting", "period")
    days_counted = days_counted[days_counted["unit_cost"] == "count:present"].astype({"setting": "str"})
    present = found.presence.astype({"setting": "str"}).set_index(["setting", "period"])["days_present"]
    told = days_counted.set_index(["setting", "period"])["quantity"]
    assert close(told.to_dict(), present.reindex(told.index).to_dict())


@FEW
@given(any_pathway, cohorts)
def test_one_period_is_the_cube_without_periods(pathway, rows):
    cube = cost(pathway, people(rows), PRICES, timing=days(60, period="year")).cube
    assert set(cube.by("period")["period"]) == {1}
    whole, told = cube.by("setting", "use", "component"), cube.by("setting", "use", "component", "period")
    assert told["gbp"].tolist() == whole["gbp"].tolist()


@FEW
@given(any_pathway, cohorts, some.floats(0.5, 2))
def test_prices_that_move_alike_move_all_pounds(pathway, rows, factor):
    cube = cost(pathway, people(rows), PRICES, timing=days(60, period="week")).cube
    factors = dict.fromkeys(cube.frame["component"].astype("str").unique(), factor)
    for cuts in (("organisation",), ("organisation", "period"), ("period",)):
        told = cube.by(*cuts, price_factors=factors)
        assert close(told["repriced_gbp"].tolist(), (told["gbp"] * factor).tolist())


def test_the_days_of_a_period():
    """Three years told by year, and a horizon that cuts the last one short."""
    periods = cost(HALVING, 100, CARE, timing=years(3)).cube.periods
    assert (periods.from_day.tolist(), periods.to_day.tolist()) == ([0, YEAR, 2 * YEAR], [YEAR, 2 * YEAR, 3 * YEAR])
    stay = {"settings": {"ward": {"role": "acute", "stay": 600, "uses": [{"unit_cost": "day", "per": "day"}]}},
            "start": {"ward": 1}, "routes": {"ward": {"home": 1}}}  # fmt: skip
    cube = cost(stay, 1, {"day": 10}, timing=days(500, period="year", step="day")).cube
    assert cube.periods.to_day.tolist() == [365, 500]
    assert cube.by("period")["gbp"].tolist() == pytest.approx([3_650, 1_350], rel=1e-12)
