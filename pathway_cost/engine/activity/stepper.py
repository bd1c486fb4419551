"""The patients of a course under a study's time: in closed form where that holds, else in steps; summed into bases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity.averages import Averages, Ledger, Paid, with_periods
from pathway_cost.engine.activity.expected import expected_averages, paid_by_lane
from pathway_cost.engine.activity.first_arrivals import FirstArrivals
from pathway_cost.engine.activity.follow import MOST_ROUNDS, LoopAtOnceError
from pathway_cost.engine.activity.period_weights import PeriodWeights, period_weights
from pathway_cost.engine.activity.profile import Used, paid, profiled
from pathway_cost.engine.model import Graph, Grid, Model, Timing, clock_words, evaluator_of, grid_of
from pathway_cost.engine.values import CohortLanes, Exceeding, Lanes, LaneValues
from pathway_cost.errors import EngineFaults, Problem, Where, raise_if_any
from pathway_cost.specs.format import names_read, values_of
from pathway_cost.tables.cohort.segments import Segments

Floats = NDArray[np.float64]
T = TypeVar("T")

HELD: Final = 20_000_000  # numbers of a stretch held at once
CLOSED_FORM_LANES: Final = 16_384
ONCE_AROUND: Final = 4 * 365  # steps that most stays and waits are shorter than


@dataclass(frozen=True, repr=False)
class InTime:
    """How the patients of a course are worked out: model, time, and what events count for (None in closed form)."""

    model: Model
    timing: Timing
    segments: Segments
    weights: PeriodWeights | None

    @classmethod
    def of(cls, model: Model, timing: Timing, segments: Segments) -> InTime:
        """The evaluator that a pathway and a study's time need."""
        if evaluator_of(model.pathway, timing) == "expected":
            return cls(model, timing, segments, None)
        return cls(model, timing, segments, period_weights(grid_of(model.pathway, timing), timing))

    @property
    def grid(self) -> Grid | None:
        """The steps in which patients are followed; None in closed form."""
        return None if self.weights is None else self.weights.grid

    @property
    def most_lanes(self) -> int:
        """The most lanes that are worked on together, for the memory they need."""
        if self.weights is None:
            return CLOSED_FORM_LANES
        graph, grid = self.model.graph, self.weights.grid
        under_way = len(graph.edges) * (1 if grid.whole_cycles else min(grid.most_steps, ONCE_AROUND))
        together = grid.period_steps if grid.cycle_steps else min(grid.most_steps, ONCE_AROUND)
        happening = (2 * len(graph.nodes) + 3 * len(graph.edges)) * together
        told_apart = len(graph.edges) * grid.period_steps * (grid.most_steps // max(1, grid.cycle_steps) + 1)
        return max(1, HELD // (under_way + happening + told_apart * self._tells_time_in_setting))

    @property
    def _tells_time_in_setting(self) -> bool:
        pathway = self.model.pathway
        return any("years_in_setting" in clock_words(pathway, names_read(each.value)) for each in values_of(pathway))

    def paid(self, lanes: Lanes, exceeding: Exceeding) -> Paid:
        """What is paid for each lane.

        Raises:
            EngineFaults: shares, loops and values that cannot be.
        """
        if self.weights is None:
            return paid_by_lane(self.model, self.timing, lanes, self.segments, exceeding)
        return self._followed(paid, LaneValues(self.model, lanes, self.segments, exceeding), self.weights)

    def followed(self, values: LaneValues, weights: PeriodWeights) -> Used:
        """What some lanes do and use, step by step.

        Raises:
            EngineFaults: shares, loops and values that cannot be.
        """
        return self._followed(profiled, values, weights)

    def _followed(
        self, figures_of: Callable[[LaneValues, PeriodWeights], T], values: LaneValues, weights: PeriodWeights
    ) -> T:
        try:
            found = figures_of(values, weights)
        except LoopAtOnceError as error:
            raise EngineFaults([*values.faults, _loop_at_once(self.model.graph, error.setting)]) from None
        raise_if_any(values.faults, EngineFaults)
        return found


def averages_in_time(in_time: InTime, lanes: CohortLanes, price: Floats | None) -> tuple[Averages, Floats | None]:
    """Averages by base; and, given pounds a unit (U, A), the (R,) pounds of each lane.

    Raises:
        EngineFaults: a time that does not fit; shares, loops and values that cannot be.
    """
    raise_if_any(misfits(in_time), EngineFaults)
    if in_time.weights is None:
        return expected_averages(in_time.model, in_time.timing, in_time.segments, lanes, price)
    parts: list[Used] = []
    cost = None if price is None else np.empty(lanes.count)
    for part, some in lanes.parts(in_time.most_lanes):
        used = in_time.followed(LaneValues(in_time.model, some, in_time.segments), in_time.weights)
        if cost is not None and price is not None:
            cost[part] = np.einsum("upr,ur->r", used.paid, price[:, lanes.position[part]])
        parts.append(used)
    averages = _averages(in_time, in_time.weights, lanes, parts)
    raise_if_any(_nothing_happens(in_time, averages), EngineFaults)
    return averages, cost


def _averages(in_time: InTime, weights: PeriodWeights, lanes: CohortLanes, parts: list[Used]) -> Averages:
    periods = max(used.quantity.shape[1] for used in parts)

    def together(name: str) -> Floats:
        return lanes.to_bases(np.concatenate([with_periods(getattr(used, name), periods) for used in parts], axis=-1))

    quantity, paid, present = together("quantity"), together("paid"), together("present")
    visits, days = together("visits"), together("days")
    arrivals = visits.sum(axis=1)
    return Averages(
        starts=together("starts"),
        visits=arrivals,
        reached=FirstArrivals(in_time.model, weights, in_time.segments, lanes, in_time.most_lanes, arrivals).at,
        moved=together("moved"),
        quantity=quantity.sum(axis=1),
        paid=paid.sum(axis=1),
        present=present.sum(axis=1),
        ledger=Ledger(weights.grid, quantity, paid, present, visits, days),
    )


def misfits(in_time: InTime) -> list[Problem]:
    """The fault of an intake that goes on beyond the horizon."""
    weights = in_time.weights
    if weights is None or weights.grid.steps is None or weights.last_delay < weights.grid.steps:
        return []
    what = f"some patients start only after the horizon of {in_time.timing.horizon_days:g} days"
    remedy = "give a longer horizon, or an intake that ends before it"
    return [Problem("intake_after_horizon", what, Where(item="intake"), remedy=remedy)]


def _nothing_happens(in_time: InTime, averages: Averages) -> list[Problem]:
    """A horizon within which nobody moves on and nothing is used: who only stays somewhere may well cost something."""
    timing = in_time.timing
    if timing.horizon_days is None or timing.starting or averages.moved.any() or averages.quantity.any():
        return []
    return [
        Problem(
            "horizon_before_first_event",
            f"nobody has moved or used anything within the horizon of {timing.horizon_days:g} days",
            Where(item="horizon"),
            remedy="give a horizon in which something is used, or the first stay can end",
        )
    ]


def _loop_at_once(graph: Graph, setting: int) -> Problem:
    name = graph.nodes[setting]
    return Problem(
        "loop_without_exit",
        f"some patients come back to {name} more than {MOST_ROUNDS:,} times",
        Where(item=f"routes.{name}"),
        remedy="give one of its settings a stay, or a larger share to an end",
    )
