"""Cells of a table of unit costs that a run writes into its files: each is what its column holds, and nobody's number."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import Form, Problem, holds_nhs_number, may_show
from pathway_cost.tables.reading import are_nhs_numbers, cells_wrong, may_read_total

NUMBERS: Final = (terms.VALUE_GBP, terms.N, terms.SE_TOTAL)
NAMES: Final = {terms.COMPONENT: Form.COMPONENT, "price_index": Form.COMPONENT}
"""Columns of names that only the table itself declares."""
WORDS: Final = (terms.SOURCE, terms.LICENCE)
"""Columns in the user's own words, which a report prints as they stand."""


def names_that_are_none(frame: pd.DataFrame, file: str) -> list[Problem]:
    """A component or an index that is no name: a blank within, a date, a postcode, a long number."""
    remedy = "write a name such as `clinical_supplies`; see that each column holds what its header says"
    return [
        problem
        for column, form in NAMES.items()
        for words in [[word for word in frame[column].unique() if not _is_name(word, form)]]
        for problem in cells_wrong(
            frame[column].isin(words).to_numpy(dtype=bool),
            f"{column}_is_no_name",
            f"the {column} is no name",
            column,
            file,
            remedy=remedy,
        )
    ]


def numbers_of_patients(frame: pd.DataFrame, file: str) -> list[Problem]:
    """A whole number of ten digits that passes the check of an NHS number, where a price or a count is due."""
    return [
        problem
        for column in NUMBERS
        for problem in cells_wrong(
            are_nhs_numbers(frame[column].to_numpy(dtype=np.float64)),
            "number_cannot_be",
            f"{column} is an NHS number by its check digit",
            column,
            file,
            remedy="see that the column holds what its header says",
        )
    ]


def patients_in_words(frame: pd.DataFrame, file: str) -> list[Problem]:
    """A source or a licence that holds an NHS number."""
    return [
        problem
        for column in WORDS
        for words in [[word for word in frame[column].unique() if holds_nhs_number(word)]]
        for problem in cells_wrong(
            frame[column].isin(words).to_numpy(dtype=bool),
            "nhs_number_in_words",
            f"the {column} holds an NHS number",
            column,
            file,
            remedy="take it out: reports print where a price is from",
        )
    ]


def _is_name(word: str, form: Form) -> bool:
    return word == "" or may_show(word, form) or may_read_total(word)


CELLS_THAT_ARE_WRITTEN: Final = (names_that_are_none, numbers_of_patients, patients_in_words)
