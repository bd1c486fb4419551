"""One of two runs that are compared: its record, what its pathway and scenarios stated, and the prices it used."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pathway_cost.earlier.prices_of_run import PriceKey, UsedPrice, used_prices
from pathway_cost.earlier.results_folder import damaged, fault, record_of
from pathway_cost.errors import OutputFaults, Problem, raise_if_any

PRICES: Final = "unit_costs_used.csv"
PACKAGE: Final = "pathway-cost"


@dataclass(frozen=True, repr=False, eq=False)
class EarlierRun:
    """What a folder of results says of its run."""

    folder: Path
    record: Mapping[str, Any]
    prices: Mapping[PriceKey, UsedPrice]
    """The prices that it used, of each organisation."""

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
    file = folder / PRICES
    return EarlierRun(folder, record, used_prices(file.read_text(encoding="utf-8") if file.is_file() else ""))


def _damaged(folder: Path, record: Mapping[str, Any]) -> Iterator[Problem]:
    """What a comparison needs and the folder does not hold as the run wrote it."""
    if not _is_whole(record):
        yield damaged(folder)
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
        and all(isinstance(each, dict) for each in settings["unit_costs"])
        and len(figures) == len(compared)
        and all(isinstance(part, dict) for part in parts)
        and all(isinstance(each, dict) and _has_figures(each) for each in figures)
    )


def _has_figures(totals: Mapping[str, Any]) -> bool:
    """Whether the totals of a scenario are figures."""
    named = ("patients", "total_gbp", *totals.keys())
    return all(isinstance(totals.get(name), int | float) for name in named)
