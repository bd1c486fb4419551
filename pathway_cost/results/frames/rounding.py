"""Rounding for print: shown parts sum to the shown total (largest remainder)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers = Sequence[float] | NDArray[np.float64] | pd.Series


def round_to_sum(values: Numbers, digits: int = 2, *, total: float | None = None) -> NDArray[np.float64]:
    """Round parts so that they sum to their rounded total.

    Every part is rounded down, then the units still missing go to the largest remainders; of equal
    remainders the earlier part gets it. A missing part (NaN) stays missing.

    Args:
        values: parts, shape (n,).
        digits: decimal places shown; 0 for whole pounds, -3 for thousands.
        total: the whole where it was summed elsewhere; the sum of the parts when left out.

    Returns:
        The rounded parts, shape (n,); each is within one unit of its part.

    Raises:
        ValueError: the parts do not sum to `total` within one unit a part.

    Source: R30 of the costing rules.

    >>> round_to_sum([33.335, 33.335, 33.33], 2).tolist()
    [33.34, 33.33, 33.33]
    >>> round_to_sum([0.4, 0.4, 0.4], 0).tolist()
    [1.0, 0.0, 0.0]
    """
    parts = np.array(values, dtype=np.float64)
    known = np.isfinite(parts)
    parts[known] = _shared_out(parts[known], digits, total)
    return parts


def _shared_out(parts: NDArray[np.float64], digits: int, total: float | None) -> NDArray[np.float64]:
    scaled = parts * 10.0**digits
    units = np.floor(scaled)
    whole = float(parts.sum()) if total is None else total
    missing = round(round(whole, digits) * 10.0**digits - float(units.sum()))
    if not 0 <= missing <= parts.size:
        raise ValueError(f"parts that sum to {parts.sum():.{max(digits, 0)}f} cannot be shown as parts of {whole}")
    units[np.argsort(units - scaled, kind="stable")[:missing]] += 1.0
    rounded = units / 10.0**digits
    return np.round(rounded, digits) + 0.0 if digits >= 0 else rounded
