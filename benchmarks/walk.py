"""The sampled walk of 1,000,000 patients: compiled and numpy, against numpy step by step, simpy and ciw.

    python -m venv /tmp/peer && /tmp/peer/bin/pip install numpy simpy ciw
    python benchmarks/walk.py [patients] [rounds] [/tmp/peer/bin/python]

The pathway: 18 settings, 2 ends, 40 ways out, two of them back to the third setting; a visit costs pounds and pounds a
day of a gamma stay that is drawn. Every way's mean is set against the exact mean (z), ours against the exact standard
deviation too, both from linear solves. Rates are medians of interleaved rounds in one process; the peers run once a round
in their own process, on fewer patients, timed inside it. simpy and ciw can also queue for limited resources, which this
walk cannot, and ours counts visits, days, moves and ends besides the pounds. Nothing is asserted.
"""

from __future__ import annotations

import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import measure
import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.values.stay_laws import GAMMA, Stays
from pathway_cost.engine.walk import walk as walk_module
from pathway_cost.engine.walk.walk import walk
from pathway_cost.engine.walk.walk_random import key_of
from pathway_cost.engine.walk.walk_tables import AT_START, Quantiles, Walkers, WalkTables, tabulate, z_values

Floats = NDArray[np.float64]

SETTINGS, ENDS, BACK = 18, 2, 2
PEER = Path(__file__).with_name("walk_peers.py")


class Pathway(NamedTuple):
    """shares (S, V); entry and day pounds, and mean and sd of the stay, by setting."""

    shares: Floats
    entry: Floats
    day: Floats
    mean: Floats
    sd: Floats

    def exact(self) -> tuple[float, float]:
        """Mean and standard deviation of a patient's pounds."""
        moves = np.eye(SETTINGS) - self.shares[:, :SETTINGS]
        visit = self.entry + self.day * self.mean
        mean = np.linalg.solve(moves, visit)
        square = visit**2 + (self.day * self.sd) ** 2 + 2 * visit * (self.shares[:, :SETTINGS] @ mean)
        return float(mean[0]), math.sqrt(np.linalg.solve(moves, square)[0] - mean[0] ** 2)

    def visits(self) -> float:
        """Expected visits of a patient."""
        return float(np.linalg.inv(np.eye(SETTINGS) - self.shares[:, :SETTINGS])[0].sum())


def reference() -> Pathway:
    """Each setting leads some way ahead, to a second setting or end further ahead, a few to a third or back."""
    rng = np.random.default_rng(20)
    shares = np.zeros((SETTINGS, SETTINGS + ENDS))
    for setting in range(SETTINGS):
        near, far = min(setting + 2, SETTINGS), min(setting + 5, SETTINGS + 1)
        shares[setting, near], shares[setting, far] = 0.65, 0.35
        if setting in {8, 13}:
            shares[setting] *= 0.75
            shares[setting, BACK] = 0.25
        elif setting in {0, 2}:
            shares[setting] *= 0.9
            shares[setting, setting + 1] = 0.1
    mean = rng.uniform(1.0, 9.0, SETTINGS)
    return Pathway(shares, rng.uniform(50, 900, SETTINGS), rng.uniform(100, 450, SETTINGS), mean, mean * 0.61)


def tables_of(pathway: Pathway, seed: int = 1) -> WalkTables:
    """One row of patients, all alike."""
    origin, target = np.nonzero(pathway.shares)
    ways, edges = np.bincount(origin, minlength=SETTINGS), len(origin)
    first = np.concatenate([[0], np.cumsum(ways)])
    cumulative = np.concatenate([np.cumsum(row[row > 0]) for row in pathway.shares])
    cumulative[first[1:] - 1] = 1.0
    stays = Stays(np.full(edges, GAMMA), pathway.mean[origin], pathway.sd[origin], np.full(edges, -1))
    [(scale, table)], quantiles = tabulate(stays)
    none, ones = np.zeros((1, edges)), np.ones(SETTINGS, dtype=np.int64)
    keys = np.array([key_of(f"setting {number}") for number in range(SETTINGS)], dtype=np.uint64)
    return WalkTables(
        *(np.uint64(seed), math.inf, math.inf, math.nan, AT_START, SETTINGS, SETTINGS + ENDS, keys, first, target),
        *(np.zeros(SETTINGS, dtype=np.bool_), np.zeros(SETTINGS, dtype=np.bool_)),
        *(ones, ones, np.arange(SETTINGS), first[:-1], cumulative),
        *(pathway.entry, pathway.day, np.zeros(SETTINGS), np.zeros(edges), np.zeros(edges)),
        *(np.zeros((1, ENDS)), np.zeros(1), np.ones((1, SETTINGS + ENDS)), scale[None], table[None]),
        *(none, none.astype(np.int64), quantiles, np.empty(0), np.empty(0)),
    )


def walkers(count: int) -> Walkers:
    return Walkers(np.zeros(count, dtype=np.int64), np.arange(count, dtype=np.uint64))


def step_by_step(pathway: Pathway, quantiles: Quantiles, count: int, chunk: int = 32_768) -> Floats:
    """Numpy at its best: pounds only, all patients of a chunk a step at a time, numpy's own generator."""
    cumulative = np.cumsum(pathway.shares, axis=1)
    targets = [np.flatnonzero(row) for row in pathway.shares]
    most = max(map(len, targets))
    bounds = np.array(
        [[*row[ahead][:-1], *[2.0] * (most - len(ahead))] for row, ahead in zip(cumulative, targets, strict=True)]
    )
    target = np.array([[*ahead, *[ahead[-1]] * (most - len(ahead))] for ahead in targets])
    grid = z_values(quantiles, np.ones(4097, dtype=np.int64), np.minimum(np.arange(4097) / 4096, 1 - 2.0**-40))
    daily, rng = pathway.day * pathway.mean, np.random.default_rng(1)
    answers = [np.zeros(min(chunk, count - first)) for first in range(0, count, chunk)]
    for pounds in answers:
        who, here = np.arange(len(pounds)), np.zeros(len(pounds), dtype=np.int64)
        while len(who):
            along = rng.random(len(who)) * 4096
            whole = along.astype(np.int64)
            z = grid[whole] + (along - whole) * (grid[whole + 1] - grid[whole])
            pounds[who] += pathway.entry[here] + daily[here] * z
            way = (rng.random(len(who))[:, None] >= bounds[here]).sum(axis=1)
            here = target[here, way]
            inside = here < SETTINGS
            who, here = who[inside], here[inside]
    return np.concatenate(answers)


def peer(python: str, pathway: Pathway, name: str, count: int) -> dict[str, float]:
    """Seconds, patients, mean and sd of a peer in its own process."""
    with tempfile.TemporaryDirectory() as folder:
        np.savez(f"{folder}/pathway.npz", **pathway._asdict())
        command = [python, str(PEER), name, f"{folder}/pathway.npz", str(count)]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def paired(pathway: Pathway, count: int) -> float:
    """Variance of a scenario's difference with independent seeds ÷ with the same seed."""
    shares = pathway.shares.copy()
    shares[4, [6, 9]] += [0.02, -0.02]
    changed = pathway._replace(shares=shares, mean=pathway.mean * np.where(np.arange(SETTINGS) == 6, 1.05, 1.0))
    before = walk(tables_of(pathway), walkers(count)).gbp
    same, other = (walk(tables_of(changed, seed), walkers(count)).gbp for seed in (1, 2))
    return float((other - before).var() / (same - before).var())


def compile_seconds() -> str:
    """Of a process that compiles nothing it finds, and of one that finds it."""
    code = "import runpy, sys; sys.argv = ['walk.py']; runpy.run_path(sys.argv[0], run_name='once')"
    with tempfile.TemporaryDirectory() as folder:
        taken = []
        for _ in range(2):
            start = time.perf_counter()
            environment = {"NUMBA_CACHE_DIR": folder, "PYTHONPATH": str(Path(__file__).parents[1])}
            subprocess.run([sys.executable, "-c", code], check=True, env=environment, cwd=Path(__file__).parent)
            taken.append(time.perf_counter() - start)
    return f"{taken[0]:.1f} s, then {taken[1]:.1f} s"


def main(count: int = 1_000_000, rounds: int = 5, python: str = "") -> None:
    pathway = reference()
    tables = tables_of(pathway)
    mean, sd = pathway.exact()
    few = count // 10
    found: dict[str, Floats] = {}

    def kept(name: str, job: Callable[[], Floats]) -> Callable[[], None]:
        return lambda: found.__setitem__(name, job())

    ours, one, numpy_walk, steps = "ours, 2 threads", "ours, 1 thread", "ours, numpy", "numpy step by step, pounds only"
    sizes = {ours: count, one: count, numpy_walk: few, steps: few}
    jobs = {
        ours: kept(ours, lambda: walk(tables, walkers(max(count, walk_module.MANY)), threads=2).gbp),
        one: kept(one, lambda: walk(tables, walkers(max(count, walk_module.MANY)), threads=1).gbp),
        numpy_walk: kept(numpy_walk, lambda: walk(tables, walkers(few)).gbp),
        steps: kept(steps, lambda: step_by_step(pathway, tables.quantiles, few)),
    }
    seconds = measure.interleaved(jobs, rounds=rounds)
    per_patient = {name: [taken / sizes[name] for taken in times] for name, times in seconds.items()}
    spread = {
        name: ((pounds.mean() - mean) / (sd / math.sqrt(len(pounds))), pounds.std() / sd)
        for name, pounds in found.items()
    }
    for name, patients in (("simpy", 20_000), ("ciw", 3_000)) if python else ():
        answers = [peer(python, pathway, name, patients) for _ in range(rounds)]
        per_patient[name] = [answer["seconds"] / answer["patients"] for answer in answers]
        z = [(answer["mean"] - mean) / (sd / math.sqrt(answer["patients"])) for answer in answers]
        spread[name] = (statistics.median(z), statistics.median(answer["sd"] for answer in answers) / sd)
    rows: list[tuple[object, ...]] = [
        ("way", "patients/s (median)", "ours is × faster (by round)", "z of the mean", "sd ÷ exact")
    ]
    for name, taken in per_patient.items():
        rate, times = 1 / statistics.median(taken), measure.ratio(per_patient, name, ours)
        rows.append((name, f"{rate:,.0f}", f"{times:,.1f}", f"{spread[name][0]:+.2f}", f"{spread[name][1]:.4f}"))
    print(measure.table(rows))
    print(
        f"\nExact mean £{mean:,.2f}, sd £{sd:,.2f}, {pathway.visits():.2f} visits a patient, {(pathway.shares > 0).sum()} ways out."
    )
    print(f"Variance of a scenario's difference, independent ÷ paired: {paired(pathway, few):,.0f}.")
    print(f"A process that walks 1,000 compiled patients: {compile_seconds()} once compiled.")
    print(f"{rounds} interleaved rounds. {measure.machine()}. {measure.versions(('numpy', 'numba', 'scipy'))}")


def once() -> None:
    """Compile, walk a few, and stop."""
    walk_module.MANY = 0
    walk(tables_of(reference()), walkers(1000))


if __name__ == "__main__":
    given = sys.argv[1:]
    main(*map(int, given[:2]), *given[2:3])
elif __name__ == "once":
    once()
