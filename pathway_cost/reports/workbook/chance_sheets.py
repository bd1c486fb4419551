"""What a sheet shows of the draws, where that is not the rows of the table as they are."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from pathway_cost.reports.words import named, parameter_names, title
from pathway_cost.reports.workbook.plain_sheets import Block, OwnBlocks, in_words
from pathway_cost.reports.workbook.sheet_grid import Book, width_of
from pathway_cost.results.frames import Column, ColumnKind, Table

PAID: Final = {"gbp": "undiscounted", "present_value_gbp": "present value"}
MEASURES: Final = {
    "cost_per_patient_gbp": "Cost per patient",
    "total_gbp": "Total cost",
    "change_per_patient_gbp": "Modelled change per patient",
    "change_total_gbp": "Modelled change, total",
    "change_gbp": "Modelled change at the organisation",
}
COUNTED_KINDS: Final[Mapping[ColumnKind, ColumnKind]] = {"pounds": "count", "organisation": "title"}
HOW_MANY: Final = Column("count", "How many", "whole", width=17)


def _uncertainty(book: Book, table: Table) -> list[Block]:
    """Pounds first, then what is counted, which has no pounds."""
    columns = table.sheet_columns()
    counted = [
        replace(column, kind=COUNTED_KINDS.get(column.kind, column.kind), width=width_of(column))
        for column in columns
        if column.name not in {"measure", "basis"}
    ]
    money = in_words(book, book.chance.drawn(counted=False), columns)
    money = _called(money, measure=lambda name: named(name, MEASURES), basis=lambda basis: PAID.get(str(basis)))
    counts = in_words(book, book.chance.drawn(counted=True), counted)
    return [
        Block(table.holds, money, columns),
        Block("Modelled change of what is counted over the draws", counts, counted),
    ]


def _called(rows: pd.DataFrame, **callers: Callable[[object], object]) -> pd.DataFrame:
    return rows.assign(**{name: pd.Series(map(call, rows[name]), dtype=object) for name, call in callers.items()})


def _information(book: Book, table: Table) -> list[Block]:
    """Groups by what they are called, with the names of their numbers and how many those are."""
    rows = book.result.information
    names = [parameter_names(given) for given in rows["parameters"]]
    groups = [
        book.chance.called(group) if each == [group] else title(group)
        for group, each in zip(rows["group"].astype(str), names, strict=True)
    ]
    rows = rows.assign(
        group=groups, parameters=[", ".join(each) for each in names], count=[len(each) or math.nan for each in names]
    )
    columns = _after("parameters", HOW_MANY, table.sheet_columns())
    return [Block(table.holds, in_words(book, rows, columns), columns)]


def _after(name: str, column: Column, columns: Sequence[Column]) -> list[Column]:
    at = [each.name for each in columns].index(name) + 1
    return [*columns[:at], column, *columns[at:]]


OWN_BLOCKS: Final[OwnBlocks] = {
    "uncertainty": _uncertainty,
    "information": _information,
}
