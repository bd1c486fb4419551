"""Values as numbers: one a lane, never at an average patient. What is the same for every lane stays one number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.engine.values import spread as excess
from pathway_cost.engine.values.lanes import Lanes
from pathway_cost.specs.format import (
    ByLevel,
    BySteps,
    Excess,
    Expression,
    Fixed,
    Formula,
    Named,
    Parameter,
    Spread,
    Value,
    names_read,
    parse_formula,
)

Floats = NDArray[np.float64]


class ValueFaultError(Exception):
    """Why a value is no number here."""

    def __init__(self, what: str, remedy: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True, repr=False)
class ValueEvaluator:
    """Works out values for some lanes from the parameters of a pathway, each parameter once."""

    parameters: Mapping[str, Parameter]
    lanes: Lanes
    strict: bool = False
    """Whether a number below the first step is a fault at once, rather than not a number."""
    known: dict[str, Floats] = field(default_factory=dict)

    def value(self, value: Value) -> Floats:
        """(…, R) numbers, with 1 in place of R where all lanes have the same; not a number where arithmetic fails.

        Raises:
            ValueFaultError: the value names something that is no number, or a level it does not list.
        """
        match value:
            case Fixed():
                return np.array([value.number])
            case Named():
                return self.named(value.name)
            case ByLevel():
                return self._by_level(value)
            case BySteps():
                return self._by_steps(value)
            case Formula():
                return self._formula(value.formula)
            case Excess():
                return self._excess(value)

    def named(self, name: str) -> Floats:
        """(…, R or 1) numbers of a name: a parameter, a share of its counts, or a numeric attribute."""
        if name not in self.known:
            self.known[name] = self._named(name)
        return self.known[name]

    def _named(self, name: str) -> Floats:
        given = self.lanes.given.get(name)
        if given is None:
            return self._stated(name)
        missing = np.isnan(given)
        return np.where(missing, self._stated(name), given) if missing.any() else given

    def _stated(self, name: str) -> Floats:
        parameter = self.parameters.get(name)
        if parameter is not None and parameter.value is not None:
            return self.value(parameter.value)
        if parameter is not None:
            raise ValueFaultError(f"{name!r} is a row of counts", f"name one of its shares: {name}.<destination>")
        if name in self.lanes.numbers:
            return self.lanes.numbers[name]
        owner, _, destination = name.rpartition(".")
        counts = self.parameters[owner].counts if owner in self.parameters else None
        if counts is not None and destination in counts:
            return np.array([counts[destination] / sum(counts.values())])
        if name in terms.CLOCK_WORDS:
            raise ValueFaultError(
                f"the clock word {name!r} says nothing here: no time passes", "take it out of the value"
            )
        raise ValueFaultError(f"{name!r} is no parameter and no numeric attribute")

    def _by_level(self, value: ByLevel) -> Floats:
        if value.by not in self.lanes.codes:
            raise ValueFaultError(f"`by: {value.by}` is no attribute with levels")
        codes, levels = self.lanes.codes[value.by], self.lanes.levels[value.by]
        present = np.flatnonzero(np.bincount(codes, minlength=len(levels)))
        missing = [levels[code] for code in present if levels[code] not in value.values]
        if missing:
            raise ValueFaultError(f"there is no value for {value.by}={missing[0]}", "list every level under `values`")
        inner = {int(code): self.value(value.values[levels[code]]) for code in present}
        if len(inner) == 1:
            return next(iter(inner.values()))
        return _picked(codes, len(levels), inner)

    def _by_steps(self, value: BySteps) -> Floats:
        at, steps = self.named(value.by), sorted(value.steps)
        if self.strict and at.min() < steps[0]:
            raise ValueFaultError(
                f"{value.by} is {at.min():g} here, below the first of its steps ({steps[0]:g} to {steps[-1]:g})",
                f"add a step at or below {at.min():g}",
            )
        position = np.searchsorted(steps, at, side="right") - 1
        usable = (position >= 0) & np.isfinite(at)
        position = np.where(usable, position, 0)
        present = np.flatnonzero(np.bincount(position[usable], minlength=len(steps)))
        picked = _picked(position, len(steps), {int(step): self.value(value.steps[steps[step]]) for step in present})
        return np.where(usable, picked, np.nan)

    def _formula(self, text: str) -> Floats:
        try:
            expression = parse_formula(text)
        except ValueError as error:
            raise ValueFaultError(str(error)) from None
        self._only_linear_in_spreads(expression)
        return np.atleast_1d(np.asarray(expression.evaluate(self.named), dtype=np.float64))

    def _only_linear_in_spreads(self, expression: Expression) -> None:
        """The mean of a formula is the formula at the mean only where it is linear (no average patient)."""
        for name in sorted(expression.names):
            if self._has_spread(name) and not expression.is_linear_in(name):
                raise ValueFaultError(
                    f"patients differ in {name!r}, so its average may stand in a formula only linearly",
                    f"for days beyond a threshold write {{excess: {{of: {name}, over: …}}}}",
                )

    def _has_spread(self, name: str) -> bool:
        parameter = self.parameters.get(name)
        if parameter is None or parameter.value is None:
            return False
        return parameter.spread is not None or any(self._has_spread(inner) for inner in names_read(parameter.value))

    def _excess(self, value: Excess) -> Floats:
        name = value.excess.of
        parameter = self.parameters.get(name)
        if parameter is None or parameter.spread is None:
            raise ValueFaultError(f"{name!r} has no spread, so no patient exceeds its value", f"give {name} a `spread`")
        mean, over = np.broadcast_arrays(self.named(name), self.value(value.excess.over))
        if not (mean > 0).all():
            raise ValueFaultError(f"the mean of {name!r} must be above 0 for an excess")
        with np.errstate(all="ignore"):
            beyond = _mean_excess(parameter.spread, mean, np.maximum(over, np.finfo(float).tiny))
        return np.asarray(np.where(over > 0, beyond, mean - over))


def _picked(codes: NDArray[np.integer], count: int, inner: Mapping[int, Floats]) -> Floats:
    """(…, R) the value of each lane's code; codes without a value give not a number."""
    if all(value.size == 1 for value in inner.values()):
        table: Floats = np.full(count, np.nan)
        for code, value in inner.items():
            table[code] = value.item()
        return np.asarray(table[codes])
    picked: Floats = np.full(np.broadcast_shapes(codes.shape, *(value.shape for value in inner.values())), np.nan)
    for code, value in inner.items():
        np.copyto(picked, value, where=codes == code)
    return picked


def _mean_excess(spread: Spread, mean: Floats, over: Floats) -> Floats:
    if spread.lognormal is not None and spread.lognormal.sd is not None:
        return excess.lognormal_excess(mean, over, spread.lognormal.sd)
    if spread.gamma is not None and spread.gamma.sd is not None:
        return excess.gamma_excess(mean, over, spread.gamma.sd)
    if spread.weibull is not None:
        sd, shape = spread.weibull.sd, spread.weibull.shape
        shapes = np.full_like(mean, shape) if sd is None else excess.weibull_shape(mean, sd)
        return excess.weibull_excess(mean, over, shapes)
    if spread.exponential is not None:
        return excess.exponential_excess(mean, over)
    if spread.empirical is not None:
        return excess.empirical_excess(mean, over, spread.empirical)
    raise ValueFaultError(
        f"there is no closed form for the excess of a {spread.law} spread",
        "use lognormal, gamma, weibull, exponential or empirical",
    )
