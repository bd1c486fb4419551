"""Patients who walk through a pathway one by one, each with own luck: pounds, days and where they end.

Few walkers go by reference, many by compiled, which holds the same walk compiled; each walker's answers agree to the
last bit, whoever else walks and on however many threads.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.walk.reference import walk_chunk
from pathway_cost.engine.walk.walk_tables import Counts, Quantiles, Walked, Walkers, WalkTables, nothing_walked

Floats = NDArray[np.float64]

CHUNK: Final = 65_536  # walkers of one task
MANY: Final = 200_000  # from here on compiling pays

Chunk = Callable[[WalkTables, Walkers], Walked]


def walk(tables: WalkTables, walkers: Walkers, *, counts: Counts | None = None, threads: int | None = None) -> Walked:
    """Tables of a pathway and its walkers → pounds, days and end of each, walked from time 0 to an end or the horizon.

    Who arrives at a setting before the horizon (or, where nobody stays, at it) draws the way out at once. A stay follows (its pounds a day count inside
    the horizon), then the wait of the way out, then the arrival, which counts up to and at the horizon. In a setting
    with cycles every cycle is drawn; its pounds count by the counting rule at its start, and who is there at the horizon
    exactly is still counted there. Shares are read at the start of a visit or cycle; days,
    moves and arrivals count at the clock period in which they fall.

    Args:
        tables: the pathway.
        walkers: lanes and keys of n patients.
        counts: what is counted, and discounted beside the pounds.
        threads: at most this many at once (one for each core if None). Answers do not depend on it.

    Returns:
        Answers in the walkers' order.
    """
    ready = _ready(tables)
    walkers = Walkers(_plain(walkers.lane, np.int64), _plain(walkers.key, np.uint64))
    assert (np.diff(ready.first_edge) > 0).all(), "every setting has a way out"
    assert ((walkers.lane >= 0) & (walkers.lane < len(ready.start_gbp))).all(), "every walker has a lane"
    parts = [slice(first, first + CHUNK) for first in range(0, len(walkers.lane), CHUNK)]
    few, threads = len(walkers.lane) < MANY, threads or os.cpu_count() or 1
    kernel = partial(walk_chunk, counts=counts) if few else _compiled(ready)
    jobs = (Walkers(walkers.lane[part], walkers.key[part]) for part in parts)
    answers = zip(parts, _in_threads(kernel, ready, jobs, threads), strict=True)
    walked = _gathered(nothing_walked(ready, len(walkers.lane), counts=few and counts is not None), answers)
    if few or counts is None:
        return walked
    again = ready._replace(
        discount_cumulative=counts.cumulative, discount_factor=counts.factor, factor_by=counts.factor_by
    )
    return walked._replace(counted=walk(again, walkers, threads=threads).discounted)


def _compiled(tables: WalkTables) -> Chunk:
    from pathway_cost.engine.walk import compiled  # half a second, which few walkers do not need

    kernel: Chunk = compiled.kernel_for(tables)
    return kernel


def _plain(values: NDArray[Any], kind: type[np.generic] | None = None) -> NDArray[Any]:
    """In one piece and writeable, so that there is one compiled kernel for all."""
    return np.require(values, dtype=kind, requirements=["C", "W"])


def _ready(tables: WalkTables) -> WalkTables:
    """Every field of exactly the type that the compiled walk knows."""
    fields = {name: _plain_field(value) for name, value in tables._asdict().items()}
    floats = {name: float(fields[name]) for name in ("horizon", "clock_step", "cycle_days")}
    return WalkTables(**{**fields, **floats, "seed": np.uint64(int(tables.seed) & (2**64 - 1))})


def _plain_field(value: Any) -> Any:
    if isinstance(value, Quantiles):
        return Quantiles(*map(_plain, value))
    return _plain(value) if isinstance(value, np.ndarray) else value


def _in_threads(kernel: Chunk, tables: WalkTables, jobs: Iterator[Walkers], threads: int) -> Iterator[Walked]:
    """Answers in the order of the jobs; only a few wait at any time."""
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Walked]] = deque()
        for job in jobs:
            waiting.append(pool.submit(kernel, tables, job))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _gathered(whole: Walked, answers: Iterator[tuple[slice, Walked]]) -> Walked:
    """One answer of many, tallies added in order."""
    for part, answer in answers:
        for mine, theirs in zip(_by_walker(whole), _by_walker(answer), strict=True):
            mine[part] = theirs
        for total, sums in zip(_sums(whole), _sums(answer), strict=True):
            np.add(total, sums, out=total)
    return whole


def _by_walker(walked: Walked) -> list[NDArray[Any]]:
    present = [] if walked.present_gbp is None else [walked.present_gbp]
    return [walked.gbp, *present, walked.days, walked.end, walked.wrong]


def _sums(walked: Walked) -> list[Floats]:
    return [*walked.tallies, *(walked.discounted or ()), *(walked.counted or ()), walked.starts, walked.reached]
