"""Bundles fall back whole: where an organisation has no price for the parts, one use of the stand-in takes their place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from pathway_cost.engine.model.compile import Activity, Model, Term, UseLine

Replaced = Collection[tuple[str, str]]
"""(organisation, bundle) whose parts the stand-in prices."""


def with_stand_ins(model: Model, replaced: Replaced) -> Model:
    """The model with a stand-in, 1 per visit, at every place and role that uses a part of a replaced bundle."""
    bundles = {bundle for _, bundle in replaced}
    parts = {
        (line.setting, line.edge, line.bundle, line.role): line
        for line in reversed(model.lines)
        if line.bundle in bundles
    }
    arrivals = {(line.setting, line.bundle) for line in model.lines for term in line.terms if term.activity == "entry"}
    stand_ins = (
        _stand_in(model, line, "entry" if (line.setting, line.bundle) in arrivals else "node")
        for line in reversed(parts.values())
    )
    return replace(model, lines=(*model.lines, *stand_ins))


def _stand_in(model: Model, part: UseLine, at_node: Activity) -> UseLine:
    """`at_node` says what a visit is: an arrival where a part of the bundle is used on arriving."""
    assert part.bundle is not None
    activity = Term(at_node, part.node, ()) if part.node is not None else Term("edge", part.edge or 0, ())
    front = part.use[: part.use.index(": ") + 2] if part.edge is not None else ""
    return replace(
        part,
        use=f"{front}{part.bundle}",
        unit_cost=model.pathway.bundles[part.bundle].replaced_by,
        only={},
        stands_in=True,
        terms=(activity,),
    )


def is_used(line: UseLine, organisation: str, replaced: Replaced) -> bool:
    """Whether a line counts at an organisation: of a bundle, either its parts do or what stands in for them."""
    if line.bundle is None:
        return True
    return ((organisation, line.bundle) in replaced) == line.stands_in
