"""One or more drawings as a notebook shows them, and as a file that stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pathway_cost.reports.charts.bars import INK
from pathway_cost.reports.charts.drawing import Drawing
from pathway_cost.reports.files.folder import refuse_file, write_whole
from pathway_cost.reports.notebook.notebook_style import ROOM, SOFT, card_css, svg_css
from pathway_cost.reports.page.page_table import legend
from pathway_cost.reports.words import Html, fitted, joined, legible, tag, text_width

EDGE, LINE, LETTERS = 18.0, 17.0, 13.0  # pixels: round the whole, of a line of words, of letters
NARROWEST = 760.0


@dataclass(frozen=True, repr=False)
class Picture:
    """Drawings of a result under one another; `str` gives the SVG, the page's own where there is one drawing."""

    drawings: tuple[Drawing, ...]
    note: str
    """What stands beneath all of them."""

    def __str__(self) -> str:
        """The SVG."""
        return str(self.drawings[0].svg if len(self.drawings) == 1 else self._repr_svg_())

    def __repr__(self) -> str:
        """What is drawn."""
        return legible(f"Picture of {'; '.join(drawn.heading for drawn in self.drawings)}")

    def _repr_html_(self) -> str:
        figures = [part for drawn in self.drawings for part in _shown(drawn)]
        return str(framed(*figures, tag("p", self.note, class_="small")))

    def _repr_svg_(self) -> str:
        """The SVG of a file: with headings, captions and note."""
        return str(_standing_alone(self.drawings, self.note))

    def save(self, path: str | Path, *, replace: bool = False) -> Path:
        """Write it as an SVG file that stands alone, with headings, captions and note; whole or not at all.

        Raises:
            OutputFaults: the name does not end in .svg, or the file exists already and is not to be replaced.
        """
        place = refuse_file(path, (".svg",), replace=replace)
        return write_whole(place, f"{self._repr_svg_()}\n".encode())


def framed(*parts: object) -> Html:
    """Parts of a card in its frame, with the rules that it needs."""
    return tag("div", tag("style", Html(card_css())), *parts, class_=ROOM)


def synthetic_banner(*, synthetic: bool) -> Html:
    """The words over figures whose data are made up; nothing over others."""
    return tag("div", tag("b", "Synthetic data."), class_="banner") if synthetic else Html("")


def _shown(drawn: Drawing) -> Iterator[Html]:
    yield tag("div", drawn.heading, class_="title")
    if len(drawn.keys) > 1:
        yield legend(drawn.keys)
    yield tag("div", drawn.svg, class_="wide")
    yield tag("div", drawn.caption, class_="small")


def _standing_alone(drawings: tuple[Drawing, ...], note: str) -> Html:
    """Drawings one under the other, with all words, as one SVG."""
    width = max([NARROWEST, *(_size(drawn.svg)[0] for drawn in drawings)]) + 2 * EDGE
    parts, down = [], EDGE
    for drawn in drawings:
        for part, height in _stacked(drawn, down, width):
            parts.append(part)
            down += height
    words, height = _words(note, down, width)
    size = f"0 0 {width:.0f} {down + height + EDGE:.0f}"
    back = tag("rect", width="100%", height="100%", fill="#ffffff")
    label = "; ".join(drawn.heading for drawn in drawings)
    return tag(
        "svg", tag("style", Html(svg_css())), back, *parts, words, xmlns="http://www.w3.org/2000/svg", viewBox=size,
        width=width, height=down + height + EDGE, role="img", aria_label=label,
    )  # fmt: skip


def _stacked(drawn: Drawing, down: float, width: float) -> Iterator[tuple[Html, float]]:
    """Heading, keys, drawing and caption of one drawing, each with its height in pixels, from a height on."""
    heading = tag("text", drawn.heading, x=EDGE, y=down + LINE, style=f"font-size:17px;font-weight:700;fill:{INK}")
    yield heading, 1.6 * LINE
    down += 1.6 * LINE
    if len(drawn.keys) > 1:
        keys, height = _keys(drawn.keys, down, width)
        yield keys, height
        down += height
    across, tall = _size(drawn.svg)
    placed = f'<svg x="{EDGE:.0f}" y="{down:.0f}" width="{across:.0f}" height="{tall:.0f}" '
    yield Html(drawn.svg.replace("<svg ", placed, 1)), tall + LINE / 2
    words, height = _words(drawn.caption, down + tall + LINE / 2, width)
    yield words, height + LINE


def _size(svg: Html) -> tuple[float, float]:
    """Width and height of a drawing in pixels."""
    found = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    assert found, "every drawing says its size"
    return float(found.group(1)), float(found.group(2))


def _words(text: str, down: float, width: float) -> tuple[Html, float]:
    """Lines of words from a height on, and how high they are together."""
    lines = fitted(text, width - 2 * EDGE, size=LETTERS, most=99)
    drawn = [
        tag("text", line, x=EDGE, y=down + LINE * (place + 0.8), style=f"font-size:{LETTERS:.0f}px;fill:{SOFT}")
        for place, line in enumerate(lines)
    ]
    return joined(drawn), LINE * len(lines)


def _keys(keys: tuple[tuple[str, str], ...], down: float, width: float) -> tuple[Html, float]:
    """A square of each colour with its name, line by line, and how high they are together."""
    made, across, line = [], EDGE, 0
    for name, colour in keys:
        long = 40 + text_width(name, LETTERS)
        if across + long > width - EDGE and across > EDGE:
            across, line = EDGE, line + 1
        top = down + LINE * line
        made += [
            tag("rect", x=across, y=top + 2, width=12, height=12, fill=colour),
            tag("text", name, x=across + 18, y=top + 12, style="font-size:13px"),
        ]
        across += long
    return joined(made), LINE * (line + 1) + 4
