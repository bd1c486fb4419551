"""A study: the main job's argument. Paths are relative to the study's file."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from pathway_cost.specs.format.base import Code, Evidence, Flag, GradeWord, Key, Map, Name, Number, Spec, Text, Texts
from pathway_cost.specs.format.expect import Expect, Expects, TableFile, takes
from pathway_cost.specs.format.time import StudyTime


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


class Organisation(Spec):
    """What reports call an organisation."""

    name: Text


class CohortSource(Spec):
    """A table of patients, or one line of alike patients."""

    file: Text | None = None
    """CSV, Parquet or file.xlsx#sheet."""
    columns: Map[Text, Text] = Field(default_factory=dict)
    """Our name → the table's name."""
    patients: Number | None = Field(default=None, gt=0)
    attributes: Map[Name, Text | Number] = Field(default_factory=dict)
    expect: Expect | None = None
    """What the file must hold: `patients` (sum of the weights), `records` (rows)."""

    @model_validator(mode="before")
    @classmethod
    def _lengthen(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"file": given}
        if isinstance(given, dict) and "patients" in given and "attributes" not in given:
            beside = {key: inner for key, inner in given.items() if key in ("patients", "expect")}
            return {**beside, "attributes": {key: inner for key, inner in given.items() if key not in beside}}
        return given

    @model_validator(mode="after")
    def _one_kind(self) -> CohortSource:
        if self.expect is not None and self.file is None:
            raise ValueError("`expect:` stands beside a `file:`")
        if (self.file is None) == (self.patients is None):
            raise ValueError("a cohort is a file, or `patients:` with their attributes")
        takes(self.expect, "patients", "records")
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
    components: TableFile | None = None
    """Table of (ActCstID, ResCstID) → component; the shipped one when left out."""
    layouts: Map[Text, Text] = Field(default_factory=dict)
    """Foreign namespace → known layout."""
    accept: tuple[Accept, ...] = ()
    expect: Expects | None = None
    """What the extracts must hold (`gbp`, `records`): all together, or a list with a total for each `file`."""
    postcodes: TableFile | None = None
    """Table of postcode → lsoa, deprivation_fifth, read before postcodes are dropped."""

    @model_validator(mode="after")
    def _counts_pounds(self) -> PlicsSource:
        for expect in self.expect or ():
            takes(expect, "gbp", "records", listed=True)
        return self


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
    expect: Expect | None = None
    """What the file must hold: `records`."""

    @model_validator(mode="after")
    def _counts_rows(self) -> NationalSet:
        takes(self.expect, "records")
        return self


class TableSet(Spec):
    """A user's table of unit costs."""

    table: Text
    borrow: Map[Code, Code] = Field(default_factory=dict)
    expect: Expect | None = None
    """What the table must hold: `gbp` (sum of value_gbp), `records` (rows)."""

    @model_validator(mode="after")
    def _counts_pounds(self) -> TableSet:
        takes(self.expect, "gbp", "records")
        return self


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
    negative: Literal["allowed"] | None = None
    """Says that a price below £0 is meant: a rebate."""

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
    expect: Expect | None = None
    """What the table must hold: `records`."""
    kinds: Map[Name, Name] = Field(default_factory=dict)
    """Kind of organisation → index."""
    rates: Map[Name, Map[Text, Number]] = Field(default_factory=dict)
    """Index → {price year: growth into that year}: graded `assumption`."""

    @model_validator(mode="after")
    def _counts_rows(self) -> Index:
        takes(self.expect, "records")
        if self.expect is not None and self.file is None:
            raise ValueError("`expect:` stands beside a `file:`")
        return self


class Correlation(Spec):
    """Two parameters that tend to be high together (rank above 0) or apart (below 0)."""

    between: tuple[Key, Key]
    rank: Number
    """Spearman's rank correlation."""


class Uncertainty(Spec):
    """Draws of the parameters: the same for every scenario."""

    draws: int = Field(default=1000, gt=0, le=1_000_000)
    seed: int = Field(default=0, ge=0, lt=2**63)
    correlations: tuple[Correlation, ...] = ()
    unit_costs: Flag = True
    """Whether prices with a standard error are drawn too: one multiplier an organisation and unit cost."""
    excess_shares: Literal["fault", "redraw", "renormalise"] = "fault"
    """What becomes of a draw whose shares exceed 1."""
    table: Text | None = None
    """A table of your own draws: one column a parameter, one row a draw."""
    expect: Expect | None = None
    """What that table must hold: `records`."""
    groups: Map[Name, tuple[Key, ...]] = Field(default_factory=dict)
    """Group → parameters whose value of information is wanted together."""

    @model_validator(mode="after")
    def _counts_rows(self) -> Uncertainty:
        takes(self.expect, "records")
        if self.expect is not None and self.table is None:
            raise ValueError("`expect:` stands beside a `table:`")
        return self


class Walk(Spec):
    """Sampled patients: each walks the pathway by chance, so that costs a patient have a distribution."""

    patients: int = Field(default=100_000, ge=2, le=50_000_000)
    """How many walk: every row of the cohort gets its share."""
    seed: int = Field(default=0, ge=0, lt=2**63)


class Lever(Spec):
    """What may move until a scenario costs nothing more: exactly one of the first four."""

    parameter: Key | None = None
    stay: Name | None = None
    """A setting whose stay is multiplied, in the scenario only."""
    unit_cost: Key | None = None
    """A unit cost whose price is multiplied, in every scenario."""
    volume: Flag = False
    """Patients a year over which one-off costs are spread."""
    low: Number | None = None
    """Lowest plausible value (of a multiplier: 0.8 for 20% less)."""
    high: Number | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Lever:
        kinds = (self.parameter is not None, self.stay is not None, self.unit_cost is not None, self.volume)
        if sum(kinds) != 1:
            raise ValueError("a lever is exactly one of `parameter`, `stay`, `unit_cost` and `volume: true`")
        if (self.low is None) != (self.high is None):
            raise ValueError("`low` and `high` come together")
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise ValueError("`low` lies below `high`")
        return self


class Sensitivity(Spec):
    """What single numbers do to the change."""

    one_way: Literal["all", "none"] | tuple[Key, ...] = "all"
    """Parameters read at the ends of their intervals, one at a time."""
    two_way: tuple[tuple[Key, Key], ...] = ()
    """Pairs of parameters, each at its ends, its quartiles and its stated value."""
    break_even: tuple[Lever, ...] = ()


class Study(StudyTime):
    """One question put to one pathway, cohort and set of prices."""

    study: Name
    title: Text | None = None
    question: Text | None = None
    """What is asked, in the words of those who decide: the first line of every report."""
    pathway: Text
    """A library name or a path."""
    footprint: Map[Name, Place]
    """Place → organisations; `all` when there is one."""
    organisations: Map[Code, Organisation] = Field(default_factory=dict)
    """Code → name, for reports."""
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
    mff: TableFile | None = None
    """Table of organisation → market forces factor, applied by name."""
    bound_unpriced: Annotated[Number, Field(ge=0)] = 0.02
    """Share of PLICS pounds without a price above which page one warns."""
    uncertainty: Uncertainty | None = None
    sensitivity: Sensitivity | None = None
    walk: Walk | None = None
    attribution: Flag | None = None
    """Whether the change of a scenario is shared out among its changes free of their order: 2ⁿ costings for n changes up
    to 12, sampled above. When left out, where that is quick: up to 6 changes."""
    evidence_sets: Map[Name, Map[Key, Number]] = Field(default_factory=dict)
    """Named alternative parameter values, run side by side and never averaged."""
    evidence_weights: Map[GradeWord, Number] = Field(default_factory=dict)
    """Grade → the part of a change's effect that is counted in the evidence-weighted case; stated defaults else."""
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
