"""The straight line: a study, or frames, become a case; its lives are costed, and whatever a study asks of chance with them.

    files → load ┐                       ┌→ cost each composition, and each of its changes ┐
                 ├→ Case → prices → Lives┼→ draws, break-even, attribution, walk           ┼→ tables, record
    frames ──────┘                       └→ look (check stops here)

Every step is one call into the layer that does it; nothing is computed here. Read this file first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pathway_cost import terms
from pathway_cost.engine.model import Case, Footprint, undone
from pathway_cost.engine.pounds.lives import Lives
from pathway_cost.engine.pounds.uncosted import look_at_scenario
from pathway_cost.errors import PriceFaults, Problem, SpecFaults, TableFaults, Where, raise_if_any, refuse_warnings
from pathway_cost.prepared import PreparedStudy, answers_of, asked_of
from pathway_cost.results.frames import Checked, RunResult, assemble
from pathway_cost.specs.changes.in_days import in_days
from pathway_cost.specs.checks.of_prices import hardly_meant
from pathway_cost.specs.format import Count, DiscountGiven, IntakeGiven, Step
from pathway_cost.study import inputs
from pathway_cost.study.draws import look_at_draws
from pathway_cost.study.found_prices import prices_for
from pathway_cost.study.kept_answers import Answers, CostedPathway
from pathway_cost.study.load import LoadedStudy, StudyGiven, loaded_study
from pathway_cost.study.lone_specs import PathwayGiven, ScenarioGiven, specs_of
from pathway_cost.study.needs import needed_by
from pathway_cost.study.price_study import price_study
from pathway_cost.study.price_tables import price_index
from pathway_cost.study.progress import Progress, silent
from pathway_cost.study.questions import only_costing_tells
from pathway_cost.study.recoding_told import recoding_notes
from pathway_cost.study.record import as_recorded, inputs_of, notes_of, record_of
from pathway_cost.study.rules_told import rule_texts
from pathway_cost.study.study_time import checked_timing
from pathway_cost.study.uptake_told import uptake_notes
from pathway_cost.tables.cohort.cohort import Cohort
from pathway_cost.tables.reading import price_year as financial_year


# --- a study, from files ---------------------------------------------------------------------------------------
def prepare(
    study: PreparedStudy | StudyGiven,
    *,
    keep_patients: bool = False,
    key: bytes | None = None,
    progress: Progress = silent,
) -> PreparedStudy:
    """Read, check, price and compile a study with all its files once, to ask it anything from memory.

    Args:
        study: what `load_study` gave or takes: the study's path, or a dict. Of one prepared before, the tables are read again.
        keep_patients: keep the expected pounds of every patient.
        key: the secret that turns NHS numbers into pseudonyms; without it they are dropped.
        progress: called with (stage, done, total).

    Returns:
        The study, ready: `cost`, `compare`, `bridge`, `what_if`, `draws`, `tornado`, `break_even`, `walk`; `run` takes it too.

    Raises:
        PathwayCostError: every fault of the first stage that has any.

    >>> ready = prepare("examples/elective_knee/study.yaml")
    >>> more_come_back = ready.what_if({"p_readmit": 0.06})
    >>> round(more_come_back.cost("baseline").total_gbp - ready.cost("baseline").total_gbp)
    331287
    """
    loaded = study.loaded if isinstance(study, PreparedStudy) else loaded_study(study)
    with loaded.placing_faults():
        patients, files = inputs.patients_of(loaded)
        cohort, recoding = inputs.to_share(loaded, patients)
        case = inputs.case_of(loaded, cohort)
        priced = price_study(loaded, needed_by(case), key=key, progress=progress)
    read = loaded.read.beside(inputs_of(loaded, files, priced))
    answers = answers_of(loaded, Lives(case, priced.prices), keep_patients=keep_patients)
    return PreparedStudy(loaded, answers, priced, read, recoding)


def run(
    study: PreparedStudy | StudyGiven,
    *,
    keep_patients: bool = False,
    key: bytes | None = None,
    strict: bool = False,
    progress: Progress = silent,
) -> RunResult:
    """Cost everything a study compares, on the same patients and prices, and answer all that it asks. Nothing is written.

    Args:
        study: what `prepare` or `load_study` gave, or what `load_study` takes: the study's path, or a dict.
        keep_patients: keep the expected pounds of every patient.
        key: the secret that turns NHS numbers into pseudonyms; without it they are dropped.
        strict: treat warnings as faults.
        progress: called with (stage, done, total).

    Returns:
        Scenario name → CostedPathway, in the order compared, with every table of the reports.

    Raises:
        PathwayCostError: every fault of the first stage that has any; nothing is half done.

    >>> result = run("examples/elective_knee/study.yaml")
    >>> list(result)
    ['baseline', 'day_case', 'msk_triage', 'day_case+msk_triage']
    """
    if not isinstance(study, PreparedStudy):
        study = prepare(study, keep_patients=keep_patients, key=key, progress=progress)
    elif keep_patients or key is not None:
        raise ValueError("`keep_patients` and `key` are said to `prepare`: this study is prepared already")
    with asked_of(study), study.turn:
        return _run(study, strict=strict, progress=progress)


def _run(ready: PreparedStudy, *, strict: bool, progress: Progress) -> RunResult:
    loaded, answers, priced = ready.loaded, ready.answers, ready.priced
    case = answers.case
    undoing: list[Problem] = []
    for done, name in enumerate(ready.compared):
        progress("costing", done, len(ready.compared))
        undoing += answers.undoing(name, _compared_at(loaded, name))
    progress("costing", 1, 1)
    costed = answers.results
    chance = answers.of_chance(loaded)
    noted = [
        *recoding_notes(ready.recoding, costed, ready.exact),
        *case.cohort.notes,
        *(note for each in costed.values() for note in each.notes),
    ]
    notes = (*notes_of(loaded, case, priced, noted), *map(loaded.place, undoing), *chance.notes)
    if strict:
        refuse_warnings(notes)
    notes = as_recorded(notes, loaded)
    return RunResult(
        study_name=loaded.study.study,
        title=loaded.study.title or loaded.study.study,
        costed=costed,
        tables=assemble(
            costed,
            report_per=loaded.study.report_per,
            claims=priced.claims,
            backcast=priced.backcast,
            asked=chance.tables,
        ),
        record=record_of(loaded, case, priced, ready.inputs.hashes, costed, notes=notes),
        notes=notes,
        synthetic=loaded.study.synthetic,
        steps={name: answers.steps(name) for name in ready.compared},
        drawn=chance.draws,
        sampled=chance.sampled,
        rule_texts=rule_texts(loaded, priced.prices.taken),
        exact=ready.exact.results if answers.keep_patients and ready.recoding is not None else {},
    )


def check(
    study: PreparedStudy | StudyGiven, *, key: bytes | None = None, strict: bool = False, progress: Progress = silent
) -> Checked:
    """Read, check, price and compile a study with all its files, and stop before anything is costed.

    Args:
        study: what `load_study` gave or takes: the study's path, or a dict.
        key: as in `run`.
        strict: treat warnings as faults.
        progress: called with (stage, done, total).

    Returns:
        Warnings and notes, what was looked at and what only `run` looks at.

    Raises:
        PathwayCostError: every fault of the first stage that has any.

    >>> check("examples/elective_knee/study.yaml").patients
    50000.0
    """
    ready = prepare(study, key=key, progress=progress)
    loaded, case, lives = ready.loaded, ready.answers.case, ready.answers.lives
    with loaded.placing_faults():
        noted = [*recoding_notes(ready.recoding), *case.cohort.notes, *_looked_at(loaded, lives)]
        notes = notes_of(loaded, case, ready.priced, noted)
        if strict:
            refuse_warnings(notes)
    return Checked(
        notes=notes,
        files=len(ready.inputs.files),
        patients=float(case.segments.weight.sum()),
        segments=len(case.segments.weight),
        prices=len(lives.prices.totals()),
        scenarios=tuple(case.compositions),
        in_time=case.timing.needs_steps,
        not_looked_at=tuple(only_costing_tells(loaded.study, case.timing)),
    )


def _looked_at(loaded: LoadedStudy, lives: Lives) -> list[Problem]:
    """What there is to say of a study short of costing it."""
    drawn, seen = look_at_draws(loaded, lives), list[Problem]()
    for name, scenarios in lives.case.compositions.items():
        seen += look_at_scenario(lives, scenarios)
        seen += map(loaded.place, undone(lives.case, scenarios, where=_compared_at(loaded, name)))
    return [*seen, *drawn]


# --- frames in, no files -----------------------------------------------------------------------------------------
def cost_pathway(
    pathway: PathwayGiven,
    cohort: Cohort | inputs.FrameGiven,
    unit_costs: inputs.PriceSet | Sequence[inputs.PriceSet],
    footprint: Footprint,
    *,
    scenarios: ScenarioGiven | Sequence[ScenarioGiven] = (),
    price_year: str,
    shares: Mapping[str, float] | None = None,
    uptake_year: str | None = None,
    index_rates: Mapping[str, Mapping[str, float]] | None = None,
    horizon: str | None = None,
    discount: DiscountGiven | None = None,
    count: Count | None = None,
    time_step: Step | None = None,
    period: Step | None = None,
    intake: IntakeGiven | None = None,
) -> CostedPathway:
    """Cost one pathway for one cohort, under no scenario (the baseline) or under several together.

    Args:
        pathway: what `load_pathway` gave or takes.
        cohort: the patients, as a Cohort or in any dataframe.
        unit_costs: one set of prices, or several in the order they are asked, each UnitCosts or any dataframe; a text
            names a shipped national schedule (`ncc_2024_25`) or its file.
        footprint: place → role → organisation; the one place may be called `all`.
        scenarios: what `load_scenario` gave or takes, composed in order; none for the baseline.
        price_year: the year whose pounds are wanted (`2024-25`); other years' prices are brought to it.
        shares: place → share of every segment, where the cohort does not say where patients live.
        uptake_year: the year whose uptake counts for all; when left out the last stated, or with an intake that of the year
            in which each patient starts.
        index_rates: price index → {year: growth into it}, beside the shipped ones.
        horizon: how long patients are followed (`20 years`); until they reach an end when left out.
        discount: `{"gbp": 0.035, "counts": 0.015, "timing": "exact"}`, as in a study.
        count: at which boundaries cycles count: start, end, half_cycle, simpson.
        time_step: step of the clock where patients are followed through time.
        period: what the ledger over time is told by.
        intake: when patients start, `{"over": "12 months", "first_year": "2026-27"}`; the first year for which one of these
            scenarios states its uptake when that is left out.

    Returns:
        The costed pathway: `total_gbp`, `cost_per_patient_gbp`, `by("organisation")`, ….

    Raises:
        PathwayCostError: every fault of the first stage that has any; a change that moves nothing is one, as in `run`.
    """
    raise_if_any(inputs.no_footprint(footprint), TableFaults)
    days = in_days(*specs_of(pathway, scenarios))
    raise_if_any(days.problems, SpecFaults)
    spec, amended = days.pathway, days.scenarios
    timing, notes = checked_timing(
        spec, amended, horizon=horizon, discount=discount, count=count, time_step=time_step, period=period,
        intake=intake,
    )  # fmt: skip
    raise_if_any(inputs.shares_of_no_place(shares or {}, footprint), TableFaults)
    sets = inputs.price_sets(unit_costs)
    name = "+".join(scenario.scenario for scenario in amended) or terms.BASELINE
    case = Case(
        pathway=spec,
        cohort=inputs.coded(
            inputs.patients_given(cohort), spec, {place: (shares or {}).get(place) for place in footprint}
        ),
        footprint=footprint,
        compositions={name: amended},
        stated_timing=timing,
        uptake_year=uptake_year,
    )
    index = price_index(index_rates or {})
    lives = Lives(case, prices_for(needed_by(case), sets, price_year=_written_year(price_year), index=index))
    answers = Answers(lives, keep_patients=True)
    _, costed = answers.costed(name)
    undoing = answers.undoing(name, Where())
    hardly = (note for scenario in amended for note in hardly_meant(scenario))
    uptake = uptake_notes(amended, case, stated=timing.first_year is not None)
    found = (*case.cohort.notes, *lives.prices.notes, *hardly, *uptake, *costed.notes, *undoing)
    told = tuple(dict.fromkeys([*days.notes, *notes, *found]))
    return replace(costed, notes=told)


def _written_year(text: Any) -> str:
    if not isinstance(text, str):
        what, remedy = f"{text!r} is not a financial year written as text", "write '2024-25'"
        raise PriceFaults([Problem("price_year_unreadable", what, Where(item="price_year"), remedy=remedy)])
    try:
        return financial_year(text)
    except ValueError as error:
        raise PriceFaults([Problem("price_year_unreadable", str(error), Where(item="price_year"))]) from None


# --- steps -------------------------------------------------------------------------------------------------------
def _compared_at(loaded: LoadedStudy, name: str) -> Where:
    """Where the study names a composition."""
    compared = loaded.study.compare
    return Where(item=f"compare.{compared.index(name)}" if name in compared else "compare")
