"""A column whose name is nearly right is never left out in silence, by any reader, in any form."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathway_cost.errors import PathwayCostError
from pathway_cost.tables.reading.near_columns import columns_unused
from tests.tables.readers import FORMS, READERS, notes_only

OPTIONAL = [(name, column) for name, reader in READERS.items() for column in reader.optional]
SLIPS = {
    "capital": lambda name: name.capitalize(),
    "upper": str.upper,
    "space before": lambda name: f" {name}",
    "space behind": lambda name: f"{name} ",
    "zero width": lambda name: f"{name[0]}\u200b{name[1:]}",
    "byte order mark": lambda name: f"\ufeff{name}",
    "no-break space": lambda name: f"{name}\u00a0",
}
LONGER = {
    "plural": lambda name: f"{name}s",
    "letter lost": lambda name: name[:2] + name[3:],
    "letters swapped": lambda name: name[:-2] + name[-1] + name[-2],
    "hyphen": lambda name: name.replace("_", "-"),
    "space for _": lambda name: name.replace("_", " "),
}


def renamed(reader, column, slip):
    return {slip(name) if name == column else name: cells for name, cells in reader.table.items()}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", READERS)
def test_sound_tables_say_nothing_and_read_alike(name, form, tmp_path):
    reader = READERS[name]
    found, notes = reader.read(FORMS[form](reader.table, tmp_path))
    assert notes == ()
    assert found == reader.read(pd.DataFrame(reader.table))[0]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("name", "column"), OPTIONAL)
def test_a_slip_is_a_fault_in_every_form(name, column, form, tmp_path):
    reader = READERS[name]
    with pytest.raises(PathwayCostError) as raised:
        reader.read(FORMS[form](renamed(reader, column, str.capitalize), tmp_path))
    assert [(problem.rule, problem.nearest) for problem in raised.value.problems] == [("column_nearly_named", column)]
    assert "rename the column" in str(raised.value)


@pytest.mark.parametrize("slip", [*SLIPS, *LONGER])
@pytest.mark.parametrize(("name", "column"), OPTIONAL)
def test_every_slip_is_a_fault(name, column, slip):
    if slip in LONGER and (len(column) < 4 or (slip in {"hyphen", "space for _"} and "_" not in column)):
        return
    reader = READERS[name]
    with pytest.raises(PathwayCostError) as raised:
        reader.read(pd.DataFrame(renamed(reader, column, (SLIPS | LONGER)[slip])))
    near = [problem.nearest for problem in raised.value.problems if problem.rule == "column_nearly_named"]
    assert near == [column]


@pytest.mark.parametrize("name", [name for name in READERS if name not in {"own draws", "market forces", "postcodes"}])
def test_other_columns_are_one_note_and_move_nothing(name):
    reader = READERS[name]
    cells = len(next(iter(reader.table.values())))
    more = {"ward_name": ["x"] * cells, "PatientNumber 9434765919": ["x"] * cells, "John Smith": ["x"] * cells}
    found, notes = reader.read(pd.DataFrame(reader.table | more))
    assert found == reader.read(pd.DataFrame(reader.table))[0]
    (note,) = notes_only(notes)
    first = len(reader.table) + 1
    assert f"not read: the columns 'ward_name', number {first + 1} (not shown), number {first + 2} (not shown)" in note


def test_what_stands_beside_its_namesake_is_a_note():
    table = pd.DataFrame({"weight": [1], "Weight": [2]})
    (problem,) = columns_unused(table, ["weight"], "cohort.csv")
    assert problem.rule == "column_unused"


def test_a_height_is_no_weight():
    reader = READERS["cohort"]
    table = {name: cells for name, cells in reader.table.items() if name != "weight"} | {"height": ["170", "180"]}
    (_, weights, _), notes = reader.read(pd.DataFrame(table))
    assert weights == [1, 1]
    assert "'height'" in notes_only(notes)[0]


def test_an_attribute_is_no_column_of_ours():
    from pathway_cost.tables.cohort.cohort import Cohort

    cohort = Cohort.from_frame({"placed": ["no", "yes"], "weights": ["60", "80"]})
    coded = cohort.coded({"placed": ("no", "yes")}, {"weights": (0, 200)}, {"all": None})
    assert coded.notes == ()
    assert coded.weight.tolist() == [1, 1]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_happens_to_a_name_the_figures_stay_or_the_user_is_told(data):
    """Letters dropped, doubled, changed or padded at random in any column of any table."""
    name = data.draw(st.sampled_from(sorted(READERS)))
    reader = READERS[name]
    column = data.draw(st.sampled_from(sorted(reader.table)))
    at = data.draw(st.integers(0, len(column) - 1))
    letter = data.draw(st.sampled_from("aeXz _-9\u00a0\u200b"))
    wrong = data.draw(
        st.sampled_from(
            [
                column[:at] + column[at + 1 :],
                column[:at] + letter + column[at:],
                column[:at] + letter + column[at + 1 :],
            ]
        )
    )
    if not wrong or wrong in reader.table:
        return
    table = pd.DataFrame(renamed(reader, column, lambda _: wrong))
    try:
        found, notes = reader.read(table)
    except PathwayCostError:
        return
    told = notes or name == "postcodes"
    assert told or found == reader.read(pd.DataFrame(reader.table))[0]
