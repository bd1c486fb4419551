"""Which law a stay or wait follows on each lane: that of the parameter in it that differs between patients.

A stay worked out from such a parameter (`0.8 * los`) follows the parameter's law, with the mean and standard deviation
of the formula; one worked out from several of them, taken as independent, is a gamma with theirs. A value moved away from what is stated (drawn, or set) moves its spread in proportion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.values import stay_laws as laws
from pathway_cost.engine.values.evaluator import ValueEvaluator
from pathway_cost.engine.values.products import dot
from pathway_cost.engine.values.stay_laws import Stays
from pathway_cost.specs.format import (
    ByLevel,
    BySteps,
    Excess,
    Fixed,
    Formula,
    Named,
    Parameter,
    Spread,
    Value,
    parse_formula,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CODES: Final = {
    "lognormal": laws.LOGNORMAL,
    "gamma": laws.GAMMA,
    "weibull": laws.WEIBULL,
    "exponential": laws.EXPONENTIAL,
    "geometric": laws.GEOMETRIC,
    "empirical": laws.EMPIRICAL,
}


class _Shape(NamedTuple):
    """The law of each lane (R,), its sd (R,) and its table (R,)."""

    law: Integers
    sd: Floats
    table: Integers


@dataclass(repr=False)
class StayReader:
    """Reads stays for the lanes of one evaluator, keeping the tables of empirical laws."""

    evaluator: ValueEvaluator
    tables: list[tuple[Floats, Floats]] = field(default_factory=list)

    def read(self, value: Value | None, mean: Floats) -> Stays:
        """The stays of all lanes, whose means (R,) or (1,) were evaluated before; no value is no stay."""
        lanes = self.evaluator.lanes.count
        shape = self._fixed() if value is None else self._shape(value)
        mean = np.broadcast_to(mean, lanes).astype(np.float64)
        return Stays(shape.law, mean, np.abs(shape.sd), shape.table, tuple(self.tables))

    def _fixed(self) -> _Shape:
        lanes = self.evaluator.lanes.count
        return _Shape(np.full(lanes, laws.FIXED), np.zeros(lanes), np.full(lanes, -1))

    def _shape(self, value: Value) -> _Shape:
        match value:
            case Fixed() | Excess():
                return self._fixed()
            case Named():
                return self._of_name(value.name)
            case ByLevel():
                codes = self.evaluator.lanes.codes[value.by]
                levels = self.evaluator.lanes.levels[value.by]
                return self._picked(codes, {levels.index(name): inner for name, inner in value.values.items()})
            case BySteps():
                steps = sorted(value.steps)
                at = np.searchsorted(steps, self.evaluator.named(value.by), side="right") - 1
                codes = np.broadcast_to(at, self.evaluator.lanes.count)
                return self._picked(codes, {number: value.steps[step] for number, step in enumerate(steps)})
            case Formula():
                return self._of_formula(value.formula)

    def _picked(self, codes: NDArray[np.integer], inner: dict[int, Value]) -> _Shape:
        found = self._fixed()
        for code, value in inner.items():
            here = codes == code
            if here.any():
                for everyone, own in zip(found, self._shape(value), strict=True):
                    np.copyto(everyone, own, where=here)
        return found

    def _of_name(self, name: str) -> _Shape:
        parameter = self.evaluator.parameters.get(name)
        if parameter is None or parameter.value is None:
            return self._fixed()
        if parameter.spread is None:
            return self._shape(parameter.value)
        mean = np.broadcast_to(self.evaluator.named(name), self.evaluator.lanes.count)
        table = self._table(parameter.spread)
        code = CODES[parameter.spread.law]
        return _Shape(np.full(len(mean), code), _sd(parameter, mean), np.full(len(mean), table))

    def _table(self, spread: Spread) -> int:
        if spread.empirical is None:
            return -1
        days, shares = np.array(list(spread.empirical)), np.array(list(spread.empirical.values()))
        self.tables.append((days, shares))
        return len(self.tables) - 1

    def _of_formula(self, text: str) -> _Shape:
        expression = parse_formula(text)
        shapes = {name: self._of_name(name) for name in sorted(expression.names)}
        differing = [name for name, shape in shapes.items() if (shape.law != laws.FIXED).any()]
        if not differing:
            return self._fixed()
        spread = np.array([shapes[name].sd * self._slope(text, name) for name in differing])
        if len(differing) == 1:
            return shapes[differing[0]]._replace(sd=spread[0])
        return self._fixed()._replace(law=np.full(spread.shape[1], laws.GAMMA), sd=np.sqrt((spread**2).sum(axis=0)))

    def _slope(self, text: str, name: str) -> Floats:
        """(R,) days more for one day more of a name."""
        return np.broadcast_to(self._read(text, name, 1.0) - self._read(text, name, 0.0), self.evaluator.lanes.count)

    def _read(self, text: str, name: str, at: float) -> Floats:
        """The formula with one name at another value."""
        values = parse_formula(text).evaluate(lambda each: at if each == name else self.evaluator.named(each))
        return np.atleast_1d(np.asarray(values, dtype=np.float64))


def _sd(parameter: Parameter, mean: Floats) -> Floats:
    """(R,) the sd between patients, moved in proportion where the value is not the stated one."""
    spread = parameter.spread
    assert spread is not None
    if spread.empirical is not None:
        days, shares = np.array(list(spread.empirical)), np.array(list(spread.empirical.values()))
        centre = dot(days, shares)
        return np.asarray(mean * (math.sqrt(dot(shares, (days - centre) ** 2)) / centre if centre else 0.0))
    if spread.law == "exponential":
        return mean
    if spread.law == "geometric":  # days until a daily chance of leaving, 1 ÷ mean, is taken
        return np.asarray(np.sqrt(np.maximum(0.0, mean * (mean - 1.0))))
    size = getattr(spread, spread.law)
    if size.sd is None:
        return mean * math.sqrt(math.gamma(1 + 2 / size.shape) / math.gamma(1 + 1 / size.shape) ** 2 - 1)
    stated = parameter.value.number if isinstance(parameter.value, Fixed) else None
    moved = mean / stated if stated else np.ones_like(mean)
    return np.asarray(size.sd * moved)
