"""Probabilities drawn at random: one endless stream a name, told by the seed and the name alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pathway_cost.engine.draws.rank_correlation import Mixing, mixing_of
from pathway_cost.specs.format import Correlation

Floats = NDArray[np.float64]

DROPPED: Final = 12  # of 64 random bits, so that the middle of each of 2⁵² steps is exact and neither 0 nor 1


@dataclass(frozen=True, repr=False)
class Streams:
    """The streams of a seed, some of them correlated."""

    seed: int
    mixing: Mixing

    @staticmethod
    def of(seed: int, correlations: Iterable[Correlation] = ()) -> Streams:
        """The streams of a seed. Raises EngineFaults where the correlations cannot all hold."""
        return Streams(seed, mixing_of(tuple(correlations)))

    def levels(self, name: str, entries: NDArray[np.int64]) -> Floats:
        """The entries (D,) of a name's stream, counted from 0: probabilities (D,) above 0 and below 1.

        >>> streams = Streams.of(7)
        >>> streams.levels("los", np.array([0, 1]))[1:].tolist() == streams.levels("los", np.array([1])).tolist()
        True
        """

        def plain(each: str) -> Floats:
            return uniforms(self.seed, each, int(entries.max(initial=-1)) + 1)[entries]

        return self.mixing.mixed(name, plain)


def uniforms(seed: int, name: str, count: int) -> Floats:
    """The first entries (count,) of a name's stream: uniform above 0 and below 1.

    >>> uniforms(7, "los", 3)[:2].tolist() == uniforms(7, "los", 2).tolist()
    True
    """
    key = blake2b(name.encode(), digest_size=16, key=str(seed).encode()).digest()
    bits = np.random.Philox(key=int.from_bytes(key, "little")).random_raw(count)
    return np.asarray((bits >> np.uint64(DROPPED)) + 0.5) * 2.0 ** (DROPPED - 64)
