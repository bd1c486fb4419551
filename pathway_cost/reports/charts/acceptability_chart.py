"""The acceptability curve: how often, over the draws, a scenario costs at most so much more than the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pathway_cost.reports.charts.axes import (
    Point,
    Scale,
    axis_title,
    drawing,
    levels,
    money_marks,
    path,
    round_scale,
    uprights,
)
from pathway_cost.reports.charts.bars import INK
from pathway_cost.reports.words import Html, joined, percent, tag

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760.0, 340.0, 56.0, 20.0, 26.0, 48.0
SHARES = [0.0, 0.25, 0.5, 0.75, 1.0]


@dataclass(frozen=True)
class Curve:
    """One scenario: its name and colour, and the probability (0 to 1) at each threshold (pounds per patient)."""

    name: str
    colour: str
    thresholds: Sequence[float]
    probabilities: Sequence[float]

    def at_nothing(self) -> float:
        """The probability at £0 more: that it costs no more than the first."""
        nearest = min(range(len(self.thresholds)), key=lambda place: abs(self.thresholds[place]))
        return self.probabilities[nearest]


def acceptability(curves: Sequence[Curve], *, first: str, label: str) -> Html:
    """Curves over pounds per patient, with £0 more marked and the probability there."""
    values = [value for curve in curves for value in curve.thresholds]
    across, marks = round_scale(min([0.0, *values]), max([0.0, *values]), (LEFT, WIDTH - RIGHT), 7)
    up = Scale(0.0, 1.0, HEIGHT - BOTTOM, TOP)
    grid = [
        uprights(across, marks, money_marks(marks), (TOP, HEIGHT - BOTTOM), HEIGHT - BOTTOM + 16),
        levels(up, SHARES, [percent(share, 0) for share in SHARES], (LEFT, WIDTH - RIGHT)),
        axis_title(f"at most so many pounds a patient more than {first}", (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8),
        _nothing_more(across),
    ]
    return drawing(
        *grid,
        *(_curve(curve, across, up) for curve in curves),
        size=(WIDTH, HEIGHT),
        label=label,
        class_="acceptability",
    )


def _nothing_more(across: Scale) -> Html:
    x = across.at(0.0)
    line = tag("line", x1=x, x2=x, y1=TOP - 6, y2=HEIGHT - BOTTOM, stroke=INK, stroke_width=1.5)
    return joined([line, tag("text", "no dearer", x=x, y=TOP - 12, text_anchor="middle", class_="name")])


def _curve(curve: Curve, across: Scale, up: Scale) -> Html:
    points: list[Point] = [
        (across.at(threshold), up.at(share))
        for threshold, share in zip(curve.thresholds, curve.probabilities, strict=True)
    ]
    words = f"{curve.name}: {percent(curve.at_nothing())} of draws cost no more"
    line = tag("path", tag("title", words), d=path(points), fill="none", stroke=curve.colour, stroke_width=2.5)
    return joined([line, tag("circle", cx=across.at(0.0), cy=up.at(curve.at_nothing()), r=4.5, fill=curve.colour)])
