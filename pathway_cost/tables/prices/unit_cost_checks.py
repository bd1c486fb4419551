"""Faults of a table of unit costs: one rule a function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import Problem, Where, nearest_name
from pathway_cost.tables.prices.levels import read_level
from pathway_cost.tables.reading import first_row, price_year, rows_text, totals_among_prices

WORDS: Final[dict[str, tuple[str, ...]]] = {
    terms.COVERS: tuple(terms.Covers),
    terms.BASIS: tuple(terms.Basis),
    terms.MFF: (terms.MFF_IN, terms.MFF_NATIONAL),
    terms.GRADE: tuple(terms.Grade),
}
PRICE_KEY: Final = [terms.ORGANISATION, terms.UNIT_COST]
STATED_ONCE: Final = (terms.UNIT, terms.COVERS, terms.PRICE_YEAR, terms.MFF, terms.BASIS)


def unknown_words(frame: pd.DataFrame, file: str) -> list[Problem]:
    """A word of a closed list (covers, basis, mff, grade) that is not on it."""
    problems = []
    for column, allowed in WORDS.items():
        for word in frame.loc[~frame[column].isin(allowed), column].unique():
            rows = (frame[column] == word).to_numpy()
            problems.append(
                Problem("word_unknown", f"{column} {word!r} in {rows_text(rows)} is none of {', '.join(allowed)}",
                        Where(file=file, row=first_row(rows), item=column), nearest_name(word, allowed))
            )  # fmt: skip
    return problems


def unreadable_years(frame: pd.DataFrame, file: str) -> list[Problem]:
    """A price year that is no financial year."""
    return _unreadable(frame, terms.PRICE_YEAR, price_year, file)


def unreadable_levels(frame: pd.DataFrame, file: str) -> list[Problem]:
    """A level that is not `attribute=level`."""
    return _unreadable(frame, terms.LEVEL, read_level, file)


def repeated_rows(frame: pd.DataFrame, file: str) -> list[Problem]:
    """Two rows for one key, organisation, level and component: their pounds would be counted twice."""
    keys = [*PRICE_KEY, terms.LEVEL, terms.COMPONENT]
    rows = np.flatnonzero(frame.duplicated(keys).to_numpy())
    texts = (frame[name].iloc[rows].tolist() for name in keys)
    return [
        Problem(
            "price_given_twice",
            f"{key} of {organisation} has two rows for level {level!r}, component {component!r}",
            Where(file=file, row=int(row) + 1, item=key),
            remedy="keep one, or give the other another component",
        )
        for row, organisation, key, level, component in zip(rows, *texts, strict=True)
    ]


def price_stated_twice(frame: pd.DataFrame, file: str) -> list[Problem]:
    """The rows of one price disagree about its unit, what it covers, its year, price level or basis."""
    return [
        _disagrees(rows, str(organisation), str(key), column, file)
        for (organisation, key), rows in _prices_of_several(frame, frame[[*STATED_ONCE]])
        for column in STATED_ONCE
        if len(rows[column].unique()) > 1
    ]


def levels_of_unlike_attributes(frame: pd.DataFrame, file: str) -> list[Problem]:
    """The levels of one price do not name the same attributes in the same order."""
    of_level = {text: "|".join(read_level(text)[0]) for text in frame[terms.LEVEL].unique() if text}
    named = frame[terms.LEVEL].map(of_level).rename("named")
    problems = []
    for (organisation, key), rows in _prices_of_several(frame, named.to_frame()):
        listed = " and ".join(sorted(named[rows.index].dropna().unique()))
        problems.append(
            Problem("levels_of_unlike_attributes", f"the levels of {key} of {organisation} name {listed}",
                    Where(file=file, row=int(rows.index[0]) + 1, item=str(key)),
                    remedy="name the same attributes in the same order in each row")
        )  # fmt: skip
    return problems


def _prices_of_several(frame: pd.DataFrame, said: pd.DataFrame) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    """The rows of each price of which one of the columns of `said` says several things; blank says nothing."""
    price = frame.groupby(PRICE_KEY, sort=False).ngroup()
    words = said.groupby(price).nunique()
    several = (words > 1).any(axis=1)
    for (organisation, key), rows in frame[price.map(several)].groupby(PRICE_KEY, sort=False):
        yield (str(organisation), str(key)), rows


ROW_CHECKS: Final = (unknown_words, unreadable_years, unreadable_levels)
PRICE_CHECKS: Final = (repeated_rows, price_stated_twice, levels_of_unlike_attributes, totals_among_prices)


def _unreadable(frame: pd.DataFrame, column: str, read: Callable[[str], object], file: str) -> list[Problem]:
    problems = []
    for text in frame.loc[frame[column] != "", column].unique():
        try:
            read(text)
        except ValueError as error:
            rows = (frame[column] == text).to_numpy()
            where = Where(file=file, row=first_row(rows), item=column)
            problems.append(Problem(f"{column}_unreadable", f"{error} ({rows_text(rows)})", where))
    return problems


def _disagrees(rows: pd.DataFrame, organisation: str, key: str, column: str, file: str) -> Problem:
    stated = ", ".join(repr(value) for value in rows[column].unique())
    return Problem(
        "price_stated_twice",
        f"the rows of {key} of {organisation} disagree about {column}: {stated}",
        Where(file=file, row=int(rows.index[0]) + 1, item=key),
    )
