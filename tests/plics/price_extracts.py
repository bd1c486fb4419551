"""Small extracts and rules for the tests of prices."""

from __future__ import annotations

import itertools
import tempfile
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd

from pathway_cost.plics.pricing.price_extract import PlicsPrices, PricesAsked, price_extract
from pathway_cost.plics.reading.store import Extract
from pathway_cost.specs.format.rules import UnitCostRules
from pathway_cost.tables.prices.components import ComponentMap


@dataclass
class Ledger:
    """Records and their cost lines, written down one by one."""

    events: list[dict] = field(default_factory=list)
    lines: list[dict] = field(default_factory=list)
    ids: itertools.count = field(default_factory=itertools.count)

    def record(self, feed: str, pounds: dict, *, counts: dict | None = None, **columns) -> int:
        """One record; `pounds` is ActCstID (or (ActCstID, ResCstID)) → pounds, `counts` ActCstID → ActCnt."""
        event_id = next(self.ids)
        for name in {"start_date", "end_date"} & columns.keys():
            columns[name] = date.fromisoformat(columns[name])
        defaults = {"fin_year": "2024-25", "organisation": "RXX"} | ({"EpType": "3"} if feed == "APC" else {})
        self.events.append({"event_id": event_id, "feed": feed} | defaults | columns)
        for code, gbp in pounds.items():
            activity, resource = code if isinstance(code, tuple) else (code, "CPF001")
            self.lines.append({
                "event_id": event_id, "ActCstID": activity, "ResCstID": resource, "TotCst": Decimal(str(gbp)),
                "ActCnt": (counts or {}).get(activity, 1),
            })  # fmt: skip
        return event_id

    def extract(self, folder: Path) -> Extract:
        events, lines = pd.DataFrame(self.events), pd.DataFrame(self.lines)
        for column in events.columns:
            if column in ("Alos", "age"):
                events[column] = events[column].astype("Int16")
        return Extract.from_frames(events, lines, folder)


def rules_of(rules: dict, **file) -> UnitCostRules:
    return UnitCostRules.model_validate({"rules": rules, "min_n": 1.0} | file)


def price(
    ledger: Ledger, rules: UnitCostRules | dict, *, bound=0.02, national_ratio=None, to_share=False, **asked
) -> PlicsPrices:
    rules = rules if isinstance(rules, UnitCostRules) else rules_of(rules)
    with tempfile.TemporaryDirectory() as folder:
        return price_extract(
            ledger.extract(Path(folder)),
            rules,
            components=ComponentMap.shipped(),
            asked=PricesAsked(**asked),
            bound=bound,
            national_ratio=national_ratio,
            to_share=to_share,
        )


def value(prices: PlicsPrices, key: str, organisation: str = "RXX", level: str = "") -> float:
    """Pounds a unit over all components, exact to 1e-9."""
    return round(float(rows(prices, key, organisation, level)["value_gbp"].sum()), 9)


def rows(prices: PlicsPrices, key: str, organisation: str = "RXX", level: str = "") -> pd.DataFrame:
    frame = prices.unit_costs.frame
    chosen = frame[(frame["unit_cost"] == key) & (frame["organisation"] == organisation) & (frame["level"] == level)]
    assert len(chosen), f"no price of {key} at {level!r}; there are {frame['unit_cost'].unique().tolist()}"
    return chosen


def pounds(prices: PlicsPrices, name: str) -> Decimal:
    """Pounds of a class of the claim table."""
    return sum(prices.claims.loc[prices.claims["class"] == name, "gbp"], Decimal(0))


def told(prices: PlicsPrices, rule: str) -> list[str]:
    return [problem.what for problem in prices.notes if problem.rule == rule]


def at(setting: str, *keys: str, role: str = "acute") -> list[tuple[str, str, str]]:
    return [(setting, role, key) for key in keys]
