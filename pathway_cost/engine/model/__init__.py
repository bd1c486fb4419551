"""What is costed: the pathway as a graph of integers, who lives under which scenarios, over which time.

The first wing of the engine.
"""

from pathway_cost.engine.model.arms import Arm, Split, is_eligible, most_changed, same_patients, volume_of_arms
from pathway_cost.engine.model.case import Case, Scenarios
from pathway_cost.engine.model.compile import Factor, Model, Share, UseLine, compiled
from pathway_cost.engine.model.discounting import YEAR, Discounting
from pathway_cost.engine.model.footprint import (
    Footprint,
    borne_uses,
    changed_footprint,
    prices_wanted,
    roles_without_organisation,
)
from pathway_cost.engine.model.graph import Graph
from pathway_cost.engine.model.grid import EDGE, LONGEST, Grid, grid_of
from pathway_cost.engine.model.hints import (
    average_day_note,
    days_without_stay,
    nobody_moves,
    selection_warning,
    stays_within_a_step,
    too_large,
)
from pathway_cost.engine.model.memory import remembered, remembered_few
from pathway_cost.engine.model.program import ADD, COPY, DIVIDE, MULTIPLY, MULTIPLY_ADD, STAYING, Program
from pathway_cost.engine.model.stand_ins import is_used, with_stand_ins
from pathway_cost.engine.model.starters import SplitByStart, StartersSplit, starts_by_year
from pathway_cost.engine.model.timing import WHOLE, Evaluator, Timing, clock_words, evaluator_of, timing_for
from pathway_cost.engine.model.undoing import undone

__all__ = [
    "ADD",
    "COPY",
    "DIVIDE",
    "EDGE",
    "LONGEST",
    "MULTIPLY",
    "MULTIPLY_ADD",
    "STAYING",
    "WHOLE",
    "YEAR",
    "Arm",
    "Case",
    "Discounting",
    "Evaluator",
    "Factor",
    "Footprint",
    "Graph",
    "Grid",
    "Model",
    "Program",
    "Scenarios",
    "Share",
    "Split",
    "SplitByStart",
    "StartersSplit",
    "Timing",
    "UseLine",
    "average_day_note",
    "borne_uses",
    "changed_footprint",
    "clock_words",
    "compiled",
    "days_without_stay",
    "evaluator_of",
    "grid_of",
    "is_eligible",
    "is_used",
    "most_changed",
    "nobody_moves",
    "prices_wanted",
    "remembered",
    "remembered_few",
    "roles_without_organisation",
    "same_patients",
    "selection_warning",
    "starts_by_year",
    "stays_within_a_step",
    "timing_for",
    "too_large",
    "undone",
    "volume_of_arms",
    "with_stand_ins",
]
