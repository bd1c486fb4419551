"""The walk of `walk_numpy`, compiled: serial and without the interpreter's lock, so that threads run side by side.

Every walker gets the numpy walk's answer to the last bit (the same sums in the same order, no fast maths); tallies are
added up in another order. This module has what any walk needs; walk_numba_plain is for pathways without time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine import walk_random
from pathway_cost.engine.walk_quantiles import FINE, LEVELS, MIDDLE, TAIL, ZOOM
from pathway_cost.engine.walk_random import ROUTE, START, STAY, WAIT
from pathway_cost.engine.walk_tables import (
    AT_END,
    AT_START,
    BY_LINES,
    BY_YEAR_THAT_ENDS,
    CYCLES_APART,
    LINES,
    MOST_CYCLES,
    MOST_VISITS,
    SOON,
    STEPS,
    Quantiles,
    Tallies,
    Walked,
    Walkers,
    WalkTables,
    nothing_walked,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Function = TypeVar("Function", bound=Callable[..., Any])

_njit: Any = numba.njit
# nothing here makes an array, and counting who holds which would take longer than the walk itself: hence no _nrt
_PLAIN: Final = {"nogil": True, "error_model": "numpy", "_nrt": False, "forceinline": True}
_GOLDEN: Final = np.uint64(walk_random.GOLDEN)
_FIRST: Final = np.uint64(walk_random.FIRST)
_SECOND: Final = np.uint64(walk_random.SECOND)
_APART: Final = np.uint64(walk_random.APART)
_UNIT: Final = walk_random.UNIT
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


def compiled(function: Function) -> Function:
    """Compiled once a machine; each time where no folder can keep it."""
    try:
        return cast("Function", _njit(cache=True, **_PLAIN)(function))
    except RuntimeError:
        return cast("Function", _njit(**_PLAIN)(function))


def part(function: Function) -> Function:
    """Called by compiled code only, which saves half of the compiling."""
    return cast("Function", _njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **_PLAIN)(function))


STATE: Final = np.dtype(
    [
        ("walker", "i8"),
        ("row", "i8"),
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


class Book(NamedTuple):
    """Who walks, and `Walked` as compiled code writes it.

    row, key (n,); present is empty without discounting; ends of tallies are (R × (V − S),).
    """

    row: Integers
    key: NDArray[np.uint64]
    gbp: Floats
    present: Floats
    days: Floats
    end: Integers
    wrong: NDArray[np.bool_]
    sums: Tallies
    twins: Tallies
    starts: Floats
    reached: Floats


def book_of(walkers: Walkers, walked: Walked) -> Book:
    """The same memory as `walked`."""
    sums = walked.tallies._replace(ends=walked.tallies.ends.reshape(-1))
    twins = Tallies(*(np.empty(0) for _ in sums))
    if walked.discounted is not None:
        twins = walked.discounted._replace(ends=walked.discounted.ends.reshape(-1))
    present = np.empty(0) if walked.present_gbp is None else walked.present_gbp
    answers = walked.gbp, present, walked.days, walked.end, walked.wrong
    return Book(walkers.row, walkers.key, *answers, sums, twins, walked.starts, walked.reached)


def kernel_for(tables: WalkTables) -> Callable[[WalkTables, Walkers], Walked]:
    """The fastest walk that fits."""
    if is_plain(tables):
        from pathway_cost.engine.walk_numba_plain import plain_kernel

        return plain_kernel(tables)
    return walk_chunk


def is_plain(tables: WalkTables) -> bool:
    """Whether nothing depends on time."""
    varies = (tables.periods > 1).any() or (tables.spells > 1).any() or tables.is_cycle.any()
    return not varies and np.isinf(tables.horizon) and len(tables.discount_factor) == 0


def walk_chunk(tables: WalkTables, walkers: Walkers) -> Walked:
    """As `walk_numpy.walk_chunk`."""
    walked = nothing_walked(tables, len(walkers.row))
    _walk(tables, book_of(walkers, walked), np.zeros(1, dtype=STATE), np.zeros(tables.settings, dtype=np.int64))
    return walked


@part
def at(index: int) -> np.uint64:
    """An index that is never negative, which spares compiled code the question."""
    return np.uint64(index)


@part
def mixed(bits: np.uint64) -> np.uint64:
    """As `walk_random.mixed`."""
    bits = bits + _GOLDEN
    bits = (bits ^ (bits >> _30)) * _FIRST
    bits = (bits ^ (bits >> _27)) * _SECOND
    return bits ^ (bits >> _31)


@part
def drawn(moment: np.uint64, purpose: int) -> float:
    """As `walk_random.drawn`."""
    return np.int64(mixed(moment ^ (np.uint64(purpose) * _APART)) >> _11) * _UNIT


@part
def z_value(quantiles: Quantiles, table: int, uniform: float) -> float:
    """As `walk_tables.z_values`."""
    kind, first = quantiles.kind[table], quantiles.first[table]
    if kind == LINES:
        return on_line(quantiles.knots, first, uniform)
    if kind == STEPS:
        return _on_step(quantiles.knots, first, quantiles.steps[table], uniform)
    return 1.0


@part
def on_line(knots: Floats, first: int, uniform: float) -> float:
    """Z from a table of lines that begins at knot `first`."""
    along = uniform * MIDDLE
    if uniform < TAIL or uniform > 1 - TAIL:
        high = uniform > 1 - TAIL
        within = (1 - uniform if high else uniform) * ZOOM
        first += MIDDLE + 1 + (LEVELS * (FINE + 1) if high else 0)
        depth = 1
        while depth < LEVELS and within < TAIL:
            within *= ZOOM
            first += FINE + 1
            depth += 1
        along = within * FINE
    whole = int(along)
    low = float(knots[at(first + whole)])
    return low + (along - whole) * (float(knots[at(first + whole + 1)]) - low)


@part
def _on_step(knots: Floats, first: int, steps: int, uniform: float) -> float:
    low, high = 0, steps - 1
    while low < high:
        middle = (low + high) // 2
        if knots[first + steps + middle] > uniform:
            high = middle
        else:
            low = middle + 1
    return float(knots[first + low])


@part
def start_node(tables: WalkTables, row: int, patient: np.uint64) -> int:
    """Where a patient starts; no draw where there is no choice."""
    shares = tables.start_cumulative[row]
    if shares[0] >= 1:
        return 0
    chance = drawn(mixed(mixed(patient ^ np.uint64(0)) ^ np.uint64(0)), START)
    node = 0
    while node < len(shares) - 1 and chance >= shares[node]:
        node += 1
    return node


@compiled
def _walk(tables: WalkTables, book: Book, states: NDArray[np.void], came: Integers) -> None:
    for walker in range(len(book.row)):
        for setting in range(tables.settings):
            came[setting] = 0
        me = begin(tables, book, states, 0, walker)
        while 0 <= me.node < tables.settings:
            me.node = _visit(tables, book, me, came)
        if me.node >= tables.settings:
            _end(tables, book, me)
        book.gbp[walker], book.days[walker] = me.gbp, me.days
        if len(book.present):
            book.present[walker] = me.present


@part
def begin(tables: WalkTables, book: Book, states: NDArray[np.void], place: int, walker: int) -> Any:
    """Puts a walker where the walk starts: the state at `place`."""
    me = states[place]
    me.walker, me.row = walker, book.row[walker]
    me.patient = mixed(mixed(tables.seed) ^ book.key[walker])
    me.node = start_node(tables, me.row, me.patient)
    me.visits, me.cycle, me.days = 0, 0, 0.0
    me.gbp = tables.start_gbp[me.row]
    if len(tables.discount_factor):
        me.present = me.gbp * tables.discount_factor[0]
    book.starts[me.row, me.node] += 1.0
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
    me.number = (me.row * periods + period) * spells + min(me.cycle, spells - 1)


@part
def _pay_here(tables: WalkTables, book: Book, me: Any, came: Integers) -> None:
    """What an arrival costs, and a cycle that starts."""
    cell, is_cycle = tables.offset[me.node] + me.number, tables.is_cycle[me.node]
    event = is_cycle or tables.passing[me.node]
    if me.cycle == 0 and (event or me.days < tables.horizon):
        ending = 1.0 if event else 0.0
        _pay(tables, me, tables.entry_gbp[cell], 1.0, ending, book.sums.visits, book.twins.visits, cell)
        if came[me.node] == 1:
            book.reached[me.row, me.node] += 1.0
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
    """As `walk_numpy._cycle_endings`."""
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
        days = _days(tables.quantiles, tables.stay_mean[me.row, edge], tables.stay_table[me.row, edge], moment, STAY)
    if not _spend(tables, me, -1, days, tables.day_gbp, book.sums.days, book.twins.days):
        return -1
    days = _days(tables.quantiles, tables.wait_mean[me.row, edge], tables.wait_table[me.row, edge], moment, WAIT)
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
    """As `walk_numpy._factor`."""
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
    place = me.row * (tables.nodes - tables.settings) + end
    book.end[me.walker] = me.node
    book.reached[me.row, me.node] += 1.0
    _pay(tables, me, tables.end_gbp[me.row, end], 1.0, 1.0, book.sums.ends, book.twins.ends, place)
