"""Lanes worked out in closed form, block by block: averages by base, and the pounds of each lane where prices are given.

No array is ever lanes × uses. Blocks are added up in a fixed order, so threads change nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity import kernels
from pathway_cost.engine.activity.averages import Averages, Paid
from pathway_cost.engine.activity.closed_form import ClosedForm, Grouped, Kernel
from pathway_cost.engine.model import Model, Timing
from pathway_cost.engine.values import CohortLanes, Exceeding, Lanes, LaneValues
from pathway_cost.errors import EngineFaults, Problem
from pathway_cost.tables.cohort.segments import Segments

Floats = NDArray[np.float64]

BLOCK: Final = 65_536  # lanes worked out together
COMPILED_ABOVE: Final = 200_000  # lanes from which compiling the kernel pays


def expected_averages(
    model: Model, timing: Timing, segments: Segments, lanes: CohortLanes, price: Floats | None
) -> tuple[Averages, Floats | None]:
    """Averages by base; and, given pounds a unit (U, A), the (R,) pounds of each lane.

    Raises:
        EngineFaults: shares, loops and values that cannot be.
    """
    return _Job(model, timing, segments, lanes, price).averages()


class _Block(NamedTuple):
    """Weighted sums of figures for the bases `here`, each lane's pounds; or the faults found."""

    here: slice
    sums: Mapping[str, Floats]
    cost: Floats | None = None
    faults: tuple[Problem, ...] = ()


@dataclass(frozen=True, repr=False)
class _Job:
    """What every block is worked out with."""

    model: Model
    timing: Timing
    segments: Segments
    lanes: CohortLanes
    price: Floats | None

    def averages(self) -> tuple[Averages, Floats | None]:
        bases = len(self.lanes.bases)
        sums: dict[str, Floats] = {}
        cost = None if self.price is None else np.zeros(self.lanes.count)
        looks: list[Sequence[Problem]] = []
        for part, block in self._in_order():
            looks.append(block.faults)
            for name, figures in block.sums.items():
                sums.setdefault(name, np.zeros((len(figures), bases)))[:, block.here] += figures
            if cost is not None and block.cost is not None:
                cost[part] = block.cost
        if any(looks):
            raise EngineFaults(_told_together([self._read_together(), *looks]))
        starts = np.zeros((len(self.model.graph.nodes), bases))
        starts[list(self.model.starting)] = sums["starts"]
        paid = sums.get("paid", sums["quantity"])
        averages = Averages(
            starts=starts,
            visits=sums["visits"],
            reached=sums["reached"].__getitem__,
            moved=sums["moved"],
            quantity=sums["quantity"],
            paid=paid,
            present=sums.get("present", paid),
        )
        return averages, cost

    def _in_order(self) -> Iterator[tuple[slice, _Block]]:
        """Every block with its lanes, on all cores where there are many."""
        count = self.lanes.count
        parts = [slice(first, min(first + BLOCK, count)) for first in range(0, count, BLOCK)]
        if count <= COMPILED_ABOVE:
            yield from zip(parts, map(self._block, parts), strict=True)
            return
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            yield from zip(parts, pool.map(self._block, parts), strict=True)

    def _block(self, part: slice) -> _Block:
        position = self.lanes.position[part]
        here = slice(int(position[0]), int(position[-1]) + 1)
        try:
            return _Block(here, *_figures(self._form(part, here), self.model))
        except EngineFaults as error:
            return _Block(here, {}, faults=error.problems)

    def _form(self, part: slice, here: slice) -> ClosedForm:
        values = LaneValues(self.model, self.lanes.who.only(part), self.segments)
        price = None if self.price is None else self.price[:, here]
        grouped = Grouped(self.lanes.position[part] - here.start, self.lanes.weight[part], price)
        return ClosedForm(values, self.timing, grouped, _kernel(self.lanes.count))

    def _read_together(self) -> Sequence[Problem]:
        """The faults in the values of all lanes at once, so that everybody whom they are of is named."""
        try:
            self._form(slice(0, self.lanes.count), slice(0, len(self.lanes.bases)))
        except EngineFaults as error:
            return error.problems
        return ()


def _told_together(looks: Iterable[Sequence[Problem]]) -> list[Problem]:
    """The faults of several looks at the same things: those of one rule and item as the first look that has any tells them."""
    told: list[Problem] = []
    for problems in looks:
        known = {(problem.rule, problem.where.item) for problem in told}
        told += [problem for problem in problems if (problem.rule, problem.where.item) not in known]
    return told


def _kernel(lanes: int) -> Kernel:
    if lanes <= COMPILED_ABOVE:
        return kernels.run_program
    from pathway_cost.engine.activity import kernels_compiled  # seconds to compile: only for big cohorts

    return kernels_compiled.run_program


def _figures(form: ClosedForm, model: Model) -> tuple[dict[str, Floats], Floats | None]:
    """Weighted sums of every figure by base, and the (R,) pounds of each lane where there are prices."""
    program = model.costing(form.grouped.price is not None)
    cells = {
        "starts": program.started,
        "visits": program.entries,
        "reached": program.reached,
        "moved": program.moved,
        "quantity": program.used,
    }
    kept = kernels.NO_CELLS if program.cost < 0 else np.array([program.cost])
    whole = np.unique(np.concatenate(list(cells.values())))
    sums, cost = form.quantity(whole, kept)
    found = {name: sums[np.searchsorted(whole, each)] for name, each in cells.items()}
    if form.multiplies_prices:
        found["paid"], cost = form.paid(program.used, kept)
    if form.timing.discounts:
        found["present"] = form.present(program.used, kernels.NO_CELLS).sums
    return found, cost[0] if len(cost) else None


def paid_by_lane(model: Model, timing: Timing, lanes: Lanes, segments: Segments, exceeding: Exceeding) -> Paid:
    """What is paid for each lane, in one period.

    Raises:
        EngineFaults: shares, loops and values that cannot be.
    """
    values = LaneValues(model, lanes, segments, exceeding)
    together = Grouped(np.zeros(lanes.count, dtype=np.int64), np.ones(lanes.count))
    form, used = ClosedForm(values, timing, together, kernels.run_program), model.costing(False).used
    paid = form.paid(kernels.NO_CELLS, used).by_lane[:, None]
    present = form.present(kernels.NO_CELLS, used).by_lane[:, None] if timing.discounts else paid
    return Paid(paid, present)
