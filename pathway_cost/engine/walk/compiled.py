"""The walk of `reference`, compiled: serial and without the interpreter's lock, so that threads run side by side.

Every walker gets the numpy walk's answer to the last bit (the same sums in the same order, no fast maths); tallies are
added up in another order. This module has what any walk needs; compiled_plain is for pathways without time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.walk.primitives import Book, book_of, compiled, drawn, mixed, part, start_node, z_value
from pathway_cost.engine.walk.walk_random import ROUTE, STAY, WAIT
from pathway_cost.engine.walk.walk_tables import (
    AT_END,
    AT_START,
    BY_LINES,
    BY_YEAR_THAT_ENDS,
    CYCLES_APART,
    MOST_CYCLES,
    MOST_VISITS,
    SOON,
    Quantiles,
    Walked,
    Walkers,
    WalkTables,
    nothing_walked,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STATE: Final = np.dtype(
    [
        ("walker", "i8"),
        ("lane", "i8"),
        ("patient", "u8"),  # state of the draws
        ("node", "i8"),
        ("visits", "i8"),
        ("days", "f8"),
        ("gbp", "f8"),
        ("present", "f8"),
        ("cycle", "i8"),  # of the visit
        ("number", "i8"),  # of the cell among the setting's cells
    ]
)


def kernel_for(tables: WalkTables) -> Callable[[WalkTables, Walkers], Walked]:
    """The fastest compiled walk that fits these tables."""
    if is_plain(tables):
        from pathway_cost.engine.walk.compiled_plain import plain_kernel

        return plain_kernel(tables)
    return walk_chunk


def is_plain(tables: WalkTables) -> bool:
    """Whether nothing depends on time."""
    varies = (tables.periods > 1).any() or (tables.spells > 1).any() or tables.is_cycle.any()
    return not varies and np.isinf(tables.horizon) and len(tables.discount_factor) == 0


def walk_chunk(tables: WalkTables, walkers: Walkers) -> Walked:
    """As `reference.walk_chunk`."""
    walked = nothing_walked(tables, len(walkers.lane))
    _walk(tables, book_of(walkers, walked), np.zeros(1, dtype=STATE), np.zeros(tables.settings, dtype=np.int64))
    return walked


@compiled
def _walk(tables: WalkTables, book: Book, states: NDArray[np.void], came: Integers) -> None:
    for walker in range(len(book.lane)):
        for setting in range(tables.settings):
            came[setting] = 0
        me = _begin(tables, book, states, walker)
        while 0 <= me.node < tables.settings:
            me.node = _visit(tables, book, me, came)
        if me.node >= tables.settings:
            _end(tables, book, me)
        book.gbp[walker], book.days[walker] = me.gbp, me.days
        if len(book.present):
            book.present[walker] = me.present


@part
def _begin(tables: WalkTables, book: Book, states: NDArray[np.void], walker: int) -> Any:
    """Puts a walker where the walk starts; returns its state, the only one of `states`."""
    me = states[0]
    me.walker, me.lane = walker, book.lane[walker]
    me.patient = mixed(mixed(tables.seed) ^ book.key[walker])
    me.node = start_node(tables, me.lane, me.patient)
    me.visits, me.cycle, me.days = 0, 0, 0.0
    me.gbp = tables.start_gbp[me.lane]
    if len(tables.discount_factor):
        me.present = me.gbp * tables.discount_factor[0]
    book.starts[me.lane, me.node] += 1.0
    return me


@part
def _visit(tables: WalkTables, book: Book, me: Any, came: Integers) -> int:
    """One visit or cycle; returns the next node, or −1 if the walk stops here."""
    if me.cycle == 0:
        me.visits += 1
        came[me.node] += 1
    if me.visits > MOST_VISITS or me.cycle >= MOST_CYCLES:
        book.wrong[me.walker] = True
        return -1
    _find_cell(tables, me)
    _pay_here(tables, book, me, came)
    if not (me.days < tables.horizon or tables.passing[me.node]):
        return -1
    edge = _leave(tables, book, me, came)
    if edge < 0:
        return -1
    me.cycle = me.cycle + 1 if tables.target[edge] == me.node and tables.is_cycle[me.node] else 0
    return int(tables.target[edge])


@part
def _find_cell(tables: WalkTables, me: Any) -> None:
    periods, spells = tables.periods[me.node], tables.spells[me.node]
    period = 0
    if periods > 1:
        period = int(min(np.floor(me.days / tables.clock_step + SOON), periods - 1.0))
    me.number = (me.lane * periods + period) * spells + min(me.cycle, spells - 1)


@part
def _pay_here(tables: WalkTables, book: Book, me: Any, came: Integers) -> None:
    """What an arrival costs, and a cycle that starts."""
    cell, is_cycle = tables.offset[me.node] + me.number, tables.is_cycle[me.node]
    event = is_cycle or tables.passing[me.node]
    if me.cycle == 0 and (event or me.days < tables.horizon):
        ending = 1.0 if event else 0.0
        _pay(tables, me, tables.entry_gbp[cell], 1.0, ending, book.sums.visits, book.twins.visits, cell)
        if came[me.node] == 1:
            book.reached[me.lane, me.node] += 1.0
    if is_cycle:
        weight = _cycle_weight(tables, me.days)
        ending = _cycle_ending(tables, me.days)
        _pay(tables, me, tables.cycle_gbp[cell], weight, ending, book.sums.cycles, book.twins.cycles, cell)


@part
def _cycle_weight(tables: WalkTables, time: float) -> float:
    if tables.counting == AT_START:
        return 1.0 if time < tables.horizon else 0.0
    if tables.counting == AT_END:
        return 1.0 if time > 0 else 0.0
    return 1.0 if 0 < time < tables.horizon else 0.5


@part
def _cycle_ending(tables: WalkTables, time: float) -> float:
    """As `reference._cycle_endings`."""
    if time == 0:
        return 0.0
    if time >= tables.horizon or tables.counting == AT_END:
        return 1.0
    return 0.0 if tables.counting == AT_START else 0.5


@part
def _leave(tables: WalkTables, book: Book, me: Any, came: Integers) -> int:
    """One stay, the way out and its wait; returns the edge, or −1 if the horizon comes first."""
    visit, is_cycle = came[me.node] - 1, tables.is_cycle[me.node]
    if is_cycle:
        visit = visit * CYCLES_APART + me.cycle
    moment = mixed(mixed(me.patient ^ tables.setting_key[me.node]) ^ np.uint64(visit))
    first, ways = tables.first_edge[me.node], tables.first_edge[me.node + 1] - tables.first_edge[me.node]
    moves = tables.edge_offset[me.node] + me.number * ways
    way = _way(tables.cumulative[moves : moves + ways], drawn(moment, ROUTE))
    edge, days = first + way, tables.cycle_days
    if not is_cycle:
        days = _days(tables.quantiles, tables.stay_mean[me.lane, edge], tables.stay_table[me.lane, edge], moment, STAY)
    if not _spend(tables, me, -1, days, tables.day_gbp, book.sums.days, book.twins.days):
        return -1
    days = _days(tables.quantiles, tables.wait_mean[me.lane, edge], tables.wait_table[me.lane, edge], moment, WAIT)
    if not _spend(tables, me, way, days, tables.wait_day_gbp, book.sums.edge_days, book.twins.edge_days):
        return -1
    _find_cell(tables, me)
    move = _place(tables, me, way)
    _pay(tables, me, tables.edge_gbp[move], 1.0, 1.0, book.sums.edge_moves, book.twins.edge_moves, move)
    return int(edge)


@part
def _place(tables: WalkTables, me: Any, way: int) -> int:
    """The place of the walker's cell, or of a way out of it."""
    if way < 0:
        return int(tables.offset[me.node] + me.number)
    ways = tables.first_edge[me.node + 1] - tables.first_edge[me.node]
    return int(tables.edge_offset[me.node] + me.number * ways + way)


@part
def _way(shares: Floats, chance: float) -> int:
    way = 0
    while way < len(shares) - 1 and chance >= shares[way]:
        way += 1
    return way


@part
def _days(quantiles: Quantiles, mean: float, table: int, moment: np.uint64, purpose: int) -> float:
    """No draw where there is no stay."""
    return mean * z_value(quantiles, table, drawn(moment, purpose)) if mean > 0 else 0.0


@part
def _spend(  # noqa: PLR0917 - compiled code takes no keywords
    tables: WalkTables, me: Any, way: int, days: float, prices: Floats, tally: Floats, twin: Floats
) -> bool:
    """Days of a stay (way −1) or a wait; whether they are over by the horizon."""
    until = me.days + days
    if abs(until - tables.horizon) <= SOON:
        until = tables.horizon
    leaves = until <= tables.horizon
    until = min(until, tables.horizon)
    if tables.periods[me.node] == 1:
        inside = days if leaves else tables.horizon - me.days
        _pay_days(tables, me, inside, until, prices, tally, twin, _place(tables, me, way))
    else:
        while me.days < until:
            _find_cell(tables, me)
            stop = _period_end(tables, me, until)
            _pay_days(tables, me, stop - me.days, stop, prices, tally, twin, _place(tables, me, way))
    me.days = until
    return bool(leaves)


@part
def _period_end(tables: WalkTables, me: Any, until: float) -> float:
    """When the clock period ends, or before it the days."""
    last = tables.periods[me.node] - 1.0
    period = min(np.floor(me.days / tables.clock_step + SOON), last)
    return float(min((period + 1.0) * tables.clock_step, until) if period < last else until)


@part
def _pay_days(  # noqa: PLR0917 - as above
    tables: WalkTables, me: Any, inside: float, stop: float, prices: Floats, tally: Floats, twin: Floats, index: int
) -> None:
    """Days until `stop`, all in one clock period."""
    me.gbp += prices[index] * inside
    tally[index] += inside
    if len(tables.discount_cumulative):
        discounted = _read(tables.discount_cumulative, stop) - _read(tables.discount_cumulative, me.days)
        me.present += prices[index] * discounted
        twin[index] += discounted
    me.days = stop


@part
def _pay(  # noqa: PLR0917 - as above
    tables: WalkTables, me: Any, price: float, amount: float, ending: float, tally: Floats, twin: Floats, index: int
) -> None:
    """Pounds of this moment."""
    me.gbp += price * amount
    tally[index] += amount
    if len(tables.discount_factor):
        discounted = amount * _factor(tables, me.days, ending)
        me.present += price * discounted
        twin[index] += discounted


@part
def _factor(tables: WalkTables, time: float, ending: float) -> float:
    """As `reference._factor`."""
    curve = tables.discount_factor
    if tables.factor_by == BY_LINES:
        return float(_read(curve, time))
    most = len(curve) - 1
    ends = float(curve[min(max(int(np.ceil(time - SOON)) - 1, 0), most)])
    begins = float(curve[min(int(time + SOON), most)])
    part = ending if tables.factor_by == BY_YEAR_THAT_ENDS else 0.0
    if time >= tables.horizon:
        part = 1.0
    return part * ends + (1.0 - part) * begins


@part
def _read(curve: Floats, time: float) -> float:
    """By straight lines between whole days."""
    day = int(min(time, len(curve) - 2.0))
    return float(curve[day] + (time - day) * (curve[day + 1] - curve[day]))


@part
def _end(tables: WalkTables, book: Book, me: Any) -> None:
    end = me.node - tables.settings
    place = me.lane * (tables.nodes - tables.settings) + end
    book.end[me.walker] = me.node
    book.reached[me.lane, me.node] += 1.0
    _pay(tables, me, tables.end_gbp[me.lane, end], 1.0, 1.0, book.sums.ends, book.twins.ends, place)
