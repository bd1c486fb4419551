"""How a card looks in a notebook: dark on white whatever the notebook's theme is, and no rule that reaches beyond it."""

from __future__ import annotations

import re
from typing import Final

from pathway_cost.reports.charts.bars import INK
from pathway_cost.reports.page.style import BANDS, DRAWINGS

ROOM: Final = "pathway-cost"  # the class that every rule is of
SOFT: Final = "#4c6272"
OWN: Final = """
.room{background:#fff;color:INK;border:1px solid #d8dde0;border-radius:4px;padding:14px 18px;margin:4px 0;max-width:1120px}
.room{font:14px/1.45 Arial,"Helvetica Neue","Liberation Sans","DejaVu Sans Condensed",sans-serif;color-scheme:light}
.title{font-size:17px;font-weight:700;color:#003087;margin:0 0 2px}
.answer{font-size:15px;margin:2px 0 8px;max-width:92ch}
.banner{background:#fff4d6;border-left:5px solid #b36b00;padding:4px 10px;margin:6px 0}
.wide{overflow-x:auto;margin:8px 0}
table{border-collapse:collapse;table-layout:auto;width:auto;margin:0;font-size:13px;font-variant-numeric:tabular-nums;background:#fff!important;color:INK!important}
caption{text-align:left;caption-side:top;color:SOFT;font-size:12px;padding:0 0 4px}
tr{background:#fff!important}
th,td{text-align:left;vertical-align:top;padding:5px 14px 5px 0;border:0;border-bottom:1px solid #d8dde0;background:#fff;color:INK}
thead th{vertical-align:bottom;border-bottom:2px solid SOFT}
tbody th{font-weight:400}
.whole{white-space:nowrap}
.n{text-align:right;white-space:nowrap}
thead .n{white-space:normal}
.strong,tfoot th,tfoot td{font-weight:700}
.code,.small{color:SOFT;font-size:12px}
.small{margin:4px 0 0;max-width:110ch}
.legend{display:flex;flex-wrap:wrap;gap:2px 18px;margin:4px 0;padding:0;list-style:none;font-size:13px}
.legend span{display:inline-block;width:12px;height:12px;margin-right:6px}
summary{cursor:pointer}
svg{display:block;width:100%;height:auto}
"""


def card_css() -> str:
    """The rules of a card, each of them only for what stands in one."""
    rules = _plain(OWN + DRAWINGS + BANDS)
    return re.sub(r"([^{}\n]+)(\{[^{}]*\})", _of_a_card, rules).strip()


def svg_css() -> str:
    """The rules of a drawing that stands alone."""
    return _plain(DRAWINGS + BANDS).strip()


def _plain(rules: str) -> str:
    """Colours by value: what opens a drawing outside a browser knows no variables."""
    named = {"INK": INK, "SOFT": SOFT, "var(--ink)": INK, "var(--soft)": SOFT}
    return re.sub("|".join(map(re.escape, named)), lambda found: named[found.group()], rules)


def _of_a_card(rule: re.Match[str]) -> str:
    twice = f".{ROOM}.{ROOM}"  # a notebook's own rules name two classes
    selectors = (f"{twice} {each}" if each != ".room" else twice for each in rule.group(1).split(","))
    return f"{','.join(selectors)}{rule.group(2)}"
