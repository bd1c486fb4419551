"""A what-if loop, frames in: one parameter changed 50 times, each time the cost a patient of baseline and scenario.

    python -m venv /tmp/peer && /tmp/peer/bin/pip install heormodel
    python benchmarks/what_if.py [/tmp/peer/bin/python] [rounds]

The pathway is the library's elective knee with its day-case scenario; 50,000 patients in 120 segments and the prices are
frames, given once. Then readmission (`p_readmit`) is changed 50 times, and every time the cost a patient of both scenarios
and their difference are wanted before the next value is known. Ours checks and costs the whole pathway each time and can be
cut any way afterwards; heormodel's MarkovModel is handed the shares and pounds of every segment ready made and writes the two
shares that hang on the parameter into them, once a value, or all 50 values at once. Neither's preparation is in the loop.
Every answer must agree to 1e-9.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import measure
import numpy as np
from expected_costing import STUDY, coded, patients
from numpy.typing import NDArray
from peers import graph_of_segments, names_of

import pathway_cost as pc
from pathway_cost import terms
from pathway_cost.engine.model.case import Case
from pathway_cost.engine.pounds.cost import cost_scenario
from pathway_cost.engine.pounds.lives import Lives
from pathway_cost.study.checked_study import LoadedStudy
from pathway_cost.study.prices_alone import prices_of

Floats = NDArray[np.float64]
Given = dict[str, Any]

PATIENTS = 50_000
VALUES = np.linspace(0.03, 0.07, 50)
P_ED = 0.093 / 1.15  # emergency attendance after a stay, of which readmission is a share
COMPARED = ("baseline", "day_case")
PREPARE, OURS = "ours, prepared from frames, once", "ours"
NUMPY = "numpy, one batched solve a value, ready-made matrices"
THEIRS = ("heormodel", "heormodel, ready-made matrices")
CYCLES = 40  # after which nobody is left, to one part in 10¹²
PEER = """
import importlib.metadata, json, sys, time
import numpy as np
from cohort_peers import by_name, ready_made
from heormodel.models import MarkovModel

given = dict(np.load(sys.argv[1]))
shares, pounds, weight = given["shares"], given["pounds"], given["weight"]
ed, readmission, review = given["ways"]
names = tuple(f"scenario {number}" for number in range(len(shares)))
states = tuple(f"state {number}" for number in range(pounds.shape[2]))
table, from_frame = by_name(names, shares, pounds)
numbers, from_matrices = ready_made(names, shares, pounds)

def asked(table, matrices):
    model = MarkovModel(transitions_and_rewards=matrices, states=states, interventions=names, n_cycles=int(given["cycles"]),
                        discount_rate=0.0, cycle_correction="none")
    found = model.evaluate(table).data["cost"]
    before, after = (found.xs(name, level="intervention").to_numpy() @ weight for name in names)
    return before, after, after - before

def in_frame(share):
    columns = {f"{name} {ed} {goal}": each for name in names for goal, each in ((readmission, share), (review, 1.0 - share))}
    return asked(table.assign(**columns), from_frame)

def in_matrices(share):
    shares[..., ed, readmission] = share
    shares[..., ed, review] = 1.0 - share
    return asked(numbers, from_matrices)

seconds, answers = [], []
for way in (in_frame, in_matrices):
    start = time.perf_counter()
    answers.append([way(value / given["p_ed"]) for value in given["values"]])
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": seconds, "answers": answers, "version": importlib.metadata.version("heormodel")}))
"""


def in_frames(study: LoadedStudy) -> Given:
    """The library's study as a dict, with a frame of patients and a frame of prices."""
    cohort, prices = patients(PATIENTS).frame.drop(columns="age"), prices_of(study).frame
    return {
        "study": "what_if",
        "pathway": "elective_knee",
        "footprint": {"all": dict(study.study.footprint["all"].roles)},
        "cohort": cohort,
        "price_year": study.study.price_year,
        "unit_costs": [{"table": prices[list(terms.UNIT_COST_COLUMNS)]}],
        "scenarios": ["day_case"],
        "compare": list(COMPARED),
    }


def ours(ready: pc.PreparedStudy) -> Floats:
    """(50, 3) pounds a patient of both scenarios, and their difference, each asked for by itself."""
    return np.array([_asked(ready, value) for value in VALUES])


def _asked(ready: pc.PreparedStudy, value: float) -> tuple[float, float, float]:
    other = ready.what_if({"p_readmit": float(value)})
    before, after = (other.cost(name).cost_per_patient_gbp for name in COMPARED)
    return before, after, other.compare(*COMPARED).change_per_patient_gbp


def graphs(study: LoadedStudy) -> Given:
    """What heormodel is handed: (2, S, V, V) shares, (2, S, V) pounds a visit, (S,) part of the patients, and which way is which."""
    cohort, footprint = coded(patients(PATIENTS), study.pathway), {"all": dict(study.study.footprint["all"].roles)}
    scenarios = {"baseline": (), "day_case": (study.scenarios["day_case"],)}
    lives = Lives(Case(study.pathway, cohort, footprint, scenarios), prices_of(study))
    costed = [cost_scenario(lives, each, name=name) for name, each in scenarios.items()]
    names = names_of(costed[0])
    assert names == names_of(costed[1])
    shares, pounds, _ = zip(*map(graph_of_segments, costed), strict=True)
    weight = cohort.segments.weight
    return {
        "shares": np.array(shares),
        "pounds": np.array(pounds),
        "weight": weight / weight.sum(),
        "ways": [names.index(name) for name in ("ed", "readmission", "review")],
        "p_ed": P_ED,
        "values": VALUES,
        "cycles": CYCLES,
    }


def numpy_batched(given: Mapping[str, Any]) -> Floats:
    """(50, 3) the same from the peer's matrices: one batched solve a value."""
    nobody_stays = np.eye(given["pounds"].shape[-1])  # ends have no pounds, and no setting leads to itself
    found = []
    for value in VALUES:
        shares = given["shares"] * (1.0 - nobody_stays)
        write_parameter(shares, given["ways"], value / P_ED)
        solved = np.linalg.solve(nobody_stays - shares, given["pounds"][..., None])[:, :, 0, 0]
        before, after = solved @ given["weight"]
        found.append((before, after, after - before))
    return np.array(found)


def write_parameter(shares: Floats, ways: Sequence[int], share: Floats | float) -> None:
    """Put the two shares out of the emergency department that hang on the parameter into (…, V, V) shares."""
    ed, readmission, review = ways
    shares[..., ed, readmission] = share
    shares[..., ed, review] = 1.0 - share


def peer(python: str, file: Path) -> tuple[dict[str, float], list[Floats], str]:
    """heormodel's seconds and answers, each way, and its version; imports and what is made once are not timed."""
    command = [python, "-c", PEER, str(file)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parent).stdout
    told = json.loads(said)
    return dict(zip(THEIRS, told["seconds"], strict=True)), list(map(np.array, told["answers"])), told["version"]


def timed(job: Callable[[], Floats]) -> tuple[float, Floats]:
    """Seconds, and the answers."""
    start = time.perf_counter()
    found = job()
    return time.perf_counter() - start, found


def one_round(study: Given, given: Given, python: str, file: Path) -> tuple[dict[str, float], str]:
    """Seconds of every way, and the peer's version; all must give the same pounds."""
    start = time.perf_counter()
    ready = pc.prepare(pc.load_study(study))
    measured, version = {PREPARE: time.perf_counter() - start}, ""
    measured[OURS], wanted = timed(lambda: ours(ready))
    measured[NUMPY], answer = timed(lambda: numpy_batched(given))
    answers = [answer]
    if python:
        theirs, others, version = peer(python, file)
        measured, answers = measured | theirs, answers + others
    for answer in answers:
        assert np.allclose(answer, wanted, rtol=1e-9), "the ways disagree"
    return measured, version


def main(python: str = "", rounds: int = 5) -> None:
    """Interleave the peer's process and ours."""
    library = pc.load_study(STUDY)
    study, given = in_frames(library), graphs(library)
    seconds: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "graphs.npz"
        np.savez(file, **given)
        for turn in range(rounds + 1):
            measured, version = one_round(study, given, python, file)
            for way, taken in measured.items():
                seconds.setdefault(way, []).extend([taken] * bool(turn))
    print(told(seconds))
    print(
        f"\n{PATIENTS:,} patients in {len(given['weight'])} segments, {len(VALUES)} values, {rounds} interleaved rounds."
    )
    print(f"heormodel {version or 'left out'}. {measure.machine()}. {measure.versions(('numpy', 'pandas'))}")


def told(seconds: Mapping[str, Sequence[float]]) -> str:
    """The table: seconds of a round, milliseconds an answer, and how many times ours that is."""
    rows: list[tuple[object, ...]] = [("way", "seconds (median)", "ms a value", "÷ ours (by round)")]
    for way, middle in measure.medians(seconds).items():
        each = "" if way == PREPARE else f"{1000 * middle / len(VALUES):.1f}"
        rows.append((way, f"{middle:.3f}", each, f"{measure.ratio(seconds, way, OURS):.2f}"))
    return measure.table(rows)


if __name__ == "__main__":
    main(*sys.argv[1:2], *map(int, sys.argv[2:3]))
