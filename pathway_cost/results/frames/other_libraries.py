"""Frames of results for users of polars or Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """A frame of a result as an Arrow table.

    >>> import pandas as pd
    >>> to_arrow(pd.DataFrame({"scenario": ["hub"], "gbp": [90.0]})).column_names
    ['scenario', 'gbp']
    """
    import narwhals as nw

    return nw.from_native(frame, eager_only=True).to_arrow()


def to_polars(frame: pd.DataFrame) -> Any:
    """A frame of a result as a polars DataFrame.

    Raises:
        ModuleNotFoundError: polars is not installed; nothing here needs it otherwise.
    """
    import narwhals as nw

    try:
        return nw.from_native(frame, eager_only=True).to_polars()
    except ModuleNotFoundError:
        raise ModuleNotFoundError("polars is not installed: `pip install polars`, or take `pc.to_arrow`") from None
