"""What to know before the figures are relied on: a group a kind of remedy, the checks' own words behind a fold."""

from __future__ import annotations

from pathway_cost.reports.page.page_table import fold
from pathway_cost.reports.words import NOTHING_TO_WARN_OF, Html, Names, NoteGroup, PlainNote, joined, plain_notes, tag
from pathway_cost.results.frames import RunResult


def notes_section(result: RunResult, names: Names) -> Html:
    """The warnings and notes of a run in plain words; warnings stand out."""
    groups = plain_notes(result, names)
    return joined(map(_group, groups)) if groups else tag("p", NOTHING_TO_WARN_OF)


def _group(group: NoteGroup) -> Html:
    """A group in which something warns stands open."""
    told = tag("ul", *map(_note, group.notes), class_="told")
    if any(note.is_warning for note in group.notes):
        return joined([tag("h4", group.title), told])
    return fold(f"{group.title} ({len(group.notes)})", told)


def _note(note: PlainNote) -> Html:
    lead = tag("b", "Warning: ") if note.is_warning else ""
    own = tag("ul", *(tag("li", text) for text in note.technical))
    told = fold("In the checks' own words", own)
    return tag("li", tag("p", lead, _with_code(note.plain)), told, class_="warned" if note.is_warning else None)


def _with_code(text: str) -> Html:
    """What stands between two backticks is what a file says, and is shown so."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one without its other
        return joined([text])
    return joined(tag("code", part) if at % 2 else part for at, part in enumerate(parts))
