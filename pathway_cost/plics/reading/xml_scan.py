"""Elements of a chunk in plain form, found by array operations over its bytes.

Plain form is elements and text and nothing else: no comment, CDATA section, processing instruction, entity, inner
namespace declaration, nor `>` inside text or attribute. That the chunk is well-formed is proved here, tag by tag. Any
other chunk is refused with None, not judged: the XML library then reads it and says what is wrong, if anything is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pathway_cost.plics.reading.raw import clean
from pathway_cost.plics.reading.xml_elements import Codes, Elements, Namespaces

_NO_CHARACTERS: Final = b"\xef\xbf"
"""Begins U+FFFE and U+FFFF, which XML does not allow."""
_SPACE: Final = 32
_NAME: Final = r"[A-Za-z_][\w.-]*"
_QNAME: Final = rf"(?:{_NAME}:)?{_NAME}"
_ATTRIBUTE: Final = rf"\s+({_QNAME})\s*=\s*(\"[^\"<]*\"|'[^'<]*')"
_TAG: Final = re.compile(rf"(/?)({_QNAME})((?:{_ATTRIBUTE})*)\s*(/?)", re.ASCII)
_ATTRIBUTES: Final = re.compile(_ATTRIBUTE, re.ASCII)
_MOST_TAGS: Final = 1_000
_DEEPEST: Final = 100


@dataclass(frozen=True)
class _Kind:
    """One way a tag is written: +1 opens an element, -1 closes it, 0 does both."""

    name: str
    step: int
    nil: bool


@dataclass(frozen=True, repr=False)
class _Tags:
    """All tags of a chunk in order, with the positions of their `<` and `>`."""

    names: Sequence[str]
    name: Codes
    step: NDArray[np.int8]
    nil: NDArray[np.bool_]
    starts: Codes
    ends: Codes


def scan(chunk: bytes, namespaces: Namespaces) -> Elements | None:
    """Elements of a chunk of whole `Activity` elements; None when the chunk is not in plain form."""
    if b"\r" in chunk:
        chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    tags = _tags(chunk, namespaces)
    if tags is None:
        return None
    depth = np.cumsum(tags.step, dtype=np.int32)
    leaves = np.flatnonzero((tags.step[:-1] == 1) & (tags.step[1:] == -1)).astype(np.int32)
    if not (_is_balanced(tags, depth, leaves) and _only_space_between(chunk, tags, leaves)):
        return None
    return _elements(chunk, tags, depth, leaves)


def _tags(chunk: bytes, namespaces: Namespaces) -> _Tags | None:
    if b"&" in chunk or not _is_text(chunk):
        return None
    content = np.frombuffer(chunk, np.uint8)
    starts = np.flatnonzero(content == ord("<")).astype(np.int32)
    ends = np.flatnonzero(content == ord(">")).astype(np.int32)
    if len(starts) != len(ends) or not ((starts < ends).all() and (ends[:-1] < starts[1:]).all()):
        return None
    written = _slices(chunk, starts + 1, ends).dictionary_encode()
    kinds = _kinds(written.dictionary.to_pylist(), namespaces)
    if not kinds:
        return None
    code = written.indices.to_numpy()
    names, name = np.unique([kind.name for kind in kinds], return_inverse=True)
    step = np.array([kind.step for kind in kinds], np.int8)
    nil = np.array([kind.nil for kind in kinds])
    return _Tags(names.tolist(), name.astype(np.int32)[code], step[code], nil[code], starts, ends)


def _is_text(chunk: bytes) -> bool:
    """Whether the bytes are UTF-8 without control characters."""
    content = np.frombuffer(chunk, np.uint8)
    control = int(np.count_nonzero(content < _SPACE))
    allowed = sum(int(np.count_nonzero(content == code)) for code in b"\n\t") if control else 0
    return control == allowed and (chunk.isascii() or _is_xml_text(chunk))


def _is_xml_text(chunk: bytes) -> bool:
    try:
        chunk.decode()
    except UnicodeDecodeError:
        return False
    return _NO_CHARACTERS not in chunk


def _slices(chunk: bytes, starts: Codes, ends: Codes) -> pa.Array:
    """Text from each start to its end; starts and ends take turns along the chunk."""
    turns = np.empty(2 * len(starts), np.int32)
    turns[0::2], turns[1::2] = starts, ends
    both = pa.StringArray.from_buffers(max(len(turns) - 1, 0), pa.py_buffer(turns), pa.py_buffer(chunk))
    return both.take(pa.array(np.arange(0, len(turns), 2, dtype=np.int32)))


def _kinds(written: Sequence[str], namespaces: Namespaces) -> list[_Kind]:
    """What each distinct tag means; nothing at all when one of them is not plain."""
    if len(written) > _MOST_TAGS:
        return []
    kinds = [kind for tag in written if (kind := _kind(tag, namespaces)) is not None]
    return kinds if len(kinds) == len(written) else []


def _kind(written: str, namespaces: Namespaces) -> _Kind | None:
    parts = _TAG.fullmatch(written)
    if parts is None:
        return None
    closing, closed = parts[1], parts[parts.lastindex or 0]
    attributes = _ATTRIBUTES.findall(parts[3])
    names = [name for name, _ in attributes]
    name = namespaces.element(parts[2])
    if name is None or len(set(names)) < len(names) or (closing and (closed or attributes)):
        return None
    if not all(_is_declared(attribute, namespaces) for attribute in names):
        return None
    nil = any(namespaces.is_nil(attribute) and text[1:-1].strip() in ("true", "1") for attribute, text in attributes)
    return _Kind(name, -1 if closing else 0 if closed else 1, nil)


def _is_declared(attribute: str, namespaces: Namespaces) -> bool:
    prefix, _, name = attribute.rpartition(":")
    return name != "xmlns" and prefix != "xmlns" and (prefix in ("", "xml") or prefix in namespaces.prefixes)


def _is_balanced(tags: _Tags, depth: Codes, leaves: Codes) -> bool:
    """Whether every element that opens is closed by its own name, in order, and nothing stays open."""
    if depth[-1] != 0 or depth.min() < 0 or depth.max() > _DEEPEST:
        return False
    outer = tags.step != 0
    outer[leaves] = outer[leaves + 1] = False
    level = np.where(tags.step == 1, depth, depth + 1)[outer].astype(np.int8)
    in_pairs = tags.name[outer][np.argsort(level, kind="stable")]
    leaves_match = (tags.name[leaves] == tags.name[leaves + 1]).all()
    return bool(leaves_match and (in_pairs[0::2] == in_pairs[1::2]).all())


def _only_space_between(chunk: bytes, tags: _Tags, leaves: Codes) -> bool:
    """Whether text stands in leaves only."""
    between = np.ones(len(tags.name) - 1, bool)
    between[leaves] = False
    after = np.flatnonzero(between)
    gaps = _slices(chunk, tags.ends[after] + 1, tags.starts[after + 1]).unique()
    around = chunk[: tags.starts[0]] + chunk[tags.ends[-1] + 1 :]
    return not around.strip() and all(not gap.strip(" \t\r\n") for gap in gaps.to_pylist())


def _elements(chunk: bytes, tags: _Tags, depth: Codes, leaves: Codes) -> Elements:
    begins = np.flatnonzero(tags.step >= 0)
    starts, ends = tags.ends[leaves] + 1, tags.starts[leaves + 1]
    text_at = np.full(len(tags.name), -1, np.int32)
    text_at[leaves] = np.where(tags.nil[leaves] | (starts == ends), -1, np.arange(len(leaves), dtype=np.int32))
    texts = _slices(chunk, starts, ends)
    if _has_outer_space(chunk, starts, ends):
        texts = clean(texts)
    own_depth = depth + (tags.step == 0)
    none = np.zeros(0, np.int32)
    return Elements(tags.names, tags.name[begins], own_depth[begins].astype(np.int32), texts, text_at[begins], none)


def _has_outer_space(chunk: bytes, starts: Codes, ends: Codes) -> bool:
    """Whether any text may begin or end with space."""
    content = np.frombuffer(chunk, np.uint8)
    return not chunk.isascii() or bool((content[starts] <= _SPACE).any() or (content[ends - 1] <= _SPACE).any())
