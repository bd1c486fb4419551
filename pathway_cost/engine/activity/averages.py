"""What an average patient of each base does: visits, ways and quantities per patient who starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity import kernels
from pathway_cost.engine.activity.loops import loops_without_exit, reached_nodes, too_many_visits
from pathway_cost.engine.model import Grid, Model
from pathway_cost.engine.values import Bases
from pathway_cost.errors import EngineFaults, raise_if_any
from pathway_cost.tables.cohort.segments import Segments

Floats = NDArray[np.float64]
Reached = Callable[[int], Floats]
"""Node → (A,) who come there at least once, per patient who starts; where that takes time, worked out when asked."""


@dataclass(frozen=True)
class Ledger:
    """Averages period by period, per patient who starts.

    quantity, paid, present (U, P, A); visits (V, P, A); days (S, P, A) present.
    """

    grid: Grid
    quantity: Floats
    paid: Floats
    present: Floats
    visits: Floats
    days: Floats


@dataclass(frozen=True)
class Averages:
    """What an average patient of each base does, per patient who starts.

    starts, visits (V, A); moved (E, A) along edges; quantity (U, A) of every use.

    `reached` says for a node who comes there at least once. `paid` is quantity × what the price is multiplied by, `present` the same discounted (counts at their own rate), both
    (U, A); quantity itself where prices hold and nothing is discounted.
    """

    starts: Floats
    visits: Floats
    reached: Reached
    moved: Floats
    quantity: Floats
    paid: Floats
    present: Floats
    ledger: Ledger | None = None


@dataclass(frozen=True)
class Tally:
    """What the kernel is asked for, per patient who starts: starts, visits, reached (V, A), moved (edges followed, A).

    `terms` is (A,) by (line, term) for the terms in which patients differ: activity × their own factors.
    """

    starts: Floats
    visits: Floats
    reached: Floats
    moved: Floats
    terms: Mapping[tuple[int, int], Floats]


def with_periods(figures: Floats, periods: int) -> Floats:
    """(…, P, R) figures by period with zeros up to so many periods; figures without periods as they are."""
    return np.pad(figures, ((0, 0), (0, periods - figures.shape[1]), (0, 0))) if figures.ndim > 2 else figures


def tally_of_bases(model: Model, bases: Bases, segments: Segments) -> Tally:
    """Bases whose patients are all alike → their tally.

    Raises:
        EngineFaults: loops that are not left.
    """
    graph, program = model.graph, model.program
    edges = len(graph.edges)
    shares, starts = bases.table[:edges], bases.table[edges:]
    reached = reached_nodes(graph, shares, starts)
    raise_if_any(loops_without_exit(graph, shares, reached, bases=bases.lanes.base, segments=segments), EngineFaults)
    origins = [edge.origin for edge in graph.edges]
    table = np.vstack([shares * reached[origins], starts])
    count = bases.lanes.count
    patients = kernels.Patients(table, np.empty((0, count)), np.full(len(table), -1), np.arange(count), np.ones(count))
    summed = np.concatenate([program.visits, program.reached, program.moved])
    sums, _, wrong = kernels.run_program(program, patients, summed, kernels.NO_CELLS)
    nodes = len(graph.nodes)
    if wrong.any():
        raise EngineFaults(too_many_visits(graph, shares, sums[:nodes], bases=bases.lanes.base, segments=segments))
    return Tally(starts, sums[:nodes], sums[nodes : 2 * nodes], sums[2 * nodes :], {})


def averages_of(model: Model, bases: Bases, tally: Tally) -> Averages:
    """A tally → averages: patients along every edge and the quantity of every use follow by multiplication."""
    moved = np.empty((len(model.graph.edges), bases.lanes.count))
    followed = {edge: row for row, edge in enumerate(model.followed)}
    for number, edge in enumerate(model.graph.edges):
        known = number in followed
        moved[number] = tally.moved[followed[number]] if known else tally.visits[edge.origin] * bases.table[number]
    activities = {"node": tally.visits, "edge": moved, "patient": np.ones((1, bases.lanes.count))}
    quantity = np.zeros((len(model.lines), bases.lanes.count))
    for number, line in enumerate(model.lines):
        for position, term in enumerate(line.terms):
            activity = tally.terms[number, position] if term.own else activities[term.activity][term.number]
            quantity[number] += activity * bases.factors[number, position]
    return Averages(tally.starts, tally.visits, tally.reached.__getitem__, moved, quantity, quantity, quantity)
