"""The sheet Your changes: what a reader may change of prices, uptakes and patients, and every total that follows, live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pathway_cost.reports.words import is_discounted
from pathway_cost.reports.workbook.check_sheet import Check
from pathway_cost.reports.workbook.input_cells import REASONS, in_force, open_cells, shut_cells, soft, stand_out
from pathway_cost.reports.workbook.price_sheet import PriceCells
from pathway_cost.reports.workbook.sheet_grid import (
    DARK,
    HEADER_ROW,
    LINE,
    SOFT,
    SPACE,
    Book,
    lines_of,
    link,
    put,
    width_of,
)
from pathway_cost.results.frames import ANSWERS, INPUTS, Corner, Offer, RunResult

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

STATUS: Final = HEADER_ROW + 1
HEADINGS: Final = STATUS + 2
FIRST: Final = HEADINGS + 1
INPUT_HEIGHT: Final = 18  # points: cells to type into
NUMBERS: Final = {"patients": "count", "uptake": "share"}
SAID: Final = {
    "patients": "Patients who start. All alike: where they live, who they are and how small groups are counted stay as they are.",
    "uptake": "Share of the eligible who take it, in every scenario that holds it. The others live as without it.",
}
STILL: Final = (
    "Every other sheet stays as the run made it, and so do one-off costs, other denominators, how sure the figures are, and prices "
    "that a scenario sets. The figures below are recurrent pounds."
)
NOT_DISCOUNTED: Final = " They are undiscounted: present values do not move."
NOTHING: Final = "Nothing is changed: every figure is the run's."
USELESS: Final = "An entry cannot be used: see the cells with #N/A."


@dataclass(frozen=True)
class Answers:
    """Where the sheet's answers stand: the row of each scenario, and the cell that says what is changed."""

    rows: Mapping[str, int]
    status: str

    def cell(self, scenario: str, column: str) -> str:
        """One figure, as other sheets refer to it."""
        return f"'Your changes'!${_letter(column)}${self.rows[scenario] + 1}"


def write_changes(book: Book, sheet: Worksheet, check: Check, prices: PriceCells) -> Answers:
    """Fill the sheet; `prices` is where the reader's prices stand."""
    result, moves = book.result, book.moves
    inputs = [("patients", moves.patients), *(("uptake", offer) for offer in moves.uptakes)]
    for at, column in enumerate(ANSWERS):
        sheet.set_column(at, at, width_of(column))
    book.plain_headings(sheet, HEADINGS, INPUTS)
    for row, (kind, offer) in enumerate(inputs, start=FIRST):
        _input(book, sheet, row, kind, offer)
    last = FIRST + len(inputs)
    stand_out(book, sheet, (FIRST, 3), (last - 1, 3))
    _prices(book, sheet, last, prices)
    status = _status(book, sheet, (FIRST, last - 1), prices)
    still = STILL + (NOT_DISCOUNTED if is_discounted(result) else "")
    book.paragraph(sheet, last + 1, still, ANSWERS, font_color=SOFT)
    book.heading(sheet, last + 3, "What comes of it")
    book.headings(sheet, last + 4, book.called(ANSWERS), sized=False)
    rows = {name: row for row, name in enumerate(result.compared, start=last + 5)}
    places = {offer.name: row + 1 for row, (kind, offer) in enumerate(inputs, start=FIRST) if kind == "uptake"}
    for name, row in rows.items():
        _answers(book, sheet, row, name, _Formulas(rows, places, moves.corners.get(name, ()), check))
    sheet.freeze_panes(HEADER_ROW, 1)
    return Answers(rows, status)


def _input(book: Book, sheet: Worksheet, row: int, kind: str, offer: Offer) -> None:
    """One line of what may be changed, or why it may not."""
    number = "whole" if kind == "patients" and float(offer.value or 0).is_integer() else NUMBERS[kind]
    called = "Patients who start" if kind == "patients" else f"Uptake of {book.names.scenario(offer.name)}"
    put(sheet, row, 0, called, book.style(bold=True))
    put(sheet, row, 1, offer.value, book.style(number))
    if offer.why_not:
        shut_cells(book, sheet, [(row, 2)], number, offer.why_not)
    else:
        open_cells(book, sheet, [(row, 2)], number, kind)
    if offer.value is not None:
        formula = in_force(f"C{row + 1}", f"B{row + 1}", None if offer.why_not else kind)
        sheet.write_formula(row, 3, formula, soft(book, number), offer.value)
    said = REASONS[offer.why_not] if offer.why_not else SAID[kind]
    put(sheet, row, 4, said, book.style(font_color=SOFT, text_wrap=False, **SPACE))
    sheet.set_row(row, INPUT_HEIGHT)


def _prices(book: Book, sheet: Worksheet, row: int, prices: PriceCells) -> None:
    """The line that leads to the prices, and counts those changed."""
    put(sheet, row, 0, "Prices", book.style(bold=True))
    put(sheet, row, 1, len(prices.cells), book.style("whole"))
    if prices.yours:
        counted = book.style("whole", num_format='0" changed";;"none changed"', font_color=SOFT)
        sheet.write_formula(row, 3, f"=COUNTA({prices.yours})", counted, 0)
        words = "Type them on the sheet Unit costs, in the green column"
        link(book, sheet, (row, 4), prices.yours.split(":", maxsplit=1)[0], words, **SPACE)
    sheet.set_row(row, INPUT_HEIGHT)


def _status(book: Book, sheet: Worksheet, rows: tuple[int, int], prices: PriceCells) -> str:
    """Write what is changed, in words; gives its cell."""
    inputs, here = (f"${letter}${rows[0] + 1}:${letter}${rows[1] + 1}" for letter in "CD")
    changed = f"COUNTA({inputs})" + (f"+COUNTA({prices.yours})" if prices.yours else "")
    wrong = f"SUMPRODUCT(--ISNA({here}))" + (f"+SUMPRODUCT(--ISNA({_in_force_of(prices)}))" if prices.yours else "")
    words = f'IF({changed}=1,"1 number is changed.",{changed}&" numbers are changed.")'
    formula = f'=IF({wrong}>0,"{USELESS}",IF({changed}=0,"{NOTHING}",{words}))'
    sheet.write_formula(STATUS, 0, formula, book.style(bold=True, font_color=DARK, text_wrap=False), NOTHING)
    return f"'Your changes'!$A${STATUS + 1}"


def _in_force_of(prices: PriceCells) -> str:
    """The range of the prices in force."""
    cells = list(prices.cells.values())
    return f"{cells[0].here}:{cells[-1].here.split('!')[1]}"


@dataclass(frozen=True)
class _Formulas:
    """How the figures of one scenario follow."""

    rows: Mapping[str, int]
    uptakes: Mapping[str, int]
    """Scenario → its line among the inputs."""
    corners: tuple[Corner, ...]
    check: Check

    def at_uptakes(self, column: str) -> str:
        """A total at the uptakes and patients in force, from the same of scenarios of the run."""
        letter, patients = _letter(column), f"$D${FIRST + 1}/$B${FIRST + 1}"
        terms = ["*".join([*self._weights(each), f"${letter}${self.rows[each.scenario] + 1}"]) for each in self.corners]
        return f"={patients}*({'+'.join(terms)})"

    def _weights(self, corner: Corner) -> list[str]:
        ratio = {name: f"$D${row}/$B${row}" for name, row in self.uptakes.items()}
        return [*(f"({ratio[name]})" for name in corner.taken), *(f"(1-{ratio[name]})" for name in corner.not_taken)]


def _answers(book: Book, sheet: Worksheet, row: int, name: str, formulas: _Formulas) -> None:
    """The figures of one scenario: the run's, those in force, and their differences."""
    costed = book.result[name]
    put(sheet, row, 0, book.names.scenario(name), book.style())
    sheet.set_row(row, LINE * lines_of(book.names.scenario(name), width_of(ANSWERS[0])) + 4)
    put(sheet, row, 1, costed.patients, book.style("count"))
    live = _totals(book.result, row, name, formulas) | _changes(book.result, row, name, formulas)
    for place, column in enumerate(ANSWERS):
        if column.name in live:
            formula, value = live[column.name]
            style = book.style(column.kind, bold=column.name.endswith("_yours"))
            sheet.write_formula(row, place, formula, style, value)


def _totals(result: RunResult, row: int, name: str, formulas: _Formulas) -> dict[str, tuple[str, float]]:
    """Column → formula and value: patients, totals and pounds a patient; these only where anybody starts."""
    costed, at = result[name], _cells(row)
    engine, _, moved = formulas.check.total_cells(name)
    found = {
        "patients_yours": (formulas.at_uptakes("patients"), costed.patients),
        "total": (f"={engine}", costed.total_gbp),
        "total_yours": (formulas.at_uptakes("at_prices"), costed.total_gbp),
        "total_moved": (f"={at['total_yours']}-{at['total']}", 0.0),
        "at_prices": (f"={engine}+{moved}", costed.total_gbp),
    }
    if not costed.patients:
        return found
    each = costed.cost_per_patient_gbp
    return found | {
        "each": (f"={at['total']}/{at['patients']}", each),
        "each_yours": (f"={at['total_yours']}/{at['patients_yours']}", each),
        "each_moved": (f"={at['each_yours']}-{at['each']}", 0.0),
    }


def _changes(result: RunResult, row: int, name: str, formulas: _Formulas) -> dict[str, tuple[str, float]]:
    """Column → formula and value: the change from the first scenario; none for itself."""
    first = result.compared[0]
    if name == first:
        return {}
    at, top = _cells(row), _cells(formulas.rows[first])
    change = result[name].total_gbp - result[first].total_gbp
    return {
        "change": (f"={at['total']}-{top['total']}", change),
        "change_yours": (f"={at['total_yours']}-{top['total_yours']}", change),
        "change_moved": (f"={at['change_yours']}-{at['change']}", 0.0),
    }


def _cells(row: int) -> dict[str, str]:
    """Column → its cell in a row."""
    return {column.name: f"{_letter(column.name)}{row + 1}" for column in ANSWERS}


def _letter(name: str) -> str:
    """The letter of a column of the answers."""
    return chr(ord("A") + [column.name for column in ANSWERS].index(name))
