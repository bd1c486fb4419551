"""A pathway: a directed graph of settings and routes, with what each uses. Loops allowed."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from pathway_cost.specs.format.base import Codes, Evidence, Key, Map, Name, Number, Spec, Text, Texts, plain
from pathway_cost.specs.format.listed_once import once
from pathway_cost.specs.format.pathway_graph import graph_of
from pathway_cost.specs.format.values import VALUE_KEYS, Fixed, Named, Parameter, Value
from pathway_cost.terms import Kind

ONE_OF: Final = {"people": "person", "children": "child", "women": "woman", "men": "man"}
"""Plurals that do not end in s → one of them."""


def one_of(people: str) -> str:
    """What one of the people of a pathway is called.

    >>> one_of("referred patients"), one_of("people"), one_of("young people")
    ('referred patient', 'person', 'young person')

    Raises:
        ValueError: its last word is no plural that is known.
    """
    *before, last = people.split()
    one = ONE_OF.get(last) or (last.removesuffix("s") if len(last) > 2 and last.endswith("s") else "")
    if not one or last.endswith(("ies", "ss", "is", "us")):
        raise ValueError(
            f"{people!r} does not end in a plain plural: write such as `people`, `residents`, `referred patients`"
        )
    return " ".join([*before, one])


def _known_plural(people: str) -> str:
    one_of(people)
    return people


class Role(Spec):
    """A part that some organisation plays."""

    title: Text | None = None
    kind: Kind
    """Kind of organisation: decides the price index."""


class Attribute(Spec):
    """What the cohort says of each patient, at the start: named levels, or a number."""

    levels: tuple[Text, ...] | None = None
    number: Text | None = None
    """The unit of a numeric attribute (`year`)."""
    low: Number | None = None
    high: Number | None = None
    holds: Literal["start", "total"] = "start"
    """`total`: an observed total over the pathway, so only a use `per: patient` may take it."""
    title: Text | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Attribute:
        if (self.levels is None) == (self.number is None):
            raise ValueError("an attribute has exactly one of `levels` and `number`")
        if self.levels is not None and len(set(self.levels)) != len(self.levels):
            raise ValueError("a level is listed twice")
        if self.levels is not None and not self.levels:
            raise ValueError("an attribute has at least one level")
        return self


class NationalLine(Spec):
    """Where the National Schedule of NHS Costs prices this."""

    department: Text
    code: Codes
    """Currency codes; several, or `HN22*`, are weighted by activity."""
    times: Number | None = Field(default=None, gt=0, lt=1)
    """The share of the schedule's whole record that a lone `covers: part` key stands for."""
    evidence: Evidence | None = None


class PerUse(Spec):
    """How many units of the price make one unit used, where the two units differ."""

    episodes_per_spell: Number | None = Field(default=None, gt=0)
    bed_days_per_spell: Number | None = Field(default=None, gt=0)
    bed_days_per_episode: Number | None = Field(default=None, gt=0)
    hours_per_bed_day: Number | None = Field(default=None, gt=0)
    weeks_per_bed_day: Number | None = Field(default=None, gt=0)
    months_per_bed_day: Number | None = Field(default=None, gt=0)
    hours_per_day: Number | None = Field(default=None, gt=0)
    weeks_per_day: Number | None = Field(default=None, gt=0)
    months_per_day: Number | None = Field(default=None, gt=0)
    evidence: Evidence


class UnitCostDeclared(Spec):
    """A unit cost key that the pathway uses: its unit once, what it covers, what stands in for it."""

    title: Text | None = None
    unit: Name
    """episode, spell, bed_day, attendance, contact, journey, item, …"""
    covers: Literal["whole", "part"]
    """Whether the price pays for the whole record or for part of it."""
    bundle: Name | None = None
    """Keys of one setting that come from the same records fall back together."""
    national: NationalLine | None = None
    per_use: PerUse | None = None
    price_factor: Value | None = None
    """What the price is multiplied by: may depend on parameters, on the patient, and on time."""
    overlap: Literal["allowed"] | None = None
    reason: Text | None = None
    """Why a part may be paid beside a whole record at one visit."""

    @model_validator(mode="after")
    def _reasoned(self) -> UnitCostDeclared:
        if self.overlap is not None and self.reason is None:
            raise ValueError("`overlap: allowed` needs its `reason`")
        return self


class Bundle(Spec):
    """Unit costs that fall back as a whole, never in part."""

    replaced_by: Key
    """One per visit of that setting."""


class Use(Spec):
    """One line of resource use: a unit cost × a quantity, borne by a role; or a count without a price."""

    unit_cost: Key | None = None
    count: Name | None = None
    quantity: Value = Fixed(number=1.0)
    per: Literal["visit", "day", "cycle", "patient"] = "visit"
    role: Name | None = None
    """Who bears it; the setting's role when left out."""
    only: Map[Name, Texts] = Field(default_factory=dict)
    """Attribute → levels: used by these patients only."""
    name: Key | None = None
    """Tells uses in one place apart; the key when left out."""
    evidence: Evidence | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Use:
        if (self.unit_cost is None) == (self.count is None):
            raise ValueError("a use has exactly one of `unit_cost` and `count`")
        return self

    @property
    def label(self) -> str:
        """Name of the use within its place."""
        return self.name or self.unit_cost or str(self.count)


class Setting(Spec):
    """A kind of care in one place of care."""

    title: Text | None = None
    role: Name | None = None
    uses: tuple[Use, ...] = ()
    stay: Value | None = None
    """Days; `cycle` for a setting that is left or re-entered each cycle."""

    @property
    def is_cycle(self) -> bool:
        """Whether the setting repeats every cycle (a Markov phase)."""
        return isinstance(self.stay, Named) and self.stay.name == "cycle"


class Route(Spec):
    """The share of patients leaving a setting this way, and what the way itself takes."""

    to: Name | None = None
    """Where it leads; the route's own name when left out."""
    share: Value
    """Share of the patients leaving; `rest` for the remainder (at most one a setting)."""
    wait: Value | None = None
    """Days on the way."""
    stay: Value | None = None
    """Days at the setting for those who leave this way; the setting's stay when left out."""
    uses: tuple[Use, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _lengthen(cls, given: Any) -> Any:
        if isinstance(given, Route):
            return given
        if not isinstance(given, dict) or any(key in given for key in VALUE_KEYS):
            return {"share": given}
        return given

    def short(self) -> Any:
        """Its share alone, where nothing else is said of it."""
        return plain(self.share) if self.model_fields_set == {"share"} else super().short()

    @property
    def takes_rest(self) -> bool:
        """Whether the route takes the remainder."""
        return isinstance(self.share, Named) and self.share.name == "rest"


class Start(Spec):
    """Where patients start: shares over settings, or an attribute whose levels are settings."""

    shares: Map[Name, Value] = Field(default_factory=dict)
    column: Name | None = None

    @model_validator(mode="before")
    @classmethod
    def _lengthen(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"shares": {given: 1}}
        if isinstance(given, dict) and not ({"shares", "column"} & set(given)):
            return {"shares": given}
        return given

    @model_validator(mode="after")
    def _one_kind(self) -> Start:
        if bool(self.shares) == (self.column is not None):
            raise ValueError("start is shares over settings, or `column:` and the attribute whose levels are settings")
        return self

    def short(self) -> Any:
        """Its shares alone, where no setting bears the name of a field."""
        bare = self.column is None and not {"shares", "column"} & self.shares.keys()
        return plain(self.shares) if bare else super().short()


class End(Spec):
    """Where a pathway stops."""

    title: Text | None = None
    role: Name | None = None
    uses: tuple[Use, ...] = ()


class Pathway(Spec):
    """A pathway of care: settings, routes, uses, and the numbers behind them."""

    pathway: Name
    title: Text | None = None
    description: Text | None = None
    people_word: Annotated[Text, AfterValidator(_known_plural)] = "patients"
    """What reports call those who go along it, in the plural (`people`, `referred patients`)."""
    window: Text | None = None
    """The time the pathway covers (`1 year`); evidence of another period must be converted to it."""
    evidence: Evidence = Evidence()
    """The file's default for its numbers."""
    roles: Map[Name, Role]
    attributes: Map[Name, Attribute] = Field(default_factory=dict)
    unit_costs: Map[Key, UnitCostDeclared] = Field(default_factory=dict)
    bundles: Map[Name, Bundle] = Field(default_factory=dict)
    parameters: Map[Name, Parameter] = Field(default_factory=dict)
    start: Start
    settings: Map[Name, Setting]
    routes: Map[Name, Map[Name, Route]] = Field(default_factory=dict)
    ends: Map[Name, End]
    cycle: Literal["year", "month", "week", "day"] | None = None

    @field_validator("ends", mode="before")
    @classmethod
    def _list_of_ends(cls, given: Any) -> Any:
        if not isinstance(given, list | tuple):
            return given
        if not all(isinstance(name, str) for name in given):
            raise ValueError("a list of ends holds their names; write `name: {…}` for an end that says more")
        if len(set(given)) < len(given):
            raise ValueError("an end is listed twice")
        return {name: {} for name in given}

    def __hash__(self) -> int:
        return _hash_of(self)

    @property
    def person_word(self) -> str:
        """What one of those who go along it is called."""
        return one_of(self.people_word)

    def to_graph(self) -> Any:
        """The pathway as a `networkx.DiGraph`, which `load_pathway` reads as its equal.

        Settings and ends are its nodes, with what they say as attributes; routes its edges, with `share` and what else
        they take (and `route`, their name, where it is not that of the target); all else is the graph's own.
        """
        return graph_of(self.short())

    @field_validator("settings", "ends")
    @classmethod
    def _some(cls, given: dict[str, Any]) -> dict[str, Any]:
        if not given:
            raise ValueError("at least one is needed")
        return given


@once
def _hash_of(pathway: Pathway) -> int:
    """A pathway is looked up by often, and holds much."""
    return hash(tuple(getattr(pathway, name) for name in Pathway.model_fields))
