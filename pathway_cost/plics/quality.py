"""What looks wrong in what was read, though it is legal: each finding with how many records and how many pounds.

Every check is one function over the records (a row an event: its columns, its exact `gbp`, what its cost lines hold); it
picks those it speaks of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.plics.privacy import UNVERIFIED
from pathway_cost.plics.wording import pounds

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Table

UNGROUPABLE: Final = "UZ01Z"
_LONG_STAY: Final = 2
"""Days from which an emergency stay is NEL and no longer NES."""


@dataclass(frozen=True)
class Check:
    """A finding's name, the records it picks, what is said of them, and how much it matters."""

    rule: str
    picks: Callable[[Table], BooleanValue]
    what: str
    severity: Severity
    remedy: str | None = None


def negative_cost(records: Table) -> BooleanValue:
    """Credits and rebates make negative costs legal."""
    return records.negative_lines > 0


def zero_cost(records: Table) -> BooleanValue:
    """Nothing was charged to the record, or it has no cost line."""
    return records.gbp == 0


def ends_before_start(records: Table) -> BooleanValue:
    """The activity ends before it starts."""
    return records.start_date > records.end_date


def no_start_date(records: Table) -> BooleanValue:
    """Age and attachment need a start."""
    return records.start_date.isnull()


def outside_year(records: Table) -> BooleanValue:
    """The date that must lie in the header's financial year does not (R16)."""
    import ibis

    first = records.fin_year.left(4).cast("int32")
    opens, closes = ibis.date(first, 4, 1), ibis.date(first + 1, 3, 31)
    return (records.end_date < opens) | (records.end_date > closes)


def no_count_with_cost(records: Table) -> BooleanValue:
    """An activity costs something but was done no time."""
    return records.uncounted_lines > 0


def short_stay_is_long(records: Table) -> BooleanValue:
    """A short emergency stay (NES) of two days or more."""
    return (records.Pod == "NES") & (records.Alos >= _LONG_STAY)


def long_stay_is_short(records: Table) -> BooleanValue:
    """A long emergency stay (NEL) of less than two days."""
    return (records.Pod == "NEL") & (records.Alos < _LONG_STAY)


def ungroupable(records: Table) -> BooleanValue:
    """No HRG could be given."""
    return (records.HrgFce == UNGROUPABLE) | (records.HRG == UNGROUPABLE) | (records.UnHRG == UNGROUPABLE)


def unverified_patient(records: Table) -> BooleanValue:
    """The NHS number fails its check digit, or its status is not 01 (R17)."""
    return records.patient_class == UNVERIFIED


CHECKS: Final = (
    Check("negative_cost", negative_cost, "have a negative cost line (kept)", Severity.NOTE),
    Check("zero_cost", zero_cost, "cost nothing", Severity.NOTE),
    Check("ends_before_start", ends_before_start, "end before they start", Severity.WARNING),
    Check("no_start_date", no_start_date, "have no start date: no age, and nothing attaches by date", Severity.WARNING),
    Check("outside_year", outside_year, "lie outside the financial year of their header", Severity.WARNING),
    Check("no_count_with_cost", no_count_with_cost, "have cost on an activity with ActCnt 0", Severity.WARNING),
    Check("short_stay_is_long", short_stay_is_long, "are short stays (NES) of 2 days or more", Severity.NOTE),
    Check("long_stay_is_short", long_stay_is_short, "are long stays (NEL) of less than 2 days", Severity.NOTE),
    Check("ungroupable", ungroupable, f"have no valid HRG ({UNGROUPABLE})", Severity.NOTE),
    Check("unverified_patient", unverified_patient, "have an NHS number that is not verified", Severity.NOTE),
)


def findings(events: Path, cost_lines: Path) -> tuple[Problem, ...]:
    """Findings over a store's two Parquet files, feed by feed and organisation by organisation, in that order."""
    import ibis

    connection = ibis.duckdb.connect(temp_directory=str(events.parent))
    try:
        lines = connection.read_parquet(str(cost_lines))
        records = connection.create_table("records", _records(connection.read_parquet(str(events)), lines), temp=True)
        return (*_picked(records), *_repeated(records))
    finally:
        connection.disconnect()


def _records(events: Table, lines: Table) -> Table:
    uncounted = ((lines.ActCnt == 0) & (lines.TotCst != 0)).cast("int64")
    by_event = lines.group_by("event_id").agg(
        pounds=lines.TotCst.sum(),
        negative_lines=(lines.TotCst < 0).cast("int64").sum(),
        uncounted_lines=uncounted.sum(),
    )
    wanted = (
        "event_id", "feed", "fin_year", "organisation", "start_date", "end_date", "patient_class", "record_key", "Pod",
        "HrgFce", "HRG", "UnHRG", "Alos",
    )  # fmt: skip
    joined = events.select(*wanted).left_join(by_event, "event_id")
    return joined.mutate(gbp=joined.pounds.fill_null(Decimal(0))).drop("pounds")


def _picked(records: Table) -> Iterator[Problem]:
    measures: dict[str, Any] = {"all_records": records.count()}
    for check in CHECKS:
        picked = check.picks(records).fill_null(False)
        measures[f"{check.rule}_n"] = picked.cast("int64").sum()
        measures[f"{check.rule}_gbp"] = records.gbp.sum(where=picked)
    groups = records.group_by("feed", "organisation").agg(**measures).order_by("feed", "organisation")
    for group in groups.to_pyarrow().to_pylist():
        for check in CHECKS:
            if group[f"{check.rule}_n"]:
                yield _finding(check, group, group[f"{check.rule}_n"], group[f"{check.rule}_gbp"])


def _finding(check: Check, group: dict[str, Any], count: int, gbp: Decimal) -> Problem:
    share = f"{count:,} of {group['all_records']:,} records ({count / group['all_records']:.1%}, {pounds(gbp)})"
    item = f"{group['feed']} of {group['organisation']}"
    return Problem(check.rule, f"{share} {check.what}", Where(item=item), remedy=check.remedy, severity=check.severity)


def _repeated(records: Table) -> Iterator[Problem]:
    """Records whose identifier (CDSID, CareId) stands in another record of the feed and organisation too."""
    named = records.filter(records.record_key.notnull())
    keys = named.group_by("feed", "organisation", "record_key").agg(n=named.count(), gbp=named.gbp.sum())
    twice = keys.filter(keys.n > 1)
    groups = twice.group_by("feed", "organisation").agg(n=twice.n.sum(), keys=twice.count(), gbp=twice.gbp.sum())
    for group in groups.order_by("feed", "organisation").to_pyarrow().to_pylist():
        what = f"{group['n']:,} records ({pounds(group['gbp'])}) share {group['keys']:,} identifiers: the same activity may be in twice"
        yield Problem(
            "repeated_record",
            what,
            Where(item=f"{group['feed']} of {group['organisation']}"),
            severity=Severity.WARNING,
        )
