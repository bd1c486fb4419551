"""Draws that depend on what they are for, not on when they are made: patient, setting, visit and purpose.

A draw is 53 bits of a chain of 64-bit mixes (the finaliser of splitmix64; Steele, Lea and Flood, Fast splittable
pseudorandom number generators, 2014), one for the seed and each of patient, setting, visit and purpose. So the same
patient meets the same luck in every scenario, however many settings a scenario adds. compiled holds the same chain.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]

ROUTE: Final = 0  # which way out
STAY: Final = 1  # how long a stay
WAIT: Final = 2  # how long a wait
START: Final = 3  # where to start
FREE: Final = 16  # from here on for the caller

GOLDEN: Final = 0x9E3779B97F4A7C15
FIRST: Final = 0xBF58476D1CE4E5B9
SECOND: Final = 0x94D049BB133111EB
APART: Final = 0xD1342543DE82EF95  # purposes differ in many bits before they are mixed
UNIT: Final = 2.0**-53
_64_BITS: Final = 2**64 - 1


def key_of(text: str) -> int:
    """The 64-bit key of a name, the same on every machine and in every year.

    >>> key_of("surgery")
    70480833537700425
    """
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def uniforms(
    seed: int, patient: Keys | int, setting: Keys | int, visit: Keys | int = 0, purpose: Keys | int = FREE
) -> Floats:
    """Uniform draws in [0, 1), told by the seed and what each is for.

    Args:
        seed: of the whole run.
        patient: keys of patients.
        setting: keys of settings, or of anything else that draws (`key_of` its name).
        visit: which visit, from 0.
        purpose: ROUTE, STAY, WAIT, START, or the caller's own from FREE on.

    Returns:
        One draw for each combination, in the shape to which the four broadcast.

    >>> uniforms(1, np.arange(3, dtype=np.uint64), key_of("surgery")).round(4).tolist()
    [0.6391, 0.5859, 0.6087]
    """
    return drawn(moments(patients_of(seed, patient), setting, visit), purpose)


def mixed(bits: Keys) -> Keys:
    """Every bit of each number spread over all 64."""
    bits = bits + np.uint64(GOLDEN)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(FIRST)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(SECOND)
    return bits ^ (bits >> np.uint64(31))


def patients_of(seed: int, patient: Keys | int) -> Keys:
    """The state of each patient's draws."""
    return mixed(mixed(_bits(seed & _64_BITS)) ^ _bits(patient))


def moments(patients: Keys, setting: Keys | int, visit: Keys | int) -> Keys:
    """The state of one visit's draws."""
    return mixed(mixed(patients ^ _bits(setting)) ^ _bits(visit))


def drawn(moment: Keys, purpose: Keys | int) -> Floats:
    """One uniform of a visit."""
    spread = _bits(purpose) * np.uint64(APART)
    return np.asarray((mixed(moment ^ spread) >> np.uint64(11)) * np.float64(UNIT))


def _bits(number: Keys | int) -> Keys:
    """As an array, which wraps around without a warning."""
    return np.atleast_1d(np.asarray(number, dtype=np.uint64))
