"""Components of one price that are written apart, in two sets or for a named organisation and for any: one part counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import Problem, Severity
from pathway_cost.tables.prices.answers import Asked, Declared, Taken, lenders, why_unfit
from pathway_cost.tables.prices.unit_costs import UnitCosts

SHOWN: Final = 3


class _Part(NamedTuple):
    """A price of a table, by the set's number and its holder."""

    set: int
    holder: str


def prices_split_apart(sets: Sequence[Asked], taken: Taken, declared: Mapping[str, Declared]) -> list[Problem]:
    """A warning where a price that stands behind has components that the one which answers lacks.

    Prices that rules make are whole, so only those of tables and of the study are looked at.
    """
    found: dict[tuple[int, int], dict[tuple[str, str, str], Problem]] = {}
    for (organisation, key), at in sorted(taken.items()):
        answers = _Part(*at)
        if not _is_split(sets, answers, key):
            continue
        for behind in _behind(sets, answers, organisation, key, declared[key]):
            if _lacking(sets, answers, behind, key):
                same = found.setdefault((answers.set, behind.set), {})
                same.setdefault((answers.holder, behind.holder, key), _told(sets, answers, behind, key))
    return [_one(list(same.values())) for same in found.values()]


def _components(sets: Sequence[Asked], part: _Part, key: str) -> set[str]:
    return set(sets[part.set].rows(part.holder, key)[terms.COMPONENT])


def _is_split(sets: Sequence[Asked], part: _Part, key: str) -> bool:
    return _is_written(sets[part.set]) and terms.UNSPLIT not in _components(sets, part, key)


def _is_written(of: Asked) -> bool:
    return isinstance(of.costs, UnitCosts) and of.costs.written is not None


def _behind(sets: Sequence[Asked], answers: _Part, organisation: str, key: str, declared: Declared) -> Iterator[_Part]:
    """The prices that would answer were it not for the one that does."""
    for number in range(answers.set, len(sets)):
        of = sets[number]
        whose = list(dict.fromkeys(lenders(of, organisation)))
        later = whose[whose.index(answers.holder) + 1 :] if number == answers.set else whose
        for holder in later:
            held = of.held.get((holder, key))
            if held is not None and _is_written(of) and why_unfit(held, declared) in ("", held.small):
                yield _Part(number, holder)


def _lacking(sets: Sequence[Asked], answers: _Part, behind: _Part, key: str) -> set[str]:
    return _components(sets, behind, key) - _components(sets, answers, key) - {terms.UNSPLIT}


def _told(sets: Sequence[Asked], answers: _Part, behind: _Part, key: str) -> Problem:
    rows, other = sets[answers.set].rows(answers.holder, key), sets[behind.set].rows(behind.holder, key)
    lacking = other[other[terms.COMPONENT].isin(_lacking(sets, answers, behind, key))]
    costs = sets[behind.set].costs
    assert isinstance(costs, UnitCosts)
    assert costs.written is not None
    return Problem(
        "price_split_apart",
        f"{_pounds(lacking)} of {_named(sets, behind, key)} is not counted: {_named(sets, answers, key)} answers with "
        f"{_pounds(rows)} and has no such component",
        costs.written.place(next(iter(sets[behind.set].held[behind.holder, key].at)), key),
        remedy="write all components of a price in one set, for the same organisation",
        severity=Severity.WARNING,
        about=(("price", key),),
    )


def _named(sets: Sequence[Asked], part: _Part, key: str) -> str:
    whose = "any organisation" if part.holder == terms.ANY_ORGANISATION else part.holder
    return f"{key} of {whose} in {sets[part.set].name}"


def _pounds(rows: pd.DataFrame) -> str:
    """Components with pounds, at the first level there is: `pay £3,000.00`."""
    first = rows[rows[terms.LEVEL] == rows[terms.LEVEL].iloc[0]]
    parts = zip(first[terms.COMPONENT], first[terms.VALUE_GBP], strict=True)
    return ", ".join(f"{component} {'−' if gbp < 0 else ''}£{abs(gbp):,.2f}" for component, gbp in parts)


def _one(problems: Sequence[Problem]) -> Problem:
    """What is told of two sets in one message: the first few prices, and how many more."""
    said = "; ".join(problem.what for problem in problems[:SHOWN])
    more = f"; and {len(problems) - SHOWN:,} more" if len(problems) > SHOWN else ""
    return replace(problems[0], what=f"{said}{more}")
