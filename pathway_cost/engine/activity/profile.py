"""The profile: what R lanes use in each period, worked out by following them through time.

Quantities are activity × the value at the boundary counted; pounds are quantity × what the price is multiplied by then;
discounted figures count each boundary at its own factor.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity.averages import Paid
from pathway_cost.engine.activity.follow import Stretch
from pathway_cost.engine.activity.period_weights import Event, PeriodWeights, Weighted
from pathway_cost.engine.activity.waves import stretches_of
from pathway_cost.engine.model import LONGEST, YEAR, Factor, Model, UseLine
from pathway_cost.engine.values import Clock, LaneValues, product
from pathway_cost.errors import EngineFaults, Problem, Where, raise_if_any

Floats = NDArray[np.float64]

FIGURES: Final = ("quantity", "paid", "present", "visits", "days")
RESIDUE: Final = 1e-14  # of a patient: what adding some and taking them away leaves
GONE: Final = 1e-12  # of a patient still on the way: everybody has reached an end


@dataclass(repr=False)
class Used:
    """What R lanes use, per patient, by period.

    quantity, paid, present (U, P, R): units, units × what the price is multiplied by, and the same discounted (counts
    at their own rate). visits (V, P, R) arrivals; days (S, P, R) of presence; moved (E, R) along edges to the horizon;
    starts (V, R).
    """

    quantity: Floats
    paid: Floats
    present: Floats
    visits: Floats
    days: Floats
    moved: Floats
    starts: Floats


def profiled(values: LaneValues, weights: PeriodWeights) -> Used:
    """What R lanes do and use in each period, followed to the horizon or until everybody has reached an end.

    Raises:
        EngineFaults: values that cannot be; patients still on the way after 200 years.
        LoopAtOnceError: a loop that takes no time and is not left.
    """
    return _followed(_Sums(values, weights, FIGURES)).used()


def paid(values: LaneValues, weights: PeriodWeights) -> Paid:
    """What is paid for R lanes in each period, in as far as they are followed.

    Raises:
        EngineFaults: values that cannot be; patients still on the way after 200 years.
        LoopAtOnceError: a loop that takes no time and is not left.
    """
    sums = _followed(_Sums(values, weights, ("paid", "present"))).sums
    return Paid(sums["paid"], sums["present"])


def _followed(sums: _Sums) -> _Sums:
    """The sums, everybody followed to the end."""
    values, model, grid = sums.values, sums.model, sums.weights.grid
    on_the_way = values.starts[: len(model.graph.settings)].sum(axis=0)
    for stretch in stretches_of(values, grid):
        sums.add(stretch)
        raise_if_any(values.faults, EngineFaults)
        on_the_way = on_the_way - stretch.arrivals[len(model.graph.settings) :].sum(axis=(0, 1))
        if grid.steps is None and (on_the_way <= GONE).all():
            break
        if grid.steps is None and stretch.last * grid.step_days > LONGEST:
            raise EngineFaults([_never_ends(on_the_way)])
    return sums


class _Sums:
    """Activity of stretch after stretch, weighed and added up by period."""

    def __init__(self, values: LaneValues, weights: PeriodWeights, figures: Collection[str]) -> None:
        self.values, self.weights, self.model = values, weights, values.model
        graph, lines = self.model.graph, len(self.model.lines)
        sizes = dict(zip(FIGURES, (lines, lines, lines, len(graph.nodes), len(graph.settings)), strict=True))
        periods, count = weights.grid.periods or 0, values.lanes.count
        self.sums = {figure: np.zeros((sizes[figure], periods, count)) for figure in figures}
        self.moved = np.zeros((len(graph.edges), count))
        self._add_once()

    def used(self) -> Used:
        """Everything so far."""
        return Used(**self.sums, moved=self.moved, starts=self.values.starts)

    def add(self, stretch: Stretch) -> None:
        """One more stretch."""
        stretch = replace(stretch, present=_settled(stretch.present), waiting=_settled(stretch.waiting))
        weigh = {event: self.weights.of(event, stretch.first, stretch.last) for event in _EVENTS}
        if "visits" in self.sums:
            self._add_presence(stretch, weigh)
        for number, line in enumerate(self.model.lines):
            if line.terms and line.terms[0].activity != "patient":
                self._add_line(number, line, stretch, weigh)

    def _add_presence(self, stretch: Stretch, weigh: Mapping[Event, Weighted]) -> None:
        """Who arrives, is there and moves on."""
        settings = len(self.model.graph.settings)
        for node in range(len(self.model.graph.nodes)):
            event = node in stretch.begun or node >= settings or node in self.model.passing
            weight = weigh["moved" if event else "visit"]
            self._into("visits", node, weight.first, product(weight.plain, stretch.arrivals[node]))
        for setting in range(settings):
            weight, there = self._presence(setting, stretch, weigh)
            self._into("days", setting, weight.first, product(weight.plain, there))
        self.moved += np.einsum("t,etr->er", weigh["moved"].plain.sum(axis=0), stretch.moved)

    def _presence(self, setting: int, stretch: Stretch, weigh: Mapping[Event, Weighted]) -> tuple[Weighted, Floats]:
        """Days in a setting: step by step, or where all time passes in cycles at the boundaries at which its pounds count."""
        if self.weights.grid.whole_cycles and setting in stretch.begun:
            return weigh["cycle"], stretch.begun[setting].sum(axis=0) * self.weights.grid.step_days
        return weigh["days"], stretch.present[setting]

    def _add_line(self, number: int, line: UseLine, stretch: Stretch, weigh: Mapping[Event, Weighted]) -> None:
        term = line.terms[0]
        event, activity = _activity(self.model, line, stretch)
        clock = Clock(self.weights.grid, stretch.first, stretch.last, len(activity))
        quantity = activity * self._factor(term.factors[0] if term.factors else None, clock)
        paid = quantity if line.price is None else quantity * self._factor(line.price, clock)
        units = quantity.sum(axis=0)
        self._add(number, weigh[event], units, units if paid is quantity else paid.sum(axis=0))

    def _add_once(self) -> None:
        """What is used once a patient, at the start."""
        weight, clock = self.weights.at_start(), Clock(self.weights.grid, 0, 1)
        for number, line in enumerate(self.model.lines):
            if line.terms and line.terms[0].activity == "patient":
                units = np.ones((1, self.values.lanes.count))
                for factor in line.terms[0].factors:
                    units = units * self._factor(factor, clock)[0]
                paid = units if line.price is None else units * self._factor(line.price, clock)[0]
                self._add(number, weight, units, paid)

    def _add(self, number: int, weight: Weighted, units: Floats, paid: Floats) -> None:
        """(T, R) units and priced units of one line, weighed into their periods; what is the same is weighed once."""
        line = self.model.lines[number]
        discounted = weight.counts if line.is_count else weight.gbp
        found = {"paid": product(weight.plain, paid)}
        found["present"] = found["paid"] if discounted is weight.plain else product(discounted, paid)
        if "quantity" in self.sums:
            found["quantity"] = found["paid"] if paid is units else product(weight.plain, units)
        mask = self.values.mask(number) if line.only else None
        for figure, by_period in found.items():
            self._into(figure, number, weight.first, by_period if mask is None else by_period * mask)

    def _factor(self, factor: Factor | None, clock: Clock) -> Floats:
        """(1 or C, 1 or T, R) a value now."""
        if factor is None:
            return np.ones((1, 1, 1))
        if not self.values.words(factor.value):
            return np.broadcast_to(self.values.factor(factor), self.values.lanes.count)[None, None]
        return np.swapaxes(self.values.factor_over(factor, clock), 0, 1)

    def _into(self, figure: str, number: int, first: int, by_period: Floats) -> None:
        """Add (p, R) figures to the periods from `first` on, which grow where there is no horizon."""
        missing = first + len(by_period) - self.sums[figure].shape[1]
        if missing > 0:
            self.sums = {name: np.pad(sums, ((0, 0), (0, missing), (0, 0))) for name, sums in self.sums.items()}
        self.sums[figure][number, first : first + len(by_period)] += by_period


def _settled(there: Floats) -> Floats:
    """Who is there, without the last digits that coming and going leave."""
    return np.where(np.abs(there) < RESIDUE, 0.0, there)


_EVENTS: Final[tuple[Event, ...]] = ("visit", "arrival", "moved", "cycle", "days")


def _activity(model: Model, line: UseLine, stretch: Stretch) -> tuple[Event, Floats]:
    """The event of a line, and (C, T, R) how often it happens."""
    term = line.terms[0]
    if term.days == "stay":
        assert line.node is not None
        return "days", stretch.present[line.node][None]
    if term.days == "wait":
        return "days", stretch.waiting[term.number][None]
    if term.activity == "edge":
        return "arrival", stretch.moved[term.number][None]
    if term.activity == "node" and term.number in stretch.begun:
        return "cycle", stretch.begun[term.number]
    stays = term.number < len(stretch.present) and term.number not in stretch.begun and term.number not in model.passing
    return ("visit" if stays else "arrival"), stretch.arrivals[term.number][None]


def _never_ends(on_the_way: Floats) -> Problem:
    return Problem(
        "never_ends",
        f"{100 * float(np.max(on_the_way)):.3g}% of the patients are still on the way after {LONGEST / YEAR:.0f} years",
        Where(item="horizon"),
        remedy="give the study a horizon",
    )
