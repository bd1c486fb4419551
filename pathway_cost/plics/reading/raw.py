"""Activity records as read, every cell still text: the one form that XML and tables are brought to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pathway_cost.errors import PLACES_SHOWN, Severity

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Miss:
    """One kind of fault (or of something to tell) in one file, with how often and the first places (record, activity), both from 1."""

    rule: str
    item: str
    what: str
    remedy: str | None
    count: int
    at: tuple[tuple[int, int | None], ...]
    severity: Severity = Severity.ERROR

    def moved(self, by: int) -> Miss:
        """The same, its records so many further on."""
        return replace(self, at=tuple((record + by, activity) for record, activity in self.at))


@dataclass(frozen=True, repr=False)
class RawLines:
    """Cost lines as text. `record` counts from 0 within the batch, `activity_no` from 1 within the record.

    `activity_no` is None where it is not known yet.
    """

    record: Ints
    activity_no: Ints | None
    cells: Mapping[str, pa.Array]


@dataclass(frozen=True, repr=False)
class RawRecords:
    """A batch of records. `cells` holds a column a known element: text, null where absent, nil or empty."""

    count: int
    cells: Mapping[str, pa.Array]
    lines: RawLines
    present: frozenset[str] = frozenset()
    """Known elements that occur, if only as nil."""
    unknown: Mapping[str, int] = field(default_factory=dict)
    """Other elements, and how often they occur."""
    misses: tuple[Miss, ...] = ()


def clean(values: pa.Array) -> pa.Array:
    """Text without surrounding space; empty becomes null."""
    trimmed = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def merged(misses: Sequence[Miss]) -> tuple[Miss, ...]:
    """Misses of one kind together, in order of first appearance."""
    kinds: dict[tuple[str, str], Miss] = {}
    for miss in misses:
        key = (miss.rule, miss.item)
        before = kinds.get(key)
        kinds[key] = miss if before is None else _both(before, miss)
    return tuple(kinds.values())


def _both(one: Miss, other: Miss) -> Miss:
    places = (*one.at, *other.at)[:PLACES_SHOWN]
    return replace(one, count=one.count + other.count, at=places)
