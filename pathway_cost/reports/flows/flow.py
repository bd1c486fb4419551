"""Where patients and pounds flow: what a Sankey draws. Numbers in, numbers out.

The pounds of a band are what the patients on it will go on to cost, from the setting it leads to until their ends:
what enters a setting is what is spent there plus what leaves it, loops included.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pathway_cost import terms

START = "start"  # where flows say that patients come from before their first setting
BLOCK = 2048  # segment-arms solved at once

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, repr=False)
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
    names = [START, *map(str, visits[terms.SETTING].unique())]
    at = {name: place for place, name in enumerate(names)}
    seen_row, spent_row, moved_row = _rows(visits, cube, flows)
    shape = (int(max(each.max(initial=-1) for each in (seen_row, spent_row, moved_row))) + 1, len(names))
    seen = _summed(seen_row, _places(visits[terms.SETTING], at), visits[terms.VISITS], shape)
    gbp = _summed(spent_row, _places(cube[terms.SETTING], at), cube[terms.GBP], shape)
    steps = _steps(flows, moved_row, at, {at[name] for name in staying if name in at})
    first = steps.source == at[START]
    np.add.at(seen, (steps.row[first], steps.source[first]), steps.patients[first])
    each = _cost_ahead(seen, gbp, steps)
    return Flow(_settings(names, seen, gbp, each), _ways(names, steps, each))


@dataclass(frozen=True, repr=False)
class _Steps:
    """Patients moved, shape (steps,), with the positions of their segment-arm and of the settings at both ends."""

    row: Integers
    source: Integers
    target: Integers
    patients: Floats


def _rows(*frames: pd.DataFrame) -> list[Integers]:
    """For each row of each frame the number of its segment-arm, numbered as they are first met."""
    arms = {
        name: at for at, name in enumerate(dict.fromkeys(arm for frame in frames for arm in _levels(frame[terms.ARM])))
    }
    segment = np.concatenate([frame[terms.SEGMENT].to_numpy(np.int64) for frame in frames])
    arm = np.concatenate([_places(frame[terms.ARM], arms) for frame in frames])
    row, _ = pd.factorize(segment * (len(arms) + 1) + arm)
    return np.split(row, np.cumsum([len(frame) for frame in frames])[:-1])


def _levels(column: pd.Series) -> list[str]:
    return [str(level) for level in column.astype("category").cat.categories]


def _places(column: pd.Series, at: Mapping[str, int]) -> Integers:
    """The position of each row's name; a name that no row has needs none."""
    known = column.astype("category").cat
    return np.array([at.get(str(level), -1) for level in known.categories], dtype=np.int64)[known.codes.to_numpy()]


def _summed(row: Integers, column: Integers, measure: pd.Series, shape: tuple[int, int]) -> Floats:
    """A long frame's measure as a matrix, segment-arms × settings."""
    sums = measure.groupby(row * shape[1] + column).sum()
    filled = np.zeros(shape)
    filled.flat[sums.index.to_numpy()] = sums.to_numpy(np.float64)
    return filled


def _steps(flows: pd.DataFrame, row: Integers, at: Mapping[str, int], staying: Collection[int]) -> _Steps:
    """The flows summed over routes, in the order first met, without those of who stays."""
    ends = len(at)
    source, target = _places(flows["from_setting"], at), _places(flows["to_setting"], at)
    group, whole = pd.factorize((row * ends + source) * ends + target)
    patients = flows["patients_moved"].groupby(group).sum().to_numpy(np.float64)
    row, way = np.divmod(whole, ends * ends)
    source, target = np.divmod(way, ends)
    moves = ~((source == target) & np.isin(source, list(staying)))
    return _Steps(row[moves], source[moves], target[moves], patients[moves])


def _settings(names: list[str], seen: Floats, gbp: Floats, each: Floats) -> pd.DataFrame:
    unseen = np.where(seen > 0, 0.0, gbp)  # pounds of uses `per: patient` at a setting nobody reaches
    sums = {terms.VISITS: seen, terms.GBP: gbp, "gbp_ahead": seen * each + unseen}
    index = pd.Index(names, name=terms.SETTING)
    return pd.DataFrame({name: values.sum(axis=0) for name, values in sums.items()}, index=index)


def _ways(names: list[str], steps: _Steps, each: Floats) -> pd.DataFrame:
    """Patients and pounds of each way from one setting to another, in the order first met."""
    way, whole = pd.factorize(steps.source * len(names) + steps.target)
    moved = pd.DataFrame(
        {"patients_moved": steps.patients, "gbp_ahead": steps.patients * each[steps.row, steps.target]}
    )
    sums = moved.groupby(way).sum().reset_index(drop=True)
    sums.insert(0, "from_setting", [names[at] for at in whole // len(names)])
    sums.insert(1, "to_setting", [names[at] for at in whole % len(names)])
    return sums


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
