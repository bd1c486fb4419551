"""The sheet Unit costs: every price with its source, a cell beside it for the reader's own, and which rows it moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsxwriter.utility import xl_rowcol_to_cell

from pathway_cost.reports.words import rows_of
from pathway_cost.reports.workbook.check_sheet import PRICE_KEYS, PriceCell, PriceKey
from pathway_cost.reports.workbook.input_cells import in_force, kept_cells, open_cells, shut_cells, soft, stand_out
from pathway_cost.reports.workbook.plain_sheets import in_words, tables_on
from pathway_cost.reports.workbook.sheet_grid import HEADER_ROW, MOST_ROWS, SPACE, Book, link
from pathway_cost.results.frames import PRICE_INPUTS, Column, Sheet, Table, WhyNot

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

FIRST: Final = HEADER_ROW + 1
NOTE: Final = (
    "Type your own price here, in pounds a unit of the study's price year. Your changes, the first sheet and the last columns of "
    "Check move as a run with that price would; nothing else does. A scenario that multiplies a price multiplies yours."
)


@dataclass(frozen=True)
class PriceCells:
    """Where each price stands, and where the reader's own do."""

    cells: Mapping[PriceKey, PriceCell]
    yours: str
    """The range of the reader's prices; empty without any price."""


def write_prices(book: Book, sheet: Sheet, rows: Mapping[PriceKey, int]) -> PriceCells:
    """Write the sheet Unit costs; `rows` is where the sheet Check first uses a price."""
    [table] = tables_on(sheet)
    frame = book.result.tables[table.name]
    columns = _columns(table)
    made = book.sheet(sheet, book.with_meaning(book.note(sheet), [table]))
    words = in_words(book, frame, table.sheet_columns()).assign(**{each.name: None for each in PRICE_INPUTS})
    book.table(made, words, columns, frozen=2)
    at = columns.index(table["value_gbp"])
    shown = frame.head(MOST_ROWS)
    cells = {
        _key(row): _price(book, made, place, at, row, rows) for place, row in enumerate(rows_of(shown), start=FIRST)
    }
    if not cells:
        return PriceCells({}, "")
    last = HEADER_ROW + len(cells)
    _to_fill(book, made, cells, at + 1)
    kept_cells(made, (FIRST, at), (last, at))
    stand_out(book, made, (FIRST, at + 2), (last, at + 2))
    made.write_comment(HEADER_ROW, at + 1, NOTE, {"author": "pathway-cost", "x_scale": 2, "y_scale": 1.4})
    return PriceCells(cells, _where(FIRST, at + 1) + ":" + xl_rowcol_to_cell(last, at + 1, row_abs=True, col_abs=True))


def _columns(table: Table) -> list[Column]:
    """Those of the table, the reader's beside the price."""
    columns = list(table.sheet_columns())
    at = columns.index(table["value_gbp"]) + 1
    return [*columns[:at], *PRICE_INPUTS, *columns[at:]]


def _key(row: Mapping[str, object]) -> PriceKey:
    return tuple(str(row[name]) for name in PRICE_KEYS)


def _to_fill(book: Book, sheet: Worksheet, keys: Iterable[PriceKey], at: int) -> None:
    """The cells of the reader's prices, in the order of the prices: those to fill, and those not."""
    by_reason: dict[WhyNot, list[tuple[int, int]]] = {}
    for place, key in enumerate(keys, start=FIRST):
        by_reason.setdefault(book.moves.prices.get(key, "unclear"), []).append((place, at))
    open_cells(book, sheet, by_reason.pop("", []), "pounds", "price")
    for why, cells in by_reason.items():
        shut_cells(book, sheet, cells, "pounds", why)


def _price(  # noqa: PLR0917
    book: Book, sheet: Worksheet, place: int, at: int, row: Mapping[str, object], rows: Mapping[PriceKey, int]
) -> PriceCell:
    """The three cells beside one price."""
    key, value = _key(row), float(str(row["value_gbp"]))
    why = book.moves.prices.get(key, "unclear")
    engine, yours = (xl_rowcol_to_cell(place, column) for column in (at, at + 1))
    sheet.write_formula(place, at + 2, in_force(yours, engine, None if why else "price"), soft(book, "pounds"), value)
    if key in rows:
        link(book, sheet, (place, at + 3), f"Check!A{rows[key] + 1}", f"row {rows[key] + 1}", **SPACE)
    return PriceCell(_where(place, at), _where(place, at + 2), value)


def _where(row: int, column: int) -> str:
    return f"'Unit costs'!{xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True)}"
