"""Folders in which a process works: hidden, closed to others, locked for as long as it lives, and gone when it is done.

A process that is killed leaves its folders behind. Whoever comes to the same place next knows them by their name and the
marker inside, learns from the lock that nobody works in them any more, and sweeps them: what they hold is deleted, and an
older result that had stepped aside for a new one that never came is put back.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import stat
import sys
import weakref
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

MARKER: Final = "pathway-cost.lock"
SAID: Final = b"pathway-cost works in this folder, or was stopped while it did; `pathway-cost clean` removes it then.\n"
_NAME: Final = re.compile(r"\.(?P<place>(?!\.{1,2}\.partial-[0-9a-f]{16}$).+)\.partial-[0-9a-f]{16}", re.DOTALL)
_WITHOUT_LINKS: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)

_ours: Final[dict[Path, tuple[BinaryIO | None, int]]] = {}
"""Folder of this process → the file that holds its lock, and the process."""


class OwnFolder:
    """A folder to work in, beside the place that the work is for; it goes with the block, the object or the process.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as parent, OwnFolder(Path(parent), "out") as own:
    ...     own.path.name.startswith(".out.partial-"), sweep(Path(parent))
    (True, [])
    """

    def __init__(self, parent: Path, place: str) -> None:
        self.path = parent / f".{place}.partial-{os.urandom(8).hex()}"
        self._at_last = weakref.finalize(self, _remove, self.path)
        _ours[self.path] = None, os.getpid()  # known before it is there, so that no signal falls between
        try:
            self.path.mkdir(0o700)
        except (OSError, ValueError):
            del _ours[self.path]
            raise
        _ours[self.path] = _marked(self.path / MARKER), os.getpid()

    @property
    def new(self) -> Path:
        """Where what will stand at the place is made."""
        return self.path / "new"

    @property
    def old(self) -> Path:
        """Where what stands at the place steps aside; it is put back unless something else has come there."""
        return _aside(self.path)

    def remove(self) -> None:
        """Remove the folder with all that it holds."""
        _remove(self.path)
        self._at_last.detach()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.remove()


@dataclass(frozen=True)
class Leftover:
    """What a process that was stopped left: its folder, how much it holds, and where an older result is put back."""

    folder: Path
    files: int
    size: int
    put_back: Path | None


def sweep(parent: Path, *, look_only: bool = False) -> list[Leftover]:
    """Remove the leftovers directly in a folder, or only look; folders in use, and those of others, stay."""
    found = (_swept(folder, look_only=look_only) for folder in _leftovers_in(parent))
    return [each for each in found if each is not None]


def sweep_below(parent: Path, *, look_only: bool = False) -> Iterator[Leftover]:
    """The same in a folder and all folders below it; links are not followed."""
    for place, inside, _ in os.walk(parent):
        inside[:] = sorted(name for name in inside if not _NAME.fullmatch(name))
        yield from sweep(Path(place), look_only=look_only)


def folders_of_ours() -> frozenset[Path]:
    """The folders in which this process works now."""
    return frozenset(_ours)


def remove_ours(but: Collection[Path] = ()) -> None:
    """Remove every folder in which this process works, but those named."""
    for folder in folders_of_ours().difference(but):
        _remove(folder)


atexit.register(remove_ours)


# --- a folder of this process --------------------------------------------------------------------------------------
def _marked(marker: Path) -> BinaryIO:
    """The open file whose lock says that the folder is in use. It says so in words only once it is locked."""
    file = _opened(marker, os.O_CREAT | os.O_EXCL)
    _is_locked(file)
    file.write(SAID)
    return file


def _opened(marker: Path, how: int = 0) -> BinaryIO:
    return os.fdopen(os.open(marker, os.O_RDWR | _WITHOUT_LINKS | how, 0o600), "r+b", buffering=0)


def _remove(folder: Path) -> None:
    """Remove a folder of this process; a process forked from it leaves its parent's alone."""
    file, process = _ours.get(folder, (None, -1))
    if process == os.getpid():
        _tidied(folder, file)
        _ours.pop(folder, None)


def _tidied(folder: Path, lock: BinaryIO | None) -> None:
    """Put back what stepped aside, delete the rest, and the marker last: what breaks this off leaves what can be swept."""
    if _put_back(folder):
        with suppress(OSError):
            for path in list(folder.iterdir()):
                if path.name != MARKER:
                    _deleted(path)
    if lock is not None:
        lock.close()
    with suppress(OSError):
        if all(path.name == MARKER for path in folder.iterdir()):
            (folder / MARKER).unlink(missing_ok=True)
            folder.rmdir()


def _deleted(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink()


def _put_back(folder: Path) -> bool:
    """Whether nothing is left aside that belongs elsewhere: an older result goes back where nothing has taken its place."""
    aside, place = _aside(folder), _place_of(folder)
    with suppress(OSError):
        if os.path.lexists(aside):
            aside.rename(place if not os.path.lexists(place) else folder / "gone")
    return not os.path.lexists(aside)


def _aside(folder: Path) -> Path:
    return folder / "old"


def _place_of(folder: Path) -> Path:
    """The place that a folder's work is for."""
    named = _NAME.fullmatch(folder.name)
    assert named is not None
    return folder.with_name(named["place"])


# --- folders that others left --------------------------------------------------------------------------------------
def _leftovers_in(parent: Path) -> list[Path]:
    """Folders of our name and with our marker, in order."""
    with suppress(OSError, ValueError), os.scandir(parent) as entries:
        named = [
            Path(each.path) for each in entries if _NAME.fullmatch(each.name) and each.is_dir(follow_symlinks=False)
        ]
        return sorted(folder for folder in named if _is_marker(folder / MARKER))
    return []


def _is_marker(path: Path) -> bool:
    """Whether a file is a marker of ours, of this user, and finished."""
    try:
        told = path.lstat()
    except OSError:
        return False
    ours = not hasattr(os, "getuid") or told.st_uid == os.getuid()
    return stat.S_ISREG(told.st_mode) and ours and told.st_size == len(SAID)


def _swept(folder: Path, *, look_only: bool) -> Leftover | None:
    """A leftover, removed unless only looked at; None where a process works in it, or that cannot be told."""
    try:
        lock = _opened(folder / MARKER)
    except OSError:
        return None
    with lock:
        if not _is_locked(lock) or not os.fstat(lock.fileno()).st_nlink:  # in use, or just swept by another
            return None
        found = _weighed(folder)
        if not look_only:
            _tidied(folder, lock)
        return found


def _is_locked(file: BinaryIO) -> bool:
    """Whether a file could be locked: nobody has, and the file system knows of locks. The lock goes with the process."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _weighed(folder: Path) -> Leftover:
    """How much a leftover holds, and what of it is put back."""
    aside, place = _aside(folder), _place_of(folder)
    back = place if os.path.lexists(aside) and not os.path.lexists(place) else None
    files = [Path(at) / name for at, _, names in os.walk(folder) for name in names if name != MARKER]
    return Leftover(folder, len(files), sum(path.lstat().st_size for path in files), back)
