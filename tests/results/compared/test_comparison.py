from dataclasses import replace

import numpy as np
import pytest

from pathway_cost.engine.model.discounting import YEAR, Discounting
from pathway_cost.engine.model.timing import Timing
from pathway_cost.engine.pounds.effects import ChangeEffect
from pathway_cost.errors import ComparisonFaults
from pathway_cost.results.compared.comparison import Comparison, compare
from pathway_cost.results.costed.from_engine import costed_of
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.scenario import OneOff
from tests.results.results_toy import Care, baseline, evaluation, prices_of, scenario


def care(gbp=9_000.0, setting="surgery", **more):
    return Care({setting: 1.0}, {(setting, "use"): ("knee", "RXX", 1)}, {("RXX", "knee"): {"unsplit": gbp}}, **more)


def test_volume_and_rate():
    """R21: 100 at £9,000 → 120 at £8,000: total +£60,000 = volume +£180,000, cost per patient −£120,000."""
    comparison = compare(
        baseline(care(), base=[100.0]), scenario("more", care(8_000.0), base=[100.0], volume={"taken": [1.2]})
    )
    assert comparison.change_total_gbp == pytest.approx(60_000.00)
    assert comparison.change_per_patient_gbp == pytest.approx(-1_000.00)
    assert comparison.change_pct == pytest.approx(100 * 60_000 / 900_000)
    assert comparison.patients_change == pytest.approx(20.0)
    split = comparison.volume()
    assert (split.volume_gbp, split.rate_gbp) == pytest.approx((180_000.00, -120_000.00))


def test_cuts_side_by_side():
    frame = compare(baseline(care()), scenario("hub", care(8_000.0, "hub"))).by("setting").set_index("setting")
    assert frame.loc["surgery"].tolist() == [9_000.0, 0.0, -9_000.0]
    assert frame.loc["hub"].tolist() == [0.0, 8_000.0, 8_000.0]
    assert frame["change_gbp"].sum() == pytest.approx(-1_000.00)


def test_one_off_costs_stand_apart():
    lead = OneOff(id="lead", role="acute", year="2026-27", gbp=60_000, what="project lead")
    comparison = compare(baseline(care()), scenario("led", care(), one_offs=(lead,)))
    assert comparison.change_total_gbp == 0.0
    assert comparison.change_one_off_gbp == 60_000.00
    last = comparison.bridge().iloc[-1]
    assert (last.factor, last.gbp) == ("one-off costs", 60_000.00)


# --- by change -----------------------------------------------------------------------------------------------------
STEPS = (ChangeEffect("a", 1, "set_share surgery.home", 8_800.0), ChangeEffect("a", 2, "scale_stay surgery", 8_000.0),
         ChangeEffect("b", 1, "scale_unit_cost implants", 7_600.0))  # fmt: skip


def test_the_bridge_by_change_is_ordered_and_closes():
    frame = Comparison(baseline(care()), scenario("a+b", care(7_600.0)), steps=lambda: STEPS).bridge(by="change")
    assert frame["factor"].tolist() == [
        "a 1: set_share surgery.home", "a 2: scale_stay surgery", "b 1: scale_unit_cost implants", "one-off costs",
    ]  # fmt: skip
    assert frame["gbp"].tolist() == pytest.approx([-200.0, -800.0, -400.0, 0.0])


def test_the_bridge_by_change_from_the_shorter_composition():
    frame = Comparison(scenario("a", care(8_000.0)), scenario("a+b", care(7_600.0)), steps=lambda: STEPS).bridge(
        by="change"
    )
    assert frame["gbp"].tolist() == pytest.approx([-400.0, 0.0])


def test_the_bridge_by_change_without_totals_is_refused():
    with pytest.raises(ComparisonFaults, match="were not kept"):
        compare(baseline(care()), scenario("a", care(8_000.0))).bridge(by="change")
    with pytest.raises(ComparisonFaults, match="were not kept"):
        Comparison(scenario("b", care()), scenario("a+b", care(7_600.0)), steps=lambda: STEPS).bridge(by="change")


def test_totals_that_do_not_reach_the_scenario_are_our_fault():
    with pytest.raises(ValueError, match=r"reach £8,800\.00, the scenario £8,000\.00"):
        Comparison(baseline(care()), scenario("a", care(8_000.0)), steps=lambda: STEPS[:1]).bridge(by="change")


# --- what must not be compared -------------------------------------------------------------------------------------
def refused(before, after):
    with pytest.raises(ComparisonFaults) as error:
        compare(before, after)
    return [problem.rule for problem in error.value.problems]


def of_another_model(name, care, **changes):
    """A scenario (or the baseline) whose model has other prices, pathways or time."""
    arm, scenarios = ("everyone", {}) if name == "baseline" else ("taken", {"taken": (name,)})
    made = evaluation(name, {arm: care}, scenarios=scenarios)
    return costed_of(replace(made, model=replace(made.model, **changes)))


def test_unlike_cohorts():
    assert refused(baseline(care(), base=[100.0]), scenario("a", care(), base=[99.0])) == ["unlike_cohorts"]
    assert refused(baseline(care(), base=[50.0, 50.0]), scenario("a", care(), base=[100.0])) == ["unlike_cohorts"]
    first = baseline(care(), base=[50.0, 50.0], attributes={"frail": ["no", "yes"]})
    other = scenario("a", care(), base=[50.0, 50.0], attributes={"frail": ["yes", "no"]})
    assert refused(first, other) == ["unlike_cohorts"]


def test_a_change_of_volume_is_the_same_cohort():
    assert compare(baseline(care()), scenario("a", care(), volume={"taken": [1.5]})).patients_change == pytest.approx(
        0.5
    )


def test_unlike_price_years():
    later = {"taken": replace(prices_of(care()), price_year="2023-24")}
    assert refused(baseline(care()), of_another_model("a", care(), prices=later)) == ["unlike_price_years"]


def test_unlike_pathways():
    hip = Pathway.model_validate(scenario("a", care()).pathway.model_dump(exclude_unset=True) | {"pathway": "hip"})
    assert refused(baseline(care()), of_another_model("a", care(), pathways={"taken": hip})) == ["unlike_pathways"]


def test_unlike_bases():
    followed = Timing(horizon_days=20 * YEAR, gbp=Discounting(((0.0, 0.035),)))
    after = of_another_model("a", care(), timing=followed)
    assert refused(baseline(care()), after) == ["unlike_bases"]
    assert compare(of_another_model("baseline", care(), timing=followed), after).change_total_gbp == 0.0


def test_unlike_market_forces_factors():
    prices = prices_of(care())
    national = {"taken": replace(prices, frame=prices.frame.assign(mff="national"))}
    assert refused(baseline(care()), of_another_model("a", care(), prices=national)) == ["unlike_mff"]


def test_a_price_that_the_scenario_sets_is_no_unlike_factor():
    prices = prices_of(care())
    factored = {"everyone": replace(prices, frame=prices.frame.assign(mff_factor=1.07))}
    changed = {"taken": replace(prices, frame=prices.frame.assign(basis="changed by the scenario"))}
    before = of_another_model("baseline", care(), prices=factored)
    after = of_another_model("a", care(), prices=changed)
    assert np.isfinite(compare(before, after).change_total_gbp)
