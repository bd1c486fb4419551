"""A study and all that it names as specs, checked together; and where its faults stand."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pathway_cost.errors import PathwayCostError, Problem, SpecFaults, Where, first_few, raise_if_any
from pathway_cost.specs.changes.in_days import draws_of_another_unit, in_days, study_in_days
from pathway_cost.specs.checks.of_rules import check_rules
from pathway_cost.specs.checks.of_scenario import check_pathway, check_scenario
from pathway_cost.specs.checks.of_study import check_study
from pathway_cost.specs.checks.of_uncertainty import check_uncertainty
from pathway_cost.specs.format import Pathway, Scenario, Spec, Study, UnitCostRules
from pathway_cost.specs.reading.read_specs import Loaded
from pathway_cost.study.named_files import GIVEN, InMemory, Inputs
from pathway_cost.study.named_tables import FileTable, FrameTable, NamedTable, SpecGiven
from pathway_cost.study.read_inputs import ReadInputs


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
    read: ReadInputs = field(default_factory=ReadInputs)
    """The specs as they were read, whatever was edited in memory since."""

    def __repr__(self) -> str:
        """Its name and what it compares, never a row of a frame."""
        return f"LoadedStudy of {self.study.study}: {first_few([self.pathway.pathway, *self.scenarios])}"

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

    @property
    def stated(self) -> dict[str, Any]:
        """What its pathway and each of its scenarios state, as a file would say it."""
        scenarios = {each.spec.scenario: each.spec.short() for each in self.sources if isinstance(each.spec, Scenario)}
        return {"pathway": self.sources[1].spec.short(), "scenarios": scenarios}

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
        read=loaded.read if loaded.read.files else ReadInputs.of(loaded.files),
    )


def _recorded(loaded: LoadedStudy, sources: Sequence[Loaded[Any]]) -> Inputs:
    """What a run record calls each spec; one edited in memory is no longer its file."""
    names = {id(source): name for source, name in zip(loaded.sources, loaded.files, strict=True)}
    kept = {names[id(each)] for each in sources if id(each) in names}
    found: dict[str, Path | InMemory] = {}
    for each in sources:
        name = names.get(id(each))
        if name is None:
            free = (f"{GIVEN}{called}" for called in _called(each.spec))
            found[next(each for each in free if each not in kept | found.keys())] = SpecGiven(each.spec)
        else:
            found[name] = loaded.files[name]
    return found


def _called(spec: Spec) -> Iterator[str]:
    """What a spec may be called, the shortest first."""
    kind, name = "study", "study"
    if isinstance(spec, Scenario | Pathway):
        kind, name = ("scenario", spec.scenario) if isinstance(spec, Scenario) else ("pathway", spec.pathway)
    yield name
    yield f"{kind} {name}"
    yield from (f"{kind} {name} {number}" for number in itertools.count(2))


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
