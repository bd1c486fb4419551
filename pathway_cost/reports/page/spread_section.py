"""The page's section of sampled patients: how costs differ from one patient to the next."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from pathway_cost.reports.charts.distribution_chart import (
    Spread,
    beyond_words,
    closed_bins,
    distribution,
    sampled_words,
)
from pathway_cost.reports.page.page_table import Column, legend, table
from pathway_cost.reports.words import NOTHING, Chance, Html, figure, joined, percent, pounds, rows_of, tag

Row = Mapping[str, Any]
POINTS = ("p5", "p25", "p50", "p75", "p95")
SHOWN = ("mean", "exact_mean", "p50", "sd", "p5", "p10", "p25", "p75", "p90", "p95", "p99")
HEADINGS = (
    "Mean of the sample", "Expected, without sampling", "Median", "Standard deviation", "5th percentile", "10th", "25th", "75th", "90th", "95th", "99th",
)  # fmt: skip
BY_CHANCE = (
    "Patients were sampled one by one. They differ in who they are and by chance, not because anything is unsure: this "
    "is the spread of patients, and it says nothing of how sure the averages are. Ways and stays differ by chance; what "
    "is used on the way is at its average, so true costs are spread a little wider. Sampled patients are nobody's record."
)


UNDISCOUNTED = " Their pounds are undiscounted."


def spread_section(chance: Chance) -> Html:
    """Outlines of what patients cost and their percentiles; nothing where no patient was sampled."""
    picture, made = _picture(chance), _summary(chance)
    return (
        joined([tag("p", f"{BY_CHANCE}{UNDISCOUNTED if chance.discounted else ''}"), picture, made])
        if picture or made
        else Html("")
    )


def _picture(chance: Chance) -> Html:
    spreads = list(_spreads(chance))
    if not spreads:
        return Html("")
    drawn = distribution(spreads, label="What sampled patients cost: " + "; ".join(map(_told, spreads)))
    beyond = [beyond_words(spread) for spread in spreads if spread.beyond > 0]
    words = (
        "Under the outlines: thin line, 5th to 95th percentile; bar, the middle half; tick, the median; dot, the mean."
    )
    caption = tag(
        "figcaption", f"{words} {'Dearer than is drawn: ' + '; '.join(beyond) + '.' if beyond else ''}".strip()
    )
    keys = legend((spread.name, spread.colour) for spread in spreads)
    return tag("figure", keys, drawn, caption)


def _told(spread: Spread) -> str:
    return f"{spread.name}, mean {pounds(spread.mean)}, median {pounds(spread.points[2])}"


def _spreads(chance: Chance) -> Iterator[Spread]:
    summaries = {scenario: rows_of(rows)[0] for scenario, rows in chance.each(chance.tables.distribution_summary)}
    for scenario, rows in chance.each(chance.tables.distribution):
        ordered = rows.sort_values("from_gbp")[["from_gbp", "to_gbp", "share"]]
        bins, beyond = closed_bins([(figure(a), _end(b), figure(c)) for a, b, c in ordered.itertuples(index=False)])
        known = summaries.get(scenario, {})
        points = tuple(figure(known.get(point)) for point in POINTS)
        assert len(points) == len(POINTS)
        name, colour = chance.names.scenario(scenario), chance.colour(scenario)
        if bins:
            yield Spread(name, colour, bins, beyond, figure(known.get("mean")), points)  # type: ignore[arg-type]


def _end(value: object) -> float:
    """The end of a bin; a bin without one is endless."""
    end = figure(value)
    return math.inf if math.isnan(end) else end


def _summary(chance: Chance) -> Html:
    rows = [(scenario, rows_of(given)[0]) for scenario, given in chance.each(chance.tables.distribution_summary)]
    if not rows:
        return Html("")
    columns = [
        Column("Scenario", figures=False), *(Column(heading) for heading in HEADINGS),
        Column("Share of cost of the dearest 5% of patients"), Column("Error of the mean from sampling"),
    ]  # fmt: skip
    cells = [[chance.names.scenario(scenario), *_figures(row)] for scenario, row in rows]
    walkers = max(figure(row["walkers"]) for _, row in rows)
    sampled = f", {sampled_words(walkers)} a scenario" if not math.isnan(walkers) else ""
    return table(f"Cost of a patient, {chance.beside}pounds{sampled}", columns, cells)


def _figures(row: Row) -> list[str]:
    each = [pounds(figure(row.get(name)), 0) for name in SHOWN]
    share = row.get("share_of_cost_of_dearest_5pct")
    return [*each, percent(figure(share)) if share is not None else NOTHING, pounds(figure(row["se_mean"]))]
