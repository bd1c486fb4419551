"""The user's own draws held against what is stated: multipliers of prices that are pounds, columns in another unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.specs.format import Fixed, Parameter

Floats = NDArray[np.float64]

LEAST_MEAN, GREATEST_MEAN = 0.2, 5.0
"""Beyond these the mean of a multiplier is no uncertainty about a price."""
UNIT_COST: Final = "unit_cost"  # before the names of columns of prices
SAME: Final = 1e-5  # draws written with five decimals are taken to reach the value that is stated
IS_1: Final = "a multiplier of the price: 1 is the price as it is"


def no_multiplier(columns: Mapping[str, Floats], file: str) -> list[Problem]:
    """Columns of prices that cannot be meant as multipliers: below 0, or pounds.

    >>> [problem.what for problem in no_multiplier({"unit_cost:RXX:ward": np.array([440.0, 460.0])}, "draws.csv")]
    ['the column is a multiplier of the price: 1 is the price as it is; found 440 to 460']
    """
    found = []
    for name, column in columns.items():
        if not name.startswith(f"{UNIT_COST}:"):
            continue
        below = np.flatnonzero(column < 0)
        if len(below):
            where = Where(file, row=int(below[0]) + 1, item=name)
            more = f" ({len(below):,} rows below 0)" if len(below) > 1 else ""
            what = f"the column is {IS_1}, never below 0; found {column[below[0]]:,.6g}{more}"
            found.append(Problem("no_multiplier", what, where, remedy="write draw ÷ price"))
        elif not LEAST_MEAN <= column.mean() <= GREATEST_MEAN:
            what = f"the column is {IS_1}; found {_range(column)}"
            found.append(
                Problem("no_multiplier", what, Where(file, item=name), remedy="write draw ÷ price, not pounds")
            )
    return found


def stated_outside_draws(
    columns: Mapping[str, Floats], parameters: Mapping[str, Parameter], file: str
) -> list[Problem]:
    """Warnings of columns in which every draw lies on the same side of what is stated: perhaps another unit.

    >>> los = Parameter.model_validate({"value": 4, "unit": "day"})
    >>> print(*stated_outside_draws({"los": np.array([0.5, 0.7])}, {"los": los}, "draws.csv"))
    draws.csv (los): the draws are 0.5 to 0.7 and never reach the 4 day that is stated; give draws of the same number, in the same unit
    """
    stated = dict(_stated(parameters))
    found = []
    for name, column in columns.items():
        number, unit = stated.get(name, (1.0, None))
        close = SAME * max(abs(number), 1.0)
        if column.min() - close <= number <= column.max() + close:
            continue
        if name in stated:
            what = f"the draws are {_range(column)} and never reach the {number:,.6g}{f' {unit}' if unit else ''} that is stated"
            remedy = "give draws of the same number, in the same unit"
        else:
            what, remedy = f"{IS_1}; found {_range(column)}", "write draw ÷ price"
        found.append(Problem("stated_outside_draws", what, Where(file, item=name), None, remedy, Severity.WARNING))
    return found


def _stated(parameters: Mapping[str, Parameter]) -> Iterator[tuple[str, tuple[float, str | None]]]:
    """(name, its number and unit) of what a column may be of; of a row of counts the shares."""
    for name, parameter in parameters.items():
        if parameter.counts is not None:
            total = sum(parameter.counts.values())
            yield from ((f"{name}.{goal}", (count / total, None)) for goal, count in parameter.counts.items())
        elif isinstance(parameter.value, Fixed):
            yield name, (parameter.value.number, parameter.unit)


def _range(column: Floats) -> str:
    low, high = f"{column.min():,.6g}", f"{column.max():,.6g}"
    return low if low == high else f"{low} to {high}"
