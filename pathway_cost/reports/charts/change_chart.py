"""The change of each scenario on one scale: a bar as stated, a line over 95% of the draws, the line of nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pathway_cost.reports.charts.axes import Point, Scale, drawing, money_marks, round_scale, uprights
from pathway_cost.reports.charts.bars import DOWN, INK, UP
from pathway_cost.reports.words import Html, fitted, joined, short_pounds, tag, text_width

TOP, BAR, CAP, DOT = 22.0, 14.0, 5.0, 4.0  # pixels
LETTERS, GAP = 13.5, 8.0  # pixels: of letters, between texts
BOLD = 15.5  # pixels of plain letters that are as wide as bold ones of that size


@dataclass(frozen=True)
class Shape:
    """How the chart lies: its width, the width of the names before the bars (none: they stand above), height of a row; pixels."""

    name: str
    width: float
    labels: float
    row: float
    marks: int
    """Grid lines wanted."""


WIDE = Shape("wide-screen", 1120.0, 312.0, 34.0, 5)
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
    figures = GAP + max((text_width(_figure(each), BOLD) for each in changes), default=0.0)
    span = (shape.labels + 22, shape.width - figures)
    scale, marks = round_scale(min(values), max(values), span, shape.marks)
    height = TOP + shape.row * len(changes) + 4
    grid = uprights(scale, marks, money_marks(marks), (TOP, height), TOP - 8)
    rows = joined(
        _row(each, scale, shape, (TOP + shape.row * place, span[1] + GAP)) for place, each in enumerate(changes)
    )
    return drawing(grid, rows, size=(shape.width, height), label=label, class_=f"change {shape.name}", own_size=False)


def _figure(change: Change) -> str:
    return short_pounds(change.gbp, signed=True)


def _row(change: Change, scale: Scale, shape: Shape, place: Point) -> Html:
    top, figure_at = place
    middle = top + (shape.row / 2 if shape.labels else shape.row - BAR)
    start, end = sorted((scale.at(0.0), scale.at(change.gbp)))
    colour = DOWN if change.gbp < 0 else UP
    words = _figure(change)
    lines = fitted(change.name, shape.labels or shape.width, size=LETTERS, most=2 if shape.labels else 1)
    return joined([
        _name(lines, middle if shape.labels else top + 13.5),
        tag("rect", tag("title", f"{change.name}: {words} as stated"), x=start, y=middle - BAR / 2, width=max(end - start, 1.0), height=BAR, fill=colour),
        _interval(change.drawn, scale, middle) if change.drawn else "",
        tag("text", words, x=figure_at, y=middle + 5, class_="name"),
    ])  # fmt: skip


def _name(lines: Sequence[str], middle: float) -> Html:
    top = middle + 4.5 - 7.5 * (len(lines) - 1)
    return joined(tag("text", line, x=0, y=top + 15 * place) for place, line in enumerate(lines))


def _interval(drawn: tuple[float, float, float], scale: Scale, middle: float) -> Html:
    mean, low, high = map(scale.at, drawn)
    ends = joined(_line((at, middle - CAP), (at, middle + CAP)) for at in (low, high))
    dot = tag("circle", cx=mean, cy=middle, r=DOT, fill="#fff", stroke=INK, stroke_width=2)
    return joined([_line((low, middle), (high, middle)), ends, dot])


def _line(start: Point, end: Point) -> Html:
    return tag("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], stroke=INK, stroke_width=2)
