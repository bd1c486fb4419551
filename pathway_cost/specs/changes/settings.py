"""add_setting, replace_setting, remove_setting (whoever went there goes to `send_to`)."""

from __future__ import annotations

from typing import Final

from pathway_cost.specs.changes.edit import ChangeFaultError, Edit, Edits, alone, found, not_there_yet, with_entry
from pathway_cost.specs.changes.parameters import summed_value
from pathway_cost.specs.format import (
    AddSetting,
    Pathway,
    RemoveSetting,
    ReplaceSetting,
    Route,
    Setting,
    Start,
    value_text,
)


def add_setting(pathway: Pathway, change: AddSetting) -> Edit:
    """A new setting with its routes out."""
    name = change.add_setting
    not_there_yet("setting or end", name, {**pathway.settings, **pathway.ends})
    changed = with_entry(with_entry(pathway, "settings", name, change.setting), "routes", name, change.routes)
    return Edit(changed, f"settings.{name}", "", setting_text(change.setting, change.routes))


def replace_setting(pathway: Pathway, change: ReplaceSetting) -> Edit:
    """Another setting in the place of one; its routes stay unless given."""
    name = change.replace_setting
    old = setting_text(found("setting", name, pathway.settings), pathway.routes.get(name, {}))
    routes = pathway.routes.get(name, {}) if change.routes is None else change.routes
    changed = with_entry(with_entry(pathway, "settings", name, change.setting), "routes", name, routes)
    return Edit(changed, f"settings.{name}", old, setting_text(change.setting, routes))


def remove_setting(pathway: Pathway, change: RemoveSetting) -> Edit:
    """One setting less; routes and starts that led there lead to `send_to`."""
    name, goal = change.remove_setting, change.send_to
    old = setting_text(found("setting", name, pathway.settings), pathway.routes.get(name, {}))
    others = {key: place for key, place in {**pathway.settings, **pathway.ends}.items() if key != name}
    found("setting", goal, others)
    routes = {
        origin: {key: _redirected(key, route, name, goal) for key, route in ways.items()}
        for origin, ways in pathway.routes.items()
        if origin != name
    }
    changed = pathway.model_copy(
        update={
            "settings": {key: setting for key, setting in pathway.settings.items() if key != name},
            "routes": routes,
            "start": _restarted(pathway, name, goal),
        }
    )
    return Edit(changed, f"settings.{name}", old, f"sent to {goal}")


def setting_text(setting: Setting, routes: dict[str, Route]) -> str:
    """A setting in one line: uses, stay and routes."""
    uses = ", ".join(f"{value_text(use.quantity)} {use.label} per {use.per}" for use in setting.uses) or "no uses"
    stay = "" if setting.stay is None else f"; stay {value_text(setting.stay)}"
    ways = ", ".join(f"{value_text(route.share)} to {route.to or name}" for name, route in routes.items())
    return f"{uses}{stay}; {ways}"


def _redirected(key: str, route: Route, name: str, goal: str) -> Route:
    return route.model_copy(update={"to": goal}) if (route.to or key) == name else route


def _restarted(pathway: Pathway, name: str, goal: str) -> Start:
    start = pathway.start
    if start.column is not None:
        attribute = pathway.attributes.get(start.column)
        if attribute is not None and name in (attribute.levels or ()):
            what = f"patients start at {name!r} by the column {start.column!r}"
            raise ChangeFaultError("start_column_names_it", what, remedy="change the start first, with set_start")
        return start
    if name not in start.shares:
        return start
    if goal in pathway.ends:
        what = f"patients start at {name!r} and would start at the end {goal!r}"
        raise ChangeFaultError("start_at_an_end", what, remedy="change the start first, with set_start")
    moved = start.shares[name]
    shares = {key: share for key, share in start.shares.items() if key != name}
    return Start(shares={**shares, goal: summed_value(shares[goal], moved) if goal in shares else moved})


EDITS: Final[Edits] = alone({AddSetting: add_setting, ReplaceSetting: replace_setting, RemoveSetting: remove_setting})
