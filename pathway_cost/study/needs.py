"""What all scenarios of a study ask for together: pathways, footprints, prices, and who uses them where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from pathway_cost.engine.model import Case, Footprint, Scenarios, borne_uses, changed_footprint, prices_wanted
from pathway_cost.specs.format import Pathway, UnitCostDeclared, level_attributes, reached_from, ways_out


@dataclass(frozen=True, repr=False)
class Needed:
    """What all scenarios together ask of the price sets."""

    names: tuple[str, ...]
    """Scenarios in force, joined by +; the baseline's is empty and first."""
    pathways: tuple[Pathway, ...]
    footprints: tuple[Footprint, ...]
    wanted: frozenset[tuple[str, str]]

    def asks_as(self, other: Needed) -> bool:
        """Whether it asks the sets for just what the other does, so that they answer with the same prices."""
        asked = ((each.wanted, each.declared, each.bundles, each.levels, each.kinds) for each in (self, other))
        return next(asked) == next(asked)

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
    def levels(self) -> dict[str, tuple[str, ...]]:
        """Attribute → its levels."""
        return level_attributes(self.pathways[0])

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


def needed_by(case: Case) -> Needed:
    """Pathway, footprint and prices under every set of scenarios that some patients of a case live under."""
    under = (lived_under(case, scenarios) for scenarios in case.compositions.values())
    lived = dict.fromkeys([(), *chain.from_iterable(under)])
    revised = [case.revised(scenarios) for scenarios in lived]
    footprints = [changed_footprint(case.footprint, each.footprint) for each in revised]
    wanted = [prices_wanted(each.pathway, played) for each, played in zip(revised, footprints, strict=True)]
    return Needed(
        names=tuple("+".join(scenario.scenario for scenario in scenarios) for scenarios in lived),
        pathways=tuple(each.pathway for each in revised),
        footprints=tuple(footprints),
        wanted=frozenset().union(*wanted),
    )


def lived_under(case: Case, scenarios: Scenarios) -> list[Scenarios]:
    """The sets of scenarios that arms of a composition live under, the whole composition among them."""
    by_name = {scenario.scenario: scenario for scenario in scenarios}
    arms = case.split(scenarios).whole.arms
    return [scenarios, *(tuple(by_name[name] for name in arm.scenarios) for arm in arms)]


def sites_used(needed: Needed) -> list[tuple[str, str, str]]:
    """(setting, role, unit cost key) of every priced use, each once.

    A setting that uses other keys under some scenarios is a site of its own there (`surgery [day_case]`): what only
    stands in for another price is not claimed beside it.
    """
    baseline = _keys_at(needed.pathways[0])
    sites: dict[tuple[str, str, str], None] = {}
    for name, pathway in zip(needed.names, needed.pathways, strict=True):
        keys = _keys_at(pathway)
        for use in borne_uses(pathway):
            same = keys[use.setting] == baseline.get(use.setting)
            sites[use.setting if same else f"{use.setting} [{name}]", use.role, use.unit_cost] = None
    return list(sites)


def _keys_at(pathway: Pathway) -> dict[str, set[str]]:
    keys: dict[str, set[str]] = {}
    for use in borne_uses(pathway):
        keys.setdefault(use.setting, set()).add(use.unit_cost)
    return keys


def roles_of(needed: Needed) -> dict[str, tuple[str, ...]]:
    """Organisation → every role it plays somewhere."""
    roles: dict[str, dict[str, None]] = {}
    for footprint in needed.footprints:
        for played in footprint.values():
            for role, organisation in played.items():
                roles.setdefault(organisation, {})[role] = None
    return {organisation: tuple(played) for organisation, played in roles.items()}


def upstream(pathways: Iterable[Pathway]) -> dict[str, frozenset[str]]:
    """Setting → the settings a patient may have passed before."""
    before: dict[str, frozenset[str]] = {}
    for pathway in pathways:
        for origin in pathway.routes:
            for reached in reached_from(pathway, ways_out(pathway)[origin]):
                before[reached] = before.get(reached, frozenset()) | {origin}
    return before
