"""What must be told of the figures: days that nothing counts, changed mixes at average prices, last days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.engine.model.graph import Graph, graph_of
from pathway_cost.errors import Problem, Severity, Where, first_few
from pathway_cost.specs.format import (
    Pathway,
    UseAt,
    Value,
    level_attributes,
    names_read,
    once_whatever_numbers,
    plain_number_of,
    rests_on,
    uses_of,
    values_of,
)
from pathway_cost.tables.prices.prices import Prices

SHOWN = 6  # keys named in one warning


def days_without_stay(pathway: Pathway) -> list[Problem]:
    """One fault for each use `per: day` where nothing says how many days."""
    return [
        Problem("days_without_stay", "`per: day`, and nothing says how many days", Where(item=at.item), remedy=remedy)
        for at in uses_of(pathway)
        if at.use.per == "day"
        for remedy in _remedy_for_days(pathway, at)
    ]


def _remedy_for_days(pathway: Pathway, at: UseAt) -> list[str]:
    if at.at_end:
        return ["an end has no days: use `per: visit`"]
    if at.route is not None:
        missing = pathway.routes[at.setting][at.route].wait is None
        return [f"give routes.{at.setting}.{at.route} a `wait`"] if missing else []
    ways = pathway.routes.get(at.setting, {}).values()
    missing = pathway.settings[at.setting].stay is None and any(route.stay is None for route in ways)
    return [f"give settings.{at.setting} a `stay`"] if missing else []


def selection_warning(pathway: Pathway, prices: Prices) -> list[Problem]:
    """Warnings of an average price applied to a changed mix: shares depend on an attribute, and prices there do not.

    A setting that everybody passes whichever way they take sees the whole mix, and is not named. One warning an
    attribute.
    """
    graph, by, read = graph_of(pathway), prices.levels_read, _read_by_shares(pathway)
    attributes = level_attributes(pathway)
    return [
        problem
        for attribute in attributes
        if (parting := [setting for setting in read if attribute in read[setting]])
        for problem in _selected_by(pathway, graph, by, attribute, parting)
    ]


def _selected_by(
    pathway: Pathway, graph: Graph, by: Mapping[str, frozenset[str]], attribute: str, parting: list[str]
) -> Iterator[Problem]:
    selected = {graph.nodes[node] for name in parting for node in graph.parted(graph.number[name])}
    keys = [
        key
        for key in dict.fromkeys(at.use.unit_cost for at in uses_of(pathway) if at.setting in selected)
        if key is not None and key in by and attribute not in by[key]
    ]
    if keys:
        shown = first_few(keys, SHOWN)
        yield Problem(
            "selection",
            f"selection: the average price is applied to a changed mix: the routes out of {', '.join(parting)} depend on "
            f"{attribute}, and the price of {shown} does not",
            Where(item=f"routes.{parting[0]}"),
            remedy=f"price them `by: [{attribute}]`, or show that the price is the same for every {attribute}",
            severity=Severity.WARNING,
            about=(("attribute", attribute), *(("price", key) for key in keys)),
        )


@once_whatever_numbers
def _read_by_shares(pathway: Pathway) -> Mapping[str, frozenset[str]]:
    """Setting → the names that the shares out of it rest on."""
    shares = {name: [route.share for route in pathway.routes.get(name, {}).values()] for name in pathway.settings}
    read = {name: frozenset[str]().union(*map(names_read, each)) for name, each in shares.items()}
    return {name: rests_on(pathway, names) for name, names in read.items()}


def average_day_note(before: Pathway, after: Pathway) -> list[Problem]:
    """The note of a stay that changes while its days have an average price: the days saved are usually the cheapest."""
    days = [
        (at.setting, at.use.unit_cost)
        for at in uses_of(after)
        if at.use.per == "day" and at.use.unit_cost is not None and at.route is None and not at.at_end
    ]
    changed = {
        name for name in {name for name, _ in days} if before is not after and _stay_changes(before, after, name)
    }
    keys = [key for name, key in days if name in changed and not _has_admission(after, key)]
    if not keys:
        return []
    what = f"average day: last days are usually cheaper; the stay changes and {', '.join(dict.fromkeys(keys))} is a price for every day alike"
    remedy = "price admission and day apart (`method: slope`)"
    about = tuple(("price", key) for key in dict.fromkeys(keys))
    return [Problem("average_day", what, Where(item="changes"), remedy=remedy, severity=Severity.NOTE, about=about)]


def _has_admission(pathway: Pathway, key: str) -> bool:
    """Whether a price of the admission stands beside the price of the day."""
    return f"{key.rpartition('.')[0]}.admission" in pathway.unit_costs


def _stay_changes(before: Pathway, after: Pathway, setting: str) -> bool:
    if setting not in before.settings or setting not in after.settings:
        return False
    return _stays(before, setting) != _stays(after, setting)


def _stays(pathway: Pathway, setting: str) -> tuple[dict[str, Value | None], dict[str, object]]:
    """The stays of a setting by way out, with every parameter they rest on."""
    stays = {"": pathway.settings[setting].stay}
    stays |= {name: route.stay for name, route in pathway.routes.get(setting, {}).items()}
    names = frozenset[str]().union(*(names_read(stay) for stay in stays.values() if stay is not None))
    parameters = {name: pathway.parameters.get(name) for name in rests_on(pathway, names)}
    return stays, {name: None if found is None else (found.value, found.counts) for name, found in parameters.items()}


def stays_within_a_step(pathway: Pathway, step_days: float) -> list[Problem]:
    """The note of stays and waits shorter than a step of the clock: shared between its ends, right on average only."""
    short = [
        stated.item.rpartition(".")[0]
        for stated in values_of(pathway)
        if stated.kind in ("stay", "wait")
        and (days := plain_number_of(pathway, stated.value)) is not None
        and 0 < days < step_days * (1 - terms.RELATIVE_TOLERANCE)
    ]
    if not short:
        return []
    shown = first_few(short, SHOWN)
    what = (
        f"patients are followed in steps of {step_days:.3g} days, and the days at {shown} are fewer: what falls near the "
        "horizon, and its discount, is right on average only"
    )
    remedy = "give the study a shorter `time_step`"
    return [Problem("stays_within_a_step", what, Where(item="time_step"), remedy=remedy, severity=Severity.NOTE)]


def nobody_moves(horizon_days: float | None, moved: float) -> list[Problem]:
    """The note of a horizon that ends before the first stay: legal (a care home over one year), but perhaps mistyped.

    >>> [problem.what for problem in nobody_moves(365.0, 0.0)]
    ['everybody is still where they started at the horizon of 365 days: what comes later is in no figure']
    """
    if horizon_days is None or moved > 0:
        return []
    what = f"everybody is still where they started at the horizon of {horizon_days:g} days: what comes later is in no figure"
    return [Problem("nobody_moves", what, Where(item="horizon"), severity=Severity.NOTE)]


def too_large(frame: pd.DataFrame) -> list[Problem]:
    """One fault for each use whose visits, quantity or pounds are too large for a number."""
    wrong = ~np.isfinite(frame[list(terms.CUBE_MEASURES)].to_numpy(dtype=np.float64)).all(axis=1)
    return [
        Problem(
            "too_large_to_count",
            f"the quantity or the pounds of {use} are too large to be counted",
            Where(item=f"settings.{setting}"),
            remedy="look at its quantity, stay and price, and at the weights of the cohort",
        )
        for setting, use in frame.loc[wrong, [terms.SETTING, terms.USE]].drop_duplicates().itertuples(index=False)
    ]
