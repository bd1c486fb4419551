"""What time, chance and alternatives say of a run: frames that are empty where the study did not ask."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import pandas as pd


def _nothing() -> pd.DataFrame:
    return pd.DataFrame()


@dataclass(frozen=True, eq=False)
class Explored:
    """Numbers only, unrounded, pounds as the study's headline (present value where it discounts).

    >>> Explored().names()
    ()
    """

    uncertainty: pd.DataFrame = field(default_factory=_nothing)
    """Scenario × measure: mean, sd and percentiles over the draws, and how often it is below 0."""
    acceptability: pd.DataFrame = field(default_factory=_nothing)
    """Scenario × threshold: probability of costing at most so much more a patient than the first."""
    information: pd.DataFrame = field(default_factory=_nothing)
    """Group of parameters: expected value of perfect information."""
    fan: pd.DataFrame = field(default_factory=_nothing)
    """Scenario × period: the change so far, with its interval where parameters are drawn."""
    tornado: pd.DataFrame = field(default_factory=_nothing)
    """Scenario × parameter at the ends of its interval."""
    grid: pd.DataFrame = field(default_factory=_nothing)
    """Scenario × two parameters over a grid."""
    extremes: pd.DataFrame = field(default_factory=_nothing)
    """Scenario with every parameter at its best, and at its worst, end."""
    break_even: pd.DataFrame = field(default_factory=_nothing)
    """Scenario × lever: how far it must move before the scenario costs nothing more."""
    evidence_sets: pd.DataFrame = field(default_factory=_nothing)
    """Scenario × named alternative values, side by side."""
    attribution: pd.DataFrame = field(default_factory=_nothing)
    """Scenario × change: its part of the change in order, free of order, and weighted by its evidence."""
    profile: pd.DataFrame = field(default_factory=_nothing)
    """Scenario × period × setting: visits, patients present, pounds."""
    profile_by_organisation: pd.DataFrame = field(default_factory=_nothing)
    """Scenario × period × organisation: pounds."""
    distribution: pd.DataFrame = field(default_factory=_nothing)
    """Scenario × range of cost: sampled patients."""
    distribution_summary: pd.DataFrame = field(default_factory=_nothing)
    """Scenario: mean, sd and percentiles of the cost of sampled patients, beside the exact mean and sd."""

    def names(self) -> tuple[str, ...]:
        """The frames that have rows."""
        return tuple(each.name for each in fields(self) if len(getattr(self, each.name)))
