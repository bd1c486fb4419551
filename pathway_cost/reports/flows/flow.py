"""Where patients and pounds flow: what a Sankey draws. Numbers in, numbers out.

The pounds of a band are what the patients on it will go on to cost, from the setting it leads to until their ends:
what enters a setting is what is spent there plus what leaves it, loops included.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pathway_cost import terms

KEYS = [terms.SEGMENT, terms.ARM]
START = "start"  # where flows say that patients come from before their first setting
BLOCK = 2048  # segment-arms solved at once

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Flow:
    """One scenario's flows, summed over segments and arms.

    `settings`: setting (index; first `start`) with visits, gbp (spent there), gbp_ahead (spent there and after).
    `moves`: from_setting, to_setting, patients_moved, gbp_ahead.
    """

    settings: pd.DataFrame
    moves: pd.DataFrame


def pathway_flow(
    cube: pd.DataFrame, visits: pd.DataFrame, flows: pd.DataFrame, *, staying: Collection[str] = ()
) -> Flow:
    """Cube, visits and flows of one scenario to the patients and pounds of every setting and band.

    Args:
        cube: the cost cube's long table.
        visits: segment, arm, setting, patients, visits.
        flows: segment, arm, from_setting, to_setting, route, patients_moved.
        staying: settings whose routes to themselves are no visit but staying for another cycle; these are left out.

    >>> visits = pd.DataFrame({"segment": 0, "arm": "everyone", "setting": ["ward", "home"], "visits": [125.0, 100.0]})
    >>> flows = pd.DataFrame({"segment": 0, "arm": "everyone", "from_setting": "ward",
    ...                       "to_setting": ["ward", "home"], "patients_moved": [25.0, 100.0]})
    >>> cube = pd.DataFrame({"segment": 0, "arm": "everyone", "setting": ["ward"], "gbp": [1250.0]})
    >>> pathway_flow(cube, visits, flows).moves["gbp_ahead"].tolist()      # 25 come back, each to cost £12.50
    [312.5, 0.0]
    """
    spent = _summed(cube, [*KEYS, terms.SETTING], terms.GBP)
    moves = _summed(flows, [*KEYS, "from_setting", "to_setting"], "patients_moved")
    stays = (moves["from_setting"] == moves["to_setting"]) & moves["from_setting"].isin(list(staying))
    moves = moves[~stays].reset_index(drop=True)
    names = [START, *dict.fromkeys(visits[terms.SETTING].astype(str))]
    at = {name: place for place, name in enumerate(names)}
    rows = pd.MultiIndex.from_frame(pd.concat([visits[KEYS].astype({terms.ARM: str}), spent[KEYS]]).drop_duplicates())
    seen = _matrix(visits, terms.VISITS, rows, at)
    gbp = _matrix(spent, terms.GBP, rows, at)
    steps = _steps(moves, rows, at)
    first = steps.source == at[START]
    np.add.at(seen, (steps.row[first], steps.source[first]), steps.patients[first])
    each = _cost_ahead(seen, gbp, steps)
    moves = moves.assign(gbp_ahead=steps.patients * each[steps.row, steps.target])
    return Flow(_settings(names, seen, gbp, each), _ways(moves))


@dataclass(frozen=True)
class _Steps:
    """Patients moved, shape (steps,), with the positions of their segment-arm and of the settings at both ends."""

    row: Integers
    source: Integers
    target: Integers
    patients: Floats


def _steps(moves: pd.DataFrame, rows: pd.MultiIndex, at: dict[str, int]) -> _Steps:
    return _Steps(
        row=np.asarray(rows.get_indexer(pd.MultiIndex.from_frame(moves[KEYS])), dtype=np.int64),
        source=np.array([at[name] for name in moves["from_setting"]], dtype=np.int64),
        target=np.array([at[name] for name in moves["to_setting"]], dtype=np.int64),
        patients=moves["patients_moved"].to_numpy(dtype=np.float64),
    )


def _settings(names: list[str], seen: Floats, gbp: Floats, each: Floats) -> pd.DataFrame:
    unseen = np.where(seen > 0, 0.0, gbp)  # pounds of uses `per: patient` at a setting nobody reaches
    sums = {terms.VISITS: seen, terms.GBP: gbp, "gbp_ahead": seen * each + unseen}
    index = pd.Index(names, name=terms.SETTING)
    return pd.DataFrame({name: values.sum(axis=0) for name, values in sums.items()}, index=index)


def _ways(moves: pd.DataFrame) -> pd.DataFrame:
    ways = moves.groupby(["from_setting", "to_setting"], sort=False)
    return ways[["patients_moved", "gbp_ahead"]].sum().reset_index()


def _summed(frame: pd.DataFrame, keys: list[str], measure: str) -> pd.DataFrame:
    """A frame's measure summed by keys, the keys as plain text."""
    summed = frame.groupby(keys, observed=True, sort=False)[measure].sum().reset_index()
    return summed.astype({key: str for key in keys if key != terms.SEGMENT})


def _matrix(frame: pd.DataFrame, measure: str, rows: pd.MultiIndex, at: dict[str, int]) -> Floats:
    """A long frame's measure as a matrix, segment-arms × settings."""
    filled = np.zeros((len(rows), len(at)))
    row = rows.get_indexer(pd.MultiIndex.from_frame(frame[KEYS].astype({terms.ARM: str})))
    column = np.array([at[name] for name in frame[terms.SETTING].astype(str)], dtype=np.int64)
    np.add.at(filled, (row, column), frame[measure].to_numpy(dtype=np.float64))
    return filled


def _cost_ahead(seen: Floats, gbp: Floats, steps: _Steps) -> Floats:
    """Pounds from one visit to a setting until the end, segment-arms × settings: (I − P)⁻¹ c."""
    each = np.zeros_like(gbp)
    size = seen.shape[1]
    visited = np.where(seen > 0, seen, np.inf)
    share = steps.patients / visited[steps.row, steps.source]
    for start in range(0, len(seen), BLOCK):
        stop = min(start + BLOCK, len(seen))
        inside = (steps.row >= start) & (steps.row < stop)
        matrix = np.broadcast_to(np.eye(size), (stop - start, size, size)).copy()
        ways = (steps.row[inside] - start, steps.source[inside], steps.target[inside])
        np.subtract.at(matrix, ways, share[inside])
        own = gbp[start:stop] / visited[start:stop]
        each[start:stop] = _solved(matrix, own)
    return each


def _solved(matrix: Floats, right: Floats) -> Floats:
    """Solve A x = b for many (n, n) at once; A is I − P, so that every pivot is as large as what it takes out.

    A library's solver may add in another order on other processors.
    """
    size = matrix.shape[1]
    for pivot in range(size):
        rest = slice(pivot + 1, None)
        part = matrix[:, rest, pivot] / matrix[:, pivot, pivot, None]
        matrix[:, rest, rest] -= part[:, :, None] * matrix[:, pivot, None, rest]
        right[:, rest] -= part * right[:, pivot, None]
    for pivot in reversed(range(size)):
        right[:, pivot] /= matrix[:, pivot, pivot]
        right[:, :pivot] -= matrix[:, :pivot, pivot] * right[:, pivot, None]
    return right
