"""One composition of scenarios costed: what the patients of each of its lives do, priced, and stacked as the cube."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.engine.activity.averages import Averages
from pathway_cost.engine.activity.blending import blended
from pathway_cost.engine.activity.course import PatientPounds, base_of_segments
from pathway_cost.engine.model import (
    Scenarios,
    Split,
    SplitByStart,
    Timing,
    average_day_note,
    evaluator_of,
    nobody_moves,
    selection_warning,
    stays_within_a_step,
    timing_for,
)
from pathway_cost.engine.pounds.at_least_once import at_least_once
from pathway_cost.engine.pounds.cube_rows import (
    FLOW_COLUMNS,
    VISIT_COLUMNS,
    Group,
    cube_of,
    cube_piece,
    flow_piece,
    visit_piece,
)
from pathway_cost.engine.pounds.evaluation import Evaluation, Modelled
from pathway_cost.engine.pounds.lives import Life, Lives
from pathway_cost.engine.pounds.periods import periods_of, presence_of
from pathway_cost.engine.pounds.stacked import Words, categorical, stacked
from pathway_cost.engine.pounds.variance import variance_of_cost
from pathway_cost.errors import EngineFaults, Problem, Together, raise_if_any
from pathway_cost.tables.cohort.cohort import CodedCohort

Floats = NDArray[np.float64]


def cost_scenario(
    lives: Lives, scenarios: Scenarios, *, name: str = "", keep_patients: bool = False, tell: bool = True
) -> Evaluation:
    """Cost a case's pathway for its cohort under some scenarios together (none: the baseline).

    Args:
        lives: of the case, at some prices.
        scenarios: composed in order.
        name: what the result is called.
        keep_patients: also give (N,) expected pounds a patient.
        tell: also look for what a reader should be warned of.

    Returns:
        Totals in pounds of the prices' year, by segment × arm × setting × use × component.

    Raises:
        EngineFaults: every share, loop, value and volume that cannot be.
        SpecFaults: changes that do not fit the pathway.
        PriceFaults: price changes that reach nothing.
    """
    case, segments = lives.case, lives.case.segments
    revised, split, patients = case.revised(scenarios), case.split(scenarios), case.patients(scenarios)
    arms, here = split.whole, lives.of(scenarios)
    timing = timing_for([life.pathway for life in here], case.timing)
    evaluator = evaluator_of(case.pathway, timing)
    lived = _lived(here, split, timing, keep_patients=keep_patients)
    groups = [_group(each, split, patients, discounts=timing.discounts) for each in lived]
    pieces = [cube_piece(group, life.rows) for group, life in zip(groups, here, strict=True)]
    by_scenarios = {life.scenarios: life for life in here}
    life_of = {arm.name: by_scenarios[arm.scenarios] for arm in arms.arms}
    return Evaluation(
        name=name,
        cube=cube_of(pieces, lives.keys([each.used for each in pieces]), periods_of(groups, pieces)),
        visits=stacked([visit_piece(group) for group in groups], VISIT_COLUMNS),
        flows=stacked([flow_piece(group) for group in groups], FLOW_COLUMNS),
        segments=segments.labels.assign(**{terms.PATIENTS: segments.weight}),
        weights=_weights(arms, patients),
        arms=arms.arms,
        model=Modelled(
            prices={arm: life.prices for arm, life in life_of.items()},
            pathways={arm: life.pathway for arm, life in life_of.items()},
            footprints={arm: life.footprint for arm, life in life_of.items()},
            reached=at_least_once(groups),
            values=revised.values,
            scenarios=scenarios,
            timing=timing,
            evaluator=evaluator,
            step_days=None if (grid := here[0].course.in_time(timing).grid) is None else grid.step_days,
            variance=None if evaluator == "profile" else partial(variance_of_cost, here, arms, patients),
        ),
        one_offs=revised.one_offs,
        notes=_notes(lives, here, groups, timing) if tell else (),
        presence=presence_of(groups),
        patient_cost=_patient_cost(lived, split, case.cohort) if keep_patients else None,
    )


class _Lived(NamedTuple):
    """A life, and what its patients do and cost: averages and pounds of those who start together, in the order of the split."""

    life: Life
    averages: tuple[Averages, ...]
    pounds: tuple[PatientPounds | None, ...]


def _lived(here: Sequence[Life], split: SplitByStart, timing: Timing, *, keep_patients: bool) -> list[_Lived]:
    """Every life worked out and priced.

    Raises:
        EngineFaults: every fault of every life, together.
    """
    faults, found = Together(EngineFaults), []
    times = [replace(each.starters.timing, stepped=timing.stepped) for each in split.apart]
    for life in here:
        with faults:
            raise_if_any(life.misfits, EngineFaults)
            with faults:
                _ = life.priced
            price = life.price_by_base if keep_patients else None
            parts = [life.course.followed(each, price) for each in times]
            found.append(_Lived(life, *zip(*parts, strict=True)))
    faults.raise_if_any()
    return found


def _group(lived: _Lived, split: SplitByStart, patients: Floats, *, discounts: bool) -> Group:
    """The segments of a life, with the arm each is in and its patients there."""
    life, arms = lived.life, split.whole.under(lived.life.scenarios)
    share = split.whole.share[arms][:, life.segments]
    names = tuple(split.whole.arms[number].name for number in arms)
    base = np.searchsorted(life.course.bases, base_of_segments(life.course.cohort.segments)[life.segments])
    by_start = [each.starters.share * each.split.share[arms][:, life.segments].sum(axis=0) for each in split.apart]
    found = blended(lived.averages, base, np.array(by_start))
    return Group(
        model=life.course.model,
        averages=found.averages,
        segments=life.segments,
        base=found.base,
        arm=Words(names, np.argmax(share > 0, axis=0)),
        patients=(share * patients[arms][:, life.segments]).sum(axis=0),
        discounts=discounts,
    )


def _weights(split: Split, patients: Floats) -> pd.DataFrame:
    """Segment × arm with any patients: segment, arm, share, patients."""
    arm, segment = np.nonzero(split.share > 0)
    share = split.share[arm, segment]
    names = categorical(arm, [each.name for each in split.arms])
    columns = {terms.SEGMENT: segment, terms.ARM: names, "share": share, terms.PATIENTS: share * patients[arm, segment]}
    return pd.DataFrame(columns)


def _notes(lives: Lives, here: Sequence[Life], groups: Sequence[Group], timing: Timing) -> tuple[Problem, ...]:
    """What a reader should be warned of, once everybody has been followed."""
    moved = sum(float(group.averages.moved.sum()) for group in groups)
    return (*notes_of_lives(lives, here, timing), *nobody_moves(timing.horizon_days, moved))


def notes_of_lives(lives: Lives, here: Sequence[Life], timing: Timing) -> tuple[Problem, ...]:
    """Some lives and a study's time → what a reader should be warned of, short of figures."""
    grids = [life.course.in_time(timing).grid for life in here]
    step = max((grid.step_days for grid in grids if grid is not None), default=0.0)
    found = [
        note
        for life in here
        for note in (
            *life.prices.notes[len(lives.prices.notes) :],
            *average_day_note(lives.case.pathway, life.pathway),
            *selection_warning(life.pathway, life.prices),
            *stays_within_a_step(life.pathway, step),
        )
    ]
    return tuple(dict.fromkeys(found))


def _patient_cost(lived: Sequence[_Lived], split: SplitByStart, cohort: CodedCohort) -> Floats:
    """(N,) expected £: what a patient costs under each life, by the share of their segment that starts then and lives it."""
    by_base = np.zeros(len(cohort.segments.of_base))
    other = np.zeros(len(cohort.base))
    first = cohort.segments.of_base[:, 0]
    for each in lived:
        arms = split.whole.under(each.life.scenarios)
        for apart, pounds in zip(split.apart, each.pounds, strict=True):
            share = apart.starters.share * apart.split.share[arms].sum(axis=0)[first]
            if pounds is not None and pounds.bases is not None:
                by_base[pounds.bases] += share[pounds.bases] * pounds.gbp
            elif pounds is not None and pounds.rows is not None:
                other[pounds.rows] += share[cohort.base[pounds.rows]] * pounds.gbp
    return by_base[cohort.base] + other
