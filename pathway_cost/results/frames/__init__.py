"""The tables of a run, numbers only, and the record of how it was made. Comes after costed, compared and chance."""

from pathway_cost.results.frames.catalogue import PARTS, SECTIONS, TABLES
from pathway_cost.results.frames.catalogue_of_sheets import (
    ANSWERS,
    CHECK_ROWS,
    CHECK_TOTALS,
    INPUTS,
    PRICE_INPUTS,
    SHEETS,
    YOUR_CHANGES,
)
from pathway_cost.results.frames.checked import Checked
from pathway_cost.results.frames.declaration import (
    HEADLINE,
    PRESENT_VALUE,
    UNDISCOUNTED,
    Column,
    ColumnKind,
    Section,
    Sheet,
    Table,
)
from pathway_cost.results.frames.frames import Tables
from pathway_cost.results.frames.live_model import Corner, Offer, WhyNot, what_moves
from pathway_cost.results.frames.other_libraries import to_arrow, to_polars
from pathway_cost.results.frames.record_of_run import (
    FORMAT,
    MADE_BY,
    WITHHELD,
    StudyFacts,
    run_record,
    step_days,
    versions,
)
from pathway_cost.results.frames.rounding import round_to_sum
from pathway_cost.results.frames.rule_text import RuleText
from pathway_cost.results.frames.run_result import RunResult
from pathway_cost.results.frames.tables_of_run import assemble

__all__ = [
    "ANSWERS",
    "CHECK_ROWS",
    "CHECK_TOTALS",
    "FORMAT",
    "HEADLINE",
    "INPUTS",
    "MADE_BY",
    "PARTS",
    "PRESENT_VALUE",
    "PRICE_INPUTS",
    "SECTIONS",
    "SHEETS",
    "TABLES",
    "UNDISCOUNTED",
    "WITHHELD",
    "YOUR_CHANGES",
    "Checked",
    "Column",
    "ColumnKind",
    "Corner",
    "Offer",
    "RuleText",
    "RunResult",
    "Section",
    "Sheet",
    "StudyFacts",
    "Table",
    "Tables",
    "WhyNot",
    "assemble",
    "round_to_sum",
    "run_record",
    "step_days",
    "to_arrow",
    "to_polars",
    "versions",
    "what_moves",
]
