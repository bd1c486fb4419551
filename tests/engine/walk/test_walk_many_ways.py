"""Many ways out of one setting, and different numbers of them by setting: numpy and compiled walkers agree to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from pathway_cost.engine.values.stay_laws import GAMMA
from pathway_cost.engine.walk import compiled, reference
from pathway_cost.engine.walk.packed import FEW_WAYS, packed_of
from pathway_cost.engine.walk.walk import _ready
from tests.engine.walk.test_walk_laws import assert_same_sums, assert_same_walkers
from tests.engine.walk_toys import pathway, walkers


def spreading(ways, lanes=2):
    """A hub with so many ways out, to clinics that lead home, to the hub or onwards; by lane, other shares and prices."""
    clinics = [f"clinic_{number}" for number in range(ways)]
    stay = {"stay": (GAMMA, 3.0, 2.0)}
    settings = {"hub": {"entry": 10.0, "day": lambda lane, *_: 2.0 + lane}}
    settings |= {name: {"entry": 7.0 * number, "day": 1.0} for number, name in enumerate(clinics)}
    routes = [("hub", name, lambda lane, *_, n=n: 1.0 + n * lane, {**stay, "gbp": n}) for n, name in enumerate(clinics)]
    for number, name in enumerate(clinics):
        routes += [(name, "hub", 0.2, stay), (name, "home", 0.8, {"wait": (GAMMA, 2.0, 1.0), "wait_day": 3.0})]
        routes += [(name, clinics[number - 1], 0.1, stay)] if number else []
    return _ready(pathway(settings, ["home"], routes, lanes=lanes))


@pytest.mark.parametrize("ways", [1, 2, FEW_WAYS + 1, FEW_WAYS + 2, 12])
def test_compiled_walkers_agree_however_many_ways_there_are(ways):
    tables = spreading(ways)
    patients = walkers(3000, 2)
    exact = reference.walk_chunk(tables, patients)
    found = compiled.kernel_for(tables)(tables, patients)
    assert_same_walkers(exact, found)
    assert_same_sums(exact, found)


def test_bounds_are_kept_side_by_side_only_where_ways_are_few():
    assert packed_of(spreading(FEW_WAYS + 2)).bounds.shape == (0, FEW_WAYS + 1)
    bounds = packed_of(spreading(FEW_WAYS + 1, lanes=1)).bounds
    assert bounds[0].tolist() == [0.25, 0.5, 0.75]
    assert bounds[1].tolist() == [pytest.approx(0.2), 2.0, 2.0]
    assert (np.diff(bounds, axis=1) >= 0).all()


@pytest.mark.parametrize("count", [1, 63, 64, 65, 200])
def test_every_number_of_walkers_finds_a_lane(count):
    tables = spreading(3)
    many = compiled.kernel_for(tables)(tables, walkers(300, 2))
    found = compiled.kernel_for(tables)(tables, walkers(count, 2))
    assert (found.gbp == many.gbp[:count]).all()
    assert (found.end >= tables.settings).all()
