"""When the pounds of one scenario fall, as a factor of its cube, and who is where in each period."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.cube import Periods, shares_of
from pathway_cost.engine.activity.averages import Ledger, with_periods
from pathway_cost.engine.pounds.cube_rows import CubePiece, Group
from pathway_cost.engine.pounds.stacked import Column, Words, stacked
from pathway_cost.engine.values import product

Floats = NDArray[np.float64]

PRESENCE = (terms.PERIOD, terms.SETTING, terms.VISITS, "days_present")


def periods_of(groups: Sequence[Group], pieces: Sequence[CubePiece]) -> Periods | None:
    """Lives, and the rows of the cube that each has → when the rows fall; None where nobody is followed through time.

    Patients of a base use a line at the same times, whatever it costs and whoever pays: a pattern is a line × base of a life.
    """
    ledgers = _ledgers(groups)
    if not ledgers:
        return None
    count = max(ledger.paid.shape[1] for ledger in ledgers)
    shares = [_shares(ledger, count) for ledger in ledgers]
    before = np.cumsum([0, *(each.shape[1] for each in shares)])
    patterns = [
        piece.pattern + first for first, piece in zip(before, pieces, strict=False) if piece.pattern is not None
    ]
    quantity, gbp, present = np.concatenate(shares, axis=1)
    gbp = quantity if np.array_equal(gbp, quantity) else gbp
    present = gbp if np.array_equal(present, gbp) else present
    from_day, to_day = ledgers[0].grid.days_of(np.arange(count))
    return Periods(from_day, to_day, np.concatenate([[], *patterns]).astype(np.int32), quantity, gbp, present)


def presence_of(groups: Sequence[Group]) -> pd.DataFrame | None:
    """Period × setting or end: visits, days and patients present of all lives; None where nobody is followed through time."""
    ledgers = _ledgers(groups)
    if not ledgers:
        return None
    pieces = [_presence(group, ledger) for group, ledger in zip(groups, ledgers, strict=True)]
    keys = [terms.PERIOD, terms.SETTING]
    frame = stacked(pieces, PRESENCE).groupby(keys, sort=False, observed=True).sum().reset_index()
    days = ledgers[0].grid.days_followed_in(frame[terms.PERIOD].to_numpy(np.int64) - 1)
    return frame.assign(patients_present=frame["days_present"] / days)


def _ledgers(groups: Sequence[Group]) -> list[Ledger]:
    return [group.averages.ledger for group in groups if group.averages.ledger is not None]


def _shares(ledger: Ledger, periods: int) -> Floats:
    """(3, m, P) shares of quantity, pounds and present value by period, of every line × base of a life."""
    figures = (with_periods(each, periods) for each in (ledger.quantity, ledger.paid, ledger.present))
    return np.array([shares_of(np.moveaxis(each, 1, 2).reshape(-1, periods)) for each in figures])


def _presence(group: Group, ledger: Ledger) -> dict[str, Column]:
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
