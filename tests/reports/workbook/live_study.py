"""Studies whose prices, uptakes and patients can be others: what the workbook's cells are held against."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import pathway_cost as pc
from pathway_cost.specs.reading.read_specs import load_document
from tests.reports.files.test_real_run import PATHWAY

EXAMPLE = Path(pc.__file__).parents[1] / "examples" / "time_and_chance"

PRICES = pd.DataFrame(
    [
        ("gp.consult", "GP1", "", "medical", 46.0, "contact"),
        ("hip.episode", "RXX", "frail=no", "theatre", 5100.37, "episode"),
        ("hip.episode", "RXX", "frail=no", "implants", 1480.2, "episode"),
        ("hip.episode", "RXX", "frail=yes", "theatre", 6230.11, "episode"),
        ("hip.episode", "RXX", "frail=yes", "implants", 1480.2, "episode"),
        ("ward.bed_day", "RXX", "", "nursing", 402.15, "bed_day"),
        ("ward.bed_day", "RXX", "", "overheads", 0.0, "bed_day"),
        ("kit", "RXX", "", "unsplit", 35.5, "item"),
    ],
    columns=["unit_cost", "organisation", "level", "component", "value_gbp", "unit"],
).assign(covers="whole", price_year="2024-25", source="Trust", grade="local")
KEYS = ["organisation", "unit_cost", "level", "component"]
EVIDENCE = {"grade": "assumption"}
CHEAPER = {
    "scenario": "cheaper", "amends": "hip", "eligible": {"frail": ["no"]}, "uptake": 0.5,
    "changes": [
        {"scale_unit_cost": {"unit_cost": "hip.episode", "component": "implants"}, "by": 0.9},
        {"scale_stay": "surgery", "by": 0.75},
    ],
}  # fmt: skip
MORE = {
    "scenario": "more", "amends": "hip", "uptake": 0.8,
    "changes": [
        {"scale_patients": {"where": {"frail": ["yes"]}}, "by": 1.2},
        {"scale_unit_cost": {"unit_cost": "kit", "component": "walkers"}, "by": 0.5,
         "split": {"shares": {"walkers": 0.4, "sticks": 0.6}, "evidence": EVIDENCE}},
        {"scale_unit_cost": {"unit_cost": "ward.bed_day"}, "by": 1.1},
        {"set_quantity": {"setting": "gp", "use": "gp.consult"}, "to": 2.5},
    ],
}  # fmt: skip
FIXED = {
    "scenario": "fixed", "amends": "hip", "changes": [{"set_price": "gp.consult", "to": {"gbp": 30}}],
}  # fmt: skip
HIPS = {
    "study": "hips", "title": "Hips in one town", "synthetic": True, "footprint": {"all": {"primary": "GP1", "acute": "RXX"}},
    "price_year": "2024-25", "compare": ["baseline", "cheaper", "more", "cheaper+more", "fixed"],
}  # fmt: skip
PEOPLE = pd.DataFrame({"patient_id": [f"p{at}" for at in range(10)], "frail": ["no"] * 7 + ["yes"] * 3, "weight": 40.0})


def hips(*, prices=(), uptakes=(), times=1.0, scenarios=(CHEAPER, MORE, FIXED), **asked):
    """Hips in one town, with other prices (by key), uptakes (by scenario) and so many times the patients."""
    frame = PRICES.set_index(KEYS)
    for key, gbp in dict(prices).items():
        frame.loc[key, "value_gbp"] = gbp
    uptakes = dict(uptakes)
    given = [{**each, "uptake": uptakes.get(each["scenario"], each.get("uptake", 1.0))} for each in scenarios]
    study = HIPS | asked
    return pc.run(
        study
        | {
            "pathway": pc.load_pathway(PATHWAY), "cohort": PEOPLE.assign(weight=PEOPLE["weight"] * times), "scenarios": given,
            "unit_costs": [{"table": frame.reset_index()}],
        }
    )  # fmt: skip


def fifteen_years(*, prices=(), uptakes=(), times=1.0, **asked):
    """Six years after a knee replacement, with a price that grows, patients who start over time, discounting."""
    study = {
        name: given
        for name, given in load_document(EXAMPLE / "study.yaml").tree.items()
        if name not in {"uncertainty", "sensitivity", "evidence_sets", "evidence_weights", "walk"}
    }
    pathway = load_document(EXAMPLE / "pathway.yaml").tree
    pathway["unit_costs"]["review.clinic"]["price_factor"] = {"formula": "1.03 ** years"}
    frame = pd.read_csv(EXAMPLE / "unit_costs.csv").astype({"value_gbp": float}).set_index(["unit_cost", "component"])
    for key, gbp in dict(prices).items():
        frame.loc[key, "value_gbp"] = gbp
    people = pd.read_csv(EXAMPLE / "cohort.csv")
    scenarios = []
    for name, uptake in ({"long_life_implant": 0.7, "remote_review": 1.0} | dict(uptakes)).items():
        scenarios.append({**load_document(EXAMPLE / "scenarios" / f"{name}.yaml").tree, "uptake": uptake})
    return pc.run(
        study
        | {
            "pathway": pathway, "cohort": people.assign(weight=people["weight"] * times), "scenarios": scenarios,
            "unit_costs": [{"table": frame.reset_index()}], "horizon": "6 years", "intake": {"over": "12 months"}, **asked,
        }
    )  # fmt: skip
