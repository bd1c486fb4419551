"""A quote that is never closed must not swallow records and their pounds; a note of several lines is read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.plics.reading.test_csv_reading import ACTIVITY, COST, MAPPING, WIDE, faults, frames, read_tables

BAD = {
    "in the costs": ({"Activity_APC.csv": ACTIVITY, "Cost_APC.csv": COST.replace("1.5,2021", '1.5,"2021')}, 4),
    "in the activities": ({"Activity_APC.csv": ACTIVITY.replace("A2,S,", 'A2,"S,', 1), "Cost_APC.csv": COST}, 3),
    "in a column that nobody reads": ({"wide_APC.csv": WIDE.replace("30,x", '30,"x')}, 3),
    "closed later": ({"wide_APC.csv": WIDE.replace("10,x", '10,"x').replace("20,x", '20,x"')}, 2),
}


@pytest.mark.parametrize("name", BAD)
def test_rows_swallowed_by_a_quote(tmp_path, name):
    tables, row = BAD[name]
    found = faults(tmp_path, tables, columns=MAPPING if "wide_APC.csv" in tables else {})
    assert [said for rule, said in found.items() if rule == "unreadable_table"]
    said = found["unreadable_table"]
    assert f"row {row}" in said
    assert "quote" in said or "more or fewer cells" in said


def test_a_note_of_several_lines_is_read(tmp_path):
    text = WIDE.replace("30,x", '30,"seen on ward, well\nhome"').replace("10,x", '10,"x"')
    _, lines = frames(read_tables(tmp_path, {"wide_APC.csv": text}, columns=MAPPING, store=tmp_path / "store"))
    assert sum(lines["TotCst"], Decimal(0)) == 60
