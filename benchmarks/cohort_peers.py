"""heormodel on the matrices of draws.py and profile_steps.py: run by them, in an environment that has it.

    python benchmarks/cohort_peers.py GIVEN.npz ANSWERS.npz

GIVEN holds shares (K, D, V, V) and pounds (K, D, V) of K scenarios at D draws, cycles, yearly rate, the years of a cycle
and the cycle correction. With `named`, a draw's shares and pounds are columns of a frame, which the model's function reads
by name as heormodel's own examples do; without, it gets ready-made matrices, which spares it that. Prints the seconds of
evaluating them; ANSWERS gets the expected pounds (K, D).
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from heormodel.models import CohortSpec, MarkovModel
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Made = tuple[pd.DataFrame, Callable[[pd.Series, str], CohortSpec]]


def ready_made(names: tuple[str, ...], shares: Floats, pounds: Floats) -> Made:
    """A frame that only numbers the draws, and the matrices of a draw."""
    of, nothing, draws = {name: number for number, name in enumerate(names)}, np.zeros(pounds.shape[2]), pounds.shape[1]

    def matrices(params: pd.Series, intervention: str) -> CohortSpec:
        scenario, draw = of[intervention], int(params["draw"])
        return CohortSpec(shares[scenario, draw], pounds[scenario, draw], nothing)

    return pd.DataFrame({"draw": np.arange(draws)}, index=pd.RangeIndex(draws, name="iteration")), matrices


def by_name(names: tuple[str, ...], shares: Floats, pounds: Floats) -> Made:
    """A frame with a column for every share and every pound, and the matrices made from a row of it."""
    states = range(pounds.shape[2])
    ways = [(a, b) for a in states for b in states if shares[:, :, a, b].any()]
    columns = {f"{name} {a} {b}": shares[number, :, a, b] for number, name in enumerate(names) for a, b in ways} | {
        f"{name} gbp {a}": pounds[number, :, a] for number, name in enumerate(names) for a in states
    }

    def matrices(params: pd.Series, intervention: str) -> CohortSpec:
        transition = np.zeros((len(states), len(states)))
        for a, b in ways:
            transition[a, b] = params[f"{intervention} {a} {b}"]
        cost = np.array([params[f"{intervention} gbp {a}"] for a in states])
        return CohortSpec(transition, cost, np.zeros(len(states)))

    return pd.DataFrame(columns, index=pd.RangeIndex(pounds.shape[1], name="iteration")), matrices


def main(given_file: str, answers_file: str) -> None:
    given = np.load(given_file)
    shares, pounds = given["shares"], given["pounds"]
    names = tuple(f"scenario {number}" for number in range(len(shares)))
    draws, states = pounds.shape[1:]
    table, matrices = (by_name if given["named"] else ready_made)(names, shares, pounds)
    model = MarkovModel(
        transitions_and_rewards=matrices,
        states=tuple(f"state {number}" for number in range(states)),
        interventions=names,
        n_cycles=int(given["cycles"]),
        cycle_length=float(given["cycle_years"]),
        discount_rate=float(given["rate"]),
        cycle_correction=str(given["correction"]),
    )
    assert len(table) == draws
    start = time.perf_counter()
    found = model.evaluate(table)
    seconds = time.perf_counter() - start
    frame = found.data["cost"]
    np.savez(answers_file, gbp=np.array([frame.xs(name, level="intervention").to_numpy() for name in names]))
    print(json.dumps({"seconds": seconds, "version": importlib.metadata.version("heormodel")}))


if __name__ == "__main__":
    main(*sys.argv[1:3])
