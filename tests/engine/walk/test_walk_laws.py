"""Laws of the walk: exact mean and variance, sums that agree, the same bits everywhere, and paired scenarios."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pathway_cost.engine.values.stay_laws import EXPONENTIAL, FIXED, GAMMA, GEOMETRIC, LOGNORMAL, WEIBULL, second_moment
from pathway_cost.engine.walk import compiled, reference
from pathway_cost.engine.walk import walk as walk_module
from pathway_cost.engine.walk.walk import _ready, walk
from pathway_cost.engine.walk.walk_tables import AT_END, AT_START, HALF_CYCLE, Counts, Walkers
from tests.engine.walk_toys import discounting, pathway, stays_of, walkers

LAWS = (FIXED, GAMMA, LOGNORMAL, WEIBULL, EXPONENTIAL, GEOMETRIC)


def mixed_pathway(seed=1, *, again=0.2, slower=1.0, extra=False, **given):
    """Three lanes, a loop, every law, two ends; `extra` adds a setting that takes nobody's luck away."""
    settings = {"gp": {"entry": 40}, "clinic": {"entry": 150, "day": 1}, "ward": {"entry": 1000, "day": 400}}
    routes = [
        ("gp", "clinic", 0.6, {"wait": (EXPONENTIAL, 30, 0), "wait_day": 0.5, "gbp": 5}),
        ("gp", "home", 0.4, {}),
        ("clinic", "ward", 0.5, {"stay": (GEOMETRIC, 3, 0)}),
        ("clinic", "gp", 0.5, {"stay": (FIXED, 2, 0)}),
        ("ward", "home", 0.9 - again, {"stay": (GAMMA, 5 * slower, 4 * slower), "gbp": 20}),
        ("ward", "clinic", again, {"stay": (WEIBULL, 9, 9), "wait": (GAMMA, 3, 1)}),
        ("ward", "dead", 0.1, {"stay": (LOGNORMAL, 20, 30)}),
    ]
    if extra:
        settings = {"screening": {"entry": 15}, **settings}
        routes.append(("screening", "gp", 1, {"stay": (GAMMA, 1, 1)}))
    return pathway(settings, ["home", "dead"], routes, lanes=3, seed=seed, **given)


def timed_pathway(counting=AT_START, horizon=200.0, *, discounted=True, **given):
    """Clock periods, cycles with spells, waits, a horizon and discounting, all at once."""
    settings = {
        "gp": {"entry": lambda r, p, c: 40 + 3 * p, "periods": 3},
        "ward": {"entry": 900, "day": lambda r, p, c: 400 - 10 * r + p, "periods": 2},
        "well": {
            "cycle": True,
            "periods": 2,
            "spells": 3,
            "per_cycle": lambda r, p, c: 20 + c + p,
            "entry": 3,
            "day": 0.2,
        },
        "ill": {"cycle": True, "per_cycle": 55},
    }
    routes = [
        ("gp", "ward", lambda r, p, c: 0.3 + 0.1 * p, {"wait": (EXPONENTIAL, 9, 0), "wait_day": 0.5, "gbp": 5}),
        ("gp", "well", lambda r, p, c: 0.7 - 0.1 * p, {"stay": (GEOMETRIC, 2, 0)}),
        ("ward", "well", 0.9, {"stay": (GAMMA, 5, 4)}),
        ("ward", "dead", 0.1, {"stay": (LOGNORMAL, 20, 30)}),
        ("well", "well", lambda r, p, c: 0.8 + 0.02 * c, {"gbp": 0.25}),
        ("well", "gp", lambda r, p, c: 0.1 - 0.01 * c, {}),
        ("well", "ill", lambda r, p, c: 0.1 - 0.01 * c, {"wait": (FIXED, 1, 0)}),
        ("ill", "well", 0.5, {"gbp": 8}),
        ("ill", "dead", 0.5, {}),
    ]
    curves = dict(zip(("discount_cumulative", "discount_factor"), discounting(300, 0.002), strict=True))
    timed = {"counting": counting, "horizon": horizon, "cycle_days": 7.0, "clock_step": 50.0, "lanes": 2}
    return pathway(settings, ["dead"], routes, **timed, **(curves if discounted else {}), **given)


def moments_by_hand(settings, ends, routes):
    """Mean and variance of the pounds of a walk without time, from the first setting: two linear solves."""
    names, count = [*settings, *ends], len(settings)
    moves, first, second = np.zeros((count, count)), np.zeros(count), np.zeros(count)
    crossed = np.zeros((count, count))
    for origin, target, share, facts in routes:
        here, there, fact = names.index(origin), names.index(target), settings[origin]
        law, mean, sd = facts.get("stay", (FIXED, 0.0, 0.0))
        squared = float(second_moment(stays_of([(origin, target, share, {"stay": (law, mean, sd)})], "stay", 1))[0])
        once = fact.get("entry", 0) + facts.get("gbp", 0)
        pounds = once + fact.get("day", 0) * mean
        first[here] += share * pounds
        second[here] += share * (once**2 + 2 * once * fact.get("day", 0) * mean + fact.get("day", 0) ** 2 * squared)
        if there < count:
            moves[here, there] += share
            crossed[here, there] += share * pounds
    mean = np.linalg.solve(np.eye(count) - moves, first)
    squares = np.linalg.solve(np.eye(count) - moves, second + 2 * crossed @ mean)
    return mean[0], squares[0] - mean[0] ** 2


def test_mean_and_variance_agree_with_the_exact_ones():
    settings = {"gp": {"entry": 40}, "clinic": {"entry": 150, "day": 10}, "ward": {"entry": 1000, "day": 400}}
    routes = [
        ("gp", "clinic", 0.7, {"stay": (LOGNORMAL, 3, 2)}),
        ("gp", "home", 0.3, {}),
        ("clinic", "ward", 0.5, {"stay": (GEOMETRIC, 6, 0), "gbp": 12}),
        ("clinic", "home", 0.5, {"stay": (WEIBULL, 6, 4)}),
        ("ward", "home", 0.75, {"stay": (GAMMA, 5, 4)}),
        ("ward", "clinic", 0.25, {"stay": (EXPONENTIAL, 9, 0)}),
    ]
    mean, variance = moments_by_hand(settings, ["home"], routes)
    found = walk(pathway(settings, ["home"], routes), walkers(400_000)).gbp
    assert abs(found.mean() - mean) < 4 * math.sqrt(variance / 400_000)
    fourth = ((found - found.mean()) ** 4).mean()
    assert abs(found.var() - variance) < 4 * math.sqrt((fourth - variance**2) / 400_000)


TABLES = {
    "plain": mixed_pathway(),
    "horizon": mixed_pathway(horizon=40.0),
    "discounted": mixed_pathway(
        **dict(zip(("discount_cumulative", "discount_factor"), discounting(50, 0.01), strict=True))
    ),
    "timed": timed_pathway(),
    "timed, at the end": timed_pathway(AT_END, discounted=False),
    "timed, half cycle, whole cycles": timed_pathway(HALF_CYCLE, 196.0),
    "timed, no horizon": timed_pathway(HALF_CYCLE, math.inf),
}
BY_WALKER = ("gbp", "present_gbp", "days", "end", "wrong")


def assert_same_walkers(one, other, part=slice(None)):
    for name in BY_WALKER:
        if getattr(one, name) is not None:
            assert (getattr(one, name)[part] == getattr(other, name)).all(), name


def assert_same_sums(one, other):
    for mine, theirs in zip(walk_module._sums(one), walk_module._sums(other), strict=True):
        assert mine == pytest.approx(theirs, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("name", TABLES)
def test_compiled_walkers_agree_to_the_last_bit(name):
    tables = _ready(TABLES[name])
    patients = walkers(6_000, len(tables.start_gbp))
    exact = reference.walk_chunk(tables, patients)
    for kernel in {compiled.walk_chunk, compiled.kernel_for(tables)}:
        found = kernel(tables, patients)
        assert_same_walkers(exact, found)
        assert_same_sums(exact, found)
    assert not exact.wrong.any()


def any_pathway(seed):
    """Settings, ways, laws, cycles, periods, a horizon and discounting as the dice fall."""
    rng = np.random.default_rng(seed)
    names, ends, timed = [f"s{number}" for number in range(rng.integers(2, 7))], ["home", "dead"], bool(rng.integers(2))
    settings, routes = {}, []
    for number, name in enumerate(names):
        fact = {"entry": rng.uniform(0, 900), "day": rng.uniform(0, 400), "per_cycle": rng.uniform(0, 99)}
        kinds = {"cycle": bool(rng.integers(2)), "periods": int(rng.integers(1, 4)), "spells": int(rng.integers(1, 4))}
        settings[name] = {**fact, **(kinds if timed else {})}
        ways = rng.permutation([*names, *ends])[: rng.integers(1, 4)].tolist()
        for target in dict.fromkeys([*ways, ends[number % 2]]):
            first, second = rng.uniform(0.1, 1, 2)
            share = (lambda r, p, c, a=first, b=second: a + b * p / (1 + c)) if timed else first
            days = (int(rng.choice(LAWS)), rng.uniform(1, 20), rng.uniform(0.5, 20))
            wait = (int(rng.choice(LAWS)), rng.choice([0.0, 3.5]), 2.0)
            routes.append((name, target, share, {"stay": days, "wait": wait, "wait_day": first, "gbp": second}))
    curves = dict(zip(("discount_cumulative", "discount_factor"), discounting(60, 0.01), strict=True))
    horizon = {"horizon": rng.choice([30.0, 70.0, 100.5])} if rng.integers(2) else {}
    clock = {"clock_step": 17.5, "cycle_days": 10.0, "counting": int(rng.integers(3))}
    given = {**horizon, **(clock if timed else {}), **(curves if rng.integers(2) else {})}
    return pathway(settings, ends, routes, lanes=2, seed=seed, **given)


@pytest.mark.parametrize("seed", range(24))
def test_any_pathway_walks_alike_in_numpy_and_compiled(seed):
    tables, patients = _ready(any_pathway(seed)), walkers(500, 2)
    exact = reference.walk_chunk(tables, patients)
    for kernel in {compiled.walk_chunk, compiled.kernel_for(tables)}:
        found = kernel(tables, patients)
        assert_same_walkers(exact, found)
        assert_same_sums(exact, found)


@pytest.mark.parametrize("name", TABLES)
def test_tallies_times_prices_are_the_pounds(name):
    tables = TABLES[name]
    found = walk(tables, walkers(5_000, len(tables.start_gbp)))
    for total, tally in ((found.gbp, found.tallies), (found.present_gbp, found.discounted)):
        if tally is None:
            continue
        pounds = tally.visits @ tables.entry_gbp + tally.days @ tables.day_gbp + tally.cycles @ tables.cycle_gbp
        pounds += tally.edge_moves @ tables.edge_gbp + tally.edge_days @ tables.wait_day_gbp
        assert total.sum() == pytest.approx(pounds + (tally.ends * tables.end_gbp).sum(), rel=1e-11)


@pytest.mark.parametrize("name", TABLES)
def test_nobody_and_no_day_is_lost(name):
    """Who starts, ends or is still inside; every day is a day in a setting or of a wait; moves and starts are arrivals."""
    tables = TABLES[name]
    found = walk(tables, walkers(5_000, len(tables.start_gbp)))
    assert found.starts.sum() == 5_000 == found.tallies.ends.sum() + (found.end < 0).sum()
    assert found.days.sum() == pytest.approx(found.tallies.days.sum() + found.tallies.edge_days.sum(), rel=1e-11)
    assert found.reached[:, tables.settings :].sum() == found.tallies.ends.sum()
    assert (found.days[found.end < 0] == tables.horizon).all()


@pytest.mark.parametrize("name", ["plain", "timed"])
def test_chunks_order_and_threads_change_no_walker(name, monkeypatch):
    tables = TABLES[name]
    lanes = len(tables.start_gbp)
    patients = walkers(5_000, lanes)
    whole = walk(tables, patients)
    assert_same_walkers(whole, walk(tables, Walkers(*(values[1000:1700] for values in patients))), slice(1000, 1700))
    backwards = walk(tables, Walkers(*(values[::-1] for values in patients)))
    assert_same_walkers(whole, backwards, slice(None, None, -1))
    monkeypatch.setattr(walk_module, "CHUNK", 777)
    for many in (10**9, 0):
        monkeypatch.setattr(walk_module, "MANY", many)
        one, three = (walk(tables, patients, threads=threads) for threads in (1, 3))
        assert_same_walkers(whole, one)
        assert_same_walkers(whole, three)
        for mine, theirs in zip(walk_module._sums(one), walk_module._sums(three), strict=True):
            assert (mine == theirs).all()
        assert_same_sums(whole, one)


def test_what_is_counted_has_a_rate_of_its_own(monkeypatch):
    """Visits and cycles at half the pounds' discount: in one walk where walkers are few, as a walk of its own says."""
    tables, wanted = TABLES["timed"], frozenset({"visits", "cycles"})
    curves = tables.discount_cumulative, (1.0 + tables.discount_factor) / 2, tables.factor_by
    patients = walkers(2_000, len(tables.start_gbp))
    own = tables._replace(discount_cumulative=curves[0], discount_factor=curves[1])
    alone, few = walk(own, patients).discounted, walk(tables, patients, counts=Counts(*curves, wanted))
    monkeypatch.setattr(walk_module, "MANY", 0)
    many = walk(tables, patients, counts=Counts(*curves, wanted))
    assert few.counted.visits.sum() > few.discounted.visits.sum() > 0
    for tally in wanted:
        assert (getattr(few.counted, tally) == getattr(alone, tally)).all()
        assert getattr(many.counted, tally) == pytest.approx(getattr(alone, tally), rel=1e-12)
    assert not few.counted.days.any()
    assert (few.present_gbp == many.present_gbp).all()


def test_few_walkers_need_no_compiler():
    """Numba takes half a second to import: it is only asked when there are many."""
    import subprocess
    import sys

    code = "import sys, pathway_cost.engine.walk.walk; sys.exit('numba' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_other_settings_take_nobodys_luck_away():
    """With a setting in front, every patient's pounds are those of before and the setting's own £15."""
    before, after = (walk(mixed_pathway(extra=extra), walkers(3_000, 3)) for extra in (False, True))
    assert after.gbp == pytest.approx(before.gbp + 15, rel=1e-12)
    assert (after.end == before.end + 1).all()


def test_a_small_change_moves_only_those_it_is_about():
    """Two in a hundred more come back from the ward, instead of going home: all others keep every penny."""
    before, after = (walk(mixed_pathway(again=again), walkers(20_000, 3)) for again in (0.20, 0.22))
    assert (before.gbp != after.gbp).mean() < 0.02
    assert (after.gbp - before.gbp)[before.gbp != after.gbp].mean() > 0


def test_paired_scenarios_need_a_hundredth_of_the_patients():
    """Variance of a difference: shorter stays (−5%), the same seed against another seed."""
    before = walk(mixed_pathway(), walkers(20_000, 3)).gbp
    after, apart = (walk(mixed_pathway(seed, slower=0.95), walkers(20_000, 3)).gbp for seed in (1, 2))
    assert (apart - before).var() > 100 * (after - before).var()
