"""A study with entries of its specs as another run had them, all checked together as if its files said so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pathway_cost.earlier.differences import ABSENT, PATHWAY, STUDY, Edit
from pathway_cost.specs.format import Pathway, Scenario, Spec, Study
from pathway_cost.specs.reading.given_specs import given_spec
from pathway_cost.study.checked_study import LoadedStudy, checked

UNASKED: Final = ("uncertainty", "sensitivity", "walk", "attribution")
UNNAMED: Final[Mapping[str, Any]] = {"organisations": {}, "report_per": (), "evidence_sets": {}, "evidence_weights": {}}
"""Entries that move no pound, and name what the other run may lack: an organisation, a setting, a parameter."""


def with_edits(loaded: LoadedStudy, edits: Sequence[Edit], *, old: bool) -> LoadedStudy:
    """A study with entries of it, of its pathway and of its scenarios as they were in the old run, or are in the new one.

    Raises:
        SpecFaults: they do not fit.
    """
    sources = []
    for source in loaded.sources:
        here, tree = [edit for edit in edits if edit.spec == _called(source.spec)], source.spec.short()
        for edit in here:
            tree = with_entry(tree, edit.path, edit.old if old else edit.new)
        sources.append(given_spec(tree, type(source.spec), source.source.document.file) if here else source)
    return checked(loaded, sources)


def _called(spec: Spec) -> str:
    """What an edit calls a spec."""
    if isinstance(spec, Scenario):
        return spec.scenario
    return {Study: STUDY, Pathway: PATHWAY}.get(type(spec), "")


def asking_only(loaded: LoadedStudy, scenarios: Sequence[str]) -> LoadedStudy:
    """The study comparing some of its scenarios, and asking nothing else."""
    study, pathway, *others = loaded.sources
    count = len(study.spec.scenarios)
    wanted = {part for name in scenarios for part in name.split("+")}
    kept = [
        (given, each)
        for given, each in zip(study.spec.scenarios, others[:count], strict=True)
        if each.spec.scenario in wanted
    ]
    asked = {
        **dict.fromkeys(UNASKED),
        **UNNAMED,
        "scenarios": tuple(given for given, _ in kept),
        "compare": tuple(scenarios),
    }
    spec = study.spec.model_copy(update=asked)
    sources = [replace(study, spec=spec), pathway, *(each for _, each in kept), *others[count:]]
    return checked(loaded, sources)


def with_entry(tree: Any, path: Sequence[str | int], value: Any) -> Any:
    """A tree with another value at one of its entries; without the entry where the value is `ABSENT`.

    >>> with_entry({"a": {"b": 1, "c": 2}}, ("a", "b"), 3), with_entry({"a": 1, "b": 2}, ("b",), ABSENT)
    ({'a': {'b': 3, 'c': 2}}, {'a': 1})
    """
    name, rest = path[0], path[1:]
    if isinstance(tree, list):
        assert isinstance(name, int)
        return [
            with_entry(each, rest, value) if at == name and rest else value if at == name else each
            for at, each in enumerate(tree)
        ]
    inner = with_entry(tree.get(name, {}), rest, value) if rest else value
    return {each: kept for each, kept in {**tree, name: inner}.items() if kept is not ABSENT}
