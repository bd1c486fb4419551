"""A pathway or scenario by itself, whatever it comes in; and a file of either checked alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from pathway_cost.errors import Problem, Severity, SpecFaults, Where, raise_if_any
from pathway_cost.specs.changes.in_days import in_days
from pathway_cost.specs.checks.of_scenario import check_pathway, check_scenario
from pathway_cost.specs.format import Pathway, Scenario
from pathway_cost.specs.reading import read_specs
from pathway_cost.specs.reading.given_specs import given_spec, is_given
from pathway_cost.study.named_files import library_pathway, pathway_beside, pathway_file


class Graph(Protocol):
    """A `networkx.DiGraph`."""

    def is_directed(self) -> bool:
        """Whether its edges have a direction."""

    def is_multigraph(self) -> bool:
        """Whether two edges may join the same two nodes."""


PathwayGiven = Pathway | str | Path | Mapping[str, Any] | Graph
"""A pathway: loaded before, its library name, path or YAML text, a dict, or a graph."""
ScenarioGiven = Scenario | str | Path | Mapping[str, Any]
"""A scenario: loaded before, its path or YAML text, or a dict."""


def load_pathway(given: PathwayGiven) -> Pathway:
    """Read and check a pathway.

    Args:
        given: a library name (`"elective_knee"`), a path to a YAML file, YAML text, the same content as a dict, a pathway,
            or a `networkx.DiGraph`: nodes with what settings and ends say, edges with `share` and what else a route takes,
            the graph itself with all else (`pathway`, `roles`, `unit_costs`, `start`, `ends`, …; without `ends`, nodes
            that no edge leaves).

    Returns:
        The checked pathway; `to_yaml()` and `to_graph()` give it back as text and as a graph.

    Raises:
        SpecFaults: every fault of the first stage that has any.

    >>> pathway = load_pathway("elective_knee")
    >>> load_pathway(pathway.to_yaml()) == load_pathway(pathway.to_graph()) == pathway
    True
    """
    if is_given(given):
        loaded = given_spec(given, Pathway)
    else:
        loaded = read_specs.load_pathway(pathway_file(str(given), Path(), None))
    raise_if_any(map(loaded.source.place, check_pathway(loaded.spec)), SpecFaults, stage="meaning")
    return loaded.spec


def load_scenario(given: ScenarioGiven, pathway: PathwayGiven | None = None) -> Scenario:
    """Read a scenario: a YAML file, YAML text, a dict or a scenario; checked against a pathway when one is given, in whatever form.

    Raises:
        SpecFaults: every fault of the first stage that has any.

    >>> load_scenario({"scenario": "nothing", "amends": "elective_knee"}).changes
    ()
    """
    loaded = given_spec(given, Scenario) if is_given(given) else read_specs.load_scenario(str(given))
    if pathway is not None:
        amended = pathway if isinstance(pathway, Pathway) else load_pathway(pathway)
        raise_if_any(map(loaded.source.place, check_scenario(amended, loaded.spec)), SpecFaults, stage="meaning")
    return loaded.spec


def specs_of(
    pathway: PathwayGiven, scenarios: ScenarioGiven | Iterable[ScenarioGiven]
) -> tuple[Pathway, list[Scenario]]:
    """A pathway and the scenarios that amend it: those loaded before as they are, others read and checked.

    Raises:
        SpecFaults: specs that cannot be; a scenario given twice.
    """
    given = pathway if isinstance(pathway, Pathway) else load_pathway(pathway)
    several = [scenarios] if isinstance(scenarios, Scenario | str | Path | Mapping) else scenarios
    found = [each if isinstance(each, Scenario) else load_scenario(each, given) for each in several]
    twice = [name for name, count in Counter(each.scenario for each in found).items() if count > 1]
    raise_if_any(map(_given_twice, twice), SpecFaults, stage="meaning")
    return given, found


def _given_twice(scenario: str) -> Problem:
    what = f"the scenario {scenario!r} is given twice: its changes would be made twice"
    return Problem("scenario_listed_twice", what, Where(item="scenarios"), remedy="take one out")


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


def _not_compared(pathway: str) -> Problem:
    what = f"the pathway {pathway!r} is neither beside the scenario nor in the library, so its names are not checked"
    remedy = "check the study instead"
    return Problem("names_not_checked", what, Where(item="amends"), remedy=remedy, severity=Severity.NOTE)
