"""Tables kept in memory: a copy that nobody else can write in, and nothing in it of columns that nobody reads."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.tables.reading.blank_rows import blank_rows
from pathway_cost.tables.reading.columns import as_pandas


def own_frame(given: Any) -> pd.DataFrame:
    """Any dataframe → its content as pandas, which stays as it is whatever is done to what was given.

    Text of Arrow, which never changes, is not copied.

    >>> ages = np.array([60.0, 71.0])
    >>> own = own_frame(pd.DataFrame({"age": ages}, copy=False))
    >>> ages[0] = 99
    >>> own["age"].tolist()
    [60.0, 71.0]
    """
    own = as_pandas(given).copy()
    for place, kind in enumerate(own.dtypes):
        if isinstance(kind, pd.ArrowDtype) and kind.kind != "O":  # Arrow may stand on an array of the user's
            own.isetitem(place, own.iloc[:, place].array.take(np.arange(len(own))))
    return own


def without_unread(frame: pd.DataFrame, read: Collection[str]) -> pd.DataFrame:
    """A table of patients without what stands in columns that nobody reads: their names stay, for messages.

    The first of them says which rows are blank there and, of weighted rows without ids, which are alike: a number a kind. The
    others are empty.

    >>> people = pd.DataFrame({"surname": ["Hall", "Hill", ""], "born": ["1950", "1960", ""], "age": [74, 64, 80]})
    >>> without_unread(people, ["age"]).to_numpy(dtype=object, na_value=None).tolist()
    [[0, None, 74], [0, None, 64], [None, None, 80]]
    """
    unread = [name for name in frame.columns if name not in read]
    if not unread:
        return frame
    kept, first = frame.copy(deep=False), _told_apart(frame, unread)
    for name in unread:
        kept[name] = first if name == unread[0] else pd.Series(pd.NA, index=frame.index, dtype="Int8")
    return kept


def _told_apart(frame: pd.DataFrame, unread: list[str]) -> pd.Series:
    """For each row what tells it from others in columns that nobody reads; missing where they are blank."""
    hidden = frame[unread]
    if terms.WEIGHT in frame.columns and terms.PATIENT_ID not in frame.columns:
        kind = hidden.astype("str").groupby(unread, sort=False, dropna=False).ngroup().to_numpy()
    else:
        kind = np.zeros(len(frame), dtype=np.int64)
    return pd.Series(kind, index=frame.index).astype("Int64").mask(blank_rows(hidden))
