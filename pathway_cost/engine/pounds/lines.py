"""Pounds a unit of every use, for every segment: whose price it is, and at which level it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.model import Footprint, UseLine, is_used
from pathway_cost.errors import EngineFaults, Problem, Where
from pathway_cost.tables.cohort.segments import Segments
from pathway_cost.tables.prices.prices import PriceBlock, Prices

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Levels = Mapping[str, tuple[str, ...]]

COUNTED = PriceBlock((), ("count",), {(): np.zeros(1)})


@dataclass(frozen=True, repr=False)
class PricedLine:
    """One use where one organisation bears it: for n segments, the price of C components."""

    number: int
    line: UseLine
    """The use, without what it is worth."""
    organisation: str
    segments: Integers
    """(n,) segments."""
    components: tuple[str, ...]
    levels: tuple[str, ...]
    """Texts of the levels prices were read at."""
    level: Integers
    """(n,) position in `levels`."""
    gbp: Floats
    """(n, C) pounds a unit."""


def priced_lines(
    lines: Sequence[UseLine],
    levels: Levels,
    prices: Prices,
    footprint: Footprint,
    *,
    segments: Segments,
    chosen: Integers,
) -> Iterator[PricedLine]:
    """Every use × organisation that counts for the chosen segments, in the order of the pathway.

    Args:
        lines: the pathway's uses, without what they are worth.
        levels: attribute → its levels, in the order of the codes.
        prices: that hold a price of every key.
        footprint: place → role → organisation.
        segments: of the cohort.
        chosen: (n,) segments.

    Raises:
        EngineFaults: a price has levels, and none of them is a segment's.
        PriceFaults: the prices do not hold a key.
    """
    for number, line in enumerate(lines):
        for organisation, places in _organisations(line, footprint, segments).items():
            here = chosen[np.isin(segments.place_code[chosen], places)]
            if len(here) == 0 or not is_used(line, organisation, prices.replaced):
                continue
            block = COUNTED if line.is_count else prices.block(organisation, line.unit_cost)
            read, level = _read_levels(block, line, levels, segments, here)
            gbp = np.array([block.gbp[each] for each in read])[level]
            texts = tuple(block.level_text(each) for each in read)
            yield PricedLine(number, line, organisation, here, block.components, texts, level, gbp)


def _organisations(line: UseLine, footprint: Footprint, segments: Segments) -> dict[str, list[int]]:
    """Organisation → the places where it bears the line."""
    places: dict[str, list[int]] = {}
    for code, place in enumerate(segments.places):
        places.setdefault(footprint[place].get(line.role, ""), []).append(code)
    return places


def _read_levels(
    block: PriceBlock, line: UseLine, levels: Levels, segments: Segments, here: Integers
) -> tuple[list[tuple[str, ...]], Integers]:
    """The levels prices are read at, and for each segment which of them."""
    codes = np.column_stack([segments.codes[name][here] for name in block.by]) if block.by else np.zeros((len(here), 0))
    different, which = np.unique(codes.astype(np.int64), axis=0, return_inverse=True)
    wanted = [tuple(levels[name][code] for name, code in zip(block.by, row, strict=True)) for row in different]
    read = [block.read_at(each) for each in wanted]
    missing = [each for each, at in zip(wanted, read, strict=True) if at is None]
    if missing:
        raise EngineFaults([_no_level(line, block, missing[0])])
    found = [at for at in read if at is not None]
    texts = list(dict.fromkeys(found))
    return texts, np.array([texts.index(at) for at in found], dtype=np.int64)[which.reshape(-1)]


def _no_level(line: UseLine, block: PriceBlock, levels: tuple[str, ...]) -> Problem:
    text = ", ".join(f"{name}={level}" for name, level in zip(block.by, levels, strict=True))
    return Problem(
        "price_without_level",
        f"{line.unit_cost} has prices by {', '.join(block.by)}, but none for {text}",
        Where(item=f"unit_costs.{line.unit_cost}"),
        remedy="add its price, or one for all levels",
    )
