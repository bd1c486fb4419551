"""One of two runs that are compared: its record, what its pathway and scenarios stated, and the prices it used."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pathway_cost import terms
from pathway_cost.earlier.results_folder import fault, record_of
from pathway_cost.errors import OutputFaults, Problem, raise_if_any
from pathway_cost.reports.files.folder import RECORD
from pathway_cost.tables.prices.prices import PRICE_COLUMNS, PRICE_DEFAULTS, UPLIFT_FACTOR

PRICES: Final = "unit_costs_used.csv"
PACKAGE: Final = "pathway-cost"
PriceKey = tuple[str, str]
"""Organisation and unit cost."""
_FIGURES: Final = (terms.VALUE_GBP, UPLIFT_FACTOR, terms.N, terms.SE_TOTAL, "baseline_gbp")


@dataclass(frozen=True, repr=False, eq=False)
class EarlierRun:
    """What a folder of results says of its run."""

    folder: Path
    record: Mapping[str, Any]
    rows: pd.DataFrame
    """The prices in use, as the engine reads them, with the baseline's pounds of each; none where the run had none."""

    @property
    def specs(self) -> Mapping[str, Any] | None:
        """What its pathway and scenarios stated; None where it was made before records kept that."""
        return self.record.get("specs")

    @property
    def version(self) -> str:
        """The version of this package that made it."""
        return str(self.record["versions"].get(PACKAGE, "of no version"))

    @property
    def settings(self) -> Mapping[str, Any]:
        """What its study said."""
        return dict(self.record["settings"])

    @property
    def year(self) -> str:
        """Whose pounds its figures are."""
        return str(self.record["price_year"])

    @property
    def scenarios(self) -> tuple[str, ...]:
        """What it compared, the first first."""
        return tuple(self.record["compared"])

    @property
    def discounts(self) -> bool:
        """Whether its headline is the present value."""
        return "present_value_gbp" in self.record["totals"][self.scenarios[0]]

    def total(self, scenario: str, measure: str) -> float:
        """The total of a scenario: `total_gbp`, `present_value_gbp` or `patients`."""
        return float(self.record["totals"][scenario][measure])

    @cached_property
    def prices(self) -> dict[PriceKey, pd.DataFrame]:
        """Rows of each price, without those that a scenario's change made."""
        rows = self.rows[self.rows[terms.BASIS] != str(terms.Basis.CHANGED)] if len(self.rows) else self.rows
        if not len(rows):
            return {}
        grouped = rows.groupby([terms.ORGANISATION, terms.UNIT_COST], sort=False)
        return {(str(organisation), str(key)): each for (organisation, key), each in grouped}


def earlier_run(folder: Path) -> EarlierRun:
    """A folder of results, read.

    Raises:
        OutputFaults: it is none of ours, or damaged.
    """
    try:
        record = record_of(folder)
    except OutputFaults as refused:
        raise OutputFaults(refused.problems, stage="compare") from None
    raise_if_any(_damaged(folder, record), OutputFaults, stage="compare")
    return EarlierRun(folder, record, _prices_of(folder))


def _damaged(folder: Path, record: Mapping[str, Any]) -> Iterator[Problem]:
    """What a comparison needs and the folder does not hold as the run wrote it."""
    if not _is_whole(record):
        yield fault("record_damaged", str(folder / RECORD), "is not as a run writes it", "run the study anew")
    kept, file = record["files"].get(PRICES), folder / PRICES
    content = file.read_bytes() if file.is_file() else None
    if kept is not None and content is None:
        yield fault("prices_missing", str(file), "is not there any more", "put it back, or run the study anew")
    elif content is not None and kept != hashlib.sha256(content).hexdigest():
        yield fault("prices_edited", str(file), "is not as the run wrote it", "put it back, or run the study anew")


def _is_whole(record: Mapping[str, Any]) -> bool:
    """Whether a record holds the totals and settings of every scenario that it compared."""
    totals, compared, specs = (record.get(name) for name in ("totals", "compared", "specs"))
    if not (isinstance(totals, dict) and isinstance(compared, list) and compared and isinstance(specs, dict | None)):
        return False
    settings = record.get("settings")
    if not (isinstance(settings, dict) and isinstance(record.get("price_year"), str)):
        return False
    parts = () if specs is None else (specs.get("pathway"), specs.get("scenarios"))
    figures = [totals.get(name) for name in compared if isinstance(name, str)]
    return (
        isinstance(settings.get("cohort"), dict)
        and isinstance(settings.get("unit_costs"), list)
        and len(figures) == len(compared)
        and all(isinstance(part, dict) for part in parts)
        and all(isinstance(each, dict) and _has_figures(each) for each in figures)
    )


def _has_figures(totals: Mapping[str, Any]) -> bool:
    """Whether the totals of a scenario are figures."""
    named = ("patients", "total_gbp", *totals.keys())
    return all(isinstance(totals.get(name), int | float) for name in named)


def _prices_of(folder: Path) -> pd.DataFrame:
    """The prices in use; a price changed by hand is none of the run's and was refused before."""
    file = folder / PRICES
    found = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))) if file.is_file() else []
    if not found:
        return pd.DataFrame()
    rows = pd.DataFrame(found).assign(**{name: each for name, each in PRICE_DEFAULTS.items() if name not in found[0]})
    for name in (*(each for each in PRICE_COLUMNS if each not in rows), "baseline_gbp"):
        rows[name] = rows.get(name, "")
    for name in _FIGURES:
        rows[name] = pd.to_numeric(rows[name], errors="coerce")
    return rows
