"""Small bars inside a table's cell: an interval, or where a break-even lies against what is plausible."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pathway_cost.reports.charts.axes import Scale, outline
from pathway_cost.reports.charts.bars import INK, LINE, UP
from pathway_cost.reports.words import Html, joined, tag

WIDTH, HEIGHT, MIDDLE = 190.0, 18.0, 9.0
PLAUSIBLE, BLUE = "#b9d3ea", "#005eb8"
AROUND = 0.6  # of the plausible range, shown either side of it


@dataclass(frozen=True)
class Interval:
    """A mean in its 50% and 95% interval, one unit throughout."""

    mean: float
    p2_5: float
    p25: float
    p75: float
    p97_5: float


def interval_scale(intervals: Sequence[Interval]) -> Scale:
    """One scale for all rows of a table; nothing is always on it.

    >>> interval_scale([Interval(-5.0, -9.0, -6.0, -4.0, -1.0)])
    Scale(low=-9.0, high=0.0, start=4.0, end=186.0)
    """
    ends = [0.0, *(value for each in intervals for value in (each.p2_5, each.p97_5, each.mean) if math.isfinite(value))]
    low, high = min(ends), max(ends)
    return Scale(low, high if high > low else low + 1.0, 4.0, WIDTH - 4.0)


def interval_bar(interval: Interval, scale: Scale, *, label: str) -> Html:
    """A thin bar of 95%, a thick one of 50%, a tick at the mean; the line of nothing behind them."""
    zero, mean = scale.at(0.0), scale.at(interval.mean)
    return _small(
        tag("line", x1=zero, x2=zero, y1=0, y2=HEIGHT, stroke=INK),
        _bar(scale.at(interval.p2_5), scale.at(interval.p97_5), 4.0, BLUE, 0.4),
        _bar(scale.at(interval.p25), scale.at(interval.p75), 10.0, BLUE, 0.75),
        tag("line", x1=mean, x2=mean, y1=2, y2=HEIGHT - 2, stroke=INK, stroke_width=2),
        label=label,
    )


def _bar(start: float, end: float, height: float, colour: str, opacity: float) -> Html:
    return tag(
        "rect", x=min(start, end), y=MIDDLE - height / 2, width=max(abs(end - start), 1.0), height=height, fill=colour, fill_opacity=opacity
    )  # fmt: skip


def value_scale(values: Sequence[float]) -> Scale:
    """One scale for the bars of a table's column; nothing is always on it.

    >>> value_scale([-190.21, 25.0])
    Scale(low=-190.21, high=25.0, start=4.0, end=186.0)
    """
    known = [0.0, *filter(math.isfinite, values)]
    return Scale(min(known), max(known) if max(known) > min(known) else min(known) + 1.0, 4.0, WIDTH - 4.0)


def value_bar(value: float, scale: Scale, colour: str, *, label: str) -> Html:
    """A bar from nothing to a value; the line of nothing behind it."""
    zero = scale.at(0.0)
    bar = _bar(zero, scale.at(value), 10.0, colour, 1.0) if math.isfinite(value) else Html("")
    return _small(tag("line", x1=zero, x2=zero, y1=0, y2=HEIGHT, stroke=INK), bar, label=label)


def plausible_scale(low: float, high: float) -> Scale:
    """The plausible range with room on either side; what lies further is drawn at the edge, as an arrow.

    >>> plausible_scale(1.0, 2.0).high
    2.6
    """
    span = (high - low) or abs(high) or 1.0
    return Scale(low - AROUND * span, high + AROUND * span, 6.0, WIDTH - 6.0)


def plausible_bar(low: float, high: float, stated: float, break_even: float, *, label: str) -> Html:
    """The plausible range as a band, the stated value as a tick, the break-even as a lozenge (beyond the edge an arrow)."""
    scale = plausible_scale(low, high)
    rail = tag("line", x1=2, x2=WIDTH - 2, y1=MIDDLE, y2=MIDDLE, stroke=LINE, stroke_width=2)
    band = _bar(scale.at(low), scale.at(high), 10.0, PLAUSIBLE, 1.0)
    tick = tag("line", x1=scale.at(stated), x2=scale.at(stated), y1=1, y2=HEIGHT - 1, stroke=INK, stroke_width=2)
    return _small(rail, band, tick, _break_even(break_even, scale), label=label)


def _break_even(value: float, scale: Scale) -> Html:
    if math.isnan(value):
        return Html("")
    x = scale.at(value)
    left, right = x - 5.0, x + 5.0
    if value < scale.low:
        corners = [(left, MIDDLE), (right, MIDDLE - 6), (right, MIDDLE + 6)]
    elif value > scale.high:
        corners = [(right, MIDDLE), (left, MIDDLE - 6), (left, MIDDLE + 6)]
    else:
        corners = [(left, MIDDLE), (x, MIDDLE - 6), (right, MIDDLE), (x, MIDDLE + 6)]
    return tag("path", d=outline(corners), fill=UP)


def _small(*parts: object, label: str) -> Html:
    return tag(
        "svg", joined(parts), class_="inline", role="img", aria_label=label, viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
        width=WIDTH, height=HEIGHT,
    )  # fmt: skip
