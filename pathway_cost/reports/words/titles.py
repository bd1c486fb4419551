"""What things are called on paper: titles from the pathways, or the names of the files as headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from pathway_cost.reports.words.words import is_missing, title
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.frames import RunResult

ROLE_COLOURS = ("#005eb8", "#00786f", "#7a4988", "#a85400", "#4c6272", "#a2315b", "#3b7a22", "#776000")
END_COLOUR = "#8a979f"
KEYS = re.compile(r"(?<=for )[a-z][a-z0-9_]*|(?<=or )[a-z][a-z0-9_]*|(?<=reach )[a-z][a-z0-9_]*")
PATIENTS = re.compile(r"\b[Pp]atients?\b")
SCENARIO_COLOURS = (
    "#7b8a94", "#005eb8", "#00857d", "#7a4988", "#a85400", "#a2315b", "#3b7a22", "#776000",
    "#0087a8", "#d4351c", "#28285c", "#d53880", "#5d4037",
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class Names:
    """Titles and colours by name."""

    scenarios: Mapping[str, str]
    settings: Mapping[str, str]
    roles: Mapping[str, str]
    role_of: Mapping[str, str]
    """Setting → role; ends are not in it."""
    plays: Mapping[str, str]
    """Organisation → the titles of the roles it plays."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Attribute of the patients → its title, where the pathway gives one."""
    organisations: Mapping[str, str] = field(default_factory=dict)
    """Organisation → its name, where the study gives one."""
    people: str = "patients"
    """What those who go along the pathway are called, and one of them."""
    person: str = "patient"

    @classmethod
    def of(cls, result: RunResult) -> Names:
        """The titles of every scenario's pathways; where costs were measured, roles as the cube names them."""
        rows = result.by_setting
        settings = {
            str(name): title(str(name)) if is_missing(given) else str(given)
            for name, given in zip(rows["setting"], rows["title"], strict=True)
        }
        roles: dict[str, str] = {}
        role_of: dict[str, str] = {}
        attributes: dict[str, str] = {}
        called = [each.pathway for each in result.values() if each.model is not None][:1]
        for costed in result.values():
            for pathway in () if costed.model is None else costed.model.pathways.values():
                roles = {key: role.title or title(key) for key, role in pathway.roles.items()} | roles
                role_of = {key: given.role for key, given in pathway.settings.items() if given.role} | role_of
                attributes = {key: given.title for key, given in pathway.attributes.items() if given.title} | attributes
            if costed.model is None:
                borne = _dearest_roles(costed)
                roles, role_of = {role: title(role) for role in borne.values()} | roles, borne | role_of
        pairs = result.by_organisation[["organisation", "role"]].drop_duplicates()
        plays: dict[str, list[str]] = {}
        for code, role in pairs.itertuples(index=False):
            plays.setdefault(str(code), []).append(roles.get(str(role)) or title(str(role)))
        titles = {str(name): str(words) for name, words in dict(result.record.get("titles", {})).items()}
        played = {code: ", ".join(given) for code, given in plays.items()}
        given = result.record.get("settings", {}).get("organisations", {})
        organisations = {str(code): str(each["name"]) for code, each in given.items()}
        return cls(
            _told_apart(titles),
            _told_apart(settings),
            roles,
            role_of,
            played,
            attributes,
            _told_apart(organisations),
            *(word for each in called for word in (each.people_word, each.person_word)),
        )

    def setting(self, name: str) -> str:
        """What a setting or end is called."""
        return self.settings.get(name) or title(name)

    def scenario(self, name: str) -> str:
        """What a scenario or composition is called."""
        return self.scenarios.get(name) or " + ".join(
            self.scenarios.get(part) or title(part) for part in name.split("+")
        )

    def role(self, name: str) -> str:
        """What a role is called."""
        return self.roles.get(name) or title(name)

    def attribute(self, name: str) -> str:
        """What an attribute of the patients is called."""
        return self.attributes.get(name) or title(name)

    def organisation(self, code: str) -> str:
        """An organisation's name; its code and the roles it plays where it has none."""
        if code in self.organisations:
            return self.organisations[code]
        return f"{code} ({self.plays[code]})" if code in self.plays else code

    def said(self, words: str) -> str:
        """Words about patients, about those of this pathway.

        >>> Names({}, {}, {}, {}, {}, people="people", person="person").said("Patients who start, per patient")
        'People who start, per person'
        """
        if self.people == Names.people:
            return words
        called = {"patients": self.people, "patient": self.person}
        called |= {word.capitalize(): many[:1].upper() + many[1:] for word, many in called.items()}
        return PATIENTS.sub(lambda found: called[found[0]], words)

    def denominator(self, words: str) -> str:
        """What is divided by, with scenarios and settings by their titles.

        >>> Names({"hub": "A hub"}, {}, {}, {}, {}).denominator("patients who start and are eligible for hub")
        'patients who start and are eligible for “A hub”'
        """
        called = {**self.settings, **self.scenarios}
        return KEYS.sub(lambda found: f"“{called[found[0]]}”" if found[0] in called else found[0], self.said(words))

    def colour(self, setting: str) -> str:
        """The colour of the role that a setting belongs to."""
        role = self.role_of.get(setting)
        return END_COLOUR if role is None else self.role_colour(role)

    def role_colour(self, role: str) -> str:
        """The colour of a role."""
        known = list(self.roles)
        return ROLE_COLOURS[known.index(role) % len(ROLE_COLOURS)] if role in known else END_COLOUR


def _told_apart(called: Mapping[str, str]) -> dict[str, str]:
    """Names by key; those that several have, with the key behind.

    >>> _told_apart({"RXX": "The Trust", "RYY": "The Trust", "RZP": "GPs"})
    {'RXX': 'The Trust (RXX)', 'RYY': 'The Trust (RYY)', 'RZP': 'GPs'}
    """
    often = Counter(called.values())
    return {key: f"{name} ({key})" if often[name] > 1 else name for key, name in called.items()}


def _dearest_roles(costed: CostedPathway) -> dict[str, str]:
    """Of costs that were measured: setting → the role that bears most pounds there."""
    dearest = costed.cube.by("setting", "role").sort_values("gbp", ascending=False, kind="stable")
    dearest = dearest.drop_duplicates("setting").sort_index()
    return dict(zip(dearest["setting"].astype(str), dearest["role"].astype(str), strict=True))


def scenario_colour(place: int) -> str:
    """The colour of the scenario at a place in the order compared."""
    return SCENARIO_COLOURS[place % len(SCENARIO_COLOURS)]
