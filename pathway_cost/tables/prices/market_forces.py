"""Market forces factors: a user's table, applied to the organisations it names."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.errors import Problem, TableFaults, Where, raise_if_any
from pathway_cost.tables.reading import (
    as_pandas,
    cells_wrong,
    columns_missing,
    first_row,
    not_text,
    numbers_of,
    numbers_wrong,
    rows_text,
    text_of,
)

LOWEST: Final = 0.5  # beyond these a factor cannot be meant: those of NHS England lie between 1.0 and 1.3
HIGHEST: Final = 2.0
FACTOR: Final = "factor"  # of a national price: 1.08 is 8% dearer than the national level
COLUMNS: Final = (terms.ORGANISATION, FACTOR)


def market_forces(frame: Any, *, where: str = "mff") -> dict[str, float]:
    """Organisation → factor, out of any dataframe with the columns organisation and factor.

    Raises:
        TableFaults: a column is missing, an organisation is blank, no text or there twice, or a factor is not above 0 or none
            that can be meant.

    >>> market_forces({"organisation": ["RXX"], "factor": ["1.08"]})
    {'RXX': 1.08}
    """
    table = as_pandas(frame)
    raise_if_any(columns_missing(table, COLUMNS, where), TableFaults)
    organisation = text_of(table[terms.ORGANISATION])
    if organisation is None:
        raise TableFaults([not_text(terms.ORGANISATION, where)])
    factor, bad = numbers_of(table[FACTOR])
    missing, twice = organisation.isna().to_numpy(), organisation.duplicated().to_numpy()
    problems = numbers_wrong(
        table[FACTOR],
        bad | (factor <= 0),
        "factor_is_not_a_factor",
        "the factor is not above 0",
        file=where,
        may_show=True,
    )
    problems += _not_meant(factor, where)
    problems += cells_wrong(missing, "value_missing", "the organisation is blank", terms.ORGANISATION, where)
    problems += cells_wrong(
        twice & ~missing, "factor_given_twice", "the organisation has an earlier factor", FACTOR, where
    )
    raise_if_any(problems, TableFaults)
    return {str(name): float(value) for name, value in zip(organisation, factor, strict=True)}


def _not_meant(factors: NDArray[np.float64], file: str) -> list[Problem]:
    """Factors that are far from 1, each with what may have been meant: 108 for 1.08."""
    problems = []
    for factor in dict.fromkeys(factors[(factors > HIGHEST) | ((factors > 0) & (factors < LOWEST))].tolist()):
        rows = factors == factor
        percent = f": did you mean {factor:g}%? Write {factor / 100:g}" if LOWEST <= factor / 100 <= HIGHEST else ""
        what = f"a market forces factor lies between {LOWEST:g} and {HIGHEST:g}; found {factor:g}{percent} ({rows_text(rows)})"
        problems.append(Problem("factor_not_meant", what, Where(file=file, row=first_row(rows), item=FACTOR)))
    return problems
