"""Small costed pathways by hand: visits, quantities and prices are given, so every pound can be checked on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from pathway_cost.cube import Cube
from pathway_cost.engine.model.arms import Arm
from pathway_cost.engine.pounds.evaluation import Evaluation, Modelled
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.costed.from_engine import costed_of
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.tables.prices.prices import Prices

MEASURES = ("patients", "visits", "quantity", "gbp", "patients_moved")
Site = tuple[str, str]  # setting, use


@dataclass(frozen=True)
class Care:
    """What one arm's patients get: visits a patient, (setting, use) → (key, organisation, quantity a visit)."""

    visits: Mapping[str, float]
    uses: Mapping[Site, tuple[str, str, float]]
    prices: Mapping[tuple[str, str], Mapping[str, float]]  # (organisation, key) → component → £
    routes: Mapping[tuple[str, str], float] = field(default_factory=dict)  # (setting, route) → visits a patient
    once: frozenset[Site] = frozenset()

    def visits_of(self, setting: str, use: str) -> float:
        if use.startswith("to "):
            return self.routes[setting, use[3 : use.index(":")]]
        return self.visits[setting]


def pathway_of(care: Care, *, extra: Mapping[str, Any] | None = None) -> Pathway:
    keys = {key for key, _, _ in care.uses.values() if not key.startswith("count:")}
    settings = {name: {"role": "acute", "title": name.title(), "uses": []} for name in care.visits}
    for (setting, use), (key, _, _) in care.uses.items():
        if not use.startswith("to "):
            what = {"count": key[6:]} if key.startswith("count:") else {"unit_cost": key}
            per = "patient" if (setting, use) in care.once else "visit"
            settings[setting]["uses"].append(what | {"name": use, "per": per})
    tree = {
        "pathway": "toy",
        "roles": {"acute": {"kind": "acute"}},
        "unit_costs": {key: {"unit": "visit", "covers": "whole", "title": key.title()} for key in sorted(keys)},
        "start": {next(iter(settings)): 1},
        "settings": settings,
        "routes": {name: {"home": "rest"} for name in settings},
        "ends": ["home"],
    }
    return Pathway.model_validate(tree | dict(extra or {}))


def prices_of(care: Care) -> Prices:
    rows = [
        {
            "unit_cost": key, "organisation": organisation, "component": component, "value_gbp": gbp, "unit": "visit",
            "covers": "whole", "price_year": "2024-25", "source": "by hand", "basis": "plics", "mff": "in",
        }
        for (organisation, key), split in care.prices.items()
        for component, gbp in split.items()
    ]  # fmt: skip
    return Prices.from_frame(pd.DataFrame(rows), price_year="2024-25")


def evaluation(
    name: str,
    cares: Mapping[str, Care],
    *,
    base: Sequence[float] = (1.0,),
    shares: Mapping[str, Sequence[float]] | None = None,
    volume: Mapping[str, Sequence[float]] | None = None,
    scenarios: Mapping[str, tuple[str, ...]] | None = None,
    attributes: Mapping[str, Sequence[str]] | None = None,
    one_offs: tuple = (),
    values: tuple = (),
    extra: Mapping[str, Any] | None = None,
) -> Evaluation:
    """`base` patients a segment; `shares` of each in the arms; `volume` multiplies an arm's patients, by segment."""
    shares = shares or {arm: [1.0] * len(base) for arm in cares}
    weights = pd.DataFrame(
        [
            (segment, arm, share, base[segment] * share * (volume or {}).get(arm, [1.0] * len(base))[segment])
            for arm in cares
            for segment, share in enumerate(shares[arm])
            if share > 0
        ],
        columns=["segment", "arm", "share", "patients"],
    )
    cube, visits, flows = [], [], []
    reached: dict[str, list[float]] = {}
    for segment, arm, _, patients in weights.itertuples(index=False):
        care = cares[arm]
        visits += [(segment, arm, s, patients, v * patients) for s, v in care.visits.items()]
        for setting, v in care.visits.items():
            reached.setdefault(setting, []).append(min(v, 1.0) * patients)
        flows += [(segment, arm, s, "home", route, v * patients) for (s, route), v in care.routes.items()]
        for (setting, use), (key, organisation, q) in care.uses.items():
            v = care.visits_of(setting, use)
            quantity = (1.0 if (setting, use) in care.once else v) * q * patients
            split = {"count": 0.0} if key.startswith("count:") else care.prices[organisation, key]
            cube += [
                (segment, arm, "all", setting, use, key, "", component, "acute", organisation, patients, v * patients, quantity, quantity * gbp)
                for component, gbp in split.items()
            ]  # fmt: skip
    columns = ["segment", "arm", "place", "setting", "use", "unit_cost", "level", "component", "role", "organisation",
               "patients", "visits", "quantity", "gbp"]  # fmt: skip
    segments = pd.DataFrame(
        {
            "segment": range(len(base)),
            "place": "all",
            **(attributes or {}),
            "rows": 1,
            "patients": np.array(base, float),
        }
    )
    return Evaluation(
        name=name,
        cube=Cube(_categorical(pd.DataFrame(cube, columns=columns))),
        visits=_categorical(pd.DataFrame(visits, columns=["segment", "arm", "setting", "patients", "visits"])),
        flows=_categorical(pd.DataFrame(flows, columns=["segment", "arm", "from_setting", "to_setting", "route", "patients_moved"])),
        segments=segments,
        weights=weights,
        arms=tuple(Arm(arm, (scenarios or {}).get(arm, ())) for arm in cares),
        model=Modelled(
            prices={arm: prices_of(care) for arm, care in cares.items()},
            pathways={arm: pathway_of(care, extra=extra) for arm, care in cares.items()},
            footprints={arm: {"all": {"acute": "RXX"}} for arm in cares},
            reached=lambda setting: np.array(reached[setting]),
            values=values,
        ),
        one_offs=one_offs,
    )  # fmt: skip


def costed(name: str, cares: Mapping[str, Care], **more: Any) -> CostedPathway:
    return costed_of(evaluation(name, cares, **more))


def baseline(care: Care, **more: Any) -> CostedPathway:
    return costed("baseline", {"everyone": care}, **more)


def scenario(name: str, care: Care, **more: Any) -> CostedPathway:
    return costed(name, {"taken": care}, scenarios={"taken": (name,)}, **more)


def _categorical(frame: pd.DataFrame) -> pd.DataFrame:
    numbers = {"segment": "int64"} | dict.fromkeys(MEASURES, "float64")
    return frame.astype({column: numbers.get(column, "category") for column in frame.columns})
