"""Cost lines that are in twice: the same as another of their record, or with an identifier that another has.

Two equal costs of one record may be legal; an identifier (CostRowID) given twice is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pathway_cost.errors import Problem, Severity, Where, first_few
from pathway_cost.plics.reading.database import Database
from pathway_cost.plics.reading.fingerprints import Bits, repeats_in_record
from pathway_cost.plics.reading.quality import ALL, Counted, Counts
from pathway_cost.plics.reading.told_figures import Told, bracketed, verb

if TYPE_CHECKING:
    from ibis.expr.types import Table

RULE: Final = "repeated_line"
COST_ROW: Final = "CostRowID"
"""Our name of the column that identifies a row of a cost table; it goes no further than the check."""
BOUND: Final = Decimal("0.01")
"""Share of pounds in repeats that may be chance: a note up to it, a warning above."""

_WIDE_MONEY: Final = pa.decimal128(38, 8)


def line_counts(events: pa.Table, lines: pa.Table, bits: Bits) -> Counts:
    """Lines that repeat another of their record, and their pounds, by feed and organisation."""
    costs = pc.not_equal(lines["TotCst"], pa.scalar(Decimal(0), _WIDE_MONEY))
    again = lines.filter(pc.and_(pa.array(repeats_in_record(lines, bits)), costs.combine_chunks()))
    if not len(again):
        return {}
    record = again["event_id"].combine_chunks()
    who = {name: events[name].combine_chunks().take(record) for name in ("feed", "organisation")}
    groups = pa.table(who | {"gbp": again["TotCst"].cast(_WIDE_MONEY)}).group_by(["feed", "organisation"])
    return {
        (group["feed"], group["organisation"], RULE): Counted(group["count_all"], group["gbp_sum"])
        for group in groups.aggregate([([], "count_all"), ("gbp", "sum")]).to_pylist()
    }


def repeated_lines(counts: Counts) -> Iterator[Problem]:
    """One finding a feed and organisation whose records hold lines that are the same in everything."""
    for feed, organisation, rule in sorted(counts):
        if rule == RULE:
            lines, everything = counts[feed, organisation, RULE], counts[feed, organisation, ALL]
            said = bracketed(lines.records, "cost line", lines.gbp, everything.gbp)
            said += " " + verb(lines.records, "is", "are")
            what, shared = (said + " the same as another of the same record (ActCstID, ActCnt, ResCstID, TotCst): "
                            "pasted in twice, or two equal costs").both  # fmt: skip
            remedy = "where they are pasted in twice, take the second ones out"
            where = Where(item=f"{feed} of {organisation}")
            how_much = severity(lines.gbp, everything.gbp)
            yield Problem(RULE, what, where, remedy=remedy, severity=how_much, shared=shared)


def severity(gbp: Decimal, everything: Decimal) -> Severity:
    """How much repeated pounds matter beside all: a warning where they are more than may be chance, else a note.

    >>> str(severity(Decimal(92), Decimal(1092))), str(severity(Decimal(1), Decimal(1000)))
    ('warning', 'note')
    """
    return Severity.WARNING if abs(gbp) > BOUND * abs(everything) else Severity.NOTE


def cost_rows_repeated(database: Database, lines: Table, file: str, header_rows: int) -> Iterator[Problem]:
    """Rows of a cost table whose CostRowID an earlier row has: a fault within one record, a finding across records."""
    named = lines.filter(lines.cost_row.notnull())
    turn = named.position.rank().over(group_by="cost_row", order_by="position")
    first = named.row_key.first().over(group_by="cost_row", order_by="position")
    later = named.mutate(turn=turn, is_same=named.row_key == first).filter(lambda row: row.turn > 0)
    places = database.rows(later.select("position", "TotCst", "is_same").order_by("position"))
    if not len(places):
        return
    for is_same in (True, False):
        some = places.filter(pc.equal(places["is_same"], is_same))
        if len(some):
            yield _cost_rows(some, file, header_rows, is_same=is_same)


def _cost_rows(rows: pa.Table, file: str, header_rows: int, *, is_same: bool) -> Problem:
    at = np.asarray(rows["position"]) + header_rows + 1
    gbp = pc.sum(rows["TotCst"].cast(_WIDE_MONEY)).as_py()
    listed = first_few(range(len(at)), said=lambda place: f"row {at[place]:,}")
    of_whom = "row of the same record" if is_same else "row, of another record,"
    said = bracketed(len(at), "cost row", gbp) + " " + verb(len(at), "has", "have")
    what, shared = (said + f" the {COST_ROW} of an earlier {of_whom}" + Told(f": {listed}", "")).both
    return Problem(
        "cost_row_repeated",
        what.replace(",:", ":"),
        Where(file=file, row=int(at[0]), item=COST_ROW),
        remedy="take the rows out that are in twice, or give each its own identifier",
        severity=Severity.ERROR if is_same else Severity.WARNING,
        shared=shared,
    )
