"""The closed form: what R lanes use from start to end, discounted at a flat rate through the transform of every stay.

A stay T with transform L = E[exp(−rate T)] makes what follows it worth L now, so discounted visits are visits with every
share multiplied by the L of its stay and wait, and a discounted day of the stay is (1 − L) ÷ rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity import kernels
from pathway_cost.engine.activity.loops import loops_without_exit, reached_nodes, too_many_visits
from pathway_cost.engine.activity.profile import Used
from pathway_cost.engine.model import Term, Timing, UseLine
from pathway_cost.engine.values import LaneValues, Stays, stay_laws
from pathway_cost.errors import EngineFaults, raise_if_any
from pathway_cost.specs.format import DAYS

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class DiscountedActivity:
    """Per patient who starts, each event worth its discount factor: visits (V, R), moved (E, R), days (S, R), waits (E, R)."""

    visits: Floats
    moved: Floats
    days: Floats
    waits: Floats


def used_in_closed_form(values: LaneValues, timing: Timing) -> tuple[Used, Floats]:
    """What the lanes use from start to end, in one period, and (V, R) who comes at least once.

    Raises:
        EngineFaults: values that cannot be, loops that are not left.
    """
    stays = stays_by_edge(values)
    shares, starts = values.shares, values.starts
    raise_if_any(values.faults, EngineFaults)
    visits, reached = visits_of(values, shares, starts)
    rates = {each.flat_daily for each in (timing.gbp, timing.counts) if each is not None} | {0.0}
    activities = {rate: activity_at(values, stays, visits, rate) for rate in rates if rate is not None}
    used = _used(values, activities, timing)
    raise_if_any(values.faults, EngineFaults)
    used.visits = _entries(values, activities[0.0])[:, None]
    return used, reached


def visits_of(values: LaneValues, shares: Floats, starts: Floats) -> tuple[Floats, Floats]:
    """(V, R) expected visits, and the share who come at least once.

    Raises:
        EngineFaults: loops that are not left.
    """
    graph = values.model.graph
    visits, reached, wrong = unchecked_visits(values, shares, starts)
    if not wrong.any():
        return visits, reached
    on_way = reached_nodes(graph, shares, starts)
    bases, segments = values.lanes.base, values.segments
    problems = loops_without_exit(graph, shares, on_way, bases=bases, segments=segments)
    shares = shares * on_way[[edge.origin for edge in graph.edges]]
    visits, reached, wrong = unchecked_visits(values, shares, starts)
    if not problems and wrong.any():
        problems = too_many_visits(graph, shares, visits, bases=bases, segments=segments)
    raise_if_any(problems, EngineFaults)
    return visits, reached


def unchecked_visits(values: LaneValues, shares: Floats, starts: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
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


def activity_at(
    values: LaneValues, stays: list[tuple[Stays, Stays | None]], visits: Floats, rate: float
) -> DiscountedActivity:
    """The activity discounted at a rate a day; `visits` are those without."""
    graph, shares = values.model.graph, values.shares
    stayed = _worths([stay for stay, _ in stays], rate)
    waited = _worths([wait for _, wait in stays], rate)
    if rate:
        onward = np.array([share * stay * wait for share, stay, wait in zip(shares, stayed, waited, strict=True)])
        visits, _, _ = unchecked_visits(values, onward, values.starts)
    days = np.zeros((len(graph.settings), values.lanes.count))
    moved, waits = np.empty_like(shares), np.zeros_like(shares)
    for number, edge in enumerate(graph.edges):
        leaving = visits[edge.origin] * shares[number]
        stay, wait = stays[number]
        days[edge.origin] += leaving * _days(stay, stayed[number], rate)
        moved[number] = leaving * stayed[number] * waited[number]
        if wait is not None:
            waits[number] = leaving * stayed[number] * _days(wait, waited[number], rate)
    return DiscountedActivity(visits, moved, days, waits)


def _worths(stays: list[Stays] | list[Stays | None], rate: float) -> list[Floats]:
    """Edge → (R,) what the end of a stay is worth at its start; (1,) where that is 1 for everybody."""
    return [np.ones(1) if each is None or not rate else stay_laws.transform(each, rate) for each in stays]


def _days(stays: Stays, worth: Floats, rate: float) -> Floats:
    """(R,) days of a stay, each worth its factor."""
    return (1.0 - worth) / rate if rate else stays.mean


def _used(values: LaneValues, activities: dict[float, DiscountedActivity], timing: Timing) -> Used:
    lines = values.model.lines
    shape = (len(lines), 1, values.lanes.count)
    quantity, paid = np.zeros(shape), np.zeros(shape)
    present = np.zeros(shape) if timing.discounts else paid
    for number, line in enumerate(lines):
        if not line.terms:
            continue
        discounting = timing.counts if line.is_count else timing.gbp
        rate = 0.0 if discounting is None else discounting.flat_daily or 0.0
        each = values.mask(number) * _each(values, line.terms[0])
        price = np.ones(1) if line.price is None else values.factor(line.price)
        quantity[number, 0] = each * _activity(values, line, activities[0.0])
        paid[number, 0] = quantity[number, 0] * price
        if timing.discounts:
            present[number, 0] = each * price * _activity(values, line, activities[rate])
    plain = activities[0.0]
    return Used(quantity, paid, present, plain.visits[:, None], plain.days[:, None], plain.moved, values.starts)


def _each(values: LaneValues, term: Term) -> Floats:
    """(R,) or (1,) units each time: the quantity, or for what is used once a patient the product of all its values."""
    product = np.ones(1)
    for factor in term.factors if term.activity == "patient" else term.factors[:1]:
        product = product * values.factor(factor)
    return product


def _activity(values: LaneValues, line: UseLine, activity: DiscountedActivity) -> Floats:
    term = line.terms[0]
    if term.activity == "patient":
        return np.ones(values.lanes.count)
    if term.days == "stay":
        assert line.node is not None
        return np.asarray(activity.days[line.node])
    if term.days == "wait":
        return np.asarray(activity.waits[term.number])
    if term.activity == "edge":
        return np.asarray(activity.moved[term.number])
    arrived = activity.visits if term.activity == "node" else _entries(values, activity)
    return np.asarray(arrived[term.number])


def _entries(values: LaneValues, activity: DiscountedActivity) -> Floats:
    """(V, R) arrivals: visits, less those who only stay in a setting that repeats every cycle."""
    entries = activity.visits.copy()
    for setting, edges in values.model.staying.items():
        entries[setting] -= activity.moved[list(edges)].sum(axis=0)
    return entries
