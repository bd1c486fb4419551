"""A pathway with a little of everything, and the two ways its cost is worked out: expected, and at rows of draws."""

from __future__ import annotations

import pandas as pd

from pathway_cost.engine.draws.at_draws import Recoster
from pathway_cost.engine.model.timing import WHOLE
from pathway_cost.engine.pounds.cost import cost_scenario
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.scenario import Scenario
from pathway_cost.tables.prices.prices import Prices
from tests.engine.toy import TOWN, YEAR, lives_of, pathway_of, scenario_of

PRICES = {
    "ward.day": {"nursing": 300, "medical": 150},
    "theatre": {"unsplit": 5000},
    "physio": 79,
    "ride": 120,
    "letter": 3,
}

PATHWAY = {
    "attributes": {
        "frail": {"levels": ["no", "yes"]},
        "age": {"number": "year", "low": 0, "high": 110},
    },
    "parameters": {
        "los": {"value": 4.65, "spread": {"lognormal": {"sd": 2.83}}, "n": 2150, "unit": "day"},
        "p_back": {"value": 0.1, "low": 0.05, "high": 0.18, "unit": "share"},
        "contacts": {"value": 3, "se": 0.4},
        "p_rehab": {"by": "frail", "values": {"no": 0.1, "yes": "p_rehab_frail"}},
        "p_rehab_frail": {"value": 0.4, "n": 80, "unit": "share"},
        "after": {"counts": {"home": 80, "ward": 20}},
        "older": {"formula": "contacts * (1 + 0.01 * max(0, age - 65))"},
    },
    "start": {"ward": 0.8, "rehab": 0.2},
    "settings": {
        "ward": {
            "role": "acute",
            "stay": "los",
            "uses": [
                {"unit_cost": "theatre"},
                {"unit_cost": "ward.day", "per": "day"},
                {"unit_cost": "letter", "per": "patient", "quantity": 2},
                {"count": "admission"},
            ],
        },
        "rehab": {
            "role": "community",
            "stay": {"by": "frail", "values": {"no": 5, "yes": 12}},
            "uses": [{"unit_cost": "physio", "quantity": "older"}, {"unit_cost": "ward.day", "per": "day", "quantity": 0.5}],
        },
    },
    "routes": {
        "ward": {
            "rehab": {
                "share": "p_rehab",
                "wait": 2,
                "uses": [
                    {"unit_cost": "ride", "role": "ambulance", "quantity": 0.6},
                    {"unit_cost": "physio", "per": "day", "role": "community"},
                ],
            },
            "ward": {"share": "p_back", "wait": 10, "stay": 3},
            "home": "rest",
        },
        "rehab": {"home": "after.home", "ward": "after.ward"},
    },
    "ends": {"home": {"role": "community", "uses": [{"unit_cost": "letter", "only": {"frail": ["yes"]}}]}},
}  # fmt: skip

PEOPLE = {
    "patient_id": ["a", "b", "c", "d", "e"],
    "frail": ["no", "yes", "no", "yes", "no"],
    "age": [60, 71, 83, 90, 60],
    "weight": [3.0, 1.0, 2.0, 0.5, 4.0],
}

SHORTER = {"scenario": "shorter", "uptake": 0.6, "changes": [{"scale_stay": "ward", "by": 0.8}]}
FEWER = {
    "scenario": "fewer",
    "eligible": {"frail": ["yes"]},
    "uptake": 0.5,
    "changes": [
        {"set_parameter": "p_back", "to": {"value": 0.04, "low": 0.02, "high": 0.07}},
        {"scale_patients": {"where": {"frail": ["yes"]}}, "by": 1.2},
    ],
}
CHEAPER = {
    "scenario": "cheaper",
    "changes": [{"scale_unit_cost": {"component": "nursing"}, "by": 0.9}, {"scale_parameter": "contacts", "by": 0.5}],
}


def scenarios(*given):
    """Composition → scenarios, the baseline first and everything together last."""
    loaded = [each if isinstance(each, Scenario) else scenario_of(each) for each in given]
    alone = {each.scenario: (each,) for each in loaded}
    together = {"+".join(alone): tuple(loaded)} if len(loaded) > 1 else {}
    return {"baseline": (), **alone, **together}


class Toy:
    """A pathway, cohort and prices; what each composition costs by either way."""

    def __init__(
        self, pathway=PATHWAY, cohort=PEOPLE, prices=PRICES, *given, timing=WHOLE, shares=None, footprint=TOWN
    ):
        self.pathway = pathway if isinstance(pathway, Pathway) else pathway_of(pathway)
        self.compositions = scenarios(*given)
        self.people = cohort
        self.footprint = footprint
        self.lives = lives_of(
            self.pathway, cohort, prices, self.compositions, footprint=footprint, shares=shares, timing=timing
        )
        self.case, self.cohort, self.prices = self.lives.case, self.lives.case.cohort, self.lives.prices
        self.timing = self.case.timing

    def recoster(self):
        return Recoster(self.lives, self.compositions)

    def costed(self, name="baseline", **asked):
        """The expected cost of a composition."""
        return cost_scenario(self.lives, self.compositions[name], name=name, **asked)

    def with_values(self, **values):
        """The same toy where parameters of the pathway are these numbers: a spread moves with its value."""
        raw = raw_of(self.pathway)
        for name, value in values.items():
            old = raw["parameters"][name]
            spread = {
                law: {"sd": size["sd"] * value / old["value"]["number"]} for law, size in old.get("spread", {}).items()
            }
            kept = {"unit": old["unit"]} if "unit" in old else {}
            raw["parameters"][name] = kept | {"value": value} | ({"spread": spread} if spread else {})
        return self.with_pathway(raw)

    def with_pathway(self, raw):
        """The same toy with another pathway."""
        given = [each[0] for each in list(self.compositions.values())[1:] if len(each) == 1]
        prices, places = self.prices, self.cohort.segments.place_share
        shares = dict(zip(self.footprint, places, strict=True)) if len(places) > 1 else None
        return Toy(raw, self.people, prices, *given, timing=self.timing, shares=shares, footprint=self.footprint)


def raw_of(pathway):
    """A pathway as it could be written."""
    return pathway.model_dump(exclude_none=True, exclude_unset=True)


def totals(evaluation):
    """(undiscounted, discounted) pounds."""
    frame = evaluation.cube.frame
    return frame["gbp"].sum(), frame.get("present_value_gbp", frame["gbp"]).sum()


def sure_prices(errors, **prices):
    """Prices of one organisation each, with standard errors {key: se}."""
    rows = [
        {"unit_cost": key, "organisation": who, "value_gbp": gbp, "component": "unsplit", "unit": "contact", "covers": "part",
         "price_year": YEAR, "source": "toy", "basis": "table", "n": 100, "se_total": errors.get(key)}
        for key, gbp in prices.items()
        for who in ("RXX", "RYY", "RYA")
    ]  # fmt: skip
    return Prices.from_frame(pd.DataFrame(rows), price_year=YEAR)
