"""The page's section of single numbers moved: tornado, two at once, all at their worst and best, evidence sets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from pathway_cost.reports.charts.drawing import Drawing
from pathway_cost.reports.charts.tornado_chart import MOST_BARS, Swing, tornado
from pathway_cost.reports.page.page_table import Column, fold, table
from pathway_cost.reports.words import (
    Chance,
    Html,
    brief,
    figure,
    is_missing,
    joined,
    plain,
    pounds,
    rows_of,
    short_pounds,
    signed_pounds,
    tag,
    title,
    worded,
)

DEARER, CHEAPER = "#ffd3a3", "#a9cdf0"  # the deepest tints; dark text stays easy to read on both
CASES = {"best": "Modelled change, every number at its best", "worst": "Modelled change, every number at its worst"}
HELD = (
    "Each number is read at the low and the high end of its 95% interval (of its range, where a range is stated), in every scenario at once, all else as stated. "
    "Numbers for which nobody stated a range are not here: they are held still, not certain."
)


def what_if_section(chance: Chance) -> Html:
    """Tornado, extremes, grids and evidence sets; nothing where there is none of them."""
    parts = [_tornados(chance), _extremes(chance), _grids(chance), _evidence_sets(chance)]
    return joined(part for part in parts if part)


def _tornados(chance: Chance) -> Html:
    made = [_tornado(chance, scenario, rows) for scenario, rows in chance.each(chance.tables.tornado)]
    return joined([tag("p", HELD), *made]) if made else Html("")


def _tornado(chance: Chance, scenario: str, rows: pd.DataFrame) -> Html:
    rows = _widest_first(rows)
    drawn = tornado_drawing(chance, scenario, rows)
    details = fold("The figures behind the picture", _tornado_table(chance, scenario, rows))
    return joined([tag("h4", drawn.heading), drawn.figure(), details])


def _widest_first(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values("swing_gbp", ascending=False, key=abs, kind="stable")


def tornado_drawing(chance: Chance, scenario: str, rows: pd.DataFrame) -> Drawing:
    """The rows of one scenario's tornado as bars, the widest first."""
    rows = _widest_first(rows)
    stated = float(rows["change_gbp"].iloc[0])
    against = chance.names.scenario(chance.first)
    heading = f"{chance.names.scenario(scenario)}, against {against}"
    widest = worded(rows["title"].iloc[0], rows["parameter"].iloc[0])
    label = f"{heading}: modelled change {signed_pounds(stated, 0)} as stated; moved most by {widest}"
    svg = tornado([_swing(row) for row in rows_of(rows)], stated, label=label)
    caption = (
        f"Modelled change in total cost{chance.kind}. The figures at the ends are the values of the number.{_rest(rows)}"
        f"{_impossible(rows)}"
    )
    return Drawing(heading, svg, caption)


def _swing(row: Mapping[str, Any]) -> Swing:
    unit = "" if is_missing(row["unit"]) else f" ({title(str(row['unit'])).lower()})"
    figures = (float(row[name]) for name in ("low", "high", "change_at_low_gbp", "change_at_high_gbp"))
    return Swing(f"{worded(row['title'], row['parameter'])}{unit}", *figures)


def _rest(rows: pd.DataFrame) -> str:
    """The words that say for how many numbers no bar is drawn."""
    left = rows["swing_gbp"].abs().iloc[MOST_BARS:].dropna()
    if left.empty:
        return ""
    return f" {len(left)} more {'number moves' if len(left) == 1 else 'numbers move'} it by {short_pounds(left.max())} or less."


def _impossible(rows: pd.DataFrame) -> str:
    """The words that say which ends have no bar because shares would exceed 1 there."""
    missing = rows[["change_at_low_gbp", "change_at_high_gbp"]].isna().to_numpy().any()
    return (
        " An end without a bar cannot be: in some scenario shares would come to more than the whole." if missing else ""
    )


def _tornado_table(chance: Chance, scenario: str, rows: pd.DataFrame) -> Html:
    columns = [
        Column("Number", figures=False), Column("Unit", figures=False), Column("Low"), Column("As stated"), Column("High"),
        Column("Modelled change at low"), Column("Modelled change at high"), Column("Swing"),
    ]  # fmt: skip
    cells = [
        [worded(row["title"], row["parameter"]), title(plain(row["unit"])).lower(), brief(row["low"]), brief(row["value"]),
         brief(row["high"]), signed_pounds(row["change_at_low_gbp"], 0), signed_pounds(row["change_at_high_gbp"], 0),
         pounds(abs(row["swing_gbp"]), 0)]
        for row in rows_of(rows)
    ]  # fmt: skip
    return table(f"Each number low and high{chance.kind}: {chance.names.scenario(scenario)}", columns, cells)


def _extremes(chance: Chance) -> Html:
    cases = list(dict.fromkeys(chance.tables.extremes["case"].astype(str))) if len(chance.tables.extremes) else []
    if not cases:
        return Html("")
    cells = []
    for scenario, rows in chance.each(chance.tables.extremes):
        known = dict(zip(rows["case"].astype(str), rows["change_gbp"], strict=True))
        cells.append([chance.names.scenario(scenario), *(signed_pounds(figure(known.get(case)), 0) for case in cases)])
    columns = [Column("Scenario", figures=False), *(Column(CASES.get(case, title(case))) for case in cases)]
    words = (
        "Every number at once, each at the end of its range that is best or worst for the scenario when it moves alone; "
        f"neither is likely{chance.note}"
    )
    return joined([tag("h4", "All at once"), table(words, columns, cells)])


def _grids(chance: Chance) -> Html:
    made = [
        _grid(chance, scenario, (str(first), str(second)), part)
        for scenario, rows in chance.each(chance.tables.grid)
        for (first, second), part in rows.groupby(["parameter_1", "parameter_2"], sort=False, observed=True)
    ]
    return joined([tag("h4", "Two numbers at once"), *made]) if made else Html("")


def _grid(chance: Chance, scenario: str, pair: tuple[str, str], rows: pd.DataFrame) -> Html:
    """One number down, the other across; the tint says dearer or less dear, the sign says it too."""
    down, across = (chance.called(name) for name in pair)
    wide = rows.pivot_table(index="value_1", columns="value_2", values="change_gbp", sort=True)
    deepest = float(wide.abs().max().max()) or 1.0
    columns = [Column(down, figures=False), *(Column(brief(float(value))) for value in wide.columns)]
    cells = [
        [brief(float(value)), *(_tinted(gbp, deepest) for gbp in row)]
        for value, row in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    return table(
        f"{chance.names.scenario(scenario)}: modelled change{chance.kind}; down, {down}; across, {across}",
        columns,
        cells,
        class_="grid",
    )


def _tinted(gbp: float, deepest: float) -> Html:
    return tag("span", signed_pounds(gbp, 0), class_="tint", style=f"background:{tint(gbp / deepest)}")


def tint(depth: float) -> str:
    """The background of a change: white at none, deeper towards dearer (1) or less dear (−1).

    >>> tint(0.0), tint(1.0), tint(-1.0)
    ('#ffffff', '#ffd3a3', '#a9cdf0')
    """
    if math.isnan(depth):
        return "#ffffff"
    far = DEARER if depth > 0 else CHEAPER
    parts = (255 + (int(far[at : at + 2], 16) - 255) * min(abs(depth), 1.0) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part):02x}" for part in parts)


def _evidence_sets(chance: Chance) -> Html:
    rows = chance.tables.evidence_sets
    if rows.empty:
        return Html("")
    columns = [
        Column("Evidence", figures=False), Column("Scenario", figures=False), Column("Cost per patient"), Column("Total cost"),
        Column("Modelled change, total"),
    ]  # fmt: skip
    cells = [
        [title(name), chance.names.scenario(scenario), pounds(row["cost_per_patient_gbp"]), pounds(row["total_gbp"], 0),
         signed_pounds(figure(row["change_total_gbp"]), 0)]
        for name in dict.fromkeys(rows["set"].astype(str))
        for scenario, given in chance.each(rows[rows["set"].astype(str) == name])
        for row in rows_of(given)
    ]  # fmt: skip
    words = f"The same study on each set of evidence, side by side; sets that disagree are never averaged{chance.note}"
    return joined([tag("h4", "Where sources disagree"), table(words, columns, cells)])
