"""The graph: routes that lead nowhere, settings nobody reaches or leaves, shares that do not sum. One rule a function."""

from __future__ import annotations

import math

from pathway_cost import terms
from pathway_cost.errors import Problem, Severity, Where, nearest_name
from pathway_cost.percent import share_fault
from pathway_cost.specs.format import (
    Fixed,
    Named,
    Pathway,
    Route,
    leaves,
    level_attributes,
    named_at,
    plain_number_of,
    reached_from,
    shown_number,
    start_settings,
    values_of,
    ways_out,
)


def routes_from_no_setting(pathway: Pathway) -> list[Problem]:
    """Routes that start at an end, or at a setting that is not there."""
    return [
        Problem(
            "routes_from_no_setting",
            f"{name!r} is an end: nothing leads on from it"
            if name in pathway.ends
            else f"there is no setting {name!r}",
            Where(item=f"routes.{name}"),
            None if name in pathway.ends else nearest_name(name, pathway.settings),
        )
        for name in pathway.routes
        if name not in pathway.settings
    ]


def route_to_nowhere(pathway: Pathway) -> list[Problem]:
    """A route that leads to no setting and no end."""
    places = [*pathway.settings, *pathway.ends]
    return [
        Problem(
            "route_to_nowhere",
            f"the route {name!r} of {setting!r} leads to {goal!r}, which is no setting and no end",
            Where(item=f"routes.{setting}.{name}" + (".to" if route.to else "")),
            nearest_name(goal, places),
        )
        for setting, routes in pathway.routes.items()
        for name, route in routes.items()
        if (goal := route.to or name) not in places
    ]


def start_at_no_setting(pathway: Pathway) -> list[Problem]:
    """Patients start at a setting that is not there."""
    column = pathway.start.column
    if column is not None and column not in level_attributes(pathway):
        what = f"there is no attribute {column!r} with levels"
        near = nearest_name(column, level_attributes(pathway))
        return [Problem("start_at_no_setting", what, Where(item="start.column"), near)]
    return [
        Problem(
            "start_at_no_setting",
            f"there is no setting {name!r} to start at",
            Where(item=f"start.{name}" if column is None else f"attributes.{column}.levels"),
            nearest_name(name, pathway.settings),
        )
        for name in start_settings(pathway)
        if name not in pathway.settings
    ]


def setting_without_routes(pathway: Pathway) -> list[Problem]:
    """A setting that nobody can leave."""
    return [
        Problem(
            "setting_without_routes",
            f"no route leads on from {name!r}",
            Where(item=f"settings.{name}"),
            remedy=f"add routes: {{{name}: {{{next(iter(pathway.ends))}: rest}}}}, or make it an end",
        )
        for name in pathway.settings
        if not pathway.routes.get(name)
    ]


def several_rests(pathway: Pathway) -> list[Problem]:
    """Two routes of one setting that take the remainder."""
    return [
        Problem(
            "several_rests",
            f"several routes of {setting!r} take `rest`: {', '.join(rests)}",
            Where(item=f"routes.{setting}.{rests[1]}"),
            remedy="give all but one a share",
        )
        for setting, routes in pathway.routes.items()
        if len(rests := [name for name, route in routes.items() if route.takes_rest]) > 1
    ]


def unreachable_setting(pathway: Pathway) -> list[Problem]:
    """A setting that no patient can reach from the start: it costs nothing, and is likely a mistake."""
    reached = reached_from(pathway, start_settings(pathway))
    if not set(start_settings(pathway)) <= set(pathway.settings):
        return []  # a fault of its own
    return [
        Problem(
            "unreachable_setting",
            f"no way leads from the start to {name!r}",
            Where(item=f"settings.{name}"),
            remedy="add a route to it, or remove it",
            severity=Severity.WARNING,
            about=(("setting", name),),
        )
        for name in pathway.settings
        if name not in reached
    ]


def no_way_out(pathway: Pathway) -> list[Problem]:
    """Settings that patients reach and from which no end can be reached."""
    stops = {*pathway.ends, *(name for name in pathway.settings if not pathway.routes.get(name))}
    reached = reached_from(pathway, start_settings(pathway))
    caught = [name for name in pathway.settings if name in reached and not stops & reached_from(pathway, (name,))]
    unknown = {goal for goals in ways_out(pathway).values() for goal in goals} - {*pathway.settings, *pathway.ends}
    if not caught or unknown:  # an unknown goal is a fault of its own, and may be the way out
        return []
    what = f"no end can be reached from {', '.join(repr(name) for name in caught)}"
    return [Problem("no_way_out", what, Where(item=f"routes.{caught[0]}"), remedy="add a route that leads to an end")]


def shares_do_not_sum_to_one(pathway: Pathway) -> list[Problem]:
    """Shares of a setting, or of the start, that are plain numbers and do not sum to 1."""
    found = []
    for setting, routes in pathway.routes.items():
        shares = [plain_number_of(pathway, route.share) for route in routes.values() if not route.takes_rest]
        found += _sum_problems(shares, _takes_rest(routes), f"routes.{setting}", f"the shares of {setting!r}")
    start = [plain_number_of(pathway, share) for share in pathway.start.shares.values()]
    return found + (_sum_problems(start, rest=False, item="start", whose="the shares of the start") if start else [])


def _takes_rest(routes: dict[str, Route]) -> bool:
    return any(route.takes_rest for route in routes.values())


def _sum_problems(shares: list[float | None], rest: bool, item: str, whose: str) -> list[Problem]:  # noqa: FBT001
    numbers = [share for share in shares if share is not None]
    total = math.fsum(numbers)
    if len(numbers) < len(shares) or not math.isfinite(total):
        return []
    too_much = total > 1 + terms.RELATIVE_TOLERANCE
    if not too_much and (rest or abs(total - 1) <= terms.RELATIVE_TOLERANCE):
        return []
    remedy = "lower them" if rest else "let one take `rest`" if item != "start" else "bring them to 1"
    return [
        Problem("shares_do_not_sum_to_one", f"{whose} sum to {shown_number(total)}", Where(item=item), remedy=remedy)
    ]


def share_out_of_range(pathway: Pathway) -> list[Problem]:
    """A share that is a plain number below 0 or above 1: of a route, of the start, or of a parameter that is one."""
    named = _parameters_that_are_shares(pathway)
    shares = [
        stated
        for stated in values_of(pathway)
        if stated.kind in ("share", "start") or (stated.kind == "parameter" and stated.item.split(".")[1] in named)
    ]
    numbers = [
        (item, plain_number_of(pathway, leaf))
        for stated in shares
        for item, leaf in leaves(stated.value, stated.item)
        if not (isinstance(leaf, Named) and leaf.name in named)
    ]
    return [
        Problem("share_out_of_range", share_fault(number), Where(item=item))
        for item, number in numbers
        if number is not None and (number < 0 or number > 1 + terms.RELATIVE_TOLERANCE)
    ]


def _parameters_that_are_shares(pathway: Pathway) -> set[str]:
    """Parameters in shares, and those that are the share of a route or of the start as they stand."""
    stated = {name for name, parameter in pathway.parameters.items() if parameter.unit == "share"}
    return (stated | named_at(pathway, ("share", "start"))) & set(pathway.parameters)


def negative_days_or_quantity(pathway: Pathway) -> list[Problem]:
    """A stay, wait or quantity written as a number below 0."""
    return [
        Problem("negative_days_or_quantity", f"{shown_number(leaf.number)} is below 0", Where(item=item))
        for stated in values_of(pathway)
        if stated.kind in ("stay", "wait", "quantity")
        for item, leaf in leaves(stated.value, stated.item)
        if isinstance(leaf, Fixed) and leaf.number < 0
    ]
