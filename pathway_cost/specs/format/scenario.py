"""A scenario: a named, ordered list of small changes to a pathway. The baseline is the one with no changes."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from pathway_cost.percent import share_fault
from pathway_cost.specs.format.base import Evidence, Key, Map, Name, Number, Spec, Text, Texts
from pathway_cost.specs.format.pathway import Role, UnitCostDeclared
from pathway_cost.specs.format.values import Parameter
from pathway_cost.specs.format.verbs import AnyChange

ALWAYS = "always"  # where `uptake` is one number, whatever the year
YEAR = re.compile(r"^(?:FY)?(\d{4})[-/](\d{2})$")


class OneOff(Spec):
    """A cost that falls once, whatever the patients or the uptake."""

    id: Name
    """The same id in two scenarios of a composition counts once."""
    role: Name
    year: Text
    gbp: Number
    what: Text
    evidence: Evidence | None = None


def _uptake(given: Any) -> Any:
    return {ALWAYS: given} if isinstance(given, int | float) and not isinstance(given, bool) else given


class Scenario(Spec):
    """A changed model of care."""

    scenario: Name
    title: Text | None = None
    amends: Name
    """The pathway it changes."""
    owner: Text | None = None
    rationale: Text | None = None
    evidence: Evidence = Evidence()
    """The file's default for its numbers."""
    eligible: Map[Name, Texts] = Field(default_factory=dict)
    """Attribute → levels; every patient when left out."""
    uptake: Annotated[Map[Text, Number], BeforeValidator(_uptake)] = Field(default_factory=lambda: {ALWAYS: 1.0})
    """Share of the eligible who are treated this way: one number (kept as `always`), or by financial year."""
    uptake_with: Map[Name, Text] = Field(default_factory=dict)
    """Other scenario → `same_patients`, where the same patients take both (nested); independent when left out."""
    parameters: Map[Name, Parameter] = Field(default_factory=dict)
    """New parameters that its changes use."""
    roles: Map[Name, Role] = Field(default_factory=dict)
    """New roles that its changes use."""
    unit_costs: Map[Key, UnitCostDeclared] = Field(default_factory=dict)
    """New unit cost keys that its changes use."""
    changes: tuple[AnyChange, ...] = ()
    one_off_costs: tuple[OneOff, ...] = ()

    @model_validator(mode="after")
    def _shares(self) -> Scenario:
        for year, share in self.uptake.items():
            if not 0 <= share <= 1:
                raise ValueError(f"uptake ({year}): {share_fault(share)}")
            if year != ALWAYS and not YEAR.match(year):
                raise ValueError(f"{year!r} is not a financial year such as 2026-27")
        if not self.uptake:
            raise ValueError("uptake is one number or a share by financial year")
        if set(self.uptake_with.values()) - {"same_patients"}:
            raise ValueError("`uptake_with` knows only `same_patients`")
        return self
