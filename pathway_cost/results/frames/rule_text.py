"""A rule by which PLICS records became a price, as it is told beside the price."""

from __future__ import annotations

from typing import NamedTuple


class RuleText(NamedTuple):
    """The rule of one price: its name, the rules file and the line where it stands, and what it says in one line.

    `file` is what the run record calls the file; `line` is None where the rules were handed over in memory.
    """

    rule: str
    file: str
    line: int | None
    text: str
