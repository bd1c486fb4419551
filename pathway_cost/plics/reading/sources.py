"""Which files are read: patterns spread out, each file once, with the name it goes by and the form it is in."""

from __future__ import annotations

import codecs
import glob
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from pathway_cost.errors import Problem, Where, first_few

Form = Literal["xml", "csv"]

_TABLE_SUFFIXES: Final = (".csv", ".txt")
_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SNIFFED: Final = 1_000
_SHOWN: Final = 3  # files named in one fault
_LARGEST_HEADER: Final = 100_000
"""Bytes above which a table holds more than its header."""
_PACKED: Final = {
    b"\x1f\x8b": "compressed (gzip)",
    b"BZh": "compressed (bzip2)",
    b"\xfd7zXZ": "compressed (xz)",
    b"(\xb5/\xfd": "compressed (zstandard)",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a rar archive",
    b"PAR1": "Parquet",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"PK": "a zip archive or Excel workbook",
}
"""How a file begins that holds no readable text → what it is."""


@dataclass(frozen=True, repr=False)
class Source:
    """One file: where it lies, the name it goes by in messages and tables, its form and size in bytes."""

    path: Path
    file: str
    form: Form
    size: int


def sources_of(
    files: str | Path | Iterable[str | Path], folder: Path | None = None
) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
    """Files by the names they go by, in whatever order they are given, and what is wrong with any of them.

    A file goes by its own name; where several have one name, by as much of its path (from `folder`, where that is given)
    as tells them apart. A file that is given twice (or by a link) goes by the first of its names in the alphabet and is read once.

    >>> sources, problems = sources_of("no/such/*.xml")
    >>> print(problems[0])
    no/such/*.xml: no file fits this pattern; look at its folder and its ending
    """
    given = [files] if isinstance(files, str | Path) else list(files)
    paths, problems = _spread(given)
    if not given:
        problems.append(Problem("no_files", "no PLICS file is named"))
    sources: list[Source] = []
    for file, path in sorted((_as_text(name), path) for name, path in _named(paths, folder).items()):
        form = _form(path, file)
        if isinstance(form, Problem):
            problems.append(form)
        else:
            sources.append(Source(path, file, form, path.stat().st_size))
    return tuple(sources), tuple(problems)


def _as_text(name: str) -> str:
    """A name as text that a table can hold: bytes of it that are no text are `�`."""
    return "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in name)


def without_copies(sources: Sequence[Source]) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
    """The files less the XML among them whose bytes are those of an earlier one, and a fault that names both.

    Tables stay, so that none of a pair is alone.
    """
    copies = copies_among(sources)
    kept = tuple(source for source in sources if source.form == "csv" or source not in copies)
    return kept, tuple(_copy(copy, first) for copy, first in copies.items())


def copies_among(sources: Sequence[Source]) -> dict[Source, Source]:
    """Files whose bytes are those of an earlier one → that one; only files of one size are looked at."""
    sizes = Counter(source.size for source in sources)
    firsts: dict[str, Source] = {}
    copies = {}
    for source in (source for source in sources if sizes[source.size] > 1 and _holds_rows(source)):
        first = firsts.setdefault(_fingerprint(source.path), source)
        if first is not source:
            copies[source] = first
    return copies


def _holds_rows(source: Source) -> bool:
    """Whether there is anything below the header of a table: months in which nothing was done are alike."""
    if source.form == "xml" or source.size > _LARGEST_HEADER:
        return True
    return b"\n" in source.path.read_bytes().replace(b"\0", b"").strip()


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(source: Source, first: Source) -> Problem:
    what = f"{first.file} and {source.file} are the same file under two names: their pounds would count twice"
    return Problem("file_given_twice", what, Where(file=source.file), remedy="leave one of them out")


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
    return [_in_two_sets(earlier, later, files) for (earlier, later), files in shared.items()]


def _in_two_sets(earlier: str, later: str, files: Sequence[str]) -> Problem:
    are, their = ("is", "its") if len(files) == 1 else ("are", "their")
    return Problem(
        "extract_in_two_sets",
        f"{first_few(files, _SHOWN)} {are} read by {earlier} too: {their} pounds would count twice",
        Where(item=later),
        remedy="make them one set with one rules file that holds the rules of both",
    )


def inside(path: Path, folder: Path) -> str:
    """A path from a folder, where it begins with it; else the path.

    >>> inside(Path("study/plics/a.xml"), Path("study")), inside(Path("/data/a.xml"), Path("study"))
    ('plics/a.xml', '/data/a.xml')
    """
    return Path(os.path.relpath(path, folder)).as_posix() if path.is_relative_to(folder) else path.as_posix()


def _named(paths: Iterable[Path], folder: Path | None) -> dict[str, Path]:
    """The last parts of each path, as many as tell it from the others → path."""
    parts = {path: PurePosixPath(path.as_posix() if folder is None else inside(path, folder)).parts for path in paths}
    told: dict[str, Path] = {}
    for count in range(1, max(map(len, parts.values()), default=0) + 1):
        tails = Counter(each[-count:] for each in parts.values())
        told |= {"/".join(each[-count:]): path for path, each in parts.items() if tails[each[-count:]] == 1}
        parts = {path: each for path, each in parts.items() if tails[each[-count:]] > 1}
    return told


def _spread(given: Iterable[str | Path]) -> tuple[list[Path], list[Problem]]:
    paths: dict[Path, Path] = {}
    problems: list[Problem] = []
    for item in given:
        path = Path(item)
        pattern = any(mark in str(item) for mark in "*?[") and not path.exists()
        found = [Path(name) for name in sorted(glob.glob(str(item), recursive=True))] if pattern else [path]  # noqa: PTH207
        if not found:
            problems.append(
                Problem(
                    "no_files",
                    "no file fits this pattern",
                    Where(file=str(item)),
                    remedy="look at its folder and its ending",
                )
            )
        for one in found:
            paths[one.resolve()] = min(one, paths.get(one.resolve(), one), key=str)
    return list(paths.values()), problems


def _form(path: Path, file: str) -> Form | Problem:
    try:
        with path.open("rb") as opened:
            start = opened.read(_SNIFFED)
    except OSError as error:
        return Problem("unreadable_file", f"cannot be read: {error.strerror}", Where(file=file))
    is_table = path.suffix.lower() in _TABLE_SUFFIXES
    bare = _bare(start)
    if not bare:
        return Problem("empty_file", "the file is empty", Where(file=file))
    packed = next((content for mark, content in _PACKED.items() if start.startswith(mark)), None)
    if packed is not None:
        return _not_read(file, packed)
    if is_table and bare.startswith(b"<"):
        return _mistaken(file, "XML", "name it .xml")
    if not is_table and not bare.startswith(b"<"):
        return _mistaken(file, "not XML (it may be a table)", "name a table .csv")
    return "csv" if is_table else "xml"


def _bare(start: bytes) -> bytes:
    """The beginning without byte order mark, leading space and the NULs of UTF-16."""
    for mark in _MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").strip()


def _not_read(file: str, content: str) -> Problem:
    remedy = "unpack it" if "compressed" in content else "unpack it, or save it as CSV"
    return Problem("mistaken_form", f"the file is {content}, which is not read", Where(file=file), remedy=remedy)


def _mistaken(file: str, content: str, remedy: str) -> Problem:
    return Problem(
        "mistaken_form",
        f"the file's content is {content}, which its name does not say",
        Where(file=file),
        remedy=remedy,
    )
