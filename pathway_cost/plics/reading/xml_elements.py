"""The elements of some activity records in document order, as arrays, and the records they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pathway_cost.errors import PLACES_SHOWN
from pathway_cost.plics.reading.layouts import ACTIVITY_LEAVES, RESOURCE_LEAVES
from pathway_cost.plics.reading.raw import Ints, Miss, RawLines, RawRecords

Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"

_RECORD: Final = 1
_IN_RECORD: Final = 2
_IN_ACTIVITY: Final = 3
_IN_RESOURCE: Final = 4


@dataclass(frozen=True)
class Namespaces:
    """Namespaces in force where the records begin: prefix (None for the default) → namespace; and the extract's own."""

    prefixes: Mapping[str | None, str]
    own: str

    def element(self, tag: str) -> str | None:
        """Plain name of an element of the extract; `{other}name` for another's; None if its prefix is not declared.

        >>> spaces = Namespaces({None: "urn:a", "b": "urn:b"}, own="urn:a")
        >>> spaces.element("OrgId"), spaces.element("b:OrgId"), spaces.element("c:OrgId")
        ('OrgId', '{other}OrgId', None)
        """
        prefix, _, name = tag.rpartition(":")
        namespace = self.prefixes.get(prefix or None, None if prefix else "")
        return None if namespace is None else local_name(namespace, name, self.own)

    def is_nil(self, attribute: str) -> bool:
        """Whether an attribute, as written, is xsi:nil."""
        prefix, _, name = attribute.rpartition(":")
        return name == "nil" and bool(prefix) and self.prefixes.get(prefix) == XSI


def local_name(namespace: str, name: str, own: str) -> str:
    """Plain name of an element of the extract's own namespace, marked when it is another's."""
    return name if namespace == own else f"{{other}}{name}"


@dataclass(frozen=True, repr=False)
class Elements:
    """Elements in document order. `depth` is 1 for Activity; `text_at` points into `texts`, -1 where there is none."""

    names: Sequence[str]
    name: Codes
    depth: Codes
    texts: pa.Array
    text_at: Codes
    stray_text: Codes
    """Elements that hold text beside other elements."""

    def called(self, name: str) -> Flags:
        """Elements of that name."""
        return np.asarray(self.name == self.names.index(name)) if name in self.names else np.zeros(len(self.name), bool)


def records_of(elements: Elements, known: Sequence[str]) -> RawRecords:
    """Records, their cells and cost lines; what stands in the wrong place is a miss, what is not known is counted."""
    shape = _Shape(elements)
    cells, repeats = shape.columns(known, shape.at(_IN_RECORD), shape.record, shape.count)
    lines, line_repeats = _lines(shape)
    misplaced = _misplaced(shape)
    present = frozenset(known) & frozenset(elements.names)
    return RawRecords(shape.count, cells, lines, present, _unknown(shape, known), (*misplaced, *repeats, *line_repeats))


class _Shape:
    """Where each element stands: its record, activity and resource, counted from 0 over the batch."""

    def __init__(self, elements: Elements) -> None:
        self.elements = elements
        in_order = np.argsort(elements.name.astype(np.min_scalar_type(len(elements.names))), kind="stable")
        edges = np.searchsorted(elements.name[in_order], np.arange(len(elements.names) + 1))
        self._positions = {name: in_order[edges[code] : edges[code + 1]] for code, name in enumerate(elements.names)}
        activity, resource = elements.called("CstActivity"), elements.called("Resource")
        self.is_record = elements.called("Activity") & (elements.depth == _RECORD)
        self.is_activity = activity & (elements.depth == _IN_RECORD)
        self.in_activity = (elements.depth >= _IN_ACTIVITY) & self._below(_IN_RECORD, activity)
        self.is_resource = resource & (elements.depth == _IN_ACTIVITY) & self.in_activity
        self.in_resource = self.in_activity & (elements.depth >= _IN_RESOURCE) & self._below(_IN_ACTIVITY, resource)
        self.record = _counted(self.is_record)
        self.activity = _counted(self.is_activity)
        self.resource = _counted(self.is_resource)
        self.count = int(self.is_record.sum())

    def _below(self, depth: int, container: Flags) -> Flags:
        """Elements whose nearest element of that depth, looking back, is such a container."""
        latest = np.maximum.accumulate(np.where(self.elements.depth == depth, np.arange(len(container)), -1))
        found: Flags = (latest >= 0) & container[latest]
        return found

    def at(self, depth: int) -> Flags:
        """Elements where leaves of the record, its activities or its resources belong."""
        exact = self.elements.depth == depth
        within: Flags = (
            exact & {_IN_RECORD: True, _IN_ACTIVITY: self.in_activity, _IN_RESOURCE: self.in_resource}[depth]
        )
        return within

    def columns(
        self, names: Sequence[str], place: Flags, row: Ints, count: int
    ) -> tuple[dict[str, pa.Array], tuple[Miss, ...]]:
        """A text column a name, in rows of `row`; a name that comes twice in one row is a miss."""
        cells: dict[str, pa.Array] = {}
        repeats: list[Miss] = []
        for name in names:
            found = self.called(name)
            found = found[place[found]]
            twice = found[1:][row[found[1:]] == row[found[:-1]]]
            if len(twice):
                repeats.append(self.miss("repeated_element", name, "stands twice in one record or line", twice))
            text_at = np.full(count, -1, np.int32)
            text_at[row[found]] = self.elements.text_at[found]
            cells[name] = self.elements.texts.take(pa.array(text_at, mask=text_at < 0))
        return cells, tuple(repeats)

    def called(self, name: str) -> Ints:
        """Positions of the elements of that name."""
        return self._positions.get(name, np.zeros(0, np.int64))

    def miss(self, rule: str, item: str, what: str, found: Ints | Codes) -> Miss:
        """A fault of the elements found, with the records they stand in."""
        places = tuple((int(record) + 1, None) for record in self.record[found[:PLACES_SHOWN]])
        return Miss(rule, item, what, None, len(found), places)


def _counted(flags: Flags) -> Ints:
    return np.cumsum(flags, dtype=np.int64) - 1


def _lines(shape: _Shape) -> tuple[RawLines, tuple[Miss, ...]]:
    activities, resources = np.flatnonzero(shape.is_activity), np.flatnonzero(shape.is_resource)
    record_of_activity = shape.record[activities]
    activity_of_line = shape.activity[resources]
    of_activity, twice = shape.columns(ACTIVITY_LEAVES, shape.at(_IN_ACTIVITY), shape.activity, len(activities))
    of_resource, again = shape.columns(RESOURCE_LEAVES, shape.at(_IN_RESOURCE), shape.resource, len(resources))
    first_of_record = np.searchsorted(record_of_activity, np.arange(shape.count))
    record = record_of_activity[activity_of_line]
    cells = {name: column.take(pa.array(activity_of_line)) for name, column in of_activity.items()} | of_resource
    return RawLines(record, activity_of_line - first_of_record[record] + 1, cells), (*twice, *again)


def _misplaced(shape: _Shape) -> tuple[Miss, ...]:
    elements, rule = shape.elements, "misplaced_element"
    rightly = {
        "Activity": shape.is_record,
        "CstActivity": shape.is_activity,
        "Resource": shape.is_resource,
        **dict.fromkeys(ACTIVITY_LEAVES, shape.at(_IN_ACTIVITY)),
        **dict.fromkeys(RESOURCE_LEAVES, shape.at(_IN_RESOURCE)),
    }
    misses = []
    for name, place in rightly.items():
        astray = shape.called(name)[~place[shape.called(name)]]
        misses.append(shape.miss(rule, name, "stands where it does not belong", astray))
    foreign = np.flatnonzero((elements.depth == _RECORD) & ~shape.is_record)
    misses.append(shape.miss(rule, "MessageBody", "holds something else than Activity", foreign))
    misses.append(
        shape.miss("misplaced_text", "text", "stands between elements, where none belongs", elements.stray_text)
    )
    return tuple(miss for miss in misses if miss.count)


def _unknown(shape: _Shape, known: Sequence[str]) -> dict[str, int]:
    elements = shape.elements
    expected = {*known, *ACTIVITY_LEAVES, *RESOURCE_LEAVES, "Activity", "CstActivity", "Resource"}
    counts = np.bincount(elements.name, minlength=len(elements.names))
    nested = np.bincount(elements.name[elements.depth > _IN_RECORD], minlength=len(elements.names))
    inside = {name: int(nested[code]) for code, name in enumerate(elements.names) if name in known and nested[code]}
    return inside | {name: int(counts[code]) for code, name in enumerate(elements.names) if name not in expected}
