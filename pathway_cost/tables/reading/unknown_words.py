"""Cells of a column of words that are none of the known ones: slips each shown with its rows, all others by their rows only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.errors import Problem, Where, first_few, kind_of, nearest_name
from pathway_cost.nearness import near_name
from pathway_cost.tables.reading.columns import first_row, rows_text

SLIPS_SHOWN: Final = 5  # slips of one column that are each a fault of their own
KINDS_SAID: Final = 3
LOOKED_AT: Final = 1000  # unknown words of one column among which slips are looked for


class Known(NamedTuple):
    """The words of a column: where it is, the rule that asks for them, what another word is none of, and the remedy."""

    words: Sequence[str]
    file: str
    item: str
    rule: str
    none_of: str
    """As in `no level of 'frail'`."""
    remedy: str | None = None


def unknown_values(
    rows: NDArray[np.bool_], found: NDArray[np.integer], words: Sequence[str], known: Known
) -> list[Problem]:
    """The faults of a column's rows that hold no known word.

    Args:
        rows: (N,) which hold none.
        found: (N,) which of `words` a row holds.
        words: every word of the column.
        known: what the column should hold.

    >>> frail = Known(["no", "Frail"], "cohort.csv", "frail", "level_unknown", "no level of 'frail'")
    >>> rows, found = np.array([False, True, True]), np.array([0, 1, 2])
    >>> for problem in unknown_values(rows, found, ["no", "Frial", "John Smith"], frail):
    ...     print(problem)
    cohort.csv row 2 (frail): 'Frial' in row 2 is no level of 'frail'; nearest: 'Frail'
    cohort.csv row 3 (frail): row 3 holds a text of two words that is no level of 'frail'
    """
    if not rows.any():
        return []
    unknown = np.unique(found[rows])
    near = [(number, meant) for number in unknown[:LOOKED_AT] if (meant := near_name(words[number], known.words))]
    slips = [
        _fault(found == number, f"{words[number]!r} in ", f" is {known.none_of}", meant, known)
        for number, meant in near[:SLIPS_SHOWN]
    ]
    others = unknown[~np.isin(unknown, [number for number, _ in near[:SLIPS_SHOWN]])]
    if not len(others):
        return slips
    nearest = nearest_name(words[others[0]], known.words) if len(others) == 1 else None
    having = rows & np.isin(found, others)
    verdict = _verdict(having, [words[number] for number in others], known)
    return [*slips, _fault(having, "", verdict, nearest, known)]


def _fault(rows: NDArray[np.bool_], before: str, after: str, nearest: str | None, known: Known) -> Problem:
    counted = rows_text(rows) + (f" ({int(rows.sum()):,} rows)" if rows.sum() > SLIPS_SHOWN else "")
    where = Where(file=known.file, row=first_row(rows), item=known.item)
    return Problem(known.rule, f"{before}{counted}{after}", where, nearest, known.remedy)


def _verdict(rows: NDArray[np.bool_], values: list[str], known: Known) -> str:
    """What stands in some rows and may not be shown: how many values there are, and what they look like."""
    hold, kinds = "holds" if rows.sum() == 1 else "hold", _kinds_of(values[:LOOKED_AT])
    several = f"{len(values):,} values ({kinds}) that are" if len(values) > 1 else f"{kinds} that is"
    return f" {hold} {several} {known.none_of}"


def _kinds_of(texts: Sequence[str]) -> str:
    return first_few(list(dict.fromkeys(map(kind_of, texts))), KINDS_SAID)
