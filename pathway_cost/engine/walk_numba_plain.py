"""The compiled walk where nothing depends on time: no horizon, cycles, clock or discounting.

What a visit reads lies together in memory, and several walkers take turns, a visit each, so that the processor works on
one while another waits. A walker who has reached an end hands the turn to the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.walk_numba import (
    STATE,
    Book,
    at,
    begin,
    book_of,
    compiled,
    drawn,
    mixed,
    on_line,
    part,
    z_value,
)
from pathway_cost.engine.walk_random import ROUTE, STAY, WAIT
from pathway_cost.engine.walk_tables import (
    LINES,
    MOST_VISITS,
    Walked,
    Walkers,
    WalkTables,
    nothing_walked,
)

Integers = NDArray[np.int64]
Records = NDArray[np.void]

LANES: Final = 8  # walkers who take turns

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


class _Packed(NamedTuple):
    """What visits read: places (S,), cells (X,), moves (Y,), edges (Y,) of the moves, and whether anybody ever waits."""

    places: Records
    cells: Records
    moves: Records
    edges: Integers
    waits: bool


class _Lanes(NamedTuple):
    """The walkers who take turns: states (LANES,), came (LANES, S) arrivals so far."""

    states: Records
    came: Integers


def plain_kernel(tables: WalkTables) -> Callable[[WalkTables, Walkers], Walked]:
    """As `walk_numpy.walk_chunk`, for these tables only, which must be `walk_numba.is_plain`."""
    packed = _packed(tables)

    def walk_plain(tables: WalkTables, walkers: Walkers) -> Walked:
        walked = nothing_walked(tables, len(walkers.row))
        lanes = _Lanes(np.zeros(LANES, dtype=STATE), np.zeros((LANES, tables.settings), dtype=np.int64))
        _walk(tables, packed, book_of(walkers, walked), lanes)
        _count_visits(tables, walked)
        return walked

    return walk_plain


def _packed(tables: WalkTables) -> _Packed:
    ways, rows = np.diff(tables.first_edge), len(tables.start_gbp)
    places = _records(_PLACE, key=tables.setting_key, ways=ways, cells=tables.offset, moves=tables.edge_offset)
    cells = _records(_CELL, entry_gbp=tables.entry_gbp, day_gbp=tables.day_gbp)
    edges = np.empty(len(tables.edge_gbp), dtype=np.int64)
    row = np.empty_like(edges)
    for first, count, offset in zip(tables.first_edge[:-1], ways, tables.edge_offset, strict=True):
        block = slice(offset, offset + rows * count)
        edges[block], row[block] = np.tile(np.arange(first, first + count), rows), np.repeat(np.arange(rows), count)
    table = tables.stay_table[row, edges]
    moves = _records(
        _MOVE,
        cumulative=tables.cumulative,
        target=tables.target[edges],
        gbp=tables.edge_gbp,
        stay_mean=tables.stay_mean[row, edges],
        stay_table=table,
        stay_kind=tables.quantiles.kind[table],
        stay_first=tables.quantiles.first[table],
        wait_mean=tables.wait_mean[row, edges],
    )
    return _Packed(places, cells, moves, edges, bool((tables.wait_mean > 0).any()))


def _records(kind: np.dtype[Any], **columns: NDArray[Any]) -> Records:
    found = np.zeros(len(next(iter(columns.values()))), dtype=kind)
    for name, values in columns.items():
        found[name] = values
    return found


def _count_visits(tables: WalkTables, walked: Walked) -> None:
    """Who comes to a setting has started there or taken a way to it."""
    rows, arrivals = len(tables.start_gbp), walked.starts.copy()
    for setting in range(tables.settings):
        edges = slice(tables.first_edge[setting], tables.first_edge[setting + 1])
        targets, first = tables.target[edges], tables.edge_offset[setting]
        moves = walked.tallies.edge_moves[first : first + rows * len(targets)].reshape(rows, len(targets))
        np.add.at(arrivals.T, targets, moves.T)
    for setting in range(tables.settings):
        cells = slice(tables.offset[setting], tables.offset[setting] + rows)
        walked.tallies.visits[cells] = arrivals[:, setting]


@compiled
def _walk(tables: WalkTables, packed: _Packed, book: Book, lanes: _Lanes) -> None:
    busy, following = 0, 0
    while busy < len(lanes.states) and following >= 0:
        following = _take(tables, book, lanes, busy, following)
        busy += following >= 0
    while busy > 0:
        lane = 0
        while lane < busy:
            node = _visit(tables, packed, book, lanes, lane)
            lanes.states[at(lane)].node = node
            if node >= tables.settings or node < 0:
                _finish(tables, book, lanes, lane, node)
                if following >= 0:
                    following = _take(tables, book, lanes, lane, following)
                if following < 0:
                    busy -= 1
                    _move(lanes, busy, lane)
                    lane -= 1
            lane += 1


@part
def _take(tables: WalkTables, book: Book, lanes: _Lanes, lane: int, following: int) -> int:
    """Puts the next walker who starts in a setting on this lane; returns the one after, −1 if there was none."""
    for walker in range(following, len(book.row)):
        me = begin(tables, book, lanes.states, lane, walker)
        if me.node < tables.settings:
            return walker + 1
        _finish(tables, book, lanes, lane, me.node)
    return -1


@part
def _move(lanes: _Lanes, source: int, lane: int) -> None:
    lanes.states[lane] = lanes.states[source]
    for setting in range(lanes.came.shape[1]):
        lanes.came[lane, setting] = lanes.came[source, setting]


@part
def _visit(tables: WalkTables, packed: _Packed, book: Book, lanes: _Lanes, lane: int) -> int:
    """One visit; returns the next node, or −1 if the walker has come too often."""
    me = lanes.states[at(lane)]
    place, visit = packed.places[at(me.node)], lanes.came[at(lane), at(me.node)]
    lanes.came[at(lane), at(me.node)] = visit + 1
    if visit == 0:
        book.reached[at(me.row), at(me.node)] += 1.0
    me.visits += 1
    if me.visits > MOST_VISITS:
        return -1
    moment = mixed(mixed(me.patient ^ place.key) ^ np.uint64(visit))
    move = _way(packed, place.moves + me.row * place.ways, place.ways, drawn(moment, ROUTE))
    out, cell = packed.moves[at(move)], at(place.cells + me.row)
    stay = _stay(tables, out, moment)
    me.gbp = me.gbp + packed.cells[cell].entry_gbp + packed.cells[cell].day_gbp * stay
    me.days += stay
    book.sums.days[cell] += stay
    if packed.waits and out.wait_mean > 0:
        wait = out.wait_mean * _wait_z(tables, me.row, packed.edges[move], moment)
        me.gbp += tables.wait_day_gbp[move] * wait
        me.days += wait
        book.sums.edge_days[move] += wait
    me.gbp += out.gbp
    book.sums.edge_moves[at(move)] += 1.0
    return int(out.target)


@part
def _way(packed: _Packed, first: int, ways: int, chance: float) -> int:
    """The number of the move; counting has no branch to guess wrong."""
    way = 0
    for other in range(ways - 1):
        way += chance >= packed.moves[at(first + other)].cumulative
    return first + way


@part
def _stay(tables: WalkTables, out: Any, moment: np.uint64) -> float:
    """Days; most often from a table of lines, so that is asked first."""
    if out.stay_kind == LINES:
        return float(out.stay_mean * on_line(tables.quantiles.knots, out.stay_first, drawn(moment, STAY)))
    return float(out.stay_mean * z_value(tables.quantiles, out.stay_table, drawn(moment, STAY)))


@part
def _wait_z(tables: WalkTables, row: int, edge: int, moment: np.uint64) -> float:
    return z_value(tables.quantiles, tables.wait_table[row, edge], drawn(moment, WAIT))


@part
def _finish(tables: WalkTables, book: Book, lanes: _Lanes, lane: int, node: int) -> None:
    """Writes the walker's answers, and clears what the next one on this lane counts."""
    me = lanes.states[at(lane)]
    if node >= 0:
        end, ends = node - tables.settings, tables.nodes - tables.settings
        me.gbp += tables.end_gbp[me.row, end]
        book.end[me.walker] = node
        book.reached[me.row, node] += 1.0
        book.sums.ends[me.row * ends + end] += 1.0
    book.wrong[me.walker] = node < 0
    book.gbp[me.walker], book.days[me.walker] = me.gbp, me.days
    for setting in range(lanes.came.shape[1]):
        lanes.came[lane, setting] = 0
