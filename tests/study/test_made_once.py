"""Work is done once: as often as the inputs of a run differ by value, and no more."""

import importlib
import pkgutil
import sys

import numpy as np
import pandas as pd
import pytest

import pathway_cost as pc
from tests.engine.chance_toy import FEWER, PATHWAY, PEOPLE, PRICES, SHORTER
from tests.engine.toy import TOWN, pathway_of, scenario_of

WORK = {
    "pathway_cost.specs.changes.revise": "revise",
    "pathway_cost.engine.model.starters": "split_by_start",
    "pathway_cost.engine.model.compile": "compiled",
    "pathway_cost.engine.values.cohort_lanes": "lanes_of",
}


def by_value(given):
    """What a call was given, so that equal values are equal; tables of patients are what they are."""
    if isinstance(given, np.ndarray):
        return given.tobytes()
    if isinstance(given, list | tuple):
        return tuple(map(by_value, given))
    return given


@pytest.fixture
def calls(monkeypatch):
    """Function → what each call of it was given, wherever it is called from."""
    for module in pkgutil.walk_packages(pc.__path__, "pathway_cost."):
        if module.name != "pathway_cost.__main__":
            importlib.import_module(module.name)
    made = {name: [] for name in WORK.values()}

    def watched(function, name):
        def call(*given, **named):
            made[name].append(by_value([*given, *sorted(named.items())]))
            return function(*given, **named)

        return call

    for home, name in WORK.items():
        function = getattr(sys.modules[home], name)
        watch = watched(function, name)
        for module in [each for each in sys.modules.values() if each.__name__.startswith("pathway_cost")]:
            if getattr(module, name, None) is function:
                monkeypatch.setattr(module, name, watch)
    return made


@pytest.mark.parametrize(
    ("example", "counts"),
    [
        ("elective_knee", {"revise": 27, "split_by_start": 27, "compiled": 19, "lanes_of": 3}),
        ("time_and_chance", {"revise": 25, "split_by_start": 25, "compiled": 8, "lanes_of": 1}),
    ],
)
def test_a_run_works_out_nothing_twice(calls, example, counts):
    """Costing, every change, draws, break-even, attribution and the walk share what is alike in all that decides it."""
    pc.run(f"examples/{example}/study.yaml")
    assert {name: len(set(given)) for name, given in calls.items()} == counts
    assert {name: len(given) for name, given in calls.items()} == counts


def test_a_case_from_frames_works_out_nothing_twice(calls):
    composed = (scenario_of(SHORTER), scenario_of(FEWER))
    rows = [{"unit_cost": key, "value_gbp": 100, "unit": "contact", "covers": "part", "price_year": "2024-25", "source": "toy"}
            for key in PRICES]  # fmt: skip
    costed = pc.cost_pathway(
        pathway_of(PATHWAY), pc.Cohort.from_frame(PEOPLE), pc.UnitCosts.from_frame(pd.DataFrame(rows)), TOWN,
        scenarios=composed, price_year="2024-25",
    )  # fmt: skip
    assert costed.scenario == "shorter+fewer"
    assert {name: len(given) - len(set(given)) for name, given in calls.items()} == dict.fromkeys(calls, 0)
    assert calls["revise"]
    assert calls["compiled"]
