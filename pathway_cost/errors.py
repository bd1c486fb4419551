"""Faults: where, what, the nearest valid name, the remedy. All faults of a stage are raised together.

No message ever carries an identifier of a patient: rows are named by their number, and what a message may show of a cell
is said by `cell_forms.py`, whose words are handed out here.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from textwrap import shorten
from typing import Any, TypeVar

from pathway_cost.privacy.cell_forms import (
    NOT_SHOWN,
    Form,
    header_said,
    holds_nhs_number,
    is_small_number,
    kind_of,
    may_identify,
    may_show,
    shown,
    told,
)
from pathway_cost.privacy.legible import one_line

__all__ = [
    "NOT_SHOWN",
    "PLACES_SHOWN",
    "SHOWN_OF_A_RULE",
    "ComparisonFaults",
    "EngineFaults",
    "Fact",
    "Form",
    "OutputFaults",
    "PathwayCostError",
    "PlicsFaults",
    "PriceFaults",
    "Problem",
    "Severity",
    "SpecFaults",
    "StudyChangedWarning",
    "TableFaults",
    "Together",
    "Where",
    "first_few",
    "header_said",
    "holds_nhs_number",
    "is_small_number",
    "kind_of",
    "may_identify",
    "may_show",
    "nearest_cell",
    "nearest_name",
    "raise_if_any",
    "refuse_warnings",
    "shown",
    "told",
]

T = TypeVar("T")
Fact = tuple[str, str | float]
"""One thing that a problem is about, and what it is: `("price", "theatre.knee")`, `("gbp", 1200.0)`."""

SHOWN_OF_A_RULE = 50  # faults of one kind that are printed
PLACES_SHOWN = 5  # places of one fault (rows, cells, records) that are named; the rest is counted


in_short = partial(shorten, width=280, placeholder="…")
"""What an object says of itself in one line, where it would be a page."""


class Severity(StrEnum):
    """How much a problem matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Where:
    """The place of a problem: any of file, line and column (from 1), row of a table (from 1), item.

    >>> str(Where(file="study.yaml", line=3, column=5, item="footprint.all.acute"))
    'study.yaml:3:5 (footprint.all.acute)'
    >>> str(Where(file="cohort.csv", row=12, item="frail"))
    'cohort.csv row 12 (frail)'
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    row: int | None = None
    item: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        if self.row is not None:
            place = f"{place} row {self.row}".strip()
        if self.item is not None:
            place = f"{place} ({self.item})" if place else self.item
        return one_line(place)


@dataclass(frozen=True, repr=False)
class Problem:
    """One fault, warning or note.

    `rule` is the name of the check that found it, so that a test can ask for exactly that fault.
    """

    rule: str
    what: str
    where: Where = field(default_factory=Where)
    nearest: str | None = None
    remedy: str | None = None
    severity: Severity = Severity.ERROR
    shared: str | None = None
    """What is said of it in what is handed on, where `what` tells figures of few records."""
    about: tuple[Fact, ...] = ()
    """Which prices, settings, organisations it is of, by name, and its figures: for who says it in other words."""

    def __repr__(self) -> str:
        """Its rule and the beginning of its text."""
        return in_short(f"Problem(rule={self.rule!r}, {self})")

    def __str__(self) -> str:
        place = str(self.where)
        text = f"{place}: {self.what}" if place else self.what
        if self.nearest is not None:
            text += f"; nearest: {self.nearest!r}"
        if self.remedy is not None:
            text += f"; {self.remedy}"
        return one_line(text)

    def to_share(self) -> Problem:
        """The same as it is handed on: without figures of few records, and without the place of one of them."""
        if self.shared is None:
            return self
        names = tuple(fact for fact in self.about if isinstance(fact[1], str))
        return replace(self, what=self.shared, where=replace(self.where, row=None), shared=None, about=names)


class PathwayCostError(Exception):
    """Something the user can put right. Carries every problem of the stage that stopped."""

    stage = "input"

    def __init__(self, problems: Iterable[Problem], *, stage: str | None = None) -> None:
        self.problems = tuple(problems)
        if stage is not None:
            self.stage = stage
        super().__init__(self.report())

    def __reduce__(self) -> tuple[Any, ...]:
        """Made again of its problems and stage, so that it passes between processes whole."""
        return partial(type(self), stage=self.stage), (self.problems,), self.__dict__

    def __repr__(self) -> str:
        """Of which stage, and the beginning of its report."""
        return in_short(f"{type(self).__name__}: {self.report()}")

    def report(self) -> str:
        """The message a person reads: one line a problem under the stage's name; of many of one kind, the first."""
        count = len(self.problems)
        title = f"{self.stage}: {count:,} fault{'' if count == 1 else 's'}"
        return "\n".join([title, *_lines(self.problems)])


def _lines(problems: Sequence[Problem]) -> Iterator[str]:
    """A line a problem, in order; of one rule the first few, and how many more there are."""
    seen, every = Counter[str](), Counter(problem.rule for problem in problems)
    for problem in problems:
        seen[problem.rule] += 1
        if seen[problem.rule] <= SHOWN_OF_A_RULE:
            yield f"  - {problem}"
        if seen[problem.rule] == SHOWN_OF_A_RULE < every[problem.rule]:
            yield f"    … and {every[problem.rule] - SHOWN_OF_A_RULE:,} more of this kind ({problem.rule})"


class SpecFaults(PathwayCostError):
    """Faults of a pathway, scenario, study or rules file; `stage` is syntax, shape or meaning."""

    stage = "meaning"


class TableFaults(PathwayCostError):
    """Faults of a table a user gave: cohort, unit costs, indices, components."""

    stage = "table"


class PlicsFaults(PathwayCostError):
    """Faults of a PLICS extract or of the rules that price it."""

    stage = "PLICS"


class PriceFaults(PathwayCostError):
    """A unit cost that no set answers, or that cannot be brought to the study's price year."""

    stage = "unit costs"


class EngineFaults(PathwayCostError):
    """A pathway that cannot be costed: shares, loops, changes that reach nothing."""

    stage = "costing"


class ComparisonFaults(PathwayCostError):
    """Two results that must not be compared."""

    stage = "comparison"


class OutputFaults(PathwayCostError):
    """A folder that must not be written."""

    stage = "output"


def first_few(items: Sequence[T], shown: int = PLACES_SHOWN, *, said: Callable[[T], str] = str) -> str:
    """The first few of some things in one line, each in its words, and how many more there are.

    >>> first_few(["ward", "theatre", "clinic"], 2), first_few([1, 2], said=lambda row: f"row {row}")
    ('ward, theatre and 1 more', 'row 1, row 2')
    """
    more = f" and {len(items) - shown:,} more" if len(items) > shown else ""
    return ", ".join(map(said, items[:shown])) + more


def nearest_name(name: object, valid: Iterable[str]) -> str | None:
    """The valid name closest in spelling, or None where nothing is close.

    >>> nearest_name("Frail ", ["frail", "fit"])
    'frail'
    """
    names = list(valid)
    folded = {candidate.strip().casefold(): candidate for candidate in reversed(names)}
    close = difflib.get_close_matches(str(name).strip().casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def nearest_cell(name: str, cells: Iterable[object], form: Form) -> str | None:
    """The cell of a user's table closest in spelling to a declared name, of those that a message may show.

    >>> nearest_cell("join_smith", ["John Smith", "join_smiths"], Form.HEADER)
    'join_smiths'
    """
    return nearest_name(name, [str(cell) for cell in cells if may_show(str(cell), form, [name])])


def raise_if_any(
    problems: Iterable[Problem], error: type[PathwayCostError], *, stage: str | None = None
) -> tuple[Problem, ...]:
    """Raise every error together; return the warnings and notes when there is none."""
    found = tuple(problems)
    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    if errors:
        raise error(errors, stage=stage)
    return found


class Together:
    """Gathers the faults of several steps of one stage, so that all are told together.

    >>> faults = Together(EngineFaults)
    >>> for share in (1.2, 0.5, -0.1):
    ...     with faults:
    ...         raise_if_any([Problem("share", f"{share}")] if not 0 <= share <= 1 else [], EngineFaults)
    ()
    >>> [problem.what for problem in faults.problems]
    ['1.2', '-0.1']
    """

    def __init__(self, error: type[PathwayCostError]) -> None:
        self.error = error
        self.problems: list[Problem] = []

    def __enter__(self) -> None:
        """A step begins."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        """Keep its faults, and go on."""
        if not isinstance(error, self.error):
            return False
        self.problems += error.problems
        return True

    def raise_if_any(self) -> None:
        """Raise every fault once, in the order found."""
        raise_if_any(dict.fromkeys(self.problems), self.error)


class StudyChangedWarning(UserWarning):
    """Files of a prepared study have changed since they were read."""

    def __init__(self, files: Sequence[str]) -> None:
        self.files = tuple(files)
        what = f"{first_few(self.files)} changed since the study was prepared: answers are of what was read then"
        super().__init__(one_line(f"{what}; prepare it again to read the change"))


def refuse_warnings(notes: Iterable[Problem]) -> None:
    """Raise every warning as a fault."""
    warnings = [note for note in notes if note.severity is Severity.WARNING]
    if warnings:
        raise PathwayCostError(warnings, stage="strict")
