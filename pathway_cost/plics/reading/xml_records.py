"""One XML extract as steps of work: its header, then batches of records, read by name in memory that does not grow.

The file is cut where one record ends and the next begins. A chunk in plain form is read by array operations, any other
by the XML library. Where a cut fell wrong (inside a comment) or the file is not well-formed, it is read again in one
piece from the record that was reached: that succeeds, or says which line is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pathway_cost.errors import Problem, Where
from pathway_cost.plics.reading.header import Header, read_header
from pathway_cost.plics.reading.identifiers import Privacy
from pathway_cost.plics.reading.raw import RawRecords
from pathway_cost.plics.reading.typed import Batch, Faults, batch_of
from pathway_cost.plics.reading.wording import PUT_RIGHT
from pathway_cost.plics.reading.xml_cut import NotCut, Piece, blocks, first_tag, pieces
from pathway_cost.plics.reading.xml_elements import Namespaces, records_of
from pathway_cost.plics.reading.xml_scan import scan
from pathway_cost.plics.reading.xml_tree import Envelope, NotXml, elements_of, parse_chunk, walk


@dataclass(frozen=True)
class Again:
    """The file cannot be read in chunks from here on."""


@dataclass(frozen=True)
class Reached:
    """So many bytes of the file are done; more than it has means all."""

    read: int


Part = Header | Batch | Again | Faults | Reached
Step = Callable[[], Part]


def steps(path: Path, file: str, layouts: Mapping[str, str], privacy: Privacy) -> Iterator[Step]:
    """The file as steps: a header first, then batches in record order. Steps may run at the same time."""
    try:
        yield from _steps(pieces(path), file, layouts, privacy)
    except (NotCut, NotXml, UnicodeError, LookupError):
        yield Again


def _steps(parts: Iterator[Piece], file: str, layouts: Mapping[str, str], privacy: Privacy) -> Iterator[Step]:
    head, first = next(parts), next(parts, None)
    if first is None:
        raise NotCut
    envelope = Envelope(head.content, first_tag(first.content))
    header = read_header(envelope.opening, file, layouts)
    if not isinstance(header, Header):
        yield partial(Faults, header)
        return
    yield lambda: header
    piece = first
    while piece.kind == "records":
        yield partial(_chunk, piece.content, envelope.opening.namespaces, header, privacy)
        yield partial(Reached, piece.bytes_read)
        piece = next(parts)
    if first_tag(piece.content):
        raise NotCut
    envelope.close(piece.content)
    yield partial(Reached, sys.maxsize)


def _chunk(content: bytes, namespaces: Namespaces, header: Header, privacy: Privacy) -> Batch | Again:
    elements = scan(content, namespaces) or parse_chunk(content, namespaces)
    return Again() if elements is None else _batch(records_of(elements, header.layout.elements), header, privacy)


def _batch(raw: RawRecords, header: Header, privacy: Privacy) -> Batch:
    return batch_of(raw, header.layout, privacy, file=header.file, fin_year=header.fin_year)


def in_one_piece(path: Path, file: str, layouts: Mapping[str, str], privacy: Privacy, *, skip: int) -> Iterator[Part]:
    """Header and batches by walking the whole document, without the first `skip` records."""
    try:
        header: Header | None = None
        for opening, records in walk(blocks(path)):
            if header is None:
                read = read_header(opening, file, layouts)
                if not isinstance(read, Header):
                    yield Faults(read)
                    return
                header = read
                yield header
            wanted, skip = records[skip:], max(skip - len(records), 0)
            if wanted:
                yield _batch(
                    records_of(elements_of(wanted, opening.namespaces.own), header.layout.elements), header, privacy
                )
    except NotXml as fault:
        yield Faults((Problem("not_well_formed", fault.what, Where(file=file, line=fault.line), remedy=PUT_RIGHT),))
    except (UnicodeError, LookupError):
        what = "the file's bytes are not of the encoding it declares, or of one that is not read"
        yield Faults((Problem("encoding", what, Where(file=file), remedy="save it as UTF-8"),))
