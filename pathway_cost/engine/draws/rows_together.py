"""Tables of parameter values one after the other, to be costed in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pathway_cost.specs.format import Parameter

Floats = NDArray[np.float64]


class Rows(Protocol):
    """D rows of parameter values; see `ParameterTable`."""

    @property
    def count(self) -> int:
        """D."""

    def values(self, parameters: Mapping[str, Parameter]) -> dict[str, Floats]:
        """Name → (D,) values of what varies; not a number where it is as stated."""

    def reads(self, name: str) -> bool:
        """Whether anything is read under a name."""

    def multiplier(self, organisation: str, unit_cost: str, relative_se: float) -> Floats | None:
        """(D,) what a price is multiplied by; None where it does not vary."""

    def rows(self, chosen: slice) -> Rows:
        """Some of the rows."""


@dataclass(frozen=True)
class RowsTogether:
    """The rows of several tables, one table after the other: what one of them does not read is as stated in its rows."""

    tables: Sequence[Rows]

    @property
    def count(self) -> int:
        """The rows of all."""
        return sum(table.count for table in self.tables)

    def values(self, parameters: Mapping[str, Parameter]) -> dict[str, Floats]:
        """As `ParameterTable.values`, not a number where a value is as stated."""
        found = [table.values(parameters) for table in self.tables]
        names = dict.fromkeys(name for values in found for name in values)
        return {name: self._joined([values.get(name) for values in found], np.nan) for name in names}

    def reads(self, name: str) -> bool:
        """As `ParameterTable.reads`."""
        return any(table.reads(name) for table in self.tables)

    def multiplier(self, organisation: str, unit_cost: str, relative_se: float) -> Floats | None:
        """As `ParameterTable.multiplier`."""
        found = [table.multiplier(organisation, unit_cost, relative_se) for table in self.tables]
        return None if all(each is None for each in found) else self._joined(found, 1.0)

    def rows(self, chosen: slice) -> RowsTogether:
        """As `ParameterTable.rows`, for rows that follow one another."""
        first, last, _ = chosen.indices(self.count)
        tables, before = list[Rows](), 0
        for table in self.tables:
            here = slice(max(first - before, 0), max(last - before, 0))
            tables.append(table.rows(here))
            before += table.count
        return RowsTogether([table for table in tables if table.count])

    def _joined(self, values: Sequence[Floats | None], missing: float) -> Floats:
        each = zip(values, self.tables, strict=True)
        return np.concatenate([np.full(table.count, missing) if one is None else one for one, table in each])
