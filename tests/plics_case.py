"""Prices a hand-worked case of PLICS records: a few records with their cost lines, in YAML."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from pathway_cost.plics.pricing.price_extract import PricesAsked, price_extract
from pathway_cost.plics.reading.store import Extract
from pathway_cost.specs.format.rules import UnitCostRules
from pathway_cost.tables.prices.components import ComponentMap

OUR_WORDS = {"plemi": "plemi_key", "spell": "spell_key", "start": "start_date", "end": "end_date"}
NOT_COLUMNS = ("lines", "repeat")


def price_case(case, folder):
    """Figures of the prices and of the claim table, with the notes."""
    rules = UnitCostRules.model_validate({"rules": case["rules"], "derive": case.get("derive", {})})
    keys = list(dict.fromkeys(key for _, _, key in case["sites"]))
    priced = price_extract(
        extract(case["records"], folder),
        rules,
        components=ComponentMap.shipped(),
        asked=PricesAsked(
            keys=list(rules.rules),
            sites=[tuple(site) for site in case["sites"]],
            roles_of={"RXX": ("acute",)},
            covers=dict.fromkeys(keys, "part"),
        ),
    )
    classes = priced.claims.groupby("class")["gbp"].sum()
    found = {
        "prices": prices(priced.unit_costs.frame),
        "classes": {name: float(gbp) for name, gbp in classes.items()},
    }
    back = priced.backcast
    assert (back["difference"].map(Decimal) == 0).all(), "pounds in are not priced + unpriced + outside"
    return found, priced.notes


def extract(records, folder):
    """Records as written in the case, repeated where it says so."""
    events, lines = [], []
    for record in records:
        for _ in range(record.get("repeat", 1)):
            columns = {OUR_WORDS.get(name, name): given for name, given in record.items() if name not in NOT_COLUMNS}
            event = {"event_id": len(events), "fin_year": "2024-25", "organisation": "RXX"} | columns
            lines += [line(len(events), *given) for given in record["lines"]]
            events.append(event)
    frame = pd.DataFrame(events)
    for name in ("start_date", "end_date"):
        if name in frame:
            frame[name] = pd.to_datetime(frame[name]).dt.date
    return Extract.from_frames(frame, pd.DataFrame(lines), folder)


def line(event, activity, resource, gbp, count=1):
    return {"event_id": event, "ActCstID": activity, "ResCstID": resource, "TotCst": gbp, "ActCnt": count}


def prices(frame):
    """`key` or `key attribute=level` → pounds, records, standard error."""
    found = {}
    for (key, level), rows in frame.groupby(["unit_cost", "level"]):
        found[f"{key} {level}".strip()] = {
            "gbp": rows["value_gbp"].sum(),
            "n": rows["n"].iloc[0],
            "se": rows["se_total"].iloc[0],
        }
    return found
