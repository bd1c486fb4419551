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
from pathway_cost.plics.reading.turns import any_ties, turns

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

    `records` and `lines` are the two files as they lie. `events`: EVENT_COLUMNS, `turn` (see turns.py) and `kind`, the
    number of the record's row in `kinds`: the feed and the code columns asked for, as text. `places`: organisation, fin_year,
    kind, records: how many there are. `component_of`: ActCstID, ResCstID, component, a row a pair there is.
    """

    database: Database
    records: Table
    lines: Table
    events: Table
    component_of: Table
    kinds: pd.DataFrame
    places: pd.DataFrame
    activity_codes: Sequence[str]

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
        records = database.parquet("records", extract.events)
        lines = database.parquet("cost_lines", extract.cost_lines)
        asked = list(dict.fromkeys(["feed", *columns]))
        kinds, places = _kinds(database, records, asked)
        pairs = database.frame(lines.select("ActCstID", "ResCstID").distinct()).sort_values(["ActCstID", "ResCstID"])
        yield Relations(
            database,
            records,
            lines,
            database.keep("events", _events(database, records, lines, kinds, asked)),
            _component_of(database, components, pairs),
            kinds,
            places,
            sorted(set(pairs["ActCstID"])),
        )


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of a small frame, cells by the column's name."""
    yield from frame.itertuples(index=False)


def _kinds(database: Database, records: Table, asked: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every kind of record by what is asked of it, numbered by its index; and how many there are at each place."""
    codes = {f"said_{name}": records[name].cast("string") for name in asked}
    counts = database.frame(records.group_by("organisation", "fin_year", **codes).agg(records=records.count()))
    counts = counts.sort_values(["organisation", "fin_year", *codes], ignore_index=True)
    numbers = counts.groupby(list(codes), sort=False, dropna=False).ngroup()
    kinds = counts[list(codes)].drop_duplicates(ignore_index=True).set_axis(list(asked), axis="columns")
    return kinds, counts[["organisation", "fin_year", "records"]].assign(kind=numbers)


def _events(database: Database, records: Table, lines: Table, kinds: pd.DataFrame, asked: Sequence[str]) -> Table:
    columns = {"kind": "int64"} | {f"said_{name}": "string" for name in asked}
    rows = [(kind, *map(_or_none, said)) for kind, said in enumerate(kinds.itertuples(index=False, name=None))]
    numbered = database.small("kinds", columns, rows)
    alike = [records[name].cast("string").identical_to(numbered[f"said_{name}"]) for name in asked]
    events = records.inner_join(numbered, alike).select(*EVENT_COLUMNS, "kind")
    if not any_ties(database, records):
        return events.mutate(turn=0)
    turned = database.keep("turns", turns(records, lines))
    told = events.left_join(turned, "event_id").drop("event_id_right")
    return told.mutate(turn=told.turn.fill_null(0))


def _or_none(text: object) -> object:
    return text if isinstance(text, str) else None


def _component_of(database: Database, components: Components, pairs: pd.DataFrame) -> Table:
    named = [(act, res, components.component(act, res)) for act, res in rows_of(pairs)]
    columns = {"ActCstID": "string", "ResCstID": "string", "component": "string"}
    return database.small("component_of", columns, named)
