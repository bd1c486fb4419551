"""The pounds of a cube by some of its keys: names in the order first met, each with its sum."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.cube import Cube, counted

Names = tuple[str, ...]


def pounds_by(cube: Cube, *keys: str, priced: bool = False) -> dict[Names, float]:
    """Names of the keys → pounds; `priced` leaves out what is only counted."""
    places, names = zip(*(_coded(cube.frame[key]) for key in keys), strict=True)
    group, gbp = np.ravel_multi_index(places, [len(each) for each in names]), cube.frame[terms.GBP].to_numpy()
    if priced:
        rows = ~counted(cube.frame).to_numpy()
        group, gbp = group[rows], gbp[rows]
    sums = pd.Series(gbp).groupby(group, sort=False).sum()
    found = np.unravel_index(sums.index.to_numpy(np.int64), [len(each) for each in names])
    called = ([each[at] for at in place] for each, place in zip(names, found, strict=True))
    return dict(zip(zip(*called, strict=True), sums.tolist(), strict=True))


def _coded(column: pd.Series) -> tuple[NDArray[np.int64], list[str]]:
    """For each row the place of its name among the names."""
    known = column.astype("category").cat
    return known.codes.to_numpy().astype(np.int64), [str(name) for name in known.categories]
