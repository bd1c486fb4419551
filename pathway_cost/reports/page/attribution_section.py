"""The page's section of attribution: each change in order and order-free, and weighed by its evidence."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd

from pathway_cost.reports.charts.bars import Series, bars
from pathway_cost.reports.page.page_table import Column, fold, grade_tag, legend, table
from pathway_cost.reports.words import (
    GRADES,
    NOTHING,
    Chance,
    Html,
    changes_of,
    figure,
    is_missing,
    joined,
    more_or_less,
    named,
    plain,
    pounds,
    rows_of,
    shown_parts,
    signed_pounds,
    tag,
    title,
    with_unit,
)

PARTS = (
    ("ordered_gbp", "In the order written", "#7b8a94"),
    ("shapley_gbp", "Whatever the order", "#005eb8"),
    ("weighted_gbp", "Weighed by evidence", "#a85400"),
)
RANGE: Final = re.compile(r" \([^()]* to [^()]*\)$")
LONGEST_STEP = 80  # letters of an old and a new value beside a title
OF_WHAT: Final[Mapping[str, Callable[[Chance, str], str]]] = {
    **dict.fromkeys(("set_parameter", "scale_parameter", "add_parameter"), Chance.called),
    **dict.fromkeys(("set_price", "scale_unit_cost"), Chance.price),
    **dict.fromkeys(("set_stay", "scale_stay"), lambda chance, setting: f"Stay at {chance.names.setting(setting)}"),
}
"""Verb → what its target is called; of the other verbs the change is called by its own words."""
EXPLAINED = (
    "In the order written, a change is what it adds to those before it; whatever the order, it is its average over all "
    "orders (Shapley value). Both sum to the same modelled change. Weighed by evidence, it is the second times a factor "
    "for the grade of its evidence: the factors are assumptions, a way to ask how much of the change rests on what, and "
    "no forecast."
)


def attribution_section(chance: Chance) -> Html:
    """Bars and figures a scenario; nothing where no change was told apart."""
    made = [_scenario(chance, scenario, changes_of(rows)) for scenario, rows in chance.each(chance.tables.attribution)]
    return joined([*made, fold("How changes are told apart", tag("p", EXPLAINED))]) if made else Html("")


def _scenario(chance: Chance, scenario: str, rows: pd.DataFrame) -> Html:
    known = [column for column, _, _ in PARTS if rows[column].notna().any()]
    shown = {column: _whole(rows[column], chance.changes.get(scenario)) for column in known}
    series = [Series(called, colour, shown[column]) for column, called, colour in PARTS if column in shown]
    heading = f"{chance.names.scenario(scenario)}, against {chance.names.scenario(chance.first)}"
    names = [_change(chance, str(name)) for name in rows["change"]]
    main = shown.get("shapley_gbp", shown.get("ordered_gbp", []))
    words = [
        tag("li", f"{name}{_step(chance, change)}: {more_or_less(gbp)}.")
        for name, change, gbp in zip(names, rows["change"], main, strict=True)
    ]
    words.append(tag("li", f"Together: {more_or_less(sum(main))}."))
    drawn = bars(names, series, label=f"{heading}: pounds of each change, a bar a way of telling them apart")
    keys = legend((each.name, each.colour) for each in series)
    figures = _figures(rows, names, shown, caption=f"Each change, whole pounds{chance.kind}")
    return joined(
        [tag("h4", heading), tag("ul", *words), fold("Drawn, and in figures", tag("figure", keys, drawn), figures)]
    )


def _figures(rows: pd.DataFrame, names: list[str], shown: Mapping[str, list[float]], *, caption: str) -> Html:
    """The changes and what they sum to; a way of telling them apart that was not taken is a dash."""
    columns = [
        Column("Change", figures=False), Column("Evidence", figures=False), Column("In the order written"),
        Column("Whatever the order"), Column("Standard error of that"), Column("Factor of the evidence"),
        Column("Weighed by evidence"),
    ]  # fmt: skip
    blank = [math.nan] * len(rows)
    ordered, shapley, weighted = (shown.get(column, blank) for column, _, _ in PARTS)
    cells = [
        [names[at], _grade(row["grade"]), signed_pounds(ordered[at], 0), signed_pounds(shapley[at], 0),
         _error(row["standard_error_gbp"]), plain(row["factor"]), signed_pounds(weighted[at], 0)]
        for at, row in enumerate(rows_of(rows))
    ]  # fmt: skip
    sums = [signed_pounds(sum(each), 0) for each in (ordered, shapley, weighted)]
    total = ["Sum of the changes", "", *sums[:2], "", "", sums[2]]
    return table(caption, columns, cells, total=total)


def _whole(values: pd.Series, change: float | None) -> list[float]:
    """Whole pounds that sum to the change that page one shows, where they are that change."""
    total = float(round(values.sum()))
    if change is not None and abs(change - values.sum()) < 1.5:
        total = change
    return [float(value) for value in shown_parts(values, total)]


def _change(chance: Chance, name: str) -> str:
    """A change by what it changes: the number's, the price's or the setting's own title."""
    verb, _, target = name.partition(" ")
    return OF_WHAT[verb](chance, target) if target and verb in OF_WHAT else title(name)


def _step(chance: Chance, name: str) -> str:
    """From what to what a change goes, where that is short."""
    verb, _, target = name.partition(" ")
    rows = chance.tables.changes
    rows = rows[(rows["verb"].astype(str) == verb) & rows["item"].astype(str).str.split(".", n=1).str[-1].eq(target)]
    old, new = (list(dict.fromkeys(map(plain, rows[side]))) for side in ("old", "new"))
    if len(old) != 1 or len(new) != 1:
        return ""
    unit = chance.unit(target)
    told = f" ({_value(old[0], unit)} → {_value(new[0], unit)})"
    return told if len(told) <= LONGEST_STEP else ""


def _value(text: str, unit: object) -> str:
    """A value as written, without its range; a number with its unit.

    >>> _value("0.25 (0.1 to 0.5)", "share"), _value("by frail: no 0.2, yes 0.4", "share")
    ('25%', 'by frail: no 0.2, yes 0.4')
    """
    value = RANGE.sub("", text)
    try:
        return with_unit(float(value), unit)
    except ValueError:
        return value


def _grade(grade: object) -> object:
    return NOTHING if is_missing(grade) else grade_tag(named(grade, GRADES), str(grade))


def _error(value: object) -> str:
    """The error where orders were sampled; none where all were worked."""
    error = figure(value)
    return "exact" if error == 0 else pounds(error, 0)
