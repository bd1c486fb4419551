"""A graph becomes a program: a fixed list of multiplications that turns shares into expected visits.

Upstream settings come first, so a pathway without loops is one pass: visits[to] += visits[from] × share. The settings
of a loop are eliminated one by one, always the one with the fewest ways in × ways out: what passes through it is added
to the direct shares between its neighbours, and staying in a circle of share q multiplies by 1/(1 − q). No share is
ever subtracted from another, so this is stable for any shares in [0, 1]. It costs what solving for a few feedback
settings costs, and it is the same list of steps for every segment and every patient.

What is used follows in the same list: every line of use is what happens at one place × what that is worth, and the
cost of a patient is the sum of lines × prices.

Cells (rows of the work array): one a share in the order of the edges, one a line (what it is worth), one a line (its
price, where there are prices), one a node (start share in, visits out), then what the elimination needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.model.graph import Graph

Integers = NDArray[np.int64]

COPY: Final = 0  # cell[to] = cell[a]
ADD: Final = 1  # cell[to] += cell[a]
MULTIPLY: Final = 2  # cell[to] = cell[a] × cell[b]
MULTIPLY_ADD: Final = 3  # cell[to] += cell[a] × cell[b]
STAYING: Final = 4  # cell[to] = 1 / (1 − cell[a])
DIVIDE: Final = 5  # cell[to] = cell[a] / cell[b]
ONE_PLUS: Final = 6  # cell[to] = 1 + cell[a]


class Program(NamedTuple):
    """The steps that turn shares into expected visits, and the cells of the answers; arrays, for compiled kernels.

    `steps` is (n, 4): what to do, to, a, b. `visits` and `reached` are (V,) cells by node: expected visits, and the
    share of the patients who come at least once (the same cell where no loop passes). `moved` is (F,) cells of the
    patients along the edges followed. `ends` and `looped` are the cells of the ends' visits and of the visits to
    settings on loops. `started` are the cells of who starts at the nodes named, `entries` (V,) of who arrives at a node
    (visits, but where patients stay cycle after cycle), `used` (U,) of the lines, `cost` of all lines at their prices (−1 without).
    """

    steps: Integers
    cells: int
    visits: Integers
    reached: Integers
    moved: Integers
    ends: Integers
    looped: Integers
    started: Integers
    entries: Integers
    used: Integers
    cost: int

    def __repr__(self) -> str:
        return object.__repr__(self)


class Happening(NamedTuple):
    """What a line of use counts: visits to a node, arrivals there from elsewhere, moves along an edge, or each patient once."""

    what: Literal["visits", "entries", "moved", "patient"]
    number: int


@dataclass(frozen=True)
class Uses:
    """What a program works out beside visits: who starts where, arrivals, every line of use and, if asked, what it costs."""

    started: Sequence[int] = ()
    """Nodes at which patients may start."""
    staying: Mapping[int, Sequence[int]] = field(default_factory=dict)
    """Setting that repeats every cycle → the edges by which patients stay in it; every edge must be followed."""
    lines: Sequence[Happening] = ()
    priced: bool = False


NO_USES: Final = Uses()


@dataclass
class _Builder:
    """Steps so far, and the next free cell."""

    cells: int
    steps: list[tuple[int, int, int, int]] = field(default_factory=list)

    def step(self, kind: int, to: int, first: int, second: int = 0) -> None:
        self.steps.append((kind, to, first, second))

    def new(self, kind: int, first: int, second: int = 0) -> int:
        to = self.cells
        self.cells += 1
        self.step(kind, to, first, second)
        return to


@dataclass(frozen=True)
class _Eliminated:
    """One setting taken out: its ways to those that remained (shares after staying), and from them."""

    node: int
    staying: int | None
    ways_out: dict[int, int]
    ways_in: dict[int, int]


def program_of(graph: Graph, followed: Sequence[int] = (), uses: Uses = NO_USES) -> Program:
    """A graph → the program of its expected visits, with a cell for the patients along each edge followed, and its uses."""
    inputs = len(graph.edges) + len(uses.lines) * (2 if uses.priced else 1)
    nodes = np.arange(inputs, inputs + len(graph.nodes))
    builder = _Builder(cells=inputs + len(graph.nodes))
    started = {node: builder.new(COPY, inputs + node) for node in uses.started}
    reached = nodes.copy()
    for component in graph.components:
        shares = _shares_within(graph, component, builder)
        if shares:
            _solve_loop(component, shares, builder, inputs, reached)
        _pass_on(graph, component, builder, inputs)
    moved = {edge: builder.new(MULTIPLY, inputs + graph.edges[edge].origin, edge) for edge in followed}
    visits = dict(enumerate(nodes.tolist()))
    entries = visits.copy()
    for setting, staying in uses.staying.items():
        ways = [cell for edge, cell in moved.items() if graph.edges[edge].target == setting and edge not in staying]
        if arriving := [*([started[setting]] if setting in started else []), *ways]:
            entries[setting] = _total(builder, arriving)
    happening = {"visits": visits, "entries": entries, "moved": moved}
    used = [
        builder.new(COPY, worth)
        if line.what == "patient"
        else builder.new(MULTIPLY, happening[line.what][line.number], worth)
        for worth, line in enumerate(uses.lines, start=len(graph.edges))
    ]
    first_price = len(graph.edges) + len(uses.lines)
    priced = [(cell, first_price + number) for number, cell in enumerate(used)] if uses.priced else []
    return Program(
        cost=_products(builder, priced) if priced else -1,
        steps=np.array(builder.steps, dtype=np.int64).reshape(-1, 4),
        cells=builder.cells,
        visits=nodes,
        reached=reached,
        moved=np.array(list(moved.values()), dtype=np.int64),
        ends=nodes[len(graph.settings) :],
        looped=nodes[reached != nodes],
        started=np.array(list(started.values()), dtype=np.int64),
        entries=np.array(list(entries.values())),
        used=np.array(used, dtype=np.int64),
    )


def _shares_within(graph: Graph, component: Sequence[int], builder: _Builder) -> dict[tuple[int, int], int]:
    """(from, to) → the cell of the share, for the ways between settings of one loop; several routes add up."""
    routes: dict[tuple[int, int], list[int]] = {}
    for number, edge in enumerate(graph.edges):
        if edge.origin in component and edge.target in component:
            routes.setdefault((edge.origin, edge.target), []).append(number)
    return {pair: _total(builder, numbers) for pair, numbers in routes.items()}


def _total(builder: _Builder, numbers: Sequence[int]) -> int:
    if len(numbers) == 1:
        return numbers[0]
    cell = builder.new(COPY, numbers[0])
    for number in numbers[1:]:
        builder.step(ADD, cell, number)
    return cell


def _solve_loop(
    component: Sequence[int],
    shares: dict[tuple[int, int], int],
    builder: _Builder,
    first_node: int,
    reached: NDArray[np.int64],
) -> None:
    taken_out: list[_Eliminated] = []
    remaining = set(component)
    while remaining:
        node = min(remaining, key=lambda candidate: (_fill(candidate, remaining, shares), candidate))
        remaining.discard(node)
        taken_out.append(_eliminate(node, remaining, shares, builder, first_node))
    for eliminated in reversed(taken_out):
        cell = first_node + eliminated.node
        for origin, share in eliminated.ways_in.items():
            builder.step(MULTIPLY_ADD, cell, first_node + origin, share)
        if eliminated.staying is not None:
            builder.step(MULTIPLY, cell, cell, eliminated.staying)
    for node, returns in _visits_from_itself(taken_out, builder).items():
        reached[node] = builder.new(DIVIDE, first_node + node, returns)


def _fill(node: int, remaining: set[int], shares: dict[tuple[int, int], int]) -> int:
    ways_in = sum((other, node) in shares for other in remaining if other != node)
    ways_out = sum((node, other) in shares for other in remaining if other != node)
    return ways_in * ways_out


def _eliminate(
    node: int, remaining: set[int], shares: dict[tuple[int, int], int], builder: _Builder, first_node: int
) -> _Eliminated:
    others = sorted(remaining)
    ways_in = {other: shares[other, node] for other in others if (other, node) in shares}
    ways_out = {other: shares[node, other] for other in others if (node, other) in shares}
    staying = builder.new(STAYING, shares[node, node]) if (node, node) in shares else None
    if staying is not None:
        ways_out = {other: builder.new(MULTIPLY, share, staying) for other, share in ways_out.items()}
    for other, share in ways_out.items():
        builder.step(MULTIPLY_ADD, first_node + other, first_node + node, share)
    for origin, share_in in ways_in.items():
        for other, share_out in ways_out.items():
            if (origin, other) not in shares:
                shares[origin, other] = builder.new(MULTIPLY, share_in, share_out)
                continue
            if shares[origin, other] < first_node:  # an input: worked on as a copy
                shares[origin, other] = builder.new(COPY, shares[origin, other])
            builder.step(MULTIPLY_ADD, shares[origin, other], share_in, share_out)
    return _Eliminated(node, staying, ways_out, ways_in)


def _visits_from_itself(taken_out: Sequence[_Eliminated], builder: _Builder) -> dict[int, int]:
    """Cell of the expected visits to each setting of a loop by a patient who starts there.

    With N[i, j] the visits to j of who starts at i, last eliminated first: whoever leaves `node` goes to a remaining
    j and comes back by way of a remaining i, so N[node, i] = Σ out[j] N[j, i], N[j, node] = staying × Σ N[j, i] in[i]
    and N[node, node] = staying × (1 + Σ N[node, i] in[i]). Only pairs that share a way are ever needed.
    """
    found: dict[tuple[int, int], int] = {}
    for eliminated in reversed(taken_out):
        node, ways_in, ways_out = eliminated.node, eliminated.ways_in, eliminated.ways_out
        for origin in ways_in:
            found[node, origin] = _products(builder, [(way, found[other, origin]) for other, way in ways_out.items()])
        for other in ways_out:
            inflow = _products(builder, [(way, found[other, origin]) for origin, way in ways_in.items()])
            found[other, node] = _stayed(builder, inflow, eliminated.staying)
        if ways_in:
            returns = _products(builder, [(way, found[node, origin]) for origin, way in ways_in.items()])
            found[node, node] = _stayed(builder, builder.new(ONE_PLUS, returns), eliminated.staying)
        elif eliminated.staying is not None:
            found[node, node] = eliminated.staying
    return {eliminated.node: found[eliminated.node, eliminated.node] for eliminated in taken_out}


def _products(builder: _Builder, pairs: Sequence[tuple[int, int]]) -> int:
    cell = builder.new(MULTIPLY, *pairs[0])
    for first, second in pairs[1:]:
        builder.step(MULTIPLY_ADD, cell, first, second)
    return cell


def _stayed(builder: _Builder, cell: int, staying: int | None) -> int:
    return cell if staying is None else builder.new(MULTIPLY, cell, staying)


def _pass_on(graph: Graph, component: Sequence[int], builder: _Builder, first_node: int) -> None:
    """What leaves the component for later nodes."""
    for number, edge in enumerate(graph.edges):
        if edge.origin in component and edge.target not in component:
            builder.step(MULTIPLY_ADD, first_node + edge.target, first_node + edge.origin, number)
