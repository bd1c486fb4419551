"""The parameters whose uncertainty is stated, each with the ends it is read at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from pathway_cost.engine.draws import dirichlet, is_uncertain, quantile
from pathway_cost.results.chance.drawn import Floats
from pathway_cost.specs.format import Fixed, Parameter, prior_of

LOW, HIGH = 0.025, 0.975
RANGES: Final = frozenset({"pert", "triangular", "uniform"})  # laws that end where they are said to


@dataclass(frozen=True, repr=False)
class UncertainParameter:
    """A parameter whose uncertainty is stated.

    >>> share = UncertainParameter("p_home", 0.5, lambda level: 0.25 + 0.5 * level, low_level=0.0, high_level=1.0)
    >>> share.low, share.high
    (0.25, 0.75)
    """

    name: str
    value: float
    """As stated."""
    at: Callable[[Floats], Floats]
    """The value at probabilities (n,) of its law."""
    title: str = ""
    unit: str = ""
    low_level: float = LOW
    """The probability of its low end; 0 where a range is stated."""
    high_level: float = HIGH
    """The probability of its high end; 1 where a range is stated."""

    @property
    def low(self) -> float:
        """The value at its low end."""
        return self.value_at(self.low_level)

    @property
    def high(self) -> float:
        """The value at its high end."""
        return self.value_at(self.high_level)

    def value_at(self, level: float | None) -> float:
        """The value at one probability; None: as stated."""
        return self.value if level is None else float(self.at(np.array([level]))[0])


def uncertain_parameters(parameters: Mapping[str, Parameter]) -> tuple[UncertainParameter, ...]:
    """Those that can be drawn, in order; of a row of counts every destination is one, `<parameter>.<destination>`.

    >>> los = Parameter.model_validate({"value": 5, "low": 4, "high": 7, "interval": "range", "unit": "day"})
    >>> [(each.name, each.low, each.high) for each in uncertain_parameters({"los": los, "p_home": Parameter(value=0.5)})]
    [('los', 4.0, 7.0)]
    """
    uncertain = ((name, parameter) for name, parameter in parameters.items() if is_uncertain(parameter))
    return tuple(each for name, parameter in uncertain for each in _drawn(name, parameter))


def _drawn(name: str, parameter: Parameter) -> Iterator[UncertainParameter]:
    title, unit = parameter.title or "", parameter.unit or ""
    if isinstance(parameter.value, Fixed):
        ends = (0.0, 1.0) if _ends_are_stated(parameter) else (LOW, HIGH)
        yield UncertainParameter(name, parameter.value.number, partial(quantile, parameter), title, unit, *ends)
    counts, prior = dict(parameter.counts or {}), prior_of(parameter)
    for destination, seen in counts.items():
        if prior or 0 < seen < sum(counts.values()):
            share, at = seen / sum(counts.values()), partial(_share, counts, prior, destination)
            yield UncertainParameter(f"{name}.{destination}", share, at, title, "share")


def _ends_are_stated(parameter: Parameter) -> bool:
    named = RANGES & set(parameter.distribution or {})
    return bool(named) or (parameter.low is not None and parameter.interval == "range")


def _share(counts: Mapping[str, float], prior: float, destination: str, level: Floats) -> Floats:
    """One destination's share at probabilities (n,), the others dividing the rest as stated."""
    return dirichlet(counts, {destination: level}, prior=prior)[destination]
