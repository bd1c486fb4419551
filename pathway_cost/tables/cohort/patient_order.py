"""One order of the patients, whatever the order of the table's rows: sums over them then come out alike to the last bit."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost.tables.cohort.segments import Codes, Floats
from pathway_cost.tables.reading import rises

Integers = NDArray[np.int64]


def patient_order(ids: pd.Series | None, base: Codes, numbers: Iterable[Floats], weight: Floats) -> Integers:
    """Row numbers of a cohort in one fixed order: by patients' ids or, where it names none, by all that is said of them.

    Args:
        ids: (N,) text, each once; None where the table names no patient.
        base: (N,) which level attributes a row has.
        numbers: (N,) a numeric attribute, each.
        weight: (N,) patients a row stands for.

    Returns:
        (N,) rows of the table, from 0; those alike in everything keep their order.

    >>> patient_order(pd.Series(["b", "c", "a"]), np.zeros(3, np.int32), [], np.ones(3)).tolist()
    [2, 0, 1]
    >>> patient_order(None, np.array([1, 0, 1], np.int32), [np.array([60.0, 70.0, 50.0])], np.ones(3)).tolist()
    [1, 2, 0]
    """
    if ids is None:
        least_first = [weight, *reversed(list(numbers)), base.astype(np.float64)]
        return np.lexsort(least_first).astype(np.int64, copy=False)
    if rises(ids):
        return np.arange(len(ids))
    import pyarrow as pa
    import pyarrow.compute as pc

    return np.asarray(pc.sort_indices(pa.array(ids)), dtype=np.int64)
