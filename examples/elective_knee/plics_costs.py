"""Pounds of made-up records: how an activity's pounds divide over resources, and how a currency meets its target.

Chance enters only as `chance.random()`, rounded to thousandths before it meets money, and money is whole numbers: the
same seed gives the same bytes on every machine.
"""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import NormalDist
from typing import Final, NamedTuple

from plics_writer import UNITS_A_POUND, Line, Record

PENCE: Final = 100

RESOURCES: Final[Mapping[str, Mapping[str, float]]] = {
    "THR001": {"CPF001": 0.20, "CPF002": 0.13, "CPF005": 0.25, "CPF023": 0.22, "CSC004": 0.13, "CSC005": 0.07},
    "THR002": {"CPF002": 0.55, "CPF022": 0.20, "CSC004": 0.25},
    "THR003": {"CPF005": 0.64, "CPF023": 0.14, "CSC004": 0.22},
    "DEV001": {"CPF024": 1.0},
    "WRD001": {
        "CPF001": 0.12,
        "CPF005": 0.50,
        "CPF011": 0.05,
        "CPF023": 0.06,
        "CSC004": 0.15,
        "CSC005": 0.08,
        "CSC006": 0.04,
    },
    "DIM001": {"CPF028": 0.70, "CSC004": 0.30},
    "PAT001": {"CPF027": 0.75, "CSC004": 0.25},
    "PAT002": {"CPF027": 1.0},
    "PHA003": {"CPF022": 1.0},
    "PHA004": {"CPF017": 0.70, "CSC004": 0.30},
    "ODT001": {"CPF027": 0.60, "CSC005": 0.40},
    "SUP001": {"CPF011": 0.75, "CSC004": 0.25},
    "BLD001": {"CPF030": 1.0},
    "OUT001": {"CPF001": 0.44, "CPF005": 0.16, "CPF023": 0.06, "CSC004": 0.22, "CSC005": 0.12},
    "EMC001": {"CPF001": 0.34, "CPF005": 0.36, "CPF023": 0.06, "CSC004": 0.16, "CSC005": 0.08},
    "COM001": {"CPF011": 0.62, "CPF023": 0.03, "CPF031": 0.08, "CSC004": 0.17, "CSC005": 0.10},
    "COM002": {"CPF005": 0.62, "CPF023": 0.06, "CPF031": 0.08, "CSC004": 0.16, "CSC005": 0.08},
}
"""Collection activity → resource → share of its pounds. Invented."""


class Cost(NamedTuple):
    """Pounds of one collection activity in one record, before the currency is brought to its target."""

    activity: str
    count: int
    pounds: float


class Draft(NamedTuple):
    """A record whose lines are in pence."""

    fields: Mapping[str, str | None]
    lines: tuple[Line, ...]


class Target(NamedTuple):
    """What the National Schedule says of one currency."""

    activity: float
    unit_cost: float


Targets = dict[tuple[str, str], Target]
"""(department, currency) → target."""


def read_targets(path: Path) -> Targets:
    """The targets of a table in the schedule's own columns."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["department_code"], row["currency_code"]): Target(
                float(row["activity"] or "nan"), float(row["unit_cost"])
            )
            for row in csv.DictReader(file)
        }


def jitter(chance: random.Random, variation: float) -> float:
    """A positive factor of mean 1 and this coefficient of variation, in thousandths."""
    sigma = math.sqrt(math.log1p(variation**2))
    return round(math.exp(sigma * _normal(chance) - sigma**2 / 2), 3)


def stay_days(chance: random.Random, mean: float, variation: float = 0.6) -> int:
    """Whole days, at least one, lognormal around this mean."""
    return max(1, int(mean * jitter(chance, variation) + 0.5))


def draft(
    chance: random.Random, fields: Mapping[str, str | None], costs: Iterable[Cost], *, variation: float = 0.1
) -> Draft:
    """A record with its costs divided over resources; costs of £0 leave no line."""
    lines = [
        Line(cost.activity, cost.count, resource, round(cost.pounds * share * jitter(chance, variation) * PENCE))
        for cost in costs
        for resource, share in RESOURCES[cost.activity].items()
    ]
    return Draft(fields, tuple(line for line in lines if line.amount))


def with_credit(given: Draft, activity: str, resource: str, pounds: float) -> Draft:
    """The record with a credit (a negative line) beside the lines of an activity."""
    count = next(line.count for line in given.lines if line.activity == activity)
    return Draft(given.fields, (*given.lines, Line(activity, count, resource, -round(pounds * PENCE))))


def at_target(drafts: Sequence[Draft], mean_gbp: float, *, off_permille: int) -> list[Record]:
    """Scaled so that the mean cost of these records is the target, off by so many thousandths."""
    wanted = round(mean_gbp * UNITS_A_POUND) * len(drafts) * (1000 + off_permille)
    have = 1000 * sum(line.amount for given in drafts for line in given.lines)
    return [
        Record(given.fields, tuple(line._replace(amount=line.amount * wanted // have) for line in given.lines))
        for given in drafts
    ]


def as_drafted(drafts: Iterable[Draft]) -> list[Record]:
    """Records whose pence stay as they are."""
    scale = UNITS_A_POUND // PENCE
    return [
        Record(given.fields, tuple(line._replace(amount=line.amount * scale) for line in given.lines))
        for given in drafts
    ]


def _normal(chance: random.Random) -> float:
    return NormalDist().inv_cdf(min(max(chance.random(), 1e-6), 1 - 1e-6))
