"""Price factors as an analyst states them, by period and component: checked, as what a cube multiplies its pounds by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.cube import Cube
from pathway_cost.errors import EngineFaults, Problem, Where, first_few, nearest_name, raise_if_any

Floats = NDArray[np.float64]

FACTOR: Final = "factor"
COLUMNS: Final = (terms.PERIOD, terms.COMPONENT, FACTOR)


def price_factors_of(stated: pd.DataFrame, cube: Cube) -> dict[str, Floats]:
    """Rows of period, component and factor → component → (P,) factors, for a cube that falls in P periods.

    Raises:
        EngineFaults: no periods; a column that is missing; a component or period that the cube does not have; a pair told
            twice, or not at all; a factor that is no number above 0.
    """
    periods = range(1, len(cube.known_periods.from_day) + 1)
    missing = [name for name in COLUMNS if name not in stated]
    raise_if_any((_no_column(name, stated) for name in missing), EngineFaults, stage="results")
    components = list(cube.frame[terms.COMPONENT].astype("str").unique())
    raise_if_any(
        [*_of_rows(stated, components, periods), *_untold(stated, components, periods)], EngineFaults, stage="results"
    )
    table = stated.set_index([terms.COMPONENT, terms.PERIOD])[FACTOR].astype(np.float64)
    return {name: np.asarray(table.loc[[(name, period) for period in periods]]) for name in components}


def _no_column(name: str, stated: pd.DataFrame) -> Problem:
    near = nearest_name(name, map(str, stated.columns))
    return Problem("column_missing", f"there is no column {name!r}", Where(item="price_factors"), near)


def _of_rows(stated: pd.DataFrame, components: Sequence[str], periods: Sequence[int]) -> Iterator[Problem]:
    """What is wrong with a row, row by row."""
    repeats = stated.duplicated([terms.COMPONENT, terms.PERIOD])
    number = pd.to_numeric(stated[FACTOR], errors="coerce")
    rows = zip(stated[terms.COMPONENT], stated[terms.PERIOD], number, repeats, strict=True)
    for row, (component, period, factor, repeated) in enumerate(rows, start=1):
        where = Where(item="price_factors", row=row)
        if component not in components:
            near = nearest_name(str(component), components)
            yield Problem("unknown_component", f"no pounds are of the component {component!r}", where, near)
        if period not in periods:
            yield Problem("unknown_period", f"there is no period {period!r}: there are 1 to {len(periods)}", where)
        if not (np.isfinite(factor) and factor > 0):
            yield Problem("factor_unusable", "the factor is no number above 0", where)
        if repeated:
            yield Problem("told_twice", f"{component} in period {period} is told twice", where, remedy="leave one")


def _untold(stated: pd.DataFrame, components: Sequence[str], periods: Sequence[int]) -> Iterator[Problem]:
    told = set(zip(stated[terms.COMPONENT], stated[terms.PERIOD], strict=True))
    left = [
        f"{component} in period {period}"
        for component, period in product(components, periods)
        if (component, period) not in told
    ]
    if left:
        what = f"no factor is told for {first_few(left)}"
        yield Problem("factor_untold", what, Where(item="price_factors"), remedy="add it: 1 where the price stays")
