"""Over which time patients are followed, at which boundaries cycles count, and what later pounds count for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

from pathway_cost import terms
from pathway_cost.engine.model.discounting import Discounting
from pathway_cost.specs.format import Pathway, names_read, once_whatever_numbers, rests_on, values_of

Count = Literal["start", "end", "half_cycle", "simpson"]
Unit = Literal["day", "week", "month", "year"]
Evaluator = Literal["expected", "profile"]


class Starting(NamedTuple):
    """Patients who start evenly from one day of the study to another (at once where they are the same), and their share."""

    from_day: float
    to_day: float
    share: float


@dataclass(frozen=True, repr=False)
class Timing:
    """A study's horizon, counting, discounting, steps and intake; all left out: the whole pathway, undiscounted.

    >>> Timing().needs_steps, Timing(horizon_days=365.0).needs_steps
    (False, True)
    >>> Timing(gbp=Discounting(((0.0, 0.035),))).needs_steps   # a flat rate at every instant has a closed form
    False
    """

    horizon_days: float | None = None
    count: Count = "start"
    gbp: Discounting | None = None
    """Of pounds."""
    counts: Discounting | None = None
    """Of what is counted and not priced."""
    step: Unit | None = None
    period: Unit | None = None
    intake_over_days: float | None = None
    intake_shares: tuple[float, ...] = ()
    """Share of the patients who start with period 1, 2, …."""
    first_year: str | None = None
    """Financial year in which the first patients of an intake start, for uptake by year."""
    starting: tuple[Starting, ...] = ()
    """When the patients looked at start, where they are only some of an intake; shares sum to 1."""
    stepped: bool = False
    """Whether time is stepped through though nothing here asks for it: another pathway compared needs it."""

    @property
    def discounts(self) -> bool:
        """Whether later pounds or counts count less."""
        return self.gbp is not None or self.counts is not None

    @property
    def has_intake(self) -> bool:
        """Whether patients start over time."""
        return self.intake_over_days is not None or bool(self.intake_shares)

    def starts(self, period_days: float) -> tuple[Starting, ...]:
        """When patients start; all at the start of the study where it has no intake.

        >>> Timing(intake_shares=(0.4, 0.0, 0.6)).starts(365.0)
        (Starting(from_day=0.0, to_day=0.0, share=0.4), Starting(from_day=730.0, to_day=730.0, share=0.6))
        """
        if self.starting:
            return self.starting
        if self.intake_over_days is not None:
            return (Starting(0.0, self.intake_over_days, 1.0),)
        days = [(number * period_days, share) for number, share in enumerate(self.intake_shares) if share > 0]
        return tuple(Starting(day, day, share) for day, share in days) or (Starting(0.0, 0.0, 1.0),)

    @property
    def needs_steps(self) -> bool:
        """Whether time must be stepped through, whatever the pathway."""
        flat = all(each is None or each.flat_daily is not None for each in (self.gbp, self.counts))
        return self.stepped or self.horizon_days is not None or self.has_intake or self.period is not None or not flat


WHOLE: Final = Timing()


def evaluator_of(pathway: Pathway, timing: Timing) -> Evaluator:
    """How a pathway is worked out in a study's time: `profile` (steps) where needed, else `expected` (closed form).

    >>> from pathway_cost.study.lone_specs import load_pathway
    >>> knee = load_pathway("elective_knee")
    >>> evaluator_of(knee, WHOLE), evaluator_of(knee, Timing(horizon_days=365.0))
    ('expected', 'profile')
    """
    return "profile" if timing.needs_steps or reads_clock(pathway) else "expected"


def timing_for(pathways: Iterable[Pathway], timing: Timing) -> Timing:
    """The study's time, in steps for all pathways compared where one of them needs steps."""
    stepped = any(reads_clock(pathway) for pathway in pathways)
    return replace(timing, stepped=True) if stepped else timing


@once_whatever_numbers
def reads_clock(pathway: Pathway) -> bool:
    """Whether any value in use depends on time."""
    read = (names_read(stated.value) for stated in values_of(pathway) if stated.kind != "stay")
    return bool(clock_words(pathway, frozenset[str]().union(*read)))


def clock_words(pathway: Pathway, names: frozenset[str]) -> frozenset[str]:
    """The clock words (`years`, `cycle`, …) that names rest on, directly or through parameters."""
    return rests_on(pathway, names) & frozenset(terms.CLOCK_WORDS)
