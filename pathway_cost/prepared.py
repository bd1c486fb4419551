"""A study read, checked, priced and compiled once: every question about it is then answered from memory."""

from __future__ import annotations

import contextlib
import inspect
import pickle
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal

from pathway_cost import terms
from pathway_cost.display import ShowsItself
from pathway_cost.engine.model import Case
from pathway_cost.engine.pounds.lives import Lives
from pathway_cost.errors import ComparisonFaults, StudyChangedWarning, first_few, raise_if_any
from pathway_cost.results.compared.comparison import Comparison
from pathway_cost.specs.format import Scenario
from pathway_cost.study.checked_study import LoadedStudy
from pathway_cost.study.inputs import Recoding, case_of
from pathway_cost.study.kept_answers import Answers
from pathway_cost.study.needs import Needed, needed_by
from pathway_cost.study.price_study import Priced
from pathway_cost.study.read_inputs import ReadInputs
from pathway_cost.study.what_if import ChangesGiven, named_values, with_parameters, with_question, with_scenario

if TYPE_CHECKING:
    import pandas as pd

    from pathway_cost.study.kept_answers import ChangeEffect, CostedPathway, Sampled


@dataclass(frozen=True, eq=False)
class PreparedStudy(ShowsItself):
    """A study in memory. Nothing here reads or writes a file. Several threads may ask at once, and are answered one by one.

    >>> import pathway_cost as pc
    >>> ready = pc.prepare("pathways/elective_knee/study.yaml")
    >>> more_come_back = ready.what_if({"p_readmit": 0.06})
    >>> for each in (ready, more_come_back):
    ...     change = each.compare("baseline", "day_case").change_per_patient_gbp
    ...     print(round(each.cost("baseline").cost_per_patient_gbp, 2), round(change, 2))
    1540.41 -75.7
    1547.3 -75.34
    """

    loaded: LoadedStudy
    answers: Answers
    priced: Priced
    inputs: ReadInputs
    """Every file that was read, as it was then."""
    recoding: Recoding | None = None
    """The patients as they are, where those of small groups are costed as others."""
    turn: RLock = field(default_factory=RLock)
    """Whose turn it is, of all who ask the study and its what-ifs: together they would only stop each other."""

    def __repr__(self) -> str:
        """Its study and scenarios; what they cost is asked for."""
        return f"PreparedStudy of {self.loaded.study.study}: {first_few(self.compared)}"

    def __deepcopy__(self, _known: object) -> PreparedStudy:
        """Itself: it never changes."""
        return self

    def __reduce__(self) -> tuple[Callable[[bytes], PreparedStudy], tuple[bytes]]:
        """Pickled as what it is made of, while nobody asks: where it is wanted it works out its answers again."""
        answers = self.answers
        with self.turn:
            cohorts = answers.case.cohort, self.recoding
            made_of = self.loaded, *cohorts, answers.keep_patients, self.priced, self.inputs
            return _unpickled, (pickle.dumps(made_of),)

    @property
    def compared(self) -> tuple[str, ...]:
        """The names compared, in order; the first is what the others are compared with."""
        return tuple(self.answers.case.compositions)

    @cached_property
    def needed(self) -> Needed:
        """What all its scenarios together ask of the price sets."""
        return needed_by(self.answers.case)

    @cached_property
    def exact(self) -> Answers:
        """What costing the patients as they are gives; for files that stay where they are written, and nothing that is shared."""
        if self.recoding is None:
            return self.answers
        case = case_of(self.loaded, self.recoding.patients)
        needed = needed_by(case)
        prices = self.priced.prices if needed.asks_as(self.needed) else self.priced.find(needed, self.loaded)
        return answers_of(self.loaded, Lives(case, prices), keep_patients=self.answers.keep_patients)

    def changed(self) -> tuple[str, ...]:
        """The files that have changed since they were read: all answers are of what they were."""
        return self.inputs.changed()

    # --- what it costs ---------------------------------------------------------------------------------------------
    def cost(self, scenario: str = terms.BASELINE) -> CostedPathway:
        """What one scenario (or composition) of the study costs.

        Raises:
            ComparisonFaults: a name that the study does not compare.
            PathwayCostError: what cannot be costed.
        """
        with asked_of(self, scenario), self._costing(scenario):
            return self.answers.result(scenario)

    def compare(self, from_scenario: str, to_scenario: str) -> Comparison:
        """Two scenarios side by side; raises as `cost`."""
        with asked_of(self, from_scenario, to_scenario), self._costing(from_scenario, to_scenario):
            before, after = map(self.answers.result, (from_scenario, to_scenario))
            return Comparison(before, after, partial(self._steps, to_scenario))

    def bridge(self, from_scenario: str, to_scenario: str, by: Literal["factor", "change"] = "factor") -> pd.DataFrame:
        """Why the figure changes from one scenario to another: see `Comparison.bridge`."""
        return self.compare(from_scenario, to_scenario).bridge(by)

    def steps(self, scenario: str) -> tuple[ChangeEffect, ...]:
        """The total of a scenario after each of its changes, one after the other.

        Raises:
            EngineFaults: changes that move nothing, a scenario that reaches nobody.
        """
        with asked_of(self, scenario):
            return self._steps(scenario)

    def _steps(self, scenario: str) -> tuple[ChangeEffect, ...]:
        with self.loaded.placing_faults(), self.turn:
            return self.answers.steps(scenario)

    def _costing(self, *scenarios: str) -> AbstractContextManager[object]:
        """The turn to cost scenarios; who asks for what is known waits for nobody."""
        return nullcontext() if all(Answers.costed.knows(self.answers, name) for name in scenarios) else self.turn

    # --- other numbers, other changes ------------------------------------------------------------------------------
    def what_if(
        self,
        parameters: Mapping[str, Any] | None = None,
        *,
        changes: ChangesGiven | None = None,
        after: str = terms.BASELINE,
    ) -> PreparedStudy:
        """The study with other values of parameters, or with another scenario; this one stays as it is.

        Args:
            parameters: name → number, or whatever a pathway's file may say of it (`{"value": 2, "low": 1, "high": 3}`, which is
                needed where the number lies outside the limits stated). A plain name is the pathway's parameter, or where only
                scenarios state one, theirs; `scenario.name` is the version of one scenario.
            changes: changes one after the other, as a scenario's file says them (`[{"scale_stay": "ward", "by": 0.9}]`), or
                a whole scenario; called `what_if` unless it has a name (`what_if_2` where there is one).
            after: the scenario or composition that it is composed after.

        Returns:
            A prepared study in which everything is costed; with `changes` it compares the baseline, `after` and the new scenario.

        Raises:
            SpecFaults: names that are not there, and what a file could not say either.
            EngineFaults: shares and loops that cannot be; changes that move nothing.
            PriceFaults: a unit cost that nothing which was read prices.
        """
        found = self
        with self.turn:  # held from the first check to the last cost
            with asked_of(found, after):
                if parameters is not None and (values := named_values(parameters)):
                    found = _revised(found, with_parameters(found.loaded, values))
            with found.loaded.placing_faults():
                if changes is not None:
                    found = _revised(found, with_scenario(found.loaded, changes, after))
            with found.loaded.placing_faults():
                if changes is not None:
                    found.answers.steps(found.compared[-1])
                for name in found.compared:
                    found.answers.costed(name)
        return found

    # --- chance and alternatives -----------------------------------------------------------------------------------
    def draws(self, **asked: Any) -> pd.DataFrame:
        """Every scenario at every draw of the uncertain parameters: one row a draw and scenario, as `result.draws`.

        Args:
            asked: what a study says under `uncertainty:` (`draws=500, seed=7`); as this one says where left out, and nothing
                where None.
        """
        ready = _asking(self, "uncertainty", asked)
        with asked_of(ready), self.turn:
            return ready.answers.draws(ready.loaded)

    def tornado(self, **asked: Any) -> pd.DataFrame:
        """The change of every scenario with one parameter at a time at either end of its range, as `result.tornado`.

        Args:
            asked: what a study says under `sensitivity:` (`one_way=["p_readmit"]`); as this one says where left out.
        """
        ready = _asking(self, "sensitivity", asked)
        with asked_of(ready), self.turn:
            return ready.answers.tornado(ready.loaded.study)

    def break_even(self, *levers: Mapping[str, Any]) -> pd.DataFrame:
        """How far a number must move before a scenario costs no more than the baseline, as `result.break_even`.

        Args:
            levers: `{"parameter": "p_readmit"}`, `{"unit_cost": "ward.bed_day"}`, `{"stay": "ward"}`, `{"volume": True}`, with
                `low` and `high` where wanted; those of the study where left out.
        """
        ready = _asking(self, "sensitivity", {"break_even": levers} if levers else {})
        with asked_of(ready), self.turn:
            return ready.answers.break_even(ready.loaded.study)

    def attribution(self) -> pd.DataFrame:
        """The change of each composition shared out among its changes, as `result.attribution`."""
        ready = _with_question(self, attribution=True)
        with asked_of(ready), self.turn:
            return ready.answers.attribution(ready.loaded.study)

    def walk(self, **asked: Any) -> Mapping[str, Sampled]:
        """Scenario → sampled patients, the same people in each.

        Args:
            asked: what a study says under `walk:` (`patients=50_000, seed=3`); as this one says where left out.
        """
        ready = _asking(self, "walk", asked)
        with asked_of(ready), self.turn:
            return ready.answers.walked(ready.loaded.study)


def _asking(study: PreparedStudy, question: str, asked: Mapping[str, Any]) -> PreparedStudy:
    """The same study with a question asked otherwise; as it is where that is asked already and nothing else is said."""
    stated = getattr(study.loaded.study, question)
    if stated is not None and not asked:
        return study
    said = {} if stated is None else {name: getattr(stated, name) for name in stated.model_fields_set}
    return _with_question(
        study, **{question: {name: each for name, each in {**said, **asked}.items() if each is not None}}
    )


def _with_question(study: PreparedStudy, **asked: Any) -> PreparedStudy:
    """The same answers, and something else asked of them."""
    with study.loaded.placing_faults():
        return replace(study, loaded=with_question(study.loaded, **asked))


def _revised(study: PreparedStudy, loaded: LoadedStudy) -> PreparedStudy:
    """A study as it is now said to be, over the same patients and prices."""
    answers, prices, priced = study.answers, study.answers.lives.prices, study.priced
    with loaded.placing_faults():
        case = case_of(loaded, answers.case.cohort)
        needed = needed_by(case)
        same = needed.asks_as(study.needed)
        if not same:
            prices = priced.find(needed, loaded)
            others = priced.notes[: len(priced.notes) - len(priced.prices.notes)]
            priced = replace(priced, prices=prices, notes=(*others, *prices.notes))
    as_before = _as_before(study, loaded, case) if same else frozenset[str]()
    lives = Lives(case, prices, answers.lives.without_lives())
    revised = answers_of(loaded, lives, keep_patients=answers.keep_patients)
    if as_before:
        revised = replace(revised, before=answers, as_before=as_before)
    inputs = study.inputs.revised(study.loaded.files, loaded.files)
    return replace(study, loaded=loaded, answers=revised, priced=priced, inputs=inputs)


def _as_before(study: PreparedStudy, loaded: LoadedStudy, case: Case) -> frozenset[str]:
    """What of a revised case is compared as before: read of the same specs, for equal ones may hold the same in another order."""
    before, read = study.answers.case, {id(each.spec) for each in study.loaded.sources}
    edited = {
        each.spec.scenario for each in loaded.sources if isinstance(each.spec, Scenario) and id(each.spec) not in read
    }
    moved = case.pathway != before.pathway or case.timing != before.timing
    if id(loaded.sources[1].spec) not in read or moved:
        return frozenset()
    return frozenset(
        name
        for name, scenarios in case.compositions.items()
        if scenarios == before.compositions.get(name) and edited.isdisjoint(each.scenario for each in scenarios)
    )


def _unpickled(made_of: bytes) -> PreparedStudy:
    loaded, cohort, recoding, keep_patients, priced, inputs = pickle.loads(made_of)  # noqa: S301 - within a pickle that is being read
    lives = Lives(case_of(loaded, cohort), priced.prices)
    return PreparedStudy(loaded, answers_of(loaded, lives, keep_patients=keep_patients), priced, inputs, recoding)


def answers_of(loaded: LoadedStudy, lives: Lives, *, keep_patients: bool) -> Answers:
    """A study's answers, whose results are called as the study calls its scenarios."""
    titles = {name: each.title for name, each in loaded.scenarios.items() if each.title}
    return Answers(lives, keep_patients, synthetic=loaded.study.synthetic, titles=titles)


@contextmanager
def asked_of(study: PreparedStudy, *scenarios: str) -> Iterator[None]:
    """Faults leave with file, line and column; who asks is told of files that have changed, and of scenarios not compared."""
    with study.loaded.placing_faults():
        if stale := study.changed():
            warnings.warn(StudyChangedWarning(stale), stacklevel=_calls_up())
        raise_if_any((fault for name in scenarios for fault in study.answers.not_compared(name)), ComparisonFaults)
        yield


def _calls_up() -> int:
    """How many calls up, from the one that asks this, the first is that is not ours: who asks is told at their own line."""
    frame, calls = inspect.currentframe(), 0
    while (frame := frame and frame.f_back) is not None:
        calls += 1
        if frame.f_globals.get("__name__", "").partition(".")[0] not in (__package__, contextlib.__name__):
            break
    return calls
