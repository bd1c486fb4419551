"""A tornado: for each number, the modelled change when it is read low and high, all else as stated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pathway_cost.reports.charts.axes import Scale, drawing, money_marks, round_scale, uprights
from pathway_cost.reports.charts.bars import DOWN, INK, UP
from pathway_cost.reports.words import Html, fitted, joined, plain, short_pounds, tag

MOST_BARS = 12
LABELS, START, END, WIDTH = 270.0, 330.0, 1054.0, 1124.0  # pixels: end of the labels; ends of the plot; whole
LETTERS = 12.5  # pixels of letters where they are largest: on paper
ROW, BAR, TOP = 30.0, 16.0, 26.0


@dataclass(frozen=True)
class Swing:
    """One number: what it is called, its low and high value, and the modelled change in pounds at each."""

    name: str
    low: float
    high: float
    at_low_gbp: float
    at_high_gbp: float

    @property
    def reached(self) -> tuple[float, ...]:
        """The change in pounds at each end that can be costed."""
        return tuple(gbp for gbp in (self.at_low_gbp, self.at_high_gbp) if not math.isnan(gbp))


def short_number(value: float) -> str:
    """A number of the pathway in three figures.

    >>> short_number(0.0312345), short_number(12_345.0), short_number(4.65), short_number(-2.0)
    ('0.0312', '12,345', '4.65', '−2')
    """
    return plain(float(value) if abs(value) >= 1000 else float(f"{value:.3g}"))


def tornado(swings: Sequence[Swing], stated_gbp: float, *, label: str) -> Html:
    """Bars either side of the stated change, the widest first, at most twelve; each end bears the number's value.

    A bar that reaches above the stated change is drawn in the colour of dearer, below it in that of less dear. An end that
    cannot be (NaN) has no bar.
    """
    shown = sorted(swings, key=lambda swing: -_reach(swing, stated_gbp))[:MOST_BARS]
    ends = [gbp for swing in shown for gbp in swing.reached]
    scale, marks = round_scale(min([stated_gbp, *ends]), max([stated_gbp, *ends]), (START, END), 6)
    bottom = TOP + ROW * len(shown) + 4
    stated = scale.at(stated_gbp)
    centre = tag("line", x1=stated, x2=stated, y1=TOP - 4, y2=bottom + 4, stroke=INK, stroke_width=1.5)
    words = tag(
        "text", f"as stated: {short_pounds(stated_gbp, signed=True)}", x=stated, y=bottom + 18, text_anchor="middle", class_="name"
    )  # fmt: skip
    rows = [_row(swing, stated_gbp, scale, TOP + ROW * place) for place, swing in enumerate(shown)]
    grid = uprights(scale, marks, money_marks(marks), (TOP - 4, bottom), 14)
    return drawing(grid, *rows, centre, words, size=(WIDTH, bottom + 26), label=label, class_="tornado", own_size=False)


def _reach(swing: Swing, stated_gbp: float) -> float:
    ends = (*swing.reached, stated_gbp)
    return max(ends) - min(ends)


def _row(swing: Swing, stated_gbp: float, scale: Scale, top: float) -> Html:
    lines = fitted(swing.name, LABELS, size=LETTERS, most=2)
    first = top + 13 - 7 * (len(lines) - 1)
    names = [
        tag("text", line, x=LABELS, y=first + 13 * place, text_anchor="end", class_="label")
        for place, line in enumerate(lines)
    ]
    return joined([*names, *_bars(swing, stated_gbp, scale, top)])


def _bars(swing: Swing, stated_gbp: float, scale: Scale, top: float) -> list[Html]:
    """Two bars, half as high one under the other where both lie on the same side."""
    if len(swing.reached) < 2:
        return _half(swing, stated_gbp, scale, top)
    one_side = (swing.at_low_gbp - stated_gbp) * (swing.at_high_gbp - stated_gbp) > 0
    height = BAR / 2 if one_side else BAR
    low = _bar(swing, "low", stated_gbp, scale, (top + 2, height))
    high = _bar(swing, "high", stated_gbp, scale, (top + 2 + (height if one_side else 0.0), height))
    return [low, high, *(_both_told(swing, stated_gbp, scale, top) if one_side else _told(swing, scale, top))]


def _half(swing: Swing, stated_gbp: float, scale: Scale, top: float) -> list[Html]:
    """The bar of the one end that can be costed, with its value; nothing where neither can."""
    made = []
    for end, value, gbp in (("low", swing.low, swing.at_low_gbp), ("high", swing.high, swing.at_high_gbp)):
        if not math.isnan(gbp):
            anchor, aside = ("end", -5) if gbp < stated_gbp else ("start", 5)
            made = [
                _bar(swing, end, stated_gbp, scale, (top + 2, BAR)),
                _value(short_number(value), scale.at(gbp) + aside, top, anchor),
            ]
    return made


def _bar(swing: Swing, end: str, stated_gbp: float, scale: Scale, place: tuple[float, float]) -> Html:
    value, gbp = (swing.low, swing.at_low_gbp) if end == "low" else (swing.high, swing.at_high_gbp)
    left, right = sorted((scale.at(stated_gbp), scale.at(gbp)))
    words = f"{swing.name}, {end} value {short_number(value)}: {short_pounds(gbp, signed=True)}"
    fill = UP if gbp > stated_gbp else DOWN
    top, height = place
    return tag("rect", tag("title", words), x=left, y=top, width=max(right - left, 0.75), height=height, fill=fill)


def _told(swing: Swing, scale: Scale, top: float) -> list[Html]:
    """The values of the number, outside the ends."""
    low_is_left = swing.at_low_gbp <= swing.at_high_gbp
    left, right = (swing.low, swing.high) if low_is_left else (swing.high, swing.low)
    ends = sorted((swing.at_low_gbp, swing.at_high_gbp))
    return [
        _value(short_number(left), scale.at(ends[0]) - 5, top, "end"),
        _value(short_number(right), scale.at(ends[1]) + 5, top, "start"),
    ]


def _both_told(swing: Swing, stated_gbp: float, scale: Scale, top: float) -> list[Html]:
    """Both values at the far end, where both move the change the same way."""
    words = f"{short_number(swing.low)}; {short_number(swing.high)}"
    ends = (swing.at_low_gbp, swing.at_high_gbp)
    if min(ends) > stated_gbp:
        return [_value(words, scale.at(max(ends)) + 5, top, "start")]
    return [_value(words, scale.at(min(ends)) - 5, top, "end")]


def _value(text: str, x: float, top: float, anchor: str) -> Html:
    return tag("text", text, x=x, y=top + 14, text_anchor=anchor, class_="figure")
