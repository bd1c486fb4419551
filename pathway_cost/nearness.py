"""Two names, are they one name written twice? Names as people mistype them: case, spaces, invisible signs, one letter.

A file's own name is meant only where it is written exactly; what is near to it is told to the user, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

ONE_LETTER_FROM = 4
"""Letters a name must have before one letter off is a slip: `age` and `ape` are two names, `weight` and `wieght` one."""

_INVISIBLE = ("Cf", "Cc")  # Unicode's format and control signs: zero width spaces, byte order marks, soft hyphens
_JOINT = re.compile(r"[\s_\-\u2010-\u2015\u2212]+")


def folded(text: str) -> str:
    """A name without what the eye does not tell apart: case, spaces around, invisible signs; space, `-` and `_` alike.

    >>> folded("  Patient ID "), folded("\\ufeffpatient-id"), folded("PATIENT\\u00a0_ID")
    ('patient_id', 'patient_id', 'patient_id')
    """
    seen = text if text.isascii() and text.isprintable() else _seen(text)
    return _JOINT.sub("_", seen.strip().casefold()).strip("_")


def _seen(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in plain if sign.isspace() or unicodedata.category(sign) not in _INVISIBLE)


def is_near(text: str, name: str) -> bool:
    """Whether the text is not the name but looks like it: the same once folded, or one letter off.

    A letter is missing, too many, another one, or two neighbours have changed places; a digit is never a slip, for
    `band_5` and `band_6` are two names.

    >>> [is_near(text, "weight") for text in ("Weight", " weight", "weights", "wieght", "wight")]
    [True, True, True, True, True]
    >>> is_near("weight", "weight"), is_near("band_5", "band_6"), is_near("ape", "age")
    (False, False, False)
    """
    if text == name:
        return False
    one, other = folded(text), folded(name)
    return one == other or (len(other) >= ONE_LETTER_FROM and _one_letter_off(one, other))


def near_name(text: str, names: Iterable[str]) -> str | None:
    """The name that the text looks like and is not: the same once folded before one letter off; None where it is one.

    >>> near_name("Level", ["level", "lever"]), near_name("level", ["level", "lever"]), near_name("sex", ["age"])
    ('level', None, None)
    """
    every = list(names)
    if text in every:
        return None
    near = [name for name in every if is_near(text, name)]
    return min(near, key=lambda name: folded(name) != folded(text), default=None)


def _one_letter_off(one: str, other: str) -> bool:
    """Whether one slip of the pen makes one name the other."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    left, right = short[start:], long[start:]
    if len(short) < len(long):
        return left == right[1:] and not right[0].isdigit()
    if any(sign.isdigit() for sign in left[:1] + right[:1]):
        return False
    return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:] and not left[1].isdigit())
