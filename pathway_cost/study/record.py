"""What a run read, decided and has to say: run.json, and the notes beside the figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pathway_cost.engine.model import Case
from pathway_cost.errors import Problem
from pathway_cost.privacy.suppression import is_few
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.frames import WITHHELD, StudyFacts, run_record
from pathway_cost.specs.format import Study
from pathway_cost.study.checked_study import LoadedStudy
from pathway_cost.study.named_files import Inputs
from pathway_cost.study.price_study import Priced
from pathway_cost.study.uptake_told import uptake_notes, uptake_used
from pathway_cost.tables.prices.discount_schedules import GREEN_BOOK


def record_of(
    loaded: LoadedStudy,
    case: Case,
    priced: Priced,
    hashes: Mapping[str, str],
    costed: Mapping[str, CostedPathway],
    *,
    notes: Iterable[Problem],
) -> dict[str, Any]:
    """The run record: hashes of every input, versions, accepted differences, every changed value old → new."""
    settings = _settings(loaded.study)
    facts = StudyFacts(
        study=loaded.study.study,
        study_file=loaded.recorded_as,
        inputs={**hashes, **_withheld(loaded, case)},
        titles={name: each.title for name, each in loaded.scenarios.items() if each.title},
        seed=_seed(loaded.study),
        walk_seed=loaded.study.walk.seed if loaded.study.walk is not None else None,
        discount_schedules=_schedules(loaded.study),
        uptakes={name: uptake_used(each, case) for name, each in loaded.scenarios.items()},
        key_fingerprint=priced.fingerprint,
        accepted=[each for plics in _plics(settings) for each in plics["accept"]],
        settings=settings,
        specs=loaded.stated,
    )
    return run_record(costed, facts, notes)


def inputs_of(loaded: LoadedStudy, cohort_files: Inputs, priced: Priced) -> Inputs:
    """Every file that a study reads, by what a run record calls it."""
    return {**loaded.files, **cohort_files, **priced.files, **_own_draws(loaded)}


def _withheld(loaded: LoadedStudy, case: Case) -> dict[str, str]:
    """The table of patients who may not be told of one by one, and the study where it says how many they must be.

    Either could be guessed until its hash is right.
    """
    source = loaded.study.cohort
    if not case.cohort.is_recoded or source.file is None:
        return {}
    says = {loaded.recorded_as: None} if source.expect is not None else {}
    return dict.fromkeys([*loaded.table(source.file).inputs, *says], WITHHELD)


def _settings(study: Study) -> dict[str, Any]:
    """All that a study says beside names of scenarios; extracts by name, for their order means nothing.

    Of patients who are not made up without the totals typed for tables: they may be of few, or of what is hidden.
    """
    settings = study.model_dump(mode="json", exclude_none=True, exclude={"title", "scenarios", "compare"})
    if not study.synthetic:
        settings["cohort"].pop("expect", None)
    for plics in _plics(settings):
        plics["files"].sort()
        if not study.synthetic:
            plics.pop("expect", None)
            plics["accept"] = [_to_share(each) for each in plics["accept"]]
    return settings


def _plics(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a study says of each set of extracts."""
    return [given["plics"] for given in settings["unit_costs"] if "plics" in given]


def _to_share(accept: Mapping[str, Any]) -> dict[str, Any]:
    """An accepted difference; of few records without how many and how much."""
    few = is_few(abs(accept.get("difference_records", 0)))
    return {name: said for name, said in accept.items() if not (few and name.startswith("difference"))}


def _own_draws(loaded: LoadedStudy) -> Inputs:
    """The user's table of draws, where there is one."""
    asked = loaded.study.uncertainty
    return {} if asked is None or asked.table is None else loaded.table(asked.table).inputs


def _seed(study: Study) -> int | None:
    """The seed of the draws; none where nothing is drawn, or the draws are the user's own."""
    asked = study.uncertainty
    return None if asked is None or asked.table is not None else asked.seed


def _schedules(study: Study) -> list[dict[str, str]]:
    """Named schedules of discount rates in use, where each is printed and in which edition."""
    asked = {} if study.discount is None else {"gbp": study.discount.gbp, "counts": study.discount.counts}
    return [
        {"of": of, "schedule": "green_book", "edition": each.edition, "source": each.source}
        for of, each in GREEN_BOOK.items()
        if asked.get(of) == "green_book"
    ]


def notes_of(loaded: LoadedStudy, case: Case, priced: Priced, scenarios: Iterable[Problem]) -> tuple[Problem, ...]:
    """Warnings and notes of every stage, each once."""
    return tuple(dict.fromkeys([*loaded.notes, *_uptake_notes(loaded, case), *priced.notes, *scenarios]))


def as_recorded(notes: Iterable[Problem], loaded: LoadedStudy) -> tuple[Problem, ...]:
    """The notes with files as the record calls them, so that what is written does not say where the study lies.

    Of patients who are not made up they say nothing that must not be handed on.
    """
    names = {str(each.source.path): name for each, name in zip(loaded.sources, loaded.files, strict=True)}
    told = notes if loaded.study.synthetic else (note.to_share() for note in notes)
    return tuple(
        replace(note, where=replace(note.where, file=names.get(note.where.file or "", note.where.file)))
        for note in told
    )


def _uptake_notes(loaded: LoadedStudy, case: Case) -> list[Problem]:
    """The uptake that counted, of each scenario that states it by year."""
    stated = loaded.study.intake is not None and loaded.study.intake.first_year is not None
    return uptake_notes(loaded.scenarios.values(), case, stated=stated)
