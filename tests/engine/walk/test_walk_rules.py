"""The walk's rules, each worked out by hand with stays that are the same for everybody; numpy and compiled alike."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pathway_cost.engine.values.stay_laws import FIXED
from pathway_cost.engine.walk import compiled, reference
from pathway_cost.engine.walk.walk import _ready, walk
from pathway_cost.engine.walk.walk_tables import AT_END, AT_START, HALF_CYCLE, MOST_VISITS
from tests.engine.walk_toys import discounting, pathway, walkers

KERNELS = {
    "numpy": reference.walk_chunk,
    "compiled": compiled.walk_chunk,
    "the fastest that fits": lambda tables, patients: compiled.kernel_for(tables)(tables, patients),
}


@pytest.fixture(params=KERNELS)
def walked(request):
    """Walks one patient (or some) through tables."""
    return lambda tables, count=1, lanes=1: KERNELS[request.param](_ready(tables), walkers(count, lanes))


def days(number):
    """A stay of this many days for everybody."""
    return (FIXED, float(number), 0.0)


def hospital(**given):
    """GP £40; a wait of 20 days at £2 and £5 on arrival; a ward £1,000 and £400 a day for 10 days; then home, £7."""
    settings = {"gp": {"entry": 40}, "ward": {"entry": 1000, "day": 400}}
    routes = [
        ("gp", "ward", 1, {"wait": days(20), "wait_day": 2, "gbp": 5}),
        ("ward", "home", 1, {"stay": days(10), "gbp": 3}),
    ]
    return pathway(settings, ["home"], routes, end_gbp=np.array([[7.0]]), start_gbp=np.array([11.0]), **given)


def test_a_whole_walk(walked):
    """11 + 40 + 20 × 2 + 5 + 1,000 + 10 × 400 + 3 + 7 = 5,106."""
    found = walked(hospital())
    assert found.gbp.tolist() == [5106]
    assert found.days.tolist() == [30]
    assert found.end.tolist() == [2]
    assert found.tallies.visits.tolist() == [1, 1]
    assert found.tallies.days.tolist() == [0, 10]
    assert found.tallies.edge_moves.tolist() == [1, 1]
    assert found.tallies.edge_days.tolist() == [20, 0]
    assert found.tallies.ends.tolist() == [[1]]
    assert found.starts.tolist() == [[1, 0, 0]]
    assert found.reached.tolist() == [[1, 1, 1]]
    assert found.present_gbp is None
    assert found.discounted is None


@pytest.mark.parametrize(
    ("horizon", "gbp", "end"),
    [
        (0.0, 11, -1),  # nobody has entered before day 0
        (15.0, 11 + 40 + 30, -1),  # 15 days of the wait
        (20.0, 11 + 40 + 40 + 5, -1),  # arrives at the horizon: the route counts, the ward's entry does not
        (25.0, 11 + 40 + 40 + 5 + 1000 + 2000, -1),  # five days of the stay
        (30.0, 5106, 2),  # home exactly at the horizon
        (29.999, 11 + 40 + 40 + 5 + 1000 + 9.999 * 400, -1),
        (1000.0, 5106, 2),
    ],
)
def test_what_counts_by_the_horizon(walked, horizon, gbp, end):
    found = walked(hospital(horizon=horizon))
    assert found.gbp[0] == pytest.approx(gbp, rel=1e-12)
    assert found.end.tolist() == [end]
    assert found.days.tolist() == [min(horizon, 30.0)]


def test_a_horizon_missed_by_rounding_is_met(walked):
    """0.1 + 0.2 is not 0.3, but who leaves then is home at 0.3."""
    routes = [("a", "b", 1, {"stay": days(0.1)}), ("b", "home", 1, {"stay": days(0.2)})]
    found = walked(pathway({"a": {}, "b": {"day": 10}}, ["home"], routes, horizon=0.3))
    assert found.end.tolist() == [2]
    assert found.days.tolist() == [0.3]


def test_present_pounds(walked):
    """At e^(−0.01 t): the ward's day rate from day 20 to 30 is worth 400 × (D(30) − D(20)), and so on."""
    cumulative, factor = discounting(100, 0.01)
    found = walked(hospital(discount_cumulative=cumulative, discount_factor=factor))

    def at(day):
        return math.exp(-0.01 * day)

    wait, stay = (1 - at(20)) / 0.01, (at(20) - at(30)) / 0.01
    wanted = 11 + 40 + 2 * wait + 1005 * at(20) + 400 * stay + 10 * at(30)
    assert found.gbp.tolist() == [5106]
    assert found.present_gbp[0] == pytest.approx(wanted, rel=1e-13)
    assert found.discounted.visits == pytest.approx([1, at(20)])
    assert found.discounted.days == pytest.approx([0, stay])
    assert found.discounted.edge_days == pytest.approx([wait, 0])
    assert found.discounted.edge_moves == pytest.approx([at(20), at(30)])
    assert found.discounted.ends.tolist() == [[pytest.approx(at(30))]]


def test_discounting_goes_on_in_a_straight_line_after_the_last_day(walked):
    """Curves for days 0 to 11 only: factor 1 − t/100, so that day 30 would be 0.70."""
    day = np.arange(12.0)
    found = walked(hospital(discount_cumulative=day - day**2 / 200, discount_factor=1 - day / 100))
    assert found.discounted.ends[0, 0] == pytest.approx(0.70)
    slope = (11 - 121 / 200) - (10 - 100 / 200)  # of the last day known
    assert found.discounted.days[1] == pytest.approx(10 * slope)


def test_prices_by_clock_are_those_of_the_start_of_the_visit(walked):
    """Years of 20 days: the GP is in year 0, the ward's whole stay in year 1; later years are as the last one."""
    settings = {
        "gp": {"entry": lambda r, p, c: 40 + p, "periods": 5},
        "ward": {"day": lambda r, p, c: 100 * p, "periods": 2},
    }
    routes = [("gp", "ward", 1, {"wait": days(20)}), ("ward", "ward2", 1, {"stay": days(50)})]
    settings["ward2"] = {"entry": lambda r, p, c: 7 * p, "periods": 3}
    routes.append(("ward2", "home", 1, {}))
    found = walked(pathway(settings, ["home"], routes, clock_step=20.0))
    assert found.gbp.tolist() == [40 + 50 * 100 + 14]
    assert np.flatnonzero(found.tallies.visits).tolist() == [0, 6, 9]


def chronic(counting, horizon=math.inf, *, leave=4, **given):
    """Cycles of 10 days at £100; all stay for `leave` cycles, then all go home; £1 on arrival and £0.50 a day."""
    well = {"cycle": True, "spells": leave, "per_cycle": 100, "entry": 1, "day": 0.5}
    routes = [
        ("well", "well", lambda r, p, c: float(c < leave - 1), {}),
        ("well", "home", lambda r, p, c: float(c == leave - 1), {"gbp": 1000}),
    ]
    return pathway({"well": well}, ["home"], routes, counting=counting, horizon=horizon, cycle_days=10.0, **given)


@pytest.mark.parametrize(
    ("counting", "horizon", "cycles", "home"),
    [
        (AT_START, math.inf, 4, True),
        (AT_END, math.inf, 3, True),  # there on day 10, 20, 30
        (HALF_CYCLE, math.inf, 3.5, True),
        (AT_START, 20.0, 2, False),  # those of day 0 and 10
        (AT_END, 20.0, 2, False),  # there on day 10, 20
        (HALF_CYCLE, 20.0, 2, False),  # 1/2 + 1 + 1/2
        (HALF_CYCLE, 25.0, 2.5, False),
        (AT_END, 40.0, 3, True),
    ],
)
def test_counting_of_cycles(walked, counting, horizon, cycles, home):
    found = walked(chronic(counting, horizon))
    inside = min(horizon, 40.0)
    assert found.gbp[0] == pytest.approx(1 + 100 * cycles + 0.5 * inside + 1000 * home)
    assert found.tallies.cycles.sum() == cycles
    assert found.tallies.visits.sum() == 1
    assert found.days.tolist() == [inside]
    assert found.end.tolist() == [1 if home else -1]


def test_arriving_in_cycles_at_the_horizon_counts_the_entry_and_the_boundary(walked):
    """A stay of 20 days, then cycles, and the horizon on day 20."""
    for counting, cycles in ((AT_START, 0.0), (AT_END, 1.0), (HALF_CYCLE, 0.5)):
        settings = {"gp": {}, "well": {"cycle": True, "entry": 1, "per_cycle": 100}}
        routes = [("gp", "well", 1, {"stay": days(20), "gbp": 5}), ("well", "home", 1, {})]
        found = walked(pathway(settings, ["home"], routes, counting=counting, horizon=20.0, cycle_days=10.0))
        assert found.gbp.tolist() == [5 + 1 + 100 * cycles]
        assert found.reached.tolist() == [[1, 1, 0]]


def test_staying_in_a_cycle_is_one_visit_and_coming_back_is_another(walked):
    """well 2 cycles → ill 1 cycle → well 2 cycles …: values by spell begin again."""
    routes = [
        ("well", "well", lambda r, p, c: float(c == 0), {}),
        ("well", "ill", lambda r, p, c: float(c == 1), {}),
        ("ill", "well", 1, {}),
    ]
    settings = {"well": {"cycle": True, "spells": 2}, "ill": {"cycle": True}}
    found = walked(pathway(settings, ["dead"], [*routes, ("ill", "dead", 0, {})], horizon=60.0, cycle_days=10.0))
    assert found.tallies.visits.tolist() == [3, 0, 2]  # the third arrival is at the horizon
    assert found.tallies.cycles.tolist() == [2, 2, 2]
    assert found.reached.tolist() == [[1, 1, 0]]


def test_patients_may_start_anywhere_and_at_an_end(walked):
    starts = np.array([[0.25, 0.75, 1.0], [0.0, 0.0, 1.0]])
    tables = pathway(
        {"gp": {"entry": 10}, "ward": {"entry": 100}},
        ["home"],
        [("gp", "ward", 1, {}), ("ward", "home", 1, {})],
        lanes=2,
        start_cumulative=starts,
        start_gbp=np.array([1.0, 2.0]),
        end_gbp=np.array([[0.0], [5.0]]),
    )
    found = walked(tables, 8000, 2)
    assert found.gbp[1::2].tolist() == [7.0] * 4000
    assert found.starts[0] / 4000 == pytest.approx([0.25, 0.5, 0.25], abs=0.03)
    assert found.starts[1].tolist() == [0, 0, 4000]
    assert sorted(set(found.gbp[::2].tolist())) == [1.0, 101.0, 111.0]
    assert found.reached[:, 2].tolist() == [4000, 4000]


def test_endless_walks_are_flagged(walked, monkeypatch):
    round_ = [("a", "b", 1, {"stay": days(1)}), ("b", "a", 1, {}), ("b", "home", 0, {})]
    found = walked(pathway({"a": {}, "b": {}}, ["home"], round_))
    assert found.wrong.tolist() == [True]
    assert found.end.tolist() == [-1]
    assert found.days.tolist() == [MOST_VISITS / 2]
    monkeypatch.setattr(reference, "MOST_CYCLES", 300)  # the compiled walk knows its own, and is quick
    staying = [("well", "well", 1, {}), ("well", "home", 0, {})]
    assert walked(pathway({"well": {"cycle": True}}, ["home"], staying, cycle_days=1.0)).wrong.tolist() == [True]


def test_nobody_walks():
    found = walk(hospital(), walkers(0))
    assert found.gbp.shape == (0,)
    assert found.tallies.visits.tolist() == [0, 0]
