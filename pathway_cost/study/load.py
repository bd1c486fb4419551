"""From files to checked specs: a study, its pathway, scenarios and rules, every fault of a stage together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pathway_cost.errors import PathwayCostError, Problem, Severity, SpecFaults, Where, raise_if_any
from pathway_cost.specs.changes.in_days import draws_of_another_unit, in_days, study_in_days
from pathway_cost.specs.checks.of_pathway import check_pathway
from pathway_cost.specs.checks.of_rules import check_rules
from pathway_cost.specs.checks.of_scenario import check_scenario
from pathway_cost.specs.checks.of_study import check_study
from pathway_cost.specs.checks.of_uncertainty import check_uncertainty
from pathway_cost.specs.format import Pathway, Scenario, Study, UnitCostRules
from pathway_cost.specs.reading import read_specs
from pathway_cost.specs.reading.read_specs import Loaded
from pathway_cost.study.named_files import (
    Inputs,
    as_written,
    existing_file,
    library_pathway,
    pathway_beside,
    pathway_file,
    pathway_name,
    rules_files,
    scenario_file,
    scenario_name,
)

T = TypeVar("T")
STAGES = ("syntax", "shape", "meaning")


@dataclass(frozen=True)
class LoadedStudy:
    """A study with everything it names in YAML, checked; tables are read later."""

    path: Path
    study: Study
    pathway: Pathway
    scenarios: Mapping[str, Scenario]
    rules: Mapping[str, UnitCostRules]
    """Rules file as the study writes it → rules."""
    files: Inputs
    """Every spec file that was read, by what a run record calls it."""
    notes: tuple[Problem, ...]
    sources: tuple[Loaded[Any], ...] = ()

    @property
    def folder(self) -> Path:
        """The folder from which paths in the study start."""
        return self.path.parent

    def place(self, problem: Problem) -> Problem:
        """The same problem with file, line and column, where a file of the study holds its item.

        An item that begins with the name of a scenario (`day_case.changes.0`) is of that scenario's file.
        """
        placed = _placed(problem, self.sources)
        item = problem.where.item
        if placed is not problem or item is None or problem.where.file is not None:
            return placed
        name = item.partition(".")[0]
        return replace(problem, where=Where(str(self.path), item=item)) if name in Study.model_fields else problem

    @contextmanager
    def placing_faults(self) -> Iterator[None]:
        """Faults raised inside leave with file, line and column, where a file of the study holds their item."""
        try:
            yield
        except PathwayCostError as error:
            raise type(error)(map(self.place, error.problems), stage=error.stage) from None


def load_study(path: str | Path) -> LoadedStudy:
    """Read a study and all it names.

    Args:
        path: the study's YAML file; paths in it are relative to its folder.

    Returns:
        The checked specs. No table is read.

    Raises:
        SpecFaults: with every fault of the first stage (syntax, shape, meaning) that has any, each with file and line.
    """
    path = Path(path)
    study = read_specs.load_study_file(path)
    faults = _Faults()
    pathway = faults.gather(lambda: read_specs.load_pathway(pathway_file(study.spec.pathway, path.parent, study)))
    scenarios = [
        faults.gather(partial(_scenario, number, path.parent, pathway, study))
        for number, given in enumerate(study.spec.scenarios)
        if pathway is not None or (path.parent / given).is_file()
    ]
    rules = {
        given: faults.gather(partial(_rules, item, given, path.parent, study))
        for given, item in rules_files(study.spec).items()
    }
    faults.raise_first_stage()
    assert pathway is not None
    amended = [scenario for scenario in scenarios if scenario is not None]
    priced = {given: loaded for given, loaded in rules.items() if loaded is not None}
    notes = raise_if_any(_meaning(study, pathway, amended, priced), SpecFaults, stage="meaning")
    sources: tuple[Loaded[Any], ...] = (study, pathway, *amended, *priced.values())
    days = in_days(pathway.spec, [loaded.spec for loaded in amended])
    return LoadedStudy(
        path=path,
        study=study_in_days(study.spec, days.units),
        pathway=days.pathway,
        scenarios={scenario.scenario: scenario for scenario in days.scenarios},
        rules={given: loaded.spec for given, loaded in priced.items()},
        files=_by_name(path, study.spec, sources),
        notes=notes,
        sources=sources,
    )


def rechecked(loaded: LoadedStudy, sources: Sequence[Loaded[Any]]) -> LoadedStudy:
    """A study whose specs have been edited in memory, checked as if they had been read from its files.

    Args:
        loaded: the study as it was.
        sources: the study, its pathway, its scenarios and its rules, edited.

    Raises:
        SpecFaults: whatever the edited specs mean that cannot be.
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
        notes=notes,
        sources=tuple(sources),
    )


def _by_name(path: Path, study: Study, sources: Sequence[Loaded[Any]]) -> dict[str, Path]:
    """The files of a study, its pathway, scenarios and rules, by what a run record calls them."""
    files = [Path(loaded.source.path) for loaded in sources]
    pathway = pathway_name(study.pathway, path.parent)
    scenarios = zip(study.scenarios, files[2:], strict=False)
    names = [path.name, pathway, *(scenario_name(given, file, path.parent, pathway) for given, file in scenarios)]
    return dict(zip([*names, *map(as_written, rules_files(study))], files, strict=True))


def load_pathway(given: str | Path | Mapping[str, Any]) -> Pathway:
    """Read and check a pathway: a library name, a YAML file, or a mapping.

    Args:
        given: `"elective_knee"`, a path to a YAML file, or the same content as a dict.

    Returns:
        The checked pathway.

    Raises:
        SpecFaults: every fault of the first stage that has any.

    >>> load_pathway("elective_knee").pathway
    'elective_knee'
    """
    if isinstance(given, Mapping):
        pathway = read_specs.from_mapping(given, Pathway)
        raise_if_any(check_pathway(pathway), SpecFaults, stage="meaning")
        return pathway
    loaded = read_specs.load_pathway(pathway_file(str(given), Path(), None))
    raise_if_any(map(loaded.source.place, check_pathway(loaded.spec)), SpecFaults, stage="meaning")
    return loaded.spec


def load_scenario(given: str | Path | Mapping[str, Any], pathway: Pathway | None = None) -> Scenario:
    """Read a scenario: a YAML file or a mapping; checked against a pathway when one is given.

    Raises:
        SpecFaults: every fault of the first stage that has any.

    >>> load_scenario({"scenario": "nothing", "amends": "elective_knee"}).changes
    ()
    """
    if isinstance(given, Mapping):
        scenario = read_specs.from_mapping(given, Scenario)
        problems: Iterable[Problem] = check_scenario(pathway, scenario) if pathway is not None else ()
    else:
        loaded = read_specs.load_scenario(Path(given))
        scenario = loaded.spec
        problems = map(loaded.source.place, check_scenario(pathway, scenario)) if pathway is not None else ()
    raise_if_any(problems, SpecFaults, stage="meaning")
    return scenario


def is_study(path: Path) -> bool:
    """Whether a file says that it is a study."""
    tree = read_specs.load_document(path).tree
    return isinstance(tree, dict) and "study" in tree


def check_file(path: str | Path) -> tuple[Problem, ...]:
    """Check one pathway, scenario or rules file (known by the key it carries) by itself.

    Returns:
        Warnings and notes.

    Raises:
        SpecFaults: every fault of the first stage that has any.
    """
    path = Path(path)
    document = read_specs.load_document(path)
    keys = set(document.tree) if isinstance(document.tree, dict) else set()
    if "scenario" in keys:
        loaded = read_specs.load_scenario(path)
        pathway = pathway_beside(path) or library_pathway(loaded.spec.amends)
        problems = check_scenario(pathway, loaded.spec) if pathway is not None else [_not_compared(loaded.spec.amends)]
        return raise_if_any(map(loaded.source.place, problems), SpecFaults, stage="meaning")
    if "rules" in keys:
        read_specs.load_rules(path)
        return ()
    loaded_pathway = read_specs.load_pathway(path)
    problems = [*check_pathway(loaded_pathway.spec), *in_days(loaded_pathway.spec).notes]
    return raise_if_any(map(loaded_pathway.source.place, problems), SpecFaults, stage="meaning")


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


def _scenario(number: int, folder: Path, pathway: Loaded[Pathway] | None, study: Loaded[Study]) -> Loaded[Scenario]:
    return read_specs.load_scenario(scenario_file(number, folder, pathway, study))


def _rules(item: str, given: str, folder: Path, study: Loaded[Study]) -> Loaded[UnitCostRules]:
    return read_specs.load_rules(existing_file(item, given, folder, study))


def _not_compared(pathway: str) -> Problem:
    what = f"the pathway {pathway!r} is neither beside the scenario nor in the library, so its names are not checked"
    remedy = "check the study instead"
    return Problem("names_not_checked", what, Where(item="amends"), remedy=remedy, severity=Severity.NOTE)


def loaded_study(study: LoadedStudy | str | Path) -> LoadedStudy:
    """A study that was loaded before, or the one at a path."""
    return study if isinstance(study, LoadedStudy) else load_study(study)
