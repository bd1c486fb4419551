"""Where the labels of a Sankey stand: beside their nodes, no two over one another and none outside the picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pathway_cost.reports.flows.sankey import NODE_WIDTH, Layout, Spot
from pathway_cost.reports.words import fitted, text_width

LINE = 13.0  # pixels of a line of a label
LETTERS = 13.5  # their size where they are largest: on paper
BESIDE = 6.0  # pixels between a node and its label
APART = 3.0  # pixels between two labels
MOST_LINES = 5  # of a name, its figure not counted
LEAST_ROOM, MOST_ROOM = 66.0, 160.0  # pixels that a line of a label may take
WORD_ROOM = 120.0  # pixels that a long word alone may take
COVERS = 40.0  # pixels that a label rather moves than stand over another node


@dataclass(frozen=True)
class Box:
    """A rectangle of the picture, in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    def meets(self, other: Box, apart: float = 0.0) -> bool:
        """Whether it is over another, or nearer to it than so many pixels."""
        beside = self.right + apart <= other.left or other.right + apart <= self.left
        return not beside and self.bottom + apart > other.top and other.bottom + apart > self.top


@dataclass(frozen=True)
class Label:
    """A label in its place: the lines of its name, its figure below them, and its node."""

    lines: Sequence[str]
    figure: str
    box: Box
    spot: Spot

    @property
    def middle(self) -> float:
        """Half way down."""
        return self.box.top + self.box.height / 2

    @property
    def is_away(self) -> bool:
        """Whether it stands above or below its node, so that a line must lead to it."""
        return self.box.bottom < self.spot.y or self.box.top > self.spot.y + self.spot.height


def room_in(step: float) -> float:
    """Pixels for a line of a label between one column and the next."""
    return max(min(step - NODE_WIDTH - BESIDE - APART, MOST_ROOM), LEAST_ROOM)


def name_lines(name: str, room: float) -> list[str]:
    """The name of a node on lines that fit."""
    return fitted(name, room, size=LETTERS, most=MOST_LINES, word_room=WORD_ROOM)


def placed_labels(layout: Layout, texts: Mapping[str, tuple[str, str]], room: float) -> list[Label]:
    """A label a node, each as near to the middle of its node as the labels of larger nodes leave room for.

    Args:
        layout: where the nodes stand.
        texts: node → its name and figure.
        room: pixels of a line.
    """
    bars = {key: Box(spot.x, spot.y, NODE_WIDTH, spot.height) for key, spot in layout.spots.items()}
    placed: list[Label] = []
    for key, spot in sorted(layout.spots.items(), key=lambda each: -each[1].height):
        name, figure = texts[key]
        lines = name_lines(name, room)
        width = max(text_width(line, LETTERS) for line in (*lines, figure))
        wish = _beside(spot, width, LINE * (len(lines) + 1))
        others = [bar for other, bar in bars.items() if other != key]
        placed.append(Label(lines, figure, _moved(wish, [label.box for label in placed], others), spot))
    return placed


def _beside(spot: Spot, width: float, height: float) -> Box:
    """Where a label would best stand: right of its node, half way down."""
    return Box(spot.x + NODE_WIDTH + BESIDE, max(spot.middle - height / 2, 0.0), width, height)


def _moved(wish: Box, taken: Sequence[Box], bars: Sequence[Box]) -> Box:
    """The box moved up or down to the nearest place that is free, rather not over a node."""
    near = [box for box in (*taken, *bars) if box.left < wish.right + APART and wish.left < box.right + APART]
    tops = [wish.top, *_edges(near, wish.height)]
    boxes = [Box(wish.left, top, wish.width, wish.height) for top in tops if top >= 0]
    free = [box for box in boxes if not any(box.meets(other, APART) for other in taken)]
    return min(free, key=lambda box: abs(box.top - wish.top) + COVERS * sum(box.meets(bar) for bar in bars))


def _edges(boxes: Iterable[Box], height: float) -> Iterable[float]:
    """Tops of a box of some height that stands right above or right below each of the others."""
    for box in boxes:
        yield box.top - height - APART
        yield box.bottom + APART
