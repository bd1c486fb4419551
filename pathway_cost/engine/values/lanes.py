"""Lanes: patients alike in all that is read of them, as arrays: what is worked out is worked out once a lane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.specs.format import Pathway, level_attributes
from pathway_cost.tables.cohort.segments import Segments

Floats = NDArray[np.float64]
Integers = NDArray[np.integer]

NAMED: Final = 3  # segments named in a message; the rest are counted


@dataclass(frozen=True, repr=False)
class Lanes:
    """R lanes: the level codes and numbers of each, and the base (patients alike in every level) it belongs to."""

    base: Integers
    """(R,) base."""
    levels: Mapping[str, tuple[str, ...]]
    """Attribute → its levels, in the order of the codes."""
    codes: Mapping[str, Integers]
    """Attribute → (R,) position of the level."""
    numbers: Mapping[str, Floats]
    """Numeric attribute → (R,)."""
    given: Mapping[str, Floats] = field(default_factory=dict)
    """Name → (R,), or (…, R or 1) at several times: values that win over the pathway's own, such as drawn parameters and
    the clock; not a number: as stated."""

    @property
    def count(self) -> int:
        """R."""
        return len(self.base)

    def only(self, chosen: Integers | slice) -> Lanes:
        """The chosen lanes, in the order chosen."""
        return Lanes(
            self.base[chosen],
            self.levels,
            {name: codes[chosen] for name, codes in self.codes.items()},
            {name: numbers[chosen] for name, numbers in self.numbers.items()},
            {name: values[chosen] for name, values in self.given.items()},
        )

    def at(self, moment: tuple[int, ...]) -> Lanes:
        """The lanes at one of the times at which values are given."""
        given = {name: values[moment] if values.ndim > 1 else values for name, values in self.given.items()}
        return replace(self, given={name: np.broadcast_to(values, self.count) for name, values in given.items()})

    def repeated(self, times: Integers) -> Lanes:
        """Each lane so many times, in their order; (R,) times."""
        return self.only(np.repeat(np.arange(self.count), times))

    def with_given(self, given: Mapping[str, Floats]) -> Lanes:
        """The same lanes with more values given."""
        return replace(self, given={**self.given, **given})


def lanes_of_bases(pathway: Pathway, segments: Segments) -> Lanes:
    """One lane a base, where no numbers are read."""
    first = segments.of_base[:, 0]
    levels = level_attributes(pathway)
    codes = {name: segments.codes[name][first] for name in levels}
    return Lanes(np.arange(len(first)), levels, codes, {})


def segments_text(segments: Segments, bases: Integers) -> str:
    """The first few of these bases in words: `frail=no, age_band=60_69`, and how many more there are."""
    names = [*segments.codes] if len(segments.of_base[0]) > 1 else [terms.PLACE, *segments.codes]
    names = [name for name in names if name != terms.PLACE or len(segments.places) > 1]
    different = np.unique(bases)
    if not names:
        return "every patient"
    shown = segments.labels.iloc[segments.of_base[different[:NAMED], 0]]
    texts = [_text(names, levels) for levels in shown[names].itertuples(index=False)]
    more = len(different) - len(texts)
    return "; ".join(texts) + (f" and {more} more segments" if more else "")


def _text(names: Sequence[str], levels: Sequence[object]) -> str:
    return ", ".join(f"{name}={level}" for name, level in zip(names, levels, strict=True))
