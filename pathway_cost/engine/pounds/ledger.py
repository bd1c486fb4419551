"""The pounds of one scenario period by period: frames whose pounds sum to those of the cube."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.engine.model import Grid
from pathway_cost.engine.pounds.cube_rows import Group
from pathway_cost.engine.pounds.lines import PricedLine
from pathway_cost.engine.pounds.stacked import Column, Words, constant, stacked
from pathway_cost.engine.values import product

Floats = NDArray[np.float64]

POUNDS: tuple[str, ...] = (
    terms.PERIOD, terms.SETTING, terms.USE, terms.ROLE, terms.ORGANISATION, terms.GBP, terms.PRESENT_VALUE_GBP,
)  # fmt: skip
PRESENCE: tuple[str, ...] = (terms.PERIOD, terms.SETTING, terms.VISITS, "days_present")


@dataclass(frozen=True)
class LedgerFrames:
    """`pounds`: one row a period × setting × use × organisation; `presence`: a period × setting (or end)."""

    grid: Grid
    pounds: pd.DataFrame
    presence: pd.DataFrame


def ledger_of(groups: Sequence[Group], priced: Sequence[Sequence[PricedLine]]) -> LedgerFrames | None:
    """The pounds and days of all lives by period, summed; None where nobody is followed through time."""
    ledgers = [group.averages.ledger for group in groups]
    grid = next((ledger.grid for ledger in ledgers if ledger is not None), None)
    if grid is None:
        return None
    pounds = [piece for group, lines in zip(groups, priced, strict=True) for piece in _pounds(group, lines)]
    presence = [_presence(group) for group in groups]
    return LedgerFrames(grid, _summed(pounds, POUNDS), _summed(presence, PRESENCE))


def _pounds(group: Group, lines: Sequence[PricedLine]) -> Iterator[dict[str, Column]]:
    ledger = group.averages.ledger
    assert ledger is not None
    for priced in lines:
        if priced.line.is_count:
            continue
        where = np.searchsorted(group.segments, priced.segments)
        weight = group.patients[where] * priced.gbp.sum(axis=1)
        paid, present = (
            product(each[priced.number][:, group.base[where]], weight) for each in (ledger.paid, ledger.present)
        )
        periods = len(paid)
        yield {
            terms.PERIOD: np.arange(1, periods + 1),
            terms.SETTING: constant(priced.line.setting, periods),
            terms.USE: constant(priced.line.use, periods),
            terms.ROLE: constant(priced.line.role, periods),
            terms.ORGANISATION: constant(priced.organisation, periods),
            terms.GBP: paid,
            terms.PRESENT_VALUE_GBP: present,
        }


def _presence(group: Group) -> dict[str, Column]:
    ledger = group.averages.ledger
    assert ledger is not None
    nodes = group.model.graph.nodes
    visits = product(ledger.visits[:, :, group.base], group.patients)
    days = np.zeros_like(visits)
    days[: len(ledger.days)] = product(ledger.days[:, :, group.base], group.patients)
    periods = visits.shape[1]
    return {
        terms.PERIOD: np.tile(np.arange(1, periods + 1), len(nodes)),
        terms.SETTING: Words(nodes, np.repeat(np.arange(len(nodes)), periods)),
        terms.VISITS: visits.ravel(),
        "days_present": days.ravel(),
    }


def _summed(pieces: Sequence[dict[str, Column]], columns: Sequence[str]) -> pd.DataFrame:
    if not pieces:
        return pd.DataFrame({name: [] for name in columns})
    keys = [name for name in columns if name not in (terms.GBP, terms.PRESENT_VALUE_GBP, terms.VISITS, "days_present")]
    return stacked(pieces, columns).groupby(keys, sort=False, observed=True).sum().reset_index()
