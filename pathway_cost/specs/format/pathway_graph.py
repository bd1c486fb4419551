"""A pathway's mapping as a directed graph, and back: settings and ends are nodes, routes are edges, the rest the graph's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from typing import Any, Final

ROUTE: Final = "route"
"""Attribute of an edge: the route's name, where it is not that of its target."""
_OF_NODES: Final = ("settings", "ends", "routes")


def is_graph(given: Any) -> bool:
    """Whether something is a graph of networkx."""
    return all(hasattr(given, name) for name in ("nodes", "edges", "graph", "is_directed", "is_multigraph"))


def graph_of(tree: Mapping[str, Any]) -> Any:
    """A pathway as plain Python → a `networkx.DiGraph` (a `MultiDiGraph` where two routes join the same two settings)."""
    import networkx as nx

    routes = list(_routes(tree))
    joined = Counter((start, goal) for start, goal, _ in routes)
    graph = nx.MultiDiGraph() if max(joined.values(), default=0) > 1 else nx.DiGraph()
    graph.graph.update({name: inner for name, inner in tree.items() if name not in _OF_NODES}, ends=list(tree["ends"]))
    for nodes in (tree["settings"], tree["ends"]):
        graph.add_nodes_from((name, dict(entries)) for name, entries in nodes.items())
    graph.add_edges_from(routes)
    return graph


def _routes(tree: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for start, ways in tree.get("routes", {}).items():
        for name, given in ways.items():
            entries = dict(given) if isinstance(given, dict) and "share" in given else {"share": given}
            goal = entries.pop("to", name)
            yield start, goal, entries if goal == name else {**entries, ROUTE: name}


def tree_of(graph: Any) -> dict[str, Any]:
    """A directed graph → a pathway as plain Python, shape still to be checked.

    Ends are the nodes that the graph's `ends` names; where it names none, those that no edge leaves.

    Raises:
        ValueError: the graph has no directions, two of its routes from one setting have one name, its ends are no names,
            or it says itself what its nodes and edges say.
    """
    if not graph.is_directed():
        raise ValueError("its edges have no direction; make it a networkx.DiGraph")
    twice = [name for name in ("settings", "routes") if name in graph.graph]
    if twice:
        raise ValueError(f"the graph itself has {' and '.join(map(repr, twice))}; its nodes and edges say that")
    ends = _ends(graph)
    nodes = {name: dict(entries) for name, entries in graph.nodes(data=True)}
    return {
        **graph.graph,
        "settings": {name: entries for name, entries in nodes.items() if name not in ends},
        "routes": _ways(graph),
        "ends": {name: {**said, **nodes.get(name, {})} for name, said in ends.items()},
    }


def _ends(graph: Any) -> dict[Any, Any]:
    """End → what the graph itself says of it."""
    stated = graph.graph.get("ends", [node for node in graph.nodes if not graph.out_degree(node)])
    if isinstance(stated, Mapping) and all(isinstance(said, Mapping) for said in stated.values()):
        return dict(stated)
    if isinstance(stated, list | tuple) and all(isinstance(name, Hashable) for name in stated):
        return {name: {} for name in stated}
    raise ValueError("its `ends` are no names of nodes; give a list of them")


def _ways(graph: Any) -> dict[Any, dict[Any, Any]]:
    """Setting → route → what it takes; an edge that only has a share is that share."""
    ways: dict[Any, dict[Any, Any]] = {}
    for start, goal, given in graph.edges(data=True):
        entries = dict(given)
        name = entries.pop(ROUTE, goal)
        if name in ways.setdefault(start, {}):
            raise ValueError(f"two routes from {start!r} are called {name!r}; give each edge its `{ROUTE}`")
        ways[start][name] = entries if name == goal else {"to": goal, **entries}
    return ways
