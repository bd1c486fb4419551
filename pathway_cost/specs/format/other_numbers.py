"""A pathway with other numbers in its parameters: its names, places and uses stay, and what is known of them with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from pathway_cost.specs.format.listed_once import once
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.values import Fixed, Parameter

R = TypeVar("R")


class Outline(NamedTuple):
    """What pathways share that differ in numbers alone."""

    pathway: Pathway
    """The one that the others were made from."""
    moved: frozenset[str] = frozenset()
    """The parameters that are another number."""


def outline_of(pathway: Pathway) -> Outline:
    """The pathway from which this one was made by moving numbers, and which; itself where it was not."""
    return _made_from(pathway) or Outline(pathway)


@once
def _made_from(_pathway: Pathway) -> Outline | None:
    """Told when one is made."""
    return None


def with_parameters_moved(pathway: Pathway, parameters: Mapping[str, Parameter]) -> Pathway:
    """The pathway with other parameters in place of those of the same names."""
    found = pathway.model_copy(update={"parameters": type(pathway.parameters)({**pathway.parameters, **parameters})})
    if all(_differ_in_number(pathway.parameters[name], moved) for name, moved in parameters.items()):
        first, before = outline_of(pathway)
        _made_from.tell(Outline(first, before | parameters.keys()), found)
    return found


def _differ_in_number(one: Parameter, other: Parameter) -> bool:
    """Whether two parameters are numbers of which the same is said."""
    if not (isinstance(one.value, Fixed) and isinstance(other.value, Fixed)):
        return False
    return one == other.model_copy(update={"value": one.value})


class once_whatever_numbers(once[[Pathway], R]):  # noqa: N801 - a decorator
    """A function of a pathway's names and places, which reads no number of a parameter: worked out once for its outline."""

    def __call__(self, pathway: Pathway) -> R:
        """The answer for a pathway."""
        return super().__call__(outline_of(pathway).pathway)
