"""Each Ibis function that pricing uses, on the pinned versions: what it gives, nulls and all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest

from pathway_cost.plics.reading.database import Database


@pytest.fixture(scope="module")
def connection():
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


@pytest.fixture(scope="module")
def table(connection):
    rows = pa.table({
        "id": [1, 2, 3, 4],
        "code": ["HN22A", "HN23", None, ""],
        "group": ["a", "a", "b", "b"],
        "count": pa.array([2, None, 0, 5], pa.int16()),
        "start": [date(2024, 5, 2), date(2024, 5, 1), None, date(2024, 5, 1)],
        "end": [date(2024, 5, 4), date(2024, 5, 1), date(2024, 5, 9), None],
        "gbp": pa.array([Decimal("0.10000000"), Decimal("0.20000000"), Decimal("-9999999999.99999999"), Decimal("0.00000001")],
                        pa.decimal128(18, 8)),
    })  # fmt: skip
    return connection.create_table("small", rows, temp=True)


def listed(table, value):
    """The values by id, with None for what is missing."""
    return table.select("id", value=value).order_by("id").to_pyarrow()["value"].to_pylist()


def test_decimals_are_summed_exactly_and_cast_after(table):
    assert table.gbp.sum().to_pyarrow().as_py() == Decimal("-9999999999.69999998")
    assert table.filter(table.group == "a").gbp.sum().cast("float64").execute() == 0.3
    assert table.schema()["gbp"] == ibis.dtype("decimal(18, 8)")
    assert str(table.gbp.sum().type()) == "decimal(38, 8)"


def test_decimal_times_a_small_whole_number_is_exact(table):
    assert listed(table, table.gbp.sum().over(group_by="id") * (table.id - 1).cast("decimal(4, 0)"))[2] == Decimal(
        "-19999999999.99999998"
    )


def test_startswith_and_isin_of_a_missing_value_are_missing(table):
    assert listed(table, table.code.startswith("HN22")) == [True, False, None, False]
    assert listed(table, table.code.startswith("")) == [True, True, None, True]
    assert listed(table, table.code.isin(["HN23"])) == [False, True, None, False]
    assert listed(table, table["count"].cast("string").isin(["2"])) == [True, None, False, False]


def test_filter_leaves_out_what_is_missing(table):
    assert table.filter(table.code.startswith("HN") & (table.group == "a")).count().execute() == 2
    assert table.filter(table.code.notnull()).count().execute() == 3
    assert table.filter(table.code.isnull()).count().execute() == 1


def test_fill_null_nullif_coalesce(table):
    assert listed(table, table.code.fill_null("?")) == ["HN22A", "HN23", "?", ""]
    assert listed(table, table["count"].nullif(0)) == [2, None, None, 5]
    assert listed(table, table["count"].nullif(0).coalesce(table.id)) == [2, 2, 3, 5]


def test_text_joined_with_a_missing_value_is_missing(table):
    assert listed(table, "level=" + table.code) == ["level=HN22A", "level=HN23", None, "level="]


def test_ifelse_cases_literal(table):
    assert listed(table, ibis.ifelse(table["count"] > 0, 1, 0)) == [1, 0, 0, 1]
    assert listed(table, ibis.ifelse(table["count"] <= 0, 0.5, table["count"])) == [2.0, None, 0.5, 5.0]
    assert listed(table, ibis.cases((table.id == 1, "one"), (table.id < 3, "few"), else_="many")) == [
        "one",
        "few",
        "many",
        "many",
    ]
    assert listed(table, table.group.cases(("b", 0), ("c", 1))) == [None, None, 0, 0]
    assert listed(table, ibis.literal(None, "string")) == [None] * 4


def test_days_between_two_dates(table):
    assert listed(table, table.end.delta(table.start, unit="day")) == [2, 0, None, None]


def test_windows_order_missing_values_last(table):
    order = [table.start.asc(nulls_first=False), table.id]
    window = ibis.window(group_by="group", order_by=order)
    assert listed(table, table.id.first().over(window)) == [2, 2, 4, 4]
    assert listed(table, (table["count"].fill_null(0) > 0).all().over(window)) == [False] * 4
    assert listed(table, ibis.row_number().over(window)) == [1, 0, 1, 0]


def test_aggregates_with_a_condition(table):
    grouped = table.group_by("group").agg(
        least=table.id.min(where=table["count"] > 2),
        most=table.id.max(where=table["count"] > 2),
        above=(table["count"] > 0).sum(),
        rows=table.count(),
        different=table.code.nunique(),
    )
    assert grouped.order_by("group").to_pyarrow().to_pylist() == [
        {"group": "a", "least": None, "most": None, "above": 1, "rows": 2, "different": 2},
        {"group": "b", "least": 4, "most": 4, "above": 1, "rows": 2, "different": 1},
    ]


def test_joins(table, connection):
    other = connection.create_table("other", pa.table({"id": [1, 1, 9], "x": [10, 11, 90]}), temp=True)
    assert table.inner_join(other, "id").count().execute() == 2
    assert table.semi_join(other, ["id"]).count().execute() == 1
    assert table.anti_join(other, "id").count().execute() == 3
    left = table.left_join(other, "id").drop("id_right")
    assert sorted(left.to_pyarrow()["x"].to_pylist(), key=str) == [10, 11, None, None, None]
    assert table.inner_join(other, table.id == other.x - 9).count().execute() == 2


def test_union_distinct_rename_select(table):
    twice = table.select("group").union(table.select("group"))
    assert twice.count().execute() == 8
    assert twice.distinct().count().execute() == 2
    renamed = table.rename(unit="id").select("unit", here="group")
    assert renamed.columns == ("unit", "here")
    assert table.group_by("group", kind="code").agg(n=table.count()).columns == ("group", "kind", "n")


def test_an_empty_small_table_keeps_its_types(tmp_path):
    with Database(tmp_path) as database:
        made = database.small("nothing", {"rule": "int64", "code": "string"}, [])
        assert made.schema() == ibis.schema({"rule": "int64", "code": "string"})
        assert database.value(made.count()) == 0
        assert database.rows(made).schema == pa.schema({"rule": pa.int64(), "code": pa.string()})


def test_a_question_asked_of_another_extract_is_answered_from_that_extract(tmp_path):
    def most(*values):
        with Database(tmp_path) as database:
            given = database.small("given_values", {"value": "int64"}, [(value,) for value in values])
            kept = database.keep("kept", given.filter(given.value < 10))
            return database.value(kept.value.max()), database.frame(kept.agg(sum=kept.value.sum()))["sum"].tolist()

    assert most(3, 5, 12) == (5, [8])
    assert most(7, 1) == (7, [8])
    assert most()[0] is None


def test_parquet_is_read_with_its_decimals(connection, tmp_path):
    import pyarrow.parquet as pq

    pq.write_table(
        pa.table({"gbp": pa.array([Decimal("1.00000001")], pa.decimal128(18, 8))}), tmp_path / "lines.parquet"
    )
    assert connection.read_parquet(str(tmp_path / "lines.parquet")).gbp.sum().to_pyarrow().as_py() == Decimal(
        "1.00000001"
    )


def test_ibis_is_imported_only_when_something_is_priced():
    import subprocess
    import sys

    code = "import sys, pathway_cost.plics.pricing.price_extract; assert not {'ibis', 'duckdb'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
