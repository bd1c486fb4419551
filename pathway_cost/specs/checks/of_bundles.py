"""Bundles: unit costs of one record fall back whole or not at all (never part PLICS, part national). One rule a function."""

from __future__ import annotations

from itertools import combinations

from pathway_cost.errors import Problem, Severity, Where, nearest_name
from pathway_cost.specs.checks.of_uses import bearer
from pathway_cost.specs.format import Pathway, UseAt, reached_from, uses_of, ways_out


def unknown_bundle(pathway: Pathway) -> list[Problem]:
    """A unit cost of a bundle that is not there."""
    return [
        Problem(
            "unknown_bundle",
            f"there is no bundle {declared.bundle!r}",
            Where(item=f"unit_costs.{key}.bundle"),
            nearest_name(declared.bundle, pathway.bundles),
            f"add bundles: {{{declared.bundle}: {{replaced_by: …}}}}",
        )
        for key, declared in pathway.unit_costs.items()
        if declared.bundle is not None and declared.bundle not in pathway.bundles
    ]


def bundle_of_nothing(pathway: Pathway) -> list[Problem]:
    """A bundle that no unit cost belongs to."""
    return [
        Problem(
            "bundle_of_nothing",
            f"no unit cost belongs to the bundle {name!r}",
            Where(item=f"bundles.{name}"),
            remedy="remove it",
            severity=Severity.WARNING,
        )
        for name in pathway.bundles
        if not _keys(pathway, name)
    ]


def bundle_replaced_by_no_whole(pathway: Pathway) -> list[Problem]:
    """`replaced_by` names no declared unit cost that covers the whole record."""
    found = []
    for name, bundle in pathway.bundles.items():
        declared = pathway.unit_costs.get(bundle.replaced_by)
        where = Where(item=f"bundles.{name}.replaced_by")
        if declared is None:
            near = nearest_name(bundle.replaced_by, pathway.unit_costs)
            what = f"unit cost {bundle.replaced_by!r} is not declared"
            found.append(Problem("bundle_replaced_by_no_whole", what, where, near, "declare it under unit_costs"))
        elif declared.covers != "whole" or declared.bundle is not None:
            what = f"{bundle.replaced_by!r} stands in for the whole record, and covers part of it"
            found.append(
                Problem("bundle_replaced_by_no_whole", what, where, remedy="name a unit cost that covers: whole")
            )
    return found


def bundled_key_covers_whole(pathway: Pathway) -> list[Problem]:
    """A unit cost of a bundle that pays for the whole record already."""
    return [
        Problem(
            "bundled_key_covers_whole",
            f"{key!r} is in the bundle {declared.bundle!r} and covers the whole record",
            Where(item=f"unit_costs.{key}.covers"),
            remedy="write covers: part, or take it out of the bundle",
        )
        for key, declared in pathway.unit_costs.items()
        if declared.bundle is not None and declared.covers == "whole"
    ]


def bundled_key_with_national_line(pathway: Pathway) -> list[Problem]:
    """A unit cost of a bundle with a national line of its own: it would fall back alone."""
    return [
        Problem(
            "bundled_key_with_national_line",
            f"{key!r} falls back with its bundle {declared.bundle!r}, so its own national line can never be used",
            Where(item=f"unit_costs.{key}.national"),
            remedy="put the national line on the unit cost that replaces the bundle",
        )
        for key, declared in pathway.unit_costs.items()
        if declared.bundle is not None and declared.national is not None
    ]


def part_with_whole_national_line(pathway: Pathway) -> list[Problem]:
    """A lone `covers: part` key that takes a whole national record without saying which share, and why."""
    return [
        Problem(
            "part_with_whole_national_line",
            f"{key!r} covers part of a record; a national line prices the whole",
            Where(item=f"unit_costs.{key}.national"),
            remedy="add `times:` (the share of the record, below 1) and `evidence:`, or make a bundle",
        )
        for key, declared in pathway.unit_costs.items()
        if declared.covers == "part" and declared.bundle is None and declared.national is not None
        if declared.national.times is None or declared.national.evidence is None
    ]


def whole_with_part_of_national_line(pathway: Pathway) -> list[Problem]:
    """`times:` on a unit cost that covers the whole record."""
    return [
        Problem(
            "whole_with_part_of_national_line",
            f"{key!r} covers the whole record, and `times:` takes a share of it",
            Where(item=f"unit_costs.{key}.national.times"),
            remedy="remove `times:`, or write covers: part",
        )
        for key, declared in pathway.unit_costs.items()
        if declared.covers == "whole" and declared.national is not None and declared.national.times is not None
    ]


def bundle_used_off_a_setting(pathway: Pathway) -> list[Problem]:
    """A bundled use on a route or at an end: the bundle is replaced once a visit of a setting."""
    return [
        Problem(
            "bundle_used_off_a_setting",
            f"{at.use.unit_cost!r} of the bundle {name!r} is used {'at an end' if at.at_end else 'on a route'}",
            Where(item=at.item),
            remedy="use the keys of a bundle at a setting",
        )
        for name in pathway.bundles
        for at in _uses(pathway, name)
        if at.at_end or at.route is not None
    ]


def bundle_borne_by_several_roles(pathway: Pathway) -> list[Problem]:
    """One setting's bundle borne by two roles: it comes from one organisation's records."""
    found = []
    for name, setting, uses in _bundles_at_settings(pathway):
        roles = dict.fromkeys(bearer(pathway, at) or "nobody" for at in uses)
        if len(roles) > 1:
            what = f"the bundle {name!r} is borne by several roles at {setting!r}: {', '.join(roles)}"
            remedy = "give all its uses one role, or take one out of the bundle"
            found.append(Problem("bundle_borne_by_several_roles", what, Where(item=uses[-1].item), remedy=remedy))
    return found


def bundle_beside_its_replacement(pathway: Pathway) -> list[Problem]:
    """A setting that uses a bundle and the unit cost that replaces it: the record would be paid twice."""
    found = []
    for name, setting, uses in _bundles_at_settings(pathway):
        whole = pathway.bundles[name].replaced_by
        beside = [
            at for at in uses_of(pathway) if at.setting == setting and not at.at_end and at.use.unit_cost == whole
        ]
        if beside:
            what = f"{whole!r} stands in for the bundle {name!r}, and {setting!r} uses both ({uses[0].use.unit_cost})"
            remedy = "use one of the two"
            found.append(Problem("bundle_beside_its_replacement", what, Where(item=beside[0].item), remedy=remedy))
    return found


def bundle_at_settings_in_a_row(pathway: Pathway) -> list[Problem]:
    """A bundle used at two settings that one patient may visit: in the fallback each visit pays a whole record."""
    found = []
    for name in pathway.bundles:
        uses = {at.setting: at for at in _uses(pathway, name) if at.route is None and not at.at_end}
        for one, other in combinations(uses, 2):
            if other in _after(pathway, one) or one in _after(pathway, other):
                what = f"the bundle {name!r} is used at {one!r} and at {other!r}, and a patient may visit both"
                remedy = "use the keys at one setting, or give the other its own keys and bundle"
                where = Where(item=uses[other].item)
                found.append(Problem("bundle_at_settings_in_a_row", what, where, remedy=remedy))
    return found


def _after(pathway: Pathway, setting: str) -> frozenset[str]:
    return reached_from(pathway, ways_out(pathway).get(setting, ()))


def _keys(pathway: Pathway, bundle: str) -> list[str]:
    return [key for key, declared in pathway.unit_costs.items() if declared.bundle == bundle]


def _uses(pathway: Pathway, bundle: str) -> list[UseAt]:
    keys = _keys(pathway, bundle)
    return [at for at in uses_of(pathway) if at.use.unit_cost in keys]


def _bundles_at_settings(pathway: Pathway) -> list[tuple[str, str, list[UseAt]]]:
    """Bundle, setting, and the bundle's uses there."""
    found: dict[tuple[str, str], list[UseAt]] = {}
    for name in pathway.bundles:
        for at in _uses(pathway, name):
            if at.route is None and not at.at_end:
                found.setdefault((name, at.setting), []).append(at)
    return [(name, setting, uses) for (name, setting), uses in found.items()]
