"""Codes and patterns of codes: `*` at the end matches any rest."""

from __future__ import annotations


def is_pattern(code: str) -> bool:
    """Whether the code stands for several.

    >>> is_pattern("HN22*"), is_pattern("HN22A")
    (True, False)
    """
    return code.endswith("*")


def matches(code: str, pattern: str) -> bool:
    """Whether a code is the pattern, or begins with what stands before its `*`.

    >>> matches("HN22A", "HN22*"), matches("HN22A", "*"), matches("HN22A", "HN22")
    (True, True, False)
    """
    return code.startswith(pattern[:-1]) if is_pattern(pattern) else code == pattern
