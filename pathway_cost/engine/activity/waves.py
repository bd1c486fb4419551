"""Patients followed through all of time at once, setting by setting: for pathways in which no setting repeats by cycles.

Whoever arrives at a setting, at whatever step, is one wave (T, R). A wave is sent on along the lags of its stays and waits
and joins the waves of the settings it leads to; loops send ever smaller waves round until nobody is left in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity.channels import Channel, Lags, channels_of, mix_of, one_for_all
from pathway_cost.engine.activity.follow import NOBODY, Follower, Stretch
from pathway_cost.engine.model import LONGEST, Grid
from pathway_cost.engine.values import Clock, LaneValues, convolution, product

Floats = NDArray[np.float64]

FEW_LANES: Final = 8  # lanes up to which one by one beats a matrix
FEW_LAGS: Final = 24  # lags up to which shifting beats a matrix
ON_THE_WAY: Final = 1e-13  # of a patient: a time long enough that nobody is left needs no doubling
MOST_ROUNDS: Final = 400  # of the waves of a loop; beyond that, stepping through time is quicker
FEW_ROUNDS: Final = 40  # the same for many lanes
MANY_LANES: Final = 100
FIRST_TIME: Final = 256  # steps looked at first where there is no horizon


def stretches_of(values: LaneValues, grid: Grid, *, stop_at: AbstractSet[int] = frozenset()) -> Iterator[Stretch]:
    """What happens, stretch after stretch: all at once, or step by step where settings repeat or loops go round often."""
    if grid.cycle_steps:
        yield from Follower(values, grid, stop_at=stop_at).stretches()
        return
    steps = grid.steps + 1 if grid.steps is not None else FIRST_TIME
    while True:
        try:
            stretch = _Waves(values, grid, steps, stop_at).stretch()
        except _TooManyRounds:
            yield from Follower(values, grid, stop_at=stop_at).stretches()
            return
        if grid.steps is not None or _is_over(values, stretch, stop_at) or steps * grid.step_days > LONGEST:
            yield stretch
            return
        steps *= 2


def _is_over(values: LaneValues, stretch: Stretch, stop_at: AbstractSet[int]) -> bool:
    graph = values.model.graph
    last = stop_at | set(range(len(graph.settings), len(graph.nodes)))
    return bool((values.starts.sum(axis=0) - stretch.arrived(last) <= ON_THE_WAY).all())


class _TooManyRounds(Exception):
    """A loop that is left so slowly that its waves would not die down."""


class _Waves:
    """One look at T steps. Waves keep to the steps at which anybody is in them."""

    def __init__(self, values: LaneValues, grid: Grid, steps: int, stop_at: AbstractSet[int]) -> None:
        graph, shape = values.model.graph, (steps, values.lanes.count)
        self.values, self.graph, self.steps, self.stop_at = values, graph, steps, stop_at
        settings = range(len(graph.settings))
        self.channels = {s: channels_of(values, s, grid) for s in settings}
        self.clock = {s: values.shares_over(s, Clock(grid, 0, steps))[:, :, 0] for s in values.clocked_settings}
        self.new = np.zeros((len(graph.nodes), *shape))
        self.new[:, 0] = values.starts
        self.spans: dict[int, slice] = {int(node): slice(0, 1) for node in np.flatnonzero(values.starts.any(axis=1))}
        self.arrivals = np.zeros_like(self.new)
        self.moved = np.zeros((len(graph.edges), *shape))
        self.present = np.zeros((len(graph.settings), *shape))
        self.waiting = np.zeros((len(graph.edges), *shape))

    def stretch(self) -> Stretch:
        """Send waves on: each loop until nobody is left in it, then what comes after."""
        for component in self.graph.components:
            if len(component) == 1 and not self._comes_straight_back(component[0]):
                self._send_on(component[0])
            else:
                self._go_round(component)
        np.cumsum(self.present, axis=1, out=self.present)
        for edge in {
            edge for each in self.channels.values() for ch in each if ch.leave is not None for edge in ch.edges
        }:
            np.cumsum(self.waiting[edge], axis=0, out=self.waiting[edge])
        return Stretch(0, self.steps, self.arrivals, self.moved, self.present, self.waiting, {})

    def _comes_straight_back(self, node: int) -> bool:
        return node < len(self.graph.settings) and any(self.graph.edges[e].target == node for e in self.graph.out[node])

    def _go_round(self, settings: Sequence[int]) -> None:
        for _ in range(MOST_ROUNDS if self.values.lanes.count < MANY_LANES else FEW_ROUNDS):
            if not any(setting in self.spans for setting in settings):
                return
            for setting in settings:
                self._send_on(setting)
        raise _TooManyRounds

    def _send_on(self, node: int) -> None:
        span = self.spans.pop(node, None)
        if span is None:
            return
        wave = self.new[node, span].copy()
        self.new[node, span] = 0.0
        self.arrivals[node, span] += wave
        if node >= len(self.graph.settings) or node in self.stop_at or not (wave > NOBODY).any():
            return
        self.present[node, span] += wave
        for channel in self.channels[node]:
            self._through(channel, node, wave * self._share(channel, node, span), span.start)

    def _through(self, channel: Channel, setting: int, wave: Floats, first: int) -> None:
        """A wave through one channel: out of the setting, into the wait, out of the wait and on."""
        arrive, arriving = self._lagged(wave, channel.arrive.lags, first)
        leave, leaving = arrive, arriving
        if channel.leave is not None:
            leave, leaving = self._lagged(wave, channel.leave.lags, first)
        self.present[setting, leave] -= leaving
        for edge, mix in zip(channel.edges, mix_of(channel, self.values), strict=True):
            moved = arriving if len(channel.edges) == 1 else mix * arriving
            if channel.leave is not None:
                self.waiting[edge, leave] += mix * leaving
                self.waiting[edge, arrive] -= moved
            self.moved[edge, arrive] += moved
            target = self.graph.edges[edge].target
            self.new[target, arrive] += moved
            before = self.spans.get(target, arrive)
            self.spans[target] = slice(min(before.start, arrive.start), max(before.stop, arrive.stop))

    def _lagged(self, wave: Floats, lags: Lags, first: int) -> tuple[slice, Floats]:
        """A wave that begins at a step, after its lags: the steps it then covers, and the wave there."""
        start, out = lagged(wave, lags, self.steps - first)
        return slice(first + start, first + start + len(out)), out

    def _share(self, channel: Channel, setting: int, span: slice) -> Floats:
        """(R,) or (T, R) the share of those who arrive that takes the channel."""
        if setting in self.clock:
            return np.asarray(self.clock[setting][self.graph.out[setting].index(channel.edges[0])][span])
        return np.asarray(self.values.shares[list(channel.edges)].sum(axis=0))


def lagged(wave: Floats, lags: Lags, most: int) -> tuple[int, Floats]:
    """A wave (T, R) after its lags: the step at which it begins, and the wave (T', R), cut off after `most` steps.

    >>> start, wave = lagged(np.array([[1.0], [1.0]]), Lags(np.array([0.0]), 2, np.array([[0.5], [0.5]])), 4)
    >>> start, wave.ravel().tolist()
    (2, [0.5, 1.0])
    """
    at_once = bool(lags.at_once.any())
    start = 0 if at_once else lags.first
    later = lags.later if lags.later.any() else lags.later[:0]
    out = np.zeros(
        (max(0, min(len(wave) + lags.first + len(later) - 1 if len(later) else len(wave), most) - start), wave.shape[1])
    )
    if at_once:
        out[: len(wave)] += (wave * lags.at_once)[: len(out)]
    _add_later(out[lags.first - start :], wave, later)
    reached = np.flatnonzero((out > NOBODY).any(axis=1))
    return start, out[: reached[-1] + 1] if len(reached) else out[:0]


def _add_later(out: Floats, wave: Floats, later: Floats) -> None:
    """Add a wave (T, R) sent through lags (L, R) to the steps that begin with the first lag."""
    if len(later) == 0 or len(out) == 0:
        return
    if len(wave) == 1:  # all set out at one step
        out[: len(later)] += (later * wave[0])[: len(out)]
    elif len(later) > FEW_LAGS and one_for_all(later):
        out += _convolved(later[:, 0], wave, len(out))
    else:
        for lag, share in enumerate(later[: len(out)]):
            part = out[lag : lag + len(wave)]
            part += wave[: len(part)] * share


def _convolved(shares: Floats, wave: Floats, steps: int) -> Floats:
    """(steps, R) the wave sent through lags that are the same for every lane."""
    if wave.shape[1] <= FEW_LANES:
        both = np.stack([convolution(column, shares)[:steps] for column in wave.T], axis=1)
        return np.pad(both, ((0, steps - len(both)), (0, 0)))
    return product(_toeplitz(shares, steps, len(wave)), wave)


def _toeplitz(shares: Floats, steps: int, begun: int) -> Floats:
    """(steps, begun) the matrix that lags a column: row t, column s holds the share of lag t − s.

    >>> _toeplitz(np.array([0.5, 0.25]), 3, 2).tolist()
    [[0.5, 0.0], [0.25, 0.5], [0.0, 0.25]]
    """
    padded = np.zeros(begun - 1 + steps)
    padded[begun - 1 : begun - 1 + len(shares)] = shares[:steps]
    return np.ascontiguousarray(np.lib.stride_tricks.sliding_window_view(padded, begun)[:, ::-1])
