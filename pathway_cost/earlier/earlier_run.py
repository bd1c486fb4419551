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
BY_NUMBER: Final = frozenset({"steps", "empirical"})
"""Entries of a pathway or scenario whose own entries are named by numbers, which a record writes as texts."""


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
    if record.get("specs") is not None:
        record["specs"] = numbers_named(record["specs"])
    file = folder / PRICES
    return EarlierRun(folder, record, used_prices(file.read_text(encoding="utf-8") if file.is_file() else ""))


def numbers_named(tree: Any) -> Any:
    """A tree of a record with numbers, not texts, as the names of steps and observed stays, as files have them.

    >>> numbers_named({"by": "age", "steps": {"18": 0.001, "50.5": 0.004}})
    {'by': 'age', 'steps': {18: 0.001, 50.5: 0.004}}
    """
    if isinstance(tree, list):
        return [numbers_named(each) for each in tree]
    if not isinstance(tree, dict):
        return tree
    inner = {name: numbers_named(each) for name, each in tree.items()}
    return {name: _by_number(each) if name in BY_NUMBER else each for name, each in inner.items()}


def _by_number(given: Any) -> Any:
    """A mapping with its names as numbers, where they all are."""
    if not isinstance(given, dict):
        return given
    try:
        numbers = [float(name) for name in given]
    except ValueError:
        return given
    return {int(each) if each.is_integer() else each: of for each, of in zip(numbers, given.values(), strict=True)}


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
    figures = [totals.get(name) for name in compared if isinstance(name, str)]
    return (
        _is_cohort(settings.get("cohort"))
        and isinstance(settings.get("unit_costs"), list)
        and all(map(_is_price_set, settings["unit_costs"]))
        and len(figures) == len(compared)
        and (specs is None or _is_specs(specs))
        and all(isinstance(each, dict) and _has_figures(each) for each in figures)
    )


def _is_cohort(said: Any) -> bool:
    """Whether it is what a study says of its cohort."""
    return (
        isinstance(said, dict)
        and isinstance(said.get("attributes", {}), dict)
        and isinstance(said.get("file"), str | None)
    )


def _is_price_set(said: Any) -> bool:
    """Whether it is what a study says of a set of prices, with files and rules where they are extracts."""
    plics = said.get("plics", {"rules": ""}) if isinstance(said, dict) else None
    if not (isinstance(plics, dict) and isinstance(plics.get("rules"), str)):
        return False
    files = plics.get("files", "")
    return all(isinstance(each, str) for each in (files if isinstance(files, list) else [files]))


def _is_specs(specs: Mapping[str, Any]) -> bool:
    """Whether they are a pathway and scenarios by name."""
    pathway, scenarios = specs.get("pathway"), specs.get("scenarios")
    return (
        isinstance(pathway, dict)
        and isinstance(pathway.get("parameters", {}), dict)
        and isinstance(scenarios, dict)
        and all(isinstance(each, dict) for each in scenarios.values())
    )


def _has_figures(totals: Mapping[str, Any]) -> bool:
    """Whether the totals of a scenario are figures."""
    named = ("patients", "total_gbp", *totals.keys())
    return all(isinstance(totals.get(name), int | float) for name in named)
