"""The published National Schedule of NHS Costs, or a tidy CSV of it, as our table of national lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import Problem, TableFaults, Where, raise_if_any
from pathway_cost.tables.prices.national import NationalSchedule
from pathway_cost.tables.prices.national_lines import ACTIVITY, CODE, DEPARTMENT, DERIVED, DESCRIPTION, UNIT_COST_GBP
from pathway_cost.tables.reading import cell_text, columns_missing, matches, read_noted, read_rows, read_shipped
from pathway_cost.tables.reading import price_year as written_year

MEASURES: Final = {"activity": ACTIVITY, "unit cost": UNIT_COST_GBP, "cost": "cost_gbp"}
TIDY: Final = {
    DEPARTMENT: "department_code",
    CODE: "currency_code",
    DESCRIPTION: "currency_desc",
    UNIT_COST_GBP: "unit_cost",
}
UNKNOWN_UNIT: Final = "activity"  # unit of a department that `national_units.csv` does not name
_LABEL = re.compile(r"\s*(\S+)\s+[-–]\s+(.*\S)\s*")  # code - description
_YEAR_IN_NAME = re.compile(r"(20\d\d)[-_/ ]?(?:20)?(\d\d)(?!\d)")


def read_published(path: str | Path, *, price_year: str | None = None) -> pd.DataFrame:
    """The schedule as NHS England publishes it: a workbook, or a tidy CSV of it.

    The workbook's sheets have two header rows, the departments and below each Activity, Unit cost and Cost; the first
    column is "code - description"; `*` hides an activity. Rows and sheets of another shape (titles, notes, totals) are
    left out. The tidy CSV has the columns department_code, currency_code, currency_desc, activity, unit_cost.

    Args:
        path: the workbook, one of its sheets (`file.xlsx#sheet`), or the CSV.
        price_year: the schedule's year; read from the file's name when left out.

    Returns:
        One row a line, in `national_lines.NATIONAL_COLUMNS`, hidden activity blank: what a `national:` set reads.

    Raises:
        TableFaults: no sheet of that shape, a line that is there twice with other figures, or a year that neither
            `price_year` nor the name says.
    """
    file = str(path).partition("#")[0]
    year = _year(Path(file).name, price_year)
    lines = _tidy(path) if file.lower().endswith(".csv") else _of_workbook(path, Path(file).name)
    lines = lines.drop_duplicates([DEPARTMENT, CODE, ACTIVITY, UNIT_COST_GBP], ignore_index=True)
    named = lines.assign(
        **{
            terms.UNIT: units_of(lines[DEPARTMENT], lines[CODE]),
            terms.PRICE_YEAR: year,
            terms.SOURCE: f"NHS England, National Schedule of NHS Costs {year}",
            DERIVED: "no",
        }
    )
    return NationalSchedule.from_frame(named, name=Path(file).stem, where=Path(file).name).as_table()


def units_of(departments: Sequence[str] | pd.Series, codes: Sequence[str] | pd.Series) -> list[str]:
    """What one unit of activity is, by department and code; `activity` where our table does not say.

    >>> units_of(["Critical care", "Community Health Service", "New service"], ["XC01Z", "DCF10", "N1"])
    ['bed_day', 'attendance', 'activity']
    """
    table = read_shipped("national_units.csv")
    readings: dict[str, list[tuple[str, str]]] = {}
    for department, pattern, unit in zip(table[DEPARTMENT], table[CODE], table[terms.UNIT], strict=True):
        readings.setdefault(department, []).append((pattern, unit))
    return [
        next((unit for pattern, unit in readings.get(department, ()) if matches(code, pattern)), UNKNOWN_UNIT)
        for department, code in zip(departments, codes, strict=True)
    ]


def _year(file: str, given: str | None) -> str:
    found = _YEAR_IN_NAME.search(file)
    text = given or (f"{found[1]}-{found[2]}" if found else "")
    try:
        return written_year(text)
    except ValueError:
        what = f"{given!r} is no financial year" if given else "the file's name has no financial year"
        remedy = "say which year's schedule it is: 2024-25 (the command's `--year`)"
        raise TableFaults([Problem("price_year_unknown", what, Where(file=file), remedy=remedy)]) from None


# --- tidy CSV --------------------------------------------------------------------------------------------------------
def _tidy(path: str | Path) -> pd.DataFrame:
    table = read_noted(path).table
    present = {ours: theirs for ours, theirs in TIDY.items() if ours not in table.columns}
    raise_if_any(columns_missing(table, [*present.values(), ACTIVITY], Path(path).name), TableFaults)
    table = table.rename(columns={theirs: ours for ours, theirs in present.items()})
    return table.assign(**{name: table[name].str.strip() for name in (DEPARTMENT, CODE, DESCRIPTION)})


# --- workbook --------------------------------------------------------------------------------------------------------
def _of_workbook(path: str | Path, file: str) -> pd.DataFrame:
    wanted = str(path).partition("#")[2]
    sheets = {name: rows for name, rows in read_rows(path).items() if wanted in ("", name)}
    lines = [line for rows in sheets.values() for line in _of_sheet(rows)]
    if not lines:
        what = "no sheet has departments over Activity, Unit cost and Cost"
        where = Where(file=file, item=wanted or None)
        raise TableFaults(
            [
                Problem(
                    "schedule_not_found",
                    what,
                    where,
                    remedy="give the published workbook as it is, or name its `#sheet`",
                )
            ]
        )
    return pd.DataFrame(lines, columns=[DEPARTMENT, CODE, DESCRIPTION, ACTIVITY, UNIT_COST_GBP], dtype="str")


def _of_sheet(rows: list[list[Any]]) -> list[tuple[str, str, str, str, str]]:
    """Every line of a sheet that has a department's activity or unit cost; nothing where the header is not found."""
    header = next((number for number, row in enumerate(rows) if _measures(row)), None)
    if header is None or header == 0:
        return []
    columns = _by_department(rows[header - 1], rows[header])
    lines = []
    for row in rows[header + 1 :]:
        label = _LABEL.fullmatch(cell_text(row[0])) if row else None
        if label is None:
            continue
        for department, places in columns.items():
            activity, unit_cost = (cell_text(row[places[name]]).strip() for name in (ACTIVITY, UNIT_COST_GBP))
            cost = cell_text(row[places["cost_gbp"]]).strip() if "cost_gbp" in places else ""
            if activity or unit_cost or cost:
                lines.append((department, label[1], label[2], activity, "" if unit_cost == "*" else unit_cost))
    return lines


def _measures(row: list[Any]) -> bool:
    named = {cell_text(cell).strip().casefold() for cell in row}
    return {"activity", "unit cost"} <= named


def _by_department(above: list[Any], below: list[Any]) -> dict[str, dict[str, int]]:
    """Department → measure → column; a department's name stands over the first of its columns."""
    columns: dict[str, dict[str, int]] = {}
    department = ""
    for place, cell in enumerate(below):
        named = cell_text(above[place]).strip() if place < len(above) else ""
        department = named or department
        measure = MEASURES.get(cell_text(cell).strip().casefold())
        if measure is not None and department and not department.casefold().startswith(("total", "grand total")):
            columns.setdefault(department, {})[measure] = place
    return {name: places for name, places in columns.items() if {ACTIVITY, UNIT_COST_GBP} <= set(places)}
