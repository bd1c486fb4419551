"""The answer of a run in one sentence, and the words that say which pounds it is in."""

from __future__ import annotations

from collections.abc import Sequence

from pathway_cost.errors import Problem, Severity
from pathway_cost.reports.words import (
    Headline,
    Names,
    change_words,
    count,
    headlines,
    percent,
    pounds,
    signed_pounds,
)
from pathway_cost.results.frames import RunResult

MOST_NAMED = 3  # scenarios whose change the sentence tells one by one


def answer(result: RunResult, names: Names) -> str:
    """What the first scenario costs a patient, and the change under the others, in one sentence."""
    first, *others = headlines(result)
    has = "has a present value of" if first.is_discounted else "costs"
    start = f"{names.scenario(first.scenario)} {has} {pounds(each_patient(first))} per patient"
    if not others:
        return f"{start}, {pounds(whole(first), 0)} for {count(first.patients)} patients."
    called, changes = (
        change_words(result).lower(),
        [(names.scenario(row.scenario), *changed(row, first)) for row in others],
    )
    if len(others) == 1:
        [(name, each, total)] = changes
        share = "" if first.is_discounted else f" ({percent(others[0].change_pct / 100, signed=True)})"
        return f"{start}; under {name} the {called} is {signed_pounds(each)} per patient, {signed_pounds(total, 0)}{share} in total."
    return f"{start}; the {called} per patient is {told([(name, each) for name, each, _ in changes])}."


def told(changes: Sequence[tuple[str, float]]) -> str:
    """Changes with whose they are: each where they are few, else the least and the greatest.

    >>> told([("A", -3.0), ("B", 2.5)]), told([("A", -3.0), ("B", 2.5), ("C", 0.0), ("D", -12.25)])
    ('−£3.00 under A and +£2.50 under B', 'from −£12.25 (D) to +£2.50 (B)')
    """
    said = [f"{signed_pounds(gbp)} under {name}" for name, gbp in changes]
    if len(said) <= MOST_NAMED:
        return f"{', '.join(said[:-1])} and {said[-1]}"
    ends = (end(changes, key=lambda change: change[1]) for end in (min, max))
    return "from " + " to ".join(f"{signed_pounds(gbp)} ({name})" for name, gbp in ends)


def each_patient(row: Headline) -> float:
    """Pounds a patient: the present value where the study discounts."""
    return row.present_value_per_patient_gbp if row.is_discounted else row.per_patient_gbp


def whole(row: Headline) -> float:
    """All pounds: the present value where the study discounts."""
    return row.present_value_gbp if row.is_discounted else row.total_gbp


def changed(row: Headline, first: Headline) -> tuple[float, float]:
    """The change a patient and in total, as shown: the scenario's figure is the first's and its change."""
    return round(each_patient(row) - each_patient(first), 2), whole(row) - whole(first)


def which_pounds(result: RunResult) -> str:
    """On what basis the figures stand, and what a change in them is not."""
    first = next(iter(result.values()))
    return (
        f"Pounds: {first.basis}, in pounds of {first.price_year}. Full cost: unit costs carry overheads and fixed costs; "
        f"a {change_words(result).lower()} is not cash."
    )


def beneath(result: RunResult, kind: str) -> str:
    """What stands beneath a drawing: what it is of, whether its data are made up, which pounds it shows."""
    parts = [result.title, "Synthetic data" if result.synthetic else "", kind]
    return " ".join(f"{part}." for part in parts if part)


def kind_of_pounds(result: RunResult, *, headline: bool = False) -> str:
    """Which pounds a drawing shows: the headline's, which may be present values, or else undiscounted ones."""
    first = headlines(result)[0]
    kind = "Present value, pounds" if headline and first.is_discounted else "Undiscounted pounds"
    return f"{kind} of {result[first.scenario].price_year}"


def notes_counted(notes: Sequence[Problem]) -> str:
    """How many warnings and notes there are.

    >>> notes_counted((Problem("average_day", "average day", severity=Severity.WARNING),))
    '1 warning'
    """
    warnings = sum(note.severity is not Severity.NOTE for note in notes)
    counts = {"warning": warnings, "note": len(notes) - warnings}
    return ", ".join(f"{number} {what}{'' if number == 1 else 's'}" for what, number in counts.items() if number)
