"""Draws that a user brings: the table checked once, and what its values mean for a scenario's own parameters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.draws.far_draws import no_multiplier
from pathway_cost.errors import (
    Form,
    Problem,
    TableFaults,
    Where,
    is_small_number,
    may_show,
    nearest_name,
    raise_if_any,
)
from pathway_cost.specs.format import Fixed, Parameter
from pathway_cost.tables.reading import as_pandas, form_of, numbers_of

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

CLOSE = 1e-6  # shares written with six decimals are taken to sum to 1


def given_values(values: Floats, of: Parameter | None, parameter: Parameter) -> Floats | None:
    """The draws (D,) of a parameter, for this version of it.

    Args:
        values: (D,) draws.
        of: the parameter they are draws of; None where they fit any.
        parameter: the same, or a scenario's own version of it.

    Returns:
        (D,) values: in proportion where the version is another number; None where it is worked out from something
        else, or where there is nothing to be in proportion to.

    >>> given_values(np.array([3.0, 5.0]), Parameter.model_validate(4), Parameter.model_validate(2)).tolist()
    [1.5, 2.5]
    """
    if of is None or of.value == parameter.value:
        return values
    if not isinstance(of.value, Fixed) or not isinstance(parameter.value, Fixed) or of.value.number == 0:
        return None
    return values * (parameter.value.number / of.value.number)


def checked_columns(
    columns: Mapping[str, Any] | pd.DataFrame,
    parameters: Mapping[str, Parameter],
    unit_costs: Collection[str],
    file: str,
) -> dict[str, Floats]:
    """Every column as (D,) numbers. Raises TableFaults with every fault of the table."""
    columns = _with_row_labels(columns)
    cells = {str(name): _numbers(values) for name, values in columns.items()}
    shares = _shares(parameters)
    problems = [
        *no_rows(cells, file),
        *columns_of_unlike_length(cells, file),
        *unknown_column(cells, parameters, unit_costs, file),
        *column_of_no_number(cells, parameters, file),
        *cell_not_finite(cells, file, columns),
        *shares_incomplete(cells, shares, file),
    ]
    raise_if_any(problems or [*no_multiplier(cells, file), *shares_do_not_sum_to_one(cells, shares, file)], TableFaults)
    return {**cells, **_closed(cells, shares)}


def no_rows(cells: Mapping[str, Floats], file: str) -> list[Problem]:
    """A table without columns or rows."""
    some = any(len(column) for column in cells.values())
    return [] if some else [Problem("no_rows", "the table of draws is empty", Where(file))]


def columns_of_unlike_length(cells: Mapping[str, Floats], file: str) -> list[Problem]:
    """Columns that do not have one value a draw."""
    lengths = {name: len(column) for name, column in cells.items()}
    if len(set(lengths.values())) < 2:
        return []
    what = f"the columns have unlike numbers of rows: {', '.join(f'{_told(name, place)} {count}' for place, (name, count) in enumerate(lengths.items()))}"
    return [Problem("columns_of_unlike_length", what, Where(file))]


def unknown_column(
    cells: Mapping[str, Floats], parameters: Mapping[str, Parameter], unit_costs: Collection[str], file: str
) -> list[Problem]:
    """A column that is no parameter, share of counts or unit cost."""
    known = [*parameters, *(each for names in _shares(parameters).values() for each in names), *unit_costs]
    return [
        Problem(
            "unknown_column",
            f"no parameter is called {name!r}" if said == name else f"the name of {said} is no parameter",
            Where(file, item=said.strip()),
            nearest_name(name, known),
            "a column is a parameter, <parameter>.<destination> of a row of counts, or unit_cost:<organisation>:<key>",
        )
        for place, name in enumerate(cells)
        if name not in known
        for said in [_told(name, place, known)]
    ]


def _told(name: str, place: int, known: Iterable[str] = ()) -> str:
    """The name of a column as a message may say it, else its number."""
    may_say = may_show(name, Form.DRAWN) or may_show(name, Form.HEADER, known)
    return name if may_say else f"column {place + 1}"


def _number_said(number: str) -> str:
    return number if is_small_number(number) else "the number alone"


def column_of_no_number(cells: Mapping[str, Floats], parameters: Mapping[str, Parameter], file: str) -> list[Problem]:
    """A column for a parameter that is a table, a formula or a row of counts."""
    return [
        Problem(
            "column_of_no_number",
            f"{name!r} is {'a row of counts' if counts else 'not one plain number'}, which one column cannot give",
            Where(file, item=name),
            remedy=f"give a column for each of {', '.join(counts)}"
            if counts
            else "give draws of the parameters it reads",
        )
        for name in cells
        if name in parameters and not isinstance(parameters[name].value, Fixed)
        for counts in [_shares({name: parameters[name]}).get(name, [])]
    ]


def cell_not_finite(cells: Mapping[str, Floats], file: str, written: Mapping[str, Any] | pd.DataFrame) -> list[Problem]:
    """Cells that are no finite number: the first of each column, how it is written, and how many there are."""
    return [
        Problem(
            "cell_not_finite",
            "not a finite number" + (f" (and {len(rows) - 1} more of this column)" if len(rows) > 1 else ""),
            Where(file, row=int(rows[0]) + 1, item=name),
            remedy=None if form is None else f"it has {form[0]}; write {_number_said(form[1])}",
        )
        for name, column in cells.items()
        for rows in [np.flatnonzero(~np.isfinite(column))]
        if len(rows)
        for form in [form_of(str(list(written[name])[rows[0]]))]
    ]


def shares_incomplete(cells: Mapping[str, Floats], shares: Mapping[str, list[str]], file: str) -> list[Problem]:
    """Some, but not all destinations of a row of counts."""
    return [
        Problem(
            "shares_incomplete",
            f"the shares of {name!r} come together: {', '.join(missing)} missing",
            Where(file, item=name),
            remedy="give a column for every destination",
        )
        for name, goals in shares.items()
        for missing in [[goal for goal in goals if goal not in cells]]
        if 0 < len(missing) < len(goals)
    ]


def shares_do_not_sum_to_one(cells: Mapping[str, Floats], shares: Mapping[str, list[str]], file: str) -> list[Problem]:
    """Rows in which the destinations of a row of counts do not share out everybody."""
    return [
        Problem(
            "shares_do_not_sum_to_one",
            f"the shares sum to {total[rows[0]]:.6g}" + (f" (and {len(rows) - 1} more rows)" if len(rows) > 1 else ""),
            Where(file, row=int(rows[0]) + 1, item=name),
        )
        for name, goals in shares.items()
        if all(goal in cells for goal in goals)
        for given in [np.stack([cells[goal] for goal in goals])]
        for total in [given.sum(axis=0)]
        for rows in [np.flatnonzero((np.abs(total - 1) > CLOSE) | (given.min(axis=0) < 0))]
        if len(rows)
    ]


def _shares(parameters: Mapping[str, Parameter]) -> dict[str, list[str]]:
    """Row of counts → the names of its shares."""
    return {
        name: [f"{name}.{goal}" for goal in parameter.counts]
        for name, parameter in parameters.items()
        if parameter.counts is not None
    }


def _closed(cells: Mapping[str, Floats], shares: Mapping[str, list[str]]) -> dict[str, Floats]:
    """The shares that were given, summing to 1 in every row."""
    return {
        goal: cells[goal] / sum(cells[each] for each in goals)
        for goals in shares.values()
        if all(goal in cells for goal in goals)
        for goal in goals
    }


def _with_row_labels(columns: Mapping[str, Any] | pd.DataFrame) -> Mapping[str, Any] | pd.DataFrame:
    """The columns, with the named row labels of a dataframe among them."""
    import pandas as pd

    return as_pandas(columns) if isinstance(columns, pd.DataFrame) else columns


def _numbers(column: Any) -> Floats:
    """(D,) numbers; nan where a cell is none."""
    import pandas as pd

    return numbers_of(column if isinstance(column, pd.Series) else pd.Series(list(column)))[0]
