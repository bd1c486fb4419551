"""A set of unit costs: pounds a unit by key, organisation, level and component. Checked once, here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.errors import Problem, TableFaults, Where, in_short, raise_if_any
from pathway_cost.tables.prices import unit_cost_checks as checks
from pathway_cost.tables.reading import (
    as_pandas,
    cells_wrong,
    columns_missing,
    columns_unused,
    hands_out,
    not_text,
    numbers_of,
    numbers_wrong,
    parted,
    price_year,
    rows_text,
    text_of,
)

ACCEPTED: Final = "accepted"  # False: fewer records than the rules ask for, so the price does not count as an answer
NEGATIVE: Final = "negative"  # `allowed` where a price below £0 is meant: a rebate
PRICE_INDEX: Final = "price_index"  # index that brings the price to another year; "": by kind of organisation

REQUIRED: Final = (terms.UNIT_COST, terms.VALUE_GBP, terms.UNIT, terms.COVERS, terms.PRICE_YEAR, terms.SOURCE)
DEFAULTS: Final = {
    terms.ORGANISATION: terms.ANY_ORGANISATION,
    terms.LEVEL: "",
    terms.COMPONENT: terms.UNSPLIT,
    terms.BASIS: str(terms.Basis.TABLE),
    terms.LICENCE: "",
    terms.GRADE: str(terms.Grade.ASSUMPTION),
    PRICE_INDEX: "",
}
CODES: Final = (terms.UNIT_COST, terms.ORGANISATION, terms.LEVEL, terms.COMPONENT, terms.UNIT)  # text in any file
SET_COLUMNS: Final = (*terms.UNIT_COST_COLUMNS, ACCEPTED, PRICE_INDEX)
READ_COLUMNS: Final = (*SET_COLUMNS, NEGATIVE)
OF_PRICES: Final = ("source_price_year", "uplift_factor", "uplift_index", "mff_factor", "fallback", "set", "scaled")
"""Columns that a table of a study's prices has beside those of a set: they say where a price came from."""


@dataclass(frozen=True, repr=False, eq=False)
class Written:
    """Where a user wrote each row of a set, so that a message can name it, and whether a price below £0 is meant there.

    `item` is set where the prices are no table but entries of the study (`unit_costs.2.prices`).
    """

    file: str
    rows: NDArray[np.int64]
    """Numbers from 0 of the rows below the header."""
    negative: NDArray[np.bool_]
    item: str = ""

    @property
    def name(self) -> str:
        """What a message calls it."""
        return self.file or self.item

    def taken(self, order: NDArray[np.int64]) -> Written:
        """The same for the rows in another order."""
        return replace(self, rows=self.rows[order], negative=self.negative[order])

    def place(self, at: int, key: str) -> Where:
        """Where the row at a position of the set stands."""
        if self.item:
            return Where(item=f"{self.item}.{key}")
        return Where(file=self.file, row=int(self.rows[at]) + 1, item=key)

    def rows_at(self, positions: Sequence[int]) -> str:
        """The rows at some positions, in words: `row 3`; nothing for entries of the study."""
        return "" if self.item else rows_text(sorted(int(self.rows[at]) for at in positions))


@hands_out("frame")
@dataclass(frozen=True, repr=False, eq=False)
class UnitCosts:
    """One set of unit costs, in the columns of `SET_COLUMNS`: rows are key × organisation × level × component.

    Make it with `from_frame`; the frame is then known to be whole.
    """

    frame: pd.DataFrame
    name: str
    borrow: Mapping[str, str] = field(default_factory=dict)
    """Organisation without a price of its own → the one whose price of this set it borrows."""
    notes: tuple[Problem, ...] = ()
    """What there is to say of the table."""
    written: Written | None = None
    """Where a user wrote the rows; None where rules made them."""

    def __repr__(self) -> str:
        """Its name, and how many prices it holds."""
        return in_short(f"UnitCosts of {self.name}: {len(self.frame):,} rows")

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        name: str = "unit costs",
        where: str = "",
        item: str = "",
        borrow: Mapping[str, str] | None = None,
        notes: Iterable[Problem] = (),
    ) -> UnitCosts:
        """Unit costs out of any dataframe, which is copied.

        Needed columns: unit_cost, value_gbp (£ a unit), unit, covers (whole or part), price_year, source.
        Filled where absent: organisation `*` (any), level (none), component `unsplit`, basis `table`, licence,
        grade `assumption`, n and se_total (unknown), accepted (yes), price_index (by kind of organisation), and mff:
        `in` (local price level) for a named organisation, `national` for any. A column `negative` says `allowed`
        beside prices below £0 that are meant.

        Args:
            frame: the table.
            name: what reports call the set.
            where: the file it came from, for messages.
            item: the entry of the study that holds the prices, where they come from no table.
            borrow: organisation without a price → the one whose price it borrows.
            notes: what its reader has to say of it.

        Raises:
            TableFaults: every fault of the table, with row numbers.

        >>> costs = UnitCosts.from_frame(
        ...     {"unit_cost": ["ward.bed_day"], "value_gbp": ["450"], "unit": ["bed_day"], "covers": ["part"],
        ...      "price_year": ["2024/25"], "source": ["Costing team, September 2025"]}, name="ward prices")
        >>> costs.frame.loc[0, ["organisation", "component", "price_year", "mff"]].tolist()
        ['*', 'unsplit', '2024-25', 'national']
        """
        given, file = as_pandas(frame), where or name
        raise_if_any(columns_missing(given, REQUIRED, file), TableFaults)
        filled, problems = _filled(given, file)
        negative, in_negative = _negative(given, file)
        problems += [*in_negative, *columns_unused(given, READ_COLUMNS, file, quiet=OF_PRICES)]
        problems += [problem for check in checks.ROW_CHECKS for problem in check(filled, file)]
        said = raise_if_any(problems, TableFaults)
        filled[terms.PRICE_YEAR] = filled[terms.PRICE_YEAR].map(price_year)
        raise_if_any((problem for check in checks.PRICE_CHECKS for problem in check(filled, file)), TableFaults)
        written = Written(file, np.arange(len(filled)), negative, item)
        return cls(filled, name, dict(borrow or {}), (*notes, *said), written)

    def in_order(self) -> UnitCosts:
        """The same prices by key, organisation, level and component, whatever the order of a user's rows."""
        place = [terms.UNIT_COST, terms.ORGANISATION, terms.LEVEL, terms.COMPONENT]
        order = self.frame.sort_values(place).index.to_numpy()
        written = None if self.written is None else self.written.taken(order)
        return replace(self, frame=self.frame.take(order).reset_index(drop=True), written=written)

    @cached_property
    def pounds_and_levels(self) -> tuple[list[float], list[str]]:
        """Pounds and level of each row."""
        return self.frame[terms.VALUE_GBP].tolist(), self.frame[terms.LEVEL].tolist()

    @property
    def keys(self) -> tuple[str, ...]:
        """Every unit cost key the set holds, in order of appearance."""
        return tuple(dict.fromkeys(self.frame[terms.UNIT_COST]))


def _filled(given: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """The columns of a set, in order and of their type, and the faults of single cells."""
    columns: dict[str, tuple[Any, list[Problem]]] = {}
    for name in SET_COLUMNS:
        if name in (terms.VALUE_GBP, terms.N, terms.SE_TOTAL):
            columns[name] = _numbers(given, name, file)
        elif name == ACCEPTED:
            columns[name] = _accepted(given, file)
        elif name != terms.MFF:
            columns[name] = _text(given, name, file)
    organisation, _ = columns[terms.ORGANISATION]
    columns[terms.MFF] = _mff(given, organisation, file)
    read, problems = parted(columns)
    return pd.DataFrame({name: read[name] for name in SET_COLUMNS}, index=given.index), problems


def _text(given: pd.DataFrame, name: str, file: str) -> tuple[pd.Series, list[Problem]]:
    if name not in given.columns:
        return pd.Series(DEFAULTS[name], index=given.index, dtype="str"), []
    text = text_of(given[name])
    if text is None:
        return pd.Series("", index=given.index, dtype="str"), [not_text(name, file)]
    if name in DEFAULTS:
        return text.fillna(DEFAULTS[name]), []
    return text.fillna(""), cells_wrong(text.isna().to_numpy(), "value_missing", f"{name!r} is blank", name, file)


def _numbers(given: pd.DataFrame, name: str, file: str) -> tuple[np.ndarray, list[Problem]]:
    if name not in given.columns:
        return np.full(len(given), np.nan), []
    numbers, bad = numbers_of(given[name])
    if name != terms.VALUE_GBP:
        bad &= (given[name].notna() & (given[name].astype("str") != "")).to_numpy()
    what = f"{name!r} is not a finite number"
    return numbers, numbers_wrong(given[name], bad, "value_is_not_a_number", what, file=file, may_show=True)


def _accepted(given: pd.DataFrame, file: str) -> tuple[np.ndarray, list[Problem]]:
    if ACCEPTED not in given.columns:
        return np.ones(len(given), dtype=bool), []
    words = given[ACCEPTED].astype("str").str.casefold().fillna("").replace("", "yes")
    bad = ~words.isin(["true", "yes", "false", "no"]).to_numpy()
    what = f"{ACCEPTED!r} is neither yes nor no"
    return words.isin(["true", "yes"]).to_numpy(), cells_wrong(bad, "accepted_is_not_yes_or_no", what, ACCEPTED, file)


def _negative(given: pd.DataFrame, file: str) -> tuple[NDArray[np.bool_], list[Problem]]:
    """The rows where a price below £0 is meant."""
    if NEGATIVE not in given.columns:
        return np.zeros(len(given), dtype=bool), []
    words = given[NEGATIVE].astype("str").where(given[NEGATIVE].notna(), "").to_numpy(dtype=str)
    what = f"{NEGATIVE!r} is neither `allowed` nor blank"
    bad = ~np.isin(words, ["", "allowed"])
    faults = cells_wrong(bad, "negative_is_not_allowed", what, NEGATIVE, file)
    return np.asarray(words == "allowed", dtype=bool), faults


def _mff(given: pd.DataFrame, organisation: pd.Series, file: str) -> tuple[pd.Series, list[Problem]]:
    by_organisation = pd.Series(
        np.where(organisation == terms.ANY_ORGANISATION, terms.MFF_NATIONAL, terms.MFF_IN),
        index=given.index,
        dtype="str",
    )
    if terms.MFF not in given.columns:
        return by_organisation, []
    text = text_of(given[terms.MFF])
    if text is None:
        return by_organisation, [not_text(terms.MFF, file)]
    return text.fillna(by_organisation), []
