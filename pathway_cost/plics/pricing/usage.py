"""Which rules a study uses, at which setting, and which rules must not claim one line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, NamedTuple

from pathway_cost import terms
from pathway_cost.specs.format import ADMISSION, BED_DAY, Rule, UnitCostRules

WHOLE_RECORDS: Final = "(whole records)"
PARTS_OF_RECORDS: Final = "(parts of records)"


@dataclass(frozen=True)
class PricesAsked:
    """What a study asks of an extract: which unit costs, where they are used, by whom, and after what."""

    keys: Sequence[str] = ()
    """Unit cost keys that are wanted; those without a rule are passed over."""
    sites: Sequence[tuple[str, str, str]] = ()
    """(setting, role, unit cost key) of every use. A wanted key at no site is priced but claims nothing."""
    roles_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Organisation → roles it plays; one that is absent plays every role."""
    lenders: Collection[str] = ()
    """Organisations that lend their prices to others, whatever role they play."""
    upstream: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Setting → settings before it."""
    covers: Mapping[str, str] = field(default_factory=dict)
    """Unit cost key → `whole` or `part`; part when absent."""
    follow: str | None = None
    """The unit cost key whose records are wanted one by one."""

    @property
    def organisations(self) -> frozenset[str]:
        """Organisations whose prices are asked for; none where nobody plays a role."""
        return frozenset({*self.roles_of, *self.lenders}) if self.roles_of else frozenset()


class Site(NamedTuple):
    """A rule used at a setting by a role."""

    setting: str
    role: str
    rule: str


class Pair(NamedTuple):
    """Two rules used at one setting by roles that one organisation plays."""

    organisation: str
    setting: str
    first: str
    second: str


@dataclass(frozen=True)
class Usage:
    """The rules used, in the order of the rules file, and where.

    A rule that stands at no site (the `replaced_by` key of a bundle) is priced but claims nothing. Without any site
    (prices made outside a study) the rules that cover whole records and those that cover parts stand apart at two
    made-up settings, so that `rest` has a meaning; `stated` is then False and no overlap is a fault.
    """

    rules: Mapping[str, Rule]
    sites: tuple[Site, ...]
    roles_of: Mapping[str, tuple[str, ...]]
    stated: bool

    @property
    def numbers(self) -> dict[str, int]:
        """Rule → its number in the relations."""
        return {name: number for number, name in enumerate(self.rules)}

    @property
    def alike(self) -> list[list[str]]:
        """The rules, those that pick the same records together."""
        found: dict[object, list[str]] = {}
        for name, rule in self.rules.items():
            found.setdefault((rule.feed, tuple(sorted(rule.where.items()))), []).append(name)
        return list(found.values())

    def sites_at(self, organisation: str) -> list[Site]:
        """Sites whose role the organisation plays; one that the footprint does not name plays every role."""
        roles = self.roles_of.get(organisation)
        return [site for site in self.sites if roles is None or site.role in roles]

    def rules_at(self, organisation: str) -> list[str]:
        """Rules used by the roles that the organisation plays."""
        return list(dict.fromkeys(site.rule for site in self.sites_at(organisation)))

    def companions(self, organisation: str, rest: Site) -> list[str]:
        """Rules at the setting of a `rest` rule, of its role or of a role the organisation plays; never itself."""
        at_setting = [site for site in self.sites if site.setting == rest.setting and site.rule != rest.rule]
        played = {*self.roles_of.get(organisation, [site.role for site in at_setting]), rest.role}
        return list(dict.fromkeys(site.rule for site in at_setting if site.role in played))

    def pairs(self, organisation: str) -> list[Pair]:
        """Every two rules used at one setting, unless one of them allows the overlap."""
        if not self.stated:
            return []
        at_setting: dict[str, dict[str, None]] = {}
        for site in self.sites_at(organisation):
            at_setting.setdefault(site.setting, {})[site.rule] = None
        return [
            Pair(organisation, setting, first, second)
            for setting, rules in at_setting.items()
            for first, second in combinations(rules, 2)
            if not (self.rules[first].overlap or self.rules[second].overlap)
        ]


def usage_of(rules: UnitCostRules, asked: PricesAsked) -> Usage:
    """The rules whose key is asked for or stands at a site (all rules where neither says), and their sites."""
    standing = [
        Site(setting, role, name) for setting, role, key in asked.sites if (name := rules.rule_of(key)) is not None
    ]
    named = {rules.rule_of(key) for key in asked.keys} | {site.rule for site in standing}
    used = {name: rule for name, rule in rules.rules.items() if name in named or not (asked.keys or asked.sites)}
    if standing:
        return Usage(used, tuple(dict.fromkeys(standing)), asked.roles_of, stated=True)
    return Usage(used, tuple(_made_up_site(name, asked.covers) for name in used), {}, stated=False)


def covers_of(rule_name: str, covers: Mapping[str, str]) -> str:
    """What the pathway says the rule's key covers (or one of its slope keys); part where it says nothing."""
    names = (rule_name, f"{rule_name}.{BED_DAY}", f"{rule_name}.{ADMISSION}")
    return next((covers[name] for name in names if name in covers), str(terms.Covers.PART))


def _made_up_site(name: str, covers: Mapping[str, str]) -> Site:
    whole = covers_of(name, covers) == terms.Covers.WHOLE
    return Site(WHOLE_RECORDS if whole else PARTS_OF_RECORDS, "", name)
