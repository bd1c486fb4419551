"""The walk in numpy, the reference: all walkers of a chunk take their next visit (or cycle) together.

Axes: n walkers of a chunk, m of them still moving (`who` holds their numbers), S settings.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.walk.reference_pays import Item, Payments, cycle_endings, cycle_weights
from pathway_cost.engine.walk.walk_random import ROUTE, START, STAY, WAIT, drawn, moments, patients_of
from pathway_cost.engine.walk.walk_tables import (
    CYCLES_APART,
    MOST_CYCLES,
    MOST_VISITS,
    SOON,
    Counts,
    Walked,
    Walkers,
    WalkTables,
    nothing_walked,
    z_values,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Keys = NDArray[np.uint64]


class _Party(NamedTuple):
    """Where walkers are, kept up as they move; their times and pounds are kept in the answers.

    lane, patient (state of the draws), node, cycle (of the visit), visits (n,); came (n, S) arrivals so far. `varies` is
    whether any value depends on time; `payments` is where they pay.
    """

    lane: Integers
    patient: Keys
    node: Integers
    cycle: Integers
    visits: Integers
    came: Integers
    varies: bool
    payments: Payments


class _Here(NamedTuple):
    """Who moves, in which setting, and the number of the cell among the setting's cells: (m,) each."""

    who: Integers
    setting: Integers
    number: Integers


class _Out(NamedTuple):
    """Who leaves what setting by which of its ways out (`edge` among all), and the state of the draws: (m,)."""

    who: Integers
    setting: Integers
    way: Integers
    edge: Integers
    moment: Keys


class _Days(NamedTuple):
    """Days (m,) that those who leave spend first, and the tally they are counted in."""

    tally: str
    days: Floats


class _Spell(NamedTuple):
    """Days of some of those who leave (`part`), from start to stop, all in one clock period: (k,) each."""

    tally: str
    part: Integers
    start: Floats
    stop: Floats
    inside: Floats


def walk_chunk(tables: WalkTables, walkers: Walkers, *, counts: Counts | None = None) -> Walked:
    """Walk these walkers to their ends or the horizon; `walk.walk` has the rules.

    Args:
        tables: the pathway.
        walkers: n of them.
        counts: what is counted, and discounted beside the pounds.

    Returns:
        Their answers, and sums over them.
    """
    walked = nothing_walked(tables, len(walkers.lane), counts=counts is not None)
    party = _started(tables, walkers, walked, Payments.of(tables, walked, counts))
    moving = np.flatnonzero(party.node < tables.settings)
    with np.errstate(invalid="ignore"):
        while len(moving):
            moving = _step(tables, party, walked, moving)
    return walked


def _started(tables: WalkTables, walkers: Walkers, walked: Walked, payments: Payments) -> _Party:
    lane, count = walkers.lane, len(walkers.lane)
    patient = patients_of(int(tables.seed), walkers.key)
    node = _start_nodes(tables, lane, patient)
    np.add.at(walked.starts, (lane, node), 1.0)
    walked.gbp[:] = tables.start_gbp[lane]
    if walked.present_gbp is not None:
        walked.present_gbp[:] = tables.start_gbp[lane] * tables.discount_factor[0]
    nothing, came = np.zeros(count, dtype=np.int64), np.zeros((count, tables.settings), dtype=np.int64)
    varies = bool((tables.periods > 1).any() or (tables.spells > 1).any())
    party = _Party(lane, patient, node, nothing, nothing.copy(), came, varies, payments)
    _end(tables, party, walked, np.flatnonzero(node >= tables.settings))
    return party


def _start_nodes(tables: WalkTables, lane: Integers, patient: Keys) -> Integers:
    """Where each starts; no draw where there is no choice."""
    if (tables.start_cumulative[:, 0] >= 1).all():
        return np.zeros(len(lane), dtype=np.int64)
    chance = drawn(moments(patient, 0, 0), START)
    return np.asarray(np.minimum((chance[:, None] >= tables.start_cumulative[lane]).sum(axis=1), tables.nodes - 1))


def _step(tables: WalkTables, party: _Party, walked: Walked, who: Integers) -> Integers:
    """One visit or cycle of each; returns those who are in a setting afterwards."""
    here = _here(tables, party, walked, _admitted(party, walked, who))
    _pay_arrivals(tables, party, walked, here)
    _pay_cycles(tables, party, walked, here)
    if np.isfinite(tables.horizon):
        inside = (walked.days[here.who] < tables.horizon) | tables.passing[here.setting]
        here = _Here(*(values[inside] for values in here))
    out = _routes(tables, party, here)
    out = _wait(tables, party, walked, _stay(tables, party, walked, out))
    return _arrive(tables, party, walked, out)


def _admitted(party: _Party, walked: Walked, who: Integers) -> Integers:
    """Counts arrivals; those who have come too often stop here."""
    arriving = who[party.cycle[who] == 0]
    party.visits[arriving] += 1
    party.came[arriving, party.node[arriving]] += 1
    walked.wrong[who] = (party.visits[who] > MOST_VISITS) | (party.cycle[who] >= MOST_CYCLES)
    return who[~walked.wrong[who]]


def _here(tables: WalkTables, party: _Party, walked: Walked, who: Integers) -> _Here:
    return _Here(who, party.node[who], _number(tables, party, who, walked.days[who]))


def _number(tables: WalkTables, party: _Party, who: Integers, time: Floats) -> Integers:
    """The cell at a time, among those of the setting that each is in."""
    if not party.varies:
        return party.lane[who]
    setting = party.node[who]
    spells = tables.spells[setting]
    spell = np.minimum(party.cycle[who], spells - 1)
    return (party.lane[who] * tables.periods[setting] + _period(tables, setting, time)) * spells + spell


def _period(tables: WalkTables, setting: Integers, time: Floats) -> Integers:
    periods = tables.periods[setting]
    begun = np.where(periods > 1, np.floor(time / tables.clock_step + SOON), 0.0)
    return np.minimum(begun, periods - 1).astype(np.int64)


def _pay_arrivals(tables: WalkTables, party: _Party, walked: Walked, here: _Here) -> None:
    who = here.who
    event = tables.is_cycle[here.setting] | tables.passing[here.setting]
    enters = (party.cycle[who] == 0) & ((walked.days[who] < tables.horizon) | event)
    who, setting, cell = who[enters], here.setting[enters], (tables.offset[here.setting] + here.number)[enters]
    item, ending = Item("visits", cell, tables.entry_gbp[cell]), event[enters].astype(np.float64)
    party.payments.once(who, item, np.ones(len(who)), ending)
    first = party.came[who, setting] == 1
    np.add.at(walked.reached, (party.lane[who[first]], setting[first]), 1.0)


def _pay_cycles(tables: WalkTables, party: _Party, walked: Walked, here: _Here) -> None:
    cycles = tables.is_cycle[here.setting]
    if not cycles.any():
        return
    who, cell = here.who[cycles], (tables.offset[here.setting] + here.number)[cycles]
    item = Item("cycles", cell, tables.cycle_gbp[cell])
    time = walked.days[who]
    party.payments.once(who, item, cycle_weights(tables, time), cycle_endings(tables, time))


def _routes(tables: WalkTables, party: _Party, here: _Here) -> _Out:
    who, setting = here.who, here.setting
    visit = (party.came[who, setting] - 1) * CYCLES_APART + party.cycle[who]
    visit = np.where(tables.is_cycle[setting], visit, party.came[who, setting] - 1)
    moment = moments(party.patient[who], tables.setting_key[setting], visit.astype(np.uint64))
    chance = drawn(moment, ROUTE)
    ways = tables.first_edge[setting + 1] - tables.first_edge[setting]
    first = tables.edge_offset[setting] + here.number * ways
    way = np.zeros(len(who), dtype=np.int64)
    for position in range(int(ways.max(initial=1)) - 1):
        open_ = np.flatnonzero(position < ways - 1)
        way[open_] += chance[open_] >= tables.cumulative[first[open_] + position]
    return _Out(who, setting, way, tables.first_edge[setting] + way, moment)


def _stay(tables: WalkTables, party: _Party, walked: Walked, out: _Out) -> _Out:
    """Spends the stay; returns those who leave by the horizon, at whose time they then are."""
    lane = party.lane[out.who]
    z = _z(tables, tables.stay_table[lane, out.edge], out.moment, STAY)
    days = np.where(tables.is_cycle[out.setting], tables.cycle_days, tables.stay_mean[lane, out.edge] * z)
    return _spend(tables, party, walked, out, _Days("days", days))


def _z(tables: WalkTables, table: Integers, moment: Keys, purpose: int) -> Floats:
    """Z of each; no draw where all are certain."""
    certain = not tables.quantiles.kind[table].any()
    return np.ones(len(table)) if certain else z_values(tables.quantiles, table, drawn(moment, purpose))


def _wait(tables: WalkTables, party: _Party, walked: Walked, out: _Out) -> _Out:
    """As `_stay`, for the wait; nobody draws where nobody waits."""
    if not tables.wait_mean.any():
        return out
    lane = party.lane[out.who]
    z = _z(tables, tables.wait_table[lane, out.edge], out.moment, WAIT)
    return _spend(tables, party, walked, out, _Days("edge_days", tables.wait_mean[lane, out.edge] * z))


def _spend(tables: WalkTables, party: _Party, walked: Walked, out: _Out, spent: _Days) -> _Out:
    """Days of a stay or a wait; where values depend on the clock, each period's at its own."""
    time, horizon = walked.days[out.who], tables.horizon
    until = time + spent.days
    if np.isinf(horizon) and not party.varies:
        everybody = np.arange(len(time))
        _pay_days(tables, party, out, _Spell(spent.tally, everybody, time, until, spent.days))
        walked.days[out.who] = until
        return out
    until = np.where(np.abs(until - horizon) <= SOON, horizon, until)
    leaves = until <= horizon
    until = np.minimum(until, horizon)
    inside = np.where(leaves, spent.days, horizon - time)
    changes = tables.periods[out.setting] > 1
    at_once = np.flatnonzero(~changes)
    _pay_days(tables, party, out, _Spell(spent.tally, at_once, time[at_once], until[at_once], inside[at_once]))
    some = np.flatnonzero(changes & (time < until))
    while len(some):
        start = time[some]
        stop = _period_end(tables, out.setting[some], start, until[some])
        _pay_days(tables, party, out, _Spell(spent.tally, some, start, stop, stop - start))
        time[some] = stop
        some = some[stop < until[some]]
    walked.days[out.who] = until
    who, setting, way, edge, moment = out
    return _Out(who[leaves], setting[leaves], way[leaves], edge[leaves], moment[leaves])


def _period_end(tables: WalkTables, setting: Integers, time: Floats, until: Floats) -> Floats:
    """When the clock period ends, or before it the days."""
    period = _period(tables, setting, time)
    return np.where(period < tables.periods[setting] - 1, np.minimum((period + 1.0) * tables.clock_step, until), until)


def _pay_days(tables: WalkTables, party: _Party, out: _Out, spell: _Spell) -> None:
    who, setting, way = (values[spell.part] for values in (out.who, out.setting, out.way))
    number = _number(tables, party, who, spell.start)
    if spell.tally == "days":
        where, prices = tables.offset[setting] + number, tables.day_gbp
    else:
        where, prices = _move(tables, setting, number, way), tables.wait_day_gbp
    item = Item(spell.tally, where, prices[where])
    party.payments.for_days(who, item, spell.inside, spell.start, spell.stop)


def _move(tables: WalkTables, setting: Integers, number: Integers, way: Integers) -> Integers:
    """The place of a way out among all cells' edges."""
    ways = tables.first_edge[setting + 1] - tables.first_edge[setting]
    return np.asarray(tables.edge_offset[setting] + number * ways + way)


def _arrive(tables: WalkTables, party: _Party, walked: Walked, out: _Out) -> Integers:
    who, target = out.who, tables.target[out.edge]
    move = _move(tables, out.setting, _number(tables, party, who, walked.days[who]), out.way)
    party.payments.once(who, Item("edge_moves", move, tables.edge_gbp[move]), *np.ones((2, len(who))))
    stays = tables.is_cycle[out.setting] & (target == out.setting)
    party.cycle[who] = np.where(stays, party.cycle[who] + 1, 0)
    party.node[who] = target
    ended = target >= tables.settings
    _end(tables, party, walked, who[ended])
    return who[~ended]


def _end(tables: WalkTables, party: _Party, walked: Walked, who: Integers) -> None:
    lane, node = party.lane[who], party.node[who]
    walked.end[who] = node
    np.add.at(walked.reached, (lane, node), 1.0)
    place = (lane, node - tables.settings)
    party.payments.once(who, Item("ends", place, tables.end_gbp[place]), *np.ones((2, len(who))))
