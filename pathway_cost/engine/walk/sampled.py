"""One scenario sampled: every patient walks by chance, so that the cost a patient has a distribution, and a cube of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost.cube import Cube, hands_out
from pathway_cost.engine.activity.averages import Averages
from pathway_cost.engine.model import Scenarios, Split, Timing, volume_of_arms
from pathway_cost.engine.pounds.cube_rows import CubePiece, Group, cube_of, cube_piece
from pathway_cost.engine.pounds.lives import Life, Lives
from pathway_cost.engine.pounds.stacked import Words
from pathway_cost.engine.values import Lanes, LaneValues, cells_of
from pathway_cost.engine.walk.binding import Bound, bound, counts_of
from pathway_cost.engine.walk.walk import walk
from pathway_cost.engine.walk.walk_tables import Walked, Walkers
from pathway_cost.engine.walk.walkers import Cast, taken_by
from pathway_cost.errors import EngineFaults, Problem, Where, raise_if_any
from pathway_cost.tables.cohort.segments import Codes, group_rows

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Some = Integers | slice
"""Walkers by their numbers; `slice(None)` is all of them, which nothing need be copied for."""

HELD: Final = 4_000_000  # cells of one batch of lanes


@hands_out("gbp", "present_value_gbp", "days", "weight")
@dataclass(frozen=True, repr=False)
class Sampled:
    """n walkers under one scenario: pounds (n,), discounted pounds (n,), the patients each stands for (n,), and the cube."""

    gbp: Floats
    present_value_gbp: Floats
    days: Floats
    """(n,) from the start to the end of the pathway, or the horizon."""
    weight: Floats
    cube: Cube

    def __repr__(self) -> str:
        """How many walk; what each costs is asked for."""
        return f"Sampled of {len(self.gbp):,} walkers"


def sample_scenario(lives: Lives, scenarios: Scenarios, cast: Cast) -> Sampled:
    """Walkers and scenarios composed → what each walker costs, by chance, and the cube of all.

    Args:
        lives: of the case, at some prices.
        scenarios: composed in order.
        cast: who walks; the same in every scenario, so that differences are paired.

    Raises:
        EngineFaults: shares, loops and values that cannot be.
    """
    case = lives.case
    split = case.split(scenarios).whole
    volume = volume_of_arms(split, scenarios, case.revised(scenarios).patients, case.segments)
    taken = taken_by(cast, scenarios, case.cohort, case.uptake_year)
    gbp, days = np.zeros((2, len(cast.row)))
    present = np.zeros(len(cast.row)) if case.timing.gbp is not None else gbp
    weight = cast.weight.copy()
    pieces = []
    for life in lives.of(scenarios):
        here = _who_lives(life, scenarios, taken)
        if not isinstance(here, slice) and len(here) == 0:
            continue
        factor = volume[split.under(life.scenarios)[0]]
        weight[here] = cast.weight[here] * factor[cast.segment[here]]
        walking = _Walking(life, cast, case.timing)
        for part, walked in walking.walked(here):
            gbp[part], days[part] = walked.gbp, walked.days
            if walked.present_gbp is not None:
                present[part] = walked.present_gbp
        pieces.append(walking.cube_piece(factor, split))
    return Sampled(gbp, present, days, weight, cube_of(pieces, lives.keys([each.used for each in pieces])))


def _who_lives(life: Life, scenarios: Scenarios, taken: NDArray[np.bool_]) -> Some:
    """The walkers who take exactly the scenarios of a life."""
    here = np.ones(taken.shape[1], dtype=np.bool_)
    for number, scenario in enumerate(scenarios):
        here &= taken[number] == (scenario.scenario in life.scenarios)
    return slice(None) if len(here) and here.all() else np.flatnonzero(here)


def _of(here: Some, part: Some) -> Some:
    """A part of some walkers, as walkers of all."""
    if isinstance(here, slice):
        return part
    return here[part]


class _Walking:
    """The walkers of one life, batch by batch of lanes, and their sums by segment."""

    def __init__(self, life: Life, cast: Cast, timing: Timing) -> None:
        self.life, self.cast, self.timing = life, cast, timing
        self.model, self.lanes = life.course.model, life.course.lanes
        self.segments = segments = life.course.cohort.segments
        self.price = np.zeros((len(self.model.lines), len(segments.weight)))
        for line in life.priced:
            self.price[line.number, line.segments] += 1.0 if line.line.is_count else line.gbp.sum(axis=1)
        self.grid = life.course.in_time(timing).grid
        graph, count = self.model.graph, len(segments.weight)
        lines, nodes, edges = len(self.model.lines), len(graph.nodes), len(graph.edges)
        sizes = {"quantity": lines, "paid": lines, "present": lines, "visits": nodes, "reached": nodes, "starts": nodes}
        self.sums = {figure: np.zeros((size, count)) for figure, size in (sizes | {"moved": edges}).items()}
        self.patients = np.zeros(count)

    def walked(self, here: Some) -> Iterator[tuple[Some, Walked]]:
        """Batches of the walkers `here`, with what came of them."""
        cast, segments = self.cast, self.segments
        columns = [
            (self.lanes.lane_of[cast.row[here]].astype(np.int32), self.lanes.count),
            (cast.segment[here].astype(np.int32), len(segments.weight)),
            (cast.weight_code[here], len(cast.weights)),
        ]
        member, lanes = group_rows(columns, len(columns[0][0]))
        size = max(1, HELD // self._cells_a_lane())
        for first in range(0, len(lanes), size):
            last = min(first + size, len(lanes))
            part: Some = np.flatnonzero((member >= first) & (member < last)) if size < len(lanes) else slice(None)
            who = _of(here, part)
            yield who, self._batch(lanes[first:last], Walkers(member[part].astype(np.int64) - first, cast.key[who]))

    def cube_piece(self, factor: Floats, split: Split) -> CubePiece:
        """The walkers' pounds by segment, use and component."""
        held = np.flatnonzero(self.patients > 0)
        each = {figure: sums[:, held] / self.patients[held] for figure, sums in self.sums.items()}
        reached = each.pop("reached").__getitem__
        averages = Averages(**each, reached=reached, ledger=None)
        arms = split.under(self.life.scenarios)
        names = tuple(split.arms[number].name for number in arms)
        group = Group(
            model=self.model,
            averages=averages,
            segments=held,
            base=np.arange(len(held)),
            arm=Words(names, np.argmax(split.share[arms][:, held] > 0, axis=0)),
            patients=self.patients[held] * factor[held],
            discounts=self.timing.discounts,
        )
        return cube_piece(group, self.life.rows)

    def _batch(self, lanes: Codes, walkers: Walkers) -> Walked:
        """Walk; `lanes` (R, 3) are those of patients who also share a segment and a weight: lane, segment, weight."""
        segment, weight = lanes[:, 1].astype(np.int64), self.cast.weights[lanes[:, 2]]
        values = self._values(self.lanes.who.only(lanes[:, 0]))
        price = self.price[:, segment]
        ready = bound(values, price, self.timing, self.grid, self.cast.seed, discounting=self.timing.gbp)
        raise_if_any(dict.fromkeys(values.faults), EngineFaults)
        walked = walk(ready.tables, walkers, counts=counts_of(values, self.timing))
        raise_if_any(_too_many(walked), EngineFaults)
        self._add(ready, walked, segment, weight)
        if walked.counted is not None:
            self._add_counts(ready, walked, segment, weight)
        return walked

    def _add(self, ready: Bound, walked: Walked, segment: Integers, weight: Floats) -> None:
        walkers = walked.starts.sum(axis=1)
        paid = ready.quantity(walked.tallies, walkers, paid=True)
        visits, moved = ready.flows(walked.tallies)
        figures = {
            "quantity": ready.quantity(walked.tallies, walkers, paid=False),
            "paid": paid,
            "present": paid if walked.discounted is None else ready.quantity(walked.discounted, walkers, paid=True),
            "visits": visits,
            "reached": walked.reached.T,
            "starts": walked.starts.T,
            "moved": moved,
        }
        counted = [number for number, line in enumerate(self.model.lines) if line.is_count]
        figures["present"][counted] = paid[counted]
        for figure, values in figures.items():
            self._into(figure, values * weight, segment)
        np.add.at(self.patients, segment, walkers * weight)

    def _add_counts(self, ready: Bound, walked: Walked, segment: Integers, weight: Floats) -> None:
        """What is counted, at its own rate in place of the undiscounted figures."""
        assert walked.counted is not None
        walkers = walked.starts.sum(axis=1)
        present = ready.quantity(walked.counted, walkers, paid=True)
        present -= ready.quantity(walked.tallies, walkers, paid=True)
        priced = [number for number, line in enumerate(self.model.lines) if not line.is_count]
        present[priced] = 0.0
        self._into("present", present * weight, segment)

    def _into(self, figure: str, values: Floats, segment: Integers) -> None:
        """Add (…, R) figures to the segments of their lanes."""
        for sums, by_lane in zip(self.sums[figure], values, strict=True):
            np.add.at(sums, segment, by_lane)

    def _values(self, lanes: Lanes) -> LaneValues:
        return LaneValues(self.model, lanes, self.segments)

    def _cells_a_lane(self) -> int:
        cells = cells_of(self._values(self.lanes.who.only(np.zeros(1, dtype=np.int64))), self.grid)
        out = self.model.graph.out
        return sum(int(np.prod(cells.shape(setting))) * (3 + 3 * len(edges)) for setting, edges in enumerate(out))


def _too_many(walked: Walked) -> list[Problem]:
    if not walked.wrong.any():
        return []
    what = f"{int(walked.wrong.sum()):,} sampled patients never leave: more than 10,000 visits"
    remedy = "look at the loops with the largest shares, or give the study a horizon"
    return [Problem("loop_without_end_in_sight", what, Where(item="routes"), remedy=remedy)]
