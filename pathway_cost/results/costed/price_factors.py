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
COLUMNS: Final = (terms.PERIOD, terms.COMPONENT, FACTOR)


def price_factors_of(stated: Any, cube: Cube) -> dict[str, Floats]:
    """Any table of period, component and factor → component → (P,) factors, for a cube that falls in P periods.

    Raises:
        EngineFaults: the cube falls in no periods.
        TableFaults: a column that is missing, or that nothing reads; a component or period that the cube does not have, or
            that is blank; a pair told twice; a factor that is no number above 0; and where all that holds, a pair not told.
    """
    periods, components = range(1, len(cube.known_periods.from_day) + 1), list(cube.components)
    table = as_pandas(stated)
    raise_if_any([*columns_missing(table, COLUMNS, NAME), *_columns_beside(table)], TableFaults)
    factor, unusable = numbers_of(table[FACTOR])
    component = text_of(table[terms.COMPONENT])
    if component is None:
        raise TableFaults([not_text(terms.COMPONENT, NAME)])
    keys = pd.DataFrame({terms.COMPONENT: component, terms.PERIOD: numbers_of(table[terms.PERIOD])[0]})
    problems = [
        *_unknown(keys, components, periods),
        *cells_wrong(unusable | (factor <= 0), "factor_unusable", "the factor is no number above 0", FACTOR, NAME),
        *_told_twice(keys),
    ]
    raise_if_any(problems or _untold(keys, components, periods), TableFaults)
    by_key = pd.Series(factor, index=pd.MultiIndex.from_frame(keys))
    return {name: np.asarray(by_key.loc[[(name, period) for period in periods]]) for name in components}


def _columns_beside(table: pd.DataFrame) -> Iterator[Problem]:
    """A factor holds for every organisation and setting, so a column that says otherwise would be read by nobody."""
    beside = [str(name) for name in table.columns if name not in COLUMNS]
    if beside:
        remedy = "take it out: a factor holds for a period and component, whoever bears them"
        yield Problem(
            "column_not_read", f"nothing reads the column {first_few(beside)}", Where(file=NAME), remedy=remedy
        )


def _unknown(keys: pd.DataFrame, components: Sequence[str], periods: Sequence[int]) -> Iterator[Problem]:
    names = keys[terms.COMPONENT].astype("object")
    blank = names.isna().to_numpy()
    yield from cells_wrong(blank, "component_missing", "the component is blank", terms.COMPONENT, NAME)
    for name in dict.fromkeys(names[~names.isin(components) & ~blank]):
        what, near = f"no pounds are of the component {name!r}", nearest_name(str(name), components)
        yield from (
            replace(problem, nearest=near)
            for problem in cells_wrong((names == name).to_numpy(), "unknown_component", what, terms.COMPONENT, NAME)
        )
    strange = ~keys[terms.PERIOD].isin(periods).to_numpy()
    yield from cells_wrong(strange, "unknown_period", f"the periods are 1 to {len(periods)}", terms.PERIOD, NAME)


def _told_twice(keys: pd.DataFrame) -> list[Problem]:
    again = keys.duplicated().to_numpy() & keys.notna().all(axis=1).to_numpy()
    what = "the component has a factor of this period already"
    return cells_wrong(again, "told_twice", what, terms.PERIOD, NAME, remedy="leave one")


def _untold(keys: pd.DataFrame, components: Sequence[str], periods: Sequence[int]) -> Iterator[Problem]:
    told = set(keys.itertuples(index=False, name=None))
    left = [(name, period) for name, period in product(components, periods) if (name, period) not in told]
    if left:
        named = first_few(left, said=lambda pair: f"{pair[0]} in period {pair[1]}")
        remedy = "add it: 1 where the price stays"
        yield Problem("factor_untold", f"no factor is told for {named}", Where(file=NAME), remedy=remedy)
