"""From averages a patient to totals: rows of the cube, the visits and the flows, for the patients of one life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.cube import Cube, Keys, Periods
from pathway_cost.engine.activity.averages import Averages
from pathway_cost.engine.model import Model, too_large
from pathway_cost.engine.pounds.priced_rows import PricedRows, RowsUsed
from pathway_cost.engine.pounds.stacked import Column, Words
from pathway_cost.errors import EngineFaults, raise_if_any

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Piece = dict[str, Column]

START: Final = "start"  # where flows come from, before the first setting
FLOW_COLUMNS: Final = (terms.SEGMENT, terms.ARM, "from_setting", "to_setting", "route", "patients_moved")
VISIT_COLUMNS: Final = (terms.SEGMENT, terms.ARM, terms.SETTING, terms.PATIENTS, terms.VISITS)


@dataclass(frozen=True, repr=False)
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


class CubePiece(NamedTuple):
    """The rows of a cube for the patients of one life: which they are, and their figures."""

    used: RowsUsed
    measures: Mapping[str, Floats]
    pattern: Integers | None
    """Line × base of each row, where it falls in periods: when it falls hangs on nothing else."""


def cube_piece(group: Group, rows: PricedRows) -> CubePiece:
    """Rows of the cube for the lines of a life; what nobody uses is left out."""
    averages = group.averages
    position = np.full(1 + max(group.segments[-1], rows.segment.max(initial=0)), -1)
    position[group.segments] = np.arange(len(group.segments))
    where = position[rows.segment]
    base = group.base[where]
    quantity = group.patients[where] * averages.quantity[rows.number, base]
    used = np.flatnonzero((quantity != 0) & (where >= 0))
    where, number, base = where[used], rows.number[used], base[used]
    patients, gbp = group.patients[where], rows.gbp[used]
    paid, present = (patients * each[number, base] for each in (averages.paid, averages.present))
    measures = {
        terms.PATIENTS: patients,
        terms.VISITS: patients * _passing(group)[number, base],
        terms.QUANTITY: quantity[used],
        terms.GBP: paid * gbp,
        **({terms.DISCOUNTED_QUANTITY: present, terms.PRESENT_VALUE_GBP: present * gbp} if group.discounts else {}),
    }
    arm = group.arm.codes[where].astype(np.int64)
    pattern = None if averages.ledger is None else number * averages.quantity.shape[1] + base
    return CubePiece(RowsUsed(rows, used.tobytes(), group.arm.words, arm.tobytes()), measures, pattern)


def cube_of(pieces: Sequence[CubePiece], keys: Keys, periods: Periods | None = None) -> Cube:
    """The rows of all lives under each other, by their keys, and when they fall.

    Raises:
        EngineFaults: figures too large for a number.
    """
    measures = {
        name: np.concatenate([piece.measures[name] for piece in pieces]) for name in next(iter(pieces)).measures
    }
    frame = pd.DataFrame({**keys.columns, **measures}, copy=False)
    if not all(np.isfinite(each).all() for each in measures.values()):
        raise_if_any(too_large(frame), EngineFaults)
    return Cube(frame, periods, keys)


def _passing(group: Group) -> Floats:
    """(U, A) visits, or moves along a route, that stand beside each line."""
    averages, lines = group.averages, group.model.lines
    each = [averages.visits[line.node or 0] if line.edge is None else averages.moved[line.edge] for line in lines]
    return np.array(each).reshape(len(lines), averages.quantity.shape[1])


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
