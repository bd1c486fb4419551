"""Patients followed through time, step by step: who arrives where, who is present, who begins another cycle.

At each step those under way arrive; whoever passes through settings without a stay goes on within the same step; the
others are sent on their way along the lags of their stay and wait. A lane is one patient's worth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity.channels import Channel, channels_of, mix_of
from pathway_cost.engine.model import Grid
from pathway_cost.engine.values import Clock, LaneValues, spells_of

Floats = NDArray[np.float64]
Clocked = Mapping[int, Floats]
"""Setting → (edges out, C, R) its shares now, where they change with time."""

NOBODY: Final = 1e-18  # of a patient
FEW_STEPS: Final = 16  # worked on together even where a period has fewer
HELD: Final = 16_000  # lanes × steps up to which that is quicker
MOST_ROUNDS: Final = 20_000  # of a loop within one step


@dataclass(frozen=True, repr=False)
class Stretch:
    """What happens at the steps `first` … `last` − 1, per patient of each lane.

    arrivals (V, T, R) at nodes from elsewhere; moved (E, T, R) along edges, counted on arriving; present (S, T, R) during
    the step that follows; waiting (E, T, R) likewise; begun {setting: (C, T, R)} cycles begun, by the cycles spent there
    before, as many as there can have been by the last step (C = 1 where nothing reads that).
    """

    first: int
    last: int
    arrivals: Floats
    moved: Floats
    present: Floats
    waiting: Floats
    begun: dict[int, Floats]

    def arrived(self, nodes: AbstractSet[int]) -> Floats:
        """(R,) who arrived at some nodes, over all its steps."""
        return np.asarray(sum((self.arrivals[node].sum(axis=0) for node in nodes), start=np.zeros(1)))


class Follower:
    """Follows R lanes through time: a stretch of steps at a time, and what happens in it.

    At the nodes `stop_at` patients arrive and go no further.
    """

    def __init__(self, values: LaneValues, grid: Grid, *, stop_at: AbstractSet[int] = frozenset()) -> None:
        self.stop_at = stop_at
        self.values, self.grid, self.graph = values, grid, values.model.graph
        self.staying = values.model.staying
        spells = spells_of(values, grid)
        self.spells = {s: spells.get(s, 1) for s in self.staying}
        self.channels = {
            s: channels_of(values, s, grid, passed_over=self.staying.get(s, ()))
            for s in range(len(self.graph.settings))
        }
        self.mixes = {id(channel): mix_of(channel, values) for each in self.channels.values() for channel in each}
        self.shares = {s: values.shares[list(out)][:, None] for s, out in enumerate(self.graph.out)}
        count = values.lanes.count
        self.again = {
            s: np.zeros((grid.cycle_steps, len(edges), self.spells[s], count)) for s, edges in self.staying.items()
        }
        self.present = np.zeros((len(self.graph.settings), count))
        self.waiting = np.zeros((len(self.graph.edges), count))
        self.order = self._order()

    def stretches(self) -> Iterator[Stretch]:
        """A few steps, or a period, at a time to the horizon (the boundary there included); without one, on and on."""
        first, length = 0, max(self.grid.period_steps, min(FEW_STEPS, HELD // max(1, self.values.lanes.count)))
        while self.grid.steps is None or first <= self.grid.steps:
            last = first + length if self.grid.steps is None else min(first + length, self.grid.steps + 1)
            yield self._stretch(first, last)
            first = last

    def _stretch(self, first: int, last: int) -> Stretch:
        graph, shape = self.graph, (last - first, self.values.lanes.count)
        clock = {
            s: self.values.shares_over(s, Clock(self.grid, first, last, self._spells_by(s, last - 1)))
            for s in self.values.clocked_settings
        }
        stretch = Stretch(
            first=first,
            last=last,
            arrivals=np.zeros((len(graph.nodes), *shape)),
            moved=np.zeros((len(graph.edges), *shape)),
            present=np.empty((len(graph.settings), *shape)),
            waiting=np.empty((len(graph.edges), *shape)),
            begun={s: np.zeros((self._spells_by(s, last - 1), *shape)) for s in self.staying},
        )
        for at, step in enumerate(range(first, last)):
            self._step(step, _Now(stretch, at, {s: shares[:, at] for s, shares in clock.items()}))
        return stretch

    def _spells_by(self, setting: int, step: int) -> int:
        """How many cycles spent in a setting are told apart by a step: nobody has been there longer than on the way."""
        return min(self.spells.get(setting, 1), step // max(1, self.grid.cycle_steps) + 1)

    def _step(self, step: int, now: _Now) -> None:
        if step == 0:
            now.arrive(self.values.starts)
        for setting, channels in self.channels.items():
            for channel in channels:
                self._take_out(channel, setting, step, now)
        for edge, moved in zip(self.graph.edges, now.moved, strict=True):
            now.new[edge.target] += moved
        now.arrivals += now.new
        self._begin_again(step, now)
        self._pass_on(step, now)
        now.stretch.present[:, now.at] = self.present
        now.stretch.waiting[:, now.at] = self.waiting

    def _take_out(self, channel: Channel, setting: int, step: int, now: _Now) -> None:
        """Those who arrive now, and those who leave now to wait."""
        arriving = channel.arrive.pop(step)
        leaving = arriving if channel.leave is None else channel.leave.pop(step)
        self._move(channel, setting, leaving, arriving, now.moved)

    def _move(self, channel: Channel, setting: int, leaving: Floats, arriving: Floats, moved: Floats) -> None:
        """Out of the setting, into the wait, out of the wait and along the edges."""
        self.present[setting] -= leaving
        mix = self.mixes[id(channel)]
        for place, edge in enumerate(channel.edges):
            if channel.leave is not None:
                self.waiting[edge] += mix[place] * (leaving - arriving)
            moved[edge] += arriving if len(channel.edges) == 1 else mix[place] * arriving

    def _begin_again(self, step: int, now: _Now) -> None:
        """Those who stayed in a setting that repeats begin their next cycle."""
        for setting, edges in self.staying.items():
            slot = self.again[setting][step % self.grid.cycle_steps][:, : self._spells_by(setting, step)]
            beginning = slot.sum(axis=0)
            now.moved[list(edges)] += slot.sum(axis=1)
            slot[...] = 0.0
            self._set_out(setting, step, beginning, now)

    def _pass_on(self, step: int, now: _Now) -> None:
        """Whoever arrives begins a stay; whoever has none goes on at once, round after round where that is a loop."""
        for _ in range(MOST_ROUNDS):
            for setting in self.order:
                if now.new[setting].any():
                    entered = now.new[setting].copy()
                    now.new[setting] = 0.0
                    if setting in self.stop_at:
                        continue
                    self.present[setting] += entered
                    self._set_out(setting, step, entered[None], now)
            if not (now.new[: len(self.graph.settings)] > NOBODY).any():
                return
        raise LoopAtOnceError(int(np.argmax(now.new[: len(self.graph.settings)].max(axis=1))))

    def _set_out(self, setting: int, step: int, beginning: Floats, now: _Now) -> None:
        """(C or 1, R) patients begin a stay, or a cycle."""
        ways = now.clocked.get(setting, self.shares[setting])[:, : len(beginning)] * beginning
        if setting in self.staying:
            now.stretch.begun[setting][: len(beginning), now.at] += beginning
            self._stay_on(setting, step, ways)
        along = ways[:, 0] if len(beginning) == 1 else ways.sum(axis=1)
        out = self.graph.out[setting]
        for channel in self.channels[setting]:
            amount = _sum([along[out.index(edge)] for edge in channel.edges])
            if not amount.any():
                continue
            channel.arrive.push(step, amount)
            if channel.leave is not None:
                channel.leave.push(step, amount)
            if channel.starts_at_once:
                self._go_at_once(channel, setting, amount, now)

    def _go_at_once(self, channel: Channel, setting: int, amount: Floats, now: _Now) -> None:
        arriving = channel.arrive.lags.at_once * amount
        leaving = arriving if channel.leave is None else channel.leave.lags.at_once * amount
        moved = np.zeros_like(self.waiting)
        self._move(channel, setting, leaving, arriving, moved)
        for edge in channel.edges:
            now.moved[edge] += moved[edge]
            target = self.graph.edges[edge].target
            now.new[target] += moved[edge]
            now.arrivals[target] += moved[edge]

    def _stay_on(self, setting: int, step: int, ways: Floats) -> None:
        """Of (edges out, C or 1, R) on their way, those who stay for another cycle begin it when this one ends."""
        slot = self.again[setting][step % self.grid.cycle_steps]  # it comes again when this cycle ends
        last = self.spells[setting] - 1
        onward = min(ways.shape[1], last)  # the longest there stay the longest there
        for place, edge in enumerate(self.staying[setting]):
            staying = ways[self.graph.out[setting].index(edge)]
            slot[place, 1 : 1 + onward] += staying[:onward]
            if onward < len(staying):
                slot[place, last] += staying[onward:].sum(axis=0)

    def _order(self) -> list[int]:
        """Settings, each before those it leads on to at once; those on a loop without a stay come last."""
        onward = {
            setting: {
                self.graph.edges[edge].target
                for channel in channels
                if channel.arrive.lags.at_once.any()
                for edge in channel.edges
            }
            & self.channels.keys()
            for setting, channels in self.channels.items()
        }
        order: list[int] = []
        while ready := [
            s for s in onward if s not in order and not any(s in onward[o] for o in onward if o not in order)
        ]:
            order += ready
        return [*order, *(setting for setting in onward if setting not in order)]


def _sum(amounts: Sequence[Floats]) -> Floats:
    """The sum of one array or more, in their order."""
    return np.asarray(sum(amounts[1:], start=amounts[0]))


class _Now:
    """One step of a stretch: its views, who has newly arrived (V, R), and the shares of the clock."""

    def __init__(self, stretch: Stretch, at: int, clocked: Clocked) -> None:
        self.stretch, self.at, self.clocked = stretch, at, clocked
        self.arrivals, self.moved = stretch.arrivals[:, at], stretch.moved[:, at]
        self.new = np.zeros_like(self.arrivals)

    def arrive(self, starts: Floats) -> None:
        """Patients start."""
        self.new += starts


class LoopAtOnceError(Exception):
    """A setting that patients come back to again and again without any time passing."""

    def __init__(self, setting: int) -> None:
        super().__init__("a loop without a stay is not left")
        self.setting = setting
