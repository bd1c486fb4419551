"""What each change of a scenario does, given the changes before it; and the changes that do nothing, which are faults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pathway_cost.engine.model.arms import Arm
from pathway_cost.engine.model.footprint import Footprint
from pathway_cost.engine.model.starters import starters_of
from pathway_cost.engine.model.timing import WHOLE, Timing
from pathway_cost.engine.pounds.cost import cost_scenario
from pathway_cost.engine.pounds.evaluation import Evaluation
from pathway_cost.engine.pounds.lives import Known
from pathway_cost.errors import EngineFaults, PathwayCostError, Problem, Severity, Where, raise_if_any
from pathway_cost.specs.changes.beside import patients_text, scope_text
from pathway_cost.specs.changes.clashes import changed_by_two
from pathway_cost.specs.format.pathway import Pathway, Start
from pathway_cost.specs.format.scenario import AnyChange, FootprintSite, Patients, PriceScope, Scenario, Site
from pathway_cost.specs.format.uptake import uptake_in
from pathway_cost.tables.cohort.cohort import CodedCohort
from pathway_cost.tables.prices.prices import Prices

CLOSE = 1e-12  # relative: below it a figure has not moved


@dataclass(frozen=True)
class ChangeEffect:
    """The total once a change is made, with every change before it."""

    scenario: str
    position: int
    """Place of the change in its scenario, from 1."""
    what: str
    """Verb and target (`scale_stay surgery`); changes that only work together are joined by ` + `."""
    total_gbp: float
    is_undone: bool = False
    """Whether it moves nothing here, though it does where its scenario is alone."""


class OneChange(NamedTuple):
    """One change of a composition: number of its scenario, its place there (from 0), verb and target."""

    scenario: int
    position: int
    what: str


def changes_without_effect(
    *,
    pathway: Pathway,
    scenarios: Sequence[Scenario],
    cohort: CodedCohort,
    prices: Prices,
    footprint: Footprint,
    uptake_year: str | None = None,
    timing: Timing = WHOLE,
    known: Known | None = None,
) -> tuple[ChangeEffect, ...]:
    """Make a composition's changes one after the other, and give the total after each.

    A change whose total alone cannot be worked out (two shares that only together sum to 1) is taken with the next.

    Args:
        pathway: the baseline's.
        scenarios: composed in order, at their own eligibility and uptake.
        cohort: the patients.
        prices: of every organisation and key that any scenario needs.
        footprint: place → role → organisation.
        uptake_year: as in `cost_scenario`.
        timing: as in `cost_scenario`.
        known: what earlier calls worked out, as in `cost_scenario`; it gains nothing here.

    Raises:
        EngineFaults: a scenario that reaches nobody, and every change that moves no quantity, pound, visit or patient:
            neither when it is made, nor when it alone is left out, nor where its scenario is alone. What another scenario
            changes too may stand.
    """
    cost = partial(
        cost_scenario, name="", pathway=pathway, cohort=cohort, prices=prices, footprint=footprint,
        uptake_year=uptake_year, timing=timing, known=dict(known or {}),
    )  # fmt: skip
    changes = changes_of(scenarios)
    whole = cost(scenarios=scenarios)
    before, effects, waiting, idle = (
        cost(scenarios=_first(scenarios, changes, 0)),
        [],
        list[OneChange](),
        list[OneChange](),
    )
    for count, change in enumerate(changes, start=1):
        waiting.append(change)
        after = whole if count == len(changes) else _costed(cost, _first(scenarios, changes, count))
        if after is None:
            continue
        if _same(before, after):
            idle += waiting
        name, what = scenarios[change.scenario].scenario, " + ".join(each.what for each in waiting)
        effects.append(ChangeEffect(name, change.position + 1, what, after.cube.total_gbp))
        before, waiting = after, []
    nobody = _without_patients(scenarios, whole.arms)
    years = [each.uptake_year for each in starters_of(pathway, scenarios, timing, uptake_year)]
    problems = reaching_nobody(scenarios, whole.arms, years)
    shared = changed_by_two(scenarios)  # one may do what another did before it, or undo it, which is told as such
    moveless = [
        change
        for change in idle
        if scenarios[change.scenario] not in nobody
        and (scenarios[change.scenario].scenario, change.position + 1) not in shared
        and _same(whole, _costed(cost, _without(scenarios, change)))
    ]
    undone = {change for change in moveless if len(scenarios) > 1 and _moves_alone(cost, scenarios, change)}
    problems += [_moves_nothing(scenarios[change.scenario], change) for change in moveless if change not in undone]
    raise_if_any(problems, EngineFaults)
    names = {(scenarios[change.scenario].scenario, change.position + 1) for change in undone}
    return tuple(replace(each, is_undone=(each.scenario, each.position) in names) for each in effects)


def changes_undone(name: str, effects: Iterable[ChangeEffect], where: Where) -> tuple[Problem, ...]:
    """The warning of changes that move nothing in a composition, though they do where their scenario is alone."""
    undone = [f"{each.scenario}, change {each.position} ({each.what})" for each in effects if each.is_undone]
    if not undone:
        return ()
    what = f"{name}: {', '.join(undone)} moves nothing here, though it does alone: another scenario leaves nothing for it to change"
    remedy = "compose them in the other order, or compose only one of the two"
    return (Problem("composition_undoes_itself", what, where, remedy=remedy, severity=Severity.WARNING),)


def _moves_alone(cost: Any, scenarios: Sequence[Scenario], change: OneChange) -> bool:
    """Whether a change moves something where its scenario is alone."""
    alone = [scenarios[change.scenario]]
    with_it, without = _costed(cost, alone), _costed(cost, _without(alone, change._replace(scenario=0)))
    return with_it is not None and not _same(with_it, without)


def reaching_nobody(scenarios: Sequence[Scenario], arms: Iterable[Arm], years: Sequence[str | None]) -> list[Problem]:
    """A scenario that is taken up in one of these years but for which no patient is eligible."""
    nobody = _without_patients(scenarios, arms)
    return [_reaches_nobody(each) for each in nobody if any(uptake_in(each, year) > 0 for year in years)]


def _without_patients(scenarios: Sequence[Scenario], arms: Iterable[Arm]) -> list[Scenario]:
    reached = {name for arm in arms for name in arm.scenarios}
    return [scenario for scenario in scenarios if scenario.scenario not in reached]


def changes_of(scenarios: Sequence[Scenario]) -> list[OneChange]:
    """Every change of a composition, in order."""
    return [
        OneChange(number, position, f"{change.verb} {_target(change)}".strip())
        for number, scenario in enumerate(scenarios)
        for position, change in enumerate(scenario.changes)
    ]


def keeping(scenario: Scenario, positions: set[int]) -> Scenario:
    """The scenario with only the changes at these positions, from 0."""
    changes = tuple(change for position, change in enumerate(scenario.changes) if position in positions)
    return scenario.model_copy(update={"changes": changes})


def _costed(cost: Any, scenarios: Sequence[Scenario]) -> Evaluation | None:
    """The evaluation, or None where these changes alone cannot be."""
    try:
        evaluation: Evaluation = cost(scenarios=scenarios)
    except PathwayCostError:
        return None
    return evaluation


def _first(scenarios: Sequence[Scenario], changes: Sequence[OneChange], count: int) -> list[Scenario]:
    """The scenarios with only the first so many of all their changes."""
    kept = {(change.scenario, change.position) for change in changes[:count]}
    return [
        keeping(scenario, {position for at, position in kept if at == number})
        for number, scenario in enumerate(scenarios)
    ]


def _without(scenarios: Sequence[Scenario], change: OneChange) -> list[Scenario]:
    """The scenarios without one change."""
    others = set(range(len(scenarios[change.scenario].changes))) - {change.position}
    return [
        keeping(scenario, others) if number == change.scenario else scenario
        for number, scenario in enumerate(scenarios)
    ]


def _same(before: Evaluation, after: Evaluation | None) -> bool:
    """Whether no quantity, pound, visit or patient moved."""
    if after is None or before.arms != after.arms:
        return False
    pairs = ((before.cube.frame, after.cube.frame), (before.visits, after.visits), (before.weights, after.weights))
    return all(_same_frame(one, other) for one, other in pairs)


def _same_frame(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return len(one) == len(other) and all(_same_column(one[name], other[name]) for name in one.columns)


def _same_column(one: pd.Series[Any], other: pd.Series[Any]) -> bool:
    if isinstance(one.dtype, pd.CategoricalDtype):
        if one.cat.categories.equals(other.cat.categories):
            return bool(np.array_equal(one.cat.codes, other.cat.codes))
        return bool(np.array_equal(one.astype("str"), other.astype("str")))
    return bool(np.allclose(one.to_numpy(), other.to_numpy(), rtol=CLOSE, atol=0.0, equal_nan=True))


def _target(change: AnyChange) -> str:
    """What a change is about, as a reader would point at it."""
    target = getattr(change, change.verb)
    if isinstance(target, Site):
        return ".".join(part for part in (target.setting, target.route, target.use) if part is not None)
    if isinstance(target, PriceScope):
        return scope_text(target)
    if isinstance(target, Patients):
        return patients_text(target)
    if isinstance(target, FootprintSite):
        return target.role if target.place is None else f"{target.role} in {target.place}"
    return ", ".join(target.shares) or str(target.column) if isinstance(target, Start) else str(target)


def _moves_nothing(scenario: Scenario, change: OneChange) -> Problem:
    return Problem(
        "change_without_effect",
        f"{scenario.scenario}, change {change.position + 1} ({change.what}) moves no quantity, pound, visit or patient",
        Where(item=f"{scenario.scenario}.changes.{change.position}"),
        remedy="take it out, or look whether what it names is reached and used by the patients of this cohort",
    )


def _reaches_nobody(scenario: Scenario) -> Problem:
    return Problem(
        "scenario_reaches_nobody",
        f"{scenario.scenario}: no patient of the cohort is eligible",
        Where(item=f"{scenario.scenario}.eligible"),
        remedy="widen `eligible`, or take the scenario out of `compare`",
    )
