"""The prices that a study takes from its sets, and those among them that can hardly be meant: below £0, and £0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from pathway_cost import terms
from pathway_cost.errors import Form, Problem, Severity, Where, first_few, told
from pathway_cost.tables.prices.answers import Asked, Taken
from pathway_cost.tables.prices.national import NationalSchedule
from pathway_cost.tables.prices.unit_costs import UnitCosts

SHOWN: Final = 4  # prices that a message names before it says how many more
BELOW_ZERO: Final = "below £0"
NOTHING: Final = "£0: what is used costs nothing"


class Used(NamedTuple):
    """One price of a set that answers something: whose and of which key, and the positions of its rows."""

    set: int
    holder: str
    key: str
    at: tuple[int, ...]


def used_prices(sets: Sequence[Asked], taken: Taken) -> list[Used]:
    """The prices taken from tables, rules and the study itself, each once; lines of a schedule are of its own kind."""
    held = {number: of.held for number, of in enumerate(sets) if isinstance(of.costs, UnitCosts)}
    prices = dict.fromkeys((number, holder, key) for (_, key), (number, holder) in sorted(taken.items()))
    return [Used(*price, held[price[0]][price[1:]].at) for price in prices if price[0] in held]


def negative_prices(sets: Sequence[Asked], used: Iterable[Used]) -> list[Problem]:
    """Prices below £0 that nobody has allowed: a row of a table, an entry of the study, or a whole price of rules."""
    found: dict[int, list[tuple[int, str]]] = {}
    for price in used:
        costs = sets[price.set].costs
        assert isinstance(costs, UnitCosts)
        for at, gbp, level in _pounds(costs, price):
            allowed = costs.written is not None and costs.written.negative[at]
            if gbp < 0 and not allowed:
                found.setdefault(price.set, []).append((at, _named(costs, price, at, level, gbp)))
    how = "correct the sign, or write `negative: allowed` beside a rebate"
    return [
        _warning("price_below_zero", BELOW_ZERO, sets[number].costs, prices, how) for number, prices in found.items()
    ]


def prices_of_nothing(sets: Sequence[Asked], used: Iterable[Used]) -> list[Problem]:
    """Prices that are £0 with all their components: a formula never calculated, a blank that was filled."""
    found: dict[int, list[tuple[int, str]]] = {}
    for price in used:
        costs = sets[price.set].costs
        assert isinstance(costs, UnitCosts)
        for at, gbp, level in _totals(costs, price):
            if gbp == 0:
                found.setdefault(price.set, []).append((at, _named(costs, price, at, level, None)))
    how = "give the price; what is meant to cost nothing is a `count:`"
    return [_warning("price_is_zero", NOTHING, sets[number].costs, prices, how) for number, prices in found.items()]


def _pounds(costs: UnitCosts, price: Used) -> list[tuple[int, float, str]]:
    """(position, pounds, level) of each row; of each whole price where rules made it, for lines may be credits."""
    if costs.written is None:
        return _totals(costs, price)
    return list(_rows(costs, price))


def _totals(costs: UnitCosts, price: Used) -> list[tuple[int, float, str]]:
    """(position of its first row, pounds over all components, level) of each level of a price."""
    totals: dict[str, tuple[int, float]] = {}
    for at, gbp, level in _rows(costs, price):
        first, sum_ = totals.get(level, (at, 0.0))
        totals[level] = (first, sum_ + gbp)
    return [(at, gbp, level) for level, (at, gbp) in totals.items()]


def _rows(costs: UnitCosts, price: Used) -> Iterator[tuple[int, float, str]]:
    gbp, level = costs.pounds_and_levels
    return ((at, gbp[at], level[at]) for at in price.at)


def _named(costs: UnitCosts, price: Used, at: int, level: str, gbp: float | None) -> str:
    """One price in words: `op of RXX −£5,000.00 per episode (row 2)`."""
    whose = "" if price.holder == terms.ANY_ORGANISATION else f" of {price.holder}"
    row = "" if costs.written is None else costs.written.rows_at([at])
    beside = ", ".join(part for part in (level and told(level, Form.LEVELS), row) if part)
    pounds = "" if gbp is None else f" {'−' if gbp < 0 else ''}£{abs(gbp):,.2f} per {costs.frame[terms.UNIT].iloc[at]}"
    return f"{price.key}{whose}{pounds}{f' ({beside})' if beside else ''}"


def _warning(
    rule: str, words: str, costs: UnitCosts | NationalSchedule, prices: list[tuple[int, str]], remedy: str
) -> Problem:
    assert isinstance(costs, UnitCosts)
    named = sorted(prices, key=lambda price: price[0] if costs.written is None else int(costs.written.rows[price[0]]))
    what = f"{len(named)} price{'' if len(named) == 1 else 's'} of {costs.name} {'is' if len(named) == 1 else 'are'}"
    listed = first_few([text for _, text in named], SHOWN)
    at = named[0][0]
    key = str(costs.frame[terms.UNIT_COST].iloc[at])
    where = Where(item=f"unit_costs.{key}") if costs.written is None else costs.written.place(at, key)
    keys = dict.fromkeys(str(costs.frame[terms.UNIT_COST].iloc[each]) for each, _ in named)
    about = tuple(("price", each) for each in keys)
    return Problem(rule, f"{what} {words}: {listed}", where, remedy=remedy, severity=Severity.WARNING, about=about)
