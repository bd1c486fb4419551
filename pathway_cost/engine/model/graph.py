"""The pathway as a graph of integers: settings first, then ends; and what the graph alone can say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, NamedTuple

import networkx as nx

from pathway_cost.engine.model.memory import remembered
from pathway_cost.specs.format import Pathway, once_whatever_numbers

WAY_OUT: Final = -1  # one node behind all ends


class Edge(NamedTuple):
    """One route: the setting it leaves, the node it leads to, its name."""

    origin: int
    target: int
    route: str


@dataclass(frozen=True, repr=False)
class Graph:
    """Settings, ends and routes by number: nodes are settings, then ends; edges stand in the order of the file.

    >>> graph = Graph(("gp", "ward"), ("home",), (Edge(0, 1, "ward"), Edge(1, 0, "gp"), Edge(1, 2, "home")))
    >>> graph.components
    ((0, 1), (2,))
    >>> graph.names(graph.circle({(0, 1), (1, 0)}))
    'gp → ward → gp'
    """

    settings: tuple[str, ...]
    ends: tuple[str, ...]
    edges: tuple[Edge, ...]

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """The names of nodes, in the order of their numbers."""
        return (*self.settings, *self.ends)

    @cached_property
    def number(self) -> dict[str, int]:
        """The name of a node → its number."""
        return {name: number for number, name in enumerate(self.nodes)}

    @cached_property
    def out(self) -> tuple[tuple[int, ...], ...]:
        """Setting → numbers of the edges that leave it."""
        return tuple(
            tuple(number for number, edge in enumerate(self.edges) if edge.origin == setting)
            for setting in range(len(self.settings))
        )

    @cached_property
    def components(self) -> tuple[tuple[int, ...], ...]:
        """Nodes that lie on loops together, each list in order, upstream lists first."""
        condensed = nx.condensation(self._directed)
        members = {number: tuple(sorted(condensed.nodes[number]["members"])) for number in condensed}
        order = nx.lexicographical_topological_sort(condensed, key=lambda number: members[number])
        return tuple(members[number] for number in order)

    @cached_property
    def _directed(self) -> nx.DiGraph:
        directed = nx.DiGraph()
        directed.add_nodes_from(range(len(self.nodes)))
        directed.add_edges_from((edge.origin, edge.target) for edge in self.edges)
        return directed

    def downstream(self, node: int) -> frozenset[int]:
        """Every node that can come after this one (itself only where it lies on a loop)."""
        return _after(self._directed, node)

    @remembered
    def parted(self, node: int) -> frozenset[int]:
        """The nodes that some who leave this one pass and others do not, before all meet again.

        >>> ways = (Edge(0, 1, "ward"), Edge(0, 2, "clinic"), Edge(1, 2, "clinic"), Edge(2, 3, "home"))
        >>> sorted(Graph(("gp", "ward", "clinic"), ("home",), ways).parted(0))
        [1]
        """
        return _after(self._directed.subgraph(set(self._directed) - self._passed_by_all(node)), node)

    def _passed_by_all(self, node: int) -> frozenset[int]:
        """The nodes that everybody who leaves this one passes on the way to an end."""
        passed: set[int] = set()
        current = self._next_meeting.get(node)
        while current is not None and current not in (WAY_OUT, *passed):
            passed.add(current)
            current = self._next_meeting.get(current)
        return frozenset(passed - {node})

    @cached_property
    def _next_meeting(self) -> dict[int, int]:
        """Node → the first node that everybody who leaves it passes."""
        backwards = self._directed.reverse(copy=True)
        backwards.add_edges_from((WAY_OUT, end) for end in range(len(self.settings), len(self.nodes)))
        return dict(nx.immediate_dominators(backwards, WAY_OUT))

    @staticmethod
    def circle(pairs: Iterable[tuple[int, int]]) -> tuple[int, ...]:
        """A loop among these pairs, first node repeated at the end; empty where there is none."""
        try:
            found = nx.find_cycle(nx.DiGraph(sorted(pairs)))
        except nx.NetworkXNoCycle:
            return ()
        return (found[0][0], *(target for _, target in found))

    def names(self, nodes: Sequence[int]) -> str:
        """The names of these nodes, joined by arrows."""
        return " → ".join(self.nodes[node] for node in nodes)


@once_whatever_numbers
def graph_of(pathway: Pathway) -> Graph:
    """The graph of a pathway whose names have been checked."""
    settings, ends = tuple(pathway.settings), tuple(pathway.ends)
    number = {name: position for position, name in enumerate((*settings, *ends))}
    edges = tuple(
        Edge(number[origin], number[route.to or name], name)
        for origin, routes in pathway.routes.items()
        for name, route in routes.items()
    )
    return _made_once(settings, ends, edges)


@lru_cache(maxsize=64)
def _made_once(settings: tuple[str, ...], ends: tuple[str, ...], edges: tuple[Edge, ...]) -> Graph:
    """The graph of all pathways that differ in numbers alone."""
    return Graph(settings, ends, edges)


def _after(directed: nx.DiGraph, node: int) -> frozenset[int]:
    return frozenset[int]().union(
        *({target, *nx.descendants(directed, target)} for target in directed.successors(node))
    )
