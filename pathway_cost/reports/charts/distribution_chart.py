"""How sampled patients differ: outlines of their costs laid over one another, and their spread in a strip below."""

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
from pathway_cost.reports.charts.bars import INK
from pathway_cost.reports.words import Html, fitted, joined, number, percent, pounds, short_pounds, tag

LEFT, END, WIDTH, TOP, TALL, ROW, LETTERS = 190.0, 1090.0, 1124.0, 14.0, 250.0, 26.0, 12.0
OPEN = 1.5  # a last bin so many times as wide as the one before it holds the rest


@dataclass(frozen=True)
class Spread:
    """One scenario's patients: closed bins (from, to, share of patients), the rest beyond, and points of the spread."""

    name: str
    colour: str
    bins: Sequence[tuple[float, float, float]]
    beyond: float
    mean: float = math.nan
    points: tuple[float, float, float, float, float] = (math.nan,) * 5
    """5th, 25th, 50th, 75th and 95th percentile, pounds."""


def closed_bins(bins: Sequence[tuple[float, float, float]]) -> tuple[list[tuple[float, float, float]], float]:
    """Bins of a width, and the share of patients in a last bin that is open (endless, or far wider than the rest).

    >>> closed_bins([(0.0, 10.0, 0.6), (10.0, 20.0, 0.3), (20.0, float("inf"), 0.1)])
    ([(0.0, 10.0, 0.6), (10.0, 20.0, 0.3)], 0.1)
    """
    if len(bins) < 2:
        kept = [each for each in bins if math.isfinite(each[1])]
        return kept, sum(share for _, _, share in bins) - sum(share for _, _, share in kept)
    before, (start, end, share) = bins[-2], bins[-1]
    is_open = not math.isfinite(end) or end - start > OPEN * (before[1] - before[0])
    return (list(bins[:-1]), share) if is_open else (list(bins), 0.0)


def bin_width(spreads: Sequence[Spread]) -> float:
    """The width that the heights are of: the widest bin of any scenario."""
    return max(end - start for spread in spreads for start, end, _ in spread.bins)


def distribution(spreads: Sequence[Spread], *, label: str) -> Html:
    """Step outlines over one another, height a share of patients in a bin of one width; spread and mean below."""
    width = bin_width(spreads)
    across, marks = _across(spreads)
    tallest = max(share / (end - start) * width for spread in spreads for start, end, share in spread.bins)
    up, shares = round_scale(0.0, tallest, (TOP + TALL, TOP), 4)
    digits = 0 if all(abs(share * 100 - round(share * 100)) < 1e-9 for share in shares) else 1
    bottom = TOP + TALL + 34 + ROW * len(spreads)
    grid = [
        uprights(across, marks, money_marks(marks), (TOP, bottom - 6), bottom + 8),
        levels(up, shares, [percent(share, digits) for share in shares], (LEFT, END)),
        *_height_words(width),
        axis_title("cost of a patient", (LEFT + END) / 2, bottom + 28),
    ]
    steps = [_outline(spread, across, up, width, filled=not place) for place, spread in enumerate(spreads)]
    strip = [_strip(spread, across, TOP + TALL + 30 + ROW * place) for place, spread in enumerate(spreads)]
    return drawing(*grid, *steps, *strip, size=(WIDTH, bottom + 36), label=label, class_="distribution", own_size=False)


def _across(spreads: Sequence[Spread]) -> tuple[Scale, list[float]]:
    ends = [value for spread in spreads for start, end, _ in spread.bins for value in (start, end)]
    _, marks = round_scale(min(ends), max(ends), (LEFT, END), 8)
    inside = [mark for mark in marks if min(ends) <= mark <= max(ends)]
    return Scale(min(ends), max(ends), LEFT, END), inside


def _height_words(width: float) -> list[Html]:
    lines = ("share of patients", f"in each {pounds(width, 0)}", "of cost")
    return [axis_title(line, 8, TOP + 12 + 14 * place, "start") for place, line in enumerate(lines)]


def _outline(spread: Spread, across: Scale, up: Scale, width: float, *, filled: bool) -> Html:
    points: list[Point] = [(across.at(spread.bins[0][0]), up.at(0.0))]
    for start, end, share in spread.bins:
        height = up.at(share / (end - start) * width)
        points += [(across.at(start), height), (across.at(end), height)]
    points.append((points[-1][0], up.at(0.0)))
    line = tag("path", tag("title", spread.name), d=path(points), fill="none", stroke=spread.colour, stroke_width=2)
    area = tag("path", d=outline(points), fill=spread.colour, fill_opacity=0.16)
    return joined([area, line]) if filled else line


def _strip(spread: Spread, across: Scale, y: float) -> Html:
    """Thin from the 5th to the 95th percentile, thick from the 25th to the 75th, a tick at the median, a dot at the mean."""
    name = fitted(spread.name, LEFT - 10, size=LETTERS, most=1)[0]
    named = tag("text", name, x=LEFT - 10, y=y + 4, text_anchor="end", class_="name")
    if any(map(math.isnan, (spread.mean, *spread.points))):
        return named
    low, quarter, median, three, high = (across.at(value) for value in spread.points)
    said = f"{spread.name}: mean {pounds(spread.mean)}, median {pounds(spread.points[2])}"
    parts = [
        tag("line", x1=low, x2=high, y1=y, y2=y, stroke=spread.colour, stroke_width=2),
        tag("rect", tag("title", said), x=quarter, y=y - 5, width=max(three - quarter, 0.75), height=10, fill=spread.colour, fill_opacity=0.45),
        tag("line", x1=median, x2=median, y1=y - 8, y2=y + 8, stroke=INK, stroke_width=2),
        tag("circle", cx=across.at(spread.mean), cy=y, r=4.5, fill=spread.colour, stroke="#ffffff"),
    ]  # fmt: skip
    return joined([named, *parts])


def beyond_words(spread: Spread) -> str:
    """The words that say how many patients lie past the last bin drawn.

    >>> beyond_words(Spread("Day case", "#005eb8", [(0.0, 20_000.0, 0.995)], 0.005))
    'Day case 0.5% of patients, from £20.0k'
    """
    return f"{spread.name} {percent(spread.beyond)} of patients, from {short_pounds(spread.bins[-1][1])}"


def sampled_words(walkers: float) -> str:
    """The words that say how many patients were sampled.

    >>> sampled_words(200_000.0)
    '200,000 sampled patients'
    """
    return f"{number(walkers)} sampled patients"
