"""Cost one scenario: split into arms, work out what each arm's patients do, price it, and stack the cube."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.cube import Cube
from pathway_cost.engine.activity.blending import blended
from pathway_cost.engine.model.arms import Split, volume_of_arms
from pathway_cost.engine.model.footprint import Footprint, prices_wanted
from pathway_cost.engine.model.hints import (
    average_day_note,
    nobody_moves,
    selection_warning,
    stays_within_a_step,
    too_large,
)
from pathway_cost.engine.model.starters import StartersSplit, split_by_start
from pathway_cost.engine.model.timing import WHOLE, Evaluator, Timing, evaluator_of, timing_for
from pathway_cost.engine.pounds.cube_rows import FLOW_COLUMNS, VISIT_COLUMNS, Group, cube_piece, flow_piece, visit_piece
from pathway_cost.engine.pounds.evaluation import Evaluation
from pathway_cost.engine.pounds.ledger import ledger_of
from pathway_cost.engine.pounds.lives import Known, Life, Lived, all_lived, base_of_segments, lives_of
from pathway_cost.engine.pounds.stacked import Column, Words, categorical, stacked
from pathway_cost.engine.pounds.variance import variance_of_cost
from pathway_cost.errors import EngineFaults, Problem, raise_if_any
from pathway_cost.specs.changes.revise import revise_all
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.scenario import Scenario
from pathway_cost.tables.cohort.cohort import CodedCohort
from pathway_cost.tables.prices.prices import Prices

__all__ = ["cost_scenario", "prices_wanted"]

Floats = NDArray[np.float64]


def cost_scenario(
    *,
    name: str,
    pathway: Pathway,
    scenarios: Sequence[Scenario],
    cohort: CodedCohort,
    prices: Prices,
    footprint: Footprint,
    uptake_year: str | None = None,
    timing: Timing = WHOLE,
    keep_patients: bool = False,
    known: Known | None = None,
    tell: bool = True,
) -> Evaluation:
    """Cost a pathway for a cohort under some scenarios together (none: the baseline).

    Args:
        name: what the result is called.
        pathway: the baseline's pathway; its names have been checked.
        scenarios: composed in order.
        cohort: N patients in K segments, coded in the pathway's levels.
        prices: pounds a unit of every organisation and key that any scenario needs.
        footprint: place → role → organisation.
        uptake_year: financial year whose uptake counts for all; when None, the last stated, or where patients start over time
            that of the year in which each starts.
        timing: horizon, counting, discounting and intake; the whole pathway, undiscounted, when left out.
        keep_patients: also give (N,) expected pounds a patient.
        known: what earlier calls worked out for this cohort, and gains what this one does; the same answers without.
        tell: also look for what a reader should be warned of.

    Returns:
        Totals in pounds of the prices' year, by segment × arm × setting × use × component.

    Raises:
        EngineFaults: every share, loop, value and volume that cannot be.
        SpecFaults: changes that do not fit the pathway.
        PriceFaults: price changes that reach nothing.
    """
    revised, segments = revise_all(pathway, scenarios), cohort.segments
    split, apart = split_by_start(pathway, scenarios, segments, timing, uptake_year)
    patients = segments.weight * volume_of_arms(split, scenarios, revised.patients, segments)
    lives = lives_of(pathway, scenarios, split, prices, footprint)
    pathways = [life.pathway for life in lives]
    timing = timing_for(pathways, timing)
    evaluator = evaluator_of(pathway, timing)
    known = {} if known is None else known
    parts = [
        all_lived(lives, cohort, known, timing_for(pathways, each.starters.timing), keep_patients=keep_patients)
        for each in apart
    ]
    lived = parts[0]
    by_life = list(zip(*parts, strict=True))
    groups = [
        _group(life, each, cohort, split=split, apart=apart, patients=patients, discounts=timing.discounts)
        for life, each in zip(lives, by_life, strict=True)
    ]
    cube = [
        cube_piece(group, line, segments) for group, each in zip(groups, lived, strict=True) for line in each.priced
    ]
    columns = (*terms.CUBE_COLUMNS, *(terms.DISCOUNTED_MEASURES if timing.discounts else ()))
    frame = stacked(cube or [_no_rows(columns)], columns)
    raise_if_any(too_large(frame), EngineFaults)
    by_scenarios = {life.scenarios: life for life in lives}
    life_of = {arm.name: by_scenarios[arm.scenarios] for arm in split.arms}
    return Evaluation(
        name=name,
        cube=Cube(frame),
        timing=timing,
        evaluator=evaluator,
        visits=stacked([visit_piece(group) for group in groups], VISIT_COLUMNS),
        ledger=ledger_of(groups, [each.priced for each in lived]),
        flows=stacked([flow_piece(group) for group in groups], FLOW_COLUMNS),
        segments=segments.labels.assign(**{terms.PATIENTS: segments.weight}),
        weights=_weights(split, patients),
        arms=split.arms,
        prices={arm: life.prices for arm, life in life_of.items()},
        pathways={arm: life.pathway for arm, life in life_of.items()},
        footprints={arm: life.footprint for arm, life in life_of.items()},
        one_offs=revised.one_offs,
        values=revised.values,
        notes=_notes(pathway, prices, lives, groups, timing) if tell else (),
        variance=_variance(lives, split, patients, cohort, evaluator),
        patient_cost=_patient_cost(lives, by_life, apart, cohort) if keep_patients else None,
    )


def _group(
    life: Life,
    lived: Sequence[Lived],
    cohort: CodedCohort,
    *,
    split: Split,
    apart: Sequence[StartersSplit],
    patients: Floats,
    discounts: bool,
) -> Group:
    """The segments of a life, with the arm each is in and its patients there; `lived` by those who start."""
    arms, worked = _arms_of(life, split), lived[0].worked
    share = split.share[arms][:, life.segments]
    names = tuple(split.arms[number].name for number in arms)
    base = np.searchsorted(worked.bases.rows.base, base_of_segments(cohort.segments)[life.segments])
    by_start = np.array([each.starters.share * each.split.share[arms][:, life.segments].sum(axis=0) for each in apart])
    found = blended([each.worked.averages for each in lived], base, by_start)
    return Group(
        model=worked.model,
        averages=found.averages,
        segments=life.segments,
        base=found.base,
        arm=Words(names, np.argmax(share > 0, axis=0)),
        patients=(share * patients[arms][:, life.segments]).sum(axis=0),
        discounts=discounts,
    )


def _arms_of(life: Life, split: Split) -> list[int]:
    """The arms whose patients live a life."""
    return [number for number, arm in enumerate(split.arms) if arm.scenarios == life.scenarios]


def _variance(
    lives: Sequence[Life], split: Split, patients: Floats, cohort: CodedCohort, evaluator: Evaluator
) -> Callable[[], float] | None:
    return None if evaluator == "profile" else partial(variance_of_cost, lives, split, patients, cohort)


def _no_rows(columns: Sequence[str]) -> dict[str, Column]:
    measures = (*terms.CUBE_MEASURES, *terms.DISCOUNTED_MEASURES)
    numbers = dict.fromkeys(measures, np.zeros(0)) | {terms.SEGMENT: np.zeros(0, dtype=np.int64)}
    return {name: numbers.get(name, Words((), np.zeros(0, dtype=np.int64))) for name in columns}


def _weights(split: Split, patients: Floats) -> pd.DataFrame:
    """Segment × arm with any patients: segment, arm, share, patients."""
    arm, segment = np.nonzero(split.share > 0)
    share = split.share[arm, segment]
    names = categorical(arm, [each.name for each in split.arms])
    columns = {terms.SEGMENT: segment, terms.ARM: names, "share": share, terms.PATIENTS: share * patients[arm, segment]}
    return pd.DataFrame(columns)


def _step_days(groups: Sequence[Group]) -> float:
    ledgers = [group.averages.ledger for group in groups if group.averages.ledger is not None]
    return max((ledger.grid.step_days for ledger in ledgers), default=0.0)


def _notes(
    pathway: Pathway, prices: Prices, lives: Sequence[Life], groups: Sequence[Group], timing: Timing
) -> tuple[Problem, ...]:
    """What a reader should be warned of, once everybody has been followed."""
    moved = sum(float(group.averages.moved.sum()) for group in groups)
    return (*notes_of_lives(pathway, prices, lives, _step_days(groups)), *nobody_moves(timing.horizon_days, moved))


def notes_of_lives(pathway: Pathway, prices: Prices, lives: Sequence[Life], step: float) -> tuple[Problem, ...]:
    """What a reader should be warned of; `step` of the clock in days."""
    found = [
        note
        for life in lives
        for note in (
            *life.prices.notes[len(prices.notes) :],
            *average_day_note(pathway, life.pathway),
            *selection_warning(life.pathway, life.prices),
            *stays_within_a_step(life.pathway, step),
        )
    ]
    return tuple(dict.fromkeys(found))


def _patient_cost(
    lives: Sequence[Life], by_life: Sequence[Sequence[Lived]], apart: Sequence[StartersSplit], cohort: CodedCohort
) -> Floats:
    """(N,) expected £: what a patient costs under each life, by the share of their segment that starts then and lives it."""
    by_base = np.zeros(len(cohort.segments.of_base))
    other = np.zeros(len(cohort.base))
    first = cohort.segments.of_base[:, 0]
    for life, lived in zip(lives, by_life, strict=True):
        for starters, each in zip(apart, lived, strict=True):
            arms = _arms_of(life, starters.split)
            share = starters.starters.share * starters.split.share[arms].sum(axis=0)[first]
            if each.base_cost is not None:
                by_base[each.worked.bases.rows.base] += share[each.worked.bases.rows.base] * each.base_cost
            elif each.patients is not None and each.patient_cost is not None:
                other[each.patients.row] += share[cohort.base[each.patients.row]] * each.patient_cost
    return by_base[cohort.base] + other
