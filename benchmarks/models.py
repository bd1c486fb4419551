"""The pathways of draws.py, profile_steps.py and scale.py: as text, and written as the files of a study.

`chain` has as many settings as you like: each leads two ahead, five ahead or (a few) back; a visit costs pounds and
pounds a day of its stay. Every stay and share says how sure it is, every price has a standard error. `hiv` is the model
of tests/published/hiv_combination_therapy.yaml with what its evidence leaves uncertain. `five_states` is a made-up
Markov model. JSON is YAML, so the files are written as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

import pathway_cost as pc
from pathway_cost.engine.draws.at_draws import Recoster
from pathway_cost.engine.pounds.lives import Lives
from pathway_cost.study import inputs
from pathway_cost.study.checked_study import LoadedStudy
from pathway_cost.study.prices_alone import prices_of

Given = dict[str, Any]

YEAR = "2024-25"
LOOPS_BACK = {8, 13}  # of every 18 settings
RELATIVE_SE = 0.02


# --- pathways ------------------------------------------------------------------------------------------------------
def chain(settings: int, groups: int = 1) -> Given:
    """A pathway of so many settings, in which the first two routes depend on the patient's group."""
    names = [f"s{number}" for number in range(settings)]
    keys = [f"{kind}.{name}" for name in names for kind in ("visit", "day")]
    stays = {f"stay_{name}": _uncertain(1.0 + number % 8, se=0.1, unit="day") for number, name in enumerate(names)}
    return {
        "pathway": "chain",
        "evidence": {"grade": "assumption"},
        "roles": {"acute": {"kind": "acute"}},
        "attributes": {"group": {"levels": [f"g{number}" for number in range(groups)]}},
        "unit_costs": {key: {"unit": "contact", "covers": "part"} for key in keys},
        "parameters": stays | {f"far_{name}": _uncertain(0.3, n=400, unit="share") for name in names[:-1]},
        "start": {"s0": 1},
        "settings": {name: _care(name) for name in names},
        "routes": {name: _routes(number, settings, groups) for number, name in enumerate(names)},
        "ends": ["home", "died"],
    }


def changed_chain() -> Given:
    """A scenario: one stay shorter, one share larger, something more used."""
    return {
        "scenario": "changed",
        "amends": "chain",
        "changes": [
            {"scale_stay": "s2", "by": 0.8},
            {"scale_parameter": "far_s1", "by": 1.1},
            {"add_use": {"setting": "s3"}, "use": {"unit_cost": "visit.s1", "role": "acute", "name": "more"}},
        ],
    }


def hiv() -> tuple[Given, Given]:
    """Three states and death, by yearly cycles; combination therapy multiplies the moves by a risk ratio."""
    moves = {
        "above_200": {"above_200": 1251, "below_200": 350, "aids": 116, "dead": 17},
        "below_200": {"below_200": 731, "aids": 512, "dead": 15},
        "aids": {"aids": 1312, "dead": 437},
    }
    pathway = _markov(
        "hiv",
        moves,
        {"above_200": 2756, "below_200": 3052, "aids": 9007},
        {"risk_ratio": {"value": 1.0, "unit": "ratio"}},
    )
    risk = {"value": 0.509, "low": 0.365, "high": 0.71, "unit": "ratio"}
    return pathway, {
        "scenario": "combination",
        "amends": "hiv",
        "changes": [{"set_parameter": "risk_ratio", "to": risk}],
    }


def five_states() -> tuple[Given, Given]:
    """Four states of illness and death; a treatment multiplies the moves to worse states by a risk ratio."""
    moves = {
        "well": {"well": 920, "mild": 60, "severe": 10, "dead": 10},
        "mild": {"mild": 820, "severe": 90, "critical": 50, "dead": 40},
        "severe": {"severe": 700, "critical": 180, "dead": 120},
        "critical": {"critical": 600, "dead": 400},
    }
    pathway = _markov(
        "five", moves, {"well": 300, "mild": 1500, "severe": 6000, "critical": 22000},
        {"risk_ratio": {"value": 1.0, "unit": "ratio"}},
    )  # fmt: skip
    risk = {"value": 0.8, "low": 0.7, "high": 0.91, "unit": "ratio"}
    return pathway, {"scenario": "treated", "amends": "five", "changes": [{"set_parameter": "risk_ratio", "to": risk}]}


def _markov(name: str, moves: Mapping[str, Mapping[str, float]], prices: Mapping[str, float], more: Given) -> Given:
    """Yearly cycles; moves as observed numbers, all but staying multiplied by the risk ratio."""
    return {
        "pathway": name,
        "evidence": {"grade": "assumption"},
        "cycle": "year",
        "roles": {"acute": {"kind": "acute"}},
        "unit_costs": {f"care.{state}": {"unit": "year", "covers": "part"} for state in prices},
        "parameters": {f"after_{state}": {"counts": dict(row)} for state, row in moves.items()} | more,
        "start": {next(iter(moves)): 1},
        "settings": {
            state: {"role": "acute", "stay": "cycle", "uses": [{"unit_cost": f"care.{state}", "per": "cycle"}]}
            for state in moves
        },
        "routes": {
            state: {
                goal: "rest" if goal == state else {"formula": f"after_{state}.{goal} * risk_ratio"} for goal in row
            }
            for state, row in moves.items()
        },
        "ends": ["dead"],
    }


def _uncertain(value: float, **how_sure: Any) -> Given:
    return {"value": value, **how_sure}


def _care(name: str) -> Given:
    uses = [{"unit_cost": f"visit.{name}"}, {"unit_cost": f"day.{name}", "per": "day"}]
    return {"role": "acute", "stay": f"stay_{name}", "uses": uses}


def _routes(number: int, settings: int, groups: int) -> Given:
    """Near, far, and for a few a third way: back, or to a neighbour."""
    near, far = number + 2, number + 5
    if near >= settings:
        return {"home": "rest", "died": 0.1}
    routes: Given = {f"s{near}": "rest"}
    routes[f"s{far}" if far < settings else "died"] = f"far_s{number}"
    if number % 18 in LOOPS_BACK:
        routes[f"s{number - number % 18 + 2}"] = 0.2
    elif number < 2:
        routes[f"s{number + 1}"] = {
            "by": "group",
            "values": {f"g{each}": 0.05 + 0.1 * each / groups for each in range(groups)},
        }
    return routes


# --- studies ---------------------------------------------------------------------------------------------------------
def write_study(folder: Path, pathway: Given, scenario: Given, cohort: pd.DataFrame | Given, **more: Any) -> Path:
    """The files of a study that compares baseline and scenario; prices rise along the pathway. Returns the study's path."""
    folder.mkdir(parents=True, exist_ok=True)
    priced = {key: 20.0 * (number + 1) for number, key in enumerate(pathway["unit_costs"])}
    return write_priced(folder, pathway, scenario, priced, cohort, **more)


def write_priced(
    folder: Path,
    pathway: Given,
    scenario: Given,
    prices: Mapping[str, float],
    cohort: pd.DataFrame | Given,
    **more: Any,
) -> Path:
    """The same with given prices."""
    folder.mkdir(parents=True, exist_ok=True)
    study = {
        "study": "benchmark",
        "pathway": "pathway.yaml",
        "footprint": {"all": {"acute": "RXX"}},
        "cohort": cohort if isinstance(cohort, dict) else "cohort.parquet",
        "price_year": YEAR,
        "unit_costs": [{"table": "prices.csv"}],
        "scenarios": ["scenario.yaml"],
    }
    if isinstance(cohort, pd.DataFrame):
        cohort.to_parquet(folder / "cohort.parquet")
    price_table(pathway, prices).to_csv(folder / "prices.csv", index=False)
    for name, given in (("pathway", pathway), ("scenario", scenario), ("study", study | more)):
        (folder / f"{name}.yaml").write_text(json.dumps(given, indent=1), encoding="utf-8")
    return folder / "study.yaml"


def everybody(groups: int, each: int = 50) -> pd.DataFrame:
    """So many patients in every group of a chain."""
    return pd.DataFrame({"group": [f"g{number}" for number in range(groups) for _ in range(each)]})


def price_table(pathway: Given, prices: Mapping[str, float]) -> pd.DataFrame:
    """One price a key, with its standard error."""
    rows = [
        {
            "unit_cost": key,
            "organisation": "*",
            "value_gbp": gbp,
            "unit": pathway["unit_costs"][key]["unit"],
            "covers": "part",
            "price_year": YEAR,
            "source": "made up",
            "n": 500,
            "se_total": RELATIVE_SE * gbp,
        }
        for key, gbp in prices.items()
    ]
    return pd.DataFrame(rows)


def recoster_of(loaded: LoadedStudy, names: Sequence[str] = ()) -> Recoster:
    """What evaluates a study at draws, beside the study's door."""
    cohort, _ = inputs.patients_of(loaded)
    case = inputs.case_of(loaded, cohort)
    compared = {name: case.compositions[name] for name in names or case.compositions}
    return Recoster(Lives(case, prices_of(loaded)), compared)


def loaded(path: Path) -> LoadedStudy:
    """The study, checked."""
    return pc.load_study(path)
