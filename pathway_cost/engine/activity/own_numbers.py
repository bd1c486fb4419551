"""Pathways in which every patient has numbers of their own: blocks of patients run through the kernel and are summed.

No array is ever patients × uses. Blocks are added up in a fixed order, so threads change nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity import kernels
from pathway_cost.engine.activity.averages import Tally
from pathway_cost.engine.activity.block import Block, Job, Kernel, Ordered, run_block
from pathway_cost.engine.activity.cell_worth import Coefficients
from pathway_cost.engine.model import Model
from pathway_cost.engine.values import Bases
from pathway_cost.errors import EngineFaults, Problem, raise_if_any
from pathway_cost.tables.cohort.cohort import CodedCohort
from pathway_cost.tables.cohort.segments import Segments

Floats = NDArray[np.float64]

BLOCK: Final = 65_536  # patients evaluated together
COMPILED_ABOVE: Final = 200_000  # patients from which compiling the kernel pays


def ordered_patients(cohort: CodedCohort, bases: Bases) -> Ordered:
    """The patients of a cohort who are in some bases, in the order of the bases."""
    positions = np.full(len(cohort.segments.of_base), -1, dtype=np.int64)
    positions[bases.lanes.base] = np.arange(bases.lanes.count)
    position = positions[cohort.base]
    small = position.astype(np.uint16 if bases.lanes.count < np.iinfo(np.uint16).max else np.uint64)  # −1 comes last
    row = np.argsort(small, kind="stable")[: np.count_nonzero(position >= 0)]
    return Ordered(row, position[row], cohort.weight[row], cohort.numbers)


def tally_of_patients(
    model: Model,
    bases: Bases,
    patients: Ordered,
    segments: Segments,
    *,
    coefficients: Coefficients | None = None,
) -> tuple[Tally, Floats | None]:
    """The tally over patients who differ, and (N,) pounds of each where coefficients are given.

    Raises:
        EngineFaults: of every share, value and loop that cannot be, the first fault.
    """
    count = len(patients.row)
    job = Job(model, bases, patients, segments, coefficients, _kernel(count))
    total = _Total(job, count)
    for part, block in _in_order(job, count):
        total.add(part, block)
    raise_if_any(total.faults.values(), EngineFaults)
    return total.tally(patients), total.cost


class _Total:
    """Blocks added up."""

    def __init__(self, job: Job, count: int) -> None:
        size = job.bases.lanes.count
        self.job = job
        self.sums = np.zeros((len(job.summed), size))
        self.starts = np.zeros((len(job.model.graph.nodes), size))
        self.terms = {key: np.zeros(size) for key in job.own_terms}
        self.cost = None if job.coefficients is None else np.empty(count)
        self.faults: dict[tuple[str, str | None], Problem] = {}

    def add(self, part: slice, block: Block) -> None:
        """One more block; the first of several like faults is kept."""
        self.faults = {(problem.rule, problem.where.item): problem for problem in block.faults} | self.faults
        if block.sums is None or block.terms is None or block.starts is None:
            return
        self.sums[:, block.here] += block.sums
        self.starts[:, block.here] += block.starts
        for key, values in block.terms.items():
            self.terms[key][block.here] += values
        if self.cost is not None and block.cost is not None:
            self.cost[part] = block.cost

    def tally(self, patients: Ordered) -> Tally:
        """Per patient who starts; bases without weight have nothing."""
        weight = np.bincount(patients.position, patients.weight, minlength=self.sums.shape[1])
        each = np.where(weight > 0, weight, 1.0)
        cells, program = self.job.summed, self.job.model.program
        visits, reached, moved = (
            self.sums[np.searchsorted(cells, wanted)] / each
            for wanted in (program.visits, program.reached, program.moved)
        )
        return Tally(
            self.starts / each, visits, reached, moved, {key: values / each for key, values in self.terms.items()}
        )


def _kernel(count: int) -> Kernel:
    if count <= COMPILED_ABOVE:
        return kernels.run_program
    from pathway_cost.engine.activity import kernels_compiled  # seconds to compile: only for big cohorts

    return kernels_compiled.run_program


def _in_order(job: Job, count: int) -> Iterator[tuple[slice, Block]]:
    """Every block with its part of the patients, on all cores where there are many."""
    parts = [slice(first, min(first + BLOCK, count)) for first in range(0, count, BLOCK)]
    if count <= COMPILED_ABOVE:
        yield from zip(parts, map(partial(run_block, job), parts), strict=True)
        return
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from zip(parts, pool.map(partial(run_block, job), parts), strict=True)
