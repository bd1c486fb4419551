"""10,000 draws of a pathway and a scenario, against heormodel and a loop over the rows of a pandas frame.

    python -m venv /tmp/heor && /tmp/heor/bin/pip install heormodel
    python benchmarks/draws.py [/tmp/heor/bin/python] [rounds] [draws]

Two models: 20 settings with loops (20 stays, 19 shares and 40 prices drawn), and the three states of
tests/published/hiv_combination_therapy.yaml (observed moves, a risk ratio and prices drawn). Ours starts from a seed; the
peers are handed the same draws, heormodel even as ready-made matrices. Every way must give the same pounds at every draw to
1e-9 before anything is timed. The loop, and heormodel on 20 settings, run on fewer draws: figures are per draw. Last, a
process of its own draws 10,000 times for 1,000,000 patients in 200 segments, and its memory is told.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import matrices as peers
import measure
import models
import numpy as np
import pandas as pd
from matrices import Matrices
from numpy.typing import NDArray

import pathway_cost as pc
from pathway_cost.engine.draws.parameter_table import drawn
from pathway_cost.study.checked_study import LoadedStudy

Floats = NDArray[np.float64]
SEED = 7
FEW = 1000
LONG = 120  # cycles after which nobody is left among 20 settings, to one part in 10¹²
PATIENTS, SEGMENTS = 1_000_000, 200
HIV_PRICES = {"care.above_200": 5034.0, "care.below_200": 5330.0, "care.aids": 11285.0}
HIV_TIME = {"cycles": 20, "rate": 0.06, "correction": "half_cycle"}


class Job(NamedTuple):
    """A model: its study, its matrices at the draws, and heormodel's time and number of draws."""

    study: LoadedStudy
    matrices: Matrices
    time: Mapping[str, Any]
    peer_draws: int


# --- the two models ---------------------------------------------------------------------------------------------------
def chain_job(folder: Path, draws: int) -> Job:
    pathway = models.chain(20)
    everybody = {"patients": 1000, "group": "g0"}
    path = models.write_study(folder, pathway, models.changed_chain(), everybody, uncertainty=asked(draws))
    study, table = models.loaded(path), drawn(draws, seed=SEED)
    priced = {key: 20.0 * (number + 1) for number, key in enumerate(pathway["unit_costs"])}
    price = {key: priced[key] * by for key, by in peers.price_multipliers(pathway, table).items()}
    matrices = peers.chain_matrices(pathway, peers.drawn_values(study, table), price)
    return Job(study, matrices, {"cycles": LONG}, min(FEW, draws))


def hiv_job(folder: Path, draws: int) -> Job:
    pathway, scenario = models.hiv()
    time_ = {"horizon": "20 years", "count": "half_cycle", "discount": {"gbp": 0.06, "timing": "exact"}}
    path = models.write_priced(
        folder, pathway, scenario, HIV_PRICES, {"patients": 1000}, uncertainty=asked(draws), **time_
    )
    study, table = models.loaded(path), drawn(draws, seed=SEED)
    price = {key: HIV_PRICES[key] * by for key, by in peers.price_multipliers(pathway, table).items()}
    return Job(study, peers.markov_matrices(pathway, peers.drawn_values(study, table), price), HIV_TIME, draws)


def asked(draws: int) -> dict[str, Any]:
    return {"draws": draws, "seed": SEED}


# --- ways -----------------------------------------------------------------------------------------------------------
def ours(job: Job, draws: int) -> Floats:
    """(K, D) present pounds a patient, from the seed."""
    sums = models.recoster_of(job.study).at(drawn(draws, seed=SEED)).sums
    return np.stack([each.present / each.patients for each in sums.values()])


def numpy_batched(matrices: Matrices) -> Floats:
    """(K, D) pounds by one batched solve a scenario of the settings alone; the draws are handed over."""
    inside = matrices.pounds.any(axis=(0, 1))
    shares = matrices.shares[:, :, inside][:, :, :, inside]
    solved = np.linalg.solve(np.eye(shares.shape[-1]) - shares, matrices.pounds[:, :, inside, None])
    return solved[:, :, 0, 0]


def pandas_loop(matrices: Matrices) -> Callable[[], Floats]:
    """Row by row of a frame with a column for every share and every pound, one solve each."""
    _, draws, states = matrices.pounds.shape
    inside = range(int(matrices.pounds.any(axis=(0, 1)).sum()))
    ways = [(a, b) for a in inside for b in inside if matrices.shares[:, :, a, b].any()]
    frames = [
        pd.DataFrame({f"share_{a}_{b}": shares[:, a, b] for a, b in ways} | {f"gbp_{a}": pounds[:, a] for a in inside})
        for shares, pounds in zip(*matrices, strict=True)
    ]

    def one(row: pd.Series) -> float:
        moves = np.eye(len(inside))
        for a, b in ways:
            moves[a, b] -= row[f"share_{a}_{b}"]
        return float(np.linalg.solve(moves, np.array([row[f"gbp_{a}"] for a in inside]))[0])

    def loop() -> Floats:
        return np.array([[one(row) for _, row in frame.iterrows()] for frame in frames])

    assert states >= len(inside), draws
    return loop


# --- tables -----------------------------------------------------------------------------------------------------------
def timed(name: str, job: Job, draws: int, python: str, rounds: int, *, loops: bool) -> str:
    """One model's table."""
    found = ours(job, draws)
    few = job.matrices.first(min(FEW, draws))
    ways: dict[str, Callable[[], object]] = {
        "ours, from the study to pounds at every draw": lambda: ours(job, draws),
        "ours, `run`: with every table of the reports": lambda: pc.run(job.study),
    }
    sizes = dict.fromkeys(ways, draws)
    if loops:
        loop = pandas_loop(few)
        ways |= {
            "numpy, one batched solve of ready-made matrices": lambda: numpy_batched(job.matrices),
            "pandas, row by row": loop,
        }
        sizes |= {"numpy, one batched solve of ready-made matrices": draws, "pandas, row by row": few.pounds.shape[1]}
        assert np.allclose(numpy_batched(job.matrices), found, rtol=1e-9)
        assert np.allclose(loop(), found[:, : few.pounds.shape[1]], rtol=1e-9)
    theirs = peers.both_ways(python, job.matrices.first(job.peer_draws), **job.time)
    seconds = peers.interleaved(ways, theirs, found, rounds=rounds)
    sizes |= dict.fromkeys(theirs, job.peer_draws)
    each = {way: [taken / sizes[way] for taken in times] for way, times in seconds.items()}
    first, middle = next(iter(ways)), measure.medians(each)
    rows: list[tuple[object, ...]] = [(name, f"s for {draws:,} draws (median)", "÷ ours (by round)")]
    rows += [
        (f"{way}{'' if sizes[way] == draws else f' ({sizes[way]:,} draws timed)'}", f"{taken * draws:.3f}", f"{measure.ratio(each, way, first):.1f}")
        for way, taken in middle.items()
    ]  # fmt: skip
    mean = " and ".join(f"£{pounds:,.2f}" for pounds in found.mean(axis=1))
    return f"{measure.table(rows)}\n\nMeans of all ways: {mean}.\n"


def memory() -> None:
    """1,000,000 patients in 200 segments × 10,000 draws, in this process; prints seconds and peak MB."""
    with tempfile.TemporaryDirectory() as folder:
        group = np.random.default_rng(SEED).integers(0, SEGMENTS, PATIENTS)
        cohort = pd.DataFrame({"group": [f"g{each}" for each in group]})
        path = models.write_study(Path(folder), models.chain(20, SEGMENTS), models.changed_chain(), cohort)
        recoster = models.recoster_of(models.loaded(path))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.perf_counter()
    recoster.at(drawn(10_000, seed=SEED))
    seconds, peak = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{PATIENTS:,} patients in {SEGMENTS} segments × 10,000 draws × 2 scenarios: {seconds:.1f} s, peak {peak:,.0f} MB "
        f"({before:,.0f} MB before the draws; patients × draws would be {PATIENTS * 10_000 * 8 / 1e9:,.0f} GB a figure)."
    )


def main(python: str = "", rounds: int = 3, draws: int = 10_000) -> None:
    """Both models, then memory."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        print(timed("20 settings, 2 scenarios", chain_job(folder / "chain", draws), draws, python, rounds, loops=True))
        print(
            timed(
                "HIV: 3 states, 20 cycles, 2 scenarios",
                hiv_job(folder / "hiv", draws),
                draws,
                python,
                rounds,
                loops=False,
            )
        )
    sys.stdout.flush()
    subprocess.run([sys.executable, __file__, "memory"], check=True)
    print(f"\n{rounds} interleaved rounds. {measure.machine()}. {measure.versions(('numpy', 'scipy', 'pandas'))}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["memory"]:
        memory()
    else:
        main(*sys.argv[1:2], *map(int, sys.argv[2:4]))
