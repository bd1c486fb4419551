"""What all scenarios of a study ask for together: pathways, footprints, prices, and who uses them where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pathway_cost.engine.arms import split_into_arms
from pathway_cost.engine.wanted import borne_uses, changed_footprint, prices_wanted
from pathway_cost.specs.names import reached_from, ways_out
from pathway_cost.specs.pathway import Pathway, UnitCostDeclared
from pathway_cost.specs.revise import revise_all
from pathway_cost.specs.scenario import Scenario
from pathway_cost.tables.cohort import CodedCohort

Footprint = Mapping[str, Mapping[str, str]]
Scenarios = tuple[Scenario, ...]


@dataclass(frozen=True)
class Needed:
    """What all scenarios together ask of the price sets."""

    pathways: tuple[Pathway, ...]
    footprints: tuple[Footprint, ...]
    wanted: frozenset[tuple[str, str]]

    @property
    def declared(self) -> dict[str, UnitCostDeclared]:
        """Every key that any pathway declares; the baseline's word holds."""
        merged: dict[str, UnitCostDeclared] = {}
        for pathway in reversed(self.pathways):
            merged |= pathway.unit_costs
        return merged

    @property
    def bundles(self) -> dict[str, str]:
        """Bundle → the key that replaces it."""
        return {name: bundle.replaced_by for pathway in self.pathways for name, bundle in pathway.bundles.items()}

    @property
    def kinds(self) -> dict[str, str]:
        """Organisation → kind, by the first role it plays."""
        kinds: dict[str, str] = {}
        for pathway, footprint in zip(self.pathways, self.footprints, strict=True):
            for roles in footprint.values():
                for role, organisation in roles.items():
                    if role in pathway.roles:
                        kinds.setdefault(organisation, str(pathway.roles[role].kind))
        return kinds


def needed_by(
    pathway: Pathway,
    compositions: Iterable[Scenarios],
    footprint: Footprint,
    cohort: CodedCohort,
    uptake_year: str | None,
) -> Needed:
    """Pathway, footprint and prices under every set of scenarios that some patients live under."""
    lived = dict.fromkeys([(), *(under for given in compositions for under in lived_under(given, cohort, uptake_year))])
    revised = [revise_all(pathway, scenarios) for scenarios in lived]
    footprints = [changed_footprint(footprint, each.footprint) for each in revised]
    wanted = [prices_wanted(each.pathway, played) for each, played in zip(revised, footprints, strict=True)]
    return Needed(tuple(each.pathway for each in revised), tuple(footprints), frozenset().union(*wanted))


def lived_under(scenarios: Scenarios, cohort: CodedCohort, uptake_year: str | None) -> list[Scenarios]:
    """The sets of scenarios that arms of a composition live under, the whole composition among them."""
    by_name = {scenario.scenario: scenario for scenario in scenarios}
    arms = split_into_arms(scenarios, cohort.segments, uptake_year).arms
    return [scenarios, *(tuple(by_name[name] for name in arm.scenarios) for arm in arms)]


def sites_used(pathways: Iterable[Pathway]) -> list[tuple[str, str, str]]:
    """(setting, role, unit cost key) of every priced use, over all pathways, each once."""
    uses = [use for pathway in pathways for use in borne_uses(pathway)]
    return list(dict.fromkeys((use.setting, use.role, use.unit_cost) for use in uses))


def roles_of(needed: Needed) -> dict[str, tuple[str, ...]]:
    """Organisation → every role it plays somewhere."""
    roles: dict[str, dict[str, None]] = {}
    for footprint in needed.footprints:
        for played in footprint.values():
            for role, organisation in played.items():
                roles.setdefault(organisation, {})[role] = None
    return {organisation: tuple(played) for organisation, played in roles.items()}


def upstream(pathways: Sequence[Pathway]) -> dict[str, frozenset[str]]:
    """Setting → the settings a patient may have passed before."""
    before: dict[str, frozenset[str]] = {}
    for pathway in pathways:
        for origin in pathway.routes:
            for reached in reached_from(pathway, ways_out(pathway)[origin]):
                before[reached] = before.get(reached, frozenset()) | {origin}
    return before
