"""`report.html`: one self-contained page that works offline, without any script, on screen and on paper."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256

from pathway_cost.reports.page.answer_section import answer
from pathway_cost.reports.page.chance_sections import chance_sections
from pathway_cost.reports.page.coverage_section import coverage_section
from pathway_cost.reports.page.cut_sections import CUT_SECTIONS
from pathway_cost.reports.page.evidence_sections import EVIDENCE_SECTIONS
from pathway_cost.reports.page.money_sections import MONEY_SECTIONS
from pathway_cost.reports.page.notes_section import notes_section
from pathway_cost.reports.page.pathway_section import pathway_section, picture_rules
from pathway_cost.reports.page.style import CSS
from pathway_cost.reports.page.why_section import WHY_SECTIONS
from pathway_cost.reports.words import Html, Names, Story, joined, tag
from pathway_cost.results.frames import PARTS, SECTIONS, TABLES, RunResult, Section

OF_THE_RESULT = {
    **MONEY_SECTIONS,
    **CUT_SECTIONS,
    **WHY_SECTIONS,
    **EVIDENCE_SECTIONS,
    "pathway": pathway_section,
    "coverage": coverage_section,
    "know": notes_section,
}


def page_text(result: RunResult) -> str:
    """The whole page as UTF-8 text; every word that came from a file or table is escaped."""
    names, story = Names.of(result), Story.of(result)
    made = {
        **{key: section(result, names) for key, section in OF_THE_RESULT.items()},
        **chance_sections(result),
        "basis": _basis(story),
    }
    parts = {part: [each for each in SECTIONS if each.part == part and made.get(each.anchor)] for part in PARTS}
    body = [
        tag("a", "Skip to the figures", href="#figures", class_="skip"),
        _header(result, story, parts),
        tag("main", *(_part(part, sections, made, story) for part, sections in parts.items() if sections)),
        _footer(story),
    ]
    return "<!DOCTYPE html>\n" + tag("html", _head(result), tag("body", *body), lang="en-GB") + "\n"


def _part(part: str, sections: Sequence[Section], made: Mapping[str, Html], story: Story) -> Html:
    """One question of the reader and all that answers it: what stands open, then what is folded."""
    inner = [(_open if each.opens else _folded)(each, made[each.anchor], story) for each in sections]
    return tag("section", tag("h2", PARTS[part]), *inner, id=part)


def _open(section: Section, inner: Html, story: Story) -> Html:
    heading = tag("h3", section.heading, _year(section, story))
    return tag("div", heading, inner, _sheets(section), id=section.anchor, class_="open")


def _folded(section: Section, inner: Html, story: Story) -> Html:
    """Its anchor stands inside, so that a link to it opens the fold."""
    heading = tag("summary", tag("h3", section.heading, _year(section, story)))
    return tag("details", heading, tag("div", inner, _sheets(section), id=section.anchor), class_="fold")


def _sheets(section: Section) -> Html:
    """The way to the sheets of the workbook that hold these figures unrounded."""
    shown = dict.fromkeys(table.sheet for table in TABLES.values() if table.section == section.anchor and table.sheet)
    links = [tag("a", name, href=f"workbook.xlsx#'{name}'!A1") for name in shown]
    return tag("p", "In the workbook: ", joined(links, ", "), class_="small sheets") if links else Html("")


def _year(section: Section, story: Story) -> Html:
    """The price year beside a heading, where all pounds below it are of that year."""
    return Html("") if section.own_year else tag("span", f" pounds of {story.price_year}", class_="year")


def _head(result: RunResult) -> Html:
    style = Html(CSS + picture_rules(len(result.compared)))
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(style)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", result.title),
        tag("style", style),
    )


def _policy(style: str) -> str:
    """What a browser may do with the page: show it by its own style and fetch nothing, whatever a word of a file contains.

    Colours and widths of single bars and cells stand in attributes, which no hash can name.
    """
    digest = b64encode(sha256(style.encode()).digest()).decode()
    own = f"style-src 'unsafe-inline'; style-src-elem 'sha256-{digest}'; style-src-attr 'unsafe-inline'"
    return f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"


def _header(result: RunResult, story: Story, parts: Mapping[str, Sequence[Section]]) -> Html:
    """The question and its answer, what they are of, and the way to the rest."""
    links = [tag("li", tag("a", PARTS[part], href=f"#{part}")) for part, sections in parts.items() if sections]
    everything = tag(
        "li", tag("input", type="checkbox", id="all", class_="pick"), tag("label", "Unfold everything", for_="all")
    )
    made_up = tag("span", " synthetic data", class_="made-up") if story.synthetic else ""
    facts = [tag("li", tag("b", f"{name}: "), words) for name, words in story.facts]
    inner = [
        tag("h1", result.title, made_up),
        answer(result, story),
        tag("nav", tag("ul", *links, everything), aria_label="Contents"),
        tag("ul", *facts, class_="facts"),
    ]
    return tag("header", tag("div", *inner))


def _basis(story: Story) -> Html:
    return tag("ul", *(tag("li", tag("b", f"{name}: "), words) for name, words in story.basis))


def _footer(story: Story) -> Html:
    return tag("footer", tag("div", *(tag("p", line) for line in story.footer)))
