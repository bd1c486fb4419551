"""Where the nodes and bands of a Sankey stand on the page. Numbers in, numbers out (pixels).

Heights are drawn towards the neighbours and pushed apart, as d3-sankey does; bands that return run below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import mul

from pathway_cost.reports.flows.sankey_order import Band, Plan, chain

SWEEPS = 32
NODE_WIDTH = 14.0
PADDING, THIN_PADDING = 40.0, 12.0  # between nodes that carry a label of two lines, and beside a passing band
SMALLEST = 1.5  # the thinnest node
MARGIN = (8.0, 22.0)  # left of and above everything


@dataclass(frozen=True)
class Spot:
    """A node, or a place that a long band passes."""

    key: str
    layer: int
    value: float
    passing: bool = False
    x: float = 0.0
    y: float = 0.0
    height: float = 0.0

    @property
    def middle(self) -> float:
        """Half way down."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Ribbon:
    """A band in its place: points (x, y) of its centre line, and its thickness."""

    band: Band
    points: tuple[tuple[float, float], ...]
    thickness: float
    returns: bool = False


@dataclass(frozen=True)
class Layout:
    """Where every node and band of one picture stands."""

    spots: Mapping[str, Spot]
    ribbons: tuple[Ribbon, ...]
    width: float
    height: float


Chains = Sequence[tuple[Band, list[str]]]
Order = Sequence[Sequence[str]]


def lay_out(
    values: Mapping[str, float],
    bands: Sequence[Band],
    plan: Plan,
    *,
    step: float,
    height: float,
    padding: float = PADDING,
) -> Layout:
    """Sizes of nodes, bands and the shared plan to places on the page, in pixels.

    Args:
        values: size of each node, in the unit of the bands.
        bands: flows between those nodes.
        plan: columns and order, which may know more nodes than are drawn.
        step: pixels from one column to the next.
        height: pixels of the fullest column.
        padding: pixels between two nodes of a column, so that their labels do not meet.
    """
    columns = plan.columns
    forward = [band for band in bands if columns[band.source] < columns[band.target]]
    chains = [(band, chain(band, columns)) for band in forward]
    spots = {key: Spot(key, columns[key], value) for key, value in values.items()}
    for band, keys in chains:
        for place, key in enumerate(keys[1:-1], start=columns[band.source] + 1):
            spots[key] = Spot(key, place, band.value, passing=True)
    order = [[key for key in layer if key in spots] for layer in plan.order]
    frame = _Frame(step, height, padding)
    scale = _scale(order, spots, frame)
    spots = _placed(order, spots, chains, scale, frame)
    ribbons = _ribbons(spots, chains, scale)
    loops = _loops(spots, [band for band in bands if band not in forward], ribbons, scale)
    lowest = [
        *(spot.y + spot.height for spot in spots.values()),
        *(y + r.thickness / 2 for r in loops for _, y in r.points),
    ]
    shown = {key: spot for key, spot in spots.items() if not spot.passing}
    right = max((spot.x for spot in shown.values()), default=0.0) + NODE_WIDTH
    return Layout(shown, (*ribbons, *loops), right, max(lowest, default=0.0) + MARGIN[1])


@dataclass(frozen=True)
class _Frame:
    """The room that a picture has, in pixels."""

    step: float
    height: float
    padding: float

    def gap(self, above: Spot, below: Spot) -> float:
        """Pixels between two neighbours of a column."""
        if above.passing and below.passing:
            return THIN_PADDING
        return (self.padding + THIN_PADDING) / 2 if above.passing or below.passing else self.padding


def _scale(order: Order, spots: Mapping[str, Spot], frame: _Frame) -> float:
    """Pixels a unit, so that the fullest column fits."""
    scales = []
    for layer in order:
        size = sum(spots[key].value for key in layer)
        gaps = sum(frame.gap(spots[a], spots[b]) for a, b in pairwise(layer))
        if size > 0:
            scales.append(max(frame.height - gaps, frame.height / 3) / size)
    return min(scales, default=1.0)


def _placed(order: Order, spots: Mapping[str, Spot], chains: Chains, scale: float, frame: _Frame) -> dict[str, Spot]:
    """Where each node stands: its height, and its top down the page."""
    high = {key: max(spot.value * scale, SMALLEST) for key, spot in spots.items()}
    top = {key: y for layer in order for key, y in _stacked(layer, spots, high, frame).items()}
    half, pulls = {key: height / 2 for key, height in high.items()}, _pulls(chains)
    gaps = [[frame.gap(spots[above], spots[below]) for above, below in pairwise(layer)] for layer in order]
    for sweep in range(SWEEPS):
        middle, slower = {key: y + half[key] for key, y in top.items()}, 0.97**sweep
        for layer, between in zip(order, gaps, strict=True):
            for key in layer:
                wish = pulls[key].towards(middle) if key in pulls else middle[key]
                top[key] += (wish - half[key] - top[key]) * slower
            top.update(_apart(layer, between, (top, high), frame.height))
    lowest = min(top.values(), default=0.0)
    left, above = MARGIN
    return {
        key: replace(spot, x=left + spot.layer * frame.step, y=above + top[key] - lowest, height=high[key])
        for key, spot in spots.items()
    }


def _stacked(
    layer: Sequence[str], spots: Mapping[str, Spot], high: Mapping[str, float], frame: _Frame
) -> dict[str, float]:
    """Tops of nodes that stand one below the other, the whole column in the middle."""
    top: dict[str, float] = {}
    y = 0.0
    for place, key in enumerate(layer):
        y += frame.gap(spots[layer[place - 1]], spots[key]) if place else 0.0
        top[key] = y
        y += high[key]
    return {key: start + max(frame.height - y, 0.0) / 2 for key, start in top.items()}


@dataclass(frozen=True)
class _Pull:
    """The neighbours of a node, and the bands to them."""

    neighbours: Sequence[str]
    bands: Sequence[float]
    weight: float
    """All bands together."""

    def towards(self, middle: Mapping[str, float]) -> float:
        """The mean height of the neighbours, each by its band."""
        pull: float = sum(map(mul, [middle[key] for key in self.neighbours], self.bands))
        return pull / self.weight


def _pulls(chains: Chains) -> dict[str, _Pull]:
    """Node → what draws it; a node whose bands have no weight is drawn nowhere."""
    near: dict[str, list[tuple[str, float]]] = {}
    for band, keys in chains:
        for source, target in pairwise(keys):
            near.setdefault(target, []).append((source, band.value))
            near.setdefault(source, []).append((target, band.value))
    made = {
        key: _Pull([to for to, _ in ends], [value for _, value in ends], sum(value for _, value in ends))
        for key, ends in near.items()
    }
    return {key: pull for key, pull in made.items() if pull.weight}


def _apart(
    layer: Sequence[str], gaps: Sequence[float], tops: tuple[Mapping[str, float], Mapping[str, float]], height: float
) -> dict[str, float]:
    """The same order without overlap: pushed down, then up from the bottom; `tops` are tops and heights."""
    top, high = tops
    moved: dict[str, float] = {}
    floor = 0.0
    for key, gap in zip(layer, (0.0, *gaps), strict=False):
        moved[key] = max(top[key], floor + gap)
        floor = moved[key] + high[key]
    ceiling = height
    for key, gap in zip(reversed(layer), (*reversed(gaps), 0.0), strict=False):
        moved[key] = min(moved[key], ceiling - high[key])
        ceiling = moved[key] - gap
    return moved


def _ribbons(spots: Mapping[str, Spot], chains: Chains, scale: float) -> tuple[Ribbon, ...]:
    """Centre lines: at each node the bands are stacked in the order of where they lead or come from."""
    first = sorted(range(len(chains)), key=lambda at: spots[chains[at][1][1]].middle)
    last = sorted(range(len(chains)), key=lambda at: spots[chains[at][1][-2]].middle)
    start = _ends({at: chains[at][1][0] for at in first}, spots, chains, scale)
    finish = _ends({at: chains[at][1][-1] for at in last}, spots, chains, scale)
    return tuple(
        Ribbon(band, _line(keys, spots, start[at], finish[at]), max(band.value * scale, 1.0))
        for at, (band, keys) in enumerate(chains)
    )


def _ends(nodes: Mapping[int, str], spots: Mapping[str, Spot], chains: Chains, scale: float) -> dict[int, float]:
    """Height at which each band meets its node, bands taken in the order given."""
    taken: dict[str, float] = {}
    found = {}
    for at, key in nodes.items():
        size = chains[at][0].value * scale
        found[at] = spots[key].y + taken.get(key, 0.0) + size / 2
        taken[key] = taken.get(key, 0.0) + size
    return found


def _line(
    keys: Sequence[str], spots: Mapping[str, Spot], start: float, finish: float
) -> tuple[tuple[float, float], ...]:
    inner: list[tuple[float, float]] = []
    for key in keys[1:-1]:
        inner += [(spots[key].x, spots[key].middle), (spots[key].x + NODE_WIDTH, spots[key].middle)]
    return ((spots[keys[0]].x + NODE_WIDTH, start), *inner, (spots[keys[-1]].x, finish))


def _loops(
    spots: Mapping[str, Spot], bands: Sequence[Band], ribbons: Sequence[Ribbon], scale: float
) -> tuple[Ribbon, ...]:
    """Bands that return: each in its own lane, below whatever stands between its ends."""
    left: dict[str, float] = {}
    right: dict[str, float] = {}
    for ribbon in ribbons:
        right[ribbon.band.source] = right.get(ribbon.band.source, 0.0) + ribbon.band.value * scale
        left[ribbon.band.target] = left.get(ribbon.band.target, 0.0) + ribbon.band.value * scale
    found: list[Ribbon] = []
    for band in bands:
        size = max(band.value * scale, 1.0)
        source, target = spots[band.source], spots[band.target]
        leave = source.y + right.get(band.source, 0.0) + size / 2
        enter = target.y + left.get(band.target, 0.0) + size / 2
        right[band.source] = right.get(band.source, 0.0) + size
        left[band.target] = left.get(band.target, 0.0) + size
        lane = _free_below(spots, found, source, target) + size / 2
        points = ((source.x + NODE_WIDTH, leave), (source.x + NODE_WIDTH, lane), (target.x, lane), (target.x, enter))
        found.append(Ribbon(band, points, size, returns=True))
    return tuple(found)


def _free_below(spots: Mapping[str, Spot], lanes: Sequence[Ribbon], source: Spot, target: Spot) -> float:
    """The height below everything in the columns from target to source, and below the lanes already there."""
    inside = [spot for spot in spots.values() if target.layer <= spot.layer <= source.layer]
    bottom = max(spot.y + spot.height for spot in inside) + PADDING
    for ribbon in lanes:
        if ribbon.points[2][0] <= source.x and ribbon.points[1][0] >= target.x:
            bottom = max(bottom, ribbon.points[1][1] + ribbon.thickness / 2 + THIN_PADDING)
    return bottom
