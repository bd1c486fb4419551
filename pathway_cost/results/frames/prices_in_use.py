"""Every price in use: where it comes from, and how many of the first scenario's pounds rest on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.engine.pounds.evaluation import Modelled
from pathway_cost.privacy.suppression import HIDDEN
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.frames.cut_pounds import pounds_by
from pathway_cost.tables.prices.prices import MFF_FACTOR, SCALED, SET, UPLIFT_INDEX

KEYS: Final = [terms.ORGANISATION, terms.UNIT_COST, terms.LEVEL, terms.COMPONENT]
UNSAID: Final = [UPLIFT_INDEX, MFF_FACTOR, SET, SCALED]  # stands in the record, or in the words of the source


def unit_costs_used(costed: Mapping[str, CostedPathway]) -> pd.DataFrame:
    """The first scenario's prices, then prices that only other scenarios have; each with its baseline pounds.

    A price that no baseline pound rests on has £0.00. A value that a scenario changed stands in `changes`; here
    stands what it was. No rows where the costs were measured: they have no prices. Hidden figures are named in a column.
    """
    first = next(iter(costed.values()))
    models = [each.model for each in costed.values() if each.model is not None]
    frames = [prices.frame for model in models for prices in model.prices.values()]
    if not frames:
        return pd.DataFrame()
    rows = pd.concat(frames, ignore_index=True).drop_duplicates(KEYS).reset_index(drop=True)
    if first.model is not None:
        rows = rows.drop(index=_only_split_by_a_change(rows, first.model))
    gbp = pounds_by(first.cube, *KEYS)
    keys = zip(*(map(str, rows[key]) for key in KEYS), strict=True)
    found = np.array([gbp.get(key, 0.0) for key in keys])
    titles = _titles(models)
    used = rows.assign(
        title=rows[terms.UNIT_COST].map(lambda key: titles.get(key, "")),
        baseline_gbp=found,
        share_of_pounds=found / (first.total_gbp or np.nan),
    )
    used = used.drop(columns=UNSAID, errors="ignore").reset_index(drop=True)
    return used if first.synthetic else _without_hidden(used)


def _without_hidden(used: pd.DataFrame) -> pd.DataFrame:
    """The prices: where one out of PLICS does not say how many records stand behind it, its standard error is missing too."""
    hides = (used[terms.BASIS] == str(terms.Basis.PLICS)) & used[terms.N].isna()
    if not hides.any():
        return used
    named = hides.map({True: f"{terms.N}, {terms.SE_TOTAL}", False: ""})
    return used.assign(**{terms.SE_TOTAL: used[terms.SE_TOTAL].where(~hides), HIDDEN: named})


def _only_split_by_a_change(rows: pd.DataFrame, first: Modelled) -> pd.Index:
    """Rows that a change made out of a price that is listed already: they would repeat its pounds."""
    prices = [terms.ORGANISATION, terms.UNIT_COST]
    known = pd.MultiIndex.from_frame(next(iter(first.prices.values())).frame[prices])
    repeats = (
        pd.MultiIndex.from_frame(rows[prices]).isin(known) & (rows[terms.BASIS] == str(terms.Basis.CHANGED)).to_numpy()
    )
    return rows.index[repeats]


def _titles(models: Sequence[Modelled]) -> dict[str, str]:
    declared = [pathway.unit_costs for model in models for pathway in model.pathways.values()]
    return {key: unit_cost.title or "" for keys in reversed(declared) for key, unit_cost in keys.items()}
