"""Records as tables: `Activity_{FEED}*.csv` with `Cost_{FEED}*.csv`, or one wide table of activity × resource rows.

Both are brought to the same two relations without identifiers, joined on the hashed row identifier, and read out in
record order. There is no header, so no control total but the one that a user types (`expect:`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pathway_cost.errors import Form, Problem, Where, nearest_cell
from pathway_cost.plics.reading.csv_stream import NotATable, column_names
from pathway_cost.plics.reading.layouts import ACTIVITY_LEAVES, CENTRAL_NAMES, RESOURCE_LEAVES, Layout, layout_of
from pathway_cost.plics.reading.repeated_lines import COST_ROW
from pathway_cost.plics.reading.sources import Source
from pathway_cost.terms import FEEDS

ROW: Final = "ActivityRowID"
"""Our name of the column that ties cost rows to their activity record."""
STATED: Final = ("FinYr", "Age")
"""Columns that tables carry and XML records do not."""

_COSTS: Final = (*ACTIVITY_LEAVES, *RESOURCE_LEAVES)
_NAMED: Final = re.compile(r"(activity|cost)_([a-z]+)(?![a-z])(.*)", re.IGNORECASE)


@dataclass(frozen=True, repr=False)
class Tables:
    """The records of one feed: an activity table and its costs, the same table twice where it is wide.

    `activity_columns` and `cost_columns` are our name → the table's column.
    """

    file: str
    layout: Layout
    activities: Path
    costs: Path
    files: tuple[str, ...]
    activity_columns: Mapping[str, str]
    cost_columns: Mapping[str, str]

    @property
    def is_wide(self) -> bool:
        """Whether activity and cost stand in one table."""
        return self.activities == self.costs


def tables_of(
    sources: Sequence[Source], columns: Mapping[str, str], feed: str | None
) -> tuple[tuple[Tables, ...], tuple[Problem, ...]]:
    """The CSV files put together, and what is wrong: a partner, a feed or a column that is missing."""
    named = {source.file: _NAMED.fullmatch(source.path.stem) for source in sources}
    costs = {
        _stem(match, source): source
        for source in sources
        if (match := named[source.file]) and match[1].lower() == "cost"
    }
    found: list[Tables] = []
    problems: list[Problem] = []
    for source in sources:
        match = named[source.file]
        if match and match[1].lower() == "cost":
            continue
        partner = costs.pop(_stem(match, source), None) if match else source
        if partner is None:
            problems.append(_alone(source, "Cost_"))
            continue
        tables = _tables(source, partner, _feed(source, match, feed), columns)
        found += [tables] if isinstance(tables, Tables) else []
        problems += [] if isinstance(tables, Tables) else tables
    return tuple(found), (*dict.fromkeys(problems), *(_alone(source, "Activity_") for source in costs.values()))


def _stem(match: re.Match[str] | None, source: Source) -> tuple[Path, str]:
    """What an activity table and its cost table have in common."""
    return source.path.parent, "" if match is None else (match[2] + match[3]).casefold()


def _alone(source: Source, partner: str) -> Problem:
    what = f"there is no table {partner}… of the same name beside it"
    return Problem("table_alone", what, Where(file=source.file), remedy="name both, alike but for Activity_ and Cost_")


def _feed(source: Source, match: re.Match[str] | None, feed: str | None) -> str | None:
    words = [match[2]] if match else [feed] if feed else re.split(r"[^A-Za-z]+", source.path.stem)
    return next((word.upper() for word in words if word.upper() in FEEDS), None)


def _tables(source: Source, costs: Source, feed: str | None, columns: Mapping[str, str]) -> Tables | list[Problem]:
    if feed is None:
        what = f"its name says no feed that is read ({', '.join(FEEDS)})"
        return [Problem("unknown_feed", what, Where(file=source.file), remedy="give `feed:`, or put it into the name")]
    layout = layout_of(feed)
    activity = _columns_of(
        source, (ROW, *STATED, *layout.elements), columns, needed=(ROW, "OrgId", "FinYr", layout.start)
    )
    cost = _columns_of(costs, (ROW, COST_ROW, *_COSTS), columns, needed=(ROW, *_COSTS))
    if isinstance(activity, dict) and isinstance(cost, dict):
        files = tuple(dict.fromkeys((source.file, costs.file)))
        return Tables(source.file, layout, source.path, costs.path, files, activity, cost)
    return [problem for side in (activity, cost) if isinstance(side, list) for problem in side]


def _columns_of(
    source: Source, wanted: Iterable[str], columns: Mapping[str, str], *, needed: Sequence[str]
) -> dict[str, str] | list[Problem]:
    """Our name → the table's column: as mapped, else under our own name, else under the central one."""
    try:
        names = column_names(source.path)
    except NotATable as fault:
        return [Problem("unreadable_table", fault.what, Where(file=source.file, row=fault.row))]
    folded = {name.strip().casefold(): name for name in reversed(names)}
    central = {ours: theirs for theirs, ours in CENTRAL_NAMES.items()}
    found = {ours: folded.get(_their_name(ours, columns, central, folded)) for ours in wanted}
    if found.get(ROW) is None and ROW in needed and ROW not in columns:
        found[ROW] = found.get("CDSID")
    mapped = {ours: theirs for ours, theirs in found.items() if theirs is not None}
    twice = [theirs for theirs in dict.fromkeys(mapped.values()) if names.count(theirs) > 1]
    problems = [_no_column(source, name, columns, names) for name in needed if name not in mapped]
    problems += [
        _no_column(source, name, columns, names)
        for name in wanted
        if name in columns and name not in mapped and name not in needed
    ]
    problems += [
        Problem("column_twice", "two columns have one name", Where(file=source.file, item=name)) for name in twice
    ]
    problems += [
        _said_twice(source, ours, named)
        for ours in mapped
        if ours not in columns and len(named := _named_so(ours, names)) > 1
    ]
    return problems or mapped


def _named_so(ours: str, names: Iterable[str]) -> list[str]:
    """The table's columns that hold one element: under our own name, in whatever case, or under a central one."""
    known = {ours.casefold(), *(theirs.casefold() for theirs, element in CENTRAL_NAMES.items() if element == ours)}
    return [name for name in dict.fromkeys(names) if name.strip().casefold() in known]


def _said_twice(source: Source, ours: str, named: Sequence[str]) -> Problem:
    what = f"the columns {' and '.join(map(repr, named))} both hold {ours}"
    remedy = f"take one out, or name the one to read: `columns: {{{ours}: {named[0]}}}`"
    return Problem("column_twice", what, Where(file=source.file, item=ours), remedy=remedy)


def _their_name(ours: str, columns: Mapping[str, str], central: Mapping[str, str], folded: Mapping[str, str]) -> str:
    if ours in columns:
        return columns[ours].strip().casefold()
    own = ours.casefold()
    return own if own in folded else central.get(ours, ours).casefold()


def _no_column(source: Source, name: str, columns: Mapping[str, str], names: Sequence[str]) -> Problem:
    sought = columns.get(name, name)
    central = next((theirs for theirs, ours in CENTRAL_NAMES.items() if ours == name), name)
    near = nearest_cell(sought if sought != name else central, names, Form.HEADER)
    what = f"there is no column {sought!r}" + ("" if sought == name else f" (for {name})")
    remedy = f"map it: `columns: {{{name}: …}}`"
    return Problem("column_missing", what, Where(file=source.file, item=name), nearest=near, remedy=remedy)
