"""What a pathway holds, listed: its values, its uses, the names a value may read and what they rest on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pathway_cost.specs.format.formula import parse_formula
from pathway_cost.specs.format.listed_once import once
from pathway_cost.specs.format.other_numbers import once_whatever_numbers
from pathway_cost.specs.format.pathway import Pathway, Use
from pathway_cost.specs.format.value_tools import leaves, names_read
from pathway_cost.specs.format.values import Fixed, Formula, Named, Value

Standing = Literal["parameter", "start", "share", "stay", "wait", "quantity", "price_factor"]
DAYS_AT: tuple[Standing, ...] = ("stay", "wait")  # where a value is a number of days


@dataclass(frozen=True)
class Stated:
    """A value of the pathway, where it stands and what it says."""

    item: str
    kind: Standing
    value: Value


@dataclass(frozen=True)
class UseAt:
    """A use, where it stands: at a setting, an end, or on a route of a setting."""

    item: str
    setting: str
    route: str | None
    use: Use
    at_end: bool = False


@once_whatever_numbers
def uses_of(pathway: Pathway) -> tuple[UseAt, ...]:
    """Every use: of settings, of routes, of ends."""
    return tuple(_uses(pathway))


def _uses(pathway: Pathway) -> Iterator[UseAt]:
    for name, setting in pathway.settings.items():
        for index, use in enumerate(setting.uses):
            yield UseAt(f"settings.{name}.uses.{index}", name, None, use)
    for name, routes in pathway.routes.items():
        for way, route in routes.items():
            for index, use in enumerate(route.uses):
                yield UseAt(f"routes.{name}.{way}.uses.{index}", name, way, use)
    for name, end in pathway.ends.items():
        for index, use in enumerate(end.uses):
            yield UseAt(f"ends.{name}.uses.{index}", name, None, use, at_end=True)


@once
def values_of(pathway: Pathway) -> tuple[Stated, ...]:
    """Every value: parameters, start, stays, shares, waits, quantities."""
    return tuple(_values(pathway))


@once_whatever_numbers
def reading_values_of(pathway: Pathway) -> tuple[Stated, ...]:
    """Every value but plain numbers: a number reads nothing, and is neither table nor formula."""
    return tuple(stated for stated in values_of(pathway) if not isinstance(stated.value, Fixed))


def _values(pathway: Pathway) -> Iterator[Stated]:
    for name, parameter in pathway.parameters.items():
        if parameter.value is not None:
            yield Stated(f"parameters.{name}.value", "parameter", parameter.value)
    for name, share in pathway.start.shares.items():
        yield Stated(f"start.{name}", "start", share)
    for name, setting in pathway.settings.items():
        if setting.stay is not None:
            yield Stated(f"settings.{name}.stay", "stay", setting.stay)
    yield from _values_of_routes(pathway)
    for at in uses_of(pathway):
        yield Stated(f"{at.item}.quantity", "quantity", at.use.quantity)
    for key, declared in pathway.unit_costs.items():
        if declared.price_factor is not None:
            yield Stated(f"unit_costs.{key}.price_factor", "price_factor", declared.price_factor)


def in_cycles_only(pathway: Pathway) -> bool:
    """Whether patients spend time nowhere but in settings that repeat every cycle."""
    stays = [setting.stay for setting in pathway.settings.values() if not setting.is_cycle]
    ways = [route for routes in pathway.routes.values() for route in routes.values()]
    return all(stay is None for stay in stays) and all(way.stay is None and way.wait is None for way in ways)


def _values_of_routes(pathway: Pathway) -> Iterator[Stated]:
    for name, routes in pathway.routes.items():
        for way, route in routes.items():
            yield Stated(f"routes.{name}.{way}.share", "share", route.share)
            if route.wait is not None:
                yield Stated(f"routes.{name}.{way}.wait", "wait", route.wait)
            if route.stay is not None:
                yield Stated(f"routes.{name}.{way}.stay", "stay", route.stay)


def named_at(pathway: Pathway, kinds: Collection[Standing]) -> set[str]:
    """Names that stand alone as a value at places of some kinds (shares, stays, …), in the levels and steps of tables too."""
    return {name for kind, name in _standing_alone(pathway) if kind in kinds}


@once_whatever_numbers
def _standing_alone(pathway: Pathway) -> frozenset[tuple[Standing, str]]:
    return frozenset(
        (stated.kind, value.name)
        for stated in reading_values_of(pathway)
        for _, value in leaves(stated.value, "")
        if isinstance(value, Named)
    )


def count_shares(pathway: Pathway) -> dict[str, float]:
    """The shares that rows of counts define: `after_surgery.home` → 0.89."""
    return {
        f"{name}.{goal}": count / sum(parameter.counts.values())
        for name, parameter in pathway.parameters.items()
        if parameter.counts is not None
        for goal, count in parameter.counts.items()
    }


def numeric_attributes(pathway: Pathway) -> tuple[str, ...]:
    """Attributes that are numbers."""
    return tuple(name for name, attribute in pathway.attributes.items() if attribute.number is not None)


def level_attributes(pathway: Pathway) -> dict[str, tuple[str, ...]]:
    """Attributes that have levels, with their levels."""
    return {name: attribute.levels for name, attribute in pathway.attributes.items() if attribute.levels is not None}


@once_whatever_numbers
def numeric_names(pathway: Pathway) -> tuple[str, ...]:
    """Every name that stands for a number: parameters, shares of counts, numeric attributes."""
    parameters = [name for name, parameter in pathway.parameters.items() if parameter.value is not None]
    return (*parameters, *count_shares(pathway), *numeric_attributes(pathway))


def rests_on(pathway: Pathway, names: frozenset[str]) -> frozenset[str]:
    """These names with every name that the parameters among them read in turn."""
    read = _read_by_parameters(pathway)
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += read.get(name, ())
    return frozenset(seen)


@once_whatever_numbers
def _read_by_parameters(pathway: Pathway) -> dict[str, frozenset[str]]:
    """Parameter → the names that its value reads; none of those that read nothing."""
    read = {name: names_read(each.value) for name, each in pathway.parameters.items() if each.value is not None}
    return {name: names for name, names in read.items() if names}


def start_settings(pathway: Pathway) -> tuple[str, ...]:
    """Settings where patients may start."""
    if pathway.start.column is None:
        return tuple(pathway.start.shares)
    return level_attributes(pathway).get(pathway.start.column, ())


def ways_out(pathway: Pathway) -> Mapping[str, tuple[str, ...]]:
    """Setting → where its routes lead."""
    return {
        setting: tuple(route.to or name for name, route in routes.items()) for setting, routes in pathway.routes.items()
    }


def reached_from(pathway: Pathway, settings: tuple[str, ...]) -> frozenset[str]:
    """Settings and ends that can be reached, those given among them."""
    ways = ways_out(pathway)
    seen: set[str] = set()
    waiting = list(settings)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += ways.get(name, ())
    return frozenset(seen)


def plain_number_of(pathway: Pathway, value: Value, seen: frozenset[str] = frozenset()) -> float | None:
    """The number a value stands for, whoever the patient; None where it depends on one.

    May be nan where a formula divides by nothing.
    """
    if isinstance(value, Fixed):
        return value.number
    if isinstance(value, Named):
        return _number_named(pathway, value.name, seen)
    if not isinstance(value, Formula):
        return None
    try:
        expression = parse_formula(value.formula)
    except ValueError:
        return None
    numbers = {name: _number_named(pathway, name, seen) for name in expression.names}
    known = {name: number for name, number in numbers.items() if number is not None}
    return None if len(known) < len(numbers) else float(expression.evaluate(known.__getitem__))


def _number_named(pathway: Pathway, name: str, seen: frozenset[str]) -> float | None:
    parameter = pathway.parameters.get(name)
    if parameter is None or parameter.value is None or name in seen:
        return count_shares(pathway).get(name)
    return plain_number_of(pathway, parameter.value, seen | {name})
