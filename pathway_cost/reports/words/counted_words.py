"""What a pathway counts beside pounds (operations, deaths), in words: as stated, and over the draws."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pathway_cost import terms
from pathway_cost.reports.words.chance_words import Chance
from pathway_cost.reports.words.words import count, title
from pathway_cost.results.frames import RunResult

WORTH_COUNTING: Final = 0.0005
WORTH_WARNING: Final = 0.01
"""Shares of what the first scenario counts: from which a change is one, and from which draws count otherwise than stated."""


def counted_lines(result: RunResult, scenario: str) -> Iterator[str]:
    """What a scenario counts, before and after."""
    for name, was, now in _changes(result, scenario):
        same = abs(now - was) < WORTH_COUNTING * max(was, 1.0)
        yield f"{title(name)}: {count(was)}, as before." if same else f"{title(name)}: {count(was)} → {count(now)}."


def drawn_counts(result: RunResult, chance: Chance, scenario: str) -> Iterator[str]:
    """What the draws count otherwise than stated values do: so much of the pounds is of other care."""
    rows = chance.drawn(counted=True)
    rows = rows[rows["scenario"] == scenario] if len(rows) else rows
    drawn = dict(zip(rows["of"].astype(str), rows["mean"], strict=True)) if len(rows) else {}
    for name, was, now in _changes(result, scenario):
        mean = drawn.get(name, now - was)
        if abs(mean - (now - was)) >= WORTH_WARNING * max(was, 1.0):
            yield f"{title(name)}: {_more_or_fewer(mean, was)} on average over the draws, {_more_or_fewer(now - was, was)} at stated values."


def _more_or_fewer(change: float, was: float) -> str:
    """A change of a count in words.

    >>> _more_or_fewer(-568.2, 5511.0), _more_or_fewer(12.0, 5511.0), _more_or_fewer(0.4, 5511.0)
    ('568 fewer', '12 more', 'as many')
    """
    if abs(change) < WORTH_COUNTING * max(was, 1.0):
        return "as many"
    return f"{count(abs(change))} {'fewer' if change < 0 else 'more'}"


def _changes(result: RunResult, scenario: str) -> Iterator[tuple[str, float, float]]:
    """Each count, before and after."""
    before, after = (_counts(result, name) for name in (result.compared[0], scenario))
    for name in dict.fromkeys([*before, *after]):
        yield name, before.get(name, 0.0), after.get(name, 0.0)


def _counts(result: RunResult, scenario: str) -> dict[str, float]:
    lines = result[scenario].lines()
    counted = lines[lines["unit_cost"].astype("str").str.startswith(terms.COUNT_PREFIX)]
    sums = counted.groupby(counted["unit_cost"].astype("str"), sort=False)["quantity"].sum()
    return {str(name).removeprefix(terms.COUNT_PREFIX): float(number) for name, number in sums.items()}
