"""Text as it may be shown: what is taken out, by Unicode's own classes, and what stays."""

import re
import unicodedata

import pytest

from pathway_cost.privacy.legible import legible, one_line

VISIBLE_NUMBER_SIGNS = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Signs that Unicode calls format signs and that are drawn."""
EVERY_SIGN = [chr(code) for code in range(0x110000)]


def never_shown(sign):
    """Whether a sign may stand in no output."""
    code = ord(sign)
    no_character = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    unseen = unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and sign not in VISIBLE_NUMBER_SIGNS
    return no_character or (unseen and sign not in "\n\t")


def test_no_sign_of_unicode_that_nobody_sees_stays():
    assert [sign for sign in EVERY_SIGN if any(map(never_shown, legible(f"a{sign}b")))] == []


def test_every_sign_that_is_seen_stays():
    seen = [sign for sign in EVERY_SIGN if not never_shown(sign) and unicodedata.category(sign) != "Cn"]
    assert [sign for sign in seen if legible(f"a{sign}b") != f"a{sign}b"] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;a title\x07rest", "rest"),
        ("\x1b]8;;https://elsewhere\x1b\\here\x1b]8;;\x1b\\", "here"),
        ("\x1b]0;a title without an end", "0;a title without an end"),
        ("\x1bPdevice words\x1b\\rest", "rest"),
        ("\x1bcreset", "reset"),
        ("\x1b\x1b[31m[31mtwice", "[31mtwice"),
        ("\x9b31mone of eight bits", "31mone of eight bits"),
        ("one\r\ntwo\rthree\u2028four\u2029five\x85six\x0bseven", "one\ntwo\nthree\nfour\nfive\nsix\nseven"),
        ("half \ud83d a sign, \ufffe none", "half \ufffd a sign, \ufffd none"),
        ("RXX\u202e13/2024\u2066\u200b\ufeff", "RXX13/2024"),
        ("naïve – £5\u00a0bn, 70 µg\tand\nmore", "naïve – £5\u00a0bn, 70 µg\tand\nmore"),
    ],
)
def test_what_is_shown_of_it(text, shown):
    assert legible(text) == shown
    assert legible(shown) == shown
    assert one_line(text) == re.sub(r"[\n\t]", " ", shown)


def test_an_escape_without_an_end_costs_no_time():
    assert len(legible("\x1b]0;" * 50_000)) == 100_000
