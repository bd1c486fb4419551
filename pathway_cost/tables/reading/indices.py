"""Row labels of a dataframe are columns like any other where they are named: patients' ids are often among them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pandas as pd

from pathway_cost.errors import Form, Problem, TableFaults, Where, raise_if_any, shown, told

ROW_LABEL: Final = "row label"
"""The column that row labels become which have no name."""


def with_index_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with rows from 0, its named row labels as its first columns.

    Labels that are whole numbers without a name count the rows and hold nothing; others without a name become columns
    `row label`, which nobody reads and the notes tell.

    Raises:
        TableFaults: two columns have one name, or a label has the name of a column and says something else.

    >>> with_index_columns(pd.DataFrame({"age": [60, 71]}, index=pd.Index(["A1", "A2"], name="patient_id")))
      patient_id  age
    0         A1   60
    1         A2   71
    """
    twice = frame.columns[frame.columns.duplicated()].unique()
    raise_if_any(_twice(map(str, twice)), TableFaults)
    index = frame.index
    if isinstance(index, pd.RangeIndex) and index.name is None:
        return frame if index.start == 0 and index.step == 1 else frame.reset_index(drop=True)
    labels: dict[str, pd.Index] = {}
    for place, name in enumerate(index.names):
        values = index.get_level_values(place)
        if name is None and pd.api.types.is_integer_dtype(values.dtype):
            continue
        labels[ROW_LABEL if name is None else str(name)] = values
    own = frame.reset_index(drop=True)
    new = {name: values for name, values in labels.items() if not _same(own, name, values)}
    return pd.concat([pd.DataFrame(new), own], axis=1) if new else own


def _twice(names: Iterable[str]) -> list[Problem]:
    return [
        Problem(
            "column_named_twice",
            f"two columns are called {shown(name, Form.HEADER)}",
            Where(item=told(name, Form.HEADER)),
            remedy="keep one of them",
        )
        for name in names
    ]


def _same(own: pd.DataFrame, name: str, values: pd.Index) -> bool:
    """Whether a column of that name says the same already."""
    if name not in own.columns:
        return False
    if not own[name].equals(pd.Series(values, name=name)):
        what = f"the row labels and a column are both called {shown(name, Form.HEADER)}, and differ"
        where = Where(item=told(name, Form.HEADER))
        raise TableFaults([Problem("column_named_twice", what, where, remedy="keep one of them")])
    return True
