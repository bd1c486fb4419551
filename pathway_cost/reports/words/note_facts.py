"""What warnings and notes of one cause are about, by the titles of the pathway: prices, settings, pounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pathway_cost.errors import Problem
from pathway_cost.reports.words.titles import Names
from pathway_cost.reports.words.words import pounds, title
from pathway_cost.results.frames import RunResult

CHECK: Final = "Check before you rely on the figures"
FIRMER: Final = "Numbers that could be made firmer"
DECIDED: Final = "What was decided for you, and how to decide otherwise"
RECORDS: Final = "About the records"
UNUSED: Final = "In your files and not used"
GROUPS: Final = (CHECK, FIRMER, DECIDED, RECORDS, UNUSED)
"""By what a reader can do, in order."""

NAMED: Final = 4  # titles in one sentence; the others are counted
_SOME: Final = {
    "price": "some prices",
    "setting": "some settings",
    "attribute": "some attributes",
    "scenario": "a scenario",
    "organisation": "an organisation",
    "lender": "another organisation",
    "parameter": "some numbers",
    "feed": "SI or SWC",
    "file": "a file",
}
_PLURAL: Final = {f"{kind}s": kind for kind in _SOME}


@dataclass(frozen=True)
class Titles:
    """What is called how: names of the run, and titles of its prices and parameters."""

    names: Names
    prices: Mapping[str, str]
    bases: Mapping[str, frozenset[str]]
    """Price → where it comes from (`plics`, `national`, …), over all organisations."""
    parameters: Mapping[str, str]

    @classmethod
    def of(cls, result: RunResult, names: Names) -> Titles:
        """The titles of a run."""
        rows = result.unit_costs_used
        given = rows[rows["title"].notna() & (rows["title"] != "")]
        prices = {str(key): str(words) for key, words in zip(given["unit_cost"], given["title"], strict=True)}
        bases = {str(key): frozenset(each.astype(str)) for key, each in rows.groupby("unit_cost")["basis"]}
        models = [costed.model for costed in result.values() if costed.model is not None]
        parameters = {
            key: parameter.title
            for model in models
            for pathway in model.pathways.values()
            for key, parameter in pathway.parameters.items()
            if parameter.title
        }
        return cls(names, prices, bases, parameters)

    def of_price(self, key: str) -> list[str]:
        """What a price is called; a rule that makes two is called after both."""
        made = [words for name, words in self.prices.items() if name.startswith(f"{key}.")]
        return [self.prices[key]] if key in self.prices else made or [title(key)]

    def of_kind(self, kind: str, name: str) -> list[str]:
        """What a thing of some kind is called in a sentence."""
        if kind == "price":
            return list(map(quoted, self.of_price(name)))
        titled: Mapping[str, Callable[[str], str]] = {
            "setting": self.names.setting,
            "attribute": self.names.attribute,
            "scenario": self.names.scenario,
            "parameter": lambda key: self.parameters.get(key) or title(key),
        }
        if kind in titled:
            return [quoted(titled[kind](name))]
        return [self.names.organisation(name) if kind in {"organisation", "lender"} else name]

    def listed(self, keys: Sequence[str], most: int) -> str:
        """Prices by their titles, the first few of them."""
        return listed([words for key in keys for words in self.of_kind("price", key)], most)


@dataclass(frozen=True)
class Facts:
    """Problems of one cause, as sentences ask for them: `facts["prices"]`, `facts["gbp"]`."""

    problems: Sequence[Problem]
    titles: Titles

    def keys(self, kind: str) -> list[str]:
        """The names of a kind as files write them, each once."""
        return list(dict.fromkeys(str(value) for each in self.problems for known, value in each.about if known == kind))

    def called(self, kind: str) -> list[str]:
        """The titles of a kind, each once."""
        if kind == "file":
            return list(dict.fromkeys(each.where.file for each in self.problems if each.where.file))
        return list(dict.fromkeys(words for key in self.keys(kind) for words in self.titles.of_kind(kind, key)))

    def figures(self, kind: str) -> list[float]:
        """The figures of a kind that may be told: one a problem, or fewer."""
        return [
            value for each in self.problems for known, value in each.about if known == kind and isinstance(value, float)
        ]

    def __getitem__(self, placeholder: str) -> str:
        """The words for a placeholder of a sentence."""
        if placeholder == "gbp":
            return self._pounds()
        if placeholder == "records":
            return self._records()
        if placeholder == "what":
            return "; ".join(dict.fromkeys(each.what for each in self.problems))
        kind = _PLURAL[placeholder]
        return listed(self.called(kind)) or _SOME[kind]

    def _pounds(self) -> str:
        """The pounds that may be told, in brackets; nothing where none may."""
        found = self.figures("gbp")
        if not found:
            return ""
        more = "" if len(found) == len(self.problems) else " and more"
        return f" ({pounds(sum(found), 0)}{' together' if len(found) > 1 else ''}{more})"

    def _records(self) -> str:
        """How many records, where every problem may tell."""
        found, of = self.figures("records"), self.figures("of_records")
        if len(found) < len(self.problems) or len(of) < len(self.problems):
            return "Some records"
        return f"{sum(found):,.0f} of {sum(of):,.0f} records"


@dataclass(frozen=True)
class Said:
    """What the warnings and notes of a rule mean: their group, and sentences with placeholders, or a maker of sentences."""

    group: str
    text: str | Callable[[Facts], str]

    def of(self, facts: Facts) -> str:
        """The sentences about some problems."""
        return self.text(facts) if callable(self.text) else self.text.format_map(_Lookup(facts))


class _Lookup(dict[str, str]):
    """Placeholders looked up when a sentence asks for them."""

    def __init__(self, facts: Facts) -> None:
        super().__init__()
        self.facts = facts

    def __missing__(self, placeholder: str) -> str:
        return self.facts[placeholder]


def quoted(words: str) -> str:
    """A title within a sentence: without what it explains behind a colon or in brackets.

    >>> quoted("Living with frailty (Clinical Frailty Scale 5 or more)"), quoted("Knee theatre")
    ('‘Living with frailty’', '‘Knee theatre’')
    """
    return f"‘{words.partition(' (')[0].partition(': ')[0]}’"


def listed(words: Sequence[str], most: int = NAMED) -> str:
    """Titles in one line; where they are many, the first and how many more.

    >>> listed(["Ward day", "Theatre"]), listed(["A", "B", "C", "D", "E", "F"])
    ('Ward day and Theatre', 'A, B, C, D and 2 more')
    """
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most:,} more"
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
