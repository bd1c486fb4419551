"""Frames of results for users of polars or Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """A frame of a result as an Arrow table; a column of numbers and words, such as `value` of the assumptions, is text.

    >>> import pandas as pd
    >>> to_arrow(pd.DataFrame({"scenario": ["hub"], "gbp": [90.0]})).column_names
    ['scenario', 'gbp']
    """
    found: pa.Table = _guest(frame).to_arrow()
    return found


def to_polars(frame: pd.DataFrame) -> Any:
    """A frame of a result as a polars DataFrame.

    Raises:
        ModuleNotFoundError: polars is not installed; nothing here needs it otherwise.
    """
    guest = _guest(frame)
    try:
        return guest.to_polars()
    except ModuleNotFoundError:
        raise ModuleNotFoundError("polars is not installed: `pip install polars`, or take `pc.to_arrow`") from None


def _guest(frame: Any) -> Any:
    """A frame as narwhals wraps it, its columns of one kind each.

    Raises:
        TypeError: it is no frame (a slip of who writes the code).
    """
    import narwhals as nw

    try:
        return nw.from_native(_of_one_kind(frame), eager_only=True)
    except TypeError:
        remedy = "give one of a result's frames, such as `result.by_setting`; `result.tables` has all of them"
        raise TypeError(f"a {type(frame).__name__} is no dataframe: {remedy}") from None


def _of_one_kind(frame: Any) -> Any:
    """A frame of pandas whose columns of numbers and words are text; any other frame as it is."""
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        return frame
    mixed = [name for name in frame if pd.api.types.is_object_dtype(frame[name]) and _is_mixed(frame[name])]
    return frame.assign(**{str(name): frame[name].map(str, na_action="ignore").astype("str") for name in mixed})


def _is_mixed(column: pd.Series) -> bool:
    kinds = set(map(type, column.dropna()))
    return str in kinds and len(kinds) > 1
