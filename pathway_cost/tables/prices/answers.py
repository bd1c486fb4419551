"""What one set of prices answers for one unit cost at one organisation: its rows, or why they do not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.errors import Form, told
from pathway_cost.tables.prices.national import LICENCE, NationalPrice, NationalSchedule
from pathway_cost.tables.prices.unit_costs import ACCEPTED, PRICE_INDEX, SET_COLUMNS, UnitCosts

Key = tuple[str, str]  # organisation, unit cost
Taken = Mapping[Key, tuple[int, str]]  # what answered each key: the number of the set, and whose price of it


class Declared(NamedTuple):
    """What the pathway declares of one unit cost key."""

    unit: str
    covers: str
    bundle: str | None = None
    department: str | None = None
    codes: tuple[str, ...] = ()
    times: float | None = None
    """Share of the national line that a lone part key stands for."""
    per_use: tuple[str, float] | None = None
    """(unit of the price, how many of them make one unit used)."""
    grade: str | None = None
    title: str | None = None


class Answer(NamedTuple):
    """The rows that a set gives for one key at one organisation, in the declared unit, and whose price they are."""

    rows: pd.DataFrame
    taken_from: str
    """Organisation whose price it is: the one asked, another by name, or `*`."""


class Held(NamedTuple):
    """One price of a set: the positions of its rows, and what decides whether it fits what is declared."""

    at: tuple[int, ...]
    unit: str
    covers: str
    small: str
    """Why it rests on too few records; nothing when it does not."""


class Asked(NamedTuple):
    """A set of prices with what it holds by (organisation, key), and organisation → the one that it borrows from."""

    costs: UnitCosts | NationalSchedule
    held: Mapping[tuple[str, str], Held]
    borrow: Mapping[str, str]

    @property
    def name(self) -> str:
        """Name of the set."""
        return self.costs.name

    def rows(self, lender: str, key: str) -> pd.DataFrame:
        """The rows of one key of one organisation; none where it has none."""
        held = self.held.get((lender, key))
        return self.costs.frame.take([] if held is None else list(held.at))


def asked(costs: UnitCosts | NationalSchedule) -> Asked:
    """A set of unit costs, or a national schedule, made ready to be looked up by (organisation, key) many times."""
    if isinstance(costs, NationalSchedule):
        return Asked(costs, {}, {})
    frame = costs.frame
    pairs = zip(frame[terms.ORGANISATION], frame[terms.UNIT_COST], strict=True)
    places: dict[tuple[str, str], list[int]] = {}
    for row, pair in enumerate(pairs):
        places.setdefault(pair, []).append(row)
    unit, covers = frame[terms.UNIT].to_numpy(), frame[terms.COVERS].to_numpy()
    parent = (frame[terms.LEVEL] == "").to_numpy()
    accepted, count = frame[ACCEPTED].to_numpy(dtype=bool), frame[terms.N].to_numpy()
    held = {
        pair: Held(tuple(at), unit[at[0]], covers[at[0]], _small(parent[at], accepted[at], count[at]))
        for pair, at in places.items()
    }
    return Asked(costs, held, costs.borrow)


def _small(parent: NDArray[np.bool_], accepted: NDArray[np.bool_], count: NDArray[np.float64]) -> str:
    """Why a price rests on too few records: its own, or a level's where there is no price without levels."""
    if parent.any():
        return "" if accepted[parent].all() else _too_few(count[parent][0])
    return "" if accepted.all() else "a level rests on too few records, and there is no price without levels"


def _too_few(count: float) -> str:
    """The words, with how many where that is told."""
    return "too few records" if np.isnan(count) else f"too few records (n = {count:.0f})"


def lenders(of: Asked, organisation: str) -> Iterator[str]:
    """Whose prices count for an organisation, in order: its own, the one it borrows from by name, any's."""
    yield organisation
    if organisation in of.borrow:
        yield of.borrow[organisation]
    yield terms.ANY_ORGANISATION


def answer_from(of: Asked, key: str, lender: str, declared: Declared) -> Answer | None:
    """The price of one lender, where it has the unit, covers what is declared and rests on enough records."""
    held = of.held.get((lender, key))
    if held is None or why_unfit(held, declared):
        return None
    return Answer(in_declared_unit(of.rows(lender, key), held.unit, declared), lender)


def answer(of: Asked, key: str, organisation: str, declared: Declared) -> Answer | None:
    """The set's price for one key at one organisation, or None."""
    if isinstance(of.costs, NationalSchedule):
        return None if why_not_national(of.costs, declared) else _national(of.costs, key, declared)
    found = (answer_from(of, key, lender, declared) for lender in lenders(of, organisation))
    return next((price for price in found if price is not None), None)


def what_it_holds(of: Asked, key: str, organisation: str, declared: Declared) -> str:
    """Why a set has no price for a key at an organisation, in a few words."""
    if isinstance(of.costs, NationalSchedule):
        return why_not_national(of.costs, declared)
    reasons = [
        f"{'' if lender == organisation else f'{lender}: '}{why_unfit(of.held[lender, key], declared)}"
        for lender in lenders(of, organisation)
        if (lender, key) in of.held
    ]
    if reasons:
        return "; ".join(reasons)
    others = [told(holder, Form.ORGANISATION) for holder, held in of.held if held == key]
    return f"only a price of {', '.join(dict.fromkeys(others))}" if others else "no such key"


# --- fitness -----------------------------------------------------------------------------------------------------------
def why_unfit(held: Held, declared: Declared) -> str:
    """Why a price does not fit what is declared (another unit, another scope, too few records); nothing when it does."""
    if units_per_use(held.unit, declared) is None:
        return f"priced per {told(held.unit, Form.NAME, [declared.unit])}, not per {declared.unit}"
    if held.covers != declared.covers:
        return f"covers {_scope(held.covers)}, not {_scope(declared.covers)}"
    return held.small


def why_not_national(schedule: NationalSchedule, declared: Declared) -> str:
    """Why the national schedule has no price for a declared key; nothing when it has."""
    if declared.bundle is not None:
        return "a part of a bundle is never priced nationally"
    if declared.department is None:
        return "the pathway names no national line for it"
    if declared.covers == terms.Covers.PART and declared.times is None:
        return "a national line pays for the whole record; a part needs `times:`"
    found = schedule.price(declared.department, declared.codes)
    if found is None:
        return schedule.why_not(declared.department, declared.codes)
    if units_per_use(found.unit, declared) is None:
        return f"priced per {found.unit}, not per {declared.unit}"
    return ""


def units_per_use(unit: str, declared: Declared) -> float | None:
    """How many units of the price make one unit used; None where they do not convert."""
    if unit == declared.unit:
        return 1.0
    return declared.per_use[1] if declared.per_use is not None and declared.per_use[0] == unit else None


def in_declared_unit(rows: pd.DataFrame, unit: str, declared: Declared) -> pd.DataFrame:
    """The rows per declared unit, their source saying so where the price's own unit is another."""
    if unit == declared.unit:
        return rows
    factor = units_per_use(unit, declared) or 1.0
    source = rows[terms.SOURCE] + f"; {factor:g} {unit} a {declared.unit}"
    return scaled(rows, factor).assign(unit=declared.unit, source=source)


def scaled(rows: pd.DataFrame, factor: float) -> pd.DataFrame:
    """The rows with pounds and standard error times a factor."""
    return rows.assign(
        **{terms.VALUE_GBP: rows[terms.VALUE_GBP] * factor, terms.SE_TOTAL: rows[terms.SE_TOTAL] * factor}
    )


def _scope(covers: str) -> str:
    return "the whole record" if covers == terms.Covers.WHOLE else "a part of it"


def _national(schedule: NationalSchedule, key: str, declared: Declared) -> Answer | None:
    assert declared.department is not None  # why_not_national has seen to it
    found = schedule.price(declared.department, declared.codes)
    if found is None:
        return None
    return Answer(in_declared_unit(_national_rows(found, key, declared), found.unit, declared), terms.ANY_ORGANISATION)


def _national_rows(found: NationalPrice, key: str, declared: Declared) -> pd.DataFrame:
    share = declared.times if declared.times is not None else 1.0
    row = {
        terms.UNIT_COST: key,
        terms.ORGANISATION: terms.ANY_ORGANISATION,
        terms.LEVEL: "",
        terms.COMPONENT: terms.UNSPLIT,
        terms.VALUE_GBP: found.gbp * share,
        terms.UNIT: found.unit,
        terms.COVERS: declared.covers,
        terms.PRICE_YEAR: found.price_year,
        terms.BASIS: str(terms.Basis.NATIONAL),
        terms.MFF: terms.MFF_NATIONAL,
        terms.N: found.activity if found.activity is not None else float("nan"),
        terms.SE_TOTAL: float("nan"),
        terms.SOURCE: found.source if share == 1 else f"{found.source}; × {share:g} of the whole record",
        terms.LICENCE: LICENCE,
        terms.GRADE: str(terms.Grade.PUBLISHED) if share == 1 else declared.grade or str(terms.Grade.ASSUMPTION),
        ACCEPTED: True,
        PRICE_INDEX: "",
    }
    return pd.DataFrame([row])[list(SET_COLUMNS)]
