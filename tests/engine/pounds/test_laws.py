"""Laws that hold for every pathway, cohort and scenario."""

import hypothesis.strategies as some
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from pathway_cost import terms
from tests.engine.toy import coded, cost, pathway_of, prices_of, scenario_of, seen, visits, weighed

LIGHT = settings(max_examples=30, deadline=None)
LEVELS = ["low", "mid", "high"]
PRICES = prices_of({f"s{n}": {"nursing": 10.0 * (n + 1), "medical": 7.0} for n in range(5)} | {"journey": 90.0})
shares = some.floats(0, 1, allow_subnormal=False)


@some.composite
def pathways(draw, *, own=False):
    """Up to five settings in a line, with any routes between them; every setting leaks to an end."""
    count = draw(some.integers(1, 5))
    names = [f"s{number}" for number in range(count)]
    routes = {}
    for number, name in enumerate(names):
        targets = draw(some.lists(some.sampled_from(names), max_size=3, unique=True))
        weights = [draw(shares) for _ in targets]
        total = sum(weights) + draw(some.floats(0.05, 2))
        routes[name] = {
            f"to_{target}": {"to": target, "share": share_of(draw, weight / total, own=own)}
            for target, weight in zip(targets, weights, strict=True)
        }
        if number + 1 < count:
            routes[name][f"next_{names[number + 1]}"] = {
                "to": names[number + 1],
                "share": 0.9 * (1 - sum(weights) / total),
                "uses": [{"unit_cost": "journey", "role": "ambulance", "quantity": draw(some.floats(0, 2))}],
            }
        routes[name]["home"] = "rest"
    stays = {"by": "band", "values": {level: draw(some.floats(0, 9)) for level in LEVELS}}
    return {
        "attributes": {"band": {"levels": LEVELS}, "age": {"number": "year"}},
        "start": {"s0": 1},
        "settings": {
            name: {
                "role": draw(some.sampled_from(["acute", "community"])),
                "stay": stays if not own else {"formula": "1 + age / 10"},
                "uses": [
                    {"unit_cost": name, "per": draw(some.sampled_from(["visit", "day", "patient"])), "quantity": 1.5}
                ],
            }
            for name in names
        },
        "routes": routes,
    }


def share_of(draw, share, *, own):
    """The share, smaller for some bands or for the young."""
    if own:
        return {"formula": f"{share!r} * age / 100"}
    return {"by": "band", "values": {level: share * draw(some.sampled_from([0.0, 0.5, 1.0])) for level in LEVELS}}


cohorts = some.lists(
    some.tuples(some.sampled_from(LEVELS), some.integers(0, 100), some.integers(1, 4)), min_size=1, max_size=12
)


def people(rows):
    return pd.DataFrame(
        {
            "band": [row[0] for row in rows],
            "age": [float(row[1]) for row in rows],
            "weight": [float(row[2]) for row in rows],
        }
    )


def close(one, other):
    return one == pytest.approx(other, rel=1e-9, abs=1e-9)


def by_level(evaluation):
    """(band, setting, use, component) → pounds."""
    frame = evaluation.cube.frame.merge(evaluation.segments[["segment", "band"]], on="segment")
    return frame.groupby(["band", "setting", "use", "component"], observed=True)["gbp"].sum().to_dict()


either = some.booleans().flatmap(lambda own: pathways(own=own))


@LIGHT
@given(either, cohorts)
def test_every_cut_sums_to_the_total(pathway, rows):
    cube = cost(pathway, people(rows), PRICES).cube
    for cut in terms.CUBE_CUTS:
        assert close(cube.by(cut)["gbp"].sum(), cube.total_gbp)


@LIGHT
@given(either, cohorts, some.randoms(use_true_random=False))
def test_the_order_of_patients_is_nothing(pathway, rows, random):
    """To the last bit, whatever the weights."""
    frame = people(rows).assign(weight=lambda each: each["weight"] / 7)
    shuffled = frame.sample(frac=1, random_state=random.randrange(2**32))
    one, other = (cost(pathway, given, PRICES, keep_patients=True) for given in (shuffled, frame))
    assert one.cube.frame.equals(other.cube.frame)
    assert one.patient_cost.tolist() == other.patient_cost.tolist()


@LIGHT
@given(either, cohorts)
def test_a_weight_is_so_many_patients(pathway, rows):
    repeated = [(band, age, 1) for band, age, weight in rows for _ in range(weight)]
    one, other = cost(pathway, people(rows), PRICES), cost(pathway, people(repeated), PRICES)
    assert close(by_level(one), by_level(other))
    assert close(visits(one), visits(other))


@LIGHT
@given(either, cohorts, some.floats(0, 1))
def test_a_scenario_of_no_changes_changes_nothing(pathway, rows, uptake):
    nothing = scenario_of({"uptake": uptake, "eligible": {"band": ["low", "high"]}})
    one, other = cost(pathway, people(rows), PRICES), cost(pathway, people(rows), PRICES, [nothing])
    assert close(by_level(one), by_level(other))
    assert close(visits(one), visits(other))


@LIGHT
@given(either, cohorts)
def test_patients_who_start_reach_an_end(pathway, rows):
    frame = cost(pathway, people(rows), PRICES).visits
    assert close(frame.loc[frame["setting"] == "home", "visits"].sum(), people(rows)["weight"].sum())


@LIGHT
@given(either, cohorts)
def test_what_moves_in_is_what_visits(pathway, rows):
    evaluation = cost(pathway, people(rows), PRICES)
    moved = evaluation.flows.groupby("to_setting", observed=True)["patients_moved"].sum().to_dict()
    visited = visits(evaluation)
    assert close({name: moved.get(name, 0.0) for name in visited}, visited)
    frame = seen(evaluation)
    assert (frame["reached"] <= frame[["visits", "patients"]].min(axis=1) * (1 + 1e-12)).all()


@LIGHT
@given(some.floats(0, 0.99), some.floats(0, 1))
def test_loops_equal_the_geometric_series(back, start):
    pathway = {
        "start": {"ward": start, "gp": {"formula": f"1 - {start!r}"}},
        "settings": {"ward": {}, "gp": {}},
        "routes": {"ward": {"ward": back, "home": "rest"}, "gp": {"home": 1}},
    }
    assert close(visits(cost(pathway, 1))["ward"], start * sum(back**turn for turn in range(4000)))


@LIGHT
@given(pathways(), cohorts)
def test_labels_do_not_matter(pathway, rows):
    """The same settings under other names, in another order: the same pounds."""
    names = {f"s{number}": f"z{9 - number}" for number in range(5)}

    def renamed(routes):
        return {
            way: route | {"to": names[route["to"]]} if isinstance(route, dict) else route
            for way, route in routes.items()
        }

    other = pathway | {
        "start": {"z9": 1},
        "settings": {names[name]: pathway["settings"][name] for name in reversed(pathway["settings"])},
        "routes": {names[name]: renamed(routes) for name, routes in reversed(pathway["routes"].items())},
    }
    one, same = cost(pathway, people(rows), PRICES), cost(other, people(rows), PRICES)
    assert close(
        {(names[setting], use): gbp for setting, use, gbp in one.cube.by("setting", "use").to_numpy()},
        {(setting, use): gbp for setting, use, gbp in same.cube.by("setting", "use").to_numpy()},
    )


@LIGHT
@given(pathways(own=True), some.lists(some.integers(0, 100), min_size=1, max_size=4, unique=True))
def test_per_patient_equals_per_segment_where_a_segment_is_one_patient(pathway, ages):
    """A pathway by age costs what the same pathway costs with the age written in."""
    cohort = pd.DataFrame({"band": "low", "age": [float(age) for age in ages]})
    written = [
        cost(in_numbers(pathway, age), pd.DataFrame({"band": ["low"], "age": [0.0]}), PRICES).cube.total_gbp
        for age in ages
    ]
    together = cost(pathway, cohort, PRICES, keep_patients=True)
    assert close(together.cube.total_gbp, sum(written))
    stand = coded(pathway_of(pathway), cohort).row
    assert close(together.patient_cost.tolist(), [written[row] for row in stand])


def in_numbers(value, age):
    """The same spec with `age` put in as a number."""
    if isinstance(value, dict):
        return {key: in_numbers(inner, age) for key, inner in value.items()}
    if isinstance(value, list):
        return [in_numbers(inner, age) for inner in value]
    return (
        value.replace("age", f"{age}.0")
        if isinstance(value, str) and "age /" in value.replace("* age", "age")
        else value
    )


@LIGHT
@given(either, cohorts, some.floats(0, 1), some.booleans())
def test_patients_sum_to_the_total(pathway, rows, uptake, split):
    """Each patient's pounds × weight sum to the cube, with places and arms."""
    shares = {"town": 0.25, "coast": 0.75} if split else None
    roles = {"acute": "RXX", "community": "RYY", "ambulance": "RYA"}
    places = {"town": roles, "coast": roles | {"acute": "RYY"}} if split else {"all": roles}
    scenario = scenario_of(
        {
            "uptake": uptake,
            "eligible": {"band": ["low"]},
            "changes": [{"scale_unit_cost": {"component": "nursing"}, "by": 2}],
        }
    )
    evaluation = cost(pathway, people(rows), PRICES, [scenario], footprint=places, shares=shares, keep_patients=True)
    assert close(weighed(evaluation.patient_cost, pathway, people(rows)), evaluation.cube.total_gbp)


@LIGHT
@given(pathways(), cohorts)
def test_visits_solve_the_equations(pathway, rows):
    """The steps give what solving (I − P) gives, segment by segment."""
    evaluation = cost(pathway, people(rows), PRICES)
    spec = pathway_of(pathway)
    names = list(spec.settings)
    for segment in evaluation.segments.itertuples():
        matrix = np.eye(len(names))
        for origin, ways in spec.routes.items():
            given_shares = {way: number_at(route.share, segment.band) for way, route in ways.items() if way != "home"}
            for way, share in given_shares.items():
                matrix[names.index(ways[way].to), names.index(origin)] -= share
        start = np.zeros(len(names))
        start[0] = segment.patients
        found = evaluation.visits[evaluation.visits["segment"] == segment.segment].set_index("setting")["visits"]
        assert close(found[names].tolist(), np.linalg.solve(matrix, start).tolist())


def number_at(value, band):
    return value.values[band].number if hasattr(value, "by") else value.number  # noqa: PD011  (a spec, no frame)
