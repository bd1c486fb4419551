"""The check sheet: every pound again as visits × per visit × price, in live formulas that reach the engine's total."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from pathway_cost import terms
from pathway_cost.reports.words import rows_of
from pathway_cost.reports.workbook.sheet_grid import A3, SOFT, Book, put
from pathway_cost.results.frames import Column, Sheet

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

COLUMNS: Final = (
    Column("scenario", "Scenario", width=44), Column("setting", "Setting", width=20), Column("use", "Use", width=25),
    Column("unit_cost", "Unit cost", width=23), Column("role", "Role", width=16),
    Column("organisation", "Organisation", width=13), Column("level", "Level", width=20),
    Column("component", "Component", width=16), Column("visits", "Visits", "count", width=12),
    Column("per_visit", "Per visit", "ratio", width=10), Column("price", "Price", "pounds", width=13),
    Column("product", "Product", "pounds", width=18), Column("from", "Price from", width=21),
)  # fmt: skip
TOTALS: Final = (
    "Scenario",
    "Rows",
    "Sum of the rows, live",
    "Total of the engine",
    "Difference, live",
    "Verdict, live",
)
LABELS: Final = ("setting", "use", "unit_cost", "role", "organisation", "level", "component")
PRICE_KEYS: Final = ("organisation", "unit_cost", "level", "component")
VISITS, PER_VISIT, PRICE, PRODUCT = 8, 9, 10, 11  # columns
FACTORS: Final = "IJK"  # the same three as the sheet letters them
AGREES, DIFFERS = "agrees", "does not agree"

PriceCells = Mapping[tuple[str, ...], tuple[str, float]]
"""(organisation, unit cost, level, component) → reference to the price's cell, and its value."""


@dataclass(frozen=True)
class Line:
    """One row of the check: labels, the three factors, and where the price stands (a reference, or nothing)."""

    labels: tuple[str, ...]
    visits: float
    per_visit: float
    price: float
    reference: str
    note: str

    @property
    def product(self) -> float:
        """Visits × per visit × price."""
        return self.visits * self.per_visit * self.price


def check_lines(lines: pd.DataFrame, prices: PriceCells) -> Iterator[Line]:
    """The rows of one scenario (columns as of `CostedPathway.lines`); what has no quantity is left out."""
    priced = lines[(lines["quantity"] != 0) | (lines["gbp"] != 0)]
    priced = priced[~priced["unit_cost"].astype(str).str.startswith(terms.COUNT_PREFIX)]
    for row in rows_of(priced):
        labels = tuple(str(row[name]) for name in LABELS)
        price = row["gbp"] / row["quantity"]
        by_visit = row["visits"] != 0  # else the quantity is given outright
        visits, per_visit = (row["visits"], row["quantity"] / row["visits"]) if by_visit else (row["quantity"], 1.0)
        where, value = prices.get(tuple(str(row[name]) for name in PRICE_KEYS), ("", 0.0))
        same = bool(where) and abs(value - price) <= terms.RELATIVE_TOLERANCE * abs(price)
        note = "Unit costs" if same else "changed by the scenario" if where else "pounds ÷ quantity"
        yield Line(labels, visits, per_visit, value if same else price, where if same else "", note)


def write_check(book: Book, of: Sheet, prices: PriceCells) -> dict[str, str]:
    """Write the sheet Check for every scenario; gives scenario → reference to its live difference."""
    sheet = book.sheet(of.name, book.note(of), paper=A3)
    result = book.result
    first = 4 + len(result.compared) + 2  # below the totals: a blank row, then the headings
    blocks = {name: list(check_lines(result[name].lines(), prices)) for name in result.compared}
    book.headings(sheet, first, COLUMNS)
    row = first + 1
    for place, (name, lines) in enumerate(blocks.items()):
        for line in lines:
            _write_line(book, sheet, row, (book.names.scenario(name), *line.labels), line)
            row += 1
        _write_total(book, sheet, 4 + place, name, lines, (row - len(lines), row - 1))
    for column, heading in enumerate(TOTALS):
        put(sheet, 3, column, heading, book.style(bold=True, bottom=1))
    sheet.freeze_panes(first + 1, 1)
    sheet.repeat_rows(first)
    sheet.autofilter(first, 0, max(row - 1, first), len(COLUMNS) - 1)
    return {name: f"='{of.name}'!$E${5 + place}" for place, name in enumerate(result.compared)}


def _write_line(book: Book, sheet: Worksheet, row: int, labels: Sequence[str], line: Line) -> None:
    text, pounds = book.style(), book.style("pounds")
    for column, label in enumerate(labels):
        put(sheet, row, column, label, text)
    sheet.write_number(row, VISITS, line.visits, book.style("count"))
    sheet.write_number(row, PER_VISIT, line.per_visit, book.style("ratio"))
    if line.reference:
        sheet.write_formula(row, PRICE, f"={line.reference}", pounds, line.price)
    else:
        sheet.write_number(row, PRICE, line.price, pounds)
    factors = "*".join(f"{letter}{row + 1}" for letter in FACTORS)
    sheet.write_formula(row, PRODUCT, f"={factors}", pounds, line.product)
    put(sheet, row, PRODUCT + 1, line.note, book.style(font_color=SOFT, indent=1, align="left"))


def _write_total(  # noqa: PLR0917
    book: Book, sheet: Worksheet, row: int, name: str, lines: Sequence[Line], rows: tuple[int, int]
) -> None:
    """Write one scenario's line above the rows: live sum, the engine's total, live difference and verdict."""
    from xlsxwriter.utility import xl_range

    engine, total = book.result[name].total_gbp, sum(line.product for line in lines)
    formula = f"=SUM({xl_range(rows[0], PRODUCT, rows[1], PRODUCT)})" if lines else "=0"
    put(sheet, row, 0, book.names.scenario(name), book.style(bold=True))
    put(sheet, row, 1, len(lines), book.style("whole", align="left"))
    sheet.write_formula(row, 2, formula, book.style("pounds", bold=True), total)
    sheet.write_number(row, 3, engine, book.style("pounds", bold=True))
    sheet.write_formula(
        row, 4, f"=ROUND(C{row + 1}-D{row + 1},4)", book.style("pounds"), round(total - engine, 4) + 0.0
    )
    verdict = AGREES if abs(total - engine) <= max(0.005, 1e-9 * abs(engine)) else DIFFERS
    formula = f'=IF(ABS(E{row + 1})<=MAX(0.005,0.000000001*ABS(D{row + 1})),"{AGREES}","{DIFFERS}")'
    sheet.write_formula(row, 5, formula, book.style(bold=True), verdict)
