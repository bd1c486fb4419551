"""How costs differ from patient to patient: a histogram and its figures, from sampled or observed pounds only."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.engine.values import dot
from pathway_cost.results.chance.drawn import Floats

TAIL: Final = 0.995  # share of patients below the last, open bin
DEAREST: Final = 0.05
NICE: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
EDGE_DIGITS: Final = 9
PERCENTILES: Final = (5, 10, 25, 50, 75, 90, 95, 99)


class CostSpread(NamedTuple):
    """How costs a patient differ, in pounds; missing where nobody is there, or too few to say."""

    mean: float
    sd: float
    """Between patients."""
    p5: float
    p10: float
    p25: float
    p50: float
    p75: float
    p90: float
    p95: float
    p99: float
    share_of_cost_of_dearest_5pct: float
    """Share of all pounds that the dearest 5% of patients cost."""
    se_mean: float
    """Standard error of the mean over patients."""


def distribution(costs: Floats, weights: Floats, bins: int = 60) -> pd.DataFrame:
    """A histogram with round edges: at most so many bins, then one open bin for the dearest few.

    The bins are equally wide (1, 2, 2.5 or 5 times a power of ten) and reach the 99.5th percentile; each holds costs
    from its lower edge up to, but not at, its upper.

    Args:
        costs: pounds a patient, shape (n,).
        weights: patients each stands for, shape (n,).
        bins: most bins before the open one.

    Returns:
        from_gbp, to_gbp (missing in the open bin), patients, share (of all patients; sums to 1).

    Raises:
        ValueError: shapes that differ, weights below 0, fewer than two bins, costs that are no numbers.

    >>> frame = distribution(np.array([120.0, 180.0, 310.0]), np.array([1.0, 2.0, 1.0]), bins=5)
    >>> frame[["from_gbp", "patients"]].to_numpy().tolist()
    [[100.0, 1.0], [150.0, 2.0], [200.0, 0.0], [250.0, 0.0], [300.0, 1.0]]
    """
    costs, weights = in_order(costs, weights)
    if bins < 2:
        raise ValueError("a distribution has at least two bins")
    if not len(costs):
        return pd.DataFrame(columns=["from_gbp", "to_gbp", "patients", "share"], dtype=np.float64)
    edges = _round_edges(float(costs[0]), float(weighted_quantile(costs, weights, np.array([TAIL]))[0]), bins)
    at = np.searchsorted(edges, costs, side="right") - 1
    patients = np.bincount(at, weights=weights, minlength=len(edges))
    frame = pd.DataFrame({"from_gbp": edges, "to_gbp": [*edges[1:], np.nan], "patients": patients})
    frame["share"] = patients / patients.sum()
    return frame if patients[-1] else frame.iloc[:-1]


def spread_of(costs: Floats, weights: Floats) -> CostSpread:
    """Mean, spread and percentiles of costs a patient.

    With n patients of weight w, sd is √(Σw(c − mean)² ÷ Σw × n/(n − 1)) and se_mean √(Σw²(c − mean)² × n/(n − 1)) ÷ Σw:
    with equal weights the sample's sd, and sd ÷ √n. Percentiles: see `weighted_quantile`.

    Args:
        costs: pounds a patient, shape (n,).
        weights: patients each stands for, shape (n,).

    Raises:
        ValueError: shapes that differ, weights below 0, costs that are no numbers.

    >>> spread = spread_of(np.array([100.0, 200.0, 300.0, 400.0]), np.ones(4))
    >>> spread.mean, round(spread.sd, 4), spread.p50, round(spread.se_mean, 4)
    (250.0, 129.0994, 250.0, 64.5497)
    """
    costs, weights = in_order(costs, weights)
    if not len(costs):
        return CostSpread._make([np.nan] * len(CostSpread._fields))
    whole, count = float(weights.sum()), len(costs)
    mean = dot(weights, costs) / whole
    fewer = count / (count - 1) if count > 1 else np.nan
    sd = np.sqrt(dot(weights, (costs - mean) ** 2) / whole * fewer)
    error = np.sqrt(dot(weights**2, (costs - mean) ** 2) * fewer) / whole
    points = weighted_quantile(costs, weights, np.array(PERCENTILES) / 100).tolist()
    return CostSpread._make((mean, float(sd), *points, _share_of_dearest(costs, weights), float(error)))


def weighted_quantile(costs: Floats, weights: Floats, shares: Floats) -> Floats:
    """The lowest cost that at least a share of the patients does not exceed, shape (shares,).

    Where the patients up to a cost are exactly the share, halfway to the next cost: the median of four patients lies
    between the second and the third. A weight of 2 is the same as two patients.

    Args:
        costs: shape (n,), n ≥ 1, never falling.
        weights: shape (n,), above 0.
        shares: in [0, 1], shape (shares,).

    >>> weighted_quantile(np.array([10.0, 20.0, 30.0]), np.array([1.0, 2.0, 1.0]), np.array([0.25, 0.5])).tolist()
    [15.0, 20.0]
    """
    reached = np.cumsum(weights)
    wanted, dust = shares * reached[-1], terms.RELATIVE_TOLERANCE * reached[-1]
    first = np.minimum(np.searchsorted(reached, wanted - dust), len(costs) - 1)
    after = np.minimum(np.searchsorted(reached, wanted + dust), len(costs) - 1)
    return np.asarray((costs[first] + costs[after]) / 2)


def _share_of_dearest(costs: Floats, weights: Floats) -> float:
    """Pounds of the dearest 5% of patients, the last of them in part, as a share of all pounds."""
    costs, weights = costs[::-1], weights[::-1]
    before = np.cumsum(weights) - weights
    taken = np.clip(DEAREST * weights.sum() - before, 0.0, weights)
    whole = dot(weights, costs)
    return dot(taken, costs) / whole if whole > 0 else np.nan


def in_order(costs: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Costs in rising order, and weights, of the patients who stand for somebody: sums do not hang on who came first.

    Raises:
        ValueError: shapes that differ, weights below 0, costs that are no numbers.
    """
    if costs.ndim != 1 or costs.shape != weights.shape:
        raise ValueError("costs and weights are one figure a patient each")
    if not (np.isfinite(costs).all() and np.isfinite(weights).all()) or np.any(weights < 0):
        raise ValueError("costs are numbers, weights numbers not below 0")
    if not weights.all():
        costs, weights = costs[weights > 0], weights[weights > 0]
    if _rise(costs, weights):
        return costs, weights
    if (weights == weights[0]).all():  # patients who cost the same cannot be told apart
        return np.sort(costs), weights
    order = np.lexsort((weights, costs))
    return costs[order], weights[order]


def _rise(costs: Floats, weights: Floats) -> bool:
    """Whether they are in order as they are."""
    dearer, alike = costs[1:] > costs[:-1], costs[1:] == costs[:-1]
    return bool((dearer | (alike & (weights[1:] >= weights[:-1]))).all())


def _round_edges(low: float, high: float, bins: int) -> Floats:
    """Edges of at most so many bins of a round width, the first at or below `low`, the last above `high`."""
    for width in (unit * nice for unit in _powers_of_ten(low, high, bins) for nice in NICE):
        first, last = np.floor(low / width), np.floor(high / width) + 1
        first -= _edge(first, width) > low  # a quotient may round up to a whole number
        last += _edge(last, width) <= high
        if last - first <= bins:
            return _edge(np.arange(first, last + 1), width)
    raise ArithmeticError("no round width is wide enough")


def _edge(number: Floats, width: float) -> Floats:
    """Edges by their numbers, free of floating dust."""
    return np.round(number * width, EDGE_DIGITS)


def _powers_of_ten(low: float, high: float, bins: int) -> tuple[float, ...]:
    span = max(high - low, 1e-6 * max(abs(low), abs(high)), 0.01)
    power = int(np.floor(np.log10(span / bins)))
    return tuple(10.0**each for each in (power, power + 1, power + 2))
