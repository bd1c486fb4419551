"""Columns of a user's table that nobody reads: a name that is nearly right is a fault, the rest is said in one note."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pandas as pd

from pathway_cost.errors import Problem, Severity, Where, first_few, header_said
from pathway_cost.nearness import folded, near_name
from pathway_cost.tables.reading.indices import ROW_LABEL

COLUMNS_SHOWN: Final = 10
RENAME: Final = "rename the column"
RENAME_OR_NAME: Final = "rename the column, or name it in `columns:`"
WORDS_OF_THEIR_OWN: Final = {"height": "weight"}
"""Columns that patients' tables have, one letter off a column of ours: never a slip."""


def columns_unused(
    table: pd.DataFrame, known: Iterable[str], file: str, *, remedy: str = RENAME, quiet: Iterable[str] = ()
) -> list[Problem]:
    """What a table has beside the columns that are read: faults where a name is nearly right, and one note.

    Args:
        table: the user's, with our names.
        known: every column that its reader reads.
        file: the table's name, for messages.
        remedy: what to do about a name that is nearly right.
        quiet: columns that are not read here, and for a good reason.

    >>> table = pd.DataFrame({"frail": ["no"], "Weight": [40], "ward": ["A"]})
    >>> [str(problem) for problem in columns_unused(table, ["frail", "place", "weight"], "cohort.csv")]
    ["cohort.csv (weight): the column 'Weight' is not read; nearest: 'weight'; rename the column",
     "cohort.csv: not read: the column 'ward'"]
    """
    names = [str(name) for name in table.columns]
    read = list(known)
    lacking = [name for name in read if name not in names]
    problems: list[Problem] = []
    unused: list[tuple[int, str]] = []
    for place, name in enumerate(names):
        if name in read:
            continue
        meant = near_name(name, lacking)
        if meant is None or WORDS_OF_THEIR_OWN.get(folded(name)) == meant:
            unused.append((place, name))
        else:
            problems.append(_nearly(name, meant, file, remedy))
    spoken = set(quiet)
    return problems + _not_read([each for each in unused if each[1] not in spoken], file)


def columns_misspelt(table: pd.DataFrame, known: Iterable[str], file: str, *, remedy: str = RENAME) -> list[Problem]:
    """Columns whose names differ from a known one, which the table lacks, by case, spaces or invisible signs only.

    >>> columns_misspelt(pd.DataFrame({" Weight": [40], "weights": [1]}), ["weight"], "cohort.csv")[0].nearest
    'weight'
    """
    names = [str(name) for name in table.columns]
    ours = {folded(name): name for name in known if name not in names}
    return [_nearly(name, ours[folded(name)], file, remedy) for name in names if folded(name) in ours]


def _nearly(name: str, meant: str, file: str, remedy: str) -> Problem:
    what = f"the column {name!r} is not read"
    return Problem("column_nearly_named", what, Where(file=file, item=meant), meant, remedy)


def _not_read(names: list[tuple[int, str]], file: str) -> list[Problem]:
    """One note for all columns that nobody reads."""
    if not names:
        return []
    listed = first_few(names, COLUMNS_SHOWN, said=lambda each: header_said(each[1], each[0], (ROW_LABEL,)))
    what = f"not read: the column{'s' if len(names) > 1 else ''} {listed}"
    return [Problem("column_unused", what, Where(file=file), severity=Severity.NOTE)]
