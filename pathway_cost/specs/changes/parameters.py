"""set_parameter, scale_parameter, add_parameter: the value moves, and its uncertainty and spread with it."""

from __future__ import annotations

from typing import Any, Final

from pathway_cost.specs.changes.edit import ChangeFaultError, Edit, Edits, found, with_entry
from pathway_cost.specs.format import (
    AddParameter,
    Excess,
    Fixed,
    Named,
    Parameter,
    Pathway,
    ScaleParameter,
    Scenario,
    SetParameter,
    Spread,
    SpreadSize,
    Value,
    names_read,
    nobody_seen,
    numeric_names,
    plain_number_of,
    scaled,
    shown_number,
    summed,
    value_text,
)


def set_parameter(pathway: Pathway, change: SetParameter, scenario: Scenario) -> Edit:
    """Another value with its own uncertainty; unit, title and the way patients differ stay."""
    name, given = change.set_parameter, change.to
    old = found("parameter", name, pathway.parameters)
    new = given.model_copy(
        update={
            "unit": given.unit or old.unit,
            "title": given.title or old.title,
            "spread": given.spread or _moved_spread(old, given.value),
            "evidence": given.evidence or change.evidence or scenario.evidence,
        }
    )
    return _edit(pathway, name, old, new)


def scale_parameter(pathway: Pathway, change: ScaleParameter, scenario: Scenario) -> Edit:
    """The value times a factor; limits, standard error and spread are multiplied too."""
    name = change.scale_parameter
    old = _with_value(pathway, name)
    assert old.value is not None
    factor = plain_number_of(pathway, change.by)
    if isinstance(change.by, Fixed) and _moves_by_itself(old):
        new = old.model_copy(
            update={"value": scaled_value(old.value, change.by), **scaled_limits(old, change.by.number)}
        )
        new = _without_n_at_an_end(new)
        return _edit(pathway, name, old, new)
    pathway, value = _set_aside(pathway, name, old, scenario)
    known = names_read(change.by) <= {*numeric_names(pathway), *pathway.attributes}  # an unknown name is another fault
    if old.spread is not None and factor is None and known:
        remedy = "give the factor as a number, or as a parameter that is one"
        raise ChangeFaultError(
            "spread_cannot_follow", f"{name!r} has a spread, which a table cannot scale", remedy=remedy
        )
    spread = old.spread if old.spread is None or factor is None else scaled_spread(old.spread, factor)
    return _edit(pathway, name, old, _derived(old, scaled_value(value, change.by), spread))


def add_parameter(pathway: Pathway, change: AddParameter, scenario: Scenario) -> Edit:
    """The value plus an amount; limits move along, the spread stays."""
    name = change.add_parameter
    old = _with_value(pathway, name)
    assert old.value is not None
    if isinstance(change.by, Fixed) and _moves_by_itself(old):
        amount = change.by.number
        limits = {
            key: None if limit is None else limit + amount for key, limit in (("low", old.low), ("high", old.high))
        }
        new = old.model_copy(update={"value": summed_value(old.value, change.by), **limits})
        new = _without_n_at_an_end(new)
        return _edit(pathway, name, old, new)
    pathway, value = _set_aside(pathway, name, old, scenario)
    return _edit(pathway, name, old, _derived(old, summed_value(value, change.by), old.spread))


def parameter_text(parameter: Parameter) -> str:
    """A parameter's value in one line, with its limits."""
    if parameter.value is None:
        counts = parameter.counts or {}
        return "counts: " + ", ".join(f"{name} {shown_number(count)}" for name, count in counts.items())
    text = value_text(parameter.value)
    if parameter.low is not None and parameter.high is not None:
        text += f" ({shown_number(parameter.low)} to {shown_number(parameter.high)})"
    return text


def scaled_value(value: Value, by: Value) -> Value:
    """The product of two values. Raises ChangeFaultError where no value can say it."""
    try:
        return scaled(value, by)
    except ValueError as error:
        raise ChangeFaultError("needs_a_name", str(error)) from None


def summed_value(value: Value, other: Value) -> Value:
    """The sum of two values. Raises ChangeFaultError where no value can say it."""
    try:
        return summed(value, other)
    except ValueError as error:
        raise ChangeFaultError("needs_a_name", str(error)) from None


def scaled_spread(spread: Spread, factor: float) -> Spread | None:
    """How patients differ once everybody's days are multiplied; nothing where all become 0."""
    if factor == 0:
        return None
    if spread.empirical is not None:
        return Spread(empirical={value * factor: share for value, share in spread.empirical.items()})
    size: SpreadSize = getattr(spread, spread.law)
    sd = None if size.sd is None else size.sd * abs(factor)
    return Spread.model_validate({spread.law: {"sd": sd, "shape": size.shape}})


def _edit(pathway: Pathway, name: str, old: Parameter, new: Parameter) -> Edit:
    changed = with_entry(pathway, "parameters", name, new)
    return Edit(changed, f"parameters.{name}", parameter_text(old), parameter_text(new))


def _with_value(pathway: Pathway, name: str) -> Parameter:
    old = found("parameter", name, pathway.parameters)
    if old.value is None:
        remedy = f"use set_parameter: {name} with new counts"
        raise ChangeFaultError("counts_cannot_scale", f"{name!r} is a row of counts, which sums to 1", remedy=remedy)
    return old


def _moved_spread(old: Parameter, value: Value | None) -> Spread | None:
    """The old spread in proportion to the new value, where both are numbers."""
    both = isinstance(old.value, Fixed) and isinstance(value, Fixed) and old.value.number != 0
    if old.spread is None or not both:
        return old.spread
    assert isinstance(old.value, Fixed)
    assert isinstance(value, Fixed)
    return scaled_spread(old.spread, value.number / old.value.number)


def scaled_limits(old: Parameter, factor: float) -> dict[str, Any]:
    """Limits, standard error and spread of a parameter times a factor."""
    limits = None if old.low is None or old.high is None else sorted((old.low * factor, old.high * factor))
    return {
        "low": None if limits is None else limits[0],
        "high": None if limits is None else limits[1],
        "se": None if old.se is None or factor == 0 else old.se * abs(factor),
        "spread": None if old.spread is None else scaled_spread(old.spread, factor),
    }


def _without_n_at_an_end(moved: Parameter) -> Parameter:
    """A share that a change took to 0 or 1 is there for certain: its n says how sure the old one was."""
    return moved.model_copy(update={"n": None, "prior": None}) if nobody_seen(moved) else moved


def _moves_by_itself(old: Parameter) -> bool:
    """Whether a number can be taken into the parameter: not into a named law, nor into an excess."""
    return old.distribution is None and not isinstance(old.value, Excess)


def _set_aside(pathway: Pathway, name: str, old: Parameter, scenario: Scenario) -> tuple[Pathway, Value]:
    """The old parameter under a name of its own where its uncertainty must survive inside a formula."""
    assert old.value is not None
    stated = (old.low, old.se, old.n, old.distribution)
    if all(size is None for size in stated) and not isinstance(old.value, Excess):
        return pathway, old.value
    aside = f"{name}_before_{scenario.scenario}"
    if aside in pathway.parameters:
        what = f"the old {name!r} is kept as {aside!r}, and a parameter is called that"
        raise ChangeFaultError("declared_twice", what, remedy="give that parameter another name")
    return with_entry(pathway, "parameters", aside, old), Named(name=aside)


def _derived(old: Parameter, value: Value, spread: Spread | None) -> Parameter:
    """A parameter worked out from the old one, which keeps the uncertainty."""
    return Parameter(value=value, spread=spread, unit=old.unit, title=old.title, evidence=old.evidence)


EDITS: Final[Edits] = {SetParameter: set_parameter, ScaleParameter: scale_parameter, AddParameter: add_parameter}
