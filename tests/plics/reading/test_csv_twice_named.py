"""Two columns of one table that hold one element: neither wins in silence."""

from __future__ import annotations

import pytest

from tests.plics.reading.test_csv_reading import ACTIVITY, COST, both, faults, frames, read_tables


def beside(table, *cells):
    """A table with one column more."""
    return "".join(f"{row},{cell}\n" for row, cell in zip(table.splitlines(), cells, strict=True))


TWO_COSTS = beside(COST, "TotCst", *["1"] * 5)


@pytest.mark.parametrize(
    ("tables", "named", "ours"),
    [
        (both(cost=TWO_COSTS), "'TotalCost' and 'TotCst'", "TotCst"),
        (both(activity=beside(ACTIVITY, "Alos", "9", "9", "9")), "'AdjLoS' and 'Alos'", "Alos"),
        (both(cost=beside(COST, "totalcost", *["1"] * 5)), "'TotalCost' and 'totalcost'", "TotCst"),
    ],
    ids=["cost", "length of stay", "another case"],
)
def test_both_columns_are_named(tmp_path, tables, named, ours):
    found = faults(tmp_path, tables)
    assert set(found) == {"column_twice"}
    assert f"the columns {named} both hold {ours}; take one out, or name the one to read" in found["column_twice"]


@pytest.mark.parametrize(("column", "gbp"), [("TotalCost", "5105.50000001"), ("TotCst", "5.00000000")])
def test_the_one_that_is_named_is_read(tmp_path, column, gbp):
    extract = read_tables(tmp_path, both(cost=TWO_COSTS), columns={"TotCst": column})
    assert str(frames(extract)[1]["TotCst"].sum()) == gbp
