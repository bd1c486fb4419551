"""Every reader of a table that a user writes, a sound table of each, and the ways a table can be given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pathway_cost.engine.draws.parameter_table import of_values
from pathway_cost.errors import Problem, Severity
from pathway_cost.plics.reading.identifiers import Privacy
from pathway_cost.specs.format.values import Parameter
from pathway_cost.tables.cohort.cohort import Cohort
from pathway_cost.tables.prices.components import ComponentMap
from pathway_cost.tables.prices.market_forces import market_forces
from pathway_cost.tables.prices.price_index import PriceIndex
from pathway_cost.tables.prices.unit_costs import UnitCosts
from pathway_cost.tables.reading.files import read_noted


@dataclass(frozen=True)
class Reader:
    """What it is, a sound table, and what is read out of it: numbers to compare, and notes."""

    table: dict[str, list[str]]
    read: Callable[[Any], tuple[Any, tuple[Problem, ...]]]
    optional: tuple[str, ...]
    numeric: str
    """A column of numbers."""


def _cohort(frame):
    coded = Cohort.from_frame(frame).coded({"frail": ("no", "yes")}, {"age": (0, 110)}, {"town": None, "hills": None})
    found = coded.segments.labels["rows"].tolist(), coded.weight.tolist(), sorted(map(str, coded.patient_id))
    return found, coded.notes


def _unit_costs(frame):
    costs = UnitCosts.from_frame(frame)
    return costs.frame.astype("str").to_numpy().tolist(), costs.notes


def _components(frame):
    found = ComponentMap.from_frame(frame)
    return found.frame.to_numpy().tolist(), found.notes


def _price_index(frame):
    index = PriceIndex.shipped().with_rates(frame)
    return [index.factor("own", "2023-24", "2024-25").factor], index.notes


def _own_draws(frame):
    los = Parameter.model_validate(4)
    return of_values(frame, {"los": los}).values({"los": los})["los"].tolist(), ()


def _postcodes(frame):
    return Privacy.of(None, frame).postcodes.to_pydict(), ()


READERS = {
    "cohort": Reader(
        {
            "patient_id": ["A1", "A2"], "place": ["town", "hills"], "weight": ["40", "10"], "frail": ["no", "yes"],
            "age": ["60", "71"],
        },
        _cohort, ("patient_id", "place", "weight"), "weight",
    ),
    "unit costs": Reader(
        {
            "unit_cost": ["ward", "ward"], "organisation": ["RXX", "RXX"], "level": ["", "frail=yes"],
            "component": ["nursing", "nursing"], "value_gbp": ["450", "600"], "unit": ["bed_day"] * 2,
            "covers": ["part"] * 2, "price_year": ["2024-25"] * 2, "basis": ["table"] * 2, "mff": ["in"] * 2,
            "n": ["30", "40"], "se_total": ["5", "6"], "source": ["Made up"] * 2, "licence": ["none"] * 2,
            "grade": ["local"] * 2, "accepted": ["yes", "no"], "price_index": ["nhscii"] * 2,
        },
        _unit_costs,
        ("organisation", "level", "component", "basis", "mff", "n", "se_total", "licence", "grade", "accepted", "price_index"),
        "value_gbp",
    ),
    "components": Reader(
        {"ActCstID": ["THR*"], "ResCstID": ["*"], "component": ["theatre"], "description": ["Theatres"]},
        _components, ("description",), "",
    ),
    "price index": Reader(
        {
            "index": ["own"], "price_year": ["2024-25"], "rate": ["0.03"], "edition": ["2025"], "source": ["Made up"],
            "grade": ["local"],
        },
        _price_index, ("edition", "source", "grade"), "rate",
    ),
    "market forces": Reader(
        {"organisation": ["RXX", "RYY"], "factor": ["1.08", "0.99"]},
        lambda frame: (sorted(market_forces(frame).items()), ()), (), "factor",
    ),
    "postcodes": Reader(
        {"postcode": ["ZZ99 3WZ"], "lsoa": ["E01"], "deprivation_fifth": ["2"]}, _postcodes, ("lsoa", "deprivation_fifth"), "",
    ),
    "own draws": Reader({"los": ["3.5", "4.2"]}, _own_draws, (), "los"),
}  # fmt: skip


def as_csv(table: dict[str, list[Any]], folder: Path) -> pd.DataFrame:
    """The table through a CSV file."""
    pd.DataFrame(table).to_csv(folder / "table.csv", index=False)
    return read_noted(folder / "table.csv").table


def as_workbook(table: dict[str, list[Any]], folder: Path) -> pd.DataFrame:
    """The table through a sheet of a workbook, every cell a text."""
    pd.DataFrame(table).to_excel(folder / "table.xlsx", index=False, sheet_name="Sheet")
    return read_noted(folder / "table.xlsx#Sheet").table


def as_parquet(table: dict[str, list[Any]], folder: Path) -> pd.DataFrame:
    """The table through a Parquet file."""
    pd.DataFrame(table).to_parquet(folder / "table.parquet")
    return read_noted(folder / "table.parquet").table


def as_frame(table: dict[str, list[Any]], folder: Path) -> pd.DataFrame:
    """The table as a dataframe."""
    return pd.DataFrame(table)


FORMS = {"csv": as_csv, "xlsx": as_workbook, "parquet": as_parquet, "frame": as_frame}


def notes_only(problems: tuple[Problem, ...]) -> list[str]:
    """What is said, where nothing is more than a note."""
    assert all(problem.severity is Severity.NOTE for problem in problems)
    return [str(problem) for problem in problems]
