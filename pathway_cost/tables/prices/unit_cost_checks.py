"""Faults of a table of unit costs: one rule a function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import Form, Problem, Where, shown, told
from pathway_cost.tables.prices.cells_written import CELLS_THAT_ARE_WRITTEN
from pathway_cost.tables.prices.levels import level_wrong, read_level
from pathway_cost.tables.reading import Known, cells_unreadable, totals_among_prices, unknown_values, year_wrong

WORDS: Final[dict[str, tuple[str, ...]]] = {
    terms.COVERS: tuple(map(str, terms.Covers)),
    terms.BASIS: tuple(map(str, terms.Basis)),
    terms.MFF: (terms.MFF_IN, terms.MFF_NATIONAL),
    terms.GRADE: tuple(map(str, terms.Grade)),
}
SAID_OF: Final = {terms.PRICE_YEAR: Form.YEAR} | dict.fromkeys(
    (terms.UNIT, terms.COVERS, terms.MFF, terms.BASIS), Form.NAME
)
"""Column of what a price states once → what its cells look like."""
PRICE_KEY: Final = [terms.ORGANISATION, terms.UNIT_COST]
STATED_ONCE: Final = (terms.UNIT, terms.COVERS, terms.PRICE_YEAR, terms.MFF, terms.BASIS)


def unknown_words(frame: pd.DataFrame, file: str) -> list[Problem]:
    """A word of a closed list (covers, basis, mff, grade) that is not on it."""
    problems = []
    for column, allowed in WORDS.items():
        found, words = pd.factorize(frame[column])
        none = ~frame[column].isin(allowed).to_numpy()
        known = Known(allowed, file, column, "word_unknown", f"none of {', '.join(allowed)}")
        problems += unknown_values(none, found, list(words), known)
    return problems


def unreadable_years(frame: pd.DataFrame, file: str) -> list[Problem]:
    """A price year that is no financial year; a blank one is another fault."""
    return cells_unreadable(
        frame[terms.PRICE_YEAR], lambda text: year_wrong(text) if text else None, "price_year_unreadable", file
    )


def unreadable_levels(frame: pd.DataFrame, file: str) -> list[Problem]:
    """A level that is not `attribute=level`."""
    return cells_unreadable(frame[terms.LEVEL], level_wrong, "level_unreadable", file)


def repeated_rows(frame: pd.DataFrame, file: str) -> list[Problem]:
    """Two rows for one key, organisation, level and component: their pounds would be counted twice."""
    keys = [*PRICE_KEY, terms.LEVEL, terms.COMPONENT]
    rows = np.flatnonzero(frame.duplicated(keys).to_numpy())
    texts = (frame[name].iloc[rows].tolist() for name in keys)
    return [
        Problem(
            "price_given_twice",
            f"{price_named(key, organisation)} has two rows for level {_level_said(level)}, component {component!r}",
            Where(file=file, row=int(row) + 1, item=told(key, Form.KEY)),
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
        listed = " and ".join(sorted(_attributes_said(each) for each in named[rows.index].dropna().unique()))
        problems.append(
            Problem("levels_of_unlike_attributes", f"the levels of {price_named(key, organisation)} name {listed}",
                    Where(file=file, row=int(rows.index[0]) + 1, item=told(key, Form.KEY)),
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


ROW_CHECKS: Final = (unknown_words, unreadable_years, unreadable_levels, *CELLS_THAT_ARE_WRITTEN)
PRICE_CHECKS: Final = (repeated_rows, price_stated_twice, levels_of_unlike_attributes, totals_among_prices)


def _disagrees(rows: pd.DataFrame, organisation: str, key: str, column: str, file: str) -> Problem:
    stated = ", ".join(shown(value, SAID_OF[column]) for value in rows[column].unique())
    return Problem(
        "price_stated_twice",
        f"the rows of {price_named(key, organisation)} disagree about {column}: {stated}",
        Where(file=file, row=int(rows.index[0]) + 1, item=told(key, Form.KEY)),
    )


def price_named(key: str, organisation: str) -> str:
    """A price by its key and organisation, as a message may say it."""
    return f"{told(key, Form.KEY)} of {told(organisation, Form.ORGANISATION)}"


def _level_said(level: str) -> str:
    return repr(level) if level == "" else shown(level, Form.LEVELS)


def _attributes_said(names: str) -> str:
    return "|".join(told(name, Form.NAME) for name in names.split("|"))
