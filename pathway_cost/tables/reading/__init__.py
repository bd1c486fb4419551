"""Tables out of CSV, Parquet and workbooks, with every cell that cannot be told at its row.

The first wing of tables.
"""

from pathway_cost.handed_out import handed_out, hands_out
from pathway_cost.tables.reading.cells import cell_text
from pathway_cost.tables.reading.columns import (
    are_nhs_numbers,
    as_pandas,
    first_row,
    numbers_of,
    rises,
    rows_text,
    text_of,
    without_invisible,
)
from pathway_cost.tables.reading.content import content_hash
from pathway_cost.tables.reading.control_totals import Held, must_hold, sum_of, totals_differ
from pathway_cost.tables.reading.faults import cells_unreadable, cells_wrong, columns_missing, not_text, parted
from pathway_cost.tables.reading.files import noted_frame, read_noted, read_rows, read_shipped, shipped_file
from pathway_cost.tables.reading.near_columns import RENAME_OR_NAME, columns_misspelt, columns_unused
from pathway_cost.tables.reading.noted import Noted
from pathway_cost.tables.reading.number_forms import form_of, numbers_wrong
from pathway_cost.tables.reading.own_frames import own_frame, without_unread
from pathway_cost.tables.reading.patterns import is_pattern, matches
from pathway_cost.tables.reading.swallowed_rows import may_hold_lines, swallowed_by
from pathway_cost.tables.reading.total_rows import (
    TOTAL_WORDS,
    is_total,
    may_read_total,
    rows_repeated,
    total_of_weights,
    total_row,
    totals_among_prices,
)
from pathway_cost.tables.reading.unknown_words import Known, unknown_values
from pathway_cost.tables.reading.years import price_year, year_wrong, years_after

__all__ = [
    "RENAME_OR_NAME",
    "TOTAL_WORDS",
    "Held",
    "Known",
    "Noted",
    "are_nhs_numbers",
    "as_pandas",
    "cell_text",
    "cells_unreadable",
    "cells_wrong",
    "columns_missing",
    "columns_misspelt",
    "columns_unused",
    "content_hash",
    "first_row",
    "form_of",
    "handed_out",
    "hands_out",
    "is_pattern",
    "is_total",
    "matches",
    "may_hold_lines",
    "may_read_total",
    "must_hold",
    "not_text",
    "noted_frame",
    "numbers_of",
    "numbers_wrong",
    "own_frame",
    "parted",
    "price_year",
    "read_noted",
    "read_rows",
    "read_shipped",
    "rises",
    "rows_repeated",
    "rows_text",
    "shipped_file",
    "sum_of",
    "swallowed_by",
    "text_of",
    "total_of_weights",
    "total_row",
    "totals_among_prices",
    "totals_differ",
    "unknown_values",
    "without_invisible",
    "without_unread",
    "year_wrong",
    "years_after",
]
