"""The arithmetic of examples/time_and_chance once more, year by year, without the package.

Patients are rows of the cohort; those with their first implant are kept apart by the years since they got it.
"""

import csv
from math import exp
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "time_and_chance"
YEARS = 15
THEATRE, IMPLANT, BED_DAY, REVISION, CLINIC, REMOTE, GP = 4800, 1500, 430, 14500, 140, 85, 42
BASELINE = {"ratio": 1.0, "implant": IMPLANT, "remote": 0.2, "gp": 0.3}
CHANGES = {
    "long_life_implant": {"ratio": 0.6, "implant": IMPLANT * 1.22},
    "remote_review": {"remote": 0.7, "gp": 0.36},
}


def cohort():
    with (EXAMPLE / "cohort.csv").open(encoding="utf-8", newline="") as file:
        return [(float(row["weight"]), float(row["age"]), row["frail"]) for row in csv.DictReader(file)]


def dying(age, frail):
    bands = {18: 0.001, 50: 0.004, 60: 0.009, 70: 0.022, 80: 0.06, 90: 0.16, 100: 0.3}
    return bands[max(start for start in bands if start <= age)] * (1.6 if frail == "yes" else 0.9)


def revising(years_since, ratio, scale):
    return 1 - exp(-scale * ratio * ((years_since + 1) ** 1.2 - years_since**1.2))


def patient(age, frail, *, ratio, implant, remote, gp, scale=0.004, again=0.03, reviews=0.45):
    """(£, present value £, revisions, years of life) of one patient."""
    at_start = THEATRE + implant + 3.4 * BED_DAY
    gbp, present, revisions, life = at_start, at_start, 0.0, 0.0
    first, revised, after, arrived = {0: 1.0}, 0.0, 0.0, 0.0  # first: years since the operation → share of a patient
    for year in range(YEARS + 1):
        weight, worth = 0.5 if year in (0, YEARS) else 1.0, 1.035**-year
        well = sum(first.values())
        review = reviews * (remote * REMOTE + (1 - remote) * CLINIC)
        spent = weight * (well * (review + gp * GP) + revised * 2 * CLINIC + after * (CLINIC + gp * GP))
        spent += arrived * REVISION  # once, by all who were revised in the year that ends here
        gbp, present, revisions = gbp + spent, present + spent * worth, revisions + arrived
        life += weight * (well + revised + after)
        dies = dying(age + year, frail)
        arrived = sum(share * revising(since, ratio, scale) for since, share in first.items()) + after * again
        after = revised * (1 - dies) + after * (1 - dies - again)
        first = {since + 1: share * (1 - dies - revising(since, ratio, scale)) for since, share in first.items()}
        revised = arrived
    return gbp, present, revisions, life


def totals(**values):
    """Scenario → (£, present value £, revisions, years of life) of the cohort; `values` are of every scenario."""
    found = {}
    for name in ("baseline", *CHANGES, "+".join(CHANGES)):
        stated = BASELINE | {key: value for part in name.split("+") for key, value in CHANGES.get(part, {}).items()}
        each = [(weight, patient(age, frail, **{**stated, **values})) for weight, age, frail in cohort()]
        found[name] = tuple(sum(weight * figures[at] for weight, figures in each) for at in range(4))
    return found
