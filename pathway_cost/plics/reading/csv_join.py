"""Activity and cost tables joined: identifiers go as rows are read, the rest is joined and numbered by DuckDB."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.plics.reading.csv_records import ROW, Tables
from pathway_cost.plics.reading.csv_stream import NotATable, batches
from pathway_cost.plics.reading.database import Database
from pathway_cost.plics.reading.file_tally import fault_of
from pathway_cost.plics.reading.identifiers import Privacy
from pathway_cost.plics.reading.layouts import ACTIVITY_LEAVES, RESOURCE_LEAVES
from pathway_cost.plics.reading.raw import Miss, RawLines, RawRecords, merged
from pathway_cost.plics.reading.repeated_lines import COST_ROW, cost_rows_repeated
from pathway_cost.plics.reading.store import COST_LINES_SCHEMA, EVENTS_SCHEMA
from pathway_cost.plics.reading.typed import Batch, Faults, Places, batch_of, cost_lines_of, judged, miss_of, totals_of
from pathway_cost.plics.reading.wording import pounds
from pathway_cost.tables.reading import price_year

if TYPE_CHECKING:
    from ibis.expr.types import Table

_EVENTS_AT_A_TIME: Final = 100_000
_HEADER_ROWS: Final = 1
_FIRST_DAY: Final = re.compile(r"(\d{4})-04-01(?!\d)", re.ASCII)
_POSITION: Final = pa.field("position", pa.int64())
_ROW_KEY: Final = pa.field("row_key", pa.string())
_SAID: Final = pa.field("said", pa.uint64())
_COST_ROW: Final = pa.field("cost_row", pa.string())
_EVENT_ROWS: Final = pa.schema([*EVENTS_SCHEMA, _ROW_KEY, _SAID, _POSITION])
"""An activity table on its way: beside the store's columns the hashed row identifier, what tells the record from others,
and the row's place in its table."""
_COST_ROWS: Final = pa.schema([*COST_LINES_SCHEMA, _ROW_KEY, _COST_ROW, _POSITION])
"""A cost table on its way: beside the store's columns the hashed row identifier and the row's own, and its place."""
_NO_CELLS: Final = dict.fromkeys((*ACTIVITY_LEAVES, *RESOURCE_LEAVES), pa.array([], pa.string()))
_NO_LINES: Final = RawLines(np.zeros(0, np.int64), None, _NO_CELLS)

Cells = Mapping[str, pa.Array]
Misses = tuple[Miss, ...]
Typed = Callable[[Cells], tuple[pa.Table, Misses]]


def read_tables(tables: Tables, privacy: Privacy, scratch: Path) -> Iterator[Batch | Faults]:
    """The records of the tables in batches, in the order of the activity table, or why they cannot be read."""
    activities, costs = scratch / "activities.parquet", scratch / "costs.parquet"
    problems = [*_write_activities(tables, privacy, activities), *_write_costs(tables, privacy, costs)]
    if problems:
        yield Faults(tuple(dict.fromkeys(problems)))
    if _is_faulty(problems):
        return
    with Database(scratch) as database:
        rows = database.parquet("activity_rows", activities)
        events = database.keep("events", _numbered(rows))
        given = database.parquet("cost_rows", costs)
        problems = [*_row_faults(database, tables, rows), *_cost_faults(database, tables, given, events)]
        if problems:
            yield Faults(tuple(problems))
        if _is_faulty(problems):
            return
        yield from _batches(database, events, database.keep("lines", _joined(given, events)))


def _is_faulty(problems: Iterable[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def _write_activities(tables: Tables, privacy: Privacy, path: Path) -> list[Problem]:
    return _write(
        tables.activities, tables.activity_columns, path,
        file=tables.files[0], schema=_EVENT_ROWS, typed=lambda cells: _events(cells, tables, privacy),
    )  # fmt: skip


def _write_costs(tables: Tables, privacy: Privacy, path: Path) -> list[Problem]:
    return _write(
        tables.costs, tables.cost_columns, path,
        file=tables.files[-1], schema=_COST_ROWS, typed=lambda cells: _lines(cells, privacy),
    )  # fmt: skip


def _write(
    source: Path, columns: Mapping[str, str], path: Path, *, file: str, schema: pa.Schema, typed: Typed
) -> list[Problem]:
    """A table's rows, typed and without identifiers, to Parquet; what is wrong with them."""
    misses: list[Miss] = []
    try:
        with pq.ParquetWriter(path, schema) as writer:
            for before, cells in batches(source, columns):
                table, wrong = typed(cells)
                position = pa.array(np.arange(before, before + len(table)))
                writer.write_table(table.append_column(_POSITION, position).cast(schema))
                misses += [miss.moved(before + _HEADER_ROWS) for miss in wrong]
    except NotATable as fault:
        return [Problem("unreadable_table", fault.what, Where(file=file, row=fault.row))]
    return [fault_of(miss, file, "row") for miss in merged(misses)]


def _events(cells: Cells, tables: Tables, privacy: Privacy) -> tuple[pa.Table, Misses]:
    count, layout = len(cells[ROW]), tables.layout
    years, no_year = _years(cells["FinYr"])
    raw = RawRecords(count, cells, _NO_LINES)
    batch = batch_of(raw, layout, privacy, file=tables.file, fin_year=years)
    keys, no_key = _row_keys(cells[ROW], privacy)
    events = batch.events.append_column(_ROW_KEY, keys).append_column(_SAID, pa.array(batch.keys.said))
    return events, (*no_key, *no_year, *batch.misses)


def _lines(cells: Cells, privacy: Privacy) -> tuple[pa.Table, Misses]:
    rows = np.arange(len(cells[ROW]))
    lines, misses = cost_lines_of(RawLines(rows, None, cells))
    keys, no_key = _row_keys(cells[ROW], privacy)
    own = cells[COST_ROW] if COST_ROW in cells else pa.nulls(len(rows), pa.string())
    return lines.append_column(_ROW_KEY, keys).append_column(_COST_ROW, own), (*no_key, *misses)


def _row_keys(values: pa.Array, privacy: Privacy) -> tuple[pa.Array, Misses]:
    places = Places(np.arange(1, len(values) + 1), None)
    missing = miss_of(pc.is_null(values), "row_identifier_missing", ROW, "is missing", places)
    return privacy.hasher.column("row", values), (*missing, *totals_of(values, ROW, places))


def _years(values: pa.Array) -> tuple[pa.Array, Misses]:
    """Financial years, from their first day or any of the ways the NHS writes them."""
    distinct = values.dictionary_encode()
    years = pa.array([_year(text) for text in distinct.dictionary.to_pylist()], pa.string()).take(distinct.indices)
    places = Places(np.arange(1, len(values) + 1), None)
    wrong = miss_of(pc.is_null(years), "year_unreadable", "FinYr", "is missing or no financial year", places)
    return pc.fill_null(years, ""), wrong


def _year(text: str) -> str | None:
    first_day = _FIRST_DAY.match(text)
    if first_day:
        return f"{first_day[1]}-{(int(first_day[1]) + 1) % 100:02d}"
    try:
        return price_year(text)
    except ValueError:
        return None


def _numbered(rows: Table) -> Table:
    """The first row of each record, numbered in the order of the table."""
    import ibis

    first = rows.mutate(turn=ibis.row_number().over(group_by="row_key", order_by="position")).filter(
        lambda row: row.turn == 0
    )
    return first.mutate(event_id=ibis.row_number().over(order_by="position")).drop("turn")


def _row_faults(database: Database, tables: Tables, rows: Table) -> Iterator[Problem]:
    where = Where(file=tables.file, item=ROW)
    if tables.is_wide:
        versions = rows.drop("event_id", "record", "said", "position").distinct()
        differing = database.value(versions.count()) - database.value(rows.row_key.nunique())
        what = f"{differing:,} rows disagree with another row of the same record about the record itself"
    else:
        differing = database.value(rows.count()) - database.value(rows.row_key.nunique())
        what = f"{differing:,} rows repeat the {ROW} of another"
    if differing:
        yield Problem("row_identifier_repeated", what, where)


def _cost_faults(database: Database, tables: Tables, lines: Table, events: Table) -> Iterator[Problem]:
    without = lines.anti_join(events, "row_key")
    count, gbp = database.value(without.count()), database.value(without.TotCst.sum())
    if count:
        what = f"{count:,} cost rows ({pounds(gbp)}) belong to no row of {tables.file}"
        yield Problem("cost_without_activity", what, Where(file=tables.files[-1], item=ROW))
    yield from cost_rows_repeated(database, lines, tables.files[-1], _HEADER_ROWS)


def _joined(lines: Table, events: Table) -> Table:
    """Cost lines with their event; an activity is what shares ActCstID and ActCnt within it, in order of appearance."""
    import ibis

    tied = lines.drop("event_id", "activity_no").inner_join(events.select("row_key", "event_id"), "row_key")
    first = tied.mutate(first=tied.position.min().over(group_by=["event_id", "ActCstID", "ActCnt"]))
    return first.mutate(activity_no=ibis.dense_rank().over(group_by="event_id", order_by="first") + 1)


def _batches(database: Database, events: Table, lines: Table) -> Iterator[Batch]:
    total = database.value(events.count())
    for start in range(0, total, _EVENTS_AT_A_TIME):
        some = _between(events, start).order_by("event_id")
        theirs = _between(lines, start).order_by("event_id", "position")
        here = some.mutate(event_id=some.event_id - start, record=some.event_id - start + 1)
        costs = theirs.mutate(event_id=theirs.event_id - start)
        batch_events, batch_lines = _as(database, here, EVENTS_SCHEMA), _as(database, costs, COST_LINES_SCHEMA)
        said = np.asarray(database.rows(here.select("event_id", "said").order_by("event_id"))["said"])
        yield Batch(batch_events, batch_lines, (), *judged(batch_events, batch_lines, said))


def _between(table: Table, start: int) -> Table:
    return table.filter((table.event_id >= start) & (table.event_id < start + _EVENTS_AT_A_TIME))


def _as(database: Database, table: Table, schema: pa.Schema) -> pa.Table:
    return database.rows(table.select(*schema.names)).cast(schema)
