"""A toy health system: small pathways from dicts, costed through the engine."""

from __future__ import annotations

import pandas as pd

from pathway_cost.engine.model.case import Case
from pathway_cost.engine.model.timing import WHOLE
from pathway_cost.engine.pounds.cost import cost_scenario
from pathway_cost.engine.pounds.lives import Lives
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.scenario import Scenario
from pathway_cost.tables.cohort.cohort import Cohort
from pathway_cost.tables.prices.prices import Prices

YEAR = "2024-25"
TOWN = {"all": {"acute": "RXX", "community": "RYY", "ambulance": "RYA"}}


def pathway_of(given):
    """A pathway, with roles, ends and the declarations of its keys filled in."""
    keys = {use["unit_cost"] for place in _places(given) for use in place.get("uses", ()) if "unit_cost" in use}
    declared = {key: {"unit": "contact", "covers": "part"} for key in keys} | given.get("unit_costs", {})
    defaults = {
        "pathway": "toy",
        "roles": {"acute": {"kind": "acute"}, "community": {"kind": "community"}, "ambulance": {"kind": "ambulance"}},
        "ends": ["home"],
    }
    return Pathway.model_validate(defaults | given | {"unit_costs": declared})


def _places(given):
    yield from given["settings"].values()
    for routes in given.get("routes", {}).values():
        yield from (route for route in routes.values() if isinstance(route, dict))
    ends = given.get("ends", [])
    yield from ends.values() if isinstance(ends, dict) else ()


def scenario_of(given):
    return Scenario.model_validate({"scenario": "change", "amends": "toy"} | given)


def prices_of(given, *, organisations=("RXX", "RYY", "RYA"), replaced=frozenset()):
    """Prices from {key: £}, {key: {component: £}} or {key: {level text: £}}, at every organisation."""
    given = given or {"nothing": 0}
    rows = [
        {"unit_cost": key, "organisation": who, "value_gbp": gbp, "level": name if "=" in name else "",
         "component": "unsplit" if "=" in name else name}
        for key, price in given.items()
        for name, gbp in (price.items() if isinstance(price, dict) else [("unsplit", price)])
        for who in organisations
    ]  # fmt: skip
    same = {"unit": "contact", "covers": "part", "price_year": YEAR, "source": "toy", "basis": "table"}
    return Prices.from_frame(pd.DataFrame(rows).assign(**same), price_year=YEAR, replaced=frozenset(replaced))


def coded(pathway, cohort, places=None):
    if isinstance(cohort, int | float):
        cohort = Cohort.alike(cohort, {})
    elif not isinstance(cohort, Cohort):
        cohort = Cohort.from_frame(pd.DataFrame(cohort))
    levels = {name: each.levels for name, each in pathway.attributes.items() if each.levels is not None}
    numbers = {name: (each.low, each.high) for name, each in pathway.attributes.items() if each.number is not None}
    return cohort.coded(levels, numbers, places or {"all": None})


def lives_of(
    pathway, cohort=1, prices=None, compositions=None, *, footprint=TOWN, shares=None, timing=WHOLE, uptake_year=None
):
    """A case at some prices, from plain values."""
    pathway = pathway if isinstance(pathway, Pathway) else pathway_of(pathway)
    people = coded(pathway, cohort, shares or dict.fromkeys(footprint))
    case = Case(pathway, people, footprint, compositions or {"baseline": ()}, timing, uptake_year)
    return Lives(case, prices if isinstance(prices, Prices) else prices_of(prices or {}))


def cost(pathway, cohort=1, prices=None, scenarios=(), *, keep_patients=False, **given):
    """An evaluation from plain values."""
    scenarios = tuple(each if isinstance(each, Scenario) else scenario_of(each) for each in scenarios)
    name = "+".join(each.scenario for each in scenarios) or "baseline"
    lives = lives_of(pathway, cohort, prices, {name: scenarios}, **given)
    return cost_scenario(lives, scenarios, name=name, keep_patients=keep_patients)


def weighed(patient_cost, pathway, frame):
    """Pounds over the patients, who stand in the order of the coded cohort."""
    pathway = pathway if isinstance(pathway, Pathway) else pathway_of(pathway)
    return float(patient_cost @ coded(pathway, frame).weight)


def seen(evaluation):
    """The visits, and beside them how many of the patients come at least once."""
    frame = evaluation.visits.astype({"setting": "str"})
    settings = frame.groupby("setting", sort=False)
    return pd.concat([rows.assign(reached=evaluation.model.reached(name)) for name, rows in settings])


def visits(evaluation):
    """Setting → visits of all patients."""
    return evaluation.visits.groupby("setting", observed=True)["visits"].sum().to_dict()
