"""Prices that a scenario sets and that can hardly be meant. One rule a function."""

from __future__ import annotations

from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.specs.scenario import Scenario, SetPrice


def price_set_below_zero(scenario: Scenario) -> list[Problem]:
    """A price below £0 that the change does not call a rebate."""
    return [
        Problem(
            "price_set_below_zero",
            f"{scenario.scenario} sets {change.set_price.unit_cost} to −£{-change.to.gbp:,.2f}, below £0",
            Where(item=f"changes.{index}.to.gbp"),
            remedy="correct the sign, or write `negative: allowed` beside a rebate",
            severity=Severity.WARNING,
        )
        for index, change in _prices_set(scenario)
        if change.to.gbp < 0 and change.to.negative is None
    ]


def price_set_to_nothing(scenario: Scenario) -> list[Problem]:
    """A price of £0: what it pays for costs nothing."""
    return [
        Problem(
            "price_set_to_nothing",
            f"{scenario.scenario} sets {change.set_price.unit_cost} to £0, so that what is used of it costs nothing",
            Where(item=f"changes.{index}.to.gbp"),
            remedy="give the price, or remove the use",
            severity=Severity.WARNING,
        )
        for index, change in _prices_set(scenario)
        if change.to.gbp == 0
    ]


def prices_hardly_meant(scenario: Scenario) -> list[Problem]:
    """Every price below £0 or of £0 that a scenario sets."""
    return [*price_set_below_zero(scenario), *price_set_to_nothing(scenario)]


def _prices_set(scenario: Scenario) -> list[tuple[int, SetPrice]]:
    return [(index, change) for index, change in enumerate(scenario.changes) if isinstance(change, SetPrice)]
