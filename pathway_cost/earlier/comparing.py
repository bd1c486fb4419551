"""Two folders of results of one question: which inputs differ, and the pounds that each moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NamedTuple

from pathway_cost.costing import prepare
from pathway_cost.earlier.earlier_run import EarlierRun, earlier_run
from pathway_cost.earlier.inputs_apart import cohort_hash, cohort_name, cohort_said, differences_between
from pathway_cost.earlier.moves import Move, moved_pence, moves_of, pence, prices_alone
from pathway_cost.earlier.putting_back import PutBack
from pathway_cost.earlier.results_folder import changed_inputs, fault, key_of_neither, lies_beside, study_again
from pathway_cost.earlier.specs_put_back import asking_only
from pathway_cost.errors import OutputFaults, PathwayCostError, Problem, nearest_name, raise_if_any
from pathway_cost.study.load import LoadedStudy, load_study
from pathway_cost.study.progress import Progress, silent

DISCOUNTED: Final = "present_value_gbp"
SAME: Final = 1e-9
"""How near a total must come to the one that was written, of itself, for a study to be what it was."""
IN_ORDER: Final = {
    True: "Each is what the new value costs more or less than the old one: the new study costed again with it put back, those below it old already.",
    False: "Each is what the new value costs more or less than the old one: the old study costed again with it put in, those above it new already.",
}
"""Whether old values were put back → how the pounds were found."""
TOGETHER: Final = "So what two inputs do together is in the lower of them, and prices are told in the new quantities."


@dataclass(frozen=True, eq=False)
class ComparedRuns:
    """Why the figures of two runs differ. Pounds are whole pence, so that they add up exactly."""

    old: EarlierRun
    new: EarlierRun
    scenarios: tuple[str, ...]
    """Those that both compared; the first is what the others are compared with."""
    measure: str
    """Whose pounds: `total_gbp`, or where both discount `present_value_gbp`."""
    moves: tuple[Move, ...] = ()
    """Every difference, in the order in which the old values become the new ones; the remainder last."""
    told: tuple[str, ...] = ()
    """How it was worked out, and what could not be."""
    totals: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Scenario → its total in the old run and in the new one, in pence; none where the pounds are of unlike years."""


def compare_folders(
    old: str | Path,
    new: str | Path,
    study: str | Path | None = None,
    *,
    key: bytes | None = None,
    progress: Progress = silent,
) -> ComparedRuns:
    """Which inputs of two runs of one question differ, and the pounds that each moved.

    Args:
        old: the folder that the earlier run wrote.
        new: the folder that the later run wrote. Nothing in either is changed.
        study: the study's file, where it is not found. What was run may lie there no more: prices are then told apart without it.
        key: the secret of the runs, where they had one.
        progress: called with (stage, done, total).

    Raises:
        OutputFaults: a folder is not ours or damaged, they answer different questions, or the key is that of neither.
    """
    runs = earlier_run(Path(old)), earlier_run(Path(new))
    raise_if_any(
        [*_other_question(*runs), *key_of_neither([each.record for each in runs], key)], OutputFaults, stage="compare"
    )
    asked = _Asked(study, key, progress)
    old_run, new_run = runs = _with_specs(runs[0], asked), _with_specs(runs[1], asked)
    scenarios = tuple(name for name in new_run.scenarios if name in old_run.scenarios)
    discount = old_run.discounts and new_run.discounts
    found = ComparedRuns(*runs, scenarios, DISCOUNTED if discount else "total_gbp", told=tuple(_told(*runs)))
    if old_run.year != new_run.year:
        return replace(found, moves=tuple(Move((each,)) for each in differences_between(*runs, scenarios)))
    totals = {
        name: (pence(old_run.total(name, found.measure)), pence(new_run.total(name, found.measure)))
        for name in scenarios
    }
    return _moved(replace(found, totals=totals), asked)


class _Asked(NamedTuple):
    """What is needed to run a study again."""

    study: str | Path | None
    key: bytes | None
    progress: Progress

    def study_of(self, run: EarlierRun) -> LoadedStudy:
        """The study of a run, where every input is as it was. Raises PathwayCostError."""
        given = study_again(self.study, run.folder, run.record)
        raise_if_any(changed_inputs(run.record, given, self.key), OutputFaults)
        return given if isinstance(given, LoadedStudy) else load_study(given)


def _moved(found: ComparedRuns, asked: _Asked) -> ComparedRuns:
    """With the pounds of each difference: by costing again where a study lies on disk as it was, else of the prices alone."""
    differences = differences_between(found.old, found.new, found.scenarios)
    if not differences:
        return replace(found, moves=moves_of((), found.totals, {}))
    reasons: list[str] = []
    for old_is_other in (True, False):
        try:
            put_back = _put_back(found, asked, other_is_old=old_is_other)
        except PathwayCostError as error:
            reasons.append(f"{error.problems[0].where}: {error.problems[0].what}")
            continue
        can = [each for each in differences if put_back.can(each)]
        steps = list(put_back.steps(can[::-1] if old_is_other else can))
        known = moved_pence(steps, found.scenarios, reverse=old_is_other)
        moves = moves_of(differences, found.totals, known)
        return replace(found, moves=moves, told=(*found.told, IN_ORDER[old_is_other], TOGETHER))
    first = found.scenarios[0]
    known = {} if found.measure == DISCOUNTED else prices_alone(differences, found.old, found.new, first)
    told = (
        f"Neither study can be costed again ({'; '.join(dict.fromkeys(reasons))}): prices are told apart by the pounds of {first} that rest "
        "on them, in the new run's quantities; all else is the remainder."
    )
    return replace(found, moves=moves_of(differences, found.totals, known), told=(*found.told, told))


# --- the two runs ---------------------------------------------------------------------------------------------------
def _other_question(old: EarlierRun, new: EarlierRun) -> Iterator[Problem]:
    """Why two runs answer no one question."""
    for name in ("pathway", "study"):
        then, now = old.record.get(name), new.record.get(name)
        if then != now:
            what = f"is of the {name} {now!r}, and {old.folder} of {then!r}"
            remedy = "compare two runs of one study: each question has its own pounds"
            yield replace(fault(f"other_{name}", str(new.folder), what, remedy), nearest=nearest_name(now, [str(then)]))
            return
    if not set(old.scenarios) & set(new.scenarios):
        what = f"compared {', '.join(new.scenarios)}, and {old.folder} {', '.join(old.scenarios)}: none is in both"
        yield fault("no_scenario_in_both", str(new.folder), what, "compare runs that have a scenario in common")


def _with_specs(run: EarlierRun, asked: _Asked) -> EarlierRun:
    """A run whose record lacks what the pathway and scenarios stated, with that of its files where they are unchanged."""
    if run.specs is not None:
        return run
    try:
        return replace(run, record={**run.record, "specs": asked.study_of(run).stated})
    except PathwayCostError:
        return run


def _told(old: EarlierRun, new: EarlierRun) -> Iterator[str]:
    """What cannot be compared."""
    for run in (old, new):
        if run.specs is None:
            yield (
                f"{run.folder}: was written by pathway-cost {run.version}, whose record does not hold the pathway's numbers and "
                "scenarios, and its files are not there as they were: what differs between those is told file by file, and "
                "their pounds are in the remainder."
            )
    if old.discounts != new.discounts:
        yield "Only one of the two discounts: pounds are undiscounted."
    if old.year != new.year:
        yield (
            f"Pounds of {old.year} and of {new.year} are not subtracted from one another: inputs are told, no pounds. Run the "
            f"old study with `price_year: {new.year}` to have them."
        )


# --- a study that lies on disk as it was ----------------------------------------------------------------------------
def _put_back(found: ComparedRuns, asked: _Asked, *, other_is_old: bool) -> PutBack:
    """One run's study as it was, prepared, for the other's inputs.

    Raises:
        PathwayCostError: it is not there as it was, or costs something else with this version.
    """
    base, other = (found.new, found.old) if other_is_old else (found.old, found.new)
    loaded = asked.study_of(base)
    ready = prepare(asking_only(loaded, found.scenarios), key=asked.key, progress=asked.progress)
    beside = _cohort_beside(other, loaded, asked)
    made = PutBack(ready, other, other_is_old, found.scenarios, found.measure, beside)
    for name, gbp in made.cost(made.start()).totals.items():
        if abs(gbp - base.total(name, found.measure)) > SAME * abs(gbp):
            what = f"{name} costs something else with this version"
            raise OutputFaults([fault("costs_otherwise", str(base.folder), what, "run the study again")])
    return made


def _cohort_beside(other: EarlierRun, loaded: LoadedStudy, asked: _Asked) -> Path | None:
    """The study beside which the other run's file of patients lies as it was."""
    name, digest = cohort_name(cohort_said(other), other.record["inputs"]), cohort_hash(other)
    if name is None:
        return loaded.path
    places = [] if loaded.path is None else [loaded.path]
    try:
        given = study_again(asked.study, other.folder, other.record)
        places += [given] if isinstance(given, Path) else []
    except PathwayCostError:
        pass
    return next((place for place in places if lies_beside(place, name, digest)), None)
