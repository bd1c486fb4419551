"""The change so far, period after period, as one fan a scenario on one scale."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from pathway_cost.reports.charts.fan_chart import Ray, fan, fan_scale
from pathway_cost.reports.page.page_table import Column, table
from pathway_cost.reports.words import (
    STATED_ONLY,
    Chance,
    Html,
    figure,
    interval_words,
    joined,
    rows_of,
    signed_pounds,
    tag,
)

RAY = ("mean", "p2_5", "p25", "p50", "p75", "p97_5")
DRAWN = f"Line: the median; dark band: half of the draws; pale band: 95% of them. {STATED_ONLY}"
NOT_DRAWN = "At stated values: nothing was drawn, so there is no band."


def fans_part(chance: Chance) -> Html:
    """Fans of every scenario but the first, and their figures; nothing where time was not followed."""
    given = {name: rows.sort_values("period") for name, rows in chance.each(chance.tables.fan) if name in chance.others}
    if not given:
        return Html("")
    fans = {name: [_ray(row) for row in rows_of(rows)] for name, rows in given.items()}
    scale = fan_scale(list(fans.values()))
    made = []
    for name, rays in fans.items():
        words = _words(chance, name, rays[-1])
        made.append(tag("figure", fan(rays, scale, chance.colour(name), label=words), tag("figcaption", f"{words}.")))
    drawn = any(not math.isnan(ray.p50) for rays in fans.values() for ray in rays)
    figures = [_table(chance, name, rows) for name, rows in given.items()]
    details = tag("details", tag("summary", "The figures behind the pictures"), *figures)
    explained = tag("p", DRAWN if drawn else NOT_DRAWN)
    return joined([tag("h4", f"The change so far{chance.kind}"), explained, tag("div", *made, class_="fans"), details])


def _ray(row: Mapping[str, Any]) -> Ray:
    return Ray(figure(row["to_day"]), *(figure(row.get(name)) for name in RAY))


def _words(chance: Chance, scenario: str, last: Ray) -> str:
    against = f"{chance.names.scenario(scenario)} against {chance.names.scenario(chance.first)}"
    interval = "" if math.isnan(last.p2_5) else f", 95% interval {interval_words(last.p2_5, last.p97_5)}"
    kind = "modelled change" if math.isnan(last.p50) else "median modelled change"
    return f"{against}: {kind} {signed_pounds(last.middle, 0)} by the end{interval}"


def _table(chance: Chance, scenario: str, rows: pd.DataFrame) -> Html:
    columns = [
        Column("By the end of", figures=False), Column("Mean"), Column("Median"), Column("50% interval"), Column("95% interval"),
    ]  # fmt: skip
    cells = [
        [chance.period(row["period"], row["from_day"], row["to_day"]), signed_pounds(row["mean"], 0),
         signed_pounds(_ray(row).p50, 0), interval_words(row.get("p25"), row.get("p75")), interval_words(row.get("p2_5"), row.get("p97_5"))]
        for row in rows_of(rows)
    ]  # fmt: skip
    return table(f"Modelled change so far{chance.kind}: {chance.names.scenario(scenario)}", columns, cells)
