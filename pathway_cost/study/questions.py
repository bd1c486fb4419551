"""Everything a study asks of time, chance and alternatives, in one place: which questions, and the frames they give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pandas as pd

from pathway_cost.engine.draws.at_draws import Recoster, relative_errors
from pathway_cost.engine.draws.far_draws import stated_outside_draws
from pathway_cost.engine.draws.parameter_table import ParameterTable
from pathway_cost.engine.draws.rank_correlation import cannot_all_hold
from pathway_cost.engine.model.case import Scenarios
from pathway_cost.engine.model.timing import Timing
from pathway_cost.engine.pounds.lives import Lives
from pathway_cost.engine.walk.sampled import Sampled
from pathway_cost.errors import EngineFaults, Problem, Severity, Where, raise_if_any
from pathway_cost.results.chance.explored import Explored
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.costed.over_time import change_so_far, profile, profile_by_organisation
from pathway_cost.specs.format.study import Study, Uncertainty
from pathway_cost.specs.format.values import Parameter
from pathway_cost.study.attribution import attribution_frame
from pathway_cost.study.draws import Draws, draws_of, every_parameter, own_table, single_frames, uncertainty_frames
from pathway_cost.study.levers import Levers
from pathway_cost.study.load import LoadedStudy
from pathway_cost.study.sampling import distribution_frames, sampled
from pathway_cost.tables.cohort.cohort import CodedCohort
from pathway_cost.tables.reading.control_totals import Held, must_hold
from pathway_cost.tables.reading.files import read_noted
from pathway_cost.tables.reading.noted import Noted

QUICK_CHANGES: Final = 6  # 64 costings
QUICK_PATIENTS: Final = 20_000  # with numbers of their own


def explored(
    loaded: LoadedStudy, lives: Lives, costed: Mapping[str, CostedPathway]
) -> tuple[Explored, Mapping[str, Sampled], tuple[Problem, ...]]:
    """The frames of a study's questions, its sampled patients, and what must be said beside them.

    Raises:
        EngineFaults: draws whose shares exceed 1, correlations that contradict one another.
        TableFaults: a table of own draws that cannot be used.
    """
    study, case = loaded.study, lives.case
    frames: dict[str, pd.DataFrame] = {
        "profile": profile(costed), "profile_by_organisation": profile_by_organisation(costed)
    }  # fmt: skip
    draws: Draws | None = None
    far: list[Problem] = []
    found = _own_draws(loaded)
    if study.uncertainty is not None or study.sensitivity is not None or study.evidence_sets:
        recoster = Recoster(lives, case.compositions)
        frames |= single_frames(recoster, study)
        if study.uncertainty is not None:
            own = found.table if found is not None else None
            parameters = every_parameter(case)
            draws = draws_of(recoster, study.uncertainty, parameters, own=own, discounts=case.timing.gbp is not None)
            far = _far(draws.table, parameters, study.uncertainty)
            frames |= uncertainty_frames(draws, study.uncertainty, parameters, recoster)
        if study.sensitivity is not None and study.sensitivity.break_even:
            frames["break_even"] = Levers(recoster, costed).frame(study.sensitivity.break_even)
    frames["fan"] = change_so_far(costed, draws.periods if draws is not None and draws.periods else None)
    if study.attribution is not False:
        shared = {
            name: each for name, each in case.compositions.items() if study.attribution or _is_quick(each, case.cohort)
        }
        weights = {str(grade): part for grade, part in study.evidence_weights.items()}
        frames["attribution"] = attribution_frame(lives, shared, costed, weights)
    walked = sampled(study.walk, lives)
    frames |= distribution_frames(walked, costed)
    return Explored(**frames), walked, (*(found.notes if found else ()), *far, *_notes(draws, study.uncertainty))


def look_at_draws(loaded: LoadedStudy, lives: Lives) -> tuple[Problem, ...]:
    """See that correlations can all hold, and prices and the user's own draws be read, without drawing or costing.

    Returns:
        What the reader of the draws has to say of them.

    Raises:
        EngineFaults: correlations that contradict one another, standard errors of prices that cannot be.
        TableFaults: a table of own draws that cannot be used.
    """
    asked, own = loaded.study.uncertainty, _own_draws(loaded)
    if asked is not None:
        raise_if_any(cannot_all_hold(asked.correlations), EngineFaults)
        relative_errors(lives.prices)
    if asked is None or own is None:
        return ()
    parameters = every_parameter(lives.case)
    table = own_table(own.table, asked, parameters, Recoster(lives, lives.case.compositions))
    return (*own.notes, *_far(table, parameters, asked))


def only_costing_tells(study: Study, timing: Timing) -> Iterator[str]:
    """What a study asks for that nothing short of costing it can tell, in words."""
    if study.scenarios:
        yield "whether every change moves anything"
    if timing.needs_steps:
        yield "what happens and changes after the start, and whether loops are left"
    asked = study.sensitivity
    questions = {
        "the draws": study.uncertainty is not None,
        "numbers moved one at a time": asked is not None and asked.one_way != "none",
        "numbers moved two at a time": asked is not None and bool(asked.two_way),
        "break-evens": asked is not None and bool(asked.break_even),
        "evidence sets": bool(study.evidence_sets),
        "what each change does": study.attribution is not False and bool(study.scenarios),
        "sampled patients": study.walk is not None,
    }
    yield from (question for question, is_asked in questions.items() if is_asked)
    yield "that every cut sums to the total"


def _is_quick(scenarios: Scenarios, cohort: CodedCohort) -> bool:
    """Whether every set of the changes can be costed without anybody waiting."""
    changes = sum(len(scenario.changes) for scenario in scenarios)
    return changes <= QUICK_CHANGES and (len(cohort.base) <= QUICK_PATIENTS or not cohort.numbers)


def _own_draws(loaded: LoadedStudy) -> Noted | None:
    asked = loaded.study.uncertainty
    if asked is None or asked.table is None:
        return None
    found = read_noted(loaded.folder / asked.table)
    must_hold(asked.expect, Held(records=len(found.table)), asked.table)
    return found


def _far(table: ParameterTable, parameters: Mapping[str, Parameter], asked: Uncertainty) -> list[Problem]:
    """Warnings of own draws that never reach what is stated."""
    return stated_outside_draws(table.given, parameters, asked.table) if asked.table is not None else []


def _notes(draws: Draws | None, asked: Uncertainty | None) -> list[Problem]:
    if draws is None or asked is None or not draws.impossible:
        return []
    done = "replaced by other draws" if asked.excess_shares == "redraw" else "brought back to 1"
    what = f"shares exceeded 1 in {draws.impossible:,} of {draws.table.count:,} draws, which were {done}"
    remedy = "state shares that belong together as `counts:`, or narrow them"
    return [Problem("draws_exceeded_one", what, Where(item="uncertainty"), remedy=remedy, severity=Severity.WARNING)]
