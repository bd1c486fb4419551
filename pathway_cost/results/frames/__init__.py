"""The tables of a run, numbers only, and the record of how it was made. Comes after costed, compared and chance."""

from pathway_cost.results.frames.catalogue import PARTS, SECTIONS, SHEETS, TABLES
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
    "FORMAT",
    "HEADLINE",
    "MADE_BY",
    "PARTS",
    "PRESENT_VALUE",
    "SECTIONS",
    "SHEETS",
    "TABLES",
    "UNDISCOUNTED",
    "WITHHELD",
    "Checked",
    "Column",
    "ColumnKind",
    "RuleText",
    "RunResult",
    "Section",
    "Sheet",
    "StudyFacts",
    "Table",
    "Tables",
    "assemble",
    "round_to_sum",
    "run_record",
    "step_days",
    "to_arrow",
    "to_polars",
    "versions",
]
