"""The change of each scenario on one scale: a bar as stated, a line over 95% of the draws, the line of nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pathway_cost.reports.charts.axes import Point, Scale, drawing, money_marks, round_scale, uprights
from pathway_cost.reports.charts.bars import DOWN, INK, UP
from pathway_cost.reports.words import Html, fitted, joined, short_pounds, tag

FIGURES, TOP, BAR, CAP, DOT = 92.0, 22.0, 14.0, 5.0, 4.0  # pixels
LETTERS, APART = 13.5, 8.0  # pixels: letters of names; between them and the bars


@dataclass(frozen=True)
class Shape:
    """How the chart lies: its width, the width of the names before the bars (none: they stand above), height of a row; pixels."""

    name: str
    width: float
    labels: float
    row: float
    marks: int
    """Grid lines wanted."""


WIDE = Shape("wide-screen", 1120.0, 320.0, 34.0, 5)
NARROW = Shape("narrow-screen", 360.0, 0.0, 52.0, 2)
"""For a phone."""


@dataclass(frozen=True)
class Change:
    """What one scenario changes, in pounds: as stated, and mean and ends of 95% of the draws where any were made."""

    name: str
    gbp: float
    drawn: tuple[float, float, float] | None = None


def change_chart(changes: Sequence[Change], shape: Shape = WIDE, *, label: str) -> Html:
    """A row a scenario: its name, bar and interval, and the change as stated in figures."""
    values = [0.0, *(value for each in changes for value in (each.gbp, *(each.drawn or ())))]
    scale, marks = round_scale(min(values), max(values), (shape.labels + 22, shape.width - FIGURES), shape.marks)
    height = TOP + shape.row * len(changes) + 4
    grid = uprights(scale, marks, money_marks(marks), (TOP, height), TOP - 8)
    rows = joined(_row(each, scale, shape, TOP + shape.row * place) for place, each in enumerate(changes))
    return drawing(grid, rows, size=(shape.width, height), label=label, class_=f"change {shape.name}", own_size=False)


def _row(change: Change, scale: Scale, shape: Shape, top: float) -> Html:
    middle = top + (shape.row / 2 if shape.labels else shape.row - BAR)
    start, end = sorted((scale.at(0.0), scale.at(change.gbp)))
    colour = DOWN if change.gbp < 0 else UP
    words = short_pounds(change.gbp, signed=True)
    return joined([
        _name(change.name, shape.labels - APART, middle) if shape.labels else tag("text", *fitted(change.name, shape.width, size=LETTERS, most=1), x=0, y=top + 18),
        tag("rect", tag("title", f"{change.name}: {words} as stated"), x=start, y=middle - BAR / 2, width=max(end - start, 1.0), height=BAR, fill=colour),
        _interval(change.drawn, scale, middle) if change.drawn else "",
        tag("text", words, x=shape.width - FIGURES + 8, y=middle + 5, class_="name"),
    ])  # fmt: skip


def _name(name: str, room: float, middle: float) -> Html:
    lines = fitted(name, room, size=LETTERS, most=2)
    top = middle + 4.5 - 7.5 * (len(lines) - 1)
    return joined(tag("text", line, x=0, y=top + 15 * place) for place, line in enumerate(lines))


def _interval(drawn: tuple[float, float, float], scale: Scale, middle: float) -> Html:
    mean, low, high = map(scale.at, drawn)
    ends = joined(_line((at, middle - CAP), (at, middle + CAP)) for at in (low, high))
    dot = tag("circle", cx=mean, cy=middle, r=DOT, fill="#fff", stroke=INK, stroke_width=2)
    return joined([_line((low, middle), (high, middle)), ends, dot])


def _line(start: Point, end: Point) -> Html:
    return tag("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], stroke=INK, stroke_width=2)
