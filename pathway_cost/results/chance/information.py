"""What knowing more would be worth: the expected pounds lost by choosing a scenario before the truth is known.

The choice is the scenario with the lowest expected cost. Perfect information about a group of parameters lets each
draw choose for itself, as far as the group tells; its value is estimated from the draws at hand by regressing the
differences between scenarios on the group's draws (Strong, Oakley and Brennan, Medical Decision Making, 2014).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd

from pathway_cost import terms
from pathway_cost.engine.values import dot, product
from pathway_cost.errors import EngineFaults, Problem, Where, nearest_name, raise_if_any
from pathway_cost.results.chance.drawn import DrawnTotals, Floats, Measure, paired

EVERYTHING: Final = "everything"
COLUMNS: Final = ("group", "parameters", "evppi_per_patient_gbp", "evppi_total_gbp", "share_of_evpi")
DRAWS_PER_COLUMN: Final = 10  # a basis never has more columns than a tenth of the draws
FEWEST_DRAWS: Final = 50  # below it a regression says nothing
KNOTS: Final = {3: (10, 50, 90), 5: (5, 27.5, 50, 72.5, 95)}  # percentiles, as Harrell places them
ALIKE: Final = 1e-10  # a column of which no more is left is a mixture of those before it
FLAT: Final = 1e-12  # relative: a column that varies less does not vary


def value_of_information(
    drawn: DrawnTotals,
    draws: Mapping[str, Floats],
    groups: Mapping[str, Sequence[str]] | None = None,
    *,
    measure: Measure | None = None,
) -> pd.DataFrame:
    """Expected value of perfect information, about everything and about each group of parameters.

    Args:
        drawn: S scenarios at D draws.
        draws: parameter → its values or probabilities, shape (D,), at the same draws.
        groups: name → parameters; every parameter that varies alone where left out.
        measure: which pounds; the present value where there is one.

    Returns:
        group, parameters, evppi_per_patient_gbp and evppi_total_gbp (of one decision, for the patients costed),
        share_of_evpi (per patient; missing where nothing is to be gained). First row: `everything`. Groups overlap and
        interact: their values do not sum. Missing below 50 draws.

    Raises:
        EngineFaults: a group that names an unknown parameter.

    >>> cost = np.array([[0.0] * 4, [-3.0, -1.0, 1.0, 5.0]])
    >>> value_of_information(DrawnTotals(("baseline", "hub"), np.ones(2), cost), {}).evppi_total_gbp.tolist()
    [1.0]
    """
    groups = {name: (name,) for name, values in draws.items() if _varies(values)} if groups is None else groups
    raise_if_any(_unknown(draws, groups), EngineFaults, stage="value of information")
    sides = (drawn.per_patient(measure), drawn.total(measure))
    everything = [perfect_information(costs) for costs in sides]
    rows = [_row(EVERYTHING, (), everything, everything)]
    for name, parameters in groups.items():
        known = np.array([draws[parameter] for parameter in parameters]).reshape(len(parameters), drawn.draws)
        rows.append(_row(name, parameters, _partial(sides, known), everything))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def perfect_information(costs: Floats) -> float:
    """Lowest expected cost less the expected lowest cost, over scenarios × draws (S, D).

    >>> perfect_information(np.array([[10.0, 10.0], [8.0, 14.0]]))
    1.0
    """
    return _gain(costs - costs[0], costs - costs[0])


def conditional_means(targets: Floats, known: Floats) -> Floats:
    """What is expected of each target once the known parameters' draws are told.

    Least squares on bases of growing size: a constant, lines, natural cubic splines of 3 and 5 knots, and these with
    products of every two parameters. Of these the smallest is taken whose leave-one-out squared error is within one
    standard error (of the paired difference) of the best, so that parameters without a bearing leave the constant.

    Args:
        targets: shape (T, D).
        known: parameters × draws, shape (P, D).

    Returns:
        Expected targets, shape (T, D); their mean over the draws is the targets'.

    >>> x = np.linspace(-1, 1, 101)
    >>> bool(np.allclose(conditional_means(2 * x[None, :], x[None, :]), 2 * x))
    True
    """
    spans = [_span(design) for design in _designs(_foremost(known, targets))]
    fits = np.array([product(product(targets, span), span.T) for span in spans])
    reach = [np.minimum(np.sum(span * span, axis=1), 1 - 1e-9) for span in spans]
    errors = np.array([((targets - fit) / (1 - here)) ** 2 for fit, here in zip(fits, reach, strict=True)])
    chosen = [_smallest_good(errors[:, target]) for target in range(len(targets))]
    return np.array([fits[basis, target] for target, basis in enumerate(chosen)]).reshape(targets.shape)


# --- decisions ---------------------------------------------------------------------------------------------------
def _gain(increments: Floats, expected: Floats) -> float:
    """What choosing draw by draw on `expected` (S, D) gains over choosing once on the mean of `increments`; dust is none."""
    gain = float(increments.mean(axis=1).min() - expected.min(axis=0).mean())
    return gain if gain > terms.RELATIVE_TOLERANCE * float(np.abs(increments).mean(axis=1).max()) else 0.0


def _partial(sides: Sequence[Floats], known: Floats) -> list[float]:
    """The gain from the known parameters (P, D), in the costs (S, D) of each side; never above knowing everything."""
    if known.shape[1] < FEWEST_DRAWS:
        return [np.nan] * len(sides)
    changes = [paired(costs) for costs in sides]
    means = np.split(conditional_means(np.concatenate(changes), known), len(sides))
    return [
        min(_gain(_with_first(change), _with_first(mean)), perfect_information(costs))
        for costs, change, mean in zip(sides, changes, means, strict=True)
    ]


def _with_first(changes: Floats) -> Floats:
    """Changes (S − 1, D) under the first scenario's, which is none, shape (S, D)."""
    return np.concatenate([np.zeros((1, changes.shape[1])), changes])


# --- bases -------------------------------------------------------------------------------------------------------
def _designs(known: Floats) -> list[Floats]:
    """Bases of growing size, each draws × columns, none with more columns than a tenth of the draws."""
    count, draws = known.shape
    room = draws // DRAWS_PER_COLUMN - 1
    products = _products(known) if count + count * (count - 1) / 2 <= room else np.empty((0, draws))
    bases = [known, *(np.concatenate([known, *(_bends(x, knots) for x in known)]) for knots in KNOTS if count)]
    bases += [np.concatenate([basis, products]) for basis in (bases[0], bases[-1]) if len(products)]
    fitting = [basis for basis in bases if 0 < len(basis) <= max(1, room)]
    constant = np.ones((1, draws))
    return [constant.T, *(np.concatenate([constant, basis]).T for basis in sorted(fitting, key=len))]


def _products(known: Floats) -> Floats:
    """Products of every two parameters, shape (P(P − 1)/2, D)."""
    pairs = [first * second for first, second in combinations(known, 2)]
    return np.array(pairs).reshape(len(pairs), known.shape[1])


def _bends(x: Floats, knots: int) -> Floats:
    """Natural cubic spline of one parameter (D,) beyond its line: straight outside the outer knots, (knots − 2, D)."""
    at = np.unique(np.percentile(x, KNOTS[knots]))
    if len(at) < 3:
        return np.empty((0, len(x)))
    cubes = np.maximum(0.0, x - at[:, None]) ** 3
    slopes = (cubes[:-1] - cubes[-1]) / (at[-1] - at[:-1, None])
    return np.asarray(slopes[:-1] - slopes[-1])


def _span(design: Floats) -> Floats:
    """Orthonormal columns that span a design (D, columns), however alike its columns are.

    Each column less what the ones before it say of it, taken out twice for the sake of the last digits.
    """
    span = np.empty((0, len(design)))
    for column in design.T:
        left = column / np.sqrt(dot(column, column)) if column.any() else column
        for _ in range(2):
            left = left - product(product(span, left)[None], span)[0]
        size = np.sqrt(dot(left, left))
        if size > ALIKE:
            span = np.vstack([span, left / size])
    return span.T


def _smallest_good(errors: Floats) -> int:
    """The first basis within one standard error of the best; squared errors are bases × draws."""
    excess = errors - errors[errors.mean(axis=1).argmin()]
    allowed = excess.std(axis=1) / np.sqrt(errors.shape[1])
    return int(np.flatnonzero(excess.mean(axis=1) <= allowed)[0])


def _foremost(known: Floats, targets: Floats) -> Floats:
    """The parameters (P, D) that vary, as standard scores; only those nearest to a target where there are too many."""
    varying: Floats = known[[_varies(x) for x in known]]
    scores: Floats = (varying - varying.mean(axis=1, keepdims=True)) / varying.std(axis=1, keepdims=True)
    room = max(1, known.shape[1] // DRAWS_PER_COLUMN - 1)
    if len(scores) <= room:
        return scores
    centred = targets - targets.mean(axis=1, keepdims=True)
    sizes = np.maximum(centred.std(axis=1, keepdims=True), np.finfo(float).tiny)
    nearness = np.abs(product(scores, (centred / sizes).T)).max(axis=1)
    return np.asarray(scores[np.sort(np.argsort(-nearness, kind="stable")[:room])])


def _varies(values: Floats) -> bool:
    return float(np.ptp(values)) > FLAT * float(np.abs(values).max(initial=0.0))


# --- rows --------------------------------------------------------------------------------------------------------
def _row(
    group: str, parameters: Sequence[str], gains: Sequence[float], everything: Sequence[float]
) -> dict[str, object]:
    share = gains[0] / everything[0] if everything[0] > 0 else np.nan
    return dict(zip(COLUMNS, (group, ", ".join(parameters), *gains, share), strict=True))


def _unknown(draws: Mapping[str, Floats], groups: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    for group, parameters in groups.items():
        for name in parameters:
            if name not in draws:
                what = f"the group {group} names {name!r}, which is not drawn"
                where = Where(item=f"uncertainty.groups.{group}")
                remedy = "name parameters whose uncertainty is stated"
                yield Problem("group_of_undrawn_parameter", what, where, nearest_name(name, draws), remedy)
