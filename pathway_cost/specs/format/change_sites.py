"""What a change points at: a place of the pathway, prices, patients, or a role; and the price it may give."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import Field, model_validator

from pathway_cost.specs.format.base import Code, Evidence, Key, Map, Name, Number, Spec, Text, Texts

NONE: Final = ""  # there is no such part; None stands for all


class Site(Spec):
    """A setting or end, one of its routes, or one use there."""

    setting: Name
    """A setting or an end."""
    route: Name | None = None
    use: Key | None = None

    @model_validator(mode="before")
    @classmethod
    def _lengthen(cls, given: Any) -> Any:
        return {"setting": given} if isinstance(given, str) else given

    @property
    def parts(self) -> tuple[str, str, str]:
        """Setting, route and use."""
        return self.setting, self.route or NONE, self.use or NONE


class PriceScope(Spec):
    """Which prices a change is about: by key, component, organisation; at least one."""

    unit_cost: Key | None = None
    component: Name | None = None
    organisation: Code | None = None

    @model_validator(mode="before")
    @classmethod
    def _lengthen(cls, given: Any) -> Any:
        return {"unit_cost": given} if isinstance(given, str) else given

    @property
    def parts(self) -> tuple[str | None, ...]:
        """Unit cost, component and organisation."""
        return self.unit_cost, self.component, self.organisation

    @model_validator(mode="after")
    def _some(self) -> PriceScope:
        if not self.model_fields_set:
            raise ValueError("name a unit_cost, component or organisation")
        return self


class Split(Spec):
    """How an unsplit price divides, for a change to one component."""

    shares: Map[Name, Number]
    """Component → share of the price; they sum to 1."""
    evidence: Evidence


class NewPrice(Spec):
    """A price that replaces another."""

    gbp: Number
    component: Name = "unsplit"
    price_year: Text | None = None
    """The study's price year when left out."""
    source: Text | None = None
    negative: Literal["allowed"] | None = None
    """Says that a price below £0 is meant: a rebate."""


class Patients(Spec):
    """Which patients: attribute → levels; empty for all."""

    where: Map[Name, Texts] = Field(default_factory=dict)
    place: Name | None = None

    @property
    def parts(self) -> tuple[str, str]:
        """Attributes with their levels, and the place."""
        return repr(sorted(self.where.items())), self.place or NONE


class FootprintSite(Spec):
    """A role, in one place or in all."""

    role: Name
    place: Name | None = None

    @model_validator(mode="before")
    @classmethod
    def _lengthen(cls, given: Any) -> Any:
        return {"role": given} if isinstance(given, str) else given
