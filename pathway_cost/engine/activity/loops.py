"""Loops must be left: who reaches a setting must reach an end, after at most 10,000 expected visits."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity.kernels import MOST_VISITS
from pathway_cost.engine.model import Graph
from pathway_cost.engine.values import segments_text
from pathway_cost.errors import Problem, Where
from pathway_cost.tables.cohort.segments import Segments

Floats = NDArray[np.float64]
Integers = NDArray[np.integer]
Flags = NDArray[np.bool_]

SEARCHED: Final = 100  # lanes with a fault whose loops are named


def reached_nodes(graph: Graph, shares: Floats, starts: Floats) -> Flags:
    """(V, R) whether anybody comes to a node; shares (E, R), starts (V, R)."""
    reached = starts > 0
    return _spread(reached, [(edge.origin, edge.target) for edge in graph.edges], shares > 0)


def nodes_with_way_out(graph: Graph, shares: Floats) -> Flags:
    """(V, R) whether an end can be reached from a node; shares (E, R)."""
    ends = np.zeros((len(graph.nodes), shares.shape[1]), dtype=np.bool_)
    ends[len(graph.settings) :] = True
    return _spread(ends, [(edge.target, edge.origin) for edge in graph.edges], shares > 0)


def _spread(marked: Flags, ways: list[tuple[int, int]], open_: Flags) -> Flags:
    """Marks carried along open ways until nothing new is marked."""
    count = -1
    while count != (count := int(marked.sum())):
        for number, (origin, target) in enumerate(ways):
            marked[target] |= marked[origin] & open_[number]
    return marked


def loops_without_exit(
    graph: Graph, shares: Floats, reached: Flags, *, bases: Integers, segments: Segments
) -> list[Problem]:
    """One problem a loop that some patients reach and never leave; bases (R,)."""
    stuck = reached & ~nodes_with_way_out(graph, shares)
    problems: dict[str, Problem] = {}
    for lane in np.flatnonzero(stuck.any(axis=0))[:SEARCHED]:
        within = {
            (edge.origin, edge.target)
            for number, edge in enumerate(graph.edges)
            if shares[number, lane] > 0 and stuck[edge.origin, lane]
        }
        circle = graph.circle(within)
        whom = bases[stuck[list(circle)].all(axis=0)] if circle else bases[[lane]]
        names = graph.names(circle)
        what = f"nobody leaves the loop {names} ({segments_text(segments, whom)})"
        first = graph.nodes[circle[0]] if circle else graph.nodes[int(np.argmax(stuck[:, lane]))]
        remedy = "give one of its settings a route towards an end"
        problems.setdefault(names, Problem("loop_without_exit", what, Where(item=f"routes.{first}"), remedy=remedy))
    return list(problems.values())


def too_many_visits(
    graph: Graph, shares: Floats, visits: Floats, *, bases: Integers, segments: Segments
) -> list[Problem]:
    """One problem a loop that is passed more than 10,000 times; visits (V, R) may be anything."""
    wrong = ~((visits >= 0) & (visits <= MOST_VISITS))
    problems: dict[str, Problem] = {}
    for lane in np.flatnonzero(wrong.any(axis=0))[:SEARCHED]:
        node = int(np.argmax(wrong[:, lane]))
        within = _loop_through(graph, shares[:, lane], node)
        names = graph.names(within)
        whom = segments_text(segments, bases[wrong[node]])
        what = f"more than {MOST_VISITS:,.0f} visits to {graph.nodes[node]} are expected in the loop {names} ({whom})"
        where = Where(item=f"routes.{graph.nodes[node]}")
        remedy = "too few leave the loop: look at its shares"
        problems.setdefault(names, Problem("loop_without_end_in_sight", what, where, remedy=remedy))
    return list(problems.values())


def _loop_through(graph: Graph, shares: Floats, node: int) -> tuple[int, ...]:
    """The loop of the largest shares through a node."""
    circle = [node]
    while circle[-1] not in circle[:-1]:
        on_loops = [edge for edge in graph.out[circle[-1]] if _comes_back(graph, graph.edges[edge].target, node)]
        if not on_loops:
            return (node,)
        circle.append(graph.edges[max(on_loops, key=lambda edge: shares[edge])].target)
    return tuple(circle[circle.index(circle[-1]) :])


def _comes_back(graph: Graph, target: int, node: int) -> bool:
    return target == node or node in (graph.downstream(target) if target < len(graph.settings) else ())
