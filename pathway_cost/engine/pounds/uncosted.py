"""Look at a scenario without costing it: pathways compiled, prices found, every share, stay and quantity read."""

from __future__ import annotations

from typing import Final

from pathway_cost.engine.activity.closed_form import visits_of
from pathway_cost.engine.activity.course import Course
from pathway_cost.engine.activity.stepper import InTime, misfits
from pathway_cost.engine.model import Scenarios, Timing, timing_for
from pathway_cost.engine.pounds.cost import notes_of_lives
from pathway_cost.engine.pounds.effects import reaching_nobody
from pathway_cost.engine.pounds.lives import Lives
from pathway_cost.engine.values import Clock, LaneValues
from pathway_cost.errors import EngineFaults, Problem, Together, raise_if_any

TOGETHER: Final = 100_000  # lanes looked at together


def look_at_scenario(lives: Lives, scenarios: Scenarios) -> tuple[Problem, ...]:
    """Some scenarios of a case → what a reader should be warned of; all that costing rests on is looked at.

    Shares, starts, stays, waits and quantities are read for everybody; what changes with time, as it is at the start.
    Loops must be left where patients are not followed through time.

    Raises:
        EngineFaults: a scenario that reaches nobody; every share, loop and value that cannot be, together.
        SpecFaults: changes that do not fit the pathway.
        PriceFaults: price changes that reach nothing.
    """
    case = lives.case
    case.patients(scenarios)
    here = lives.of(scenarios)
    timing = timing_for([life.pathway for life in here], case.timing)
    raise_if_any(reaching_nobody(scenarios, case.split(scenarios)), EngineFaults)
    faults = Together(EngineFaults)
    for life in here:
        with faults:
            raise_if_any(life.misfits, EngineFaults)
            with faults:
                _ = life.priced
            _look(life.course, timing)
    faults.raise_if_any()
    return notes_of_lives(lives, here, timing)


def _look(course: Course, timing: Timing) -> None:
    """Read all that a course's patients do.

    Raises:
        EngineFaults: every share, loop and value that cannot be.
    """
    in_time, faults = course.in_time(timing), Together(EngineFaults)
    faults.problems += misfits(in_time)
    for _, some in course.lanes.parts(TOGETHER):
        values = LaneValues(course.model, some, course.cohort.segments)
        with faults:
            _read(values, in_time)
    faults.raise_if_any()


def _read(values: LaneValues, in_time: InTime) -> None:
    """Everything the lanes' patients do.

    Raises:
        EngineFaults: what cannot be.
    """
    model, starts, shares = values.model, values.starts, values.shares
    start = None if in_time.grid is None else Clock(in_time.grid, 0, 1)
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
    raise_if_any(values.faults, EngineFaults)
    if in_time.grid is None:
        visits_of(values, shares, starts)
