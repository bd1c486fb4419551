"""One block of patients through the kernel: their own shares and factors, weighted sums by base, each one's pounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity import kernels
from pathway_cost.engine.activity.cell_worth import Coefficients, cell_of
from pathway_cost.engine.activity.loops import loops_without_exit, reached_nodes, too_many_visits
from pathway_cost.engine.model import Model, Program, Term
from pathway_cost.engine.values import Bases, Reader, ValueEvaluator, product_of_factors, start_shares
from pathway_cost.errors import Problem
from pathway_cost.tables.cohort.segments import Segments

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
TermKey = tuple[int, int]
Kernel = Callable[[Program, kernels.Patients, Integers, Integers], tuple[Floats, Floats, NDArray[np.bool_]]]


@dataclass(frozen=True)
class Ordered:
    """N patients in the order of their bases."""

    row: Integers
    """(N,) row of the cohort."""
    position: Integers
    """(N,) position of the base among all of them; never falling."""
    weight: Floats
    """(N,) patients a row stands for."""
    numbers: Mapping[str, Floats]
    """Numeric attribute → (all rows of the cohort,)."""


@dataclass(frozen=True)
class Job:
    """What every block is worked out with: model, bases, patients, kernel, and pounds where they are asked for."""

    model: Model
    bases: Bases
    patients: Ordered
    segments: Segments
    coefficients: Coefficients | None
    kernel: Kernel

    @property
    def own_terms(self) -> dict[TermKey, Term]:
        """(line, term) of the terms in which patients of a base differ."""
        return {
            (number, position): term
            for number, line in enumerate(self.model.lines)
            for position, term in enumerate(line.terms)
            if term.own
        }

    @property
    def summed(self) -> Integers:
        """Cells summed by base, rising: visits and reached by node, and the edges followed."""
        program = self.model.program
        return np.unique(np.concatenate([program.visits, program.reached, program.moved]))

    @property
    def kept(self) -> Integers:
        """Cells wanted patient by patient."""
        cells = {cell_of(self.model, term) for term in self.own_terms.values() if term.activity != "patient"}
        cells |= set() if self.coefficients is None else set(self.coefficients.cells)
        return np.array(sorted(cells), dtype=np.int64)


@dataclass(frozen=True)
class Block:
    """Weighted sums for the bases `here`, each patient's pounds, and the faults found (then nothing else)."""

    here: slice
    faults: tuple[Problem, ...] = ()
    sums: Floats | None = None
    starts: Floats | None = None
    terms: Mapping[TermKey, Floats] | None = None
    cost: Floats | None = None


def run_block(job: Job, part: slice) -> Block:
    """A part of the patients → their sums by base and, where asked for, each one's pounds."""
    chosen, position = job.patients.row[part], job.patients.position[part]
    here = slice(int(position[0]), int(position[-1]) + 1)
    numbers = {name: values[chosen] for name, values in job.patients.numbers.items()}
    lanes = replace(job.bases.lanes.only(position), numbers=numbers)
    reader = Reader(ValueEvaluator(job.model.pathway.parameters, lanes), job.segments)
    own = _own_inputs(job.model, reader)
    factors = {key: product_of_factors(term, reader, own=True) for key, term in job.own_terms.items()}
    if reader.faults:
        return Block(here, tuple(reader.faults))
    asked = _asked(job.bases.table[:, here], own, position - here.start, job.patients.weight[part])
    kept = job.kept
    sums, answers, wrong = job.kernel(job.model.program, asked, job.summed, kept)
    if wrong.any():
        asked, problems = _without_unreached(job, asked, lanes.base)
        sums, answers, wrong = kernels.run_program(job.model.program, asked, job.summed, kept)
        if problems or wrong.any():
            return Block(here, tuple(problems or _too_many(job, asked, lanes.base)))
    activity = dict(zip(kept.tolist(), answers, strict=True))
    used = {key: factors[key] * _activity(job.model, term, activity) for key, term in job.own_terms.items()}
    width = here.stop - here.start
    return Block(
        here,
        sums=sums,
        starts=_start_sums(job.model, own, asked, width),
        terms={key: _by_base(values, asked, width) for key, values in used.items()},
        cost=None if job.coefficients is None else job.coefficients.cost(activity, used, position),
    )


def _by_base(values: Floats, asked: kernels.Patients, width: int) -> Floats:
    return np.bincount(asked.base, values * asked.weight, minlength=width).astype(np.float64, copy=False)


def _own_inputs(model: Model, reader: Reader) -> dict[int, Floats]:
    """Input → (n,) or (1,) numbers of each patient: shares of the settings whose patients differ, and start shares."""
    own: dict[int, Floats] = {}
    for setting in sorted(model.own_settings):
        own |= reader.out_of(model, setting)
    if model.own_start:
        edges = len(model.graph.edges)
        own |= {edges + node: share for node, share in start_shares(model, reader).items()}
    return own


def _asked(table: Floats, own: Mapping[int, Floats], base: Integers, weight: Floats) -> kernels.Patients:
    source = np.full(len(table), -1)
    source[list(own)] = np.arange(len(own))
    values = np.empty((len(own), len(base)))
    for row, numbers in enumerate(own.values()):
        values[row] = numbers
    return kernels.Patients(np.ascontiguousarray(table), values, source, base, weight)


def _activity(model: Model, term: Term, activity: Mapping[int, Floats]) -> Floats:
    return np.ones(1) if term.activity == "patient" else activity[cell_of(model, term)]


def _start_sums(model: Model, own: Mapping[int, Floats], asked: kernels.Patients, width: int) -> Floats:
    """(V, bases) patients who start at each node."""
    edges = len(model.graph.edges)
    starts = asked.table[edges:] * _by_base(np.ones(1), asked, width)
    for number in own:
        if number >= edges:
            starts[number - edges] = _by_base(own[number], asked, width)
    return starts


def _without_unreached(
    job: Job, asked: kernels.Patients, bases: NDArray[np.integer]
) -> tuple[kernels.Patients, list[Problem]]:
    """The same patients with the shares of settings they never reach taken out, and the loops they never leave."""
    graph, edges = job.model.graph, len(job.model.graph.edges)
    inputs = asked.table[:, asked.base]
    inputs[asked.source >= 0] = asked.own[asked.source[asked.source >= 0]]
    reached = reached_nodes(graph, inputs[:edges], inputs[edges:])
    problems = loops_without_exit(graph, inputs[:edges], reached, bases=bases, segments=job.segments)
    inputs[:edges] *= reached[[edge.origin for edge in graph.edges]]
    return asked._replace(own=inputs, source=np.arange(len(inputs))), problems


def _too_many(job: Job, asked: kernels.Patients, bases: NDArray[np.integer]) -> list[Problem]:
    graph, visits = job.model.graph, job.model.program.visits
    _, answers, _ = kernels.run_program(job.model.program, asked, visits[:0], visits)
    shares = asked.own[: len(graph.edges)]
    return too_many_visits(graph, shares, answers, bases=bases, segments=job.segments)
