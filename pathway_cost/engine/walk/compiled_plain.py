"""The compiled walk where nothing depends on time: no horizon, cycles, clock or discounting.

What a visit reads lies together in memory, and many walkers go side by side, a visit each a turn: one loop says what each
draws from, one makes the draws (without a branch, so that the processor makes several at once), one pays and moves on. A
walker who has reached an end hands the slot to the next one.
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

SLOTS: Final = 64  # walkers who go side by side: what they read and write stays in the nearest cache


class _Slots(NamedTuple):
    """The walkers who go side by side, (L,) each.

    walker, lane, node; since: the turn before the first visit; patient: state of the draws; gbp and days so far; came
    (L, S) arrivals so far. Of the visit being made: state (of its draws), times (come before), route and stay (uniforms).
    stopped: slots whose walker goes no further, rising.
    """

    walker: Integers
    lane: Integers
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


def _empty_slots(settings: int) -> _Slots:
    """Slots without walkers."""
    whole, keys, real = (np.zeros((5, SLOTS), dtype=kind) for kind in (np.int64, np.uint64, np.float64))
    return _Slots._make([*whole, *keys[:3], *real[:4], np.zeros((SLOTS, settings), dtype=np.int32)])


def plain_kernel(tables: WalkTables) -> Callable[[WalkTables, Walkers], Walked]:
    """As `reference.walk_chunk`, for these tables only, which must be `compiled.is_plain`."""
    packed = packed_of(tables)

    def walk_plain(tables: WalkTables, walkers: Walkers) -> Walked:
        walked = nothing_walked(tables, len(walkers.lane))
        _walk(tables, packed, book_of(walkers, walked), _empty_slots(tables.settings))
        _count_visits(tables, walked)
        return walked

    return walk_plain


def _count_visits(tables: WalkTables, walked: Walked) -> None:
    """Who comes to a setting has started there or taken a way to it."""
    lanes, arrivals = len(tables.start_gbp), walked.starts.copy()
    for setting in range(tables.settings):
        edges = slice(tables.first_edge[setting], tables.first_edge[setting + 1])
        targets, first = tables.target[edges], tables.edge_offset[setting]
        moves = walked.tallies.edge_moves[first : first + lanes * len(targets)].reshape(lanes, len(targets))
        np.add.at(arrivals.T, targets, moves.T)
    for setting in range(tables.settings):
        cells = slice(tables.offset[setting], tables.offset[setting] + lanes)
        walked.tallies.visits[cells] = arrivals[:, setting]


@compiled
def _walk(tables: WalkTables, packed: Packed, book: Book, slots: _Slots) -> None:
    run = mixed(tables.seed)
    busy, following, turn, check = 0, 0, 0, MOST_VISITS
    while busy < len(slots.node) and following >= 0:
        following = _take(tables, book, slots, run, busy, following)
        busy += following >= 0
    while busy > 0:
        _come(packed, book, slots, busy)
        _draw(slots, busy)
        stopped = _visit(tables, packed, book, slots, busy)
        turn += 1
        if turn == check:
            stopped, check = _too_many(tables, slots, busy, turn)
        while stopped > 0:  # the last first, so that the last slot may fill a gap
            stopped -= 1
            slot = slots.stopped[at(stopped)]
            _finish(tables, book, slots, slot)
            if following >= 0:
                following = _take(tables, book, slots, run, slot, following)
                slots.since[at(slot)] = turn
            if following < 0:
                busy -= 1
                _move(slots, busy, slot)


@part
def _take(  # noqa: PLR0917 - compiled code takes no keywords
    tables: WalkTables, book: Book, slots: _Slots, run: np.uint64, slot: int, following: int
) -> int:
    """Puts the next walker who starts in a setting into this slot; returns the one after, −1 if there was none."""
    for walker in range(following, len(book.lane)):
        lane = book.lane[at(walker)]
        patient = mixed(run ^ book.key[at(walker)])
        node = start_node(tables, lane, patient)
        slots.walker[at(slot)], slots.lane[at(slot)], slots.node[at(slot)] = walker, lane, node
        slots.patient[at(slot)] = patient
        slots.gbp[at(slot)], slots.days[at(slot)] = tables.start_gbp[at(lane)], 0.0
        book.starts[at(lane), at(node)] += 1.0
        if node < tables.settings:
            return walker + 1
        _finish(tables, book, slots, slot)
    return -1


@part
def _too_many(tables: WalkTables, slots: _Slots, busy: int, turn: int) -> tuple[int, int]:
    """Lists again who goes no further, now with those who have come too often; returns how many, and when to look again."""
    stopped, latest = 0, turn
    for slot in range(busy):
        too_often = turn - slots.since[at(slot)] >= MOST_VISITS
        if too_often or slots.node[at(slot)] >= tables.settings:
            slots.stopped[at(stopped)] = slot
            stopped += 1
        else:
            latest = min(latest, slots.since[at(slot)])
    return stopped, latest + MOST_VISITS


@part
def _move(slots: _Slots, source: int, slot: int) -> None:
    """Copies the walker of one slot into another."""
    slots.walker[slot], slots.lane[slot], slots.node[slot] = (
        slots.walker[source],
        slots.lane[source],
        slots.node[source],
    )
    slots.since[slot], slots.patient[slot] = slots.since[source], slots.patient[source]
    slots.gbp[slot], slots.days[slot] = slots.gbp[source], slots.days[source]
    for setting in range(slots.came.shape[1]):
        slots.came[slot, setting] = slots.came[source, setting]


@part
def _come(packed: Packed, book: Book, slots: _Slots, busy: int) -> None:
    """Counts arrivals, and says what each draws from."""
    for slot in range(busy):
        node = slots.node[at(slot)]
        times = slots.came[at(slot), at(node)]
        slots.came[at(slot), at(node)] = times + 1
        book.reached[at(slots.lane[at(slot)]), at(node)] += 1.0 if times == 0 else 0.0
        slots.state[at(slot)] = slots.patient[at(slot)] ^ packed.places[at(node)].key
        slots.times[at(slot)] = np.uint64(times)


@part
def _draw(slots: _Slots, busy: int) -> None:
    """The uniforms of everybody's visit."""
    for slot in range(busy):
        moment = mixed(mixed(slots.state[at(slot)]) ^ slots.times[at(slot)])
        slots.route[at(slot)] = drawn(moment, ROUTE)
        slots.stay[at(slot)] = drawn(moment, STAY)
        slots.state[at(slot)] = moment


@part
def _visit(tables: WalkTables, packed: Packed, book: Book, slots: _Slots, busy: int) -> int:
    """One visit of everybody; lists who goes no further, and returns how many."""
    stopped = 0
    for slot in range(busy):
        lane = slots.lane[at(slot)]
        place = packed.places[at(slots.node[at(slot)])]
        cell = place.cells + lane
        move = place.moves + lane * place.ways + _way(packed, cell, place, lane, slots.route[at(slot)])
        out, price = packed.moves[at(move)], packed.cells[at(cell)]
        stay = _stay(tables, out, slots.stay[at(slot)])
        gbp = slots.gbp[at(slot)] + price.entry_gbp + price.day_gbp * stay
        days = slots.days[at(slot)] + stay
        book.sums.days[at(cell)] += stay
        if packed.waits and out.wait_mean > 0:
            wait = out.wait_mean * _wait_z(tables, lane, packed.edges[move], slots.state[at(slot)])
            gbp += tables.wait_day_gbp[move] * wait
            days += wait
            book.sums.edge_days[move] += wait
        slots.gbp[at(slot)], slots.days[at(slot)] = gbp + out.gbp, days
        book.sums.edge_moves[at(move)] += 1.0
        slots.node[at(slot)] = out.target
        slots.stopped[at(stopped)] = slot
        stopped += out.target >= tables.settings
    return stopped


@part
def _way(packed: Packed, cell: int, place: Any, lane: int, chance: float) -> int:
    """Which way; counting has no branch to guess wrong."""
    way = 0
    if len(packed.bounds):
        for other in range(packed.bounds.shape[1]):
            way += chance >= packed.bounds[at(cell), at(other)]
    else:
        first = place.moves + lane * place.ways
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
def _wait_z(tables: WalkTables, lane: int, edge: int, moment: np.uint64) -> float:
    return z_value(tables.quantiles, tables.wait_table[lane, edge], drawn(moment, WAIT))


@part
def _finish(tables: WalkTables, book: Book, slots: _Slots, slot: int) -> None:
    """Writes the walker's answers, and clears what the next one in this slot counts."""
    walker, lane, node = slots.walker[at(slot)], slots.lane[at(slot)], slots.node[at(slot)]
    if node >= tables.settings:
        end, ends = node - tables.settings, tables.nodes - tables.settings
        book.end[at(walker)] = node
        book.reached[at(lane), at(node)] += 1.0
        book.sums.ends[at(lane * ends + end)] += 1.0
        slots.gbp[at(slot)] += tables.end_gbp[at(lane), at(end)]
    book.wrong[at(walker)] = node < tables.settings
    book.gbp[at(walker)], book.days[at(walker)] = slots.gbp[at(slot)], slots.days[at(slot)]
    for setting in range(slots.came.shape[1]):
        slots.came[at(slot), at(setting)] = 0
