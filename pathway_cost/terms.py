"""The vocabulary: column names and closed lists, with their meaning. The one list of terms.

A column whose name ends in `_gbp` holds pounds, `_days` days, `_minutes` minutes; `gbp` alone is
undiscounted pounds of the study's price year.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal, get_args

# --- the cost cube -------------------------------------------------------------------------------
SEGMENT: Final = "segment"  # number of the patients alike in place and every level attribute
ARM: Final = "arm"  # part of a segment that a scenario reaches or not; named below
PLACE: Final = "place"  # where the patient lives; decides which organisation plays a role
SETTING: Final = "setting"  # kind of care in one place of care, or the end the patient reached
USE: Final = "use"  # one line of resource use within its setting (routes: "to <route>: <use>")
UNIT_COST: Final = "unit_cost"  # key of the price, or "count:<name>" for what is counted, not priced
LEVEL: Final = "level"  # "" or "attribute=level|…": the case-mix level the price was read at
COMPONENT: Final = "component"  # what the money buys
ROLE: Final = "role"  # part an organisation plays in the pathway
ORGANISATION: Final = "organisation"  # ODS code as text
PATIENTS: Final = "patients"  # weight of the segment's arm
VISITS: Final = "visits"  # expected visits (of the setting, route or end) by those patients, not per patient
QUANTITY: Final = "quantity"  # units of the unit cost used by those patients
GBP: Final = "gbp"  # undiscounted pounds
PRESENT_VALUE_GBP: Final = "present_value_gbp"  # pounds discounted to the start of the study
DISCOUNTED_QUANTITY: Final = "discounted_quantity"  # counts discounted at their own rate; units as their pounds are
REPRICED_GBP: Final = "repriced_gbp"  # pounds at prices that move by component and period, as the reader states them
PERIOD: Final = "period"  # 1 is the period that begins when the study does

CUBE_KEYS: Final = (SEGMENT, ARM, PLACE, SETTING, USE, UNIT_COST, LEVEL, COMPONENT, ROLE, ORGANISATION)
CUBE_MEASURES: Final = (PATIENTS, VISITS, QUANTITY, GBP)
CUBE_COLUMNS: Final = (*CUBE_KEYS, *CUBE_MEASURES)
DISCOUNTED_MEASURES: Final = (DISCOUNTED_QUANTITY, PRESENT_VALUE_GBP)  # in a cube that is discounted

Cut = Literal["segment", "arm", "place", "setting", "use", "unit_cost", "component", "role", "organisation", "period"]
CUTS: Final[tuple[str, ...]] = get_args(Cut)
CUBE_CUTS: Final = tuple(cut for cut in CUTS if cut != PERIOD)  # those that are columns of the cube

BASELINE: Final = "baseline"  # the scenario with no changes
ARM_ALL: Final = "everyone"  # arm of a result without scenarios
ARM_NOT_ELIGIBLE: Final = "not_eligible"
ARM_NOT_TAKEN: Final = "not_taken"
ARM_TAKEN: Final = "taken"  # in a composition "taken:<scenario>+<scenario>"

ALL_PLACES: Final = "all"  # the place of a study that has only one
ANY_ORGANISATION: Final = "*"  # a price that holds for every organisation (national, assumed)
COUNT_PREFIX: Final = "count:"
UNSPLIT: Final = "unsplit"  # component of a price nobody has split
UNMAPPED: Final = "unmapped"  # component of PLICS pounds that the component table does not name

# --- unit costs ----------------------------------------------------------------------------------
VALUE_GBP: Final = "value_gbp"  # pounds a unit, of this component
UNIT: Final = "unit"  # what one unit is: episode, spell, bed_day, attendance, contact, …
COVERS: Final = "covers"  # whole record, or part of it
PRICE_YEAR: Final = "price_year"  # written 2024-25
BASIS: Final = "basis"
MFF: Final = "mff"  # price level of a price: one of the next two
MFF_IN: Final = "in"  # the local price level (PLICS)
MFF_NATIONAL: Final = "national"  # the national price level, before market forces factor
N: Final = "n"  # records (or spells) behind the price; missing where nobody says
SE_TOTAL: Final = "se_total"  # standard error of the price over all components, repeated on each row
SOURCE: Final = "source"
LICENCE: Final = "licence"
GRADE: Final = "grade"  # evidence grade of a price: published, local, assumption, …

UNIT_COST_COLUMNS: Final = (
    UNIT_COST, ORGANISATION, LEVEL, COMPONENT, VALUE_GBP, UNIT, COVERS, PRICE_YEAR, BASIS, MFF, N, SE_TOTAL,
    SOURCE, LICENCE, GRADE,
)  # fmt: skip


class Basis(StrEnum):
    """Where a price comes from."""

    PLICS = "plics"
    PACK = "pack"
    NATIONAL = "national"
    TABLE = "table"
    PRICES = "prices"
    CHANGED = "changed by the scenario"


class Covers(StrEnum):
    """How much of the record a unit cost pays for."""

    WHOLE = "whole"
    PART = "part"


class Grade(StrEnum):
    """How well a number is supported, best first."""

    TRIAL = "trial"
    PUBLISHED = "published"
    LOCAL = "local"
    EXPERT = "expert"
    ASSUMPTION = "assumption"


class Kind(StrEnum):
    """Kinds of organisation. Decides the price index, and whose books a pound is in."""

    ACUTE = "acute"
    COMMUNITY = "community"
    MENTAL_HEALTH = "mental_health"
    AMBULANCE = "ambulance"
    PRIMARY_CARE = "primary_care"
    COUNCIL = "council"
    POLICE = "police"
    VCSE = "vcse"
    INDEPENDENT = "independent"
    ICB = "icb"
    NHS_ENGLAND = "nhs_england"
    HOUSEHOLD = "household"
    SUPPLIER = "supplier"


# --- cohort --------------------------------------------------------------------------------------
PATIENT_ID: Final = "patient_id"
WEIGHT: Final = "weight"

# --- PLICS ---------------------------------------------------------------------------------------
Feed = Literal["APC", "EC", "OP", "SI", "SWC", "CSCC"]
FEEDS: Final[tuple[str, ...]] = get_args(Feed)
CHILD_FEEDS: Final = ("SI", "SWC")  # whose records attach to a parent's
PARENT_FEEDS: Final = ("APC", "OP", "EC")  # to a record of a later feed only where no earlier feed has one

# --- other -----------------------------------------------------------------------------------------
CLOCK_WORDS: Final = ("years", "cycle", "years_in_setting")
RESERVED_NAMES: Final = ("rest", BASELINE, *CLOCK_WORDS)
FIRST_YEAR, LAST_YEAR = 1948, 2099  # in which a financial year of the NHS may begin: any other is a slip of the pen
LEAST: Final = (
    8  # patients (or records) behind what is told; 1 to 7 are few: NHS England's method for hospital statistics
)
SMALL_GROUPS: Final = "small_groups"  # the note on patients who are costed as others

RELATIVE_TOLERANCE: Final = 1e-9  # |sum of parts - whole| <= this x sum of |parts|
