"""A costed scenario or a comparison as the run of these alone, so that all is shown in one way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pathway_cost.reports.words import title
from pathway_cost.results.compared.comparison import Comparison
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.frames import RunResult, assemble

Result = RunResult | Comparison | CostedPathway


def as_run(shown: Result) -> RunResult:
    """A result as a run: itself, or the run of the one or two scenarios it holds."""
    if isinstance(shown, RunResult):
        return shown
    if isinstance(shown, CostedPathway):
        return _run_of({shown.scenario: shown})
    return _run_of(_told_apart(shown.before, shown.after))


def _told_apart(before: CostedPathway, after: CostedPathway) -> dict[str, CostedPathway]:
    """Two results by their names, which say which comes first where they are the same."""
    if before.scenario == after.scenario:
        before, after = (
            replace(each, scenario=f"{each.scenario}_{when}") for each, when in ((before, "before"), (after, "after"))
        )
    return {each.scenario: each for each in (before, after)}


def _run_of(costed: Mapping[str, CostedPathway]) -> RunResult:
    first, *_ = costed.values()
    called = "Measured costs" if first.model is None else first.pathway.title or title(first.pathway.pathway)
    return RunResult(
        study_name=called,
        title=called,
        costed=costed,
        tables=assemble(costed),
        record={"titles": {name: words for each in costed.values() for name, words in each.titles.items()}},
        notes=tuple(dict.fromkeys(note for each in costed.values() for note in each.notes)),
        synthetic=any(each.synthetic for each in costed.values()),
    )
