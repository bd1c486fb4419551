"""The header of an extract: feed, year, period and the control totals that its records must add up to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pathway_cost.errors import Problem, Where, may_identify, nearest_name
from pathway_cost.plics.reading.layouts import (
    FEED_CODES,
    KNOWN_NAMESPACES,
    NAMESPACE_FAMILY,
    Layout,
    in_family,
    layout_of,
    version_known,
)
from pathway_cost.plics.reading.xml_tree import Opening
from pathway_cost.terms import FEEDS

_YEAR: Final = re.compile(r"FY(\d{4})-(\d{2})", re.ASCII)
_COUNT: Final = re.compile(r"\d{1,9}", re.ASCII)
_POUNDS: Final = re.compile(r"[+-]?(\d{1,12}(\.\d{0,8})?|\.\d{1,8})", re.ASCII)
_WORD: Final = re.compile(r"[A-Z]{2,6}", re.ASCII)
_ORGANISATION: Final = re.compile(r"[A-Za-z0-9]{3,6}", re.ASCII)


@dataclass(frozen=True, repr=False)
class Header:
    """What a file says of itself. Pounds are exact; `version_seen` is False for one not known by name."""

    file: str
    layout: Layout
    fin_year: str
    organisation: str
    period_start: dt.date
    period_end: dt.date
    records: int
    gbp: Decimal
    version: str
    version_seen: bool


def fin_year(text: str) -> str | None:
    """A financial year as the extract writes it, in our form; None where it is none.

    >>> fin_year("FY2024-25"), fin_year("FY2024-26")
    ('2024-25', None)
    """
    found = _YEAR.fullmatch(text)
    if found is None or (int(found[1]) + 1) % 100 != int(found[2]):
        return None
    return f"{found[1]}-{found[2]}"


def read_header(opening: Opening, file: str, layouts: Mapping[str, str]) -> Header | tuple[Problem, ...]:
    """The header, or every fault of it. `layouts` maps a foreign namespace to one that is known."""
    problems = _structure_faults(opening, file) or _namespace_faults(opening, file, layouts)
    if problems:
        return tuple(problems)
    cells = _Cells(opening.header, file)
    header = Header(
        file=file,
        layout=layout_of(cells.feed()),
        fin_year=cells.year(),
        organisation=cells.organisation(),
        period_start=cells.date("PeriodStartDate"),
        period_end=cells.date("PeriodEndDate"),
        records=int(cells.matching("NoOfActivityRecords", _COUNT, "a whole number") or 0),
        gbp=Decimal(cells.matching("TotalCosts", _POUNDS, "pounds with at most 8 digits after the point") or 0),
        version=opening.namespaces.own,
        version_seen=version_known(opening.namespaces.own) or opening.namespaces.own in layouts,
    )
    return tuple(cells.problems) or header


def _structure_faults(opening: Opening, file: str) -> list[Problem]:
    where = Where(file=file)
    if opening.root != "HCDSExtract":
        return [Problem("unknown_root", "the root element is not HCDSExtract: this is not a PLICS extract", where)]
    if opening.path not in (("HCDSExtract", "MessageBody"), ()):
        return [Problem("records_outside_body", "records stand outside HCDSExtract/MessageBody", where)]
    if not opening.header:
        return [Problem("header_missing", "there is no MessageHeader before the records", where)]
    return []


def _namespace_faults(opening: Opening, file: str, layouts: Mapping[str, str]) -> list[Problem]:
    own, where = opening.namespaces.own, Where(file=file)
    known = {*KNOWN_NAMESPACES, *(name.removeprefix(NAMESPACE_FAMILY) for name in KNOWN_NAMESPACES)}
    if own in layouts and layouts[own] not in known:
        what = f"`layouts:` maps the namespace to {layouts[own]!r}, which is not a layout known"
        return [Problem("unknown_layout", what, where, nearest=nearest_name(layouts[own], known))]
    if own in layouts or in_family(own):
        return []
    what = f"the namespace {own or '(none)'!r} is not one of the costing data set ({NAMESPACE_FAMILY}…)"
    remedy = f'if its elements mean the same, write `layouts: {{"{own}": "v1.12-2122"}}`' if own else None
    return [Problem("foreign_namespace", what, where, remedy=remedy)]


class _Cells:
    """Header texts by name; what cannot be read is gathered in `problems`."""

    def __init__(self, texts: Mapping[str, str], file: str) -> None:
        self.texts = texts
        self.file = file
        self.problems: list[Problem] = []

    def _fault(self, rule: str, item: str, what: str, remedy: str | None = None) -> None:
        self.problems.append(Problem(rule, what, Where(file=self.file, item=item), remedy=remedy))

    def feed(self) -> str:
        text = self.texts.get("FeedType", "")
        if text not in FEED_CODES:
            shown = repr(text) if _WORD.fullmatch(text) else "missing or unreadable"
            self._fault(
                "unknown_feed",
                "FeedType",
                f"the feed is {shown}; feeds read are {', '.join(FEEDS)}",
                "leave this file out",
            )
        return FEED_CODES.get(text, FEEDS[0])

    def year(self) -> str:
        year = fin_year(self.texts.get("FinYr", ""))
        if year is None:
            self._fault("header_unreadable", "FinYr", "is not a financial year written FY2024-25")
        return year or ""

    def organisation(self) -> str:
        text = self.texts.get("OrgSubmittingID", "")
        if not _ORGANISATION.fullmatch(text) or may_identify(text):
            self._fault("header_unreadable", "OrgSubmittingID", "is not an organisation code")
        return text

    def date(self, item: str) -> dt.date:
        try:
            return dt.date.fromisoformat(self.texts.get(item, "")[:10])
        except ValueError:
            pass
        self._fault("header_unreadable", item, "is not a date written YYYY-MM-DD")
        return dt.date.min

    def matching(self, item: str, pattern: re.Pattern[str], what: str) -> str | None:
        text = self.texts.get(item, "")
        if pattern.fullmatch(text):
            return text
        self._fault("header_unreadable", item, f"is missing or not {what}")
        return None
