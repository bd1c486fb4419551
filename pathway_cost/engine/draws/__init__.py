"""Uncertain parameters: their tables of draws, and every scenario costed at each row. Comes after pounds."""

from pathway_cost.engine.draws.at_draws import AtDraws, Recoster
from pathway_cost.engine.draws.draw_sums import Sums
from pathway_cost.engine.draws.far_draws import stated_outside_draws
from pathway_cost.engine.draws.impossible_draws import draws_exceed_one, impossible, redrawn
from pathway_cost.engine.draws.parameter_laws import dirichlet, is_uncertain, quantile
from pathway_cost.engine.draws.parameter_table import (
    ParameterTable,
    at_levels,
    drawn,
    of_values,
    stated,
    unit_cost_name,
)
from pathway_cost.engine.draws.price_errors import errors_beyond_numbers, relative_errors
from pathway_cost.engine.draws.rank_correlation import cannot_all_hold
from pathway_cost.engine.draws.rows_together import Rows, RowsTogether

__all__ = [
    "AtDraws",
    "ParameterTable",
    "Recoster",
    "Rows",
    "RowsTogether",
    "Sums",
    "at_levels",
    "cannot_all_hold",
    "dirichlet",
    "drawn",
    "draws_exceed_one",
    "errors_beyond_numbers",
    "impossible",
    "is_uncertain",
    "of_values",
    "quantile",
    "redrawn",
    "relative_errors",
    "stated",
    "stated_outside_draws",
    "unit_cost_name",
]
