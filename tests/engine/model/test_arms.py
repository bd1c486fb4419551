"""Who lives under which scenarios."""

import hypothesis.strategies as some
import numpy as np
import pytest
from hypothesis import given, settings

from pathway_cost.engine.model.arms import mixture, split_into_arms
from tests.engine.toy import coded, cost, pathway_of, scenario_of

FRAIL = {
    "attributes": {"frail": {"levels": ["no", "yes"]}},
    "parameters": {"p": 0.0},
    "start": {"ward": 1},
    "settings": {"ward": {"role": "acute", "uses": [{"unit_cost": "ward"}]}},
    "routes": {"ward": {"ward": "p", "home": "rest"}},
}
PEOPLE = [{"frail": "no", "weight": 6}, {"frail": "yes", "weight": 4}]
TO = [{"set_parameter": "p", "to": 0.5}]


def shares_of(scenarios, uptake_year=None):
    segments = coded(pathway_of(FRAIL), PEOPLE).segments
    split = split_into_arms([scenario_of(each) for each in scenarios], segments, uptake_year)
    return {arm.name: share.tolist() for arm, share in zip(split.arms, split.share, strict=True)}


def test_one_scenario():
    assert shares_of([]) == {"everyone": [1, 1]}
    assert shares_of([{}]) == {"taken": [1, 1]}
    assert shares_of([{"uptake": 0}]) == {"not_taken": [1, 1]}
    assert shares_of([{"eligible": {"frail": ["no"]}}]) == {"not_eligible": [0, 1], "taken": [1, 0]}
    assert shares_of([{"eligible": {"frail": ["no"]}, "uptake": 0.25}]) == {
        "not_eligible": [0, 1],
        "not_taken": [0.75, 0],
        "taken": [0.25, 0],
    }


def test_a_composition_names_what_is_taken_in_order():
    found = shares_of([{"scenario": "b", "uptake": 0.5}, {"scenario": "a", "eligible": {"frail": ["yes"]}}])
    assert found == {"not_taken": [0.5, 0], "taken:b": [0.5, 0], "taken:a": [0, 0.5], "taken:b+a": [0, 0.5]}


def test_the_year_of_the_uptake():
    years = {"uptake": {"2026-27": 0.25, "2028-29": 0.75}}
    assert shares_of([years])["taken"] == [0.75, 0.75]
    assert shares_of([years], "2027-28")["taken"] == [0.25, 0.25]


names = some.sampled_from(["a", "b", "c"])


@settings(max_examples=50, deadline=None)
@given(some.lists(some.floats(0, 1), min_size=3, max_size=3), some.sets(some.tuples(names, names)))
def test_every_mixture_keeps_the_uptakes(uptakes, nested):
    scenarios = [
        scenario_of(
            {
                "scenario": name,
                "uptake": uptake,
                "uptake_with": {other: "same_patients" for one, other in nested if one == name != other},
            }
        )
        for name, uptake in zip("abc", uptakes, strict=True)
    ]
    found = mixture(scenarios, None)
    assert sum(part for _, part in found) == pytest.approx(1)
    for name, uptake in zip("abc", uptakes, strict=True):
        assert sum(part for taken, part in found if name in taken) == pytest.approx(uptake, abs=1e-12)


def test_nested_patients_are_the_same():
    scenarios = [
        scenario_of({"scenario": "a", "uptake": 0.5}),
        scenario_of({"scenario": "b", "uptake": 0.4, "uptake_with": {"a": "same_patients"}}),
    ]
    assert {tuple(sorted(taken)): round(part, 12) for taken, part in mixture(scenarios, None)} == {
        (): 0.5, ("a",): 0.1, ("a", "b"): 0.4,
    }  # fmt: skip


def test_only_the_eligible_change():
    evaluation = cost(FRAIL, PEOPLE, {"ward": 1}, [{"eligible": {"frail": ["yes"]}, "uptake": 0.5, "changes": TO}])
    assert evaluation.cube.by("segment", "arm").to_numpy().tolist() == [
        [0, "not_eligible", 6.0], [1, "not_taken", 2.0], [1, "taken", 4.0],
    ]  # fmt: skip
    assert evaluation.weights.to_numpy().tolist() == [
        [0, "not_eligible", 1.0, 6.0], [1, "not_taken", 0.5, 2.0], [1, "taken", 0.5, 2.0],
    ]  # fmt: skip
    assert set(evaluation.model.prices) == set(evaluation.model.pathways) == {"not_eligible", "not_taken", "taken"}


def test_faults_of_the_taken_arm_are_not_looked_for_where_nobody_takes_it():
    broken = {
        "eligible": {"frail": ["yes"]},
        "changes": [{"set_parameter": "p", "to": {"by": "frail", "values": {"no": 9, "yes": 0.5}}}],
    }
    assert np.isclose(cost(FRAIL, PEOPLE, {"ward": 1}, [broken]).cube.total_gbp, 6 + 8)


def test_footprint_moves_for_those_who_take_it():
    moved = {"uptake": 0.25, "changes": [{"set_footprint": "acute", "to": "RYY"}]}
    evaluation = cost(FRAIL, PEOPLE, {"ward": 1}, [moved])
    assert evaluation.cube.by("organisation").to_numpy().tolist() == [["RXX", 7.5], ["RYY", 2.5]]
    assert evaluation.model.footprints["taken"]["all"]["acute"] == "RYY"
