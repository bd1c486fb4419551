"""The sheets between summary and check: cuts side by side, bridge, prices, assumptions, changes, beside, coverage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from pathway_cost import terms
from pathway_cost.reports.words import BASES, CLASSES, FACTORS, change_words, named, rows_of, title
from pathway_cost.reports.workbook.check_sheet import PriceCells
from pathway_cost.reports.workbook.sheet_grid import A3, HEADER_ROW, Book, Field, put, put_sum

UNIT_COSTS: Final = "Unit costs"
PRICE_COLUMN: Final = 5
CUT_NOTE: Final = (
    "Pounds of every scenario side by side, with live totals; changes are against the first. More blocks below."
)
SETTING_KEYS: Final = (Field("title", "Setting", width=34), Field("setting", "Name", width=20))
ORGANISATION_KEYS: Final = (
    Field("organisation", "Organisation", width=14), Field("title", "Role", width=26), Field("role", "Name", width=14),
)  # fmt: skip
COMPONENT_KEYS: Final = (Field("title", "Component", width=26), Field("component", "Name", width=18))
BLOCKS: Final = (
    ("gbp_per_patient", "Pounds per patient", "pounds"), ("visits", "Expected visits", "count"), ("patients", "Patients", "count"),
)  # fmt: skip
PRICE_FIELDS: Final = (
    Field("organisation", "Organisation", width=13), Field("unit_cost", "Unit cost", width=25),
    Field("title", "Title", width=26), Field("level", "Level", width=14), Field("component", "Component", width=15),
    Field("value_gbp", "Pounds a unit", "pounds", 14), Field("unit", "Unit", width=12), Field("covers", "Covers", width=9),
    Field("price_year", "Price year", width=10), Field("source_price_year", "Source's price year", width=11),
    Field("uplift_factor", "Uplift factor", "ratio", 10), Field("basis", "Basis", width=18), Field("mff", "MFF", width=9),
    Field("n", "Records (n)", "whole", 10), Field("se_total", "Standard error of the whole price", "pounds", 13),
    Field("source", "Source", "long", 34), Field("licence", "Licence", width=14), Field("grade", "Evidence", width=13),
    Field("fallback", "Fallback: why not the first set", "long", 30),
    Field("baseline_gbp", "Baseline pounds", "pounds"), Field("share_of_pounds", "Share of pounds", "share"),
)  # fmt: skip
ASSUMPTION_FIELDS: Final = (
    Field("item", "Item", width=34), Field("value", "Value", "number", 26), Field("unit", "Unit", width=10),
    Field("low", "Low", "number", 10), Field("high", "High", "number", 10), Field("uncertainty", "Uncertainty", width=28),
    Field("grade", "Evidence", width=13), Field("source", "Source", "long"), Field("note", "Note", "long"),
)  # fmt: skip
CHANGE_FIELDS: Final = (
    Field("scenario", "Scenario", width=22), Field("position", "Order", "whole", 8), Field("verb", "Change", width=20),
    Field("item", "What", width=38), Field("old", "Old", width=24), Field("new", "New", width=24),
    Field("grade", "Evidence", width=13), Field("source", "Source", "long"),
)  # fmt: skip
BESIDE_FIELDS: Final = (
    Field("scenario", "Scenario", width=22), Field("kind", "Kind", width=12), Field("id", "Id", width=14),
    Field("role", "Role", width=18), Field("organisation", "Organisation", width=16), Field("year", "Year", width=10),
    Field("gbp", "Pounds", "pounds"), Field("what", "What", "long"), Field("grade", "Evidence", width=13),
)  # fmt: skip
COVERAGE_FIELDS: Final = (
    Field("organisation", "Organisation", width=14), Field("fin_year", "Year", width=10), Field("feed", "Feed", width=9),
    Field("class", "Class of pounds", width=42), Field("rules", "Unit costs that price it", width=34),
    Field("activity", "Activity", width=18), Field("records", "Records", "whole"), Field("lines", "Cost lines", "whole"),
    Field("gbp", "Pounds", "pounds", 19),
)  # fmt: skip


def write_cuts(book: Book) -> None:
    """Write the sheets Setting, Organisation, Component and Segment."""
    result, names = book.result, book.names
    settings, organisations, components = result.by_setting, result.by_organisation, result.by_component
    settings["title"] = [names.setting(str(name)) for name in settings["setting"]]
    organisations["title"] = [names.role(str(role)) for role in organisations["role"]]
    components["title"] = [title(str(name)) for name in components["component"]]
    segments = result.by_segment
    after = list(segments.columns)
    labels = after[after.index("segment") : after.index("patients")]
    _write_cut(book, "Setting", settings, SETTING_KEYS)
    _write_cut(book, "Organisation", organisations, ORGANISATION_KEYS)
    _write_cut(book, "Component", components, COMPONENT_KEYS)
    _write_cut(book, "Segment", segments, [Field(label, title(label), width=13) for label in labels])


def _write_cut(book: Book, name: str, frame: pd.DataFrame, keys: Sequence[Field]) -> None:
    """A cut, block under block: pounds with their changes and live totals, then pounds per patient, visits, patients."""
    sheet = book.sheet(name, f"{CUT_NOTE} {book.price_year}")
    gbp, (first, *others) = _wide(book, frame, keys, "gbp"), book.result.compared
    changes = []
    for scenario in others:
        change = gbp[_column(scenario)] - gbp[_column(first)]
        noise = change.abs() <= terms.RELATIVE_TOLERANCE * gbp[_column(first)].abs()
        gbp[f"change {scenario}"] = change.mask(noise, 0.0)
        heading = f"{book.names.scenario(scenario)}: {change_words(book.result).lower()}"
        changes.append(Field(f"change {scenario}", heading, "change"))
    fields = [*keys, *_scenarios(book, "pounds"), *changes]
    end = book.table(sheet, gbp, fields, frozen=len(keys))
    put(sheet, end, 0, "Total", book.style(bold=True, top=1))
    for column, field in enumerate(fields[len(keys) :], start=len(keys)):
        style = book.style(field.kind, bold=True, top=1)
        put_sum(sheet, (end, column), (HEADER_ROW + 1, end - 1), float(gbp[field.name].sum()), style)
    for measure, heading, kind in BLOCKS:
        if measure in frame.columns:
            book.heading(sheet, end + 2, heading)
            wide = _wide(book, frame, keys, measure)
            end = book.table(sheet, wide, [*keys, *_scenarios(book, kind)], row=end + 3)


def _scenarios(book: Book, kind: str) -> list[Field]:
    """One column a scenario."""
    return [Field(_column(name), book.names.scenario(name), kind, 17) for name in book.result.compared]


def _column(scenario: str) -> str:
    """A name for a scenario's column that no attribute has."""
    return f"in {scenario}"


def _wide(book: Book, frame: pd.DataFrame, keys: Sequence[Field], measure: str) -> pd.DataFrame:
    """A long frame made wide: one row a key in the order first met, one column a scenario."""
    by = [field.name for field in keys]
    rows = frame[[*by, "scenario", measure]].astype({name: str for name in by if name != "segment"} | {"scenario": str})
    wide = rows[by].drop_duplicates()
    for name in book.result.compared:
        one = rows[rows["scenario"] == name].drop(columns="scenario").rename(columns={measure: _column(name)})
        wide = wide.merge(one, on=by, how="left")
    return wide.fillna(0.0)


def write_bridge(book: Book) -> None:
    """Write the sheet Bridge: every factor of every comparison."""
    frame, names = book.result.bridge, book.names
    frame = frame.assign(
        scenario=frame["scenario"].map(names.scenario),
        from_scenario=frame["from_scenario"].map(names.scenario),
        factor=[named(factor, FACTORS) for factor in frame["factor"]],
    )
    fields = [
        Field("scenario", "Scenario", width=26), Field("from_scenario", "Against", width=20),
        Field("position", "Order", "whole", 8), Field("factor", "Factor", width=44), Field("gbp", "Pounds", "change", 20),
        Field("level", "Worked at", width=36),
    ]  # fmt: skip
    note = (
        "Factors sum to the recurrent change of the total; interactions are named; one-off costs stand last and apart."
    )
    book.table(book.sheet("Bridge", f"{note} {book.price_year}"), frame, fields)


def write_prices(book: Book) -> PriceCells:
    """Write the sheet Unit costs; gives where each price stands, for the check sheet to point at."""
    frame = book.result.unit_costs_used
    shown = frame.assign(basis=[named(basis, BASES) for basis in frame["basis"]])
    sheet = book.sheet(
        UNIT_COSTS,
        "Every price used, by component, in pounds of the study's price year. A standard error is of the whole price, "
        "sampling only: allocation choices are not in it. Assumptions stand out.",
        paper=A3,
    )
    book.table(sheet, shown, PRICE_FIELDS, frozen=2, mark="grade")
    cells: dict[tuple[str, ...], tuple[str, float]] = {}
    for place, row in enumerate(rows_of(frame)):
        where = f"'{UNIT_COSTS}'!{xl_rowcol_to_cell(HEADER_ROW + 1 + place, PRICE_COLUMN, row_abs=True, col_abs=True)}"
        cells[str(row["organisation"]), str(row["unit_cost"]), str(row["level"]), str(row["component"])] = (
            where,
            float(row["value_gbp"]),
        )
    return cells


def write_registers(book: Book) -> None:
    """Write the sheets Assumptions, Changes, Beside and Coverage."""
    result, names = book.result, book.names
    assumptions = result.assumptions
    note = "Every number of the pathway, how sure it is, and why it is believed. Rows that rest on assumption alone stand out."
    book.table(book.sheet("Assumptions", note), assumptions, ASSUMPTION_FIELDS, mark="grade")
    changes = result.changes
    changes["scenario"] = [names.scenario(str(name)) for name in changes["scenario"]]
    note = "Every value that a scenario changes, old and new, in order."
    book.table(book.sheet("Changes", note), changes, CHANGE_FIELDS, mark="grade")
    beside = result.beside
    beside["scenario"] = [names.scenario(str(name)) for name in beside["scenario"]]
    note = "Pounds of no patient: never in cost per patient, never multiplied by uptake."
    book.table(book.sheet("Beside", note), beside, BESIDE_FIELDS, mark="grade")
    coverage = result.coverage
    coverage["class"] = [named(kind, CLASSES) for kind in coverage["class"]]
    note = "The claim table: every PLICS pound of each organisation and year in exactly one class, to the penny."
    book.table(
        book.sheet("Coverage", note if len(coverage) else "No PLICS extract stands behind this study."),
        coverage,
        COVERAGE_FIELDS,
    )
