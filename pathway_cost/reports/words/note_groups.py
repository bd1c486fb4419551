"""Warnings and notes of a run for a reader: in groups by what can be done, a few sentences a cause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pathway_cost.errors import Problem, Severity
from pathway_cost.reports.words.note_facts import CHECK, DECIDED, GROUPS, Facts, Said, Titles
from pathway_cost.reports.words.note_words import OF_STUDY
from pathway_cost.reports.words.price_words import OF_PRICES
from pathway_cost.reports.words.record_words import OF_RECORDS
from pathway_cost.reports.words.titles import Names
from pathway_cost.results.frames import RunResult

WORDS: Final[Mapping[str, Said]] = {**OF_STUDY, **OF_PRICES, **OF_RECORDS}
NOTHING_TO_WARN_OF: Final = "The checks found nothing to warn of."


@dataclass(frozen=True)
class PlainNote:
    """One cause: what it means in plain words, and the warnings and notes themselves."""

    rule: str
    plain: str
    technical: tuple[str, ...]
    severity: Severity

    @property
    def is_warning(self) -> bool:
        """Whether one of them is more than a note."""
        return self.severity is not Severity.NOTE


@dataclass(frozen=True)
class NoteGroup:
    """What a reader can do, and the causes that it is about: warnings first."""

    title: str
    notes: tuple[PlainNote, ...]


def plain_notes(result: RunResult, names: Names) -> tuple[NoteGroup, ...]:
    """The warnings and notes of a run in plain words; no group where there are none.

    Args:
        result: with its notes, as they may be handed on.
        names: what scenarios, settings and attributes are called.
    """
    titles, causes = Titles.of(result, names), dict[str, list[Problem]]()
    for note in result.notes:
        causes.setdefault(note.rule, []).append(note)
    told = [(_group_of(problems), _told(rule, problems, titles)) for rule, problems in causes.items()]
    grouped = {group: [note for of, note in told if of == group] for group in GROUPS}
    return tuple(NoteGroup(group, _warnings_first(notes)) for group, notes in grouped.items() if notes)


def _told(rule: str, problems: list[Problem], titles: Titles) -> PlainNote:
    severity = min((each.severity for each in problems), key=list(Severity).index)
    return PlainNote(rule, _sentences(problems, titles), tuple(map(str, problems)), severity)


def _group_of(problems: list[Problem]) -> str:
    said = WORDS.get(problems[0].rule)
    if said is not None:
        return said.group
    return DECIDED if all(each.severity is Severity.NOTE for each in problems) else CHECK


def _sentences(problems: list[Problem], titles: Titles) -> str:
    """The words of the rule; of one that has none, the problems' own."""
    said = WORDS.get(problems[0].rule)
    return " ".join(map(_own_words, problems)) if said is None else _as_sentence(said.of(Facts(problems, titles)))


def _own_words(problem: Problem) -> str:
    return " ".join(f"{_as_sentence(part).rstrip('.')}." for part in (problem.what, problem.remedy) if part)


def _as_sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _warnings_first(notes: Iterable[PlainNote]) -> tuple[PlainNote, ...]:
    return tuple(sorted(notes, key=lambda note: not note.is_warning))
