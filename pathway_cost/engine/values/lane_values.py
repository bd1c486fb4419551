"""What the pathway says for each lane: shares, start, stays, waits, quantities and what prices are multiplied by.

Values that do not read the clock are evaluated once; those that do, for a stretch of steps and, in settings that repeat
every cycle, for the cycles already spent there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.model import EDGE, YEAR, Factor, Grid, Model, clock_words
from pathway_cost.engine.values import stay_laws
from pathway_cost.engine.values.evaluator import ValueEvaluator
from pathway_cost.engine.values.lanes import Lanes, segments_text
from pathway_cost.engine.values.reader import Exceeding, Reader
from pathway_cost.engine.values.stay_laws import Stays
from pathway_cost.engine.values.stay_values import StayReader
from pathway_cost.errors import Problem, Where
from pathway_cost.specs.format import Value, names_read
from pathway_cost.tables.cohort.segments import Segments

Floats = NDArray[np.float64]


@dataclass(repr=False)
class LaneValues:
    """The values of R lanes; keeps every fault found in them, and drawn shares that cannot be in `exceeding`."""

    model: Model
    lanes: Lanes
    segments: Segments
    exceeding: Exceeding | None = None
    _read: dict[str, Floats] = field(default_factory=dict)

    @cached_property
    def reader(self) -> Reader:
        """Reads the values that do not read the clock."""
        return Reader(ValueEvaluator(self.model.pathway.parameters, self.lanes), self.segments, self.exceeding)

    @property
    def faults(self) -> list[Problem]:
        """Every fault found so far."""
        return self.reader.faults

    @cached_property
    def starts(self) -> Floats:
        """(V, R) share of the patients who start at each node."""
        starts = np.zeros((len(self.model.graph.nodes), self.lanes.count))
        for node, share in self.starts_by_node.items():
            starts[node] = share
        return starts

    @cached_property
    def starts_by_node(self) -> Mapping[int, Floats]:
        """Node → (R,) or (1,) share of the patients who start there; nodes where nobody may start are left out."""
        return start_shares(self.model, self.reader)

    @cached_property
    def clocked_settings(self) -> Mapping[int, frozenset[str]]:
        """Settings whose shares out read the clock, with the clock words."""
        found: dict[int, frozenset[str]] = {}
        for share, edge in zip(self.model.shares, self.model.graph.edges, strict=True):
            words = self.words(share.value)
            if words:
                found[edge.origin] = found.get(edge.origin, frozenset()) | words
        return found

    def words(self, value: Value | None) -> frozenset[str]:
        """The clock words a value rests on."""
        return frozenset() if value is None else clock_words(self.model.pathway, names_read(value))

    @cached_property
    def shares(self) -> Floats:
        """(E, R) shares by edge; not a number out of settings that read the clock."""
        shares = np.full((len(self.model.graph.edges), self.lanes.count), np.nan)
        for edge, share in self.ways.items():
            shares[edge] = share
        return shares

    @cached_property
    def ways(self) -> Mapping[int, Floats]:
        """Edge → (R,) or (1,) its share; those out of settings that read the clock are left out."""
        shares: dict[int, Floats] = {}
        for setting in range(len(self.model.graph.settings)):
            if setting not in self.clocked_settings:
                shares |= self.reader.out_of(self.model, setting)
        return shares

    def shares_over(self, setting: int, clock: Clock) -> Floats:
        """(edges out, T, C, R) shares out of a setting that reads the clock."""
        found = self._over(clock).out_of(self.model, setting)
        shape = (*clock.shape, self.lanes.count)
        return np.array([np.broadcast_to(found[edge], shape) for edge in self.model.graph.out[setting]])

    def factor(self, factor: Factor) -> Floats:
        """(R,) a value that does not read the clock; worked out once."""
        if factor.item not in self._read:
            self._read[factor.item] = self._number(self.reader, factor)
        return self._read[factor.item]

    def factor_over(self, factor: Factor, clock: Clock) -> Floats:
        """(T, C, R) a value that reads the clock."""
        values = self._number(self._over(clock), factor)
        return np.broadcast_to(values, (*clock.shape, self.lanes.count))

    def mask(self, line: int) -> Floats:
        """(R,) 1 for the lanes whose levels use a line."""
        return np.broadcast_to(self.only(line), self.lanes.count)

    def only(self, line: int) -> Floats:
        """(R,) 1 for the lanes whose levels use a line, 0 for the others; (1,) 1 for a line of all."""
        mask = np.ones(1)
        for attribute, levels in self.model.lines[line].only.items():
            listed = np.array([level in levels for level in self.lanes.levels[attribute]])
            mask = mask * listed[self.lanes.codes[attribute]]
        return mask

    @cached_property
    def _stay_reader(self) -> StayReader:
        return StayReader(self.reader.evaluator)

    def stays_out_of(self, setting: int) -> Mapping[int, tuple[str, Stays]]:
        """Edge → (where the stay stands, the stay of those who leave by it); not for a setting that stays a cycle."""
        pathway, graph = self.model.pathway, self.model.graph
        name = graph.settings[setting]
        own = pathway.settings[name].stay
        found: dict[int, tuple[str, Stays]] = {}
        for edge in graph.out[setting]:
            way = graph.edges[edge].route
            stay = pathway.routes[name][way].stay
            item = f"settings.{name}.stay" if stay is None else f"routes.{name}.{way}.stay"
            found[edge] = item, self._days(own if stay is None else stay, item)
        return found

    def wait_on(self, edge: int) -> Stays | None:
        """The wait on an edge; None where there is none."""
        graph = self.model.graph
        origin, way = graph.nodes[graph.edges[edge].origin], graph.edges[edge].route
        wait = self.model.pathway.routes[origin][way].wait
        return None if wait is None else self._days(wait, f"routes.{origin}.{way}.wait")

    def _days(self, value: Value | None, item: str) -> Stays:
        mean = np.zeros(1) if value is None else self.factor(Factor(value, item))
        if not np.isfinite(mean).all():  # a fault that is known
            return self._stay_reader.read(None, np.zeros(1))
        stays = self._stay_reader.read(value, mean)
        too_short = (stays.law == stay_laws.GEOMETRIC) & (stays.mean > 0) & (stays.mean < 1)
        if too_short.any():
            self.faults.append(_below_a_day(stays.mean[too_short][0], item))
        return stays

    def _over(self, clock: Clock) -> Reader:
        return self.reader.over(clock.lanes(self.lanes))

    @staticmethod
    def _number(reader: Reader, factor: Factor) -> Floats:
        return reader.number(factor.value, factor.item, negative=False)


def start_shares(model: Model, reader: Reader) -> dict[int, Floats]:
    """Node → (R,) or (1,) share of the patients who start there."""
    column = model.pathway.start.column
    if column is None:
        return reader.closed(model.starts, "of the start", "start")
    lanes = reader.evaluator.lanes
    shares: dict[int, Floats] = {}
    for code, level in enumerate(lanes.levels[column]):
        here = lanes.codes[column] == code
        if level in model.graph.number:
            shares[model.graph.number[level]] = here.astype(np.float64)
        elif here.any():
            whom = segments_text(reader.segments, lanes.base[here])
            what = f"the level {level!r} of {column} is no setting to start at ({whom})"
            reader.faults.append(Problem("start_is_no_setting", what, Where(item="start.column")))
    return shares


def _below_a_day(mean: float, item: str) -> Problem:
    what = f"a geometric stay lasts whole days 1, 2, 3 …, so its mean is no {mean:g}"
    return Problem(
        "value_is_no_number", what, Where(item=item), remedy="use an exponential spread, or a mean of 1 or more"
    )


@dataclass(frozen=True)
class Clock:
    """When values that read the clock are read: at T steps of patient time, 0 … C − 1 cycles spent in the setting."""

    grid: Grid
    first: int
    last: int
    spells: int = 1

    @property
    def shape(self) -> tuple[int, int]:
        """(T, C)."""
        return self.last - self.first, self.spells

    def lanes(self, lanes: Lanes) -> Lanes:
        """R lanes at all of these times: clock words (T, 1 or C, 1)."""
        steps = np.arange(self.first, self.last)[:, None]
        cycle_steps = max(1, self.grid.cycle_steps)
        spell = np.minimum(
            np.arange(self.spells), steps // cycle_steps
        )  # nobody has been there longer than they are on the way
        words = {
            "years": steps * self.grid.step_days / YEAR,
            "cycle": np.floor(steps / cycle_steps + EDGE),
            "years_in_setting": spell * cycle_steps * self.grid.step_days / YEAR,
        }
        return lanes.with_given({word: values[..., None].astype(np.float64) for word, values in words.items()})
