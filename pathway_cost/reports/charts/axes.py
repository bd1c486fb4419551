"""What charts share: scales, grid lines with their marks, and paths through points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pathway_cost.reports.charts.bars import INK, LINE, ticks
from pathway_cost.reports.words import MINUS, Html, joined, tag

UNITS = ((1e9, "bn"), (1e6, "m"), (1e4, "k"))
Point = tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """From values to pixels; `start` may lie after `end`, as on an axis that points up.

    >>> Scale(0.0, 100.0, 300.0, 20.0).at(50.0)
    160.0
    """

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The pixel of a value; what lies beyond an end is drawn at that end."""
        held = min(max(value, self.low), self.high)
        return self.start + (held - self.low) / (self.high - self.low) * (self.end - self.start)


def round_scale(low: float, high: float, pixels: Point, wanted: int = 5) -> tuple[Scale, list[float]]:
    """A scale whose ends are round numbers, and the round numbers on it.

    >>> round_scale(-3.0, 9.0, (0.0, 100.0))
    (Scale(low=-5.0, high=10.0, start=0.0, end=100.0), [-5.0, -2.5, 0.0, 2.5, 5.0, 7.5, 10.0])
    """
    marks = ticks(low, high, wanted)
    if len(marks) == 1:
        marks = [marks[0], marks[0] + (abs(marks[0]) or 1.0)]
    return Scale(marks[0], marks[-1], *pixels), marks


def money_marks(marks: Sequence[float]) -> list[str]:
    """Round pounds along one axis, all in one unit.

    >>> money_marks([-5000.0, 0.0, 5000.0, 10000.0])
    ['−£5k', '£0', '£5k', '£10k']
    >>> money_marks([0.0, 2.5, 5.0])
    ['£0.00', '£2.50', '£5.00']
    """
    largest = max(map(abs, marks), default=0.0)
    size, unit = next(((size, unit) for size, unit in UNITS if largest >= size), (1.0, ""))
    size = 1e3 if unit == "k" else size
    digits = next((n for n in range(3) if all(abs(mark / size - round(mark / size, n)) < 1e-9 for mark in marks)), 2)
    digits = 2 if digits and not unit else digits
    words = [f"£{abs(mark) / size:,.{digits}f}{unit if mark else ''}" for mark in marks]
    zero = "£0.00" if digits and not unit else "£0"
    return [zero if not mark else f"{MINUS if mark < 0 else ''}{text}" for mark, text in zip(marks, words, strict=True)]


def uprights(scale: Scale, marks: Sequence[float], words: Sequence[str], span: Point, text_at: float) -> Html:
    """Vertical grid lines from top to bottom, each with its mark at a height."""
    return joined(
        joined([_line(scale.at(mark), span, mark), _words(text, scale.at(mark), text_at, "middle")])
        for mark, text in zip(marks, words, strict=True)
    )


def levels(scale: Scale, marks: Sequence[float], words: Sequence[str], span: Point) -> Html:
    """Horizontal grid lines from left to right, each with its mark before it; the line of nothing is dark."""
    return joined(
        joined(
            [
                tag("line", x1=span[0], x2=span[1], y1=scale.at(mark), y2=scale.at(mark), stroke=_ink(mark)),
                _words(text, span[0] - 8, scale.at(mark) + 4, "end"),
            ]
        )
        for mark, text in zip(marks, words, strict=True)
    )


def _line(x: float, span: Point, mark: float) -> Html:
    return tag("line", x1=x, x2=x, y1=span[0], y2=span[1], stroke=_ink(mark))


def _ink(mark: float) -> str:
    return INK if mark == 0 else LINE


def _words(text: str, x: float, y: float, anchor: str) -> Html:
    return tag("text", text, x=x, y=y, text_anchor=anchor, class_="axis")


def axis_title(text: str, x: float, y: float, anchor: str = "middle") -> Html:
    """The words that say what an axis measures, as SVG."""
    return _words(text, x, y, anchor)


def path(points: Sequence[Point]) -> str:
    """A line through points.

    >>> path([(0.0, 1.0), (2.0, 3.456)])
    'M0,1L2,3.46'
    """
    return "M" + "L".join(f"{_short(x)},{_short(y)}" for x, y in points)


def outline(points: Sequence[Point]) -> str:
    """An area round points.

    >>> outline([(0.0, 1.0), (2.0, 3.0), (2.0, 0.0)])
    'M0,1L2,3L2,0Z'
    """
    return f"{path(points)}Z"


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def drawing(*parts: object, size: Point, label: str, class_: str, own_size: bool = True) -> Html:
    """The SVG element: told to those who cannot see it, never wider than it was drawn unless asked."""
    width, height = size
    return tag(
        "svg", joined(parts), class_=class_, role="img", aria_label=label, viewBox=f"0 0 {width:.0f} {height:.0f}",
        style=f"max-width:{width:.0f}px" if own_size else None,
    )  # fmt: skip
