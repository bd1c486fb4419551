"""The closed form: what a block of lanes uses from start to end, discounted at a flat rate through the transform of every stay.

A stay T with transform L = E[exp(−rate T)] makes what follows it worth L now, so discounted visits are visits with every
share multiplied by the L of its stay and wait, and a discounted day of the stay is (1 − L) ÷ rate. One list of steps does
both: it is run once for each rate, on shares and on what each line is worth at that rate. Axes: R lanes, W bases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity import kernels
from pathway_cost.engine.activity.loops import loops_without_exit, reached_nodes, too_many_visits
from pathway_cost.engine.model import Factor, Program, Timing, UseLine
from pathway_cost.engine.values import LaneValues, Stays, stay_laws
from pathway_cost.errors import EngineFaults, raise_if_any
from pathway_cost.specs.format import DAYS

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Kernel = Callable[[Program, kernels.Patients, Integers, Integers], tuple[Floats, Floats, Flags]]


class Grouped(NamedTuple):
    """Lanes in the order of their bases: (R,) base from 0 on, (R,) weight, and pounds a unit (U, W) where they are asked for."""

    base: Integers
    weight: Floats
    price: Floats | None = None


class Answer(NamedTuple):
    """Weighted sums of cells by base (cells, W), and other cells by lane (cells, R)."""

    sums: Floats
    by_lane: Floats


class ClosedForm:
    """A block of lanes, every value read, to be worked out at any rate; cells are those of `model.costing`.

    Raises:
        EngineFaults: values that cannot be.
    """

    def __init__(self, values: LaneValues, timing: Timing, grouped: Grouped, kernel: Kernel) -> None:
        self.values, self.timing, self.grouped, self.kernel = values, timing, grouped, kernel
        self.lines = values.model.lines
        self.shares, self.starts = values.ways, values.starts_by_node
        self.stays = stays_by_edge(values) if timing.discounts or _has_whole_days(values) else []
        self.each = [self._product(line.each) * values.only(number) for number, line in enumerate(self.lines)]
        self.days = [self._days(line) for line in self.lines]
        self.factors = [np.ones(1) if line.price is None else values.factor(line.price) for line in self.lines]
        raise_if_any(values.faults, EngineFaults)

    @property
    def multiplies_prices(self) -> bool:
        """Whether any price is multiplied."""
        return any(line.price is not None for line in self.lines)

    def quantity(self, summed: Integers, kept: Integers) -> Answer:
        """Every line in units.

        Raises:
            EngineFaults: loops that are not left.
        """
        return self._checked([each * days for each, days in zip(self.each, self.days, strict=True)], summed, kept)

    def paid(self, summed: Integers, kept: Integers) -> Answer:
        """Every line in units × what its price is multiplied by.

        Raises:
            EngineFaults: loops that are not left.
        """
        return self._checked([paid * days for paid, days in zip(self._paid_each, self.days, strict=True)], summed, kept)

    def present(self, summed: Integers, kept: Integers) -> Answer:
        """What is paid, discounted: rate by rate, each on the lines that it holds for; only cells of lines may be asked for."""
        rates = [self._rate(line) for line in self.lines]
        answers = []
        for rate in sorted({*rates}) or [0.0]:
            worth = [
                paid * self._days_at(line, rate) if own == rate else np.zeros(1)
                for paid, line, own in zip(self._paid_each, self.lines, rates, strict=True)
            ]
            answers.append(self._run(self._onward(rate), worth, summed, kept)[0])
        return Answer(*(np.asarray(sum(parts[1:], start=parts[0])) for parts in zip(*answers, strict=True)))

    @property
    def _paid_each(self) -> list[Floats]:
        return [each * factor for each, factor in zip(self.each, self.factors, strict=True)]

    def _rate(self, line: UseLine) -> float:
        discounting = self.timing.counts if line.is_count else self.timing.gbp
        return 0.0 if discounting is None else discounting.flat_daily or 0.0

    def _checked(self, worth: Sequence[Floats], summed: Integers, kept: Integers) -> Answer:
        """The program run without discounting; where a loop that nobody reaches is not left, once more without it."""
        answer, wrong = self._run(self.shares, worth, summed, kept)
        if not wrong.any():
            return answer
        shares, starts = self.values.shares, self.values.starts
        visits_of(self.values, shares, starts)
        self.shares = dict(enumerate(_within_reach(self.values, shares, starts)))
        return self._run(self.shares, worth, summed, kept)[0]

    def _run(
        self, shares: Mapping[int, Floats], worth: Sequence[Floats], summed: Integers, kept: Integers
    ) -> tuple[Answer, Flags]:
        """The program run on some shares, with each line worth so much each time; and which lanes cannot be right."""
        graph, (base, weight, price) = self.values.model.graph, self.grouped
        given = [
            *(shares[edge] for edge in range(len(graph.edges))),
            *worth,
            *([] if price is None else price),
            *(self.starts.get(node, np.zeros(1)) for node in range(len(graph.nodes))),
        ]
        by_base = range(len(graph.edges) + len(worth), len(given) - len(graph.nodes))  # rows of prices
        own = [row for row, each in enumerate(given) if len(each) > 1 and row not in by_base]
        source = np.full(len(given), -1)
        source[own] = np.arange(len(own))
        table = np.zeros((len(given), 1 if price is None else price.shape[1]))
        for row in np.flatnonzero(source < 0):
            table[row] = given[row]
        by_lane = np.array([given[row] for row in own]).reshape(len(own), len(base))
        asked = kernels.Patients(table, by_lane, source, base, weight)
        sums, answers, wrong = self.kernel(self.values.model.costing(price is not None), asked, summed, kept)
        return Answer(sums, answers), wrong

    def _onward(self, rate: float) -> Mapping[int, Floats]:
        """Edge → its share × what the end of its stay and wait is worth at the start of the stay."""
        if not rate:
            return self.shares
        return {
            edge: share * _worth(self.stays[edge][0], rate) * _worth(self.stays[edge][1], rate)
            for edge, share in self.shares.items()
        }

    def _product(self, factors: Sequence[Factor]) -> Floats:
        return reduce(np.multiply, map(self.values.factor, factors)) if factors else np.ones(1)

    def _days(self, line: UseLine) -> Floats:
        """(R,) or (1,) days of a visit that a line counts; 1 for what counts no days, 0 for days of a stay that there is not."""
        if not line.terms:
            return np.zeros(1)
        first, pathway = line.terms[0], self.values.model.pathway
        if not first.days:
            return np.ones(1)
        if pathway.settings[line.setting].is_cycle and first.days == "stay":
            assert pathway.cycle is not None
            return np.array([float(DAYS[pathway.cycle])])
        if first.activity == "node":
            return self._product(first.factors[1:])
        return self._sum(self.shares[term.number] * self._product(term.factors[1:]) for term in line.terms)

    def _days_at(self, line: UseLine, rate: float) -> Floats:
        """The same, each day worth its factor."""
        if not rate or not line.terms or not line.terms[0].days:
            return self._days(line)
        if line.terms[0].days == "wait":
            edge = line.terms[0].number
            stay, wait = self.stays[edge]
            return self.shares[edge] * _worth(stay, rate) * (1.0 - _worth(wait, rate)) / rate
        assert line.node is not None
        ways = self.values.model.graph.out[line.node]
        return self._sum(self.shares[edge] * (1.0 - _worth(self.stays[edge][0], rate)) / rate for edge in ways)

    @staticmethod
    def _sum(parts: Iterable[Floats]) -> Floats:
        return np.asarray(sum(parts, start=np.zeros(1)))


def _worth(stay: Stays | None, rate: float) -> Floats:
    """(R,) what the end of a stay is worth at its start; (1,) 1 without one."""
    return np.ones(1) if stay is None else stay_laws.transform(stay, rate)


def _has_whole_days(values: LaneValues) -> bool:
    """Whether a stay may last whole days only, so that its mean must be looked at."""
    spreads = (parameter.spread for parameter in values.model.pathway.parameters.values())
    return any(spread is not None and spread.law == "geometric" for spread in spreads)


def visits_of(values: LaneValues, shares: Floats, starts: Floats) -> tuple[Floats, Floats]:
    """(V, R) expected visits, and the share who come at least once.

    Raises:
        EngineFaults: loops that are not left.
    """
    graph = values.model.graph
    visits, reached, wrong = unchecked_visits(values, shares, starts)
    if not wrong.any():
        return visits, reached
    bases, segments = values.lanes.base, values.segments
    on_way = reached_nodes(graph, shares, starts)
    problems = loops_without_exit(graph, shares, on_way, bases=bases, segments=segments)
    shares = _within_reach(values, shares, starts)
    visits, reached, wrong = unchecked_visits(values, shares, starts)
    if not problems and wrong.any():
        problems = too_many_visits(graph, shares, visits, bases=bases, segments=segments)
    raise_if_any(problems, EngineFaults)
    return visits, reached


def _within_reach(values: LaneValues, shares: Floats, starts: Floats) -> Floats:
    """(E, R) shares, those out of settings that nobody reaches taken out."""
    graph = values.model.graph
    return np.asarray(shares * reached_nodes(graph, shares, starts)[[edge.origin for edge in graph.edges]])


def unchecked_visits(values: LaneValues, shares: Floats, starts: Floats) -> tuple[Floats, Floats, Flags]:
    """Shares (E, R) and starts (V, R) → visits and who comes at least once (V, R), and which lanes cannot be right."""
    program, count = values.model.program, shares.shape[1]
    own = np.vstack([shares, starts])
    same = np.zeros(count, dtype=np.int64)
    lanes = kernels.Patients(np.zeros((len(own), 1)), own, np.arange(len(own)), same, np.ones(count))
    nodes = len(values.model.graph.nodes)
    _, answers, wrong = kernels.run_program(
        program, lanes, kernels.NO_CELLS, np.concatenate([program.visits, program.reached])
    )
    return answers[:nodes], answers[nodes:], wrong


def stays_by_edge(values: LaneValues) -> list[tuple[Stays, Stays | None]]:
    """Edge → the stay of those who leave by it (a cycle where the setting repeats), and their wait."""
    graph, pathway = values.model.graph, values.model.pathway
    found: dict[int, Stays] = {}
    for setting, name in enumerate(graph.settings):
        if pathway.settings[name].is_cycle:
            assert pathway.cycle is not None
            found |= dict.fromkeys(graph.out[setting], stay_laws.fixed(values.lanes.count, DAYS[pathway.cycle]))
        else:
            found |= {edge: stay for edge, (_, stay) in values.stays_out_of(setting).items()}
    return [(found[edge], values.wait_on(edge)) for edge in range(len(graph.edges))]
