"""The sheets of the workbook, in order, and the columns of those that are no table of a run: what is live in them."""

from __future__ import annotations

from typing import Final

from pathway_cost.results.frames.declaration import Column, Sheet

YOUR_CHANGES: Final = "Your changes"

# --- the sheet Check -----------------------------------------------------------------------------------------------
CHECK_ROWS: Final = (
    Column("scenario", "Scenario", width=44), Column("setting", "Setting", width=20), Column("use", "Use", width=25),
    Column("unit_cost", "Unit cost", width=23), Column("role", "Role", width=16),
    Column("organisation", "Organisation", width=15), Column("level", "Level", width=20),
    Column("component", "Component", width=20), Column("visits", "Visits", "count", width=12),
    Column("per_visit", "Per visit", "ratio", width=10), Column("price", "Price", "pounds", width=13),
    Column("product", "Product", "pounds", width=18), Column("your_price", "Your price", "pounds", width=13),
    Column("your_product", "Product at your price", "pounds", width=18), Column("from", "Price from", width=27),
)  # fmt: skip
CHECK_TOTALS: Final = (
    Column("scenario", "Scenario"), Column("rows", "Rows", "whole"), Column("sum", "Sum of the rows, live", "pounds"),
    Column("engine", "Total of the engine", "pounds"), Column("difference", "Difference, live", "pounds"),
    Column("verdict", "Verdict, live"), Column("yours", "Sum at your prices, live", "pounds"),
    Column("moved", "Your prices move it by", "change"),
)  # fmt: skip

# --- what is asked and answered live -------------------------------------------------------------------------------
PRICE_INPUTS: Final = (
    Column("your_price", "Your price", "pounds", width=13),
    Column("price_here", "Price in force", "pounds", width=13),
    Column("in_check", "In Check", width=12),
)
"""On the sheet Unit costs, beside each price."""
INPUTS: Final = (
    Column("what", "What may be changed"), Column("engine", "In the run", "number"), Column("yours", "Yours", "number"),
    Column("here", "In force", "number"), Column("holds", "What holds"),
)  # fmt: skip
ANSWERS: Final = (
    Column("scenario", "Scenario", width=40),
    Column("patients", "Patients, in the run", "count", width=12), Column("patients_yours", "Patients, yours", "count", width=12),
    Column("total", "Total cost, in the run", "pounds", width=17), Column("total_yours", "Total cost, yours", "pounds", width=17),
    Column("total_moved", "Difference of the total", "change", width=16),
    Column("each", "Cost per patient, in the run", "pounds", width=13),
    Column("each_yours", "Cost per patient, yours", "pounds", width=13),
    Column("each_moved", "Difference per patient", "change", width=13),
    Column("change", "Change from the first, in the run", "change", width=17),
    Column("change_yours", "Change from the first, yours", "change", width=17),
    Column("change_moved", "Difference of the change", "change", width=16),
    Column("at_prices", "Total at your prices alone", "pounds", width=17),
)  # fmt: skip
"""Of each scenario on the sheet Your changes; the first sheet shows them, too."""

# --- the workbook --------------------------------------------------------------------------------------------------
SIDE_BY_SIDE: Final = (
    "Pounds of every scenario side by side, with live totals; changes are against the first. More blocks below."
)
PRESENT: Final = "Pounds are present values."
NOT_DISCOUNTED: Final = "Pounds are undiscounted."
SHEETS: Final = (
    Sheet(
        "Summary",
        "what was costed, the headline, and what lies behind",
        "",
        links=(YOUR_CHANGES, "Unit costs", "Check"),
    ),
    Sheet(
        YOUR_CHANGES,
        "what if a price, an uptake or the number of patients were another: type it, and see",
        "Green cells are yours to fill; an empty one means what the run has. Totals move exactly as a run of the changed study "
        "would.",
        dated=True,
        links=("Unit costs", "Check"),
        discounted=NOT_DISCOUNTED,
    ),
    Sheet(
        "Setting",
        "pounds and visits by kind of care",
        SIDE_BY_SIDE,
        dated=True,
        side_by_side=True,
        discounted=NOT_DISCOUNTED,
    ),
    Sheet(
        "Organisation",
        "pounds by organisation and role",
        SIDE_BY_SIDE,
        dated=True,
        side_by_side=True,
        discounted=NOT_DISCOUNTED,
    ),
    Sheet(
        "Component",
        "pounds by what the money buys",
        SIDE_BY_SIDE,
        dated=True,
        side_by_side=True,
        discounted=NOT_DISCOUNTED,
    ),
    Sheet(
        "Segment",
        "pounds by patients alike in place and attributes",
        SIDE_BY_SIDE,
        dated=True,
        side_by_side=True,
        discounted=NOT_DISCOUNTED,
        on_screen=("gbp_per_patient", "visits", "patients"),
    ),
    Sheet(
        "Attribute",
        "patients and pounds by the levels of each attribute",
        "The levels of one attribute hold all patients and all pounds; those of two attributes never add.",
        dated=True,
        discounted=NOT_DISCOUNTED,
    ),
    Sheet(
        "Bridge",
        "why the figures change, factor by factor",
        "Factors sum to the recurrent change of the total; interactions are named; one-off costs stand last and apart.",
        dated=True,
        discounted=NOT_DISCOUNTED,
    ),
    Sheet(
        "Draws",
        "intervals, how often a scenario costs no more, what knowing more is worth",
        "Draws of the parameters' stated uncertainty only, the same for every scenario.",
        led=True,
        dated=True,
        discounted="Pounds are present values, those of organisations undiscounted.",
        on_screen=("acceptability",),
    ),
    Sheet(
        "Tornado",
        "single numbers at the ends of their ranges, two together, sets of evidence",
        "Numbers read at the ends of their 95% intervals or stated ranges; those without are held still.",
        led=True,
        dated=True,
        discounted=PRESENT,
    ),
    Sheet(
        "Profile",
        "pounds by period, setting and organisation",
        "Pounds of the patients who start, by the period in which they fall.",
        led=True,
        dated=True,
        discounted="Pounds undiscounted and as present values; the change so far is of present values.",
        on_screen=("profile",),
    ),
    Sheet(
        "Break-even",
        "how far a number must move for a scenario to cost no more",
        "Where a plausible range is an assumption, so is the verdict.",
        led=True,
        dated=True,
        discounted=PRESENT,
    ),
    Sheet(
        "Attribution",
        "which change does what",
        "The factors of the evidence are assumptions; what they weigh is no forecast.",
        led=True,
        dated=True,
        discounted=PRESENT,
    ),
    Sheet(
        "Distribution",
        "what sampled patients cost",
        "Sampled patients differ in who they are and by chance; that is not uncertainty.",
        led=True,
        dated=True,
        discounted="Their pounds are undiscounted.",
        on_screen=("distribution",),
    ),
    Sheet(
        "Unit costs",
        "every price with its source",
        "Every price used, by component, in pounds of the study's price year. A standard error is of the whole price, "
        "sampling only: allocation choices are not in it. Assumptions stand out.",
        links=(YOUR_CHANGES, "Check"),
        large=True,
    ),
    Sheet(
        "Assumptions",
        "every number of the pathway, how sure it is",
        "Every number of the pathway, how sure it is, and why it is believed. Rows that rest on assumption alone stand out.",
    ),
    Sheet("Changes", "every value a scenario changes", "Every value that a scenario changes, old and new, in order."),
    Sheet(
        "Beside",
        "pounds of no patient: one-off costs",
        "Pounds of no patient: never in cost per patient, never multiplied by uptake.",
    ),
    Sheet(
        "Coverage",
        "what PLICS pounds the prices carry",
        "The claim table: every PLICS pound of each organisation and year in exactly one class, to the penny.",
        without="No PLICS extract stands behind this study.",
    ),
    Sheet(
        "Check",
        "every pound again, in live formulas",
        "A row is one use at one organisation, by level and component. Product = visits × per visit × price, as formulas; "
        "prices point into the sheet Unit costs. Beside it stands the same at your prices, which no verdict hangs on.",
        dated=True,
        discounted=NOT_DISCOUNTED,
        links=(YOUR_CHANGES, "Unit costs"),
        large=True,
        on_screen=("rows",),
    ),
)
"""The workbook, in order."""
