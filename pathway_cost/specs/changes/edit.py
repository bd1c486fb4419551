"""What all verbs share: finding their target, the fault when there is none, and copies of a frozen pathway."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pathway_cost.errors import Problem, nearest_name
from pathway_cost.specs.format import Change, End, Pathway, Route, Scenario, Setting, Site, Use

Found = TypeVar("Found")


@dataclass(frozen=True, repr=False)
class Edit:
    """A pathway after one change, and what changed: item, old and new as text."""

    pathway: Pathway
    item: str
    old: str
    new: str


Edits = Mapping[type[Change], Callable[[Pathway, Any, Scenario], Edit]]
"""Model of a change → the function that makes it, for the scenario it stands in."""


def alone(edits: Mapping[type[Change], Callable[[Pathway, Any], Edit]]) -> Edits:
    """Edits that need to know nothing of the scenario."""

    def ignoring(make: Callable[[Pathway, Any], Edit]) -> Callable[[Pathway, Any, Scenario], Edit]:
        return lambda pathway, change, _: make(pathway, change)

    return {verb: ignoring(make) for verb, make in edits.items()}


class ChangeFaultError(Exception):
    """One change that cannot be made. Gathered by `revise`, which names the scenario and the change."""

    def __init__(
        self, rule: str, what: str, *, nearest: str | None = None, remedy: str | None = None, field: str | None = None
    ) -> None:
        self.problems: tuple[Problem, ...] = (Problem(rule, what, nearest=nearest, remedy=remedy),)
        self.field = field
        super().__init__(what)


def refuse_all(problems: Iterable[Problem]) -> None:
    """Raise one ChangeFaultError for the first reason, the others beside it; nothing where there is none."""
    found = tuple(problems)
    if found:
        fault = ChangeFaultError(found[0].rule, found[0].what)
        fault.problems = found
        raise fault


def found(kind: str, name: str, among: Mapping[str, Found]) -> Found:
    """The entry of that name, or the fault with the nearest one."""
    if name not in among:
        raise ChangeFaultError(
            f"unknown_{kind.replace(' ', '_')}", f"there is no {kind} {name!r}", nearest=nearest_name(name, among)
        )
    return among[name]


def not_there_yet(kind: str, name: str, among: Mapping[str, Any]) -> None:
    """Refuse to add what is there already."""
    if name in among:
        raise ChangeFaultError("already_there", f"there is a {kind} {name!r} already", remedy="give it another name")


def route_at(pathway: Pathway, site: Site) -> Route:
    """The route a site names."""
    found("setting", site.setting, pathway.settings)
    assert site.route is not None
    return found("route", site.route, pathway.routes.get(site.setting, {}))


def needs_route(site: Site, verb: str) -> str:
    """The route of a site, or the fault that it names none."""
    if site.route is None:
        remedy = f"write {verb}: {{setting: {site.setting}, route: …}}"
        raise ChangeFaultError("site_without_route", f"{verb} is about a route of {site.setting!r}", remedy=remedy)
    return site.route


def rest_route(pathway: Pathway, setting: str, *, besides: str) -> str:
    """The route of a setting that takes the remainder, other than the one given."""
    routes = pathway.routes.get(setting, {})
    rests = [name for name, route in routes.items() if route.takes_rest and name != besides]
    if not rests:
        what = f"no other route of {setting!r} takes `rest`, so the shares would no longer sum to 1"
        remedy = f"write `rest` as the share of one route of {setting!r}"
        raise ChangeFaultError("no_rest_route", what, remedy=remedy)
    return rests[0]


def place_at(pathway: Pathway, site: Site) -> Setting | End | Route:
    """The setting, end or route a site names."""
    if site.route is not None:
        return route_at(pathway, site)
    places: dict[str, Setting | End] = {**pathway.settings, **pathway.ends}
    return found("setting", site.setting, places)


def use_at(pathway: Pathway, site: Site, verb: str) -> Use:
    """The use a site names."""
    uses = {use.label: use for use in place_at(pathway, site).uses}
    if site.use is None:
        remedy = f"write {verb}: {{setting: {site.setting}, use: …}}; there: {', '.join(uses) or 'none'}"
        raise ChangeFaultError("site_without_use", f"{verb} is about a use at {site_text(site)!r}", remedy=remedy)
    return found("use", site.use, uses)


def site_text(site: Site) -> str:
    """A site in words: `surgery`, `surgery to rehab: ambulance.convey`."""
    place = site.setting if site.route is None else f"{site.setting} to {site.route}"
    return place if site.use is None else f"{place}: {site.use}"


def with_entry(pathway: Pathway, field: str, name: str, entry: Any) -> Pathway:
    """The pathway with one entry of one of its mappings put in."""
    return pathway.model_copy(update={field: {**getattr(pathway, field), name: entry}})


def with_route(pathway: Pathway, setting: str, name: str, route: Route | None) -> Pathway:
    """The pathway with one route put in, or taken out."""
    routes = {key: kept for key, kept in pathway.routes.get(setting, {}).items() if key != name or route is not None}
    return with_entry(pathway, "routes", setting, routes if route is None else {**routes, name: route})


def with_place(pathway: Pathway, site: Site, **fields: Any) -> Pathway:
    """The pathway with some fields of the setting, end or route changed."""
    changed = place_at(pathway, site).model_copy(update=fields)
    if isinstance(changed, Route):
        return with_route(pathway, site.setting, str(site.route), changed)
    return with_entry(pathway, "ends" if isinstance(changed, End) else "settings", site.setting, changed)


def with_use(pathway: Pathway, site: Site, change: Callable[[Use], Use | None]) -> Pathway:
    """The pathway with one use changed, or taken out where `change` gives nothing."""
    uses = [change(use) if use.label == site.use else use for use in place_at(pathway, site).uses]
    return with_place(pathway, site, uses=tuple(use for use in uses if use is not None))
