"""Uses: who bears them, what they cost, which days they count, and bundles. One rule a function."""

from __future__ import annotations

from collections.abc import Iterator

from pathway_cost.errors import Problem, Severity, Where, nearest_name
from pathway_cost.specs.format import Pathway, UseAt, names_read, rests_on, uses_of, values_of


def unknown_role(pathway: Pathway) -> list[Problem]:
    """A setting, end or use of a role that is not there."""
    return [
        Problem("unknown_role", f"there is no role {role!r}", Where(item=item), nearest_name(role, pathway.roles))
        for item, role in _named_roles(pathway)
        if role not in pathway.roles
    ]


def _named_roles(pathway: Pathway) -> Iterator[tuple[str, str]]:
    for name, setting in pathway.settings.items():
        if setting.role is not None:
            yield f"settings.{name}.role", setting.role
    for name, end in pathway.ends.items():
        if end.role is not None:
            yield f"ends.{name}.role", end.role
    for at in uses_of(pathway):
        if at.use.role is not None:
            yield f"{at.item}.role", at.use.role


def use_without_role(pathway: Pathway) -> list[Problem]:
    """A priced use that nobody bears: a route use names its role, others may take their setting's or end's."""
    return [
        Problem(
            "use_without_role",
            f"nobody bears {at.use.label!r}",
            Where(item=at.item),
            remedy="add `role:` to the use" + ("" if at.route else f", or to {at.setting!r}"),
        )
        for at in uses_of(pathway)
        if at.use.unit_cost is not None and bearer(pathway, at) is None
    ]


def bearer(pathway: Pathway, at: UseAt) -> str | None:
    """The role that bears a use: its own, else that of its setting or end."""
    if at.use.role is not None or at.route is not None:
        return at.use.role
    return pathway.ends[at.setting].role if at.at_end else pathway.settings[at.setting].role


def unknown_unit_cost(pathway: Pathway) -> list[Problem]:
    """A use of a unit cost that the pathway does not declare."""
    return [
        Problem(
            "unknown_unit_cost",
            f"unit cost {at.use.unit_cost!r} is not declared",
            Where(item=f"{at.item}.unit_cost"),
            nearest_name(at.use.unit_cost, pathway.unit_costs),
            f"declare it: unit_costs: {{{at.use.unit_cost}: {{unit: …, covers: …}}}}",
        )
        for at in uses_of(pathway)
        if at.use.unit_cost is not None and at.use.unit_cost not in pathway.unit_costs
    ]


def unit_cost_not_used(pathway: Pathway) -> list[Problem]:
    """A declared unit cost that no use needs and that replaces no bundle."""
    used = {at.use.unit_cost for at in uses_of(pathway)} | {bundle.replaced_by for bundle in pathway.bundles.values()}
    return [
        Problem(
            "unit_cost_not_used",
            f"nothing uses the unit cost {key!r}",
            Where(item=f"unit_costs.{key}"),
            remedy="remove it, or declare it in the scenario that uses it",
            severity=Severity.WARNING,
            about=(("price", key),),
        )
        for key in pathway.unit_costs
        if key not in used
    ]


def days_without_stay(pathway: Pathway) -> list[Problem]:
    """A use `per: day` where no days are counted: no stay at the setting, no wait on the route, or an end."""
    return [
        Problem("days_without_stay", what, Where(item=f"{at.item}.per"), remedy=remedy)
        for at in uses_of(pathway)
        if at.use.per == "day" and (found := _days_missing(pathway, at)) is not None
        for what, remedy in [found]
    ]


def _days_missing(pathway: Pathway, at: UseAt) -> tuple[str, str] | None:
    if at.at_end:
        return "an end has no days", "use `per: visit`"
    if at.route is not None:
        wait = pathway.routes[at.setting][at.route].wait
        return (
            None if wait is not None else ("the route has no `wait`", "add `wait:` to the route, or use `per: visit`")
        )
    routes = pathway.routes.get(at.setting, {})
    stays = pathway.settings[at.setting].stay is not None or all(route.stay is not None for route in routes.values())
    return None if stays and routes else (f"{at.setting!r} has no `stay`", "add `stay:`, or use `per: visit`")


def total_not_per_patient(pathway: Pathway) -> list[Problem]:
    """An observed total over the pathway, taken by anything but a use `per: patient`: it would count every visit."""
    totals = {name for name, attribute in pathway.attributes.items() if attribute.holds == "total"}
    once = {f"{at.item}.quantity" for at in uses_of(pathway) if at.use.per == "patient"}
    return [
        Problem(
            "total_not_per_patient",
            f"{name!r} holds a total over the pathway",
            Where(item=stated.item),
            remedy="use it in a quantity with `per: patient` only",
        )
        for stated in values_of(pathway)
        if stated.kind != "parameter" and stated.item not in once
        for name in sorted(totals & rests_on(pathway, names_read(stated.value)))
    ]


def per_use_unclear(pathway: Pathway) -> list[Problem]:
    """A conversion between units with no factor, several, or one that does not start from the declared unit."""
    found = []
    for key, declared in pathway.unit_costs.items():
        if declared.per_use is None:
            continue
        factors = [name for name in type(declared.per_use).model_fields if name.endswith(f"_per_{declared.unit}")]
        given = sorted(declared.per_use.model_fields_set - {"evidence"})
        if len(given) != 1 or given[0] not in factors:
            known = " or ".join(factors) or f"none for the unit {declared.unit!r}"
            what = f"`per_use` gives {', '.join(given) or 'no factor'}; a {declared.unit} takes one: {known}"
            found.append(Problem("per_use_unclear", what, Where(item=f"unit_costs.{key}.per_use")))
    return found
