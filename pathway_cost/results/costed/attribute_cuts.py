"""Cuts by what patients are: a cube knows their segment, and a segment has one level of each attribute."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import nearest_name

_NO_ATTRIBUTES: Final = (terms.SEGMENT, terms.PLACE, terms.PATIENTS, "rows")
Levels = Mapping[str, Sequence[str]]
"""Attribute → its levels, in order."""


def levels_found(segments: pd.DataFrame, declared: Levels) -> dict[str, tuple[str, ...]]:
    """The attributes that patients are told apart by, from a result's segments, and the levels that any patient has.

    Args:
        segments: one row a segment.
        declared: the levels as the pathway declares them; of others, the order is that of the table.
    """
    return {
        str(name): _found(segments[name], declared.get(str(name), ()))
        for name in segments
        if name not in _NO_ATTRIBUTES
    }


def _found(labels: pd.Series, declared: Sequence[str]) -> tuple[str, ...]:
    stated = labels.cat.categories if isinstance(labels.dtype, pd.CategoricalDtype) else labels
    found = set(level_text(labels))
    return tuple(level for level in dict.fromkeys([*declared, *level_text(pd.Series(stated))]) if level in found)


def level_text(labels: pd.Series) -> pd.Series:
    """Levels as text, a missing one as none."""
    return labels.astype("str").fillna("")


def check_cuts(cuts: Sequence[str], attributes: Collection[str] = ()) -> None:
    """Refuse a cut by nothing, by one word twice, or by a word that is none (a slip of who writes the code: ValueError)."""
    words = [*terms.CUTS, *attributes]
    wrong = [cut for cut in cuts if cut not in words]
    if wrong or not cuts:
        near = [each for name in wrong if (each := nearest_name(name, words)) is not None]
        told = (f", not {wrong}" if wrong else "") + (f"; nearest: {', '.join(near)}" if near else "")
        raise ValueError(f"cut by one or more of {', '.join(words)}{told}")
    if len(set(cuts)) < len(cuts):
        raise ValueError(f"cut by each word once, not by {', '.join(cuts)}")


def cut_by(
    cuts: Sequence[str], segments: pd.DataFrame, levels: Levels, cut: Callable[..., pd.DataFrame]
) -> pd.DataFrame:
    """A cube's cut by its own words and by attributes.

    Args:
        cuts: what to tell figures by.
        segments: the result's segments, each with its attributes.
        levels: the order of the rows of each attribute.
        cut: makes the cut by words of the cube: `Cube.by`, `Cube.quantities`.

    Returns:
        The cuts and the figures.
    """
    attributes = [name for name in cuts if name not in terms.CUTS]
    if not attributes:
        return cut(*cuts)
    own = list(dict.fromkeys(terms.SEGMENT if name in attributes else name for name in cuts))
    known = segments[[terms.SEGMENT]].assign(**{name: level_text(segments[name]) for name in attributes})
    frame = cut(*own).merge(known, on=terms.SEGMENT)
    figures = [name for name in frame.columns if name not in (*own, *attributes, terms.SEGMENT)]
    summed = frame.groupby(list(cuts), sort=False, observed=True, dropna=False)[figures].sum().reset_index()
    first = [summed[terms.PERIOD].to_numpy()] if cuts[0] == terms.PERIOD else []
    places = [summed[name].map({level: at for at, level in enumerate(levels[name])}).to_numpy() for name in attributes]
    return summed.take(np.lexsort([*first, *places][::-1])).reset_index(drop=True)
