"""Who comes to a setting at least once within the time: by hand, by a way that shares nothing with it, and for many."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from pathway_cost.engine.activity import first_arrivals, stepper
from pathway_cost.engine.model.timing import Timing
from pathway_cost.results.costed.from_engine import costed_of
from pathway_cost.results.frames.summary import summary
from tests.engine.activity.test_time_laws import FEW, PRICES, TIMES, any_pathway, beside_cycles, cohorts, people
from tests.engine.time_toy import days, flat, years
from tests.engine.toy import cost, scenario_of, seen, visits

RELAPSES = {
    "cycle": "year",
    "start": {"well": 1},
    "settings": {"well": {"stay": "cycle"}, "ill": {"stay": "cycle"}},
    "routes": {"well": {"well": "rest", "ill": 0.3, "died": 0.2}, "ill": {"ill": "rest", "well": 0.5, "died": 0.1}},
    "ends": ["died"],
}
AGEING = RELAPSES | {
    "attributes": {"age": {"number": "year"}},
    "parameters": {
        "now": {"formula": "age + years"},
        "falls_ill": {"by": "now", "steps": {0: 0.02, 50: 0.05, 55: 0.09, 60: 0.16}},
    },
    "routes": {"well": {"well": "rest", "ill": "falls_ill", "died": 0.05}, "ill": {"ill": "rest", "well": 0.5, "died": 0.1}},
}  # fmt: skip
AGES = [41, 44, 47, 50, 52, 53, 55, 58, 61, 70]


def reached(evaluation):
    return seen(evaluation).groupby("setting")["reached"].sum().to_dict()


def close(value, rel=1e-12):
    return pytest.approx(value, rel=rel, abs=1e-12)


# --- by hand -----------------------------------------------------------------------------------------------------------
def test_first_arrivals_of_three_years():
    """First fall ill 0.3, 0.5 × 0.3 and 0.25 × 0.3 of those never ill before: 0.525.

    Well 1, 0.5, 0.25 + 0.15 = 0.4; so that ill arrive 0.3, 0.15 and 0.12: 0.57 times. Well again 0.15 and, of the ill
    0.3 × 0.4 + 0.15 = 0.27 then, 0.135.
    """
    found = cost(RELAPSES, 1, timing=years(3))
    assert reached(found) == close({"well": 1, "ill": 0.525, "died": visits(found)["died"]})
    assert {name: visits(found)[name] for name in ("well", "ill")} == close({"well": 1.285, "ill": 0.57})


def test_without_a_horizon_it_is_a_geometric_series():
    """0.3 ÷ (0.3 + 0.2) ever fall ill."""
    found = cost(RELAPSES, 10, timing=Timing(stepped=True))
    assert reached(found) == close({"well": 10, "ill": 6, "died": 10}, rel=1e-10)
    assert visits(found)["ill"] > 6.5


def test_who_starts_later_has_less_time():
    """A half starts with year 2 and has two years: 0.3 + 0.15 of them fall ill."""
    timing = years(3, intake_shares=(0.5, 0.5), period="year")
    assert reached(cost(RELAPSES, 2, timing=timing))["ill"] == close(0.525 + 0.45)


def test_nobody_comes_where_none_do():
    never = RELAPSES | {"routes": RELAPSES["routes"] | {"well": {"well": "rest", "ill": 0, "died": 0.2}}}
    assert reached(cost(never, 5, timing=years(3)))["ill"] == 0


# --- by another way: nobody comes back to a setting that is left for good ---------------------------------------------
def left_for_good(pathway, setting):
    """The same pathway, but whoever leaves the setting goes to an end."""
    ways = {}
    for name, way in pathway["routes"][setting].items():
        given = way if isinstance(way, dict) and "share" in way else {"share": way}
        stays = given.get("to", name) == setting and pathway["settings"][setting].get("stay") == "cycle"
        ways[name] = given | {"to": setting if stays else "gone"}
    return pathway | {
        "routes": pathway["routes"] | {setting: ways},
        "ends": pathway["ends"] | {"gone": {}},
    }


@FEW
@given(any_pathway, cohorts, TIMES)
def test_arrivals_where_nobody_comes_back(pathway, rows, timing):
    timing = replace(timing, stepped=True)
    found = reached(cost(pathway, people(rows), PRICES, timing=timing))
    for setting in pathway["settings"]:
        once = visits(cost(left_for_good(pathway, setting), people(rows), PRICES, timing=timing))[setting]
        assert found[setting] == close(once, rel=1e-9)


@FEW
@given(any_pathway, cohorts)
def test_arrivals_where_nobody_comes_back_beside_cycles(pathway, rows):
    pathway = beside_cycles(pathway)
    pathway["routes"]["after"] |= {"s0": 0.4}
    found = cost(pathway, people(rows), PRICES, timing=days(50, gbp=flat(0.1)))
    for setting, come in reached(found).items():
        if setting in pathway["settings"]:
            once = visits(cost(left_for_good(pathway, setting), people(rows), PRICES, timing=days(50)))[setting]
            assert come == close(once, rel=1e-9)


@FEW
@given(any_pathway, cohorts, TIMES)
def test_no_more_come_than_patients_and_visits(pathway, rows, timing):
    frame = seen(cost(pathway, people(rows), PRICES, timing=timing))
    assert (frame["reached"] <= frame[["patients", "visits"]].min(axis=1) * (1 + 1e-9) + 1e-12).all()
    ends = frame["setting"].isin([*pathway["ends"], "door"])
    assert frame.loc[ends, "reached"].tolist() == frame.loc[ends, "visits"].tolist()


# --- many different patients -------------------------------------------------------------------------------------------
def aged(ages):
    return pd.DataFrame({"age": np.asarray(ages, dtype=float)})


def test_ten_thousand_different_patients_are_as_ten_alike():
    """Chances change with whole years of age: a part of a year more moves nothing, but makes each patient another."""
    part = np.arange(1_000) / 1_000
    many = cost(AGEING, aged(np.add.outer(AGES, part).ravel()), timing=years(60))
    few = cost(AGEING, aged(AGES).assign(weight=1_000.0), timing=years(60))
    one_by_one = [cost(AGEING, aged([age]), timing=years(60)) for age in AGES]
    for setting in ("well", "ill", "died"):
        assert reached(many)[setting] == close(reached(few)[setting], rel=1e-11)
        assert reached(few)[setting] == close(1_000 * sum(reached(each)[setting] for each in one_by_one))
    assert 0.3 * 10_000 < reached(many)["ill"] < visits(many)["ill"]
    told = summary({"baseline": costed_of(many)}, report_per=["ill"]).set_index("per")
    assert told.loc["ill", "patients"] == close(1_000 * sum(reached(each)["ill"] for each in one_by_one), rel=1e-11)


def test_many_are_followed_a_few_at_a_time(monkeypatch):
    whole = reached(cost(AGEING, aged(AGES), timing=years(9)))
    asked = watched(monkeypatch)
    monkeypatch.setattr(stepper.InTime, "most_lanes", 3)
    assert reached(cost(AGEING, aged(AGES), timing=years(9))) == close(whole)
    assert asked == [(setting, lanes) for setting in ("well", "ill") for lanes in (3, 3, 3, 1)]


# --- arms and starters ---------------------------------------------------------------------------------------------------
def test_arms_are_a_mixture():
    healthier = {"changes": [{"set_parameter": "falls_ill", "to": 0.01}]}
    all_of_them, none = (
        reached(cost(AGEING, aged(AGES), scenarios=[scenario_of(healthier | {"uptake": uptake})], timing=years(20)))
        for uptake in (1, 0)
    )
    found = reached(cost(AGEING, aged(AGES), scenarios=[scenario_of(healthier | {"uptake": 0.3})], timing=years(20)))
    assert all_of_them["ill"] < 0.5 * none["ill"]
    assert found == close({name: 0.3 * all_of_them[name] + 0.7 * none[name] for name in none})


def test_starters_of_years_of_different_uptake():
    """Year 1 takes up 0.2, year 2 all; a healthier life lasts the two years, or the one, that are left."""
    by_year = scenario_of({"uptake": {"2026-27": 0.2, "2027-28": 1.0}, "changes": [{"set_parameter": "p", "to": 0.1}]})
    pathway = RELAPSES | {
        "parameters": {"p": 0.3},
        "routes": RELAPSES["routes"] | {"well": {"well": "rest", "ill": "p", "died": 0.2}},
    }
    timing = years(2, intake_shares=(0.5, 0.5), period="year")
    found = reached(cost(pathway, 20, scenarios=[by_year], timing=timing))
    first = 0.2 * (0.1 + 0.7 * 0.1) + 0.8 * (0.3 + 0.5 * 0.3)
    assert found["ill"] == close(10 * first + 10 * 0.1)


# --- only when asked -------------------------------------------------------------------------------------------------------
def watched(monkeypatch):
    """The (setting, lanes) that are followed once more, as they come to be."""
    asked, first = [], first_arrivals._first

    def watching(values, weights, setting):
        asked.append((values.model.graph.nodes[setting], values.lanes.count))
        return first(values, weights, setting)

    monkeypatch.setattr(first_arrivals, "_first", watching)
    return asked


def test_they_are_followed_again_only_when_asked(monkeypatch):
    asked = watched(monkeypatch)
    result = costed_of(cost(AGEING, aged(AGES), timing=years(9)))
    assert result.visited.columns.tolist() == ["setting", "visits", "visits_per_patient"]
    died = result.per_setting("died").patients
    assert asked == []
    per_ill = result.per_setting("ill")
    assert asked == [("ill", 10)]
    frame = result.visits.set_index("setting")
    assert frame["reached"].to_dict() == {"well": close(10), "ill": per_ill.patients, "died": died}
    assert frame.loc["died", "reached"] == frame.loc["died", "visits"]
    assert result.per_setting("ill") == per_ill
    assert asked == [("ill", 10), ("well", 10)]
