"""Stays and waits that are not in days: which parameters in another unit of time, and whether they can be turned into days."""

from __future__ import annotations

from pathway_cost.specs.format.names import DAYS_AT, named_at, values_of
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.units import time_unit
from pathway_cost.specs.format.value_tools import leaves, names_read, walk
from pathway_cost.specs.format.values import ByLevel, BySteps, Excess, Named, Value


def stays_not_in_days(pathway: Pathway) -> dict[str, str]:
    """Parameters that stand as a stay or wait in another unit of time → that unit."""
    units = {
        name: time_unit(parameter.unit)
        for name in sorted(named_at(pathway, DAYS_AT))
        if (parameter := pathway.parameters.get(name)) is not None
    }
    return {name: unit for name, unit in units.items() if unit not in (None, "day")}


def read_otherwise(pathway: Pathway, name: str) -> str | None:
    """The first place that reads a parameter other than as a stay or wait as it stands; None where none does."""
    for stated in values_of(pathway):
        standing = {
            value.name for _, value in leaves(stated.value, "") if stated.kind in DAYS_AT and isinstance(value, Named)
        }
        if name in names_read(stated.value) and name not in standing:
            return stated.item
        if name in names_read_inside(stated.value):
            return stated.item
    return None


def names_read_inside(value: Value) -> frozenset[str]:
    """Names that a value reads inside formulas, excesses and the words of tables, not as they stand."""
    inner = [each for _, each in walk(value, "") if not isinstance(each, Named)]
    own = (names_read(each) for each in inner if not isinstance(each, ByLevel | BySteps))
    steps = frozenset(each.by for each in inner if isinstance(each, BySteps))
    return steps.union(*own)


def not_convertible(pathway: Pathway, name: str) -> str | None:
    """Why a parameter in another unit of time cannot be turned into days; None where it can."""
    parameter = pathway.parameters[name]
    if (item := read_otherwise(pathway, name)) is not None:
        return f"{item} reads it too, where it is no stay or wait"
    if parameter.distribution is not None:
        return "its `distribution` does not say in which unit"
    if isinstance(parameter.value, Excess):
        return "an excess is in the unit of what it is of"
    return None
