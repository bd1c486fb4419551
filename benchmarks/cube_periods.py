"""Pounds by period: a factor beside the cube, against the same pounds as rows of period.

    python benchmarks/cube_periods.py [rounds]

120 segments × 50 uses × 12 components × 60 months × 4 scenarios, costed through the public door. Memory is what is held above
the cubes, and the peak of one cut above that; both ways must give the same pounds of every organisation, component and month.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable, Sequence
from itertools import product

import measure
import numpy as np
import pandas as pd

import pathway_cost as pc
from pathway_cost import terms
from pathway_cost.cube import Cube, Periods

SETTINGS, USES, COMPONENTS, MONTHS = 10, 5, 12, 60
LEVELS = {"age_band": 6, "fifth": 5, "frailty": 4}  # attribute: how many levels it has
CUTS = (terms.ORGANISATION, terms.COMPONENT, terms.PERIOD)
MEGABYTE = 1e6


def pathway() -> pc.Pathway:
    """Ten settings one after the other, each stayed in for half a year on average and left in different ways."""
    levels = {name: {"levels": [f"l{number}" for number in range(count)]} for name, count in LEVELS.items()}
    leave = {"by": "frailty", "values": {f"l{number}": 0.12 + 0.01 * number for number in range(4)}}
    settings, routes, unit_costs = {}, {}, {}
    for at in range(SETTINGS):
        here = f"s{at}"
        uses = [{"unit_cost": f"{here}.u{number}", "per": "cycle"} for number in range(USES)]
        settings[here] = {"role": f"role{at % 5}", "stay": "cycle", "uses": uses}
        onward = f"s{at + 1}" if at + 1 < SETTINGS else "home"
        routes[here] = {onward: f"p{at}", here: "rest"}
        unit_costs |= {use["unit_cost"]: {"unit": "contact", "covers": "part"} for use in uses}
    shares = {f"p{at}": leave | {"unit": "share"} for at in range(SETTINGS)}
    return pc.load_pathway(
        {
            "pathway": "long_way", "cycle": "month", "attributes": levels, "start": "s0", "ends": ["home"],
            "roles": {f"role{number}": {"kind": "acute"} for number in range(5)}, "unit_costs": unit_costs,
            "parameters": shares, "settings": settings, "routes": routes,
        }
    )  # fmt: skip


def patients() -> pc.Cohort:
    """120 rows, each a segment of its own."""
    rows = list(product(*(range(count) for count in LEVELS.values())))
    columns = {name: [f"l{row[at]}" for row in rows] for at, name in enumerate(LEVELS)}
    return pc.Cohort.from_frame(columns | {terms.WEIGHT: [float(1 + row % 50) for row in range(len(rows))]})


def prices(way: pc.Pathway) -> pc.UnitCosts:
    """Every unit cost in twelve components."""
    rng = np.random.default_rng(2)
    keys = [(key, number) for key in way.unit_costs for number in range(COMPONENTS)]
    return pc.UnitCosts.from_frame(
        {
            "unit_cost": [key for key, _ in keys], "component": [f"c{number}" for _, number in keys],
            "value_gbp": rng.uniform(1, 90, len(keys)), "unit": ["contact"] * len(keys), "covers": ["part"] * len(keys),
            "price_year": ["2024-25"] * len(keys), "source": ["made up"] * len(keys),
        }
    )  # fmt: skip


def costed() -> list[pc.CostedPathway]:
    """The baseline and three scenarios that move patients on faster."""
    way = pathway()
    footprint = {"all": {f"role{number}": f"RX{number}" for number in range(5)}}
    found = []
    for faster in range(4):
        changes = [{"set_share": {"setting": "s0", "route": "s1"}, "to": 0.2 + 0.1 * faster}]
        scenarios = (
            [pc.load_scenario({"scenario": f"faster{faster}", "amends": "long_way", "changes": changes})]
            if faster
            else []
        )
        found.append(
            pc.cost_pathway(
                way, patients(), prices(way), footprint, scenarios=scenarios, price_year="2024-25",
                horizon=f"{MONTHS} months", period="month", discount={"gbp": 0.035},
            )
        )  # fmt: skip
    return found


def as_rows(cube: Cube) -> pd.DataFrame:
    """The same pounds as one row a period: keys, period, gbp, present_value_gbp."""
    frame, periods = cube.frame, cube.known_periods
    count = len(periods.from_day)
    at = np.repeat(np.arange(len(frame)), count)
    rows = frame[list(terms.CUBE_KEYS)].iloc[at].reset_index(drop=True)
    rows[terms.PERIOD] = np.tile(np.arange(1, count + 1), len(frame))
    for name in (terms.GBP, terms.PRESENT_VALUE_GBP):
        shares = getattr(periods, name)[periods.pattern]
        rows[name] = (frame[name].to_numpy()[:, None] * shares).ravel()
    return rows


def cut_of_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The same cut of those rows."""
    measures = [terms.GBP, terms.PRESENT_VALUE_GBP]
    return rows.groupby(list(CUTS), sort=False, observed=True)[measures].sum().reset_index()


def held(periods: Periods) -> int:
    """Bytes of the arrays of a factor, each counted once."""
    arrays = {id(each): each for each in vars(periods).values()}
    return sum(each.nbytes for each in arrays.values())


def peak(job: Callable[[], object]) -> float:
    """Megabytes at the peak of a job, above what was held before."""
    tracemalloc.start()
    job()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / MEGABYTE


def report(cubes: Sequence[Cube], rounds: int) -> str:
    """The table of both ways."""
    rows = [as_rows(cube) for cube in cubes]
    for cube, long in zip(cubes, rows, strict=True):
        found = cube.by(*CUTS).merge(cut_of_rows(long), on=list(CUTS), suffixes=("", "_rows"), validate="1:1")
        assert np.allclose(found[terms.GBP], found[f"{terms.GBP}_rows"], rtol=1e-9)
    ways = {"a factor": lambda: cubes[0].by(*CUTS), "rows": lambda: cut_of_rows(rows[0])}
    seconds = measure.interleaved(ways, rounds=rounds)
    taken = measure.medians(seconds)
    memory = {
        "a factor": sum(held(cube.known_periods) for cube in cubes) / MEGABYTE,
        "rows": sum(int(long.memory_usage(index=False).sum()) for long in rows) / MEGABYTE,
    }
    head = ("way", "MB above the cubes", "ms a cut (median)", "× as long", "MB at the peak of a cut")
    body = [
        (
            way,
            f"{memory[way]:,.0f}",
            f"{1000 * taken[way]:,.0f}",
            f"{measure.ratio(seconds, way, 'a factor'):.0f}",
            f"{peak(job):,.0f}",
        )
        for way, job in ways.items()
    ]
    return measure.table([head, *body])


def main(rounds: int = 5) -> None:
    """Cost, and compare."""
    results = costed()
    cubes = [each.cube for each in results]
    print(f"{len(results[0].segments)} segments, {[len(cube.frame) for cube in cubes]} rows, {MONTHS} months\n")
    print(report(cubes, rounds))
    print(f"\n{rounds} interleaved rounds. {measure.machine()}. {measure.versions(('numpy', 'scipy', 'pandas'))}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
