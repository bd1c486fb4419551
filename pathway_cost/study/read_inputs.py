"""The inputs of a study as they were when they were read: their hashes, and which of them have changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pathway_cost.study.named_files import Inputs, sha256


class AsRead(NamedTuple):
    """A file as it was: the hash of its content, and its size and time; both empty where it was not there."""

    file: Path
    sha256: str
    stamp: tuple[int, int] | None


@dataclass(frozen=True, repr=False)
class ReadInputs:
    """What a run record calls each input → where it is, and of each file how it was when it was read."""

    files: Inputs = field(default_factory=dict)
    as_read: Mapping[str, AsRead] = field(default_factory=dict)
    """Those too of which specs were edited in memory since: the rest of what they say still stands."""

    @classmethod
    def of(cls, files: Inputs) -> ReadInputs:
        """Inputs that have just been read."""
        found = {
            name: AsRead(file, _hash(file), _stamp(file)) for name, file in files.items() if isinstance(file, Path)
        }
        return cls(files, found)

    @property
    def hashes(self) -> dict[str, str]:
        """The hash of the content of each input, of files as they were."""
        return {
            name: sha256(file) if not isinstance(file, Path) else self.as_read[name].sha256
            for name, file in self.files.items()
        }

    def revised(self, before: Inputs, after: Inputs) -> ReadInputs:
        """The same with specs that were edited in memory: those of `before` that `after` lacks are no longer what was read."""
        kept = {name: file for name, file in self.files.items() if name in after or name not in before}
        return ReadInputs({**kept, **after}, self.as_read)

    def beside(self, files: Inputs) -> ReadInputs:
        """The specs as they were read, and beside them all else that a study reads, as it is now."""
        now = ReadInputs.of({name: file for name, file in files.items() if name not in self.as_read})
        return ReadInputs(files, {**self.as_read, **now.as_read})

    def changed(self) -> tuple[str, ...]:
        """The files whose content is no longer what was read, or that are gone; a file only touched is none."""
        return tuple(
            name
            for name, was in self.as_read.items()
            if was.stamp != _stamp(was.file) and was.sha256 != _hash(was.file)
        )


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _hash(file: Path) -> str:
    """The hash of a content; "" of a file that is not there: what wants it tells so."""
    return sha256(file) if file.is_file() else ""
