"""What every line uses and costs, by the cell of time in which it happens: the numbers that a walk and a variance need.

A setting's cells are the clock periods and the cycles already spent there that any of its values tell apart. Shares are read
at the start of a visit or cycle; days, moves and what falls on arriving at the time they fall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.model import Factor, Grid, UseLine
from pathway_cost.engine.values.lane_values import Clock, LaneValues

Floats = NDArray[np.float64]
FallsAt = Literal["entry", "day", "cycle", "edge", "wait_day", "start"]


class Falls(NamedTuple):
    """When a line is used: on arriving, a day or cycle at a setting; a move or day of waiting on an edge; the start."""

    kind: FallsAt
    number: int


@dataclass(frozen=True)
class Cells:
    """By setting, the P clock periods and C cycles spent there that values tell apart; one each without a grid."""

    grid: Grid | None
    periods: tuple[int, ...]
    spells: tuple[int, ...]

    def shape(self, setting: int) -> tuple[int, int]:
        """(P, C)."""
        return self.periods[setting], self.spells[setting]


def cells_of(values: LaneValues, grid: Grid | None) -> Cells:
    """Setting by setting, the clock periods and the cycles spent there that values of lanes tell apart."""
    graph = values.model.graph
    settings = range(len(graph.settings))
    if grid is None:
        return Cells(None, (1,) * len(graph.settings), (1,) * len(graph.settings))
    spells = spells_of(values, grid)
    read = {setting: set(values.clocked_settings.get(setting, ())) for setting in settings}
    for line in values.model.lines:
        words = {word for factor in _factors(line) for word in values.words(factor.value)}
        for falls in falls_of(values, line):
            if falls.kind != "start":
                read[_setting_of(values, falls)] |= words
    timed = {setting for setting, words in read.items() if words - {"years_in_setting"} or setting in spells}
    return Cells(
        grid,
        tuple(grid.most_steps + 1 if setting in timed else 1 for setting in settings),
        tuple(spells.get(setting, 1) for setting in settings),
    )


def spells_of(values: LaneValues, grid: Grid) -> dict[int, int]:
    """Setting → how many cycles there its values tell apart; only of settings that repeat and read it."""
    model, graph = values.model, values.model.graph
    reading = {s for s, words in values.clocked_settings.items() if "years_in_setting" in words}
    for line in model.lines:
        if line.node is not None and any("years_in_setting" in values.words(f.value) for f in _factors(line)):
            reading.add(line.node)
    if not reading:
        return {}
    cycles = grid.most_steps // max(1, grid.cycle_steps) + 1
    return {s: cycles for s in reading if model.pathway.settings[graph.settings[s]].is_cycle}


def falls_of(values: LaneValues, line: UseLine) -> list[Falls]:  # noqa: PLR0911 - one a kind
    """When a line is used; a use at an end is used on every edge that leads there."""
    if not line.terms:
        return []
    term, graph = line.terms[0], values.model.graph
    if term.activity == "patient":
        return [Falls("start", 0)]
    if term.days == "stay":
        assert line.node is not None
        return [Falls("day", line.node)]
    if term.days == "wait":
        return [Falls("wait_day", term.number)]
    if term.activity == "edge":
        return [Falls("edge", term.number)]
    if term.number >= len(graph.settings):
        return [Falls("edge", number) for number, edge in enumerate(graph.edges) if edge.target == term.number]
    repeats = values.model.pathway.settings[graph.nodes[term.number]].is_cycle
    return [Falls("cycle" if repeats and term.activity == "node" else "entry", term.number)]


def units_of(values: LaneValues, number: int, falls: Falls, cells: Cells, *, paid: bool) -> Floats:
    """(P or 1, C or 1, R) units of a line each time it falls; `paid` with what its price is multiplied by."""
    line = values.model.lines[number]
    term = line.terms[0]
    factors: Sequence[Factor] = term.factors if term.activity == "patient" else term.factors[:1]
    if paid and line.price is not None:
        factors = (*factors, line.price)
    units: Floats = values.mask(number)[None, None]
    for factor in factors:
        units = units * _read(values, factor, falls, cells)
    return np.asarray(units)


def _read(values: LaneValues, factor: Factor, falls: Falls, cells: Cells) -> Floats:
    if not values.words(factor.value) or cells.grid is None:
        return np.broadcast_to(values.factor(factor), values.lanes.count)[None, None]
    if falls.kind == "start":
        return values.factor_over(factor, Clock(cells.grid, 0, 1))
    return values.factor_over(factor, Clock(cells.grid, 0, *cells.shape(_setting_of(values, falls))))


def _setting_of(values: LaneValues, falls: Falls) -> int:
    """The setting in whose visit a line falls."""
    on_edge = falls.kind in ("edge", "wait_day")
    return values.model.graph.edges[falls.number].origin if on_edge else falls.number


def _factors(line: UseLine) -> list[Factor]:
    """What a line is worth each time it falls: its quantity, the same in every term, and what its price is multiplied by."""
    return [*(factor for term in line.terms[:1] for factor in term.factors[:1]), *([line.price] if line.price else [])]
