"""Where the text of a drawing stands, from its markup: a box of ink a line."""

from __future__ import annotations

from itertools import combinations

import lxml.html

from pathway_cost.reports.words import text_width

ABOVE, BELOW = 0.74, 0.22  # of the size of letters: how far ink reaches over and under the line


def boxes(svg, *, size):
    """(text, left, top, right, bottom) of every text of a drawing, letters at the size at which they are largest."""
    found = []
    for text in lxml.html.fragment_fromstring(str(svg)).iter("text"):
        width, x, y = text_width(text.text, size), float(text.get("x")), float(text.get("y"))
        left = x - {"middle": width / 2, "end": width}.get(text.get("text-anchor"), 0.0)
        found.append((text.text, left, y - ABOVE * size, left + width, y + BELOW * size))
    return found


def overprinted(found):
    """The pairs of texts that stand over one another."""
    return [
        (one[0], other[0])
        for one, other in combinations(found, 2)
        if one[1] < other[3] and other[1] < one[3] and one[2] < other[4] and other[2] < one[4]
    ]


def outside(svg, found):
    """The texts that leave the picture."""
    _, _, width, height = map(float, lxml.html.fragment_fromstring(str(svg)).get("viewbox").split())
    return [text for text, left, top, right, bottom in found if left < 0 or top < 0 or right > width or bottom > height]
