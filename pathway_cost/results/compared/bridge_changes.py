"""The ordered bridge: what each change of a scenario added, given the changes before it."""

from __future__ import annotations

from collections.abc import Sequence

from pathway_cost import terms
from pathway_cost.engine.pounds.effects import ChangeEffect


def change_parts(
    steps: Sequence[ChangeEffect], *, from_total_gbp: float, to_total_gbp: float
) -> list[tuple[str, float]]:
    """What each change added, in order, as (name, pounds); the pounds sum to the whole change.

    Raises:
        ValueError: the last step does not reach `to_total_gbp`.

    >>> steps = [ChangeEffect("day_case", 1, "set_share surgery.home", 950.0),
    ...          ChangeEffect("day_case", 2, "scale_stay surgery", 900.0)]
    >>> change_parts(steps, from_total_gbp=1000.0, to_total_gbp=900.0)
    [('day_case 1: set_share surgery.home', -50.0), ('day_case 2: scale_stay surgery', -50.0)]
    """
    totals = [from_total_gbp, *(step.total_gbp for step in steps)]
    scale = sum(abs(total) for total in totals)
    if not abs(totals[-1] - to_total_gbp) <= terms.RELATIVE_TOLERANCE * scale:
        raise ValueError(f"the changes in order reach £{totals[-1]:,.2f}, the scenario £{to_total_gbp:,.2f}")
    return [
        (f"{step.scenario} {step.position}: {step.what}", after - before)
        for step, before, after in zip(steps, totals[:-1], totals[1:], strict=True)
    ]


def steps_after(
    steps: Sequence[ChangeEffect], *, from_scenarios: Sequence[str], to_scenarios: Sequence[str]
) -> tuple[ChangeEffect, ...] | None:
    """The steps that lead from one composition to a longer one that begins with it; None for any other pair."""
    known = len(from_scenarios)
    if tuple(to_scenarios[:known]) != tuple(from_scenarios):
        return None
    later = set(to_scenarios[known:])
    return tuple(step for step in steps if step.scenario in later)
