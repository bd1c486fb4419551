"""What each change of a scenario does, given the changes before it; and the changes that do nothing, which are faults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.engine.model import Arm, Scenarios, SplitByStart
from pathway_cost.engine.pounds.cost import cost_scenario
from pathway_cost.engine.pounds.evaluation import Evaluation
from pathway_cost.engine.pounds.lives import Lives
from pathway_cost.errors import EngineFaults, PathwayCostError, Problem, Severity, Where, raise_if_any
from pathway_cost.specs.changes.beside import patients_text, scope_text
from pathway_cost.specs.changes.between_scenarios import changed_by_two
from pathway_cost.specs.format import AnyChange, FootprintSite, Patients, PriceScope, Scenario, Site, Start, uptake_in

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


def effects_of_changes(lives: Lives, scenarios: Scenarios, whole: Evaluation) -> tuple[ChangeEffect, ...]:
    """A composition and its evaluation → the total after each of its changes, made one after the other.

    A change whose total alone cannot be worked out (two shares that only together sum to 1) is taken with the next.

    Args:
        lives: of the case, at some prices.
        scenarios: composed in order, at their own eligibility and uptake.
        whole: what they cost together.

    Raises:
        EngineFaults: a scenario that reaches nobody, and every change that moves no quantity, pound, visit or patient:
            neither when it is made, nor when it alone is left out, nor where its scenario is alone. What another scenario
            changes too may stand.
    """
    if not scenarios:
        return ()
    lives = lives.briefly()
    changes = changes_of(scenarios)
    before, effects = cost_scenario(lives, keeping(scenarios, ()), tell=False), list[ChangeEffect]()
    waiting, idle = list[OneChange](), list[OneChange]()
    for count, change in enumerate(changes, start=1):
        waiting.append(change)
        after = whole if count == len(changes) else _costed(lives, keeping(scenarios, changes[:count]))
        if after is None:
            continue
        if _same(before, after):
            idle += waiting
        name, what = scenarios[change.scenario].scenario, " + ".join(each.what for each in waiting)
        effects.append(ChangeEffect(name, change.position + 1, what, after.cube.total_gbp))
        before, waiting = after, []
    nobody = _without_patients(scenarios, whole.arms)
    problems = reaching_nobody(scenarios, lives.case.split(scenarios))
    shared = changed_by_two(scenarios)  # one may do what another did before it, or undo it, which is told as such
    moveless = [
        change
        for change in idle
        if scenarios[change.scenario] not in nobody
        and (scenarios[change.scenario].scenario, change.position + 1) not in shared
        and _same(whole, _costed(lives, _without(scenarios, change)))
    ]
    undone = {change for change in moveless if len(scenarios) > 1 and _moves_alone(lives, scenarios, change)}
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
    about = (("scenario", name),)
    return (Problem("composition_undoes_itself", what, where, remedy=remedy, severity=Severity.WARNING, about=about),)


def _moves_alone(lives: Lives, scenarios: Scenarios, change: OneChange) -> bool:
    """Whether a change moves something where its scenario is alone."""
    alone = (scenarios[change.scenario],)
    with_it, without = _costed(lives, alone), _costed(lives, _without(alone, change._replace(scenario=0)))
    return with_it is not None and not _same(with_it, without)


def reaching_nobody(scenarios: Scenarios, split: SplitByStart) -> list[Problem]:
    """One fault for each scenario taken up in a year in which patients start, but for which none is eligible."""
    nobody = _without_patients(scenarios, split.whole.arms)
    return [_reaches_nobody(each) for each in nobody if any(uptake_in(each, year) > 0 for year in split.years)]


def _without_patients(scenarios: Scenarios, arms: Iterable[Arm]) -> list[Scenario]:
    reached = {name for arm in arms for name in arm.scenarios}
    return [scenario for scenario in scenarios if scenario.scenario not in reached]


def changes_of(scenarios: Scenarios) -> list[OneChange]:
    """Every change of a composition, in order."""
    return [
        OneChange(number, position, f"{change.verb} {_target(change)}".strip())
        for number, scenario in enumerate(scenarios)
        for position, change in enumerate(scenario.changes)
    ]


def keeping(scenarios: Scenarios, kept: Iterable[OneChange]) -> Scenarios:
    """The scenarios with only some of their changes."""
    places = {(change.scenario, change.position) for change in kept}
    return tuple(
        scenario.model_copy(
            update={"changes": tuple(each for at, each in enumerate(scenario.changes) if (number, at) in places)}
        )
        for number, scenario in enumerate(scenarios)
    )


def _costed(lives: Lives, scenarios: Scenarios) -> Evaluation | None:
    """The evaluation, or None where these changes alone cannot be."""
    try:
        return cost_scenario(lives, scenarios, tell=False)
    except PathwayCostError:
        return None


def _without(scenarios: Scenarios, change: OneChange) -> Scenarios:
    """The scenarios without one change."""
    return keeping(scenarios, [each for each in changes_of(scenarios) if each != change])


def _same(before: Evaluation, after: Evaluation | None) -> bool:
    """Whether no quantity, pound, visit or patient moved."""
    if after is None or before.arms != after.arms:
        return False
    pairs = ((before.cube.frame, after.cube.frame), (before.visits, after.visits), (before.weights, after.weights))
    return all(_same_frame(one, other) for one, other in pairs) and _same_reached(before, after)


def _same_reached(before: Evaluation, after: Evaluation) -> bool:
    """Whether as many come to each setting at least once; the visits are known to be the same."""
    settings = before.visits[terms.SETTING].unique()
    both = ((before.model.reached(setting), after.model.reached(setting)) for setting in settings)
    return all(np.allclose(one, other, rtol=CLOSE, atol=0.0) for one, other in both)


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
