"""`report.html`: one self-contained page that works offline, without any script, on screen and on paper."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256

from pathway_cost.errors import Problem, Severity
from pathway_cost.reports.charts.drawing import Drawing
from pathway_cost.reports.flows.pathway_picture import MEASURES, Measure, Pictures
from pathway_cost.reports.page.chance_sections import chance_sections
from pathway_cost.reports.page.cut_sections import CUT_SECTIONS
from pathway_cost.reports.page.evidence_sections import EVIDENCE_SECTIONS
from pathway_cost.reports.page.money_sections import MONEY_SECTIONS
from pathway_cost.reports.page.page_table import Column, legend, table
from pathway_cost.reports.page.style import CSS, picture_rules
from pathway_cost.reports.words import Html, Names, Story, count, joined, pounds, rows_of, tag
from pathway_cost.results.frames import SECTIONS, RunResult, Section

OF_THE_RESULT = {**MONEY_SECTIONS, **CUT_SECTIONS, **EVIDENCE_SECTIONS}


def page_text(result: RunResult) -> str:
    """The whole page as UTF-8 text; every word that came from a file or table is escaped."""
    names, story = Names.of(result), Story.of(result)
    made = {
        "know": _notes(result.notes),
        "pathway": _pathway(result, names),
        "basis": _basis(story),
        **{key: section(result, names) for key, section in OF_THE_RESULT.items()},
        **chance_sections(result),
    }
    sections = [(section, made[section.anchor]) for section in SECTIONS if made.get(section.anchor)]
    body = [
        tag("a", "Skip to the figures", href="#figures", class_="skip"),
        _header(result, story, [section for section, _ in sections]),
        tag("main", *(_section(*each, story) for each in sections)),
        _footer(story),
    ]
    return "<!DOCTYPE html>\n" + tag("html", _head(result), tag("body", *body), lang="en-GB") + "\n"


def _section(section: Section, inner: Html, story: Story) -> Html:
    """A heading, the price year where all pounds below it are of that year, and what stands there."""
    year = Html("") if section.own_year else tag("p", f"Price year {story.price_year}", class_="small")
    return tag("section", tag("h2", section.heading), year, inner, id=section.anchor)


def _head(result: RunResult) -> Html:
    style = Html(CSS + picture_rules(len(result.compared), len(MEASURES)))
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


def _header(result: RunResult, story: Story, sections: Sequence[Section]) -> Html:
    facts = [made for name, words in story.facts for made in (tag("div", tag("dt", name), tag("dd", words)),)]
    links = tag("ul", *(tag("li", tag("a", each.heading, href=f"#{each.anchor}")) for each in sections))
    inner = [
        tag("h1", result.title),
        tag("p", story.lead, class_="lead"),
        tag("p", tag("b", "Synthetic data. "), story.synthetic, class_="banner") if story.synthetic else Html(""),
        tag("dl", *facts, class_="facts"),
        tag("nav", links, aria_label="Contents"),
    ]
    return tag("header", tag("div", *inner))


def _notes(notes: Sequence[Problem]) -> Html:
    """Warnings in plain sight, notes below them."""
    if not notes:
        return tag("p", "The checks found nothing to warn of.")
    warnings = [note for note in notes if note.severity is not Severity.NOTE]
    boxes = [tag("li", tag("b", f"{note.severity.value.title()}: "), str(note)) for note in warnings]
    lines = [tag("li", str(note)) for note in notes if note.severity is Severity.NOTE]
    made = [tag("ul", *boxes, class_="notes") if boxes else tag("p", "No warning.")]
    made += [tag("h3", "Notes"), tag("ul", *lines, class_="small")] if lines else []
    return joined(made)


def _pathway(result: RunResult, names: Names) -> Html:
    """The pictures, a scenario and a measure at a time, picked without a script."""
    pictures = Pictures.of(result)
    scenarios = list(result.compared)
    picks = [
        tag("input", type="radio", name="scenario", id=f"s{at}", class_="pick", checked=_first(at))
        for at in range(len(scenarios))
    ]
    picks += [
        tag("input", type="radio", name="measure", id=f"m{at}", class_="pick", checked=_first(at))
        for at in range(len(MEASURES))
    ]
    controls = [
        _controls("Scenario", [(f"s{at}", names.scenario(name)) for at, name in enumerate(scenarios)]),
        _controls("Drawn by", [(f"m{at}", measure.title.lower()) for at, measure in enumerate(MEASURES)]),
    ]
    panels = [
        _panel(pictures, names, (at, scenario), number)
        for at, scenario in enumerate(scenarios)
        for number in range(len(MEASURES))
    ]
    keys = legend(role_keys(names))
    tables = tag(
        "details",
        tag("summary", "The figures behind the pictures"),
        *(_moves(pictures, names, name) for name in scenarios),
    )
    return tag("div", *picks, *controls, keys, tag("div", *panels, class_="panels"), tables)


def _first(at: int) -> str | None:
    return None if at else "checked"


def _controls(name: str, choices: Sequence[tuple[str, str]]) -> Html:
    labels = [tag("label", words, for_=key) for key, words in choices]
    return tag("div", tag("b", name), *labels, class_="controls")


def _panel(pictures: Pictures, names: Names, scenario: tuple[int, str], number: int) -> Html:
    at, name = scenario
    made = sankey_drawing(pictures, names, name, MEASURES[number])
    caption = tag("figcaption", tag("b", f"{made.heading}. "), made.caption)
    picture = tag("div", made.svg, class_="wide", role="group", tabindex=0, aria_label=made.heading)
    return tag("figure", picture, caption, class_=f"s{at} m{number}")


def sankey_drawing(pictures: Pictures, names: Names, scenario: str, measure: Measure) -> Drawing:
    """How patients or pounds flow in one scenario."""
    heading = f"{names.scenario(scenario)}: {measure.title.lower()}"
    svg = pictures.draw(scenario, measure, names, title=f"{heading}, from setting to setting")
    return Drawing(heading, svg, measure.caption, role_keys(names))


def role_keys(names: Names) -> tuple[tuple[str, str], ...]:
    """The roles that any setting has, each with its colour."""
    roles = set(names.role_of.values())
    return tuple((names.role(role), names.role_colour(role)) for role in names.roles if role in roles)


def _moves(pictures: Pictures, names: Names, scenario: str) -> Html:
    columns = [
        Column("From", figures=False),
        Column("To", figures=False),
        Column("Patients"),
        Column("Pounds from there on"),
    ]
    cells = [
        [names.setting(str(row["from_setting"])), names.setting(str(row["to_setting"])), count(row["patients_moved"]), pounds(row["gbp_ahead"], 0)]
        for row in rows_of(pictures.table(scenario))
    ]  # fmt: skip
    return table(names.scenario(scenario), columns, cells)


def _basis(story: Story) -> Html:
    return tag("ul", *(tag("li", tag("b", f"{name}: "), words) for name, words in story.basis))


def _footer(story: Story) -> Html:
    return tag("footer", tag("div", *(tag("p", line) for line in story.footer)))
