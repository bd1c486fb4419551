"""Numbers for like patients: shares, stays, waits and quantities, evaluated and never averaged. Comes after model."""

from pathway_cost.engine.values.cell_values import Cells, Falls, FallsAt, cells_of, falls_of, spells_of, units_of
from pathway_cost.engine.values.cohort_lanes import CohortLanes, Kinds, LaneFinder, levels_read, numbers_read
from pathway_cost.engine.values.lane_values import Clock, LaneValues
from pathway_cost.engine.values.lanes import Lanes, segments_text
from pathway_cost.engine.values.products import convolution, dot, product
from pathway_cost.engine.values.reader import Exceeding
from pathway_cost.engine.values.spread import weibull_shape
from pathway_cost.engine.values.stay_laws import Stays, second_moment

__all__ = [
    "Cells",
    "Clock",
    "CohortLanes",
    "Exceeding",
    "Falls",
    "FallsAt",
    "Kinds",
    "LaneFinder",
    "LaneValues",
    "Lanes",
    "Stays",
    "cells_of",
    "convolution",
    "dot",
    "falls_of",
    "levels_read",
    "numbers_read",
    "product",
    "second_moment",
    "segments_text",
    "spells_of",
    "units_of",
    "weibull_shape",
]
