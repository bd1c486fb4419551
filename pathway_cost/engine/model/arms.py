"""The arms of a composition: each segment split by eligibility and uptake into who takes which of the scenarios.

Parameters are never averaged over those who take a scenario and those who do not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.errors import EngineFaults, Problem, Where, raise_if_any
from pathway_cost.specs.changes.beside import PatientChange
from pathway_cost.specs.format import Scenario, uptake_in
from pathway_cost.tables.cohort.segments import Segments

Floats = NDArray[np.float64]
Mixture = tuple[tuple[frozenset[str], float], ...]
"""Scenarios taken together, and the share of the patients who take exactly these."""

MOST_MIXED: Final = 6  # scenarios with an uptake below 1 in one composition


@dataclass(frozen=True)
class Arm:
    """The part of every segment that certain scenarios reach, and no others."""

    name: str
    """`everyone`, `not_eligible`, `not_taken`, `taken`, or `taken:<scenario>+<scenario>`."""
    scenarios: tuple[str, ...]
    """Scenarios in force for these patients, in order; empty where they live under the baseline."""


def most_changed(arms: Collection[Arm]) -> str:
    """The name of the arm under most changes; of several, the first.

    >>> most_changed([Arm("not_taken", ()), Arm("taken", ("day_case",))])
    'taken'
    """
    return max(arms, key=lambda arm: len(arm.scenarios)).name


@dataclass(frozen=True, repr=False)
class Split:
    """The arms of a composition, and (arms, K) the share of each segment in each."""

    arms: tuple[Arm, ...]
    share: Floats

    def under(self, scenarios: tuple[str, ...]) -> list[int]:
        """The positions of the arms that are under exactly these scenarios."""
        return [number for number, arm in enumerate(self.arms) if arm.scenarios == scenarios]


def split_into_arms(scenarios: Sequence[Scenario], segments: Segments, uptake_year: str | None) -> Split:
    """Scenarios and segments → arms, and the share of each segment in each; one arm `everyone` without scenarios.

    Args:
        scenarios: in order.
        segments: whose attributes decide who is eligible.
        uptake_year: financial year whose uptake counts; the last stated when None.

    Raises:
        EngineFaults: more than six scenarios with an uptake below 1, or an uptake asked for before its first year.
    """
    count = len(segments.weight)
    if not scenarios:
        return Split((Arm(terms.ARM_ALL, ()),), np.ones((1, count)))
    raise_if_any(_uptake_unknown(scenarios, uptake_year), EngineFaults)
    raise_if_any(_too_many_mixed(scenarios, uptake_year), EngineFaults)
    order = [scenario.scenario for scenario in scenarios]
    eligible = np.array([is_eligible(scenario, segments) for scenario in scenarios])
    share: dict[Arm, Floats] = {}
    parts = 2 ** np.arange(len(scenarios))[::-1]
    pattern = parts @ eligible  # a bit a scenario, the first the highest
    for number in np.unique(pattern):
        here = pattern == number
        able = [scenario for scenario, part in zip(scenarios, parts, strict=True) if number & part]
        for taken, part in mixture(able, uptake_year):
            arm = _arm([name for name in order if name in taken], able=bool(able), alone=len(scenarios) == 1)
            share.setdefault(arm, np.zeros(count))[here] += part
    arms = _in_order(share, order)
    return Split(arms, np.array([share[arm] for arm in arms]))


def joined_splits(
    scenarios: Sequence[Scenario], splits: Sequence[Split], parts: Sequence[float]
) -> tuple[Split, list[Split]]:
    """Splits of parts of the patients → the split of all, and those of the parts with the same arms in one order.

    Args:
        scenarios: composed, in order.
        splits: of each part.
        parts: share of all patients in each; they sum to 1.
    """
    if len(splits) == 1:
        return splits[0], list(splits)
    order = [scenario.scenario for scenario in scenarios]
    arms = _in_order({arm for split in splits for arm in split.arms}, order)
    aligned = [Split(arms, np.array([_share_in(split, arm) for arm in arms])) for split in splits]
    return Split(arms, np.asarray(sum(part * each.share for part, each in zip(parts, aligned, strict=True)))), aligned


def _share_in(split: Split, arm: Arm) -> Floats:
    """(K,) the share of each segment in an arm; none where the split has no such arm."""
    return split.share[split.arms.index(arm)] if arm in split.arms else np.zeros(split.share.shape[1])


def _in_order(arms: Iterable[Arm], order: Sequence[str]) -> tuple[Arm, ...]:
    """Arms with fewer scenarios first."""
    places = {name: place for place, name in enumerate(order)}
    return tuple(sorted(arms, key=lambda arm: (len(arm.scenarios), [places[name] for name in arm.scenarios], arm.name)))


def mixture(scenarios: Sequence[Scenario], uptake_year: str | None) -> Mixture:
    """Who takes which of these scenarios among patients eligible for all: uptakes independent, or nested where said.

    >>> half, third = (Scenario(scenario=n, amends="p", uptake=u) for n, u in (("a", 0.5), ("b", 0.4)))
    >>> {"+".join(sorted(taken)): round(part, 9) for taken, part in mixture([half, third], None)}
    {'': 0.3, 'b': 0.2, 'a': 0.3, 'a+b': 0.2}
    """
    groups = [_nested(group, uptake_year) for group in same_patients(scenarios)]
    combined: dict[frozenset[str], float] = {}
    for parts in product(*groups):
        taken = frozenset[str]().union(*(names for names, _ in parts))
        combined[taken] = combined.get(taken, 0.0) + float(np.prod([part for _, part in parts]))
    return tuple((taken, part) for taken, part in combined.items() if part > 0)


def volume_of_arms(
    split: Split, scenarios: Sequence[Scenario], changes: Sequence[PatientChange], segments: Segments
) -> Floats:
    """(arms, K) the factor by which changes of volume multiply each segment's patients in each arm.

    Changes of volume follow eligibility and uptake as all other changes do: each arm's are those of the scenarios it is
    under, made as if everybody eligible were. So an uptake of 0.1 makes of `scale_patients` by 1.5 a segment's patients
    0.9 + 0.1 × 1.5 times as many, and of `add_patients` 100 ten more.

    Args:
        split: arms, and the share of each segment in each.
        scenarios: in order.
        changes: of volume, by all of the scenarios, in order.
        segments: whose weights and attributes say how many there are.

    Raises:
        EngineFaults: a change names patients of whom there are none, or takes away more than there are.
    """
    eligible = {scenario.scenario: is_eligible(scenario, segments) for scenario in scenarios} if changes else {}
    _, faults = _factor(changes, eligible, segments)
    factors = []
    for arm in split.arms:
        factor, found = _factor([each for each in changes if each.scenario in arm.scenarios], eligible, segments)
        factors.append(factor)
        faults += found
    raise_if_any(dict.fromkeys(faults), EngineFaults)
    return np.array(factors)


def _factor(
    changes: Sequence[PatientChange], eligible: Mapping[str, NDArray[np.bool_]], segments: Segments
) -> tuple[Floats, list[Problem]]:
    """(K,) what all eligible patients are multiplied by, changes in order, and the changes that cannot be."""
    factor, faults = np.ones(len(segments.weight)), list[Problem]()
    for change in changes:
        chosen = _is_chosen(change, segments) & eligible[change.scenario]
        patients = float((segments.weight * factor)[chosen].sum())
        if patients <= 0:
            faults.append(_no_patients(change))
            continue
        by = change.scale if change.scale is not None else 1.0 + (change.add or 0.0) / patients
        factor = np.where(chosen, factor * by, factor)
        if by < 0:
            faults.append(_fewer_than_none(change, patients))
    return factor, faults


def _arm(taken: Sequence[str], *, able: bool, alone: bool) -> Arm:
    if not taken:
        return Arm(terms.ARM_NOT_TAKEN if able else terms.ARM_NOT_ELIGIBLE, ())
    return Arm(terms.ARM_TAKEN if alone else f"{terms.ARM_TAKEN}:{'+'.join(taken)}", tuple(taken))


def same_patients(scenarios: Sequence[Scenario]) -> list[list[Scenario]]:
    """Scenarios in groups of nested uptake, directly or through another: a patient draws once for a whole group."""
    groups: list[list[Scenario]] = []
    for scenario in scenarios:
        linked = [
            group
            for group in groups
            if any(other.scenario in scenario.uptake_with or scenario.scenario in other.uptake_with for other in group)
        ]
        merged = [other for group in linked for other in group]
        groups = [*(group for group in groups if group not in linked), [*merged, scenario]]
    return groups


def _nested(group: Sequence[Scenario], uptake_year: str | None) -> list[tuple[frozenset[str], float]]:
    """One draw a patient for the whole group: everyone whose draw lies below an uptake takes that scenario."""
    uptake = {scenario.scenario: uptake_in(scenario, uptake_year) for scenario in group}
    bounds = sorted({0.0, 1.0, *uptake.values()}, reverse=True)
    return [
        (frozenset(name for name, share in uptake.items() if share >= above), above - below)
        for above, below in pairwise(bounds)
    ]


def is_eligible(scenario: Scenario, segments: Segments) -> NDArray[np.bool_]:
    """(K,) whether a scenario may reach the patients of each segment."""
    return _has_levels(scenario.eligible, segments)


def _is_chosen(change: PatientChange, segments: Segments) -> NDArray[np.bool_]:
    chosen = _has_levels(change.where, segments)
    if change.place is None:
        return chosen
    return chosen & (segments.labels[terms.PLACE] == change.place).to_numpy(dtype=np.bool_)


def _has_levels(wanted: Mapping[str, tuple[str, ...]], segments: Segments) -> NDArray[np.bool_]:
    chosen = np.ones(len(segments.weight), dtype=np.bool_)
    for attribute, levels in wanted.items():
        chosen &= segments.labels[attribute].isin(levels).to_numpy(dtype=np.bool_)
    return chosen


def _too_many_mixed(scenarios: Sequence[Scenario], uptake_year: str | None) -> list[Problem]:
    mixed = [scenario.scenario for scenario in scenarios if uptake_in(scenario, uptake_year) < 1]
    if len(mixed) <= MOST_MIXED:
        return []
    what = f"{len(mixed)} scenarios with an uptake below 1 in one composition: {', '.join(mixed)}"
    remedy = f"compose at most {MOST_MIXED} of them"
    return [Problem("too_many_uptakes", what, Where(item="compare"), remedy=remedy)]


def _uptake_unknown(scenarios: Sequence[Scenario], uptake_year: str | None) -> list[Problem]:
    problems = []
    for scenario in scenarios:
        try:
            uptake_in(scenario, uptake_year)
        except ValueError as error:
            remedy = f"add `{uptake_year}: 0` to the uptake of {scenario.scenario}, or ask for a later year"
            problems.append(Problem("uptake_before_first_year", str(error), Where(item="uptake_year"), remedy=remedy))
    return problems


def _no_patients(change: PatientChange) -> Problem:
    return Problem(
        "change_of_volume_reaches_nobody",
        f"{change.scenario}, change {change.position}: the cohort has no such patients among the eligible",
        Where(item=f"{change.scenario}.changes.{change.position - 1}"),
        remedy="take the change out, or widen its `where` or the scenario's `eligible`",
    )


def _fewer_than_none(change: PatientChange, patients: float) -> Problem:
    return Problem(
        "fewer_patients_than_none",
        f"{change.scenario}, change {change.position}: takes away more than the {patients:g} eligible patients there are",
        Where(item=f"{change.scenario}.changes.{change.position - 1}"),
    )
