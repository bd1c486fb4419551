"""What a walk reads: the pathway as flat arrays, and inverse distribution functions of its stays as tables.

A sampled stay is scale × Z(u) for one uniform u. Lognormal, gamma, Weibull and exponential stays share a table of Z
(mean 1) with all stays of the same law and coefficient of variation; it is a line between knots, which lie closer and
closer towards both tails. Geometric and empirical stays are exact steps. Every Z rises with u, so that paired patients
stay paired. No logarithm or power is taken while walking: every machine walks the same way to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.values import Stays, dot, stay_laws
from pathway_cost.engine.walk.walk_quantiles import FINE, LEVELS, MIDDLE, TAIL, ZOOM, knots_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Keys = NDArray[np.uint64]

AT_START: Final = 0  # cycles are counted by who is there when they start
AT_END: Final = 1
HALF_CYCLE: Final = 2

BY_LINES: Final = 0  # how factors of discounting are read between whole days
BY_YEAR: Final = 1
BY_YEAR_THAT_ENDS: Final = 2

MOST_VISITS: Final = 10_000  # of one walker: more are a fault
MOST_CYCLES: Final = 100_000  # of one visit: 270 years of days
CYCLES_APART: Final = 2**20  # draws of cycle c of visit n are numbered n × this + c
SOON: Final = 1e-9  # days: a time so close to the horizon is at the horizon

CERTAIN: Final = 0  # Z = 1
LINES: Final = 1
STEPS: Final = 2

LOG_STEPS: Final = 2000  # coefficients of variation are rounded to 1/2,000 of themselves: 0.025% of the sd at most


class Quantiles(NamedTuple):
    """Inverse distribution functions of Z, stays in units of their scale: T tables, one after the other in `knots`.

    kind (T,) CERTAIN, LINES (walk_quantiles) or STEPS; first (T,) its first knot; steps (T,) number of steps n: the n
    values are followed by the n cumulative shares. Table 0 is CERTAIN.
    """

    kind: Integers
    first: Integers
    steps: Integers
    knots: Floats


class WalkTables(NamedTuple):
    """A pathway to walk through, as flat arrays. R lanes, S settings, V nodes (settings, then ends), E edges.

    seed of the run; horizon in days (inf without); clock_step days between clock periods; cycle_days length of a cycle
    (nan without); counting AT_START, AT_END or HALF_CYCLE; settings S; nodes V.

    setting_key (S,); first_edge (S + 1,): setting s leaves by edges first_edge[s] … first_edge[s + 1] − 1; target (E,)
    nodes; is_cycle (S,): stays are one cycle, and an edge to itself goes on with the same visit; passing (S,): nobody stays,
    and a visit counts at the horizon too.

    periods (S,) and spells (S,): clock periods and cycles in the setting on which values depend (1: none). Cell of lane r,
    period p, spell c of setting s: offset[s] + (r × periods[s] + p) × spells[s] + c, X in all; its k-th edge:
    edge_offset[s] + that number × (edges of s) + k, Y in all.

    cumulative (Y,) shares of the ways out, the last 1; entry_gbp, day_gbp, cycle_gbp (X,); edge_gbp (Y,) once on arrival
    by the edge; wait_day_gbp (Y,) a day of its wait; end_gbp (R, V − S) once on arrival; start_gbp (R,) once at time 0;
    start_cumulative (R, V).

    stay_mean, wait_mean (R, E): days by which Z is multiplied; stay_table, wait_table (R, E): its table.

    discount_cumulative (H + 2,): the discount factor integrated from 0 to day k, read by straight lines, the last one going
    on; discount_factor (H + 2,) at day k, read by BY_LINES or as one of a whole year: that which a moment lies in (BY_YEAR),
    or, where cycles pass, that which ends there (BY_YEAR_THAT_ENDS); both empty without discounting.
    """

    seed: np.uint64
    horizon: float
    clock_step: float
    cycle_days: float
    counting: int
    settings: int
    nodes: int
    setting_key: Keys
    first_edge: Integers
    target: Integers
    is_cycle: NDArray[np.bool_]
    passing: NDArray[np.bool_]
    periods: Integers
    spells: Integers
    offset: Integers
    edge_offset: Integers
    cumulative: Floats
    entry_gbp: Floats
    day_gbp: Floats
    cycle_gbp: Floats
    edge_gbp: Floats
    wait_day_gbp: Floats
    end_gbp: Floats
    start_gbp: Floats
    start_cumulative: Floats
    stay_mean: Floats
    stay_table: Integers
    wait_mean: Floats
    wait_table: Integers
    quantiles: Quantiles
    discount_cumulative: Floats
    discount_factor: Floats
    factor_by: int = 0


class Counts(NamedTuple):
    """What is counted, and discounted at its own rate: the discounts as in `WalkTables`, and the tallies wanted."""

    cumulative: Floats
    factor: Floats
    factor_by: int
    tallies: frozenset[str]


class Walkers(NamedTuple):
    """Patients who walk: lane (n,) of the tables, in any order; key (n,) of their draws."""

    lane: Integers
    key: Keys


class Tallies(NamedTuple):
    """Sums over walkers of what pounds are paid for: dividing them by patients gives the expected quantities.

    visits, days, cycles (X,); edge_moves, edge_days (Y,); ends (R, V − S).
    """

    visits: Floats
    days: Floats
    cycles: Floats
    edge_moves: Floats
    edge_days: Floats
    ends: Floats


class Walked(NamedTuple):
    """What came of n walkers: pounds, days and end of each, and sums by lane.

    gbp (n,); present_gbp (n,) or None without discounting; days (n,) until the end or the horizon; end (n,) node, −1 if
    still inside; wrong (n,): stopped after too many visits; tallies, and the same discounted, or None; starts (R, V);
    reached (R, V) walkers who came at least once.
    """

    gbp: Floats
    present_gbp: Floats | None
    days: Floats
    end: Integers
    wrong: NDArray[np.bool_]
    tallies: Tallies
    discounted: Tallies | None
    starts: Floats
    reached: Floats
    counted: Tallies | None = None
    """As discounted, at the rate of what is counted; only the tallies that were asked for."""


def nothing_walked(tables: WalkTables, count: int, *, counts: bool = False) -> Walked:
    """Answers of `count` walkers before anybody has moved."""
    discounting = len(tables.discount_factor) > 0
    lanes, nodes = tables.start_cumulative.shape
    return Walked(
        np.zeros(count),
        np.zeros(count) if discounting else None,
        np.zeros(count),
        np.full(count, -1, dtype=np.int64),
        np.zeros(count, dtype=np.bool_),
        no_tallies(tables),
        no_tallies(tables) if discounting else None,
        np.zeros((lanes, nodes)),
        np.zeros((lanes, nodes)),
        no_tallies(tables) if counts else None,
    )


def no_tallies(tables: WalkTables) -> Tallies:
    """Tallies of nobody."""
    cells, edges = len(tables.entry_gbp), len(tables.edge_gbp)
    visits, days, cycles = np.zeros((3, cells))
    moves, waits = np.zeros((2, edges))
    return Tallies(visits, days, cycles, moves, waits, np.zeros_like(tables.end_gbp))


def tabulate(*groups: Stays) -> tuple[list[tuple[Floats, Integers]], Quantiles]:
    """Groups of stays (say, of edges and of waits) → the scale and the table of Z of each.

    Returns:
        For each group, (R,) days by which Z is multiplied (the mean; 1 for geometric stays, whose Z are whole days) and
        (R,) its table; and the tables.

    >>> fixed = Stays(np.array([stay_laws.FIXED]), np.array([3.0]), np.zeros(1), np.array([-1]))
    >>> [(scale, table)], tables = tabulate(fixed)
    >>> scale.tolist(), table.tolist()
    ([3.0], [0])
    """
    kinds, knots = [(CERTAIN, 0)], [np.ones(1)]
    numbers: dict[tuple[int, int, float], int] = {}
    answers = []
    for stays in groups:
        law = stay_laws.laws_in_force(stays)
        table = np.zeros(law.shape, dtype=np.int64)
        for key, lanes in _alike(stays, law):
            if key not in numbers:
                numbers[key] = len(kinds)
                kind, values = _table(key, stays)
                kinds.append((kind, len(values) // 2 if kind == STEPS else 0))
                knots.append(values)
            table[lanes] = numbers[key]
        answers.append((np.where(law == stay_laws.GEOMETRIC, 1.0, stays.mean), table))
    first = np.cumsum([0, *(len(values) for values in knots[:-1])])
    kind, steps = np.array(kinds, dtype=np.int64).T.copy()
    return answers, Quantiles(kind, first.astype(np.int64), steps, np.concatenate(knots))


def z_values(quantiles: Quantiles, table: Integers, uniform: Floats) -> Floats:
    """Z of each draw: (n,) tables and (n,) uniforms to (n,) values.

    >>> _, tables = tabulate(Stays(np.array([stay_laws.EXPONENTIAL]), np.array([3.0]), np.zeros(1), np.array([-1])))
    >>> z_values(tables, np.array([0, 1]), np.array([0.5, 0.5])).round(4).tolist()  # ln 2
    [1.0, 0.6931]
    """
    found = np.ones(uniform.shape)
    kind = quantiles.kind[table]
    lines = np.flatnonzero(kind == LINES)
    if len(lines):
        start, along = _place(quantiles.first[table[lines]], uniform[lines])
        whole = along.astype(np.int64)
        low, high = quantiles.knots[start + whole], quantiles.knots[start + whole + 1]
        found[lines] = low + (along - whole) * (high - low)
    for number in np.unique(table[kind == STEPS]):
        here, first, steps = table == number, quantiles.first[number], quantiles.steps[number]
        shares = quantiles.knots[first + steps : first + 2 * steps]
        found[here] = quantiles.knots[first + np.searchsorted(shares, uniform[here], side="right")]
    return found


def _place(first: Integers, uniform: Floats) -> tuple[Integers, Floats]:
    """The first knot of the level in which a uniform lies, and how many knots on."""
    low, high = uniform < TAIL, uniform > 1 - TAIL
    within = np.where(high, 1 - uniform, uniform) * ZOOM
    depth = np.zeros(uniform.shape, dtype=np.int64)
    for _ in range(LEVELS - 1):
        deeper = within < TAIL
        within = np.where(deeper, within * ZOOM, within)
        depth += deeper
    start = first + (MIDDLE + 1) + (depth + LEVELS * high) * (FINE + 1)
    tail = low | high
    return np.where(tail, start, first), np.where(tail, within * FINE, uniform * MIDDLE)


def _alike(stays: Stays, law: Integers) -> Iterator[tuple[tuple[int, int, float], Integers]]:
    """Lanes that share a table, with its (law, empirical table, parameter)."""
    parameter = np.zeros(law.shape)
    spreads = np.isin(law, (stay_laws.LOGNORMAL, stay_laws.GAMMA, stay_laws.WEIBULL))
    parameter[spreads] = np.rint(np.log(stays.sd[spreads] / stays.mean[spreads]) * LOG_STEPS)
    geometric = law == stay_laws.GEOMETRIC
    parameter[geometric] = stays.mean[geometric]
    number = np.where(law == stay_laws.EMPIRICAL, stays.table, -1)
    keys = np.column_stack([law, number, parameter])
    if (keys == keys[0]).all():
        keys, member = keys[:1], np.zeros(len(keys), dtype=np.int64)
    else:
        keys, member = np.unique(keys, axis=0, return_inverse=True)
    for position, (code, table, value) in enumerate(keys):
        if code != stay_laws.FIXED:
            yield (int(code), int(table), float(value)), np.flatnonzero(member == position)


def _table(key: tuple[int, int, float], stays: Stays) -> tuple[int, Floats]:
    law, table, parameter = key
    if law == stay_laws.EMPIRICAL:
        return STEPS, _empirical_steps(*stays.tables[table])
    if law == stay_laws.GEOMETRIC:
        return STEPS, _geometric_steps(parameter)
    return LINES, knots_of(law, float(np.exp(parameter / LOG_STEPS)))


def _empirical_steps(values: Floats, shares: Floats) -> Floats:
    order = np.argsort(values, kind="stable")
    cumulative = np.minimum(np.cumsum(shares[order]), 1.0)
    cumulative[-1] = 1.0
    return np.concatenate([values[order] / dot(values, shares), cumulative])


def _geometric_steps(mean: float) -> Floats:
    """Whole days until fewer are left than a uniform can tell apart."""
    days = 1.0 if mean <= 1 else np.ceil(np.log(2.0**-53) / np.log1p(-1 / mean))
    day = np.arange(1.0, days + 1)
    with np.errstate(divide="ignore"):
        cumulative = -np.expm1(day * np.log1p(-1 / mean))
    cumulative[-1] = 1.0
    return np.concatenate([day, cumulative])
