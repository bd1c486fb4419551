"""The tables of one run by name: numbers only, one row a line of the CSV, columns in the CSV's order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from pathway_cost.errors import nearest_name
from pathway_cost.results.frames.catalogue import TABLES
from pathway_cost.results.frames.other_libraries import to_arrow, to_polars
from pathway_cost.results.frames.table_names import TableNames

if TYPE_CHECKING:
    import pyarrow as pa


class Tables(TableNames, Mapping[str, pd.DataFrame]):
    """Every table of the catalogue by its name, its columns checked once; one that was not made has no rows.

    What is taken out is a copy; `tables["bridge"]` and `tables.bridge` are the same.

    >>> tables = Tables({"extremes": pd.DataFrame({"scenario": ["hub"], "case": ["best"], "change_gbp": [-120.0]})})
    >>> tables.extremes["change_gbp"].tolist(), len(tables.tornado)
    ([-120.0], 0)
    """

    def __init__(self, frames: Mapping[str, pd.DataFrame]) -> None:
        unknown = [name for name in frames if name not in TABLES]
        if unknown:
            raise ValueError(f"the catalogue has no table {' or '.join(map(repr, unknown))}")
        nothing = pd.DataFrame()
        self._frames = {name: table.checked(frames.get(name, nothing)) for name, table in TABLES.items()}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in TABLES:
            raise KeyError(_none_called(name))
        return self._frames[name].copy(deep=False)  # pandas copies on write

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)

    def _called(self, name: str) -> pd.DataFrame:
        if name not in TABLES:
            raise AttributeError(_none_called(name))
        return self[name]

    def written(self) -> dict[str, pd.DataFrame]:
        """The tables that have a file: those of every run, and others where they have rows."""
        files = {name: self[name] for name, table in TABLES.items() if table.in_file}
        return {name: frame for name, frame in files.items() if TABLES[name].always or len(frame)}

    def to_arrow(self) -> dict[str, pa.Table]:
        """Every table by its name, as Arrow."""
        return {name: to_arrow(frame) for name, frame in self.items()}

    def to_polars(self) -> dict[str, Any]:
        """Every table by its name, as polars. Raises ModuleNotFoundError where polars is not installed."""
        return {name: to_polars(frame) for name, frame in self.items()}

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *TABLES]


def _none_called(name: str) -> str:
    near = nearest_name(name, TABLES)
    return f"a run has no table {name!r}" + (f"; nearest: {near!r}" if near else "")
