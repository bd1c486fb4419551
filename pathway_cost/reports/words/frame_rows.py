"""A frame as plain rows, for those who write one line a row."""

from __future__ import annotations

from typing import Any

import pandas as pd


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """One dict a row, columns by name.

    >>> rows_of(pd.DataFrame({"setting": ["ward"], "gbp": [1200.0]}))
    [{'setting': 'ward', 'gbp': 1200.0}]
    """
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
