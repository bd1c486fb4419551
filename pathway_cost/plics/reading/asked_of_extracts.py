"""Questions that every extract is asked alike: written once, in Ibis, and shipped as the SQL that Ibis makes of them.

So pricing an extract neither imports Ibis nor translates again what never changes. Where a table is not as the shipped
question knew it, or the question is not among them, Ibis is asked on the spot. `python -m tests.plics.pricing.asked_by_ibis`
writes the shipped ones again; a test holds them against what Ibis says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa

if TYPE_CHECKING:
    from ibis.expr.types import Table

Columns = Mapping[str, str]
"""Column → its type, as Ibis writes it (`decimal(38, 8)`)."""

SHIPPED: Final = Path(__file__).with_name("asked_of_extracts.json")
_QUESTIONS_KEPT: Final = 512


@dataclass(frozen=True)
class Given:
    """A table of a database: its name, and its columns with their types."""

    name: str
    columns: tuple[tuple[str, str], ...]

    @property
    def relation(self) -> Table:
        """The table as Ibis knows it."""
        return _relation(self)


class Answered(NamedTuple):
    """A question as SQL, and the columns of its answer."""

    sql: str
    columns: Columns


@dataclass(frozen=True, repr=False)
class Question:
    """What is asked of some tables: a function from their relations to another relation."""

    asks: Callable[..., Table]
    of: tuple[Given, ...]

    @property
    def name(self) -> str:
        """What the question is shipped under."""
        return f"{self.asks.__module__.rpartition('.')[2]}.{self.asks.__name__}"

    @cached_property
    def answered(self) -> Answered:
        """The question as SQL: as shipped where it is asked of the same tables, else by Ibis."""
        shipped = _shipped().get(self.name)
        if shipped is not None and shipped["of"] == told(self.of):
            return Answered(shipped["sql"], shipped["columns"])
        return by_ibis(self)


def asking(asks: Callable[..., Table], *of: Given) -> Question:
    """A question of some tables."""
    return Question(asks, of)


def told(tables: tuple[Given, ...]) -> dict[str, dict[str, str]]:
    """Tables by name, with their columns, as the shipped questions say them."""
    return {table.name: dict(table.columns) for table in tables}


@lru_cache(_QUESTIONS_KEPT)
def by_ibis(question: Question) -> Answered:
    """The question as SQL, as Ibis makes it."""
    import ibis

    relation = question.asks(*(table.relation for table in question.of))
    sql = str(ibis.to_sql(relation, dialect="duckdb", pretty=False))
    return Answered(sql, {name: str(kind).lstrip("!") for name, kind in relation.schema().items()})


def arrow_schema(columns: Columns) -> pa.Schema:
    """Columns as Arrow has them.

    >>> arrow_schema({"n": "int64", "gbp": "decimal(38, 8)"}).types
    [DataType(int64), Decimal128Type(decimal128(38, 8))]
    """
    return pa.schema([(name, _arrow(kind)) for name, kind in columns.items()])


def _arrow(kind: str) -> pa.DataType:
    if not kind.startswith("decimal"):
        return pa.type_for_alias({"boolean": "bool", "date": "date32"}.get(kind, kind))
    digits, places = kind.removeprefix("decimal(").rstrip(")").split(", ")
    return pa.decimal128(int(digits), int(places))


def columns_of(schema: pa.Schema) -> dict[str, str]:
    """Arrow's columns as Ibis writes them."""
    return {column.name: _ibis(column.type) for column in schema}


def _ibis(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision}, {kind.scale})"
    return {"bool": "boolean", "date32[day]": "date", "double": "float64"}.get(str(kind), str(kind))


@lru_cache(_QUESTIONS_KEPT)
def _relation(table: Given) -> Table:
    import ibis

    return ibis.table(dict(table.columns), name=table.name)


@cache
def _shipped() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(SHIPPED.read_text(encoding="utf-8")) if SHIPPED.is_file() else {}
    return found
