"""The pounds of a cube by some of its keys: names in the order first met, each with its sum."""

from __future__ import annotations

import pandas as pd

from pathway_cost import terms
from pathway_cost.cube import Cube, counted

Names = tuple[str, ...]


def pounds_by(cube: Cube, *keys: str, priced: bool = False) -> dict[Names, float]:
    """Names of the keys → pounds; `priced` leaves out what is only counted."""
    cut = cube.by(*keys)
    found = dict(zip(_names(cut, keys), cut[terms.GBP].tolist(), strict=True))
    if not priced:
        return found
    paid = set(_names(cube.frame.loc[~counted(cube.frame), list(keys)].drop_duplicates(), keys))
    return {names: gbp for names, gbp in found.items() if names in paid}


def _names(frame: pd.DataFrame, keys: tuple[str, ...]) -> list[Names]:
    return list(zip(*(frame[key].astype("str") for key in keys), strict=True))
