"""Text from files made fit to be shown: without terminal escapes, without signs that nobody sees, without broken signs.

Every text that leaves passes here: faults, the terminal, tables, the workbook, the page, the record and notebook cards.
What a study holds is never changed: two levels that differ in an unseen sign stay two levels.
"""

from __future__ import annotations

import re
from typing import Final

_ESCAPES: Final = (
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # colours, moves of the cursor
    r"|\x1b[\]PX^_][^\x07\x1b\x9c]{0,4096}(?:\x07|\x1b\\|\x9c)"  # titles, links and other words to the terminal, with their end
    r"|\x1b[ -/]*[0-~]"  # all others
)
_BREAKS: Final = r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]"
_BROKEN: Final = r"[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff" + "".join(
    rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17)
)
_UNSEEN: Final = (
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_ILLEGIBLE: Final = re.compile(rf"(?P<line>{_BREAKS})|(?P<broken>{_BROKEN}])|{_ESCAPES}|{_UNSEEN}")
_INSTEAD: Final = {"line": "\n", "broken": "\ufffd", None: ""}


def legible(text: str) -> str:
    r"""Text as it may be shown: lines are parted by `\n` alone, unseen signs and escapes are gone, broken ones are `�`.

    >>> legible("fewer than 40% of those\a referred"), legible("\x1b[31mred\x1b[0m"), legible("one\r\ntwo")
    ('fewer than 40% of those referred', 'red', 'one\ntwo')
    """
    return text if text.isprintable() else _ILLEGIBLE.sub(_instead, text)


def one_line(text: str) -> str:
    r"""The same in one line, so that no text of a file can look like another message.

    >>> one_line("a title\n  - study.yaml: a fault that is none")
    'a title   - study.yaml: a fault that is none'
    """
    return text if text.isprintable() else legible(text).replace("\n", " ").replace("\t", " ")


def _instead(found: re.Match[str]) -> str:
    return _INSTEAD[found.lastgroup]
