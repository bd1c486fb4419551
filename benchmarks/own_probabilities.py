"""1,000,000 patients, each with own shares on every route: the blocked kernels against numpy on whole arrays.

    python benchmarks/own_probabilities.py [patients] [rounds]

The graph is the library's elective knee: 18 settings, 4 ends, 37 routes, one loop of three settings. Every way gives
the expected visits to every setting and end; answers are compared before anything is timed. Shares are stored (37 × 8
bytes a patient), so what is measured is the solving, not the making of the shares.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import measure
import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.activity import kernels, kernels_compiled
from pathway_cost.engine.activity.kernels import Patients
from pathway_cost.engine.model.graph import Graph, graph_of
from pathway_cost.engine.model.program import Program, program_of
from pathway_cost.study.lone_specs import load_pathway

Floats = NDArray[np.float64]
NOTHING = np.empty(0, dtype=np.int64)


def random_shares(graph: Graph, count: int, seed: int = 7) -> Floats:
    """(E, N) shares that leave every setting with a total of 1."""
    shares = np.random.default_rng(seed).random((len(graph.edges), count)) + 0.05
    for edges in graph.out:
        block = shares[list(edges)]
        shares[list(edges)] = block / block.sum(axis=0)
    return shares


def patients_of(graph: Graph, shares: Floats) -> Patients:
    """All in one base, all starting at the GP."""
    edges, count = shares.shape
    table = np.zeros((edges + len(graph.nodes), 1))
    table[edges + graph.number["gp"]] = 1.0
    source = np.r_[np.arange(edges), np.full(len(graph.nodes), -1)].astype(np.int64)
    return Patients(table, shares, source, np.zeros(count, dtype=np.int64), np.ones(count))


def part_of(patients: Patients, part: slice) -> Patients:
    """Some of the patients."""
    return patients._replace(
        own=np.ascontiguousarray(patients.own[:, part]), base=patients.base[part], weight=patients.weight[part]
    )


def blocks_of(patients: Patients) -> list[Patients]:
    """Blocks of 65,536 patients, each with its shares in one piece of memory, as the engine makes them."""
    count = len(patients.base)
    return [part_of(patients, slice(first, min(first + 65_536, count))) for first in range(0, count, 65_536)]


def compiled(program: Program, parts: list[Patients], threads: int) -> Floats:
    """(V,) total visits by the compiled kernel on so many threads."""
    run = partial(kernels_compiled.run_program, program, summed=program.visits, kept=NOTHING)
    with ThreadPoolExecutor(threads) as pool:
        return sum(sums[:, 0] for sums, _, _ in pool.map(run, parts))


def blocked(program: Program, patients: Patients) -> Floats:
    """(V,) total visits by the numpy kernel in blocks that stay in the cache."""
    return kernels.run_program(program, patients, program.visits, NOTHING)[0][:, 0]


def whole_array(graph: Graph, shares: Floats) -> Floats:
    """(V,) total visits by numpy on arrays over all patients: the loop's closed form by hand, then one multiply-add a route."""
    visits = {node: np.zeros(shares.shape[1]) for node in range(len(graph.nodes))}
    visits[graph.number["gp"]] += 1.0
    for component in graph.components:
        if len(component) > 1:
            _solve_home_ed_readmission(graph, shares, visits)
        _pass_on(graph, shares, visits, component)
    return np.array([visits[node].sum() for node in range(len(graph.nodes))])


def lapack(graph: Graph, shares: Floats) -> Floats:
    """(V,) total visits by a batched LAPACK solve of every patient's whole matrix, 20,000 at a time."""
    total = np.zeros(len(graph.nodes))
    for first in range(0, shares.shape[1], 20_000):
        part = shares[:, first : first + 20_000]
        matrix = np.tile(np.eye(len(graph.nodes)), (part.shape[1], 1, 1))
        for number, edge in enumerate(graph.edges):
            matrix[:, edge.target, edge.origin] -= part[number]
        start = np.zeros((part.shape[1], len(graph.nodes), 1))
        start[:, graph.number["gp"]] = 1.0
        total += np.linalg.solve(matrix, start)[:, :, 0].sum(axis=0)
    return total


def _solve_home_ed_readmission(graph: Graph, shares: Floats, visits: dict[int, Floats]) -> None:
    home, ed, back = (graph.number[name] for name in ("home", "ed", "readmission"))
    share = {(edge.origin, edge.target): shares[number] for number, edge in enumerate(graph.edges)}
    arriving = visits[back] + (visits[ed] + visits[home] * share[home, ed]) * share[ed, back]
    visits[back] = arriving / (1.0 - share[home, ed] * share[ed, back])
    visits[home] = visits[home] + visits[back]
    visits[ed] = visits[ed] + visits[home] * share[home, ed]


def _pass_on(graph: Graph, shares: Floats, visits: dict[int, Floats], component: tuple[int, ...]) -> None:
    for number, edge in enumerate(graph.edges):
        if edge.origin in component and edge.target not in component:
            visits[edge.target] += visits[edge.origin] * shares[number]


def main(count: int = 1_000_000, rounds: int = 5) -> None:
    """Compare the answers, then the time."""
    graph = graph_of(load_pathway("elective_knee"))
    program = program_of(graph)
    shares = random_shares(graph, count)
    patients = patients_of(graph, shares)
    parts = blocks_of(patients)
    few = shares[:, :20_000].copy()
    jobs = {
        "compiled kernel, 2 threads": lambda: compiled(program, parts, 2),
        "compiled kernel, 1 thread": lambda: compiled(program, parts, 1),
        "numpy kernel, blocks of 4,096": lambda: blocked(program, patients),
        "numpy, whole arrays": lambda: whole_array(graph, shares),
        "LAPACK, batched (20,000 patients)": lambda: lapack(graph, few),
    }
    answers = [jobs[name]() for name in list(jobs)[:4]]
    assert all(np.allclose(answer, answers[0], rtol=1e-9) for answer in answers)
    assert np.allclose(lapack(graph, few), whole_array(graph, few), rtol=1e-9)
    seconds = measure.interleaved(jobs, rounds=rounds)
    sizes = {name: 20_000 if "20,000" in name else count for name in jobs}
    each = {name: 1e9 * taken / sizes[name] for name, taken in measure.medians(seconds).items()}
    rows = [("way", "ns a patient (median)", "whole arrays ÷ this")]
    rows += [(name, f"{each[name]:.1f}", f"{each['numpy, whole arrays'] / each[name]:.2f}") for name in jobs]
    print(measure.table(rows))
    paired = measure.ratio(seconds, "numpy, whole arrays", "compiled kernel, 2 threads")
    print(f"\nMedian ratio by round, whole arrays ÷ compiled on 2 threads: {paired:.2f}")
    print(
        f"{count:,} patients, {rounds} interleaved rounds. {measure.machine()}. {measure.versions(('numpy', 'numba'))}"
    )


if __name__ == "__main__":
    main(*(int(given.replace("_", "")) for given in sys.argv[1:]))
