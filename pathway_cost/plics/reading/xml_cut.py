"""An XML file as UTF-8 bytes, cut where one activity record ends and the next begins. Memory does not grow with the file."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

BLOCK: Final = 4 << 20
"""Bytes read at a time, and the aimed size of a chunk."""
LARGEST_HEAD: Final = 1 << 20
"""Bytes before the first record; a longer head is not one of these files."""
LARGEST_RECORD: Final = 64 << 20
"""Bytes in which one record must have ended."""

_DECLARATION: Final = re.compile(rb"\A\s*<\?xml\b[^>]*\?>")
_DECLARED_ENCODING: Final = re.compile(rb"""\A\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([A-Za-z][\w.-]*)["']""")
_FIRST_RECORD: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?Activity(?=[\s/>])")


_READABLE: Final = frozenset(
    {"utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be", "iso8859-1", "iso8859-15", "cp1252"}
)


class NotCut(Exception):  # not an error: the file is then read in one piece
    """The file cannot be cut at record ends; reading it as one document will say why, or will do."""


@dataclass(frozen=True, repr=False)
class Piece:
    """Bytes of the document: `head` before the first record, `records` whole ones, `tail` after the last."""

    kind: str
    content: bytes
    bytes_read: int


def blocks(path: Path) -> Iterator[bytes]:
    """The file as UTF-8 without byte order mark or declaration. Raises LookupError, UnicodeError, OSError."""
    with path.open("rb") as file:
        start = file.read(BLOCK)
        encoding, mark = _encoding(start)
        decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)()
        block, first = start[mark:], True
        while block:
            text = block if decoder is None else decoder.decode(block).encode()
            yield _without_declaration(text) if first else text
            block, first = file.read(BLOCK), False
        if decoder is not None:
            decoder.decode(b"", final=True)


def first_tag(content: bytes) -> bytes:
    """Name of the first record's element as written, with its prefix; empty where there is none."""
    first = _FIRST_RECORD.search(content)
    return b"" if first is None else first.group()[1:]


def _encoding(start: bytes) -> tuple[str, int]:
    """Name of the encoding and length of the byte order mark."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if start.startswith(mark):
            return encoding, len(mark)
    for opening, encoding in ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")):
        if start.startswith(opening):
            return encoding, 0
    declared = _DECLARED_ENCODING.match(start[:200])
    name = codecs.lookup(declared.group(1).decode("ascii")).name if declared else "utf-8"
    if name not in _READABLE:
        raise LookupError(name)
    return ("utf-8" if name == "ascii" else name), 0


def _without_declaration(text: bytes) -> bytes:
    """The declaration blanked, so that every line keeps its number."""
    declaration = _DECLARATION.match(text[:400])
    return text if declaration is None else b"\n" * declaration.group().count(b"\n") + text[declaration.end() :]


def pieces(path: Path) -> Iterator[Piece]:
    """Head, chunks of whole records, tail. Raises NotCut where no record begins or ends in sight."""
    read, held, end_tag = 0, b"", b""
    for block in blocks(path):
        read += len(block)
        held += block
        if not end_tag:
            first = _FIRST_RECORD.search(held)
            if first is None:
                if len(held) > LARGEST_HEAD:
                    raise NotCut
                continue
            end_tag = b"</" + first.group()[1:] + b">"
            yield Piece("head", held[: first.start()], read)
            held = held[first.start() :]
        cut = held.rfind(end_tag) + len(end_tag)
        if cut >= len(end_tag):
            yield Piece("records", held[:cut], read)
            held = held[cut:]
        elif len(held) > LARGEST_RECORD:
            raise NotCut
    yield Piece("tail" if end_tag else "head", held, read)
