"""Expected costs of 1,000,000 patients: in segments, and with shares of their own.

    python benchmarks/expected_costing.py [patients] [rounds]

First the library's elective knee at national prices, on patients drawn from the example's segments: coding the cohort,
costing all segments, and the pounds of every patient. Then the same pathway with a readmission that depends on each
patient's age, so that nobody is alike. Last the bare kernels (own_probabilities.py).
"""

from __future__ import annotations

import sys
from pathlib import Path

import measure
import numpy as np
import own_probabilities

import pathway_cost as pc
from pathway_cost.engine.model.case import Case
from pathway_cost.engine.model.footprint import Footprint
from pathway_cost.engine.model.timing import WHOLE, Timing
from pathway_cost.engine.pounds.cost import cost_scenario
from pathway_cost.engine.pounds.lives import Lives
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.study.load import load_study
from pathway_cost.study.prices_alone import prices_of
from pathway_cost.tables.cohort.cohort import CodedCohort, Cohort
from pathway_cost.tables.cohort.cohort_make import make_cohort
from pathway_cost.tables.prices.prices import Prices
from pathway_cost.tables.reading.files import read_noted

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "elective_knee"
STUDY = ROOT / "pathways" / "elective_knee" / "study.yaml"


def patients(count: int) -> Cohort:
    """Drawn from the example's segments, all in one place, with an age."""
    drawn = make_cohort(read_noted(EXAMPLE / "segments.csv").table, patients=count, seed=7)
    age = np.random.default_rng(7).integers(45, 95, size=count)
    return Cohort.from_frame(drawn.drop(columns="place").assign(age=age.astype(float)))


def by_age(pathway: Pathway) -> Pathway:
    """Readmission rises with age: a share of each patient's own."""
    plain = pathway.model_dump(exclude_unset=True)
    plain["attributes"]["age"] = {"number": "year", "low": 0, "high": 120}
    plain["parameters"]["p_readmit"] = {"value": {"formula": "0.05 * exp(0.015 * (age - 70))"}}
    return Pathway.model_validate(plain)


def coded(cohort: Cohort, pathway: Pathway) -> CodedCohort:
    """The cohort in the pathway's words."""
    levels = {name: each.levels for name, each in pathway.attributes.items() if each.levels is not None}
    numbers = {name: (each.low, each.high) for name, each in pathway.attributes.items() if each.number is not None}
    return cohort.coded(levels, numbers, {"all": None})


def baseline(
    pathway: Pathway, cohort: CodedCohort, footprint: Footprint, prices: Prices, timing: Timing = WHOLE
) -> Lives:
    """A pathway that nothing is compared with, at some prices; nothing of it is worked out yet."""
    return Lives(Case(pathway, cohort, footprint, {"baseline": ()}, timing), prices)


def main(count: int = 1_000_000, rounds: int = 5) -> None:
    """Time each step, the same patients throughout."""
    study = load_study(STUDY)
    prices, footprint = prices_of(study), {"all": dict(study.study.footprint["all"].roles)}
    cohort, own = patients(count), by_age(study.pathway)
    alike, apart = coded(cohort, study.pathway), coded(cohort, own)

    def cost(pathway: Pathway, given: CodedCohort, *, keep: bool) -> object:
        return cost_scenario(baseline(pathway, given, footprint, prices), (), keep_patients=keep)

    jobs = {
        "code the cohort": lambda: coded(cohort, study.pathway),
        "cost in segments": lambda: cost(study.pathway, alike, keep=False),
        "cost in segments, and every patient's pounds": lambda: cost(study.pathway, alike, keep=True),
        "cost with own shares (formula on age)": lambda: cost(own, apart, keep=False),
        "cost with own shares, and every patient's pounds": lambda: cost(own, apart, keep=True),
    }
    seconds = measure.interleaved(jobs, rounds=rounds)
    middle = measure.medians(seconds)
    rows = [("step", "seconds (median)", "ns a patient")]
    rows += [(name, f"{taken:.3f}", f"{1e9 * taken / count:,.0f}") for name, taken in middle.items()]
    print(measure.table(rows))
    slow, fast = "cost with own shares (formula on age)", "cost in segments"
    print(f"\nMedian ratio by round, own shares ÷ segments: {measure.ratio(seconds, slow, fast):.1f}")
    print(f"{count:,} patients, {len(alike.segments.weight)} segments, {rounds} interleaved rounds.")
    print(f"pathway_cost {pc.__version__}. {measure.machine()}. {measure.versions()}\n")
    own_probabilities.main(count, rounds)


if __name__ == "__main__":
    main(*(int(given.replace("_", "")) for given in sys.argv[1:]))
