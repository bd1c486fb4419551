"""Price indices: pounds of one year in another, growth compounded, never added; and the price base of a study."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import percent, terms
from pathway_cost.errors import Form, PriceFaults, Problem, TableFaults, Where, nearest_cell, raise_if_any
from pathway_cost.tables.reading import (
    as_pandas,
    cells_unreadable,
    cells_wrong,
    columns_missing,
    columns_unused,
    first_row,
    not_text,
    numbers_of,
    numbers_wrong,
    price_year,
    read_shipped,
    rows_text,
    text_of,
    year_wrong,
    years_after,
)

INDEX: Final = "index"
RATE: Final = "rate"  # growth into the price year: 0.0431 is 4.31%
EDITION: Final = "edition"  # of the publication: rates are revised between editions
INDEX_COLUMNS: Final = (INDEX, terms.PRICE_YEAR, RATE, EDITION, terms.SOURCE, terms.GRADE)
FROM_STUDY: Final = "stated in the study"
YEARS_SHOWN: Final = 4  # missing years that have a fault each


class Step(NamedTuple):
    """Growth into one year."""

    year: str
    rate: float
    grade: str


class Uplift(NamedTuple):
    """What brings pounds from one year to another, and the growth it is made of."""

    factor: float
    steps: tuple[Step, ...]


@dataclass(frozen=True, repr=False, eq=False)
class PriceIndex:
    """Growth of prices by index and year, and which index serves which kind of organisation.

    >>> index = PriceIndex.shipped()
    >>> round(1000 * index.factor("nhscii", "2021-22", "2023-24").factor, 2)
    1119.45
    >>> index.of_kind("council")
    'pss'
    """

    frame: pd.DataFrame
    kinds: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()
    """What there is to say of the tables a user added."""

    @classmethod
    def shipped(cls) -> PriceIndex:
        """The NHS Cost Inflation Index (pay and prices) and the PSS index that ship with the package."""
        return _shipped()

    def with_rates(
        self, rates: Mapping[str, Mapping[str, float]] | Any, *, where: str = FROM_STUDY, notes: Iterable[Problem] = ()
    ) -> PriceIndex:
        """This index with more years: {index: {price year: growth}}, or a table in the columns of `INDEX_COLUMNS`.

        A year that is already there is replaced. Rates given as a mapping are graded `assumption`. `notes` are what the
        reader of the table has to say of it.

        Raises:
            TableFaults: a year or rate that cannot be read, or one given twice.

        >>> index = PriceIndex.shipped().with_rates({"nhscii": {"2024-25": 0.03}})
        >>> round(1000 * index.factor("nhscii", "2023-24", "2024-25").factor, 2)
        1030.0
        """
        table = _from_mapping(rates) if _is_mapping_of_rates(rates) else as_pandas(rates)
        if table.empty and isinstance(rates, Mapping):
            return self
        both = pd.concat([self.frame, _checked(table, where)], ignore_index=True)
        frame = both.drop_duplicates([INDEX, terms.PRICE_YEAR], keep="last", ignore_index=True)
        said = columns_unused(table, INDEX_COLUMNS, where)
        return replace(self, frame=frame, notes=(*self.notes, *notes, *said))

    def with_kinds(self, kinds: Mapping[str, str]) -> PriceIndex:
        """This index with other indices for some kinds of organisation."""
        return replace(self, kinds={**self.kinds, **kinds})

    def of_kind(self, kind: str) -> str | None:
        """The index for a kind of organisation; None where nobody has named one."""
        return self.kinds.get(kind)

    @property
    def names(self) -> tuple[str, ...]:
        """Every index that has a rate."""
        return tuple(dict.fromkeys(self.frame[INDEX]))

    def growth(self, index: str, year: str) -> float | None:
        """Growth into a price year; None where the index has none.

        >>> PriceIndex.shipped().with_rates({"town": {"2024-25": 0.1}}).growth("town", "2024-25")
        0.1
        """
        step = self._rates.get((index, year))
        return None if step is None else step.rate

    def factor(self, index: str, from_year: str, to_year: str) -> Uplift:
        """What £1 of `from_year` is in `to_year`: the product of (1 + growth); downwards divides.

        Raises:
            PriceFaults: a year on the way has no rate; the message shows the line to add.
        """
        upwards = from_year <= to_year
        years = years_after(from_year, to_year) if upwards else years_after(to_year, from_year)
        rates = self._rates
        missing = [year for year in years if (index, year) not in rates]
        raise_if_any(self._no_rates(index, missing, from_year, to_year), PriceFaults)
        steps = tuple(rates[index, year] for year in years)
        growth = prod(1 + step.rate for step in steps)
        return Uplift(growth if upwards else 1 / growth, steps)

    @property
    def _rates(self) -> dict[tuple[str, str], Step]:
        columns = (self.frame[name] for name in (INDEX, terms.PRICE_YEAR, RATE, terms.GRADE))
        return {
            (index, year): Step(year, float(rate), grade) for index, year, rate, grade in zip(*columns, strict=True)
        }

    def _no_rates(self, index: str, missing: Sequence[str], from_year: str, to_year: str) -> list[Problem]:
        """A fault for each of a few years, and one for many: they have one cause, mostly a year that is wrong."""
        if len(missing) <= YEARS_SHOWN:
            return [self._no_rate(index, [year], from_year, to_year) for year in missing]
        return [self._no_rate(index, missing, from_year, to_year)]

    def _no_rate(self, index: str, missing: Sequence[str], from_year: str, to_year: str) -> Problem:
        held = [held_year for name, held_year in self._rates if name == index]
        has = f"it has {min(held)} to {max(held)}" if held else "it has no rates at all"
        year, more = missing[0], len(missing) - 1
        others = f" and {more:,} more years up to {missing[-1]}" if more else ""
        each = "for each year " if more else ""
        return Problem(
            "index_lacks_year",
            f"the price index {index} has no growth into {year}{others}, needed from {from_year} to {to_year}; {has}",
            Where(item=f"price_index.rates.{index}"),
            None if held else nearest_cell(index, self.names, Form.COMPONENT),
            f"add {each}to the study `price_index: {{rates: {{{index}: {{{year}: 0.03}}}}}}` with the growth you assume, or "
            f"the line `{index},{year},0.03,edition,source,assumption` to your index table",
        )


@dataclass(frozen=True, repr=False, eq=False)
class Base:
    """The year that pounds are brought to, by which index, and factors for organisations' price level."""

    price_year: str
    index: PriceIndex | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    """Organisation → kind."""
    mff: Mapping[str, float] = field(default_factory=dict)
    """Organisation → market forces factor, for the organisations named."""

    def index_of(self, organisation: str) -> str | None:
        """The index that serves the organisation's kind; None where nobody has named one."""
        return None if self.index is None else self.index.of_kind(self.kinds.get(organisation, ""))

    def uplift(self, name: str, from_year: str) -> Uplift:
        """What brings pounds of a year to the study's.

        Raises:
            PriceFaults: the index lacks a year on the way.
        """
        if self.index is None or from_year == self.price_year:
            return Uplift(1.0, ())
        return self.index.factor(name, from_year, self.price_year)


@functools.cache
def _shipped() -> PriceIndex:
    kinds = read_shipped("index_by_kind.csv")
    named = {kind: index for kind, index in zip(kinds["kind"], kinds[INDEX], strict=True) if index}
    return PriceIndex(_checked(read_shipped("price_index.csv"), "price_index.csv"), named)


def _is_mapping_of_rates(rates: Any) -> bool:
    return isinstance(rates, Mapping) and all(isinstance(by_year, Mapping) for by_year in rates.values())


def _from_mapping(rates: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    rows = [(index, year, rate) for index, by_year in rates.items() for year, rate in by_year.items()]
    return pd.DataFrame(rows, columns=[INDEX, terms.PRICE_YEAR, RATE])


def _checked(given: pd.DataFrame, file: str) -> pd.DataFrame:
    raise_if_any(columns_missing(given, (INDEX, terms.PRICE_YEAR, RATE), file), TableFaults)
    defaults = {EDITION: "", terms.SOURCE: FROM_STUDY, terms.GRADE: str(terms.Grade.ASSUMPTION)}
    frame = pd.DataFrame(index=given.index)
    problems: list[Problem] = []
    for name in INDEX_COLUMNS:
        if name == RATE:
            frame[name], bad = numbers_of(given[name])
            problems += _no_growth(given[name], frame[name].to_numpy(), bad, file)
            continue
        text = text_of(given[name]) if name in given.columns else pd.Series(pd.NA, index=given.index, dtype="str")
        if text is None:
            problems.append(not_text(name, file))
            text = pd.Series("", index=given.index, dtype="str")
        frame[name] = text.fillna(defaults.get(name, ""))
    problems += cells_wrong((frame[INDEX] == "").to_numpy(), "value_missing", "the index has no name", INDEX, file)
    problems += cells_unreadable(frame[terms.PRICE_YEAR], year_wrong, "price_year_unreadable", file)
    problems += columns_unused(given, INDEX_COLUMNS, file)
    raise_if_any(problems, TableFaults)
    frame[terms.PRICE_YEAR] = frame[terms.PRICE_YEAR].map(price_year)
    twice = frame.duplicated([INDEX, terms.PRICE_YEAR]).to_numpy()
    raise_if_any(cells_wrong(twice, "rate_given_twice", "an index has two rates for one year", RATE, file), TableFaults)
    return frame


def _no_growth(column: pd.Series, rates: NDArray[np.float64], no_number: NDArray[np.bool_], file: str) -> list[Problem]:
    """Rates that are no numbers, and those that are no growth, each with what was meant."""
    what = "the rate is not a number above -1 (0.03 is 3%)"
    problems = numbers_wrong(column, no_number, "rate_is_not_a_number", what, file=file, may_show=True)
    for rate in dict.fromkeys(rates[~no_number]):
        if fault := percent.growth_fault(float(rate)):
            where = Where(file=file, row=first_row(rates == rate), item=RATE)
            problems.append(Problem("rate_is_no_growth", f"{fault} ({rows_text(rates == rate)})", where))
    return problems
