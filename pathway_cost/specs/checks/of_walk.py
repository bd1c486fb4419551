"""Sampled patients: what a study cannot have together with them, and in what they do not differ. One rule a function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.specs.changes.revise import try_revise
from pathway_cost.specs.format.names import rests_on, uses_of
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.scenario import Scenario
from pathway_cost.specs.format.study import Study
from pathway_cost.specs.format.value_tools import names_read
from pathway_cost.specs.format.values import Value

Scenarios = Mapping[str, Scenario]

SHOWN = 3  # uses named in one message


def walk_problems(study: Study, pathway: Pathway, scenarios: Scenarios) -> list[Problem]:
    """Every fault and warning of a study's sampled patients; none where it asks for none."""
    if study.walk is None:
        return []
    pathways = [pathway, *(try_revise(pathway, [scenario])[0].pathway for scenario in scenarios.values())]
    return [
        *walk_with_intake(study),
        *walk_with_simpson(study),
        *walk_without_spread(pathways),
    ]


def walk_with_intake(study: Study) -> list[Problem]:
    """Sampled patients who would start over time."""
    if study.intake is None:
        return []
    what = "sampled patients all start together; an intake over time is not computed for them"
    return [Problem("walk_with_intake", what, Where(item="walk"), remedy="remove `walk:`, or `intake:`")]


def walk_with_simpson(study: Study) -> list[Problem]:
    """Sampled patients counted by Simpson's rule."""
    if study.count != "simpson":
        return []
    what = "Simpson's rule weighs boundaries and not patients; it is not computed for sampled patients"
    return [Problem("walk_with_simpson", what, Where(item="walk"), remedy="remove `walk:`, or use `count: half_cycle`")]


def walk_without_spread(pathways: list[Pathway]) -> list[Problem]:
    """A quantity that rests on a spread between patients: only stays and waits are drawn, so everybody has the mean."""
    found = {
        at.use.label: None for pathway in pathways for at in uses_of(pathway) if _has_spread(pathway, at.use.quantity)
    }
    if not found:
        return []
    what = f"sampled patients differ in their stays and waits only; of these quantities everybody has the mean: {_some(found)}"
    remedy = "where it counts days of a stay, write `per: day`"
    where = Where(item="walk")
    return [Problem("walk_without_spread", what, where, remedy=remedy, severity=Severity.WARNING)]


def _has_spread(pathway: Pathway, value: Value) -> bool:
    read = rests_on(pathway, names_read(value))
    return any(pathway.parameters[name].spread is not None for name in read if name in pathway.parameters)


def _some(names: Iterable[str]) -> str:
    listed = sorted(names)
    return ", ".join(listed[:SHOWN]) + (f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else "")
