"""Prices by themselves, nothing costed: extracts read, what they give by a study's rules, every price a study would use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pathway_cost.errors import Problem
from pathway_cost.study import inputs
from pathway_cost.study.load import LoadedStudy, StudyGiven, loaded_study
from pathway_cost.study.needs import Needed, needed_by
from pathway_cost.study.price_study import plics_unit_costs, price_study
from pathway_cost.study.progress import Progress, silent
from pathway_cost.tables.prices.prices import Prices
from pathway_cost.tables.prices.unit_costs import UnitCosts

if TYPE_CHECKING:
    from pathway_cost.plics.reading import Extract


def prices_of(study: LoadedStudy, *, key: bytes | None = None, progress: Progress = silent) -> Prices:
    """Every price a study would use, with its source and fallback."""
    with study.placing_faults():
        return price_study(study, needed_of(study), key=key, progress=progress).prices


def read_plics(
    files: Sequence[str | Path] | str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    feed: str | None = None,
    expect: Mapping[str, Any] | Sequence[Mapping[str, Any]] = (),
    key: bytes | None = None,
    store: Path | None = None,
    progress: Progress = silent,
) -> Extract:
    """Read PLICS extracts (XML, or CSV in the relational form) into events and cost lines, without identifiers.

    Args:
        files: paths or patterns.
        columns: our name → theirs, for CSV.
        feed: the feed of a wide CSV table.
        expect: control totals that you type (`{"gbp": 20400.00, "records": 3}`): of all files, or a list with one for each
            `file`.
        key: the secret (32 bytes or more) that turns NHS numbers into pseudonyms; without it they are dropped.
        store: folder for the Parquet files; a temporary one when left out.
        progress: called with (stage, done bytes, total bytes).

    Returns:
        Paths of events.parquet and cost_lines.parquet, control totals a file, findings.

    Raises:
        PlicsFaults: a file that cannot be read, a missing cost, a control total or record count that is off, records
            or files that are in twice.

    >>> extract = read_plics("examples/elective_knee/plics/SI_*.xml")
    >>> bool((extract.controls["difference_gbp"] == 0).all())
    True
    """
    from pathway_cost.plics.reading import Dialect, Privacy
    from pathway_cost.plics.reading import read_plics as read

    given = [files] if isinstance(files, str | Path) else list(files)
    return read(
        [str(name) for name in given],
        dialect=Dialect(columns or {}, feed),
        expect=expect,
        privacy=Privacy.of(key),
        store=store,
        progress=lambda done, total: progress("reading PLICS", done, total),
    )


def unit_costs_from(study: StudyGiven, *, progress: Progress = silent) -> UnitCosts:
    """The unit costs that a study's PLICS extracts give by its rules, before any fallback.

    Returns:
        One row organisation × unit cost × level × component (columns in `terms.UNIT_COST_COLUMNS`), in the
        extracts' own price year, with n and standard error.

    Raises:
        PlicsFaults: extracts or rules that cannot be priced.

    >>> costs = unit_costs_from("examples/elective_knee/study.yaml")
    >>> sorted(set(costs.frame["organisation"]))
    ['SYA', 'SYC']
    """
    return unit_costs_and_notes(loaded_study(study), progress=progress)[0]


def unit_costs_and_notes(loaded: LoadedStudy, *, progress: Progress = silent) -> tuple[UnitCosts, tuple[Problem, ...]]:
    """What `unit_costs_from` gives, with the findings of the extracts and the notes of the rules."""
    with loaded.placing_faults():
        return plics_unit_costs(loaded, needed_of(loaded), progress=progress)


def needed_of(loaded: LoadedStudy) -> Needed:
    """What all scenarios of a study together ask of its price sets."""
    cohort, _ = inputs.patients_of(loaded)
    return needed_by(inputs.case_of(loaded, cohort))
