"""Fingerprints of records and cost lines, 64 bits each: equal ones say the same in everything, so doubles are found.

The bits are drawn anew with every start of the program, so that nothing can be read back out of them.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Bits = NDArray[np.uint64]

_LETTERS: Final = np.frombuffer(secrets.token_bytes(256 * 8), np.uint64)
_STEP: Final = int.from_bytes(secrets.token_bytes(8), "big") | 1
_BACK: Final = pow(_STEP, -1, 1 << 64)
_HALF: Final = np.uint64(32)
_STIR: Final = np.uint64(0xD6E8FEB86659FD93)
_NOTHING: Final = 0


@dataclass(frozen=True, repr=False)
class Keys:
    """Fingerprints of each record: of its identifier (0 where it has none), of what it says, and of that with its lines."""

    identifier: Bits
    said: Bits
    whole: Bits

    @classmethod
    def together(cls, parts: Sequence[Keys]) -> Keys:
        """The keys of one batch after the other."""
        none = np.zeros(0, np.uint64)
        names = ("identifier", "said", "whole")
        return cls(*(np.concatenate([none, *(getattr(part, name) for part in parts)]) for name in names))


def of_text(values: pa.Array) -> Bits:
    """Bits of each text; null and empty are 0.

    >>> bits = of_text(pa.array(["HN22A", None, "HN22A", "HN22B", ""]))
    >>> bool(bits[0] == bits[2] != bits[3]), bits[[1, 4]].tolist()
    (True, [0, 0])
    """
    _, offsets, letters = values.buffers()
    if not len(values) or letters is None or not letters.size:
        return np.zeros(len(values), np.uint64)
    ends = np.frombuffer(offsets, np.int32)[values.offset : values.offset + len(values) + 1].astype(np.int64)
    ends, text = ends - ends[0], np.frombuffer(letters, np.uint8)[ends[0] : ends[-1]]
    sums = np.zeros(len(text) + 1, np.uint64)
    np.cumsum(_LETTERS[text] * _powers(_STEP, len(text)), out=sums[1:])
    bits = _stirred((sums[ends[1:]] - sums[ends[:-1]]) * _powers(_BACK, len(text) + 1)[ends[:-1]])
    return np.where(_is_null(values), np.uint64(_NOTHING), bits)


def of_record(texts: Mapping[str, pa.Array], numbers: Mapping[str, pa.Array], count: int) -> Bits:
    """Bits of all that records say of themselves, by the names of what they say; what is left out says nothing."""
    said = np.zeros(count, np.uint64)
    for name, values in texts.items():
        said += _stirred(of_text(values) * _odd(name))
    for name, values in numbers.items():
        said += _stirred(_of_numbers(values) * _odd(name))
    return _stirred(said)


def of_lines(lines: pa.Table) -> Bits:
    """Bits of each cost line: activity, count, resource and pounds."""
    codes = {name: of_text(lines[name].combine_chunks()) for name in ("ActCstID", "ResCstID")}
    bits = np.zeros(len(lines), np.uint64)
    for name, values in codes.items():
        bits += values * _odd(name)
    bits += lines["ActCnt"].to_numpy().astype(np.uint64) * _odd("ActCnt")
    return _stirred(bits + _eight_places(lines["TotCst"]) * _odd("TotCst"))


def repeats_in_record(lines: pa.Table, bits: Bits) -> NDArray[np.bool_]:
    """Lines that say the same as an earlier line of their record."""
    own = bits + lines["event_id"].to_numpy().astype(np.uint64) * _odd("event_id")
    order = np.argsort(own, kind="stable")
    again = np.zeros(len(own), bool)
    again[order[1:]] = own[order[1:]] == own[order[:-1]]
    return again


def with_lines(said: Bits, lines: pa.Table, bits: Bits) -> Bits:
    """Bits of records together with their lines, in whatever order these stand; event_id counts the records from 0."""
    whole = said.copy()
    np.add.at(whole, lines["event_id"].to_numpy(), bits)
    return _stirred(whole)


def identifiers(events: pa.Table) -> Bits:
    """Bits of each record's identifier: its own (CDSID, CareId), else that of an episode (spell, number and start)."""
    own = of_text(events["record_key"].combine_chunks()) * _odd("record_key")
    episode = of_text(events["spell_key"].combine_chunks()) * _odd("spell_key")
    number = of_text(events["EpiNo"].combine_chunks())
    start = _of_numbers(events["start_date"])
    named = (episode != 0) & (number != 0) & (start != 0)
    of_episode = _stirred(episode + number * _odd("EpiNo") + start * _odd("start_date"))
    return np.where(own != 0, own, np.where(named, of_episode, np.uint64(_NOTHING)))


def _of_numbers(values: pa.Array | pa.ChunkedArray) -> Bits:
    """Bits of dates and whole numbers; null is 0."""
    whole = values.cast(pa.int32()) if pa.types.is_date32(values.type) else values
    shifted = pc.fill_null(pc.add(whole.cast(pa.int64()), 1 << 40), _NOTHING)
    return np.asarray(shifted).astype(np.uint64)


def _eight_places(pounds: pa.ChunkedArray) -> Bits:
    """Pounds of 18 digits as whole hundred-millionths, as they lie in memory."""
    cells = pounds.combine_chunks()
    words = np.frombuffer(cells.buffers()[1], np.uint64)[2 * cells.offset : 2 * (cells.offset + len(cells)) : 2]
    return np.asarray(words)


def _is_null(values: pa.Array) -> NDArray[np.bool_]:
    return np.asarray(pc.is_null(values))


def _powers(base: int, count: int) -> Bits:
    """1, base, base² …, wrapped to 64 bits."""
    factors = np.full(max(count, 1), base, np.uint64)
    factors[0] = 1
    return np.multiply.accumulate(factors)


def _odd(name: str) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") | 1)


def _stirred(bits: Bits) -> Bits:
    bits = (bits ^ (bits >> _HALF)) * _STIR
    return np.asarray(bits ^ (bits >> _HALF))
