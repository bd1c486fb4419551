"""The law of chance that the evidence of a number asks for: how it is drawn, and its mean.

The mean of the law is the stated value, and its sd the standard error that the evidence gives. Only a PERT is
different: the stated value is its most likely one, so its mean is (low + 4 × value + high) ÷ 6. A law named by the user
is taken as it is. A spread between patients is never a law of the value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from pathway_cost.specs.format.listed_once import once
from pathway_cost.specs.format.uncertainty import SHARE, prior_of, rests_on_n, standard_error
from pathway_cost.specs.format.values import Fixed, Parameter

FEWEST = 1.0  # patients behind a beta: limits too wide for any share are read as the evidence of one patient
PERT_WEIGHT = 4  # of the most likely value against the lowest and the highest
SMALLEST, LARGEST = 1e-6, 1e100  # of sizes of a beta or gamma, and of any value, so that they can be worked out
FARTHEST = 8.0  # sds of a normal or lognormal beyond which no draw falls
WIDEST = 20.0  # sd of a logarithm: beyond it the mean is of values that are never drawn


class Law(NamedTuple):
    """A law of chance: its name, its two sizes, and the ends it lies between.

    beta (alpha, beta), stretched from low to high; gamma (shape, scale); lognormal (mean and sd of the logarithm);
    normal (mean, sd), cut at low and high; triangular (most likely value, unused); uniform (unused, unused).
    """

    name: str
    first: float
    second: float
    low: float = 0.0
    high: float = 1.0


def is_uncertain(parameter: Parameter) -> bool:
    """Whether anything says how unsure the value is, so that it can be drawn.

    >>> is_uncertain(Parameter.model_validate({"value": 4.65, "spread": {"lognormal": {"sd": 2.83}}}))
    False
    >>> is_uncertain(Parameter.model_validate({"value": 4.65, "spread": {"lognormal": {"sd": 2.83}}, "n": 2150}))
    True
    """
    if parameter.counts is not None:
        return sum(count + prior_of(parameter) > 0 for count in parameter.counts.values()) > 1
    return law_of(parameter) is not None


def uncertain_names(parameters: Mapping[str, Parameter]) -> tuple[str, ...]:
    """The names that can be drawn: uncertain parameters, and for a row of counts `<parameter>.<destination>`.

    >>> uncertain_names({"after": Parameter.model_validate({"counts": {"home": 9, "bed": 1}})})
    ('after.home', 'after.bed')
    """
    return tuple(
        drawn
        for name, parameter in parameters.items()
        if is_uncertain(parameter)
        for drawn in ([name] if parameter.counts is None else [f"{name}.{goal}" for goal in parameter.counts])
    )


@once
def law_of(parameter: Parameter) -> Law | None:
    """The law that the evidence of one number asks for; None where it is not uncertain, or is not one number."""
    try:
        law = _law_asked_for(parameter)
        return law if law is not None and _can_be_worked_out(law) else None
    except ArithmeticError:
        return None


@once
def is_beyond_numbers(parameter: Parameter) -> bool:
    """Whether a law is asked for whose values cannot be worked out.

    >>> is_beyond_numbers(Parameter.model_validate({"value": 4, "low": 1, "high": 1e308}))
    True
    """
    try:
        return _law_asked_for(parameter) is not None and law_of(parameter) is None
    except ArithmeticError:
        return True


def _law_asked_for(parameter: Parameter) -> Law | None:
    """Raises ArithmeticError where its sizes are beyond numbers."""
    if not isinstance(parameter.value, Fixed):
        return None
    if parameter.distribution is not None:
        return _named_law(parameter, parameter.value.number)
    if parameter.interval == "range" and parameter.low is not None and parameter.high is not None:
        return _pert(parameter.low, parameter.value.number, parameter.high)
    value, error = parameter.value.number, standard_error(parameter)
    if parameter.n is not None and rests_on_n(parameter):
        sides = value * parameter.n + prior_of(parameter), (1 - value) * parameter.n + prior_of(parameter)
        return Law("beta", *sides) if min(sides) > 0 else None
    return _law_of_size(parameter, value, error) if error else None


def _can_be_worked_out(law: Law) -> bool:
    """Whether every value of a law, and its mean, are numbers that can be told apart. Else False, or ArithmeticError."""
    sizes: tuple[float, ...] = ()
    ends: tuple[float, ...] = (law.low, law.high, law.low + law.high, law.high - law.low)
    match law.name:
        case "beta":
            sizes = (law.first, law.second)
        case "gamma":
            sizes, ends = (law.first,), (law.first * law.second, law.second)
        case "lognormal":
            ends = (math.exp(law.first + FARTHEST * law.second) if law.second < WIDEST else math.inf,)
        case "normal":
            ends = (law.first - FARTHEST * law.second, law.first + FARTHEST * law.second)
    return all(SMALLEST < size < LARGEST for size in sizes) and all(abs(end) < LARGEST for end in ends)


def law_mean(law: Law) -> float:
    """The mean of a law.

    >>> law_mean(Law("beta", 3, 1)), law_mean(Law("triangular", 5, 0, 2, 8))
    (0.75, 5.0)
    """
    match law.name:
        case "beta":
            return law.low + (law.high - law.low) * law.first / (law.first + law.second)
        case "gamma":
            return law.first * law.second
        case "lognormal":
            return math.exp(law.first + law.second**2 / 2)
        case "triangular":
            return (law.low + law.first + law.high) / 3
        case "uniform":
            return (law.low + law.high) / 2
        case _:
            return _mean_of_cut_normal(law)


def _law_of_size(parameter: Parameter, value: float, error: float) -> Law:
    """The law with this mean and sd."""
    if _is_share(parameter, value):
        return _beta(value, min(error, math.sqrt(value * (1 - value) / (FEWEST + 1))))
    if parameter.low is None:
        return _gamma(value, error) if value > error else Law("normal", value, error, *_ends(parameter, -math.inf))
    if parameter.low < 0 or value <= 0:
        return Law("normal", value, error, *_ends(parameter, -math.inf))
    return _lognormal(value, error) if parameter.low > 0 else _gamma(value, error)


def _is_share(parameter: Parameter, value: float) -> bool:
    """Whether a value can only lie between 0 and 1: a share by its unit, by its limits, or where nothing says."""
    if not 0 < value < 1:
        return False
    if parameter.unit == SHARE:
        return True
    if parameter.low is not None and parameter.high is not None:
        return parameter.low >= 0 and parameter.high <= 1
    return parameter.unit is None and parameter.spread is None


def _named_law(parameter: Parameter, value: float) -> Law | None:
    """The law a user names, by its sizes; a normal is cut at 0 where the value is not negative, a share's at 1 too."""
    name, sizes = next(iter((parameter.distribution or {}).items()))
    size = dict(sizes)
    if not sizes_stand(name, size):
        return None
    if name == "normal":
        return Law(name, size["mean"], size["sd"], *_ends(parameter, 0.0 if value >= 0 else -math.inf))
    if name == "pert":
        return _pert(size["low"], size["mode"], size["high"])
    if name in _BY_MEAN:
        by_mean = "mean" in size
        return _BY_MEAN[name](size["mean"], size["sd"]) if by_mean else Law(name, *(size[key] for key in _SIZES[name]))
    some = "low" in size and size["high"] > size["low"]
    return Law(name, size.get("mode", 0.0), 0.0, size["low"], size["high"]) if some else None


def sizes_stand(law: str, size: Mapping[str, float]) -> bool:
    """Whether there is a law of this name with these sizes.

    >>> sizes_stand("beta", {"mean": 0.5, "sd": 0.2}), sizes_stand("beta", {"mean": 0.5, "sd": 0.6})
    (True, False)
    """
    mean, sd = size.get("mean", math.nan), size.get("sd", math.nan)
    match law:
        case "beta" if "mean" in size:
            return 0 < mean < 1 and 0 < sd < math.sqrt(mean * (1 - mean))
        case "gamma" | "lognormal" if "mean" in size:
            return mean > 0 and sd > 0
        case "beta" | "gamma":
            return all(size.get(key, math.nan) > 0 for key in _SIZES[law])
        case "lognormal":
            return "meanlog" in size and size.get("sdlog", math.nan) > 0
        case "normal":
            return sd > 0 and not math.isnan(mean)
        case _:
            return law == "fixed" or _in_order(law, size)


def _in_order(law: str, size: Mapping[str, float]) -> bool:
    low, high = size.get("low", math.nan), size.get("high", math.nan)
    return low <= (low if law == "uniform" else size.get("mode", math.nan)) <= high


def _beta(mean: float, sd: float) -> Law:
    patients = mean * (1 - mean) / sd**2 - 1
    return Law("beta", mean * patients, (1 - mean) * patients)


def _gamma(mean: float, sd: float) -> Law:
    return Law("gamma", (mean / sd) ** 2, sd**2 / mean)


def _lognormal(mean: float, sd: float) -> Law:
    variance = math.log1p((sd / mean) ** 2)
    return Law("lognormal", math.log(mean) - variance / 2, math.sqrt(variance))


def _ends(parameter: Parameter, low: float) -> tuple[float, float]:
    return (0.0, 1.0) if parameter.unit == SHARE else (low, math.inf)


def _pert(low: float, likely: float, high: float) -> Law | None:
    if low == high:
        return None
    up = PERT_WEIGHT * (likely - low) / (high - low)
    return Law("beta", 1 + up, 1 + PERT_WEIGHT - up, low, high)


_BY_MEAN: Final[Mapping[str, Callable[[float, float], Law]]] = {
    "beta": _beta,
    "gamma": _gamma,
    "lognormal": _lognormal,
}
_SIZES: Final[Mapping[str, tuple[str, str]]] = {
    "beta": ("alpha", "beta"),
    "gamma": ("shape", "scale"),
    "lognormal": ("meanlog", "sdlog"),
}


def in_sds(law: Law, end: float) -> float:
    """How far an end of a normal is above its mean, in standard deviations."""
    return (end - law.first) / law.second


def _mean_of_cut_normal(law: Law) -> float:
    low, high = in_sds(law, law.low), in_sds(law, law.high)
    inside = math.erf(high / math.sqrt(2)) - math.erf(low / math.sqrt(2))
    if inside == 0:  # all of it lies beyond one end
        return law.low if law.first < law.low else law.high
    bent = math.exp(-(low**2) / 2) - math.exp(-(high**2) / 2)
    return law.first + law.second * math.sqrt(2 / math.pi) * bent / inside
