"""Over which time a study looks, how cycles are counted, and what later pounds count for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypedDict

from pydantic import BeforeValidator, model_validator

from pathway_cost.specs.format.base import Number, Spec, Text

Step = Literal["day", "week", "month", "year"]
Count = Literal["start", "end", "half_cycle", "simpson"]
DiscountTiming = Literal["exact", "start_of_year", "mid_year", "end_of_year"]


class DiscountGiven(TypedDict, total=False):
    """`Discount` as a dict."""

    gbp: float | Literal["green_book", "none"]
    counts: float | Literal["green_book", "none"]
    timing: DiscountTiming


class IntakeGiven(TypedDict, total=False):
    """`Intake` as a dict: `over` or `shares`."""

    over: str
    shares: Sequence[float]
    first_year: str


def _as_text(given: Any) -> Any:
    return repr(given) if isinstance(given, int | float) and not isinstance(given, bool) else given


Rate = Annotated[Text, BeforeValidator(_as_text)]
"""A yearly rate, kept as written; or the name of a schedule; or `none`."""


class Discount(Spec):
    """How later pounds count less."""

    gbp: Rate = "none"
    """A yearly rate (0.035), `green_book` (HM Treasury's declining schedule) or `none`."""
    counts: Rate = "none"
    """The same for what is counted and not priced; `green_book` is the schedule for health."""
    timing: DiscountTiming = "exact"
    """Whether each instant is discounted, or each year by one factor."""


class Intake(Spec):
    """When patients start: evenly over a time, or in shares by period of the study."""

    over: Text | None = None
    """`12 months`: evenly."""
    shares: tuple[Number, ...] = ()
    """Share of the patients who start at the beginning of period 1, 2, …; they sum to 1."""
    first_year: Text | None = None
    """Financial year in which the first of them start (2026-27): each takes up a scenario as it stands in their own year. The
    first year for which a scenario states its uptake when left out."""

    @model_validator(mode="after")
    def _one_kind(self) -> Intake:
        if (self.over is None) == (not self.shares):
            raise ValueError("an intake is `over:` a time, or `shares:` by period")
        if self.shares and (min(self.shares) < 0 or abs(sum(self.shares) - 1) > 1e-9):
            raise ValueError("the shares of an intake lie in [0, 1] and sum to 1")
        return self


class StudyTime(Spec):
    """The time of a study; left out, the whole pathway, undiscounted."""

    horizon: Text | None = None
    """How long patients are followed (`20 years`); until they reach an end when left out."""
    discount: Discount | None = None
    count: Count | None = None
    """At which boundaries 0…N of the horizon a setting that repeats every cycle is counted; `start` when left out."""
    time_step: Step | None = None
    """Step of the clock where patients are followed through time; chosen by the horizon when left out."""
    period: Step | None = None
    """What the ledger over time is told by; a year when left out (a month for a horizon below two years)."""
    intake: Intake | None = None
