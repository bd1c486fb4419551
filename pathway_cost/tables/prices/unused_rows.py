"""Rows of a user's smaller tables that nothing asks for: market forces, price indices, components, lenders.

A name that is one asked for but for case, spaces or invisible signs is a fault; one letter off where that name has no
row of its own is a warning; the others are one note a table, and a table all of whose rows are such is a fault.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from pathway_cost import terms
from pathway_cost.errors import Form, Problem, Severity, Where, first_few, nearest_cell, nearest_name, told
from pathway_cost.nearness import folded, near_name
from pathway_cost.tables.prices.answers import Asked
from pathway_cost.tables.prices.components import ACTIVITY, RESOURCE, ComponentMap
from pathway_cost.tables.reading import is_pattern, matches

SHOWN: Final = 3  # names in a note before it says how many more


class Table(NamedTuple):
    """A user's table as far as its names go: file, what a row is about, its column, and the name of each row in order."""

    file: str
    thing: str
    column: str
    names: Sequence[str]
    form: Form = Form.ORGANISATION
    """What a name looks like."""


def unused_names(table: Table, wanted: Collection[str]) -> list[Problem]:
    """Rows of a table whose name nothing asks for.

    >>> factors = Table("mff.csv", "organisation", "organisation", ["RXX ", "RQQ"])
    >>> unused_names(factors, ["RXX"])[0].what
    "the organisation 'RXX ' is 'RXX' but for its case, spaces or invisible signs, and so is not used"
    """
    unused = {name: row for row, name in reversed(list(enumerate(table.names))) if name not in wanted}
    found = [_nearly(table, name, row, wanted) for name, row in sorted(unused.items(), key=lambda each: each[1])]
    told = [problem for problem in found if problem is not None]
    others = [
        name
        for name, problem in zip(sorted(unused, key=lambda name: unused[name]), found, strict=True)
        if problem is None
    ]
    return [*told, *_others(table, others, unused, wanted, whole=len(others) == len(dict.fromkeys(table.names)))]


def _nearly(table: Table, name: str, row: int, wanted: Collection[str]) -> Problem | None:
    """What is told of a name that is nearly one asked for."""
    near = near_name(name, sorted(wanted))
    if near is None:
        return None
    where = Where(file=table.file, row=row + 1, item=table.column)
    if folded(near) == folded(name):
        what = f"the {table.thing} {name!r} is {near!r} but for its case, spaces or invisible signs, and so is not used"
        return Problem("name_written_another_way", what, where, remedy=f"write {near}")
    if near in table.names:
        return None
    what = f"the {table.thing} {name!r} is nearly {near!r}, which the study asks for and the table does not have"
    return Problem("name_nearly_asked_for", what, where, near, "correct it, or take the row out", Severity.WARNING)


def _others(
    table: Table, others: Sequence[str], rows: Mapping[str, int], wanted: Collection[str], *, whole: bool
) -> list[Problem]:
    if not others:
        return []
    listed = first_few(others, SHOWN, said=lambda name: f"{told(name, table.form)} (row {rows[name] + 1})")
    where = Where(file=table.file)
    if whole:
        what = f"the study asks for none of the rows here: {listed}"
        known = f"it asks for {', '.join(sorted(wanted)[:SHOWN])}" if wanted else "take the table out"
        return [Problem("table_not_asked_for", what, where, nearest_name(others[0], wanted), known)]
    what = f"{len(others):,} of {len(rows) + len(set(table.names) & set(wanted)):,} names are not asked for: {listed}"
    return [Problem("names_not_asked_for", what, where, severity=Severity.NOTE)]


def unused_components(components: ComponentMap, file: str, seen: Collection[tuple[str, str]]) -> list[Problem]:
    """Lines of a component map for codes that no cost line has; `seen` are the pairs that were looked up.

    A line whose codes occur and that an earlier line always precedes is ordinary: it catches what the extract lacks.
    """
    codes = {ACTIVITY: {activity for activity, _ in seen}, RESOURCE: {resource for _, resource in seen}}
    lines = [dict(zip(codes, line, strict=True)) for line in components.frame[[ACTIVITY, RESOURCE]].to_numpy()]
    strays = {
        row: [column for column, code in line.items() if not any(matches(each, code) for each in codes[column])]
        for row, line in enumerate(lines)
    }
    folds = [
        Problem(
            "name_written_another_way",
            f"the {column} {lines[row][column]!r} is {meant!r} but for its case, spaces or invisible signs, and so matches "
            "no cost line",
            Where(file=file, row=row + 1, item=column),
            remedy=f"write {meant}",
        )
        for row, columns in strays.items()
        for column in columns
        if (meant := _folds_to(lines[row][column], codes[column])) is not None
    ]
    others = [row for row, columns in strays.items() if columns]
    return folds or _lines_told(file, lines, others)


def _lines_told(file: str, lines: Sequence[Mapping[str, str]], others: Sequence[int]) -> list[Problem]:
    if not others:
        return []
    listed = first_few(others, SHOWN, said=lambda row: f"{_codes_said(lines[row])} (row {row + 1})")
    if len(others) == len(lines):
        what = f"no line here is of a cost line of the extracts: {listed}"
        remedy = "correct the codes, or leave `components` out"
        return [Problem("table_not_asked_for", what, Where(file=file), remedy=remedy)]
    what = f"{len(others):,} of {len(lines):,} lines are of no cost line of the extracts: {listed}"
    return [Problem("names_not_asked_for", what, Where(file=file), severity=Severity.NOTE)]


def _codes_said(line: Mapping[str, str]) -> str:
    return " ".join(told(code, Form.PATTERN) for code in line.values())


def _folds_to(code: str, known: Collection[str]) -> str | None:
    """The code (or beginning of one) that a pattern means, where only case, spaces or invisible signs differ."""
    if any(matches(each, code) for each in known):
        return None
    if not is_pattern(code):
        return next((each for each in sorted(known) if folded(each) == folded(code)), None)
    front = folded(code[:-1])
    meant = sorted(each[: len(front)] for each in known if front and folded(each).startswith(front))
    return f"{meant[0]}*" if meant else None


def lenders_without_prices(sets: Sequence[Asked]) -> list[Problem]:
    """An organisation that another borrows from, in a set that has no price of it."""
    found = []
    for number, of in enumerate(sets):
        holders = {holder for holder, _ in of.held} - {terms.ANY_ORGANISATION}
        for borrower, lender in of.borrow.items():
            if lender not in holders:
                near = near_name(lender, sorted(holders)) or nearest_cell(lender, sorted(holders), Form.ORGANISATION)
                meant = near is not None and folded(near) == folded(lender)
                severity = Severity.ERROR if meant else Severity.WARNING
                what = f"{of.name} has no price of {lender!r}, from whom {borrower} borrows"
                where = Where(item=f"unit_costs.{number}.borrow.{borrower}")
                found.append(Problem("lender_without_prices", what, where, near, "name one that has prices", severity))
    return found
