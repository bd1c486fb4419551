"""The pounds over time: ledgers by period, and how far a scenario has moved from the first so far."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.engine.model import EDGE, Grid
from pathway_cost.engine.pounds.ledger import LedgerFrames
from pathway_cost.results.costed.costed import CostedPathway

Floats = NDArray[np.float64]

KEYS = ("scenario", terms.PERIOD, "from_day", "to_day")
OF = "of"
THESE_STARTERS = "these starters only"
"""Of an intake: nobody who started before the study is in its ledger, so that no period is an organisation's."""
PERCENTILES: Mapping[str, float] = {"p2_5": 2.5, "p25": 25, "p50": 50, "p75": 75, "p97_5": 97.5}


def profile(costed: Mapping[str, CostedPathway]) -> pd.DataFrame:
    """Scenario × period × setting or end: visits, patients_present (on average), gbp, present_value_gbp."""
    return _stacked([_by_setting(name, ledger) for name, ledger in _ledgers(costed).items()], costed)


def profile_by_organisation(costed: Mapping[str, CostedPathway]) -> pd.DataFrame:
    """Scenario × period × organisation: gbp, present_value_gbp."""
    return _stacked([_by_organisation(name, ledger) for name, ledger in _ledgers(costed).items()], costed)


def change_so_far(costed: Mapping[str, CostedPathway], drawn: Mapping[str, Floats] | None = None) -> pd.DataFrame:
    """Scenario × period: the change from the first scenario since the start, in the headline's pounds.

    Args:
        costed: scenario → result; without a ledger the frame is empty.
        drawn: scenario → (P, D) pounds by period at the same draws; without it only the mean is told.

    Returns:
        scenario (all but the first), period, from_day, to_day, mean, p2_5, p25, p50, p75, p97_5.
    """
    ledgers = _ledgers(costed)
    if not ledgers:
        return pd.DataFrame()
    grid = next(iter(ledgers.values())).grid
    first, *others = ledgers
    by_period = drawn or {name: _by_period(ledger)[:, None] for name, ledger in ledgers.items()}
    fans = [_fan(name, by_period[first], by_period[name], grid, several=drawn is not None) for name in others]
    return _stacked(fans, costed)


def _ledgers(costed: Mapping[str, CostedPathway]) -> dict[str, LedgerFrames]:
    found = {name: each.ledger for name, each in costed.items()}
    return {name: ledger for name, ledger in found.items() if ledger is not None}


def _by_setting(name: str, ledger: LedgerFrames) -> pd.DataFrame:
    keys = [terms.PERIOD, terms.SETTING]
    pounds = ledger.pounds.groupby(keys, sort=False, observed=True)[[terms.GBP, terms.PRESENT_VALUE_GBP]].sum()
    rows = ledger.presence.astype({terms.SETTING: "str"}).merge(
        pounds.reset_index().astype({terms.SETTING: "str"}), on=keys, how="left"
    )
    rows = _dated(name, rows, ledger.grid)
    rows["patients_present"] = rows["days_present"] / _days_told(rows[terms.PERIOD].to_numpy(np.int64), ledger.grid)
    measures = ["visits", "patients_present", terms.GBP, terms.PRESENT_VALUE_GBP]
    return rows.fillna(dict.fromkeys(measures, 0.0))[[*KEYS, terms.SETTING, *measures]]


def _days_told(period: NDArray[np.int64], grid: Grid) -> Floats:
    """(n,) days of the whole steps that fall into each period (from 1): a month of days has 30 or 31."""
    begins, ends = grid.first_step_of(period - 1), grid.first_step_of(period)
    return np.asarray((ends if grid.steps is None else np.minimum(ends, grid.steps)) - begins) * grid.step_days


def _by_organisation(name: str, ledger: LedgerFrames) -> pd.DataFrame:
    keys, measures = [terms.PERIOD, terms.ORGANISATION], [terms.GBP, terms.PRESENT_VALUE_GBP]
    rows = ledger.pounds.groupby(keys, sort=True, observed=True)[measures].sum().reset_index()
    return _dated(name, rows, ledger.grid)[[*KEYS, terms.ORGANISATION, *measures]]


def _by_period(ledger: LedgerFrames) -> Floats:
    """(P,) present value of each period."""
    rows = ledger.pounds
    period, gbp = rows[terms.PERIOD].to_numpy(np.int64) - 1, rows[terms.PRESENT_VALUE_GBP].to_numpy(np.float64)
    return np.bincount(period, gbp).astype(np.float64, copy=False)


def _fan(name: str, before: Floats, after: Floats, grid: Grid, *, several: bool) -> pd.DataFrame:
    periods = max(len(before), len(after))
    sides = [np.pad(side, ((0, periods - len(side)), (0, 0))) for side in (before, after)]
    change = np.cumsum(sides[1] - sides[0], axis=0)
    rows = pd.DataFrame({terms.PERIOD: np.arange(1, periods + 1), "mean": change.mean(axis=1)})
    points = np.percentile(change, list(PERCENTILES.values()), axis=1)
    for label, point in zip(PERCENTILES, points, strict=True):
        rows[label] = point if several else np.nan
    return _dated(name, rows, grid)[[*KEYS, "mean", *PERCENTILES]]


def _dated(name: str, rows: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    """Rows by period, with the scenario and the days on which each period begins and ends (of its steps, where they do not divide it)."""
    end = np.inf if grid.steps is None else grid.steps * grid.step_days
    period = rows[terms.PERIOD].to_numpy(np.int64)
    return rows.assign(
        scenario=name, from_day=_first_day(period - 1, grid), to_day=np.minimum(_first_day(period, grid), end)
    )


def _first_day(period: NDArray[np.int64], grid: Grid) -> Floats:
    """The day on which a period (from 0) begins; with steps of a day at most, to the day."""
    stated: Floats = period * np.float64(grid.period_days)
    begins: Floats = grid.first_step_of(period) * np.float64(grid.step_days)
    near = 1.0 + EDGE if grid.step_days <= 1 else EDGE * grid.step_days
    return np.where(np.abs(begins - stated) < near, stated, begins)


def _stacked(frames: list[pd.DataFrame], costed: Mapping[str, CostedPathway]) -> pd.DataFrame:
    """The frames of all scenarios under one another; where patients start over time, with a column that says whose they are."""
    if not frames:
        return pd.DataFrame()
    whole = pd.concat(frames, ignore_index=True)
    intake = any(each.stands_on.intake for each in costed.values())
    return whole.assign(**{OF: THESE_STARTERS}) if intake else whole
