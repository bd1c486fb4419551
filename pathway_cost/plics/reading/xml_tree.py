"""The XML library's part: the head and tail of a document, chunks that are not plain, and whole documents record by record.

No entity is expanded, no document type accepted, nothing fetched, no huge tree built. Messages of the library are never
passed on: they can quote the text of the file.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import quoteattr

import numpy as np
import pyarrow as pa
from lxml import etree

from pathway_cost.plics.reading.raw import clean
from pathway_cost.plics.reading.xml_elements import XSI, Elements, Namespaces, local_name

_HARDENED: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
_DOCTYPE: Final = b"<!DOCTYPE"
_RECORDS_AT_A_TIME: Final = 2_000
_STRAY: Final = "text stands between elements, where none belongs"

_WORDS: Final = {
    "ERR_DOCUMENT_EMPTY": "the file is empty",
    "ERR_DOCUMENT_END": "the file goes on after the document's end",
    "ERR_TAG_NAME_MISMATCH": "an element is closed by another's name",
    "ERR_GT_REQUIRED": "a tag is not finished by `>`",
    "ERR_LT_REQUIRED": "a tag does not begin with `<`",
    "ERR_INVALID_CHAR": "a character that XML does not allow",
    "ERR_INVALID_ENCODING": "bytes that are not of the file's encoding",
    "ERR_UNDECLARED_ENTITY": "an entity that XML does not define (write & as &amp;)",
    "ERR_ENTITYREF_SEMICOL_MISSING": "an & that begins no entity (write it as &amp;)",
    "ERR_NAME_REQUIRED": "a tag or entity without a name (write & as &amp; and < as &lt;)",
    "ERR_COMMENT_NOT_FINISHED": "a comment that does not end",
    "ERR_CDATA_NOT_FINISHED": "a CDATA section that does not end",
    "NS_ERR_UNDEFINED_NAMESPACE": "a namespace prefix that is not declared (declare it on the root element, or take it off)",
    "NS_ERR_QNAME": "a name with more than one colon, or none before it",
    "NS_ERR_ATTRIBUTE_REDEFINED": "an attribute given twice",
    "NS_ERR_EMPTY": "a namespace prefix that is declared as nothing",
    "NS_ERR_XML_NAMESPACE": "a namespace that XML keeps for itself",
    "ERR_ATTRIBUTE_REDEFINED": "an attribute given twice",
    "ERR_RESERVED_XML_NAME": "an XML declaration that is not at the start: two documents in one file?",
    "ERR_LT_IN_ATTRIBUTE": "a < inside an attribute (write it as &lt;)",
    "ERR_RESOURCE_LIMIT": "elements nested too deeply, or a text too long",
}


_CUT_SHORT: Final = "the file ends before the document does: it is cut short"
_UNFINISHED: Final = (
    "ERR_DOCUMENT_END", "ERR_TAG_NOT_FINISHED", "ERR_GT_REQUIRED", "ERR_COMMENT_NOT_FINISHED",
    "ERR_CDATA_NOT_FINISHED", "ERR_ATTRIBUTE_NOT_FINISHED", "ERR_LT_REQUIRED",
)  # fmt: skip


class NotXml(Exception):  # carried to where the fault is worded
    """The document is not well-formed, or of a kind that is refused: `what`, and the line where it is known."""

    def __init__(self, what: str, line: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.line = line


@dataclass(frozen=True)
class Opening:
    """What stands before the records: root, namespaces in force, header texts by element name."""

    root: str
    namespaces: Namespaces
    path: tuple[str, ...]
    """Elements that the records stand in, root first."""
    header: dict[str, str]


class Envelope:
    """The document without its records: its head is read first, its tail proves it whole."""

    def __init__(self, head: bytes, record_tag: bytes) -> None:
        refuse_doctype(head)
        self._parser = etree.XMLPullParser(events=("start",), **_HARDENED)
        started = _feed(self._parser, head + b"<" + record_tag + b"/>\n")
        if not started or etree.QName(started[-1]).localname != "Activity":
            raise NotXml("the first record stands in a comment or CDATA section")
        self.opening = _opening(started[0], started[-1])

    def close(self, tail: bytes) -> None:
        """Raises NotXml where head and tail make no document, or hold text between elements."""
        _feed(self._parser, tail)
        if any(has_stray_text(element) for element in _close(self._parser).iter("*")):
            raise NotXml(_STRAY)


def _feed(parser: etree.XMLPullParser, content: bytes) -> list[etree._Element]:
    try:
        parser.feed(content)
        elements = [element for _, element in parser.read_events()]
    except etree.XMLSyntaxError as error:
        fault = _not_xml(error.code, error.lineno, parser)
    else:
        passed = next((entry for entry in parser.feed_error_log if entry.type in _words_by_code()), None)
        if passed is None:
            return elements
        fault = _not_xml(passed.type, passed.line, parser)
    raise fault


def _close(parser: etree.XMLPullParser) -> etree._Element:
    try:
        return parser.close()
    except etree.XMLSyntaxError as error:
        fault = _not_xml(error.code, error.lineno, parser, at_end=True)
    raise fault


def refuse_doctype(head: bytes, line: int = 1) -> None:
    """Raises NotXml where the bytes before the root element, which begin on `line`, hold a document type."""
    at = head.find(_DOCTYPE)
    if at >= 0:
        what = "the file declares a document type (DOCTYPE), which these extracts never do: refused unread"
        raise NotXml(what, line + head.count(b"\n", 0, at))


@functools.cache
def _words_by_code() -> dict[int | None, str]:
    """The library's number of an error → our words."""
    return {getattr(etree.ErrorTypes, name, None): what for name, what in _WORDS.items()}


def _not_xml(code: int, line: int, parser: etree.XMLPullParser, *, at_end: bool = False) -> NotXml:
    """The library's first error in our words; `at_end`, what is unfinished was cut short.

    It goes on past some errors (a prefix that is not declared) and hands out elements whose names it cannot take apart.
    """
    log = [(entry.type, entry.line) for entry in parser.feed_error_log if entry.level >= etree.ErrorLevels.FATAL]
    code, line = log[0] if log else (code, line)
    words = _words_by_code()
    unfinished = at_end and code in {getattr(etree.ErrorTypes, name, None) for name in _UNFINISHED}
    return NotXml(
        _CUT_SHORT if unfinished else words.get(code, f"it is not well-formed XML (libxml2 error {code})"), line
    )


def _opening(root: etree._Element, first: etree._Element) -> Opening:
    own = etree.QName(root).namespace or ""
    parents = [etree.QName(element).localname for element in first.iterancestors()][::-1]
    header = root.find("{*}MessageHeader")
    texts = {} if header is None else {local_name_of(leaf, own): (leaf.text or "").strip() for leaf in header}
    return Opening(etree.QName(root).localname, Namespaces(dict(first.nsmap), own), tuple(parents), texts)


def local_name_of(element: etree._Element, own: str) -> str:
    """Plain name of an element, marked when it is of another namespace."""
    name = etree.QName(element)
    return local_name(name.namespace or "", name.localname, own)


def parse_chunk(chunk: bytes, namespaces: Namespaces) -> Elements | None:
    """Elements of a chunk of whole records by way of a tree; None when it does not parse on its own."""
    declared = " ".join(
        f"xmlns{':' + prefix if prefix else ''}={quoteattr(uri)}"
        for prefix, uri in namespaces.prefixes.items()
        if prefix != "xml"
    )
    try:
        refuse_doctype(chunk)
        wrapped = etree.fromstring(b"<w " + declared.encode() + b">" + chunk + b"</w>", etree.XMLParser(**_HARDENED))
    except (etree.XMLSyntaxError, NotXml):
        return None
    return None if has_stray_text(wrapped) else elements_of(wrapped, namespaces.own)


def walk(blocks: Iterable[bytes]) -> Iterator[tuple[Opening, list[etree._Element]]]:
    """A whole document, some thousand records at a time, each released behind. Raises NotXml.

    A document without records gives its opening and an empty list.
    """
    parser = etree.XMLPullParser(events=("end",), tag="{*}Activity", **_HARDENED)
    opening, held, behind, line = None, [], b"", 1
    for block in blocks:
        if opening is None:
            refuse_doctype(behind + block, line - behind.count(b"\n"))
            behind, line = block[-len(_DOCTYPE) :], line + block.count(b"\n")
        held += _feed(parser, block)
        if held and opening is None:
            opening = _opening(_root_of(held[0]), held[0])
        if opening is not None and len(held) > _RECORDS_AT_A_TIME:
            yield opening, held[:-1]
            _release(held[:-1])
            held = held[-1:]
    root = _close(parser)
    if any(has_stray_text(element) for element in (root, *root)):
        raise NotXml(_STRAY)
    yield opening or _opening(root, root), held


def _root_of(element: etree._Element) -> etree._Element:
    return element.getroottree().getroot()


def _release(elements: Iterable[etree._Element]) -> None:
    for element in elements:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)


def elements_of(records: Iterable[etree._Element], own: str) -> Elements:
    """Elements of some records in document order, read from their trees."""
    found = [each for record in records for each in _visit(record, 1, own)]
    names, name = np.unique(np.array([name for name, _, _, _ in found], dtype=np.str_), return_inverse=True)
    texts = [text for _, _, text, _ in found]
    return Elements(
        names.tolist(),
        name.astype(np.int32),
        np.array([depth for _, depth, _, _ in found], np.int32),
        clean(pa.array(texts, pa.string())),
        np.where([text is None for text in texts], -1, np.arange(len(texts))).astype(np.int32),
        np.flatnonzero([stray for _, _, _, stray in found]).astype(np.int32),
    )


def _visit(element: etree._Element, depth: int, own: str) -> Iterator[tuple[str, int, str | None, bool]]:
    """Name, depth, text and whether stray text stands beside: of the element, then of those within it."""
    children = [child for child in element if isinstance(child.tag, str)]
    nil = element.get(f"{{{XSI}}}nil", "").strip() in ("true", "1")
    text = None if children or nil else element.text or ""
    stray = has_stray_text(element) or bool(depth == 1 and (element.tail or "").strip())
    yield local_name_of(element, own), depth, text, stray
    for child in children:
        yield from _visit(child, depth + 1, own)


def has_stray_text(element: etree._Element) -> bool:
    """Whether an element with children holds text beside them."""
    children = list(element)
    return bool(children) and any((text or "").strip() for text in (element.text, *(child.tail for child in children)))
