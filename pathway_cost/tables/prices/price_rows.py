"""Rows of price sets brought to the study's price year and price level, and what there is to say of that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import PriceFaults, Problem, Severity, Where, first_few
from pathway_cost.tables.prices.price_index import Base, Uplift
from pathway_cost.tables.prices.unit_costs import PRICE_INDEX

PRICES_SHOWN: Final = 4  # prices named in one fault


class Brought(NamedTuple):
    """What brings a row to the study's price year: the index (none needed: ""), its factor, faults and notes."""

    index_name: str
    factor: float
    problems: tuple[Problem, ...]

    @property
    def is_faulty(self) -> bool:
        """Whether the row cannot be brought there."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def brought(rows: pd.DataFrame, base: Base) -> list[Brought]:
    """For each row, the index and factor that bring it to the study's price year, or the faults why none does."""
    asked = list(zip(rows[terms.ORGANISATION], rows[terms.PRICE_YEAR], rows[PRICE_INDEX], strict=True))
    answers = {each: _brought(*each, base) for each in dict.fromkeys(asked)}
    return [answers[each] for each in asked]


def told(years: list[Brought], rows: pd.DataFrame) -> list[Problem]:
    """Faults and notes of bringing rows to the price year, each once; a fault says which prices it keeps from the study."""
    asked: dict[Problem, dict[str, None]] = {}
    names = zip(rows[terms.UNIT_COST], rows[terms.ORGANISATION], rows["set"], strict=True)
    for year, (key, organisation, name) in zip(years, names, strict=True):
        for problem in year.problems:
            asked.setdefault(problem, {})[f"{key} of {organisation} ({name})"] = None
    return [_with_prices(problem, list(prices)) for problem, prices in asked.items()]


def _with_prices(problem: Problem, prices: list[str]) -> Problem:
    if problem.severity is not Severity.ERROR:
        return problem
    return replace(problem, what=f"{problem.what}; wanted for {first_few(prices, PRICES_SHOWN)}")


def price_rows(rows: pd.DataFrame, years: list[Brought], base: Base) -> pd.DataFrame:
    """The rows in the study's price year and, where a factor is named for the organisation, at its price level.

    The standard error of a price is scaled with it.
    """
    named = rows[terms.ORGANISATION].isin(list(base.mff)).to_numpy()
    national = (rows[terms.MFF] == terms.MFF_NATIONAL).to_numpy()
    mff = rows[terms.ORGANISATION].map(dict(base.mff)).where(named & national, 1.0).to_numpy(dtype=np.float64)
    uplift = np.array([year.factor for year in years])
    columns: dict[str, Any] = {
        terms.VALUE_GBP: rows[terms.VALUE_GBP].to_numpy() * uplift * mff,
        terms.SE_TOTAL: rows[terms.SE_TOTAL].to_numpy() * uplift * mff,
        terms.PRICE_YEAR: base.price_year,
        terms.MFF: rows[terms.MFF].where(~named, terms.MFF_IN),
        "source_price_year": rows[terms.PRICE_YEAR],
        "uplift_factor": uplift,
        "uplift_index": [year.index_name for year in years],
        "mff_factor": mff,
    }
    return rows.assign(**columns)


def index_not_named(kind: str, year: str, base: Base, *, of: str = "") -> Problem:
    """Prices of another year, and no index for the kind of organisation; `of` is whose, in words."""
    return Problem(
        "index_not_named",
        f"a price{of} is of {year}, and no price index is named for its kind ({kind or 'unknown'})",
        Where(item=f"price_index.kinds.{kind or 'unknown'}"),
        remedy=f"add to the study `price_index: {{kinds: {{{kind or 'kind'}: index}}}}`, "
        f"or give its prices in {base.price_year}",
    )


def _brought(organisation: str, year: str, own_index: str, base: Base) -> Brought:
    if year == base.price_year:
        return Brought("", 1.0, ())
    name = own_index or base.index_of(organisation)
    if not name:
        return Brought("", 1.0, (index_not_named(base.kinds.get(organisation, ""), year, base),))
    try:
        uplift = base.uplift(name, year)
    except PriceFaults as error:
        return Brought(name, 1.0, error.problems)
    return Brought(name, uplift.factor, _assumed(uplift, name, base.price_year))


def _assumed(uplift: Uplift, name: str, price_year: str) -> tuple[Problem, ...]:
    """Growth that rests on nothing but assumption."""
    return tuple(
        Problem(
            "index_rate_assumed",
            f"prices brought to {price_year} take {name} growth of {step.rate:.2%} into {step.year}: an assumption",
            Where(item=f"price_index.rates.{name}.{step.year}"),
            severity=Severity.NOTE,
        )
        for step in uplift.steps
        if step.grade == terms.Grade.ASSUMPTION
    )
