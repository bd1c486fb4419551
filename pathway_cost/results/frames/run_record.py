"""The run record: what went in, with which versions and seed, and every value that scenarios changed."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from pathway_cost.errors import Problem
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.frames.registers import changes
from pathway_cost.tables.prices.prices import SOURCE_PRICE_YEAR, UPLIFT_FACTOR, UPLIFT_INDEX

MADE_BY: Final = "pathway_cost"  # how a folder of ours is known
FORMAT: Final = 2
PACKAGES: Final = (
    "pathway-cost", "numpy", "pandas", "pyarrow", "scipy", "numba", "duckdb", "ibis-framework", "sqlglot", "lxml",
    "narwhals", "networkx", "pydantic", "python-calamine", "ruamel.yaml", "xlsxwriter",
)  # fmt: skip


def run_record(
    costed: Mapping[str, CostedPathway],
    *,
    study: str,
    study_file: str,
    inputs: Mapping[str, str],
    titles: Mapping[str, str] | None = None,
    seed: int | None = None,
    walk_seed: int | None = None,
    discount_schedules: Sequence[Mapping[str, Any]] = (),
    uptakes: Mapping[str, float | Mapping[str, float]] | None = None,
    key_fingerprint: str | None = None,
    accepted: Sequence[Mapping[str, Any]] = (),
    notes: Iterable[Problem] = (),
    settings: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A dict of plain values, ready for JSON, the same for the same run.

    Args:
        costed: scenario → result, in the order compared.
        study: the study's name.
        study_file: which of the inputs it is.
        inputs: file as the user wrote it → SHA-256 of its bytes.
        titles: scenario → what it is called on paper.
        seed: of the draws, where the run draws any.
        walk_seed: of the sampled patients, where there are any.
        discount_schedules: named schedules of discount rates in use: of what, edition, source.
        uptakes: scenario → share of the eligible who take it, as used; by the year in which they start, where each has its own.
        key_fingerprint: of the key that patients' identifiers were hashed with.
        accepted: differences of control totals that the user accepted: file, difference, reason.
        notes: warnings and notes of the run.
        settings: anything else of the study that decides pounds.
    """
    first = next(iter(costed.values()))
    return {
        "made_by": MADE_BY,
        "format": FORMAT,
        "versions": versions(),
        "study": study,
        "study_file": study_file,
        "pathway": first.pathway.pathway,
        "price_year": first.price_year,
        "basis": first.basis,
        "compared": list(costed),
        "titles": dict(titles or {}),
        "totals": {name: _totals(each) for name, each in costed.items()},
        "inputs": dict(sorted(inputs.items())),
        "evaluator": first.evaluation.evaluator,
        "step_days": step_days(first),
        "seed": seed,
        "walk_seed": walk_seed,
        "discount_schedules": [dict(each) for each in discount_schedules],
        "uptakes": dict(uptakes or {}),
        "key_fingerprint": key_fingerprint,
        "accepted": [dict(each) for each in accepted],
        "uplifts": _uplifts(costed),
        "changed_values": _changed_values(costed),
        "notes": [_plain(note) for note in notes],
        "settings": dict(settings or {}),
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
    ledger = costed.evaluation.ledger
    return None if ledger is None else ledger.grid.step_days


def _totals(costed: CostedPathway) -> dict[str, float]:
    discounted = {} if costed.evaluation.timing.gbp is None else {"present_value_gbp": costed.present_value_gbp}
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
        for prices in each.evaluation.prices.values()
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
