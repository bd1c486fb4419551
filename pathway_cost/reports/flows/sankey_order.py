"""The columns of a Sankey, and the order within each: as few crossings as can be found, the same for every picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

SWEEPS = 24


@dataclass(frozen=True)
class Band:
    """A flow from one node to another, in the unit of the picture."""

    source: str
    target: str
    value: float


@dataclass(frozen=True)
class Plan:
    """Where nodes stand: column of each, and the order down each column with the places that long bands pass."""

    columns: Mapping[str, int]
    order: tuple[tuple[str, ...], ...]


def plan(names: Sequence[str], bands: Sequence[Band]) -> Plan:
    """Columns by the longest way from a start (loops apart), order by barycentres and then by swapping neighbours.

    >>> plan(["gp", "home", "knee"], [Band("gp", "knee", 1), Band("knee", "home", 1)]).columns
    {'gp': 0, 'home': 2, 'knee': 1}
    """
    columns = layers(names, bands)
    forward = [band for band in bands if columns[band.source] < columns[band.target]]
    chains = [(chain(band, columns), band.value) for band in forward]
    steps = [(*pair, value) for keys, value in chains for pair in pairwise(keys)]
    depth = max(columns.values(), default=-1) + 1
    passing = {key: columns[keys[0]] + place for keys, _ in chains for place, key in enumerate(keys)}
    order = [[key for key, layer in (columns | passing).items() if layer == level] for level in range(depth)]
    return Plan(columns, tuple(tuple(layer) for layer in _swapped(_swept(order, steps), steps)))


def chain(band: Band, columns: Mapping[str, int]) -> list[str]:
    """The nodes of a band that goes forward, with a place in every column that it passes."""
    between = range(columns[band.source] + 1, columns[band.target])
    return [band.source, *(f"{band.source}→{band.target}@{layer}" for layer in between), band.target]


def returning(names: Sequence[str], bands: Sequence[Band]) -> frozenset[tuple[str, str]]:
    """The bands that close a loop, met first in the order of the names.

    >>> returning(["a", "b"], [Band("a", "b", 1), Band("b", "a", 1)])
    frozenset({('b', 'a')})
    """
    ways: dict[str, list[str]] = {name: [] for name in names}
    for band in bands:
        ways[band.source].append(band.target)
    found: set[tuple[str, str]] = set()
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        for target in ways[name]:
            if target == name or target in above:
                found.add((name, target))
            elif target not in done:
                visit(target, (*above, name))
        done.add(name)

    for name in names:
        if name not in done:
            visit(name, ())
    return frozenset(found)


def layers(names: Sequence[str], bands: Sequence[Band]) -> dict[str, int]:
    """The column of each node: the longest way to it.

    >>> layers(["gp", "knee", "home"], [Band("gp", "knee", 1), Band("gp", "home", 1), Band("knee", "gp", 1)])
    {'gp': 0, 'knee': 1, 'home': 1}
    """
    back = returning(names, bands)
    forward = [band for band in bands if (band.source, band.target) not in back]
    column = dict.fromkeys(names, 0)
    for _ in names:
        for band in forward:
            column[band.target] = max(column[band.target], column[band.source] + 1)
    return column


def weighted_mean(pairs: Sequence[tuple[float, float]], otherwise: float) -> float:
    """Mean of (place, weight)."""
    weight = sum(value for _, value in pairs)
    return sum(place * value for place, value in pairs) / weight if weight else otherwise


Steps = Sequence[tuple[str, str, float]]


def _swept(order: list[list[str]], steps: Steps) -> list[list[str]]:
    """Columns reordered by barycentres, to and fro, and the order met that crosses least."""
    gaps = _gaps(order, steps)
    best, least = order, _crossing(order, gaps, range(len(order)))
    for sweep in range(SWEEPS):
        rank = {key: place / max(len(layer) - 1, 1) for layer in order for place, key in enumerate(layer)}
        near: dict[str, list[tuple[float, float]]] = {}
        for source, target, value in steps:
            key, other = (target, source) if sweep % 2 == 0 else (source, target)
            near.setdefault(key, []).append((rank[other], value))
        order = [sorted(layer, key=lambda key: weighted_mean(near.get(key, []), rank[key])) for layer in order]
        crossing = _crossing(order, gaps, range(len(order)))
        if crossing < least:
            best, least = order, crossing
    return best


def _swapped(order: list[list[str]], steps: Steps) -> list[list[str]]:
    """Swap neighbours for as long as that crosses less."""
    best, gaps = [list(layer) for layer in order], _gaps(order, steps)
    for _ in range(SWEEPS):
        if not any([_swap_once(best, gaps, number) for number in range(len(best))]):  # noqa: C419 - every layer is tried
            break
    return best


def _swap_once(order: list[list[str]], gaps: Sequence[Steps], number: int) -> bool:
    """Swap neighbours of one layer, in place, where the bands on both its sides then cross less."""
    layer, sides, better = order[number], (number - 1, number), False
    least = _crossing(order, gaps, sides)
    for place in range(len(layer) - 1):
        layer[place], layer[place + 1] = layer[place + 1], layer[place]
        crossing = _crossing(order, gaps, sides)
        if crossing < least * (1 - 1e-9):
            least, better = crossing, True
        else:
            layer[place], layer[place + 1] = layer[place + 1], layer[place]
    return better


def _gaps(order: Sequence[Sequence[str]], steps: Steps) -> list[Steps]:
    """The steps that leave each layer."""
    layer_of = {key: number for number, layer in enumerate(order) for key in layer}
    return [[step for step in steps if layer_of[step[0]] == number] for number in range(len(order))]


def _crossing(order: Sequence[Sequence[str]], gaps: Sequence[Steps], numbers: Iterable[int]) -> float:
    """How much crosses right of those layers: the thinner of the two bands, summed over every crossing."""
    total = 0.0
    for number in numbers:
        if not 0 <= number < len(order) - 1:
            continue
        at = {key: place for layer in order[number : number + 2] for place, key in enumerate(layer)}
        bands = [(at[source], at[target], value) for source, target, value in gaps[number]]
        total += sum(
            min(value, other)
            for first, (start, finish, value) in enumerate(bands)
            for other_start, other_finish, other in bands[first + 1 :]
            if (start - other_start) * (finish - other_finish) < 0
        )
    return total
