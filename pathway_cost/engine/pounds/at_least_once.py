"""Patients who come to a setting at least once: worked out when asked, for each row of the visits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity.averages import Reached
from pathway_cost.engine.pounds.cube_rows import Group

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class _OfLife(NamedTuple):
    """What of a group is kept until somebody asks."""

    nodes: tuple[str, ...]
    reached: Reached
    base: Integers
    patients: Floats

    def __repr__(self) -> str:
        return object.__repr__(self)


def at_least_once(groups: Sequence[Group]) -> Callable[[str], Floats]:
    """Groups → for a setting or end, (n,) the patients of each row of its visits who are expected to come there at all."""
    kept = [_OfLife(each.model.graph.nodes, each.averages.reached, each.base, each.patients) for each in groups]
    return partial(_comers, kept)


def _comers(lives: Sequence[_OfLife], setting: str) -> Floats:
    parts = [
        life.reached(life.nodes.index(setting))[life.base] * life.patients for life in lives if setting in life.nodes
    ]
    return np.concatenate([np.zeros(0), *parts])
