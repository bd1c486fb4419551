"""An in-memory DuckDB that answers relations written in Ibis.

Relations here name a table and its columns, not a connection: the same question of another extract is the same relation, and
what was once written as SQL is not written again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from pathway_cost.plics.reading.asked_of_extracts import Columns, Given, Question, arrow_schema

if TYPE_CHECKING:
    import pandas as pd
    from ibis.expr.operations import Relation
    from ibis.expr.types import Table, Value

_QUESTIONS_KEPT: Final = 512
_GIVEN: Final = "given"
_DUCKDB: Final = {"int64": "BIGINT", "int32": "INT", "int16": "SMALLINT", "string": "TEXT", "float64": "DOUBLE"}
"""Type as Ibis writes it → as the database does, where that is another."""


class Database:
    """Tables by name, and what is asked of them; what finds no room in memory goes to `folder`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Database(Path(folder)) as database:
    ...     costs = database.small("costs", {"feed": "string", "gbp": "int64"}, [("OP", 30), ("OP", 12), ("EC", 5)])
    ...     sums = database.keep("sums", costs.group_by("feed").agg(gbp=costs.gbp.sum()))
    ...     database.value(sums.gbp.max()), database.frame(sums.order_by("feed")).to_numpy().tolist()
    (42, [['EC', 5], ['OP', 42]])
    """

    def __init__(self, folder: Path) -> None:
        import duckdb

        self._connection: Any = duckdb.connect(
            config={"temp_directory": str(folder), "python_enable_replacements": False}
        )

    def parquet(self, name: str, path: Path) -> Table:
        """A Parquet file under a name."""
        self._connection.read_parquet(str(path)).create_view(name)
        return _table(name, pq.read_schema(path))

    # --- questions asked of every extract alike ------------------------------------------------------------------------
    def view(self, name: str, path: Path, columns: Columns, said: Sequence[str | None] = ()) -> Given:
        """A Parquet file's columns under a name; and as `said_0`, `said_1` …, some of its columns as text, None for nothing."""
        texts = [f'CAST("{column}" AS TEXT)' if column else "CAST(NULL AS TEXT)" for column in said]
        named = [f'"{column}"' for column in columns] + [f"{text} AS said_{at}" for at, text in enumerate(texts)]
        self._connection.read_parquet(str(path)).project(", ".join(named)).create_view(name)
        return Given(name, (*columns.items(), *((f"said_{at}", "string") for at in range(len(said)))))

    def make(self, name: str, question: Question) -> Given:
        """The answer worked out and kept as a table, so that later questions do not repeat it."""
        found = Given(name, tuple(question.answered.columns.items()))
        kinds = ", ".join(f'"{column}" {_DUCKDB.get(kind, kind)}' for column, kind in found.columns)
        self._connection.execute(f'CREATE TEMP TABLE "{name}" ({kinds})')
        self.add(found, question)
        return found

    def add(self, table: Given, question: Question) -> None:
        """The answer put into a table that was made, below what it holds."""
        self._connection.execute(f'INSERT INTO "{table.name}" {question.answered.sql}')

    def given(self, name: str, columns: Columns, rows: Iterable[Sequence[object]]) -> Given:
        """A table of a few typed rows, or none."""
        self._made(name, columns, rows)
        return Given(name, tuple(columns.items()))

    def answer(self, question: Question) -> pd.DataFrame:
        """A small answer as a frame: exact decimals stay decimals, and a sum of nothing is None."""
        sql, columns = question.answered
        found: pa.Table = self._connection.sql(sql).to_arrow_table().cast(arrow_schema(columns))
        frame: pd.DataFrame = found.to_pandas(integer_object_nulls=True)
        return frame

    # --- what only some extracts are asked -----------------------------------------------------------------------------
    def keep(self, name: str, relation: Table) -> Table:
        """The relation worked out and kept, so that later steps do not repeat it."""
        import ibis

        for statement in _making(name, relation.op()):
            self._connection.execute(statement)
        return ibis.table(relation.schema(), name=name)

    def small(self, name: str, columns: Columns, rows: Iterable[Sequence[object]]) -> Table:
        """A table of a few typed rows, or none; `columns` is name → `string`, `int64` or `float64`."""
        return _table(name, self._made(name, columns, rows))

    def _made(self, name: str, columns: Columns, rows: Iterable[Sequence[object]]) -> pa.Schema:
        given = list(rows)
        values = zip(*given, strict=True) if given else ((),) * len(columns)
        schema = arrow_schema(columns)
        arrays = [pa.array(column, kind) for column, kind in zip(values, schema.types, strict=True)]
        self._connection.register(_GIVEN, pa.Table.from_arrays(arrays, schema=schema))
        self._connection.execute(f'CREATE TEMP TABLE "{name}" AS SELECT * FROM {_GIVEN}')  # noqa: S608  (names are ours)
        self._connection.unregister(_GIVEN)
        return schema

    def rows(self, relation: Table) -> pa.Table:
        """What the relation holds."""
        found: pa.Table = self._connection.sql(_sql(relation.op())).to_arrow_table()
        return found.cast(relation.schema().to_pyarrow())

    def frame(self, relation: Table) -> pd.DataFrame:
        """What a small relation holds, as a frame: exact decimals stay decimals, and a sum of nothing is None."""
        frame: pd.DataFrame = self.rows(relation).to_pandas(integer_object_nulls=True)
        return frame

    def value(self, number: Value) -> Any:
        """One count or sum; None where there is nothing to sum."""
        return self.rows(number.as_table())[0][0].as_py()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()


@lru_cache(_QUESTIONS_KEPT)
def _table(name: str, schema: pa.Schema) -> Table:
    """A table of such columns: the same object each time, so that what is made of it can be kept too."""
    import ibis

    return ibis.table(ibis.schema(pa.schema([column.with_nullable(True) for column in schema])), name=name)


@lru_cache(_QUESTIONS_KEPT)
def _sql(relation: Relation) -> str:
    import ibis

    return str(ibis.to_sql(relation.to_expr(), dialect="duckdb", pretty=False))


@lru_cache(_QUESTIONS_KEPT)
def _making(name: str, relation: Relation) -> tuple[str, str]:
    """Statements that make the table, its columns of the types that Ibis says, and fill it."""
    columns = ", ".join(column.sql("duckdb") for column in relation.schema.to_sqlglot_column_defs("duckdb"))
    return f'CREATE TEMP TABLE "{name}" ({columns})', f'INSERT INTO "{name}" {_sql(relation)}'
