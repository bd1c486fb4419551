"""75 where something is multiplied by 0.75: a warning in both doors, and pounds as they are written."""

from __future__ import annotations

import pytest

import pathway_cost as pc
from tests.cli.toy_study import edit, write_study
from tests.specs.checks.test_units import BED, cost, scenario

SCALES = {
    "stay": ({"scale_stay": "ward"}, 75, "scale_stay multiplies by 75: did you mean 75%? Write 0.75"),
    "parameter": ({"scale_parameter": "los"}, 110, "scale_parameter multiplies by 110: did you mean 110%? Write 1.1"),
    "price": ({"scale_unit_cost": {"unit_cost": "bed"}}, 90, "Write 0.9"),
    "patients": ({"scale_patients": {}}, 10, "did you mean 10%? Write 0.1"),
}


def told(costed):
    return [str(note) for note in costed.notes if note.rule == "scaled_by_a_percentage"]


@pytest.mark.parametrize(("change", "by", "said"), SCALES.values(), ids=list(SCALES))
def test_ten_or_more_times_is_a_warning(change, by, said):
    costed = cost(scenarios=[scenario(change | {"by": by})])
    (warning,) = told(costed)
    assert said in warning
    assert costed.total_gbp == pytest.approx(1800 * by)


def test_ten_or_more_times_a_quantity():
    change = {"scale_quantity": {"setting": "ward", "use": "visit"}, "by": 50}
    costed = cost((BED, "{unit_cost: visit, quantity: 2}"), scenarios=[scenario(change)])
    assert costed.total_gbp == pytest.approx(30 * 2 * 50)
    assert "scale_quantity multiplies by 50: did you mean 50%? Write 0.5" in told(costed)[0]


def test_ten_or_more_times_by_a_parameter_of_the_scenario():
    change = {"scale_stay": "ward", "by": "shorter"}
    (warning,) = told(cost(scenarios=[scenario(change, parameters={"shorter": 75})]))
    assert "Write 0.75" in warning


@pytest.mark.parametrize("by", [0.75, 1.1, 9.5])
def test_a_factor_says_nothing(by):
    assert told(cost(scenarios=[scenario({"scale_stay": "ward", "by": by})])) == []


@pytest.mark.parametrize("door", [pc.run, pc.check])
def test_a_study_says_it_at_its_line(tmp_path, door):
    path = write_study(tmp_path / "study", extracts=False)
    edit(path.parent, "shorter_stay.yaml", "by: 0.75", "by: 75")
    (note,) = (note for note in door(path).notes if note.rule == "scaled_by_a_percentage")
    assert str(note).partition("shorter_stay.yaml:")[2].startswith("5:27 (changes.0.by): scale_stay multiplies by 75")
