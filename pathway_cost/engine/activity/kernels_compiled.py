"""The kernels of `kernels`, compiled: serial and without the interpreter's lock, so that threads run side by side.

Every patient gets the numpy kernel's answer to the last bit (the same steps in the same order, no fast maths); sums
over patients are added up in another order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity.kernels import LEAK, MOST_VISITS, Patients
from pathway_cost.engine.model import ADD, COPY, DIVIDE, MULTIPLY, MULTIPLY_ADD, STAYING, Program

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TOGETHER: Final = 2048  # patients worked on together: their visits stay in the second-level cache
APART: Final = 8  # numbers between two cells: cells a whole page apart would wait for each other

Function = TypeVar("Function", bound=Callable[..., Any])

_njit: Any = numba.njit
_PART: Final = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def _compiled(function: Function) -> Function:
    """Compiled once a machine; each time where no folder can keep it."""
    try:
        return cast("Function", _njit(nogil=True, cache=True, error_model="numpy")(function))
    except RuntimeError:
        return cast("Function", _njit(nogil=True, error_model="numpy")(function))


def _part(function: Function) -> Function:
    """Called by compiled code only, which saves half of the compiling."""
    return cast("Function", _njit(nogil=True, error_model="numpy", **_PART)(function))


def _sum(function: Function) -> Function:
    """A part whose sums may be taken in any order, so that they run on several patients at once."""
    return cast("Function", _njit(nogil=True, error_model="numpy", fastmath={"reassoc"}, **_PART)(function))


@_compiled
def run_program(
    program: Program, patients: Patients, summed: Integers, kept: Integers
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """As `kernels.run_program`."""
    count, bases = len(patients.base), max(patients.table.shape[1], patients.base[-1] + 1)
    sums, answers = np.zeros((len(summed), bases)), np.empty((len(kept), count))
    wrong = np.empty(count, dtype=np.bool_)
    work, arrived = np.empty((program.cells, TOGETHER + APART)), np.empty(TOGETHER)
    last, filled, length = 0, -1, 0  # inputs stand for this base, and for so many patients
    while last < count:
        first = last
        last, base = _alike(patients.base, first), patients.base[first]
        if _column(patients, first) != filled or last - first > length:
            filled, length = _column(patients, first), last - first
            _fill_inputs(work, program, patients, first, last)
        _fill_starts(work, program, patients, first, last)
        _run_steps(work, program, patients, first, last)
        for row in range(len(kept)):
            _copy(answers[row, first:last], work[kept[row]])
        for row in range(len(summed)):
            sums[row, base] += _weighted_sum(work[summed[row]], patients.weight[first:last])
        _mark_wrong(wrong[first:last], arrived[: last - first], work, program)
    return sums, answers, wrong


@_part
def _alike(base: Integers, first: int) -> int:
    """The end of the patients of one base from `first`, at most TOGETHER."""
    limit = min(first + TOGETHER, len(base))
    if base[limit - 1] == base[first]:
        return limit
    last = first + 1
    while base[last] == base[first]:
        last += 1
    return last


@_part
def _column(patients: Patients, patient: int) -> int:
    """Where the base of a patient stands in the table."""
    column: int = min(patients.base[patient], patients.table.shape[1] - 1)
    return column


@_part
def _fill_inputs(work: Floats, program: Program, patients: Patients, first: int, last: int) -> None:
    """The inputs that all of a base share, but for starts: no step writes to them, so they stay while the base does."""
    column = _column(patients, first)
    for row in range(program.visits[0]):
        if patients.source[row] < 0:
            _fill(work[row, : last - first], patients.table[row, column])


@_part
def _fill_starts(work: Floats, program: Program, patients: Patients, first: int, last: int) -> None:
    """Who starts where: visits are added up on top of it."""
    column = _column(patients, first)
    for row in range(program.visits[0], len(patients.source)):
        if patients.source[row] < 0:
            _fill(work[row, : last - first], patients.table[row, column])
        else:
            _copy(work[row, : last - first], patients.own[patients.source[row], first:last])


@_part
def _run_steps(work: Floats, program: Program, patients: Patients, first: int, last: int) -> None:
    for step in range(len(program.steps)):
        kind, cell, one, other = program.steps[step]
        to = work[cell, : last - first]
        values = _cell(work, program, patients, one, first)
        others = _cell(work, program, patients, other, first)
        if kind == MULTIPLY_ADD:
            _multiply_add(to, values, others)
        elif kind == MULTIPLY:
            _multiply(to, values, others)
        elif kind == COPY:
            _copy(to, values)
        elif kind == ADD:
            _add(to, values)
        elif kind == STAYING:
            _staying(to, values)
        elif kind == DIVIDE:
            _divide(to, values, others)
        else:
            _one_plus(to, values)


@_part
def _cell(work: Floats, program: Program, patients: Patients, cell: int, first: int) -> Floats:
    values: Floats = work[cell]
    if cell < program.visits[0] and patients.source[cell] >= 0:
        values = patients.own[patients.source[cell], first:]
    return values


@_part
def _fill(to: Floats, value: float) -> None:
    for patient in range(len(to)):
        to[patient] = value


@_part
def _copy(to: Floats, values: Floats) -> None:
    for patient in range(len(to)):
        to[patient] = values[patient]


@_part
def _add(to: Floats, values: Floats) -> None:
    for patient in range(len(to)):
        to[patient] += values[patient]


@_part
def _multiply(to: Floats, values: Floats, others: Floats) -> None:
    for patient in range(len(to)):
        to[patient] = values[patient] * others[patient]


@_part
def _multiply_add(to: Floats, values: Floats, others: Floats) -> None:
    for patient in range(len(to)):
        to[patient] += values[patient] * others[patient]


@_part
def _divide(to: Floats, values: Floats, others: Floats) -> None:
    for patient in range(len(to)):
        to[patient] = values[patient] / others[patient]


@_part
def _staying(to: Floats, values: Floats) -> None:
    for patient in range(len(to)):
        to[patient] = 1.0 / (1.0 - values[patient])


@_part
def _one_plus(to: Floats, values: Floats) -> None:
    for patient in range(len(to)):
        to[patient] = 1.0 + values[patient]


@_sum
def _weighted_sum(values: Floats, weight: Floats) -> float:
    total = 0.0
    for patient in range(len(weight)):
        total += values[patient] * weight[patient]
    return total


@_part
def _mark_wrong(wrong: NDArray[np.bool_], arrived: Floats, work: Floats, program: Program) -> None:
    _fill(arrived, 0.0)
    for cell in program.ends:
        _add(arrived, work[cell])
    for patient in range(len(wrong)):
        wrong[patient] = not abs(arrived[patient] - 1.0) <= LEAK
    for cell in program.looped:
        visits = work[cell]
        for patient in range(len(wrong)):
            wrong[patient] |= not (0.0 <= visits[patient] <= MOST_VISITS)
