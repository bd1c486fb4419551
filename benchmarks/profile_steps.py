"""Patients followed step by step: a Markov model against heormodel, and the knee pathway day by day.

    python -m venv /tmp/heor && /tmp/heor/bin/pip install heormodel
    python benchmarks/profile_steps.py [/tmp/heor/bin/python] [rounds]

First 5 states × 60 yearly cycles × 1,000 draws × 2 scenarios, half-cycle corrected, discounted at 3.5%: ours from the
seed, heormodel from the same draws; pounds must agree at every draw to 1e-9. Then the library's elective knee at national
prices, whole and in closed form, beside the same patients followed day by day over two years.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import draws as drawing
import matrices as peers
import measure
import models
from expected_costing import STUDY, baseline, coded, patients

from pathway_cost.engine.draws.parameter_table import drawn
from pathway_cost.engine.model.timing import WHOLE, Timing
from pathway_cost.engine.pounds.cost import cost_scenario
from pathway_cost.engine.pounds.evaluation import Evaluation
from pathway_cost.study.load import load_study
from pathway_cost.study.prices_alone import prices_of

CYCLES, DRAWS, RATE = 60, 1000, 0.035
PRICES = {"care.well": 300.0, "care.mild": 1500.0, "care.severe": 6000.0, "care.critical": 22000.0}


def five_job(folder: Path, count: int = DRAWS) -> drawing.Job:
    """The Markov model and its matrices at the draws."""
    pathway, scenario = models.five_states()
    time = {"horizon": f"{CYCLES} years", "count": "half_cycle", "discount": {"gbp": RATE, "timing": "exact"}}
    path = models.write_priced(folder, pathway, scenario, PRICES, {"patients": 1000}, **time)
    study, table = models.loaded(path), drawn(count, seed=drawing.SEED)
    price = {key: PRICES[key] * by for key, by in peers.price_multipliers(pathway, table).items()}
    matrices = peers.markov_matrices(pathway, peers.drawn_values(study, table), price)
    return drawing.Job(study, matrices, {"cycles": CYCLES, "rate": RATE, "correction": "half_cycle"}, count)


def markov(python: str, rounds: int) -> str:
    """The table of the Markov model."""
    with tempfile.TemporaryDirectory() as folder:
        return _markov(five_job(Path(folder)), python, rounds)


def _markov(job: drawing.Job, python: str, rounds: int) -> str:
    found, recoster = drawing.ours(job, DRAWS), models.recoster_of(job.study)
    ways = {
        "ours, from the study": lambda: drawing.ours(job, DRAWS),
        "ours, prices and patients ready": lambda: recoster.at(drawn(DRAWS, seed=drawing.SEED)),
    }
    theirs = peers.both_ways(python, job.matrices, **job.time)
    seconds = peers.interleaved(ways, theirs, found, rounds=rounds)
    rows: list[tuple[object, ...]] = [("way", "seconds (median)", "÷ ours from the study (by round)")]
    first = next(iter(ways))
    rows += [
        (name, f"{taken:.3f}", f"{measure.ratio(seconds, name, first):.1f}")
        for name, taken in measure.medians(seconds).items()
    ]
    return measure.table(rows) + f"\n\nMeans of all ways: £{found[0].mean():,.2f} and £{found[1].mean():,.2f}.\n"


def knee(rounds: int) -> str:
    """The table of the knee pathway."""
    study = load_study(STUDY)
    prices, footprint = prices_of(study), {"all": dict(study.study.footprint["all"].roles)}
    cohort = coded(patients(100_000), study.pathway)

    def cost(timing: Timing) -> Evaluation:
        return cost_scenario(baseline(study.pathway, cohort, footprint, prices, timing), ())

    two_years = Timing(horizon_days=730.0, step="day", period="month")
    jobs = {"whole pathway, closed form": WHOLE, "two years, day by day, told by month": two_years}
    seconds = measure.interleaved({name: (lambda t=timing: cost(t)) for name, timing in jobs.items()}, rounds=rounds)
    rows: list[tuple[object, ...]] = [("knee pathway", "seconds (median)", "£ a patient")]
    rows += [
        (name, f"{taken:.3f}", f"{cost(jobs[name]).cube.frame['gbp'].sum() / 100_000:,.2f}")
        for name, taken in measure.medians(seconds).items()
    ]
    settings, segments = len(study.pathway.settings), len(cohort.segments.weight)
    return measure.table(rows) + f"\n\n{settings} settings, {segments} segments, 730 steps.\n"


def main(python: str = "", rounds: int = 5) -> None:
    """Both tables."""
    print(markov(python, rounds))
    print(knee(rounds))
    print(f"{rounds} interleaved rounds. {measure.machine()}. {measure.versions(('numpy', 'scipy', 'pandas'))}")


if __name__ == "__main__":
    main(*sys.argv[1:2], *map(int, sys.argv[2:3]))
