"""The catalogue: what it declares holds together, and a table that is not as declared is refused."""

from typing import get_args

import pandas as pd
import pytest

from pathway_cost.results.frames import SHEETS
from pathway_cost.results.frames.catalogue import SECTIONS, TABLES
from pathway_cost.results.frames.declaration import EVERY_ATTRIBUTE, Figures
from pathway_cost.results.frames.frames import Tables
from pathway_cost.results.frames.run_result import RunResult
from tests.results.frames.tables_page import PAGE, page

COLUMNS = [(table, column) for table in TABLES.values() for column in table.columns]
EXTREMES = {"scenario": ["hub"], "case": ["best"], "change_gbp": [-120.0]}


def test_docs_show_every_table_as_declared():
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.results.frames.tables_page"


def test_tables_are_shown_where_there_is_a_place():
    assert {table.section for table in TABLES.values()} <= {"", *(section.anchor for section in SECTIONS)}
    assert {table.sheet for table in TABLES.values()} <= {"", *(sheet.name for sheet in SHEETS)}


def test_a_figure_has_a_unit_and_a_word_has_none():
    assert [(table.name, c.name) for table, c in COLUMNS if bool(c.unit) is not (c.kind in get_args(Figures))] == []


def test_pounds_are_called_so():
    pounds = {c.name for _, c in COLUMNS if c.unit.startswith("£") and c.name.endswith("_gbp")}
    assert {c.name for _, c in COLUMNS if c.name.endswith("_gbp")} == pounds


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_table_names_each_column_once(table):
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))
    assert set(table.on_sheet) <= set(names)


def test_no_table_has_the_name_of_something_else_that_a_result_has():
    taken = {*vars(RunResult), *RunResult.__dataclass_fields__, *dir(dict), *vars(Tables)}
    assert taken & set(TABLES) == set()


def test_columns_stand_in_the_order_of_the_file():
    given = pd.DataFrame({name: EXTREMES[name] for name in ("change_gbp", "scenario", "case")})
    assert list(Tables({"extremes": given}).extremes.columns) == ["scenario", "case", "change_gbp"]


def test_attributes_stand_where_the_catalogue_puts_them():
    row = {"frail": "no", "scenario": "hub", "segment": 0, "place": "all", "gbp": 4_000.0, "patients": 10.0}
    given = pd.DataFrame([row | {"gbp_per_patient": 400.0, "change_gbp": -10.0, "imd": "1"}])
    assert list(Tables({"by_segment": given})["by_segment"].columns) == [
        "scenario", "segment", "place", "frail", "imd", "patients", "gbp", "gbp_per_patient", "change_gbp",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"case": None}, "table 'extremes': column 'case' is missing"),
        ({"kase": ["best"]}, "table 'extremes': column 'kase' is not declared, nearest: 'case'"),
    ],
)
def test_a_table_that_is_not_as_declared_is_refused(changed, said):
    given = {name: cells for name, cells in (EXTREMES | changed).items() if cells}
    with pytest.raises(ValueError, match=said):
        Tables({"extremes": pd.DataFrame(given)})


def test_a_table_that_the_catalogue_does_not_have_is_refused():
    with pytest.raises(ValueError, match="no table 'extreme'"):
        Tables({"extreme": pd.DataFrame(EXTREMES)})


def test_a_table_that_was_not_made_has_its_columns_and_no_rows():
    tables = Tables({})
    assert len(tables) == len(TABLES)
    assert list(tables.grid.columns) == [column.name for column in TABLES["grid"].columns]
    assert EVERY_ATTRIBUTE not in tables.by_segment
    assert {name for name, frame in tables.written().items() if len(frame)} == set()


def test_a_wrong_name_is_told_the_nearest():
    with pytest.raises(AttributeError, match="no table 'tornados'; nearest: 'tornado'"):
        _ = Tables({}).tornados
    assert "tornado" in dir(Tables({}))


def test_a_sheet_that_says_the_price_year_says_which_pounds_too():
    """Beside a headline of present values nobody can tell otherwise which the pounds of a sheet are."""
    silent = [sheet.name for sheet in SHEETS if sheet.dated and not sheet.discounted]
    assert silent == []
