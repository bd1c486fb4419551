"""The exact variance of the cost a patient, from start to end: chance on the way, chance of each stay, and who the patient is.

With C the cost from a setting on, X what the visit and the way out cost and j where it leads, C = X + C_j, so
E[C²] = Σ share × (E[X²] + 2 E[X] m_j + E[C_j²]) with m the mean: one more set of sums over the same expected visits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity.closed_form import stays_by_edge, unchecked_visits
from pathway_cost.engine.model import Split
from pathway_cost.engine.pounds.lives import Life
from pathway_cost.engine.values import FallsAt, LaneValues, cells_of, dot, falls_of, second_moment, units_of
from pathway_cost.errors import EngineFaults, raise_if_any

Floats = NDArray[np.float64]

LANES: Final = 8_192  # worked on together


class Moments(NamedTuple):
    """(R,) E[C] and E[C²] of the undiscounted cost of a patient of each lane."""

    mean: Floats
    second: Floats


def variance_of_cost(lives: Sequence[Life], split: Split, patients: Floats) -> float:
    """Pounds squared: E[C²] − E[C]² over all patients, who live as the scenarios' arms say.

    Args:
        lives: of the arms.
        split: arms and the share of each segment in each.
        patients: (arms, K) of each segment, if all were in the arm.
    """
    weights, means, seconds = [], [], []
    for life in lives:
        arms = split.under(life.scenarios)
        weight, moments = _of_life(life, (split.share * patients)[arms].sum(axis=0))
        weights.append(weight)
        means.append(moments.mean)
        seconds.append(moments.second)
    weight = np.concatenate(weights)
    if not weight.sum() > 0:
        return float("nan")
    share = weight / weight.sum()
    mean = dot(share, np.concatenate(means))
    # about the mean, lane by lane, so that nothing is lost where patients hardly differ
    within = np.concatenate(seconds) - np.concatenate(means) ** 2
    return dot(share, np.maximum(within, 0.0) + (np.concatenate(means) - mean) ** 2)


def _of_life(life: Life, patients: Floats) -> tuple[Floats, Moments]:
    """(R,) patients of each lane in each segment, and their moments."""
    model, lanes, segments = life.course.model, life.course.lanes, life.course.cohort.segments
    price = np.zeros((len(model.lines), len(segments.weight)))
    for line in life.priced:
        if not line.line.is_count:
            price[line.number, line.segments] += line.gbp.sum(axis=1)
    splits = segments.of_base[lanes.bases][lanes.position]  # (R, places)
    lane = np.repeat(np.arange(lanes.count), splits.shape[1])
    segment = splits.ravel()
    weight = patients[segment] * lanes.weight[lane]
    found = []
    for first in range(0, len(lane), LANES):
        part = slice(first, first + LANES)
        values = LaneValues(model, lanes.who.only(lane[part]), segments)
        found.append(_moments(values, price[:, segment[part]]))
        raise_if_any(dict.fromkeys(values.faults), EngineFaults)
    return weight, Moments(*(np.concatenate(each) for each in zip(*found, strict=True)))


def _moments(values: LaneValues, price: Floats) -> Moments:
    pounds = _pounds(values, price)
    mean, second = _of_ways(values, pounds)
    graph, shares = values.model.graph, values.shares
    count = len(graph.settings)
    flat = np.zeros((count, values.lanes.count))
    for number, edge in enumerate(graph.edges):
        flat[edge.origin] += shares[number] * mean[number]
    visits = np.stack([_visits_from(values, setting) for setting in range(count)])  # (from, to, R)
    onward = np.zeros((len(graph.nodes), values.lanes.count))
    onward[:count] = np.einsum("ijr,jr->ir", visits, flat)
    bent = np.zeros_like(flat)
    for number, edge in enumerate(graph.edges):
        bent[edge.origin] += shares[number] * (second[number] + 2.0 * mean[number] * onward[edge.target])
    squares = np.zeros_like(onward)
    squares[:count] = np.einsum("ijr,jr->ir", visits, bent)
    once = pounds["start"] + _arriving(values, pounds)
    whole = onward + once
    return Moments(
        (values.starts * whole).sum(axis=0), (values.starts * (squares + 2.0 * once * onward + once**2)).sum(axis=0)
    )


def _pounds(values: LaneValues, price: Floats) -> dict[FallsAt, Floats]:
    """Pounds each time: by setting (S, R), by edge (E, R), and once at the start (1, R)."""
    graph, lanes = values.model.graph, values.lanes.count
    sizes: dict[FallsAt, int] = {
        "entry": len(graph.settings), "day": len(graph.settings), "cycle": len(graph.settings),
        "edge": len(graph.edges), "wait_day": len(graph.edges), "start": 1,
    }  # fmt: skip
    pounds = {kind: np.zeros((size, lanes)) for kind, size in sizes.items()}
    cells = cells_of(values, None)
    for number, line in enumerate(values.model.lines):
        for falls in falls_of(values, line) if price[number].any() else ():
            pounds[falls.kind][falls.number] += units_of(values, number, falls, cells, paid=True)[0, 0] * price[number]
    return pounds


def _of_ways(values: LaneValues, pounds: dict[FallsAt, Floats]) -> tuple[Floats, Floats]:
    """(E, R) mean and mean square of what a visit and the way out of it cost, by way."""
    graph = values.model.graph
    mean, second = np.zeros((2, len(graph.edges), values.lanes.count))
    arriving = _arriving(values, pounds)
    for number, ((stay, wait), edge) in enumerate(zip(stays_by_edge(values), graph.edges, strict=True)):
        origin = edge.origin
        repeats = _repeats(values, origin)
        fixed = pounds["cycle"][origin] + pounds["edge"][number] + (0.0 if repeats else pounds["entry"][origin])
        if edge.target != origin:
            fixed = fixed + arriving[edge.target]
        a_day, a_wait = pounds["day"][origin], pounds["wait_day"][number]
        mean[number] = fixed + a_day * stay.mean + (0.0 if wait is None else a_wait * wait.mean)
        spread = a_day**2 * (second_moment(stay) - stay.mean**2)
        if wait is not None:
            spread = spread + a_wait**2 * (second_moment(wait) - wait.mean**2)
        second[number] = mean[number] ** 2 + spread
    return mean, second


def _arriving(values: LaneValues, pounds: dict[FallsAt, Floats]) -> Floats:
    """(V, R) pounds of arriving from elsewhere: at settings that repeat every cycle, where staying is no arrival."""
    arriving = np.zeros((len(values.model.graph.nodes), values.lanes.count))
    for setting in range(len(values.model.graph.settings)):
        if _repeats(values, setting):
            arriving[setting] = pounds["entry"][setting]
    return arriving


def _repeats(values: LaneValues, setting: int) -> bool:
    return values.model.pathway.settings[values.model.graph.settings[setting]].is_cycle


def _visits_from(values: LaneValues, setting: int) -> Floats:
    """(S, R) expected visits by a patient who starts at a setting."""
    graph = values.model.graph
    starts = np.zeros((len(graph.nodes), values.lanes.count))
    starts[setting] = 1.0
    visits, _, _ = unchecked_visits(values, values.shares, starts)
    return np.nan_to_num(visits[: len(graph.settings)], nan=0.0, posinf=0.0, neginf=0.0)
