"""What cannot be costed is a fault that names the item, the segments and the remedy; all of a stage together."""

import pytest

from pathway_cost.engine.model.timing import Timing
from pathway_cost.errors import EngineFaults
from tests.engine.toy import cost

FRAIL = {"frail": {"levels": ["no", "yes"]}}
TWO = [{"frail": "no"}, {"frail": "yes"}]


def ward(routes, **more):
    return {"start": {"ward": 1}, "settings": {"ward": {}, "rehab": {}}, "routes": routes} | more


def faults_of(*arguments, **options):
    with pytest.raises(EngineFaults) as raised:
        cost(*arguments, **options)
    return raised.value.problems


def test_shares_that_sum_to_less_than_one():
    home = {"by": "frail", "values": {"no": 0.9, "yes": 0.89}}
    (fault,) = faults_of(ward({"ward": {"home": home, "rehab": 0.1}, "rehab": {"home": 1}}, attributes=FRAIL), TWO)
    assert (fault.rule, fault.where.item) == ("shares_do_not_sum_to_one", "routes.ward")
    assert "0.99" in fault.what
    assert "frail=yes" in fault.what
    assert "frail=no" not in fault.what


def test_shares_before_rest_that_sum_to_more_than_one():
    (fault,) = faults_of(
        ward({"ward": {"rehab": 0.7, "died": 0.4, "home": "rest"}, "rehab": {"home": 1}}, ends=["home", "died"])
    )
    assert "1.1 before `rest`" in fault.what


def test_a_hair_above_one_round_a_loop():
    (fault,) = faults_of(ward({"ward": {"rehab": 1.0000001, "home": 0}, "rehab": {"ward": 1}}))
    assert (fault.rule, fault.where.item) == ("share_out_of_range", "routes.ward.rehab.share")
    assert "1.0000001" in fault.what


def test_a_hair_is_closed():
    evaluation = cost(ward({"ward": {"rehab": 0.3, "home": 0.7 + 5e-10}, "rehab": {"home": 1}}), 100)
    assert evaluation.visits.set_index("setting").loc["home", "visits"] == pytest.approx(100, abs=1e-12)


def test_loop_without_exit_names_segment_and_loop():
    out = {"by": "frail", "values": {"no": 0.5, "yes": 0}}
    routes = {"ward": {"rehab": 1}, "rehab": {"home": out, "ward": "rest"}}
    (fault,) = faults_of(ward(routes, attributes=FRAIL), TWO)
    assert fault.rule == "loop_without_exit"
    assert "ward → rehab → ward" in fault.what or "rehab → ward → rehab" in fault.what
    assert "frail=yes" in fault.what


def test_a_closed_loop_that_nobody_reaches_is_no_fault():
    routes = {"ward": {"rehab": "p", "home": "rest"}, "rehab": {"rehab": "q", "home": "rest"}}
    evaluation = cost(ward(routes, parameters={"p": 0, "q": 1}), 10)
    assert evaluation.visits.set_index("setting")["visits"].to_dict() == {"ward": 10.0, "rehab": 0.0, "home": 10.0}


def test_too_many_visits():
    (fault,) = faults_of(ward({"ward": {"ward": "p", "home": "rest"}, "rehab": {"home": 1}}, parameters={"p": 0.99995}))
    assert (fault.rule, fault.where.item) == ("loop_without_end_in_sight", "routes.ward")
    assert "10,000" in fault.what
    assert "ward → ward" in fault.what


def test_all_faults_together_each_once():
    pathway = ward(
        {"ward": {"home": 0.5, "rehab": 0.4}, "rehab": {"home": {"formula": "1 / zero"}}},
        parameters={"zero": 0, "p": 0.5},
        settings={
            "ward": {"role": "acute", "uses": [{"unit_cost": "x", "quantity": {"formula": "log(zero)"}}]},
            "rehab": {},
        },
    )
    problems = faults_of(pathway, 1, {"x": 1}, [{"uptake": 0.5, "changes": [{"set_parameter": "p", "to": 0.1}]}])
    assert {problem.where.item for problem in problems} == {
        "routes.ward", "routes.rehab.home.share", "settings.ward.uses.0.quantity",
    }  # fmt: skip
    assert len(problems) == 3


def test_below_the_first_step_names_the_range():
    pathway = ward(
        {"ward": {"rehab": {"by": "age", "steps": {18: 0.1, 65: 0.2}}, "home": "rest"}, "rehab": {"home": 1}},
        attributes={"age": {"number": "year"}},
    )
    (fault,) = faults_of(pathway, [{"patient_id": "secret", "age": 70}, {"patient_id": "hidden", "age": 3}])
    assert "age is 3 here, below the first of its steps (18 to 65)" in fault.what
    assert "secret" not in str(fault)
    assert "hidden" not in str(fault)


def test_negative_days():
    pathway = ward(
        {"ward": {"home": 1}, "rehab": {"home": 1}},
        settings={
            "ward": {"role": "acute", "stay": {"formula": "2 - 5"}, "uses": [{"unit_cost": "d", "per": "day"}]},
            "rehab": {},
        },
    )
    (fault,) = faults_of(pathway, 1, {"d": 1})
    assert fault.where.item == "settings.ward.stay"
    assert "-3" in fault.what


@pytest.mark.parametrize("options", [{}, {"timing": Timing(horizon_days=30.0)}], ids=["whole", "in_time"])
def test_days_that_nothing_counts(options):
    settings = {"ward": {"role": "acute", "uses": [{"unit_cost": "d", "per": "day"}]}, "rehab": {}}
    (fault,) = faults_of(ward({"ward": {"home": 1}, "rehab": {"home": 1}}, settings=settings), 1, {"d": 1}, **options)
    assert fault.where.item == "settings.ward.uses.0"


def test_role_that_nobody_plays():
    pathway = ward(
        {"ward": {"home": 1}, "rehab": {"home": 1}},
        settings={"ward": {"role": "acute", "uses": [{"unit_cost": "d"}]}, "rehab": {}},
    )
    (fault,) = faults_of(pathway, 1, {"d": 1}, footprint={"all": {"community": "RYY"}})
    assert (fault.rule, fault.where.item) == ("role_without_organisation", "footprint.all.acute")


def test_price_without_the_level_of_a_segment():
    settings = {"ward": {"role": "acute", "uses": [{"unit_cost": "d"}]}, "rehab": {}}
    pathway = ward({"ward": {"home": 1}, "rehab": {"home": 1}}, settings=settings, attributes=FRAIL)
    (fault,) = faults_of(pathway, TWO, {"d": {"frail=no": 1}})
    assert (fault.rule, fault.where.item) == ("price_without_level", "unit_costs.d")
    assert "frail=yes" in fault.what


def test_seven_uptakes():
    changes = [{"set_parameter": "p", "to": 0.1}]
    scenarios = [{"scenario": f"s{number}", "uptake": 0.5, "changes": changes} for number in range(7)]
    (fault,) = faults_of(ward({"ward": {"home": 1}, "rehab": {"home": 1}}, parameters={"p": 0}), 1, {}, scenarios)
    assert fault.rule == "too_many_uptakes"


def test_uptake_before_its_first_year():
    scenario = {"uptake": {"2026-27": 0.3}, "changes": [{"set_parameter": "p", "to": 0.1}]}
    pathway = ward({"ward": {"home": 1}, "rehab": {"home": 1}}, parameters={"p": 0})
    (fault,) = faults_of(pathway, 1, {}, [scenario], uptake_year="2025-26")
    assert fault.rule == "uptake_before_first_year"


def test_volume_of_nobody():
    scenario = {"changes": [{"scale_patients": {"where": {"frail": ["yes"]}}, "by": 2}]}
    pathway = ward({"ward": {"home": 1}, "rehab": {"home": 1}}, attributes=FRAIL)
    (fault,) = faults_of(pathway, [{"frail": "no"}], {}, [scenario])
    assert fault.rule == "change_of_volume_reaches_nobody"


def test_excess_without_closed_form_and_bent_spread():
    spread = {"los": {"value": 4, "spread": {"geometric": {}}}}
    for quantity, word in [
        ({"excess": {"of": "los", "over": 2}}, "closed form"),
        ({"formula": "max(0, los - 2)"}, "excess"),
    ]:
        pathway = ward(
            {"ward": {"home": 1}, "rehab": {"home": 1}},
            parameters=spread,
            settings={"ward": {"role": "acute", "uses": [{"unit_cost": "d", "quantity": quantity}]}, "rehab": {}},
        )
        (fault,) = faults_of(pathway, 1, {"d": 1})
        assert word in str(fault)


def test_a_geometric_stay_below_a_day():
    """It counts whole days from one on, whether or not the study discounts, and whether a use is by the day."""
    spread = {"los": {"value": 0.5, "spread": {"geometric": {}}}}
    stays = {"ward": {"role": "acute", "stay": "los", "uses": [{"unit_cost": "d"}]}, "rehab": {}}
    pathway = ward({"ward": {"home": 1}, "rehab": {"home": 1}}, parameters=spread, settings=stays)
    (fault,) = faults_of(pathway, 1, {"d": 1})
    assert "geometric" in str(fault)


# --- where each patient has numbers of their own -------------------------------------------------------------------
AGE = {"age": {"number": "year"}}


def by_age(share, **more):
    return ward({"ward": {"rehab": share, "home": "rest"}, "rehab": {"ward": 1}}, attributes=AGE, **more)


def test_own_shares_out_of_range():
    (fault,) = faults_of(by_age({"formula": "age / 100"}), [{"age": 50}, {"age": 120}])
    assert (fault.rule, fault.where.item) == ("share_out_of_range", "routes.ward.rehab.share")


def test_own_loop_without_exit():
    (fault,) = faults_of(by_age({"formula": "age / 100"}), [{"age": 50}, {"age": 100}])
    assert fault.rule == "loop_without_exit"


def test_own_loop_without_end_in_sight():
    (fault,) = faults_of(by_age({"formula": "age / 100"}), [{"age": 50}, {"age": 99.9999}])
    assert fault.rule == "loop_without_end_in_sight"


def test_own_closed_loop_not_reached():
    pathway = ward(
        {
            "ward": {"rehab": {"formula": "age / 100"}, "home": "rest"},
            "rehab": {"rehab": {"formula": "age == 0"}, "home": "rest"},
        },
        attributes=AGE,
    )
    evaluation = cost(pathway, [{"age": 50}, {"age": 0}])
    assert evaluation.visits.set_index("setting")["visits"].to_dict() == {"ward": 2.0, "rehab": 0.5, "home": 2.0}
