"""A fan: the modelled change so far, year after year, as a line with bands that widen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pathway_cost.reports.charts.axes import (
    Point,
    Scale,
    axis_title,
    drawing,
    levels,
    money_marks,
    outline,
    path,
    round_scale,
    uprights,
)
from pathway_cost.reports.words import Html, joined, number, short_pounds, tag

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560.0, 300.0, 66.0, 74.0, 14.0, 44.0
YEAR, MONTH = 365.0, 365.0 / 12.0
APART = 13.0  # pixels between figures at the end
BANDS = (("p2_5", "p97_5", 0.16), ("p25", "p75", 0.3))


@dataclass(frozen=True)
class Ray:
    """The change so far at the end of a period: pounds; what is not drawn is NaN."""

    day: float
    mean: float
    p2_5: float = math.nan
    p25: float = math.nan
    p50: float = math.nan
    p75: float = math.nan
    p97_5: float = math.nan

    @property
    def middle(self) -> float:
        """The median, or the mean where nothing is drawn."""
        return self.mean if math.isnan(self.p50) else self.p50

    @property
    def all(self) -> tuple[float, ...]:
        """Every figure there is."""
        given = (self.middle, self.p2_5, self.p25, self.p75, self.p97_5)
        return tuple(value for value in given if not math.isnan(value))


def fan_scale(fans: Sequence[Sequence[Ray]]) -> tuple[Scale, list[float]]:
    """One scale of pounds for several fans, so that they can be compared; nothing is always on it."""
    values = [value for rays in fans for ray in rays for value in ray.all]
    return round_scale(min([0.0, *values]), max([0.0, *values]), (HEIGHT - BOTTOM, TOP), 5)


def fan(rays: Sequence[Ray], up: tuple[Scale, list[float]], colour: str, *, label: str) -> Html:
    """The fan from nothing on day 0: bands of 95% and 50%, the median (or, where nothing is drawn, the mean)."""
    scale, marks = up
    days, times, words, unit = _time(rays[-1].day)
    rays = [Ray(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), *rays]
    drawn = not math.isnan(rays[-1].p2_5)
    bands = [_band(rays, scale, days, each, colour) for each in BANDS] if drawn else []
    points = [(days.at(ray.day), scale.at(ray.middle)) for ray in rays]
    line = tag("path", d=path(points), fill="none", stroke=colour, stroke_width=2.5)
    span = (LEFT, WIDTH - RIGHT)
    grid = [
        uprights(days, times, words, (TOP, HEIGHT - BOTTOM), HEIGHT - BOTTOM + 16),
        levels(scale, marks, money_marks(marks), span),
        axis_title(unit, (span[0] + span[1]) / 2, HEIGHT - 8),
    ]
    return drawing(
        *grid, *bands, line, _ends(rays[-1], scale, drawn=drawn), size=(WIDTH, HEIGHT), label=label, class_="fan"
    )


def _time(last: float) -> tuple[Scale, list[float], list[str], str]:
    """Years where the run is longer than two, else months: scale, marks, their words, what they are."""
    length, unit = (YEAR, "years from the start") if last > 2 * YEAR else (MONTH, "months from the start")
    whole = max(math.floor(last / length + 1e-9), 1)
    step = next(step for step in (1, 2, 3, 5, 6, 10, 12, 20, 25, 50, 100, 1000) if whole / step <= 12)
    marks = [length * place for place in range(0, whole + 1, step)]
    words = [number(mark / length) for mark in marks]
    return Scale(0.0, max(last, 1.0), LEFT, WIDTH - RIGHT), marks, words, unit


def _band(rays: Sequence[Ray], scale: Scale, days: Scale, band: tuple[str, str, float], colour: str) -> Html:
    low, high, opacity = band
    there: list[Point] = [(days.at(ray.day), scale.at(getattr(ray, low))) for ray in rays]
    back: list[Point] = [(days.at(ray.day), scale.at(getattr(ray, high))) for ray in reversed(rays)]
    return tag("path", d=outline([*there, *back]), fill=colour, fill_opacity=opacity)


def _ends(last: Ray, scale: Scale, *, drawn: bool) -> Html:
    """The figures at the end: the middle, and the ends of the wide band where there is room for them."""
    middle = scale.at(last.middle)
    shown = [(last.middle, middle, "name")]
    ends = (last.p97_5, last.p2_5) if drawn else ()
    shown += [(value, scale.at(value), "axis") for value in ends if abs(scale.at(value) - middle) >= APART]
    return joined(
        tag("text", short_pounds(value, signed=True), x=WIDTH - RIGHT + 6, y=y + 4, class_=kind)
        for value, y, kind in shown
    )
