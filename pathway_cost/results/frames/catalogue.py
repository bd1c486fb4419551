"""Every table of a run, declared once: files, workbook, page and record read it here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from pathway_cost.results.compared.comparison import bridges
from pathway_cost.results.frames import cuts
from pathway_cost.results.frames.catalogue_of_chance import TABLES_OF_CHANCE
from pathway_cost.results.frames.catalogue_of_evidence import TABLES_OF_EVIDENCE
from pathway_cost.results.frames.declaration import (
    EVERY_ATTRIBUTE,
    PRESENT_VALUE,
    UNDISCOUNTED,
    Column,
    Section,
    Table,
)
from pathway_cost.results.frames.registers import beside
from pathway_cost.results.frames.summary import summary

SCENARIO: Final = Column("scenario", "Scenario", "scenario", width=22)
POUNDS: Final = (
    Column("gbp", "Pounds", "pounds", UNDISCOUNTED),
    Column("gbp_per_patient", "Pounds per patient", "pounds", UNDISCOUNTED),
    Column("change_gbp", "Modelled change", "change", UNDISCOUNTED, about="from the first scenario"),
)
PATIENTS: Final = Column("patients", "Patients", "count", "patients", about="who start there")

CUTS: Final = (
    Table(
        "by_setting",
        "Visits and pounds by setting and end",
        (
            SCENARIO,
            Column("setting", "Setting", "setting", width=34, about="or the end that patients reached"),
            Column("title", "Title", about="of the setting, in the pathway"),
            Column("visits", "Expected visits", "count", "visits"),
            Column("visits_per_patient", "Visits per patient", "ratio", "visits"),
            *POUNDS,
        ),
        cuts.by_setting,
        section="settings",
        sheet="Setting",
        always=True,
    ),
    Table(
        "by_organisation",
        "Pounds by organisation and role",
        (
            SCENARIO,
            Column("organisation", "Organisation", "organisation", width=14, as_written=True),
            Column("role", "Role", "role", width=26),
            *POUNDS,
        ),
        cuts.by_organisation,
        section="organisations",
        sheet="Organisation",
        always=True,
    ),
    Table(
        "by_component",
        "Pounds by what the money buys",
        (SCENARIO, Column("component", "Component", "title", width=26), *POUNDS),
        cuts.by_component,
        section="components",
        sheet="Component",
        always=True,
    ),
    Table(
        "by_segment",
        "Patients and pounds by segment: patients alike in place and every level attribute",
        (
            SCENARIO,
            Column("segment", "Segment", width=13, about="its number"),
            Column("place", "Place", width=13),
            Column(EVERY_ATTRIBUTE, "Level of each attribute", "level", width=13, about="a column an attribute"),
            PATIENTS,
            *POUNDS,
        ),
        cuts.by_segment,
        sheet="Segment",
        always=True,
    ),
    Table(
        "by_attribute",
        "Patients and pounds by the levels of each attribute: each attribute parts the same total, so two never add",
        (
            replace(SCENARIO, width=36),
            Column("attribute", "Attribute", "attribute", width=36),
            Column("level", "Level", "level", width=14),
            PATIENTS,
            *POUNDS,
        ),
        cuts.by_attribute,
        section="attributes",
        sheet="Attribute",
    ),
)

SUMMARY: Final = Table(
    "summary",
    "Every scenario per patient, per what else was asked for, and in total",
    (
        replace(SCENARIO, width=30),
        Column("per", "Per what", about="patient, eligible patient, or the name of a setting"),
        Column("patients", "Patients", "whole", "patients", 14, about="who are divided by"),
        Column("cost_per_patient_gbp", "Cost per patient", "pounds", UNDISCOUNTED, 17),
        Column("total_gbp", "Total cost", "pounds", UNDISCOUNTED, 20),
        Column("change_per_patient_gbp", "Modelled change per patient", "change", UNDISCOUNTED, 17),
        Column("change_total_gbp", "Modelled change, total", "change", UNDISCOUNTED, 19),
        Column(
            "change_volume_gbp",
            "of which volume",
            "change",
            UNDISCOUNTED,
            17,
            "patients more, at the cost of one before",
        ),
        Column("change_rate_gbp", "of which cost per patient", "change", UNDISCOUNTED, 19, "the rest"),
        Column("change_pct", "Modelled change, %", "percent", "% of the first scenario's total", 12),
        Column("patients_change", "Patients more or fewer", "count", "patients"),
        Column("one_off_gbp", "One-off cost, beside", "pounds", UNDISCOUNTED, 16, about="in no other column"),
        Column("denominator", "Denominator", width=19, about="what is divided by, in words"),
        Column("basis", "Basis", about="horizon, counting and discounting in words"),
        Column("present_value_gbp", "Present value, total", "pounds", PRESENT_VALUE, 20),
        Column("present_value_per_patient_gbp", "Present value per patient", "pounds", PRESENT_VALUE, 17),
        Column(
            "change_present_value_gbp", "Modelled change, total", "change", PRESENT_VALUE, 19, "of the present value"
        ),
    ),
    summary,
    section="figures",
    sheet="Summary",
    always=True,
)

BRIDGE: Final = Table(
    "bridge",
    "The change from the first scenario, factor by factor; one-off costs last",
    (
        replace(SCENARIO, width=26),
        Column("from_scenario", "Against", "scenario", width=20),
        Column("position", "Order", "whole", "place among the factors", 8),
        Column("factor", "Factor", "factor", width=44),
        Column("gbp", "Pounds", "change", UNDISCOUNTED, 20),
        Column("level", "Worked at", width=36),
    ),
    bridges,
    section="bridge",
    sheet="Bridge",
    always=True,
)

BESIDE: Final = Table(
    "beside",
    "Pounds that belong to no patient, never in cost per patient",
    (
        SCENARIO,
        Column("kind", "Kind", width=12),
        Column("id", "Id", width=14),
        Column("role", "Role", width=18),
        Column("organisation", "Organisation", "organisation", width=16, as_written=True),
        Column("year", "Year", width=10),
        Column("gbp", "Pounds", "pounds", UNDISCOUNTED),
        Column("what", "What", "long"),
        Column("grade", "Evidence", "grade", width=13),
    ),
    beside,
    section="beside",
    sheet="Beside",
    always=True,
)

TABLES: Final[Mapping[str, Table]] = {
    table.name: table for table in (SUMMARY, *CUTS, BRIDGE, BESIDE, *TABLES_OF_CHANCE, *TABLES_OF_EVIDENCE)
}
"""Name → table: what a run, its files, its workbook and its page may hold."""

PARTS: Final[Mapping[str, str]] = {
    "cost": "What does it cost?",
    "who": "Who gains and who loses?",
    "why": "Why?",
    "sure": "How sure is it?",
    "ground": "What is it based on?",
}
"""The page's parts in the order of a director's questions."""

SECTIONS: Final = (
    Section("figures", "cost", "What each model of care costs", own_year=True, opens=True),
    Section("per_what", "cost", "Per what?", own_year=True),
    Section("components", "cost", "What the money buys"),
    Section("years", "cost", "When the pounds fall"),
    Section("beside", "cost", "Pounds beside the pathway", own_year=True),
    Section("organisations", "who", "By organisation", opens=True),
    Section("attributes", "who", "By attribute"),
    Section("spread", "who", "How patients differ"),
    Section("bridge", "why", "Where the change arises", opens=True),
    Section("attribution", "why", "Which change does what", opens=True),
    Section("pathway", "why", "The pathway", opens=True),
    Section("settings", "why", "By setting"),
    Section("factors", "why", "Why the figures change, by factor"),
    Section("changes", "why", "What the scenarios change", own_year=True),
    Section("draws", "sure", "How sure the figures are", opens=True),
    Section("what_if", "sure", "What if a number were different"),
    Section("break_even", "sure", "What it takes to cost no more"),
    Section("rests", "ground", "What the pounds rest on", opens=True),
    Section("know", "ground", "Before you rely on it", own_year=True, opens=True),
    Section("uses", "ground", "Follow a pound: quantity × price"),
    Section("assumed", "ground", "What rests on assumption alone", own_year=True),
    Section("prices", "ground", "Where the prices come from", own_year=True),
    Section("coverage", "ground", "What the PLICS extracts cover", own_year=True),
    Section("basis", "ground", "Basis", own_year=True),
)
"""The page, in order; one that has nothing to say is left out."""
