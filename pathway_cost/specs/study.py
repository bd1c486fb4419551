"""A study: the main job's argument. Paths are relative to the study's file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from pathway_cost.specs.base import Code, Evidence, Flag, Key, Map, Name, Number, Spec, Text, Texts


class Place(Spec):
    """Which organisation plays each role for the patients who live here."""

    share: Number | None = Field(default=None, ge=0, le=1)
    """Share of every segment that lives here, where the cohort has no place column."""
    roles: Map[Name, Code]
    """Role → organisation (ODS code, quoted)."""

    @model_validator(mode="before")
    @classmethod
    def _lengthen(cls, given: Any) -> Any:
        if isinstance(given, dict) and "roles" not in given:
            roles = {role: code for role, code in given.items() if role != "share"}
            return {"roles": roles} | ({"share": given["share"]} if "share" in given else {})
        return given


class CohortSource(Spec):
    """A table of patients, or one line of alike patients."""

    file: Text | None = None
    """CSV, Parquet or file.xlsx#sheet."""
    columns: Map[Text, Text] = Field(default_factory=dict)
    """Our name → the table's name."""
    patients: Number | None = Field(default=None, gt=0)
    attributes: Map[Name, Text | Number] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _lengthen(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"file": given}
        if isinstance(given, dict) and "patients" in given and "attributes" not in given:
            rest = {key: inner for key, inner in given.items() if key != "patients"}
            return {"patients": given["patients"], "attributes": rest}
        return given

    @model_validator(mode="after")
    def _one_kind(self) -> CohortSource:
        if (self.file is None) == (self.patients is None):
            raise ValueError("a cohort is a file, or `patients:` with their attributes")
        return self


class Accept(Spec):
    """A control difference that somebody accepts by name."""

    file: Text
    difference_gbp: Number | None = None
    difference_records: int | None = None
    reason: Text


class PlicsSource(Spec):
    """Extracts and the rules that price them."""

    files: Texts
    """Paths or patterns: XML extracts, `Activity_*.csv` with `Cost_*.csv`, or one wide table."""
    rules: Text
    columns: Map[Text, Text] = Field(default_factory=dict)
    """Our name → theirs, for CSV."""
    feed: Text | None = None
    """The feed of a wide CSV table whose name does not say."""
    components: Text | None = None
    """Table of (ActCstID, ResCstID) → component; the shipped one when left out."""
    layouts: Map[Text, Text] = Field(default_factory=dict)
    """Foreign namespace → known layout."""
    accept: tuple[Accept, ...] = ()
    postcodes: Text | None = None
    """Table of postcode → lsoa, deprivation_fifth, read before postcodes are dropped."""


class PlicsSet(Spec):
    """Trusts' own prices."""

    plics: PlicsSource
    borrow: Map[Code, Code] = Field(default_factory=dict)
    """Organisation without a price → organisation whose price it borrows."""


class PackSet(Spec):
    """A partner's cost pack."""

    pack: Text


class NationalSet(Spec):
    """The National Schedule: a shipped table by name, or a file that `national import` wrote."""

    national: Text


class TableSet(Spec):
    """A user's table of unit costs."""

    table: Text
    borrow: Map[Code, Code] = Field(default_factory=dict)


class Price(Spec):
    """One price, written in the study."""

    gbp: Number
    component: Name = "unsplit"
    organisation: Code = "*"
    price_year: Text | None = None
    """The study's price year when left out."""
    unit: Name | None = None
    """The pathway's declared unit when left out."""
    source: Text | None = None
    evidence: Evidence | None = None

    @model_validator(mode="before")
    @classmethod
    def _lengthen(cls, given: Any) -> Any:
        return {"gbp": given} if isinstance(given, int | float) and not isinstance(given, bool) else given


class PricesSet(Spec):
    """Prices written in the study."""

    prices: Map[Key, Price]


def _set_kind(given: Any) -> str | None:
    keys = ("plics", "pack", "national", "table", "prices")
    if isinstance(given, dict):
        return next((key for key in keys if key in given), None)
    return next((key for key in keys if hasattr(given, key)), None)


UnitCostSet = Annotated[
    Annotated[PlicsSet, Tag("plics")]
    | Annotated[PackSet, Tag("pack")]
    | Annotated[NationalSet, Tag("national")]
    | Annotated[TableSet, Tag("table")]
    | Annotated[PricesSet, Tag("prices")],
    Discriminator(
        _set_kind,
        custom_error_type="set_kind",
        custom_error_message="a unit cost set carries one of plics, pack, national, table, prices",
    ),
]


class Index(Spec):
    """Which price index serves which kind of organisation, and rates a user adds."""

    file: Text | None = None
    """Table of index, price_year, rate, edition, source, grade: added to the shipped one."""
    kinds: Map[Name, Name] = Field(default_factory=dict)
    """Kind of organisation → index."""
    rates: Map[Name, Map[Text, Number]] = Field(default_factory=dict)
    """Index → {price year: growth into that year}: graded `assumption`."""


class Discount(Spec):
    """How later pounds count less."""

    gbp: Annotated[Text, BeforeValidator(lambda given: f"{given:g}" if isinstance(given, float) else given)] = "none"
    counts: Number | None = None
    timing: Literal["exact", "start_of_year", "mid_year", "end_of_year"] = "exact"


class Uncertainty(Spec):
    """Draws of the parameters."""

    draws: int = Field(gt=0)
    seed: int = 0


class Study(Spec):
    """One question put to one pathway, cohort and set of prices."""

    study: Name
    title: Text | None = None
    pathway: Text
    """A library name or a path."""
    footprint: Map[Name, Place]
    """Place → organisations; `all` when there is one."""
    cohort: CohortSource
    price_year: Text
    unit_costs: Annotated[tuple[UnitCostSet, ...], Field(min_length=1)]
    """Sets in order: the first that answers a key is used."""
    scenarios: tuple[Text, ...] = ()
    compare: tuple[Text, ...] = ()
    """What to cost, compositions joined by +; baseline and each scenario when left out."""
    report_per: tuple[Name, ...] = ()
    """Settings whose expected patients are reported as denominators."""
    uptake_year: Text | None = None
    """Year whose uptake counts; the last stated when left out."""
    price_index: Index = Index()
    mff: Text | None = None
    """Table of organisation → market forces factor, applied by name."""
    bound_unpriced: Annotated[Number, Field(ge=0)] = 0.02
    """Share of PLICS pounds without a price above which page one warns."""
    horizon: Text | None = None
    discount: Discount | None = None
    count: Literal["start", "end", "half_cycle", "simpson"] | None = None
    uncertainty: Uncertainty | None = None
    behaviour: Text | None = None
    """Table of cost behaviour, for finance views."""
    synthetic: Flag = False
    """True where cohort and extracts are made up: every report says so."""

    @model_validator(mode="before")
    @classmethod
    def _lengthen(cls, given: Any) -> Any:
        if isinstance(given, dict) and isinstance(given.get("scenarios"), str):
            return {**given, "scenarios": [given["scenarios"]]}
        return given
