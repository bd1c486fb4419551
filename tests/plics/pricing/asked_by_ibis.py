"""The questions that every extract is asked, as Ibis writes them: `python -m tests.plics.pricing.asked_by_ibis`.

Run it when a question or Ibis has changed: it writes pathway_cost/plics/reading/asked_of_extracts.json again.
"""

from __future__ import annotations

import json

import pytest

from pathway_cost.errors import PlicsFaults
from pathway_cost.plics.reading import asked_of_extracts
from tests.plics.price_extracts import Ledger, price

RULES = {
    "theatre": {"feed": "APC", "per": "episode", "activities": ["THR001", "DEV001"], "attached": ["SI"]},
    "ward": {"feed": "APC", "per": "bed_day", "activities": "WRD001", "zero_day": 0.5},
    "spell": {"feed": "APC", "per": "spell", "where": {"Pod": "EL"}},
    "device": {"feed": "SI", "per": "item"},
}


def ledger() -> Ledger:
    """Episodes of one spell that tie, with a device attached to one of them."""
    made = Ledger()
    for alos in (2, 3):
        made.record("APC", {"THR001": 400, "WRD001": 300}, Pod="EL", Alos=alos, spell_key="s", EpiNo="1", plemi_key="p",
                    start_date="2024-05-02", end_date="2024-05-05")  # fmt: skip
    made.record("SI", {"DEV001": 50}, plemi_key="p", start_date="2024-05-03", end_date="2024-05-03")
    return made


def as_ibis_writes_them() -> dict[str, dict[str, object]]:
    """Every question that pricing asks, by its name: of which tables, its SQL, and the columns of its answer."""
    found: dict[str, dict[str, object]] = {}

    def noted(question: asked_of_extracts.Question) -> asked_of_extracts.Answered:
        answered = by_ibis(question)
        told = {"of": asked_of_extracts.told(question.of), "sql": answered.sql, "columns": dict(answered.columns)}
        assert found.setdefault(question.name, told) == told, f"{question.name} is asked in two ways"
        return answered

    by_ibis = asked_of_extracts.by_ibis
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asked_of_extracts, "_shipped", dict)
        patch.setattr(asked_of_extracts, "by_ibis", noted)
        price(ledger(), RULES, follow="spell")
        sites = [("surgery", "acute", "theatre"), ("surgery", "acute", "spell")]
        with pytest.raises(PlicsFaults, match="both price the same lines"):
            price(ledger(), RULES, sites=sites, roles_of={"RXX": ("acute",)})
    return dict(sorted(found.items()))


if __name__ == "__main__":
    text = json.dumps(as_ibis_writes_them(), indent=1)
    asked_of_extracts.SHIPPED.write_text(text + "\n", encoding="utf-8", newline="\n")
