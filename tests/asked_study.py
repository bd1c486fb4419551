"""Studies in files that ask for draws, sensitivity or sampled patients, run through the public door."""

from __future__ import annotations

import json

import pandas as pd

import pathway_cost as pc
from tests.engine.chance_toy import raw_of
from tests.engine.toy import TOWN, YEAR, pathway_of

WARD = {
    "parameters": {
        "los": {"value": 4.65, "spread": {"lognormal": {"sd": 2.83}}, "n": 2150, "unit": "day"},
        "p_back": {"value": 0.1, "low": 0.05, "high": 0.18, "unit": "share"},
    },
    "start": {"ward": 1},
    "settings": {
        "ward": {
            "role": "acute",
            "stay": "los",
            "uses": [{"unit_cost": "ward.day", "per": "day"}, {"count": "admission"}],
        }
    },
    "routes": {"ward": {"ward": "p_back", "home": "rest"}},
}
"""A ward at £450 a day, to which some come back."""
ONCE = WARD | {"routes": {"ward": {"home": 1}}, "parameters": {"los": WARD["parameters"]["los"]}}
"""R6's ward: one stay."""
DAYS = {"ward.day": 450.0}


def write(folder, pathway, *scenarios, prices=DAYS, errors=(), cohort=None, **asked):
    """A study with everything it names; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    given = {"scenarios": [f"{each['scenario']}.yaml" for each in scenarios]} if scenarios else {}
    study = {
        "study": "asked", "pathway": "pathway.yaml", "footprint": TOWN, "cohort": cohort or {"patients": 100},
        "price_year": YEAR, "unit_costs": [{"table": "prices.csv"}], **given, **asked,
    }  # fmt: skip
    trees = {"study": study, "pathway": raw_of(pathway_of(pathway))}
    trees |= {each["scenario"]: {"amends": "toy"} | each for each in scenarios}
    for name, tree in trees.items():
        (folder / f"{name}.yaml").write_text(json.dumps(tree, indent=1, default=str), encoding="utf-8")  # JSON is YAML
    rows = [
        {"unit_cost": key, "organisation": who, "value_gbp": gbp, "unit": "contact", "covers": "part", "price_year": YEAR,
         "source": "made up", "se_total": dict(errors).get(key), "n": 100 if errors else None}
        for key, gbp in prices.items()
        for who in TOWN["all"].values()
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    (frame if errors else frame.drop(columns=["se_total", "n"])).to_csv(folder / "prices.csv", index=False)
    return folder / "study.yaml"


def run(folder, pathway, *scenarios, **asked):
    """The result of such a study."""
    return pc.run(write(folder, pathway, *scenarios, **asked))


def alone(pathway, *scenarios, prices=DAYS, **time):
    """The pathway under these scenarios together, costed by itself from frames."""
    rows = [
        {"unit_cost": key, "organisation": who, "value_gbp": gbp, "unit": "contact", "covers": "part", "price_year": YEAR,
         "source": "made up"}
        for key, gbp in prices.items()
        for who in TOWN["all"].values()
    ]  # fmt: skip
    costs = pc.UnitCosts.from_frame(pd.DataFrame(rows), name="made up")
    loaded = [pc.load_scenario({"amends": "toy"} | each) for each in scenarios]
    return pc.cost_pathway(
        pathway_of(pathway), pc.Cohort.alike(100, {}), costs, TOWN, scenarios=loaded, price_year=YEAR, **time
    )


def row(frame, **where):
    """The one row of a frame with these values."""
    for name, value in where.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1, frame
    return frame.iloc[0]
