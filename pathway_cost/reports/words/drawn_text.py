"""How wide text is drawn, and its words on lines that are no wider than there is room."""

from __future__ import annotations

from typing import Final

_EM: Final = 1000 / 1.02  # browsers round letters to pixels, and so draw them up to 2% wider
_WIDEST: Final = 1000  # of a letter that the table does not know
_THOUSANDTHS: Final = {
    280: "'ijl",
    300: "I",
    320: " ,.‘’",
    340: "/:;\\|",
    370: "f-",
    410: "()[]t!",
    460: 'r"',
    500: "*J`",
    530: "“”sz",
    560: "c?L_–",
    600: "kvxy",
    620: "FTaeo",
    640: "$0123456789bdghnpqu{}£",
    670: "EKPSY",
    690: "ABVXZ",
    740: "CRU",
    760: "NH",
    790: "&DGOQ",
    840: "w#+<=>^~×÷−",
    870: "M",
    990: "m%W",
    1020: "@",
}
"""Width of letters, in thousandths of the size: the wider of Arial (as Helvetica and Liberation Sans) and DejaVu Sans."""
_WIDTHS: Final = {letter: width for width, letters in _THOUSANDTHS.items() for letter in letters}


def text_width(text: str, size: float) -> float:
    """Pixels that text takes at most, at a size of letters in pixels.

    >>> round(text_width("Knee replacement", 12.0), 1), round(text_width("膝", 12.0), 1)
    (114.2, 12.2)
    """
    return sum(_WIDTHS.get(letter, _WIDEST) for letter in text) * size / _EM


def fitted(text: str, room: float, *, size: float, most: int, word_room: float = 0.0) -> list[str]:
    """Words on lines that fit into so many pixels; what is beyond the last line is left out.

    A longer word is broken, unless it fits into the pixels that a word alone may take.

    >>> fitted("Knee replacement as an inpatient", 116.0, size=12.0, most=3)
    ['Knee replacement', 'as an inpatient']
    >>> fitted("Musculoskeletal triage in the community", 60.0, size=12.0, most=2)
    ['Musculo-', 'skeleta…']
    >>> fitted("Musculoskeletal triage", 60.0, size=12.0, most=2, word_room=100.0)
    ['Musculoskeletal', 'triage']
    """
    lines = [""]
    for word in text.split():
        trial = f"{lines[-1]} {word}".strip()
        if text_width(trial, size) <= room:
            lines[-1] = trial
            continue
        parts = _broken(word, max(room, word_room), size)
        lines = [*lines, *parts] if lines[-1] else parts
    if len(lines) > most:
        return [*lines[: most - 1], _cut(lines[most - 1], max(room, word_room), size)]
    return lines


def _broken(word: str, room: float, size: float) -> list[str]:
    """A word in parts that fit, each but the last with a hyphen."""
    parts = [""]
    for letter in word:
        if parts[-1] and text_width(f"{parts[-1]}{letter}-", size) > room and text_width(word, size) > room:
            parts[-1] += "-"
            parts.append("")
        parts[-1] += letter
    return parts


def _cut(line: str, room: float, size: float) -> str:
    """The line with an ellipsis at its end."""
    while line and text_width(f"{line}…", size) > room:
        line = line[:-1].rstrip()
    return f"{line}…"
