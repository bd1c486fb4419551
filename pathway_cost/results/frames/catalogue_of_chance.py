"""The tables of time, chance and alternatives: each is there where the study asks for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pathway_cost.results.costed.over_time import change_so_far, profile, profile_by_organisation
from pathway_cost.results.frames.declaration import (
    HEADLINE,
    PRESENT_VALUE,
    SHARE,
    UNDISCOUNTED,
    Column,
    Table,
)

OWN_UNIT: Final = "that of the number"
OF_THE_MEASURE: Final = "that of the measure"

SCENARIO: Final = Column("scenario", "Scenario", "scenario", width=36)
SPAN: Final = (
    SCENARIO,
    Column("period", "Period", "period", width=18, about="numbered from 1, which begins when the study does"),
    Column("from_day", "From day", "whole", "days from the start", width=17),
    Column("to_day", "To day", "whole", "days from the start", width=17, about="empty: no end"),
)
WHOSE: Final = Column("of", "Of", optional=True, about="whose pounds these are, where patients start over time")
QUANTILES: Final = (
    Column("p2_5", "2.5% of draws below", "pounds", OF_THE_MEASURE),
    Column("p25", "25% below", "pounds", OF_THE_MEASURE),
    Column("p50", "Median", "pounds", OF_THE_MEASURE),
    Column("p75", "75% below", "pounds", OF_THE_MEASURE),
    Column("p97_5", "97.5% below", "pounds", OF_THE_MEASURE),
)
POUNDS_OF_A_PERIOD: Final = (
    Column("gbp", "Pounds", "pounds", UNDISCOUNTED),
    Column("present_value_gbp", "Present value", "pounds", PRESENT_VALUE),
)

DRAWS: Final = (
    Table(
        "uncertainty",
        "Cost and modelled change over the draws",
        (
            SCENARIO,
            Column(
                "measure", "Measure", width=36, about="which figure the row is of; change_count: of what is counted"
            ),
            Column("of", "Of", "organisation", width=24, about="the organisation, or what is counted"),
            Column("mean", "Mean", "pounds", OF_THE_MEASURE),
            Column("sd", "Standard deviation", "pounds", OF_THE_MEASURE, about="over the draws"),
            *QUANTILES,
            Column("probability_less", "Draws below £0", "share", SHARE, 12),
            Column("se_mean", "Error of the mean from drawing", "pounds", OF_THE_MEASURE),
            Column("draws", "Draws", "whole", "draws", 17),
            Column("basis", "Pounds", width=14, about="gbp undiscounted, present_value_gbp discounted, count none"),
        ),
        section="draws",
        sheet="Draws",
    ),
    Table(
        "information",
        "Expected value of perfect information; groups do not add",
        (
            Column("group", "Knowing for certain", width=36),
            Column("parameters", "Numbers", "long", width=17),
            Column("evppi_per_patient_gbp", "Worth at most, per patient", "pounds", HEADLINE),
            Column("evppi_total_gbp", "Worth at most, all patients", "pounds", HEADLINE),
            Column("share_of_evpi", "Share of knowing everything", "share", SHARE, 17),
        ),
        section="draws",
        sheet="Draws",
    ),
    Table(
        "acceptability",
        "How often a scenario costs at most so much more a patient",
        (
            SCENARIO,
            Column("threshold_gbp", "At most so much more a patient", "change", HEADLINE),
            Column("probability", "Share of draws", "share", SHARE, 17),
        ),
        section="draws",
        sheet="Draws",
    ),
)

SINGLE_NUMBERS: Final = (
    Table(
        "tornado",
        "Each number low and high, all else as stated",
        (
            SCENARIO,
            Column("parameter", "Name", width=24),
            Column("title", "Number", width=36),
            Column("unit", "Unit", width=12),
            Column("low", "Low", "number", OWN_UNIT, 14),
            Column("value", "As stated", "number", OWN_UNIT, 14),
            Column("high", "High", "number", OWN_UNIT, 14),
            Column("change_at_low_gbp", "Modelled change at low", "change", HEADLINE),
            Column("change_at_high_gbp", "Modelled change at high", "change", HEADLINE),
            Column("change_gbp", "Modelled change as stated", "change", HEADLINE),
            Column(
                "swing_gbp", "Swing", "pounds", HEADLINE, about="from the lowest of the three changes to the highest"
            ),
        ),
        section="what_if",
        sheet="Tornado",
    ),
    Table(
        "extremes",
        "Every number at once at its best or worst end for the scenario",
        (
            SCENARIO,
            Column("case", "Every number at its", width=17),
            Column("change_gbp", "Modelled change", "change", HEADLINE),
        ),
        section="what_if",
        sheet="Tornado",
    ),
    Table(
        "grid",
        "Two numbers at once",
        (
            SCENARIO,
            Column("parameter_1", "One number", "parameter", width=17),
            Column("value_1", "One at", "number", OWN_UNIT, 17),
            Column("parameter_2", "The other", "parameter", width=17),
            Column("value_2", "The other at", "number", OWN_UNIT, 17),
            Column("change_gbp", "Modelled change", "change", HEADLINE),
        ),
        section="what_if",
        sheet="Tornado",
        on_sheet=("scenario", "parameter_1", "parameter_2", "value_1", "value_2", "change_gbp"),
    ),
    Table(
        "evidence_sets",
        "Sets of evidence side by side, never averaged",
        (
            SCENARIO,
            Column("set", "Evidence", "title", width=17),
            Column("cost_per_patient_gbp", "Cost per patient", "pounds", HEADLINE),
            Column("total_gbp", "Total cost", "pounds", HEADLINE),
            Column("change_total_gbp", "Modelled change, total", "change", HEADLINE),
        ),
        section="what_if",
        sheet="Tornado",
    ),
    Table(
        "break_even",
        "The value of each number at which the modelled change is nothing",
        (
            SCENARIO,
            Column("lever", "Name", width=24),
            Column("title", "Number", width=36),
            Column("unit", "Unit", width=12),
            Column("stated", "As stated", "number", OWN_UNIT, 14),
            Column("break_even", "Break-even", "number", OWN_UNIT, 16),
            Column("move_pct", "Move needed", "percent", "% of what is stated", 12),
            Column("plausible_low", "Plausible from", "number", OWN_UNIT, 14),
            Column("plausible_high", "Plausible to", "number", OWN_UNIT, 14),
            Column("within_plausible", "Is it plausible?", "verdict", width=12),
            Column("best_value", "Best value within bounds", "number", OWN_UNIT, 14),
            Column("best_change_gbp", "Modelled change there", "change", HEADLINE),
            Column("crossings", "Break-evens found", "whole", "break-evens", 12),
        ),
        section="break_even",
        sheet="Break-even",
    ),
    Table(
        "attribution",
        "Each change in the order written and whatever the order",
        (
            SCENARIO,
            Column("position", "Order", "whole", "place among the changes", 8),
            Column("change", "Change", width=46),
            Column("ordered_gbp", "In the order written", "change", HEADLINE),
            Column("shapley_gbp", "Whatever the order", "change", HEADLINE),
            Column(
                "standard_error_gbp", "Standard error of that", "pounds", HEADLINE, about="of sampling orders; 0: exact"
            ),
            Column("grade", "Evidence", "grade", width=13),
            Column("factor", "Factor of the evidence (assumed)", "ratio", SHARE, 14),
            Column("weighted_gbp", "Weighed by evidence", "change", HEADLINE),
        ),
        section="attribution",
        sheet="Attribution",
        on_sheet=(
            "scenario",
            "position",
            "change",
            "grade",
            "ordered_gbp",
            "shapley_gbp",
            "standard_error_gbp",
            "factor",
            "weighted_gbp",
        ),
    ),
)

OVER_TIME: Final = (
    Table(
        "profile",
        "By period and setting",
        (
            *SPAN,
            Column("setting", "Setting", "setting", width=34),
            Column("visits", "Expected visits", "count", "visits", 17),
            Column("patients_present", "Patients present", "count", "patients, on average over the period", 17),
            *POUNDS_OF_A_PERIOD,
            WHOSE,
        ),
        profile,
        section="years",
        sheet="Profile",
    ),
    Table(
        "profile_by_organisation",
        "By period and organisation",
        (*SPAN, Column("organisation", "Organisation", "organisation", width=17), *POUNDS_OF_A_PERIOD, WHOSE),
        profile_by_organisation,
        section="years",
        sheet="Profile",
    ),
    Table(
        "fan",
        "Modelled change so far",
        (
            *SPAN,
            Column("mean", "Mean", "change", HEADLINE),
            *(replace(column, kind="change", unit=HEADLINE) for column in QUANTILES),
            WHOSE,
        ),
        change_so_far,
        section="years",
        sheet="Profile",
    ),
)

PATIENTS: Final = (
    Table(
        "distribution_summary",
        "What sampled patients cost",
        (
            SCENARIO,
            Column("mean", "Mean", "pounds", UNDISCOUNTED),
            Column("sd", "Standard deviation", "pounds", UNDISCOUNTED, about="from patient to patient"),
            Column("p5", "5% of patients below", "pounds", UNDISCOUNTED),
            *(Column(f"p{at}", f"{at}%", "pounds", UNDISCOUNTED) for at in (10, 25)),
            Column("p50", "Median", "pounds", UNDISCOUNTED),
            *(Column(f"p{at}", f"{at}%", "pounds", UNDISCOUNTED) for at in (75, 90, 95, 99)),
            Column("share_of_cost_of_dearest_5pct", "Share of cost of the dearest 5%", "share", SHARE, 14),
            Column("se_mean", "Error of the mean from sampling", "pounds", UNDISCOUNTED),
            Column("walkers", "Sampled patients", "whole", "patients", 17),
            Column("exact_mean", "Expected, without sampling", "pounds", UNDISCOUNTED),
            Column("exact_sd", "Standard deviation, without sampling", "pounds", UNDISCOUNTED),
            Column("change_mean", "Modelled change, same patients", "change", UNDISCOUNTED),
            Column("change_se", "Error of it from sampling", "pounds", UNDISCOUNTED),
        ),
        section="spread",
        sheet="Distribution",
    ),
    Table(
        "distribution",
        "Patients by cost",
        (
            SCENARIO,
            Column("from_gbp", "Cost from", "pounds", UNDISCOUNTED),
            Column("to_gbp", "To below (empty: no end)", "pounds", UNDISCOUNTED),
            Column("patients", "Patients", "count", "patients", 17),
            Column("share", "Share of patients", "share", SHARE, 17),
        ),
        section="spread",
        sheet="Distribution",
    ),
)

TABLES_OF_CHANCE: Final = (*DRAWS, *SINGLE_NUMBERS, *OVER_TIME, *PATIENTS)
