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

from pathway_cost.plics.reading.asked_of_extracts import Columns, Given, Question, asking, columns_of
from pathway_cost.plics.reading.database import Database
from pathway_cost.plics.reading.store import COST_LINES_SCHEMA, EVENTS_SCHEMA, Extract
from pathway_cost.plics.reading.turns import turns_where_tied

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

MANY_ASKED: Final = 16
"""Columns that the shipped questions hold for what rules read, the feed among them; more are asked by Ibis."""


Kinds = Mapping[str, Sequence[str | None]]
"""Column → its value for each kind of record, None where it is missing."""


class Components(Protocol):
    """The component map, as far as pricing needs it."""

    def component(self, activity: str, resource: str) -> str:
        """Component of one (ActCstID, ResCstID)."""
        ...


@dataclass(frozen=True, repr=False)
class Relations:
    """An extract opened for pricing: its records and cost lines as tables that questions can be asked of.

    `lines` are the cost lines as they lie. `events`: EVENT_COLUMNS, `turn` (see turns.py) and `kind`, the number of the
    record's place in `kinds`: of each kind the feed and the code columns asked for, as text. `records_in`: organisation → how
    many records it has. `component_of`: ActCstID, ResCstID, component, a row a pair
    there is.
    """

    database: Database
    extract: Extract
    lines: Given
    events: Given
    component_of: Given
    kinds: Kinds
    records_in: Mapping[str, int]
    activity_codes: Sequence[str]

    def make(self, name: str, question: Question) -> Given:
        """The answer worked out and kept as a table, so that later questions do not repeat it."""
        return self.database.make(name, question)

    def add(self, table: Given, question: Question) -> None:
        """The answer put into a table that was made, below what it holds."""
        self.database.add(table, question)

    def given(self, name: str, columns: Columns, rows: Iterable[Sequence[object]]) -> Given:
        """A small table of plain rows; `columns` is name → type."""
        return self.database.given(name, columns, rows)

    def frame(self, question: Question) -> pd.DataFrame:
        """A small answer as a frame: exact decimals stay decimals."""
        return self.database.answer(question)

    def every_record(self) -> Table:
        """All columns of the records, for what only some extracts are asked."""
        return self.database.parquet("every_record", self.extract.events)


@contextmanager
def open_relations(extract: Extract, components: Components, columns: Iterable[str]) -> Iterator[Relations]:
    """The extract's relations, with the named code columns; closed at the end of the block."""
    asked = list(dict.fromkeys(["feed", *columns]))
    said = [*asked, *[None] * (MANY_ASKED - len(asked))]
    with extract.room() as room, Database(room.path) as database:
        schema = columns_of(EVENTS_SCHEMA)
        records = database.view("records", extract.events, {name: schema[name] for name in EVENT_COLUMNS}, said)
        lines = database.view("lines", extract.cost_lines, columns_of(COST_LINES_SCHEMA))
        counts = database.answer(asking(kinds_of_records, records))
        kinds = _kinds(counts, asked)
        numbered = database.given("kinds", *_numbered(kinds, len(said)))
        turns = turns_where_tied(database, extract, records, lines)
        pairs = database.answer(asking(pairs_of, lines)).sort_values(["ActCstID", "ResCstID"])
        yield Relations(
            database,
            extract,
            lines,
            database.make("events", asking(events_told, records, numbered, turns)),
            _component_of(database, components, pairs),
            kinds,
            {str(name): int(sum_) for name, sum_ in counts.groupby("organisation")["records"].sum().items()},
            sorted(set(pairs["ActCstID"])),
        )


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of a small frame, cells by the column's name."""
    yield from frame.itertuples(index=False)


def kinds_of_records(records: Table) -> Table:
    """What records say in all that is asked for, by organisation and fin_year, and how many say it."""
    said = [name for name in records.columns if name.startswith("said_")]
    return records.group_by("organisation", "fin_year", *said).agg(records=records.count())


def events_told(records: Table, kinds: Table, turns: Table) -> Table:
    """The records with the number of their kind, and their turn; 0 where none ties with them."""
    said = [name for name in records.columns if name.startswith("said_")]
    events = records.inner_join(kinds, [records[name].identical_to(kinds[f"kind_{name}"]) for name in said])
    told = events.select(*EVENT_COLUMNS, "kind").left_join(turns, "event_id").drop("event_id_right")
    return told.mutate(turn=told.turn.fill_null(0))


def pairs_of(lines: Table) -> Table:
    """Every activity with every resource that it has."""
    return lines.select("ActCstID", "ResCstID").distinct()


def _kinds(counts: pd.DataFrame, asked: Sequence[str]) -> Kinds:
    """Every kind of record by what is asked of it."""
    said = counts[[f"said_{number}" for number in range(len(asked))]]
    cells = said.astype(object).where(said.notna(), None).itertuples(index=False, name=None)
    return dict(zip(asked, zip(*dict.fromkeys(cells), strict=True), strict=False)) or dict.fromkeys(asked, ())


def _numbered(kinds: Kinds, most: int) -> tuple[Columns, list[tuple[object, ...]]]:
    """The kinds as a table of a column each for as many as may be asked for."""
    columns = {"kind": "int64"} | {f"kind_said_{number}": "string" for number in range(most)}
    none = [None] * (most - len(kinds))
    return columns, [(kind, *said, *none) for kind, said in enumerate(zip(*kinds.values(), strict=True))]


def _component_of(database: Database, components: Components, pairs: pd.DataFrame) -> Given:
    named = [(act, res, components.component(act, res)) for act, res in rows_of(pairs)]
    columns = {"ActCstID": "string", "ResCstID": "string", "component": "string"}
    return database.given("component_of", columns, named)
