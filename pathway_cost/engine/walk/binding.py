"""A pathway made ready to be walked: shares, stays and pounds of some lanes as the flat tables of the walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity.closed_form import stays_by_edge
from pathway_cost.engine.model import Discounting, Graph, Grid, Timing
from pathway_cost.engine.values import Cells, Clock, Falls, LaneValues, Stays, cells_of, falls_of, stay_laws, units_of
from pathway_cost.engine.walk.walk_random import key_of
from pathway_cost.engine.walk.walk_tables import (
    AT_END,
    AT_START,
    BY_LINES,
    BY_YEAR,
    BY_YEAR_THAT_ENDS,
    HALF_CYCLE,
    Counts,
    Tallies,
    WalkTables,
    tabulate,
)
from pathway_cost.specs.format import DAYS

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

COUNTING: Final = {"start": AT_START, "end": AT_END, "half_cycle": HALF_CYCLE}
TALLIES: Final = {"entry": "visits", "day": "days", "cycle": "cycles", "edge": "edge_moves", "wait_day": "edge_days"}
DISCOUNTED_DAYS: Final = 73_000  # days of discounting tabulated where there is no horizon: 200 years


class Layout(NamedTuple):
    """Where cells stand: (R, P, C) of each setting from `first`, (R, P, C, edges out) from `first_edge`."""

    order: Integers
    """(E,) edges of the graph in the order of the walk: by the setting they leave."""
    first: Integers
    first_edge: Integers
    cells: int
    edge_cells: int


@dataclass(frozen=True, repr=False)
class Bound:
    """R lanes ready to be walked, and how to read the answers."""

    values: LaneValues
    cells: Cells
    layout: Layout
    tables: WalkTables

    def quantity(self, tallies: Tallies, walkers: Floats, *, paid: bool) -> Floats:
        """(U, R) units of every line that a tally of (R,) walkers amounts to."""
        lines = self.values.model.lines
        quantity = np.zeros((len(lines), self.values.lanes.count))
        for number, line in enumerate(lines):
            for falls in falls_of(self.values, line):
                units = units_of(self.values, number, falls, self.cells, paid=paid)
                if falls.kind == "start":
                    quantity[number] += units[0, 0] * walkers
                else:
                    quantity[number] += (units * self._tallied(tallies, falls)).sum(axis=(0, 1))
        return quantity

    def flows(self, tallies: Tallies) -> tuple[Floats, Floats]:
        """(V, R) arrivals at nodes, and (E, R) along edges."""
        graph = self.values.model.graph
        visits = [self.by_setting(tallies.visits, setting).sum(axis=(0, 1)) for setting in range(len(graph.settings))]
        moved = [self.by_edge(tallies.edge_moves, edge).sum(axis=(0, 1)) for edge in range(len(graph.edges))]
        return np.concatenate([np.array(visits), tallies.ends.T]), np.array(moved)

    def by_setting(self, tally: Floats, setting: int) -> Floats:
        """(P, C, R) a tally by cell, of one setting."""
        shape = (self.values.lanes.count, *self.cells.shape(setting))
        first = self.layout.first[setting]
        return np.moveaxis(tally[first : first + int(np.prod(shape))].reshape(shape), 0, 2)

    def by_edge(self, tally: Floats, edge: int) -> Floats:
        """(P, C, R) a tally by edge cell, of one edge of the graph."""
        graph = self.values.model.graph
        setting = graph.edges[edge].origin
        out = graph.out[setting]
        shape = (self.values.lanes.count, *self.cells.shape(setting), len(out))
        first = self.layout.first_edge[setting]
        return np.moveaxis(tally[first : first + int(np.prod(shape))].reshape(shape)[..., out.index(edge)], 0, 2)

    def _tallied(self, tallies: Tallies, falls: Falls) -> Floats:
        tally = getattr(tallies, TALLIES[falls.kind])
        on_edge = falls.kind in ("edge", "wait_day")
        return self.by_edge(tally, falls.number) if on_edge else self.by_setting(tally, falls.number)


def bound(
    values: LaneValues, price: Floats, timing: Timing, grid: Grid | None, seed: int, *, discounting: Discounting | None
) -> Bound:
    """Values and prices of R lanes → the flat tables that they walk by, and how to read the answers.

    Args:
        values: of the lanes.
        price: (U, R) pounds a unit of each line, all components together.
        timing: the study's time.
        grid: the grid on which values that read the clock are read; None where none does and there is no horizon.
        seed: of the walk.
        discounting: what later events count for; None for no discounting.
    """
    cells = cells_of(values, grid)
    layout = _layout(values, cells)
    pounds = _pounds(values, price, cells, layout)
    graph, pathway = values.model.graph, values.model.pathway
    stays = stays_by_edge(values)
    answers, quantiles = tabulate(*(stay for stay, _ in stays), *(_wait(stay, wait) for stay, wait in stays))
    scale, table = (np.array([answer[part] for answer in answers]) for part in (0, 1))
    edges = len(graph.edges)
    days = timing.horizon_days
    tables = WalkTables(
        seed=np.uint64(seed),
        horizon=np.inf if days is None else days,
        clock_step=1.0 if grid is None else grid.step_days,
        cycle_days=np.nan if pathway.cycle is None else DAYS[pathway.cycle],
        counting=COUNTING[timing.count],
        settings=len(graph.settings),
        nodes=len(graph.nodes),
        setting_key=np.array([key_of(name) for name in graph.settings], dtype=np.uint64),
        first_edge=np.cumsum([0, *(len(out) for out in graph.out)]),
        target=np.array([graph.edges[edge].target for edge in layout.order], dtype=np.int64),
        is_cycle=np.array([pathway.settings[name].is_cycle for name in graph.settings]),
        passing=np.isin(np.arange(len(graph.settings)), list(values.model.passing)),
        periods=np.array(cells.periods, dtype=np.int64),
        spells=np.array(cells.spells, dtype=np.int64),
        offset=layout.first,
        edge_offset=layout.first_edge,
        cumulative=_cumulative(values, cells, layout),
        entry_gbp=pounds["entry"],
        day_gbp=pounds["day"],
        cycle_gbp=pounds["cycle"],
        edge_gbp=pounds["edge"],
        wait_day_gbp=pounds["wait_day"],
        end_gbp=np.zeros((values.lanes.count, len(graph.ends))),
        start_gbp=pounds["start"],
        start_cumulative=_closed(np.cumsum(values.starts.T, axis=1)),
        stay_mean=scale[:edges][layout.order].T,
        stay_table=table[:edges][layout.order].T,
        wait_mean=scale[edges:][layout.order].T,
        wait_table=table[edges:][layout.order].T,
        quantiles=quantiles,
        **_discounting(discounting, days),
        factor_by=_factor_by(discounting, values),
    )
    return Bound(values, cells, layout, tables)


def counts_of(values: LaneValues, timing: Timing) -> Counts | None:
    """What is counted and discounted beside the pounds; None where there is no such thing."""
    lines = [line for line in values.model.lines if line.is_count]
    if timing.counts is None or not lines:
        return None
    found = _discounting(timing.counts, timing.horizon_days)
    return Counts(
        found["discount_cumulative"],
        found["discount_factor"],
        _factor_by(timing.counts, values),
        frozenset(TALLIES[falls.kind] for line in lines for falls in falls_of(values, line) if falls.kind in TALLIES),
    )


def _layout(values: LaneValues, cells: Cells) -> Layout:
    graph, lanes = values.model.graph, values.lanes.count
    sizes = [lanes * int(np.prod(cells.shape(setting))) for setting in range(len(graph.settings))]
    edge_sizes = [size * len(out) for size, out in zip(sizes, graph.out, strict=True)]
    order = np.array([edge for out in graph.out for edge in out], dtype=np.int64)
    first, first_edge = np.cumsum([0, *sizes]), np.cumsum([0, *edge_sizes])
    return Layout(order, first[:-1], first_edge[:-1], int(first[-1]), int(first_edge[-1]))


def _pounds(values: LaneValues, price: Floats, cells: Cells, layout: Layout) -> dict[str, Floats]:
    """Pounds by cell, of every line where it falls."""
    pounds = {kind: np.zeros(layout.cells) for kind in ("entry", "day", "cycle")}
    pounds |= {kind: np.zeros(layout.edge_cells) for kind in ("edge", "wait_day")}
    pounds["start"] = np.zeros(values.lanes.count)
    for number, line in enumerate(values.model.lines):
        if line.is_count or not price[number].any():
            continue
        for falls in falls_of(values, line):
            gbp = units_of(values, number, falls, cells, paid=True) * price[number]
            if falls.kind == "start":
                pounds["start"] += gbp[0, 0]
            elif falls.kind in ("edge", "wait_day"):
                by_lane = np.moveaxis(gbp, 2, 0)
                _put_on_edge(pounds[falls.kind], by_lane, falls.number, values.model.graph, (cells, layout))
            else:
                _put_on_setting(pounds[falls.kind], np.moveaxis(gbp, 2, 0), falls.number, cells, layout)
    return pounds


def _put_on_setting(to: Floats, gbp: Floats, setting: int, cells: Cells, layout: Layout) -> None:
    """Add (R, P or 1, C or 1) pounds to the cells of a setting."""
    shape = (len(gbp), *cells.shape(setting))
    first = layout.first[setting]
    to[first : first + int(np.prod(shape))].reshape(shape)[...] += gbp


def _put_on_edge(to: Floats, gbp: Floats, edge: int, graph: Graph, at: tuple[Cells, Layout]) -> None:
    """Add (R, P or 1, C or 1) pounds to the cells of an edge."""
    cells, layout = at
    setting = graph.edges[edge].origin
    out = graph.out[setting]
    shape = (len(gbp), *cells.shape(setting), len(out))
    first = layout.first_edge[setting]
    to[first : first + int(np.prod(shape))].reshape(shape)[..., out.index(edge)] += gbp


def _cumulative(values: LaneValues, cells: Cells, layout: Layout) -> Floats:
    """(Y,) cumulative shares of the ways out, the last 1."""
    graph = values.model.graph
    cumulative = np.empty(layout.edge_cells)
    for setting, out in enumerate(graph.out):
        periods, spells = cells.shape(setting)
        if setting in values.clocked_settings:
            assert cells.grid is not None
            shares = values.shares_over(setting, Clock(cells.grid, 0, periods, spells))
        else:
            shares = np.broadcast_to(
                values.shares[list(out)][:, None, None], (len(out), periods, spells, values.lanes.count)
            )
        by_lane = _closed(np.cumsum(np.moveaxis(shares, (3, 0), (0, 3)), axis=3))
        first = layout.first_edge[setting]
        cumulative[first : first + by_lane.size] = by_lane.ravel()
    return cumulative


def _closed(cumulative: Floats) -> Floats:
    """Cumulative shares that end in 1, so that every draw finds its way."""
    reached = cumulative >= cumulative[..., -1:] - 1e-12  # a way of share 0 behind the last real one is never drawn
    return np.where(reached, 1.0, cumulative)


def _wait(stay: Stays, wait: Stays | None) -> Stays:
    return stay_laws.fixed(len(stay.mean), 0.0) if wait is None else wait


def _discounting(discounting: Discounting | None, horizon: float | None) -> dict[str, Floats]:
    if discounting is None:
        return {"discount_cumulative": np.zeros(0), "discount_factor": np.zeros(0)}
    days = np.arange(float(np.ceil(horizon)) + 2 if horizon is not None else DISCOUNTED_DAYS)
    return {"discount_cumulative": discounting.over(np.zeros(1), days), "discount_factor": discounting.at(days)}


def _factor_by(discounting: Discounting | None, values: LaneValues) -> int:
    """Which year's factor a moment has, as in the ledger: where cycles pass, that of the year which ends there."""
    if discounting is None or not discounting.by_year:
        return BY_LINES
    pathway = values.model.pathway
    cycles = pathway.cycle is not None and any(setting.is_cycle for setting in pathway.settings.values())
    return BY_YEAR_THAT_ENDS if cycles else BY_YEAR
