"""Markup that is safe by construction: what is not `Html` already is escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import cache

from pathway_cost.privacy.legible import legible

_MARKS = re.compile("[&<>\"']")  # what html.escape turns into words
_EMPTY = frozenset({"br", "input", "meta", "line", "path", "rect", "stop", "use", "circle", "polygon"})


class Html(str):
    """Text that is markup already and needs no escaping."""

    __slots__ = ()


def escaped(text: object) -> Html:
    """Any text, made harmless.

    >>> escaped("<script>alert(1)</script>")
    '&lt;script&gt;alert(1)&lt;/script&gt;'
    """
    if isinstance(text, Html):
        return text
    words = legible(str(text))
    return Html(html.escape(words, quote=True) if _MARKS.search(words) else words)


def joined(parts: Iterable[object], between: str = "") -> Html:
    """Parts one after another; those that are not markup are escaped."""
    return Html(between.join([escaped(part) for part in parts]))


def tag(name: str, /, *children: object, **attributes: object) -> Html:
    """One element. `class_` is class, `stroke_width` is stroke-width; an attribute of None is left out.

    >>> tag("td", "a < b", class_="number", data_of=None)
    '<td class="number">a &lt; b</td>'
    >>> tag("line", x1=0, y2=12.50001)
    '<line x1="0" y2="12.5"/>'
    """
    written = "".join([f' {_called(key)}="{_value(given)}"' for key, given in attributes.items() if given is not None])
    if name in _EMPTY and not children:
        return Html(f"<{name}{written}/>")
    return Html(f"<{name}{written}>{joined(children)}</{name}>")


@cache
def _called(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _value(given: object) -> str:
    """An attribute's value; coordinates to a hundredth of a pixel."""
    if isinstance(given, float):
        return f"{given:.2f}".rstrip("0").rstrip(".")
    return escaped(given)
