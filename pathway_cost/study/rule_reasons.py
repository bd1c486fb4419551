"""Why rules made no price: said where the price is missed, not only beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from pathway_cost.errors import PriceFaults, Problem, Severity

_RULES: Final = "rules."
_UNIT_COSTS: Final = "unit_costs."


@contextmanager
def with_reasons(notes: Iterable[Problem]) -> Iterator[None]:
    """Faults of prices that no set has leave with what there is to say of the rule that should have made each.

    >>> from pathway_cost.errors import Where
    >>> note = Problem("rule_finds_nothing", "no record", Where(item="rules.ward"), severity=Severity.WARNING)
    >>> with with_reasons([note]):
    ...     raise PriceFaults([Problem("unit_cost_has_no_price", "no set prices ward", Where(item="unit_costs.ward"))])
    Traceback (most recent call last):
    pathway_cost.errors.PriceFaults: unit costs: 1 fault
      - unit_costs.ward: no set prices ward; of the rule 'ward': no record
    """
    told = list(notes)
    try:
        yield
    except PriceFaults as error:
        raise PriceFaults([_with_reason(problem, told) for problem in error.problems], stage=error.stage) from None


def _with_reason(problem: Problem, notes: Sequence[Problem]) -> Problem:
    item = problem.where.item or ""
    if not item.startswith(_UNIT_COSTS) or problem.severity is not Severity.ERROR:
        return problem
    key = item.removeprefix(_UNIT_COSTS)
    reasons = [_said(note) for note in notes if note.severity is Severity.WARNING and _is_of(note, key)]
    if not reasons:
        return problem
    return replace(problem, what=f"{problem.what}; of the rule {key!r}: {'; '.join(dict.fromkeys(reasons))}")


def _is_of(note: Problem, key: str) -> bool:
    """Whether a note is of the rule of a key; a rule by slope makes two, each with a word behind its own name."""
    item = note.where.item or ""
    names = (key, key.rpartition(".")[0])
    return any(name and (item == _RULES + name or item.startswith(f"{_RULES}{name}.")) for name in names)


def _said(note: Problem) -> str:
    return note.what if note.nearest is None else f"{note.what} (nearest: {note.nearest!r})"
