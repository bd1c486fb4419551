"""Price factors as an analyst states them, by period and component: checked, as what a cube multiplies its pounds by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.cube import Cube
from pathway_cost.errors import Problem, TableFaults, Where, first_few, nearest_name, raise_if_any
from pathway_cost.tables.reading import as_pandas, cells_wrong, columns_missing, not_text, numbers_of, text_of

Floats = NDArray[np.float64]

NAME: Final = "price factors"
FACTOR: Final = "factor"


def price_factors_of(stated: Any, cube: Cube) -> dict[str, Floats]:
    """Any table of period, component and factor → component → (P,) factors, for a cube that falls in P periods.

    Raises:
        EngineFaults: the cube falls in no periods.
        TableFaults: a column that is missing; a component or period that the cube does not have; a pair told twice, or not
            at all; a factor that is no number above 0.
    """
    periods, components = range(1, len(cube.known_periods.from_day) + 1), list(cube.components)
    table = as_pandas(stated)
    raise_if_any(columns_missing(table, (terms.PERIOD, terms.COMPONENT, FACTOR), NAME), TableFaults)
    factor, unusable = numbers_of(table[FACTOR])
    component = text_of(table[terms.COMPONENT])
    if component is None:
        raise TableFaults([not_text(terms.COMPONENT, NAME)])
    keys = pd.DataFrame({terms.COMPONENT: component, terms.PERIOD: numbers_of(table[terms.PERIOD])[0]})
    problems = [
        *_unknown(keys, components, periods),
        *cells_wrong(unusable | (factor <= 0), "factor_unusable", "the factor is no number above 0", FACTOR, NAME),
        *cells_wrong(
            keys.duplicated().to_numpy(),
            "told_twice",
            "the component has a factor of this period already",
            terms.PERIOD,
            NAME,
            remedy="leave one",
        ),
        *_untold(keys, components, periods),
    ]
    raise_if_any(problems, TableFaults)
    by_key = pd.Series(factor, index=pd.MultiIndex.from_frame(keys))
    return {name: np.asarray(by_key.loc[[(name, period) for period in periods]]) for name in components}


def _unknown(keys: pd.DataFrame, components: Sequence[str], periods: Sequence[int]) -> Iterator[Problem]:
    names = keys[terms.COMPONENT].astype("object")
    for name in dict.fromkeys(names[~names.isin(components)]):
        what, near = f"no pounds are of the component {name!r}", nearest_name(str(name), components)
        yield from (
            replace(problem, nearest=near)
            for problem in cells_wrong((names == name).to_numpy(), "unknown_component", what, terms.COMPONENT, NAME)
        )
    strange = ~keys[terms.PERIOD].isin(periods).to_numpy()
    yield from cells_wrong(strange, "unknown_period", f"the periods are 1 to {len(periods)}", terms.PERIOD, NAME)


def _untold(keys: pd.DataFrame, components: Sequence[str], periods: Sequence[int]) -> Iterator[Problem]:
    told = set(keys.itertuples(index=False, name=None))
    left = [(name, period) for name, period in product(components, periods) if (name, period) not in told]
    if left:
        named = first_few(left, said=lambda pair: f"{pair[0]} in period {pair[1]}")
        remedy = "add it: 1 where the price stays"
        yield Problem("factor_untold", f"no factor is told for {named}", Where(file=NAME), remedy=remedy)
