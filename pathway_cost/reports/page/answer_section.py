"""The first screen of the page: the question, the answer a scenario in plain sentences, and the changes drawn."""

from __future__ import annotations

from pathway_cost.reports.charts.change_chart import NARROW, WIDE, Change, change_chart
from pathway_cost.reports.words import FULL_COST, Finding, Findings, Html, Story, change_words, is_discounted, tag
from pathway_cost.results.frames import RunResult

DRAWN = "Line: 95% of the draws; dot: their mean."


def answer(result: RunResult, story: Story) -> Html:
    """Question, what it costs now, a card a scenario, and the picture of the changes."""
    found = Findings.of(result)
    banner = tag("p", tag("b", "Synthetic data. "), story.synthetic, class_="banner") if story.synthetic else ""
    return tag(
        "div",
        tag("p", found.question, class_="question"),
        tag("p", f"{found.now} Pounds of {story.price_year}. {FULL_COST}", class_="now"),
        tag("div", *map(_card, found.each), class_="cards"),
        _picture(result, found),
        banner,
        class_="answer",
    )


def _card(finding: Finding) -> Html:
    unsettled = tag("p", finding.unsettled, class_="unsettled") if finding.unsettled else ""
    rest = [tag("p", words) for words in (finding.sure, finding.overturns) if words]
    says = tag("p", tag("b", finding.each, class_="first"), f" {finding.rest}")
    return tag("div", tag("h2", finding.called), says, unsettled, *rest, class_="card")


def _picture(result: RunResult, found: Findings) -> Html:
    """The changes on one scale; nothing where there is nothing to compare."""
    if not found.each:
        return Html("")
    kind = ", present value" if is_discounted(result) else ""
    words = f"{change_words(result)} in total cost{kind}, as stated."
    words += f" {DRAWN}" if any(each.drawn for each in found.each) else ""
    label = f"{words} " + " ".join(f"{each.called}: {each.sentences[0]}" for each in found.each)
    changes = [Change(each.called, each.change_gbp, each.drawn) for each in found.each]
    charts = [change_chart(changes, shape, label=label) for shape in (WIDE, NARROW)]
    return tag("figure", tag("figcaption", words), *charts)
