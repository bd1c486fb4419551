"""The exact standard deviation of the cost a patient, against figures worked out by hand."""

from __future__ import annotations

import math

import pytest

from pathway_cost.errors import EngineFaults
from pathway_cost.results.costed.from_engine import costed_of
from tests.engine.chance_toy import Toy
from tests.engine.time_toy import chain, days, years


def ward(*uses, stay=None, routes=None, **more):
    """One ward, from which everybody goes home unless the routes say otherwise."""
    setting = {"role": "acute", "uses": list(uses)} | ({} if stay is None else {"stay": stay})
    return {"start": {"ward": 1}, "settings": {"ward": setting}, "routes": {"ward": routes or {"home": 1}}} | more


def los(mean, spread):
    return {"parameters": {"los": {"value": mean, "spread": spread, "unit": "day"}}}


VISIT, DAY = {"unit_cost": "visit"}, {"unit_cost": "day", "per": "day"}
RIDE = {"unit_cost": "ride", "role": "ambulance"}
PRICES = {"visit": 100, "day": 450, "ride": 50, "dear": 1000}
BACK = {"ward": 0.2, "home": "rest"}
SPLIT = {"far": 0.3, "home": "rest"}

FIGURES = {
    # N visits, geometric: variance 0.2 ÷ 0.8²
    "a loop": (ward(VISIT, routes=BACK), 100 * math.sqrt(0.2) / 0.8),
    # £200 once a patient moves nobody apart
    "a loop, and something once a patient": (
        ward(VISIT, {"unit_cost": "ride", "per": "patient", "quantity": 4}, routes=BACK), 100 * math.sqrt(0.2) / 0.8,
    ),
    # 30% cost £1,000 more: √(0.3 × 0.7) × £1,000
    "a split": (
        ward(VISIT, routes=SPLIT) | {"ends": {"home": {}, "far": {"role": "acute", "uses": [{"unit_cost": "dear"}]}}},
        1000 * math.sqrt(0.21),
    ),
    "a use on a route": (ward(VISIT, routes={"far": {"to": "home", "share": 0.3, "uses": [RIDE]}, "home": "rest"}), 50 * math.sqrt(0.21)),
    # R6: one patient's cost
    "a lognormal stay": (ward(DAY, stay="los", **los(4.65, {"lognormal": {"sd": 2.83}})), 1273.50),
    "an exponential stay": (ward(DAY, stay="los", **los(4, {"exponential": {}})), 450 * 4),
    "an exponential wait": (
        ward(VISIT, routes={"home": {"share": 1, "wait": "los", "uses": [{**RIDE, "per": "day"}]}}, **los(4, {"exponential": {}})), 50 * 4,
    ),
    # a geometric number of exponential stays is exponential: mean 3 ÷ 0.5
    "exponential stays again and again": (ward(DAY, stay="los", routes={"ward": 0.5, "home": "rest"}, **los(3, {"exponential": {}})), 450 * 6),
    # 2 days for three in four, 10 for one in four
    "own stays": (ward(DAY, stay=2, routes={"long": {"to": "home", "share": 0.25, "stay": 10}, "home": "rest"}), 450 * math.sqrt(12)),
    # two places to start, £100 and £1,100
    "two starts": (
        ward(VISIT) | {
            "start": {"ward": 0.5, "other": 0.5},
            "settings": {"ward": {"role": "acute", "uses": [VISIT]}, "other": {"role": "acute", "uses": [{"unit_cost": "dear"}]}},
            "routes": {"ward": {"home": 1}, "other": {"ward": 1}},
        }, 500,
    ),
    "nothing by chance": (ward(VISIT, stay=3), 0),
}  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_by_hand(name):
    pathway, sd = FIGURES[name]
    assert sd_of(Toy(pathway, 10, PRICES)) == pytest.approx(sd, rel=1e-9, abs=1e-6)


def sd_of(toy, name="baseline"):
    return costed_of(toy.costed(name)).sd_per_patient_gbp


def test_a_fifth_leaves_every_cycle():
    """Cycles until the first of chance 0.2: variance 0.8 ÷ 0.2²; what falls once on arriving moves nobody apart."""
    pathway = chain()
    pathway["settings"]["well"]["uses"].append({"unit_cost": "year", "per": "visit", "name": "once"})
    assert sd_of(Toy(pathway, 10, {"year": 100})) == pytest.approx(100 * math.sqrt(20), rel=1e-9)


def test_who_a_patient_is():
    """£100 for three in four and £500 for one in four: mean £200, √(0.75 × 100² + 0.25 × 300²)."""
    pathway = ward({**VISIT, "quantity": {"by": "frail", "values": {"no": 1, "yes": 5}}})
    pathway |= {"attributes": {"frail": {"levels": ["no", "yes"]}}}
    people = {"patient_id": ["a", "b"], "frail": ["no", "yes"], "weight": [3, 1]}
    assert sd_of(Toy(pathway, people, PRICES)) == pytest.approx(math.sqrt(30_000), rel=1e-9)


def test_patients_who_differ_by_a_number():
    pathway = ward({**VISIT, "quantity": "age"}, attributes={"age": {"number": "year", "low": 0, "high": 110}})
    people = {"patient_id": ["a", "b", "c"], "age": [40, 60, 80]}
    assert sd_of(Toy(pathway, people, PRICES)) == pytest.approx(100 * math.sqrt(800 / 3), rel=1e-9)


def test_a_scenario_for_half_of_the_patients():
    """Half cost £100 and half £50."""
    half = {"scenario": "half", "uptake": 0.5, "changes": [{"scale_unit_cost": "visit", "by": 0.5}]}
    toy = Toy(ward(VISIT), 10, PRICES, half)
    assert sd_of(toy, "half") == pytest.approx(25, rel=1e-9)
    assert sd_of(toy) == 0


def test_places_of_other_prices():
    """£100 in the north, £200 in the south, half of the patients each."""
    south = {"scenario": "south", "changes": [{"scale_unit_cost": {"organisation": "RZZ"}, "by": 2}]}
    places = {"north": {"acute": "RXX", "community": "RYY", "ambulance": "RYA"}}
    places["south"] = places["north"] | {"acute": "RYY"}
    south["changes"][0]["scale_unit_cost"]["organisation"] = "RYY"
    toy = Toy(ward(VISIT), 10, PRICES, south, shares={"north": 0.5, "south": 0.5}, footprint=places)
    assert sd_of(toy, "south") == pytest.approx(50, rel=1e-9)


@pytest.mark.parametrize("timing", [days(10), years(2)], ids=["days", "years"])
def test_followed_through_time_there_is_none(timing):
    costed = costed_of(Toy(ward(VISIT, routes=BACK, stay=3), 10, PRICES, timing=timing).costed())
    with pytest.raises(EngineFaults, match="ask for `walk:`"):
        _ = costed.sd_per_patient_gbp


def test_nobody_has_no_spread():
    nobody = {"scenario": "nobody", "changes": [{"scale_patients": {}, "by": 0}]}
    assert math.isnan(sd_of(Toy(ward(VISIT), 10, PRICES, nobody), "nobody"))
