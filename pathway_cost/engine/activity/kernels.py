"""The kernel that runs a program for many patients, in numpy; kernels_compiled holds the same for big cohorts.

Axes: I inputs of a program (E shares, then V start shares), O inputs that are each patient's own, B bases (patients
alike in every level), N patients in the order of their bases, C cells of the work array.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.model import ADD, COPY, DIVIDE, MULTIPLY, MULTIPLY_ADD, STAYING, Program

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TOGETHER: Final = 4096  # patients worked on together: the work array stays in the cache
MOST_VISITS: Final = 10_000.0  # more expected visits to one setting are a fault
LEAK: Final = 1e-9  # patients who start, less patients who reach an end
NO_CELLS: Final = np.zeros(0, dtype=np.int64)


class Patients(NamedTuple):
    """What a program runs on: input i of patient n is own[source[i], n] where source[i] ≥ 0, else table[i, base[n]].

    table (I, B), or (I, 1) where bases do not differ; own (O, N), source (I,), base (N,) never falling, weight (N,).
    """

    table: Floats
    own: Floats
    source: Integers
    base: Integers
    weight: Floats


def run_program(
    program: Program, patients: Patients, summed: Integers, kept: Integers
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """A program and its patients → sums of cells by base, cells patient by patient, and whose visits cannot be right.

    Returns:
        (len(summed), B) weighted sums of cells over the patients of each base; (len(kept), N) cells by patient;
        (N,) whether the visits cannot be right: not finite, too many, or patients who never reach an end.
    """
    count, bases = len(patients.base), max(patients.table.shape[1], int(patients.base[-1]) + 1)
    sums, answers = np.zeros((len(summed), bases)), np.empty((len(kept), count))
    wrong = np.empty(count, dtype=np.bool_)
    work = np.empty((program.cells, min(TOGETHER, count)))
    with np.errstate(all="ignore"):
        for first in range(0, count, TOGETHER):
            part = slice(first, min(first + TOGETHER, count))
            cells = work[:, : part.stop - first]
            _run_steps(program.steps.tolist(), _inputs(cells, program, patients, part))
            for row, cell in enumerate(kept):
                answers[row, part] = cells[cell]
            wrong[part] = _is_wrong(cells, program)
            _add_sums(sums, cells, summed, patients.weight[part], patients.base[part])
    return sums, answers, wrong


def _inputs(work: Floats, program: Program, patients: Patients, part: slice) -> list[Floats]:
    """The cells of these patients: shares as they stand (no step writes to them), everything else in the work array."""
    cells, base, shares = list(work), patients.base[part], program.visits[0]
    alike = base[:1] if base[0] == base[-1] else base
    for row, source in enumerate(patients.source):
        if source >= 0:
            given = patients.own[source, part]
        else:
            given = patients.table[row] if patients.table.shape[1] == 1 else patients.table[row][alike]
        if row < shares:
            cells[row] = given
        else:
            cells[row][...] = given
    return cells


def _run_steps(steps: list[list[int]], cells: list[Floats]) -> None:
    product = np.empty_like(cells[-1])
    for kind, to, first, second in steps:
        if kind == MULTIPLY_ADD:
            np.multiply(cells[first], cells[second], out=product)
            cells[to] += product
        elif kind == MULTIPLY:
            np.multiply(cells[first], cells[second], out=cells[to])
        elif kind == COPY:
            cells[to][...] = cells[first]
        elif kind == ADD:
            cells[to] += cells[first]
        elif kind == STAYING:
            np.divide(1.0, 1.0 - cells[first], out=cells[to])
        elif kind == DIVIDE:
            np.divide(cells[first], cells[second], out=cells[to])
        else:
            np.add(1.0, cells[first], out=cells[to])


def _is_wrong(work: Floats, program: Program) -> NDArray[np.bool_]:
    arrived = work[program.ends].sum(axis=0)
    looped = work[program.looped]
    right = (np.abs(arrived - 1.0) <= LEAK) & ((looped >= 0.0) & (looped <= MOST_VISITS)).all(axis=0)
    return np.asarray(~right)


def _add_sums(sums: Floats, work: Floats, summed: Integers, weight: Floats, base: Integers) -> None:
    starts = np.flatnonzero(np.diff(base, prepend=-1))
    found, weighted = np.empty((len(summed), len(starts))), np.empty_like(weight)
    for row, cell in enumerate(summed):
        np.add.reduceat(np.multiply(work[cell], weight, out=weighted), starts, out=found[row])
    sums[:, base[starts]] += found
