"""Sheets of cuts: scenarios side by side, their changes, and live totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.reports.words import change_words, title
from pathway_cost.reports.workbook.plain_sheets import in_words, tables_on
from pathway_cost.reports.workbook.sheet_grid import HEADER_ROW, NUMBER_FORMATS, Book, put, put_sum, width_of
from pathway_cost.results.frames import Column, ColumnKind, Sheet, Table

CALLED: Final = "title"
"""The column of a cut that says what its key is called, beside the name it has in files."""
NAME_WIDTHS: Final = {"setting": 20, "role": 14, "component": 18}
FURTHER_BLOCKS: Final = ("gbp_per_patient", "visits", "patients")


def write_cut(book: Book, sheet: Sheet) -> None:
    """A cut, block under block: pounds with their changes and live totals, then pounds per patient, visits, patients."""
    [table] = tables_on(sheet)
    made = book.sheet(sheet, book.note(sheet))
    frame, keys = _keyed(book, table)
    gbp, (first, *others) = _wide(book, frame, keys, "gbp"), book.result.compared
    changes, before = [], gbp[_column(first)].to_numpy()
    for scenario in others:
        change = gbp[_column(scenario)].to_numpy() - before
        noise = np.abs(change) <= terms.RELATIVE_TOLERANCE * np.abs(before)
        gbp[f"change {scenario}"] = np.where(noise, 0.0, change)
        heading = f"{book.names.scenario(scenario)}: {change_words(book.result).lower()}"
        changes.append(Column(f"change {scenario}", heading, "change"))
    columns = [*keys, *_scenarios(book, "pounds"), *changes]
    end = book.table(made, gbp, columns, frozen=len(keys))
    put(made, end, 0, "Total", book.style(bold=True, top=1))
    for at, column in enumerate(columns[len(keys) :], start=len(keys)):
        style = book.style(column.kind, bold=True, top=1)
        put_sum(made, (end, at), (HEADER_ROW + 1, end - 1), float(gbp[column.name].sum()), style)
    printed = end
    for measure in (table[name] for name in FURTHER_BLOCKS if name in frame.columns):
        book.heading(made, end + 2, measure.heading)
        wide = _wide(book, frame, keys, measure.name)
        end = book.table(made, wide, [*keys, *_scenarios(book, measure.kind)], row=end + 3)
        printed = printed if measure.name in sheet.on_screen else end - 1
    book.printed(made, map(width_of, columns), (0, printed))


def _keyed(book: Book, table: Table) -> tuple[pd.DataFrame, list[Column]]:
    """A cut with what its keys are called, and the columns of its keys: called first, then as files name them."""
    frame = book.result.tables[table.name]
    keys: list[Column] = []
    for column in table.columns_in(frame.columns):
        if column.kind in ("setting", "role", "title"):
            frame[CALLED] = in_words(book, frame, [column])[column.name]
            keys.append(replace(column, name=CALLED))
            keys.append(replace(column, heading="Name", width=NAME_WIDTHS[column.name]))
        elif column.kind not in (*NUMBER_FORMATS, "scenario") and column.name != CALLED:
            keys.append(replace(column, heading=title(column.heading)))
    return frame, keys


def _scenarios(book: Book, kind: ColumnKind) -> list[Column]:
    """One column a scenario."""
    return [Column(_column(name), book.names.scenario(name), kind, width=16) for name in book.result.compared]


def _column(scenario: str) -> str:
    """A name for a scenario's column that no attribute has."""
    return f"in {scenario}"


def _wide(book: Book, frame: pd.DataFrame, keys: Sequence[Column], measure: str) -> pd.DataFrame:
    """A long frame made wide: one row a key in the order first met, one column a scenario."""
    rows = list(zip(*(frame[column.name].tolist() for column in keys), strict=True))
    held: dict[tuple[str, tuple[object, ...]], float] = dict(
        zip(zip(map(str, frame["scenario"]), rows, strict=True), frame[measure].fillna(0.0).tolist(), strict=True)
    )
    order = list(dict.fromkeys(rows))
    wide = pd.DataFrame(order, columns=[column.name for column in keys])
    return wide.assign(
        **{_column(name): [held.get((name, key), 0.0) for key in order] for name in book.result.compared}
    )
