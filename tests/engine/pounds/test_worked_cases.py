"""Figures an accountant can check by hand."""

import pytest

from pathway_cost.cube import Cube
from tests.engine.toy import cost, seen, visits

LOOP = {
    "parameters": {"p": 0.2},
    "start": {"ward": 1},
    "settings": {"ward": {"role": "acute", "uses": [{"unit_cost": "ward"}]}},
    "routes": {"ward": {"ward": "p", "home": "rest"}},
}
KNEE = {
    "attributes": {"complexity": {"levels": ["simple", "complex"]}},
    "parameters": {"day": {"by": "complexity", "values": {"simple": 0, "complex": 0}}},
    "start": {"listed": 1},
    "settings": {
        "listed": {},
        "inpatient": {"role": "acute", "uses": [{"unit_cost": "knee"}]},
        "day_case": {"role": "acute", "uses": [{"unit_cost": "day"}]},
    },
    "routes": {
        "listed": {"day_case": "day", "inpatient": "rest"},
        "inpatient": {"home": "rest"},
        "day_case": {"home": "rest"},
    },
}
PEOPLE = [{"complexity": "simple", "weight": 70}, {"complexity": "complex", "weight": 30}]
TO_DAY_CASE = {"changes": [{"set_parameter": "day", "to": {"by": "complexity", "values": {"simple": 1, "complex": 0}}}]}
SWITCHES = {
    "parameters": {"a_on": 0, "b_on": 0},
    "start": {"clinic": 1},
    "settings": {
        "clinic": {
            "role": "acute",
            "uses": [{"unit_cost": "visit", "quantity": {"formula": "1000 - 100*a_on - 200*b_on + 50*a_on*b_on"}}],
        }
    },
    "routes": {"clinic": {"home": "rest"}},
}
A = {"scenario": "a", "uptake": 0.5, "changes": [{"set_parameter": "a_on", "to": 1}]}
B = {"scenario": "b", "uptake": 0.4, "changes": [{"set_parameter": "b_on", "to": 1}]}


def per_patient(evaluation):
    return evaluation.cube.total_gbp / evaluation.weights["patients"].sum()


def test_case_mix_in_the_price():
    """R5: simple £8,000, complex £12,000; the simple go to day case at £5,000: −£2,100.00 a patient."""
    by_level = {"knee": {"complexity=simple": 8000, "complexity=complex": 12000}, "day": 5000}
    change = per_patient(cost(KNEE, PEOPLE, by_level, [TO_DAY_CASE])) - per_patient(cost(KNEE, PEOPLE, by_level))
    assert change == pytest.approx(-2100.00, abs=0.005)


def test_average_price_of_a_changed_mix_warns():
    """R5: at the average of £9,200 the same change is −£2,940 a patient, and a warning says so."""
    average = {"knee": 9200, "day": 5000}
    changed = cost(KNEE, PEOPLE, average, [TO_DAY_CASE])
    assert per_patient(changed) - per_patient(cost(KNEE, PEOPLE, average)) == pytest.approx(-2940, abs=0.005)
    assert [note.rule for note in changed.notes] == ["selection"]


def test_the_price_level_stands_in_the_cube():
    by_level = {"knee": {"complexity=simple": 8000, "complexity=complex": 12000}, "day": 5000}
    frame = cost(KNEE, PEOPLE, by_level).cube.frame
    assert dict(zip(frame["level"], frame["gbp"], strict=True)) == {
        "complexity=simple": 560_000.0,
        "complexity=complex": 360_000.0,
    }


def test_uptake_is_a_mixture_of_patients():
    """R12: readmission 0.2 → 0.1 for half: (1,250.00 + 1,111.11) ÷ 2 = £1,180.56, not £1,176.47."""
    half = cost(LOOP, 1000, {"ward": 1000}, [{"uptake": 0.5, "changes": [{"set_parameter": "p", "to": 0.1}]}])
    assert per_patient(half) == pytest.approx(1180.56, abs=0.005)


@pytest.mark.parametrize(("nested", "pounds"), [({}, 880.00), ({"uptake_with": {"a": "same_patients"}}, 890.00)])
def test_composition_of_uptakes(nested, pounds):
    """R12: base 1,000, a 900, b 800, both 750; a taken by half, b by two fifths."""
    assert per_patient(cost(SWITCHES, 100, {"visit": 1}, [A, B | nested])) == pytest.approx(pounds, abs=1e-9)


def test_no_average_patient():
    """R20: E[max(0, stay − 5)] = 0.90 days for a lognormal stay of 4.65 days, sd 2.83."""
    ward = LOOP | {
        "parameters": {"p": 0, "los": {"value": 4.65, "spread": {"lognormal": {"sd": 2.83}}}},
        "settings": {
            "ward": {
                "role": "acute",
                "uses": [{"unit_cost": "long_day", "quantity": {"excess": {"of": "los", "over": 5}}}],
            }
        },
    }
    assert cost(ward, 1, {"long_day": 1}).cube.quantities("unit_cost")["quantity"][0] == pytest.approx(0.90, abs=0.005)


def test_volume_before_uptake():
    """R21: 100 patients at £9,000; a fifth more patients, all at £8,000."""
    one_visit = LOOP | {"parameters": {"p": 0, "gbp": 9000}, "settings": {
        "ward": {"role": "acute", "uses": [{"unit_cost": "ward", "quantity": "gbp"}]}}}  # fmt: skip
    more = {"changes": [{"scale_patients": {}, "by": 1.2}, {"set_parameter": "gbp", "to": 8000}]}
    before, after = cost(one_visit, 100, {"ward": 1}), cost(one_visit, 100, {"ward": 1}, [more])
    assert after.cube.total_gbp - before.cube.total_gbp == pytest.approx(60_000)
    assert after.weights["patients"].sum() == pytest.approx(120)
    assert after.segments["patients"].sum() == 100


def test_patients_added_spread_as_those_named():
    added = {"changes": [{"add_patients": {"where": {"complexity": ["complex"]}}, "patients": 15}]}
    evaluation = cost(KNEE, PEOPLE, {"knee": 1, "day": 1}, [added])
    assert evaluation.weights["patients"].tolist() == [70.0, 45.0]


def test_days_follow_each_way_out():
    """A quarter leave after 6 days, the rest after 2: 0.25 × 6 + 0.75 × 2 = 3 days."""
    ward = {
        "start": {"ward": 1},
        "settings": {"ward": {"role": "acute", "stay": 2, "uses": [{"unit_cost": "day", "per": "day"}]}},
        "routes": {"ward": {"rehab": {"share": 0.25, "stay": 6}, "home": "rest"}},
        "ends": ["home", "rehab"],
    }
    assert cost(ward, 100, {"day": 10}).cube.total_gbp == pytest.approx(3000)


def test_uses_on_routes_and_at_ends():
    """Of 100, 20 are conveyed (0.6 journeys each) after waiting 3 days (£2 a day); each who dies is counted."""
    pathway = {
        "start": {"ward": 1},
        "settings": {"ward": {}},
        "routes": {
            "ward": {
                "died": {
                    "share": 0.2,
                    "wait": 3,
                    "uses": [
                        {"unit_cost": "journey", "quantity": 0.6, "role": "ambulance"},
                        {"unit_cost": "waiting", "per": "day", "role": "community"},
                    ],
                },
                "home": "rest",
            }
        },
        "ends": {"home": {}, "died": {"uses": [{"count": "death"}]}},
    }
    frame = cost(pathway, 100, {"journey": 100, "waiting": 2}).cube.frame.set_index("use")
    assert frame.loc["to died: journey", ["setting", "visits", "quantity", "gbp"]].tolist() == ["ward", 20, 12, 1200]
    assert frame.loc["to died: waiting", "gbp"] == pytest.approx(120)
    assert frame.loc["death", ["setting", "unit_cost", "component", "quantity", "gbp"]].tolist() == [
        "died", "count:death", "count", 20, 0,
    ]  # fmt: skip


def test_per_patient_is_once_whatever_the_visits():
    pathway = LOOP | {
        "settings": {"ward": {"role": "acute", "uses": [{"unit_cost": "plan", "per": "patient", "quantity": 2}]}}
    }
    assert cost(pathway, 100, {"plan": 10}).cube.total_gbp == pytest.approx(2000)


def test_only_some_levels_use_it():
    pathway = LOOP | {
        "attributes": {"frail": {"levels": ["no", "yes"]}},
        "settings": {"ward": {"role": "acute", "uses": [{"unit_cost": "ward", "only": {"frail": ["yes"]}}]}},
        "parameters": {"p": 0},
    }
    frame = cost(pathway, [{"frail": "no", "weight": 3}, {"frail": "yes", "weight": 2}], {"ward": 5}).cube.frame
    assert frame[["segment", "quantity", "gbp"]].to_numpy().tolist() == [[1, 2, 10]]


def test_bundle_falls_back_whole():
    """R3: parts priced at one organisation; at the other one stand-in a visit, and never both."""
    knee = {
        "start": {"surgery": 1},
        "unit_costs": {
            "theatre": {"unit": "episode", "covers": "part", "bundle": "knee"},
            "ward": {"unit": "bed_day", "covers": "part", "bundle": "knee"},
            "knee.episode": {"unit": "episode", "covers": "whole"},
        },
        "bundles": {"knee": {"replaced_by": "knee.episode"}},
        "settings": {
            "surgery": {
                "role": "acute",
                "stay": 4,
                "uses": [{"unit_cost": "theatre"}, {"unit_cost": "ward", "per": "day"}],
            }
        },
        "routes": {"surgery": {"home": "rest"}},
    }
    from tests.engine.toy import prices_of

    prices = prices_of(
        {"theatre": 5000, "ward": 450, "knee.episode": 8692.13},
        organisations=("RXX", "RZZ"),
        replaced={("RZZ", "knee")},
    )
    footprint = {"town": {"acute": "RXX"}, "coast": {"acute": "RZZ"}}
    people = [{"place": "town", "weight": 10}, {"place": "coast", "weight": 1}]
    by = cost(knee, people, prices, footprint=footprint).cube.by("organisation", "use")
    assert by.to_numpy().tolist() == [
        ["RXX", "theatre", 50_000],
        ["RXX", "ward", 18_000],
        ["RZZ", "knee", 8692.13],
    ]


def test_places_split_every_segment_by_their_shares():
    footprint = {"town": {"acute": "RXX"}, "coast": {"acute": "RYY"}}
    prices = {"ward": 100}
    evaluation = cost(LOOP, 1000, prices, footprint=footprint, shares={"town": 0.7, "coast": 0.3})
    assert evaluation.cube.by("organisation")["gbp"].tolist() == pytest.approx([87_500, 37_500])


def test_start_by_an_attribute():
    pathway = {
        "attributes": {"door": {"levels": ["gp", "ed"]}},
        "start": {"column": "door"},
        "settings": {"gp": {}, "ed": {}},
        "routes": {"gp": {"ed": 0.5, "home": "rest"}, "ed": {"home": "rest"}},
    }
    evaluation = cost(pathway, [{"door": "gp", "weight": 10}, {"door": "ed", "weight": 2}])
    assert visits(evaluation) == {"gp": 10.0, "ed": 7.0, "home": 12.0}
    started = (
        evaluation.flows.query("from_setting == 'start'").groupby("to_setting", observed=True)["patients_moved"].sum()
    )
    assert started.to_dict() == {"gp": 10.0, "ed": 2.0}


def test_reached_counts_patients_and_visits_count_visits():
    """Of 1,000 on the ward, 1,250 visits; 0.2 of visits go on to rehab and half of those come back."""
    pathway = LOOP | {
        "settings": {"ward": {}, "rehab": {}},
        "routes": {"ward": {"rehab": 0.2, "home": "rest"}, "rehab": {"ward": 0.5, "home": "rest"}},
    }
    frame = seen(cost(pathway, 1000)).set_index("setting")
    assert frame.loc["ward", "visits"] == pytest.approx(1000 / 0.9)
    assert frame.loc["ward", "reached"] == pytest.approx(1000)
    assert frame.loc["rehab", "visits"] == pytest.approx(200 / 0.9)
    assert frame.loc["rehab", "reached"] == pytest.approx(200)


def test_unreached_settings_have_no_visits_and_no_rows():
    pathway = LOOP | {
        "parameters": {"p": 0},
        "settings": {
            "ward": {"role": "acute", "uses": [{"unit_cost": "ward"}]},
            "spare": {"role": "acute", "uses": [{"unit_cost": "ward"}]},
        },
        "routes": {"ward": {"spare": "p", "home": "rest"}, "spare": {"home": "rest"}},
    }
    evaluation = cost(pathway, 10, {"ward": 1})
    assert set(evaluation.cube.frame["setting"]) == {"ward"}
    assert visits(evaluation)["spare"] == 0.0


def test_no_uses_no_rows():
    evaluation = cost(LOOP | {"settings": {"ward": {}}}, 10)
    assert isinstance(evaluation.cube, Cube)
    assert len(evaluation.cube.frame) == 0


def test_shorter_stay_at_an_average_day_says_so():
    """R23."""
    ward = {
        "start": {"ward": 1},
        "settings": {"ward": {"role": "acute", "stay": 4, "uses": [{"unit_cost": "ward.bed_day", "per": "day"}]}},
        "routes": {"ward": {"home": "rest"}},
    }
    shorter = {"changes": [{"scale_stay": "ward", "by": 0.5}]}
    noted = cost(ward, 1, {"ward.bed_day": 733}, [shorter]).notes
    assert [(note.rule, "last days are usually cheaper" in note.what) for note in noted] == [("average_day", True)]
    admitted = ward | {"unit_costs": {"ward.admission": {"unit": "episode", "covers": "part"}}}
    assert cost(admitted, 1, {"ward.bed_day": 200}, [shorter]).notes == ()
