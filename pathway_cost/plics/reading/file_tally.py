"""Counts one extract while it is read: records, pounds, cells that are missing or wrong, elements not expected."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.plics.reading.codes import EVENT_CODES, LINE_CODES
from pathway_cost.plics.reading.controls import NO_CONTROL, Control
from pathway_cost.plics.reading.dearest import Dearest
from pathway_cost.plics.reading.fingerprints import Keys
from pathway_cost.plics.reading.header import Header
from pathway_cost.plics.reading.identifiers import AREAS
from pathway_cost.plics.reading.quality import Counts, added
from pathway_cost.plics.reading.raw import Miss, merged
from pathway_cost.plics.reading.repeated_records import FileRecords
from pathway_cost.plics.reading.told_figures import those
from pathway_cost.plics.reading.typed import Batch
from pathway_cost.plics.reading.wording import PUT_RIGHT, plain_names

_SEVERAL: Final = "several"


@dataclass(repr=False)
class Tally:
    """One file's running totals. `feed` is known from the header, or from the table's name."""

    file: str
    header: Header | None = None
    feed: str = ""
    records: int = 0
    placed: int = 0
    """Records whose postcode is in the table of postcodes."""
    gbp: Decimal = Decimal(0)
    misses: list[Miss] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    present: set[str] = field(default_factory=set)
    organisations: set[str] = field(default_factory=set)
    years: set[str] = field(default_factory=set)
    counts: Counts = field(default_factory=dict)
    codes: dict[str, set[str]] = field(default_factory=dict)
    keys: list[Keys] = field(default_factory=list)
    first_event: int = 0
    dearest: Dearest = field(default_factory=Dearest)
    days: list[dt.date] = field(default_factory=list)

    def add(self, batch: Batch, first_event: int) -> tuple[pa.Table, pa.Table]:
        """Count a batch; its events and cost lines, numbered on from the records before them."""
        events = _moved(_moved(batch.events, "event_id", first_event), "record", self.records)
        lines = _moved(batch.cost_lines, "event_id", first_event)
        self.misses += [miss.moved(self.records) for miss in batch.misses]
        self.first_event = self.first_event if self.records else first_event
        self.records += len(events)
        self.placed += max(len(events) - events[name].null_count for name in AREAS)
        self.gbp += pc.sum(lines["TotCst"].cast(pa.decimal128(38, 8))).as_py() or Decimal(0)
        self.unknown.update(batch.unknown)
        self.present |= batch.present
        self.organisations.update(events["organisation"].unique().to_pylist())
        self.years.update(events["fin_year"].unique().to_pylist())
        self.counts = added(self.counts, batch.counts)
        self._see_codes(events, EVENT_CODES)
        self._see_codes(lines, LINE_CODES)
        self.keys.append(batch.keys)
        self.dearest = self.dearest.with_batch(batch.dearest, self.records - len(events))
        ends = pc.min_max(events["end_date"]).as_py()
        self.days += [day for day in ends.values() if day is not None]
        return events, lines

    def _see_codes(self, rows: pa.Table, columns: Sequence[str]) -> None:
        for column in columns:
            self.codes.setdefault(column, set()).update(pc.drop_null(rows[column].unique()).to_pylist())

    @property
    def whole(self) -> bool:
        """Whether every record and every cost of the file was read."""
        is_faulty = any(problem.severity is Severity.ERROR for problem in self.problems)
        return not is_faulty and not any(miss.rule == "cost_unreadable" for miss in self.misses)

    def control(self) -> Control:
        """The file's totals against its header's."""
        header = self.header
        return Control(
            file=self.file,
            feed=header.layout.feed if header else self.feed,
            organisation=header.organisation if header else _one_of(self.organisations),
            fin_year=header.fin_year if header else _one_of(self.years),
            period_start=header.period_start if header else None,
            period_end=header.period_end if header else None,
            records_header=header.records if header else None,
            records=self.records,
            header_gbp=header.gbp if header else None,
            gbp=self.gbp,
            accepted_reason="" if header else NO_CONTROL,
        )

    def told_apart(self) -> FileRecords:
        """What records that are in twice are found by: the file's fingerprints, and the days that it is of.

        The days are those of its header, else those that its records end on.
        """
        header = self.header
        first, last = (min(self.days, default=None), max(self.days, default=None))
        return FileRecords(
            self.file,
            header.layout.feed if header else self.feed,
            self.first_event,
            Keys.together(self.keys),
            header.period_start if header else first,
            header.period_end if header else last,
        )

    def faults(self) -> list[Problem]:
        """Everything wrong with the file, cells of one kind together."""
        return [*self.problems, *(fault_of(miss, self.file, "record") for miss in merged(self.misses))]

    def total_row(self) -> Iterator[Problem]:
        """The warning of a record or a cost line that costs as much as all the others together."""
        yield from self.dearest.total_row(self.file, self.records, self.gbp)

    def layout_findings(self) -> Iterator[Problem]:
        """The finding of elements that the file holds beside its layout, and of those that it lacks."""
        if self.header is None or not self.records:
            return
        missing = [name for name in self.header.layout.needed if name not in self.present]
        extra = f"{len(self.unknown):,} elements not known ({plain_names(sorted(self.unknown))}), {len(missing)} missing ({plain_names(missing)})"
        where = Where(file=self.file)
        if not self.header.version_seen:
            what = f"version {plain_names([self.header.version.rpartition('/')[2]])} of the layout is not known; read by element name: {extra}"
            yield Problem("layout_not_seen", what, where, severity=Severity.WARNING)
        elif self.unknown or missing:
            yield Problem(
                "layout_differs", f"against its version of the layout: {extra}", where, severity=Severity.NOTE
            )


def fault_of(miss: Miss, file: str, unit: str) -> Problem:
    """A kind of fault in a file as one problem, with its first places."""
    places = ", ".join(
        f"{unit} {record:,}" + ("" if activity is None else f" activity {activity}") for record, activity in miss.at
    )
    more = "" if miss.count <= len(miss.at) else f" and {miss.count - len(miss.at):,} more"
    where = Where(file=file, row=miss.at[0][0] if miss.at else None, item=miss.item)
    remedy = miss.remedy or (PUT_RIGHT if miss.severity is Severity.ERROR else None)
    what = f"{miss.item} {miss.what}: {places}{more}"
    shared = f"{miss.item} {miss.what}: {those(miss.count, unit).shared}"
    return Problem(miss.rule, what, where, remedy=remedy, severity=miss.severity, shared=shared)


def _moved(table: pa.Table, column: str, by: int) -> pa.Table:
    at = table.schema.get_field_index(column)
    return table.set_column(at, table.schema.field(at), pc.add(table[column], by)) if by else table


def _one_of(names: set[str]) -> str:
    return next(iter(names)) if len(names) == 1 else _SEVERAL if names else ""
