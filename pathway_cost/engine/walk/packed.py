"""What a visit of `compiled_plain` reads, laid together in memory."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.walk.walk_tables import WalkTables

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Records = NDArray[np.void]

FEW_WAYS: Final = 3  # ways out of a setting but one: up to here all are looked at, wherever the walker is

_PLACE: Final = np.dtype([("key", "u8"), ("ways", "i8"), ("cells", "i8"), ("moves", "i8")])
_CELL: Final = np.dtype([("entry_gbp", "f8"), ("day_gbp", "f8")])
_MOVE: Final = np.dtype(
    [
        ("cumulative", "f8"),
        ("target", "i8"),
        ("gbp", "f8"),
        ("stay_mean", "f8"),
        ("stay_table", "i8"),
        ("stay_kind", "i8"),
        ("stay_first", "i8"),
        ("wait_mean", "f8"),
    ]
)


class Packed(NamedTuple):
    """What visits read, each visit from neighbouring memory.

    places (S,); cells (X,); bounds (X, W) cumulative shares of all ways out but the last, filled up with 2, where no
    setting has more than W + 1, else (0, W); moves (Y,); edges (Y,) of the moves; whether anybody ever waits.
    """

    places: Records
    cells: Records
    bounds: Floats
    moves: Records
    edges: Integers
    waits: bool


def packed_of(tables: WalkTables) -> Packed:
    """The tables of a pathway in which nothing depends on time → what its visits read, laid together."""
    ways, lanes = np.diff(tables.first_edge), len(tables.start_gbp)
    places = _records(_PLACE, key=tables.setting_key, ways=ways, cells=tables.offset, moves=tables.edge_offset)
    cells = _records(_CELL, entry_gbp=tables.entry_gbp, day_gbp=tables.day_gbp)
    edges = np.empty(len(tables.edge_gbp), dtype=np.int64)
    lane = np.empty_like(edges)
    for first, count, offset in zip(tables.first_edge[:-1], ways, tables.edge_offset, strict=True):
        block = slice(offset, offset + lanes * count)
        edges[block], lane[block] = np.tile(np.arange(first, first + count), lanes), np.repeat(np.arange(lanes), count)
    table = tables.stay_table[lane, edges]
    moves = _records(
        _MOVE,
        cumulative=tables.cumulative,
        target=tables.target[edges],
        gbp=tables.edge_gbp,
        stay_mean=tables.stay_mean[lane, edges],
        stay_table=table,
        stay_kind=tables.quantiles.kind[table],
        stay_first=tables.quantiles.first[table],
        wait_mean=tables.wait_mean[lane, edges],
    )
    return Packed(places, cells, _bounds(tables, ways), moves, edges, bool((tables.wait_mean > 0).any()))


def _bounds(tables: WalkTables, ways: Integers) -> Floats:
    most, lanes = int(ways.max(initial=1)) - 1, len(tables.start_gbp)
    if most > FEW_WAYS:
        return np.empty((0, most))
    bounds = np.full((len(tables.entry_gbp), most), 2.0)
    for setting, count in enumerate(ways):
        first, cell = tables.edge_offset[setting], tables.offset[setting]
        own = tables.cumulative[first : first + lanes * count].reshape(lanes, count)
        bounds[cell : cell + lanes, : count - 1] = own[:, :-1]
    return bounds


def _records(kind: np.dtype[Any], **columns: NDArray[Any]) -> Records:
    found = np.zeros(len(next(iter(columns.values()))), dtype=kind)
    for name, values in columns.items():
        found[name] = values
    return found
