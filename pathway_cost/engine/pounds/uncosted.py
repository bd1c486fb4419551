"""Look at a scenario without costing it: pathways compiled, prices found, every share, stay and quantity read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from pathway_cost.engine.activity.closed_form import visits_of
from pathway_cost.engine.activity.timed import InTime, misfits
from pathway_cost.engine.model.arms import volume_of_arms
from pathway_cost.engine.model.footprint import Footprint
from pathway_cost.engine.model.starters import split_by_start, years_of
from pathway_cost.engine.model.timing import WHOLE, Timing, timing_for
from pathway_cost.engine.pounds.cost import notes_of_lives
from pathway_cost.engine.pounds.effects import reaching_nobody
from pathway_cost.engine.pounds.lives import Life, base_of_segments, lives_of, ready_life
from pathway_cost.engine.values.lane_values import Clock, LaneValues
from pathway_cost.engine.values.lanes import lanes_of
from pathway_cost.errors import EngineFaults, Problem, raise_if_any
from pathway_cost.specs.changes.revise import revise_all
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.scenario import Scenario
from pathway_cost.tables.cohort.cohort import CodedCohort
from pathway_cost.tables.prices.prices import Prices

TOGETHER: Final = 100_000  # lanes looked at together


def look_at_scenario(
    *,
    pathway: Pathway,
    scenarios: Sequence[Scenario],
    cohort: CodedCohort,
    prices: Prices,
    footprint: Footprint,
    uptake_year: str | None = None,
    timing: Timing = WHOLE,
) -> tuple[Problem, ...]:
    """What a reader should be warned of, once all that costing rests on has been looked at; arguments as in `cost_scenario`.

    Shares, starts, stays, waits and quantities are read for everybody; what changes with time, as it is at the start.
    Loops must be left where patients are not followed through time.

    Raises:
        EngineFaults: a scenario that reaches nobody; every share, loop and value that cannot be, together.
        SpecFaults: changes that do not fit the pathway.
        PriceFaults: price changes that reach nothing.
    """
    revised = revise_all(pathway, scenarios)
    split, apart = split_by_start(pathway, scenarios, cohort.segments, timing, uptake_year)
    volume_of_arms(split, scenarios, revised.patients, cohort.segments)
    lives = lives_of(pathway, scenarios, split, prices, footprint)
    timing = timing_for([life.pathway for life in lives], timing)
    raise_if_any(reaching_nobody(scenarios, split.arms, years_of(apart)), EngineFaults)
    faults: list[Problem] = []
    steps = [_look(life, cohort, timing, faults) for life in lives]
    raise_if_any(dict.fromkeys(faults), EngineFaults)
    return notes_of_lives(pathway, prices, lives, max(steps, default=0.0))


def _look(life: Life, cohort: CodedCohort, timing: Timing, faults: list[Problem]) -> float:
    """Read all of a life; the step of its clock in days, 0 where there is none."""
    model = ready_life(life, cohort.segments, faults)
    if model is None:
        return 0.0
    in_time = InTime.of(model, timing, cohort.segments)
    faults += misfits(in_time)
    lanes = lanes_of(life.pathway, cohort, np.unique(base_of_segments(cohort.segments)[life.segments]))
    for _, rows in lanes.parts(TOGETHER):
        values = LaneValues(model, rows, cohort.segments, faults)
        _read(values, in_time)
    return 0.0 if in_time.weights is None else in_time.weights.grid.step_days


def _read(values: LaneValues, in_time: InTime) -> None:
    """Everything the lanes' patients do; faults stay with the values."""
    model, before = values.model, len(values.faults)
    starts, shares = values.starts, values.shares
    start = None if in_time.weights is None else Clock(in_time.weights.grid, 0, 1)
    for number, name in enumerate(model.graph.settings):
        if start is not None and number in values.clocked_settings:
            values.shares_over(number, start)
        if not model.pathway.settings[name].is_cycle:
            values.stays_out_of(number)
    for edge in range(len(model.graph.edges)):
        values.wait_on(edge)
    factors = [factor for line in model.lines for term in line.terms for factor in term.factors]
    for factor in [*factors, *(line.price for line in model.lines if line.price is not None)]:
        if not values.words(factor.value):
            values.factor(factor)
        elif start is not None:
            values.factor_over(factor, start)
    if in_time.weights is None and len(values.faults) == before:
        visits_of(values, shares, starts)
