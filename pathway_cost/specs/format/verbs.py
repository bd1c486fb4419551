"""The verbs of a scenario: how each change is written, and the one thing it is about. A new verb is a class here."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final

from pydantic import Discriminator, Field, Tag

from pathway_cost.specs.format.base import Code, Evidence, Key, Map, Name, Number, Spec, Text
from pathway_cost.specs.format.change_sites import NONE, FootprintSite, NewPrice, Patients, PriceScope, Site, Split
from pathway_cost.specs.format.pathway import Route, Setting, Start, Use
from pathway_cost.specs.format.values import Parameter, Value

Target = tuple[str, tuple[str | None, ...]]
"""What a change is about: a family, and the name of one thing in it."""


class Change(Spec):
    """What every change may carry."""

    evidence: Evidence | None = None
    note: Text | None = None

    about: ClassVar[str]
    """Family of the things it is about."""

    @property
    def verb(self) -> str:
        """The kind of change, as written in the file."""
        return verb_of(type(self))

    @property
    def target(self) -> Target:
        """The thing it is about."""
        return self.about, self._names()

    def _names(self) -> tuple[str | None, ...]:
        """The name of the thing in its family."""
        given = getattr(self, self.verb)
        return (given,) if isinstance(given, str) else tuple(given.parts)


def verb_of(change: type[Change]) -> str:
    """The verb of a model of change: the first field of its own."""
    return next(name for name in change.model_fields if name not in Change.model_fields)


class SetParameter(Change):
    """Give a parameter another value, or a value with its uncertainty."""

    about = "parameter"
    set_parameter: Name
    to: Parameter


class ScaleParameter(Change):
    """Multiply a parameter."""

    about = "parameter"
    scale_parameter: Name
    by: Value


class AddParameter(Change):
    """Add to a parameter (take away with a negative number)."""

    about = "parameter"
    add_parameter: Name
    by: Value


class SetShare(Change):
    """Give a route another share; the setting's `rest` route takes up the difference."""

    about = "route"
    set_share: Site
    to: Value

    def _names(self) -> tuple[str | None, ...]:
        return self.set_share.parts[:2]


class AddRoute(Change):
    """Add a route; its share is taken from the setting's `rest`."""

    about = "route"
    add_route: Site
    route: Route

    def _names(self) -> tuple[str | None, ...]:
        return self.add_route.parts[:2]


class RemoveRoute(Change):
    """Remove a route; its share goes to the setting's `rest`."""

    about = "route"
    remove_route: Site

    def _names(self) -> tuple[str | None, ...]:
        return self.remove_route.parts[:2]


class AddSetting(Change):
    """Add a setting with its routes out; another change routes patients to it."""

    about = "setting"
    add_setting: Name
    setting: Setting
    routes: Map[Name, Route]


class ReplaceSetting(Change):
    """Put another setting in a setting's place; its routes stay unless given."""

    about = "setting"
    replace_setting: Name
    setting: Setting
    routes: Map[Name, Route] | None = None


class RemoveSetting(Change):
    """Remove a setting; whoever went there goes to `send_to`."""

    about = "setting"
    remove_setting: Name
    send_to: Name


class AddUse(Change):
    """Add a use at a setting, end or route."""

    about = "use"
    add_use: Site
    use: Use

    def _names(self) -> tuple[str | None, ...]:
        return (*self.add_use.parts[:2], self.use.label)


class RemoveUse(Change):
    """Remove a use."""

    about = "use"
    remove_use: Site


class SetQuantity(Change):
    """Give a use another quantity."""

    about = "use"
    set_quantity: Site
    to: Value


class ScaleQuantity(Change):
    """Multiply the quantity of a use."""

    about = "use"
    scale_quantity: Site
    by: Value


class SetUnitCost(Change):
    """Swap the unit cost of a use."""

    about = "unit cost of"
    set_unit_cost: Site
    to: Key


class SetRole(Change):
    """Give a setting, or one use, to another role."""

    about = "role of"
    set_role: Site
    to: Name


class SetStay(Change):
    """Give a setting, or one way out of it, another stay."""

    about = "stay of"
    set_stay: Site
    to: Value

    def _names(self) -> tuple[str | None, ...]:
        return (self.set_stay.setting, self.set_stay.route)


class ScaleStay(Change):
    """Multiply a stay: days, pounds and beds move together."""

    about = "stay of"
    scale_stay: Site
    by: Value

    def _names(self) -> tuple[str | None, ...]:
        return (self.scale_stay.setting, self.scale_stay.route)


class ScaleUnitCost(Change):
    """Multiply prices."""

    about = "scaled price"
    scale_unit_cost: PriceScope
    by: Number = Field(ge=0)
    split: Split | None = None

    def _names(self) -> tuple[str | None, ...]:
        return tuple(part or NONE for part in self.scale_unit_cost.parts)


class SetPrice(Change):
    """Give a unit cost another price, at one organisation or at all."""

    about = "price"
    set_price: PriceScope
    to: NewPrice


class SetStart(Change):
    """Let patients start elsewhere."""

    about = "start"
    set_start: Start

    def _names(self) -> tuple[str | None, ...]:
        return ()


class ScalePatients(Change):
    """Multiply how many patients start: volume, of those who are eligible and take the scenario up."""

    about = "patients"
    scale_patients: Patients
    by: Number = Field(ge=0)


class AddPatients(Change):
    """Add patients, spread as the eligible patients named are; of an uptake below 1, that share of them."""

    about = "patients"
    add_patients: Patients
    patients: Number


class SetFootprint(Change):
    """Let another organisation play a role."""

    about = "organisation of"
    set_footprint: FootprintSite
    to: Code

    def _names(self) -> tuple[str | None, ...]:
        return (self.set_footprint.role, self.set_footprint.place)


VERBS: Final = {verb_of(change): change for change in Change.__subclasses__()}
"""Verb → its model, in the order written here."""


def _verb(given: Any) -> str | None:
    if isinstance(given, Change):
        return given.verb
    if isinstance(given, dict):
        return next((key for key in given if key in VERBS), None)
    return None


if TYPE_CHECKING:
    AnyChange = Change
else:
    AnyChange = Annotated[
        reduce(or_, (Annotated[change, Tag(verb)] for verb, change in VERBS.items())),
        Discriminator(
            _verb,
            custom_error_type="change_kind",
            custom_error_message="a change carries one verb: " + ", ".join(sorted(VERBS)),
        ),
    ]
