"""A study's time: its words become days and yearly rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pathway_cost.engine.model import Discounting, Timing
from pathway_cost.errors import Problem, SpecFaults, raise_if_any
from pathway_cost.specs.checks.of_time import time_misfit, time_without_sense
from pathway_cost.specs.format import Discount, Pathway, Scenario, StudyTime, duration_days
from pathway_cost.specs.reading.read_specs import from_mapping
from pathway_cost.tables.prices.discount_schedules import GREEN_BOOK


def checked_timing(pathway: Pathway, scenarios: Sequence[Scenario], **given: Any) -> tuple[Timing, tuple[Problem, ...]]:
    """The time that a caller gives by the words of a study (what is None was left out), and what must be said of it.

    Raises:
        SpecFaults: words that a study would not have either, or that do not fit the pathway.

    >>> from pathway_cost.study.lone_specs import load_pathway
    >>> checked_timing(load_pathway("elective_knee"), (), horizon="1 year")[0].horizon_days
    365.0
    """
    time = from_mapping({name: value for name, value in given.items() if value is not None}, StudyTime)
    raise_if_any(time_without_sense(time), SpecFaults, stage="meaning")
    by_name = {each.scenario: each for each in scenarios}
    notes = raise_if_any(time_misfit(time, pathway, by_name), SpecFaults, stage="meaning")
    return timing_of(time), notes


def timing_of(study: StudyTime) -> Timing:
    """The words of a study, once checked → horizon, counting, discounting and intake, in days and yearly rates.

    >>> timing = timing_of(StudyTime.model_validate({"horizon": "2 years", "discount": {"gbp": 0.035}}))
    >>> timing.horizon_days, timing.gbp.rates, timing.counts
    (730.0, ((0.0, 0.035),), None)
    """
    over = None if study.intake is None or study.intake.over is None else duration_days(study.intake.over)
    return Timing(
        horizon_days=None if study.horizon is None else duration_days(study.horizon),
        count=study.count or "start",
        gbp=_discounting(study.discount, "gbp"),
        counts=_discounting(study.discount, "counts"),
        step=study.time_step,
        period=study.period,
        intake_over_days=over,
        intake_shares=() if study.intake is None else study.intake.shares,
        first_year=None if study.intake is None else study.intake.first_year,
    )


def _discounting(discount: Discount | None, of: Literal["gbp", "counts"]) -> Discounting | None:
    rate = "none" if discount is None else getattr(discount, of)
    if discount is None or rate == "none":
        return None
    if rate == "green_book":
        return Discounting(GREEN_BOOK[of].rates, discount.timing)
    return Discounting(((0.0, float(rate)),), discount.timing) if float(rate) else None
