"""The small tables of a card, a bar in each row: scenarios side by side, or the settings of one."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pathway_cost.reports.charts.bars import DOWN, UP
from pathway_cost.reports.charts.inline_bars import BLUE, value_bar, value_scale
from pathway_cost.reports.notebook.answer import changed, each_patient, whole
from pathway_cost.reports.page.page_table import Column, named_cell, table
from pathway_cost.reports.words import (
    NOTHING,
    Headline,
    Html,
    Names,
    change_words,
    count,
    headlines,
    pounds,
    shown_cut,
    shown_parts,
    signed_pounds,
    undiscounted,
)
from pathway_cost.results.frames import RunResult

MOST_SETTINGS = 10


def scenarios_table(result: RunResult, names: Names) -> Html:
    """Every scenario a patient and in total, in the headline's pounds, beside the first."""
    rows, change = headlines(result), change_words(result)
    first = rows[0]
    kind, beside = (
        ("Present value", "Undiscounted total, beside") if first.is_discounted else ("Cost", "One-off cost, beside")
    )
    columns = [
        Column("Scenario", figures=False), Column("Patients"), Column(f"{kind} per patient", strong=True),
        Column(f"{change} per patient"), Column("", figures=False), Column(f"{kind}, total"), Column(f"{change}, total"),
        Column(beside),
    ]  # fmt: skip
    cells = [_scenario_cells(row, first, names) for row in rows]
    for row, bar in zip(cells, _change_bars(rows, names), strict=True):
        row.insert(4, bar)
    return table(
        f"Changes are against {names.scenario(first.scenario)}. Per patient: {first.denominator}", columns, cells
    )


def _scenario_cells(row: Headline, first: Headline, names: Names) -> list[object]:
    each, total = (NOTHING, NOTHING)
    if row is not first:
        change_each, change_total = changed(row, first)
        each, total = signed_pounds(change_each), signed_pounds(change_total, 0)
    return [
        named_cell(names.scenario(row.scenario), row.scenario), count(row.patients), pounds(each_patient(row)), each,
        pounds(whole(row), 0), total, pounds(row.total_gbp if row.is_discounted else row.one_off_gbp, 0),
    ]  # fmt: skip


def _change_bars(rows: Sequence[Headline], names: Names) -> list[Html]:
    """The change a patient as a bar, in the colour of dearer or of less dear; the first has none."""
    changes = [changed(row, rows[0])[0] for row in rows]
    scale = value_scale(changes)
    return [
        value_bar(gbp, scale, UP if gbp > 0 else DOWN, label=f"{names.scenario(row.scenario)}: {signed_pounds(gbp)} per patient")
        for row, gbp in zip(rows, changes, strict=True)
    ]  # fmt: skip


def settings_table(result: RunResult, names: Names) -> Html:
    """One scenario's pounds by setting, those with few pounds together, in figures that sum to its own."""
    [line] = headlines(result)
    gbp = _few(shown_cut(result, result.by_setting, ["setting"])[line.scenario], names)
    each = shown_parts(gbp / (line.patients or float("nan")), line.per_patient_gbp, 2)
    scale = value_scale(each.tolist())
    columns = [
        Column("Setting", figures=False),
        Column("Cost per patient"),
        Column("", figures=False),
        Column("Total cost"),
    ]
    cells = [
        [name, pounds(one), value_bar(one, scale, BLUE, label=f"{name}: {pounds(one)} per patient"), pounds(total, 0)]
        for name, one, total in zip(gbp.index, each, gbp, strict=True)
    ]
    total = ["Total", pounds(line.per_patient_gbp), "", pounds(line.total_gbp, 0)]
    return table(f"By setting{undiscounted(result)}. Per patient: {line.denominator}", columns, cells, total=total)


def _few(gbp: pd.Series, names: Names) -> pd.Series:
    """Settings by title in the pathway's order, without those of nothing; of many, the least in one row."""
    gbp = gbp[gbp != 0]
    least = gbp.abs().rank(method="first", ascending=False) > MOST_SETTINGS
    kept = gbp[~least].rename(lambda name: names.setting(str(name)))
    left = pd.Series({f"{least.sum()} other settings": gbp[least].sum()}) if least.any() else gbp[least]
    few: pd.Series = pd.concat([kept, left])
    return few
