"""Channels: ways out of a setting that take the same time, as lags on the grid, and the rings that hold who is under way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.model import Grid
from pathway_cost.engine.values import LaneValues, Stays, convolution, stay_laws

Floats = NDArray[np.float64]

NEGLIGIBLE: Final = 1e-300


class Lags(NamedTuple):
    """Shares of those who set out by the lag after which they arrive: at once (R,), and from lag `first` on (n, R)."""

    at_once: Floats
    first: int
    later: Floats


class Way(NamedTuple):
    """A way out of a setting: its edge, its stay with where that stands in the file, and its wait."""

    edge: int
    stay: tuple[str, Stays]
    wait: Stays | None


class Ring:
    """Who is under way, by the step at which they arrive.

    >>> ring = Ring(Lags(np.zeros(1), 2, np.array([[0.75], [0.25]])))
    >>> ring.push(0, np.array([8.0]))
    >>> [float(ring.pop(step)[0]) for step in range(1, 5)]
    [0.0, 6.0, 2.0, 0.0]
    """

    def __init__(self, lags: Lags) -> None:
        self.lags = lags
        self.size = lags.first + len(lags.later)
        self.held = np.zeros((self.size, lags.later.shape[1]))

    def push(self, step: int, amount: Floats) -> None:
        """Send some on their way at a step."""
        start, later = (step + self.lags.first) % self.size, self.lags.later
        before = min(len(later), self.size - start)
        self.held[start : start + before] += later[:before] * amount
        if before < len(later):
            self.held[: len(later) - before] += later[before:] * amount

    def pop(self, step: int) -> Floats:
        """Those who arrive at a step, taken out."""
        place = step % self.size
        arriving: Floats = self.held[place].copy()
        self.held[place] = 0.0
        return arriving


@dataclass
class Channel:
    """Ways out of one setting that have one stay and wait in common, and who is under way on them.

    `leave` holds who has yet to leave the setting where they wait afterwards (None where leaving is arriving).
    """

    edges: tuple[int, ...]
    arrive: Ring
    leave: Ring | None

    @cached_property
    def starts_at_once(self) -> bool:
        """Whether some leave the setting at once."""
        return bool((self.leave or self.arrive).lags.at_once.any())


def channels_of(values: LaneValues, setting: int, grid: Grid, *, passed_over: Collection[int] = ()) -> list[Channel]:
    """The channels out of a setting; every edge has its own where shares change with time.

    `passed_over` are the edges by which patients stay in a setting that repeats every cycle.
    """
    apart = setting in values.clocked_settings
    ways = [way for way in _ways_out(values, setting, grid) if way.edge not in passed_over]
    groups: dict[object, list[Way]] = {}
    for way in ways:
        waits = None if way.wait is None else way.edge
        groups.setdefault(way.edge if apart else (way.stay[0], waits), []).append(way)
    return [_channel(group, grid) for group in groups.values()]


def _ways_out(values: LaneValues, setting: int, grid: Grid) -> list[Way]:
    graph = values.model.graph
    name = graph.settings[setting]
    edges = graph.out[setting]
    if values.model.pathway.settings[name].is_cycle:
        cycle = stay_laws.fixed(values.lanes.count, grid.cycle_steps * grid.step_days)
        return [Way(edge, ("cycle", cycle), values.wait_on(edge)) for edge in edges]
    stays = values.stays_out_of(setting)
    return [Way(edge, stays[edge], values.wait_on(edge)) for edge in edges]


def _channel(ways: list[Way], grid: Grid) -> Channel:
    stay, wait = ways[0].stay[1], ways[0].wait
    leaving = _lattice(stay, grid)
    edges = tuple(way.edge for way in ways)
    if wait is None:
        return Channel(edges, Ring(_lags(leaving)), None)
    arriving = _convolved(leaving, _lattice(wait, grid))
    limit = len(arriving) if grid.steps is None else grid.steps + 1
    return Channel(edges, Ring(_lags(arriving[:limit])), Ring(_lags(leaving)))


def mix_of(channel: Channel, values: LaneValues) -> Floats:
    """(edges, R) or (1, 1) how those on a channel divide over its edges."""
    if len(channel.edges) == 1:
        return np.ones((1, 1))
    shares = values.shares[list(channel.edges)]
    total = shares.sum(axis=0)
    return np.asarray(shares / np.where(total > 0, total, 1.0))


def one_for_all(shares: Floats) -> bool:
    """Whether (L, R) lags are known to be the same for every lane."""
    return shares.shape[1] == 1 or shares.strides[1] == 0


def _lattice(stays: Stays, grid: Grid) -> Floats:
    """(L, R) shares by lag, up to the horizon; without one, everybody leaves by the last lag."""
    lanes = len(stays.mean)
    columns = (stays.law, stays.mean, stays.sd, stays.table)
    if lanes > 1 and not all((column == column[0]).all() for column in columns):
        return _lattice_of_lanes(stays, grid.step_days, grid.steps)
    table = int(stays.table[0])
    points = () if table < 0 else tuple(tuple(each.tolist()) for each in stays.tables[table])
    law = (int(stays.law[0]), float(stays.mean[0]), float(stays.sd[0]))
    known = _lattice_of_one(law, points, grid.step_days, grid.steps)
    return np.broadcast_to(known, (len(known), lanes))


@lru_cache(maxsize=1024)
def _lattice_of_one(
    stay: tuple[int, float, float], points: tuple[tuple[float, ...], ...], step: float, steps: int | None
) -> Floats:
    """(L, 1) the lags of one stay (law, mean, sd), worked out once."""
    law, mean, sd = stay
    tables = ((np.array(points[0]), np.array(points[1])),) if points else ()
    one = Stays(np.array([law]), np.array([mean]), np.array([sd]), np.array([0 if points else -1]), tables)
    return _lattice_of_lanes(one, step, steps)


def _lattice_of_lanes(stays: Stays, step: float, steps: int | None) -> Floats:
    length = stay_laws.lags_needed(stays, step)
    if steps is not None:
        return stay_laws.lattice(stays, step, min(length, steps + 1))
    shares = stay_laws.lattice(stays, step, length)
    shares[-1] += 1.0 - shares.sum(axis=0)
    return shares


def _convolved(one: Floats, other: Floats) -> Floats:
    """(L1 + L2 − 1, R) the lags of one after the other."""
    lanes = one.shape[1]
    if one_for_all(one) and one_for_all(other):
        both = convolution(one[:, 0], other[:, 0])
        return np.broadcast_to(both[:, None], (len(both), lanes))
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    both = np.zeros((len(one) + len(other) - 1, lanes))
    for lag, share in enumerate(shorter):
        if share.any():
            both[lag : lag + len(longer)] += longer * share
    return both


def _lags(shares: Floats) -> Lags:
    """The shares without the lags that nobody takes."""
    told = shares[:, :1] if one_for_all(shares) else shares
    taken = np.flatnonzero((told[1:] > NEGLIGIBLE).any(axis=1)) + 1
    if len(taken) == 0:
        return Lags(shares[0], 1, np.zeros((1, shares.shape[1])))
    return Lags(shares[0], int(taken[0]), shares[taken[0] : taken[-1] + 1])
