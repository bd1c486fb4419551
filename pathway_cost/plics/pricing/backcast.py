"""The proof to the penny: pounds in = priced + unpriced + outside + left out; price × denominator gives them back (R2, R15)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

import pandas as pd

from pathway_cost.plics.pricing import classes
from pathway_cost.plics.pricing.pooled_prices import Price
from pathway_cost.plics.pricing.usage import Usage

Place = tuple[str, str]
"""Organisation and financial year."""

PENNY: Final = Decimal("0.01")
FINEST: Final = Decimal("0.00000001")

COLUMN_OF: Final = {
    classes.PRICED_ONCE: "priced_once",
    classes.PRICED_MORE: "priced_once",
    classes.UNPRICED: "unpriced",
    classes.OUTSIDE: "outside",
    classes.IN_PROGRESS: "work_in_progress",
    classes.ZERO_DAY_STAYS: "zero_day",
    classes.ORPHANS: "orphan",
}
"""Class → its column. `priced_once` counts a line once, however many prices hold it; the others are in `overlap`."""

PARTS: Final = tuple(dict.fromkeys(COLUMN_OF.values()))
BACKCAST_COLUMNS: Final = (
    "organisation", "fin_year", "pounds_in", *PARTS, "overlap", "price_times_denominator", "difference",
    "price_difference",
)  # fmt: skip


def back_cast(
    pounds_in: Mapping[Place, Decimal],
    claim_table: pd.DataFrame,
    overlap: Mapping[Place, Decimal],
    prices: Iterable[Price],
    usage: Usage,
) -> pd.DataFrame:
    """One row an organisation and year (BACKCAST_COLUMNS), all pounds as exact decimals.

    `pounds_in` is summed from the cost lines alone. `difference` = pounds_in − the sum of
    the classes. `price_times_denominator` is Σ over the rules in use, to the penny, and `price_difference` =
    price_times_denominator − overlap − priced_once. Both differences are £0.00.
    """
    given_back = _given_back(prices, usage)
    rows = []
    for place, gbp in sorted(pounds_in.items()):
        of_place = claim_table[(claim_table["organisation"] == place[0]) & (claim_table["fin_year"] == place[1])]
        parts = dict.fromkeys(PARTS, Decimal(0))
        for name, pounds in zip(of_place["class"], of_place["gbp"], strict=True):
            parts[COLUMN_OF[name]] += pounds
        extra, back = overlap.get(place, Decimal(0)), given_back.get(place, Decimal(0))
        off = (back - extra - parts["priced_once"]).quantize(PENNY) + 0
        rows.append((*place, gbp, *parts.values(), extra, back, gbp - sum(parts.values()), off))
    return pd.DataFrame(rows, columns=list(BACKCAST_COLUMNS))


def _given_back(prices: Iterable[Price], usage: Usage) -> dict[Place, Decimal]:
    """Price × denominator by organisation and year, of the rules that its roles use."""
    found: dict[Place, Decimal] = {}
    for price in prices:
        if price.level == "" and price.rule in usage.rules_at(price.organisation):
            place = (price.organisation, price.fin_year)
            gbp = Decimal(repr(sum(price.gbp.values()) * price.denominator))
            found[place] = found.get(place, Decimal(0)) + gbp.quantize(FINEST)
    return found
