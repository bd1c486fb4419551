"""Extracts that stand in two sets of one study: their pounds would be priced, and count, twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pathway_cost.errors import Problem, Where
from pathway_cost.plics.reading.sources import Source, copies_among

SHOWN: Final = 3


def files_in_two_sets(sets: Mapping[str, Sequence[Source]]) -> list[Problem]:
    """A fault for each two sets with a file of one path or of the same bytes; `sets`: what the study calls each → files.

    >>> from pathlib import Path
    >>> files = [Source(Path("a.xml"), "a.xml", "xml", 9)]
    >>> [problem.what for problem in files_in_two_sets({"unit_costs.0.plics": files, "unit_costs.1.plics": files})]
    ['a.xml is read by unit_costs.0.plics too: its pounds would count twice']
    """
    places = [(name, source) for name, sources in sets.items() for source in sources]
    first_at: dict[object, tuple[str, Source]] = {}
    for name, source in places:
        first_at.setdefault(source.path.resolve(), (name, source))
    alone = [source for _, source in first_at.values()]
    same = copies_among(alone) if len(sets) > 1 else {}
    shared: dict[tuple[str, str], list[str]] = {}
    for name, source in places:
        _, first = first_at[source.path.resolve()]
        earlier, of = first_at[same.get(first, first).path.resolve()]
        if earlier != name:
            alike = "" if of is first else f" (the same bytes as {of.file})"
            shared.setdefault((earlier, name), []).append(f"{source.file}{alike}")
    return [_fault(earlier, later, files) for (earlier, later), files in shared.items()]


def _fault(earlier: str, later: str, files: Sequence[str]) -> Problem:
    more = f" and {len(files) - SHOWN:,} more" if len(files) > SHOWN else ""
    are, their = ("is", "its") if len(files) == 1 else ("are", "their")
    return Problem(
        "extract_in_two_sets",
        f"{', '.join(files[:SHOWN])}{more} {are} read by {earlier} too: {their} pounds would count twice",
        Where(item=later),
        remedy="make them one set with one rules file that holds the rules of both",
    )
