"""set_share, add_route, remove_route (the setting's `rest` takes up the difference) and set_start."""

from __future__ import annotations

from typing import Final

from pathway_cost.specs.changes.edit import (
    ChangeFaultError,
    Edit,
    Edits,
    alone,
    found,
    needs_route,
    not_there_yet,
    rest_route,
    route_at,
    with_place,
    with_route,
)
from pathway_cost.specs.format import AddRoute, Named, Pathway, RemoveRoute, SetShare, SetStart, Site, Start, value_text


def set_share(pathway: Pathway, change: SetShare) -> Edit:
    """Another share of a route; the `rest` route takes up the difference."""
    site = change.set_share
    name = needs_route(site, "set_share")
    route = route_at(pathway, site)
    if route.takes_rest or change.to == Named(name="rest"):
        remedy = "change the shares of the other routes instead"
        raise ChangeFaultError("rest_has_no_share", f"{name!r} would take or lose `rest`", remedy=remedy)
    rest_route(pathway, site.setting, besides=name)
    old, new = value_text(route.share), value_text(change.to)
    return Edit(with_place(pathway, site, share=change.to), f"{_item(site)}.share", old, new)


def add_route(pathway: Pathway, change: AddRoute) -> Edit:
    """A new route, whose share comes from the `rest` route."""
    site, route = change.add_route, change.route
    name = needs_route(site, "add_route")
    found("setting", site.setting, pathway.settings)
    not_there_yet("route", name, pathway.routes.get(site.setting, {}))
    found("setting", route.to or name, {**pathway.settings, **pathway.ends})
    rest_route(pathway, site.setting, besides=name)
    if route.takes_rest:
        raise ChangeFaultError("several_rests", f"{site.setting!r} has a `rest` route already", remedy="give the share")
    new = f"{value_text(route.share)} to {route.to or name}"
    return Edit(with_route(pathway, site.setting, name, route), _item(site), "", new)


def remove_route(pathway: Pathway, change: RemoveRoute) -> Edit:
    """One route less; its share goes to the `rest` route."""
    site = change.remove_route
    name = needs_route(site, "remove_route")
    route = route_at(pathway, site)
    rest_route(pathway, site.setting, besides=name)
    old = f"{value_text(route.share)} to {route.to or name}"
    return Edit(with_route(pathway, site.setting, name, None), _item(site), old, "")


def set_start(pathway: Pathway, change: SetStart) -> Edit:
    """Other places to start."""
    for name in change.set_start.shares:
        found("setting", name, pathway.settings)
    if change.set_start.column is not None:
        found("attribute", change.set_start.column, pathway.attributes)
    changed = pathway.model_copy(update={"start": change.set_start})
    return Edit(changed, "start", start_text(pathway.start), start_text(change.set_start))


def start_text(start: Start) -> str:
    """Where patients start, in one line."""
    if start.column is not None:
        return f"column {start.column}"
    return ", ".join(f"{name} {value_text(share)}" for name, share in start.shares.items())


def _item(site: Site) -> str:
    return f"routes.{site.setting}.{site.route}"


EDITS: Final[Edits] = alone({SetShare: set_share, AddRoute: add_route, RemoveRoute: remove_route, SetStart: set_start})
