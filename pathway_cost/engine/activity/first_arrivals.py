"""Who comes to a setting at least once within the time: worked out when asked, by following everybody until they first do."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity.period_weights import Event, PeriodWeights
from pathway_cost.engine.activity.profile import GONE
from pathway_cost.engine.activity.waves import stretches_of
from pathway_cost.engine.model import Graph, Model, remembered
from pathway_cost.engine.values import CohortLanes, LaneValues, product
from pathway_cost.tables.cohort.segments import Segments

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False, eq=False)
class FirstArrivals:
    """Who comes to each node at least once: where nobody can come back, who arrives; elsewhere, all are followed again."""

    model: Model
    weights: PeriodWeights
    segments: Segments
    lanes: CohortLanes
    most_lanes: int
    """The most lanes that are followed together, for the memory they need."""
    visits: Floats
    """(V, A) arrivals of all, per patient who starts."""

    @remembered
    def at(self, node: int) -> Floats:
        """(A,) who comes to a node at least once, per patient who starts."""
        if not _comes_back(self.model, node):
            return np.asarray(self.visits[node])
        parts = [
            _first(LaneValues(self.model, some, self.segments), self.weights, node)
            for _, some in self.lanes.parts(self.most_lanes)
        ]
        return self.lanes.to_bases(np.concatenate(parts))


def _comes_back(model: Model, node: int) -> bool:
    """Whether patients who leave a node can arrive there again; staying is no leaving."""
    graph, staying = model.graph, model.staying.get(node, ())
    if node >= len(graph.settings):
        return False
    targets = {graph.edges[edge].target for edge in graph.out[node] if edge not in staying}
    return any(target == node or node in graph.downstream(target) for target in targets)


def _first(values: LaneValues, weights: PeriodWeights, setting: int) -> Floats:
    """(R,) who arrive at a setting, all stopping there, and wherever no way leads there any more."""
    model, grid = values.model, weights.grid
    arrived = np.zeros(values.lanes.count)
    event: Event = "moved" if setting in model.staying or setting in model.passing else "visit"
    stops = _no_way_to(model.graph, setting)
    on_the_way = values.starts.sum(axis=0)
    for stretch in stretches_of(values, grid, stop_at=stops):
        weight = weights.of(event, stretch.first, stretch.last).plain.sum(axis=0)
        arrived += product(weight[None], stretch.arrivals[setting])[0]
        if grid.steps is None:
            on_the_way = on_the_way - stretch.arrived(stops)
            if (on_the_way <= GONE).all():
                break
    return arrived


def _no_way_to(graph: Graph, setting: int) -> AbstractSet[int]:
    """The setting itself, and every setting and end from which no way leads to it."""
    return {node for node in range(len(graph.nodes)) if node == setting or setting not in graph.downstream(node)}
