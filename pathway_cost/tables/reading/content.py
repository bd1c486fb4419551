"""The content of a table as a hash: the same for the same cells, whichever library of dataframes held them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

_WHOLE_BELOW = 2.0**53  # a float counts whole numbers one by one up to here


def content_hash(table: pd.DataFrame) -> str:
    """SHA-256 of a table's columns as they stand: names, kinds and cells, row by row; the order of both counts.

    Whole numbers are the same as numbers and as fractions, and so are text plain and in categories, and every cell
    without a value.

    >>> one, other = pd.DataFrame({"age": [60, 71]}), pd.DataFrame({"age": [60.0, 71.0]})
    >>> content_hash(one) == content_hash(other), content_hash(one) == content_hash(other.iloc[::-1])
    (True, False)
    """
    digest = hashlib.sha256(f"{len(table)} rows".encode())
    for place, name in enumerate(table.columns):
        kind, *parts = _parts(table.iloc[:, place])
        digest.update(f"\0{len(str(name))} {name} {kind}\0".encode())
        for part in parts:
            digest.update(part)
    return digest.hexdigest()


def _parts(column: pd.Series) -> Iterator[Any]:
    """What a column holds, as its kind and bytes: which cells have a value, and the values."""
    there = column.notna().to_numpy(dtype=bool)
    cells = column if there.all() else column[there]
    if isinstance(cells.dtype, pd.CategoricalDtype):
        cells = cells.astype(cells.cat.categories.dtype)
    types = pd.api.types
    if cells.empty:
        yield "nothing"
    elif types.is_bool_dtype(cells.dtype):
        yield from ("flags", there.tobytes(), cells.to_numpy(dtype=bool).tobytes())
    elif types.is_integer_dtype(cells.dtype) or types.is_float_dtype(cells.dtype):
        yield from ("numbers", there.tobytes(), _of_numbers(cells))
    else:
        yield from ("texts", there.tobytes(), *_of_texts(cells))


def _of_numbers(cells: pd.Series) -> bytes:
    """Eight bytes a number: as whole numbers where all are, as fractions else."""
    if pd.api.types.is_integer_dtype(cells.dtype):
        return cells.to_numpy().astype("<i8").tobytes()
    numbers = cells.to_numpy(dtype=np.float64)
    whole = bool(np.all(np.isfinite(numbers) & (np.abs(numbers) < _WHOLE_BELOW) & (np.trunc(numbers) == numbers)))
    return numbers.astype("<i8" if whole else "<f8").tobytes()


def _of_texts(cells: pd.Series) -> Iterator[bytes]:
    """How many bytes each text has, and all of them in one."""
    import pyarrow as pa

    text = isinstance(cells.dtype, pd.StringDtype)
    array = pa.array(cells if text else [_text(cell) for cell in cells], pa.large_string())
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], pa.large_string())
    _, ends, content = array.buffers()
    place = np.frombuffer(ends, "<i8")[array.offset : array.offset + len(array) + 1]
    yield np.diff(place).tobytes()
    yield b"" if content is None else memoryview(content)[place[0] : place[-1]].tobytes()


def _text(cell: Any) -> str:
    """A cell as text, a day or time as ISO writes it; of whichever type a library made it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, dt.date | np.datetime64):
        return pd.Timestamp(cell).isoformat()
    return format(cell.normalize(), "f") if isinstance(cell, Decimal) else str(cell)
