"""Priced lines as rows of a cube, before anybody uses anything: whose price of what, and the pounds a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.cube_groups import Keys
from pathway_cost.engine.pounds.lines import PricedLine
from pathway_cost.engine.pounds.stacked import Column, Words, constant, put_under, stacked
from pathway_cost.tables.cohort.segments import Segments

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NONE: Final = np.zeros(0, dtype=np.int64)
LABELS: Final = (
    terms.PLACE,
    terms.SETTING,
    terms.USE,
    terms.UNIT_COST,
    terms.LEVEL,
    terms.COMPONENT,
    terms.ROLE,
    terms.ORGANISATION,
)


@dataclass(frozen=True, repr=False, eq=False)
class PricedRows:
    """The R rows that some lines can have in a cube: one a line × segment × component, in the order of the lines."""

    number: Integers
    """(R,) line."""
    segment: Integers
    """(R,) segment."""
    gbp: Floats
    """(R,) pounds a unit."""
    labels: Mapping[str, Words]
    """Place, setting, use, unit cost, level, component, role, organisation of each row."""


def rows_of(lines: Sequence[PricedLine], segments: Segments) -> PricedRows:
    """Priced lines → their rows."""
    times = [len(line.components) for line in lines]
    number = [np.full(len(line.segments) * each, line.number) for line, each in zip(lines, times, strict=True)]
    segment = [np.repeat(line.segments, each) for line, each in zip(lines, times, strict=True)]
    labels = [_labels(line, segments) for line in lines]
    return PricedRows(
        number=np.concatenate([NONE, *number]),
        segment=np.concatenate([NONE, *segment]),
        gbp=np.concatenate([np.zeros(0), *(line.gbp.ravel() for line in lines)]),
        labels={name: put_under([each[name] for each in labels]) for name in LABELS},
    )


def _labels(line: PricedLine, segments: Segments) -> dict[str, Words]:
    count, components = len(line.segments), len(line.components)
    rows = count * components
    return {
        terms.PLACE: Words(segments.places, np.repeat(segments.place_code[line.segments], components)),
        terms.SETTING: constant(line.line.setting, rows),
        terms.USE: constant(line.line.use, rows),
        terms.UNIT_COST: constant(line.line.unit_cost, rows),
        terms.LEVEL: Words(line.levels, np.repeat(line.level, components)),
        terms.COMPONENT: Words(line.components, np.tile(np.arange(components), count)),
        terms.ROLE: constant(line.line.role, rows),
        terms.ORGANISATION: constant(line.organisation, rows),
    }


class RowsUsed(NamedTuple):
    """Which rows of some priced lines a cube has, and the arms that they are of; bytes of (n,) integers, to be looked up by."""

    rows: PricedRows
    used: bytes
    """(n,) rows."""
    arms: tuple[str, ...]
    arm: bytes
    """(n,) arm of each."""

    def __repr__(self) -> str:
        return object.__repr__(self)


def keys_of(parts: Sequence[RowsUsed]) -> Keys:
    """Rows of priced lines → the keys of a cube."""
    return Keys(stacked([_keys(each) for each in parts], terms.CUBE_KEYS))


def _keys(part: RowsUsed) -> dict[str, Column]:
    used = np.frombuffer(part.used, dtype=np.int64)
    return {
        terms.SEGMENT: part.rows.segment[used],
        terms.ARM: Words(part.arms, np.frombuffer(part.arm, dtype=np.int64)),
        **{name: labels.taken(used) for name, labels in part.rows.labels.items()},
    }
