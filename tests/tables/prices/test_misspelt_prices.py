"""A law: whatever slips into one cell of a table of prices, the figures stay or the user is told."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import pathway_cost as pc
from pathway_cost.errors import PathwayCostError

TABLE = """\
unit_cost,organisation,level,value_gbp,unit,covers,price_year,source
op.knee,RXX01,,5000,episode,whole,2024-25,x
op.knee,RXX01,frail=yes,7000,episode,whole,2024-25,x
ward.day,RXX01,,450,bed_day,whole,2024-25,x
"""
PLACEHOLDERS = "unit_cost,value_gbp,unit,covers,price_year,source\nop.knee,1,episode,whole,2024-25,x\nward.day,1,bed_day,whole,2024-25,x\n"
WHOLE = 90 * 5000 + 10 * 7000 + 100 * 4 * 450
PATHWAY = {
    "pathway": "knee",
    "roles": {"acute": {"kind": "acute"}},
    "attributes": {"frail": {"levels": ["no", "yes"]}},
    "unit_costs": {"op.knee": {"unit": "episode", "covers": "whole"}, "ward.day": {"unit": "bed_day", "covers": "whole"}},
    "start": "surgery",
    "settings": {"surgery": {"role": "acute", "stay": 4, "uses": [{"unit_cost": "op.knee"}, {"unit_cost": "ward.day", "per": "day"}]}},
    "routes": {"surgery": {"home": "rest"}},
    "ends": ["home"],
}  # fmt: skip
SIGNS = ["", " ", "\u00a0", "\ufeff", "\u200b", "-", "_", "x", "7"]


def frame(text):
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)


def cost(table):
    cohort = pc.Cohort.from_frame({"patient_id": ["a", "b"], "frail": ["no", "yes"], "weight": [90, 10]})
    sets = [pc.UnitCosts.from_frame(table, name="prices"), pc.UnitCosts.from_frame(frame(PLACEHOLDERS), name="later")]
    footprint = {"all": {"acute": "RXX01"}}
    return pc.cost_pathway(pc.load_pathway(PATHWAY), cohort, sets, footprint, price_year="2024-25")


def test_the_table_as_it_should_be_is_silent_and_right():
    costed = cost(frame(TABLE))
    assert costed.total_gbp == pytest.approx(WHOLE)
    assert [note.rule for note in costed.notes if "price" in note.rule] == ["prices_stand_behind"]


@settings(max_examples=60, deadline=None)
@given(
    row=st.integers(0, 2),
    column=st.sampled_from(["unit_cost", "organisation", "level", "unit"]),
    at=st.integers(0, 9),
    cut=st.integers(0, 2),
    sign=st.sampled_from(SIGNS),
    case=st.sampled_from([str, str.upper, str.capitalize]),
)
@example(row=2, column="unit", at=0, cut=0, sign="", case=str.capitalize)
@example(row=0, column="unit_cost", at=3, cut=1, sign="", case=str)
@example(row=1, column="level", at=7, cut=0, sign="s", case=str)
def test_a_slip_in_one_cell_changes_nothing_in_silence(row, column, at, cut, sign, case):
    table = frame(TABLE)
    old = table.loc[row, column]
    table.loc[row, column] = case(old[:at] + sign + old[at + cut :])
    try:
        costed = cost(table)
    except PathwayCostError:
        return
    told = [note for note in costed.notes if note.where.file == "prices" and note.rule != "prices_stand_behind"]
    assert told or costed.total_gbp == pytest.approx(WHOLE), table.loc[row, column]
