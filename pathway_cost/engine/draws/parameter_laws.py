"""The value of an uncertain parameter at a probability, by the law that its evidence asks for (see `specs.format.laws`)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.draws.parameter_quantiles import law_quantile
from pathway_cost.specs.format import Fixed, Law, Parameter, is_uncertain, law_of

__all__ = ["dirichlet", "is_uncertain", "quantile"]

Floats = NDArray[np.float64]


def quantile(parameter: Parameter, level: Floats) -> Floats:
    """The value of a parameter at probabilities.

    A share, and a value whose limits lie in [0, 1], has a beta; a positive value with positive limits a lognormal; a
    positive value with a standard error below it, or with a lower limit of 0, a gamma; anything else a normal. `range`
    is a PERT. A share with its number of patients and nothing else is a beta of value × n and (1 − value) × n.

    Args:
        parameter: with one plain number as its value.
        level: (D,) probabilities between 0 and 1; nan for the stated value.

    Returns:
        (D,) values, in the parameter's unit; the stated value throughout where it is not uncertain.

    Raises:
        ValueError: the value is a table, a formula, or a row of counts (see `dirichlet`).

    >>> p_readmit = Parameter.model_validate({"value": 0.05, "low": 0.03, "high": 0.07, "unit": "share"})
    >>> quantile(p_readmit, np.array([0.025, 0.5, 0.975, np.nan])).round(4).tolist()
    [0.0319, 0.0493, 0.0718, 0.05]
    """
    if not isinstance(parameter.value, Fixed):
        raise ValueError("only a parameter whose value is one plain number has a law")  # noqa: TRY004 - of the input
    law, stated = law_of(parameter), np.isnan(level)
    if law is None or stated.all():
        return np.full(level.shape, parameter.value.number)
    return np.where(stated, parameter.value.number, law_quantile(law, np.where(stated, 0.5, level)))


def dirichlet(counts: Mapping[str, float], levels: Mapping[str, Floats], *, prior: float = 0.0) -> dict[str, Floats]:
    """The shares of a row of counts at probabilities: gammas of each count, divided by their sum.

    Where one destination alone has a level, its share is its beta at that level (its marginal), and the others divide
    the rest as stated; where none has, all are as stated.

    Args:
        counts: destination → number observed.
        levels: destination → (D,) probabilities; nan, or left out, for the stated count.
        prior: what the prior adds to each count wherever some destination has a level.

    Returns:
        Destination → (D,) shares, which sum to 1 in every row.

    >>> after = dirichlet({"home": 90, "bed": 10}, {"bed": np.array([0.5, np.nan])})
    >>> {destination: shares.round(4).tolist() for destination, shares in after.items()}
    {'home': [0.9027, 0.9], 'bed': [0.0973, 0.1]}
    """
    stated = np.array(list(counts.values()), dtype=np.float64)
    seen = stated + prior
    rows = len(next(iter(levels.values()))) if levels else 1
    level = np.stack([levels.get(name, np.full(rows, np.nan)) for name in counts])
    given = ~np.isnan(level)
    amounts = np.stack([_gamma_amounts(*each) for each in zip(seen, level, strict=True)])
    shares = amounts / amounts.sum(axis=0)
    alone = given.sum(axis=0) == 1
    shares[:, alone] = _shares_with_one_moved(seen, level[:, alone])
    if prior:
        shares[:, ~given.any(axis=0)] = (stated / stated.sum())[:, None]
    return dict(zip(counts, shares, strict=True))


def _gamma_amounts(count: float, level: Floats) -> Floats:
    """(D,) gamma of shape `count` at probabilities; the count itself at nan; a count of 0 stays 0."""
    if count == 0:
        return np.zeros(level.shape)
    stated = np.isnan(level)
    drawn = law_quantile(Law("gamma", count, 1.0), np.where(stated, 0.5, level))
    return np.where(stated, count, drawn)


def _shares_with_one_moved(seen: Floats, level: Floats) -> Floats:
    """(destinations, D) shares where each row of `level` (destinations, D) has one probability."""
    total = float(seen.sum())
    which, probability = np.argmax(~np.isnan(level), axis=0), np.nanmax(level, axis=0, initial=0.0)
    shares = np.repeat(seen[:, None] / total, level.shape[1], axis=1)
    for place in np.unique(which):
        mine, count = which == place, float(seen[place])
        if 0 < count < total:
            moved = law_quantile(Law("beta", count, total - count), probability[mine])
            shares[:, mine] = np.outer(seen / (total - count), 1 - moved)
            shares[place, mine] = moved
    return shares
