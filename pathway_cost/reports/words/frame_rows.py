"""A frame as plain rows, for those who write one line a row."""

from __future__ import annotations

from typing import Any

import pandas as pd


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """One dict a row, columns by name.

    >>> rows_of(pd.DataFrame({"setting": ["ward"], "gbp": [1200.0]}))
    [{'setting': 'ward', 'gbp': 1200.0}]
    """
    names = [str(name) for name in frame.columns]
    columns = [column.tolist() for _, column in frame.items()]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
