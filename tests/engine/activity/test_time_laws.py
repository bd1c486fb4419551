"""Laws of time that hold for every pathway, stay and horizon."""

import hypothesis.strategies as some
import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings

from pathway_cost import terms
from pathway_cost.engine.model.timing import WHOLE, Starting, Timing
from tests.engine.time_toy import YEAR, chain, days, flat, quantity, years
from tests.engine.toy import cost, prices_of, scenario_of, seen, visits, weighed

FEW = settings(max_examples=10, deadline=None, phases=[Phase.generate])
LEVELS = ["low", "high"]
PRICES = prices_of({f"s{n}": {"nursing": 10.0 * (n + 1), "medical": 7.0} for n in range(3)} | {"journey": 90.0})
MEANS = some.floats(2, 6).map(lambda drawn: round(drawn, 2))
portions = some.floats(0, 1).map(lambda drawn: round(drawn, 3))
DAYS = some.floats(0, 6).map(lambda drawn: round(drawn, 2))
WHOLE_DAYS = some.integers(0, 6)


# --- what is drawn -----------------------------------------------------------------------------------------------------
def spread(law, mean, wide):
    """A stay of this law, its sd `wide` times the mean where that is free."""
    size = {"exponential": {}, "geometric": {}, "empirical": {2: 0.5, 3: 0.25, 9: 0.25}}.get(law, {"sd": mean * wide})
    return {"value": mean, "spread": {law: size}}


LAWS = ["lognormal", "gamma", "weibull", "exponential", "geometric", "empirical"]


@some.composite
def any_stay(draw):
    """Fixed, by level, by age, or of any law."""
    law = draw(some.sampled_from(["fixed", "level", "age", *LAWS]))
    if law == "fixed":
        return draw(DAYS)
    if law == "level":
        return {"by": "band", "values": {level: draw(DAYS) for level in LEVELS}}
    if law == "age":
        return {"formula": "1 + age / 40"}
    return spread(law, draw(MEANS), draw(some.floats(0.1, 0.6)))


@some.composite
def stay_on_whole_days(draw):
    return draw(some.one_of(WHOLE_DAYS.map(float), MEANS.map(lambda mean: spread("geometric", mean, 0))))


@some.composite
def pathways(draw, stays):
    """A door, then up to three settings in a line, loops, waits, own stays by way out; every setting leaks to an end."""
    names = [f"s{number}" for number in range(draw(some.integers(1, 3)))]
    parameters = {}

    def value(stay):
        if not (isinstance(stay, dict) and "spread" in stay):
            return stay
        parameters[f"stay_{len(parameters)}"] = stay
        return f"stay_{len(parameters) - 1}"

    def way(target, share):
        uses = [{"count": "moved"}, {"unit_cost": "journey", "role": "ambulance", "quantity": 0.5}]
        route = {
            "to": target,
            "share": {"by": "band", "values": {level: share * draw(portions) for level in LEVELS}},
        }
        if draw(some.booleans()):
            route |= {"wait": value(draw(stays)), "uses": [*uses, {"count": "waiting", "per": "day"}]}
        if draw(some.booleans()):
            route |= {"stay": value(draw(stays))}
        return route

    routes = {"door": {"s0": 1}}
    for number, name in enumerate(names):
        targets = draw(some.lists(some.sampled_from(names), max_size=2, unique=True)) + names[number + 1 : number + 2]
        routes[name] = {f"to_{n}_{target}": way(target, 0.7 / len(targets)) for n, target in enumerate(targets)}
        routes[name] |= {"died": 0.1, "home": "rest"}
    return {
        "attributes": {"band": {"levels": LEVELS}, "age": {"number": "year"}},
        "parameters": parameters,
        "start": {"door": 1},
        "settings": {
            "door": {},
            **{
                name: {
                    "role": draw(some.sampled_from(["acute", "community"])),
                    "stay": value(draw(stays)),
                    "uses": [
                        {"unit_cost": name, "per": draw(some.sampled_from(["visit", "day", "patient"])), "quantity": 1.5},
                        {"count": "present", "per": "day"},
                    ],
                }
                for name in names
            },
        },
        "routes": routes,
        "ends": {"home": {"role": "acute", "uses": [{"unit_cost": "journey"}]}, "died": {}},
    }  # fmt: skip


any_pathway, on_whole_days = pathways(any_stay()), pathways(stay_on_whole_days())
cohorts = some.lists(
    some.tuples(some.sampled_from(LEVELS), some.sampled_from([20, 50, 81]), some.integers(1, 4)), min_size=1, max_size=5
)


def people(rows):
    columns = ["band", "age", "weight"]
    return pd.DataFrame(rows, columns=columns).astype({"age": "float64", "weight": "float64"})


def close(one, other, rel=1e-9):
    return one == pytest.approx(other, rel=rel, abs=1e-9)


def figures(evaluation):
    """Every quantity, visit, flow and pound."""
    frame = evaluation.cube.frame
    measures = [name for name in ("quantity", "gbp", *terms.DISCOUNTED_MEASURES) if name in frame]
    used = frame.groupby(["setting", "use", "component"], observed=True)[measures].sum()
    at_settings = seen(evaluation).groupby("setting")[["visits", "reached"]].sum()
    moved = evaluation.flows.groupby(["from_setting", "to_setting", "route"], observed=True)["patients_moved"].sum()
    tables = {name: column for table in (used, at_settings) for name, column in table.items()} | {"moved": moved}
    return {(name, *np.atleast_1d(key)): value for name, column in tables.items() for key, value in column.items()}


# --- the closed form and the steps -----------------------------------------------------------------------------------------
@FEW
@given(any_pathway, cohorts, some.sampled_from(["day", "week"]))
def test_steps_lead_where_the_closed_form_says(pathway, rows, step):
    """Whatever the laws of stays and waits, and however long the steps are."""
    one = cost(pathway, people(rows), PRICES, timing=Timing(gbp=flat(0.0)))
    other = cost(pathway, people(rows), PRICES, timing=Timing(gbp=flat(0.0), stepped=True, step=step))
    assert (one.model.evaluator, other.model.evaluator) == ("expected", "profile")
    assert close(figures(one), figures(other))
    plain = figures(cost(pathway, people(rows), PRICES, timing=WHOLE))
    assert close(
        {key: found for key, found in figures(other).items() if key[0] not in terms.DISCOUNTED_MEASURES}, plain
    )


@FEW
@given(on_whole_days, cohorts, some.floats(0.001, 0.3))
def test_discounted_steps_are_exact_where_stays_end_with_a_day(pathway, rows, rate):
    timing = Timing(gbp=flat(rate), counts=flat(rate / 2))
    one = cost(pathway, people(rows), PRICES, timing=timing)
    other = cost(pathway, people(rows), PRICES, timing=Timing(gbp=flat(rate), counts=flat(rate / 2), period="year"))
    assert close(figures(one), figures(other))


@FEW
@given(any_pathway, cohorts, some.sampled_from(["day", "week"]))
def test_discounted_steps_are_off_by_the_square_of_a_step(pathway, rows, step):
    """A stay between two boundaries is shared between them: what follows it is off by the square of a step's discount
    at most, and its own days by an eighth of a step's discount of a step."""
    one = cost(pathway, people(rows), PRICES, timing=Timing(gbp=flat(0.1)))
    other = cost(pathway, people(rows), PRICES, timing=Timing(gbp=flat(0.1), stepped=True, step=step))
    step_days, a_day_gbp = {"day": 1, "week": 365 / 52}[step], 1.5 * 37
    discount = np.log(1.1) / 365 * step_days
    stays = sum(visits(one).values())
    present, stepped = (each.cube.frame["present_value_gbp"].sum() for each in (one, other))
    later = stays * discount**2 * one.cube.total_gbp / people(rows)["weight"].sum()
    assert abs(stepped - present) <= later + stays * discount * step_days / 8 * a_day_gbp
    assert stepped <= one.cube.total_gbp


@FEW
@given(any_pathway, cohorts, some.integers(3, 60), some.booleans())
def test_all_at_once_and_step_by_step_agree(pathway, rows, horizon, clocked):
    """A setting that repeats every day, and that nobody reaches, has everybody followed step by step."""
    if clocked:
        pathway["routes"]["s0"]["died"] = {"by": "years", "steps": {0: 0.1, 0.04: 0.2}}
    apart = {"settings": pathway["settings"] | {"apart": {"stay": "cycle"}}, "cycle": "day"}
    routes = {"routes": pathway["routes"] | {"apart": {"home": 1}}}
    timing = days(horizon, gbp=flat(0.1), intake_over_days=3.0)
    one, other = (cost(each, people(rows), PRICES, timing=timing) for each in (pathway, pathway | apart | routes))
    found = {key: value for key, value in figures(other).items() if "apart" not in key}
    assert close(found, figures(one))


# --- conservation --------------------------------------------------------------------------------------------------------
@FEW
@given(any_pathway, cohorts, some.integers(1, 40))
def test_patients_and_days_are_conserved(pathway, rows, horizon):
    """Starts = ends + still inside; days in settings, on the way and at ends = patients × horizon (R29)."""
    patients = people(rows)["weight"].sum()
    found = cost(pathway, people(rows), PRICES, timing=days(horizon + 1, period="day"))
    frame = found.presence.astype({"setting": "str"})
    ends = frame["setting"].isin(["home", "died"])
    before = frame["period"] <= horizon
    arrived = frame[ends & before]
    at_ends = (arrived["visits"] * (horizon + 1 - arrived["period"])).sum()
    to_horizon = cost(pathway, people(rows), PRICES, timing=days(horizon))
    in_settings = frame.loc[~ends & before, "days_present"].sum()
    assert close(quantity(to_horizon, "count:present"), in_settings)
    assert close(in_settings + quantity(to_horizon, "count:waiting") + at_ends, patients * horizon)
    waiting_on_the_last_day = quantity(found, "count:waiting") - quantity(to_horizon, "count:waiting")
    inside = frame.loc[frame["period"] == horizon + 1, "days_present"].sum() + waiting_on_the_last_day
    ended = sum(visits(to_horizon)[name] for name in ("home", "died"))
    assert close(ended + inside, patients)


def beside_cycles(pathway):
    """The same after a day at the door, but whoever died lives on from week to week, at risk of dying."""
    after = {"stay": "cycle", "uses": [{"count": "present", "per": "day"}]}
    ways = {
        name: routes | {"died": {"to": "after", "share": 0.1}}
        for name, routes in pathway["routes"].items()
        if name != "door"
    }
    return pathway | {
        "cycle": "week",
        "settings": pathway["settings"] | {"after": after, "door": {"stay": 1, "uses": after["uses"]}},
        "routes": {"door": {"s0": 1}, **ways, "after": {"after": "rest", "died": 0.3}},
    }


@FEW
@given(any_pathway, cohorts, some.integers(1, 6))
def test_days_are_conserved_beside_cycles(pathway, rows, weeks):
    """Days in stays, waits and cycles, and at ends, are patients × horizon; who moves to an end is there."""
    patients, horizon = people(rows)["weight"].sum(), 7 * weeks
    found = cost(beside_cycles(pathway), people(rows), PRICES, timing=days(horizon + 7, period="day"))
    frame = found.presence.astype({"setting": "str"})
    arrived = frame[frame["setting"].isin(["home", "died"]) & (frame["period"] <= horizon)]
    at_ends = (arrived["visits"] * (horizon - arrived["period"])).sum()  # nobody arrives before the end of a day
    to_horizon = cost(beside_cycles(pathway), people(rows), PRICES, timing=days(horizon))
    on_the_way = quantity(to_horizon, "count:present") + quantity(to_horizon, "count:waiting")
    assert close(on_the_way + at_ends, patients * horizon)
    moved = to_horizon.flows.groupby("to_setting", observed=True)["patients_moved"].sum()
    assert close(
        {end: moved[end] for end in ("home", "died")}, {end: visits(to_horizon)[end] for end in ("home", "died")}
    )


@FEW
@given(any_pathway, cohorts, some.integers(5, 30))
def test_a_longer_horizon_sees_no_less(pathway, rows, horizon):
    """And the longest sees what no horizon does."""
    short, longer = (figures(cost(pathway, people(rows), PRICES, timing=days(each))) for each in (horizon, 2 * horizon))
    whole = figures(cost(pathway, people(rows), PRICES, timing=Timing(stepped=True)))
    assert all(short.get(key, 0) <= longer[key] * (1 + 1e-9) + 1e-9 for key in longer)
    assert all(found <= whole[key] * (1 + 1e-9) + 1e-9 for key, found in longer.items())


WHEN = some.sampled_from(["exact", "start_of_year", "mid_year", "end_of_year"])


@FEW
@given(
    any_pathway,
    cohorts,
    some.sampled_from(["day", "week", "month", "year"]),
    WHEN,
    some.sampled_from([None, 20.0, 45.0]),
)
def test_the_ledger_sums_to_the_total(pathway, rows, period, when, intake):
    timing = days(60, period=period, gbp=flat(0.1, when), intake_over_days=intake)
    found = cost(pathway, people(rows), PRICES, timing=timing)
    for cuts in ([], ["component"], ["setting", "use", "organisation"], ["segment", "arm"]):
        told, whole = found.cube.by("period", *cuts), found.cube.by(*cuts)
        for measure in ("gbp", "present_value_gbp"):
            summed = told.groupby(cuts, observed=True)[measure].sum() if cuts else told[measure].sum()
            expected = whole.set_index(cuts)[measure] if cuts else whole[measure].sum()
            assert close(dict(summed), dict(expected)) if cuts else close(summed, expected)
    seen = found.presence.groupby("setting", observed=True)["visits"].sum().to_dict()
    assert close(seen, visits(found))


# --- patients who start over time ----------------------------------------------------------------------------------------
@FEW
@given(any_pathway, cohorts, some.floats(0.5, 40))
def test_when_patients_start_moves_nothing_where_all_are_seen_to_the_end(pathway, rows, over):
    together = figures(cost(pathway, people(rows), PRICES, timing=Timing(stepped=True)))
    assert close(figures(cost(pathway, people(rows), PRICES, timing=Timing(intake_over_days=over))), together)
    shares = Timing(intake_shares=(0.2, 0.3, 0.5), period="week")
    assert close(figures(cost(pathway, people(rows), PRICES, timing=shares)), together)


@FEW
@given(any_pathway, cohorts, some.integers(2, 30))
def test_an_intake_of_no_length_is_none(pathway, rows, horizon):
    none = cost(pathway, people(rows), PRICES, timing=days(horizon, gbp=flat(0.1)))
    for intake in ({"intake_over_days": 1e-6}, {"intake_shares": (1.0,)}):
        some_intake = cost(pathway, people(rows), PRICES, timing=days(horizon, gbp=flat(0.1), **intake))
        assert close(figures(some_intake), figures(none), rel=1e-12)


@FEW
@given(any_pathway, cohorts)
def test_an_intake_is_the_mean_of_its_starts(pathway, rows):
    """Evenly over four days of ten: as if a quarter each started in the course of day 1, 2, 3 and 4."""
    parts = [days(10, starting=(Starting(float(day), day + 1.0, 1.0),)) for day in range(4)]
    apart = [cost(pathway, people(rows), PRICES, timing=part).cube.total_gbp for part in parts]
    found = cost(pathway, people(rows), PRICES, timing=days(10, intake_over_days=4.0))
    assert close(found.cube.total_gbp, sum(apart) / 4)


# --- who the patients are --------------------------------------------------------------------------------------------------
TIMES = some.sampled_from([days(20), Timing(gbp=flat(0.1)), days(30, gbp=flat(0.1), intake_over_days=10.0)])


@FEW
@given(any_pathway, cohorts, TIMES, some.randoms(use_true_random=False))
def test_order_and_grouping_of_patients_are_nothing(pathway, rows, timing, random):
    repeated = [(band, age, 1) for band, age, weight in rows for _ in range(weight)]
    random.shuffle(repeated)
    one, other = (cost(pathway, people(each), PRICES, timing=timing) for each in (rows, repeated))
    assert close(figures(one), figures(other))


@FEW
@given(any_pathway, cohorts, TIMES, some.floats(0, 1))
def test_uptake_in_time_is_a_mixture_of_patients(pathway, rows, timing, uptake):
    shorter = {"changes": [{"scale_stay": "s0", "by": 0.5}, {"scale_unit_cost": {"component": "nursing"}, "by": 2}]}
    mixed, all_of_them = (
        cost(
            pathway, people(rows), PRICES, [scenario_of(shorter | {"uptake": each})], timing=timing, keep_patients=True
        )
        for each in (uptake, 1)
    )
    baseline = cost(pathway, people(rows), PRICES, timing=timing, keep_patients=True)
    for measure in ("gbp", "quantity", *(terms.DISCOUNTED_MEASURES if timing.discounts else [])):
        whole, none = (each.cube.frame[measure].sum() for each in (all_of_them, baseline))
        assert close(mixed.cube.frame[measure].sum(), uptake * whole + (1 - uptake) * none)
    expected = uptake * all_of_them.patient_cost + (1 - uptake) * baseline.patient_cost
    assert close(mixed.patient_cost.tolist(), expected.tolist())


@FEW
@given(any_pathway, cohorts, TIMES, some.booleans())
def test_patients_sum_to_the_total(pathway, rows, timing, split):
    roles = {"acute": "RXX", "community": "RYY", "ambulance": "RYA"}
    places = {"town": roles, "coast": roles | {"acute": "RYY"}} if split else {"all": roles}
    shares = {"town": 0.25, "coast": 0.75} if split else None
    found = cost(
        pathway, people(rows), PRICES, timing=timing, footprint=places, shares=shares, keep_patients=True
    )  # fmt: skip
    assert close(weighed(found.patient_cost, pathway, people(rows)), found.cube.total_gbp)


# --- cycles ------------------------------------------------------------------------------------------------------------------
chances = some.floats(0, 1, allow_subnormal=False)
RULES = {
    "start": lambda n: np.append(np.ones(n), 0),
    "end": lambda n: np.append(0, np.ones(n)),
    "half_cycle": lambda n: np.array([0.5, *np.ones(n - 1), 0.5]),
    "simpson": lambda n: np.array([1, *[4 if t % 2 else 2 for t in range(1, n)], 1]) / 3,
}


@FEW
@given(
    some.lists(some.tuples(chances, chances, chances), min_size=3, max_size=3),
    some.integers(1, 12).map(lambda half: 2 * half),
    some.sampled_from(list(RULES)),
    some.floats(0, 0.2),
)
def test_cycles_are_powers_of_the_matrix(rows, cycles, rule, rate):
    """A matrix, its powers and the weights of the boundaries, in four lines that share nothing with the engine."""
    matrix = np.array(rows) + 1e-3
    matrix /= matrix.sum(axis=1, keepdims=True)
    names = ["a", "b", "c"]
    pathway = chain(
        start={"a": 1},
        settings={
            name: {"role": "acute", "stay": "cycle", "uses": [{"unit_cost": name, "per": "cycle"}]} for name in names
        },
        routes={
            one: {other: float(matrix[i, j]) for j, other in enumerate(names)} for i, one in enumerate(names)
        },
    )  # fmt: skip
    pathway["routes"]["a"] |= {"died": 0}
    found = cost(pathway, 1, {"a": 100, "b": 20, "c": 3}, timing=years(cycles, count=rule, gbp=flat(rate)))
    at = np.array([np.linalg.matrix_power(matrix, t)[0] @ [100, 20, 3] for t in range(cycles + 1)])
    weights, factors = RULES[rule](cycles), (1 + rate) ** -np.arange(cycles + 1.0)
    assert close(found.cube.total_gbp, at @ weights)
    assert close(found.cube.frame["present_value_gbp"].sum(), at @ (weights * factors))
    assert close(found.presence["days_present"].sum(), YEAR * cycles)
