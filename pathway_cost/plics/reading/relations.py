"""The extract as relations: events, cost lines, small tables.

Everything relational is written in Ibis and uses only what any of its backends has. Pounds stay exact decimals until
they are summed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import pandas as pd

from pathway_cost.plics.reading.database import Database
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

    database: Database
    events: Table
    lines: Table
    activities: Table
    counts: Table
    pounds: Table

    def keep(self, name: str, relation: Table) -> Table:
        """The relation worked out and kept, so that later steps do not repeat it."""
        return self.database.keep(name, relation)

    def small(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> Table:
        """A small table of plain rows; `columns` is name → `string`, `int64` or `float64`."""
        return self.database.small(name, columns, rows)

    def frame(self, relation: Table) -> pd.DataFrame:
        """A small relation as a frame: exact decimals stay decimals."""
        return self.database.frame(relation)


@contextmanager
def open_relations(extract: Extract, components: Components, columns: Iterable[str]) -> Iterator[Relations]:
    """The extract's relations, with the named code columns; closed at the end of the block."""
    with Database(extract.folder) as database:
        events = database.parquet("all_events", extract.events)
        lines = database.parquet("cost_lines", extract.cost_lines)
        wanted = dict.fromkeys([*EVENT_COLUMNS, *columns])
        named = database.keep("lines", _lines(database, lines, components))
        by_activity = named.group_by("event_id", "ActCstID").agg(gbp=named.gbp.sum(), lines=named.count())
        turned = database.keep("turns", turns(events, lines))
        told = events.select(*wanted).left_join(turned, "event_id").drop("event_id_right")
        yield Relations(
            database,
            database.keep("events", told.mutate(turn=told.turn.fill_null(0))),
            named,
            database.keep("activities", by_activity),
            _counts(lines),
            lines.select("event_id", "TotCst"),
        )


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of a small frame, cells by the column's name."""
    yield from frame.itertuples(index=False)


def _lines(database: Database, lines: Table, components: Components) -> Table:
    pairs = database.frame(lines.select("ActCstID", "ResCstID").distinct()).sort_values(["ActCstID", "ResCstID"])
    named = [(act, res, components.component(act, res)) for act, res in rows_of(pairs)]
    columns = {"ActCstID": "string", "ResCstID": "string", "component": "string"}
    component_of = database.small("component_of", columns, named)
    joined = lines.inner_join(component_of, ["ActCstID", "ResCstID"])
    return joined.select("event_id", "ActCstID", "component", gbp=joined.TotCst)


def _counts(lines: Table) -> Table:
    """ActCnt sits on the activity: once for each CstActivity, whatever its resources."""
    once = lines.group_by("event_id", "activity_no", "ActCstID").agg(counted=lines.ActCnt.max())
    return once.group_by("event_id", "ActCstID").agg(counted=once.counted.sum())
