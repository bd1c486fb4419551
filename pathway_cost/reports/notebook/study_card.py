"""The card of a study that is prepared and may be asked: what it is of, and how it is asked."""

from __future__ import annotations

from typing import Protocol

from pathway_cost.reports.notebook.picture import framed, synthetic_banner
from pathway_cost.reports.words import Html, Names, joined, tag, title
from pathway_cost.study.checked_study import LoadedStudy


class Askable(Protocol):
    """A study, and what it compares."""

    @property
    def loaded(self) -> LoadedStudy:
        """The study with its specs."""

    @property
    def compared(self) -> tuple[str, ...]:
        """The names compared, in order."""


def study_card(shown: Askable) -> Html:
    """A study's title, what it compares, for whose patients and in which pounds; no figure, for nothing is asked yet."""
    study, pathway, titles = shown.loaded.study, shown.loaded.pathway, shown.loaded.scenarios
    names = Names({name: each.title for name, each in titles.items() if each.title}, {}, {}, {}, {})
    compared = ", ".join(names.scenario(name) for name in shown.compared)
    organisations = dict.fromkeys(code for place in study.footprint.values() for code in place.roles.values())
    facts = {
        "Pathway": pathway.title or title(pathway.pathway),
        "Compared": compared,
        "Organisations": ", ".join(map(str, organisations)),
        "Price year": study.price_year,
    }
    first, *others = map(repr, shown.compared)
    asked = [f"cost({first})", f"compare({first}, {others[0]})" if others else "", "what_if(parameters={…})"]
    return framed(
        tag("div", study.title or study.study, class_="title"),
        synthetic_banner(synthetic=study.synthetic),
        tag("div", "Read, checked, priced and compiled; ask it.", class_="answer"),
        *(tag("div", tag("b", f"{name}: "), words) for name, words in facts.items()),
        tag("div", "Ask ", joined((tag("code", each) for each in asked if each), ", "), ".", class_="small"),
    )
