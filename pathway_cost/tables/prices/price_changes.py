"""A scenario's price changes: the prices they reach, and what those become."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import PriceFaults, Problem, first_few
from pathway_cost.tables.prices import price_change_faults as faults
from pathway_cost.tables.prices.price_change_faults import PriceChange, Rows
from pathway_cost.tables.prices.price_index import Base
from pathway_cost.tables.prices.price_rows import PRICES_SHOWN, index_not_named
from pathway_cost.tables.reading import price_year as written_year

PRICE: Final = [terms.ORGANISATION, terms.UNIT_COST, terms.LEVEL]
Uplifts = Mapping[str, tuple[float, str]]  # organisation → (factor, index)


def changed_rows(frame: pd.DataFrame, change: PriceChange, base: Base) -> tuple[pd.DataFrame, list[Problem]]:
    """The prices after one change, and its faults and notes; the frame given is not touched."""
    scope = _scope(frame, change)
    problems = faults.reaches_no_price(frame, scope, change)
    if problems:
        return frame, problems
    if change.by is not None:
        return _scaled(frame, scope, change, change.by)
    return _set(frame, scope, change, base)


def _scope(frame: pd.DataFrame, change: PriceChange) -> Rows:
    """Prices of the key and organisation the change names, whatever their component."""
    rows = np.ones(len(frame), dtype=bool)
    if change.unit_cost is not None:
        rows &= (frame[terms.UNIT_COST] == change.unit_cost).to_numpy()
    if change.organisation is not None:
        rows &= (frame[terms.ORGANISATION] == change.organisation).to_numpy()
    return rows


def _reached(frame: pd.DataFrame, scope: Rows, change: PriceChange) -> Rows:
    """The rows in scope that are of the component the change names, if it names one."""
    return scope if change.component is None else scope & (frame[terms.COMPONENT] == change.component).to_numpy()


# --- scaling ---------------------------------------------------------------------------------------------------------
def _scaled(frame: pd.DataFrame, scope: Rows, change: PriceChange, by: float) -> tuple[pd.DataFrame, list[Problem]]:
    if change.split is not None:
        problems = faults.split_is_unclear(frame, scope, change)
        if problems:
            return frame, problems
        frame = _split(frame, scope, change)
        scope = _scope(frame, change)
    reached = _reached(frame, scope, change)
    problems = faults.names_no_component(frame, scope, reached, change)
    problems = problems or faults.reaches_no_pounds(frame, reached, change)
    if problems:
        return frame, problems
    value = frame[terms.VALUE_GBP].to_numpy()
    marked = _marked(frame, reached, change, f"× {by:g} by {change.scenario}")
    scaled = marked["scaled"].to_numpy()
    new = marked.assign(
        **{terms.VALUE_GBP: np.where(reached, value * by, value), "scaled": np.where(reached, scaled * by, scaled)}
    )
    return _with_se(frame, new), faults.reached_in_part(frame, scope, reached, change)


def _split(frame: pd.DataFrame, scope: Rows, change: PriceChange) -> pd.DataFrame:
    """The frame with the unsplit rows in scope divided into components by their shares."""
    unsplit = scope & (frame[terms.COMPONENT] == terms.UNSPLIT).to_numpy()
    marked = _marked(frame, unsplit, change, f"split by {change.scenario}")
    whole = marked.loc[unsplit]
    parts = [
        whole.assign(component=component, value_gbp=whole[terms.VALUE_GBP] * share, scaled=whole["scaled"] * share)
        for component, share in change.split or ()
    ]
    return pd.concat([marked.loc[~unsplit], *parts]).sort_index(kind="stable").reset_index(drop=True)


def _with_se(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The standard error of each price in proportion to its total: all components are drawn together."""
    total = after.groupby(PRICE, sort=False)[terms.VALUE_GBP].transform("sum").to_numpy()
    was = before.groupby(PRICE, sort=False)[terms.VALUE_GBP].transform("sum").to_numpy()
    ratio = np.divide(total, was, out=np.ones(len(total)), where=was != 0)
    return after.assign(**{terms.SE_TOTAL: after[terms.SE_TOTAL].to_numpy() * ratio})


def _marked(frame: pd.DataFrame, rows: Rows, change: PriceChange, what: str) -> pd.DataFrame:
    """The rows marked as changed: basis, source, and the grade of the change."""
    reason = f"; {what}" + (f" ({change.source})" if change.source else "")
    columns: dict[str, Any] = {
        terms.SOURCE: frame[terms.SOURCE].where(~rows, frame[terms.SOURCE] + reason),
        terms.BASIS: frame[terms.BASIS].where(~rows, str(terms.Basis.CHANGED)),
        terms.GRADE: frame[terms.GRADE].where(~rows, change.grade or str(terms.Grade.ASSUMPTION)),
    }
    return frame.assign(**columns)


# --- setting ---------------------------------------------------------------------------------------------------------
def _set(frame: pd.DataFrame, scope: Rows, change: PriceChange, base: Base) -> tuple[pd.DataFrame, list[Problem]]:
    if change.unit_cost is None:
        what = "a price is set for one key"
        return frame, [faults.fault("set_price_names_no_key", change, what, "name its `unit_cost`")]
    reached = _reached(frame, scope, change)
    problems = faults.names_no_component(frame, scope, reached, change)
    if problems:
        return frame, problems
    try:
        uplifts = _uplifts(change, frame.loc[reached, terms.ORGANISATION].unique().tolist(), base)
    except PriceFaults as error:
        return frame, list(error.problems)
    if change.component is None:  # one row a price: its levels and components are gone
        once = frame.loc[reached].drop_duplicates([terms.ORGANISATION, terms.UNIT_COST])
        given = once.assign(**{terms.LEVEL: "", terms.COMPONENT: change.set_component or terms.UNSPLIT})
    else:
        given = frame.loc[reached]
    new = given.assign(**_set_columns(given[terms.ORGANISATION], uplifts, change, base.price_year))
    return pd.concat([frame.loc[~reached], new]).sort_index(kind="stable").reset_index(drop=True), []


def _set_columns(organisations: pd.Series, uplifts: Uplifts, change: PriceChange, year: str) -> dict[str, Any]:
    factor = organisations.map({organisation: factor for organisation, (factor, _) in uplifts.items()}).astype(float)
    return {
        terms.VALUE_GBP: factor * float(change.set_gbp or 0.0),
        terms.BASIS: str(terms.Basis.CHANGED),
        terms.N: np.nan,
        terms.SE_TOTAL: np.nan,
        terms.SOURCE: change.source or f"set by {change.scenario}",
        terms.LICENCE: "",
        terms.GRADE: change.grade or str(terms.Grade.ASSUMPTION),
        "source_price_year": written_year(change.price_year) if change.price_year else year,
        "uplift_factor": factor,
        "uplift_index": organisations.map({organisation: name for organisation, (_, name) in uplifts.items()}),
        "mff_factor": 1.0,
        "fallback": "",
        "set": change.scenario,
        "scaled": np.nan,
    }


def _uplifts(change: PriceChange, organisations: list[str], base: Base) -> Uplifts:
    """What brings the price set to the study's price year at each organisation, and by which index."""
    stated = written_year(change.price_year) if change.price_year else base.price_year
    if stated == base.price_year:
        return dict.fromkeys(organisations, (1.0, ""))
    named = {organisation: base.index_of(organisation) for organisation in organisations}
    missing = [who for who, name in named.items() if not name]
    if missing:
        kinds = dict.fromkeys(base.kinds.get(who, "") for who in missing)
        raise PriceFaults(index_not_named(kind, stated, base, of=_of(missing, kind, base)) for kind in kinds)
    return {who: (base.uplift(name, stated).factor, name) for who, name in named.items() if name}


def _of(organisations: list[str], kind: str, base: Base) -> str:
    """The organisations of a kind, the first few by name."""
    named = [who for who in organisations if base.kinds.get(who, "") == kind]
    return f" of {first_few(named, PRICES_SHOWN)}"
