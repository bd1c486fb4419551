"""Intervals over the draws on every figure and every difference: scenarios, organisations, what is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pathway_cost.reports.charts.axes import Scale
from pathway_cost.reports.charts.inline_bars import Interval, interval_bar, interval_scale
from pathway_cost.reports.page.page_table import Column, fold, table
from pathway_cost.reports.words import (
    ASSUMED_TOO,
    COUNTED,
    NOTHING,
    STATED_ONLY,
    Chance,
    Html,
    figure,
    interval_words,
    is_missing,
    joined,
    number,
    percent,
    pounds,
    rows_of,
    signed_pounds,
    tag,
    title,
)

Row = Mapping[str, Any]
MEASURES = (
    ("in total", "total_gbp", "change_total_gbp", 0),
    ("per patient", "cost_per_patient_gbp", "change_per_patient_gbp", 2),
)
ORGANISATIONS = "change_gbp"
PRESENT_VALUE = "present_value_gbp"
MEANS = (
    "A mean over the draws differs from the figure at stated values, which is the one elsewhere on this page, where ranges "
    "reach further one way than the other."
)
TURNED = (
    "{} at stated values, {} on average over the draws. The ranges reach further one way than the other: read the interval, "
    "not the sign."
)
PICTURE = Column("Change: 95% and 50%", figures=False)


def intervals_part(chance: Chance) -> Html:
    """How it was drawn, then a table a measure; nothing where nothing was drawn."""
    rows = chance.tables.uncertainty
    if rows.empty:
        return Html("")
    words = (
        f"Every uncertain number was drawn {number(figure(rows['draws'].max()))} times, the same draws for every scenario, "
        f"so that changes are compared draw by draw. {STATED_ONLY} {ASSUMED_TOO}"
    )
    in_total, per_patient = (_measure_table(chance, *measure) for measure in MEASURES)
    folded = (
        ("Per patient", per_patient),
        ("In each organisation's books", _organisations(chance)),
        ("What is counted", _counts(chance)),
    )
    return joined([
        tag("p", MEANS), _turned(chance), in_total, *(fold(chance.names.said(heading), inner) for heading, inner in folded if inner),
        fold("How it was drawn", tag("p", words)),
    ])  # fmt: skip


def _turned(chance: Chance) -> Html:
    """The scenarios whose change has one sign as stated and the other on average over the draws."""
    means = {scenario: figure(row["mean"]) for scenario, row in _by_scenario(chance, "change_total_gbp").items()}
    turned = [
        tag("li", tag("b", f"{chance.names.scenario(name)}: "), TURNED.format(signed_pounds(stated, 0), signed_pounds(mean, 0)))
        for name, mean in means.items()
        if (stated := chance.changes.get(name, 0.0)) * mean < 0
    ]  # fmt: skip
    return tag("ul", *turned, class_="notes") if turned else Html("")


def _measure_table(chance: Chance, called: str, level: str, change: str, digits: int) -> Html:
    levels, changes = _by_scenario(chance, level), _by_scenario(chance, change)
    if not levels:
        return Html("")
    scale = interval_scale([_interval(row) for row in changes.values()])
    columns = [
        Column("Scenario", figures=False), Column(f"Cost {called}, mean"), Column("95% interval"),
        Column("Modelled change, mean"), Column("95% interval"), PICTURE, Column("Draws in which it costs less"),
        Column("Error of the mean from drawing"),
    ]  # fmt: skip
    cells = [
        [chance.names.scenario(name), pounds(row["mean"], digits), interval_words(row["p2_5"], row["p97_5"], digits),
         *_money_cells(changes.get(name), scale, digits, chance.names.scenario(name))]
        for name, row in levels.items()
    ]  # fmt: skip
    kind = ", as a present value," if _is_present_value(levels) else ""
    against = f"and its change against {chance.names.scenario(chance.first)}"
    return table(f"Cost {called}{kind} over the draws, {against}", columns, cells)


def _by_scenario(chance: Chance, measure: str) -> dict[str, Row]:
    found = [row for row in rows_of(chance.tables.uncertainty) if row["measure"] == measure]
    rows = {str(row["scenario"]): row for row in reversed(found)}  # the first of each
    return {scenario: rows[scenario] for scenario in chance.compared if scenario in rows}


def _is_present_value(levels: Mapping[str, Row]) -> bool:
    return any(str(row.get("basis")) == PRESENT_VALUE for row in levels.values())


def _interval(row: Row) -> Interval:
    return Interval(*(figure(row[name]) for name in ("mean", "p2_5", "p25", "p75", "p97_5")))


def _money_cells(row: Row | None, scale: Scale, digits: int, name: str) -> list[object]:
    """The cells of one row: mean, interval, picture, how often less, error; dashes for the scenario compared with."""
    if row is None or is_missing(row["mean"]):
        return [NOTHING] * 5
    interval = interval_words(row["p2_5"], row["p97_5"], digits)
    bar = interval_bar(_interval(row), scale, label=f"{name}: 95% interval {interval}")
    less = percent(figure(row["probability_less"]))
    return [signed_pounds(row["mean"], digits), interval, bar, less, pounds(figure(row["se_mean"]), digits)]


def _changes(chance: Chance, measure: str) -> list[tuple[str, Row]]:
    """Scenario and row of each change of a kind, scenarios in the order compared."""
    rows = chance.tables.uncertainty
    found = chance.each(rows[rows["measure"] == measure])
    return [(scenario, row) for scenario, given in found if scenario in chance.others for row in rows_of(given)]


def _organisations(chance: Chance) -> Html:
    found = [(scenario, row) for scenario, row in _changes(chance, ORGANISATIONS) if row["mean"] or row["sd"]]
    if not found:
        return Html("")
    scale = interval_scale([_interval(row) for _, row in found])
    cells = []
    for scenario, row in found:
        names = [chance.names.organisation(str(row["of"])), chance.names.scenario(scenario)]
        cells.append([*names, *_money_cells(row, scale, 0, ", ".join(names))])
    columns = _change_columns("Organisation", "Draws in which it costs less")
    return table("The change in each organisation's cost over the draws, undiscounted", columns, cells)


def _counts(chance: Chance) -> Html:
    """What is counted; pictures of one name share a scale, for each name is counted in its own unit."""
    found = _changes(chance, COUNTED)
    if not found:
        return Html("")
    cells = []
    for scenario, row in found:
        scale = interval_scale([_interval(other) for _, other in found if other["of"] == row["of"]])
        names = [title(str(row["of"])), chance.names.scenario(scenario)]
        cells.append([*names, *_count_cells(row, scale, ", ".join(names))])
    columns = _change_columns("Counted", "Draws in which there are fewer")
    return table("The change in what is counted over the draws", columns, cells)


def _change_columns(of: str, less: str) -> list[Column]:
    return [
        Column(of, figures=False), Column("Scenario", figures=False), Column("Modelled change, mean"),
        Column("95% interval"), PICTURE, Column(less), Column("Error of the mean from drawing"),
    ]  # fmt: skip


def _count_cells(row: Row, scale: Scale, name: str) -> list[object]:
    low, high = (number(figure(row[end]), 1) for end in ("p2_5", "p97_5"))
    bar = interval_bar(_interval(row), scale, label=f"{name}: 95% interval {low} to {high}")
    mean = figure(row["mean"])
    sign = "+" if mean > 0 else ""
    less = percent(figure(row["probability_less"]))
    return [f"{sign}{number(mean, 1)}", f"{low} to {high}", bar, less, number(figure(row["se_mean"]), 2)]
