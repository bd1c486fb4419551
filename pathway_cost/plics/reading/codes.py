"""One code written two ways (`110` and `0110`, `HN22A` and `hn22a`): which codes are the same once folded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.plics.reading.code_forms import code_shown
from pathway_cost.plics.reading.database import Database
from pathway_cost.plics.reading.relations import rows_of
from pathway_cost.plics.reading.store import CODE_COLUMNS
from pathway_cost.plics.reading.told_figures import Told, those
from pathway_cost.tables.reading import is_pattern, matches

if TYPE_CHECKING:
    from ibis.expr.types import Table

ORGANISATION: Final = "organisation"
EVENT_CODES: Final = (ORGANISATION, *CODE_COLUMNS)
LINE_CODES: Final = ("ActCstID", "ResCstID")
_NUMBER: Final = re.compile(r"0*(\d+?)(\.0*)?", re.ASCII)
_SHOWN: Final = 4


def folded_code(code: str) -> str:
    """A code without what may be written or left out: case, spaces, zeros in front of a number, `.0` behind it.

    >>> [folded_code(code) for code in ("0110", "110.0", "hn22a ", "HN22A", "0", "00")]
    ['110', '110', 'hn22a', 'hn22a', '0', '0']
    """
    plain = "".join(code.casefold().split())
    number = _NUMBER.fullmatch(plain)
    return number[1] if number else plain


def near_codes(values: Iterable[str], asked: Sequence[str]) -> dict[str, str]:
    """Value → the code asked for that it is once folded, of those values that are none of the codes.

    >>> near_codes(["110", "0110", "120"], ["110"]), near_codes(["hn22a", "HN22B"], ["HN22*"])
    ({'0110': '110'}, {'hn22a': 'HN22*'})
    """
    rest = [value for value in values if not any(matches(value, code) for code in asked)]
    found = {value: next((code for code in asked if _is_near(value, code)), None) for value in rest}
    return {value: code for value, code in found.items() if code is not None}


def _is_near(value: str, code: str) -> bool:
    if is_pattern(code):
        stem = "".join(code[:-1].casefold().split())
        return bool(stem) and "".join(value.casefold().split()).startswith(stem)
    return folded_code(value) == folded_code(code)


def written_in_two_ways(codes: Mapping[tuple[str, str], set[str]], events: Path, cost_lines: Path) -> Iterator[Problem]:
    """Codes of one column that are the same once folded, with the records and pounds of each.

    `codes` is (feed, column) → the codes there are. A finding, for a rule may ask for either; of organisations a warning.
    """
    groups = {place: found for place, values in codes.items() if (found := _in_two_ways(values))}
    if not groups:
        return
    with Database(events.parent) as database:
        records, lines = database.parquet("records", events), database.parquet("lines", cost_lines)
        for (feed, column), ways in sorted(groups.items()):
            sums = _sums(records, lines, feed, column, [code for way in ways for code in way])
            counts = {row.code: (int(row.n), row.gbp or Decimal(0)) for row in rows_of(database.frame(sums))}
            yield _two_ways(feed, column, ways, counts)


def _in_two_ways(values: Iterable[str]) -> list[list[str]]:
    folds: dict[str, list[str]] = {}
    for value in sorted(values):
        folds.setdefault(folded_code(value), []).append(value)
    return [ways for ways in folds.values() if len(ways) > 1]


def _sums(records: Table, lines: Table, feed: str, column: str, codes: Sequence[str]) -> Table:
    """code, n (records) and exact pounds; of cost lines, the lines'."""
    of_feed = records.filter(records.feed == feed)
    keyed = of_feed.select("event_id") if column in LINE_CODES else of_feed.select("event_id", column)
    cells = keyed.left_join(lines, "event_id") if column not in LINE_CODES else keyed.inner_join(lines, "event_id")
    cells = cells.filter(cells[column].isin(list(codes)))
    return cells.group_by(code=cells[column]).agg(n=cells.event_id.nunique(), gbp=cells.TotCst.sum())


def _two_ways(
    feed: str, column: str, ways: Sequence[Sequence[str]], counts: Mapping[str, tuple[int, Decimal]]
) -> Problem:
    texts = {code: _code_text(code, column, counts) for way in ways[:_SHOWN] for code in way}
    said = Told(
        *(
            _listed([[getattr(texts[code], form) for code in way] for way in ways[:_SHOWN]])
            for form in ("what", "shared")
        )
    )
    more = f"; and {len(ways) - _SHOWN:,} more" if len(ways) > _SHOWN else ""
    is_organisation = column == ORGANISATION
    remedy = "write each organisation's code in one way" if is_organisation else "write it one way, or ask for both"
    lead = f"one code of {column} is written in several ways: "
    what, shared = (lead + said + f"{more}; what asks for one does not find the other").both
    return Problem(
        "code_written_two_ways",
        what,
        Where(item=f"{feed} {column}"),
        remedy=remedy,
        severity=Severity.WARNING if is_organisation else Severity.NOTE,
        shared=shared,
    )


def _listed(ways: Sequence[Sequence[str]]) -> str:
    return "; ".join(" and ".join(way) for way in ways)


def _code_text(code: str, column: str, counts: Mapping[str, tuple[int, Decimal]]) -> Told:
    records, gbp = counts.get(code, (0, Decimal(0)))
    return f"{code_shown(code, column)} (" + those(records, "record", gbp) + ")"
