"""A scenario: a named, ordered list of small changes to a pathway. The baseline is the one with no changes."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from pathway_cost.percent import share_fault
from pathway_cost.specs.format.base import Code, Evidence, Key, Map, Name, Number, Spec, Text, Texts
from pathway_cost.specs.format.pathway import Role, Route, Setting, Start, UnitCostDeclared, Use
from pathway_cost.specs.format.values import Parameter, Value

ALWAYS = "always"  # where `uptake` is one number, whatever the year
YEAR = re.compile(r"^(?:FY)?(\d{4})[-/](\d{2})$")


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


class PriceScope(Spec):
    """Which prices a change is about: by key, component, organisation; at least one."""

    unit_cost: Key | None = None
    component: Name | None = None
    organisation: Code | None = None

    @model_validator(mode="before")
    @classmethod
    def _lengthen(cls, given: Any) -> Any:
        return {"unit_cost": given} if isinstance(given, str) else given

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


class FootprintSite(Spec):
    """A role, in one place or in all."""

    role: Name
    place: Name | None = None

    @model_validator(mode="before")
    @classmethod
    def _lengthen(cls, given: Any) -> Any:
        return {"role": given} if isinstance(given, str) else given


class Change(Spec):
    """What every change may carry."""

    evidence: Evidence | None = None
    note: Text | None = None

    @property
    def verb(self) -> str:
        """The kind of change, as written in the file."""
        return next(name for name in type(self).model_fields if name in VERBS)


class SetParameter(Change):
    """Give a parameter another value, or a value with its uncertainty."""

    set_parameter: Name
    to: Parameter


class ScaleParameter(Change):
    """Multiply a parameter."""

    scale_parameter: Name
    by: Value


class AddParameter(Change):
    """Add to a parameter (take away with a negative number)."""

    add_parameter: Name
    by: Value


class SetShare(Change):
    """Give a route another share; the setting's `rest` route takes up the difference."""

    set_share: Site
    to: Value


class AddRoute(Change):
    """Add a route; its share is taken from the setting's `rest`."""

    add_route: Site
    route: Route


class RemoveRoute(Change):
    """Remove a route; its share goes to the setting's `rest`."""

    remove_route: Site


class AddSetting(Change):
    """Add a setting with its routes out; another change routes patients to it."""

    add_setting: Name
    setting: Setting
    routes: Map[Name, Route]


class ReplaceSetting(Change):
    """Put another setting in a setting's place; its routes stay unless given."""

    replace_setting: Name
    setting: Setting
    routes: Map[Name, Route] | None = None


class RemoveSetting(Change):
    """Remove a setting; whoever went there goes to `send_to`."""

    remove_setting: Name
    send_to: Name


class AddUse(Change):
    """Add a use at a setting, end or route."""

    add_use: Site
    use: Use


class RemoveUse(Change):
    """Remove a use."""

    remove_use: Site


class SetQuantity(Change):
    """Give a use another quantity."""

    set_quantity: Site
    to: Value


class ScaleQuantity(Change):
    """Multiply the quantity of a use."""

    scale_quantity: Site
    by: Value


class SetUnitCost(Change):
    """Swap the unit cost of a use."""

    set_unit_cost: Site
    to: Key


class SetRole(Change):
    """Give a setting, or one use, to another role."""

    set_role: Site
    to: Name


class SetStay(Change):
    """Give a setting, or one way out of it, another stay."""

    set_stay: Site
    to: Value


class ScaleStay(Change):
    """Multiply a stay: days, pounds and beds move together."""

    scale_stay: Site
    by: Value


class ScaleUnitCost(Change):
    """Multiply prices."""

    scale_unit_cost: PriceScope
    by: Number = Field(ge=0)
    split: Split | None = None


class SetPrice(Change):
    """Give a unit cost another price, at one organisation or at all."""

    set_price: PriceScope
    to: NewPrice


class SetStart(Change):
    """Let patients start elsewhere."""

    set_start: Start


class ScalePatients(Change):
    """Multiply how many patients start: volume, of those who are eligible and take the scenario up."""

    scale_patients: Patients
    by: Number = Field(ge=0)


class AddPatients(Change):
    """Add patients, spread as the eligible patients named are; of an uptake below 1, that share of them."""

    add_patients: Patients
    patients: Number


class SetFootprint(Change):
    """Let another organisation play a role."""

    set_footprint: FootprintSite
    to: Code


_CHANGES = {
    "set_parameter": SetParameter,
    "scale_parameter": ScaleParameter,
    "add_parameter": AddParameter,
    "set_share": SetShare,
    "add_route": AddRoute,
    "remove_route": RemoveRoute,
    "add_setting": AddSetting,
    "replace_setting": ReplaceSetting,
    "remove_setting": RemoveSetting,
    "add_use": AddUse,
    "remove_use": RemoveUse,
    "set_quantity": SetQuantity,
    "scale_quantity": ScaleQuantity,
    "set_unit_cost": SetUnitCost,
    "set_role": SetRole,
    "set_stay": SetStay,
    "scale_stay": ScaleStay,
    "scale_unit_cost": ScaleUnitCost,
    "set_price": SetPrice,
    "set_start": SetStart,
    "scale_patients": ScalePatients,
    "add_patients": AddPatients,
    "set_footprint": SetFootprint,
}
VERBS = frozenset(_CHANGES)


def _verb(given: Any) -> str | None:
    if isinstance(given, Change):
        return given.verb
    if isinstance(given, dict):
        return next((key for key in given if key in VERBS), None)
    return None


AnyChange = Annotated[
    Annotated[SetParameter, Tag("set_parameter")]
    | Annotated[ScaleParameter, Tag("scale_parameter")]
    | Annotated[AddParameter, Tag("add_parameter")]
    | Annotated[SetShare, Tag("set_share")]
    | Annotated[AddRoute, Tag("add_route")]
    | Annotated[RemoveRoute, Tag("remove_route")]
    | Annotated[AddSetting, Tag("add_setting")]
    | Annotated[ReplaceSetting, Tag("replace_setting")]
    | Annotated[RemoveSetting, Tag("remove_setting")]
    | Annotated[AddUse, Tag("add_use")]
    | Annotated[RemoveUse, Tag("remove_use")]
    | Annotated[SetQuantity, Tag("set_quantity")]
    | Annotated[ScaleQuantity, Tag("scale_quantity")]
    | Annotated[SetUnitCost, Tag("set_unit_cost")]
    | Annotated[SetRole, Tag("set_role")]
    | Annotated[SetStay, Tag("set_stay")]
    | Annotated[ScaleStay, Tag("scale_stay")]
    | Annotated[ScaleUnitCost, Tag("scale_unit_cost")]
    | Annotated[SetPrice, Tag("set_price")]
    | Annotated[SetStart, Tag("set_start")]
    | Annotated[ScalePatients, Tag("scale_patients")]
    | Annotated[AddPatients, Tag("add_patients")]
    | Annotated[SetFootprint, Tag("set_footprint")],
    Discriminator(
        _verb,
        custom_error_type="change_kind",
        custom_error_message="a change carries one verb: " + ", ".join(sorted(VERBS)),
    ),
]


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
