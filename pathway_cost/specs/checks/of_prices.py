"""Prices that a scenario sets, and numbers it multiplies by, that can hardly be meant. One rule a function."""

from __future__ import annotations

from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.percent import times_hardly_meant
from pathway_cost.specs.format import (
    Fixed,
    Named,
    ScaleParameter,
    ScalePatients,
    ScaleQuantity,
    ScaleStay,
    ScaleUnitCost,
    Scenario,
    SetPrice,
    shown_number,
)

Scales = ScaleParameter | ScalePatients | ScaleQuantity | ScaleStay | ScaleUnitCost


def price_set_below_zero(scenario: Scenario) -> list[Problem]:
    """A price below £0 that the change does not call a rebate."""
    return [
        Problem(
            "price_set_below_zero",
            f"{scenario.scenario} sets {change.set_price.unit_cost} to −£{-change.to.gbp:,.2f}, below £0",
            Where(item=f"changes.{index}.to.gbp"),
            remedy="correct the sign, or write `negative: allowed` beside a rebate",
            severity=Severity.WARNING,
            about=(("scenario", scenario.scenario), ("price", str(change.set_price.unit_cost))),
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
            about=(("scenario", scenario.scenario), ("price", str(change.set_price.unit_cost))),
        )
        for index, change in _prices_set(scenario)
        if change.to.gbp == 0
    ]


def scaled_by_a_percentage(scenario: Scenario) -> list[Problem]:
    """Something multiplied by 10 or more: 75 for 75%."""
    return [
        Problem(
            "scaled_by_a_percentage",
            f"{change.verb} multiplies by {shown_number(times)}{meant}",
            Where(item=f"changes.{index}.by"),
            severity=Severity.WARNING,
            about=(("scenario", scenario.scenario),),
        )
        for index, change in enumerate(scenario.changes)
        if isinstance(change, Scales)
        and (times := _times(scenario, change)) is not None
        and (meant := times_hardly_meant(times))
    ]


def hardly_meant(scenario: Scenario) -> list[Problem]:
    """Every price below £0 or of £0 that a scenario sets, and everything it multiplies by a percentage."""
    return [*price_set_below_zero(scenario), *price_set_to_nothing(scenario), *scaled_by_a_percentage(scenario)]


def _times(scenario: Scenario, change: Scales) -> float | None:
    """The plain number that a change multiplies by, also as a parameter of the scenario."""
    by = change.by
    if isinstance(by, Named) and by.name in scenario.parameters:
        by = scenario.parameters[by.name].value or by
    return by.number if isinstance(by, Fixed) else by if isinstance(by, int | float) else None


def _prices_set(scenario: Scenario) -> list[tuple[int, SetPrice]]:
    return [(index, change) for index, change in enumerate(scenario.changes) if isinstance(change, SetPrice)]
