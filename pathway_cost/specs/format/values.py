"""Values: wherever a number may stand, any of these may stand, nested at will.

Short forms are lengthened first (`0.05` → `{number: 0.05}`, `los` → `{name: los}`), then told apart by the
key they carry.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from pathway_cost.specs.format.base import Evidence, Key, Map, Name, Number, Spec, Text, plain

Interval = Literal["0.95", "0.9", "0.8", "range"]
Prior = Literal["jeffreys", "uniform", "none"]


class Fixed(Spec):
    """A plain number."""

    number: Number

    def short(self) -> Any:
        """The number itself."""
        return plain(self.number)


class Named(Spec):
    """The value of a parameter, or a numeric attribute of the patient."""

    name: Key

    def short(self) -> str:
        """The name itself."""
        return self.name


class ByLevel(Spec):
    """One value a level of an attribute."""

    by: Name
    """The attribute."""
    values: Map[Text, Value]
    """Level → value."""


class BySteps(Spec):
    """A table by a clock word or numeric name: the largest step ≤ x holds; below the first is a fault."""

    by: Key
    steps: Map[Number, Value]


class Formula(Spec):
    """Arithmetic over parameters, numeric attributes and clock words."""

    formula: Text


class Excess(Spec):
    """Mean days beyond a threshold: E[max(0, X − over)] of a parameter X that has a spread."""

    excess: ExcessOf


class ExcessOf(Spec):
    """Whose excess, over what."""

    of: Key
    over: Value


def lengthen_value(given: Any) -> Any:
    """Write a short form out: number, name, or a `by:` list, nested one attribute at a time."""
    if isinstance(given, bool):
        raise ValueError("a value is a number, a name or a mapping; found true or false")  # noqa: TRY004 - pydantic
    if isinstance(given, int | float):
        return {"number": given}
    if isinstance(given, str):
        return {"name": given}
    if isinstance(given, dict) and isinstance(given.get("by"), list | tuple):
        first, *others = given["by"] or [None]
        if not others:
            return {**given, "by": first}
        if not isinstance(given.get("values"), dict):
            raise ValueError("`by` with several attributes needs nested `values`")  # noqa: TRY004 - pydantic
        return {
            **given,
            "by": first,
            "values": {level: {"by": others, "values": inner} for level, inner in given["values"].items()},
        }
    return given


def _kind(given: Any) -> str | None:
    keys = ("number", "name", "steps", "values", "formula", "excess")
    return next((key for key in keys if (key in given if isinstance(given, dict) else hasattr(given, key))), None)


Value = Annotated[
    Annotated[Fixed, Tag("number")]
    | Annotated[Named, Tag("name")]
    | Annotated[BySteps, Tag("steps")]
    | Annotated[ByLevel, Tag("values")]
    | Annotated[Formula, Tag("formula")]
    | Annotated[Excess, Tag("excess")],
    Discriminator(
        _kind,
        custom_error_type="value_kind",
        custom_error_message="a value is a number, a name, or a mapping with one of values, steps, formula, excess",
    ),
    BeforeValidator(lengthen_value),
]


class SpreadSize(Spec):
    """How far patients differ: exactly one of sd, shape or rate; none for laws that need no second number."""

    sd: Number | None = Field(default=None, gt=0)
    shape: Number | None = Field(default=None, gt=0)


class Spread(Spec):
    """How patients differ around the value: one law. Never drawn as uncertainty of the value."""

    lognormal: SpreadSize | None = None
    gamma: SpreadSize | None = None
    weibull: SpreadSize | None = None
    exponential: SpreadSize | None = None
    geometric: SpreadSize | None = None
    empirical: Map[Number, Number] | None = None
    """Value → share of patients."""

    @model_validator(mode="after")
    def _one_law(self) -> Spread:
        if len(self.model_fields_set) != 1:
            raise ValueError(
                "a spread names exactly one law: lognormal, gamma, weibull, exponential, geometric, empirical"
            )
        if self.empirical is not None:
            shares = self.empirical.values()
            if min(shares) < 0 or abs(sum(shares) - 1) > 1e-9:
                raise ValueError("the shares of an empirical spread lie in [0, 1] and sum to 1")
        sized = self.lognormal or self.gamma
        if sized is not None and sized.sd is None:
            raise ValueError("this spread needs its `sd`")
        if self.weibull is not None and self.weibull.sd is None and self.weibull.shape is None:
            raise ValueError("a weibull spread needs its `sd` or its `shape`")
        return self

    @property
    def law(self) -> str:
        """The name of the law."""
        return next(iter(self.model_fields_set))


DistributionName = Literal[
    "beta", "gamma", "lognormal", "normal", "pert", "uniform", "triangular", "dirichlet", "fixed"
]


class Parameter(Spec):
    """A number that matters: its value, unit, how sure we are, why we believe it."""

    value: Value | None = None
    """The value; or give `counts`."""
    counts: Map[Name, Number] | None = None
    """Observed numbers by destination: defines shares `<parameter>.<destination>` with Dirichlet evidence."""
    low: Number | None = None
    high: Number | None = None
    interval: Interval = "0.95"
    """What low and high enclose: 0.95 (default), 0.9, 0.8, or `range` (PERT)."""
    se: Number | None = Field(default=None, gt=0)
    n: Number | None = Field(default=None, gt=0)
    """Number of patients behind the value."""
    prior: Prior | None = None
    """What is believed before `counts`, or the `n` of a share, were seen: jeffreys (½ a patient each way), uniform (1) or
    none. Left out: jeffreys where some count, or nobody, is 0; none elsewhere."""
    spread: Spread | None = None
    distribution: Map[DistributionName, Map[Name, Number]] | None = None
    """A named law of the value's uncertainty: {beta: {alpha: …, beta: …}}."""
    unit: Text | None = None
    title: Text | None = None
    evidence: Evidence | None = None

    @model_validator(mode="before")
    @classmethod
    def _lengthen(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given if isinstance(given, Parameter) else {"value": given}
        if "sd" in given:
            raise ValueError(
                "`sd` alone could mean two things: write `spread: {lognormal: {sd: …}}` for how patients differ, "
                "or `se: …` for how unsure the value is"
            )
        if isinstance(given.get("interval"), float):
            given = {**given, "interval": f"{given['interval']:g}"}
        if any(key in given for key in ("formula", "by", "excess", "number", "name")):
            keys = [key for key in ("formula", "by", "values", "steps", "excess", "number", "name") if key in given]
            rest = {key: inner for key, inner in given.items() if key not in keys}
            return {**rest, "value": {key: given[key] for key in keys}}
        return given

    @model_validator(mode="after")
    def _whole(self) -> Parameter:
        if (self.value is None) == (self.counts is None):
            raise ValueError("a parameter has exactly one of `value` and `counts`")
        if (self.low is None) != (self.high is None):
            raise ValueError("`low` and `high` come together")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("`low` is above `high`")
        fixed = self.value.number if isinstance(self.value, Fixed) else None
        if fixed is not None and self.low is not None and self.high is not None and not self.low <= fixed <= self.high:
            raise ValueError("the value lies outside low … high")
        if self.counts is not None and (min(self.counts.values()) < 0 or sum(self.counts.values()) <= 0):
            raise ValueError("counts are not negative and not all 0")
        if self.counts is not None and not math.isfinite(sum(self.counts.values())):
            raise ValueError("counts of so many that their sum is no number")
        if self.prior is not None and self.counts is None and self.n is None:
            raise ValueError("`prior` goes with `counts`, or with a share and its `n`")
        if sum(given is not None for given in (self.low, self.se, self.distribution)) > 1:
            raise ValueError("the uncertainty of a value is stated once: low and high, se, or distribution")
        return self

    def short(self) -> Any:
        """Its value alone, where nothing else is said of it."""
        return plain(self.value) if self.model_fields_set == {"value"} else super().short()


for _model in (ByLevel, BySteps, ExcessOf, Excess, Parameter):
    _model.model_rebuild()

VALUE_KEYS = ("number", "name", "by", "values", "steps", "formula", "excess")
