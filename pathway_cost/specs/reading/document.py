"""A YAML document as plain Python, and where each of its entries stands in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pathway_cost.errors import Problem, Where

Path = tuple[str | int | float, ...]
"""Keys and list positions from the root of a document."""
Position = tuple[int, int]
"""Line and column, both from 1."""


@dataclass(frozen=True, repr=False)
class Document:
    """One file, or what stands for one: its tree (dict, list, str, float, int, bool, None), and the position of every entry.

    The position of an entry of a mapping is that of its key, of an entry of a list that of the entry.
    `written` holds the text of scalars and keys that are not text in YAML, as written (`0100`).
    """

    file: str
    tree: Any
    positions: Mapping[Path, Position] = field(default_factory=dict)
    written: Mapping[Path, str] = field(default_factory=dict)

    def path_of(self, path: Path) -> Path:
        """The entry of the file that a path means, or its nearest parent.

        The path may name fields that short forms leave out (`start.shares.gp` for `start: {gp: 1}`), and kinds
        that only the model knows: parts that the file does not hold are passed over. Dots inside keys are fine.
        """
        parts = tuple(part for given in path for part in str(given).split("."))
        return _best_match(self.tree, parts, ())[1]

    def locate(self, path: Path) -> Position:
        """Line and column of an entry, or of its nearest parent."""
        return self.positions.get(self.path_of(path), (1, 1))

    def where(self, path: Path) -> Where:
        """File, line, column and item of an entry; no line where there is no text, no file where it has no name."""
        item = ".".join(str(part) for part in self.path_of(path)) or None
        if not self.positions:
            return Where(self.file or None, item=item)
        line, column = self.locate(path)
        return Where(self.file, line, column, item=item)

    def written_at(self, path: Path) -> str | None:
        """A number, flag or date as the file writes it."""
        return self.written.get(self.path_of(path))


def _best_match(node: Any, parts: tuple[str, ...], here: Path) -> tuple[tuple[int, int], Path]:
    """The reading of `parts` below `node` that explains the latest part, then the most parts."""
    best: tuple[tuple[int, int], Path] = ((-1, 0), here)
    reach = 1 if isinstance(node, list) else len(parts)  # a number belongs to the list just named, to no other
    for skipped in range(min(reach, len(parts))):
        rest = parts[skipped:]
        for key, child, used in _children(node, rest):
            (last, count), path = _best_match(child, rest[used:], (*here, key))
            score = (skipped + used + max(last, -1), count + 1)
            if score > best[0]:
                best = (score, path)
    return best


def _children(node: Any, parts: tuple[str, ...]) -> list[tuple[str | int, Any, int]]:
    """Entries of `node` whose key is written by the first of `parts`: key, entry, parts used."""
    if isinstance(node, dict):
        keys = [(key, str(key).split(".")) for key in node]
        return [(key, node[key], len(words)) for key, words in keys if tuple(words) == parts[: len(words)]]
    if isinstance(node, list) and parts[0].isdigit() and int(parts[0]) < len(node):
        return [(int(parts[0]), node[int(parts[0])], 1)]
    return []


@dataclass(frozen=True, repr=False)
class Source:
    """The file behind a spec: turns the item of a problem into file, line and column."""

    document: Document

    @property
    def path(self) -> str:
        """The file, as it was given."""
        return self.document.file

    def place(self, problem: Problem) -> Problem:
        """The same problem with file, line and column of its item (`settings.surgery.uses.0.quantity`)."""
        item = problem.where.item
        line, column = self.document.locate((item,)) if item and self.document.positions else (None, None)
        file = self.path or None
        return replace(problem, where=Where(file=file, line=line, column=column, row=problem.where.row, item=item))
