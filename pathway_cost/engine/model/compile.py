"""A pathway as integers: its graph, the values on each edge, and every use as a sum of activity × factors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from pathway_cost.engine.model.graph import Graph, graph_of
from pathway_cost.engine.model.memory import remembered
from pathway_cost.engine.model.program import Happening, Program, Uses, program_of
from pathway_cost.specs.format import FrozenMap, Pathway, Use, Value, level_attributes
from pathway_cost.terms import COUNT_PREFIX

Activity = Literal["node", "entry", "edge", "patient"]
Days = Literal["", "stay", "wait"]


class Factor(NamedTuple):
    """A value a quantity is multiplied by, and where it stands in the file."""

    value: Value
    item: str


class Term(NamedTuple):
    """Activity × factors: visits to a node, arrivals from elsewhere, patients along an edge, or once a patient.

    The first factor is the quantity; where `days` says whose days count, the second is their mean.
    """

    activity: Activity
    number: int
    factors: tuple[Factor, ...]
    days: Days = ""


@dataclass(frozen=True, repr=False)
class UseLine:
    """One use of the pathway: how it is labelled in the cube, and the terms whose sum is its quantity."""

    setting: str
    use: str
    unit_cost: str
    """Key, or `count:<name>`."""
    role: str
    only: Mapping[str, tuple[str, ...]]
    bundle: str | None
    stands_in: bool
    """Whether it stands in for the bundle, where the bundle's parts have no price of their own."""
    node: int | None
    """The setting or end whose visits stand beside it; None for a use on a route."""
    edge: int | None
    terms: tuple[Term, ...]
    price: Factor | None = None
    """What its price is multiplied by."""

    @property
    def is_count(self) -> bool:
        """Whether it is counted and not priced."""
        return self.unit_cost.startswith(COUNT_PREFIX)

    @cached_property
    def unvalued(self) -> UseLine:
        """The line without what it is worth: who bears what, where. Alike in all pathways that differ in numbers alone."""
        return replace(self, only=FrozenMap(), terms=(), price=None)

    @property
    def each(self) -> tuple[Factor, ...]:
        """What it is worth each time, short of days: the quantity, or for what is used once a patient all its values."""
        return () if not self.terms else self.terms[0].factors[: None if self.terms[0].activity == "patient" else 1]


class Share(NamedTuple):
    """A share as it stands in the file, of the patients who take an edge or start at a node; None for `rest`."""

    value: Value | None
    item: str


@dataclass(frozen=True, repr=False)
class Model:
    """A pathway as integers: its graph, the program of its expected visits, its shares, and its uses as lines."""

    pathway: Pathway
    graph: Graph
    program: Program
    shares: tuple[Share, ...]
    """By edge."""
    starts: Mapping[int, Share]
    """By node; empty where an attribute says the start."""
    lines: tuple[UseLine, ...]

    @remembered
    def costing(self, priced: bool) -> Program:  # noqa: FBT001 - remembered by its place
        """The program that goes on to what every line uses, and what that costs where there are prices."""
        lines = tuple(_happening(self.graph, line) for line in self.lines)
        return _costing(self.graph, self.starting, tuple(self.staying.items()), lines, priced)

    @cached_property
    def starting(self) -> tuple[int, ...]:
        """Nodes at which patients may start."""
        column = self.pathway.start.column
        if column is None:
            return tuple(self.starts)
        levels = level_attributes(self.pathway)[column]
        return tuple(self.graph.number[level] for level in levels if level in self.graph.number)

    @cached_property
    def staying(self) -> Mapping[int, tuple[int, ...]]:
        """Setting that repeats every cycle → the edges by which patients stay in it: those back to itself."""
        graph, settings = self.graph, self.pathway.settings
        return {
            number: tuple(edge for edge in graph.out[number] if graph.edges[edge].target == number)
            for number, name in enumerate(graph.settings)
            if settings[name].is_cycle
        }

    @cached_property
    def passing(self) -> frozenset[int]:
        """Settings in which nobody stays: a visit there is an event, which counts up to the horizon and at it."""
        pathway, graph = self.pathway, self.graph
        return frozenset(
            number
            for number, name in enumerate(graph.settings)
            if pathway.settings[name].stay is None
            and all(route.stay is None for route in pathway.routes.get(name, {}).values())
        )


def compiled(pathway: Pathway) -> Model:
    """A pathway whose names have been checked → its model."""
    graph = graph_of(pathway)
    shares = tuple(
        Share(None if route.takes_rest else route.share, f"routes.{origin}.{name}.share")
        for origin, routes in pathway.routes.items()
        for name, route in routes.items()
    )
    starts = {
        graph.number[name]: Share(None if _is_rest(value) else value, f"start.{name}")
        for name, value in pathway.start.shares.items()
    }
    return Model(pathway, graph, _visiting(graph), shares, starts, tuple(_lines(pathway, graph)))


@lru_cache(maxsize=64)
def _visiting(graph: Graph) -> Program:
    """The program of the visits of all pathways with one graph."""
    return program_of(graph)


@lru_cache(maxsize=64)
def _costing(
    graph: Graph,
    starting: tuple[int, ...],
    staying: tuple[tuple[int, tuple[int, ...]], ...],
    lines: tuple[Happening, ...],
    priced: bool,  # noqa: FBT001 - looked up by its place
) -> Program:
    """The program of all pathways that differ in numbers alone."""
    return program_of(graph, range(len(graph.edges)), Uses(starting, dict(staying), lines, priced))


def _happening(graph: Graph, line: UseLine) -> Happening:
    """What a line counts; days are counted by the visits that they are spent in."""
    if not line.terms or line.terms[0].activity == "patient":
        return Happening("patient", 0)
    term = line.terms[0]
    if term.days == "stay":
        assert line.node is not None
        return Happening("visits", line.node)
    if term.days == "wait":
        return Happening("visits", graph.edges[term.number].origin)
    if term.activity == "edge":
        return Happening("moved", term.number)
    return Happening("entries" if term.activity == "entry" else "visits", term.number)


def _is_rest(value: Value) -> bool:
    return getattr(value, "name", None) == "rest"


def _lines(pathway: Pathway, graph: Graph) -> Iterator[UseLine]:
    for name, setting in pathway.settings.items():
        for position, use in enumerate(setting.uses):
            yield _at_setting(pathway, graph, name, use, item=f"settings.{name}.uses.{position}")
    for name, end in pathway.ends.items():
        for position, use in enumerate(end.uses):
            term = Term("node", graph.number[name], (Factor(use.quantity, f"ends.{name}.uses.{position}.quantity"),))
            yield _line(
                pathway, use, role=end.role, setting=name, label=use.label, node=graph.number[name], terms=(term,)
            )
    for number, edge in enumerate(graph.edges):
        origin = graph.nodes[edge.origin]
        for position, use in enumerate(pathway.routes[origin][edge.route].uses):
            item = f"routes.{origin}.{edge.route}.uses.{position}"
            yield _on_route(pathway, origin, edge.route, use, number=number, item=item)


def _at_setting(pathway: Pathway, graph: Graph, name: str, use: Use, *, item: str) -> UseLine:
    node = graph.number[name]
    quantity = Factor(use.quantity, f"{item}.quantity")
    arrives = use.per == "visit" and pathway.settings[name].is_cycle
    terms: tuple[Term, ...] = (Term("entry" if arrives else "node", node, (quantity,)),)
    if use.per == "day":
        terms = tuple(
            Term(activity, number, (quantity, days), "stay") for activity, number, days in _days(pathway, graph, name)
        )
    role = pathway.settings[name].role
    return _line(pathway, use, role=role, setting=name, label=use.label, node=node, terms=terms)


def _days(pathway: Pathway, graph: Graph, name: str) -> list[tuple[Activity, int, Factor]]:
    """The days of a visit: the setting's stay; where ways out have their own, each way's stay by its patients."""
    setting, routes = pathway.settings[name], pathway.routes.get(name, {})
    stay = None if setting.stay is None else Factor(setting.stay, f"settings.{name}.stay")
    if all(route.stay is None for route in routes.values()):
        return [] if stay is None else [("node", graph.number[name], stay)]
    days: list[tuple[Activity, int, Factor]] = []
    for edge in graph.out[graph.number[name]]:
        way = graph.edges[edge].route
        own = routes[way].stay
        factor = stay if own is None else Factor(own, f"routes.{name}.{way}.stay")
        if factor is not None:
            days.append(("edge", edge, factor))
    return days


def _on_route(pathway: Pathway, origin: str, way: str, use: Use, *, number: int, item: str) -> UseLine:
    factors = [Factor(use.quantity, f"{item}.quantity")]
    wait = pathway.routes[origin][way].wait
    waits = use.per == "day" and wait is not None
    if use.per == "day" and wait is not None:
        factors.append(Factor(wait, f"routes.{origin}.{way}.wait"))
    terms = (Term("edge", number, tuple(factors), "wait" if waits else ""),)
    return _line(pathway, use, role=None, setting=origin, label=f"to {way}: {use.label}", edge=number, terms=terms)


def _line(
    pathway: Pathway,
    use: Use,
    *,
    role: str | None,
    setting: str,
    label: str,
    terms: tuple[Term, ...],
    node: int | None = None,
    edge: int | None = None,
) -> UseLine:
    declared = pathway.unit_costs.get(use.unit_cost or "")
    return UseLine(
        setting=setting,
        use=label,
        unit_cost=use.unit_cost or f"{COUNT_PREFIX}{use.count}",
        role=use.role or role or "",
        only=use.only,
        bundle=None if declared is None else declared.bundle,
        stands_in=False,
        node=node,
        edge=edge,
        terms=tuple(Term("patient", 0, term.factors) for term in terms) if use.per == "patient" else terms,
        price=_price_factor(pathway, use.unit_cost),
    )


def _price_factor(pathway: Pathway, key: str | None) -> Factor | None:
    declared = pathway.unit_costs.get(key or "")
    if declared is None or declared.price_factor is None:
        return None
    return Factor(declared.price_factor, f"unit_costs.{key}.price_factor")
