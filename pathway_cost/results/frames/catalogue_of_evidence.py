"""The tables of where the numbers come from: prices, the pathways' own numbers, what scenarios change, what PLICS covers."""

from __future__ import annotations

from typing import Final

from pathway_cost.privacy.suppression import HIDDEN
from pathway_cost.results.frames.assumptions import assumptions
from pathway_cost.results.frames.declaration import SHARE, UNDISCOUNTED, Column, Table
from pathway_cost.results.frames.prices_in_use import unit_costs_used
from pathway_cost.results.frames.registers import changes

GRADE: Final = Column("grade", "Evidence", "grade", width=13)
OF_ITS_ROW: Final = "that of its row"
HIDES: Final = Column(
    HIDDEN,
    "Hidden",
    about="in frames only, and only where any is: names of the columns that are hidden in the row, which files show as `*`",
    optional=True,
)

TABLES_OF_EVIDENCE: Final = (
    Table(
        "unit_costs_used",
        "Every price in use with its source, and the first scenario's pounds that rest on it",
        (
            Column("organisation", "Organisation", "organisation", width=13, as_written=True),
            Column("unit_cost", "Unit cost", width=25),
            Column("title", "Title", width=26),
            Column("level", "Level", width=14, about="of which patients, where the price hangs on that"),
            Column("component", "Component", width=15),
            Column("value_gbp", "Pounds a unit", "pounds", "£ of the price year, a unit", 14),
            Column("unit", "Unit", width=12),
            Column("covers", "Covers", width=9, about="the whole record, or part of it"),
            Column("price_year", "Price year", width=10),
            Column("source_price_year", "Source's price year", width=11),
            Column("uplift_factor", "Uplift factor", "ratio", "times the source's price", 10),
            Column("basis", "Basis", "basis", width=18),
            Column("mff", "MFF", width=9, about="in: at the local price level; national: before market forces factor"),
            Column("n", "Records (n)", "whole", "records", 10),
            Column("se_total", "Standard error of the whole price", "pounds", "£ of the price year, a unit", 13),
            Column("source", "Source", "long", width=34),
            Column("licence", "Licence", width=14),
            GRADE,
            Column("fallback", "Fallback: why not the first set", "long", width=30),
            Column("baseline_gbp", "Baseline pounds", "pounds", UNDISCOUNTED, about="of the first scenario"),
            Column("share_of_pounds", "Share of pounds", "share", SHARE),
            HIDES,
        ),
        unit_costs_used,
        section="prices",
        sheet="Unit costs",
        always=True,
    ),
    Table(
        "assumptions",
        "Every number of the pathways, how sure it is, and why it is believed",
        (
            Column("item", "Item", width=34),
            Column(
                "value", "Value", "number", OF_ITS_ROW, 26, about="text where the pathway states a table or formula"
            ),
            Column("unit", "Unit", width=10),
            Column("low", "Low", "number", OF_ITS_ROW, 10),
            Column("high", "High", "number", OF_ITS_ROW, 10),
            Column("uncertainty", "Uncertainty", width=28),
            GRADE,
            Column("source", "Source", "long"),
            Column("note", "Note", "long"),
        ),
        assumptions,
        section="assumed",
        sheet="Assumptions",
        always=True,
        in_file=False,
    ),
    Table(
        "changes",
        "Every value a scenario changes, old and new",
        (
            Column("scenario", "Scenario", "scenario", width=22),
            Column("position", "Order", "whole", "place among the changes", 8),
            Column("verb", "Change", width=20),
            Column("item", "What", width=38),
            Column("old", "Old", width=24),
            Column("new", "New", width=24),
            GRADE,
            Column("source", "Source", "long"),
        ),
        changes,
        section="changes",
        sheet="Changes",
        always=True,
        in_file=False,
    ),
    Table(
        "coverage",
        "Every PLICS pound in one class of claim, with the total of each organisation and year, and the difference",
        (
            Column("organisation", "Organisation", "organisation", width=14, as_written=True),
            Column("fin_year", "Year", width=10),
            Column("feed", "Feed", width=9),
            Column("class", "Class of pounds", "claim", width=42),
            Column("rules", "Unit costs that price it", width=34),
            Column("activity", "Activity", width=18),
            Column(
                "records", "Records", "whole", "records", about="may have lines in several classes, so not added up"
            ),
            Column("lines", "Cost lines", "whole", "cost lines"),
            Column("gbp", "Pounds", "pounds", "£ of the year of the row, to the penny", 19),
            HIDES,
        ),
        section="coverage",
        sheet="Coverage",
        always=True,
    ),
)
