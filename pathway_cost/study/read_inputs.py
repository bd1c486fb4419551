"""The inputs of a study as they were when they were read: their hashes, and which of them have changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pathway_cost.study.named_files import InMemory, Inputs, sha256

Stamp = tuple[int, int]


@dataclass(frozen=True)
class ReadInputs:
    """What a run record calls each input → where it is, the hash of its content, and for a file its size and time."""

    files: Inputs
    hashes: Mapping[str, str]
    stamps: Mapping[str, Stamp | None]

    @classmethod
    def of(cls, files: Inputs) -> ReadInputs:
        """Inputs that have just been read."""
        stamps = {name: _stamp(file) for name, file in files.items()}
        return cls(files, {name: _hash(file) for name, file in files.items()}, stamps)

    def revised(self, before: Inputs, after: Inputs) -> ReadInputs:
        """The same with other specs: those of `before` that `after` lacks are no longer what was read."""
        files = {name: file for name, file in self.files.items() if name in after or name not in before}
        new = ReadInputs.of({name: file for name, file in after.items() if name not in before})
        return ReadInputs(
            {**files, **new.files},
            {**{name: self.hashes[name] for name in files}, **new.hashes},
            {**{name: self.stamps[name] for name in files}, **new.stamps},
        )

    def changed(self) -> tuple[str, ...]:
        """The files whose content is no longer what was read, or that are gone; a file only touched is none."""
        return tuple(
            name
            for name, file in self.files.items()
            if isinstance(file, Path) and _stamp(file) != self.stamps[name] and _hash(file) != self.hashes[name]
        )


def _stamp(file: Path | InMemory) -> Stamp | None:
    if not isinstance(file, Path):
        return None
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _hash(file: Path | InMemory) -> str:
    """The hash of a content; "" of a file that is not there: what wants it tells so."""
    return "" if isinstance(file, Path) and not file.is_file() else sha256(file)
