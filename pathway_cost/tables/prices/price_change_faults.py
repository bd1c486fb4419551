"""What a scenario's price change may not do, and which part of the prices it reaches: one rule a function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.errors import Problem, Severity, Where, nearest_name

LISTED: Final = 4  # prices a message names before it says "and n more"
Rows = NDArray[np.bool_]


class PriceChange(Protocol):
    """One change of prices: `by` scales, else `set_gbp` sets. Scope: key, component, organisation, each may be None."""

    @property
    def scenario(self) -> str: ...  # noqa: D102
    @property
    def position(self) -> int: ...  # noqa: D102
    @property
    def unit_cost(self) -> str | None: ...  # noqa: D102
    @property
    def component(self) -> str | None: ...  # noqa: D102
    @property
    def organisation(self) -> str | None: ...  # noqa: D102
    @property
    def by(self) -> float | None: ...  # noqa: D102
    @property
    def split(self) -> Sequence[tuple[str, float]] | None: ...  # noqa: D102
    @property
    def set_gbp(self) -> float | None: ...  # noqa: D102
    @property
    def set_component(self) -> str | None: ...  # noqa: D102
    @property
    def price_year(self) -> str | None: ...  # noqa: D102
    @property
    def source(self) -> str | None: ...  # noqa: D102
    @property
    def grade(self) -> str | None: ...  # noqa: D102


def reaches_no_price(frame: pd.DataFrame, scope: Rows, change: PriceChange) -> list[Problem]:
    """No price has the key and organisation that the change names."""
    if scope.any():
        return []
    for column, name in ((terms.UNIT_COST, change.unit_cost), (terms.ORGANISATION, change.organisation)):
        held = frame[column].unique().tolist()
        if name is not None and name not in held:
            what = f"the change names the {column} {name}, which no price in use has"
            nearest = nearest_name(name, held)
            return [fault("change_matches_no_price", change, what, "name a price that the pathway uses", nearest)]
    what = f"{change.organisation} has no price of {change.unit_cost}"
    return [fault("change_matches_no_price", change, what, "name an organisation that has it")]


def names_no_component(frame: pd.DataFrame, scope: Rows, reached: Rows, change: PriceChange) -> list[Problem]:
    """The change names a component which no price in its scope has."""
    if reached.any():
        return []
    held = frame.loc[scope, terms.COMPONENT].unique().tolist()
    what = f"no price in scope has the component {change.component}; {listed(frame.loc[scope])}: {', '.join(held)}"
    remedy = "name a component it has"
    if terms.UNSPLIT in held:
        remedy = "state how the price divides: `split: {shares: {…}, evidence: {…}}`"
    return [fault("component_not_in_price", change, what, remedy, nearest_name(str(change.component), held))]


def reaches_no_pounds(frame: pd.DataFrame, reached: Rows, change: PriceChange) -> list[Problem]:
    """The prices reached are all £0.00."""
    if frame.loc[reached, terms.VALUE_GBP].any():
        return []
    what = f"the change reaches £0.00: {listed(frame.loc[reached])}"
    return [fault("change_reaches_no_pounds", change, what, "remove it, or name prices above £0.00")]


def split_is_unclear(frame: pd.DataFrame, scope: Rows, change: PriceChange) -> list[Problem]:
    """Shares that do not sum to 1, a split of several keys at once, or nothing to split."""
    shares = [share for _, share in change.split or ()]
    if abs(sum(shares) - 1) > terms.RELATIVE_TOLERANCE or min(shares, default=0) < 0:
        what = f"the shares of the split sum to {sum(shares):g}, not 1, or one is negative"
        return [fault("split_is_not_whole", change, what, "let them sum to 1")]
    unsplit = frame.loc[scope & (frame[terms.COMPONENT] == terms.UNSPLIT).to_numpy()]
    if unsplit.empty:
        what = f"no price in scope is unsplit: {listed(frame.loc[scope])}"
        return [fault("nothing_to_split", change, what, "leave `split` out")]
    if len(unsplit[terms.UNIT_COST].unique()) > 1:
        what = f"the split would divide several unit costs alike: {listed(unsplit)}"
        return [fault("split_of_several_keys", change, what, "name the `unit_cost` that it splits")]
    return []


def reached_in_part(frame: pd.DataFrame, scope: Rows, reached: Rows, change: PriceChange) -> list[Problem]:
    """A note where some prices in scope have the component and some do not."""
    prices = frame.groupby([terms.ORGANISATION, terms.UNIT_COST], sort=False).ngroup().to_numpy()
    missed = scope & ~np.isin(prices, prices[reached])
    if change.component is None or not missed.any():
        return []
    part = f"the change reaches {change.component} of {listed(frame.loc[reached])}"
    what = f"{part}, and nothing of {listed(frame.loc[missed])}"
    return [Problem("change_reaches_part", what, _place(change), severity=Severity.NOTE)]


def listed(rows: pd.DataFrame) -> str:
    """The prices of some rows, by key, organisation and set; the first few and how many more."""
    once = rows.drop_duplicates([terms.UNIT_COST, terms.ORGANISATION])
    columns = (once[name].astype("str") for name in (terms.UNIT_COST, terms.ORGANISATION, "set", terms.BASIS))
    names = [f"{key} at {who} (set {name or basis})" for key, who, name, basis in zip(*columns, strict=True)]
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more


def fault(rule: str, change: PriceChange, what: str, remedy: str, nearest: str | None = None) -> Problem:
    """A fault of one change, placed in its scenario."""
    return Problem(rule, what, _place(change), nearest, remedy)


def _place(change: PriceChange) -> Where:
    return Where(item=f"{change.scenario}.changes.{change.position - 1}")
