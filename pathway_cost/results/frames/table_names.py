"""The tables of the catalogue by name, as a type checker knows them: it tells a name that is mistyped."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


class TableNames:
    """What is read by the name of any table; a test holds this list to the catalogue."""

    if TYPE_CHECKING:
        summary: pd.DataFrame
        by_setting: pd.DataFrame
        by_organisation: pd.DataFrame
        by_component: pd.DataFrame
        by_segment: pd.DataFrame
        by_attribute: pd.DataFrame
        bridge: pd.DataFrame
        beside: pd.DataFrame
        uncertainty: pd.DataFrame
        information: pd.DataFrame
        acceptability: pd.DataFrame
        tornado: pd.DataFrame
        extremes: pd.DataFrame
        grid: pd.DataFrame
        evidence_sets: pd.DataFrame
        break_even: pd.DataFrame
        attribution: pd.DataFrame
        profile: pd.DataFrame
        profile_by_organisation: pd.DataFrame
        fan: pd.DataFrame
        distribution_summary: pd.DataFrame
        distribution: pd.DataFrame
        unit_costs_used: pd.DataFrame
        assumptions: pd.DataFrame
        changes: pd.DataFrame
        coverage: pd.DataFrame
    else:

        def __getattr__(self, name: str) -> pd.DataFrame:
            """A table by its name in the catalogue: `by_setting`, `tornado`; a copy.

            Raises:
                AttributeError: the catalogue has none of that name; with the nearest.
            """
            if name.startswith("_"):  # asked of an object that is only being made
                raise AttributeError(name)
            return self._called(name)
