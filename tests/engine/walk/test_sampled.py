"""Sampled patients: their mean is the expected cost, their sd the exact one, and each is the same person in every scenario."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from pathway_cost.engine.model.timing import WHOLE, Timing, evaluator_of
from pathway_cost.engine.walk.sampled import sample_scenario
from pathway_cost.engine.walk.walk import walk
from pathway_cost.engine.walk.walkers import cast_of
from pathway_cost.results.chance.distribution import spread_of
from pathway_cost.results.costed.from_engine import costed_of
from tests.engine.chance_toy import CHEAPER, FEWER, PATHWAY, PEOPLE, PRICES, SHORTER, Toy, totals
from tests.engine.time_toy import days, flat, three_states, years
from tests.engine.toy import scenario_of

WALKERS = 8_000


def sampled(toy, name="baseline", walkers=WALKERS, seed=7, cast=None):
    cast = cast_of(toy.cohort, walkers, seed) if cast is None else cast
    return sample_scenario(toy.lives, toy.compositions[name], cast)


def assert_agrees(toy, *, walkers=WALKERS):
    """Mean and sd within four standard errors; the cube holds exactly the walkers' pounds."""
    for name in toy.compositions:
        walked, costed = sampled(toy, name, walkers), toy.costed(name)
        patients = costed.weights["patients"].sum()
        for each, expected in zip((walked.gbp, walked.present_value_gbp), totals(costed), strict=True):
            spread = spread_of(each, walked.weight)
            assert spread.mean == pytest.approx(expected / patients, abs=4 * spread.se_mean + 1e-9 * abs(spread.mean))
        assert walked.weight.sum() == pytest.approx(patients, rel=1e-2 if takers_are_more(toy, name) else 1e-9)
        assert_cube_is_the_walkers(walked)
        assert_quantities_are_near(walked, costed)
        if evaluator_of(toy.pathway, toy.timing) == "expected" and not toy.timing.stepped:
            assert_sd_agrees(walked, costed_of(costed).sd_per_patient_gbp)


def takers_are_more(toy, name):
    """Whether those who take a scenario, by chance more or fewer, stand for more patients than the others."""
    return any(
        change.verb == "scale_patients" and min(scenario.uptake.values()) < 1
        for scenario in toy.compositions[name]
        for change in scenario.changes
    )


def assert_quantities_are_near(walked, costed):
    """Units of everything, what is counted too, undiscounted and discounted."""
    one, other = (each.cube.quantities("unit_cost").set_index("unit_cost") for each in (walked, costed))
    for measure in one.columns:
        assert one[measure].to_dict() == pytest.approx(other[measure].to_dict(), rel=0.1)


def assert_sd_agrees(walked, exact):
    """The standard error of a sample's variance is √((fourth moment − variance²) ÷ n)."""
    spread = spread_of(walked.gbp, walked.weight)
    share = walked.weight / walked.weight.sum()
    fourth = share @ (walked.gbp - spread.mean) ** 4
    error = np.sqrt(max(fourth - spread.sd**4, 0.0) * (share @ share))
    assert spread.sd**2 == pytest.approx(exact**2, abs=4 * error + 1e-6)


def assert_cube_is_the_walkers(walked):
    frame = walked.cube.frame
    assert frame["gbp"].sum() == pytest.approx(walked.weight @ walked.gbp, rel=1e-9)
    if "present_value_gbp" in frame:
        assert frame["present_value_gbp"].sum() == pytest.approx(walked.weight @ walked.present_value_gbp, rel=1e-9)
    for cut in ("segment", "arm", "setting", "use", "component", "role", "organisation"):
        assert walked.cube.by(cut)["gbp"].sum() == pytest.approx(walked.weight @ walked.gbp, rel=1e-9)


# --- means and spreads -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "timing",
    [WHOLE, Timing(gbp=flat(0.3), counts=flat(0.1)), days(20), days(40, gbp=flat(0.5), counts=flat(0.1))],
    ids=["whole", "discounted", "horizon", "both"],
)
def test_uptake_eligibility_volume_ages_waits_own_stays_and_weights(timing):
    assert_agrees(Toy(PATHWAY, PEOPLE, PRICES, SHORTER, FEWER, CHEAPER, timing=timing))


def test_places_with_shares():
    places = {
        "north": {"acute": "RXX", "community": "RYY", "ambulance": "RYA"},
        "south": {"acute": "RYY", "community": "RXX", "ambulance": "RYA"},
    }
    dear = {"scenario": "dear", "changes": [{"scale_unit_cost": {"organisation": "RYY"}, "by": 2.0}]}
    toy = Toy(PATHWAY, PEOPLE, PRICES, dear, shares={"north": 0.7, "south": 0.3}, footprint=places)
    assert_agrees(toy)
    cast = cast_of(toy.cohort, WALKERS, 7)
    north = np.isin(cast.segment, toy.cohort.segments.of_base[:, 0])
    assert (cast.weight @ north) / cast.weight.sum() == pytest.approx(0.7, abs=4 * np.sqrt(0.21 / WALKERS))


@pytest.mark.parametrize("count", ["start", "end", "half_cycle"])
def test_cycles_counted_and_discounted(count):
    uses = [{"unit_cost": "year", "per": "cycle"}, {"unit_cost": "arrive", "per": "visit"}]
    pathway = three_states(*uses, on_route=[{"unit_cost": "way", "role": "acute"}], at_end=[{"unit_cost": "death"}])
    prices = {"year": 1000, "arrive": 400, "way": 50, "death": 900}
    assert_agrees(Toy(pathway, 100, prices, timing=years(4, count=count, gbp=flat(0.1))))


def test_cycles_to_the_end_without_a_horizon():
    pathway = three_states({"unit_cost": "year", "per": "cycle"}, {"unit_cost": "arrive", "per": "visit"})
    assert_agrees(Toy(pathway, 100, {"year": 1000, "arrive": 400}))


def ageing(by):
    """Well people who die ever more often, and cost ever more: by years since the start, cycles, or years in the setting."""
    return {
        "cycle": "year",
        "attributes": {"age": {"number": "year", "low": 0, "high": 110}},
        "parameters": {
            "dying": {"by": by, "steps": {0: 0.1, 1: 0.25, 2: 0.5, 3: 0.8}},
            "falling": {"formula": "0.01 * (age - 50)"},
        },
        "unit_costs": {"year": {"unit": "contact", "covers": "part", "price_factor": {"formula": "1 + 0.2 * years"}}},
        "start": {"well": 1},
        "settings": {
            "well": {
                "role": "acute",
                "stay": "cycle",
                "uses": [{"unit_cost": "year", "per": "cycle", "quantity": {"formula": f"2 + {by}"}}],
            },
            "ill": {"role": "acute", "stay": "cycle", "uses": [{"unit_cost": "year", "per": "cycle", "quantity": 5}]},
        },
        "routes": {
            "well": {"well": "rest", "ill": "falling", "died": "dying"},
            "ill": {"ill": "rest", "well": 0.1, "died": "dying"},
        },
        "ends": ["died"],
    }  # fmt: skip


@pytest.mark.parametrize("by", ["years", "cycle", "years_in_setting"])
@pytest.mark.parametrize(
    "timing", [years(5), years(5, count="half_cycle", gbp=flat(0.05)), Timing()], ids=["5", "discounted", "whole"]
)
def test_values_that_read_the_clock(by, timing):
    people = {"patient_id": ["a", "b", "c"], "age": [52.0, 60.0, 66.0], "weight": [1.0, 2.0, 1.0]}
    pathway = ageing(by)
    if by == "years_in_setting":
        pathway["routes"]["ill"]["died"] = 0.2
    assert_agrees(Toy(pathway, people, {"year": 100.0}, timing=timing))


@pytest.mark.parametrize("timing", [days(730, period="month"), days(730, gbp=flat(0.1))], ids=["plain", "discounted"])
def test_long_stays_and_waits_read_the_clock_day_by_day(timing):
    """Days, journeys, waits and deaths get dearer while patients are there, and on the way."""
    dearer = {"formula": "1 + years"}
    keys = ("day", "ride", "waiting", "funeral")
    pathway = {
        "unit_costs": {key: {"unit": "contact", "covers": "whole", "price_factor": dearer} for key in keys},
        "parameters": {"los": {"value": 200, "spread": {"gamma": {"sd": 90}}, "unit": "day"}},
        "start": "ward",
        "settings": {
            "ward": {"role": "acute", "stay": "los", "uses": [{"unit_cost": "day", "per": "day"}]},
            "home_care": {"role": "acute", "stay": 150, "uses": [{"unit_cost": "day", "per": "day", "quantity": "p_few"}]},
        },
        "routes": {
            "ward": {
                "home_care": {
                    "share": 0.6, "wait": 60,
                    "uses": [
                        {"unit_cost": "ride", "role": "acute"},
                        {"unit_cost": "waiting", "per": "day", "role": "acute", "quantity": {"formula": "2 * years"}},
                    ],
                },
                "died": "rest",
            },
            "home_care": {"ward": 0.3, "died": "rest"},
        },
        "ends": {"died": {"role": "acute", "uses": [{"unit_cost": "funeral"}]}},
    }  # fmt: skip
    pathway["parameters"]["p_few"] = {"by": "years", "steps": {0: 0.5, 1: 0.1}}
    prices = {"day": 10.0, "ride": 500.0, "waiting": 3.0, "funeral": 1000.0}
    assert_agrees(Toy(pathway, 100, prices, timing=timing))


# --- the same people ---------------------------------------------------------------------------------------------
def by_patient(toy, walked, cast):
    """Patient → their walkers' pounds, in order."""
    identifiers = np.asarray(toy.cohort.patient_id)[cast.row]
    return {name: walked.gbp[identifiers == name].tolist() for name in np.unique(identifiers)}


def test_the_order_of_the_cohort_is_nothing():
    turned = {name: values[::-1] for name, values in PEOPLE.items()}
    found = []
    for people in (PEOPLE, turned):
        toy = Toy(PATHWAY, people, PRICES, SHORTER)
        cast = cast_of(toy.cohort, 500, 7)
        found.append(by_patient(toy, sampled(toy, "shorter", cast=cast), cast))
    assert found[0] == found[1]


@pytest.mark.parametrize(("where", "size"), [("sampled.HELD", 1), ("walk.CHUNK", 37)])
def test_batches_and_chunks_are_nothing(where, size, monkeypatch):
    toy = Toy(PATHWAY, PEOPLE, PRICES, SHORTER, timing=days(40, gbp=flat(0.2)))
    whole = sampled(toy, "shorter", 500)
    monkeypatch.setattr(f"pathway_cost.engine.walk.{where}", size)
    parts = sampled(toy, "shorter", 500)
    assert np.array_equal(whole.gbp, parts.gbp)
    assert np.array_equal(whole.present_value_gbp, parts.present_value_gbp)
    assert np.array_equal(whole.days, parts.days)
    assert parts.cube.total_gbp == pytest.approx(whole.cube.total_gbp, rel=1e-12)


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_are_nothing(threads, monkeypatch):
    toy = Toy(PATHWAY, PEOPLE, PRICES, SHORTER)
    whole = sampled(toy, "shorter", 500)
    monkeypatch.setattr("pathway_cost.engine.walk.walk.CHUNK", 37)
    monkeypatch.setattr("pathway_cost.engine.walk.sampled.walk", partial(walk, threads=threads))
    parts = sampled(toy, "shorter", 500)
    assert np.array_equal(whole.gbp, parts.gbp)
    assert parts.cube.total_gbp == pytest.approx(whole.cube.total_gbp, rel=1e-12)


def test_another_seed_is_another_walk():
    toy = Toy()
    assert not np.array_equal(sampled(toy, seed=1).gbp, sampled(toy, seed=2).gbp)
    assert np.array_equal(sampled(toy, seed=1).gbp, sampled(toy, seed=1).gbp)


TENTH_LESS = [{"scale_unit_cost": {"organisation": who}, "by": 0.9} for who in ("RXX", "RYY", "RYA")]


def test_a_price_changes_each_patients_cost_in_proportion():
    tenth = {"scenario": "tenth", "changes": TENTH_LESS}
    toy = Toy(PATHWAY, PEOPLE, PRICES, tenth)
    before, after = sampled(toy), sampled(toy, "tenth")
    assert after.gbp == pytest.approx(0.9 * before.gbp, rel=1e-12)
    assert np.array_equal(before.days, after.days)


def test_who_does_not_take_a_scenario_costs_what_they_did():
    half = {"scenario": "half", "uptake": 0.5, "changes": TENTH_LESS}
    toy = Toy(PATHWAY, PEOPLE, PRICES, half)
    before, after = sampled(toy), sampled(toy, "half")
    same = before.gbp == after.gbp
    assert after.gbp[~same] == pytest.approx(0.9 * before.gbp[~same], rel=1e-12)
    assert same.mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(len(same)))


def test_a_change_elsewhere_moves_only_those_who_come_there():
    """Dearer rehabilitation: who is never there costs the same to the last bit."""
    dear = {"scenario": "dear", "changes": [{"set_quantity": {"setting": "rehab", "use": "physio"}, "to": 9}]}
    toy = Toy(PATHWAY, PEOPLE, PRICES, dear)
    change = sampled(toy, "dear").gbp - sampled(toy).gbp
    reached = toy.costed().model.reached("rehab").sum() / 10.5
    cast = cast_of(toy.cohort, WALKERS, 7)
    assert (cast.weight @ (change != 0)) / cast.weight.sum() == pytest.approx(reached, abs=4 * 0.5 / np.sqrt(WALKERS))


def test_a_scenario_for_nobody_walks_nobody_there():
    nobody = scenario_of({"scenario": "nobody", "uptake": 0, "changes": [{"scale_stay": "ward", "by": 0.5}]})
    toy = Toy(PATHWAY, PEOPLE, PRICES, nobody)
    assert np.array_equal(sampled(toy, "nobody", 500).gbp, sampled(toy, "baseline", 500).gbp)


def test_volume_weighs_the_same_walkers_otherwise():
    more = {"scenario": "more", "changes": [{"scale_patients": {"where": {"frail": ["yes"]}}, "by": 2}]}
    toy = Toy(PATHWAY, PEOPLE, PRICES, more)
    before, after = sampled(toy, walkers=500), sampled(toy, "more", 500)
    assert np.array_equal(before.gbp, after.gbp)
    assert after.weight.sum() == pytest.approx(12.0)
    assert set(np.round(after.weight / before.weight, 12)) == {1.0, 2.0}


def test_percentiles_rise():
    spread = spread_of(sampled(Toy()).gbp, sampled(Toy()).weight)
    points = [spread.p5, spread.p10, spread.p25, spread.p50, spread.p75, spread.p90, spread.p95, spread.p99]
    assert points == sorted(points)
    assert 0.05 <= spread.share_of_cost_of_dearest_5pct <= 1


SMALL = """
import sys
from tests.engine.walk.test_sampled import Toy, sampled
sampled(Toy(), walkers=2000)
print(sorted({"numba", "llvmlite", "scipy.stats"} & set(sys.modules)))
"""


def test_few_walkers_need_no_compiler():
    run = subprocess.run(
        [sys.executable, "-c", SMALL], check=True, cwd=Path(__file__).parents[3], stdout=subprocess.PIPE
    )
    assert run.stdout.strip() == b"[]"


def test_an_event_at_the_horizon_counts_in_the_walk_too():
    """Every year 0.25 go through theatre and back: over two years 2 × 0.25 operations, the last at the horizon itself."""
    pathway = {
        "cycle": "year",
        "start": "ill",
        "settings": {"ill": {"stay": "cycle"}, "theatre": {"role": "acute", "uses": [{"unit_cost": "operation"}]}},
        "routes": {"ill": {"theatre": 0.25, "died": 0, "ill": "rest"}, "theatre": {"ill": 1}},
        "ends": ["died"],
    }
    toy = Toy(pathway, 100, {"operation": 6000}, timing=years(2))
    assert totals(toy.costed())[0] == pytest.approx(100 * 2 * 0.25 * 6000, rel=1e-12)
    assert_agrees(toy)
    assert set(np.unique(sampled(toy).gbp)) == {0.0, 6000.0, 12000.0}
