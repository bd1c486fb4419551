"""Columns of tables that users bring: any dataframe in, text that stays text, numbers that are numbers."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost.errors import Form, Problem, TableFaults, Where, first_few, holds_nhs_number, nearest_cell
from pathway_cost.tables.reading.indices import with_index_columns

_TEN_DIGITS = 10.0**9
_MOST = 10**300  # a whole number of Python may be greater than any float


def as_pandas(frame: Any) -> pd.DataFrame:
    """Any dataframe, eager or lazy (pandas, Arrow, Polars, DuckDB, Ibis …), as pandas with rows from 0.

    Named row labels of pandas become columns.

    Raises:
        TableFaults: it is no table; columns of unlike length.

    >>> as_pandas({"age": [60, 71]})
       age
    0   60
    1   71
    """
    if isinstance(frame, Mapping):
        return _of_columns(frame)
    if isinstance(frame, pd.DataFrame):
        return with_index_columns(_without_dictionaries(frame))
    kind = type(frame).__name__
    import narwhals as nw

    try:
        guest = nw.from_native(_as_table(frame))
        eager = guest.collect() if isinstance(guest, nw.LazyFrame) else guest
        return as_pandas(eager.to_pandas())
    except TypeError:
        raise TableFaults([_no_table(f"a {kind} is no table")]) from None
    except TableFaults:
        raise
    except Exception as error:  # noqa: BLE001 - of any library, whose message may hold cells
        what, remedy = (
            f"a {kind} cannot be read ({type(error).__name__})",
            "make it a dataframe of pandas, and give that",
        )
        raise TableFaults([Problem("no_table", what, remedy=remedy)]) from None


def _as_table(frame: Any) -> Any:
    """A batch of rows of Arrow as the table it is; anything else as it is."""
    pa = sys.modules.get("pyarrow")
    return frame if pa is None or not isinstance(frame, pa.RecordBatch) else pa.Table.from_batches([frame])


def _without_dictionaries(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with Arrow's dictionary columns as what they hold; the very frame where it has none."""
    import pyarrow as pa

    for place, kind in enumerate(frame.dtypes):
        if isinstance(kind, pd.ArrowDtype) and pa.types.is_dictionary(kind.pyarrow_dtype):
            plain = frame.iloc[:, place].astype(pd.ArrowDtype(kind.pyarrow_dtype.value_type))
            frame = frame.copy(deep=False)
            frame.isetitem(place, plain.array)
    return frame


def _of_columns(columns: Mapping[str, Any]) -> pd.DataFrame:
    try:
        return pd.DataFrame(dict(columns))
    except ValueError:
        raise TableFaults([_no_table("the columns do not have one value a row each")]) from None


def _no_table(what: str) -> Problem:
    return Problem("no_table", what, remedy="give a dataframe, or column → values: {'age': [60, 71]}")


def renamed(frame: pd.DataFrame, columns: Mapping[str, str], *, file: str) -> pd.DataFrame:
    """The frame with our names; `columns` is our name → theirs.

    Raises:
        TableFaults: one of their names is not in the table, or would clash with one that is.
    """
    problems = [
        Problem(
            "column_missing",
            f"the table has no column {theirs!r}, wanted as {ours!r}",
            Where(file=file, item=theirs),
            nearest_cell(theirs, frame.columns, Form.HEADER),
            "correct the name in `columns:`",
        )
        for ours, theirs in columns.items()
        if theirs not in frame.columns
    ]
    named = [(ours, theirs) for ours, theirs in columns.items() if ours != theirs and theirs in frame.columns]
    clashes = [ours for ours, _ in named if ours in frame.columns]
    problems += [
        Problem(
            "column_named_twice",
            f"the table already has a column {ours!r} of its own",
            Where(file=file, item=ours),
            remedy=f"rename it, or leave {ours!r} out of `columns:`",
        )
        for ours in clashes
        if ours not in columns.values()
    ]
    if problems:
        raise TableFaults(problems)
    return frame.rename(columns={theirs: ours for ours, theirs in columns.items()})


def text_of(column: pd.Series) -> pd.Series | None:
    """The column as text, blank cells missing; None where it holds fractions, dates, truth values or a mixture.

    >>> text_of(pd.Series(["NA", "0100", "5E1", "Frail "])).tolist()
    ['NA', '0100', '5E1', 'Frail ']
    >>> text_of(pd.Series([1.5, 2.5])) is None
    True
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = _uncoded(column)
    if pd.api.types.is_integer_dtype(column):
        return column.astype("str").where(column.notna())
    if column.isna().all():
        return pd.Series(pd.NA, index=column.index, dtype="str")
    if not pd.api.types.is_string_dtype(column) and not pd.api.types.is_string_dtype(column.dropna()):
        return None
    text = column.astype("str")
    return text.where(text != "")


def _uncoded(column: pd.Series) -> pd.Series:
    """A column of categories as what they are; whole numbers and truth values may be missing."""
    kind = column.cat.categories.dtype
    with_gaps: Any = {"i": "Int64", "u": "UInt64", "b": "boolean"}.get(kind.kind)
    return column.astype(with_gaps if with_gaps is not None and column.hasnans else kind)


def numbers_of(column: pd.Series) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The column as finite numbers, and which rows are not; blank cells are not.

    >>> numbers_of(pd.Series(["60", "sixty", ""]))
    (array([60., nan, nan]), array([False,  True,  True]))
    """
    numbers = _numbers_at_once(column)
    if numbers is None:
        cells = _cells_of_numbers(column)
        numbers = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return numbers, ~np.isfinite(numbers)


def are_nhs_numbers(numbers: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which numbers have ten digits and pass the check of an NHS number: no age, price or count does.

    >>> are_nhs_numbers(np.array([9434765919.0, 9434765918.0, 60.0, np.nan])).tolist()
    [True, False, False, False]
    """
    ten = (numbers >= _TEN_DIGITS) & (numbers < 10 * _TEN_DIGITS) & (np.floor(numbers) == numbers)
    ten[ten] = [holds_nhs_number(f"{number:.0f}") for number in numbers[ten]]
    return np.asarray(ten)


def _cells_of_numbers(column: pd.Series) -> pd.Series:
    """The column with nothing but numbers and texts; a date, duration, truth value, list or complex number is missing.

    pandas would count a duration's billionths of a second.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _cells_of_numbers(_uncoded(column))
    types = pd.api.types
    if types.is_numeric_dtype(column) and not types.is_bool_dtype(column) and not types.is_complex_dtype(column):
        return column
    if types.is_string_dtype(column.dtype) and column.dtype != object:
        return column
    cells = [cell if _is_number_or_text(cell) else None for cell in column.astype(object)]
    return pd.Series(cells, index=column.index, dtype=object)


def _is_number_or_text(cell: object) -> bool:
    if isinstance(cell, int):
        return not isinstance(cell, bool) and abs(cell) < _MOST
    return isinstance(cell, float | Decimal | np.integer | np.floating | str)


def _numbers_at_once(column: pd.Series) -> NDArray[np.float64] | None:
    """A text column that holds nothing but numbers, ten times faster than cell by cell; None where it does not."""
    if not isinstance(column.dtype, pd.StringDtype):
        return None
    import pyarrow as pa

    try:
        cast = pa.array(column).cast(pa.float64())
    except pa.ArrowInvalid:
        return None
    return np.asarray(cast.to_numpy(zero_copy_only=False), dtype=np.float64)


def without_invisible(texts: pd.Series) -> pd.Series:
    """Texts without spaces and signs that nobody sees; the very column where none has any.

    >>> without_invisible(pd.Series(["A1", " A 1", "A1\u200b"])).tolist()
    ['A1', 'A1', 'A1']
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    array = pa.array(texts)
    if not pc.any(pc.match_substring_regex(array, r"[^\x21-\x7e]")).as_py():
        return texts
    return pd.Series(pc.replace_substring_regex(array, r"[\s\pZ\p{Cf}\p{Cc}]", ""), index=texts.index, dtype="str")


def rises(column: pd.Series) -> bool:
    """Whether each text is above the one before, so that none is there twice.

    >>> rises(pd.Series(["a", "b", "c"])), rises(pd.Series(["a", "c", "b"])), rises(pd.Series(["a", "a"]))
    (True, False, False)
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pa.array(column)
    return bool(pc.all(pc.less(texts[:-1], texts[1:]), skip_nulls=False).as_py())


def rows_text(rows: NDArray[np.bool_] | Iterable[int]) -> str:
    """Row numbers from 1 (the first row below the header), at most five, and how many more.

    >>> rows_text(np.array([True, False, True]))
    'rows 1, 3'
    >>> rows_text(range(1200))
    'rows 1, 2, 3, 4, 5 and 1,195 more'
    """
    numbers = np.flatnonzero(rows) if isinstance(rows, np.ndarray) and rows.dtype == bool else np.fromiter(rows, int)
    return (
        f"row{'' if len(numbers) == 1 else 's'} {first_few(range(len(numbers)), said=lambda at: str(numbers[at] + 1))}"
    )


def first_row(rows: NDArray[np.bool_]) -> int:
    """Number (from 1) of the first row that is marked."""
    return int(np.argmax(rows)) + 1
