"""From averages a patient to totals: rows of the cube, the visits and the flows, for the patients of one life."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.engine.activity.averages import Averages
from pathway_cost.engine.model import Model
from pathway_cost.engine.pounds.lines import PricedLine
from pathway_cost.engine.pounds.stacked import Column, Words, constant
from pathway_cost.tables.cohort.segments import Segments

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Piece = dict[str, Column]

PATTERN: Final = "pattern"  # of each row of a piece that falls in periods
START: Final = "start"  # where flows come from, before the first setting
FLOW_COLUMNS: Final = (terms.SEGMENT, terms.ARM, "from_setting", "to_setting", "route", "patients_moved")
VISIT_COLUMNS: Final = (terms.SEGMENT, terms.ARM, terms.SETTING, terms.PATIENTS, terms.VISITS)


@dataclass(frozen=True)
class Group:
    """The n segments with patients in one life: how many, and what they do on average."""

    model: Model
    averages: Averages
    segments: Integers
    """(n,) segments, rising."""
    base: Integers
    """(n,) position of each segment's base in the averages."""
    arm: Words
    """(n,) name of the arm."""
    patients: Floats
    """(n,) weight, after any change of volume."""
    discounts: bool = False
    """Whether discounted figures stand beside the others."""


def cube_piece(group: Group, priced: PricedLine, segments: Segments) -> Piece:
    """Rows of the cube for one use: one a segment × component; segments that use nothing are left out."""
    where = np.searchsorted(group.segments, priced.segments)
    averages, at = group.averages, (priced.number, group.base[where])
    quantity = group.patients[where] * averages.quantity[at]
    used = quantity != 0
    paid, present = ((group.patients[where] * each[at])[used] for each in (averages.paid, averages.present))
    where, quantity = where[used], quantity[used]
    patients, line = group.patients[where], priced.line
    visits = group.averages.moved[line.edge] if line.edge is not None else group.averages.visits[line.node or 0]
    components = len(priced.components)
    rows = len(where) * components
    place = segments.place_code[priced.segments[used]]
    return {
        terms.SEGMENT: np.repeat(group.segments[where], components),
        terms.ARM: group.arm.taken(where).repeated(components),
        terms.PLACE: Words(segments.places, np.repeat(place, components)),
        terms.SETTING: constant(line.setting, rows),
        terms.USE: constant(line.use, rows),
        terms.UNIT_COST: constant(line.unit_cost, rows),
        terms.LEVEL: Words(priced.levels, np.repeat(priced.level[used], components)),
        terms.COMPONENT: Words(priced.components, np.tile(np.arange(components), len(where))),
        terms.ROLE: constant(line.role, rows),
        terms.ORGANISATION: constant(priced.organisation, rows),
        terms.PATIENTS: np.repeat(patients, components),
        terms.VISITS: np.repeat(patients * visits[group.base[where]], components),
        terms.QUANTITY: np.repeat(quantity, components),
        terms.GBP: (paid[:, None] * priced.gbp[used]).ravel(),
        **(_discounted(priced, used, present) if group.discounts else {}),
        **({} if averages.ledger is None else _pattern(group, priced, where)),
    }


def _discounted(priced: PricedLine, used: NDArray[np.bool_], present: Floats) -> Piece:
    """What the study discounts: counts at their own rate, units as their pounds."""
    components = len(priced.components)
    return {
        terms.DISCOUNTED_QUANTITY: np.repeat(present, components),
        terms.PRESENT_VALUE_GBP: (present[:, None] * priced.gbp[used]).ravel(),
    }


def _pattern(group: Group, priced: PricedLine, where: Integers) -> Piece:
    """Which line × base each row is of: when it falls hangs on nothing else."""
    bases = group.averages.quantity.shape[1]
    return {PATTERN: np.repeat(priced.number * bases + group.base[where], len(priced.components))}


def visit_piece(group: Group) -> Piece:
    """Rows of the visits: one a segment × setting or end."""
    nodes, size = group.model.graph.nodes, len(group.segments)
    return {
        terms.SEGMENT: np.tile(group.segments, len(nodes)),
        terms.ARM: group.arm.tiled(len(nodes)),
        terms.SETTING: Words(nodes, np.repeat(np.arange(len(nodes)), size)),
        terms.PATIENTS: np.tile(group.patients, len(nodes)),
        terms.VISITS: (group.averages.visits[:, group.base] * group.patients).ravel(),
    }


def flow_piece(group: Group) -> Piece:
    """Rows of the flows: one a segment × way, from the start to the first settings, then along every route."""
    graph, size = group.model.graph, len(group.segments)
    names = (*graph.nodes, START)
    first = np.flatnonzero((group.averages.starts > 0).any(axis=1))
    origin = np.array([*[len(graph.nodes)] * len(first), *(edge.origin for edge in graph.edges)], dtype=np.int64)
    target = np.array([*first, *(edge.target for edge in graph.edges)], dtype=np.int64)
    routes = ("", *(edge.route for edge in graph.edges))
    route = np.array([*[0] * len(first), *range(1, len(routes))], dtype=np.int64)
    moved = np.vstack([group.averages.starts[first], group.averages.moved])
    return {
        terms.SEGMENT: np.tile(group.segments, len(origin)),
        terms.ARM: group.arm.tiled(len(origin)),
        "from_setting": Words(names, np.repeat(origin, size)),
        "to_setting": Words(names, np.repeat(target, size)),
        "route": Words(routes, np.repeat(route, size)),
        "patients_moved": (moved[:, group.base] * group.patients).ravel(),
    }
