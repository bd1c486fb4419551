"""What compiled walks share: the book they write, their draws, and reading inverse distribution functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.walk import walk_random
from pathway_cost.engine.walk.walk_quantiles import FINE, LEVELS, MIDDLE, TAIL, ZOOM
from pathway_cost.engine.walk.walk_random import START
from pathway_cost.engine.walk.walk_tables import LINES, STEPS, Quantiles, Tallies, Walked, Walkers, WalkTables

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


class Book(NamedTuple):
    """Who walks, and `Walked` as compiled code writes it.

    lane, key (n,); present is empty without discounting; ends of tallies are (R × (V − S),).
    """

    lane: Integers
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
    """Walkers and their answers → the book that compiled code writes, in the memory of the answers."""
    sums = walked.tallies._replace(ends=walked.tallies.ends.reshape(-1))
    twins = Tallies(*(np.empty(0) for _ in sums))
    if walked.discounted is not None:
        twins = walked.discounted._replace(ends=walked.discounted.ends.reshape(-1))
    present = np.empty(0) if walked.present_gbp is None else walked.present_gbp
    answers = walked.gbp, present, walked.days, walked.end, walked.wrong
    return Book(walkers.lane, walkers.key, *answers, sums, twins, walked.starts, walked.reached)


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
def start_node(tables: WalkTables, lane: int, patient: np.uint64) -> int:
    """Where a patient starts; no draw where there is no choice."""
    shares = tables.start_cumulative[lane]
    if shares[0] >= 1:
        return 0
    chance = drawn(mixed(mixed(patient ^ np.uint64(0)) ^ np.uint64(0)), START)
    node = 0
    while node < len(shares) - 1 and chance >= shares[node]:
        node += 1
    return node
