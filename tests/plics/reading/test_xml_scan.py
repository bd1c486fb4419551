"""The fast path against the XML library: whatever it accepts is well-formed, and means the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pathway_cost.plics.reading.layouts import ELEMENTS
from pathway_cost.plics.reading.xml_elements import Namespaces, records_of
from pathway_cost.plics.reading.xml_scan import scan
from pathway_cost.plics.reading.xml_tree import parse_chunk
from tests.plics.extract_files import NAMESPACE, XSI, apc, record_xml

SPACES = Namespaces({None: NAMESPACE, "xsi": XSI, "o": "urn:other"}, NAMESPACE)
CHUNK = "\n".join(record_xml(record) for record in (apc(0), apc(1))).encode()
TOKENS = (
    "<", ">", "/", "</", "/>", "'", '"', "=", "&", "&amp;", "!", "?", "<!--", "-->", "]]>", "<![CDATA[", " ", "\n", "\x01",
    "\u00e9", "\ufffe", "\u00a0", "x", "0", "-", ".", ":", "o:", "z:", "<a/>", "<o:a>", "</o:a>", ' xsi:nil="true"', " xmlns=''",
    " a='1'", "<Activity>", "</Activity>", "<CstActivity>", "</CstActivity>", "<Resource>", "<TotCst>1</TotCst>", "</Tfc>",
    "<Tfc>", "<Tfc></Tfc>", "\r\n", "xml:lang='en'", "<?pi?>",
)  # fmt: skip


def content(elements):
    """Elements as plain rows: name, depth, text."""
    at = elements.text_at
    texts = elements.texts.to_pylist()
    names = np.array(elements.names)[elements.name]
    return [
        (str(name), int(depth), texts[place] if place >= 0 else None)
        for name, depth, place in zip(names, elements.depth, at, strict=True)
    ]


def assert_agree(chunk):
    """Whether the chunk was accepted; if so, the library must agree about every element."""
    fast = scan(chunk, SPACES)
    if fast is None:
        return False
    slow = parse_chunk(chunk, SPACES)
    assert slow is not None, "accepted, but not well-formed"
    assert content(fast) == content(slow)
    one, other = (records_of(elements, ELEMENTS["APC"]) for elements in (fast, slow))
    assert (one.count, one.unknown, one.misses) == (other.count, other.unknown, other.misses)
    assert {name: column.to_pylist() for name, column in one.cells.items()} == {
        name: column.to_pylist() for name, column in other.cells.items()
    }
    assert {name: column.to_pylist() for name, column in one.lines.cells.items()} == {
        name: column.to_pylist() for name, column in other.lines.cells.items()
    }
    assert one.lines.activity_no.tolist() == other.lines.activity_no.tolist()
    return True


def test_plain_chunks_are_accepted():
    assert assert_agree(CHUNK)
    assert assert_agree(CHUNK.replace(b"\n", b""))


@pytest.mark.parametrize(
    "chunk",
    [
        b"<Activity></Activity>", b"<Activity/>", b"<Activity ></Activity\n>", b"<Activity>\n</Activity>\n",
        b"<Activity><Tfc> a </Tfc></Activity>", b"<Activity><Tfc>\xc2\xa0</Tfc></Activity>",
        b"<Activity><o:Tfc a='1' b=\"2\">1</o:Tfc></Activity>", b"<Activity><Tfc xsi:nil=' true '>9</Tfc></Activity>",
        b"<Activity><X><Y><Tfc>1</Tfc></Y></X></Activity>", b"<Activity><TotCst>1</TotCst></Activity><Activity/>",
    ],
)  # fmt: skip
def test_unusual_but_plain(chunk):
    assert assert_agree(chunk)


@pytest.mark.parametrize(
    "chunk",
    [
        b"", b"text", b"<Activity>", b"</Activity>", b"</Activity><Activity>", b"<Activity></Other>",
        b"<Activity><Tfc></Activity></Tfc>", b"<Activity>x<Tfc/></Activity>", b"<Activity/>x", b"x<Activity/>",
        b"<Activity a='1' a='2'/>", b"<Activity a=1/>", b"<Activity a/>", b"<Activity a='<'/>", b"< Activity/>",
        b"<Activity a='1'b='2'/>", b"<1/>", b"<z:a/>", b"<Activity z:a='1'/>", b"<Activity>&x;</Activity>",
        b"<Activity>\x00</Activity>", b"<Activity>\xff</Activity>", b"<Activity>\xef\xbf\xbe</Activity>",
        b"<Activity>]]></Activity>", b"<Activity><!-- --></Activity>", b"<Activity xmlns=''/>", b"<Activity></Activity/>",
        b"<Activity><Tfc>1<2</Tfc></Activity>", b"<Activity>\xed\xa0\x80</Activity>", b"<Activity/ >", b"<a:b:c/>",
    ],
)  # fmt: skip
def test_what_is_not_plain_is_left_to_the_library(chunk):
    assert scan(chunk, SPACES) is None


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(CHUNK) - 1), st.integers(0, 30), st.lists(st.sampled_from(TOKENS), max_size=3)),
        min_size=1,
        max_size=3,
    )
)
@example([(0, 0, ["<Activity>"]), (len(CHUNK) - 1, 1, ["></Activity>"])])
def test_mutated_documents_never_fool_it(edits):
    chunk = CHUNK
    for at, cut, tokens in edits:
        chunk = chunk[:at] + "".join(tokens).encode() + chunk[at + cut :]
    assert_agree(chunk)


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="<>&"), max_size=12)
ATTRIBUTES = st.sampled_from(["", " a='1'", ' xsi:nil="true"', " o:b='x'", " xml:lang='en'", ' xsi:nil="false"'])
NAMES = st.sampled_from(["Tfc", "OrgId", "CstActivity", "Resource", "TotCst", "ActCnt", "Activity", "o:Tfc", "New"])


def element(children):
    return st.tuples(NAMES, ATTRIBUTES, st.lists(children, max_size=4)).map(
        lambda parts: (
            f"<{parts[0]}{parts[1]}>{''.join(parts[2])}</{parts[0]}>" if parts[2] else f"<{parts[0]}{parts[1]}/>"
        )
    )


LEAF = st.tuples(NAMES, ATTRIBUTES, TEXT).map(lambda parts: f"<{parts[0]}{parts[1]}>{parts[2]}</{parts[0]}>")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.recursive(LEAF, element, max_leaves=12), max_size=5))
def test_made_up_documents_mean_the_same(parts):
    assert_agree(("<Activity>" + "\n ".join(parts) + "</Activity>").encode())
