"""Which prices and organisations a pathway asks for, before any price is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pathway_cost.errors import EngineFaults, Problem, Where, nearest_name, raise_if_any
from pathway_cost.specs.changes.beside import FootprintChange
from pathway_cost.specs.format import Pathway, uses_of

Footprint = Mapping[str, Mapping[str, str]]
"""Place → role → organisation."""

PLACES_SHOWN = 4  # places a fault names


def prices_wanted(pathway: Pathway, footprint: Footprint) -> set[tuple[str, str]]:
    """(organisation, unit cost) of every price a pathway needs in any place, and of what may replace a bundle.

    Raises:
        EngineFaults: a role that bears a use and that nobody plays in some place.
    """
    raise_if_any(roles_without_organisation(pathway, footprint), EngineFaults)
    keys = {(use.role, key) for use in borne_uses(pathway) for key in _with_stand_in(pathway, use.unit_cost)}
    return {(roles[role], key) for roles in footprint.values() for role, key in keys}


def roles_without_organisation(pathway: Pathway, footprint: Footprint) -> list[Problem]:
    """One fault for each role that bears a priced use and that no organisation plays in some places."""
    bearers = {use.role: use.item for use in reversed(list(borne_uses(pathway)))}
    lacking = {role: [place for place, roles in footprint.items() if role not in roles] for role in bearers}
    return [
        Problem(
            "role_without_organisation",
            f"no organisation plays the role {role!r} in {_places(places)}, and {bearers[role]} needs it",
            Where(item=f"footprint.{places[0]}.{role}"),
            nearest_name(role, footprint[places[0]]),
            f"add `{role}: …` to the footprint of {places[0] if len(places) == 1 else 'each'}",
        )
        for role, places in lacking.items()
        if places
    ]


def _places(places: Sequence[str]) -> str:
    more = f" and {len(places) - PLACES_SHOWN:,} more places" if len(places) > PLACES_SHOWN else ""
    return ", ".join(map(repr, places[:PLACES_SHOWN])) + more


def changed_footprint(footprint: Footprint, changes: Sequence[FootprintChange]) -> dict[str, dict[str, str]]:
    """Who plays which role in each place after a scenario's changes, in their order.

    >>> moved = FootprintChange("hub", 1, "acute", None, "RYY")
    >>> changed_footprint({"town": {"acute": "RXX", "community": "RZZ"}}, [moved])
    {'town': {'acute': 'RYY', 'community': 'RZZ'}}
    """
    changed = {place: dict(roles) for place, roles in footprint.items()}
    for change in changes:
        for place, roles in changed.items():
            if change.place in (None, place):
                roles[change.role] = change.organisation
    return changed


class Borne(NamedTuple):
    """A priced use, and the role that bears it."""

    setting: str
    role: str
    unit_cost: str
    item: str


def borne_uses(pathway: Pathway) -> Iterator[Borne]:
    """Every priced use at settings, on routes and at ends."""
    for at in uses_of(pathway):
        place = pathway.ends[at.setting] if at.at_end else pathway.settings[at.setting]
        role = at.use.role or (None if at.route is not None else place.role)
        if at.use.unit_cost is not None:
            yield Borne(at.setting, role or "", at.use.unit_cost, at.item)


def _with_stand_in(pathway: Pathway, key: str) -> tuple[str, ...]:
    declared = pathway.unit_costs.get(key)
    if declared is None or declared.bundle is None:
        return (key,)
    return (key, pathway.bundles[declared.bundle].replaced_by)
