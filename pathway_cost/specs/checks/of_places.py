"""The footprint of a study: every place, every role, and what scenarios change there. One rule a function."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from pathway_cost import terms
from pathway_cost.errors import Problem, Where, nearest_name
from pathway_cost.specs.format import Pathway, PlicsSet, Scenario, Study, TableSet, shown_number

Scenarios = Mapping[str, Scenario]


def place_without_role(study: Study, pathway: Pathway, scenarios: Scenarios) -> list[Problem]:
    """A place where nobody plays one of the roles."""
    return [
        Problem(
            "place_without_role",
            f"nobody plays the role {role!r} in {place!r}",
            Where(item=f"footprint.{place}"),
            remedy=f"add {role}: and the organisation's code",
        )
        for place, given in study.footprint.items()
        for role in _roles(pathway, scenarios)
        if role not in given.roles
    ]


def place_with_unknown_role(study: Study, pathway: Pathway, scenarios: Scenarios) -> list[Problem]:
    """An organisation in a role that neither pathway nor scenarios have."""
    roles = _roles(pathway, scenarios)
    return [
        Problem(
            "place_with_unknown_role",
            f"there is no role {role!r}",
            Where(item=f"footprint.{place}.{role}"),
            nearest_name(role, roles),
        )
        for place, given in study.footprint.items()
        for role in given.roles
        if role not in roles
    ]


def _roles(pathway: Pathway, scenarios: Scenarios) -> list[str]:
    return list(dict.fromkeys([*pathway.roles, *(role for each in scenarios.values() for role in each.roles)]))


def place_shares_incomplete(study: Study) -> list[Problem]:
    """Shares given for some places and not for others."""
    without = [name for name, place in study.footprint.items() if place.share is None]
    if len(without) in (0, len(study.footprint)):
        return []
    return [
        Problem(
            "place_shares_incomplete",
            f"{name!r} has no share, other places have one",
            Where(item=f"footprint.{name}"),
            remedy="give every place a `share:`, or none where the cohort has a place column",
        )
        for name in without
    ]


def place_shares_do_not_sum_to_one(study: Study) -> list[Problem]:
    """Shares of places that are not the whole."""
    shares = [place.share for place in study.footprint.values() if place.share is not None]
    total = math.fsum(shares)
    if len(shares) < len(study.footprint) or abs(total - 1) <= terms.RELATIVE_TOLERANCE:
        return []
    what = f"the shares of the places sum to {shown_number(total)}"
    return [Problem("place_shares_do_not_sum_to_one", what, Where(item="footprint"), remedy="bring them to 1")]


def change_in_no_place(study: Study, scenarios: Scenarios) -> list[Problem]:
    """A change of patients or organisations in a place that the footprint lacks."""
    return [
        Problem(
            "change_in_no_place",
            f"{scenario}: there is no place {place!r} (change {position})",
            Where(item="footprint"),
            nearest_name(place, study.footprint),
        )
        for scenario, position, place in _places_named(scenarios)
        if place not in study.footprint
    ]


def _places_named(scenarios: Scenarios) -> Iterator[tuple[str, int, str]]:
    for name, scenario in scenarios.items():
        for position, change in enumerate(scenario.changes, start=1):
            for field in ("scale_patients", "add_patients", "set_footprint"):
                place = getattr(getattr(change, field, None), "place", None)
                if place is not None:
                    yield name, position, place


def organisation_of_no_role(study: Study, scenarios: Scenarios) -> list[Problem]:
    """A name, or a borrowed or changed price, of an organisation that plays no role."""
    known = {code for place in study.footprint.values() for code in place.roles.values()}
    known |= {code for each in scenarios.values() for change in each.changes if (code := _moved_to(change)) is not None}
    named = [(f"organisations.{code}", code) for code in study.organisations]
    named += [
        (f"unit_costs.{index}.borrow.{code}", code)
        for index, given in enumerate(study.unit_costs)
        if isinstance(given, PlicsSet | TableSet)
        for code in given.borrow
    ]
    named += [("scenarios", code) for each in scenarios.values() for code in _organisations_priced(each)]
    return [
        Problem(
            "organisation_of_no_role",
            f"organisation {code!r} plays no role",
            Where(item=item),
            nearest_name(code, known),
        )
        for item, code in dict.fromkeys(named)
        if code not in known
    ]


def _moved_to(change: object) -> str | None:
    return getattr(change, "to", None) if hasattr(change, "set_footprint") else None


def _organisations_priced(scenario: Scenario) -> list[str]:
    scopes = [getattr(change, verb, None) for change in scenario.changes for verb in ("scale_unit_cost", "set_price")]
    return [scope.organisation for scope in scopes if scope is not None and scope.organisation is not None]
