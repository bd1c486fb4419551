"""Values as numbers, lane by lane."""

import numpy as np
import pytest

from pathway_cost.engine.values.evaluator import ValueEvaluator, ValueFaultError
from pathway_cost.engine.values.lanes import Lanes
from pathway_cost.specs.format.values import Parameter
from tests.engine.toy import pathway_of

LANES = Lanes(
    base=np.array([0, 1, 1, 2]),
    levels={"frail": ("no", "yes"), "sex": ("f", "m")},
    codes={"frail": np.array([0, 1, 1, 0]), "sex": np.array([0, 0, 1, 1])},
    numbers={"age": np.array([40.0, 50.0, 60.0, 70.0])},
)
PARAMETERS = {
    "half": {"value": 0.5},
    "by_sex": {"by": "sex", "values": {"f": 1, "m": "age"}},
    "after": {"counts": {"home": 30, "bed": 10}},
    "los": {"value": 4, "spread": {"empirical": {2: 0.5, 6: 0.5}}},
    "twice": {"formula": "2 * los"},
    "hurry": {"value": 3, "spread": {"exponential": {}}},
}


def value_of(given):
    spec = pathway_of({"start": {"a": 1}, "settings": {"a": {"stay": given}}, "parameters": PARAMETERS})
    return ValueEvaluator(spec.parameters, LANES).value(spec.settings["a"].stay)


@pytest.mark.parametrize(
    ("given", "numbers"),
    [
        (3, [3]),
        ("half", [0.5]),
        ("age", [40, 50, 60, 70]),
        ("after.bed", [0.25]),
        ({"by": "frail", "values": {"no": 1, "yes": 2}}, [1, 2, 2, 1]),
        ({"by": "frail", "values": {"no": "age", "yes": 2}}, [40, 2, 2, 70]),
        ({"by": ["frail", "sex"], "values": {"no": {"f": 1, "m": 2}, "yes": {"f": 3, "m": 4}}}, [1, 3, 4, 2]),
        ("by_sex", [1, 1, 60, 70]),
        ({"by": "age", "steps": {0: 0.1, 50: 0.2, 65: "half"}}, [0.1, 0.2, 0.2, 0.5]),
        ({"by": "half", "steps": {0: 7, 1: 8}}, [7]),
        ({"by": "half", "steps": {0: "age", 1: 8}}, [40, 50, 60, 70]),
        ({"by": "frail", "values": {"no": 1, "yes": {"by": "age", "steps": {45: 5}}}}, [1, 5, 5, 1]),
        ({"formula": "max(0, age - 55) / 10 + half"}, [0.5, 0.5, 1, 2]),
        ({"formula": "(age > 45) * twice"}, [0, 8, 8, 8]),
        ({"excess": {"of": "los", "over": 5}}, [0.5]),
        ({"excess": {"of": "los", "over": 0}}, [4]),
        ({"excess": {"of": "los", "over": {"formula": "age / 10"}}}, [1, 0.5, 0, 0]),
        ({"excess": {"of": "hurry", "over": 3}}, [3 / np.e]),
    ],
)  # fmt: skip
def test_value(given, numbers):
    assert value_of(given).tolist() == pytest.approx(numbers)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ("nobody", "nobody"),
        ("after", "counts"),
        ("years", "clock word"),
        ({"by": "age", "values": {"a": 1}}, "no attribute with levels"),
        ({"by": "frail", "values": {"no": 1}}, "frail=yes"),
        ({"formula": "twice ** 2"}, "only linearly"),
        ({"excess": {"of": "half", "over": 1}}, "no spread"),
    ],
)
def test_no_number(given, word):
    with pytest.raises(ValueFaultError) as raised:
        value_of(given)
    assert word in raised.value.what


def test_below_the_first_step_is_not_a_number_until_somebody_is_there():
    numbers = value_of({"by": "age", "steps": {45: 1}})
    assert np.isnan(numbers).tolist() == [True, False, False, False]


def test_a_parameter_is_worked_out_once():
    evaluator = ValueEvaluator({"x": Parameter.model_validate({"formula": "age + 1"})}, LANES)
    assert evaluator.named("x") is evaluator.named("x")
