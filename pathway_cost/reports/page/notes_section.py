"""The page's warnings and notes."""

from __future__ import annotations

from pathway_cost.errors import Severity
from pathway_cost.reports.words import Html, Names, joined, tag
from pathway_cost.results.frames import RunResult


def notes_section(result: RunResult, _: Names) -> Html:
    """Warnings in plain sight, notes below them."""
    notes = result.notes
    if not notes:
        return tag("p", "The checks found nothing to warn of.")
    warnings = [note for note in notes if note.severity is not Severity.NOTE]
    boxes = [tag("li", tag("b", f"{note.severity.value.title()}: "), str(note)) for note in warnings]
    lines = [tag("li", str(note)) for note in notes if note.severity is Severity.NOTE]
    made = [tag("ul", *boxes, class_="notes") if boxes else tag("p", "No warning.")]
    made += [tag("h4", "Notes"), tag("ul", *lines, class_="small")] if lines else []
    return joined(made)
