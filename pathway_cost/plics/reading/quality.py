"""What looks wrong in what was read, though it is legal: each finding with how many records and how many pounds.

Every check is one function over a batch of records (a column each of the events, their exact `gbp`, what their cost lines
hold); it says which it speaks of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.plics.reading.closed_lists import COMPLETE
from pathway_cost.plics.reading.identifiers import UNVERIFIED
from pathway_cost.plics.reading.told_figures import share_of

UNGROUPABLE: Final = "UZ01Z"
_LONG_STAY: Final = 2
"""Days from which an emergency stay is NEL and no longer NES."""
_WIDE_MONEY: Final = pa.decimal128(38, 8)
ALL: Final = "all"
"""The rule that counts every record."""


@dataclass(frozen=True, repr=False)
class Check:
    """A finding's name, the records it picks, what is said of them, and how much it matters."""

    rule: str
    picks: Callable[[pa.Table], pa.ChunkedArray]
    what: str
    severity: Severity


@dataclass(frozen=True)
class Counted:
    """Records and their exact pounds."""

    records: int = 0
    gbp: Decimal = Decimal(0)

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.records + other.records, self.gbp + other.gbp)


Counts = Mapping[tuple[str, str, str], Counted]
"""(feed, organisation, rule) → what the rule picked; the rule `all` counts every record."""


def negative_cost(records: pa.Table) -> pa.ChunkedArray:
    """Records with a cost line below £0, which credits and rebates make legal."""
    return pc.less(records["least"], pa.scalar(Decimal(0), records["least"].type))


def zero_cost(records: pa.Table) -> pa.ChunkedArray:
    """Records to which nothing was charged, or that have no cost line."""
    return pc.equal(records["gbp"], pa.scalar(Decimal(0), _WIDE_MONEY))


def ends_before_start(records: pa.Table) -> pa.ChunkedArray:
    """Records that end before they start."""
    return pc.greater(records["start_date"], records["end_date"])


def stays_beyond_dates(records: pa.Table) -> pa.ChunkedArray:
    """Complete episodes of more days than lie between their start and their end, both included."""
    between = pc.days_between(records["start_date"], records["end_date"])
    dated = pc.greater_equal(between, 0)  # one that ends before it starts is told as such
    closed = pc.equal(records["EpType"], COMPLETE)
    return pc.and_(pc.and_(closed, dated), pc.greater(records["Alos"], pc.add(between, 1)))


def no_start_date(records: pa.Table) -> pa.ChunkedArray:
    """Records without a start, which age and attachment need."""
    return pc.is_null(records["start_date"])


def outside_year(records: pa.Table) -> pa.ChunkedArray:
    """Records whose end does not lie in the header's financial year (R16)."""
    written = pc.utf8_slice_codeunits(records["fin_year"], 0, 4)
    year = pc.if_else(pc.equal(written, ""), pa.scalar(None, pa.string()), written).cast(pa.int32())
    months = pc.add(pc.multiply(pc.year(records["end_date"]), 12), pc.month(records["end_date"]))
    since_april = pc.subtract(months, pc.add(pc.multiply(year, 12), 4))
    return pc.or_(pc.less(since_april, 0), pc.greater(since_april, 11))


def no_count_with_cost(records: pa.Table) -> pa.ChunkedArray:
    """Records with an activity that costs something but was done no time."""
    return pc.greater(records["uncounted"], 0)


def short_stay_is_long(records: pa.Table) -> pa.ChunkedArray:
    """Short emergency stays (NES) of two days or more."""
    return pc.and_(pc.equal(records["Pod"], "NES"), pc.greater_equal(records["Alos"], _LONG_STAY))


def long_stay_is_short(records: pa.Table) -> pa.ChunkedArray:
    """Long emergency stays (NEL) of less than two days."""
    return pc.and_(pc.equal(records["Pod"], "NEL"), pc.less(records["Alos"], _LONG_STAY))


def ungroupable(records: pa.Table) -> pa.ChunkedArray:
    """Records to which no HRG could be given."""
    fce, hrg, unbundled = (
        pc.fill_null(pc.equal(records[name], UNGROUPABLE), fill_value=False) for name in ("HrgFce", "HRG", "UnHRG")
    )
    return pc.or_(fce, pc.or_(hrg, unbundled))


def no_completion(records: pa.Table) -> pa.ChunkedArray:
    """Admitted episodes that do not say whether they are complete: they are taken as open."""
    return pc.and_(pc.equal(records["feed"], "APC"), pc.is_null(records["EpType"]))


def unverified_patient(records: pa.Table) -> pa.ChunkedArray:
    """Records whose NHS number fails its check digit, or has another status than 01 (R17)."""
    return pc.equal(records["patient_class"], UNVERIFIED)


CHECKS: Final = (
    Check("negative_cost", negative_cost, "have a negative cost line (kept)", Severity.NOTE),
    Check("zero_cost", zero_cost, "cost nothing", Severity.NOTE),
    Check("ends_before_start", ends_before_start, "end before they start", Severity.WARNING),
    Check(
        "stays_beyond_dates",
        stays_beyond_dates,
        "have more days (Alos) than lie between their start and their end",
        Severity.WARNING,
    ),
    Check("no_start_date", no_start_date, "have no start date: no age, and nothing attaches by date", Severity.WARNING),
    Check("outside_year", outside_year, "lie outside the financial year of their header", Severity.WARNING),
    Check("no_count_with_cost", no_count_with_cost, "have cost on an activity with ActCnt 0", Severity.WARNING),
    Check("short_stay_is_long", short_stay_is_long, "are short stays (NES) of 2 days or more", Severity.NOTE),
    Check("long_stay_is_short", long_stay_is_short, "are long stays (NEL) of less than 2 days", Severity.NOTE),
    Check("ungroupable", ungroupable, f"have no valid HRG ({UNGROUPABLE})", Severity.NOTE),
    Check(
        "no_completion", no_completion, "have no EpType: taken as work in progress, not as complete", Severity.WARNING
    ),
    Check("unverified_patient", unverified_patient, "have an NHS number that is not verified", Severity.NOTE),
)


def counts_of(records: pa.Table) -> Counts:
    """How many records, and which pounds, every check picks of a batch."""
    who = records.select(["feed", "organisation", "gbp"])
    counts = _by_organisation(who, ALL)
    for check in CHECKS:
        picked = pc.fill_null(check.picks(records), fill_value=False)
        if pc.any(picked).as_py():
            counts |= _by_organisation(who.filter(picked), check.rule)
    return counts


def with_pounds(events: pa.Table, lines: pa.Table) -> pa.Table:
    """Events with `gbp`, the sum of their cost lines, `least` of them, and the lines that cost without being counted.

    event_id counts the events from 0.
    """
    uncounted = pc.and_(pc.equal(lines["ActCnt"], 0), pc.not_equal(lines["TotCst"], pa.scalar(Decimal(0), _WIDE_MONEY)))
    held = pa.table(
        {"event_id": lines["event_id"], "cost": lines["TotCst"], "uncounted": pc.cast(uncounted, pa.int64())}
    )
    sums = held.group_by("event_id").aggregate([("cost", "sum"), ("cost", "min"), ("uncounted", "sum")])
    row = np.full(len(events), -1, np.int64)
    row[sums["event_id"].to_numpy()] = np.arange(len(sums))
    at = pa.array(row, mask=row < 0)
    gbp = pc.fill_null(sums["cost_sum"].cast(_WIDE_MONEY).take(at), pa.scalar(Decimal(0), _WIDE_MONEY))
    columns = {"gbp": gbp, "least": sums["cost_min"].take(at), "uncounted": sums["uncounted_sum"].take(at)}
    return pa.table({name: events[name] for name in events.column_names} | columns)


def _by_organisation(records: pa.Table, rule: str) -> dict[tuple[str, str, str], Counted]:
    groups = records.group_by(["feed", "organisation"]).aggregate([([], "count_all"), ("gbp", "sum")])
    return {
        (group["feed"], group["organisation"], rule): Counted(group["count_all"], group["gbp_sum"])
        for group in groups.to_pylist()
    }


def added(one: Counts, other: Counts) -> Counts:
    """Two counts together."""
    return {**one, **{key: one.get(key, Counted()) + counted for key, counted in other.items()}}


def findings(counts: Counts) -> Iterator[Problem]:
    """One finding a feed, organisation and check that picked any record."""
    for feed, organisation, rule in sorted(counts):
        everything = counts[feed, organisation, ALL]
        for check in CHECKS:
            if check.rule == rule:
                yield _finding(check, counts[feed, organisation, rule], everything, f"{feed} of {organisation}")


def _finding(check: Check, picked: Counted, everything: Counted, item: str) -> Problem:
    what, shared = (share_of(picked.records, everything.records, picked.gbp) + f" {check.what}").both
    about = (("records", float(picked.records)), ("of_records", float(everything.records)), ("gbp", float(picked.gbp)))
    return Problem(check.rule, what, Where(item=item), severity=check.severity, shared=shared, about=about)
