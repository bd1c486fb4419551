"""Numbers for like patients: shares, stays, waits and quantities, evaluated and never averaged. Comes after model."""

from pathway_cost.engine.values.bases import Bases, evaluated_bases, product_of_factors, start_shares
from pathway_cost.engine.values.cell_values import Cells, Falls, FallsAt, cells_of, falls_of, spells_of, units_of
from pathway_cost.engine.values.cohort_lanes import CohortLanes, LaneFinder, numbers_read
from pathway_cost.engine.values.evaluator import ValueEvaluator
from pathway_cost.engine.values.lane_values import Clock, LaneValues
from pathway_cost.engine.values.lanes import Lanes, lanes_of_bases, segments_text
from pathway_cost.engine.values.products import convolution, dot, product
from pathway_cost.engine.values.reader import Exceeding, Reader
from pathway_cost.engine.values.spread import weibull_shape
from pathway_cost.engine.values.stay_laws import Stays, second_moment

__all__ = [
    "Bases",
    "Cells",
    "Clock",
    "CohortLanes",
    "Exceeding",
    "Falls",
    "FallsAt",
    "LaneFinder",
    "LaneValues",
    "Lanes",
    "Reader",
    "Stays",
    "ValueEvaluator",
    "cells_of",
    "convolution",
    "dot",
    "evaluated_bases",
    "falls_of",
    "lanes_of_bases",
    "numbers_read",
    "product",
    "product_of_factors",
    "second_moment",
    "segments_text",
    "spells_of",
    "start_shares",
    "units_of",
    "weibull_shape",
]
