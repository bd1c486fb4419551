"""Draws whose shares cannot be: others in their place, and every other draw as it was."""

from __future__ import annotations

import numpy as np
import pytest

from pathway_cost.engine.draws.impossible_draws import draws_exceed_one, impossible, redrawn
from pathway_cost.engine.draws.parameter_table import drawn
from pathway_cost.errors import EngineFaults
from tests.engine.chance_toy import Toy
from tests.engine.time_toy import days

CROWDED = {
    "parameters": {
        "p_back": {"value": 0.3, "se": 0.1, "unit": "share"},
        "p_far": {"value": 0.5, "se": 0.12, "unit": "share"},
    },
    "start": {"ward": 1},
    "settings": {
        "ward": {"role": "acute", "stay": 3, "uses": [{"unit_cost": "visit"}]},
        "ward_2": {"role": "acute", "uses": [{"unit_cost": "visit"}]},
    },
    "routes": {
        "ward": {"ward": "p_back", "ward_2": "p_far", "home": "rest"},
        "ward_2": {"home": {"share": {"formula": "1 - p_lost"}}, "lost": "p_lost"},
    },
    "ends": ["home", "lost"],
}
CROWDED["parameters"]["p_lost"] = {"value": 0.2, "se": 0.02, "unit": "share"}
LESS = {"scenario": "less", "changes": [{"scale_stay": "ward", "by": 0.5}, {"set_parameter": "p_far", "to": 0.4}]}


@pytest.fixture(scope="module", params=[None, 10], ids=["whole", "horizon"])
def found(request):
    timing = {} if request.param is None else {"timing": days(request.param)}
    toy = Toy(CROWDED, 10, {"visit": 100}, LESS, **timing)
    recoster, table = toy.recoster(), drawn(300, seed=2)
    return recoster, table, recoster.at(table)


def test_bad_draws_are_those_of_any_scenario(found):
    _, table, at = found
    levels = Toy(CROWDED, 10, {"visit": 100}).pathway.parameters
    values = table.values(levels)
    expected = values["p_back"] + values["p_far"] > 1
    assert 0 < expected.sum() < 100
    assert impossible(at, 300)[expected].all()
    assert set(at.wrong) == {"routes.ward"}


def test_redrawn_none_is_left_and_the_good_ones_stay(found):
    recoster, table, at = found
    bad = impossible(at, 300)
    other, again = redrawn(recoster, table, at)
    assert not impossible(again, 300).any()
    for name, sums in at.sums.items():
        new = again.sums[name]
        assert np.array_equal(sums.gbp[~bad], new.gbp[~bad])
        assert np.array_equal(sums.periods[:, ~bad], new.periods[: len(sums.periods), ~bad])
        for cut in sums.by:
            assert all(np.array_equal(values[~bad], new.by[cut][key][~bad]) for key, values in sums.by[cut].items())
    fresh = recoster.at(other)
    for name, sums in again.sums.items():
        assert sums.gbp == pytest.approx(fresh.sums[name].gbp, rel=1e-12)
        assert sums.periods.sum(axis=0) == pytest.approx(sums.present, rel=1e-9)


def test_after_many_rounds_the_parameters_are_at_fault(found, monkeypatch):
    recoster, table, at = found
    monkeypatch.setattr("pathway_cost.engine.draws.impossible_draws.MOST_REDRAWS", 0)
    with pytest.raises(EngineFaults, match="drawn there: p_back, p_far"):
        redrawn(recoster, table, at)


def test_the_fault_names_its_place_and_only_the_parameters_there(found):
    recoster, table, at = found
    (problem,) = draws_exceed_one(at, table, recoster.pathways)
    assert problem.where.item == "routes.ward"
    assert f"in {int(impossible(at, 300).sum())} of 300 draws" in problem.what
    assert "p_lost" not in problem.what
