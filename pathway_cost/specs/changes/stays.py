"""set_stay, scale_stay: days, pounds and beds move together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pathway_cost.specs.changes.edit import (
    ChangeFaultError,
    Edit,
    Edits,
    alone,
    found,
    route_at,
    with_entry,
    with_place,
)
from pathway_cost.specs.changes.parameters import scaled_value
from pathway_cost.specs.format import Fixed, Pathway, ScaleStay, SetStay, Site, Use, Value, value_text


def set_stay(pathway: Pathway, change: SetStay) -> Edit:
    """Another stay of a setting, or of one way out of it."""
    site = _stay_site(change.set_stay, "set_stay")
    if site.route is not None:
        old = route_at(pathway, site).stay or found("setting", site.setting, pathway.settings).stay
        changed = with_place(pathway, site, stay=change.to)
        return Edit(changed, f"routes.{site.setting}.{site.route}.stay", _text(old), value_text(change.to))
    setting = found("setting", site.setting, pathway.settings)
    changed = _with_stay(pathway, site.setting, setting.stay, change.to)
    return Edit(changed, f"settings.{site.setting}.stay", _text(setting.stay), value_text(change.to))


def scale_stay(pathway: Pathway, change: ScaleStay) -> Edit:
    """A stay times a factor: of a setting with the own stays of its ways out, or of one way out."""
    site = _stay_site(change.scale_stay, "scale_stay")

    def shorter(stay: Value) -> Value:
        return scaled_value(stay, change.by)

    setting = found("setting", site.setting, pathway.settings)
    if setting.is_cycle:
        remedy = "change the shares of leaving instead"
        raise ChangeFaultError("stay_is_the_cycle", f"{site.setting!r} stays a cycle", remedy=remedy)
    if site.route is not None:
        return _scale_route_stay(pathway, site, setting.stay, shorter)
    own = {name: route for name, route in pathway.routes.get(site.setting, {}).items() if route.stay is not None}
    if setting.stay is None and not own:
        raise _no_stay(site)
    changed = pathway
    for name, route in own.items():
        assert route.stay is not None
        changed = with_place(changed, Site(setting=site.setting, route=name), stay=shorter(route.stay))
    new = None if setting.stay is None else shorter(setting.stay)
    changed = _with_stay(changed, site.setting, setting.stay, new)
    stays = [setting.stay, *(route.stay for route in own.values())]
    old_text = "; ".join(value_text(stay) for stay in stays if stay is not None)
    new_text = "; ".join(value_text(shorter(stay)) for stay in stays if stay is not None)
    return Edit(changed, f"settings.{site.setting}.stay", old_text, new_text)


def _scale_route_stay(
    pathway: Pathway, site: Site, of_setting: Value | None, shorter: Callable[[Value], Value]
) -> Edit:
    old = route_at(pathway, site).stay or of_setting
    if old is None:
        raise _no_stay(site)
    changed = with_place(pathway, site, stay=shorter(old))
    item = f"routes.{site.setting}.{site.route}.stay"
    return Edit(changed, item, value_text(old), value_text(shorter(old)))


def _with_stay(pathway: Pathway, name: str, old: Value | None, new: Value | None) -> Pathway:
    """The setting with another stay, and with the uses that count that stay by the visit."""

    def moved(use: Use) -> Use:
        same = use.quantity == old and use.per == "visit" and not isinstance(old, Fixed)
        return use.model_copy(update={"quantity": new}) if same and new is not None else use

    setting = pathway.settings[name]
    changed = setting.model_copy(update={"stay": new, "uses": tuple(moved(use) for use in setting.uses)})
    return with_entry(pathway, "settings", name, changed)


def _stay_site(site: Site, verb: str) -> Site:
    if site.use is not None:
        what = f"{verb} is about a setting or one way out of it, not about a use"
        raise ChangeFaultError("site_with_use", what, remedy=f"write {verb}: {site.setting}")
    return site


def _no_stay(site: Site) -> ChangeFaultError:
    return ChangeFaultError("no_stay", f"{site.setting!r} has no stay to scale", remedy="use set_stay")


def _text(stay: Value | None) -> str:
    return "" if stay is None else value_text(stay)


EDITS: Final[Edits] = alone({SetStay: set_stay, ScaleStay: scale_stay})
