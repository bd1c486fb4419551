"""From pools to prices: which year, which level borrows its parent's mean, and the rows of the unit cost table."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Final

import pandas as pd

from pathway_cost import terms
from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.plics.pricing.derive import level_texts
from pathway_cost.plics.pricing.slope import slope_of
from pathway_cost.plics.pricing.statistics import Pool
from pathway_cost.plics.pricing.usage import covers_of
from pathway_cost.plics.reading import counted, pounds
from pathway_cost.specs.format import ADMISSION, BED_DAY, Rule, UnitCostRules
from pathway_cost.tables.prices.unit_costs import ACCEPTED, SET_COLUMNS, UnitCosts

NAME: Final = "PLICS"  # what reports call the set
NationalRatio = Mapping[tuple[str, str], float]
"""(unit cost key, level) → the national set's price at that level ÷ its price over all."""


@dataclass(frozen=True)
class Price:
    """Pounds a unit of one key, by component, out of one pool. `denominator` × value = the pool's share of its pounds."""

    key: str
    unit: str
    rule: str
    organisation: str
    fin_year: str
    level: str
    gbp: Mapping[str, float]
    n: int
    denominator: float
    se: float
    accepted: bool
    borrowed: str = ""
    few: bool = False
    """Whether its pool is of so few records that nothing exact of them is handed on."""
    hidden: bool = False
    """Whether it does not say how many records stand behind it."""

    @property
    def pool(self) -> tuple[str, str, str, str]:
        """The pool that it comes from."""
        return (self.rule, self.organisation, self.fin_year, self.level)


def prices_of(pool: Pool, rules: UnitCostRules) -> tuple[Price, ...]:
    """One price, or a day and an admission for a slope; none where the pool cannot be priced."""
    rule = rules.rules[pool.rule]
    if pool.denominator <= 0 or not pool.gbp:
        return ()
    if rule.method == "slope":
        return _slope_prices(pool, rules)
    gbp = {component: float(pounds) / pool.denominator for component, pounds in pool.gbp.items()}
    return (_price(pool, rules, pool.rule, unit=_unit(rule), gbp=gbp, denominator=pool.denominator, se=pool.ratio_se),)


def to_share(prices: Iterable[Price], hidden: Collection[tuple[str, str, str, str]]) -> tuple[Price, ...]:
    """Prices that may be handed on: of few records in two figures, and without how many there are of a hidden pool.

    A price of a hidden pool is told to the penny: all its digits, or the exact shares of its components, are a ratio of whole
    pence, from which the records and their pounds can be worked out. What is costed with it tells no more.
    """
    told = (replace(price, hidden=price.pool in hidden) for price in prices)
    return tuple(
        _in_two_figures(price) if price.few else _to_the_penny_of(price) if price.hidden else price for price in told
    )


def _in_two_figures(price: Price) -> Price:
    """The price in two figures, its components in one more.

    >>> ward = Price("ward", "bed_day", "ward", "RXX", "2024-25", "", {"nurse": 303.0, "drugs": 93.0}, 3, 9.0, 5.0, True)
    >>> _in_two_figures(ward).gbp
    {'nurse': 306.0, 'drugs': 94.0}
    """
    exact = math.fsum(price.gbp.values())
    return _rounded(price, float(f"{exact:.1e}"), 2 - _magnitude(exact))


def _to_the_penny_of(price: Price) -> Price:
    """The price and its components to the penny, those of less than £10 in four figures."""
    exact = math.fsum(price.gbp.values())
    digits = max(2, 3 - _magnitude(exact))
    return _rounded(price, round(exact, digits), digits)


def _magnitude(gbp: float) -> int:
    """Which power of ten the first figure stands for."""
    return math.floor(math.log10(abs(gbp))) if gbp else 0


def _rounded(price: Price, whole: float, digits: int) -> Price:
    """The price at another value, its components in proportion, rounded so that they sum to it."""
    exact = math.fsum(price.gbp.values())
    reached = [round(part * (whole / exact if exact else 1.0), digits) for part in accumulate(price.gbp.values())]
    steps = (round(after - before, digits) for before, after in pairwise([0.0, *reached]))
    return replace(price, gbp=dict(zip(price.gbp, steps, strict=True)))


def prices_in_two_figures(prices: Iterable[Price]) -> list[Problem]:
    """Prices of few records that answer, which are rounded before anything is costed with them."""
    return [
        Problem(
            "price_in_two_figures",
            f"{price.organisation} {price.fin_year}{f', {price.level}' if price.level else ''}: so few records stand behind the "
            "price, or make nearly all its pounds, that it is rounded to two figures before anything is costed with it",
            Where(item=f"rules.{price.key}"),
            remedy="pool organisations, widen `where`, or take the price from another set",
            severity=Severity.WARNING,
            about=(("price", price.key),),
        )
        for price in prices
        if price.few and price.accepted and not price.borrowed
    ]


def newest(prices: Iterable[Price]) -> tuple[Price, ...]:
    """Of each organisation and key, the prices of the newest year that has any over all records."""
    given = tuple(prices)
    years: dict[tuple[str, str], str] = {}
    for price in given:
        if price.level == "":
            place = (price.organisation, price.key)
            years[place] = max(years.get(place, ""), price.fin_year)
    return tuple(price for price in given if years.get((price.organisation, price.key)) == price.fin_year)


def with_levels(
    prices: Sequence[Price], rules: UnitCostRules, national_ratio: NationalRatio | None
) -> tuple[Price, ...]:
    """Every level of every price: its own where enough records stand behind it, else its parent's mean.

    A level borrows the parent's mean × the national ratio of level to parent where there is one, keeps its own n, and
    says so in `borrowed`.
    """
    own = {(price.organisation, price.key, price.level): price for price in prices}
    complete: list[Price] = []
    for parent in (price for price in prices if price.level == ""):
        by = rules.rules[parent.rule].by
        levels = level_texts(by, [rules.derive[name] for name in by])
        complete.append(parent)
        complete += [
            _level(parent, level, own.get((parent.organisation, parent.key, level)), national_ratio) for level in levels
        ]
    return tuple(complete)


def unit_costs_of(prices: Iterable[Price], rules: UnitCostRules, covers: Mapping[str, str]) -> UnitCosts:
    """The prices as a set of unit costs; an empty set where no rule found a record."""
    rows = [row for price in prices for row in _rows(price, rules.rules[price.rule], covers)]
    if not rows:
        return UnitCosts(pd.DataFrame(columns=list(SET_COLUMNS)), NAME)
    return replace(UnitCosts.from_frame(pd.DataFrame(rows), name=NAME), written=None)


def slopes_refused(pools: Iterable[Pool], rules: UnitCostRules) -> list[Problem]:
    """A slope rule whose line makes no price: a negative day or admission, too few records, all stays equally long."""
    return [
        Problem(
            "slope_refused",
            f"{pool.organisation} {pool.fin_year}: no price by slope, {reason} (n = {pool.n:,})",
            Where(item=f"rules.{pool.rule}.method"),
            remedy="use `method: ratio`, or a set that has the price",
            severity=Severity.WARNING,
            shared=f"{pool.organisation} {pool.fin_year}: no price by slope",
            about=(("price", pool.rule),),
        )
        for pool in pools
        if pool.level == "" and rules.rules[pool.rule].method == "slope" and (reason := _refusal(pool, rules))
    ]


def _slope_prices(pool: Pool, rules: UnitCostRules) -> tuple[Price, ...]:
    line = slope_of(pool)
    if line is None or _refusal(pool, rules):
        return ()
    key = pool.rule
    return (
        _price(
            pool, rules, f"{key}.{BED_DAY}", unit=BED_DAY, gbp=line.day, denominator=pool.denominator, se=line.day_se
        ),
        _price(
            pool,
            rules,
            f"{key}.{ADMISSION}",
            unit="episode",
            gbp=line.admission,
            denominator=pool.n,
            se=line.admission_se,
        ),
    )


def _refusal(pool: Pool, rules: UnitCostRules) -> str:
    line = slope_of(pool)
    if line is None:
        return "all stays are equally long"
    if not _enough(pool, rules):
        return f"fewer than {_min_n(rules.rules[pool.rule], rules):g} records"
    if sum(line.day.values()) < 0:
        return f"a day would be {_to_the_penny(line.day)}"
    if sum(line.admission.values()) < 0:
        return f"an admission would be {_to_the_penny(line.admission)}"
    return ""


def _price(
    pool: Pool, rules: UnitCostRules, key: str, *, unit: str, gbp: Mapping[str, float], denominator: float, se: float
) -> Price:
    return Price(
        key, unit, pool.rule, pool.organisation, pool.fin_year, pool.level, gbp, pool.n, denominator, se,
        accepted=_enough(pool, rules), few=pool.few,
    )  # fmt: skip


def _enough(pool: Pool, rules: UnitCostRules) -> bool:
    rule = rules.rules[pool.rule]
    return rule.accept_small or pool.n >= _min_n(rule, rules)


def _min_n(rule: Rule, rules: UnitCostRules) -> float:
    return rules.min_n if rule.min_n is None else rule.min_n


def _unit(rule: Rule) -> str:
    return rule.unit or rule.per if rule.per == "activity_count" else rule.per


def _level(parent: Price, level: str, own: Price | None, national_ratio: NationalRatio | None) -> Price:
    if own is not None and own.accepted:
        return replace(own, gbp=dict.fromkeys(parent.gbp, 0.0) | dict(own.gbp))
    ratio = (national_ratio or {}).get((parent.key, level))
    times = "" if ratio is None else f" × the national ratio {ratio:.4g}"
    factor = 1.0 if ratio is None else ratio
    mean = "all records" if parent.hidden else f"all {counted(parent.n, _unit_word(parent.unit))}"
    return replace(
        parent,
        level=level,
        gbp={component: value * factor for component, value in parent.gbp.items()},
        n=0 if own is None else own.n,
        denominator=0.0 if own is None else own.denominator,
        se=parent.se * factor,
        borrowed=f"mean of {mean}{times}",
        hidden=parent.hidden if own is None else own.hidden,
    )


def _rows(price: Price, rule: Rule, covers: Mapping[str, str]) -> list[dict[str, object]]:
    common: dict[str, object] = {
        terms.UNIT_COST: price.key,
        terms.ORGANISATION: price.organisation,
        terms.LEVEL: price.level,
        terms.UNIT: price.unit,
        terms.COVERS: covers.get(price.key, covers_of(price.rule, covers)),
        terms.PRICE_YEAR: price.fin_year,
        terms.BASIS: str(terms.Basis.PLICS),
        terms.MFF: terms.MFF_IN,
        terms.N: math.nan if price.hidden else float(price.n),
        terms.SE_TOTAL: price.se,
        terms.SOURCE: _source(price, rule),
        terms.LICENCE: "",
        terms.GRADE: str(terms.Grade.LOCAL),
        ACCEPTED: price.accepted,
    }
    return [common | {terms.COMPONENT: component, terms.VALUE_GBP: gbp} for component, gbp in sorted(price.gbp.items())]


def _source(price: Price, rule: Rule) -> str:
    records = "number of records hidden" if price.hidden else counted(price.n, _unit_word(price.unit))
    text = f"PLICS {rule.feed} {price.organisation} FY{price.fin_year}, rule {price.rule}, {records}"
    if rule.attached:
        text += f", with attached {' and '.join(rule.attached)}"
    return f"{text}: {price.borrowed}" if price.borrowed else text


def _unit_word(unit: str) -> str:
    return "spell" if unit == "spell" else "record"


def _to_the_penny(gbp: Mapping[str, float]) -> str:
    return pounds(Decimal(repr(round(sum(gbp.values()), 2))))
