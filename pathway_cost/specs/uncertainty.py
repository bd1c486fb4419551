"""How sure a value is. How patients differ (`spread`) is another thing, and never drawn as uncertainty."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import NormalDist

from pathway_cost.specs.base import shown_number
from pathway_cost.specs.values import DistributionName, Fixed, Parameter

NOT_STATED = "no uncertainty stated"
PERT_WIDTH = 6  # a PERT's sd is a sixth of its range


def standard_error(parameter: Parameter) -> float | None:
    """The standard error of a value: stated, from limits, or sd ÷ √n of a spread; None where nothing says.

    >>> los = Parameter.model_validate({"value": 4.65, "spread": {"lognormal": {"sd": 2.83}}, "n": 2150})
    >>> round(standard_error(los), 3)
    0.061
    """
    if parameter.se is not None:
        return parameter.se
    if parameter.low is not None and parameter.high is not None:
        return (parameter.high - parameter.low) / _width(parameter.interval)
    if parameter.distribution is not None:
        return _sd_of_law(parameter.distribution)
    sd = spread_sd(parameter)
    return None if sd is None or parameter.n is None else sd / math.sqrt(parameter.n)


def spread_sd(parameter: Parameter) -> float | None:
    """The standard deviation between patients; None where none is stated or the value is not one number.

    >>> spread_sd(Parameter.model_validate({"value": 2.0, "spread": {"exponential": {}}}))
    2.0
    """
    spread = parameter.spread
    if spread is None:
        return None
    if spread.empirical is not None:
        mean = sum(value * share for value, share in spread.empirical.items())
        return math.sqrt(sum(share * (value - mean) ** 2 for value, share in spread.empirical.items()))
    size = getattr(spread, spread.law)
    if size.sd is not None:
        return float(size.sd)
    mean_value = parameter.value.number if isinstance(parameter.value, Fixed) else None
    return None if mean_value is None else _sd_of_mean(spread.law, mean_value, size.shape)


def stated_uncertainty(parameter: Parameter) -> str:
    """How sure the value is, in words for the table of assumptions.

    >>> stated_uncertainty(Parameter.model_validate({"value": 0.05, "low": 0.03, "high": 0.07}))
    '95% interval 0.03 to 0.07'
    >>> stated_uncertainty(Parameter.model_validate({"value": 4.65, "spread": {"lognormal": {"sd": 2.83}}}))
    'no uncertainty stated'
    """
    if parameter.counts is not None:
        return f"Dirichlet over {shown_number(sum(parameter.counts.values()))} observed"
    if parameter.low is not None and parameter.high is not None:
        kind = "range" if parameter.interval == "range" else f"{float(parameter.interval):.0%} interval"
        return f"{kind} {shown_number(parameter.low)} to {shown_number(parameter.high)}"
    if parameter.distribution is not None:
        laws = parameter.distribution.items()
        return ", ".join(f"{law} ({_sizes(sizes)})" for law, sizes in laws)
    error = standard_error(parameter)
    if error is None:
        return NOT_STATED
    return f"se {error:.2g}" + ("" if parameter.se is not None else f" (n {shown_number(parameter.n or 0.0)})")


def _width(interval: str) -> float:
    """Standard errors between low and high."""
    if interval == "range":
        return PERT_WIDTH
    return 2 * NormalDist().inv_cdf((1 + float(interval)) / 2)


def _sd_of_law(distribution: Mapping[DistributionName, Mapping[str, float]]) -> float | None:
    sizes = dict(next(iter(distribution.values()), {}))
    if {"alpha", "beta"} <= set(sizes):
        a, b = sizes["alpha"], sizes["beta"]
        return math.sqrt(a * b / (a + b + 1)) / (a + b)
    return sizes.get("sd")


def _sd_of_mean(law: str, mean: float, shape: float | None) -> float | None:
    if law == "exponential":
        return mean
    if law == "geometric":  # days until a daily chance of leaving 1 ÷ mean is taken
        return math.sqrt(max(0.0, mean * (mean - 1)))
    if law == "weibull" and shape is not None:
        first, second = math.gamma(1 + 1 / shape), math.gamma(1 + 2 / shape)
        return mean * math.sqrt(second / first**2 - 1)
    return None


def _sizes(sizes: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {shown_number(size)}" for name, size in sizes.items())
