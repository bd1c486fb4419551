"""The card of a result: the answer in a sentence, a small table with bars, and on what basis the pounds stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pathway_cost.errors import Problem
from pathway_cost.reports.charts.drawing import Drawing
from pathway_cost.reports.notebook.answer import answer, notes_counted, which_pounds
from pathway_cost.reports.notebook.as_run import Result, as_run
from pathway_cost.reports.notebook.card_tables import scenarios_table, settings_table
from pathway_cost.reports.notebook.picture import framed, synthetic_banner
from pathway_cost.reports.notebook.study_card import Askable, study_card
from pathway_cost.reports.page.why_section import bridge_drawing
from pathway_cost.reports.words import Html, Names, joined, tag
from pathway_cost.results.frames import RunResult

MOST_NOTES, LONGEST_NOTE = 12, 300


def card(shown: Result | Askable) -> Html:
    """The HTML of a result, or of a study that may be asked: safe, offline, without a script."""
    return result_card(as_run(shown)) if isinstance(shown, Result) else study_card(shown)


def result_card(result: RunResult) -> Html:
    """The answer of a run, and what it stands on."""
    names = Names.of(result)
    return framed(
        tag("div", result.title, class_="title"),
        synthetic_banner(synthetic=result.synthetic),
        tag("div", unbroken(joined([answer(result, names)])), class_="answer"),
        settings_table(result, names) if len(result) == 1 else scenarios_table(result, names),
        *(_why(bridge_drawing(result, names, result.compared[1])) if len(result) == 2 else ()),
        tag("div", which_pounds(result), class_="small"),
        *_notes(result.notes),
    )


def unbroken(words: Html) -> Html:
    """Words whose pounds stand on one line, sign and all.

    >>> unbroken(Html("it is −£8.31 per patient"))
    'it is <span class="whole">−£8.31</span> per patient'
    """
    return Html(re.sub(r"[+−]?£[\d,.]*\d", r'<span class="whole">\g<0></span>', words))


def _why(bridge: Drawing) -> tuple[Html, Html]:
    return bridge.svg, tag("div", bridge.caption, class_="small")


def _notes(notes: Sequence[Problem]) -> Iterator[Html]:
    """Warnings and notes, folded up."""
    if notes:
        shown = [str(note) for note in notes[:MOST_NOTES]]
        lines = [tag("li", f"{line[:LONGEST_NOTE]}…" if len(line) > LONGEST_NOTE else line) for line in shown]
        more = [tag("li", f"and {len(notes) - MOST_NOTES:,} more, in `notes`")] if len(notes) > MOST_NOTES else []
        yield tag("details", tag("summary", notes_counted(notes)), tag("ul", *lines, *more), class_="small")
