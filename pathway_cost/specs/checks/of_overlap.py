"""Whole beside part: a price for the whole record and one for a part of it, both paid at one visit. One rule a function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from pathway_cost.errors import Problem, Where
from pathway_cost.specs.checks.of_uses import bearer
from pathway_cost.specs.format import Pathway, Texts, UnitCostDeclared, UseAt, uses_of

REMEDY = (
    "use one of the two, put the parts in a bundle that the whole replaces, or write "
    "`overlap: allowed` with its `reason:` under unit_costs.{part}"
)


def part_beside_whole(pathway: Pathway) -> list[Problem]:
    """A unit cost of the whole record and one of a part of it, borne by one role at one place: that part is paid twice.

    A bundle says which whole its parts belong to, so another whole beside them is of another record. Uses of patients
    who are never the same do not meet.
    """
    found: dict[tuple[str, str], Problem] = {}
    for whole, part in _pairs(pathway):
        names = f"{whole.use.unit_cost!r} pays for the whole record and {part.use.unit_cost!r} for a part of it"
        what = f"{names}, and one visit of {_place(part)} pays both ({bearer(pathway, part) or 'nobody'})"
        remedy = REMEDY.format(part=part.use.unit_cost)
        problem = Problem("part_beside_whole", what, Where(item=part.item), remedy=remedy)
        found.setdefault((part.item, str(whole.use.unit_cost)), problem)
    return list(found.values())


def loose_parts(pathway: Pathway, bundle: str) -> list[tuple[UseAt, str]]:
    """Parts of no bundle that stand where a bundle is used, by one role: (use, role). Its stand-in would pay them again."""
    uses = [at for at in uses_of(pathway) if at.route is None and not at.at_end]
    places = {(at.setting, bearer(pathway, at)) for at in uses if _of(pathway, at).bundle == bundle}
    return [
        (at, str(bearer(pathway, at)))
        for at in uses
        if (at.setting, bearer(pathway, at)) in places and _is_loose_part(_of(pathway, at))
    ]


def _pairs(pathway: Pathway) -> Iterator[tuple[UseAt, UseAt]]:
    """Every whole and loose part that one role bears at one place, for patients who may be the same."""
    for _, group in groupby(uses_of(pathway), key=lambda at: (at.at_end, at.setting, at.route or "")):
        uses = list(group)
        for part in (at for at in uses if _is_loose_part(_of(pathway, at))):
            for whole in (at for at in uses if _of(pathway, at).covers == "whole" and _is_priced(pathway, at)):
                if bearer(pathway, whole) == bearer(pathway, part) and may_meet(whole.use.only, part.use.only):
                    yield whole, part


def may_meet(one: Mapping[str, Texts], other: Mapping[str, Texts]) -> bool:
    """Whether some patient may be in both conditions.

    >>> may_meet({"frail": ("yes",)}, {"frail": ("no",)}), may_meet({"frail": ("yes",)}, {"sex": ("f",)})
    (False, True)
    """
    return all(set(levels) & set(other.get(name, levels)) for name, levels in one.items())


def _is_loose_part(declared: UnitCostDeclared) -> bool:
    return declared.covers == "part" and declared.bundle is None and declared.overlap is None


def _is_priced(pathway: Pathway, at: UseAt) -> bool:
    return at.use.unit_cost in pathway.unit_costs


def _of(pathway: Pathway, at: UseAt) -> UnitCostDeclared:
    """What is declared of a use's unit cost; a whole for a count or an unknown key, which are other faults or none."""
    return pathway.unit_costs.get(at.use.unit_cost or "", _NOTHING)


_NOTHING = UnitCostDeclared(unit="unit", covers="whole")


def _place(at: UseAt) -> str:
    return f"{at.setting!r}" if at.route is None else f"the way from {at.setting!r} by {at.route!r}"
