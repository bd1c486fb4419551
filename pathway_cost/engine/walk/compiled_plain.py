"""The compiled walk where nothing depends on time: no horizon, cycles, clock or discounting.

What a visit reads lies together in memory, and many walkers go side by side, a visit each a turn: one loop says what each
draws from, one makes the draws (without a branch, so that the processor makes several at once), one pays and moves on. A
walker who has reached an end hands the lane to the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.walk.packed import Packed, packed_of
from pathway_cost.engine.walk.primitives import (
    Book,
    at,
    book_of,
    compiled,
    drawn,
    mixed,
    on_line,
    part,
    start_node,
    z_value,
)
from pathway_cost.engine.walk.walk_random import ROUTE, STAY, WAIT
from pathway_cost.engine.walk.walk_tables import LINES, MOST_VISITS, Walked, Walkers, WalkTables, nothing_walked

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Keys = NDArray[np.uint64]

LANES: Final = 64  # walkers who go side by side: what they read and write stays in the nearest cache


class _Lanes(NamedTuple):
    """The walkers who go side by side, (L,) each.

    walker, row, node; since: the turn before the first visit; patient: state of the draws; gbp and days so far; came
    (L, S) arrivals so far. Of the visit being made: state (of its draws), times (come before), route and stay (uniforms).
    stopped: lanes whose walker goes no further, rising.
    """

    walker: Integers
    row: Integers
    node: Integers
    since: Integers
    stopped: Integers
    patient: Keys
    state: Keys
    times: Keys
    gbp: Floats
    days: Floats
    route: Floats
    stay: Floats
    came: NDArray[np.int32]


def _no_lanes(settings: int) -> _Lanes:
    """Nobody on any lane."""
    whole, keys, real = (np.zeros((5, LANES), dtype=kind) for kind in (np.int64, np.uint64, np.float64))
    return _Lanes._make([*whole, *keys[:3], *real[:4], np.zeros((LANES, settings), dtype=np.int32)])


def plain_kernel(tables: WalkTables) -> Callable[[WalkTables, Walkers], Walked]:
    """As `reference.walk_chunk`, for these tables only, which must be `compiled.is_plain`."""
    packed = packed_of(tables)

    def walk_plain(tables: WalkTables, walkers: Walkers) -> Walked:
        walked = nothing_walked(tables, len(walkers.row))
        _walk(tables, packed, book_of(walkers, walked), _no_lanes(tables.settings))
        _count_visits(tables, walked)
        return walked

    return walk_plain


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
def _walk(tables: WalkTables, packed: Packed, book: Book, lanes: _Lanes) -> None:
    run = mixed(tables.seed)
    busy, following, turn, check = 0, 0, 0, MOST_VISITS
    while busy < len(lanes.node) and following >= 0:
        following = _take(tables, book, lanes, run, busy, following)
        busy += following >= 0
    while busy > 0:
        _come(packed, book, lanes, busy)
        _draw(lanes, busy)
        stopped = _visit(tables, packed, book, lanes, busy)
        turn += 1
        if turn == check:
            stopped, check = _too_many(tables, lanes, busy, turn)
        while stopped > 0:  # the last first, so that the last lane may fill a gap
            stopped -= 1
            lane = lanes.stopped[at(stopped)]
            _finish(tables, book, lanes, lane)
            if following >= 0:
                following = _take(tables, book, lanes, run, lane, following)
                lanes.since[at(lane)] = turn
            if following < 0:
                busy -= 1
                _move(lanes, busy, lane)


@part
def _take(  # noqa: PLR0917 - compiled code takes no keywords
    tables: WalkTables, book: Book, lanes: _Lanes, run: np.uint64, lane: int, following: int
) -> int:
    """Puts the next walker who starts in a setting on this lane; returns the one after, −1 if there was none."""
    for walker in range(following, len(book.row)):
        row = book.row[at(walker)]
        patient = mixed(run ^ book.key[at(walker)])
        node = start_node(tables, row, patient)
        lanes.walker[at(lane)], lanes.row[at(lane)], lanes.node[at(lane)] = walker, row, node
        lanes.patient[at(lane)] = patient
        lanes.gbp[at(lane)], lanes.days[at(lane)] = tables.start_gbp[at(row)], 0.0
        book.starts[at(row), at(node)] += 1.0
        if node < tables.settings:
            return walker + 1
        _finish(tables, book, lanes, lane)
    return -1


@part
def _too_many(tables: WalkTables, lanes: _Lanes, busy: int, turn: int) -> tuple[int, int]:
    """Lists again who goes no further, now with those who have come too often; returns how many, and when to look again."""
    stopped, latest = 0, turn
    for lane in range(busy):
        too_often = turn - lanes.since[at(lane)] >= MOST_VISITS
        if too_often or lanes.node[at(lane)] >= tables.settings:
            lanes.stopped[at(stopped)] = lane
            stopped += 1
        else:
            latest = min(latest, lanes.since[at(lane)])
    return stopped, latest + MOST_VISITS


@part
def _move(lanes: _Lanes, source: int, lane: int) -> None:
    lanes.walker[lane], lanes.row[lane], lanes.node[lane] = lanes.walker[source], lanes.row[source], lanes.node[source]
    lanes.since[lane], lanes.patient[lane] = lanes.since[source], lanes.patient[source]
    lanes.gbp[lane], lanes.days[lane] = lanes.gbp[source], lanes.days[source]
    for setting in range(lanes.came.shape[1]):
        lanes.came[lane, setting] = lanes.came[source, setting]


@part
def _come(packed: Packed, book: Book, lanes: _Lanes, busy: int) -> None:
    """Counts arrivals, and says what each draws from."""
    for lane in range(busy):
        node = lanes.node[at(lane)]
        times = lanes.came[at(lane), at(node)]
        lanes.came[at(lane), at(node)] = times + 1
        book.reached[at(lanes.row[at(lane)]), at(node)] += 1.0 if times == 0 else 0.0
        lanes.state[at(lane)] = lanes.patient[at(lane)] ^ packed.places[at(node)].key
        lanes.times[at(lane)] = np.uint64(times)


@part
def _draw(lanes: _Lanes, busy: int) -> None:
    """The uniforms of everybody's visit."""
    for lane in range(busy):
        moment = mixed(mixed(lanes.state[at(lane)]) ^ lanes.times[at(lane)])
        lanes.route[at(lane)] = drawn(moment, ROUTE)
        lanes.stay[at(lane)] = drawn(moment, STAY)
        lanes.state[at(lane)] = moment


@part
def _visit(tables: WalkTables, packed: Packed, book: Book, lanes: _Lanes, busy: int) -> int:
    """One visit of everybody; lists who goes no further, and returns how many."""
    stopped = 0
    for lane in range(busy):
        row = lanes.row[at(lane)]
        place = packed.places[at(lanes.node[at(lane)])]
        cell = place.cells + row
        move = place.moves + row * place.ways + _way(packed, cell, place, row, lanes.route[at(lane)])
        out, price = packed.moves[at(move)], packed.cells[at(cell)]
        stay = _stay(tables, out, lanes.stay[at(lane)])
        gbp = lanes.gbp[at(lane)] + price.entry_gbp + price.day_gbp * stay
        days = lanes.days[at(lane)] + stay
        book.sums.days[at(cell)] += stay
        if packed.waits and out.wait_mean > 0:
            wait = out.wait_mean * _wait_z(tables, row, packed.edges[move], lanes.state[at(lane)])
            gbp += tables.wait_day_gbp[move] * wait
            days += wait
            book.sums.edge_days[move] += wait
        lanes.gbp[at(lane)], lanes.days[at(lane)] = gbp + out.gbp, days
        book.sums.edge_moves[at(move)] += 1.0
        lanes.node[at(lane)] = out.target
        lanes.stopped[at(stopped)] = lane
        stopped += out.target >= tables.settings
    return stopped


@part
def _way(packed: Packed, cell: int, place: Any, row: int, chance: float) -> int:
    """Which way; counting has no branch to guess wrong."""
    way = 0
    if len(packed.bounds):
        for other in range(packed.bounds.shape[1]):
            way += chance >= packed.bounds[at(cell), at(other)]
    else:
        first = place.moves + row * place.ways
        for other in range(place.ways - 1):
            way += chance >= packed.moves[at(first + other)].cumulative
    return way


@part
def _stay(tables: WalkTables, out: Any, uniform: float) -> float:
    """Days; most often from a table of lines, so that is asked first."""
    if out.stay_kind == LINES:
        return float(out.stay_mean * on_line(tables.quantiles.knots, out.stay_first, uniform))
    return float(out.stay_mean * z_value(tables.quantiles, out.stay_table, uniform))


@part
def _wait_z(tables: WalkTables, row: int, edge: int, moment: np.uint64) -> float:
    return z_value(tables.quantiles, tables.wait_table[row, edge], drawn(moment, WAIT))


@part
def _finish(tables: WalkTables, book: Book, lanes: _Lanes, lane: int) -> None:
    """Writes the walker's answers, and clears what the next one on this lane counts."""
    walker, row, node = lanes.walker[at(lane)], lanes.row[at(lane)], lanes.node[at(lane)]
    if node >= tables.settings:
        end, ends = node - tables.settings, tables.nodes - tables.settings
        book.end[at(walker)] = node
        book.reached[at(row), at(node)] += 1.0
        book.sums.ends[at(row * ends + end)] += 1.0
        lanes.gbp[at(lane)] += tables.end_gbp[at(row), at(end)]
    book.wrong[at(walker)] = node < tables.settings
    book.gbp[at(walker)], book.days[at(walker)] = lanes.gbp[at(lane)], lanes.days[at(lane)]
    for setting in range(lanes.came.shape[1]):
        lanes.came[at(lane), at(setting)] = 0
