"""How much of some pounds the largest records make, asked of an extract as everything else is."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ibis.expr.types import DecimalColumn, DecimalValue

MONEY = "decimal(38, 8)"


def sizes(gbp: DecimalColumn) -> dict[str, DecimalValue]:
    """Pounds a record → `size`, the sum of them without their signs, and of those the `largest` and the `second`."""
    most, size = _most()(gbp.abs(), 2), gbp.abs().sum()
    return {"size": size, "largest": most[0].fill_null(0).cast(MONEY), "second": most[1].fill_null(0).cast(MONEY)}


@cache
def _most() -> Callable[..., Any]:
    """DuckDB's `max` of so many, the largest first, which Ibis has no name for."""
    import ibis

    made: Callable[..., Any] = ibis.udf.agg.builtin(name="max", signature=((MONEY, "int8"), f"array<{MONEY}>"))(_named)
    return made


def _named(values: Any, number: Any) -> Any:
    """Stand for what the database does itself."""
