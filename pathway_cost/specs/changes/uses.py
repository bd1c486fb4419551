"""add_use, remove_use, set_quantity, scale_quantity, set_unit_cost, set_role."""

from __future__ import annotations

from typing import Final

from pathway_cost.specs.changes.edit import (
    ChangeFaultError,
    Edit,
    Edits,
    alone,
    found,
    not_there_yet,
    place_at,
    site_text,
    use_at,
    with_place,
    with_use,
)
from pathway_cost.specs.changes.parameters import scaled_value
from pathway_cost.specs.format import (
    AddUse,
    End,
    Fixed,
    Pathway,
    RemoveUse,
    Route,
    ScaleQuantity,
    SetQuantity,
    SetRole,
    Setting,
    SetUnitCost,
    Site,
    Use,
    Value,
    value_text,
)


def add_use(pathway: Pathway, change: AddUse) -> Edit:
    """One use more at a setting, end or route."""
    site, use = change.add_use, change.use
    uses = place_at(pathway, site).uses
    not_there_yet("use", use.label, {known.label: known for known in uses})
    changed = with_place(pathway, site, uses=(*uses, use))
    return Edit(changed, f"{place_item(pathway, site)}.uses.{len(uses)}", "", _use_text(use))


def remove_use(pathway: Pathway, change: RemoveUse) -> Edit:
    """One use less."""
    site = change.remove_use
    use = use_at(pathway, site, "remove_use")
    return Edit(with_use(pathway, site, lambda _: None), use_item(pathway, site), _use_text(use), "")


def set_quantity(pathway: Pathway, change: SetQuantity) -> Edit:
    """Another quantity."""
    site = change.set_quantity
    use = use_at(pathway, site, "set_quantity")
    return _requantified(pathway, site, use, change.to)


def scale_quantity(pathway: Pathway, change: ScaleQuantity) -> Edit:
    """The quantity times a factor. Days of a stay are refused: they move by scale_stay, with beds and time."""
    site = change.scale_quantity
    use = use_at(pathway, site, "scale_quantity")
    if counts_the_stay(pathway, site, use):
        remedy = f"use scale_stay: {site.setting}, so that days, pounds and beds move together"
        what = f"{site_text(site)!r} counts the days of the stay"
        raise ChangeFaultError("quantity_is_the_stay", what, remedy=remedy)
    return _requantified(pathway, site, use, scaled_value(use.quantity, change.by))


def set_unit_cost(pathway: Pathway, change: SetUnitCost) -> Edit:
    """Another unit cost for the same use, which keeps its name so that the two can be compared."""
    site = change.set_unit_cost
    use = use_at(pathway, site, "set_unit_cost")
    found("unit cost", change.to, pathway.unit_costs)
    if use.unit_cost is None:
        raise ChangeFaultError("count_has_no_price", f"{site_text(site)!r} is counted, not priced")
    fields = {"unit_cost": change.to, "name": use.label}
    changed = with_use(pathway, site, lambda old: old.model_copy(update=fields))
    return Edit(changed, f"{use_item(pathway, site)}.unit_cost", use.unit_cost, change.to)


def set_role(pathway: Pathway, change: SetRole) -> Edit:
    """Another role for a setting or end, or for one use."""
    site = change.set_role
    found("role", change.to, pathway.roles)
    if site.use is not None:
        use = use_at(pathway, site, "set_role")
        changed = with_use(pathway, site, lambda old: old.model_copy(update={"role": change.to}))
        return Edit(changed, f"{use_item(pathway, site)}.role", use.role or "", change.to)
    place = place_at(pathway, site)
    if isinstance(place, Route):
        remedy = f"write set_role: {{setting: {site.setting}, route: {site.route}, use: …}}"
        raise ChangeFaultError("site_without_use", "a route has no role of its own", remedy=remedy)
    changed = with_place(pathway, site, role=change.to)
    return Edit(changed, f"{place_item(pathway, site)}.role", place.role or "", change.to)


def counts_the_stay(pathway: Pathway, site: Site, use: Use) -> bool:
    """Whether a use is the days themselves: one a day, a bed day, or as many a visit as the stay has days."""
    place = place_at(pathway, site)
    if isinstance(place, End):
        return False
    if use.per == "day":
        declared = pathway.unit_costs.get(use.unit_cost or "")
        return use.quantity == Fixed(number=1) or (declared is not None and declared.unit == "bed_day")
    if isinstance(use.quantity, Fixed):
        return False  # equal by chance
    stays = {place.wait} if isinstance(place, Route) else _stays(pathway, site.setting, place)
    return use.quantity in stays


def place_item(pathway: Pathway, site: Site) -> str:
    """The path of a setting, end or route in the pathway."""
    if site.route is not None:
        return f"routes.{site.setting}.{site.route}"
    return f"{'settings' if site.setting in pathway.settings else 'ends'}.{site.setting}"


def use_item(pathway: Pathway, site: Site) -> str:
    """The path of a use in the pathway."""
    labels = [use.label for use in place_at(pathway, site).uses]
    return f"{place_item(pathway, site)}.uses.{labels.index(str(site.use))}"


def _stays(pathway: Pathway, name: str, setting: Setting) -> set[Value | None]:
    ways = {route.stay for route in pathway.routes.get(name, {}).values()}
    return {stay for stay in {setting.stay, *ways} if stay is not None}


def _requantified(pathway: Pathway, site: Site, use: Use, quantity: Value) -> Edit:
    changed = with_use(pathway, site, lambda old: old.model_copy(update={"quantity": quantity}))
    item = f"{use_item(pathway, site)}.quantity"
    return Edit(changed, item, value_text(use.quantity), value_text(quantity))


def _use_text(use: Use) -> str:
    role = "" if use.role is None else f" by {use.role}"
    return f"{value_text(use.quantity)} {use.label} per {use.per}{role}"


EDITS: Final[Edits] = alone(
    {
        AddUse: add_use,
        RemoveUse: remove_use,
        SetQuantity: set_quantity,
        ScaleQuantity: scale_quantity,
        SetUnitCost: set_unit_cost,
        SetRole: set_role,
    }
)
