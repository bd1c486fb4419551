"""The run record: what went in, with which versions and seed, and every value that scenarios changed."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from pathway_cost.errors import Problem
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.frames.registers import changes
from pathway_cost.tables.prices.prices import SOURCE_PRICE_YEAR, UPLIFT_FACTOR, UPLIFT_INDEX

MADE_BY: Final = "pathway_cost"  # how a folder of ours is known
FORMAT: Final = 2
WITHHELD: Final = (
    "withheld"  # in the place of a hash by which small numbers could be found: of each try, whether it is right
)
PACKAGES: Final = (
    "pathway-cost", "numpy", "pandas", "pyarrow", "scipy", "numba", "duckdb", "ibis-framework", "sqlglot", "lxml",
    "narwhals", "networkx", "pydantic", "python-calamine", "ruamel.yaml", "xlsxwriter",
)  # fmt: skip


@dataclass(frozen=True)
class StudyFacts:
    """What a study says of itself, and what was read for it: plain values, as the record shows them."""

    study: str
    """The study's name."""
    study_file: str
    """Which of the inputs it is."""
    inputs: Mapping[str, str]
    """File as the user wrote it → SHA-256 of its bytes."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Scenario → what it is called on paper."""
    seed: int | None = None
    """Of the draws, where the run draws any."""
    walk_seed: int | None = None
    """Of the sampled patients, where there are any."""
    discount_schedules: Sequence[Mapping[str, Any]] = ()
    """Named schedules of discount rates in use: of what, edition, source."""
    uptakes: Mapping[str, float | Mapping[str, float]] = field(default_factory=dict)
    """Scenario → share of the eligible who take it, as used; by the year in which they start, where each has its own."""
    key_fingerprint: str | None = None
    """Of the key that patients' identifiers were hashed with."""
    accepted: Sequence[Mapping[str, Any]] = ()
    """Differences of control totals that the user accepted: file, difference, reason."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Anything else of the study that decides pounds."""
    specs: Mapping[str, Any] = field(default_factory=dict)
    """The pathway, and scenario → what it states, as a file would say it: another run is compared with them."""


def run_record(costed: Mapping[str, CostedPathway], facts: StudyFacts, notes: Iterable[Problem] = ()) -> dict[str, Any]:
    """The record of a run, from its results, the study's facts and the notes: plain values for JSON, the same for the same run.

    Args:
        costed: scenario → result, in the order compared. Where the first was measured, no pathway and evaluator are told.
        facts: what the study says of itself, and what was read for it.
        notes: warnings and notes of the run.
    """
    first = next(iter(costed.values()))
    return {
        "made_by": MADE_BY,
        "format": FORMAT,
        "versions": versions(),
        "study": facts.study,
        "study_file": facts.study_file,
        "pathway": None if first.model is None else first.pathway.pathway,
        "price_year": first.price_year,
        "basis": first.basis,
        "compared": list(costed),
        "titles": dict(facts.titles),
        "totals": {name: _totals(each) for name, each in costed.items()},
        "inputs": dict(sorted(facts.inputs.items())),
        "evaluator": None if first.model is None else first.model.evaluator,
        "step_days": step_days(first),
        "seed": facts.seed,
        "walk_seed": facts.walk_seed,
        "discount_schedules": [dict(each) for each in facts.discount_schedules],
        "uptakes": dict(facts.uptakes),
        "key_fingerprint": facts.key_fingerprint,
        "accepted": [dict(each) for each in facts.accepted],
        "uplifts": _uplifts(costed),
        "changed_values": _changed_values(costed),
        "notes": [_plain(note) for note in notes],
        "settings": dict(facts.settings),
        "specs": dict(facts.specs),
    }


def versions() -> dict[str, str]:
    """Python and the packages that pounds pass through, as installed; nothing is imported."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def step_days(costed: CostedPathway) -> float | None:
    """The step in which patients were followed through time, in days; None where the closed form was used."""
    return None if costed.model is None else costed.model.step_days


def _totals(costed: CostedPathway) -> dict[str, float]:
    discounted = {"present_value_gbp": costed.present_value_gbp} if costed.stands_on.pounds_discounted else {}
    return {
        "patients": costed.patients,
        "total_gbp": costed.total_gbp,
        **discounted,
        "one_off_gbp": costed.one_off_gbp,
    }


def _uplifts(costed: Mapping[str, CostedPathway]) -> list[dict[str, Any]]:
    """Each way a price was brought to the study's price year, once."""
    columns = [UPLIFT_INDEX, SOURCE_PRICE_YEAR, UPLIFT_FACTOR]
    found = {
        tuple(row)
        for each in costed.values()
        for prices in (() if each.model is None else each.model.prices.values())
        for row in prices.frame.loc[prices.frame[UPLIFT_FACTOR] != 1.0, columns].itertuples(index=False)
    }
    return [{"index": str(index), "from": str(year), "factor": float(factor)} for index, year, factor in sorted(found)]


def _changed_values(costed: Mapping[str, CostedPathway]) -> list[dict[str, Any]]:
    frame = changes(costed).astype(object)
    rows = frame.where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _plain(note: Problem) -> dict[str, Any]:
    where = {name: value for name, value in asdict(note.where).items() if value is not None}
    return {"severity": str(note.severity), "rule": note.rule, "what": note.what, "where": where, "remedy": note.remedy}
