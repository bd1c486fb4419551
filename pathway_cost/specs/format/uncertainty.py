"""How sure a value is. How patients differ (`spread`) is another thing, and never drawn as uncertainty."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import NormalDist
from typing import Final

from pathway_cost.specs.format.base import shown_number
from pathway_cost.specs.format.values import DistributionName, Fixed, Parameter

NOT_STATED = "no uncertainty stated"
SHARE = "share"
PERT_WIDTH = 6  # a PERT's sd is a sixth of its range
JEFFREYS: Final = "jeffreys"
PRIORS: Final[Mapping[str, float]] = {JEFFREYS: 0.5, "uniform": 1.0, "none": 0.0}
"""Prior → patients it adds to each destination of a row of counts, and to each side of a share."""


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
    try:
        return _sd_between_patients(parameter)
    except OverflowError:
        return math.inf


def _sd_between_patients(parameter: Parameter) -> float | None:
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


def prior_of(parameter: Parameter) -> float:
    """Patients that the prior adds each way to counts, or to a share with its n; 0 where the evidence needs none.

    A law has no mean at the end of what can be: 0 of 100 would be certain. So where somebody could have gone and nobody
    did, and nothing else is stated, the prior is Jeffreys'.

    >>> prior_of(Parameter.model_validate({"counts": {"home": 100, "bed": 0}}))
    0.5
    >>> prior_of(Parameter.model_validate({"counts": {"home": 90, "bed": 10}}))
    0.0
    """
    if not (parameter.counts is not None or rests_on_n(parameter)):
        return 0.0
    return PRIORS[parameter.prior or (JEFFREYS if nobody_seen(parameter) else "none")]


def nobody_seen(parameter: Parameter) -> bool:
    """Whether one of several ways was taken by nobody: of a row of counts, or of a share with its n."""
    if parameter.counts is not None:
        return len(parameter.counts) > 1 and min(parameter.counts.values()) == 0
    return rests_on_n(parameter) and isinstance(parameter.value, Fixed) and parameter.value.number in (0, 1)


def rests_on_n(parameter: Parameter) -> bool:
    """Whether a value is a share whose number of patients, and nothing else, says how sure it is."""
    shares = isinstance(parameter.value, Fixed) and 0 <= parameter.value.number <= 1 and parameter.unit == SHARE
    return shares and parameter.n is not None and standard_error(parameter) is None


def means_with_prior(parameter: Parameter) -> dict[str, float]:
    """Destination ("" for a share) → the mean of its draws, which the prior moves from what is stated.

    >>> never = Parameter.model_validate({"value": 0, "n": 99, "unit": "share"})
    >>> means_with_prior(never)
    {'': 0.005}
    """
    prior = prior_of(parameter)
    if parameter.counts is not None:
        total = sum(parameter.counts.values()) + prior * len(parameter.counts)
        return {name: (count + prior) / total for name, count in parameter.counts.items()}
    assert isinstance(parameter.value, Fixed)
    assert parameter.n is not None
    return {"": (parameter.value.number * parameter.n + prior) / (parameter.n + 2 * prior)}


def stated_uncertainty(parameter: Parameter) -> str:
    """How sure the value is, in words for the table of assumptions.

    >>> stated_uncertainty(Parameter.model_validate({"value": 0.05, "low": 0.03, "high": 0.07}))
    '95% interval 0.03 to 0.07'
    >>> stated_uncertainty(Parameter.model_validate({"counts": {"home": 100, "bed": 0}}))
    'Dirichlet over 100 observed, with a Jeffreys prior: mean home 0.995, bed 0.00495'
    >>> stated_uncertainty(Parameter.model_validate({"value": 4.65, "spread": {"lognormal": {"sd": 2.83}}}))
    'no uncertainty stated'
    """
    if parameter.counts is not None:
        return f"Dirichlet over {shown_number(sum(parameter.counts.values()))} observed{prior_text(parameter)}"
    if parameter.low is not None and parameter.high is not None:
        kind = "range" if parameter.interval == "range" else f"{float(parameter.interval):.0%} interval"
        same = ", which is one number: not drawn" if parameter.low == parameter.high else ""
        return f"{kind} {shown_number(parameter.low)} to {shown_number(parameter.high)}{same}"
    if parameter.distribution is not None:
        laws = parameter.distribution.items()
        return ", ".join(f"{law} ({_sizes(sizes)})" if sizes else f"{law}, by choice" for law, sizes in laws)
    if rests_on_n(parameter):
        assert isinstance(parameter.value, Fixed)
        seen = parameter.value.number * (parameter.n or 0.0)
        return f"beta of {seen:.3g} in {shown_number(parameter.n or 0.0)}{prior_text(parameter)}"
    error = standard_error(parameter)
    if not error:
        return NOT_STATED if parameter.n is None else f"n {shown_number(parameter.n)}, which says no spread: not drawn"
    return f"se {error:.2g}" + ("" if parameter.se is not None else f" (n {shown_number(parameter.n or 0.0)})")


def prior_text(parameter: Parameter) -> str:
    """Which prior is added, with the means it gives; nothing where there is none."""
    if prior_of(parameter) == 0:
        return ", fixed where nobody was, by `prior: none`" if nobody_seen(parameter) else ""
    name = "uniform" if parameter.prior == "uniform" else "Jeffreys"
    means = ", ".join(f"{name} {mean:.3g}".strip() for name, mean in means_with_prior(parameter).items())
    return f", with a {name} prior: mean {means}"


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
