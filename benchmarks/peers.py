"""A peer on the same graph: heormodel's cohort model and its microsimulation against this package.

    python -m venv /tmp/peer && /tmp/peer/bin/pip install heormodel
    python benchmarks/peers.py /tmp/peer/bin/python [rounds]

The graph is the library's elective knee at national prices, one set of shares and costs a segment. heormodel's
MarkovModel is handed them ready made and gives one number a segment; so is our bare kernel, while `cost_scenario` starts
from the pathway's text and gives the whole cube. Answers must agree to 1e-9. MicrosimModel.discrete walks patients at random through one segment's
graph; beside it stand expected costs of patients with shares of their own. heormodel can do much that this cannot.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import measure
import numpy as np
from expected_costing import STUDY, baseline, by_age, coded, patients
from numpy.typing import NDArray

from pathway_cost.engine.activity.kernels import Patients, run_program
from pathway_cost.engine.model.graph import Graph, graph_of
from pathway_cost.engine.model.program import program_of
from pathway_cost.engine.pounds.cost import cost_scenario
from pathway_cost.engine.pounds.evaluation import Evaluation
from pathway_cost.study.load import load_study
from pathway_cost.study.prices_alone import prices_of

WALKERS = 100_000
PEER = """
import importlib.metadata, json, sys, time
import numpy as np, pandas as pd
from heormodel.models import MarkovModel, CohortSpec, MicrosimModel
from heormodel.run import run_psa

given = np.load(sys.argv[1])
shares, costs = given["shares"], given["costs"]
states = tuple(f"s{number}" for number in range(shares.shape[1]))
nothing = np.zeros(len(states))
common = dict(states=states, interventions=("care",), n_cycles=40, discount_rate=0.0, cycle_correction="none")

def matrices(params, intervention):
    segment = int(params["segment"])
    return CohortSpec(shares[segment], costs[segment], nothing)

draws = pd.DataFrame({"segment": np.arange(len(shares))}, index=pd.RangeIndex(len(shares), name="iteration"))
cohort = MarkovModel(transitions_and_rewards=matrices, **common)
start = time.perf_counter()
found = cohort.evaluate(draws)
cohort_seconds = time.perf_counter() - start
answers = found.data["cost"].to_numpy() if hasattr(found, "data") else found.costs.to_numpy().ravel()

cells = np.ascontiguousarray(shares[0])
walk = MicrosimModel.discrete(
    transition_probabilities=lambda params, intervention, state, attrs, rng: cells[state],
    state_rewards=lambda params, intervention, state, attrs: (costs[0][state], np.zeros(len(state))),
    population=int(sys.argv[2]), states=states, interventions=("care",), n_cycles=20, discount_rate=0.0,
    cycle_correction="none")
one = draws.iloc[:1]
start = time.perf_counter()
walked = run_psa(walk, one, seed=7).outcomes
walk_seconds = time.perf_counter() - start
print(json.dumps({"cohort": cohort_seconds, "walk": walk_seconds, "costs": answers.tolist(),
                  "version": importlib.metadata.version("heormodel")}))
"""


def names_of(evaluation: Evaluation) -> list[str]:
    """Settings and ends, the GP first."""
    return ["gp", *[name for name in evaluation.visits["setting"].astype(str).unique() if name != "gp"]]


def kernel_job(
    graph: Graph, names: Sequence[str], shares: np.ndarray, costs: np.ndarray
) -> Callable[[], NDArray[np.float64]]:
    """The bare kernel on the same shares and costs: (S,) pounds."""
    program, order = program_of(graph), [names.index(node) for node in graph.nodes]
    edges, count = len(graph.edges), len(shares)
    own = np.array([shares[:, order[edge.origin], order[edge.target]] for edge in graph.edges])
    table = np.zeros((edges + len(graph.nodes), 1))
    table[edges + graph.number["gp"]] = 1.0
    source = np.r_[np.arange(edges), np.full(len(graph.nodes), -1)].astype(np.int64)
    given = Patients(table, own, source, np.zeros(count, dtype=np.int64), np.ones(count))
    price = costs[:, order].T.copy()

    def job() -> NDArray[np.float64]:
        _, visits, _ = run_program(program, given, program.visits[:0], program.visits)
        return np.einsum("vs,vs->s", visits, price)

    return job


def graph_of_segments(evaluation: Evaluation) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(S, V, V) shares, (S, V) pounds a visit, (S,) expected pounds, read off what was costed."""
    visits = evaluation.visits.pivot_table(index="segment", columns="setting", values="visits", observed=False)
    names = names_of(evaluation)
    visits = visits[names]
    number = {name: position for position, name in enumerate(names)}
    segments, size = len(visits), len(names)
    shares = np.zeros((segments, size, size))
    flows = evaluation.flows[evaluation.flows["from_setting"] != "start"]
    origin = flows["from_setting"].astype(str).map(number).to_numpy()
    target = flows["to_setting"].astype(str).map(number).to_numpy()
    segment = flows["segment"].to_numpy()
    leaving = visits.to_numpy()[segment, origin]
    np.add.at(shares, (segment, origin, target), flows["patients_moved"].to_numpy() / np.where(leaving > 0, leaving, 1))
    stays = shares.sum(axis=2) < 0.5  # ends, and settings nobody reaches
    shares += stays[:, :, None] * np.eye(size)
    shares /= shares.sum(axis=2, keepdims=True)
    cube = evaluation.cube.frame
    pounds = cube.pivot_table(index="segment", columns="setting", values="gbp", aggfunc="sum", observed=False)
    pounds = pounds.reindex(columns=names, fill_value=0.0).fillna(0.0)
    weight = evaluation.visits.groupby("segment")["patients"].first().to_numpy()
    each = np.divide(pounds, visits.where(visits > 0, 1.0)).to_numpy()
    return shares, each, pounds.sum(axis=1).to_numpy() / weight


def peer(python: str, file: Path) -> dict[str, object]:
    """One run of the peer in its own environment; imports are not timed."""
    told = subprocess.run([python, "-c", PEER, str(file), str(WALKERS)], check=True, capture_output=True, text=True)
    return dict(json.loads(told.stdout.splitlines()[-1]))


def main(python: str, rounds: int = 5) -> None:
    """Interleave the peer's process and ours."""
    study = load_study(STUDY)
    prices, footprint = prices_of(study), {"all": dict(study.study.footprint["all"].roles)}
    own = by_age(study.pathway)
    alike, apart = coded(patients(WALKERS), study.pathway), coded(patients(WALKERS), own)
    evaluation = cost_scenario(baseline(study.pathway, alike, footprint, prices), ())
    shares, costs, expected = graph_of_segments(evaluation)
    kernel = kernel_job(graph_of(study.pathway), names_of(evaluation), shares, costs)
    seconds: dict[str, list[float]] = {"cohort": [], "kernel": [], "segments": [], "walk": [], "own": []}
    version = ""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "graph.npz"
        np.savez(file, shares=shares, costs=costs)
        for turn in range(rounds + 1):
            theirs = peer(python, file)
            version = str(theirs["version"])
            for answer in (np.asarray(theirs["costs"]), kernel()):
                assert np.allclose(answer, expected, rtol=1e-9), "the ways disagree"
            measured = {"cohort": float(str(theirs["cohort"])), "walk": float(str(theirs["walk"]))}
            for job, pathway, cohort in (("segments", study.pathway, alike), ("own", own, apart)):
                start = time.perf_counter()
                cost_scenario(baseline(pathway, cohort, footprint, prices), (), keep_patients=job == "own")
                measured[job] = time.perf_counter() - start
            start = time.perf_counter()
            kernel()
            measured["kernel"] = time.perf_counter() - start
            if turn:
                for job, taken in measured.items():
                    seconds[job].append(taken)
    rows = [
        ("job", "heormodel s", "pathway_cost s", "ratio (median by round)"),
        _row(f"expected cost of {len(shares)} segments, from ready-made shares", seconds, "cohort", "kernel"),
        _row("the same; ours from the pathway's text to the whole cube", seconds, "cohort", "segments"),
        _row(f"{WALKERS:,} patients: simulated walk; expected, own shares", seconds, "walk", "own"),
    ]
    print(measure.table(rows))
    print(
        f"\n{rounds} interleaved rounds. heormodel {version}. {measure.machine()}. {measure.versions(('numpy', 'numba'))}"
    )


def _row(title: str, seconds: dict[str, list[float]], theirs: str, ours: str) -> tuple[str, str, str, str]:
    middle = {name: statistics.median(taken) for name, taken in seconds.items()}
    return title, f"{middle[theirs]:.4f}", f"{middle[ours]:.4f}", f"{measure.ratio(seconds, theirs, ours):.1f}"


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(sys.argv[1], *map(int, sys.argv[2:3]))
