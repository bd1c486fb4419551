"""A study's prices, with those of another run beside them or before them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from pathway_cost import terms
from pathway_cost.earlier.prices_of_run import PriceKey, UsedPrice
from pathway_cost.tables.prices.prices import Prices

Theirs = Mapping[PriceKey, UsedPrice]
Bundles = Mapping[str, tuple[str, frozenset[str]]]
"""Bundle → the key that stands in for its parts, and those."""


def beside_theirs(own: Prices, theirs: Theirs, bundles: Bundles) -> Prices:
    """A study's own prices, and the other run's where those have none."""
    keys = _keys(own)
    added = {key: each for key, each in theirs.items() if key not in keys}
    known = {organisation for organisation, _ in keys}
    stood_in = {organisation for organisation, _ in theirs} - known
    return _with(own, own.frame, added, _replaced(own, theirs, bundles, stood_in))


def theirs_first(own: Prices, theirs: Theirs, bundles: Bundles) -> Prices:
    """The other run's prices, and a study's own where that had none."""
    kept = own.frame[[key not in theirs for key in _keys(own)]]
    return _with(own, kept, theirs, _replaced(own, theirs, bundles, {organisation for organisation, _ in theirs}))


def _keys(prices: Prices) -> list[PriceKey]:
    """Organisation and unit cost of each row."""
    frame = prices.frame
    return list(zip(frame[terms.ORGANISATION], frame[terms.UNIT_COST], strict=True))


def _with(own: Prices, kept: pd.DataFrame, added: Theirs, replaced: frozenset[PriceKey]) -> Prices:
    frame = pd.concat([kept, *(each.frame for each in added.values())], ignore_index=True)
    return replace(own, frame=frame, replaced=replaced)


def _replaced(own: Prices, theirs: Theirs, bundles: Bundles, organisations: set[str]) -> frozenset[tuple[str, str]]:
    """(organisation, bundle) priced by the key that stands in: at some organisations as the other run had it."""
    found = set(own.replaced)
    for organisation in organisations:
        priced = {key for each, key in theirs if each == organisation}
        for bundle, (stand_in, parts) in bundles.items():
            if stand_in in priced and not parts <= priced:
                found.add((organisation, bundle))
            elif parts & priced:
                found.discard((organisation, bundle))
    return frozenset(found)
