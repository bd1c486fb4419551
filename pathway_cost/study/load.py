"""From files to checked specs: a study, its pathway, scenarios and rules, every fault of a stage together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from pathway_cost.errors import SpecFaults
from pathway_cost.specs.format import Pathway, Scenario, Spec, Study, UnitCostRules
from pathway_cost.specs.reading import read_specs
from pathway_cost.specs.reading.given_specs import given_spec, is_given
from pathway_cost.specs.reading.read_specs import Loaded
from pathway_cost.study.checked_study import LoadedStudy, checked
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
from pathway_cost.study.named_tables import SpecGiven

__all__ = ["LoadedStudy", "StudyGiven", "load_study", "loaded_study"]

T = TypeVar("T")
Model = TypeVar("Model", bound=Spec)
STAGES = ("syntax", "shape", "meaning")


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
        The checked specs. No table is read; frames are copied, and of the patients' nothing is kept that the pathway does not read.

    Raises:
        SpecFaults: with every fault of the first stage (syntax, shape, meaning) that has any, each with file and line, or
            the item of a dict.
        TableFaults: a frame that is no table.
    """
    path = None if is_given(given) else Path(cast("str | Path", given))
    handed = handed_over(given) if isinstance(given, Mapping) else HandedOver()
    study = read_specs.load_study_file(path) if path is not None else given_spec(handed.tree or given, Study)
    return _Reading(path, study, handed).checked()


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
            tables=self.handed.tables_read(spec, pathway.spec),
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
