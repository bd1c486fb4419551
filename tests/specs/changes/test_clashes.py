"""Two scenarios that change one thing: which pairs undo one another, and which work together."""

from __future__ import annotations

import pytest

from pathway_cost.specs.changes.between_scenarios import clashes
from pathway_cost.specs.format.scenario import Scenario

SET = {"set_parameter": "p", "to": 0.3}
SURGERY = {"setting": {"role": "acute", "uses": [{"unit_cost": "theatre.knee"}]}}
THEATRE = {"setting": "surgery", "use": "theatre.knee"}
HOME = {"setting": "surgery", "route": "home"}


def found(one, other):
    pair = [Scenario.model_validate({"scenario": name, "amends": "knee", "changes": [change]})
            for name, change in (("a", one), ("b", other))]  # fmt: skip
    return clashes(pair)


UNDONE = {
    "set twice": (SET, {"set_parameter": "p", "to": 0.4}),
    "set to another interval": (SET, {"set_parameter": "p", "to": {"value": 0.3, "low": 0.2, "high": 0.4}}),
    "set to other counts": ({"set_parameter": "after", "to": {"counts": {"x": 1, "y": 2}}},
                            {"set_parameter": "after", "to": {"counts": {"x": 2, "y": 1}}}),
    "scaled and set": ({"scale_parameter": "p", "by": 0.5}, SET),
    "set and scaled": (SET, {"scale_parameter": "p", "by": 0.5}),
    "set and added to": (SET, {"add_parameter": "p", "by": 0.5}),
    "a share": ({"set_share": HOME, "to": 0.3}, {"set_share": HOME, "to": 0.4}),
    "a quantity": ({"set_quantity": THEATRE, "to": 2}, {"set_quantity": THEATRE, "to": 3}),
    "a quantity scaled": ({"scale_quantity": THEATRE, "by": 2}, {"set_quantity": THEATRE, "to": 3}),
    "a stay": ({"set_stay": "surgery", "to": 2}, {"set_stay": "surgery", "to": 3}),
    "a stay scaled": ({"scale_stay": "surgery", "by": 0.5}, {"set_stay": "surgery", "to": 3}),
    "the stay of one way out": ({"set_stay": HOME, "to": 2}, {"scale_stay": "surgery", "by": 0.5}),
    "a price": ({"set_price": "theatre.knee", "to": {"gbp": 1}}, {"set_price": "theatre.knee", "to": {"gbp": 2}}),
    "a price of one organisation": ({"set_price": "theatre.knee", "to": {"gbp": 1}},
                                    {"set_price": {"unit_cost": "theatre.knee", "organisation": "RXX"}, "to": {"gbp": 2}}),
    "a price set and scaled": ({"scale_unit_cost": "theatre.knee", "by": 2}, {"set_price": "theatre.knee", "to": {"gbp": 2}}),
    "a key": ({"set_unit_cost": THEATRE, "to": "x.y"}, {"set_unit_cost": THEATRE, "to": "x.z"}),
    "a role": ({"set_role": "surgery", "to": "x"}, {"set_role": "surgery", "to": "y"}),
    "the start": ({"set_start": "surgery"}, {"set_start": "gp"}),
    "an organisation": ({"set_footprint": "acute", "to": "RXX"}, {"set_footprint": "acute", "to": "RYY"}),
    "an organisation of one place": ({"set_footprint": "acute", "to": "RXX"},
                                     {"set_footprint": {"role": "acute", "place": "town"}, "to": "RYY"}),
    "a use that is removed": ({"set_quantity": THEATRE, "to": 2}, {"remove_use": THEATRE}),
    "the key of a use that is removed": ({"set_unit_cost": THEATRE, "to": "x.y"}, {"remove_use": THEATRE}),
    "a route that is removed": ({"set_share": HOME, "to": 0.3}, {"remove_route": HOME}),
    "a use of a setting that is replaced": ({"scale_quantity": THEATRE, "by": 2}, {"replace_setting": "surgery", **SURGERY}),
    "a stay in a setting that is removed": ({"scale_stay": "surgery", "by": 2}, {"remove_setting": "surgery", "send_to": "home"}),
    "a setting replaced twice": ({"replace_setting": "surgery", **SURGERY},
                                 {"replace_setting": "surgery", "setting": {"role": "acute"}}),
}  # fmt: skip

TOGETHER = {
    "the same value": (SET, SET),
    "the same value on other evidence": (SET, {"set_parameter": "p", "to": {"value": 0.3, "evidence": {"grade": "trial"}}}),
    "the same start": ({"set_start": "surgery"}, {"set_start": "surgery"}),
    "another parameter": (SET, {"set_parameter": "q", "to": 0.4}),
    "scaled twice": ({"scale_parameter": "p", "by": 0.5}, {"scale_parameter": "p", "by": 0.9}),
    "scaled and added to": ({"scale_parameter": "p", "by": 0.5}, {"add_parameter": "p", "by": 0.1}),
    "two stays scaled": ({"scale_stay": "surgery", "by": 0.5}, {"scale_stay": HOME, "by": 0.9}),
    "a stay and that of one way out": ({"set_stay": "surgery", "to": 2}, {"set_stay": HOME, "to": 3}),
    "two shares": ({"set_share": HOME, "to": 0.3}, {"set_share": {"setting": "surgery", "route": "rehab"}, "to": 0.4}),
    "a quantity and a key": ({"set_quantity": THEATRE, "to": 2}, {"set_unit_cost": THEATRE, "to": "x.y"}),
    "prices of two organisations": ({"set_price": {"unit_cost": "x.y", "organisation": "RXX"}, "to": {"gbp": 2}},
                                    {"set_price": {"unit_cost": "x.y", "organisation": "RYY"}, "to": {"gbp": 3}}),
    "volume twice": ({"scale_patients": {}, "by": 1.5}, {"add_patients": {}, "patients": 100}),
    "a route's share where the setting keeps its routes": ({"set_share": HOME, "to": 0.3}, {"replace_setting": "surgery", **SURGERY}),
    "the role of a setting and of a use": ({"set_role": "surgery", "to": "x"}, {"set_role": THEATRE, "to": "y"}),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other"), UNDONE.values(), ids=UNDONE)
def test_undone_in_either_order(one, other):
    for pair in ((one, other), (other, one)):
        (clash,) = found(*pair)
        assert (clash.first.scenario, clash.later.scenario) == ("a", "b")


@pytest.mark.parametrize(("one", "other"), TOGETHER.values(), ids=TOGETHER)
def test_together_in_either_order(one, other):
    assert found(one, other) == found(other, one) == []


def test_who_wins():
    (undone,), (kept,) = found({"scale_parameter": "p", "by": 2}, SET), found(SET, {"scale_parameter": "p", "by": 2})
    assert undone.undoes
    assert not kept.undoes


def test_every_pair_of_three_scenarios():
    three = [
        Scenario.model_validate({"scenario": name, "amends": "knee", "changes": [{"set_parameter": "p", "to": value}]})
        for name, value in (("a", 1), ("b", 2), ("c", 1))
    ]
    assert [(clash.first.scenario, clash.later.scenario) for clash in clashes(three)] == [("a", "b"), ("b", "c")]
