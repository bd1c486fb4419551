"""A Sankey as one SVG drawing: bands, nodes, labels; a title on each for who points at it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pathway_cost.reports.flows.sankey import NODE_WIDTH, Layout, Ribbon, Spot
from pathway_cost.reports.flows.sankey_labels import LINE, Label, placed_labels
from pathway_cost.reports.words import Html, joined, tag

LABEL_WIDTH = 130.0  # room right of the last column
EDGE = 4.0  # pixels between a label and the edge of the picture
LEADER = "#4c6272"  # colour of the line from a node to a label that stands away from it
TURN = 16.0  # radius with which a returning band turns


@dataclass(frozen=True)
class NodeText:
    """What a node says: its name, the figure under it, its colour, and how much of it stays here (0 to 1)."""

    name: str
    figure: str
    colour: str
    kept: float = 1.0


def draw(
    layout: Layout, nodes: Mapping[str, NodeText], bands: Mapping[tuple[str, str], str], *, label: str, room: float
) -> Html:
    """The drawing; `bands` says what each band means, `label` what it all shows, `room` is pixels of a line of a label."""
    labels = placed_labels(layout, {key: (text.name, text.figure) for key, text in nodes.items()}, room)
    width = max([layout.width + LABEL_WIDTH, *(each.box.right + EDGE for each in labels)])
    height = max([layout.height + 8, *(each.box.bottom + EDGE for each in labels)])
    drawn = [_ribbon(ribbon, nodes[ribbon.band.source], bands) for ribbon in _thick_first(layout.ribbons)]
    spots = [_node(spot, nodes[key]) for key, spot in layout.spots.items()]
    return tag(
        "svg", joined(drawn), joined(spots), joined(map(_label, labels)),
        class_="sankey", viewBox=f"0 0 {math.ceil(width)} {math.ceil(height)}", role="img", aria_label=label,
        style=f"min-width:{width * 0.8:.0f}px",
    )  # fmt: skip


def _thick_first(ribbons: Sequence[Ribbon]) -> list[Ribbon]:
    return sorted(ribbons, key=lambda ribbon: -ribbon.thickness)


def _ribbon(ribbon: Ribbon, source: NodeText, bands: Mapping[tuple[str, str], str]) -> Html:
    path = _returning(ribbon) if ribbon.returns else _forward(ribbon)
    words = bands[(ribbon.band.source, ribbon.band.target)]
    return tag(
        "path", tag("title", words), d=path, fill="none", stroke=source.colour, stroke_width=ribbon.thickness,
        class_="band back" if ribbon.returns else "band",
    )  # fmt: skip


def _forward(ribbon: Ribbon) -> str:
    (x, y), *others = ribbon.points
    parts = [f"M{x:.1f},{y:.1f}"]
    for number, (across, down) in enumerate(others):
        if number % 2:  # straight past an invisible node
            parts.append(f"L{across:.1f},{down:.1f}")
        else:
            middle = (x + across) / 2
            parts.append(f"C{middle:.1f},{y:.1f} {middle:.1f},{down:.1f} {across:.1f},{down:.1f}")
        x, y = across, down
    return "".join(parts)


def _returning(ribbon: Ribbon) -> str:
    """The path of a band that returns: out to the right, round below, and in from the left."""
    (x0, y0), (_, lane), _, (x1, y1) = ribbon.points
    turn = min(TURN + ribbon.thickness / 2, max(lane - max(y0, y1), 2) / 2)
    return (
        f"M{x0:.1f},{y0:.1f}Q{x0 + turn:.1f},{y0:.1f} {x0 + turn:.1f},{y0 + turn:.1f}"
        f"L{x0 + turn:.1f},{lane - turn:.1f}Q{x0 + turn:.1f},{lane:.1f} {x0:.1f},{lane:.1f}"
        f"L{x1:.1f},{lane:.1f}Q{x1 - turn:.1f},{lane:.1f} {x1 - turn:.1f},{lane - turn:.1f}"
        f"L{x1 - turn:.1f},{y1 + turn:.1f}Q{x1 - turn:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"
    )


def _node(spot: Spot, text: NodeText) -> Html:
    """A node's bar as SVG: pale for what passes on, full colour for what stays (spent, or ended)."""
    whole = tag("rect", x=spot.x, y=spot.y, width=NODE_WIDTH, height=spot.height, fill=text.colour, fill_opacity=0.35)
    kept = spot.height * min(max(text.kept, 0.0), 1.0)
    solid = tag("rect", x=spot.x, y=spot.y + spot.height - kept, width=NODE_WIDTH, height=kept, fill=text.colour)
    return tag("g", tag("title", f"{text.name}: {text.figure}"), whole, solid)


def _label(label: Label) -> Html:
    """The name and figure of a node as SVG, with a line to the node where they stand away from it."""
    left, first = label.box.left, label.box.top + 10
    names = [tag("text", line, x=left, y=first + LINE * place, class_="name") for place, line in enumerate(label.lines)]
    figure = tag("text", label.figure, x=left, y=first + LINE * len(label.lines), class_="figure")
    return joined([*([_leader(label)] if label.is_away else []), *names, figure])


def _leader(label: Label) -> Html:
    spot = label.spot
    return tag("line", x1=spot.x + NODE_WIDTH, y1=spot.middle, x2=label.box.left - 1, y2=label.middle, stroke=LEADER)
