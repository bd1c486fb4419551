"""Every scenario at rows of draws: as stated it is the expected cost; draw by draw it is the cost of that pathway."""

from __future__ import annotations

import hypothesis.strategies as some
import numpy as np
import pandas as pd
import pytest
from hypothesis import given

import pathway_cost as pc
from pathway_cost.engine.draws.parameter_table import ParameterTable, at_levels, drawn, of_values, stated
from pathway_cost.engine.draws.price_errors import relative_errors
from pathway_cost.engine.draws.rows_together import RowsTogether
from pathway_cost.engine.model.discounting import Discounting
from pathway_cost.engine.model.timing import WHOLE, Timing
from pathway_cost.engine.walk.sampled import sample_scenario
from pathway_cost.engine.walk.walkers import cast_of
from pathway_cost.tables.prices.prices import Prices
from tests.engine.chance_toy import CHEAPER, FEWER, PATHWAY, PEOPLE, PRICES, SHORTER, Toy, raw_of, sure_prices, totals
from tests.engine.time_toy import chain, days, flat, years
from tests.test_laws import FEW, FOOTPRINT, YEAR, cohorts, pathways, price_rows, scenarios

PLACES = {
    "north": {"acute": "RXX", "community": "RYY", "ambulance": "RYA"},
    "south": {"acute": "RYY", "community": "RXX", "ambulance": "RYA"},
}
TIMINGS = {
    "whole": WHOLE,
    "discounted": Timing(gbp=flat(0.035), counts=flat(0.015)),
    "horizon": days(20),
    "both": days(40, gbp=flat(0.2), counts=flat(0.1)),
    "green book": Timing(gbp=Discounting(((0.0, 0.035), (30.0, 0.03)), "exact")),
}


def assert_agrees(toy, rows=3):
    """At stated values every composition, cut and count is what it costs by itself."""
    found = toy.recoster().at(stated(rows))
    assert found.wrong == {}
    for name in toy.compositions:
        sums, costed = found.sums[name], toy.costed(name)
        gbp, present = totals(costed)
        assert sums.gbp == pytest.approx([gbp] * rows, rel=1e-9)
        assert sums.present == pytest.approx([present] * rows, rel=1e-9)
        assert sums.patients == pytest.approx(costed.weights["patients"].sum(), rel=1e-12)
        assert sums.periods.sum(axis=0) == pytest.approx(sums.present, rel=1e-9)
        for cut in ("organisation", "setting"):
            expected = costed.cube.by(cut).set_index(cut)["gbp"]
            expected = expected[expected.abs() > 0].to_dict()
            there = {key: values[0] for key, values in sums.by[cut].items() if values[0]}
            assert there == pytest.approx(expected, rel=1e-9)
            assert sum(sums.by[cut].values()) == pytest.approx(sums.gbp, rel=1e-9)
        counted = costed.cube.quantities("unit_cost").set_index("unit_cost")["quantity"].to_dict()
        assert sums.by["count"]["admission"][0] == pytest.approx(counted["count:admission"], rel=1e-9)


@pytest.mark.parametrize("timing", TIMINGS.values(), ids=TIMINGS)
def test_at_stated_values_it_is_the_expected_cost(timing):
    assert_agrees(Toy(PATHWAY, PEOPLE, PRICES, SHORTER, FEWER, CHEAPER, timing=timing))


@pytest.mark.parametrize("timing", [WHOLE, days(30, gbp=flat(0.1))], ids=["whole", "horizon"])
def test_places_with_shares(timing):
    shares = {"north": 0.7, "south": 0.3}
    assert_agrees(Toy(PATHWAY, PEOPLE, PRICES, SHORTER, FEWER, timing=timing, shares=shares, footprint=PLACES), rows=1)


def test_a_cohort_that_says_where_patients_live():
    living = PEOPLE | {"place": ["north", "south", "south", "north", "north"]}
    assert_agrees(Toy(PATHWAY, living, PRICES, FEWER, footprint=PLACES), rows=1)


def test_cycles():
    pathway = chain()
    pathway["settings"]["well"]["uses"].append({"count": "admission", "per": "visit"})
    assert_agrees(Toy(pathway, 100, {"year": 100}, timing=years(3, count="half_cycle", gbp=flat(0.035))))


def test_a_scenario_without_patients_and_one_without_pounds():
    nobody = {"scenario": "nobody", "changes": [{"scale_patients": {"where": {"frail": ["no", "yes"]}}, "by": 0}]}
    found = Toy(PATHWAY, PEOPLE, PRICES, nobody).recoster().at(stated(2)).sums["nobody"]
    assert found.patients == 0
    assert found.gbp.tolist() == [0.0, 0.0]
    free = Toy(PATHWAY, PEOPLE, dict.fromkeys(PRICES, 0.0)).recoster().at(stated(2)).sums["baseline"]
    assert free.gbp.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("timing", [WHOLE, days(30, gbp=flat(0.1))], ids=["whole", "horizon"])
def test_a_draw_is_the_cost_of_the_pathway_with_those_numbers(timing):
    toy = Toy(PATHWAY, PEOPLE, PRICES, SHORTER, timing=timing)
    table = drawn(4, seed=3)
    values = table.values(toy.pathway.parameters)
    assert set(values) == {"los", "p_back", "contacts", "p_rehab_frail", "after.home", "after.ward"}
    found = toy.recoster().at(table)
    for draw in range(4):
        told = {name: float(each[draw]) for name, each in values.items() if "." not in name}
        other = toy.with_values(**told)
        shares = {goal: float(values[f"after.{goal}"][draw]) for goal in ("home", "ward")}
        raw = raw_of(other.pathway)
        raw["parameters"]["after"] = {"counts": {goal: share * 1000 for goal, share in shares.items()}}
        other = other.with_pathway(raw)
        for name in other.compositions:
            gbp, present = totals(other.costed(name))
            assert found.sums[name].gbp[draw] == pytest.approx(gbp, rel=1e-9)
            assert found.sums[name].present[draw] == pytest.approx(present, rel=1e-9)


@pytest.mark.parametrize("timing", [WHOLE, days(30, gbp=flat(0.1))], ids=["whole", "horizon"])
def test_blocks_of_draws_are_the_draws_at_once(timing, monkeypatch):
    toy = Toy(PATHWAY, PEOPLE, PRICES, SHORTER, FEWER, timing=timing)
    whole = toy.recoster().at(drawn(23, seed=1))
    monkeypatch.setattr("pathway_cost.engine.activity.stepper.CLOSED_FORM_LANES", 21)
    monkeypatch.setattr("pathway_cost.engine.activity.stepper.HELD", 20_000)
    recoster = toy.recoster()
    assert len(list(recoster._blocks(23))) > 3
    parts = recoster.at(drawn(23, seed=1))
    for name, sums in whole.sums.items():
        other = parts.sums[name]
        assert np.array_equal(sums.gbp, other.gbp)
        assert np.array_equal(sums.present, other.present)
        assert np.array_equal(sums.periods, other.periods)
        for cut, names in sums.by.items():
            assert all(np.array_equal(values, other.by[cut][name]) for name, values in names.items())


def test_more_draws_begin_with_the_same_ones():
    toy = Toy(PATHWAY, PEOPLE, PRICES, SHORTER)
    few, many = toy.recoster().at(drawn(5, seed=2)), toy.recoster().at(drawn(50, seed=2))
    assert np.array_equal(few.sums["shorter"].gbp, many.sums["shorter"].gbp[:5])


def test_a_scenario_or_parameter_more_moves_no_other_figure():
    one = Toy(PATHWAY, PEOPLE, PRICES, SHORTER).recoster().at(drawn(20, seed=4))
    more = {**PATHWAY, "parameters": {"idle": {"value": 0.5, "low": 0.4, "high": 0.6}, **PATHWAY["parameters"]}}
    other = Toy(more, PEOPLE, PRICES, CHEAPER, SHORTER, FEWER).recoster().at(drawn(20, seed=4))
    for name in ("baseline", "shorter"):
        assert np.array_equal(one.sums[name].gbp, other.sums[name].gbp)


def test_a_scenario_that_changes_nothing_differs_by_nothing_in_every_draw():
    """Taken by half of the patients: the other half lives the same pathway."""
    nothing = {"scenario": "nothing", "uptake": 0.5, "changes": [{"scale_stay": "ward", "by": 1.0}]}
    found = Toy(PATHWAY, PEOPLE, sure_prices({"physio": 9}, **FLAT), nothing).recoster().at(drawn(50, seed=4))
    difference = found.sums["nothing"].gbp - found.sums["baseline"].gbp
    assert np.abs(difference).max() <= 1e-9 * found.sums["baseline"].gbp.max()


@FEW
@given(pathways(), cohorts, scenarios("one"), some.sampled_from(list(TIMINGS.values())))
def test_every_pathway_is_its_expected_cost_at_stated_values(pathway, rows, scenario, timing):
    """And its sampled patients' cube is the sum of their pounds."""
    prices = Prices.from_frame(pd.DataFrame(price_rows(pathway)).assign(basis="table"), price_year=YEAR)
    people = {"band": [band for band, _ in rows], "weight": [float(weight) for _, weight in rows]}
    toy = Toy(pc.load_pathway(pathway), people, prices, pc.load_scenario(scenario), timing=timing, footprint=FOOTPRINT)
    found = toy.recoster().at(stated())
    for name in toy.compositions:
        gbp, present = totals(toy.costed(name))
        assert found.sums[name].gbp[0] == pytest.approx(gbp, rel=1e-9)
        assert found.sums[name].present[0] == pytest.approx(present, rel=1e-9)
        walked = sample_scenario(toy.lives, toy.compositions[name], cast_of(toy.cohort, 50, 1))
        assert walked.cube.total_gbp == pytest.approx(walked.weight @ walked.gbp, rel=1e-9)


FLAT = {"ward.day": 450.0, "theatre": 5000.0, "physio": 79.0, "ride": 120.0, "letter": 3.0}


def test_a_price_is_drawn_from_its_standard_error():
    """R27: the sd of what a key costs is its standard error × its quantity, and the mean does not move."""
    toy = Toy(PATHWAY, PEOPLE, sure_prices({"theatre": 250.0}, **FLAT))
    costed = toy.costed()
    quantity = costed.cube.quantities("unit_cost").set_index("unit_cost")["quantity"]["theatre"]
    prices_only = drawn(20_000, seed=5)
    table = ParameterTable(prices_only.count, lambda name: prices_only.level_of(name) if ":" in name else None)
    gbp = toy.recoster().at(table).sums["baseline"].gbp
    assert gbp.std(ddof=1) == pytest.approx(250.0 * quantity, rel=0.02)
    assert gbp.mean() == pytest.approx(totals(costed)[0], abs=4 * 250.0 * quantity / 20_000**0.5)


def test_prices_are_not_drawn_where_nobody_asks():
    toy = Toy(PATHWAY, PEOPLE, sure_prices({"theatre": 250.0}, **FLAT))
    drawn_too, fixed = (
        toy.recoster().at(drawn(5, seed=1, unit_costs=each)).sums["baseline"].gbp for each in (True, False)
    )
    plain = Toy(PATHWAY, PEOPLE, sure_prices({}, **FLAT)).recoster().at(drawn(5, seed=1)).sums["baseline"].gbp
    assert np.array_equal(fixed, plain)
    assert not np.array_equal(drawn_too, plain)


def test_a_price_that_a_scenario_sets_is_sure_and_one_that_it_scales_is_as_unsure():
    fixed = {"scenario": "fixed", "changes": [{"set_price": "theatre", "to": {"gbp": 4000}}]}
    scaled = {"scenario": "scaled", "changes": [{"scale_unit_cost": "theatre", "by": 0.5}]}
    toy = Toy(PATHWAY, PEOPLE, sure_prices({"theatre": 500.0}, **FLAT), fixed, scaled)
    recoster = toy.recoster()
    assert recoster.priced["RXX", "theatre"] == pytest.approx(0.1)
    found = recoster.at(at_levels([{}, {"unit_cost:RXX:theatre": 0.9}]))
    change = {name: sums.gbp[1] - sums.gbp[0] for name, sums in found.sums.items()}
    assert change["baseline"] > 0
    assert change["fixed"] == 0
    assert change["scaled"] == pytest.approx(change["baseline"] / 2, rel=1e-9)


def test_standard_errors_of_several_levels_are_pooled_by_their_records():
    """30 records at £100 ± £6 and 70 at £200 ± £4: √(180² + 280²) ÷ (3,000 + 14,000) = 1.958%."""
    prices = sure_prices({}, theatre=100.0)
    frame = prices.frame.iloc[:1]
    low = frame.assign(level="frail=no", n=30, se_total=6.0, value_gbp=100.0)
    high = frame.assign(level="frail=yes", n=70, se_total=4.0, value_gbp=200.0)
    pooled = Prices.from_frame(pd.concat([low, high]), price_year=prices.price_year)
    assert relative_errors(pooled) == {("RXX", "theatre"): pytest.approx(0.0195804, abs=1e-7)}


def test_own_draws_with_a_multiplier_of_a_price():
    toy = Toy(PATHWAY, PEOPLE, PRICES)
    table = of_values(
        {"unit_cost:RXX:theatre": [1.0, 1.1]}, toy.pathway.parameters, unit_costs=["unit_cost:RXX:theatre"]
    )
    gbp = toy.recoster().at(table).sums["baseline"].gbp
    theatre = toy.costed().cube.by("unit_cost").set_index("unit_cost")["gbp"]["theatre"]
    assert gbp[1] - gbp[0] == pytest.approx(0.1 * theatre, rel=1e-9)


def test_draws_whose_shares_exceed_one_are_told_by_place_and_brought_back():
    """p_rehab_frail of 0.97 beside p_back of 0.1: the two are divided by 1.07 and nobody goes home."""
    toy = Toy(PATHWAY, PEOPLE, PRICES)
    given = {"p_rehab_frail": np.array([0.4, 0.97, 0.2]), "p_back": np.array([0.1, 0.1, 0.1])}
    found = toy.recoster().at(ParameterTable(3, lambda _: None, given))
    assert {item: rows.tolist() for item, rows in found.wrong.items()} == {"routes.ward": [False, True, False]}
    even = toy.with_values(p_rehab_frail=0.97 / 1.07, p_back=0.1)
    raw = raw_of(even.pathway)
    raw["routes"]["ward"]["ward"]["share"] = {"by": "frail", "values": {"no": 0.1, "yes": 0.1 / 1.07}}
    assert found.sums["baseline"].gbp[1] == pytest.approx(totals(even.with_pathway(raw).costed())[0], rel=1e-9)


# --- rows together, and lanes that do the same --------------------------------------------------------------------------
@pytest.mark.parametrize("timing", [WHOLE, days(30, gbp=flat(0.1))], ids=["whole", "horizon"])
def test_tables_together_are_each_alone(timing):
    """What one table does not read is as stated in its rows, and a working copy is worked out from what the others give."""
    toy = Toy(PATHWAY, PEOPLE, PRICES, SHORTER, FEWER, CHEAPER, timing=timing)
    los, contacts = ({name: toy.pathway.parameters[name]} for name in ("los", "contacts"))
    tables = [
        ParameterTable(2, lambda _: None, {"los": np.array([3.0, 6.0])}, los),
        ParameterTable(1, lambda _: None, {"contacts": np.array([5.0])}, contacts, frozenset({"contacts"})),
        at_levels([{"p_back": 0.9}, {"after.ward": 0.2}]),
        stated(),
        ParameterTable(1, lambda _: None, {"unit_cost:RXX:theatre": np.array([2.0])}),
    ]
    together = RowsTogether(tables)
    assert together.count == 7
    found = toy.recoster().at(together)
    for rows, table in zip((slice(0, 2), slice(2, 3), slice(3, 5), slice(5, 6), slice(6, 7)), tables, strict=True):
        alone, again = toy.recoster().at(table), toy.recoster().at(together.rows(rows))
        for name, sums in found.sums.items():
            assert sums.gbp[rows] == pytest.approx(alone.sums[name].gbp, rel=1e-13)
            assert sums.present[rows] == pytest.approx(again.sums[name].present, rel=1e-13)
    baseline = found.sums["baseline"].gbp
    assert (
        baseline[6] > baseline[5] + 5000 * 10.5 * 0.8
    )  # theatre at twice its price, for four in five of 10.5 patients


@pytest.mark.parametrize("timing", [WHOLE, days(30, gbp=flat(0.1))], ids=["whole", "horizon"])
def test_lanes_that_do_the_same_are_worked_out_once(timing, monkeypatch):
    """Twenty ages of which the pathway reads none: two kinds of patients, by frailty, and the pounds of all forty."""
    pathway = {
        **PATHWAY,
        "attributes": {**PATHWAY["attributes"], "band": {"levels": [f"b{band}" for band in range(20)]}},
    }
    people = pd.DataFrame(
        [
            {"frail": frail, "age": 70.0, "band": f"b{band}", "weight": 1.0 + band}
            for band in range(20)
            for frail in ("no", "yes")
        ]
    )
    toy = Toy(pathway, people, PRICES, SHORTER, timing=timing)
    each = toy.recoster().at(drawn(9, seed=3))
    monkeypatch.setattr("pathway_cost.engine.draws.at_draws.FEW", 0)
    kinds = toy.recoster()
    assert {len(part.followed.kinds(9).one) for parts in kinds.parts.values() for part in parts} == {2}
    for name, sums in kinds.at(drawn(9, seed=3)).sums.items():
        assert np.array_equal(sums.gbp, each.sums[name].gbp)
        assert np.array_equal(sums.present, each.sums[name].present)
    assert each.sums["baseline"].gbp.min() > 0
