"""The extract as relations on one in-memory DuckDB: events, cost lines, small tables.

Everything relational is written in Ibis and uses only what any of its backends has. Pounds stay exact decimals until
they are summed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import pandas as pd

from pathway_cost.plics.reading.store import Extract
from pathway_cost.plics.reading.turns import turns

if TYPE_CHECKING:
    from ibis.expr.types import Table

EVENT_COLUMNS: Final = (
    "event_id", "feed", "fin_year", "organisation", "start_date", "end_date", "plemi_key", "spell_key",
    "EpType", "EpiNo", "Alos",
)  # fmt: skip
"""Columns of an event that some rule needs whatever it says."""

NOT_CODES: Final = (
    "event_id", "file", "record", "start_date", "end_date", "patient_key", "plemi_key", "spell_key", "record_key",
)  # fmt: skip
"""Columns of an event that no rule may pick by: positions, dates and identifiers."""


class Components(Protocol):
    """The component map, as far as pricing needs it."""

    def component(self, activity: str, resource: str) -> str:
        """Component of one (ActCstID, ResCstID)."""
        ...


@dataclass(frozen=True)
class Relations:
    """An extract opened for pricing: its records and cost lines as relations that Ibis can ask.

    `events`: EVENT_COLUMNS, the code columns asked for and `turn` (see turns.py). `lines`: event_id, ActCstID, component,
    gbp, one row a cost line. `activities`: event_id, ActCstID, gbp, lines, their sums. `counts`: event_id, ActCstID, counted,
    the ActCnt of each CstActivity taken once. `pounds`: event_id, TotCst, the cost lines as they lie in the file.
    """

    connection: Any
    events: Table
    lines: Table
    activities: Table
    counts: Table
    pounds: Table

    def keep(self, name: str, relation: Table) -> Table:
        """The relation worked out and kept, so that later steps do not repeat it."""
        return self.connection.create_table(name, relation, temp=True)

    def small(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> Table:
        """A small table of plain rows; `columns` is name → `string`, `int64` or `float64`."""
        return small_table(self.connection, name, columns, rows)


@contextmanager
def open_relations(extract: Extract, components: Components, columns: Iterable[str]) -> Iterator[Relations]:
    """The extract's relations, with the named code columns; closed at the end of the block."""
    import ibis

    connection = ibis.duckdb.connect(temp_directory=str(extract.folder))
    try:
        events = connection.read_parquet(str(extract.events))
        lines = connection.read_parquet(str(extract.cost_lines))
        wanted = dict.fromkeys([*EVENT_COLUMNS, *columns])
        named = connection.create_table("lines", _lines(connection, lines, components), temp=True)
        by_activity = named.group_by("event_id", "ActCstID").agg(gbp=named.gbp.sum(), lines=named.count())
        turned = connection.create_table("turns", turns(events, lines), temp=True)
        told = events.select(*wanted).left_join(turned, "event_id").drop("event_id_right")
        yield Relations(
            connection,
            connection.create_table("events", told.mutate(turn=told.turn.fill_null(0)), temp=True),
            named,
            connection.create_table("activities", by_activity, temp=True),
            _counts(lines),
            lines.select("event_id", "TotCst"),
        )
    finally:
        connection.disconnect()


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of a small frame, cells by the column's name."""
    yield from frame.itertuples(index=False)


def frame_of(relation: Table) -> pd.DataFrame:
    """A small relation as a frame: exact decimals stay decimals."""
    frame: pd.DataFrame = relation.to_pandas()
    return frame


def small_table(connection: Any, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> Table:
    """A table of a few typed rows; none is allowed."""
    import pyarrow as pa

    given = list(rows)
    values = zip(*given, strict=True) if given else ((),) * len(columns)
    arrays = [pa.array(column, pa.type_for_alias(kind)) for column, kind in zip(values, columns.values(), strict=True)]
    return connection.create_table(name, pa.Table.from_arrays(arrays, names=list(columns)), temp=True)


def _lines(connection: Any, lines: Table, components: Components) -> Table:
    pairs = frame_of(lines.select("ActCstID", "ResCstID").distinct()).sort_values(["ActCstID", "ResCstID"])
    named = [(act, res, components.component(act, res)) for act, res in rows_of(pairs)]
    columns = {"ActCstID": "string", "ResCstID": "string", "component": "string"}
    component_of = small_table(connection, "component_of", columns, named)
    joined = lines.inner_join(component_of, ["ActCstID", "ResCstID"])
    return joined.select("event_id", "ActCstID", "component", gbp=joined.TotCst)


def _counts(lines: Table) -> Table:
    """ActCnt sits on the activity: once for each CstActivity, whatever its resources."""
    once = lines.group_by("event_id", "activity_no", "ActCstID").agg(counted=lines.ActCnt.max())
    return once.group_by("event_id", "ActCstID").agg(counted=once.counted.sum())
