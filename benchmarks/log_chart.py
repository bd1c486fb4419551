"""Log-log charts side by side as one SVG, without any library."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

Line = tuple[Sequence[float], Sequence[float]]

WIDE, HIGH, LEFT, TOP, GAP, BELOW = 250, 240, 62, 34, 58, 46
COLOURS = ("#005eb8", "#ae2573", "#00703c")
STYLE = "font-family='Arial, sans-serif' font-size='12' fill='#212b32'"


def drawn(panels: Mapping[str, Mapping[str, Line]], upwards: str) -> str:
    """One chart a panel: what grows → job → (sizes, values); `upwards` names the vertical axis. All share its scale."""
    values = [value for lines in panels.values() for _, ys in lines.values() for value in ys]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    width = LEFT + len(panels) * (WIDE + GAP) + 40
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {TOP + HIGH + BELOW}' role='img' {STYLE}>",
        f"<title>{upwards} against {', '.join(panels)}, both on logarithmic scales</title>",
        "<rect width='100%' height='100%' fill='#ffffff'/>",
        f"<text x='8' y='{TOP - 14}' font-weight='bold'>{upwards}</text>",
    ]
    for number, (name, lines) in enumerate(panels.items()):
        parts += _panel(LEFT + number * (WIDE + GAP), name, lines, (low, high))
    return "\n".join([*parts, "</svg>\n"])


def _panel(left: int, name: str, lines: Mapping[str, Line], decades: tuple[int, int]) -> Iterator[str]:
    low, high = decades
    sizes = [size for xs, _ in lines.values() for size in xs]
    first, last = math.log10(min(sizes)), math.log10(max(sizes))

    def across(size: float) -> float:
        return left + WIDE * (math.log10(size) - first) / (last - first)

    def up(value: float) -> float:
        return TOP + HIGH * (1 - (math.log10(value) - low) / (high - low))

    for power in range(low, high + 1):
        yield f"<line x1='{left}' x2='{left + WIDE}' y1='{up(10.0**power):.1f}' y2='{up(10.0**power):.1f}' stroke='#d8dde0'/>"
        yield f"<text x='{left - 6}' y='{up(10.0**power) + 4:.1f}' text-anchor='end'>{10.0**power:g}</text>"
    for size in dict.fromkeys(sizes):
        yield f"<line x1='{across(size):.1f}' x2='{across(size):.1f}' y1='{TOP + HIGH}' y2='{TOP + HIGH + 4}' stroke='#4c6272'/>"
        yield f"<text x='{across(size):.1f}' y='{TOP + HIGH + 18}' text-anchor='middle'>{_short(size)}</text>"
    yield f"<text x='{left + WIDE / 2}' y='{TOP + HIGH + 38}' text-anchor='middle' font-weight='bold'>{name}</text>"
    for number, (job, (xs, ys)) in enumerate(lines.items()):
        points = [(across(x), up(y)) for x, y in zip(xs, ys, strict=True)]
        yield from _line(job, points, COLOURS[number % len(COLOURS)], f"{ys[-1]:.2g} s at {xs[-1]:,}")
        yield f"<text x='{left + 6}' y='{TOP + 14 * number}' fill='{COLOURS[number % len(COLOURS)]}'>{job}</text>"


def _line(job: str, points: Sequence[tuple[float, float]], colour: str, told: str) -> Iterator[str]:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='2'><title>{job}: {told}</title></polyline>"
    for x, y in points:
        yield f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3.5' fill='{colour}'/>"


def _short(size: float) -> str:
    return f"{size / 1e6:g}m" if size >= 1e6 else f"{size / 1e3:g}k" if size >= 1e4 else f"{size:,g}"
