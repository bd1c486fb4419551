"""What a study names, read: its patients in the pathway's words, who plays which role, what is compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from pathway_cost import terms
from pathway_cost.engine.model import Case, Scenarios
from pathway_cost.errors import Problem, Where, nearest_name
from pathway_cost.specs.format import Pathway, first_stated
from pathway_cost.study.checked_study import LoadedStudy
from pathway_cost.study.named_files import Inputs
from pathway_cost.study.study_time import timing_of
from pathway_cost.tables.cohort.cohort import OWN_COLUMNS, CodedCohort, Cohort
from pathway_cost.tables.cohort.recode import Recoding, recoded
from pathway_cost.tables.prices.national import NationalSchedule, national_schedule
from pathway_cost.tables.prices.unit_costs import UnitCosts
from pathway_cost.tables.reading import Held, as_pandas, must_hold, sum_of

__all__ = [
    "CodedCohort",
    "FrameGiven",
    "PriceSet",
    "Recoding",
    "case_of",
    "coded",
    "no_footprint",
    "patients_given",
    "patients_of",
    "price_sets",
    "shares_of_no_place",
    "to_share",
]  # fmt: skip


def compositions(loaded: LoadedStudy) -> dict[str, Scenarios]:
    """What a study compares: name → scenarios in order, the baseline first."""
    names = loaded.study.compare or (terms.BASELINE, *loaded.scenarios)
    return {
        name: () if name == terms.BASELINE else tuple(loaded.scenarios[part] for part in name.split("+"))
        for name in dict.fromkeys([terms.BASELINE, *names])
    }


def no_footprint(given: Any) -> list[Problem]:
    """A fault where something does not say, place by place, who plays each role."""
    if isinstance(given, Mapping) and all(isinstance(roles, Mapping) for roles in given.values()):
        return []
    what = "the footprint is no place → role → organisation"
    return [Problem("no_footprint", what, Where(item="footprint"), remedy='write {"all": {"acute": "RXX"}}')]


def shares_of_no_place(shares: Mapping[str, float], footprint: Mapping[str, object]) -> list[Problem]:
    """One fault for each share of a place that the footprint lacks."""
    return [
        Problem(
            "share_of_no_place",
            f"the footprint has no place {name!r}",
            Where(item="shares"),
            nearest_name(str(name), footprint),
        )
        for name in shares
        if name not in footprint
    ]


def case_of(loaded: LoadedStudy, cohort: CodedCohort) -> Case:
    """A study and its patients → the case: pathway, patients, footprint, what is compared, and over which time.

    An intake that does not say when it begins does so in the first year for which any scenario states its uptake.
    """
    study, timing = loaded.study, timing_of(loaded.study)
    if timing.has_intake and timing.first_year is None:
        timing = replace(timing, first_year=first_stated(loaded.scenarios.values()))
    return Case(
        pathway=loaded.pathway,
        cohort=cohort,
        footprint={name: dict(place.roles) for name, place in study.footprint.items()},
        compositions=compositions(loaded),
        stated_timing=timing,
        uptake_year=study.uptake_year,
    )


class Frame(Protocol):
    """A dataframe of any library."""

    @property
    def columns(self) -> Any:
        """Its columns."""


FrameGiven = Frame | Mapping[str, Any]
"""Any dataframe, or column → values."""
PriceSet = UnitCosts | NationalSchedule | FrameGiven | str
"""Prices: a set, any dataframe of them, or the name of a national schedule."""


def patients_given(given: Cohort | FrameGiven) -> Cohort:
    """Patients, who may come in any dataframe. Raises TableFaults."""
    return given if isinstance(given, Cohort) else Cohort.kept_as(as_pandas(given))


def price_sets(given: PriceSet | Sequence[PriceSet]) -> list[UnitCosts | NationalSchedule]:
    """One set of prices or several, whatever each comes in. Raises TableFaults."""
    several = given if isinstance(given, list | tuple) else [given]
    return [_price_set(each, f"unit_costs.{place}") for place, each in enumerate(several)]


def _price_set(given: Any, name: str) -> UnitCosts | NationalSchedule:
    if isinstance(given, UnitCosts | NationalSchedule):
        return given
    return national_schedule(given) if isinstance(given, str) else UnitCosts.from_frame(given, name=name, where=name)


def coded(cohort: Cohort, pathway: Pathway, places: Mapping[str, float | None]) -> CodedCohort:
    """A cohort → the same in the pathway's words, levels as codes and numbers checked."""
    attributes = pathway.attributes
    return cohort.coded(
        {name: each.levels for name, each in attributes.items() if each.levels is not None},
        {name: (each.low, each.high) for name, each in attributes.items() if each.number is not None},
        places,
    )


def patients_of(loaded: LoadedStudy) -> tuple[CodedCohort, Inputs]:
    """The patients that a study names in the pathway's words, and the file they came from.

    Raises:
        TableFaults: a cohort that cannot be read, patients that are not in the pathway's words.
    """
    cohort, files = cohort_of(loaded)
    return coded(cohort, loaded.pathway, {name: each.share for name, each in loaded.study.footprint.items()}), files


def to_share(loaded: LoadedStudy, cohort: CodedCohort) -> tuple[CodedCohort, Recoding | None]:
    """Patients as all that may be shared is worked out from them: small groups recoded, unless they are nobody's records."""
    return (cohort, None) if loaded.study.synthetic or loaded.study.cohort.file is None else recoded(cohort)


def cohort_of(loaded: LoadedStudy) -> tuple[Cohort, Inputs]:
    """The patients that a study names, and where they came from."""
    source = loaded.study.cohort
    if source.file is None:
        assert source.patients is not None
        return Cohort.alike(source.patients, source.attributes), {}
    attributes = loaded.pathway.attributes
    levels = [name for name, each in attributes.items() if each.levels is not None]
    table = loaded.table(source.file)
    found = table.read(
        columns=source.columns,
        codes=(terms.PATIENT_ID, terms.PLACE, *levels),
        reads=(*OWN_COLUMNS, *attributes),
    )
    cohort = Cohort.kept_as(found.table, name=table.name, notes=found.notes)
    if source.expect is not None:
        must_hold(source.expect, Held(patients=sum_of(cohort.weight), records=len(cohort.frame)), table.name)
    return cohort, table.inputs
