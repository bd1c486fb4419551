"""From files to checked specs: a study, its pathway, scenarios and rules, every fault of a stage together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from pathway_cost.errors import PathwayCostError, Problem, SpecFaults, Where, raise_if_any
from pathway_cost.specs.changes.in_days import draws_of_another_unit, in_days, study_in_days
from pathway_cost.specs.checks.of_pathway import check_pathway
from pathway_cost.specs.checks.of_rules import check_rules
from pathway_cost.specs.checks.of_scenario import check_scenario
from pathway_cost.specs.checks.of_study import check_study
from pathway_cost.specs.checks.of_uncertainty import check_uncertainty
from pathway_cost.specs.format import Pathway, Scenario, Spec, Study, UnitCostRules
from pathway_cost.specs.reading import read_specs
from pathway_cost.specs.reading.given_specs import given_spec, is_given
from pathway_cost.specs.reading.read_specs import Loaded
from pathway_cost.study.handed_over import HandedOver, handed_over
from pathway_cost.study.named_files import (
    GIVEN,
    InMemory,
    Inputs,
    as_written,
    existing_file,
    library_home,
    pathway_file,
    pathway_name,
    rules_files,
    scenario_file,
    scenario_name,
)
from pathway_cost.study.named_tables import FileTable, FrameTable, NamedTable, SpecGiven

T = TypeVar("T")
Model = TypeVar("Model", bound=Spec)
STAGES = ("syntax", "shape", "meaning")


@dataclass(frozen=True)
class LoadedStudy:
    """A study with everything it names in YAML, checked; tables are read later."""

    path: Path | None
    """Its file; None where it was handed over as a dict."""
    study: Study
    pathway: Pathway
    scenarios: Mapping[str, Scenario]
    rules: Mapping[str, UnitCostRules]
    """Rules file as the study writes it → rules."""
    files: Inputs
    """Every spec that was read, by what a run record calls it."""
    notes: tuple[Problem, ...]
    sources: tuple[Loaded[Any], ...] = ()
    tables: Mapping[str, FrameTable] = field(default_factory=dict)
    """Key in the study → the frame that stands there."""

    def __repr__(self) -> str:
        """Its name and what it compares, never a row of a frame."""
        return f"LoadedStudy of {self.study.study}: {', '.join([self.pathway.pathway, *self.scenarios])}"

    @property
    def folder(self) -> Path:
        """The folder from which paths in the study start: its own, or the one you stand in."""
        return Path() if self.path is None else self.path.parent

    @property
    def recorded_as(self) -> str:
        """What a run record calls the study itself."""
        return f"{GIVEN}study" if self.path is None else self.path.name

    @property
    def in_memory(self) -> Inputs:
        """Everything that was handed over in memory, by what a run record calls it."""
        specs = {name: each for name, each in self.files.items() if not isinstance(each, Path)}
        return {**specs, **{name: each for table in self.tables.values() for name, each in table.inputs.items()}}

    def table(self, given: str) -> NamedTable:
        """A table that the study names: a frame by its key in the study, else a file."""
        return self.tables.get(given) or FileTable(given, self.folder)

    def place(self, problem: Problem) -> Problem:
        """The same problem with file, line and column, where a file of the study holds its item.

        An item that begins with the name of a scenario (`day_case.changes.0`) is of that scenario's file.
        """
        placed = _placed(problem, self.sources)
        item = problem.where.item
        if placed is not problem or item is None or problem.where.file is not None:
            return placed
        name = item.partition(".")[0]
        file = None if self.path is None else str(self.path)
        return replace(problem, where=Where(file, item=item)) if name in Study.model_fields else problem

    @contextmanager
    def placing_faults(self) -> Iterator[None]:
        """Faults raised inside leave with file, line and column, where a file of the study holds their item."""
        try:
            yield
        except PathwayCostError as error:
            raise type(error)(map(self.place, error.problems), stage=error.stage) from None


StudyGiven = LoadedStudy | str | Path | Mapping[str, Any]
"""A study: loaded before, in a file, or as a dict."""


def load_study(given: str | Path | Mapping[str, Any]) -> LoadedStudy:
    """Read a study and all it names.

    Args:
        given: the study's YAML file, from whose folder its paths start; or its text, or the same content as a dict, in which frames and
            objects may stand where a study names files, and paths start from the folder you stand in. A table is any
            dataframe (pandas, polars, Arrow, …): `"cohort": frame` or `{"file": frame, "columns": …}`,
            `"unit_costs": [{"table": frame}]` or a UnitCosts, `"mff": frame`, `{"price_index": {"file": frame}}`,
            `{"uncertainty": {"table": frame}}`. A pathway and scenarios are whatever `load_pathway` and `load_scenario` take.

    Returns:
        The checked specs. No table is read; frames are copied.

    Raises:
        SpecFaults: with every fault of the first stage (syntax, shape, meaning) that has any, each with file and line, or
            the item of a dict.
        TableFaults: a frame that is no table.
    """
    path = None if is_given(given) else Path(cast("str | Path", given))
    handed = handed_over(given) if isinstance(given, Mapping) else HandedOver()
    study = read_specs.load_study_file(path) if path is not None else given_spec(handed.tree or given, Study)
    return _Reading(path, study, handed).checked()


def checked(loaded: LoadedStudy, sources: Sequence[Loaded[Any]]) -> LoadedStudy:
    """A study's specs, as they were read or have been edited in memory since → the study, checked and in days.

    Args:
        loaded: the study as it was.
        sources: the study, its pathway, its scenarios and its rules.

    Raises:
        SpecFaults: whatever the specs mean that cannot be.
    """
    study, pathway, *others = sources
    scenarios = [each for each in others if isinstance(each.spec, Scenario)]
    rules = dict(zip(loaded.rules, others[len(scenarios) :], strict=True))
    notes = raise_if_any(_meaning(study, pathway, scenarios, rules), SpecFaults, stage="meaning")
    days = in_days(pathway.spec, [each.spec for each in scenarios])
    return replace(
        loaded,
        study=study_in_days(study.spec, days.units),
        pathway=days.pathway,
        scenarios={each.scenario: each for each in days.scenarios},
        files=_recorded(loaded, sources),
        notes=notes,
        sources=tuple(sources),
    )


def _recorded(loaded: LoadedStudy, sources: Sequence[Loaded[Any]]) -> Inputs:
    """What a run record calls each spec; one edited in memory is no longer its file."""
    names = {id(source): name for source, name in zip(loaded.sources, loaded.files, strict=True)}
    found: dict[str, Path | InMemory] = {}
    for each in sources:
        name = names.get(id(each))
        found |= {f"{GIVEN}{_called(each.spec)}": SpecGiven(each.spec)} if name is None else {name: loaded.files[name]}
    return found


def _called(spec: Spec) -> str:
    return spec.scenario if isinstance(spec, Scenario) else spec.pathway if isinstance(spec, Pathway) else "study"


class _Reading:
    """All that one study names in YAML, or has handed over in its place."""

    def __init__(self, path: Path | None, study: Loaded[Study], handed: HandedOver) -> None:
        self.path, self.study, self.handed = path, study, handed
        self.folder = Path() if path is None else path.parent

    def checked(self) -> LoadedStudy:
        """The study with its pathway, scenarios and rules. Raises SpecFaults."""
        faults, spec = _Faults(), self.study.spec
        pathway = faults.gather(partial(self._spec, spec.pathway, Pathway, self._pathway_file))
        scenarios = [
            faults.gather(partial(self._spec, given, Scenario, partial(self._scenario_file, number, pathway)))
            for number, given in enumerate(spec.scenarios)
            if pathway is not None or given in self.handed.specs or (self.folder / given).is_file()
        ]
        rules = {
            given: faults.gather(partial(self._spec, given, UnitCostRules, partial(self._rules_file, item)))
            for given, item in rules_files(spec).items()
        }
        faults.raise_first_stage()
        assert pathway is not None
        amended = [scenario for scenario in scenarios if scenario is not None]
        priced = {given: loaded for given, loaded in rules.items() if loaded is not None}
        sources: tuple[Loaded[Any], ...] = (self.study, pathway, *amended, *priced.values())
        loaded = LoadedStudy(
            path=self.path,
            study=spec,
            pathway=pathway.spec,
            scenarios={},
            rules={given: loaded.spec for given, loaded in priced.items()},
            files=self._inputs(sources),
            notes=(),
            sources=sources,
            tables=self.handed.tables,
        )
        return checked(loaded, sources)

    def _spec(self, given: str, model: type[Model], file_of: Callable[[str], Path]) -> Loaded[Model]:
        """What the study names: handed over, or in a file."""
        if given in self.handed.specs:
            return given_spec(self.handed.specs[given], model, given)
        return read_specs.load_spec(file_of(given), model)

    def _pathway_file(self, given: str) -> Path:
        return pathway_file(given, self.folder, self.study)

    def _scenario_file(self, number: int, pathway: Loaded[Pathway] | None, _given: str) -> Path:
        beside = self.folder if pathway is None else self._home(pathway)[1].parent / "scenarios"
        return scenario_file(number, self.folder, beside, self.study)

    def _rules_file(self, item: str, given: str) -> Path:
        return existing_file(item, given, self.folder, self.study)

    def _home(self, pathway: Loaded[Pathway]) -> tuple[str, Path]:
        """What a run record calls the pathway's file, and the file; of one handed over, the library's of its name."""
        given = self.study.spec.pathway
        if given in self.handed.specs:
            return library_home(pathway.spec.pathway)
        return pathway_name(given, self.folder), Path(pathway.source.path)

    def _inputs(self, sources: Sequence[Loaded[Any]]) -> Inputs:
        """The specs of a study, its pathway, scenarios and rules, by what a run record calls them."""
        spec, rules, (_, pathway, *others) = self.study.spec, rules_files(self.study.spec), sources
        home, _ = self._home(pathway)
        scenarios = zip(spec.scenarios, others, strict=False)
        names = [home, *(scenario_name(given, _file(each), self.folder, home) for given, each in scenarios)]
        names += map(as_written, rules)
        found: dict[str, Path | InMemory] = {}
        for given, name, loaded in zip([spec.pathway, *spec.scenarios, *rules], names, sources[1:], strict=True):
            in_memory = given in self.handed.specs
            found |= {f"{GIVEN}{given}": SpecGiven(loaded.spec)} if in_memory else {name: _file(loaded)}
        own = {f"{GIVEN}study": SpecGiven(spec)} if self.path is None else {self.path.name: self.path}
        return {**own, **found}


def _file(loaded: Loaded[Any]) -> Path:
    return Path(loaded.source.path)


def _meaning(
    study: Loaded[Study],
    pathway: Loaded[Pathway],
    scenarios: list[Loaded[Scenario]],
    rules: Mapping[str, Loaded[UnitCostRules]],
) -> Iterable[Problem]:
    """All meaning checks, each problem placed in its file."""
    sources: tuple[Loaded[Any], ...] = (study, pathway, *scenarios)
    days = in_days(pathway.spec, [loaded.spec for loaded in scenarios])
    specs = {scenario.scenario: scenario for scenario in days.scenarios}
    yield from map(pathway.source.place, check_pathway(pathway.spec))
    alone = {fault for loaded in scenarios for fault in in_days(pathway.spec, [loaded.spec]).problems}  # told with each
    together = (fault for fault in days.problems if fault not in alone)
    for problem in (*days.notes, *together, *draws_of_another_unit(study.spec, days.units)):
        yield _placed(problem, sources)
    for loaded in scenarios:
        yield from map(loaded.source.place, check_scenario(pathway.spec, loaded.spec))
    for loaded_rules in rules.values():
        yield from map(loaded_rules.source.place, check_rules(loaded_rules.spec, pathway.spec))
    yield from _repeated(study, scenarios)
    in_its_words = study_in_days(study.spec, days.units)
    yield from map(study.source.place, check_study(in_its_words, days.pathway, specs))
    for problem in check_uncertainty(in_its_words, days.pathway, specs):
        yield _placed(problem, sources)


def _placed(problem: Problem, sources: Iterable[Loaded[Any]]) -> Problem:
    """The problem where the file that holds its item says it; the problem itself where none does."""
    item = problem.where.item
    if item is None or problem.where.file is not None:
        return problem
    name, _, rest = item.partition(".")
    for loaded in sources:
        if isinstance(loaded.spec, Scenario) and loaded.spec.scenario == name:
            return loaded.source.place(replace(problem, where=Where(item=rest or None)))
    holding = [loaded.source for loaded in sources if name in loaded.source.document.tree]
    return max(holding, key=lambda source: len(source.document.path_of((item,)))).place(problem) if holding else problem


def _repeated(study: Loaded[Study], scenarios: list[Loaded[Scenario]]) -> Iterable[Problem]:
    """A scenario file listed twice, or two that carry one name."""
    seen: dict[str, Loaded[Scenario]] = {}
    for loaded in scenarios:
        name, file = loaded.spec.scenario, loaded.source.path
        if name in seen and seen[name].source.path == file:
            twice = Problem("scenario_listed_twice", f"{Path(file).name} is listed twice", Where(item="scenarios"))
            yield study.source.place(replace(twice, remedy="take one out"))
        elif name in seen:
            what = f"the scenario {name!r} is also the name of {seen[name].source.path}"
            same = Problem("scenario_named_twice", what, Where(item="scenario"), remedy="rename one of them")
            yield loaded.source.place(same)
        seen[name] = loaded


class _Faults:
    """Faults of several files, raised stage by stage."""

    def __init__(self) -> None:
        self.found: list[SpecFaults] = []

    def gather(self, read: Callable[[], T]) -> T | None:
        """Read one file; keep its faults for later."""
        try:
            return read()
        except SpecFaults as faults:
            self.found.append(faults)
            return None

    def raise_first_stage(self) -> None:
        """Raise all faults of the earliest stage that has any."""
        for stage in STAGES:
            problems = [problem for faults in self.found if faults.stage == stage for problem in faults.problems]
            if problems:
                raise SpecFaults(problems, stage=stage)


def loaded_study(study: StudyGiven) -> LoadedStudy:
    """A study that was loaded before, or the one at a path or in a dict."""
    return study if isinstance(study, LoadedStudy) else load_study(study)
