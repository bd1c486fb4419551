"""The dearest record and cost line of a file: where it costs as much as all the others together, it is a total row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from pathway_cost.errors import Problem, Where
from pathway_cost.plics.reading.wording import pounds
from pathway_cost.tables.reading import is_total, total_row

_NOTHING: Final = Decimal(0)


@dataclass(frozen=True)
class Dearest:
    """Pounds and place (record, from 1) of the dearest record, and of the dearest line among so many."""

    record_gbp: Decimal = _NOTHING
    record: int = 0
    line_gbp: Decimal = _NOTHING
    line_record: int = 0
    lines: int = 0

    def with_batch(self, batch: Dearest, before: int) -> Dearest:
        """The dearest of this and of a batch of records that stands behind `before` others."""
        record = (batch.record_gbp, batch.record + before)
        line = (batch.line_gbp, batch.line_record + before)
        return Dearest(
            *(record if record[0] > self.record_gbp else (self.record_gbp, self.record)),
            *(line if line[0] > self.line_gbp else (self.line_gbp, self.line_record)),
            self.lines + batch.lines,
        )

    def total_row(self, file: str, records: int, gbp: Decimal) -> Iterator[Problem]:
        """The warning, where one of them is the sum of all the others of the file."""
        where = Where(file=file, row=self.record)
        if is_total(self.record_gbp, gbp, others=records - 1, is_unnamed=False):
            yield _told(total_row(f"record {self.record:,}", pounds(self.record_gbp), where), "a record")
        elif records > 1 and is_total(self.line_gbp, gbp, others=self.lines - 1, is_unnamed=False):
            where = Where(file=file, row=self.line_record, item="TotCst")
            what = f"a cost line of record {self.line_record:,}"
            yield _told(total_row(what, pounds(self.line_gbp), where), "a cost line")


def _told(warning: Problem, what: str) -> Problem:
    """The warning, without the record's number and pounds where it is handed on."""
    return replace(warning, shared=f"{what} is the sum of all the others: a total row counts everything twice")


def dearest_of(records: pa.Table, lines: pa.Table) -> Dearest:
    """The dearest of a batch; event_id counts the records from 0."""
    if not len(records) or not len(lines):
        return Dearest()
    record, line = pc.max(records["gbp"]), pc.max(lines["TotCst"])
    at = lines["event_id"][pc.index(lines["TotCst"], line).as_py()].as_py()
    return Dearest(record.as_py(), pc.index(records["gbp"], record).as_py() + 1, line.as_py(), at + 1, len(lines))
