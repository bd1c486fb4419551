"""The pounds of a scenario as visits × quantity × price, each row with the price in use that it follows, and how."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import pandas as pd

from pathway_cost import terms
from pathway_cost.cube import counted
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.tables.prices.prices import SCALED

PRICE_KEYS: Final = (terms.ORGANISATION, terms.UNIT_COST, terms.LEVEL, terms.COMPONENT)
LINE_KEYS: Final = (
    terms.SETTING,
    terms.USE,
    terms.UNIT_COST,
    terms.ROLE,
    terms.ORGANISATION,
    terms.LEVEL,
    terms.COMPONENT,
)
MEASURES: Final = (terms.VISITS, terms.QUANTITY, terms.GBP)
FOLLOWS: Final = "follows"  # component of the price that a row follows; "" where it follows none
NOTHING: Final = float("nan")
TIMES: Final = "times"  # what its price is, as a multiple of that price

PriceKey = tuple[str, ...]
"""Organisation, unit cost, level, component."""


@dataclass(frozen=True, repr=False)
class LiveLines:
    """Rows whose pounds sum to the scenario's total, and the prices on which some pounds hang in a way that is not known."""

    frame: pd.DataFrame
    """Columns setting, use, unit_cost, role, organisation, level, component, visits, quantity, gbp, follows, times."""
    unclear: frozenset[PriceKey] = field(default=frozenset())


def prices_listed(frame: pd.DataFrame) -> dict[PriceKey, tuple[float, bool]]:
    """A run's prices in use → the value of each, and whether it is what a scenario makes of the study's.

    >>> prices_listed(pd.DataFrame())
    {}
    """
    if frame.empty:
        return {}
    changed = (frame[terms.BASIS].astype(str) == str(terms.Basis.CHANGED)).tolist()
    return dict(zip(_keys(frame), zip(frame[terms.VALUE_GBP].tolist(), changed, strict=True), strict=True))


def _keys(frame: pd.DataFrame) -> Iterator[PriceKey]:
    return zip(*(frame[name].astype(str).tolist() for name in PRICE_KEYS), strict=True)


def live_lines(costed: CostedPathway, prices: Mapping[PriceKey, float]) -> LiveLines:
    """A costed scenario and the study's own prices (key → pounds a unit) → its rows, each with the price that it follows.

    A row follows a price where its pounds are quantity × a known number × that price, whatever the price is: the number is 1, or
    what a scenario multiplies the price by, or what the price does as time goes by. A price that a scenario sets follows none.
    """
    rows = costed.cube.frame
    rows = rows[~counted(rows) & ((rows[terms.QUANTITY] != 0) | (rows[terms.GBP] != 0))]
    keys = [terms.ARM, *LINE_KEYS]
    rows = rows.groupby(keys, sort=False, observed=True)[list(MEASURES)].sum().reset_index()
    rows = rows.astype(dict.fromkeys(keys, "str"))
    known = {} if costed.model is None else {arm: _scaled(given.frame) for arm, given in costed.model.prices.items()}
    arms = rows[terms.ARM].tolist()
    followed = [_followed(key, known.get(arm, {}), prices) for arm, key in zip(arms, _keys(rows), strict=True)]
    rows[FOLLOWS] = [each.component for each in followed]
    rows[TIMES] = [each.times for each in followed]
    merged = rows.groupby([*LINE_KEYS, FOLLOWS, TIMES], sort=False, dropna=False)[list(MEASURES)].sum().reset_index()
    unclear = {each.unclear for each in followed if each.unclear is not None}
    borne_out = _borne_out(merged, prices, _moving(costed))
    unclear |= {key for key, times in borne_out if key is not None and times is None}
    merged[FOLLOWS] = [key[3] if key is not None and times is not None else "" for key, times in borne_out]
    merged[TIMES] = [NOTHING if times is None else times for _, times in borne_out]
    return LiveLines(merged, frozenset(unclear))


class _Followed(NamedTuple):
    """The component whose price a row follows, and by how much, as its arm's prices say; or a price of which they say nothing."""

    component: str = ""
    times: float = NOTHING
    unclear: PriceKey | None = None


def _followed(key: PriceKey, scaled: Mapping[PriceKey, float], prices: Mapping[PriceKey, float]) -> _Followed:
    """The price that a row with this key follows: its own, or the undivided one that a scenario divides."""
    found = next((each for each in (key, (*key[:3], terms.UNSPLIT)) if each in prices), None)
    times = scaled.get(key)
    if found is None or (times is not None and math.isnan(times)):
        return _Followed()
    return _Followed(unclear=found) if times is None else _Followed(found[3], times)


def _scaled(frame: pd.DataFrame) -> dict[PriceKey, float]:
    """Each price of an arm → what scenarios multiply the study's own by; none for a table that does not say."""
    return dict(zip(_keys(frame), frame[SCALED].tolist(), strict=True)) if SCALED in frame else {}


def _moving(costed: CostedPathway) -> frozenset[str]:
    """The unit costs whose prices move as time goes by."""
    pathways = () if costed.model is None else costed.model.pathways.values()
    return frozenset(
        key for each in pathways for key, declared in each.unit_costs.items() if declared.price_factor is not None
    )


def _borne_out(
    rows: pd.DataFrame, prices: Mapping[PriceKey, float], moving: frozenset[str]
) -> list[tuple[PriceKey | None, float | None]]:
    """Of each row the price it follows, if any, and what that is multiplied by as its pounds bear out; None where they do not."""
    found: list[tuple[PriceKey | None, float | None]] = []
    measures = (rows[name].tolist() for name in (FOLLOWS, TIMES, terms.QUANTITY, terms.GBP))
    for key, component, times, quantity, gbp in zip(_keys(rows), *measures, strict=True):
        follows = (*key[:3], component) if component else None
        told = None if follows is None else _times(times, quantity * prices[follows], gbp, moves=key[1] in moving)
        found.append((follows, told))
    return found


def _times(expected: float, whole: float, gbp: float, *, moves: bool) -> float | None:
    """What a price is multiplied by, from what its prices say and its pounds; None where these do not tell.

    >>> _times(1.22, 100.0, 122.0, moves=False), _times(1.22, 100.0, 125.0, moves=False), _times(1.22, 0.0, 0.0, moves=False)
    (1.22, None, 1.22)
    >>> _times(1.0, 100.0, 103.5, moves=True), _times(1.0, 0.0, 0.0, moves=True)
    (1.035, None)
    """
    if not whole:
        return None if moves or gbp else expected
    found = gbp / whole
    if moves:
        return found
    return expected if abs(found - expected) <= terms.RELATIVE_TOLERANCE * abs(expected) else None
