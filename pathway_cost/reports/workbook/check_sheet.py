"""The check sheet: every pound again as visits × per visit × price, in live formulas: at the run's prices and at the reader's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from pathway_cost import terms
from pathway_cost.reports.words import rows_of
from pathway_cost.reports.workbook.sheet_grid import HEADER_ROW, LINE, SOFT, SPACE, Book, lines_of, link, put, width_of
from pathway_cost.results.frames import CHECK_ROWS, CHECK_TOTALS, Sheet, WhyNot

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

LABELS: Final = ("setting", "use", "unit_cost", "role", "organisation", "level", "component")
PRICE_KEYS: Final = ("organisation", "unit_cost", "level", "component")
VISITS, PER_VISIT, PRICE, PRODUCT, YOUR_PRICE, YOUR_PRODUCT, FROM = range(8, 15)  # columns
FACTORS, YOURS = "IJK", "IJM"  # the three of each product as the sheet letters them
AGREES, DIFFERS = "agrees", "does not agree"
FIRST_TOTAL: Final = HEADER_ROW + 1
MOST_LINKS: Final = 60_000  # that a sheet may hold

PriceKey = tuple[str, ...]
"""Organisation, unit cost, level, component."""


@dataclass(frozen=True)
class PriceCell:
    """Where a price stands on the sheet Unit costs: the run's, and the one in force there."""

    engine: str
    here: str
    value: float


@dataclass(frozen=True)
class Line:
    """One row of the check: labels, the three factors, and the price in use that its own is a multiple of, if it is."""

    labels: tuple[str, ...]
    visits: float
    per_visit: float
    price: float
    follows: PriceKey | None
    times: float
    note: str

    @property
    def product(self) -> float:
        """Visits × per visit × price."""
        return self.visits * self.per_visit * self.price


@dataclass(frozen=True, repr=False)
class Check:
    """The rows of every scenario, where they stand, and the value of each price in use."""

    lines: Mapping[str, Sequence[Line]]
    first: int
    """Row of their headings."""

    @classmethod
    def of(cls, book: Book) -> Check:
        """The rows of a run."""
        frame = book.result.unit_costs_used
        values = {tuple(str(row[key]) for key in PRICE_KEYS): float(row["value_gbp"]) for row in rows_of(frame)}
        moves = book.moves
        lines = {name: list(check_lines(each.frame, values, moves.prices)) for name, each in moves.lines.items()}
        return cls(lines, FIRST_TOTAL + len(lines) + 2)

    def first_rows(self) -> dict[PriceKey, int]:
        """Each price that any row follows → the first of these rows."""
        found: dict[PriceKey, int] = {}
        for row, line in enumerate((line for lines in self.lines.values() for line in lines), start=self.first + 1):
            if line.follows is not None:
                found.setdefault(line.follows, row)
        return found

    def total_cells(self, scenario: str) -> tuple[str, str, str]:
        """Where the engine's total, the difference from it, and what the reader's prices move it by stand."""
        row = FIRST_TOTAL + 1 + list(self.lines).index(scenario)
        return f"Check!$D${row}", f"Check!$E${row}", f"Check!$H${row}"


def check_lines(
    lines: pd.DataFrame, values: Mapping[PriceKey, float], why: Mapping[PriceKey, WhyNot]
) -> Iterator[Line]:
    """The rows of one scenario (columns as of `LiveLines.frame`), with the prices in use and why each may not be changed.

    A row that follows no price, and has one all the same, points at it where nobody may change that.
    """
    for row in rows_of(lines):
        price = row["gbp"] / row["quantity"]
        by_visit = row["visits"] != 0  # else the quantity is given outright
        visits, per_visit = (row["visits"], row["quantity"] / row["visits"]) if by_visit else (row["quantity"], 1.0)
        key = tuple(str(row[name]) for name in PRICE_KEYS)
        follows, times, note = None, 1.0, "changed by the scenario" if key in values else "pounds ÷ quantity"
        if row["follows"]:
            follows, times = (*key[:3], row["follows"]), float(row["times"])
        elif why.get(key) and abs(values[key] - price) <= terms.RELATIVE_TOLERANCE * abs(price):
            follows = key
        if follows is not None:
            price, note = values[follows] * times, f"Unit costs × {times:.10g}" if times != 1 else "Unit costs"
        yield Line(tuple(str(row[name]) for name in LABELS), visits, per_visit, price, follows, times, note)


def write_check(book: Book, of: Sheet, check: Check, cells: Mapping[PriceKey, PriceCell]) -> None:
    """Write the sheet Check for every scenario."""
    sheet = book.sheet(of, book.note(of))
    book.headings(sheet, check.first, CHECK_ROWS)
    row = check.first + 1
    for place, (name, lines) in enumerate(check.lines.items(), start=FIRST_TOTAL):
        for line in lines:
            _write_line(book, sheet, row, book.names.scenario(name), line, cells)
            row += 1
        _write_total(book, sheet, place, name, lines, (row - len(lines), row - 1))
    book.plain_headings(sheet, HEADER_ROW, CHECK_TOTALS)
    sheet.freeze_panes(check.first + 1, 1)
    sheet.autofilter(check.first, 0, max(row - 1, check.first), len(CHECK_ROWS) - 1)
    sheet.print_area(0, 0, FIRST_TOTAL + len(check.lines), len(CHECK_TOTALS) - 1)


def _write_line(  # noqa: PLR0917
    book: Book, sheet: Worksheet, row: int, scenario: str, line: Line, cells: Mapping[PriceKey, PriceCell]
) -> None:
    text, pounds = book.style(), book.style("pounds")
    for column, label in enumerate((scenario, *line.labels)):
        put(sheet, row, column, label, text)
    sheet.write_number(row, VISITS, line.visits, book.style("count"))
    sheet.write_number(row, PER_VISIT, line.per_visit, book.style("ratio"))
    soft = book.style(font_color=SOFT, **SPACE)
    cell = None if line.follows is None else cells.get(line.follows)
    if cell is None:
        sheet.write_number(row, PRICE, line.price, pounds)
        sheet.write_formula(row, YOUR_PRICE, f"={FACTORS[-1]}{row + 1}", pounds, line.price)
        put(sheet, row, FROM, line.note, soft)
    else:
        times = "" if line.times == 1 else f"*{line.times!r}".upper()
        sheet.write_formula(row, PRICE, f"={cell.engine}{times}", pounds, line.price)
        sheet.write_formula(row, YOUR_PRICE, f"={cell.here}{times}", pounds, line.price)
        if row < MOST_LINKS:
            link(book, sheet, (row, FROM), cell.engine, line.note, **SPACE)
        else:
            put(sheet, row, FROM, line.note, soft)
    for column, letters in ((PRODUCT, FACTORS), (YOUR_PRODUCT, YOURS)):
        formula = "*".join(f"{letter}{row + 1}" for letter in letters)
        sheet.write_formula(row, column, f"={formula}", pounds, line.product)


def _write_total(  # noqa: PLR0917
    book: Book, sheet: Worksheet, row: int, name: str, lines: Sequence[Line], rows: tuple[int, int]
) -> None:
    """Write one scenario's line above the rows: live sum, the engine's total, live difference, verdict, and the reader's."""
    from xlsxwriter.utility import xl_range

    engine, total = book.result[name].total_gbp, sum(line.product for line in lines)
    sums = [f"=SUM({xl_range(rows[0], at, rows[1], at)})" if lines else "=0" for at in (PRODUCT, YOUR_PRODUCT)]
    strong, here = book.style("pounds", bold=True), row + 1
    called = book.names.scenario(name)
    put(sheet, row, 0, called, book.style(bold=True))
    sheet.set_row(row, LINE * lines_of(called, width_of(CHECK_ROWS[0])) + 2)
    put(sheet, row, 1, len(lines), book.style("whole"))
    sheet.write_formula(row, 2, sums[0], strong, total)
    sheet.write_number(row, 3, engine, strong)
    difference = round(total - engine, 4) + 0.0
    sheet.write_formula(row, 4, f"=ROUND(C{here}-D{here},4)", book.style("pounds"), difference)
    verdict = AGREES if abs(total - engine) <= max(0.005, 1e-9 * abs(engine)) else DIFFERS
    formula = f'=IF(ABS(E{here})<=MAX(0.005,0.000000001*ABS(D{here})),"{AGREES}","{DIFFERS}")'
    sheet.write_formula(row, 5, formula, book.style(bold=True, **SPACE), verdict)
    sheet.write_formula(row, 6, sums[1], strong, total)
    sheet.write_formula(row, 7, f"=G{here}-C{here}", book.style("change"), 0.0)
