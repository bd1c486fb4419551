"""Text becomes dates, counts and exact pounds; every cell that cannot is a miss, named by its place, never its content."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pathway_cost.errors import PLACES_SHOWN, Problem, Severity
from pathway_cost.plics.reading.closed_lists import CLOSED, DECIDES, without_zeros
from pathway_cost.plics.reading.code_forms import NO_CODE, REMEDY, no_codes
from pathway_cost.plics.reading.dearest import Dearest, dearest_of
from pathway_cost.plics.reading.fingerprints import Bits, Keys, identifiers, of_lines, of_record, with_lines
from pathway_cost.plics.reading.identifiers import Privacy, protect
from pathway_cost.plics.reading.layouts import Layout
from pathway_cost.plics.reading.quality import Counts, counts_of, with_pounds
from pathway_cost.plics.reading.raw import Ints, Miss, RawLines, RawRecords
from pathway_cost.plics.reading.repeated_lines import line_counts
from pathway_cost.plics.reading.store import CODE_COLUMNS, COST_LINES_SCHEMA, EVENTS_SCHEMA, MONEY
from pathway_cost.tables.reading import TOTAL_WORDS

_PART: Final = "|".join(rf"0{{{zeros}}}[1-9]\d{{0,{7 - zeros}}}" for zeros in range(8))
_AMOUNT: Final = rf"^[+-]?(\d{{1,9}}(\.\d{{0,8}})?|\.\d{{1,8}}|\d{{10}}\.({_PART}))$"
"""As XML writes decimals: `.5` and `5.` are numbers too; ten digits and no pence are a patient's number."""
_WHOLE: Final = "is not a whole number of 0 or more"
_COUNTS: Final = "is not a whole number of 0 or more, or has ten digits, as patients' numbers have"
_POUNDS: Final = (
    "is missing or not pounds with at most 10 digits before the point and 8 after it, or has ten digits and no pence"
)
_COUNT: Final = r"^(\d{1,9}|\d{11,18})(\.0*)?$"
_TOTAL_LABELS: Final = pa.array(TOTAL_WORDS)
_NO_TOTALS: Final = "take the row out"
_PADDED: Final = "is written with zeros around it and read as the code without them (03 is 3)"
_IS_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}(Z|[+-]\d{2}:\d{2}|[T ][\d:.]*Z?)?", re.ASCII)
_NUMBERS: Final = {"Alos": (r"^\d{1,4}(\.0*)?$", pa.int16()), "ClinDuration": (r"^\d{1,6}(\.0*)?$", pa.int32())}
"""Whole numbers, and what is written of them once they went through a column of fractions: `4.0`."""
_NO_FRACTION: Final = r"\.0*$"


@dataclass(frozen=True, repr=False)
class Faults:
    """Why a file cannot be read further."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, repr=False)
class Batch:
    """Events and cost lines of some records, numbered from 0 (event_id) and 1 (record) within the batch."""

    events: pa.Table
    cost_lines: pa.Table
    misses: tuple[Miss, ...]
    counts: Counts
    """What the quality checks pick."""
    keys: Keys
    """What tells each record from others."""
    dearest: Dearest
    present: frozenset[str] = frozenset()
    unknown: Mapping[str, int] = field(default_factory=dict)


def batch_of(raw: RawRecords, layout: Layout, privacy: Privacy, *, file: str, fin_year: str | pa.Array) -> Batch:
    """Records without their identifiers, and what is wrong with them."""
    places = Places(np.arange(1, raw.count + 1), None)
    raw, no_forms = _with_forms(raw, places)
    organisation, no_organisation = _needed(raw.cells["OrgId"], "organisation_missing", "OrgId", places)
    start, bad_start = _dates(raw.cells[layout.start], layout.start, places)
    end, bad_end = (start, ()) if layout.end == layout.start else _dates(_cells(raw, layout.end), layout.end, places)
    raw, bad_codes = _with_closed(raw, places)
    numbers, bad_numbers = _numbers(raw.cells, places)
    born = _dates(raw.cells["DoB"], "DoB", places)[0] if "DoB" in raw.cells else None
    columns = {
        "event_id": pa.array(np.arange(raw.count)),
        "feed": _constant(layout.feed, raw.count),
        "fin_year": _constant(fin_year, raw.count) if isinstance(fin_year, str) else fin_year,
        "file": _constant(file, raw.count),
        "record": pa.array(np.arange(1, raw.count + 1)),
        "organisation": organisation,
        "start_date": start,
        "end_date": end,
        **{name: raw.cells[name] for name in CODE_COLUMNS if name in raw.cells},
        **numbers,
        **protect(raw.cells, organisation, start, born, privacy),
    }
    lines, bad_lines = cost_lines_of(raw.lines)
    misses = (*raw.misses, *no_forms, *no_organisation, *bad_start, *bad_end, *bad_codes, *bad_numbers, *bad_lines)
    events = _table(columns, EVENTS_SCHEMA, raw.count)
    said = of_record(_told_by_text(raw.cells, layout), _told_by_number(events), raw.count)
    return Batch(
        events,
        lines,
        misses,
        *judged(events, lines, said),
        raw.present,
        raw.unknown,
    )


def judged(events: pa.Table, lines: pa.Table, said: Bits) -> tuple[Counts, Keys, Dearest]:
    """What the checks pick of some records, what tells each from others, and the dearest; event_id counts from 0."""
    bits = of_lines(lines)
    records = with_pounds(events, lines)
    counts = {**counts_of(records), **line_counts(events, lines, bits)}
    return counts, Keys(identifiers(events), said, with_lines(said, lines, bits)), dearest_of(records, lines)


def _told_by_text(cells: Mapping[str, pa.Array], layout: Layout) -> dict[str, pa.Array]:
    """What records say of themselves in words: no row's number, no date or number that may be written in several ways."""
    apart = {*_NUMBERS, layout.start, layout.end}
    return {name: cells[name] for name in (*layout.elements, "Age") if name in cells and name not in apart}


def _told_by_number(events: pa.Table) -> dict[str, pa.Array]:
    return {name: events[name] for name in ("start_date", "end_date", *_NUMBERS)}


def cost_lines_of(raw: RawLines) -> tuple[pa.Table, tuple[Miss, ...]]:
    """Cost lines with exact pounds; a cell that is missing or not what it should be stands as 0 and is a miss."""
    places = Places(raw.record + 1, raw.activity_no)
    activity_no = np.zeros(len(raw.record)) if raw.activity_no is None else raw.activity_no
    activity, no_activity = _needed(raw.cells["ActCstID"], "activity_missing", "ActCstID", places)
    resource, no_resource = _needed(raw.cells["ResCstID"], "resource_missing", "ResCstID", places)
    count, bad_count = _matching(
        raw.cells["ActCnt"], _COUNT, places, rule="count_unreadable", item="ActCnt", what=_COUNTS
    )
    cost, bad_cost = _matching(
        raw.cells["TotCst"], _AMOUNT, places, rule="cost_unreadable", item="TotCst", what=_POUNDS
    )
    columns = {
        "event_id": pa.array(raw.record),
        "activity_no": pa.array(activity_no.astype(np.int32)),
        "ActCstID": activity,
        "ActCnt": _whole(count).cast(pa.int64()),
        "ResCstID": resource,
        "TotCst": cost.cast(MONEY),
    }
    return _table(columns, COST_LINES_SCHEMA, len(raw.record)), (*no_activity, *bad_count, *no_resource, *bad_cost)


@dataclass(frozen=True)
class Places:
    """Record of each cell and, for cost lines, activity within it, both from 1."""

    record: Ints
    activity: Ints | None

    def of(self, wrong: NDArray[np.bool_]) -> tuple[tuple[int, int | None], ...]:
        """The first of the cells that are wrong."""
        found = np.flatnonzero(wrong)[:PLACES_SHOWN]
        return tuple((int(self.record[at]), None if self.activity is None else int(self.activity[at])) for at in found)


def _cells(raw: RawRecords, name: str) -> pa.Array:
    return raw.cells[name] if name in raw.cells else pa.nulls(raw.count, pa.string())


def miss_of(
    wrong: pa.Array,
    rule: str,
    item: str,
    what: str,
    places: Places,
    *,
    remedy: str | None = None,
    severity: Severity = Severity.ERROR,
) -> tuple[Miss, ...]:
    """The fault of the cells that are wrong; none when none is."""
    count = pc.sum(wrong).as_py() or 0
    if not count:
        return ()
    return (Miss(rule, item, what, remedy, count, places.of(wrong.to_numpy(zero_copy_only=False)), severity),)


def _needed(values: pa.Array, rule: str, item: str, places: Places) -> tuple[pa.Array, tuple[Miss, ...]]:
    missing = miss_of(pc.is_null(values), rule, item, "is missing", places)
    codes, no_form = _with_form(values, item, places)
    return pc.fill_null(codes, ""), (*missing, *totals_of(values, item, places), *no_form)


def totals_of(values: pa.Array, item: str, places: Places) -> tuple[Miss, ...]:
    """The fault of rows whose code reads `Total`: they hold the pounds of others again."""
    labels = pc.is_in(pc.utf8_lower(values), value_set=_TOTAL_LABELS)
    return miss_of(
        labels, "total_row", item, "reads Total: a total row counts everything twice", places, remedy=_NO_TOTALS
    )


def _with_forms(raw: RawRecords, places: Places) -> tuple[RawRecords, tuple[Miss, ...]]:
    """The records without the cells of code columns that are no codes, each of which is a miss."""
    named = [name for name in (*CODE_COLUMNS, "Gendr") if name in raw.cells]
    read = {name: _with_form(raw.cells[name], name, places) for name in named}
    cells = {**raw.cells, **{name: codes for name, (codes, _) in read.items()}}
    return replace(raw, cells=cells), tuple(miss for _, misses in read.values() for miss in misses)


def _with_form(values: pa.Array, item: str, places: Places) -> tuple[pa.Array, tuple[Miss, ...]]:
    """Codes without the cells that are none, each of which is a miss; a label of a total row is told as such."""
    wrong = no_codes(values, item)
    if wrong is None:
        return values, ()
    misses = miss_of(wrong, "no_code", item, NO_CODE, places, remedy=REMEDY)
    return pc.if_else(wrong, pa.scalar(None, pa.string()), values), misses


def _matching(
    values: pa.Array, pattern: str, places: Places, *, rule: str, item: str, what: str
) -> tuple[pa.Array, tuple[Miss, ...]]:
    right = pc.fill_null(pc.match_substring_regex(values, pattern), fill_value=False)
    return pc.if_else(right, values, "0"), miss_of(pc.invert(right), rule, item, what, places)


def _with_closed(raw: RawRecords, places: Places) -> tuple[RawRecords, tuple[Miss, ...]]:
    """The records with the codes of closed lists as the list writes them; what is on none of them is a miss."""
    cells, misses = dict(raw.cells), list[Miss]()
    for name in [name for name in CLOSED if name in cells]:
        codes = without_zeros(cells[name])
        changed = pc.fill_null(pc.not_equal(codes, cells[name]), fill_value=False)
        unknown = pc.fill_null(pc.invert(pc.is_in(codes, value_set=pa.array(CLOSED[name]))), fill_value=False)
        unknown = pc.and_(unknown, pc.is_valid(codes))
        misses += miss_of(changed, "code_with_zeros", name, _PADDED, places, severity=Severity.NOTE)
        what = f"is none of {', '.join(CLOSED[name])}"
        severity = Severity.ERROR if name in DECIDES else Severity.WARNING
        misses += miss_of(unknown, "code_unknown", name, what, places, severity=severity)
        cells[name] = codes
    return replace(raw, cells=cells), tuple(misses)


def _whole(values: pa.Array) -> pa.Array:
    """Whole numbers without a point."""
    has_point = pc.any(pc.match_substring(values, ".")).as_py()
    return pc.replace_substring_regex(values, _NO_FRACTION, "") if has_point else values


def _numbers(cells: Mapping[str, pa.Array], places: Places) -> tuple[dict[str, pa.Array], tuple[Miss, ...]]:
    columns: dict[str, pa.Array] = {}
    misses: list[Miss] = []
    for name, (pattern, kind) in _NUMBERS.items():
        if name in cells:
            wrong = pc.fill_null(pc.invert(pc.match_substring_regex(cells[name], pattern)), fill_value=False)
            columns[name] = _whole(pc.if_else(wrong, pa.scalar(None, pa.string()), cells[name])).cast(kind)
            misses += miss_of(wrong, "number_unreadable", name, _WHOLE, places)
    return columns, tuple(misses)


def _dates(values: pa.Array, item: str, places: Places) -> tuple[pa.Array, tuple[Miss, ...]]:
    """Dates, and a miss for text that is none; missing stays missing. Each distinct text is read once."""
    distinct = values.dictionary_encode()
    read = pa.array([_date(text) for text in distinct.dictionary.to_pylist()], pa.date32())
    dates = read.take(distinct.indices)
    wrong = pc.and_(pc.is_valid(values), pc.is_null(dates))
    return dates, miss_of(wrong, "date_unreadable", item, "is not a date written YYYY-MM-DD", places)


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10]) if _IS_DATE.fullmatch(text) else None
    except ValueError:
        return None


def _constant(value: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(value, pa.string()), count)


def _table(columns: Mapping[str, pa.Array], schema: pa.Schema, count: int) -> pa.Table:
    arrays = [columns[field.name] if field.name in columns else pa.nulls(count, field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)
