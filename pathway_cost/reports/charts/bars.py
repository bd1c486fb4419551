"""Bars and waterfalls as SVG drawings: light, sharp in print, readable without any script."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from pathway_cost.reports.words import Html, fitted, joined, short_pounds, tag, text_width

INK, LINE, UP, DOWN, WHOLE, APART = "#212b32", "#d8dde0", "#a85400", "#005eb8", "#4c6272", "#7a4988"
BAR, LABELS, PLOT, VALUES = 11.0, 240.0, 800.0, 84.0  # pixels: bar height; widths of labels, plot, figures
COLUMN, TALL = 118.0, 230.0  # pixels of a waterfall's column and plot
BETWEEN, GROUP_LINE = 14.0, 14.0  # pixels between two groups of bars, and of a line of a group's name
NAME, FIGURE = 13.0, 12.5  # pixels of letters where they are largest: names of bars, and figures and other names
NAME_LINE, NAMES_BELOW = 13.0, 44.0  # pixels of a line of a column's name, and of the first below the plot
GAP = 8.0  # pixels between text and text, or text and the edge


@dataclass(frozen=True)
class Series:
    """One scenario's bars: its name, colour, and a value a group (pounds)."""

    name: str
    colour: str
    values: Sequence[float]


@dataclass(frozen=True)
class Step:
    """One bar of a waterfall: what it is called, pounds, and the kind: part, whole or apart."""

    name: str
    gbp: float
    kind: str = "part"


def ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round numbers that span the values.

    >>> ticks(0, 97_000_000)
    [0.0, 20000000.0, 40000000.0, 60000000.0, 80000000.0, 100000000.0]
    """
    span = (high - low) or 1.0
    rough = span / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [place * step for place in range(first, last + 1)]


def bars(groups: Sequence[str], series: Sequence[Series], *, label: str, signed: bool = False) -> Html:
    """Horizontal bars, a group a line, a bar a scenario, with the pounds at each bar's end; of changes, signed."""
    values = [value for each in series for value in each.values]
    marks = ticks(min([0.0, *values]), max([0.0, *values]))
    low, high = marks[0], marks[-1]
    names = [fitted(group, LABELS - 2 * GAP, size=NAME, most=2) for group in groups]
    tallest = GROUP_LINE * max(map(len, names), default=1) + 2
    block = max(BAR * len(series) + 2 * (len(series) - 1) + BETWEEN, tallest)
    height = 26 + block * len(groups)
    figures = [short_pounds(value, signed=signed) for value in values]
    right = LABELS + PLOT + max([VALUES, *(text_width(words, FIGURE) + GAP for words in figures)])

    def across(value: float) -> float:
        return LABELS + (value - low) / ((high - low) or 1.0) * PLOT

    grid = [_vertical(across(mark), mark, height) for mark in marks]
    rows = []
    for place, group in enumerate(groups):
        top = 30 + place * block
        rows.append(_group_label(names[place], top + (block - BETWEEN) / 2))
        for number, each in enumerate(series):
            words = short_pounds(each.values[place], signed=signed)
            rows.append(_bar(each, group, (each.values[place], words), across, top + number * (BAR + 2)))
    return tag(
        "svg", joined(grid), joined(rows), class_="bars", role="img", aria_label=label,
        viewBox=f"0 0 {right:.0f} {height:.0f}",
    )  # fmt: skip


def _vertical(x: float, mark: float, height: float) -> Html:
    return joined(
        [
            tag("line", x1=x, x2=x, y1=22, y2=height, stroke=LINE),
            tag("text", _mark(mark), x=x, y=14, text_anchor="middle", class_="axis"),
        ]
    )


def _group_label(lines: Sequence[str], middle: float) -> Html:
    top = middle + 4 - GROUP_LINE / 2 * (len(lines) - 1)
    return joined(
        tag("text", line, x=LABELS - 10, y=top + GROUP_LINE * place, text_anchor="end", class_="name")
        for place, line in enumerate(lines)
    )


def _bar(each: Series, group: str, told: tuple[float, str], across: object, top: float) -> Html:
    assert callable(across)
    value, words = told
    start, end = sorted((across(0.0), across(value)))
    about = tag("title", f"{group}, {each.name}: {words}")
    rect = tag("rect", about, x=start, y=top, width=max(end - start, 0.75), height=BAR, fill=each.colour)
    beyond = start - 5 - text_width(words, FIGURE)  # a figure stands beyond the end of its bar, where there is room
    x, anchor = (start - 5, "end") if value < 0 and beyond > LABELS else (end + 5, None)
    return joined([rect, tag("text", words, x=x, y=top + BAR - 1.5, text_anchor=anchor, class_="figure")])


def waterfall(steps: Sequence[Step], *, label: str) -> Html:
    """Columns that start where the last one ended; a whole starts at nothing; what is apart stands apart."""
    tops, running = [], 0.0
    for step in steps:
        start = running if step.kind == "part" else 0.0
        running = start + step.gbp if step.kind == "part" else running
        tops.append((start, start + step.gbp))
    highest = max(0.0, *(max(pair) for pair in tops))
    lowest = min(0.0, *(min(pair) for pair in tops))
    marks = ticks(lowest, highest if highest > lowest else lowest + 1.0, 4)  # nothing moved: an empty chart
    low, high = marks[0], marks[-1]

    def down(value: float) -> float:
        return 24 + (high - value) / (high - low) * TALL

    left = max([70.0, *(text_width(_mark(mark), FIGURE) + 2 * GAP for mark in marks)])
    names = [fitted(step.name, COLUMN - GAP, size=FIGURE, most=4) for step in steps]
    height = TALL + NAMES_BELOW + NAME_LINE * max([3, *map(len, names)])
    gaps = [16.0 if step.kind == "apart" else 0.0 for step in steps]
    places = [left + COLUMN * place + sum(gaps[: place + 1]) for place in range(len(steps))]
    width = places[-1] + COLUMN
    grid = [_horizontal(down(mark), mark, width, left) for mark in marks]
    columns = [_column(step, pair, down, x) for step, pair, x in zip(steps, tops, places, strict=True)]
    columns += [_column_name(lines, x + COLUMN / 2) for lines, x in zip(names, places, strict=True)]
    ends = [(x, down(pair[1])) for step, pair, x in zip(steps, tops, places, strict=True) if step.kind == "part"]
    links = [tag("line", x1=x + COLUMN - 22, x2=x + COLUMN + 22, y1=y, y2=y, stroke=WHOLE) for x, y in ends]
    hatching = _hatching() if any(step.kind == "apart" for step in steps) else ""
    drawn = tag(
        "svg", hatching, joined(grid), joined(links), joined(columns), class_="waterfall", role="img", aria_label=label,
        viewBox=f"0 0 {width + 8:.0f} {height + 1:.0f}", style=f"max-width:{width + 8:.0f}px",
    )  # fmt: skip
    return _with_own_name(drawn)


def _mark(value: float) -> str:
    """A round number at a grid line.

    >>> _mark(20_000_000.0), _mark(2_500_000.0)
    ('£20m', '£2.5m')
    """
    text = short_pounds(value)
    digits, unit = text.rstrip("bnmk"), text[len(text.rstrip("bnmk")) :]
    return f"{digits.rstrip('0').rstrip('.') if '.' in digits else digits}{unit}"


def _with_own_name(svg: Html) -> Html:
    """A drawing whose pattern bears a name that no other drawing of its page or notebook has."""
    mark = sha256(svg.encode()).hexdigest()[:8]
    return Html(svg.replace('id="hatch"', f'id="hatch-{mark}"').replace("url(#hatch)", f"url(#hatch-{mark})"))


def _hatching() -> Html:
    lines = tag("path", d="M0,8 L8,0", stroke="#ffffff", stroke_width=2.5)
    back = tag("rect", width=8, height=8, fill=APART)
    return Html(
        f'<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse">{back}{lines}</pattern></defs>'
    )


def _horizontal(y: float, mark: float, width: float, left: float) -> Html:
    stroke = INK if mark == 0 else LINE
    line = tag("line", x1=left, x2=width, y1=y, y2=y, stroke=stroke)
    return joined([line, tag("text", _mark(mark), x=left - 8, y=y + 4, text_anchor="end", class_="axis")])


def _column(step: Step, pair: tuple[float, float], down: object, x: float) -> Html:
    assert callable(down)
    upper, lower = max(pair), min(pair)
    fill = {"whole": WHOLE, "apart": "url(#hatch)"}.get(step.kind, UP if step.gbp > 0 else DOWN)
    words = f"{step.name}: {short_pounds(step.gbp, signed=True)}"
    top, bottom = down(upper), down(lower)
    rect = tag(
        "rect", tag("title", words), x=x + 22, y=top, width=COLUMN - 44, height=max(bottom - top, 1.0), fill=fill
    )
    figure = tag(
        "text", short_pounds(step.gbp, signed=True), x=x + COLUMN / 2, y=top - 6, text_anchor="middle", class_="figure"
    )
    return joined([rect, figure])


def _column_name(lines: Sequence[str], middle: float) -> Html:
    return joined(
        tag("text", line, x=middle, y=TALL + NAMES_BELOW + NAME_LINE * place, text_anchor="middle", class_="name")
        for place, line in enumerate(lines)
    )
