"""What costing one scenario gives: the cube, the visits and flows behind it, and what only a model has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pathway_cost.engine.model import WHOLE, Arm, Evaluator, Footprint, Timing

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from pathway_cost.cube import Cube
    from pathway_cost.errors import Problem
    from pathway_cost.specs.changes.revise import ChangedValue
    from pathway_cost.specs.format import OneOff, Pathway, Scenario
    from pathway_cost.tables.prices.prices import Prices


@dataclass(frozen=True, repr=False)
class Modelled:
    """What only a model has: what each arm was costed with, and how. Costs that were measured have none of it."""

    prices: Mapping[str, Prices]
    """Arm → the prices it was costed with (after the changes in force)."""
    pathways: Mapping[str, Pathway]
    """Arm → the pathway it was costed with."""
    footprints: Mapping[str, Footprint]
    """Arm → place → role → organisation."""
    reached: Callable[[str], NDArray[np.float64]]
    """Works out for a setting or end the patients of each row of its visits who are expected to come at least once."""
    values: tuple[ChangedValue, ...] = ()
    """Every value the scenarios changed, old and new."""
    scenarios: tuple[Scenario, ...] = ()
    """Composed, in order; none for the baseline."""
    timing: Timing = WHOLE
    evaluator: Evaluator = "expected"
    """`expected` (closed form) or `profile` (followed through time)."""
    step_days: float | None = None
    """The step in which patients were followed through time; None in closed form."""
    variance: Callable[[], float] | None = None
    """Works out the exact variance of the cost a patient (pounds squared); None where time is stepped through."""


@dataclass(frozen=True, repr=False)
class Evaluation:
    """One scenario (or composition, or the baseline) costed.

    Frames are long; text columns of `cube.frame`, `visits` and `flows` are categoricals. Measures are totals of
    the patients of the segment's arm, never per patient.
    """

    name: str
    """Name of the scenario or composition (`a+b`), or `baseline`."""
    cube: Cube
    """Pounds by segment × arm × place × setting × use × component; counts have component `count` and £0."""
    visits: pd.DataFrame
    """Columns segment, arm, setting, patients, visits; settings and ends, unreached ones with 0.

    `patients` is the weight of the segment's arm; `visits` the expected visits by them. How many of them are expected
    to come at least once, the model says when asked.
    """
    flows: pd.DataFrame
    """Columns segment, arm, from_setting, to_setting, route, patients_moved; from `start` to the ends."""
    segments: pd.DataFrame
    """Columns segment, place, <attributes>, rows, patients (the weight before any change of volume)."""
    weights: pd.DataFrame
    """Columns segment, arm, share (of the segment that is in the arm), patients (after any change of volume)."""
    arms: tuple[Arm, ...]
    model: Modelled
    one_offs: tuple[OneOff, ...] = ()
    """Costs that fall once, each id once; never multiplied by uptake or patients."""
    notes: tuple[Problem, ...] = ()
    """Warnings and notes that belong beside the figures."""
    presence: pd.DataFrame | None = None
    """Who is where in each period, where patients are followed through time: period, setting, visits, days_present,
    patients_present (on average over the period); settings and ends."""
    patient_cost: NDArray[np.float64] | None = None
    """(N,) expected £ a patient in the order of the cohort, when asked for."""
