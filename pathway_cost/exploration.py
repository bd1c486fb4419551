"""Everything a study asks of time, chance and alternatives, in one place: which questions, and the frames they give."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from pathway_cost.attributing import attribution_frame
from pathway_cost.engine.at_draws import Pricer
from pathway_cost.engine.sampled import Sampled
from pathway_cost.engine.timing import Timing
from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.exploring import Draws, draws_of, single_frames, uncertainty_frames
from pathway_cost.levers import Levers
from pathway_cost.loading import LoadedStudy
from pathway_cost.needs import Footprint, Scenarios
from pathway_cost.results.costed import CostedPathway
from pathway_cost.results.explored import Explored
from pathway_cost.results.periods import change_so_far, profile, profile_by_organisation
from pathway_cost.sampling import distribution_frames, sampled
from pathway_cost.tables.cohort import CodedCohort
from pathway_cost.tables.files import read_table
from pathway_cost.tables.prices import Prices


def explored(
    loaded: LoadedStudy,
    *,
    compositions: Mapping[str, Scenarios],
    cohort: CodedCohort,
    prices: Prices,
    footprint: Footprint,
    timing: Timing,
    costed: Mapping[str, CostedPathway],
) -> tuple[Explored, Mapping[str, Sampled], tuple[Problem, ...]]:
    """The frames of a study's questions, its sampled patients, and what must be said beside them.

    Raises:
        EngineFaults: draws whose shares exceed 1, correlations that contradict one another.
        TableFaults: a table of own draws that cannot be used.
    """
    study, pathway = loaded.study, loaded.pathway
    pricer_with = partial(
        Pricer, pathway=pathway, cohort=cohort, prices=prices, footprint=footprint, uptake_year=study.uptake_year,
        timing=timing, known={},
    )  # fmt: skip
    frames: dict[str, pd.DataFrame] = {
        "profile": profile(costed), "profile_by_organisation": profile_by_organisation(costed)
    }  # fmt: skip
    draws: Draws | None = None
    if study.uncertainty is not None or study.sensitivity is not None or study.evidence_sets:
        pricer = pricer_with(compositions=compositions)
        frames |= single_frames(pricer, study, pathway, compositions)
        if study.uncertainty is not None:
            own = _own_draws(loaded)
            draws = draws_of(pricer, study.uncertainty, pathway, own=own, discounts=timing.gbp is not None)
            frames |= uncertainty_frames(draws, study.uncertainty, pathway, pricer)
        if study.sensitivity is not None and study.sensitivity.break_even:
            levers = Levers(pathway, compositions, pricer, pricer_with, costed)
            frames["break_even"] = levers.frame(study.sensitivity.break_even)
    frames["fan"] = change_so_far(costed, draws.periods if draws is not None and draws.periods else None)
    if study.attribution == "shapley":
        frames["attribution"] = attribution_frame(
            costed, compositions, pricer_with, {str(grade): part for grade, part in study.evidence_weights.items()}
        )
    walked = sampled(
        loaded, compositions=compositions, cohort=cohort, prices=prices, footprint=footprint, timing=timing
    )
    frames |= distribution_frames(walked, costed)
    return Explored(**frames), walked, tuple(_notes(draws))


def _own_draws(loaded: LoadedStudy) -> pd.DataFrame | None:
    asked = loaded.study.uncertainty
    if asked is None or asked.table is None:
        return None
    return read_table(loaded.folder / asked.table, columns={}, codes=())


def _notes(draws: Draws | None) -> list[Problem]:
    if draws is None or not draws.renormalised:
        return []
    what = f"the shares of {draws.renormalised:,} of {draws.table.count:,} draws exceeded 1 and were brought back to it"
    return [Problem("draws_renormalised", what, Where(item="uncertainty.excess_shares"), severity=Severity.WARNING)]
