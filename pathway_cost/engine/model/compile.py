"""A pathway as integers: its graph, the values on each edge, and every use as a sum of activity × factors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from pathway_cost.engine.model.graph import Graph, graph_of
from pathway_cost.engine.model.program import Program, program_of
from pathway_cost.specs.format import Pathway, Use, Value, names_read, numeric_attributes, rests_on
from pathway_cost.terms import COUNT_PREFIX

Activity = Literal["node", "entry", "edge", "patient"]
Days = Literal["", "stay", "wait"]


class Factor(NamedTuple):
    """A value a quantity is multiplied by, and where it stands in the file."""

    value: Value
    item: str
    own: bool
    """Whether patients of one segment may differ in it."""


class Term(NamedTuple):
    """Activity × factors: visits to a node, arrivals from elsewhere, patients along an edge, or once a patient.

    The first factor is the quantity; where `days` says whose days count, the second is their mean.
    """

    activity: Activity
    number: int
    factors: tuple[Factor, ...]
    days: Days = ""

    @property
    def own(self) -> bool:
        """Whether patients of one segment may differ in a factor."""
        return any(factor.own for factor in self.factors)


@dataclass(frozen=True)
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


class Share(NamedTuple):
    """A share as it stands in the file, of the patients who take an edge or start at a node; None for `rest`."""

    value: Value | None
    item: str


@dataclass(frozen=True)
class Model:
    """A pathway as integers: its graph, the program of its expected visits, its shares, and its uses as lines."""

    pathway: Pathway
    graph: Graph
    program: Program
    shares: tuple[Share, ...]
    """By edge."""
    own_settings: frozenset[int]
    """Settings whose shares out may differ between patients of one segment."""
    starts: Mapping[int, Share]
    """By node; empty where an attribute says the start."""
    own_start: bool
    followed: tuple[int, ...]
    """Edges along which patients of one segment may differ in number, or in what they use."""
    lines: tuple[UseLine, ...]

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

    @property
    def per_patient(self) -> bool:
        """Whether patients of one segment may differ in anything."""
        own = any(term.own for line in self.lines for term in line.terms)
        return own or bool(self.own_settings) or self.own_start


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
    own_settings = frozenset(
        edge.origin for edge, share in zip(graph.edges, shares, strict=True) if _is_own(pathway, share.value)
    )
    lines = tuple(_lines(pathway, graph))
    followed = _followed(graph, own_settings, lines)
    return Model(
        pathway=pathway,
        graph=graph,
        program=program_of(graph, followed),
        shares=shares,
        own_settings=own_settings,
        starts=starts,
        own_start=any(_is_own(pathway, share.value) for share in starts.values()),
        followed=followed,
        lines=lines,
    )


def _followed(graph: Graph, own_settings: frozenset[int], lines: Sequence[UseLine]) -> tuple[int, ...]:
    with_own_shares = {number for number, edge in enumerate(graph.edges) if edge.origin in own_settings}
    with_own_uses = {term.number for line in lines for term in line.terms if term.activity == "edge" and term.own}
    return tuple(sorted(with_own_shares | with_own_uses))


def _is_rest(value: Value) -> bool:
    return getattr(value, "name", None) == "rest"


def _is_own(pathway: Pathway, value: Value | None) -> bool:
    return value is not None and not rests_on(pathway, names_read(value)).isdisjoint(numeric_attributes(pathway))


def _lines(pathway: Pathway, graph: Graph) -> Iterator[UseLine]:
    for name, setting in pathway.settings.items():
        for position, use in enumerate(setting.uses):
            yield _at_setting(pathway, graph, name, use, item=f"settings.{name}.uses.{position}")
    for name, end in pathway.ends.items():
        for position, use in enumerate(end.uses):
            term = Term(
                "node", graph.number[name], (_factor(pathway, use.quantity, f"ends.{name}.uses.{position}.quantity"),)
            )
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
    quantity = _factor(pathway, use.quantity, f"{item}.quantity")
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
    stay = None if setting.stay is None else _factor(pathway, setting.stay, f"settings.{name}.stay")
    if all(route.stay is None for route in routes.values()):
        return [] if stay is None else [("node", graph.number[name], stay)]
    days: list[tuple[Activity, int, Factor]] = []
    for edge in graph.out[graph.number[name]]:
        way = graph.edges[edge].route
        own = routes[way].stay
        factor = stay if own is None else _factor(pathway, own, f"routes.{name}.{way}.stay")
        if factor is not None:
            days.append(("edge", edge, factor))
    return days


def _on_route(pathway: Pathway, origin: str, way: str, use: Use, *, number: int, item: str) -> UseLine:
    factors = [_factor(pathway, use.quantity, f"{item}.quantity")]
    wait = pathway.routes[origin][way].wait
    waits = use.per == "day" and wait is not None
    if use.per == "day" and wait is not None:
        factors.append(_factor(pathway, wait, f"routes.{origin}.{way}.wait"))
    terms = (Term("edge", number, tuple(factors), "wait" if waits else ""),)
    return _line(pathway, use, role=None, setting=origin, label=f"to {way}: {use.label}", edge=number, terms=terms)


def _factor(pathway: Pathway, value: Value, item: str) -> Factor:
    return Factor(value, item, _is_own(pathway, value))


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
    return _factor(pathway, declared.price_factor, f"unit_costs.{key}.price_factor")
