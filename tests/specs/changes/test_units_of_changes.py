"""What a scenario sets or adds is in the unit of what it changes, or is refused."""

from __future__ import annotations

import pytest

from pathway_cost.specs.changes.in_days import in_days
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.scenario import Scenario

WARD = {
    "pathway": "ward", "roles": {"acute": {"kind": "acute"}}, "start": "ward", "ends": ["home"],
    "unit_costs": {"visit": {"unit": "contact", "covers": "whole"}},
    "parameters": {
        "los": {"value": 4, "unit": "week"}, "visits": {"value": 2, "unit": "contacts"},
        "slower": {"value": 1, "unit": "day"}, "later": {"value": 1, "unit": "weeks"}, "by_half": 1.5,
    },
    "settings": {"ward": {"role": "acute", "stay": "los", "uses": [{"unit_cost": "visit", "quantity": "visits"}]}},
    "routes": {"ward": {"home": "rest"}},
}  # fmt: skip


def changed(change, **parameters):
    scenario = Scenario.model_validate(
        {"scenario": "s", "amends": "ward", "changes": [change], "parameters": parameters}
    )
    return in_days(Pathway.model_validate(WARD), [scenario])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"add_parameter": "los", "by": "slower"}, "'los' is in weeks, and 'slower', which changes it, in days"),
        ({"add_parameter": "los", "by": {"formula": "slower * 2"}}, "in weeks, and 'slower'"),
        ({"set_parameter": "los", "to": {"formula": "slower * 2"}}, "in weeks, and 'slower'"),
        (
            {"set_parameter": "visits", "to": {"value": 2, "unit": "week"}},
            "'visits' is 'contacts', and it is set in 'week'",
        ),
        ({"set_parameter": "visits", "to": {"value": 50, "unit": "percent"}}, "is set in 'percent'"),
    ],
)
def test_another_unit_is_refused(change, said):
    assert any(said in problem.what for problem in changed(change).problems)


def test_hours_of_the_scenario_are_refused_too():
    found = changed({"add_parameter": "los", "by": "n"}, n={"value": 24, "unit": "hour"})
    assert any("'n', which changes it, in hours" in problem.what for problem in found.problems)


@pytest.mark.parametrize(
    ("change", "days"),
    [
        ({"set_parameter": "los", "to": {"value": 2, "unit": "weeks"}}, 14),
        ({"set_parameter": "los", "to": {"value": 36, "unit": "hour"}}, 1.5),
        ({"set_parameter": "los", "to": 3}, 21),
    ],
)
def test_a_stay_may_be_set_in_any_unit_of_time(change, days):
    found = changed(change)
    assert found.problems == ()
    assert found.scenarios[0].changes[0].to.value.number == pytest.approx(days)


def test_what_has_the_same_unit_or_none_changes_it():
    assert changed({"add_parameter": "los", "by": 1}).problems == ()
    assert changed({"set_parameter": "visits", "to": {"value": 3, "unit": "Contacts"}}).problems == ()
    assert changed({"add_parameter": "visits", "by": "by_half"}).problems == ()
