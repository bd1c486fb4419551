"""The page's evidence: where prices come from, what is only assumed, what PLICS covers, what was changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import fsum
from typing import Any, Final

import pandas as pd

from pathway_cost.reports.page.page_table import Column, grade_tag, named_cell, table
from pathway_cost.reports.words import (
    BASES,
    GRADES,
    MEANING,
    NOTHING,
    STAR,
    Html,
    Names,
    count,
    hidden_columns,
    is_missing,
    joined,
    named,
    percent,
    plain,
    pounds,
    rows_of,
    starred,
    tag,
    title,
)
from pathway_cost.results.frames import RunResult

Row = Mapping[str, Any]
ASSUMED: Final = "assumption"
RECORDS: Final = (
    "The records behind a price of PLICS: pathway-cost unit-costs show STUDY --records KEY writes them to a file that adds up to it, and "
    "that stays where it is written. KEY is the name in grey under a price."
)
PRICE_KEYS: Final = ["organisation", "unit_cost", "level"]
PRICE_FACTS: Final = (
    "title", "unit", "price_year", "source_price_year", "basis", "n", "se_total", "source", "licence", "grade", "fallback",
)  # fmt: skip
PRICE_SUMS: Final = ("value_gbp", "baseline_gbp", "share_of_pounds")
MOST_PRICES: Final = 60  # lines of prices on the page; the workbook has them all


def price_totals(used: pd.DataFrame) -> list[Row]:
    """One line a price: its components summed, the dearest in pounds first."""
    return _summed(rows_of(used), PRICE_KEYS)


def price_anchors(result: RunResult) -> dict[tuple[str, ...], str]:
    """Organisation, unit cost and level of each price on the page → where it stands."""
    lines = price_totals(result.unit_costs_used)[:MOST_PRICES]
    keys = (tuple("" if is_missing(row[key]) else str(row[key]) for key in PRICE_KEYS) for row in lines)
    return {key: f"price-{at}" for at, key in enumerate(keys)}


def _summed(rows: Iterable[Row], keys: Sequence[str]) -> list[Row]:
    """Rows of prices that agree in keys as one: of each fact the first that is known, pounds and shares summed."""
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    wholes: list[Row] = [
        {
            **{key: next((row[key] for row in alike if _known(row[key])), None) for key in (*PRICE_KEYS, *PRICE_FACTS)},
            **{key: fsum(row[key] for row in alike if _known(row[key])) for key in PRICE_SUMS},
        }
        for alike in groups.values()
    ]
    return sorted(wholes, key=lambda whole: -whole["baseline_gbp"])


def _known(value: object) -> bool:
    return value is not None and value == value  # noqa: PLR0124 - a number that is none is not itself


def prices_section(result: RunResult, names: Names) -> Html:
    """Where the prices come from: every price."""
    if result.unit_costs_used.empty:
        return tag("p", "These costs were measured, so no price stands behind them.")
    lines = price_totals(starred(result.unit_costs_used))
    records = tag("p", RECORDS, class_="small") if result.rule_texts else ""
    return joined([_price_table(result, names, lines), records, *meaning_words(result.unit_costs_used)])


def rests_section(result: RunResult, names: Names) -> Html:
    """What the first scenario's pounds rest on, by source and evidence, and how many numbers are only assumed."""
    if result.unit_costs_used.empty:
        return Html("")
    assumed = len(_assumed(result, names))
    told = "One number rests" if assumed == 1 else f"{count(assumed)} numbers rest"
    link = tag("a", f"{told} on assumption alone", href="#assumed")
    return joined([_basis_table(price_totals(result.unit_costs_used)), tag("p", link, ".") if assumed else ""])


def meaning_words(rows: pd.DataFrame) -> list[Html]:
    """What a star means, where there is any."""
    return [tag("p", f"{MEANING}.")] if hidden_columns(rows) else []


def _basis_table(lines: Sequence[Row]) -> Html:
    cells = [
        [named(row["basis"], BASES), grade_tag(named(row["grade"], GRADES), str(row["grade"])), pounds(row["baseline_gbp"], 0),
         percent(row["share_of_pounds"])]
        for row in _summed(lines, ["basis", "grade"])
    ]  # fmt: skip
    columns = [
        Column("Price from", figures=False),
        Column("Evidence", figures=False),
        Column("Baseline pounds"),
        Column("Share"),
    ]
    return table("What the baseline's pounds rest on", columns, cells)


def _price_table(result: RunResult, names: Names, lines: Sequence[Row]) -> Html:
    columns = [
        Column("Unit cost", figures=False), Column("Organisation", figures=False), Column("Pounds a unit"),
        Column("Unit", figures=False), Column("Standard error"), Column("Records"), Column("Source", figures=False, long=True),
        Column("Evidence", figures=False), Column("Share of pounds"),
    ]  # fmt: skip
    more = "" if len(lines) <= MOST_PRICES else f"; the {MOST_PRICES} dearest of {len(lines)}, the rest in the workbook"
    caption = (
        f"Every price used, by its share of the baseline's pounds{more}. Standard error: sampling only, not allocation"
    )
    cells = [_price_cells(names, row, f"price-{at}", _rule(result, row)) for at, row in enumerate(lines[:MOST_PRICES])]
    return table(caption, columns, cells)


def _rule(result: RunResult, row: Row) -> str:
    """The rule that made a price of PLICS records: where it stands, and what it says; nothing of another price."""
    told = result.rule_texts.get((str(row["organisation"]), str(row["unit_cost"])))
    if told is None:
        return ""
    return f"Rule {told.rule} ({told.file}{'' if told.line is None else f', line {told.line}'}): {told.text}"


def _price_cells(names: Names, row: Row, anchor: str, rule: str) -> list[object]:
    name = str(row["unit_cost"]) + ("" if is_missing(row["level"]) else f" · {row['level']}")
    year = str(row["source_price_year"])
    uplift = "" if year == str(row["price_year"]) else f", {year} uplifted to {row['price_year']}"
    source: list[object] = [f"{_price_source(row)}{uplift}"]
    for more in (rule, "" if is_missing(row["fallback"]) else f"Fallback: {row['fallback']}"):
        source += [tag("br"), tag("span", more, class_="code")] if more else []
    return [
        tag("span", named_cell(_price_title(row), name), id=anchor), names.organisation(str(row["organisation"])), pounds(_figure(row["value_gbp"])), title(str(row["unit"])).lower(),
        shown_or_star(row["se_total"], pounds), shown_or_star(row["n"], count), joined(source),
        grade_tag(named(row["grade"], GRADES), str(row["grade"])), percent(_figure(row["share_of_pounds"])),
    ]  # fmt: skip


def _price_title(row: Mapping[str, Any]) -> str:
    return title(str(row["unit_cost"])) if is_missing(row["title"]) else str(row["title"])


def _price_source(row: Mapping[str, Any]) -> str:
    """The source, and where it does not say so itself the kind of set it came from."""
    basis, source = named(row["basis"], BASES), plain(row["source"])
    return source if basis.casefold() in source.casefold() else f"{basis}: {source}"


def shown_or_star(value: object, words: Callable[[float], str]) -> str:
    """A figure in words, a hidden one as its star."""
    return STAR if value == STAR else words(_figure(value))


def _figure(value: object) -> float:
    return float("nan") if is_missing(value) else float(str(value))


def assumed_section(result: RunResult, names: Names) -> Html:
    """Everything that rests on nothing but assumption."""
    cells = _assumed(result, names)
    if not cells:
        return tag("p", "Nothing in this study rests on assumption alone.")
    columns = [
        Column("What is assumed", figures=False), Column("Kind", figures=False), Column("Value", figures=False),
        Column("Uncertainty", figures=False), Column("Note", figures=False, long=True),
    ]  # fmt: skip
    return table(f"{len(cells)} numbers that nobody has measured, published or owned as an expert view", columns, cells)


def _assumed(result: RunResult, names: Names) -> list[list[object]]:
    return [*_assumed_parameters(result), *_assumed_prices(result), *_assumed_changes(result, names)]


def _assumed_parameters(result: RunResult) -> list[list[object]]:
    rows = result.assumptions
    return [
        [str(row["item"]), "Pathway", f"{plain(row['value'])} {_text(row['unit'])}".strip(),
         _text(row["uncertainty"]) or NOTHING, _text(row["note"]) or _text(row["source"]) or NOTHING]
        for row in rows_of(rows[rows["grade"] == ASSUMED])
    ]  # fmt: skip


def _assumed_prices(result: RunResult) -> list[list[object]]:
    lines = price_totals(starred(result.unit_costs_used))
    return [
        [named_cell(_price_title(row), str(row["unit_cost"])), "Price", f"{pounds(row['value_gbp'])} a {title(str(row['unit'])).lower()} ({row['organisation']})",
         plain(row["se_total"] if is_missing(row["se_total"]) else f"se {shown_or_star(row['se_total'], pounds)}"),
         f"{percent(row['share_of_pounds'])} of the baseline's pounds; {plain(row['source'])}"]
        for row in lines if row["grade"] == ASSUMED
    ]  # fmt: skip


def _assumed_changes(result: RunResult, names: Names) -> list[list[object]]:
    """Assumed changes that are not among the pathways' numbers already."""
    rows, listed = result.changes, set(result.assumptions["item"])
    return [
        [str(row["item"]), f"Change: {names.scenario(str(row['scenario']))}",
         f"{plain(row['old'])} → {plain(row['new'])}", NOTHING, _text(row["source"]) or NOTHING]
        for row in rows_of(rows[rows["grade"] == ASSUMED])
        if f"{str(row['item']).removeprefix('parameters.')} ({row['scenario']})" not in listed
    ]  # fmt: skip


def _text(value: object) -> str:
    return "" if is_missing(value) else str(value)


def changes_section(result: RunResult, names: Names) -> Html:
    """Every value that a scenario changed, old and new."""
    rows = result.changes
    if rows.empty:
        return tag("p", "No scenario changes anything.")
    columns = [
        Column("Scenario", figures=False), Column("Change", figures=False), Column("What", figures=False),
        Column("Old", figures=False), Column("New", figures=False), Column("Evidence", figures=False),
        Column("Source", figures=False),
    ]  # fmt: skip
    cells = [
        [names.scenario(str(row["scenario"])), title(str(row["verb"])), str(row["item"]), plain(row["old"]), plain(row["new"]),
         grade_tag(named(row["grade"], GRADES), str(row["grade"])), plain(row["source"])]
        for row in rows_of(rows)
    ]  # fmt: skip
    return table("Every value changed, in order", columns, cells)


EVIDENCE_SECTIONS: Final[Mapping[str, Callable[[RunResult, Names], Html]]] = {
    "rests": rests_section,
    "assumed": assumed_section,
    "prices": prices_section,
    "changes": changes_section,
}
"""Anchor of a section → what stands there."""
