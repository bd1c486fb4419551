"""Levels of a price that rest on too few records: the parent's price, in the national set's proportion."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.tables.answers import Asked, scaled
from pathway_cost.tables.unit_costs import ACCEPTED


def with_levels(
    rows: pd.DataFrame, unit_cost: str, organisation: str, others: Iterable[Asked]
) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows with every level priced, and a note a level that was not.

    A level of too few records takes the parent's price × (level ÷ parent) of a national set that has both, else the
    parent's as it is; the column `fallback`, there only then, says which.
    """
    if rows[ACCEPTED].all():
        return rows, []
    small = rows.loc[~rows[ACCEPTED].astype(bool) & (rows[terms.LEVEL] != ""), terms.LEVEL].unique().tolist()
    parent = rows[rows[terms.LEVEL] == ""]
    kept, notes = [rows[~rows[terms.LEVEL].isin(small)]], []
    lent = list(others)
    for level in small:
        ratio = _national_ratio(lent, unit_cost, level)
        count = rows.loc[rows[terms.LEVEL] == level, terms.N].iloc[0]
        how = "the parent's price" if ratio is None else f"the parent's price × {ratio:.4f}, the national proportion"
        text = f"{level}: too few records (n = {count:.0f}), {how}"
        kept.append(scaled(parent, 1.0 if ratio is None else ratio).assign(**{terms.LEVEL: level, "fallback": text}))
        what = f"{unit_cost} of {organisation}, {text}"
        notes.append(
            Problem("level_of_few_records", what, Where(item=f"unit_costs.{unit_cost}"), severity=Severity.NOTE)
        )
    return pd.concat(kept, ignore_index=True), notes


def _national_ratio(others: Iterable[Asked], unit_cost: str, level: str) -> float | None:
    """Level ÷ parent in the first national set that has both."""
    for of in others:
        rows = of.rows(terms.ANY_ORGANISATION, unit_cost)
        if rows.empty or rows[terms.BASIS].iloc[0] != terms.Basis.NATIONAL:
            continue
        at_level = rows.loc[rows[terms.LEVEL] == level, terms.VALUE_GBP].sum()
        parent = rows.loc[rows[terms.LEVEL] == "", terms.VALUE_GBP].sum()
        if at_level > 0 and parent > 0:
            return float(at_level / parent)
    return None
