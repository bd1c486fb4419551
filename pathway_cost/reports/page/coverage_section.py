"""The page's section of coverage: what the PLICS extracts hold, by whether a price carries it, to the penny."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from pathway_cost.reports.page.evidence_sections import meaning_words, shown_or_star
from pathway_cost.reports.page.page_table import Column, table
from pathway_cost.reports.words import (
    CLASSES,
    NOTHING,
    STAR,
    Html,
    Names,
    count,
    hides,
    hides_sum,
    is_missing,
    joined,
    named,
    percent,
    pounds,
    rows_of,
    tag,
)  # fmt: skip
from pathway_cost.results.frames import RunResult

UNPRICED: Final = "no price carries"
MOST_ACTIVITIES: Final = 20


def coverage_section(result: RunResult, _: Names) -> Html:
    """The claim table: what PLICS pounds the prices carry, by organisation, and what they do not."""
    rows = result.coverage
    if rows.empty:
        return tag("p", "No PLICS extract stands behind this study, so there is nothing to reconcile.")
    columns = [
        Column("Organisation", figures=False), Column("Year", figures=False), Column("Class of pounds", figures=False),
        Column("Feeds", figures=False), Column("Records"), Column("Cost lines"), Column("Pounds"), Column("Share"),
    ]  # fmt: skip
    keys = ["organisation", "fin_year", "class"]
    sums: dict[str, Any] = {"feed": _listed, "records": "sum", "lines": "sum", "gbp": _money_sum}
    told = rows.groupby(keys, sort=False, as_index=False, dropna=False).agg(sums)
    counts = {name: hides(rows, name) for name in ("records", "lines")}
    lines = _with_stars(told, rows, keys, counts | {"gbp": hides_sum(rows)})
    wholes = lines[lines["class"] == "total"].set_index(keys[:2])["gbp"]
    lines = lines.sort_values(keys[:2], kind="stable")
    cells = [_coverage_cells(row, wholes) for row in rows_of(lines)]
    made = table("PLICS pounds by whether a price carries them, to the penny", columns, cells)
    return joined([made, _unpriced(rows[rows["class"] == UNPRICED]), *meaning_words(rows)])


def _with_stars(
    lines: pd.DataFrame, rows: pd.DataFrame, keys: Sequence[str], stars: Mapping[str, pd.Series[bool]]
) -> pd.DataFrame:
    """Lines that sum rows of the same keys, with a star for every sum of which a row hides its part: column → rows that do."""
    for column, hidden in stars.items():
        places = set(rows.loc[hidden, list(keys)].itertuples(index=False, name=None))
        own = [place in places for place in lines[list(keys)].itertuples(index=False, name=None)]
        if any(own):
            lines[column] = lines[column].astype(object).mask(pd.Series(own, index=lines.index), STAR)
    return lines


def _unpriced(rows: pd.DataFrame) -> Html:
    """The pounds of these patients that no price carries, by activity."""
    if rows.empty:
        return Html("")
    keys = ["organisation", "feed", "activity"]
    told = rows.groupby(keys, as_index=False, dropna=False).agg({"lines": "sum", "gbp": _money_sum})
    lines = _with_stars(told, rows, keys, {name: hides(rows, name) for name in ("lines", "gbp")})
    lines = lines.sort_values("gbp", ascending=False, kind="stable", key=_numbers)
    columns = [
        Column("Organisation", figures=False), Column("Feed", figures=False), Column("Activity", figures=False),
        Column("Cost lines"), Column("Pounds"),
    ]  # fmt: skip
    cells = [
        [
            str(row["organisation"]),
            str(row["feed"]),
            str(row["activity"]),
            shown_or_star(row["lines"], count),
            shown_or_star(row["gbp"], pounds),
        ]
        for row in rows_of(lines.head(MOST_ACTIVITIES))
    ]
    more = (
        ""
        if len(lines) <= MOST_ACTIVITIES
        else f"; the {MOST_ACTIVITIES} largest of {len(lines)}, the rest in the workbook"
    )
    return table(f"Pounds of these patients that no price carries, by activity{more}", columns, cells)


def _numbers(values: pd.Series) -> pd.Series:
    """Figures as numbers, so that the order of stars tells nothing."""
    return pd.Series(pd.to_numeric(values, errors="coerce"), index=values.index)


def _listed(values: pd.Series) -> str:
    return ", ".join(dict.fromkeys(str(value) for value in values if not is_missing(value)))


def _money_sum(values: pd.Series) -> float:
    return float(sum(value for value in values if not is_missing(value)))


def _coverage_cells(row: Mapping[str, Any], wholes: pd.Series) -> list[object]:
    kind = str(row["class"])
    bold: Callable[[object], object] = (lambda text: tag("b", text)) if kind == "total" else (lambda text: text)
    whole = wholes.get((row["organisation"], row["fin_year"]), float("nan"))
    gbp = row["gbp"]
    share = STAR if STAR in (gbp, whole) else gbp / whole if whole else float("nan")
    return [
        str(row["organisation"]), str(row["fin_year"]), bold(named(kind, CLASSES)), str(row["feed"]) or NOTHING,
        shown_or_star(row["records"], count), shown_or_star(row["lines"], count), bold(shown_or_star(gbp, pounds)), shown_or_star(share, percent),
    ]  # fmt: skip
